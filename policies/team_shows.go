package policies

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
)

// What a team made together is shown for each of its members who has the same milestone ahead:
// each is assessed on their own.
var teamShows = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	e, ok := r.Event.(milestone.EvidenceSubmitted)
	if !ok || len(e.Team) == 0 || e.From != (milestone.Piece{}) {
		return false, nil
	}
	id, req, err := milestone.ID(r.Stream)
	if err != nil {
		return false, err
	}
	if err := p.Read.Wait(ctx, r.Position); err != nil {
		return false, err
	}
	author, err := p.Read.Learner(ctx, id)
	if err != nil {
		return false, err
	}
	for _, member := range e.Team {
		l, err := p.Read.LearnerOf(ctx, member)
		if domain.AsRefusal(err) != nil {
			continue
		}
		if err != nil {
			return false, err
		}
		way, err := pathway.Find(l.Pathway, l.PathwayVersion)
		if domain.AsRefusal(err) != nil {
			continue // they follow a standard alone, which asks for nothing that teams show
		}
		if err != nil {
			return false, err
		}
		wanted, stage, ok := way.Requirement(req)
		if !ok || l.BeganOn.IsZero() || l.Over() {
			continue
		}
		others := append(slices.DeleteFunc(slices.Clone(e.Team), func(o domain.PersonID) bool { return o == member }), author.Person)
		slices.Sort(others)
		why := p.follows(r, "team-shows")
		why.Key += "." + string(member)
		why.On = r.Request.Today()
		if err := act(ctx, p, milestone.Stream(l.ID, req), milestone.Evolve, milestone.ShowTogether{
			Request: why, Started: milestone.Begin(l.ID, member, wanted), Open: stage.Role.ID == l.Role,
			EvidenceSubmitted: milestone.EvidenceSubmitted{Kind: e.Kind, Assessor: l.Mentor, Team: others, From: milestone.Piece{Stream: r.Stream, Revision: int(r.Revision)}},
		}); err != nil {
			return false, err
		}
	}
	return true, nil
}}
