package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Approvals that were given on other evidence than there is now fall.
var evidenceLapses = policy{
	after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
		id, about := evidenceOf(r)
		if !about {
			return false, nil
		}
		if err := p.Read.Wait(ctx, r.Position); err != nil {
			return false, err
		}
		moves, err := p.Read.Transitions(ctx, id)
		if err != nil {
			return false, err
		}
		return len(moves[id]) > 0, p.reassess(ctx, moves[id], func(t projections.Transition) domain.Request {
			return keyed(p.follows(r, "evidence-lapses"), string(t.To))
		})
	},
	daily: func(ctx context.Context, p *Policies, today domain.Date) error {
		moves, err := p.Read.Pending(ctx)
		if err != nil {
			return err
		}
		return p.reassess(ctx, moves, func(projections.Transition) domain.Request { return p.onDay(today, "evidence-lapses") })
	},
}

// evidenceOf is whose evidence a record changes, if it does.
func evidenceOf(r events.Recorded) (domain.ApprenticeshipID, bool) {
	switch r.Event.(type) {
	case milestone.Event:
		id, _, err := milestone.ID(r.Stream)
		return id, err == nil
	case timesheet.Approved, timesheet.Reopened, timesheet.ApprovedHoursCorrected:
		id, _, err := timesheet.ID(r.Stream)
		return id, err == nil
	case credit.Applied, credit.ApplicationReversed, credit.Revoked:
		id, _, err := credit.ID(r.Stream)
		return id, err == nil
	case apprenticeship.PriorExperienceCredited, apprenticeship.PriorExperienceCorrected, apprenticeship.ProgressEvaluated, apprenticeship.EvaluationCorrected:
		id, err := apprenticeship.ID(r.Stream)
		return id, err == nil
	}
	return "", false
}

// reassess compares the evidence that moves were approved on with what there is now.
func (p *Policies) reassess(ctx context.Context, moves []projections.Transition, why func(projections.Transition) domain.Request) error {
	learners, err := p.learners(ctx, moves)
	if err != nil {
		return err
	}
	var pending []projections.Transition
	var in []projections.Staged
	for _, t := range moves {
		way, err := pathway.Find(t.Pathway, t.PathwayVersion)
		stage, _, comparable := way.Stage(t.From)
		if l, known := learners[t.Learner]; known && comparable && err == nil && t.Pending() {
			pending, in = append(pending, t), append(in, projections.Staged{Learner: l, Stage: stage})
		}
	}
	records, err := p.Read.Records(ctx, in...)
	if err != nil {
		return err
	}
	for i, t := range pending {
		findings := in[i].Stage.Readiness(records[i])
		var unmet []pathway.Requirement
		for _, f := range findings {
			if !f.Met {
				unmet = append(unmet, f.Requirement)
			}
		}
		current := pathway.Snapshot(findings)
		if current == t.Snapshot {
			continue
		}
		if err := act(ctx, p, transition.Stream(t.Learner, t.To), transition.Evolve, transition.Reassess{Request: why(t), Current: current, Unmet: unmet}); err != nil {
			return err
		}
	}
	return nil
}
