package eventstest

import (
	"context"
	"errors"
	"iter"

	"github.com/guildhall-dev/guildhall/events"
)

// A Finite log can be followed until its end, where Follow fails with ErrEnd.
type Finite struct{ events.Log }

// ErrEnd reports that a Finite log was followed to its end.
var ErrEnd = errors.New("the end of the log")

func (l Finite) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		if head, err := l.Head(ctx); err != nil || head == p {
			yield(events.Recorded{}, errors.Join(err, ErrEnd))
			return
		}
		for r, err := range l.Log.Follow(ctx, p) {
			if !yield(r, err) || err != nil {
				return
			}
			if head, err := l.Head(ctx); err != nil || head == r.Position {
				yield(events.Recorded{}, errors.Join(err, ErrEnd))
				return
			}
		}
	}
}
