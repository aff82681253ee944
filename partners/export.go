package partners

import (
	"context"
	"math"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Export names the objects that a partner is shown, or those that changed since a cursor
// of its feed, each once, in the order of their names.
type Export struct {
	From, To events.Position // changes after From, 0 for all there is; To is where the next one goes on

	p       *Partners
	partner domain.PartnerID
	after   cursor
	start   cursor
	last    domain.Stream
}

// Export begins one. It is refused as Changes is.
func (p *Partners) Export(ctx context.Context, partner domain.PartnerID, after string) (*Export, error) {
	if err := p.Admit(ctx, partner); err != nil {
		return nil, err
	}
	e := &Export{p: p, partner: partner, after: cursor{Start: math.MaxInt64}}
	if after != "" {
		var err error
		if e.after, err = p.resume(ctx, partner, after, ""); err != nil {
			return nil, err
		}
	}
	_, now, epoch, err := p.Read.Feed(ctx, projections.FeedQuery{Partner: partner, After: math.MaxInt64, First: 1})
	if err != nil {
		return nil, err
	}
	e.From, e.To = e.after.Position, now
	e.start = cursor{Position: now, Object: everything, Partner: partner, Epoch: epoch, AsOf: max(now, e.after.AsOf), Start: e.after.Start}
	if after == "" {
		e.start.Start = now
	}
	return e, nil
}

// Next returns up to first more objects of a category, none at its end.
func (e *Export) Next(ctx context.Context, category string, first int) ([]domain.Stream, error) {
	if e.last.Category() != category {
		e.last = ""
	}
	found, err := e.shown(ctx, projections.ShownQuery{Category: category, First: first})
	names := make([]domain.Stream, len(found))
	for i, c := range found {
		names[i], e.last = c.Object, c.Object
	}
	return names, err
}

// Removals returns up to first more of the objects that the partner was shown at the cursor
// and is shown no longer, none at the end. Of what there is in all, nothing was removed.
func (e *Export) Removals(ctx context.Context, after domain.Stream, first int) ([]projections.Change, error) {
	e.last = after
	found, err := e.shown(ctx, projections.ShownQuery{Removed: true, Forgotten: e.after.Start, First: first})
	for i := range found {
		if found[i].Removed == "" {
			found[i].Removed = projections.SharingEnded
		}
	}
	return found, err
}

func (e *Export) shown(ctx context.Context, q projections.ShownQuery) ([]projections.Change, error) {
	q.Partner, q.On, q.After = e.partner, e.p.today(), e.last
	q.Since, q.SinceTo = e.after.Position, e.after.Object
	return e.p.Read.Shown(ctx, q)
}

// End returns the cursor after the export. It reports false if something was taken back
// since it began: what was written down holds what may be shown no longer, so that the
// export has to be made anew.
func (e *Export) End(ctx context.Context) (cursor string, stands bool, err error) {
	if err := e.p.Admit(ctx, e.partner); err != nil {
		return "", false, err
	}
	gone, err := e.p.Read.TakenBack(ctx, e.partner, e.To)
	if err != nil {
		return "", false, err
	}
	e.start.AsOf = max(e.start.AsOf, e.p.Read.Position())
	if !gone {
		err = e.p.noteExport(ctx, e.partner, e.To)
	}
	return e.start.String(), !gone, err
}
