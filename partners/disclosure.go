package partners

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Told is that a partner is about to be told of records of a learner.
type Told struct {
	*projections.Learner
	domain.Scope
}

// Disclose puts on record, before a partner is answered, what it is told about whom today, and
// under which agreement. The question is the SHA-256 of what it asked, in hexadecimal. Being
// told the same again on a day adds nothing, and costs next to nothing.
//
// Of what is new it is looked at once more whether it may be told: a consent that was taken back
// on another node meanwhile counts. What may not be told is refused (NOT_SHARED), and that it was
// asked for is on record. What cannot be recorded must not be told (NOT_ON_RECORD).
func (p *Partners) Disclose(ctx context.Context, by domain.Actor, question string, told []Told) error {
	l := p.ledgers.of(by.Partner, p.today())
	if told = l.lacks(told); len(told) == 0 {
		return nil
	}
	if err := l.enter(ctx); err != nil {
		return fmt.Errorf("%w: %w", unrecorded, err)
	}
	defer l.leave()
	if told = l.lacks(told); len(told) == 0 {
		return nil
	}
	if err := p.Admit(ctx, by.Partner); err != nil {
		return err
	}
	learners, people, scopes := make([]domain.ApprenticeshipID, len(told)), make([]domain.PersonID, len(told)), make([]domain.Scope, len(told))
	for i, t := range told {
		learners[i], people[i], scopes[i] = t.ID, t.Person, t.Scope
	}
	shares, err := p.Shares(ctx, by.Partner, learners...)
	if err != nil {
		return err
	}
	tell := disclosure.Disclose{Request: domain.Request{By: by, At: p.Now(), On: l.day}, Partner: by.Partner, Basis: disclosure.Consent, QueryHash: question}
	covered := true
	for i, t := range told {
		covered = covered && shares[i].grant.Covers(t.Scope)
	}
	if !covered {
		tell.Fields = slices.Compact(slices.Sorted(slices.Values(scopes)))
		return p.turn(ctx, tell)
	}
	agreements, err := p.Read.Agreements(ctx, by.Partner)
	if err != nil {
		return err
	}
	known, asked, err := p.Read.ToldOn(ctx, by.Partner, l.day, question, people...)
	if err != nil {
		return err
	}
	if err := p.record(ctx, tell, disclosure.Told(l.day, asked, known), tellings(l.day, agreements, known, told)); err != nil {
		return err
	}
	l.learn(told)
	return nil
}

var (
	unrecorded = domain.Refuse(domain.Busy, "NOT_ON_RECORD", "What you are told about learners goes on record first, and cannot be recorded at this moment. Try again shortly.")
	withdrawn  = domain.Refuse(domain.NotFound, "NOT_SHARED", "These records are not shared with your institution, or not any more.")
)

// turn puts on record that a partner asked for what it may not be told, or not any more.
func (p *Partners) turn(ctx context.Context, c disclosure.Disclose) error {
	turn := disclosure.Turn{Request: c.Request, Partner: c.Partner, Fields: c.Fields, Interest: interests[agreement.DataSharing], QueryHash: c.QueryHash, Code: withdrawn.Code}
	stream := disclosure.Stream(c.Partner, c.Today())
	if _, err := events.Execute(ctx, p.Log, stream, disclosure.Evolve, events.Command[disclosure.State, disclosure.Event](turn)); err != nil {
		return fmt.Errorf("%w: %w", unrecorded, err)
	}
	return withdrawn
}

// record puts on record what a partner is told: in one commit, and once if two nodes do so at once.
func (p *Partners) record(ctx context.Context, c disclosure.Disclose, s disclosure.State, all []telling) error {
	var facts []domain.Event
	for _, t := range all {
		c.Fields, c.Agreement, c.Interest = t.fields, t.agreement, interests[t.kind]
		c.Granted = map[domain.PersonID][]domain.Scope{}
		for _, who := range t.people {
			c.Granted[who] = t.fields
		}
		for c.Persons = range slices.Chunk(t.people, disclosure.MaxPersons) {
			decided, err := c.Decide(s)
			if err != nil {
				return err
			}
			for _, e := range decided {
				s = disclosure.Evolve(s, e)
				facts = append(facts, e)
			}
		}
	}
	if len(facts) == 0 {
		return nil
	}
	sum := sha256.Sum256(fmt.Append(nil, c.On, all))
	c.Key = "disclosed:" + hex.EncodeToString(sum[:])
	c.Digest = c.Key
	_, err := p.Log.Append(ctx, events.Commit{Request: c.Request, Appends: []events.Append{{Stream: disclosure.Daily(c.Partner, c.On), Expected: events.Any, Events: facts}}})
	if err != nil {
		return fmt.Errorf("%w: %w", unrecorded, err)
	}
	return nil
}

// interests are why institutions need what agreements let them read.
var interests = map[agreement.Type]string{
	"":                     "Award of credit",
	agreement.Articulation: "Award of credit",
	agreement.DataSharing:  "Exchange of records",
	agreement.Academy:      "A programme that is run together",
}

// A telling is what is told of several people under one agreement.
type telling struct {
	agreement domain.AgreementID
	kind      agreement.Type
	fields    []domain.Scope
	people    []domain.PersonID
}

// tellings gathers people of whom the same is told under the same agreement, leaving out what is
// known to have been told on the day.
func tellings(on domain.Date, agreements []projections.Agreement, known map[domain.PersonID][]domain.Scope, told []Told) []telling {
	type one struct {
		domain.PersonID
		domain.AgreementID
	}
	news, kinds := map[one][]domain.Scope{}, map[domain.AgreementID]agreement.Type{}
	for _, t := range told {
		g := t.under(on, agreements)
		kinds[g.ID] = g.Type
		at := one{t.Person, g.ID}
		if !slices.Contains(known[t.Person], t.Scope) && !slices.Contains(news[at], t.Scope) {
			news[at] = append(news[at], t.Scope)
		}
	}
	together := map[string]*telling{}
	for who, fields := range news {
		slices.Sort(fields)
		name := fmt.Sprint(who.AgreementID, fields)
		if together[name] == nil {
			together[name] = &telling{agreement: who.AgreementID, kind: kinds[who.AgreementID], fields: fields}
		}
		together[name].people = append(together[name].people, who.PersonID)
	}
	var out []telling
	for _, name := range slices.Sorted(maps.Keys(together)) {
		slices.Sort(together[name].people)
		out = append(out, *together[name])
	}
	return out
}

// under is which of some agreements covers what is told; the zero one if there is none any more.
func (t Told) under(on domain.Date, agreements []projections.Agreement) (g projections.Agreement) {
	for _, g := range agreements {
		if slices.Contains(g.Scopes, t.Scope) && g.Covers(on, t.BeganOn) {
			return g
		}
	}
	return g
}
