package portal

import (
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A mate is a learner in a list of those whom somebody accompanies.
type mate struct {
	record
	glance   desk.Glance
	name     string
	standing standing
	due      due
	risks    []risk
}

// A due is a day and what is due then.
type due struct {
	on   domain.Date
	what string
}

// compare orders by the day; no day comes last.
func (d due) compare(e due) int {
	switch {
	case d.on == e.on:
		return 0
	case e.on.IsZero(), !d.on.IsZero() && d.on.Before(e.on):
		return -1
	}
	return 1
}

// A risk is what those who accompany a learner should see to.
type risk struct {
	kind riskKind
	text string
}

type riskKind string

const (
	behindRisk      riskKind = "behind"
	idleRisk        riskKind = "idle"
	lateRisk        riskKind = "late"
	certificateRisk riskKind = "certificate"
	aloneRisk       riskKind = "alone"
)

// risks are the kinds in the order in which they are told, in English.
var risks = []struct {
	kind riskKind
	text string
}{
	{behindRisk, "Behind plan"}, {idleRisk, "No hours for two weeks"}, {lateRisk, "A request is late"}, {certificateRisk, "A certificate runs out"}, {aloneRisk, "No mentor"},
}

func (v *visit) riskOptions() []option {
	out := []option{{Label: v.say("All, at risk or not")}, {Value: anyRisk, Label: v.say("At any risk")}}
	for _, r := range risks {
		out = append(out, option{Value: string(r.kind), Label: v.say(r.text)})
	}
	return out
}

// mates tells of learners how they stand, in one pass.
func (v *visit) mates(some []fellow) ([]mate, error) { return v.matesAs(v.actor(), some) }

// matesAs is mates as somebody else is told.
func (v *visit) matesAs(by domain.Actor, some []fellow) ([]mate, error) {
	if len(some) == 0 {
		return nil, nil
	}
	var learners []*projections.Learner
	for _, n := range some {
		learners = append(learners, n.Learner)
	}
	glances, err := v.Desk.Glances(v.ctx(), by, learners)
	if err != nil {
		return nil, err
	}
	out := make([]mate, len(glances))
	for i, g := range glances {
		rec := record{learner: g.Learner, today: v.Desk.Today(), ready: g.Ready, stages: g.Stages, hours: g.Hours, moves: g.Moves,
			milestones: map[domain.RequirementID]projections.Milestone{}, work: v.Desk.ReadsWork(by, g.Learner)}
		for _, m := range g.Milestones {
			rec.milestones[m.Requirement] = m
		}
		if rec.path, err = desk.Pathway(g.Learner); err != nil {
			return nil, err
		}
		m := mate{record: rec, name: some[i].name, standing: v.standing(rec)}
		m.glance, m.risks, m.due = g, v.risksOf(g, m), v.dueNext(g, rec)
		out[i] = m
	}
	return out, nil
}

// risksOf are a learner's, as far as the viewer is told.
func (v *visit) risksOf(g desk.Glance, m mate) (out []risk) {
	if m.standing.Tone == toneWarn {
		out = append(out, risk{behindRisk, m.standing.Word})
	}
	if g.Idle {
		text := v.say("No hours yet")
		if g.LastWeek != (domain.Week{}) {
			text = v.say("No hours since the week of %s", v.day(shortDay, g.LastWeek.Monday()))
		}
		out = append(out, risk{idleRisk, text})
	}
	if n := len(g.Late); n > 0 {
		out = append(out, risk{lateRisk, v.say("%d requests are late, the first since %s", n, v.day(shortDay, domain.DateOf(v.here(g.Late[0].Since))))})
	}
	for _, c := range g.Ending {
		text := v.say("%s runs out on %s", c.Title, v.day(wholeDay, c.ValidTo))
		if c.ValidTo.Before(m.today) {
			text = v.say("%s ran out on %s", c.Title, v.day(wholeDay, c.ValidTo))
		}
		out = append(out, risk{certificateRisk, text})
	}
	if g.Alone {
		out = append(out, risk{aloneRisk, v.say("No mentor")})
	}
	return out
}

// monthsToEnd is from when on the planned end is told.
const monthsToEnd = 3

// dueNext is the first day by which something of a learner is to be done.
func (v *visit) dueNext(g desk.Glance, rec record) (first due) {
	if rec.over() {
		return first
	}
	take := func(d due) {
		if !d.on.IsZero() && d.compare(first) < 0 {
			first = d
		}
	}
	for _, m := range g.Milestones {
		if r, _, known := rec.path.Requirement(m.Requirement); known && m.State != pathway.Attained && m.State != pathway.Waived {
			take(due{m.Due, r.Title})
		}
	}
	for _, t := range g.Moves {
		if s, _, open := t.Open(); open {
			take(due{s.DueOn, v.say("Decision on the role change")})
		}
	}
	for _, c := range g.Ending {
		take(due{c.ValidTo, c.Title})
	}
	take(due{g.EvaluateBy, v.say("Evaluation of progress")})
	if end := rec.learner.ExpectedEndOn; !end.After(rec.today.AddMonths(monthsToEnd)) {
		take(due{end, v.say("End of the apprenticeship")})
	}
	return first
}

// teamRows are the rows of a list of learners.
func (v *visit) teamRows(mates []mate) (rows []row) {
	for _, m := range mates {
		held := m.held()
		role, stage := m.ready.Stage.Role.Title, ""
		for i, s := range held {
			if s.Role.ID == m.learner.Role {
				stage = v.say("Stage %d of %d", i+1, len(held))
			}
		}
		attained, _, need := tally(m.required(), m.milestones)
		approved, _ := m.spent(timesheet.OnTheJob, m.learner.Role)
		r := row{
			{Text: m.name, Note: m.path.Title, Href: "/apprentices/" + string(m.learner.ID), Initials: initials(m.name)},
			{Text: role, Note: stage},
			{Text: m.standing.Word, Tone: m.standing.Tone},
			{Text: v.hoursInRole(m.record), Note: v.planned(m.record), Value: bare(approved)},
			{Text: v.say("%d of %d", attained, need), Value: strconv.Itoa(attained)},
			{Text: v.day(wholeDay, m.due.on), Note: m.due.what, Value: m.due.on.String()},
			{},
		}
		if !m.due.on.IsZero() && m.due.on.Before(m.today) {
			r[5].Tone = toneWarn
		}
		if len(m.risks) > 0 {
			var besides []string
			for _, more := range m.risks[1:] {
				besides = append(besides, more.text)
			}
			r[6] = cell{Text: m.risks[0].text, Tone: toneWarn, Note: strings.Join(besides, "; ")}
		}
		rows = append(rows, r)
	}
	return rows
}

// planned is how many hours in the role should be there today.
func (v *visit) planned(rec record) string {
	p := rec.plan()
	if p.need == 0 || rec.over() || !rec.begun() || p.elapsed < newcomer {
		return ""
	}
	return v.say("Plan for today: %s", (p.today / 60 * 60).String())
}
