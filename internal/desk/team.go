package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Glance is what those who accompany a learner see of them in a list.
type Glance struct {
	Learner    projections.Learner
	Ready      Readiness // in the role held now
	Stages     []projections.StageEntry
	Hours      []projections.Hours
	Milestones []projections.Milestone
	Moves      []projections.Transition

	Due []Deadline // what the record says is to be done, as far as the asker is told: Beside says the rest

	// What is wrong, as far as the asker is told.
	LastWeek domain.Week              // the last that was handed in; zero if none was
	Idle     bool                     // no hours for two whole weeks
	Late     []projections.InboxItem  // whose decision is late, oldest first
	Ending   []projections.Credential // certificates to be renewed, the first to end coming first
	Alone    bool                     // no mentor works here
}

// idleWeeks is how many whole weeks without hours are told of.
const idleWeeks = 2

// Glances tells of learners whom an actor may see how they stand, in one pass for all.
func (d *Desk) Glances(ctx context.Context, by domain.Actor, learners []*projections.Learner) ([]Glance, error) {
	var ids []domain.ApprenticeshipID
	var people, mentors []domain.PersonID
	out := make([]Glance, len(learners))
	staged := make([]projections.Staged, len(learners))
	for i, l := range learners {
		out[i].Learner = *l
		ids, people, mentors = append(ids, l.ID), append(people, l.Person), append(mentors, l.Mentor)
		p, err := Pathway(*l)
		if err != nil {
			return nil, err
		}
		out[i].Ready.Stage, _, _ = p.Stage(l.Role)
		staged[i] = projections.Staged{Learner: *l, Stage: out[i].Ready.Stage}
	}
	slices.Sort(mentors)
	records, err := d.Read.Records(ctx, staged...)
	if err != nil {
		return nil, err
	}
	stages, err := d.Read.StagesOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	hours, err := d.Read.Hours(ctx, ids...)
	if err != nil {
		return nil, err
	}
	milestones, err := d.Read.SharedMilestones(ctx, ids...)
	if err != nil {
		return nil, err
	}
	moves, err := d.Read.Transitions(ctx, ids...)
	if err != nil {
		return nil, err
	}
	last, err := d.Read.LastHanded(ctx, ids...)
	if err != nil {
		return nil, err
	}
	waiting, err := d.Read.Awaiting(ctx, ids...)
	if err != nil {
		return nil, err
	}
	certificates, err := d.Read.CredentialsOf(ctx, people...)
	if err != nil {
		return nil, err
	}
	guides, err := d.Read.Named(ctx, slices.Compact(mentors)...)
	if err != nil {
		return nil, err
	}
	about := map[domain.ApprenticeshipID][]projections.InboxItem{}
	for _, i := range waiting {
		about[i.Learner] = append(about[i.Learner], i)
	}
	held := map[domain.PersonID][]projections.Credential{}
	for _, c := range certificates {
		held[c.Person] = append(held[c.Person], c)
	}
	programs, err := d.Read.Programs(ctx)
	if err != nil {
		return nil, err
	}
	agreed, today := d.reviewWeeks(programs), d.Today()
	for i := range out {
		g := &out[i]
		l := g.Learner
		g.Ready.Findings = g.Ready.Stage.Readiness(records[i])
		g.Ready.Snapshot = pathway.Snapshot(g.Ready.Findings)
		g.Stages, g.Hours, g.Milestones, g.Moves, g.LastWeek = stages[l.ID], hours[l.ID], milestones[l.ID], moves[l.ID], last[l.ID]
		g.Alone = alone(learners[i], guides, today)
		if d.ReadsWork(by, l) {
			if g.Due, err = dues(learners[i], g.Milestones, agreed[l.Program]); err != nil {
				return nil, err
			}
			g.Idle = idle(l, g.LastWeek, today)
			if g.Late, err = d.late(l, about[l.ID]); err != nil {
				return nil, err
			}
		}
		if TellsCertificates(by, l) && !l.Over() {
			g.Ending = ending(held[l.Person], today)
			for _, c := range g.Ending {
				g.Due = append(g.Due, toRenew(c, learners[i]))
			}
		}
	}
	return out, nil
}

// alone reports whether nobody who works here teaches a learner.
func alone(l *projections.Learner, guides map[domain.PersonID]projections.Person, today domain.Date) bool {
	guide, known := guides[l.Mentor]
	return !l.Over() && (!known || guide.Erased || !guide.LeftOn.IsZero() && guide.LeftOn.Before(today))
}

// Alone are those of some learners whom nobody teaches who works here.
func (d *Desk) Alone(ctx context.Context, learners []*projections.Learner) (map[domain.ApprenticeshipID]bool, error) {
	mentors := map[domain.PersonID]bool{}
	for _, l := range learners {
		mentors[l.Mentor] = true
	}
	guides, err := d.Read.Named(ctx, slices.Collect(maps.Keys(mentors))...)
	found, today := map[domain.ApprenticeshipID]bool{}, d.Today()
	for _, l := range learners {
		if alone(l, guides, today) {
			found[l.ID] = true
		}
	}
	return found, err
}

// TellsCertificates reports whether somebody is told which certificates of a learner run out.
func TellsCertificates(by domain.Actor, l projections.Learner) bool {
	return Tells(by, l, explain.Certificate)
}

// dues are the deadlines in a learner's own record, whenever they are.
func dues(l *projections.Learner, milestones []projections.Milestone, agreed int) ([]Deadline, error) {
	if l.Over() {
		return nil, nil
	}
	out, err := appendDeadlines(nil, l, agreed, domain.Date{})
	for _, m := range milestones {
		if err == nil {
			out, err = appendPlanned(out, m, l)
		}
	}
	return out, err
}

// idle reports whether a learner who is at work has handed in no hours for two whole weeks.
func idle(l projections.Learner, last domain.Week, today domain.Date) bool {
	if l.BeganOn.IsZero() || l.Status != projections.Probationary && l.Status != projections.Active {
		return false
	}
	since := l.BeganOn
	if last != (domain.Week{}) {
		since = last.Sunday().AddDays(1)
	}
	return !today.Week().Add(-idleWeeks).Monday().Before(since)
}

// late are those of the things that wait about a learner whose decision is late.
func (d *Desk) late(l projections.Learner, waiting []projections.InboxItem) (out []projections.InboxItem, err error) {
	set, err := ruleSet(l)
	for _, i := range waiting {
		if err == nil && decideBy(i, set.ApprovalDays, d.Now().Location()).Before(d.Today()) {
			out = append(out, i)
		}
	}
	return out, err
}

// ending are the certificates that are good and have to be renewed by now.
func ending(held []projections.Credential, today domain.Date) (out []projections.Credential) {
	for _, c := range held {
		good := c.State == projections.CredentialHeld || c.State == projections.CredentialVerified
		if good && !c.ValidTo.IsZero() && !c.ValidTo.After(today.AddDays(explain.RenewBefore)) {
			out = append(out, c)
		}
	}
	return out
}
