package portal

import (
	"html/template"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

var approvalRoutes = []route{
	{"GET /approvals", (*visit).approvals, everyone},
	{"GET /approvals/hours", (*visit).signedWeeks, everyone},
	{"POST /approvals/hours", (*visit).signOffWeeks, everyone},
	{"GET /approvals/hours/{a}/{week}", (*visit).reviewWeek, everyone},
	{"POST /approvals/hours/{a}/{week}", (*visit).decideWeek, everyone},
	{"GET /approvals/milestones/{a}/{r}", (*visit).reviewMilestone, everyone},
	{"POST /approvals/milestones/{a}/{r}", (*visit).rateMilestone, everyone},
	{"GET /approvals/role-changes/{id}", (*visit).reviewMove, everyone},
	{"POST /approvals/role-changes/{id}", (*visit).decideMove, everyone},
}

var approvalsPage = newPage[approvalsData]("approvals.html",
	"approval-hours.html", "approval-milestone.html", "approval-role-change.html", "evidence.html", "conversation.html", "timesheet.html", "inputs.html", "files.html", "said.html")

// approvalsData is all that approvals.html may show: what waits for the viewer and, when one
// of Hours, Milestone and RoleChange is set, that request and the decision on it.
type approvalsData struct {
	frame
	Reader  bool // nothing ever waits for the viewer
	Queue   queue
	All     int // that wait for the viewer and for their office
	Receipt *receipt
	Office  office
	Self    bool            // it waits for the viewer in person
	Lands   []template.HTML // what may come to wait for the viewer

	Kind, Reference string // "Hours", "week of 16 Nov 2026"; "Role change", "RT-1042"
	Heading, Lead   string
	Steps           []signOff
	Hours           *hoursDocument
	Milestone       *milestoneDocument
	RoleChange      *roleChangeDocument
	Said            *remarks      // to this record
	Talk            []note        // oldest first
	Conversation    *conversation // how Talk goes on; nil where it does not
	History         []deed

	Decision *decision // nil when the viewer cannot decide
	Outcome  *outcome  // instead of Decision, once decided
	About    *about
}

// Open says whether the page shows one request.
func (d approvalsData) Open() bool {
	return d.Hours != nil || d.Milestone != nil || d.RoleChange != nil
}

// Beside says whether what waits for the viewer stands beside the one request: not where nothing
// does, unless the viewer decided this one.
func (d approvalsData) Beside() bool {
	return !d.Reader && (d.Queue.All > 0 || d.Outcome != nil && d.Outcome.By == d.Viewer.Name)
}

// leaveLinks leaves out where the record is, for who knows of the request and not of the record any more.
func (d *approvalsData) leaveLinks() {
	d.About.Path = ""
	for i := range d.RoleChange.Rules {
		d.RoleChange.Rules[i].Evidence.Href = ""
	}
	d.RoleChange.Shown = nil
}

// Step is the place of the open sign-off, from 1, or 0 when none is open.
func (d approvalsData) Step() int {
	for i, s := range d.Steps {
		if s.State == stateReview {
			return i + 1
		}
	}
	return 0
}

// CurrentStep is the open sign-off.
func (d approvalsData) CurrentStep() *signOff {
	if n := d.Step(); n > 0 {
		return &d.Steps[n-1]
	}
	return nil
}

// NextStep is the sign-off after the open one, nil when there is none.
func (d approvalsData) NextStep() *signOff {
	if n := d.Step(); n > 0 && n < len(d.Steps) {
		return &d.Steps[n]
	}
	return nil
}

// A queue is what waits for the viewer, or the part of it that is shown.
type queue struct {
	Items          []queueItem
	All, Found     int // that wait; of these, that were looked for
	Kinds          []navItem
	Kind, Seek     string // looked for
	Previous, Next string // paths of other parts
	Bulk, BulkKey  string // posting id (repeated) to Bulk signs off several weeks; empty when nothing can
}

// Ready is how many of the weeks that are shown can be signed off together.
func (q queue) Ready() (n int) {
	for _, i := range q.Items {
		if i.ID != "" {
			n++
		}
	}
	return n
}

// Narrowed says whether less is shown than waits.
func (q queue) Narrowed() bool { return q.Kind != "" || q.Seek != "" }

// A queueItem is one request that waits for the viewer.
type queueItem struct {
	Path          string
	ID            string // the value of the box for signing off several; empty has no box
	Minutes       int    // of the week
	Who, Initials string
	What, Kind    string // "40 h, week of 16 Nov", "Hours"
	Reference     string // of a role change: "RT-1042"
	Age           string // "Today", "6 days"
	Late          bool
	For           string // in whose place the viewer decides
	Sound         string // what speaks for it or against it: "6 of 6 met", "13 h on Tue 17 Nov"
	Blocked       bool   // Sound speaks against it
	Plain         bool   // Sound speaks neither for it nor against it
	Current       bool
}

// A receipt tells what was signed off together.
type receipt struct {
	Heading, Text string
	Lines         []receiptLine
}

type receiptLine struct {
	Who  link
	What string
}

// A signOff is one step on the way to a decision.
type signOff struct {
	Label, Who, When string
	State            state
}

// An hoursDocument is a week of hours as its approver reads it.
type hoursDocument struct {
	Columns  []hoursColumn
	Days     []hoursDay
	Total    domain.Minutes
	Usual    domain.Minutes
	Approved domain.Minutes // in the whole apprenticeship, before this week
	Warnings []string
}

// Editable is false: an approver changes no hours.
func (hoursDocument) Editable() bool { return false }

// A milestoneDocument is what a learner sent to have a milestone signed off.
type milestoneDocument struct {
	Rule     []fact // what it takes
	Evidence []evidence
	Attempts []attempt // newest first
	Feedback []note    // of the last attempt
}

// An attempt was rated or scored.
type attempt struct {
	On            domain.Date
	Who, Mark     string // "Priya Raman", "2 With some help"
	Passed, Lapse bool   // Lapse: it counts no more
}

// An evidence is one piece of work, course result or certificate.
type evidence struct {
	Link   link
	Kind   string // "Lab report"
	SentOn domain.Date
	Note   string
	Files  []shownFile
	Bare   bool // it came without a link and without a file
}

// A roleChangeDocument is a request to move to another role.
type roleChangeDocument struct {
	Rules       []checkedRule
	Soon        []string // what is met and does not hold for long after the start
	Shown       []shownWork
	Withheld    string // what of the evidence the viewer does not read, and who does
	EffectiveOn string // "7 December"
	Changes     []change
}

// Met is the number of rules that are met.
func (d roleChangeDocument) Met() int {
	n := 0
	for _, r := range d.Rules {
		if r.State == stateDone {
			n++
		}
	}
	return n
}

// A checkedRule is a condition with what speaks for it.
type checkedRule struct {
	Text, Have string
	Evidence   link
	SignedBy   string
	State      state
	Soon       string // when it runs out, if that is soon
}

// Word says aloud what the mark beside r shows, in English.
func (r checkedRule) Word() string {
	if r.State != stateDone {
		return "Not met yet"
	}
	return "Met"
}

// A change is one thing that will be different.
type change struct{ Field, Now, After string }

func (c change) Differs() bool { return c.Now != c.After }

// A note is what somebody wrote.
type note struct {
	Who, When, Text string
	At              string // RFC 3339
	Did             string // what they did with these words, unless they only said them
}

// A deed is something that was done about a request.
type deed struct {
	On        domain.Date
	Who, What string
}

// A decision is a form that posts Field with the value of one of Options, TextField with the
// message, key and snapshot to Path.
type decision struct {
	Path, Key string
	Snapshot  string // what the viewer has seen; a decision on something older is refused
	Field     string // "decision", or "rating" for a milestone
	Legend    string
	Options   []option
	Inputs    []input
	Pass      string // for a rating: what passes, as a sentence
	TextField string // "reason", or "feedback" for a milestone
	To        string // who reads the message: "Maya and Priya"
	Required  string // when a message is needed: "Needed unless you approve"
	Message   string
	Submit    string // "Submit decision"
	Summary   string // beside the phone's Decide button: "6 of 6 met"
	Blocked   bool   // Summary speaks against it
	Errors    fieldErrors
}

// An outcome is a decision that was made.
type outcome struct {
	Word      string // "Approved", "Sent back"
	Tone      tone
	Text      string // who was told and what happens next
	By        string
	Reference string
	Next      *link // the next request
}

// An about is what to know of the learner beside the request.
type about struct {
	First string
	Facts []fact
	Path  string // of the pathway
}

type fact struct{ Label, Value string }

// kindsOfRequests are the kinds of what can wait, each with the words for one of it and for
// all of them, in English.
var kindsOfRequests = []struct {
	kind      projections.InboxKind
	one, many string
}{
	{projections.AwaitingHours, "Hours", "Hours"},
	{projections.AwaitingMilestone, "Milestone", "Milestones"},
	{projections.AwaitingTransition, "Role change", "Role changes"},
	{projections.AwaitingErasure, "Erasure", "Erasures"},
}
