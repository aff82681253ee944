package partners

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
)

// An Attestation is what an institution says that a learner did there, for a milestone.
type Attestation struct {
	Learner     domain.ApprenticeshipID
	Requirement domain.RequirementID
	Ref         string // the institution's own
	Kind        milestone.Kind
	Note, URI   string
	On          domain.Date // the day that it speaks of; zero is today
}

func (a Attestation) about() domain.ApprenticeshipID { return a.Learner }

func (a Attestation) decide(ctx context.Context, w *work) (domain.Stream, error) {
	l, there := w.learners[a.Learner]
	if !there || l.Over() || !w.view[a.Learner].grant.Covers(domain.MilestoneRecords) {
		return "", domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "There is no such learner among those who share milestones with you.").About("apprenticeId")
	}
	link, err := milestone.Link(a.URI)
	if err != nil {
		return "", err
	}
	e := milestone.EvidenceSubmitted{
		Kind: a.Kind, Assessor: l.Mentor, Attestation: milestone.Attestation{Partner: w.request.By.Partner, Ref: domain.Written(a.Ref), On: a.On},
	}
	if e.Attestation.On.IsZero() {
		e.Attestation.On = w.request.Today()
	}
	if e.Note, err = w.seal(ctx, l.Person, "note", a.Note); err != nil {
		return "", err
	}
	if e.URI, err = w.seal(ctx, l.Person, "uri", link); err != nil {
		return "", err
	}
	stream := milestone.Stream(a.Learner, a.Requirement)
	_, err = w.shown.Decide(ctx, stream, milestone.Attest{Request: w.request, EvidenceSubmitted: e})
	return stream, err
}
