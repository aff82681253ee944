package journal

// AnswerSum lets a test plant answers.
var AnswerSum = answerSum
