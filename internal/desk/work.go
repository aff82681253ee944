package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/events"
)

// A work is what is decided about students and their enrolments in one request.
type work struct {
	*Desk
	registrar
	request    domain.Request
	trial      bool // nothing is sealed
	students   *events.Drafts[student.State, student.Event]
	enrolments *events.Drafts[enrolment.State, enrolment.Event]
	once       *events.Drafts[reservation.State, reservation.Event]
}

func (d *Desk) newWork(r domain.Request, reg registrar, trial bool) *work {
	return &work{d, reg, r, trial, events.NewDrafts(d.Log, student.Evolve), events.NewDrafts(d.Log, enrolment.Evolve), events.NewDrafts(d.Log, reservation.Evolve)}
}

func (w *work) appends() []events.Append {
	return append(append(w.students.Appends(), w.enrolments.Appends()...), w.once.Appends()...)
}

// commit records the work, after what comes first. It returns 0 if there is none.
func (w *work) commit(ctx context.Context, first ...events.Append) (events.Position, error) {
	all := w.appends()
	if len(all) == 0 {
		return 0, nil
	}
	return w.Log.Append(ctx, events.Commit{Request: w.request, Appends: append(first, all...)})
}

// submit is commit with what became of the items of a submission.
func (w *work) submit(ctx context.Context, s domain.Stream, all []submission.Outcome) (events.Position, error) {
	decided := w.appends()
	if len(decided) == 0 {
		return 0, nil
	}
	kept := events.Append{Stream: s, Events: []domain.Event{submission.Keep(all)}}
	return w.Log.Append(ctx, events.Commit{Request: w.request, Appends: append(decided, kept)})
}

// retry does what may come into conflict with others until it does not, and waits until the
// read model shows it.
func (d *Desk) retry(ctx context.Context, do func() (events.Position, error)) (events.Position, error) {
	at, err := events.Retry(ctx, do)
	return d.shown(ctx, at, err)
}
