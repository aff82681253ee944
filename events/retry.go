package events

import (
	"context"
	"errors"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// firstPause is how long whoever came into conflict once waits. Each pause is twice as long as the
// one before it: an eighth of a second in all.
const firstPause = time.Millisecond

// Retry does what may come into conflict with others until it does not, some times at most. It
// waits in between, for the read model to show what the others did.
func Retry(ctx context.Context, do func() (Position, error)) (Position, error) {
	const attempts = 8
	for n := range attempts {
		if p, err := do(); !errors.Is(err, ErrConflict) {
			return p, err
		}
		select {
		case <-time.After(firstPause << n):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return 0, domain.Refuse(domain.Busy, "BUSY", "Much of this is being changed at this moment. Try again shortly.")
}
