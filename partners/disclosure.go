package partners

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Disclosure is what a partner is about to be told.
type Disclosure struct {
	Learners  []domain.ApprenticeshipID
	Fields    []domain.Scope
	Interest  string // why the partner needs it
	QueryHash string // SHA-256 of its question, in hexadecimal
}

// Disclose records, before a partner is answered, what it is told about whom. Whether it may
// be told is asked of the log, for this moment: a consent that was just taken back on another
// node counts. What may not be told is refused (NOT_SHARED), and that it was asked for is on
// record. Being told the same again on a day adds nothing.
func (p *Partners) Disclose(ctx context.Context, req domain.Request, d Disclosure) (events.Position, error) {
	partner := req.By.Partner
	if err := p.Admit(ctx, partner); err != nil {
		return 0, err
	}
	if len(d.Learners) > disclosure.MaxPersons {
		return 0, domain.Refuse(domain.Invalid, "PERSONS_MISSING", "Ask about 1 to %d learners at a time.", disclosure.MaxPersons)
	}
	tell := disclosure.Disclose{Request: req, Partner: partner, Fields: d.Fields, Basis: disclosure.Consent, Interest: d.Interest, QueryHash: d.QueryHash}
	var err error
	if tell.Persons, tell.Granted, err = p.granted(ctx, partner, d); err != nil {
		return 0, err
	}
	stream := disclosure.Stream(partner, req.Today())
	at, err := events.Execute(ctx, p.Log, stream, disclosure.Evolve, events.Command[disclosure.State, disclosure.Event](tell))
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		turn := disclosure.Turn{Request: req, Partner: partner, Fields: d.Fields, Interest: d.Interest, QueryHash: d.QueryHash, Code: r.Code}
		turn.Key, turn.Digest = "", ""
		if _, err := events.Execute(ctx, p.Log, stream, disclosure.Evolve, events.Command[disclosure.State, disclosure.Event](turn)); err != nil {
			return 0, err
		}
	}
	return at, err
}

// granted is what the log lets a partner see of learners at this moment.
func (p *Partners) granted(ctx context.Context, partner domain.PartnerID, d Disclosure) ([]domain.PersonID, map[domain.PersonID][]domain.Scope, error) {
	known, err := p.Read.Agreements(ctx, partner)
	if err != nil {
		return nil, nil, err
	}
	agreements := make([]agreement.State, len(known))
	for i, g := range known {
		if agreements[i], _, err = events.Load(ctx, p.Log, agreement.Stream(g.ID), agreement.Evolve); err != nil {
			return nil, nil, err
		}
	}
	learners, err := p.Read.Learners(ctx, projections.LearnerQuery{IDs: d.Learners})
	if err != nil {
		return nil, nil, err
	}
	var persons []domain.PersonID
	out := map[domain.PersonID][]domain.Scope{}
	for _, l := range learners {
		c, _, err := events.Load(ctx, p.Log, consent.Stream(l.Person, partner), consent.Evolve)
		if err != nil {
			return nil, nil, err
		}
		persons = append(persons, l.Person)
		for _, f := range d.Fields {
			for _, g := range agreements {
				if c.Covers(f, p.today()) && g.Names(f) && g.Covers(p.today(), l.BeganOn) {
					out[l.Person] = append(out[l.Person], f)
					break
				}
			}
		}
	}
	return persons, out, nil
}
