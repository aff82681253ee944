package desk_test

import (
	"fmt"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// publishes writes down a framework in which roles need statements.
func (h *house) publishes(id domain.FrameworkID, roles ...framework.RoleDefined) {
	h.t.Helper()
	content := framework.Content{Roles: roles}
	for _, code := range []domain.StatementID{"K01", "K02"} {
		content.Statements = append(content.Statements, framework.StatementDefined{Code: code, Kind: framework.Knowledge, Text: "Something"})
	}
	p, err := events.Execute(h.t.Context(), h.Log, framework.Stream(id), framework.Evolve, framework.Publish{Request: domain.Request{By: lena, At: h.now}, Name: string(id), Version: "1", Content: content})
	if err == nil {
		err = h.Read.Wait(h.t.Context(), p)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestRolesAreComparedByTheHousesOwnFrameworkFirst(t *testing.T) {
	h := staffed(t)
	role := func(code string, needs ...domain.StatementID) framework.RoleDefined {
		return framework.RoleDefined{Code: code, Title: code, Statements: needs}
	}
	h.publishes(desk.NICE, role("IO-WRL-007", "K01", "K02"), role("IO-WRL-005", "K02"))
	h.publishes("our-skills", role(string(help), "K01"), role(string(goal), "K01", "K02"))
	gaps := must(h.RoleGaps(t.Context(), ana, "ana"))(t)
	for id, want := range map[domain.RoleID]string{help: "our-skills 1 of 1", goal: "our-skills 1 of 2", admin: "nice 1 of 1"} {
		g := gaps[id]
		if got := fmt.Sprintf("%s %d of %d", g.Role.Framework, len(g.Held), len(g.Held)+len(g.Missing)); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	if g, compared := gaps["practice-manager"]; compared {
		t.Errorf("nothing says what a practice manager needs, and Ana lacks %v", g.Missing)
	}
	for _, by := range []domain.Actor{dana, lena, ruth} {
		if got := must(h.RoleGaps(t.Context(), by, "ana"))(t); len(got) != len(gaps) {
			t.Errorf("%s sees %d gaps of %d", by.Person, len(got), len(gaps))
		}
	}
	for _, by := range []domain.Actor{ben, priya, owen, auditor, lakeshore} {
		if _, err := h.RoleGaps(t.Context(), by, "ana"); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "NO_SUCH_PERSON" {
			t.Errorf("%s is answered %v", by.Name(), err)
		}
	}
}
