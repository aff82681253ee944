package portal

import (
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/projections"
)

// stageList tells the stages from the first role the learner held to the goal.
func (v *visit) stageList(rec record) []stage {
	held := rec.held()
	now := 0
	for i, s := range held {
		if s.Role.ID == rec.learner.Role {
			now = i
		}
	}
	out := make([]stage, len(held))
	from := rec.learner.StartOn
	for i, s := range held {
		if entered := rec.entered(s.Role.ID); !entered.IsZero() {
			from = entered
		}
		until := from.AddMonths(s.Months)
		if i < now {
			if next := rec.entered(held[i+1].Role.ID); !next.IsZero() {
				until = next
			}
		} else if until.Before(rec.today) {
			until = rec.today
		}
		out[i] = stage{Role: s.Role.Title, Span: span(from, until), State: stateAhead}
		switch {
		case i < now || rec.over():
			out[i].State, out[i].Note = stateDone, "Complete"
		case i == now && !rec.begun():
			out[i].Note = "Starts here"
		case i == now:
			out[i].State, out[i].Note = stateActive, "Now here"
			if v.who.ID == rec.learner.Person {
				out[i].Note = "You are here"
			}
		case i == len(held)-1:
			out[i].Note = "Goal"
		case i == now+1:
			out[i].Note = "Next"
		}
		for _, r := range open(s.Requirements, rec) {
			out[i].Milestones = append(out[i].Milestones, v.milestone(rec, r, i-now, from))
		}
		if i+1 < len(held) {
			out[i].Gate = v.gate(rec, held[i+1].Role.ID, i-now, until)
		}
		from = until
	}
	return out
}

// entered is the day a role was taken up, or no day.
func (rec record) entered(role domain.RoleID) (on domain.Date) {
	for _, s := range rec.stages {
		if s.Role == role {
			on = s.From
		}
	}
	return on
}

func span(from, until domain.Date) string {
	if from.Format("2006") == until.Format("2006") {
		return from.Format("Jan") + " – " + until.Format("Jan 2006")
	}
	return from.Format("Jan 2006") + " – " + until.Format("Jan 2006")
}

// open are the milestones in rs. Of a choice that was made, those that were not begun are left out.
func open(rs []pathway.Requirement, rec record) (out []pathway.Requirement) {
	for _, r := range rs {
		switch {
		case r.Kind == pathway.Group:
			attained, _, need := tally([]pathway.Requirement{r}, rec.milestones)
			for _, o := range open(r.Of, rec) {
				if _, begun := rec.milestones[o.ID]; begun || attained < need {
					out = append(out, o)
				}
			}
		case r.IsMilestone():
			out = append(out, r)
		}
	}
	return out
}

// milestone tells one milestone. Away is how many stages it lies ahead of the learner, or
// behind if negative; from is when its stage begins.
func (v *visit) milestone(rec record, r pathway.Requirement, away int, from domain.Date) milestone {
	known := rec.milestones[r.ID]
	own := v.who.ID == rec.learner.Person && away == 0 && rec.begun() && !rec.over()
	mentor := firstName(v.name(rec.learner.Mentor))
	m := milestone{ID: r.ID, Title: r.Title, Worth: worth(r), State: stateAhead}
	day := known.Since.Format("2 Jan")
	path := "/milestones/" + string(rec.learner.ID) + "/" + string(r.ID)
	switch known.State {
	case pathway.Attained:
		m.State, m.When = stateDone, known.Since.Format("2 Jan 2006")
		if r.ByCredit() {
			m.Tag = "Posted by college"
		} else if known.Level > 0 {
			m.Detail = fmt.Sprintf("Rated %d of %d.", known.Level, milestones.TopRating)
		}
	case pathway.UnderReview:
		m.State, m.When, m.Detail = stateReview, "Sent "+day, firstName(v.name(known.Assessor))+" is looking at it."
	case pathway.NotYetAttained:
		m.State, m.When = stateAgain, "Back since "+day
		if known.Feedback != "" && rec.work {
			m.Detail = firstName(v.name(known.Assessor)) + ": “" + v.text(known.Feedback) + "”"
		}
	case pathway.Waived:
		m.State, m.When, m.Tag = stateDone, known.Since.Format("2 Jan 2006"), "Waived"
	case pathway.Expired:
		m.State, m.When, m.Detail = stateAgain, "Expired "+day, "Show that it was renewed."
		if domain.Stream(known.Basis).Category() == "credential" {
			m.Detail = "The certificate it rests on has ended."
		}
	case pathway.InProgress:
		m.State, m.When = stateActive, "Begun "+day
		if r.ByCredit() {
			m.Detail = "The college posts the result."
		}
	default:
		switch {
		case away > 0 || !rec.begun():
			m.When = "Plan: " + from.Format("Jan 2006")
		case own:
			m.Start = path + "/start"
		}
	}
	if own && (m.State == stateActive || m.State == stateAgain) && !r.ByCredit() {
		m.Evidence = &evidenceForm{Path: path + "/evidence", Key: newKey(), To: mentor, Kinds: evidenceKinds(r.Means().Evidence)}
	}
	return m
}

func worth(r pathway.Requirement) string {
	switch {
	case r.ByCredit():
		return credits(r.Credit)
	case r.Kind == pathway.Work, r.Kind == pathway.Lab, r.Kind == pathway.Certificate: // their titles say so
		return spent(r)
	case r.Minutes > 0:
		return r.Means().Title + ", " + spent(r)
	}
	return r.Means().Title
}

func spent(r pathway.Requirement) string {
	if r.Minutes == 0 {
		return ""
	}
	return r.Minutes.String()
}

var evidenceWords = []struct {
	kind milestones.Kind
	text string
}{
	{milestones.Work, "A piece of work"},
	{milestones.Lab, "A lab report"},
	{milestones.Certificate, "A certificate"},
	{milestones.Course, "A course result"},
}

// evidenceKinds offers what can be shown, the usual for a milestone chosen.
func evidenceKinds(usual []string) (out []option) {
	for _, w := range evidenceWords {
		out = append(out, option{Value: string(w.kind), Label: w.text, Chosen: len(usual) > 0 && usual[0] == string(w.kind)})
	}
	return out
}

// gate tells the role change at the end of a stage that lies away stages ahead.
func (v *visit) gate(rec record, to domain.RoleID, away int, planned domain.Date) *gate {
	g := &gate{ID: string(to), State: stateAhead, When: "Plan: " + planned.Format("Jan 2006")}
	if on := rec.entered(to); !on.IsZero() {
		g.State, g.When, g.Tag = stateDone, on.Format("2 Jan 2006"), "Approved"
		return g
	}
	if away > 0 {
		return g
	}
	t, known := rec.move(to)
	switch {
	case known && (t.State == projections.TransitionScheduled || t.State == projections.TransitionApproved):
		g.State, g.When, g.Tag = stateActive, "Starts "+t.EffectiveOn.Format("2 Jan 2006"), "Approved"
	case known && t.State == projections.TransitionSubmitted:
		g.State, g.When, g.Tag = stateReview, "Asked "+t.ProposedAt.Format("2 Jan"), "Being decided"
	case known && t.State == projections.TransitionReturned:
		g.State, g.Tag = stateAgain, "Sent back"
	default:
		g.Tag = fmt.Sprintf("%d of %d ready", pathway.CountMet(rec.ready.Findings), len(rec.ready.Findings))
	}
	return g
}
