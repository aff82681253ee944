package portal

import (
	"cmp"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A record is what pages tell about one learner.
type record struct {
	learner    projections.Learner
	today      domain.Date
	path       pathway.Pathway
	ready      desk.Readiness // in the role held now
	stages     []projections.StageEntry
	hours      []projections.Hours
	milestones map[domain.RequirementID]projections.Milestone
	moves      []projections.Transition
	credits    []projections.Credit
	next       []desk.Action // as far as it was asked for
	work       bool          // the viewer reads what the learner did, see desk.ReadsWork
}

func (v *visit) record(l projections.Learner) (record, error) {
	c, err := v.Desk.Progress(v.ctx(), l)
	return v.recordIn(c), err
}

// recordIn is what pages tell of a case.
func (v *visit) recordIn(c explain.Case) record {
	l := c.Learner
	rec := record{learner: l, today: c.Today, path: c.Path, ready: desk.Readiness{Stage: c.Stage, Findings: c.Findings, Snapshot: c.Snapshot},
		stages: c.Stages, hours: c.Hours, moves: c.Moves, credits: c.Credits, work: v.Desk.ReadsWork(v.actor(), l),
		milestones: make(map[domain.RequirementID]projections.Milestone, len(c.Milestones))}
	for _, m := range c.Milestones {
		rec.milestones[m.Requirement] = m
	}
	return rec
}

// begun reports whether the first day has come.
func (rec record) begun() bool {
	return !rec.learner.BeganOn.IsZero() && !rec.today.Before(rec.learner.BeganOn)
}

func (rec record) over() bool { return rec.learner.Over() }

// since is the first day in the role held now.
func (rec record) since() domain.Date {
	return cmp.Or(rec.entered(rec.learner.Role), rec.learner.StartOn)
}

// spent is what was logged as kind in a role, or in all roles if it is empty.
func (rec record) spent(kind timesheet.Kind, role domain.RoleID) (approved, pending domain.Minutes) {
	for _, h := range rec.hours {
		if h.Kind == kind && (role == "" || h.Role == role) {
			approved += h.Approved
			pending += h.Pending
		}
	}
	return approved, pending
}

// A plan is how much of the hours a role requires should be there today.
type plan struct {
	need, today domain.Minutes
	elapsed     int // days in the role
	length      int // days planned for it
}

// plan spreads the hours that the role held now requires evenly over its planned months.
func (rec record) plan() plan {
	p := plan{elapsed: max(0, rec.today.DaysSince(rec.since())), length: rec.since().AddMonths(rec.ready.Stage.Months).DaysSince(rec.since())}
	for _, r := range rec.ready.Stage.Requirements {
		if r.Kind == pathway.Hours && r.WorkProcess == "" {
			p.need = max(p.need, r.Minutes)
		}
	}
	p.today = min(p.need, domain.Minutes(int(p.need)*p.elapsed/max(1, p.length)))
	return p
}

// newcomer is how many days somebody is in a role before the plan says anything.
const newcomer = 28

// standing compares what was handed in with the plan: hours that wait for a sign-off are
// not the learner's delay.
func (v *visit) standing(rec record) standing {
	l := rec.learner
	switch l.Status {
	case projections.Completed:
		return standing{v.say("Completed"), toneOK}
	case projections.Cancelled:
		return standing{v.say("Cancelled"), toneInfo}
	case projections.Transferred:
		return standing{v.say("Goes on elsewhere"), toneInfo}
	case projections.Suspended:
		return standing{v.say("On a break"), toneInfo}
	case projections.Gateway:
		return standing{v.say("Ready for the assessment"), toneInfo}
	case projections.CompletionPending:
		return standing{v.say("Waits for the certificate"), toneInfo}
	case projections.Draft, projections.Signed:
		return standing{v.say("Being prepared"), toneInfo}
	}
	if !rec.begun() {
		return standing{v.say("Starts %s", v.day(wholeDay, cmp.Or(l.BeganOn, l.StartOn))), toneInfo}
	}
	p := rec.plan()
	approved, pending := rec.spent(timesheet.OnTheJob, l.Role)
	ready := pathway.CountMet(rec.ready.Findings) == len(rec.ready.Findings)
	switch have := approved + pending; {
	case ready:
		return standing{v.say("On track"), toneOK}
	case p.elapsed < newcomer:
		return standing{v.say("Just started"), toneInfo}
	case p.elapsed > p.length:
		return standing{v.say("Past the planned time"), toneWarn}
	case have*100 < p.today*90:
		return standing{v.say("Behind plan"), toneWarn}
	}
	return standing{v.say("On track"), toneOK}
}

// move is the latest move to a role, or false if nobody asked for one.
func (rec record) move(to domain.RoleID) (projections.Transition, bool) {
	at := slices.IndexFunc(rec.moves, func(t projections.Transition) bool { return t.To == to })
	if at < 0 {
		return projections.Transition{}, false
	}
	return rec.moves[at], true
}

// moveAbout is the move that a stream is about, or false.
func (rec record) moveAbout(s domain.Stream) (projections.Transition, bool) {
	id, to, err := transition.ID(s)
	if err != nil || id != rec.learner.ID {
		return projections.Transition{}, false
	}
	return rec.move(to)
}

// asked is the move to the next role that is on its way, or false.
func (rec record) asked() (projections.Transition, bool) {
	for _, next := range rec.path.Next(rec.learner.Role) {
		t, ok := rec.move(next.Role.ID)
		switch t.State {
		case projections.TransitionProposed, projections.TransitionSubmitted, projections.TransitionApproved, projections.TransitionScheduled:
			return t, ok
		}
	}
	return projections.Transition{}, false
}

// tally is how many milestones rs need, and how many of these are attained and under review.
func tally(rs []pathway.Requirement, known map[domain.RequirementID]projections.Milestone) (attained, review, need int) {
	for _, r := range rs {
		switch {
		case r.Kind == pathway.Group:
			a, v, n := tally(r.Of, known)
			if r.Need() < len(r.Of) {
				n = min(n, r.Need())
			}
			a = min(a, n)
			attained, review, need = attained+a, review+min(v, n-a), need+n
		case r.IsMilestone():
			need++
			switch known[r.ID].State {
			case pathway.Attained, pathway.Waived:
				attained++
			case pathway.UnderReview:
				review++
			}
		}
	}
	return attained, review, need
}

// listed is how many milestones there are to attain or to choose from.
func (rec record) listed() (n int) {
	for _, s := range rec.held() {
		for range s.Milestones() {
			n++
		}
	}
	return n
}

// required are the requirements of the stages from the first role the learner held.
func (rec record) required() (out []pathway.Requirement) {
	for _, s := range rec.held() {
		out = append(out, s.Requirements...)
	}
	return out
}

// held are the stages from the first role the learner held to a goal, the usual way.
func (rec record) held() []pathway.Stage {
	roles := []domain.RoleID{rec.learner.Role}
	for i := len(rec.stages) - 1; i >= 0; i-- {
		if rec.stages[i].Role != roles[0] {
			roles = append([]domain.RoleID{rec.stages[i].Role}, roles...)
		}
	}
	return rec.path.Route(roles...)
}

// credits writes an amount of college credit: "3 credits", "1.5 quarter credits".
func (v *visit) credits(c domain.Credit) string {
	one := c.Hundredths == 100
	switch {
	case c.Unit == domain.Clock:
		return v.say("%s clock hours", c.Decimal())
	case c.Unit == domain.Quarter && one:
		return v.say("1 quarter credit")
	case c.Unit == domain.Quarter:
		return v.say("%s quarter credits", c.Decimal())
	case one:
		return v.say("1 credit")
	}
	return v.say("%s credits", c.Decimal())
}

// hoursInRole says how much of the hours that the role requires is signed off.
func (v *visit) hoursInRole(rec record) string {
	approved, _ := rec.spent(timesheet.OnTheJob, rec.learner.Role)
	approved = approved / 60 * 60
	if p := rec.plan(); p.need > 0 {
		return v.say("%s of %s", bare(approved), p.need)
	}
	return approved.String()
}

// bare writes whole hours without their unit.
func bare(m domain.Minutes) string { return strings.TrimSuffix((m / 60 * 60).String(), " h") }
