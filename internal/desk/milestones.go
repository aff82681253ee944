package desk

import (
	"context"
	"errors"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// StartMilestone begins one of the asker's own milestones.
func (d *Desk) StartMilestone(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	p, err := Pathway(l)
	if err != nil {
		return 0, err
	}
	r, stage, ok := p.Requirement(req)
	if !ok || !r.IsMilestone() {
		return 0, domain.Refuse(domain.NotFound, "NO_SUCH_MILESTONE", "There is no milestone %q on this pathway.", req)
	}
	return execute(ctx, d, milestone.Stream(id, req), milestone.Evolve, milestone.Start{
		Request: d.request(a),
		Started: milestone.Started{Apprenticeship: id, Person: l.Person, Requirement: req, PassLevel: max(r.PassLevel, 1), ByCredit: r.ByCredit()},
		Open:    stage.Role.ID == l.Role,
	})
}

// SubmitEvidence shows something for one of the asker's own milestones; the mentor reviews it.
func (d *Desk) SubmitEvidence(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, kind milestone.Kind, note, uri string) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "note", note)
	if err != nil {
		return 0, err
	}
	link, err := milestone.Link(uri)
	if err != nil {
		return 0, err
	}
	sealedLink, err := d.seal(ctx, l.Person, "uri", link)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, milestone.Stream(id, req), milestone.Evolve, milestone.SubmitEvidence{
		Request:           d.request(a),
		EvidenceSubmitted: milestone.EvidenceSubmitted{Kind: kind, Note: sealed, URI: sealedLink, Assessor: l.Mentor},
	})
}

// Link is the web address that evidence is behind; empty if there is none, or if it was erased.
func (d *Desk) Link(ctx context.Context, e projections.Evidence) (string, error) {
	if e.PlainURI != "" {
		return e.PlainURI, nil
	}
	link, err := d.Vault.Unseal(ctx, e.URI)
	if errors.Is(err, vault.ErrErased) {
		return "", nil
	}
	return link, err
}

// Assess rates the evidence of a milestone.
func (d *Desk) Assess(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, rating int, feedback string) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "feedback", feedback)
	if err != nil {
		return 0, err
	}
	stream := milestone.Stream(id, req)
	return execute(ctx, d, stream, milestone.Evolve, milestone.Assess{Request: d.request(a), Stream: stream, Rating: rating, Feedback: sealed})
}
