package portal

import (
	"net/http"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var filingRoutes = []route{
	{"GET /filings", (*visit).filings, registrarsOfProgrammes},
	{"GET /filings.csv", (*visit).filings, registrarsOfProgrammes},
	{"GET /filings/{id}/{revision}", (*visit).filing, registrarsOfProgrammes},
	{"POST /filings/{id}/{revision}", (*visit).recordFiling, registrarsOfProgrammes},
}

// registrarsOfProgrammes are those who answer to the agencies, and who looks over it.
var registrarsOfProgrammes = only(domain.Coordinator, domain.HR, domain.Auditor)

var filingPage = newPage[filingData]("filing.html")

// filingWords name how far a filing is, in English.
var filingWords = map[projections.FilingState]string{
	projections.FilingDue: "To be written", projections.FilingPrepared: "Written, to be sent", projections.FilingSubmitted: "Sent, not answered",
	projections.FilingAccepted: "Accepted", projections.FilingRejected: "Found wrong, to be written anew",
}

var filingTones = map[projections.FilingState]tone{
	projections.FilingDue: toneMute, projections.FilingPrepared: toneInfo, projections.FilingSubmitted: toneInfo,
	projections.FilingAccepted: toneOK, projections.FilingRejected: toneWarn,
}

// happenings say what an agency is told of, in English.
var happenings = map[string]string{
	"began":                      "The apprenticeship began.",
	"probation-completed":        "Probation was completed.",
	"suspended":                  "A break began.",
	"reinstated":                 "The apprentice is back from a break.",
	"cancelled":                  "The apprenticeship was cancelled.",
	"cancellation-reversed":      "The cancellation was taken back.",
	"transferred":                "The apprenticeship goes on under another programme.",
	"gateway-agreed":             "The apprentice is ready for the assessment.",
	"assessment-passed":          "The assessment was passed.",
	"completion-requested":       "Completion was asked for.",
	"completion-returned":        "The request for completion was sent back.",
	"completed":                  "The apprenticeship was completed.",
	"completion-revoked":         "The completion was revoked.",
	"start-corrected":            "The first day was corrected.",
	"end-of-probation-corrected": "The end of probation was corrected.",
	"completion-corrected":       "The day of completion was corrected.",
	"cancellation-corrected":     "The day of the cancellation was corrected.",
}

// happened says what an agency is told of.
func happened(cause string) string {
	if text, known := happenings[cause]; known {
		return text
	}
	return "The apprenticeship changed."
}

// filingPath is where a filing is, empty for those who have no part in it.
func (v *visit) filingPath(f projections.Filing) string {
	if !registrarsOfProgrammes.admits(v.who.Capacity) {
		return ""
	}
	return "/filings/" + string(f.Learner) + "/" + strconv.FormatUint(f.Revision, 10)
}

// toSend reports whether an agency has still to be told.
func toSend(f projections.Filing) bool {
	return f.State == projections.FilingDue || f.State == projections.FilingPrepared || f.State == projections.FilingRejected
}

// filings lists what agencies have to be told, and then what they were told.
func (v *visit) filings() error {
	states := []option{{Label: v.say("Every state")}}
	for _, s := range []projections.FilingState{projections.FilingDue, projections.FilingPrepared, projections.FilingRejected, projections.FilingSubmitted, projections.FilingAccepted} {
		states = append(states, option{Value: string(s), Label: v.say(filingWords[s])})
	}
	programs, err := v.programOptions()
	if err != nil {
		return err
	}
	f := v.narrowed("/filings",
		input{Name: "state", Kind: listInput, Label: v.say("State"), Optional: true, Options: states},
		input{Name: "program", Kind: listInput, Label: v.say("Programme"), Optional: true, Options: programs})
	asked := projections.FilingQuery{State: projections.FilingState(f.value("state")), Program: domain.ProgramID(f.value("program")), OpenFirst: true}
	n, err := v.Desk.CountFilings(v.ctx(), v.actor(), asked)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Filings", "/filings"), Filter: f, List: list{Caption: v.say("What agencies have to be told, and were"), Columns: []column{
		{Name: v.say("What happened"), Notes: v.say("Agency")}, {Name: v.say("Apprentice")}, {Name: v.say("Due")}, {Name: v.say("State"), Notes: v.say("Reference")},
	}}}
	switch {
	case n.Late > 0:
		d.Heading = v.say("%d filings are late", n.Late)
	case n.Open > 0:
		d.Heading = v.say("%d filings are to be sent", n.Open)
	default:
		d.Heading = v.say("Every agency has been told")
	}
	d.Lead = v.say("A change of an apprenticeship has to be told to the agency that registered it, within the days it allows. Open one to see what it is told.")
	d.Empty = emptiness{Title: v.say("What appears here"), Text: v.say("A filing opens by itself when an apprenticeship begins, pauses, changes or ends. It is listed here until the agency has accepted it, and afterwards as a record of it.")}
	if f.Clear != "" {
		d.Empty = v.noFit()
	}
	return v.showSome("filings", d, n.All, func(from, to int) ([]row, error) {
		asked.Skip, asked.First = from, to-from
		some, err := v.Desk.Filings(v.ctx(), v.actor(), asked)
		if err != nil {
			return nil, err
		}
		told, err := v.Desk.ToldOf(v.ctx(), some)
		rows := make([]row, len(some))
		for i, x := range some {
			rows[i] = v.filingRow(x, told[x.Learner])
		}
		return rows, err
	})
}

func (v *visit) filingRow(x projections.Filing, l *projections.Learner) row {
	due := cell{Text: v.day(wholeDay, x.DueOn), Value: x.DueOn.String()}
	if toSend(x) {
		due = v.dueCell(x.DueOn)
	}
	who := cell{Href: v.learnerPath(x.Learner, "")}
	if l != nil {
		who = cell{Text: v.text(l.Name), Href: v.learnerPath(x.Learner, l.Person)}
	}
	return row{{Text: v.say(happened(x.Cause)), Note: x.Agency, Href: v.filingPath(x)}, who,
		due, {Text: v.say(filingWords[x.State]), Tone: filingTones[x.State], Note: x.Reference}}
}

// filingData is all that filing.html may show: one thing that an agency has to be told.
type filingData struct {
	frame
	Heading, Lead string
	Steps         []signOff
	Step          int // of the current one; 0 once all are done
	Form          []fact
	Written       bool       // the form is what was written; otherwise what would be
	Wrong         *note      // what the agency found
	Act           *filingAct // nil for those who only read
	Back          string
}

func (d filingData) CurrentStep() *signOff {
	if d.Step == 0 {
		return nil
	}
	return &d.Steps[d.Step-1]
}

// A filingAct is what a coordinator records next. It posts action and key to Path, with reference
// once it is sent, and answer and errors once it is answered.
type filingAct struct {
	Path, Key       string
	Write           bool
	Send, Answer    bool
	Reference, Text string
	Answers         []option
	Errors          fieldErrors
}

// filingOf is the filing that the address names.
func (v *visit) filingOf() (projections.Filing, error) {
	revision, err := strconv.ParseUint(v.r.PathValue("revision"), 10, 64)
	if err != nil {
		return projections.Filing{}, domain.Refuse(domain.NotFound, "NO_SUCH_FILING", "There is no such filing.")
	}
	return v.Desk.Filing(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("id")), revision)
}

func (v *visit) filing() error {
	f, err := v.filingOf()
	if err != nil {
		return err
	}
	d, err := v.showFiling(f)
	if err != nil {
		return err
	}
	return show(v, filingPage, http.StatusOK, d)
}

func (v *visit) showFiling(f projections.Filing) (d filingData, err error) {
	d = filingData{frame: v.frame("Filing", "/filings"), Heading: v.say(happened(f.Cause)), Back: "/filings"}
	form, written, err := v.Desk.Written(v.ctx(), f)
	if err != nil {
		return d, err
	}
	d.Written = written
	if !written {
		if form, err = v.Desk.FilingForm(v.ctx(), f); err != nil {
			return d, err
		}
	}
	who := v.name(form.Apprentice)
	switch {
	case f.State == projections.FilingAccepted:
		d.Lead = v.say("%s was told of %s and accepted it on %s.", f.Agency, who, v.day(longerDay, f.Since))
	case f.State == projections.FilingSubmitted:
		d.Lead = v.say("%s was told of %s on %s and has not answered yet.", f.Agency, who, v.day(longerDay, f.Since))
	case f.DueOn.Before(v.Desk.Today()):
		d.Lead = v.say("%s had to be told of %s by %s.", f.Agency, who, v.day(longerDay, f.DueOn))
	default:
		d.Lead = v.say("%s has to be told of %s by %s.", f.Agency, who, v.day(longerDay, f.DueOn))
	}
	d.Form = v.filingFacts(form, who)
	d.Steps, d.Step = v.filingSteps(f)
	if wrong := v.text(f.Errors); wrong != "" {
		d.Wrong = &note{Who: f.Agency, When: v.day(shortDay, f.Since), Text: wrong, At: f.Since.String()}
	}
	if v.who.Capacity == domain.Coordinator && f.State != projections.FilingAccepted {
		d.Act = &filingAct{Path: v.filingPath(f), Key: newKey(),
			Write: f.State == projections.FilingDue || f.State == projections.FilingRejected, Send: f.State == projections.FilingPrepared, Answer: f.State == projections.FilingSubmitted,
			Answers: []option{{Value: "accepted", Label: v.say("Accepted"), Hint: v.say("The agency took it on its books")}, {Value: "rejected", Label: v.say("Found something wrong"), Hint: v.say("It is written anew and sent again")}}}
	}
	return d, nil
}

// filingFacts is what an agency is told, as its form asks for it.
func (v *visit) filingFacts(f desk.FilingForm, who string) (facts []fact) {
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, fact{label, value})
		}
	}
	hours := func(m domain.Minutes) string { return v.say("%d hours", int(m/60)) }
	add(v.say("Apprentice"), who)
	add(v.say("Registration number"), f.ApprenticeNo)
	add(v.say("Programme number"), f.ProgramNo)
	add(v.say("Occupation"), f.Occupation)
	add(v.say("What happened"), v.say(happened(f.Cause)))
	add(v.say("It happened on"), v.day(wholeDay, f.OccurredOn))
	add(v.say("First day"), v.day(wholeDay, f.StartOn))
	add(v.say("Expected end"), v.day(wholeDay, f.ExpectedEndOn))
	add(v.say("Ended on"), v.day(wholeDay, f.EndedOn))
	if f.InProbation {
		add(v.say("Probation"), v.say("Ended within probation"))
	}
	add(v.say("On the job"), hours(f.OnTheJob))
	add(v.say("In class"), hours(f.Instruction))
	return facts
}

// filingSteps are the steps of a filing, and which of them is next.
func (v *visit) filingSteps(f projections.Filing) ([]signOff, int) {
	steps := []signOff{
		{Label: v.say("It happened"), When: v.day(shortDay, f.OccurredOn), State: stateDone},
		{Label: v.say("Written"), State: stateAhead}, {Label: v.say("Sent"), State: stateAhead}, {Label: v.say("Answered"), State: stateAhead},
	}
	at := map[projections.FilingState]int{projections.FilingDue: 1, projections.FilingRejected: 1, projections.FilingPrepared: 2, projections.FilingSubmitted: 3, projections.FilingAccepted: 4}[f.State]
	for i := range at {
		steps[i].State = stateDone
	}
	if f.Reference != "" && at > 2 {
		steps[2].Who = f.Reference
	}
	if at > 1 {
		steps[at-1].When = v.day(shortDay, f.Since)
	}
	if at == len(steps) {
		return steps, 0
	}
	steps[at].State = stateReview
	if f.State == projections.FilingRejected {
		steps[at].State = stateAgain
	}
	if at < 3 {
		steps[at].When = v.say("By %s", v.day(shortDay, f.DueOn))
	}
	return steps, at + 1
}

func (v *visit) recordFiling() error {
	f, err := v.filingOf()
	if err != nil {
		return err
	}
	notice, err := v.fileNext(f)
	r := v.refusal(err)
	if err != nil && r == nil {
		return err
	}
	if r == nil {
		return v.done(v.r.URL.Path, notice)
	}
	d, err := v.showFiling(f)
	if err != nil {
		return err
	}
	if d.Act == nil {
		return r
	}
	d.Problems, d.Act.Errors = wrong(r, map[string]string{"reference": "reference", "errors": "errors", "answer": "answer"})
	d.Act.Reference, d.Act.Text = v.field("reference"), v.field("errors")
	for i, o := range d.Act.Answers {
		d.Act.Answers[i].Chosen = o.Value == v.field("answer")
	}
	return show(v, filingPage, statusOf(r), d)
}

// fileNext records what the form says, and says so.
func (v *visit) fileNext(f projections.Filing) (string, error) {
	switch v.field("action") {
	case "write":
		_, err := v.Desk.PrepareFiling(v.ctx(), v.ask(), f.Learner, f.Revision)
		return v.say("Written. Send it to the agency now, and record the reference of its receipt."), err
	case "send":
		_, err := v.Desk.SubmitFiling(v.ctx(), v.ask(), f.Learner, f.Revision, v.field("reference"))
		return v.say("Recorded as sent. What the agency answers is recorded here."), err
	case "answer":
		if v.field("answer") == "" {
			return "", domain.Refuse(domain.Invalid, "ANSWER_MISSING", "%s", v.say("Choose what the agency answered.")).About("answer")
		}
		_, err := v.Desk.AnswerFiling(v.ctx(), v.ask(), f.Learner, f.Revision, v.field("answer") == "accepted", v.field("errors"))
		if v.field("answer") == "accepted" {
			return v.say("Recorded as accepted. Nothing more is to be done."), err
		}
		return v.say("Recorded. Put right what the agency found, and write it anew."), err
	}
	return "", errBadForm
}
