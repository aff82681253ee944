package desk_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var vera = domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}

// erase has Ruth ask for it and Lena confirm.
func (h *house) erase(who domain.PersonID) {
	h.t.Helper()
	must(h.AskErasure(h.t.Context(), desk.Ask{By: ruth}, who, person.Asked, "DSR-14"))(h.t)
	must(h.Erase(h.t.Context(), desk.Ask{By: lena}, who, h.asked(who).Asked))(h.t)
}

// asked is the last that was asked about somebody.
func (h *house) asked(who domain.PersonID) projections.Erasure {
	h.t.Helper()
	all := must(h.Erasures(h.t.Context(), lena, who))(h.t)
	if len(all) == 0 {
		h.t.Fatalf("nobody asks to erase %s", who)
	}
	return all[0]
}

func TestAnErasureWaitsForASecondPairOfEyes(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.record(person.Stream("vera"), person.Joined{Name: "sealed", Capacity: domain.PrivacyOfficer})
	waits := func(by domain.Actor) (n int) {
		t.Helper()
		for _, i := range must(h.Read.Inbox(ctx, by.Person, by.Role, h.Today()))(t) {
			if i.Kind == projections.AwaitingErasure && i.Person == "priya" && i.Learner == "" {
				n++
			}
		}
		return n
	}
	for _, by := range []domain.Actor{dana, priya, auditor, {Partner: "lakeshore", Role: domain.Partner}} {
		_, err := h.AskErasure(ctx, desk.Ask{By: by}, "priya", person.Asked, "DSR-14")
		refused(t, err, "NOT_STAFF_ADMIN")
	}
	must(h.AskErasure(ctx, desk.Ask{By: ruth}, "priya", person.Asked, " DSR-14 "))(t)
	if waits(vera) != 1 || waits(ruth)+waits(lena)+waits(dana) != 0 {
		t.Errorf("it waits with the privacy officer %d times, with others %d", waits(vera), waits(ruth)+waits(lena)+waits(dana))
	}
	of := h.asked("priya").Asked
	_, err := h.Erase(ctx, desk.Ask{By: ruth}, "priya", of)
	refused(t, err, "SECOND_PERSON")
	_, err = h.Erase(ctx, desk.Ask{By: domain.Actor{Person: "ruth", Role: domain.PrivacyOfficer}}, "priya", of)
	refused(t, err, "SECOND_PERSON")
	_, err = h.Erase(ctx, desk.Ask{By: priya}, "priya", of)
	refused(t, err, "NOT_STAFF_ADMIN")
	must(h.WithdrawErasure(ctx, desk.Ask{By: ruth}, "priya", of))(t)
	if waits(vera) != 0 || h.asked("priya").State != projections.ErasureWithdrawn {
		t.Errorf("what was withdrawn is %+v", h.asked("priya"))
	}

	must(h.AskErasure(ctx, desk.Ask{By: vera}, "priya", person.Asked, "DSR-15"))(t)
	if waits(ruth) != 1 || waits(vera) != 0 {
		t.Errorf("what the privacy officer asks waits with human resources %d times, with her %d", waits(ruth), waits(vera))
	}
	of = h.asked("priya").Asked
	must(h.RefuseErasure(ctx, desk.Ask{By: ruth}, "priya", of, "She took it back."))(t)
	last := h.asked("priya")
	if why := must(h.Text(ctx, last.Refusal))(t); last.State != projections.ErasureRefused || last.DecidedBy != "ruth" || why != "She took it back." {
		t.Errorf("refused: %+v, %q", last, why)
	}
	if p := must(h.Read.Person(ctx, "priya"))(t); p.Erased {
		t.Error("she is erased")
	}
	h.erase("priya")
	if p := must(h.Read.Person(ctx, "priya"))(t); !p.Erased || waits(vera) != 0 {
		t.Errorf("erased: %+v", p)
	}
	if all := must(h.Erasures(ctx, auditor))(t); len(all) != 3 || all[0].State != projections.ErasureDone || all[0].AskedBy != "ruth" || all[0].DecidedBy != "lena" || all[0].Reference != "DSR-14" {
		t.Errorf("on record: %+v", all)
	}
	for _, by := range []domain.Actor{dana, ana, {}} {
		if all := must(h.Erasures(ctx, by))(t); len(all) != 0 {
			t.Errorf("%v sees %+v", by, all)
		}
	}
}

// Records of an apprenticeship are kept for five years, 29 CFR 30.12(d).
func TestRecordsAreKeptAsLongAsTheirRulesSay(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	asks := func(why person.Reason) error {
		_, err := h.AskErasure(ctx, desk.Ask{By: ruth}, "ana", why, "DSR-14")
		return err
	}
	if k := must(h.Kept(ctx, "ana"))(t); !k.Here {
		t.Errorf("of somebody who is here: %+v", k)
	}
	refused(t, asks(person.Retention), "STILL_KEPT")
	h.record(apprenticeship.Stream("ana"), apprenticeship.Cancelled{By: apprenticeship.ByApprentice, On: h.Today()})
	refused(t, asks(person.Retention), "STILL_KEPT")
	h.record(person.Stream("ana"), person.Left{On: h.Today().AddDays(-1), Reason: person.Resigned})
	until := h.Today().AddMonths(60)
	if k := must(h.Kept(ctx, "ana"))(t); k.Here || k.Until != until {
		t.Errorf("of somebody who left: %+v", k)
	}
	h.now = until.Midnight()
	refused(t, asks(person.Retention), "STILL_KEPT")
	h.now = until.AddDays(1).Midnight()
	if err := asks(person.Retention); err != nil {
		t.Fatal(err)
	}
	h.record(person.Stream("ana"), person.Returned{On: h.Today()})
	_, err := h.Erase(ctx, desk.Ask{By: lena}, "ana", h.asked("ana").Asked)
	refused(t, err, "STILL_KEPT")
}
