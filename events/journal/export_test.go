package journal

// AnswerSum lets a test plant answers.
var AnswerSum = answerSum

// ReadersOpen is how many connections j has opened to read.
func (j *Journal) ReadersOpen() int { return cap(j.readers.unopened) - len(j.readers.unopened) }
