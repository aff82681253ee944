package policies_test

import (
	"errors"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

func (h *house) person(id domain.PersonID) projections.Person {
	h.t.Helper()
	if err := h.read.Wait(h.t.Context(), h.head()); err != nil {
		h.t.Fatal(err)
	}
	p, err := h.read.Person(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) onDay(y int, m time.Month, d int) {
	h.t.Helper()
	h.now = time.Date(y, m, d, 9, 0, 0, 0, time.UTC)
	if err := h.policies(h.log).Tick(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func TestAMoveChangesTheJobThePlaceAndTheManager(t *testing.T) {
	h := open(t)
	h.record("position-desk-1", position.Opened{Role: "desk", Title: "Desk", Site: "main", Headcount: 1, From: domain.NewDate(2026, 1, 1)}, position.Filled{By: "ana", On: domain.NewDate(2026, 1, 5)})
	h.record("position-admin-1", position.Opened{Role: "admin", Title: "Admin", Site: "main", Headcount: 1, From: domain.NewDate(2026, 1, 1)}, position.Reserved{For: "ana", Move: move})
	h.scheduled(domain.NewDate(2026, 3, 5))
	h.record(move, transition.Scheduled{EffectiveOn: domain.NewDate(2026, 3, 5), PayGrade: "IT-3", Position: "admin-1"})
	h.tick(5)
	h.follow()
	ana := h.person("ana")
	if ana.Position != "admin" || ana.PayGrade != "IT-3" || ana.Manager != "owen" || ana.Vacancy != "admin-1" {
		t.Errorf("after the move there is %+v", ana)
	}
	h.want("position-admin-1", "position.opened 2026-03-02", "position.reserved 2026-03-02", "position.filled 2026-03-05")
	h.want("position-desk-1", "position.opened 2026-03-02", "position.filled 2026-03-02", "position.vacated 2026-03-05")

	h.record(move, transition.TermsCorrected{By: "ruth", Was: transition.Terms{EffectiveOn: domain.NewDate(2026, 3, 5), PayGrade: "IT-3"}, Terms: transition.Terms{EffectiveOn: domain.NewDate(2026, 3, 4), PayGrade: "IT-4"}, Reason: "sealed"})
	h.follow()
	end := h.head()
	h.again()
	if h.head() != end {
		t.Errorf("acting twice added %d records", h.head()-end)
	}
	if ana = h.person("ana"); ana.PayGrade != "IT-4" {
		t.Errorf("after the correction there is %+v", ana)
	}
	facts, err := h.read.Career(t.Context(), "ana")
	if err != nil || facts[0].Aside == 0 || facts[0].PayGrade != "IT-3" {
		t.Errorf("what was there before is %+v, %v", facts, err)
	}
}

func TestAPlaceIsKeptOnlyForAMoveThatIsPlanned(t *testing.T) {
	h := open(t)
	h.record("position-admin-1", position.Opened{Role: "admin", Title: "Admin", Site: "main", Headcount: 1, From: domain.NewDate(2026, 1, 1)}, position.Reserved{For: "ana", Move: move})
	h.scheduled(domain.NewDate(2026, 3, 25))
	h.record(move, transition.Rescinded{By: "ruth", Reason: "sealed"})
	h.follow()
	h.again()
	h.want("position-admin-1", "position.opened 2026-03-02", "position.reserved 2026-03-02", "position.released 2026-03-02")
}

// TestAPlaceThatIsPromisedAnewStays starts the policies over after a move was planned again.
func TestAPlaceThatIsPromisedAnewStays(t *testing.T) {
	h := open(t)
	day := domain.NewDate(2026, 3, 25)
	h.record("position-admin-1", position.Opened{Role: "admin", Title: "Admin", Site: "main", Headcount: 1, From: domain.NewDate(2026, 1, 1)})
	h.scheduled(day)
	h.record(move, transition.Rescinded{By: "ruth", Reason: "sealed"})
	h.scheduled(day)
	h.record("position-admin-1", position.Reserved{For: "ana", Move: move})
	h.follow()
	h.record(move, transition.Scheduled{EffectiveOn: day, Position: "admin-1"})
	h.follow()
	h.again()
	h.want("position-admin-1", "position.opened 2026-03-02", "position.reserved 2026-03-02")
}

func TestWhoIsAwayIsStoodInForByWhoMay(t *testing.T) {
	h := open(t)
	h.asked()
	h.record("person-owen", person.Joined{Name: "sealed", Capacity: domain.Manager})
	h.record("person-dana", person.AbsencePlanned{From: domain.NewDate(2026, 3, 4), Until: domain.NewDate(2026, 3, 9), Delegate: "priya"})
	h.tick(4)
	h.wantSince()
	h.record("person-dana", person.AbsencePlanned{From: domain.NewDate(2026, 3, 4), Until: domain.NewDate(2026, 3, 9), Delegate: "owen", Corrects: 2})
	h.tick(3)
	h.wantSince()
	h.tick(4)
	h.tick(5)
	h.wantSince("transition.approval_delegated 2026-03-04")
}

func TestADayComesAndALeaverGoes(t *testing.T) {
	h := open(t)
	h.record("person-ana", person.Joined{Name: "sealed", Capacity: domain.Apprentice, Manager: "dana"}, person.KeyIssued{Key: "k", Hash: "hash-of-ana"})
	h.record("position-desk-1", position.Opened{Role: "desk", Title: "Desk", Site: "main", Headcount: 1, From: domain.NewDate(2026, 1, 1)}, position.Filled{By: "ana", On: domain.NewDate(2026, 1, 5)})
	h.record("person-ana", person.ManagerChanged{Manager: "owen", From: domain.NewDate(2026, 3, 10)}, person.Left{On: domain.NewDate(2026, 3, 20), Reason: person.Resigned})
	h.tick(9)
	if ana := h.person("ana"); ana.Manager != "dana" {
		t.Errorf("a day early there is %+v", ana)
	}
	h.tick(10)
	h.tick(10)
	if ana := h.person("ana"); ana.Manager != "owen" || !ana.LeftOn.IsZero() {
		t.Errorf("on the day there is %+v", ana)
	}
	h.onDay(2026, 3, 20)
	h.person("ana")
	if _, err := h.read.Bearer(t.Context(), "hash-of-ana"); err != nil {
		t.Errorf("on the last day she is not recognised: %v", err)
	}
	h.onDay(2026, 3, 21)
	if gone := h.person("ana"); gone.LeftOn != domain.NewDate(2026, 3, 20) {
		t.Errorf("after the last day there is %+v", gone)
	}
	head, err := h.log.Head(t.Context())
	if err := errors.Join(err, h.read.Wait(t.Context(), head)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.read.Bearer(t.Context(), "hash-of-ana"); domain.AsRefusal(err) == nil {
		t.Error("after the last day she is still recognised")
	}
	h.onDay(2026, 3, 21)
	h.onDay(2026, 3, 22)
	h.want("person-ana", "person.joined 2026-03-02", "person.key_issued 2026-03-02", "person.manager_changed 2026-03-02", "person.left 2026-03-02",
		"person.took_effect 2026-03-10", "person.took_effect 2026-03-21", "person.key_revoked 2026-03-21")
	h.want("position-desk-1", "position.opened 2026-03-02", "position.filled 2026-03-02", "position.vacated 2026-03-21")
}
