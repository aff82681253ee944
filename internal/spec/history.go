package spec

import (
	"reflect"

	"github.com/guildhall-dev/guildhall/domain"
)

// A History is a stream in the making: its facts so far, and the state they lead to. Tests
// that let chance choose the commands keep one.
type History[S, E any] struct {
	Facts  []E
	State  S
	evolve func(S, E) S
}

// Begin returns a history without facts.
func Begin[S, E any](evolve func(S, E) S) *History[S, E] { return &History[S, E]{evolve: evolve} }

// Try lets c decide and adds the outcome. It returns the new facts, and the code of the
// refusal if c was refused. It fails the test on a fault, and when c is not a decision to
// rely on: deciding again on the same state must give the same, and deciding again after
// its own outcome must add nothing.
func (h *History[S, E]) Try(t interface{ Fatalf(string, ...any) }, c interface{ Decide(S) ([]E, error) }) (facts []E, refused string) {
	before := h.State
	facts, err := c.Decide(before)
	if err != nil {
		r := domain.AsRefusal(err)
		if r == nil {
			t.Fatalf("%+v returned a fault: %v", c, err)
		}
		if r.Kind == 0 || r.Code == "" || r.Reason == "" {
			t.Fatalf("%+v was refused without a kind, a code or a reason: %+v", c, r)
		}
		if len(facts) > 0 {
			t.Fatalf("%+v was refused with %s and yet decided %+v", c, r.Code, facts)
		}
		return nil, r.Code
	}
	for _, e := range facts {
		h.State = h.evolve(h.State, e)
		h.Facts = append(h.Facts, e)
	}
	if same, _ := c.Decide(before); len(facts)+len(same) > 0 && !reflect.DeepEqual(same, facts) {
		t.Fatalf("%+v decided %+v, and on the same state %+v", c, facts, same)
	}
	if again, _ := c.Decide(h.State); len(again) > 0 {
		t.Fatalf("%+v asked twice decided %+v more", c, again)
	}
	return facts, ""
}
