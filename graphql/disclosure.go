package graphql

import (
	"context"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/partners"
)

// A personal object tells of a learner: by which records, and out of which cohort.
type personal interface {
	of(context.Context) (*cohort, domain.ApprenticeshipID, domain.Scope)
}

func (l apprenticeNode) of(context.Context) (*cohort, domain.ApprenticeshipID, domain.Scope) {
	return l.cohort, l.ID, domain.PathwayRecords
}

func (e enrolmentNode) of(context.Context) (*cohort, domain.ApprenticeshipID, domain.Scope) {
	return e.cohort, e.Learner, domain.PathwayRecords
}

func (m milestoneNode) of(context.Context) (*cohort, domain.ApprenticeshipID, domain.Scope) {
	return m.cohort, m.Learner, domain.MilestoneRecords
}

func (c creditNode) of(context.Context) (*cohort, domain.ApprenticeshipID, domain.Scope) {
	return c.cohort, c.Learner, domain.CreditRecords
}

func (t transitionNode) of(context.Context) (*cohort, domain.ApprenticeshipID, domain.Scope) {
	return t.cohort, t.Learner, domain.TransitionRecords
}

// of: a row says who the learner is and what they train for, besides the object that it is below,
// to those who may know that.
func (r syncRow) of(ctx context.Context) (*cohort, domain.ApprenticeshipID, domain.Scope) {
	if l, ok := r.whole(ctx); ok {
		return l.of(ctx)
	}
	return nil, "", ""
}

// disclose notes that an object is part of the answer to an institution. Those of one learner
// mostly follow each other.
func (w *writer) disclose(t *table, row int) {
	if t.impersonal {
		return
	}
	p, personal := t.rows[row].(personal)
	if !personal {
		t.impersonal = true
		return
	}
	c, learner, scope := p.of(w.ctx)
	if c == nil {
		return
	}
	if n := len(w.told); n > 0 && w.told[n-1].Learner.ID == learner && w.told[n-1].Scope == scope {
		return
	}
	w.partners = c.server.Partners
	w.told = append(w.told, partners.Told{Learner: &c.learners[learner].Learner, Scope: scope})
}

// disclose puts on record what an answer tells an institution about learners. The answer is
// not sent if that fails.
func (e *Engine) disclose(ctx context.Context, op *operation, w *writer) error {
	err := w.partners.Disclose(ctx, actor(ctx), op.question, w.told)
	if busy(err) {
		e.log.Warn("an institution is not answered: what it would be told cannot be recorded", zap.Error(err))
	}
	return err
}
