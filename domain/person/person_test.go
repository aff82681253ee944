package person

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	joined = Joined{Name: "sealed:Ana Ruiz", Capacity: domain.Apprentice, Position: "service-desk-analyst", Title: "Service desk analyst", Manager: "grace-lin", Site: "main-campus"}
	issued = KeyIssued{Key: "k1", Hash: "5e88"}
	gone   = Erased{Reason: Asked}

	coordinator = as(domain.Coordinator)
	operator    = as(domain.System)
)

func as(r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: "kim-cho", Role: r}}
}

// acting is joined in another capacity.
func acting(r domain.Role) Joined {
	j := joined
	j.Capacity = r
	return j
}

func TestPerson(t *testing.T) {
	nameless, agent := joined, joined
	nameless.Name = ""
	agent.Capacity = domain.System
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator adds a colleague", When: Join{coordinator, joined}, Then: []Event{joined}},
		{Name: "human resources adds a colleague", When: Join{as(domain.HR), joined}, Then: []Event{joined}},
		{Name: "an import adds a colleague", When: Join{operator, joined}, Then: []Event{joined}},
		{Name: "a colleague joins once", Given: []Event{joined}, When: Join{coordinator, joined}},
		{Name: "a manager adds nobody", When: Join{as(domain.Manager), joined}, Refused: "NOT_STAFF_ADMIN"},
		{Name: "a coordinator adds a registrar of a college", When: Join{coordinator, acting(domain.Registrar)}, Then: []Event{acting(domain.Registrar)}},
		{Name: "a coordinator lets nobody act with more rights", When: Join{coordinator, acting(domain.HR)}, Refused: "NOT_YOURS_TO_GIVE"},
		{Name: "nor answer for privacy", When: Join{coordinator, acting(domain.PrivacyOfficer)}, Refused: "NOT_YOURS_TO_GIVE"},
		{Name: "nor gives their own", When: Join{coordinator, acting(domain.Coordinator)}, Refused: "NOT_YOURS_TO_GIVE"},
		{Name: "human resources add an auditor", When: Join{as(domain.HR), acting(domain.Auditor)}, Then: []Event{acting(domain.Auditor)}},
		{Name: "a person has a name", When: Join{coordinator, nameless}, Refused: "NAME_MISSING"},
		{Name: "nobody joins as Guildhall itself", When: Join{coordinator, agent}, Refused: "BAD_CAPACITY"},

		{Name: "the operator issues a key", Given: []Event{joined}, When: IssueKey{operator, "k1", "5e88"}, Then: []Event{issued}},
		{Name: "the operator links a login", Given: []Event{joined}, When: LinkLogin{operator, "l1", "sealed"}, Then: []Event{LoginLinked{"l1", "sealed"}}},
		{Name: "a login is linked once", Given: []Event{joined, LoginLinked{"l1", "sealed"}}, When: LinkLogin{operator, "l1", "sealed"}},
		{Name: "a coordinator links none", Given: []Event{joined}, When: LinkLogin{coordinator, "l1", "sealed"}, Refused: "NOT_OPERATOR"},
		{Name: "nobody unknown is linked", When: LinkLogin{operator, "l1", "sealed"}, Refused: "NO_SUCH_PERSON"},
		{Name: "the operator ends a link", Given: []Event{joined, LoginLinked{"l1", "sealed"}}, When: UnlinkLogin{operator, "l1"}, Then: []Event{LoginUnlinked{"l1"}}},
		{Name: "a link ends once", Given: []Event{joined, LoginLinked{"l1", "sealed"}, LoginUnlinked{"l1"}}, When: UnlinkLogin{operator, "l1"}},
		{Name: "an unknown link does not end", Given: []Event{joined}, When: UnlinkLogin{operator, "l1"}, Refused: "NO_SUCH_KEY"},
		{Name: "the operator issues a second key", Given: []Event{joined, issued}, When: IssueKey{operator, "k2", "6b3a"}, Then: []Event{KeyIssued{"k2", "6b3a"}}},
		{Name: "a key is issued once", Given: []Event{joined, issued}, When: IssueKey{operator, "k1", "5e88"}},
		{Name: "a revoked key stays revoked", Given: []Event{joined, issued, KeyRevoked{"k1"}}, When: IssueKey{operator, "k1", "5e88"}},
		{Name: "a stranger gets no key", When: IssueKey{operator, "k1", "5e88"}, Refused: "NO_SUCH_PERSON"},
		{Name: "a coordinator issues no key", Given: []Event{joined}, When: IssueKey{coordinator, "k1", "5e88"}, Refused: "NOT_OPERATOR"},

		{Name: "somebody erased gets no key", Given: []Event{joined, gone}, When: IssueKey{operator, "k1", "5e88"}, Refused: "PERSON_ERASED"},
		{Name: "the keys of somebody erased are gone", Given: []Event{joined, issued, gone}, When: RevokeKey{operator, "k1"}, Refused: "NO_SUCH_KEY"},
		{Name: "somebody erased does not join again", Given: []Event{joined, gone}, When: Join{coordinator, joined}, Refused: "PERSON_ERASED"},

		{Name: "the operator revokes a key", Given: []Event{joined, issued}, When: RevokeKey{operator, "k1"}, Then: []Event{KeyRevoked{"k1"}}},
		{Name: "a key is revoked once", Given: []Event{joined, issued, KeyRevoked{"k1"}}, When: RevokeKey{operator, "k1"}},
		{Name: "a coordinator revokes no key", Given: []Event{joined, issued}, When: RevokeKey{coordinator, "k1"}, Refused: "NOT_OPERATOR"},
		{Name: "an unknown key is not revoked", Given: []Event{joined}, When: RevokeKey{operator, "k1"}, Refused: "NO_SUCH_KEY"},
	})
}

func TestUpdating(t *testing.T) {
	update := func(change func(*Update)) Update {
		u := Update{Request: coordinator, Person: "ana-ruiz", Capacity: joined.Capacity, Job: joined.Job()}
		change(&u)
		return u
	}
	began := domain.NewDate(2024, 2, 5)
	promoted := JobChanged{Position: "systems-administrator", Title: "Systems administrator", Site: "north"}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "what is as it was is not recorded", Given: []Event{joined}, When: update(func(*Update) {})},
		{Name: "a name changes", Given: []Event{joined}, When: update(func(u *Update) { u.Name = "sealed:Ana Soto" }), Then: []Event{Renamed{"sealed:Ana Soto"}}},
		{Name: "a job changes", Given: []Event{joined}, When: update(func(u *Update) { u.Job = promoted }), Then: []Event{promoted}},
		{Name: "a job changes once", Given: []Event{joined, promoted}, When: update(func(u *Update) { u.Job = promoted })},
		{Name: "a capacity changes", Given: []Event{joined}, When: update(func(u *Update) { u.Capacity = domain.Mentor }), Then: []Event{CapacityChanged{Capacity: domain.Mentor}}},
		{Name: "a coordinator makes nobody human resources", Given: []Event{joined}, When: update(func(u *Update) { u.Capacity = domain.HR }), Refused: "NOT_YOURS_TO_GIVE"},
		{Name: "a coordinator takes no auditor away", Given: []Event{acting(domain.Auditor)}, When: update(func(u *Update) { u.Capacity = domain.Apprentice }), Refused: "NOT_YOURS_TO_GIVE"},
		{Name: "a coordinator tells of an auditor what stays as it is", Given: []Event{acting(domain.Auditor)}, When: update(func(u *Update) { u.Capacity = domain.Auditor; u.Start = began }), Then: []Event{StartRecorded{began}}},
		{Name: "human resources make somebody an auditor", Given: []Event{joined}, When: update(func(u *Update) { u.Request = as(domain.HR); u.Capacity = domain.Auditor }), Then: []Event{CapacityChanged{Capacity: domain.Auditor}}},
		{Name: "all changes at once", Given: []Event{joined}, When: Update{operator, "ana-ruiz", "sealed:Ana Soto", domain.Mentor, promoted, began, "omar"},
			Then: []Event{Renamed{"sealed:Ana Soto"}, CapacityChanged{Capacity: domain.Mentor}, promoted, StartRecorded{began}, ManagerChanged{Manager: "omar"}}},
		{Name: "a first day is recorded once", Given: []Event{joined, StartRecorded{began}}, When: update(func(u *Update) { u.Start = began })},
		{Name: "a manager is changed once", Given: []Event{joined, ManagerChanged{Manager: "omar"}}, When: update(func(u *Update) { u.Manager = "omar" })},
		{Name: "nobody reports to themselves", Given: []Event{joined}, When: update(func(u *Update) { u.Manager = "ana-ruiz" }), Refused: "OWN_MANAGER"},
		{Name: "nobody changes their own record", Given: []Event{joined}, When: update(func(u *Update) { u.Person = "kim-cho"; u.Start = began }), Refused: "OWN_RECORD"},
		{Name: "one's own record may be told again as it is", Given: []Event{joined}, When: update(func(u *Update) { u.Person = "kim-cho" })},
		{Name: "a manager changes nothing", Given: []Event{joined}, When: Update{Request: as(domain.Manager), Person: "ana-ruiz", Capacity: domain.Mentor, Job: joined.Job()}, Refused: "NOT_STAFF_ADMIN"},
		{Name: "nobody changes their own capacity", Given: []Event{joined}, When: Update{Request: coordinator, Person: "kim-cho", Capacity: domain.Auditor, Job: joined.Job()}, Refused: "OWN_CAPACITY"},
		{Name: "nobody becomes Guildhall itself", Given: []Event{joined}, When: update(func(u *Update) { u.Capacity = domain.System }), Refused: "BAD_CAPACITY"},
		{Name: "a stranger is not changed", When: update(func(*Update) {}), Refused: "NO_SUCH_PERSON"},
		{Name: "somebody erased is not changed", Given: []Event{joined, gone}, When: update(func(*Update) {}), Refused: "PERSON_ERASED"},
	})
}

func TestAKeyLivesOnceWhateverIsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 30).Draw(t, "requests") {
			req := as(rapid.SampledFrom([]domain.Role{domain.System, domain.System, domain.Coordinator, domain.Mentor}).Draw(t, "role"))
			key := rapid.SampledFrom([]domain.KeyID{"k1", "k2"}).Draw(t, "key")
			switch rapid.IntRange(0, 3).Draw(t, "command") {
			case 0:
				h.Try(t, Join{req, joined})
			case 1:
				h.Try(t, IssueKey{req, key, "5e88"})
			case 2:
				h.Try(t, RevokeKey{req, key})
			case 3:
				h.Try(t, AskErasure{Request: req, Person: "ana-ruiz", Reason: Asked, Reference: "DSR-1"})
				req.By.Person = "vera-lind"
				h.Try(t, Erase{Request: req, Person: "ana-ruiz", Of: len(h.Facts)})
			}
		}
		life := map[domain.KeyID]int{}
		for i, e := range h.Facts {
			switch e := e.(type) {
			case Joined:
				if i > 0 {
					t.Fatalf("joined again: %+v", h.Facts)
				}
			case KeyIssued:
				if life[e.Key]++; life[e.Key] != 1 || i == 0 {
					t.Fatalf("key %s issued again or to nobody: %+v", e.Key, h.Facts)
				}
			case KeyRevoked:
				if life[e.Key]++; life[e.Key] != 2 {
					t.Fatalf("key %s revoked out of turn: %+v", e.Key, h.Facts)
				}
			case Erased:
				if i == 0 || i != len(h.Facts)-1 {
					t.Fatalf("erased out of turn: %+v", h.Facts)
				}
			}
		}
	})
}

func TestAStreamNamesItsPerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.PersonID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "id"))
		if got, err := ID(Stream(id)); err != nil || got != id {
			t.Fatalf("%s came back as %q: %v", id, got, err)
		}
	})
	for _, s := range []domain.Stream{"", "person", "person-", "partner-ana"} {
		if id, err := ID(s); err == nil {
			t.Errorf("%q names the person %q", s, id)
		}
	}
}
