package explain

import (
	"fmt"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Why says in one sentence what is there and what is missing.
func (e Explanation) Why() string {
	text := e.why()
	if e.attempts() {
		text += fmt.Sprintf(" %d of %d attempts have succeeded.", e.There, e.Needed)
	}
	return text
}

// attempts reports whether e counts attempts at a milestone.
func (e Explanation) attempts() bool {
	return e.About == Requirement && e.Unit == Count && e.Needed > 1 && e.Next != ChooseOf && e.Next != MeetAll
}

func (e Explanation) why() string {
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
		if e.Unit == Days {
			return "It is good for " + e.amount(e.There) + " more."
		}
		return "Its validity has ended."
	case RenewCertificate:
		return "The certificate that it rests on is not good any more."
	case VerifyCertificate:
		return "The certificate that it rests on was renewed; nobody has verified it yet."
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
	case RegisterIt, BeginIt, PassProbation, Certify, Assess, Evaluate:
		return "It is not recorded yet."
	case AskCompletion:
		return "Everything is met; nobody has asked for it."
	case Reinstate:
		return "The learner is on a break, and nothing counts."
	case AcceptChange, AgreeTransfer:
		return "It is proposed and not accepted."
	case AgreeGateway:
		return fmt.Sprintf("%d of %d parties agree.", e.There, e.Needed)
	case ApproveWage:
		if e.Reason != "" {
			return "It was held back."
		}
		return "It is due and not approved."
	case AwaitWage:
		return fmt.Sprintf("%s of %s have passed.", e.amount(e.There), e.amount(e.Needed))
	case PrepareFiling:
		return "It is due and not written."
	case SubmitFiling:
		return "It is written and not sent."
	case MendFiling:
		return "The agency did not take it."
	case OfferSeat:
		return "It is asked for and not offered."
	case AcceptSeat:
		return "It is offered and not accepted."
	case AwaitSeat:
		return fmt.Sprintf("All seats are taken; %s before.", are(e.Missing-1, itoa(e.Missing-1)))
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
	LogHours:          "Log the hours that were worked and hand the week in.",
	MendHours:         "Change the hours and hand the week in again.",
	SignHours:         "Sign the hours off, or send them back with the reason.",
	WorkHours:         "Work in the role, log the hours and hand them in.",
	WorkOn:            "Hand in evidence.",
	ImproveOn:         "Read what was said and hand in evidence again.",
	BeginWith:         "Begin it.",
	RenewIt:           "Hand in evidence that it still holds.",
	RenewCertificate:  "Renew the certificate, or hand in evidence of another.",
	VerifyCertificate: "Verify the certificate with its issuer.",
	Observe:           "Rate what is seen at work.",
	AwaitTrial:        "Wait for the end of the time on trial.",
	ConfirmMove:       "Confirm it, or speak about what is missing.",
	Review:            "Rate the evidence.",
	AwaitCredit:       "Award the credit, or say why not.",
	AskForCredit:      "Ask the college for the credit.",
	LetCollegeSee:     "Let the college see these records, if you want it to.",
	AgreeOnCourse:     "Agree with a college on a course that meets it.",
	ChooseOf:          "Choose among what is left and meet it.",
	MeetAll:           "Meet what is missing.",
	AskForMove:        "Ask for the move.",
	SubmitMove:        "Hand the request in.",
	ResubmitMove:      "Read why, and ask again.",
	DecideMove:        "Approve it, send it back or refuse it.",
	ScheduleMove:      "Set the day.",
	AwaitMove:         "Wait for the day.",
	AwardCredit:       "Award the credit, or say why not.",
	PostCredit:        "Post the credit to the transcript.",
	AppealCredit:      "Ask the college to look again, once, if there are grounds.",
	SignAgreement:     "Sign the agreement.",
	PutIntoForce:      "Put the agreement into force.",
	RenewAgreement:    "Renew the agreement or make one.",
	RegisterIt:        "Register the apprentice with the agency and record it.",
	BeginIt:           "Record the first day.",
	PassProbation:     "Record that probation was passed, once it was.",
	AskCompletion:     "Ask for completion.",
	Certify:           "Record the agency's certificate.",
	Reinstate:         "Record the first day back.",
	Evaluate:          "Evaluate how the learner comes on.",
	AcceptChange:      "Accept it, or leave everything as it is.",
	AgreeTransfer:     "Agree to it, or stay.",
	AddMentor:         "Assign another journeyworker, or place the apprentice elsewhere.",
	RateCompetency:    "Rate the competency in an evaluation.",
	TakeCourse:        "Take the course and log its hours, or ask for credit.",
	AgreeGateway:      "Say that the apprentice is ready.",
	Assess:            "Record what the independent organisation found.",
	ApproveWage:       "Approve the step, or hold it back with the reason.",
	AwaitWage:         "Wait for the day.",
	PrepareFiling:     "Prepare the report.",
	SubmitFiling:      "Send the report and record the receipt.",
	MendFiling:        "Correct what the agency found and send it again.",
	OfferSeat:         "Offer a seat, or put the learner on the waiting list.",
	AcceptSeat:        "Accept or decline the seat.",
	AwaitSeat:         "Wait until a seat is free.",
}

// amount writes a quantity with its unit.
func (e Explanation) amount(n int) string {
	switch e.Unit {
	case Minutes:
		return domain.Minutes(n).String()
	case Semesters, Quarters, Clocks:
		return domain.Credit{Hundredths: n}.Decimal() + " " + string(e.Unit) + " hours of credit"
	case Months, Days:
		if n == 1 {
			return "1 " + strings.TrimSuffix(string(e.Unit), "s")
		}
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

// Happened says in words what an agency is told, as apprenticeship.Change names it: "probation was
// completed".
func Happened(cause string) string {
	if text, known := happened[cause]; known {
		return text
	}
	return "something changed: " + strings.ReplaceAll(cause, "-", " ")
}

var happened = map[string]string{
	"began":                      "the apprenticeship began",
	"probation-completed":        "probation was completed",
	"suspended":                  "a break began",
	"reinstated":                 "the apprentice is back from a break",
	"cancelled":                  "the apprenticeship was cancelled",
	"cancellation-reversed":      "the cancellation was taken back",
	"transferred":                "the apprenticeship goes on under another programme",
	"gateway-agreed":             "the apprentice is ready for the assessment",
	"assessment-passed":          "the assessment was passed",
	"completion-requested":       "completion was asked for",
	"completion-returned":        "the request for completion was sent back",
	"completed":                  "the apprenticeship was completed",
	"completion-revoked":         "the completion was revoked",
	"start-corrected":            "the first day was corrected",
	"end-of-probation-corrected": "the end of probation was corrected",
	"completion-corrected":       "the day of completion was corrected",
	"cancellation-corrected":     "the day of the cancellation was corrected",
}
