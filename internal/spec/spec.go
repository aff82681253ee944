// Package spec writes tests of deciders as given, when, then.
package spec

import (
	"reflect"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Case is one sentence about a decider: given these facts, when this is decided, then those facts follow.
// Refused is the stable code of the refusal that follows instead.
type Case[S, E any] struct {
	Name    string
	Given   []E
	When    interface{ Decide(S) ([]E, error) }
	Then    []E
	Refused string
}

// Run checks every case, and that deciding again after its own outcome never adds a fact:
// it decides nothing or refuses.
func Run[S, E any](t *testing.T, evolve func(S, E) S, cases []Case[S, E]) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			var s S
			for _, e := range c.Given {
				s = evolve(s, e)
			}
			got, err := c.When.Decide(s)
			if err != nil {
				r := domain.AsRefusal(err)
				if r == nil {
					t.Fatalf("a decider returned a fault: %v", err)
				}
				if r.Code != c.Refused {
					t.Fatalf("refused with %s (%s), want %q", r.Code, r.Reason, c.Refused)
				}
				return
			}
			if c.Refused != "" {
				t.Fatalf("decided %+v, want refusal %s", got, c.Refused)
			}
			if len(got)+len(c.Then) > 0 && !reflect.DeepEqual(got, c.Then) {
				t.Fatalf("got  %+v\nwant %+v", got, c.Then)
			}
			for _, e := range got {
				s = evolve(s, e)
			}
			again, err := c.When.Decide(s)
			if err != nil && domain.AsRefusal(err) == nil {
				t.Fatalf("deciding again returned a fault: %v", err)
			}
			if len(again) > 0 {
				t.Errorf("deciding again gave %+v; want nothing", again)
			}
		})
	}
}
