package journal

// AnswerSum and EndSum let a test plant answers, and say up to where the tables are complete.
var (
	AnswerSum = answerSum
	EndSum    = endSum
)

// Still calls look while nothing is written but what is folded, which a power cut may tear.
func (j *Journal) Still(look func()) {
	j.writing.Lock()
	defer j.writing.Unlock()
	look()
}

// ReadersOpen is how many connections j has opened to read.
func (j *Journal) ReadersOpen() int { return cap(j.readers.unopened) - len(j.readers.unopened) }
