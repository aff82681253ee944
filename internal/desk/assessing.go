package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Assessment is what an assessor says about one attempt.
type Assessment struct {
	milestone.Mark
	Feedback   string
	ValidUntil domain.Date // as a certificate says, if it does
}

// Assess rates or scores the evidence of a milestone.
func (d *Desk) Assess(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, v Assessment) (events.Position, error) {
	l, err := d.running(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	peer, err := d.onlyPeer(ctx, l, a.By)
	if err != nil {
		return 0, err
	}
	if a.By, err = d.assessing(ctx, a.By); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "feedback", v.Feedback)
	if err != nil {
		return 0, err
	}
	stream := milestone.Stream(id, req)
	return execute(ctx, d, stream, milestone.Evolve, milestone.Assess{
		Request: d.request(a), Stream: stream, Rating: v.Rating, Score: v.Score, Feedback: sealed, ValidUntil: v.ValidUntil, Peer: peer,
	})
}

// Observe rates what the asker saw a learner do, where that is how it is rated: a competency
// of the standard, a soft skill, an attendance.
func (d *Desk) Observe(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, rating int, feedback string) (events.Position, error) {
	l, err := d.running(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	if err := d.supports(ctx, l, a.By); err != nil && a.By.Person != l.Person {
		return 0, err
	}
	if a.By, err = d.assessing(ctx, a.By); err != nil {
		return 0, err
	}
	r, open, err := d.Milestone(ctx, l, req)
	if err != nil {
		return 0, err
	}
	m, _, err := d.Read.Milestone(ctx, id, req)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "feedback", feedback)
	if err != nil {
		return 0, err
	}
	stream := milestone.Stream(id, req)
	return execute(ctx, d, stream, milestone.Evolve, milestone.Observe{
		Request: d.request(a), Started: milestone.Begin(id, l.Person, r), Stream: stream, Open: open,
		Attempt: len(m.Attempts) + 1, Rating: rating, Feedback: sealed,
	})
}

// CorrectAssessment puts an attempt right that the asker has rated or scored.
func (d *Desk) CorrectAssessment(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, attempt int, mark milestone.Mark, reason string) (events.Position, error) {
	m, _, err := d.Read.Milestone(ctx, id, req)
	if err != nil {
		return 0, err
	}
	own := attempt > 0 && attempt <= len(m.Attempts) && m.Attempts[attempt-1].Assessor == a.By.Person
	l, err := d.decided(ctx, a.By, id, own)
	if err != nil {
		return 0, err
	}
	if a.By, err = d.assessing(ctx, a.By); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	stream := milestone.Stream(id, req)
	return execute(ctx, d, stream, milestone.Evolve, milestone.CorrectAssessment{Request: d.request(a), Stream: stream, Attempt: attempt, Mark: mark, Reason: sealed})
}

// WaiveMilestone lets a milestone count without being attained.
func (d *Desk) WaiveMilestone(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, basis milestone.Basis, reason string) (events.Position, error) {
	l, err := d.running(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	r, _, err := d.Milestone(ctx, l, req)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, milestone.Stream(id, req), milestone.Evolve, milestone.Waive{
		Request: d.request(a), Person: l.Person, Basis: basis, Reason: sealed, Prior: r.Prior != "", Mandatory: r.Means().Compliance,
	})
}

// RevokeMilestone takes back that a milestone is met.
func (d *Desk) RevokeMilestone(ctx context.Context, a Ask, id domain.ApprenticeshipID, req domain.RequirementID, reason string) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, milestone.Stream(id, req), milestone.Evolve, milestone.Revoke{Request: d.request(a), Reason: sealed})
}

// assessing is an actor as a mentor or manager, if they act as one today, see acting.
func (d *Desk) assessing(ctx context.Context, by domain.Actor) (domain.Actor, error) {
	return d.acting(ctx, by, domain.Mentor, domain.Manager)
}

// supports reports why somebody does not rate what a learner does, or nil: it takes the
// supervisor, or a mentor who has mastered the occupation.
func (d *Desk) supports(ctx context.Context, l projections.Learner, by domain.Actor) error {
	if by.Person != "" && (by.Person == l.Supervisor || by.Person == l.Approver(d.Today())) {
		return nil
	}
	known, err := d.Read.Mentors(ctx, l.ID)
	switch ms := known[l.ID]; {
	case err != nil:
		return err
	case ms.Is(by.Person, apprenticeship.Journeyworker, d.Today()):
		return nil
	case ms.Is(by.Person, apprenticeship.Peer, d.Today()):
		return domain.Refuse(domain.Forbidden, "PEER_MENTOR", "A peer supports and does not assess. A mentor who has mastered the occupation does.")
	}
	return domain.Refuse(domain.Forbidden, "NOT_ASSESSOR", "This is for the apprentice's mentor or manager.")
}

// onlyPeer reports whether somebody is with a learner as a peer and in no other way.
func (d *Desk) onlyPeer(ctx context.Context, l projections.Learner, by domain.Actor) (bool, error) {
	known, err := d.Read.Mentors(ctx, l.ID)
	ms := known[l.ID]
	return by.Person != l.Supervisor && ms.Is(by.Person, apprenticeship.Peer, d.Today()) && !ms.Is(by.Person, apprenticeship.Journeyworker, d.Today()), err
}
