package portal

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

var pathwayRoutes = []route{
	{"GET /pathway", (*visit).ownPathway, everyone},
	{"POST /milestones/{a}/{r}/start", (*visit).startMilestone, everyone},
	{"POST /milestones/{a}/{r}/evidence", (*visit).sendEvidence, everyone},
	{"GET /milestones/{a}/{r}/{act}", (*visit).backToMilestone, everyone},
	{"POST /transitions", (*visit).askForMove, everyone},
	{"GET /transitions", (*visit).home, everyone},
}

var pathwayPage = newPage[pathwayData]("pathway.html", "files.html", "said.html")

// pathwayData is all that pathway.html may show: one learner's way, to the learner or to
// somebody who accompanies it.
type pathwayData struct {
	frame
	Learner     string // full name
	Own         bool   // the viewer is the learner
	Work        bool   // the viewer reads what the learner did, week by week
	Heading     string // "Help desk to security analyst"
	Standing    standing
	Month, Term int         // of the apprenticeship; Term 0 has no end
	FinishOn    domain.Date // as planned; zero when the plan is in doubt
	LogHours    string      // path
	Record      string      // path; empty for the learner, whom a tab leads there
	Unshown     int         // facts on record that a fault keeps from this page

	Stages   []stage
	Next     []nextStep
	Weeks    []weekHours // oldest first
	Usual    domain.Minutes
	Activity []activity

	Meters  []meter
	Ready   *readiness // nil when no role change lies ahead
	Gateway *link      // how far it is agreed that the learner is ready for the assessment at the end; nil when there is none
	Credits []collegeCredit
	Said    *remarks // to records that were not amended
	People  []contact
	Sharing *sharingLine
	Erase   string // path of the page that asks once more
}

// First is the learner's first name.
func (d pathwayData) First() string { return firstName(d.Learner) }

func (d pathwayData) Map() pathMap  { return drawMap(d.Stages) }
func (d pathwayData) Mini() miniMap { return drawMini(d.Stages) }

// Drawing is the map as HTML, in the tongue with a tag.
func (d pathwayData) Drawing(tag string) (template.HTML, error) {
	return kept(tag, "drawing", drawn(d.Own, d.Stages...), d)
}

// Listed is a stage in the list of milestones as HTML, in the tongue with a tag. Forms, and what
// people wrote or sent, are not kept.
func (d pathwayData) Listed(tag string, s stage) (template.HTML, error) {
	for _, m := range s.Milestones {
		if m.Start != "" || m.Evidence != nil || len(m.Files) > 0 || m.State != stateDone && m.State != stateAhead {
			return rendered(tag, "stage", s)
		}
	}
	return kept(tag, "stage", drawn(d.Own, s), s)
}

// Charts are the hours by week, drawn and as a table, as HTML, in the tongue with a tag.
func (d pathwayData) Charts(tag string) (template.HTML, error) {
	return kept(tag, "charts", fmt.Sprint(d.Usual, d.Weeks), d)
}

// kept is a part of the page that shows nothing but what it is given as a key.
func kept(tag, part, shown string, data any) (template.HTML, error) {
	return drawings.of(tag+" "+part+" "+shown, func() (template.HTML, error) { return rendered(tag, part, data) })
}

func rendered(tag, part string, data any) (template.HTML, error) {
	var b bytes.Buffer
	err := pathwayPage.in[tongueOf(tag, "")].ExecuteTemplate(&b, part, data)
	return template.HTML(b.String()), err
}

// Chart is drawn for the main column.
func (d pathwayData) Chart() chart { return drawChart(d.Weeks, d.Usual, 720, 190) }

// NarrowChart shows the last eight weeks, for a phone.
func (d pathwayData) NarrowChart() chart {
	return drawChart(d.Weeks[max(0, len(d.Weeks)-8):], d.Usual, 326, 170)
}

// A standing is how the learner is doing: "On track", "Behind plan", "On a break".
type standing struct {
	Word string
	Tone tone
}

// OnTrack reports whether all is as planned.
func (s standing) OnTrack() bool { return s.Tone == toneOK }

// A stage is the time in one role.
type stage struct {
	Role, Span string // "Junior SOC analyst", "Oct 2026 – May 2027"
	Note       string // a word or three for the map: "Complete", "You are here", "Goal"
	Why        string // nothing of it can be done yet, as a sentence; empty when it can
	State      state
	Milestones []milestone
	Gate       *gate // the role change at its end
}

// Finished is the number of milestones that are done.
func (s stage) Finished() int {
	n := 0
	for _, m := range s.Milestones {
		if m.State == stateDone {
			n++
		}
	}
	return n
}

// Open says whether the list shows the stage's milestones from the start.
func (s stage) Open() bool {
	if s.State != stateDone && s.State != stateAhead {
		return true
	}
	for _, m := range s.Milestones {
		if m.Evidence != nil && len(m.Evidence.Errors) > 0 {
			return true
		}
	}
	return false
}

// A milestone is one requirement of a stage.
type milestone struct {
	ID       domain.RequirementID
	Title    string
	Detail   string // who holds it and what happens next, as a sentence with its full stop
	When     string // "2 Nov 2026", "Sent 19 Nov", "Plan: Feb 2027"
	Worth    string // "96 h", "3 credits"
	State    state
	Word     string        // of the state, or one that says more: "Posted by college", "Waived"
	Start    string        // path; posting it starts the milestone
	Evidence *evidenceForm // nil when the viewer may not send any
	Files    []shownFile   // of what was shown
	History  string        // path; empty for one that was not begun
	Soon     string        // when it runs out, if that is soon
}

// Anchor is the id of the milestone's row.
func (m milestone) Anchor() string { return "m-" + string(m.ID) }

// A gate is a role change between two stages.
type gate struct {
	ID    string
	Title string // "Role change"
	When  string
	State state
	Word  string // "Approved", "2 of 6 ready"
	Href  string // of what it takes; empty while others come first, and once it is done
}

// Anchor is the id of the gate's row.
func (g gate) Anchor() string { return "g-" + g.ID }

// An evidenceForm posts kind, note, uri, key and files.
type evidenceForm struct {
	Path, Key string
	Keep      string // names the draft that the browser keeps
	To        string // first name of who will look at it
	Kinds     []option
	Note, URI string
	Errors    fieldErrors
}

// A nextStep is something to do now. Holder is who has it, when that is not the viewer.
type nextStep struct {
	Title, Why string
	Holder     string // "With Priya Raman since 19 Nov."
	Reference  string // of the request that it is about: "RT-1042"
	Due        string // "Due Mon 23 Nov"
	Urgent     bool
	Icon       string
	Action     link
}

// An activity is something that happened, as a sentence that begins with who did it.
type activity struct {
	On   domain.Date
	Text template.HTML
	Icon string
}

// A readiness answers whether the next role may be asked for.
type readiness struct {
	Role    string   // "security analyst"
	Lacking string   // how much is missing, as a sentence, until it is asked for
	Rules   []rule   // what is missing first
	Ask     *askForm // set when every rule is met and the viewer may ask
	Holder  string   // once asked: who has it now and since when, as a sentence
	Number  string   // once asked, the reference of the request, for who knows of it
	Hint    string   // before: who may ask and when, as a sentence
	// History is the path of how many rules were met when; empty where none is told.
	History string
}

// An askForm asks for a role change: it posts apprenticeship, to, effectiveOn, note and key.
type askForm struct {
	Path, Key      string
	Apprenticeship domain.ApprenticeshipID
	To             domain.RoleID
	Approver       string // who decides first
	EffectiveOn    string // ISO date
	Note           string
	Errors         fieldErrors
}

// Met is the number of rules that are met.
func (r readiness) Met() int {
	n := 0
	for _, rule := range r.Rules {
		if rule.State == stateDone {
			n++
		}
	}
	return n
}

// A rule is one condition of a role change, with where it stands.
type rule struct {
	Text, Detail string
	State        state
	Soon         string // when what it is met by runs out, if that is soon
}

// Word says aloud what the mark beside r shows, in English.
func (r rule) Word() string {
	switch r.State {
	case stateDone:
		return "Met"
	case stateReview:
		return "Waiting"
	}
	return "Not met yet"
}

// A collegeCredit is what one college has awarded.
type collegeCredit struct {
	College string
	Amount  string // "15"
	Unit    string // "semester credits"
	Detail  string
}

type contact struct{ Name, Initials, Role string }

// A sharingLine says who outside sees the record.
type sharingLine struct {
	Colleges []string
	Path     string
}

func (l sharingLine) Listed() string { return strings.Join(l.Colleges, ", ") }

func firstName(full string) string {
	if full == desk.FormerColleague {
		return full
	}
	first, _, _ := strings.Cut(full, " ")
	return first
}
