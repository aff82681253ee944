package portal

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A mate is a learner in a list of those whom somebody accompanies.
type mate struct {
	record
	glance   desk.Glance
	name     string
	standing standing
	risks    []risk
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
	evaluationRisk  riskKind = "evaluation"
	certificateRisk riskKind = "certificate"
	aloneRisk       riskKind = "alone"
)

// risks are the kinds in the order in which they are told, in English.
var risks = []struct {
	kind riskKind
	text string
}{
	{behindRisk, "Behind plan"}, {idleRisk, "No hours for two weeks"}, {lateRisk, "A request is late"}, {evaluationRisk, "An evaluation is late"}, {certificateRisk, "A certificate runs out"}, {aloneRisk, "No mentor"},
}

func (v *visit) riskOptions() []option {
	out := []option{{Label: v.say("All, at risk or not")}, {Value: anyRisk, Label: v.say("At any risk")}}
	for _, r := range risks {
		out = append(out, option{Value: string(r.kind), Label: v.say(r.text)})
	}
	return out
}

// mates tells of learners how they stand and what is due next, in one pass.
func (v *visit) mates(some []fellow) ([]mate, error) {
	mates, err := v.matesAs(v.actor(), some)
	if err != nil {
		return nil, err
	}
	learners := make([]*projections.Learner, len(some))
	for i, n := range some {
		learners[i] = n.Learner
	}
	beside, err := v.Desk.Beside(v.ctx(), v.actor(), learners)
	for i := range mates {
		m := &mates[i]
		m.risks = v.risksOf(m.glance, *m)
		m.glance.Due = append(m.glance.Due, beside[m.glance.Learner.ID]...)
	}
	return mates, err
}

// matesAs tells of learners how they stand, as somebody is told, without their risks.
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
		out[i] = mate{record: rec, name: some[i].name, glance: g, standing: v.standing(rec)}
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
		first := g.Late[0]
		out = append(out, risk{lateRisk, v.say("%d requests are late, the first with %s since %s", n, v.holder(first.Assignee, first.Capacity), v.day(shortDay, domain.DateOf(v.here(first.Since))))})
	}
	if x, late := v.unevaluated(g); late {
		out = append(out, risk{evaluationRisk, v.say("Evaluation %d days late, with %s", m.today.DaysSince(x.DueOn), v.holder(x.Person, x.Holder))})
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

// tellsDue reports whether a list says of x that it is due next.
func (v *visit) tellsDue(x desk.Deadline) bool {
	return x.Kind != desk.ExpectedEnd || !x.DueOn.After(v.Desk.Today().AddMonths(monthsToEnd))
}

// dueNext is the first thing that is to be done about a learner, or false if nothing is.
func (v *visit) dueNext(g desk.Glance) (first desk.Deadline, found bool) {
	for _, x := range g.Due {
		if v.tellsDue(x) && (!found || x.DueOn.Before(first.DueOn)) {
			first, found = x, true
		}
	}
	return first, found
}

// unevaluated is the evaluation of progress that is late, or false if none is.
func (v *visit) unevaluated(g desk.Glance) (late desk.Deadline, found bool) {
	for _, x := range g.Due {
		if x.Kind == desk.EvaluateDue && x.DueOn.Before(v.Desk.Today()) {
			return x, true
		}
	}
	return desk.Deadline{}, false
}

// heldBy names whose move something is: somebody by name, or their capacity.
func (v *visit) heldBy(who domain.PersonID, capacity domain.Role) string {
	if name := v.name(who); name != "" {
		return name
	}
	return v.say(capacities[capacity])
}

// teamRows are the rows of a list of learners.
func (v *visit) teamRows(mates []mate) (rows []row) {
	for _, m := range mates {
		attained, _, need := tally(m.required(), m.milestones)
		r := row{
			{Text: m.name, Note: m.path.Title, Href: "/apprentices/" + string(m.learner.ID), Initials: initials(m.name)},
			{Text: m.standing.Word, Tone: m.standing.Tone},
			{},
			{Text: m.ready.Stage.Role.Title, Note: v.stageNow(m.record)},
			{Text: v.hoursInRole(m.record)},
			{Text: v.say("%d of %d", attained, need)},
		}
		if plan, told := m.planned(); told {
			r[4].Note = v.say("Plan for today: %s", plan.String())
		}
		if len(m.risks) > 0 {
			var besides []string
			for _, more := range m.risks[1:] {
				besides = append(besides, more.text)
			}
			r[1] = cell{Text: m.risks[0].text, Tone: toneWarn, Note: strings.Join(besides, "; ")}
		}
		if x, found := v.dueNext(m.glance); found {
			r[2] = cell{Text: v.day(wholeDay, x.DueOn), Note: v.dueWhat(x)}
			if x.DueOn.Before(m.today) {
				r[2].Tone = toneWarn
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// stageNow says which stage of how many the role held now is.
func (v *visit) stageNow(rec record) string {
	held := rec.held()
	for i, s := range held {
		if s.Role.ID == rec.learner.Role {
			return v.say("Stage %d of %d", i+1, len(held))
		}
	}
	return ""
}

// planned is how many whole hours in the role should be there today, if the plan says.
func (rec record) planned() (domain.Minutes, bool) {
	p := rec.plan()
	return p.today / 60 * 60, p.need > 0 && !rec.over() && rec.begun() && p.elapsed >= newcomer
}
