package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// maxPasts is how many records of other days one operation tells: each is told from its
// first fact on.
const maxPasts = 25

// another counts one more record of another day.
func another(ctx context.Context) error {
	if executing(ctx).pasts.Add(1) > maxPasts {
		return domain.Refuse(domain.Invalid, "TOO_MANY_PASTS", "One operation tells at most %d records of other days. Ask for fewer at once.", maxPasts)
	}
	return nil
}

// asOf is a learner as they were on a day, by what is known now or was known on another.
func asOf(ctx context.Context, l apprenticeNode, a args) (any, error) {
	return l.then(ctx, desk.Day{AsOf: a.date("date"), KnownOn: a.date("knownOn")})
}

// asKnownOn is a learner as everybody read their record at the end of a day.
func asKnownOn(ctx context.Context, l apprenticeNode, a args) (any, error) {
	return l.then(ctx, desk.Day{KnownOn: a.date("date")})
}

// then is the learner in a cohort of their own that reads the record of a day. It is null
// before the record begins, and for partners.
func (l apprenticeNode) then(ctx context.Context, on desk.Day) (any, error) {
	if l.outside() {
		return nil, nil
	}
	if err := another(ctx); err != nil {
		return nil, err
	}
	d, was, err := l.Desk.Then(ctx, l.by, l.ID, on)
	if r := domain.AsRefusal(err); r != nil && r.Code == "NO_RECORD_YET" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := *l.server
	s.Desk, s.Read = d, d.Read
	c, err := s.gather(ctx, l.by, []*projections.Known{{Learner: was}})
	if err != nil {
		return nil, err
	}
	then := c.learners[l.ID]
	then.works = l.works // as the asker may now
	return apprenticeNode{then, c}, nil
}
