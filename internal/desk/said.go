package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// Said is what a learner whom the asker may see says to records that were not amended, by record.
// It is told to whoever is told the record (34 CFR 99.21(c)): of weeks and milestones to those who
// read the work, of what was attained to everybody, of moves to those who know of them.
func (d *Desk) Said(ctx context.Context, by domain.Actor, l projections.Learner) (map[domain.Stream][]domain.Sealed, error) {
	all, err := d.Read.Remarks(ctx, l.Person)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	reached, err := d.Read.SharedMilestones(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	moves, err := d.Read.Transitions(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	for record := range all {
		if !d.tellsRecord(by, l, record, reached[l.ID], moves[l.ID]) {
			delete(all, record)
		}
	}
	return all, nil
}

// tellsRecord reports whether somebody who sees a learner is told a record of theirs.
func (d *Desk) tellsRecord(by domain.Actor, l projections.Learner, record domain.Stream, reached []projections.Milestone, moves []projections.Transition) bool {
	switch record.Category() {
	case "person":
		return true
	case "apprenticeship", "credit":
		return ofLearner(record, l)
	case "timesheet":
		return ofLearner(record, l) && d.ReadsWork(by, l)
	case "milestone":
		_, req, err := milestone.ID(record)
		return err == nil && ofLearner(record, l) && (d.ReadsWork(by, l) || slices.ContainsFunc(reached, func(m projections.Milestone) bool {
			return m.Requirement == req && (m.State == pathway.Attained || m.State == pathway.Waived || m.Assessor != "" && m.Assessor == by.Person)
		}))
	case "transition":
		_, to, err := transition.ID(record)
		return err == nil && ofLearner(record, l) && slices.ContainsFunc(moves, func(t projections.Transition) bool { return t.To == to && d.ReadsMove(by, l, t) })
	}
	return false
}

// ofLearner reports whether a record is of this apprenticeship, and not of another of the person.
func ofLearner(record domain.Stream, l projections.Learner) bool {
	if id, err := record.Subject("apprenticeship"); err == nil {
		return id == string(l.ID)
	}
	id, _, err := record.Pair(record.Category())
	return err == nil && id == string(l.ID)
}
