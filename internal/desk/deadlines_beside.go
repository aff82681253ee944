package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// Beside are deadlines of learners that stand beside what they themselves did: decisions on their
// role changes, seats held for them and what an agency is to be told, as far as an actor is told.
func (d *Desk) Beside(ctx context.Context, by domain.Actor, learners []*projections.Learner) (map[domain.ApprenticeshipID][]Deadline, error) {
	known := byID(learners)
	ids := slices.Collect(maps.Keys(known))
	moves, err := d.Read.Transitions(ctx, ids...)
	if err != nil {
		return nil, err
	}
	all, err := d.movesAndSeats(ctx, by, learners, slices.Concat(slices.Collect(maps.Values(moves))...))
	if err != nil {
		return nil, err
	}
	open, err := d.Filings(ctx, by, projections.FilingQuery{Open: true, Learners: ids})
	if err != nil {
		return nil, err
	}
	for _, f := range open {
		if l, ok := known[f.Learner]; ok && !l.Over() {
			all = append(all, toTell(f, l))
		}
	}
	out := map[domain.ApprenticeshipID][]Deadline{}
	for _, x := range all {
		out[x.Learner.ID] = append(out[x.Learner.ID], x)
	}
	return out, nil
}

func byID(learners []*projections.Learner) map[domain.ApprenticeshipID]*projections.Learner {
	out := make(map[domain.ApprenticeshipID]*projections.Learner, len(learners))
	for _, l := range learners {
		out[l.ID] = l
	}
	return out
}

// ofPeople are those of some learners whose apprenticeship is not over, by who they are.
func ofPeople(learners []*projections.Learner) map[domain.PersonID]*projections.Learner {
	out := make(map[domain.PersonID]*projections.Learner, len(learners))
	for _, l := range learners {
		if !l.Over() {
			out[l.Person] = l
		}
	}
	return out
}

// toTell is the deadline of a filing.
func toTell(f projections.Filing, l *projections.Learner) Deadline {
	return Deadline{Kind: TellAgency, Learner: l, DueOn: f.DueOn, Holder: domain.Coordinator, Subject: apprenticeship.Stream(l.ID),
		Words: "Tell " + f.Agency + " that " + explain.Happened(f.Cause).String(), Filing: f}
}

// movesAndSeats are the decisions that wait on moves of learners, and the seats that are held for them.
func (d *Desk) movesAndSeats(ctx context.Context, by domain.Actor, learners []*projections.Learner, moves []projections.Transition) (out []Deadline, err error) {
	known := byID(learners)
	for _, t := range moves {
		l, ok := known[t.Learner]
		s, _, open := t.Open()
		if !ok || !open || s.DueOn.IsZero() || l.Over() || !d.ReadsMove(by, *l, t) {
			continue
		}
		p, err := Pathway(*l)
		if err != nil {
			return nil, err
		}
		to, _, _ := p.Stage(t.To)
		out = append(out, Deadline{Kind: DecideOnMove, Learner: l, DueOn: s.DueOn, Holder: cmp.Or(s.Capacity, domain.Manager), Person: s.Assignee,
			Subject: transition.Stream(t.Learner, t.To), Title: to.Role.Title, Words: "Decide on the change to " + InSentence(to.Role.Title)})
	}
	held, err := d.Read.SeatsHeld(ctx)
	if err != nil || len(held) == 0 {
		return out, err
	}
	named, err := d.Read.Cohorts(ctx)
	if err != nil {
		return nil, err
	}
	titles := make(map[domain.CohortID]string, len(named))
	for _, c := range named {
		titles[c.ID] = c.Title
	}
	whose := ofPeople(learners)
	for _, s := range held {
		if l, ok := whose[s.Person]; ok && Tells(by, *l, explain.Seat) {
			out = append(out, Deadline{Kind: SeatToAccept, Learner: l, DueOn: s.Until, Holder: domain.Apprentice, Person: s.Person,
				Subject: cohort.Stream(s.Cohort), Title: titles[s.Cohort], Words: "Accept the seat in " + titles[s.Cohort] + ", or decline it"})
		}
	}
	return out, nil
}

// appendBeside adds what Beside tells without what agencies are told, the certificates to be
// renewed and the milestones that are planned, until a last day.
func (d *Desk) appendBeside(ctx context.Context, out []Deadline, by domain.Actor, learners []*projections.Learner, last domain.Date) ([]Deadline, error) {
	moves, err := d.Read.Overdue(ctx, last.AddDays(1))
	if err != nil {
		return nil, err
	}
	beside, err := d.movesAndSeats(ctx, by, learners, moves)
	if err != nil {
		return nil, err
	}
	for _, x := range beside {
		if !x.DueOn.After(last) {
			out = append(out, x)
		}
	}
	ending, err := d.Read.CredentialsEnding(ctx, domain.Date{}, last)
	if err != nil {
		return nil, err
	}
	if len(ending) > 0 {
		whose := ofPeople(learners)
		for _, c := range ending {
			if l, ok := whose[c.Person]; ok && TellsCertificates(by, *l) {
				out = append(out, toRenew(c, l))
			}
		}
	}
	planned, err := d.Read.MilestonesPlanned(ctx, last)
	if err != nil || len(planned) == 0 {
		return out, err
	}
	known := byID(learners)
	for _, m := range planned {
		if l, ok := known[m.Learner]; ok {
			if out, err = appendPlanned(out, m, l); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// toRenew is the deadline of a certificate.
func toRenew(c projections.Credential, l *projections.Learner) Deadline {
	return Deadline{Kind: Renewal, Learner: l, DueOn: c.ValidTo, Holder: domain.Apprentice, Person: l.Person,
		Subject: credential.Stream(c.ID), Title: c.Title, Words: "Renew " + c.Title}
}

// appendPlanned adds the day for which a milestone is planned, if it is to be attained.
func appendPlanned(out []Deadline, m projections.Milestone, l *projections.Learner) ([]Deadline, error) {
	if m.Due.IsZero() || m.State.Met() || l.Over() {
		return out, nil
	}
	p, err := Pathway(*l)
	r, _, known := p.Requirement(m.Requirement)
	if err != nil || !known {
		return out, err
	}
	x := Deadline{Kind: PlannedBy, Learner: l, DueOn: m.Due, Holder: domain.Apprentice, Person: l.Person, Subject: milestone.Stream(l.ID, m.Requirement), Title: r.Title, Words: r.Title}
	if m.State == pathway.UnderReview {
		x.Holder, x.Person = domain.Mentor, l.Mentor
	}
	return append(out, x), nil
}
