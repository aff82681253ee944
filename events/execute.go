package events

import (
	"context"
	"errors"
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
// when somebody else wrote in between. The position returned is that of the last record
// of the outcome, or of the stream if nothing needed recording.
//
// A request whose key is already on the stream is not decided again: it gets the
// position it got the first time, or a refusal if its digest differs.
func Execute[S any, E domain.Event](ctx context.Context, log Log, s domain.Stream, evolve func(S, E) S, cs ...Command[S, E]) (Position, error) {
	const attempts = 8
	req := cs[0].Asked()
	for range attempts {
		state, at, err := load(ctx, log, s, evolve, req)
		if err != nil || at.answered > 0 {
			return at.answered, err
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
			return at.position, nil
		}
		p, err := log.Append(ctx, Commit{Request: req, Appends: []Append{{Stream: s, Expected: at.revision, Events: facts}}})
		if !errors.Is(err, ErrConflict) {
			return p, err
		}
	}
	return 0, domain.Refuse(domain.Busy, "BUSY", "Many people are changing this at once. Try again in a moment.")
}

// A place is where a stream stood when it was loaded.
type place struct {
	revision uint64
	position Position
	answered Position // where the request's key was found, or 0
}

func load[S any, E domain.Event](ctx context.Context, log Log, s domain.Stream, evolve func(S, E) S, req domain.Request) (state S, at place, err error) {
	for r, err := range log.Read(ctx, s) {
		if err != nil {
			return state, at, fmt.Errorf("read %s: %w", s, err)
		}
		e, ok := r.Event.(E)
		if !ok {
			return state, at, fmt.Errorf("read %s: %w: a %s does not belong here", s, ErrCorrupt, r.Event.EventName())
		}
		state, at.revision, at.position = evolve(state, e), r.Revision, r.Position
		if req.Key != "" && r.Request.Key == req.Key && r.Request.By.Name() == req.By.Name() {
			if r.Request.Digest != req.Digest {
				return state, at, KeyReused(req.Key)
			}
			at.answered = r.Position
		}
	}
	return state, at, nil
}

// Load returns the state of stream s as its facts tell it, and its revision.
func Load[S any, E domain.Event](ctx context.Context, log Log, s domain.Stream, evolve func(S, E) S) (S, uint64, error) {
	state, at, err := load(ctx, log, s, evolve, domain.Request{})
	return state, at.revision, err
}

// KeyReused is the refusal of a key that already stands for another request.
func KeyReused(key string) error {
	return domain.Refuse(domain.Conflict, "IDEMPOTENCY_MISMATCH",
		"The idempotency key %q was already used for a different request. Use a new key for a new request.", key)
}
