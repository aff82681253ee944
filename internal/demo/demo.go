// Package demo seeds a hospital to try everything out with: St. Alder Health, its people
// and apprentices, and two colleges. Everything goes through the same commands as in
// earnest. Seeding at the same moment gives the same facts.
package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// Organization is the hospital.
const Organization = "St. Alder Health"

// A Persona is somebody a visitor can sign in as.
type Persona struct {
	Key     string
	Name    string
	Role    string // in words
	Can     string // what the visitor can try
	Person  domain.PersonID
	Partner domain.PartnerID // for a college's system, instead of Person
}

// Personas lists who a visitor can sign in as.
func Personas() []Persona {
	return []Persona{
		{Key: "apprentice", Name: "Maya Okafor", Role: "Apprentice", Person: mayaOkafor, Can: "Follow the pathway, log hours, show evidence, decide who sees the record."},
		{Key: "employee", Name: "Rosa Delgado", Role: "Nurse without an apprenticeship", Person: rosaDelgado, Can: "Find a pathway that begins on the ward, say what interests her."},
		{Key: "mentor", Name: "Priya Raman", Role: "Mentor", Person: priyaRaman, Can: "Review evidence, ask for a role change."},
		{Key: "manager", Name: "Dana Whitfield", Role: "Manager, IT service desk", Person: danaWhitfield, Can: "Sign off hours, approve that somebody moves on."},
		{Key: "receiving-manager", Name: "Owen Castellano", Role: "Manager, infrastructure and security", Person: owenCastellano, Can: "Approve that somebody joins the team."},
		{Key: "coordinator", Name: "Lena Fischer", Role: "Programme coordinator", Person: lenaFischer, Can: "See every apprentice, approve for workforce development."},
		{Key: "hr", Name: "Ruth Adeyemi", Role: "Human resources", Person: ruthAdeyemi, Can: "Give the last approval and set the day."},
		{Key: "security", Name: "Ines Moreau", Role: "Information security officer", Person: inesMoreau, Can: "Clear people for privileged access."},
		{Key: "auditor", Name: "Samuel Brandt", Role: "Auditor", Person: samuelBrandt, Can: "Read everything, change nothing."},
		{Key: "privacy", Name: "Vera Lindgren", Role: "Privacy officer", Person: veraLindgren, Can: "See who was told what, answer requests to amend a record."},
		{Key: "eeo", Name: "Eva Nakamura", Role: "Equal opportunity officer", Person: evaNakamura, Can: "See what people said about themselves, in numbers of ten and more."},
		{Key: "executive", Name: "Robert Hale", Role: "Executive", Person: robertHale, Can: "See what came of the programmes, and nobody’s record."},
		{Key: "registrar", Name: "Rhea Novak", Role: "Registrar, " + lakeshoreName, Person: rheaNovak, Can: "See which students share with the college, decide on an appeal, record awards and enrolments."},
		{Key: "college-a", Name: lakeshoreName, Role: "College partner", Partner: lakeshore, Can: "Read consenting learners over GraphQL, award credit."},
		{Key: "college-b", Name: harborName, Role: "College partner", Partner: harbor, Can: "Read consenting learners over GraphQL, award credit."},
	}
}

// Seed records the demonstration as of now. After an interruption it goes on where it
// stopped: what is recorded already is not recorded twice, and what visitors decided
// otherwise meanwhile stands. A log that holds something else is refused (NOT_A_DEMO).
func Seed(ctx context.Context, log events.Log, v *vault.Vault, now time.Time) error {
	s := &script{ctx: ctx, log: log, vault: v, now: now.UTC().Truncate(time.Second)}
	s.monday = domain.DateOf(s.now).Week().Monday()
	head, err := log.Head(ctx)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if head > 0 {
		if err := s.resume(); err != nil {
			return err
		}
	}
	if err := s.house(); err != nil {
		return err
	}
	s.learners()
	if err := s.england(); err != nil {
		return err
	}
	s.careers()
	s.skills()
	s.outcomes()
	s.workforce()
	s.privacy()
	s.wishes()
	s.lakeshoreToday()
	return s.tell()
}

// resume takes up a story whose first fact is on record.
func (s *script) resume() error {
	for r, err := range s.log.Follow(s.ctx, 0) {
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if r.Request.Source != source {
			return domain.Refuse(domain.Conflict, "NOT_A_DEMO", "This data directory holds a record in earnest. Use another --data for the demonstration.")
		}
		s.resumed = true
		s.monday = domain.DateOf(r.Request.At).Week().Add(-founding).Monday()
		return nil
	}
	return nil
}

// founding is the week in which the story begins, counted from the current one.
const founding = -70

// source marks what the demonstration recorded.
const source = "demonstration"

// A script collects what happens, to be told in the order in which it happened.
type script struct {
	ctx    context.Context
	log    events.Log
	vault  *vault.Vault
	now    time.Time
	monday domain.Date // of the week of now
	steps  []step
	err    error // the first that could not be written down

	resumed bool // some of the story is on record
}

type step struct {
	at  time.Time
	key string
	do  func(domain.Request) error
}

// then writes down what an actor does at a time: the commands are decided and recorded as one.
func then[S any, E domain.Event](s *script, at time.Time, by domain.Actor, stream domain.Stream, evolve func(S, E) S, commands func(domain.Request) []events.Command[S, E]) {
	s.step(at, func(r domain.Request) error {
		r.By = by
		if _, err := events.Execute(s.ctx, s.log, stream, evolve, commands(r)...); err != nil {
			return fmt.Errorf("demo: %s, %s by %s: %w", at.Format(time.DateOnly), stream, by.Name(), err)
		}
		return nil
	})
}

// step writes down what happens at a time.
func (s *script) step(at time.Time, do func(domain.Request) error) {
	s.steps = append(s.steps, step{at, fmt.Sprintf("demo-%04d", len(s.steps)), do})
}

// tell runs the steps in the order of their time.
func (s *script) tell() error {
	if s.err != nil {
		return s.err
	}
	slices.SortStableFunc(s.steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, step := range s.steps {
		if step.at.After(s.now) {
			continue
		}
		err := step.do(domain.Request{At: step.at, Key: step.key, Digest: source, Source: source})
		if err != nil && (!s.resumed || domain.AsRefusal(err) == nil) {
			return err
		}
	}
	return nil
}

// day is a moment on the day that lies some weeks from this one: weekday 0 is Monday.
func (s *script) day(weeks, weekday, hour int) time.Time {
	return s.monday.AddDays(7*weeks + weekday).Midnight().Add(time.Duration(hour) * time.Hour)
}

// seal keeps a text about a person; a failure is told at the end. Of somebody whom a
// visitor erased nothing is told any more.
func (s *script) seal(p domain.PersonID, text string) domain.Sealed {
	sealed, err := s.vault.Seal(s.ctx, p, text)
	if errors.Is(err, vault.ErrErased) {
		return ""
	}
	if err != nil && s.err == nil {
		s.err = fmt.Errorf("demo: %w", err)
	}
	return sealed
}
