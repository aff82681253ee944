package desk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/alias"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/suppress"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// ConfidentialAnswers is the policy in whose name answers are recorded that name nobody.
const ConfidentialAnswers = "confidential-answers"

// SelfIdentificationKey is whose key self-identification is sealed under: nobody's. It is
// no person's id.
const SelfIdentificationKey domain.PersonID = "self-identification"

// nobody is a request in which whoever asked is not named, not even by a key.
func (d *Desk) nobody() domain.Request {
	return domain.Request{By: domain.Actor{Policy: ConfidentialAnswers, Role: domain.System}, At: d.Now()}
}

// Alias is the random name under which somebody's answers of a kind are kept. It is drawn
// when it is first needed.
func (d *Desk) Alias(ctx context.Context, who domain.PersonID, why alias.Purpose) (string, error) {
	stream := alias.Stream(who, why)
	s, _, err := events.Load(ctx, d.Log, stream, alias.Evolve)
	if err != nil {
		return "", err
	}
	if s.Name == "" {
		sealed, err := d.seal(ctx, who, "", strings.ToLower(rand.Text()))
		if err != nil {
			return "", err
		}
		if _, err := events.Execute(ctx, d.Log, stream, alias.Evolve, events.Command[alias.State, alias.Event](alias.Draw{Request: d.nobody(), Name: sealed})); err != nil {
			return "", err
		}
		if s, _, err = events.Load(ctx, d.Log, stream, alias.Evolve); err != nil {
			return "", err
		}
	}
	name, err := d.Vault.Unseal(ctx, s.Name)
	if errors.Is(err, vault.ErrErased) {
		return "", person.ErrErased
	}
	return name, err
}

// SelfIdentification is what the asker said about themselves, and when they were invited to.
func (d *Desk) SelfIdentification(ctx context.Context, by domain.Actor) (projections.SelfIdentification, selfid.Answers, error) {
	name, err := d.ownAlias(ctx, by, alias.SelfIdentification)
	if err != nil {
		return projections.SelfIdentification{}, nil, err
	}
	s, err := d.Read.SelfIdentified(ctx, name)
	if err != nil {
		return s, nil, err
	}
	answers, err := d.answers(ctx, s.Answers)
	return s, answers, err
}

func (d *Desk) ownAlias(ctx context.Context, by domain.Actor, why alias.Purpose) (string, error) {
	if by.Person == "" {
		return "", domain.Refuse(domain.Forbidden, "PEOPLE_ONLY", "Only people answer, each for themselves.")
	}
	return d.Alias(ctx, by.Person, why)
}

func (d *Desk) answers(ctx context.Context, sealed domain.Sealed) (selfid.Answers, error) {
	text, err := d.Vault.Unseal(ctx, sealed)
	if err != nil || text == "" {
		return nil, err
	}
	var a selfid.Answers
	return a, json.Unmarshal([]byte(text), &a)
}

// Identify keeps what the asker says about themselves, in place of what they said before.
func (d *Desk) Identify(ctx context.Context, a Ask, answers selfid.Answers) (events.Position, error) {
	if err := answers.Check(); err != nil {
		return 0, err
	}
	was, before, err := d.SelfIdentification(ctx, a.By)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(answers)
	if err != nil {
		return 0, err
	}
	sealed := was.Answers
	if same, err := json.Marshal(before); err != nil || string(same) != string(body) {
		if sealed, err = d.seal(ctx, SelfIdentificationKey, "answers", string(body)); err != nil {
			return 0, err
		}
	}
	return execute(ctx, d, selfid.Stream(was.Name), selfid.Evolve, selfid.Answer{Request: d.nobody(), Answers: sealed})
}

// A Count is how many people chose an option. A hidden one has no number.
type Count struct {
	Question, Option string // an empty option is everybody who answered the question
	N                int
	Hidden           bool
}

// EqualOpportunity adds up what people said about themselves, for the officer who answers
// for equal opportunity and for nobody else.
func (d *Desk) EqualOpportunity(ctx context.Context, by domain.Actor) ([]Count, error) {
	if by.Role != domain.EEOOfficer {
		return nil, domain.Refuse(domain.Forbidden, "NOT_EEO_OFFICER", "Self-identification is told only in numbers, and only to the equal opportunity officer (29 CFR 30.11).")
	}
	given, err := d.Read.SelfIdentifications(ctx)
	if err != nil {
		return nil, err
	}
	chosen := map[string][][]string{}
	for _, g := range given {
		a, err := d.answers(ctx, g.Answers)
		if err != nil {
			return nil, err
		}
		for q, options := range a {
			if len(options) > 0 {
				chosen[q] = append(chosen[q], options)
			}
		}
	}
	var out []Count
	for _, q := range selfid.Questions() {
		out = append(out, tell(q, chosen[q.ID])...)
	}
	return out, nil
}

// tell counts what was chosen. Who chose several options is an option of their own for
// hiding, so that options never overlap.
func tell(q selfid.Question, chosen [][]string) []Count {
	out := []Count{{Question: q.ID, N: len(chosen)}}
	for _, o := range q.Options {
		out = append(out, Count{Question: q.ID, Option: o})
	}
	atoms := make([]int, len(q.Options)+1)
	for _, options := range chosen {
		at := len(q.Options)
		if len(options) == 1 {
			at = slices.Index(q.Options, options[0])
		}
		if at >= 0 {
			atoms[at]++
		}
	}
	if q.Several {
		out = append(out, Count{Question: q.ID, Option: "several"})
	} else {
		atoms = atoms[:len(q.Options)]
	}
	groups := []suppress.Group{{}}
	for i := range atoms {
		groups[0].Atoms = append(groups[0].Atoms, i)
		groups = append(groups, suppress.Group{Dimension: 1, Atoms: []int{i}})
		out[i+1].N = atoms[i]
	}
	for i, hidden := range suppress.Hide(atoms, groups) {
		if out[i].Hidden = hidden; hidden {
			out[i].N = 0
		}
	}
	return out
}

// AnswerSurvey keeps what the asker answers to one questionnaire of a wave that is open.
func (d *Desk) AnswerSurvey(ctx context.Context, a Ask, id domain.WaveID, instrument domain.InstrumentID, scores []int) (events.Position, error) {
	w, err := d.Wave(ctx, id)
	if err != nil {
		return 0, err
	}
	today := d.Today()
	switch {
	case w.Closed || today.After(w.To) || today.Before(w.From):
		return 0, NotOpen(w)
	case !slices.Contains(w.Instruments, instrument):
		return 0, domain.Refuse(domain.NotFound, "NO_SUCH_INSTRUMENT", "This questionnaire is not part of the survey.").About("instrument")
	}
	name, err := d.ownAlias(ctx, a.By, alias.Surveys)
	if err != nil {
		return 0, err
	}
	at, err := d.Read.Whereabouts(ctx, a.By.Person)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, survey.Stream(id, name), survey.Evolve, survey.Answer{Request: d.nobody(), Answered: survey.Answered{
		Instrument: instrument, Moment: survey.Moment(w.Moment), Scores: scores, Program: at.Program, Site: at.Site, Cohort: at.Cohort,
	}})
}

// NotOpen refuses to ask the questions of a wave outside its time.
func NotOpen(w projections.Wave) error {
	return domain.Refuse(domain.Conflict, "NOT_OPEN", "This survey is not open. It is answered from %s to %s.", w.From, w.To)
}

// Answered returns the questionnaires of a wave that the asker has answered.
func (d *Desk) Answered(ctx context.Context, by domain.Actor, id domain.WaveID) (map[domain.InstrumentID]bool, error) {
	name, err := d.ownAlias(ctx, by, alias.Surveys)
	if err != nil {
		return nil, err
	}
	s, _, err := events.Load(ctx, d.Log, survey.Stream(id, name), survey.Evolve)
	if err != nil {
		return nil, err
	}
	return s.Instruments(), nil
}
