package explain

import (
	"fmt"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Why says in one sentence what is there and what is missing.
func (e Explanation) Why() string {
	switch e.Next {
	case SignHours:
		if e.About == Hours {
			return "They count once they are signed off."
		}
	case LogHours:
		if e.Needed > 0 {
			return e.amount(e.Needed) + " are logged and not handed in."
		}
		return "Nothing is handed in for it yet."
	case MendHours:
		return "It was sent back; its " + e.amount(e.Needed) + " do not count."
	case BeginWith:
		return "It is not begun."
	case WorkOn:
		return "It is begun; nothing is handed in yet."
	case ImproveOn:
		return "It was looked at and did not pass yet."
	case RenewIt:
		return "It was met, and its validity has ended."
	case Observe:
		return "It is begun, and rated by watching."
	case DecideMove:
		text := fmt.Sprintf("%d of %d approvals are given.", e.There, e.Needed)
		if e.Stale {
			text += " The evidence has changed since it was asked for."
		}
		if e.OverdueWith != "" {
			text += " It went up because nobody decided in time."
		}
		return text
	case AwaitTrial:
		return "The time on trial runs until " + e.Due.Format("2 January 2006") + "."
	case ConfirmMove:
		return "The time on trial is over."
	case Review:
		return "The evidence is being looked at."
	case AwaitCredit:
		return "It is met once the college awards " + e.amount(e.Missing) + "."
	case AgreeOnCourse:
		return "No agreement in force has a course that meets it."
	case AskForCredit, AwardCredit:
		return e.amount(e.Missing) + " are not awarded yet."
	case PostCredit:
		return "The credit is awarded and not posted yet."
	case AppealCredit:
		return "The college gave no credit."
	case AskForMove:
		return "Everything it requires is met; nobody has asked for it."
	case SubmitMove:
		return "It is prepared and not handed in."
	case ResubmitMove:
		return "It was sent back."
	case ScheduleMove:
		return "It is approved and has no day."
	case AwaitMove:
		return "It is approved and takes effect on " + e.Due.Format("2 January 2006") + "."
	case LetCollegeSee:
		return "The college may not see what it is about."
	case SignAgreement:
		return "A signature is missing."
	case PutIntoForce:
		return "The agreement is signed and not in force."
	case RenewAgreement:
		return "No agreement with it is in force."
	case RegisterIt, BeginIt, PassProbation, Certify, AskCompletion:
		return "It is not recorded yet."
	}
	text := fmt.Sprintf("%s of %s are there, %s missing", e.amount(e.There), e.amount(e.Needed), are(e.Missing, e.amount(e.Missing)))
	if e.Pending > 0 {
		text += fmt.Sprintf("; %s signed off next", waits(e.Pending, e.amount(e.Pending)))
	}
	return text + "."
}

// Do says what whoever has the turn does next.
func (e Explanation) Do() string { return todo[e.Next] }

var todo = map[Next]string{
	LogHours:       "Log the hours that were worked and hand the week in.",
	MendHours:      "Change the hours and hand the week in again.",
	SignHours:      "Sign the hours off, or send them back with the reason.",
	WorkHours:      "Work in the role, log the hours and hand them in.",
	WorkOn:         "Hand in evidence.",
	ImproveOn:      "Read what was said and hand in evidence again.",
	BeginWith:      "Begin it.",
	RenewIt:        "Hand in evidence that it still holds.",
	Observe:        "Rate what is seen at work.",
	AwaitTrial:     "Wait for the end of the time on trial.",
	ConfirmMove:    "Confirm it, or speak about what is missing.",
	Review:         "Rate the evidence.",
	AwaitCredit:    "Award the credit, or say why not.",
	AskForCredit:   "Ask the college for the credit.",
	LetCollegeSee:  "Let the college see these records, if you want it to.",
	AgreeOnCourse:  "Agree with a college on a course that meets it.",
	ChooseOf:       "Choose among what is left and meet it.",
	MeetAll:        "Meet what is missing.",
	AskForMove:     "Ask for the move.",
	SubmitMove:     "Hand the request in.",
	ResubmitMove:   "Read why, and ask again.",
	DecideMove:     "Approve it, send it back or refuse it.",
	ScheduleMove:   "Set the day.",
	AwaitMove:      "Wait for the day.",
	AwardCredit:    "Award the credit, or say why not.",
	PostCredit:     "Post the credit to the transcript.",
	AppealCredit:   "Ask the college to look again, once, if there are grounds.",
	SignAgreement:  "Sign the agreement.",
	PutIntoForce:   "Put the agreement into force.",
	RenewAgreement: "Renew the agreement or make one.",
	RegisterIt:     "Register the apprentice with the agency and record it.",
	BeginIt:        "Record the first day.",
	PassProbation:  "Record that probation was passed, once it was.",
	AskCompletion:  "Ask for completion.",
	Certify:        "Record the agency's certificate.",
}

// amount writes a quantity with its unit.
func (e Explanation) amount(n int) string {
	switch e.Unit {
	case Minutes:
		return domain.Minutes(n).String()
	case Semesters, Quarters, Clocks:
		return domain.Credit{Hundredths: n}.Decimal() + " " + string(e.Unit) + " hours of credit"
	case Months, Days:
		return itoa(n) + " " + string(e.Unit)
	}
	return itoa(n)
}

func are(n int, amount string) string {
	if n == 1 {
		return amount + " is"
	}
	return amount + " are"
}

func waits(n int, amount string) string {
	if n == 1 {
		return amount + " waits to be"
	}
	return amount + " wait to be"
}

// InSentence writes a title as it stands within a sentence: "Help desk analyst" becomes
// "help desk analyst", an abbreviation stays.
func InSentence(title string) string {
	if len(title) > 1 && title[1] >= 'A' && title[1] <= 'Z' {
		return title
	}
	return strings.ToLower(title[:min(1, len(title))]) + title[min(1, len(title)):]
}
