package explain

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Why says in one sentence what is there and what is missing.
func (e Explanation) Why() domain.Text {
	if e.attempts() {
		return domain.Together(e.why(), domain.Tell("%d of %d attempts have succeeded.", e.There, e.Needed))
	}
	return e.why()
}

// attempts reports whether e counts attempts at a milestone.
func (e Explanation) attempts() bool {
	return e.About == Requirement && e.Unit == Count && e.Needed > 1 && e.Next != ChooseOf && e.Next != MeetAll
}

func (e Explanation) why() domain.Text {
	switch e.Next {
	case SignHours:
		if e.About == Hours {
			return domain.Tell("They count once they are signed off.")
		}
	case LogHours:
		if e.Needed > 0 {
			return domain.Tell("%s are logged and not handed in.", e.amount(e.Needed))
		}
		return domain.Tell("Nothing is handed in for it yet.")
	case MendHours:
		return domain.Tell("It was sent back; its %s do not count.", e.amount(e.Needed))
	case BeginWith:
		return domain.Tell("It is not begun.")
	case WorkOn:
		return domain.Tell("It is begun; nothing is handed in yet.")
	case ImproveOn:
		return domain.Tell("It was looked at and did not pass yet.")
	case RenewIt:
		if e.Unit == Days {
			return domain.Tell("It is good for %s more.", e.amount(e.There))
		}
		return domain.Tell("Its validity has ended.")
	case RenewCertificate:
		return domain.Tell("The certificate that it rests on is not good any more.")
	case VerifyCertificate:
		return domain.Tell("The certificate that it rests on was renewed; nobody has verified it yet.")
	case Observe:
		return domain.Tell("It is begun, and rated by watching.")
	case DecideMove:
		sentences := []domain.Text{domain.Tell("%d of %d approvals are given.", e.There, e.Needed)}
		if e.Stale {
			sentences = append(sentences, domain.Tell("The evidence has changed since it was asked for."))
		}
		if e.OverdueWith != "" {
			sentences = append(sentences, domain.Tell("It went up because nobody decided in time."))
		}
		return domain.Together(sentences...)
	case AwaitTrial:
		return domain.Tell("The time on trial runs until %s.", e.Due)
	case ConfirmMove:
		return domain.Tell("The time on trial is over.")
	case Review:
		return domain.Tell("The evidence is being looked at.")
	case AwaitCredit:
		return domain.Tell("It is met once the college awards %s.", e.amount(e.Missing))
	case AgreeOnCourse:
		return domain.Tell("No agreement in force has a course that meets it.")
	case AskForCredit, AwardCredit:
		return domain.Tell("%s are not awarded yet.", e.amount(e.Missing))
	case PostCredit:
		return domain.Tell("The credit is awarded and not posted yet.")
	case AppealCredit:
		return domain.Tell("The college gave no credit.")
	case AskForMove:
		return domain.Tell("Everything it requires is met; nobody has asked for it.")
	case SubmitMove:
		return domain.Tell("It is prepared and not handed in.")
	case ResubmitMove:
		return domain.Tell("It was sent back.")
	case ScheduleMove:
		return domain.Tell("It is approved and has no day.")
	case AwaitMove:
		return domain.Tell("It is approved and takes effect on %s.", e.Due)
	case LetCollegeSee:
		return domain.Tell("The college may not see what it is about.")
	case SignAgreement:
		return domain.Tell("A signature is missing.")
	case PutIntoForce:
		return domain.Tell("The agreement is signed and not in force.")
	case RenewAgreement:
		return domain.Tell("No agreement with it is in force.")
	case RegisterIt, BeginIt, PassProbation, Certify, Assess, Evaluate:
		return domain.Tell("It is not recorded yet.")
	case AskCompletion:
		return domain.Tell("Everything is met; nobody has asked for it.")
	case Reinstate:
		return domain.Tell("The learner is on a break, and nothing counts.")
	case AcceptChange, AgreeTransfer:
		return domain.Tell("It is proposed and not accepted.")
	case AgreeGateway:
		return domain.Tell("%d of %d parties agree.", e.There, e.Needed)
	case ApproveWage:
		if e.Reason != "" {
			return domain.Tell("It was held back.")
		}
		return domain.Tell("It is due and not approved.")
	case AwaitWage:
		return domain.Tell("%s of %s have passed.", e.amount(e.There), e.amount(e.Needed))
	case PrepareFiling:
		return domain.Tell("It is due and not written.")
	case SubmitFiling:
		return domain.Tell("It is written and not sent.")
	case MendFiling:
		return domain.Tell("The agency did not take it.")
	case OfferSeat:
		return domain.Tell("It is asked for and not offered.")
	case AcceptSeat:
		return domain.Tell("It is offered and waits for an answer.")
	case AwaitSeat:
		return domain.Tell("All seats are taken; on the waiting list before: %d.", e.Missing-1)
	}
	there, needed, missing := e.amount(e.There), e.amount(e.Needed), e.amount(e.Missing)
	if e.Pending > 0 {
		return domain.Tell("%s of %s are there; %s missing, of which %s to be signed off.", there, needed, missing, e.amount(e.Pending))
	}
	return domain.Tell("%s of %s are there; %s missing.", there, needed, missing)
}

// Do says what whoever has the turn does next, in English.
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
func (e Explanation) amount(n int) domain.Text {
	decimal := domain.Credit{Hundredths: n}.Decimal()
	switch e.Unit {
	case Minutes:
		return domain.Verbatim(domain.Minutes(n).String())
	case Semesters:
		return domain.Tell("%s semester hours of credit", decimal)
	case Quarters:
		return domain.Tell("%s quarter hours of credit", decimal)
	case Clocks:
		return domain.Tell("%s clock hours of credit", decimal)
	case Months:
		return counted(n, "1 month", "%d months")
	case Days:
		return counted(n, "1 day", "%d days")
	}
	return domain.Verbatim(itoa(n))
}

func counted(n int, one, more string) domain.Text {
	if n == 1 {
		return domain.Tell(one)
	}
	return domain.Tell(more, n)
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
func Happened(cause string) domain.Text {
	if text, known := happened[cause]; known {
		return domain.Tell(text)
	}
	return domain.Tell("something changed: %s", strings.ReplaceAll(cause, "-", " "))
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
