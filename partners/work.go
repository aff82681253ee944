package partners

import (
	"context"
	"errors"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Entry is one thing that a college sends about a learner.
type Entry interface {
	// about is whom it is about; empty if that could not be read.
	about() domain.ApprenticeshipID
	// decide decides what it leads to, and returns the stream that it is about. Where it is
	// refused nothing of it was decided.
	decide(context.Context, *work) (domain.Stream, error)
}

// Unread is an Entry that could not be read, and why.
type Unread struct{ Refused *domain.Refusal }

func (u Unread) about() domain.ApprenticeshipID                       { return "" }
func (u Unread) decide(context.Context, *work) (domain.Stream, error) { return "", u.Refused }

// A work is what is decided about entries of one request. What is known of their learners is
// asked once for all of them.
type work struct {
	*Partners
	request    domain.Request
	trial      bool // nothing is sealed
	view       View
	agreements []projections.Agreement
	learners   map[domain.ApprenticeshipID]projections.Learner
	known      map[domain.ApprenticeshipID][]projections.Credit
	minutes    map[domain.ApprenticeshipID]domain.Minutes // on the job, signed off
	shared     map[domain.PersonID]bool                   // who lets the college see credits, whatever was agreed

	claims  *events.Drafts[reservation.State, reservation.Event]
	credits *events.Drafts[credit.State, credit.Event]
	shown   *events.Drafts[milestone.State, milestone.Event]
	terms   *events.Drafts[agreement.State, agreement.Event]
}

func (p *Partners) begin(ctx context.Context, req domain.Request, trial bool, es []Entry) (*work, error) {
	w := &work{
		Partners: p, request: req, trial: trial,
		learners: map[domain.ApprenticeshipID]projections.Learner{}, minutes: map[domain.ApprenticeshipID]domain.Minutes{}, shared: map[domain.PersonID]bool{},
		claims: events.NewDrafts(p.Log, reservation.Evolve), credits: events.NewDrafts(p.Log, credit.Evolve), shown: events.NewDrafts(p.Log, milestone.Evolve), terms: events.NewDrafts(p.Log, agreement.Evolve),
	}
	ids := []domain.ApprenticeshipID{}
	for _, e := range es {
		if id := e.about(); id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var err error
	if w.view, err = p.View(ctx, req.By.Partner, ids...); err != nil {
		return nil, err
	}
	if w.agreements, err = p.Read.Agreements(ctx, req.By.Partner); err != nil {
		return nil, err
	}
	if w.known, err = p.Read.SharedCredits(ctx, ids...); err != nil {
		return nil, err
	}
	ls, err := p.Read.Learners(ctx, projections.LearnerQuery{IDs: ids})
	if err != nil {
		return nil, err
	}
	var people []domain.PersonID
	for _, l := range ls {
		w.learners[l.ID] = l
		people = append(people, l.Person)
	}
	hours, err := p.Read.Hours(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for id, logged := range hours {
		for _, h := range logged {
			if h.Kind == timesheet.OnTheJob {
				w.minutes[id] += h.Approved
			}
		}
	}
	given, err := p.Read.Consents(ctx, people...)
	for _, c := range given {
		if c.Party == req.By.Partner && c.State == projections.ConsentLive && slices.Contains(c.Records, domain.CreditRecords) && (c.ExpiresOn.IsZero() || !p.today().After(c.ExpiresOn)) {
			w.shared[c.Person] = true
		}
	}
	return w, err
}

// seal keeps what a college writes about a learner; on trial it is only held to its length.
func (w *work) seal(ctx context.Context, about domain.PersonID, field, text string) (domain.Sealed, error) {
	text = domain.Written(text)
	switch {
	case text == "":
		return "", nil
	case domain.TooLong(text):
		return "", domain.Shorten(field)
	case w.trial:
		return "on trial", nil
	}
	sealed, err := w.Vault.Seal(ctx, about, text)
	if errors.Is(err, vault.ErrErased) {
		return "", person.ErrErased
	}
	return sealed, err
}

// appends are what was decided, the claims first.
func (w *work) appends() []events.Append {
	return slices.Concat(w.claims.Appends(), w.credits.Appends(), w.shown.Appends())
}

// Take records one entry and returns the stream that it is about. A request that was
// answered before gets the first answer.
func (p *Partners) Take(ctx context.Context, req domain.Request, e Entry) (s domain.Stream, at events.Position, err error) {
	if err := p.Admit(ctx, req.By.Partner); err != nil {
		return "", 0, err
	}
	if r, answered, err := p.Log.Answered(ctx, req); err != nil || answered {
		return r.Stream, r.Position, err
	}
	at, err = p.retry(ctx, func() (events.Position, error) {
		w, err := p.begin(ctx, req, false, []Entry{e})
		if err != nil {
			return 0, err
		}
		if s, err = e.decide(ctx, w); err != nil {
			return 0, err
		}
		if as := w.appends(); len(as) > 0 {
			return p.Log.Append(ctx, events.Commit{Request: req, Appends: as})
		}
		return max(w.credits.Position(s), w.shown.Position(s)), nil
	})
	if err != nil {
		s = ""
	}
	return s, at, err
}

// Submit records several entries, and what became of them under an id that stands for the
// request's key. Each stands for itself: where one is refused, the others are recorded,
// unless the whole is asked for.
func (p *Partners) Submit(ctx context.Context, req domain.Request, id string, es []Entry, m submission.Mode) (out []submission.Outcome, at events.Position, err error) {
	if err := submission.Check(len(es)); err != nil {
		return nil, 0, err
	}
	if err := p.Admit(ctx, req.By.Partner); err != nil {
		return nil, 0, err
	}
	var w *work
	plan := func(trial bool) error {
		if w, err = p.begin(ctx, req, trial, es); err == nil {
			out, err = w.all(ctx, es)
		}
		return err
	}
	at, err = p.retry(ctx, func() (events.Position, error) {
		if m.Trial || m.Whole { // nothing is sealed for what is left
			if err := plan(true); err != nil || m.Fails(out) || m.Trial {
				return 0, err
			}
		}
		if err := plan(false); err != nil || m.Fails(out) {
			return 0, err
		}
		as := w.appends()
		if len(as) == 0 {
			return 0, nil
		}
		kept := events.Append{Stream: submission.Stream(req.By.Partner, id), Events: []domain.Event{submission.Keep(out)}}
		return p.Log.Append(ctx, events.Commit{Request: req, Appends: append(as, kept)})
	})
	return out, at, err
}

// all decides on entries one after the other.
func (w *work) all(ctx context.Context, es []Entry) ([]submission.Outcome, error) {
	out := make([]submission.Outcome, len(es))
	for i, e := range es {
		before := w.decided()
		s, err := e.decide(ctx, w)
		r := domain.AsRefusal(err)
		switch {
		case err != nil && r == nil:
			return nil, err
		case r != nil:
			out[i] = submission.Outcome{Became: submission.Refused, Refused: r}
		case w.decided() == before:
			out[i] = submission.Outcome{Became: submission.Unchanged, Object: s}
		default:
			out[i] = submission.Outcome{Became: submission.Recorded, Object: s}
		}
	}
	return out, nil
}

func (w *work) decided() int { return w.claims.Decided() + w.credits.Decided() + w.shown.Decided() }

// retry does what may come into conflict with others until it does not, and waits until the
// read model shows it.
func (p *Partners) retry(ctx context.Context, do func() (events.Position, error)) (events.Position, error) {
	at, err := events.Retry(ctx, do)
	if err != nil {
		return 0, err
	}
	return at, p.shown(ctx, at)
}

// shown waits until the read model shows a position.
func (p *Partners) shown(ctx context.Context, at events.Position) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p.Read.Wait(ctx, at)
}
