package site

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestSites(t *testing.T) {
	kim := domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}}
	tom := domain.Request{By: domain.Actor{Person: "tom", Role: domain.Mentor}}
	cedar := Described{"Cedar Valley", Rural}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a site is described", When: Describe{kim, cedar}, Then: []Event{cedar}},
		{Name: "once", Given: []Event{cedar}, When: Describe{kim, cedar}},
		{Name: "and otherwise later", Given: []Event{cedar}, When: Describe{kim, Described{"Cedar Valley", Urban}}, Then: []Event{Described{"Cedar Valley", Urban}}},
		{Name: "by a coordinator", When: Describe{tom, cedar}, Refused: "NOT_COORDINATOR"},
		{Name: "by name", When: Describe{kim, Described{" ", Rural}}, Refused: "NAME_MISSING"},
		{Name: "as one or the other", When: Describe{kim, Described{"Cedar Valley", "suburban"}}, Refused: "BAD_SETTING"},
	})
	if id, err := ID(Stream("cedar-valley")); err != nil || id != "cedar-valley" {
		t.Errorf("came back as %q, %v", id, err)
	}
}
