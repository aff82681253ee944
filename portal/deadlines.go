package portal

import (
	"net/url"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

var deadlineRoutes = []route{
	{"GET /deadlines", (*visit).deadlines, accountable},
	{"GET /deadlines.csv", (*visit).deadlines, accountable},
}

// accountable are those whom something is due from, and who look after it.
var accountable = only(domain.Coordinator, domain.HR, domain.Auditor, domain.Manager, domain.Mentor, domain.Apprentice)

// dueKinds are what can be due, in the order in which a filter offers it.
var dueKinds = []desk.DeadlineKind{desk.EndProbation, desk.EvaluateDue, desk.ExpectedReturn, desk.ExpectedEnd, desk.TellAgency,
	desk.DecideOnMove, desk.Renewal, desk.SeatToAccept, desk.PlannedBy}

// dueWords name what is due, in English.
var dueWords = map[desk.DeadlineKind]string{
	desk.EndProbation: "End of probation", desk.EvaluateDue: "Evaluation", desk.ExpectedReturn: "Back from a break",
	desk.ExpectedEnd: "Expected end", desk.TellAgency: "Tell the agency", desk.DecideOnMove: "Decision on a role change",
	desk.Renewal: "Certificate to renew", desk.SeatToAccept: "Seat to accept", desk.PlannedBy: "Milestone",
}

// dueNotes say what to do about it, in English.
var dueNotes = map[desk.DeadlineKind]string{
	desk.EndProbation: "Decide whether probation is completed.", desk.EvaluateDue: "Evaluate how the apprentice comes on.",
	desk.ExpectedReturn: "Record that the apprentice is back, or a later day.", desk.ExpectedEnd: "Complete the apprenticeship, or change its expected end.",
}

// deadlines lists what has to be done about the learners whose work the viewer reads.
func (v *visit) deadlines() error {
	kinds := []option{{Label: v.say("Everything")}}
	for _, k := range dueKinds {
		kinds = append(kinds, option{Value: string(k), Label: v.say(dueWords[k])})
	}
	programs, err := v.programOptions()
	if err != nil {
		return err
	}
	f := v.narrowed("/deadlines",
		input{Name: "kind", Kind: listInput, Label: v.say("What is due"), Optional: true, Options: kinds},
		input{Name: "program", Kind: listInput, Label: v.say("Programme"), Optional: true, Options: programs})
	all, err := v.Desk.Deadlines(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Deadlines", "/deadlines"), Filter: f, List: list{Caption: v.say("What is due, the earliest first"), Columns: []column{
		{Name: v.say("What is due"), Notes: v.say("What to do")}, {Name: v.say("Apprentice")}, {Name: v.say("Due")}, {Name: v.say("With")},
	}}}
	late, shown := 0, all[:0]
	for _, x := range all {
		if f.value("kind") != "" && f.value("kind") != string(x.Kind) || f.value("program") != "" && f.value("program") != string(x.Learner.Program) {
			continue
		}
		if x.DueOn.Before(v.Desk.Today()) {
			late++
		}
		shown = append(shown, x)
	}
	ahead := len(shown) - late
	switch {
	case late > 0:
		d.Heading = v.say("%d things are late", late)
	case ahead > 0:
		d.Heading = v.say("Nothing is late")
	default:
		d.Heading = v.say("Nothing is due")
	}
	d.Lead = v.say("%d more are due within 60 days. The earliest come first.", ahead)
	if v.may(accompanying...) {
		d.Also = link{v.say("Requests that wait too long for somebody are listed with the apprentices at risk."), "/apprentices?" + url.Values{"risk": {string(lateRisk)}}.Encode()}
	}
	d.Empty = emptiness{Title: v.say("What appears here"), Text: v.say("The end of probation, evaluations, days on which somebody comes back from a break, expected ends, what the agency has to be told, decisions on role changes, certificates that run out, seats that are held and planned milestones: from 60 days before the day, until it is done.")}
	if f.Clear != "" {
		d.Empty = v.noFit()
	}
	return v.showEach("deadlines", d, len(shown), func(i int) row { return v.dueRow(shown[i]) })
}

// noFit says that a filter leaves nothing.
func (v *visit) noFit() emptiness {
	return emptiness{Title: v.say("Nothing fits this filter"), Text: v.say("Choose something else above, or show all.")}
}

// programOptions are all programmes and each that the viewer may see.
func (v *visit) programOptions() ([]option, error) {
	known, err := v.Desk.Programs(v.ctx(), v.actor())
	options := []option{{Label: v.say("All programmes")}}
	for _, p := range known {
		options = append(options, option{Value: string(p.ID), Label: p.Title})
	}
	return options, err
}

func (v *visit) dueRow(x desk.Deadline) row {
	what := cell{Text: v.say(dueWords[x.Kind]), Note: v.say(dueNotes[x.Kind])}
	if x.Kind == desk.TellAgency {
		what.Note = v.say("%s has to be told: %s", x.Filing.Agency, v.say(happened(x.Filing.Cause)))
		what.Href = v.filingPath(x.Filing)
	}
	if x.Title != "" {
		what.Note = x.Title
	}
	return row{what, {Text: v.text(x.Learner.Name), Href: v.learnerPath(x.Learner.ID, x.Learner.Person)}, v.dueCell(x.DueOn), {Text: v.heldBy(x.Person, x.Holder)}}
}

// learnerPath leads to a learner's record.
func (v *visit) learnerPath(id domain.ApprenticeshipID, who domain.PersonID) string {
	if who == v.who.ID {
		return "/pathway"
	}
	return "/apprentices/" + string(id)
}

// dueCell says how far off a day is, and marks what is late.
func (v *visit) dueCell(on domain.Date) cell {
	c := cell{Value: on.String(), Note: v.day(wholeDay, on)}
	switch days := on.DaysSince(v.Desk.Today()); {
	case days < 0:
		c.Text, c.Tone = v.say("%d days late", -days), toneWarn
	case days == 0:
		c.Text = v.say("Due today")
	default:
		c.Text = v.say("In %d days", days)
	}
	return c
}

// dueTitle says what is due.
func (v *visit) dueTitle(x desk.Deadline) string {
	what := v.say(dueWords[x.Kind])
	if x.Title == "" {
		return what
	}
	return v.say("%s: %s", what, x.Title)
}

// dueWhat says what is due of a learner, and with whom if that is neither the learner nor the
// office that keeps the record.
func (v *visit) dueWhat(x desk.Deadline) string {
	what := v.dueTitle(x)
	if x.Person == x.Learner.Person || x.Person == "" && x.Holder == domain.Coordinator {
		return what
	}
	return v.say("%s, with %s", what, v.holder(x.Person, x.Holder))
}
