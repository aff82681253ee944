package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/roster"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Statement is what an institution says about one student in one section, be it on
// several rows. What is empty, it does not say.
type Statement struct {
	Section     enrolment.Section `json:"section"`
	Says        roster.Saying     `json:"says,omitempty"` // enrolled, withdrawn or closed
	On          domain.Date       `json:"on,omitzero"`
	Result      *enrolment.Result `json:"result,omitempty"`
	FromPartner bool              `json:"fromPartner,omitempty"` // the institution sent it by itself
}

// over is s with what a later statement says in its place.
func (s Statement) over(later Statement) Statement {
	if later.Section.Title != "" || s.Section.Code == "" { // published grades have no more of a course than its id
		s.Section.Code, s.Section.Title = later.Section.Code, later.Section.Title
	}
	if later.Section.Term != (enrolment.Term{}) {
		s.Section.Term = later.Section.Term
	}
	s.Section.Partner, s.Section.ID = later.Section.Partner, later.Section.ID
	if later.Says != "" {
		s.Says, s.On = later.Says, later.On
	}
	if later.Result != nil {
		s.Result = later.Result
	}
	s.FromPartner = later.FromPartner
	return s
}

// statement is what a row says.
func statement(partner domain.PartnerID, row roster.Row) Statement {
	s := Statement{Section: row.Section, Says: row.Says, On: row.On}
	s.Section.Partner = partner
	if row.Says == roster.Graded {
		s.Says, s.Result = "", &row.Result
	}
	return s
}

func (s Statement) check() error {
	if err := s.Section.Check(); err != nil || s.Result == nil {
		return err
	}
	return s.Result.Check()
}

// text is s as it is kept until it can be applied.
func (s Statement) text() (string, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("keep what waits: %w", err)
	}
	return string(text), nil
}

func (d *Desk) sealStatement(ctx context.Context, about domain.PersonID, s Statement) (domain.Sealed, error) {
	text, err := s.text()
	if err != nil {
		return "", err
	}
	return d.seal(ctx, about, "", text)
}

// opened is a statement that waits. Of somebody who was erased since it says nothing.
func (d *Desk) opened(ctx context.Context, sealed domain.Sealed) (s Statement, err error) {
	text, err := d.Vault.Unseal(ctx, sealed)
	if errors.Is(err, vault.ErrErased) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &s)
	}
	if err != nil {
		err = fmt.Errorf("open what waits: %w", err)
	}
	return s, err
}

// apply decides what a statement about a learner leads to, and returns the facts.
func (w *work) apply(ctx context.Context, l projections.Learner, id domain.EnrolmentID, s Statement) ([]enrolment.Event, error) {
	stream := enrolment.Stream(w.partner, id)
	was, err := w.enrolments.Load(ctx, stream)
	if err != nil {
		return nil, err
	}
	today := domain.DateOf(w.request.At)
	request := func(on domain.Date) domain.Request {
		r := w.request
		if r.On = on; on.IsZero() || on.After(today) {
			r.On = today
		}
		return r
	}
	var facts []enrolment.Event
	decide := func(c events.Command[enrolment.State, enrolment.Event]) {
		if err == nil {
			var more []enrolment.Event
			more, err = w.enrolments.Decide(ctx, stream, c)
			facts = append(facts, more...)
		}
	}
	known := Statement{Section: was.Section}.over(s)
	there := was.Status != enrolment.None
	if !there && s.Says == roster.Withdrawn && s.Result == nil {
		return nil, nil
	}
	if !there || s.Says == roster.Enrolled {
		on := s.On
		if s.Says != roster.Enrolled || on.IsZero() {
			on = known.Section.Term.From
		}
		if on.IsZero() {
			on = today
		}
		decide(enrolment.Enrol{Request: request(today), Enrolled: enrolment.Enrolled{Apprenticeship: l.ID, Person: l.Person, Section: known.Section, On: on}})
	}
	if s.Says == roster.Withdrawn {
		decide(enrolment.Withdraw{Request: request(s.On)})
	}
	if s.Result != nil {
		decide(enrolment.Grade{Request: request(s.Result.On), Result: *s.Result})
	}
	if to := known.Section.Term.To; s.Says == roster.Closed {
		decide(enrolment.Close{Request: request(s.On)})
	} else if !to.IsZero() && today.After(to) {
		decide(enrolment.Close{Request: request(to)})
	}
	return facts, err
}
