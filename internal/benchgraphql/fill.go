package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
)

const (
	token      = "the-token-of-the-college"
	college    = domain.PartnerID("lakeshore")
	contract   = domain.AgreementID("one")
	milestones = 5 // of each learner
	credits    = 3
	together   = 100 // learners whose facts make one commit
)

var (
	coordinator = domain.Actor{Person: "lena-fischer", Role: domain.Coordinator}
	first       = domain.NewDate(2026, 1, 5)
	request     = domain.Request{By: coordinator, At: first.Midnight().Add(9 * time.Hour)}
	everything  = []domain.Scope{domain.PathwayRecords, domain.MilestoneRecords, domain.CreditRecords, domain.TransitionRecords}
	met         = []domain.RequirementID{"hd-network-defence", "hd-a-plus", "hd-imaging-lab", "hd-ticket-portfolio", "hd-downtime-drill"}
)

// fill writes a log in dir in which a college may see n learners, each with milestones and
// credits.
func fill(ctx context.Context, dir string, n int) (err error) {
	log, err := journal.OpenLocal(ctx, dir, eventstest.Codec())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	keys, err := vault.Open(dir, vault.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	occupation, err := standard.Find("it-security-pathway")
	if err != nil {
		return err
	}
	if _, err := events.Execute(ctx, log, standard.Stream(occupation.ID), standard.Evolve, standard.Publish{Request: request, Definition: occupation}); err != nil {
		return err
	}
	w := &writer{log: log, occupation: occupation.ID}
	w.institution()
	all := make([]domain.PersonID, n)
	for i := range all {
		all[i] = learner(i)
	}
	for some := range slices.Chunk(all, together) {
		if err := keys.Ready(ctx, some...); err != nil {
			return err
		}
		for _, p := range some {
			name, err := keys.Seal(ctx, p, "Learner Number "+string(p[1:]))
			if err != nil {
				return err
			}
			w.learner(p, name)
		}
		if err := w.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

func learner(i int) domain.PersonID { return domain.PersonID(fmt.Sprintf("p%06d", i)) }

// A writer puts facts into the log, many streams in one commit, one commit each second.
type writer struct {
	log        *journal.Log
	occupation domain.StandardID
	waiting    []events.Append
	commits    int
}

func (w *writer) add(s domain.Stream, es ...domain.Event) {
	w.waiting = append(w.waiting, events.Append{Stream: s, Expected: events.Any, Events: es})
}

func (w *writer) flush(ctx context.Context) error {
	w.commits++
	commit := events.Commit{Request: request, Appends: w.waiting}
	commit.Request.At = request.At.Add(time.Duration(w.commits) * time.Second)
	w.waiting = nil
	_, err := w.log.Append(ctx, commit)
	return err
}

func (w *writer) institution() {
	sum := sha256.Sum256([]byte(token))
	w.add(partner.Stream(college), partner.Onboarded{Name: "Lakeshore Community College"}, partner.KeyIssued{Key: "k", Hash: hex.EncodeToString(sum[:])})
	facts := []domain.Event{agreement.Drafted{Partner: college, Scopes: everything}}
	for i := range met {
		facts = append(facts, agreement.ArticulationRuleAdded{Articulation: rule(i)})
	}
	w.add(agreement.Stream(contract), append(facts, agreement.Activated{From: first, To: first.AddDays(3650)})...)
}

func rule(i int) rules.Articulation {
	return rules.Articulation{
		Rule: domain.RuleID(fmt.Sprint("one-cyb-", 110+i)), Course: fmt.Sprint("CYB ", 110+i), Title: fmt.Sprintf("Network defence, part %d", i+1),
		Requirement: met[i], Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, From: first,
	}
}

func (w *writer) learner(p domain.PersonID, name domain.Sealed) {
	id := domain.ApprenticeshipID(p)
	w.add(person.Stream(p), person.Joined{Name: name, Capacity: domain.Apprentice})
	w.add(apprenticeship.Stream(id),
		apprenticeship.Drafted{Person: p, Standard: w.occupation, StandardVersion: 1, Pathway: "help-desk-to-security-analyst", PathwayVersion: 2, Role: "help-desk-analyst", StartOn: first, ExpectedEndOn: first.AddDays(700)},
		apprenticeship.Began{On: first})
	w.add(consent.Stream(p, college), consent.Given{Person: p, Party: college, Records: everything, On: first})
	for _, req := range met[:milestones] {
		s := milestone.Stream(id, req)
		w.add(s, milestone.Started{Apprenticeship: id, Person: p, Requirement: req, PassLevel: 3}, milestone.Attained{On: first, Level: 3, Basis: string(s)})
	}
	for i := range credits {
		w.add(credit.Stream(id, rule(i).Rule), credit.Awarded{
			Subject: credit.Subject{Apprenticeship: id, Person: p, Partner: college, Agreement: contract, Articulation: rule(i)},
			Award:   rule(i).Credit, Grade: "A", Term: "Spring 2026", ExternalRef: fmt.Sprintf("%s-%d", p, i),
		})
	}
}
