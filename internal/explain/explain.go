// Package explain says why something in a learner's record is not so yet: by which rule,
// what is there and what is missing, whose turn it is and since when, and what comes next.
// It computes on what the read model answered and asks nothing itself, so that it explains
// the record of any day.
package explain

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Explanation says why one thing is not so yet. What is there and what is missing add up
// to what is needed.
type Explanation struct {
	About   About
	Subject domain.Stream // what it is about, or what its facts will be recorded on
	Title   domain.Text   // of what is not so yet
	Rule    Rule

	There, Needed, Missing int
	Pending                int // of what is missing: handed in and not signed off
	Unit                   Unit

	Turn  Turn
	Since domain.Date // since when it is their turn; zero if that has no beginning
	Due   domain.Date // by when; zero if it has no end
	Next  Next

	Stale       bool            // of a move: the evidence is not what it was asked for on
	OverdueWith domain.PersonID // of a move: who held the step before and let the day pass

	Reason domain.Sealed // what somebody said about it, such as why it was sent back
	Of     []Explanation // of a group: the choices that are not met
}

// About says what kind of thing is not so yet.
type About string

const (
	Requirement    About = "requirement"
	Hours          About = "hours" // of a week, that do not count
	Move           About = "move"
	Credit         About = "credit"
	Sharing        About = "sharing" // that a college sees something
	Apprenticeship About = "apprenticeship"
	Completion     About = "completion"
	Wages          About = "wages"
	Filing         About = "filing" // with an agency
	Seat           About = "seat"   // in a cohort
	Certificate    About = "certificate"
)

// A Rule is what asks for it.
type Rule struct {
	ID     string // such as the id of a requirement
	Title  domain.Text
	Source Source
}

// A Source is where a rule stands.
type Source struct {
	Kind SourceKind
	Ref  string // such as "29 CFR 29.5(b)(8)", or the id and version of a pathway
}

// SourceKind says who made a rule.
type SourceKind string

const (
	ByRegulation SourceKind = "regulation"
	ByRuleSet    SourceKind = "rule-set" // a setting of the rules the apprenticeship is registered under
	ByStandard   SourceKind = "standard"
	ByPathway    SourceKind = "pathway"
	ByAgreement  SourceKind = "agreement"
	ByPolicy     SourceKind = "policy" // of this employer
)

// Unit is what There, Needed and Missing count.
type Unit string

const (
	Minutes   Unit = "minutes"
	Count     Unit = "count"
	Ratings   Unit = "rating"
	Semesters Unit = "semester" // hundredths of an hour of credit, as are the two below
	Quarters  Unit = "quarter"
	Clocks    Unit = "clock"
	Months    Unit = "months"
	Days      Unit = "days"
)

// A Turn says who can move it on: a person, an institution, or anybody who acts in Role.
// Without a role nobody can: its day has to come.
type Turn struct {
	Role    domain.Role
	Person  domain.PersonID
	Partner domain.PartnerID
}

// Next is what to do.
type Next string

const (
	LogHours          Next = "log-hours"
	MendHours         Next = "mend-hours"
	SignHours         Next = "sign-hours"
	WorkHours         Next = "work-hours"         // keep working and logging until there are enough
	WorkOn            Next = "work-on"            // a milestone that was begun
	ImproveOn         Next = "improve-on"         // a milestone that was not yet attained
	BeginWith         Next = "begin-with"         // a milestone that was not begun
	RenewIt           Next = "renew"              // a milestone that has expired
	RenewCertificate  Next = "renew-certificate"  // that a milestone rests on
	VerifyCertificate Next = "verify-certificate" // that was renewed
	Review            Next = "review"             // evidence
	Observe           Next = "observe"            // and rate what is seen at work
	AwaitCredit       Next = "await-credit"       // from a college
	AskForCredit      Next = "ask-for-credit"
	LetCollegeSee     Next = "let-college-see"
	AgreeOnCourse     Next = "agree-on-course" // with a college
	ChooseOf          Next = "choose"          // of a group
	MeetAll           Next = "meet-all"        // what a move or completion requires
	AskForMove        Next = "ask-for-move"
	SubmitMove        Next = "submit-move"
	ResubmitMove      Next = "resubmit-move"
	DecideMove        Next = "decide-move"
	ScheduleMove      Next = "schedule-move"
	AwaitMove         Next = "await-move"  // until its day
	AwaitTrial        Next = "await-trial" // its end
	ConfirmMove       Next = "confirm-move"
	AwardCredit       Next = "award-credit"
	PostCredit        Next = "post-credit"
	AppealCredit      Next = "appeal-credit"
	SignAgreement     Next = "sign-agreement"
	PutIntoForce      Next = "put-into-force"
	RenewAgreement    Next = "renew-agreement"
	RegisterIt        Next = "register"
	BeginIt           Next = "begin"
	PassProbation     Next = "pass-probation"
	Reinstate         Next = "reinstate"
	Evaluate          Next = "evaluate" // progress
	AcceptChange      Next = "accept-change"
	AgreeTransfer     Next = "agree-to-transfer"
	AddMentor         Next = "add-mentor"
	RateCompetency    Next = "rate-competency"
	TakeCourse        Next = "take-course"
	AskCompletion     Next = "ask-for-completion"
	AgreeGateway      Next = "agree-gateway"
	Assess            Next = "assess" // at the end
	ApproveWage       Next = "approve-wage"
	AwaitWage         Next = "await-wage"
	PrepareFiling     Next = "prepare-filing"
	SubmitFiling      Next = "submit-filing"
	MendFiling        Next = "mend-filing"
	OfferSeat         Next = "offer-seat"
	AcceptSeat        Next = "accept-seat"
	AwaitSeat         Next = "await-seat"
	Certify           Next = "certify"
)

// A Case is what is known of one learner on a day.
type Case struct {
	Today      domain.Date
	Learner    projections.Learner
	Rules      rules.Set
	Path       pathway.Pathway
	Stage      pathway.Stage // of the role held
	Entered    domain.Date   // since when it is held
	Stages     []projections.StageEntry
	Hours      []projections.Hours
	Findings   []pathway.Finding
	Snapshot   string             // of the evidence
	Weeks      []projections.Week // newest first
	Milestones []projections.Milestone
	Moves      []projections.Transition
	Waived     []domain.RequirementID // for the move that usually comes next
	Credits    []projections.Credit
	Consents   []projections.Consent
	Agreements []projections.Agreement

	Standard     projections.Standard // the zero value if there is none
	Completion   []standard.Finding
	OnTheJob     domain.Minutes // that counts to wages
	Pay          projections.Pay
	Filings      []projections.Filing
	Site         placement.Site
	Places       []Place
	Certificates []projections.Credential
}

// Explain tells of everything that is not so yet, in an order for reading: what hinders the
// apprenticeship as a whole, the hours, what the role held requires, credit, the move,
// completion and wages, and what is beside the pathway. Of an apprenticeship that is over it
// tells what an agency has still to be told, and of a completed one which move is on its way.
func (c Case) Explain() []Explanation {
	switch {
	case c.Learner.Status == projections.Completed:
		return append(c.filings(), c.asked()...)
	case c.Learner.Over():
		return c.filings()
	}
	out := append(c.apprenticeship(), c.filings()...)
	if c.Learner.BeganOn.IsZero() {
		return out
	}
	unmet := c.requirements()
	return slices.Concat(out, c.ratio(), c.hours(), unmet, c.credits(), c.move(unmet), c.completion(unmet), c.wages(), c.seats(), c.certificates(), c.sharing())
}

// pathwayRule is a rule of the pathway that the learner follows.
func (c Case) pathwayRule(id string, title domain.Text) Rule {
	return Rule{id, title, Source{ByPathway, string(c.Learner.Pathway) + "@" + itoa(c.Learner.PathwayVersion)}}
}

// learner is the turn of the apprentice.
func (c Case) learner() Turn { return Turn{Role: domain.Apprentice, Person: c.Learner.Person} }

// need fills in what is there, needed and missing.
func (e Explanation) need(there, needed int, u Unit) Explanation {
	e.There, e.Needed, e.Missing, e.Unit = there, needed, needed-there, u
	return e
}

// Waits reports whether somebody can do what comes next at once. What adds up by and by
// does not wait for anybody, nor does what waits under another explanation.
func (e Explanation) Waits() bool {
	switch e.Next {
	case WorkHours, TakeCourse, RateCompetency, ChooseOf, MeetAll, AwaitTrial, AwaitWage, AwaitSeat:
		return false
	case SignHours:
		return e.About == Hours
	}
	return true
}

// Decides reports whether n is for somebody to decide about another's record.
func (n Next) Decides() bool {
	switch n {
	case SignHours, Review, VerifyCertificate, Observe, DecideMove, ScheduleMove, ConfirmMove, RegisterIt, Certify, ApproveWage, Evaluate, Assess, AwardCredit, AwaitCredit, PostCredit:
		return true
	}
	return false
}
