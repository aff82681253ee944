package projections

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// Told is the record of somebody, made of streams of their own, at a moment.
func Told(ctx context.Context, own map[domain.Stream][]events.Recorded, m Moment) (*DB, error) {
	past, err := memory()
	if err == nil {
		err = past.retell(ctx, story{own: own}.until(m), nil)
	}
	return past, err
}
