package signer

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestSigner(t *testing.T) {
	day := domain.NewDate(2026, 11, 23)
	node := domain.Request{By: domain.Actor{Policy: "login", Role: domain.System}, On: day}
	lena := domain.Request{By: domain.Actor{Person: "lena", Role: domain.Coordinator}, On: day}
	published := Published{Public: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", Until: domain.NewDate(2027, 2, 21)}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a node publishes its key for 90 days", When: Publish{node, published.Public}, Then: []Event{published}},
		{Name: "a key is published once", Given: []Event{published}, When: Publish{node, published.Public}},
		{Name: "nobody else publishes one", When: Publish{lena, published.Public}, Refused: "NOT_OPERATOR"},
		{Name: "a key says what is public of it", When: Publish{node, ""}, Refused: "KEY_MISSING"},
		{Name: "a key is retired at once", Given: []Event{published}, When: Retire{node, " stolen "}, Then: []Event{Retired{"stolen"}}},
		{Name: "a key is retired once", Given: []Event{published, Retired{"stolen"}}, When: Retire{node, "stolen"}},
		{Name: "a retired key does not come back", Given: []Event{published, Retired{"stolen"}}, When: Publish{node, published.Public}, Refused: "SIGNER_RETIRED"},
		{Name: "a key is retired for a reason", Given: []Event{published}, When: Retire{node, ""}, Refused: "REASON_MISSING"},
		{Name: "a coordinator retires none", Given: []Event{published}, When: Retire{lena, "stolen"}, Refused: "NOT_OPERATOR"},
		{Name: "an unknown key is not retired", When: Retire{node, "stolen"}, Refused: "NO_SUCH_KEY"},
	})
	if id, err := ID(Stream("k1")); err != nil || id != "k1" {
		t.Errorf("came back as %q, %v", id, err)
	}
}
