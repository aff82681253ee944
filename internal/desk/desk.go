// Package desk takes the requests of people: it establishes what the asker may see and do,
// gathers what a rule needs to know, and hands the command to the log. Pages, GraphQL and
// the demonstration all ask here, so that there is one way to do each thing.
//
// An answer is given once the read model shows it: who asks next sees what they did.
package desk

import (
	"context"
	"errors"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Desk serves requests. All fields are set before the first.
type Desk struct {
	Log   events.Log
	Read  *projections.DB
	Vault *vault.Vault
	Now   func() time.Time
}

// An Ask is who asks. Key and Digest make a request repeatable, see domain.Request.
type Ask struct {
	By          domain.Actor
	Key, Digest string
	Source      string // the person who asks for an institution, if one does
	Method      string // how the asker was recognised, such as "session": it goes on record with a consent
}

// Request is what an ask puts on record with what follows from it.
func (d *Desk) Request(a Ask) domain.Request { return d.request(a) }

func (d *Desk) request(a Ask) domain.Request {
	return domain.Request{By: a.By, At: d.Now(), Key: a.Key, Digest: a.Digest, Source: a.Source}
}

// Today is the day of asking.
func (d *Desk) Today() domain.Date { return domain.DateOf(d.Now()) }

// patience is how long an answer waits for the read model.
const patience = 5 * time.Second

// shown waits until the read model shows p. An answer that cannot be shown yet is still
// recorded: the position stands.
func (d *Desk) shown(ctx context.Context, p events.Position, err error) (events.Position, error) {
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p, d.Read.Wait(ctx, p)
}

// execute is events.Execute followed by the wait for the read model.
func execute[S any, E domain.Event](ctx context.Context, d *Desk, s domain.Stream, evolve func(S, E) S, cs ...events.Command[S, E]) (events.Position, error) {
	p, err := events.Execute(ctx, d.Log, s, evolve, cs...)
	return d.shown(ctx, p, err)
}

// SightOf says whose records an actor may see: coordinators, human resources and auditors see
// everybody's, others those they have to do with; security officers those whose move they have
// to clear. Who is nobody sees nobody's.
func (d *Desk) SightOf(by domain.Actor) projections.Sight {
	switch by.Role {
	case domain.Coordinator, domain.HR, domain.Auditor, domain.System:
		return projections.Sight{}
	case domain.Partner:
		return projections.Sight{Partner: by.Partner, On: d.Today(), Nobody: by.Partner == ""}
	}
	s := projections.Sight{Person: by.Person, On: d.Today(), Nobody: by.Person == ""}
	if by.Role == domain.Security {
		s.Office = by.Role
	}
	return s
}

// Learner returns a learner the actor may see. Others do not exist for them.
func (d *Desk) Learner(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID) (projections.Learner, error) {
	seen, err := d.Read.Sees(ctx, d.SightOf(by), id)
	if err != nil {
		return projections.Learner{}, err
	}
	if !seen {
		return projections.Learner{}, domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "There is no such apprenticeship.")
	}
	return d.Read.Learner(ctx, id)
}

// running returns a learner the actor may see and whose apprenticeship is not over.
func (d *Desk) running(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID) (projections.Learner, error) {
	l, err := d.Learner(ctx, by, id)
	if err == nil && l.Over() {
		err = ended(l)
	}
	return l, err
}

func ended(l projections.Learner) error {
	return domain.Refuse(domain.Conflict, "ENDED", "This apprenticeship ended on %s. Nothing more is done in it.", l.EndedOn)
}

// decided returns a learner about whom something is to be decided: one the actor may see,
// or of whom they hold or held the very thing, whatever changed since.
func (d *Desk) decided(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, holds bool) (projections.Learner, error) {
	if holds && by.Person != "" {
		return d.Read.Learner(ctx, id)
	}
	return d.Learner(ctx, by, id)
}

// Own returns the apprenticeship of the person who asks.
func (d *Desk) Own(ctx context.Context, by domain.Actor) (projections.Learner, error) {
	l, err := d.Read.LearnerOf(ctx, by.Person)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return l, domain.Refuse(domain.NotFound, "NOT_AN_APPRENTICE", "You have no apprenticeship here. A coordinator can set one up.")
	}
	return l, err
}

// Text opens a note, or says that it was erased.
func (d *Desk) Text(ctx context.Context, s domain.Sealed) (string, error) {
	text, err := d.Vault.Unseal(ctx, s)
	if errors.Is(err, vault.ErrErased) {
		return "Erased", nil
	}
	return text, err
}

// ruleSet is the rules that were pinned when an apprenticeship was drafted.
func ruleSet(l projections.Learner) (rules.Set, error) { return rules.Find(l.RuleSet) }

// Pathway is the version of the pathway that a learner follows, or the one that their
// standard gives.
func Pathway(l projections.Learner) (pathway.Pathway, error) {
	if l.Pathway == "" && len(l.Given.Stages) > 0 {
		return l.Given, nil
	}
	return pathway.Find(l.Pathway, l.PathwayVersion)
}

// PathwayOf is a version of a pathway, or the one that a version of a standard gives.
func (d *Desk) PathwayOf(ctx context.Context, id domain.PathwayID, version int) (pathway.Pathway, error) {
	p, err := pathway.Find(id, version)
	if domain.AsRefusal(err) == nil {
		return p, err
	}
	if s, missing := d.Read.Standard(ctx, domain.StandardID(id), version); domain.AsRefusal(missing) == nil {
		return s.Pathway(version), missing
	}
	return p, err
}
