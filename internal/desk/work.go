package desk

import (
	"context"
	"errors"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/events"
)

// drafts are streams of one aggregate on which several commands are decided, one after the
// other, before all of it is recorded at once.
type drafts[S any, E domain.Event] struct {
	*Desk
	evolve func(S, E) S
	open   map[domain.Stream]*draft[S]
	order  []domain.Stream
}

type draft[S any] struct {
	state  S
	append events.Append
}

func newDrafts[S any, E domain.Event](d *Desk, evolve func(S, E) S) *drafts[S, E] {
	return &drafts[S, E]{Desk: d, evolve: evolve, open: map[domain.Stream]*draft[S]{}}
}

func (ds *drafts[S, E]) draft(ctx context.Context, s domain.Stream) (*draft[S], error) {
	if one, ok := ds.open[s]; ok {
		return one, nil
	}
	state, revision, err := events.Load(ctx, ds.Log, s, ds.evolve)
	one := &draft[S]{state, events.Append{Stream: s, Expected: revision}}
	if err == nil {
		ds.open[s] = one
		ds.order = append(ds.order, s)
	}
	return one, err
}

func (ds *drafts[S, E]) load(ctx context.Context, s domain.Stream) (S, error) {
	one, err := ds.draft(ctx, s)
	return one.state, err
}

func (ds *drafts[S, E]) decide(ctx context.Context, s domain.Stream, c events.Command[S, E]) ([]E, error) {
	one, err := ds.draft(ctx, s)
	if err != nil {
		return nil, err
	}
	facts, err := c.Decide(one.state)
	for _, e := range facts {
		one.state = ds.evolve(one.state, e)
		one.append.Events = append(one.append.Events, e)
	}
	return facts, err
}

func (ds *drafts[S, E]) appends() (out []events.Append) {
	for _, s := range ds.order {
		if a := ds.open[s].append; len(a.Events) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// A work is what is decided about students and their enrolments in one request.
type work struct {
	*Desk
	registrar
	request    domain.Request
	trial      bool // nothing is sealed
	students   *drafts[student.State, student.Event]
	enrolments *drafts[enrolment.State, enrolment.Event]
	once       *drafts[reservation.State, reservation.Event]
}

func (d *Desk) newWork(r domain.Request, reg registrar, trial bool) *work {
	return &work{d, reg, r, trial, newDrafts(d, student.Evolve), newDrafts(d, enrolment.Evolve), newDrafts(d, reservation.Evolve)}
}

func (w *work) appends() []events.Append {
	return append(append(w.students.appends(), w.enrolments.appends()...), w.once.appends()...)
}

// commit records the work, after what comes first. It returns 0 if there is none.
func (w *work) commit(ctx context.Context, first ...events.Append) (events.Position, error) {
	all := w.appends()
	if len(all) == 0 {
		return 0, nil
	}
	return w.Log.Append(ctx, events.Commit{Request: w.request, Appends: append(first, all...)})
}

// retry does what may come into conflict with others until it does not, and waits until the
// read model shows it.
func (d *Desk) retry(ctx context.Context, do func() (events.Position, error)) (events.Position, error) {
	const attempts = 8
	for range attempts {
		at, err := do()
		if !errors.Is(err, events.ErrConflict) {
			return d.shown(ctx, at, err)
		}
	}
	return 0, domain.Refuse(domain.Busy, "BUSY", "Much of this is being changed at this moment. Try again shortly.")
}
