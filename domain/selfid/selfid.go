package selfid

import (
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the answers under a random name are kept.
func Stream(name string) domain.Stream { return domain.Stream("selfid-" + name) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (string, error) { return s.Subject("selfid") }

// State is what deciding needs to know, and no more.
type State struct {
	invited map[Occasion]domain.Date // the last day of each
	last    domain.Date              // of any invitation
	answers domain.Sealed
	closed  bool
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Invited:
		next := maps.Clone(s.invited)
		if next == nil {
			next = map[Occasion]domain.Date{}
		}
		next[e.Occasion] = e.On
		s.invited, s.last, s.closed = next, e.On, false
	case Answered:
		s.answers = e.Answers
	case Closed:
		s.closed = true
	}
	return s
}

// A Question is one that people may answer. Questions are data: a row of questions.json.
type Question struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Several bool     `json:"several,omitempty"` // more than one option can be chosen
	Options []string `json:"options"`
}

//go:embed questions.json
var file []byte

var questions = sync.OnceValue(func() (all []Question) {
	if err := json.Unmarshal(file, &all); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return all
})

// Questions lists the questions there are.
func Questions() []Question { return slices.Clone(questions()) }

// Undisclosed is the option of whoever would rather not say.
const Undisclosed = "undisclosed"

// Answers are what somebody chose, by question. A question without a choice was passed over.
type Answers map[string][]string

// Check refuses what is no answer to a question there is.
func (a Answers) Check() error {
	for id, chosen := range a {
		at := slices.IndexFunc(questions(), func(q Question) bool { return q.ID == id })
		if at < 0 {
			return domain.Refuse(domain.Invalid, "NO_SUCH_QUESTION", "There is no such question.").About("answers")
		}
		q := questions()[at]
		if len(chosen) > 1 && (!q.Several || slices.Contains(chosen, Undisclosed)) {
			return domain.Refuse(domain.Invalid, "ONE_OPTION", "%s: choose one option.", q.Title).About("answers")
		}
		for i, c := range chosen {
			if !slices.Contains(q.Options, c) || slices.Contains(chosen[:i], c) {
				return domain.Refuse(domain.Invalid, "BAD_OPTION", "%s: choose from the options, each once.", q.Title).About("answers")
			}
		}
	}
	return nil
}
