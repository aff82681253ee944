package upload

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func take(r domain.Role, k Kind, sum string) Take {
	return Take{domain.Request{By: domain.Actor{Person: "kim", Role: r}}, k, Taken{SHA256: sum, Rows: 2, New: 1, Unchanged: 1}}
}

func TestTakingOver(t *testing.T) {
	a, b := Taken{SHA256: "aa", Rows: 2, New: 1, Unchanged: 1}, Taken{SHA256: "bb", Rows: 2, New: 1, Unchanged: 1}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a table is taken over", When: take(domain.Coordinator, Hours, "aa"), Then: []Event{a}},
		{Name: "the same table changes nothing", Given: []Event{a}, When: take(domain.Coordinator, Hours, "aa")},
		{Name: "another one does", Given: []Event{a}, When: take(domain.Coordinator, Hours, "bb"), Then: []Event{b}},
		{Name: "and the first after it", Given: []Event{a, b}, When: take(domain.Coordinator, Hours, "aa"), Then: []Event{a}},
		{Name: "human resources takes over people", When: take(domain.HR, People, "aa"), Then: []Event{a}},
		{Name: "and no hours", When: take(domain.HR, Hours, "aa"), Refused: "NOT_COORDINATOR"},
		{Name: "human resources takes over positions", When: take(domain.HR, Positions, "aa"), Then: []Event{a}},
		{Name: "and coordinators do not", When: take(domain.Coordinator, Positions, "aa"), Refused: "NOT_HR"},
		{Name: "a manager takes over nobody", When: take(domain.Manager, People, "aa"), Refused: "NOT_STAFF_ADMIN"},
		{Name: "an apprentice takes over no hours", When: take(domain.Apprentice, Hours, "aa"), Refused: "NOT_COORDINATOR"},
	})
}

func TestAStreamNamesItsKind(t *testing.T) {
	if k, err := ID(Stream(Prior)); k != Prior || err != nil {
		t.Errorf("got %q, %v", k, err)
	}
}
