package events

import (
	"context"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Command decides which facts follow from a state. It is a struct that embeds
// domain.Request, so that it tells who asks and when.
type Command[S any, E domain.Event] interface {
	Decide(S) ([]E, error)
	Asked() domain.Request
}

// Execute reads stream s, lets the commands decide one after the other, and appends
// the outcome as one commit in the name of the first command's request. It starts over
// when somebody else wrote in between, see Retry. The position returned is that of the last record
// of the outcome, or of the stream if nothing needed recording.
//
// A request that was answered before is not decided again: it gets the position it got
// the first time, see Log.Answered.
func Execute[S any, E domain.Event](ctx context.Context, log Log, s domain.Stream, evolve func(S, E) S, cs ...Command[S, E]) (Position, error) {
	req := cs[0].Asked()
	if r, answered, err := log.Answered(ctx, req); err != nil || answered {
		return r.Position, err
	}
	return Retry(ctx, func() (Position, error) {
		state, revision, position, err := load(ctx, log, s, evolve)
		if err != nil {
			return 0, err
		}
		var facts []domain.Event
		for _, c := range cs {
			decided, err := c.Decide(state)
			if err != nil {
				return 0, err
			}
			for _, e := range decided {
				state = evolve(state, e)
				facts = append(facts, e)
			}
		}
		if len(facts) == 0 {
			return position, nil
		}
		return log.Append(ctx, Commit{Request: req, Appends: []Append{{Stream: s, Expected: revision, Events: facts}}})
	})
}

// Load returns the state of stream s as its facts tell it, and its revision. A stream with
// an Unknown is refused (UNKNOWN_EVENT) with ErrNewer: nobody decides on half a story.
func Load[S any, E domain.Event](ctx context.Context, log Log, s domain.Stream, evolve func(S, E) S) (S, uint64, error) {
	state, revision, _, err := load(ctx, log, s, evolve)
	return state, revision, err
}

func load[S any, E domain.Event](ctx context.Context, log Log, s domain.Stream, evolve func(S, E) S) (state S, revision uint64, position Position, err error) {
	for r, err := range log.Read(ctx, s) {
		if err != nil {
			return state, 0, 0, fmt.Errorf("read %s: %w", s, err)
		}
		if u, unknown := r.Event.(Unknown); unknown {
			return state, 0, 0, fmt.Errorf("read %s: %w: %w", s, ErrNewer, domain.Refuse(domain.Conflict, "UNKNOWN_EVENT",
				"This record holds %q, which was written by a newer Guildhall. Update this one before you change the record.", u.Name))
		}
		e, ok := r.Event.(E)
		if !ok {
			return state, 0, 0, fmt.Errorf("read %s: %w: a %s does not belong here", s, ErrCorrupt, r.Event.EventName())
		}
		state, revision, position = evolve(state, e), r.Revision, r.Position
	}
	return state, revision, position, nil
}

// KeyReused is the refusal of a key that already stands for another request.
func KeyReused(key string) error {
	return domain.Refuse(domain.Conflict, "IDEMPOTENCY_MISMATCH",
		"The idempotency key %q was already used for a different request. Use a new key for a new request.", key)
}
