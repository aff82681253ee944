package desk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// What learners wrote before it was sealed is read as it was, until they are erased.
func TestPurposesAndLinksAreSealedAndOldOnesRead(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	old, err := eventstest.Codec().Decode(domain.Form{Name: "consent.given", Schema: 1}, []byte(`{"person":"ana","party":"lakeshore","records":["credits"],"purpose":"credit for Ana"}`))
	if err != nil {
		t.Fatal(err)
	}
	h.record("consent-ana.lakeshore", old)
	if old, err = eventstest.Codec().Decode(domain.Form{Name: "milestone.evidence_submitted", Schema: 1}, []byte(`{"kind":"lab","note":"","uri":"https://example.org/ana"}`)); err != nil {
		t.Fatal(err)
	}
	h.record(milestone.Stream("ana", "hd-a-plus"), milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: "hd-a-plus", PassLevel: 3}, old)
	told := func() (purpose, link string) {
		t.Helper()
		given := must(h.Read.Consents(ctx, "ana"))(t)
		m, _, err := h.Read.Milestone(ctx, "ana", "hd-a-plus")
		if err != nil {
			t.Fatal(err)
		}
		last := m.Evidence[len(m.Evidence)-1]
		if given[0].Purpose != "" && (given[0].Plain != "" || last.PlainURI != "") {
			t.Errorf("what is sealed is there in the plain: %+v, %+v", given[0], last)
		}
		return must(h.Purpose(ctx, given[0]))(t), must(h.Link(ctx, last))(t)
	}
	if purpose, link := told(); purpose != "credit for Ana" || link != "https://example.org/ana" {
		t.Errorf("before: %q, %q", purpose, link)
	}
	for range 2 {
		if _, err := h.GiveConsent(ctx, desk.Ask{By: ana}, "lakeshore", []domain.Scope{domain.CreditRecords}, " credit for Ana ", domain.Date{}); err != nil {
			t.Fatal(err)
		}
	}
	if v := must(h.Read.Consents(ctx, "ana"))(t)[0].Version; v != 2 {
		t.Errorf("giving a consent again makes it version %d", v)
	}
	if _, err := h.SubmitEvidence(ctx, desk.Ask{By: ana}, "ana", "hd-a-plus", desk.Shown{Kind: milestone.Lab, Note: "note", URI: "https://example.org/ana2"}); err != nil {
		t.Fatal(err)
	}
	if purpose, link := told(); purpose != "credit for Ana" || link != "https://example.org/ana2" {
		t.Errorf("sealed: %q, %q", purpose, link)
	}
	_, err = h.SubmitEvidence(ctx, desk.Ask{By: ana}, "ana", "hd-a-plus", desk.Shown{Kind: milestone.Lab, Note: "note", URI: "ana.pdf"})
	refused(t, err, "BAD_LINK")
	_, err = h.GiveConsent(ctx, desk.Ask{By: ana}, "lakeshore", []domain.Scope{domain.CreditRecords}, strings.Repeat("p", domain.MaxLine+1), domain.Date{})
	refused(t, err, "TEXT_TOO_LONG")

	h.record("consent-ana.lakeshore", consent.Given{Person: "ana", Party: "lakeshore", Records: []domain.Scope{domain.CreditRecords}, Plain: "credit for Ana"})
	h.erase("ana")
	if purpose, link := told(); purpose != "" || link != "" {
		t.Errorf("erased: %q, %q", purpose, link)
	}
	m, _, err := h.Read.Milestone(ctx, "ana", "hd-a-plus")
	if err != nil || m.Evidence[0].PlainURI != "" {
		t.Errorf("the old link is still shown: %+v, %v", m.Evidence, err)
	}
}

func TestAFormerColleague(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.record(milestone.Stream("ben", "hd-a-plus"), milestone.Started{Apprenticeship: "ben", Person: "ben", Requirement: "hd-a-plus", PassLevel: 3})
	if _, err := h.SubmitEvidence(ctx, desk.Ask{By: ben}, "ben", "hd-a-plus", desk.Shown{Kind: milestone.Certificate, Note: "Ben's certificate", URI: ""}); err != nil {
		t.Fatal(err)
	}
	before, err := h.Vault.Seal(ctx, "ben", "Ben Achterberg")
	if err != nil {
		t.Fatal(err)
	}
	h.erase("ben")
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
	_, err = h.Assess(ctx, desk.Ask{By: priya}, "ben", "hd-a-plus", desk.Assessment{Mark: milestone.Mark{Rating: 4}, Feedback: "Well done, Ben"})
	refused(t, err, "PERSON_ERASED")
	if _, err := h.Assess(ctx, desk.Ask{By: priya}, "ben", "hd-a-plus", desk.Assessment{Mark: milestone.Mark{Rating: 4}, Feedback: ""}); err != nil {
		t.Errorf("what says nothing about him is refused: %v", err)
	}
	for _, plan := range []desk.Plan{{Person: "ben", Supervisor: "dana", Mentor: "priya"}, {Person: "owen", Supervisor: "dana", Mentor: "ben"}} {
		plan.Pathway, plan.StartOn, plan.Age = "help-desk-to-security-analyst", h.Today(), 30
		_, err = h.Draft(ctx, desk.Ask{By: lena}, "another", plan)
		refused(t, err, "PERSON_ERASED")
	}
}
