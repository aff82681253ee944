package desk_test

import (
	"errors"
	"testing"

	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

func TestAFormerColleague(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.record(milestone.Stream("ben", "hd-a-plus"), milestone.Started{Apprenticeship: "ben", Person: "ben", Requirement: "hd-a-plus", PassLevel: 3})
	if _, err := h.SubmitEvidence(ctx, desk.Ask{By: ben}, "ben", "hd-a-plus", milestone.Certificate, "Ben's certificate", ""); err != nil {
		t.Fatal(err)
	}
	before, err := h.Vault.Seal(ctx, "ben", "Ben Achterberg")
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Erase(ctx, desk.Ask{By: dana}, "ben", person.Asked)
	refused(t, err, "NOT_STAFF_ADMIN")
	if _, err := h.Erase(ctx, desk.Ask{By: ruth}, "ben", person.Asked); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Vault.Unseal(ctx, before); !errors.Is(err, vault.ErrErased) {
		t.Errorf("what was sealed opens with %v", err)
	}
	if name, err := h.Name(ctx, before); err != nil || name != desk.FormerColleague {
		t.Errorf("a name that is still sealed somewhere is shown as %q, %v", name, err)
	}
	if name, err := h.NameOf(ctx, "ben"); err != nil || name != desk.FormerColleague {
		t.Errorf("Ben is shown as %q, %v", name, err)
	}
	m, _, err := h.Read.Milestone(ctx, "ben", "hd-a-plus")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := h.Text(ctx, m.Evidence[0].Note); err != nil || text != "Erased" {
		t.Errorf("his note is shown as %q, %v", text, err)
	}
	_, err = h.Assess(ctx, desk.Ask{By: priya}, "ben", "hd-a-plus", 4, "Well done, Ben")
	refused(t, err, "PERSON_ERASED")
	if _, err := h.Assess(ctx, desk.Ask{By: priya}, "ben", "hd-a-plus", 4, ""); err != nil {
		t.Errorf("what says nothing about him is refused: %v", err)
	}
	for _, plan := range []desk.Plan{{Person: "ben", Supervisor: "dana", Mentor: "priya"}, {Person: "owen", Supervisor: "dana", Mentor: "ben"}} {
		plan.Pathway, plan.StartOn, plan.Age = "help-desk-to-security-analyst", h.Today(), 30
		_, err = h.Draft(ctx, desk.Ask{By: lena}, "another", plan)
		refused(t, err, "PERSON_ERASED")
	}
}
