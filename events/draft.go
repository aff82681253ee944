package events

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
)

// Drafts are streams of one aggregate on which several commands are decided, one after the
// other, before all that was decided is appended as one commit. They are read once. Who
// meets ErrConflict begins with new ones.
type Drafts[S any, E domain.Event] struct {
	log    Log
	evolve func(S, E) S
	open   map[domain.Stream]*draft[S]
	order  []domain.Stream
	facts  int
}

type draft[S any] struct {
	state    S
	position Position
	append   Append
}

// NewDrafts returns drafts of an aggregate in a log.
func NewDrafts[S any, E domain.Event](log Log, evolve func(S, E) S) *Drafts[S, E] {
	return &Drafts[S, E]{log: log, evolve: evolve, open: map[domain.Stream]*draft[S]{}}
}

func (ds *Drafts[S, E]) draft(ctx context.Context, s domain.Stream) (*draft[S], error) {
	if one, ok := ds.open[s]; ok {
		return one, nil
	}
	state, revision, position, err := load(ctx, ds.log, s, ds.evolve)
	one := &draft[S]{state, position, Append{Stream: s, Expected: revision}}
	if err == nil {
		ds.open[s] = one
		ds.order = append(ds.order, s)
	}
	return one, err
}

// Load returns the state of a stream after what was decided on it.
func (ds *Drafts[S, E]) Load(ctx context.Context, s domain.Stream) (S, error) {
	one, err := ds.draft(ctx, s)
	return one.state, err
}

// Decide lets a command decide on a stream, and keeps the facts for the commit.
func (ds *Drafts[S, E]) Decide(ctx context.Context, s domain.Stream, c Command[S, E]) ([]E, error) {
	one, err := ds.draft(ctx, s)
	if err != nil {
		return nil, err
	}
	facts, err := c.Decide(one.state)
	for _, e := range facts {
		one.state = ds.evolve(one.state, e)
		one.append.Events = append(one.append.Events, e)
		ds.facts++
	}
	return facts, err
}

// Try is Decide that keeps nothing.
func (ds *Drafts[S, E]) Try(ctx context.Context, s domain.Stream, c Command[S, E]) error {
	one, err := ds.draft(ctx, s)
	if err == nil {
		_, err = c.Decide(one.state)
	}
	return err
}

// Appends are the streams on which anything was decided, in the order in which they were read.
func (ds *Drafts[S, E]) Appends() (out []Append) {
	for _, s := range ds.order {
		if a := ds.open[s].append; len(a.Events) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// Decided is how many facts were decided.
func (ds *Drafts[S, E]) Decided() int { return ds.facts }

// Position is that of the last record of a stream when it was read; 0 if it was not.
func (ds *Drafts[S, E]) Position(s domain.Stream) Position {
	if one, ok := ds.open[s]; ok {
		return one.position
	}
	return 0
}
