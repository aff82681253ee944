package portal

import (
	"cmp"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/desk"
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
		out[i] = stage{Role: s.Role.Title, Span: v.span(from, until), State: stateAhead}
		switch {
		case i < now || rec.over():
			out[i].State, out[i].Note = stateDone, v.say("Complete")
		case i == now && !rec.begun():
			out[i].Note = v.say("Starts here")
		case i == now:
			out[i].State, out[i].Note = stateActive, v.say("Now here")
			if v.who.ID == rec.learner.Person {
				out[i].Note = v.say("You are here")
			}
		case i == len(held)-1:
			out[i].Note = v.say("Goal")
		case i == now+1:
			out[i].Note = v.say("Next")
		}
		out[i].Why = v.whyNotYet(rec, s, i-now)
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

// whyNotYet says why nothing of a stage that lies away stages ahead can be done, empty where it can.
func (v *visit) whyNotYet(rec record, s pathway.Stage, away int) string {
	own, name := v.who.ID == rec.learner.Person, firstName(v.name(rec.learner.Person))
	role := desk.InSentence(s.Role.Title)
	switch {
	case rec.over() || away < 0:
		return ""
	case away > 0 && own:
		return v.say("These open once your role is %s.", role)
	case away > 0:
		return v.say("These open once the role of %s is %s.", name, role)
	case rec.begun():
		return ""
	case own:
		return v.say("These open on your first day, planned for %s.", v.day(wholeDay, rec.learner.StartOn))
	}
	return v.say("These open on the first day of %s, planned for %s.", name, v.day(wholeDay, rec.learner.StartOn))
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

func (v *visit) span(from, until domain.Date) string {
	first := v.day(yearMonth, from)
	if from.Format("2006") == until.Format("2006") {
		first = v.day(bareMonth, from)
	}
	return first + " – " + v.day(yearMonth, until)
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
	m := milestone{ID: r.ID, Title: r.Title, Worth: v.worth(r), State: stateAhead}
	day, year := v.day(shortDay, known.Since), v.day(wholeDay, known.Since)
	path := "/milestones/" + string(rec.learner.ID) + "/" + string(r.ID)
	switch known.State {
	case pathway.Attained:
		m.State, m.When, m.Soon = stateDone, year, v.runsOut(rec, known.ValidUntil)
		if r.ByCredit() {
			m.Word = v.say("Posted by college")
		} else if known.Level > 0 {
			m.Detail = v.say("Rated %d of %d.", known.Level, milestones.TopRating)
		}
	case pathway.UnderReview:
		m.State, m.When, m.Detail = stateReview, v.say("Sent %s", day), v.say("%s is looking at it.", firstName(v.name(known.Assessor)))
	case pathway.NotYetAttained:
		m.State, m.When = stateAgain, v.say("Back since %s", day)
		if known.Feedback != "" && rec.work {
			m.Detail = v.say("%s: “%s”", firstName(v.name(known.Assessor)), v.text(known.Feedback))
		}
	case pathway.Waived:
		m.State, m.When, m.Word = stateDone, year, v.say("Waived")
	case pathway.Expired:
		m.State, m.When, m.Detail = stateAgain, v.say("Expired %s", day), v.say("Show that it was renewed.")
		if domain.Stream(known.Basis).Category() == "credential" {
			m.Detail = v.say("The certificate it rests on has ended.")
		}
	case pathway.InProgress:
		m.State, m.When = stateActive, v.say("Begun %s", day)
		m.Detail = v.holds(rec, r, away)
	default:
		m.Detail = v.holds(rec, r, away)
		switch {
		case away > 0 || !rec.begun():
			m.When = v.say("Plan: %s", v.day(yearMonth, from))
		case own:
			m.Start = path + "/start"
		}
	}
	if own && (m.State == stateActive || m.State == stateAgain) && !r.ByCredit() {
		m.Evidence = &evidenceForm{Path: path + "/evidence", Key: newKey(), Keep: v.draft(path), To: mentor, Kinds: v.evidenceKinds(r.Means().Evidence)}
	}
	if rec.work {
		if known.State != "" {
			m.History = v.historyPath(rec, desk.MilestoneLevel, string(r.ID))
		}
		for _, e := range known.Evidence {
			m.Files = append(m.Files, v.filesOf(rec.learner.ID, r.ID, e)...)
		}
	}
	m.Word = cmp.Or(m.Word, v.say(m.State.Word()))
	return m
}

// holds says who does what next about a milestone that nothing was sent for, or why nobody does.
func (v *visit) holds(rec record, r pathway.Requirement, away int) string {
	begun := rec.milestones[r.ID].State == pathway.InProgress
	own, name, mentor := v.who.ID == rec.learner.Person, firstName(v.name(rec.learner.Person)), firstName(v.name(rec.learner.Mentor))
	switch {
	case rec.over() || away > 0 || !rec.begun():
		return ""
	case away < 0:
		return v.say("It was left open when the role changed; nothing is to be done.")
	case r.ByCredit():
		return v.holdsCourse(rec, r, begun)
	case r.Observed() && own:
		return v.say("%s rates it by watching you at work; you need not send anything.", mentor)
	case r.Observed():
		return v.say("%s rates it by watching %s at work.", mentor, name)
	case begun && own:
		return v.say("Send evidence when you have something to show; %s rates it.", mentor)
	case begun:
		return v.say("%s sends evidence when there is something to show; %s rates it.", name, mentor)
	case own:
		return v.say("Start it when you begin to work on it; %s rates what you show.", mentor)
	}
	return v.say("%s starts it and sends evidence; %s rates it.", name, mentor)
}

// holdsCourse is holds of a course, which a college's award ends.
func (v *visit) holdsCourse(rec record, r pathway.Requirement, begun bool) string {
	own, name := v.who.ID == rec.learner.Person, firstName(v.name(rec.learner.Person))
	if !begun && own {
		return v.say("Start it when you begin the course; the college posts the result.")
	}
	if !begun {
		return v.say("%s starts it with the course; the college posts the result.", name)
	}
	for _, a := range rec.next {
		switch {
		case a.Subject != milestones.Stream(rec.learner.ID, r.ID):
		case a.Kind == desk.LetCollegeSee && own:
			return v.say("The college posts the result once you let it see your record.")
		case a.Kind == desk.LetCollegeSee:
			return v.say("The college posts the result once %s lets it see the record.", name)
		case a.Kind == desk.AgreeOnCourse:
			return v.say("The coordinator still has to agree with a college on a course for it.")
		case a.Partner != "" && own:
			return v.say("%s posts it when you pass.", v.college(a.Partner))
		case a.Partner != "":
			return v.say("%s posts it when %s passes.", v.college(a.Partner), name)
		}
	}
	return v.say("The college posts the result.")
}

func (v *visit) worth(r pathway.Requirement) string {
	switch {
	case r.ByCredit():
		return v.credits(r.Credit)
	case r.Kind == pathway.Work, r.Kind == pathway.Lab, r.Kind == pathway.Certificate: // their titles say so
		return spent(r)
	case r.Minutes > 0:
		return v.say("%s, %s", r.Means().Title, spent(r))
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
func (v *visit) evidenceKinds(usual []string) (out []option) {
	for _, w := range evidenceWords {
		out = append(out, option{Value: string(w.kind), Label: v.say(w.text), Chosen: len(usual) > 0 && usual[0] == string(w.kind)})
	}
	return out
}

// gate tells the role change at the end of a stage that lies away stages ahead.
func (v *visit) gate(rec record, to domain.RoleID, away int, planned domain.Date) *gate {
	g := &gate{ID: string(to), Title: v.say("Role change"), State: stateAhead, Word: v.say(stateAhead.Word()), When: v.say("Plan: %s", v.day(yearMonth, planned))}
	if on := rec.entered(to); !on.IsZero() {
		g.State, g.When, g.Word = stateDone, v.day(wholeDay, on), v.say("Approved")
		return g
	}
	if away > 0 {
		return g
	}
	g.Href = "#ready"
	t, known := rec.move(to)
	switch {
	case known && (t.State == projections.TransitionScheduled || t.State == projections.TransitionApproved):
		g.State, g.When, g.Word = stateActive, v.say("Starts %s", v.day(wholeDay, t.EffectiveOn)), v.say("Approved")
	case known && t.State == projections.TransitionSubmitted:
		g.State, g.When, g.Word = stateReview, v.say("Asked %s", v.day(shortDay, domain.DateOf(v.here(t.ProposedAt)))), v.say("Being decided")
	case known && t.State == projections.TransitionReturned:
		g.State, g.Word = stateAgain, v.say("Sent back")
	default:
		g.Word = v.say("%d of %d ready", pathway.CountMet(rec.ready.Findings), len(rec.ready.Findings))
	}
	return g
}
