package alias

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestANameIsDrawnOnce(t *testing.T) {
	house := domain.Request{By: domain.Actor{Policy: "confidential-answers", Role: domain.System}}
	kim := domain.Request{By: domain.Actor{Person: "kim", Role: domain.EEOOfficer}}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a name is drawn", When: Draw{house, "sealed"}, Then: []Event{Drawn{"sealed"}}},
		{Name: "it stays", Given: []Event{Drawn{"sealed"}}, When: Draw{house, "sealed anew"}},
		{Name: "nobody chooses one", When: Draw{kim, "sealed"}, Refused: "DRAWN_BY_ITSELF"},
	})
	if p, why, err := ID(Stream("ana", Surveys)); err != nil || p != "ana" || why != Surveys {
		t.Errorf("came back as %q, %q, %v", p, why, err)
	}
	if Stream("ana", Surveys) == Stream("ana", SelfIdentification) {
		t.Error("one name for two purposes")
	}
}
