package partner

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	onboarded = Onboarded{Name: "Lakeshore Community College", IPEDS: "999001", Domains: []string{"lakeshore.example.edu"}}
	issued    = KeyIssued{Key: "k1", Hash: "5e88"}

	coordinator = as(domain.Coordinator)
	operator    = as(domain.System)
)

func as(r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: "kim-cho", Role: r}}
}

func TestPartner(t *testing.T) {
	nameless := onboarded
	nameless.Name = "  "
	crowd := []Event{onboarded}
	for i := range maxDelegates {
		crowd = append(crowd, DelegateNamed{domain.PersonID("rhea-" + strconv.Itoa(i))})
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator adds a college", When: Onboard{coordinator, onboarded}, Then: []Event{onboarded}},
		{Name: "the operator adds a college", When: Onboard{operator, onboarded}, Then: []Event{onboarded}},
		{Name: "a college is added once", Given: []Event{onboarded}, When: Onboard{coordinator, onboarded}},
		{Name: "human resources adds no college", When: Onboard{as(domain.HR), onboarded}, Refused: "NOT_COORDINATOR"},
		{Name: "a college does not add itself", When: Onboard{as(domain.Partner), onboarded}, Refused: "NOT_COORDINATOR"},
		{Name: "a college has a name", When: Onboard{coordinator, nameless}, Refused: "NAME_MISSING"},

		{Name: "a coordinator lets a registrar act for a college", Given: []Event{onboarded}, When: NameDelegate{coordinator, "rhea"}, Then: []Event{DelegateNamed{"rhea"}}},
		{Name: "somebody is named once", Given: []Event{onboarded, DelegateNamed{"rhea"}}, When: NameDelegate{coordinator, "rhea"}},
		{Name: "human resources names nobody", Given: []Event{onboarded}, When: NameDelegate{as(domain.HR), "rhea"}, Refused: "NOT_COORDINATOR"},
		{Name: "a college names nobody itself", Given: []Event{onboarded}, When: NameDelegate{as(domain.Partner), "rhea"}, Refused: "NOT_COORDINATOR"},
		{Name: "nobody acts for a stranger", When: NameDelegate{coordinator, "rhea"}, Refused: "NO_SUCH_PARTNER"},
		{Name: "nobody names themselves", Given: []Event{onboarded}, When: NameDelegate{coordinator, "kim-cho"}, Refused: "NAMES_ONESELF"},
		{Name: "no more are named than act at most", Given: crowd, When: NameDelegate{coordinator, "rhea"}, Refused: "TOO_MANY"},
		{Name: "a registrar is dismissed", Given: []Event{onboarded, DelegateNamed{"rhea"}}, When: DismissDelegate{coordinator, "rhea"}, Then: []Event{DelegateDismissed{"rhea"}}},
		{Name: "and named again", Given: []Event{onboarded, DelegateNamed{"rhea"}, DelegateDismissed{"rhea"}}, When: NameDelegate{coordinator, "rhea"}, Then: []Event{DelegateNamed{"rhea"}}},
		{Name: "who was not named is not dismissed", Given: []Event{onboarded}, When: DismissDelegate{coordinator, "rhea"}},

		{Name: "an institution has a kind there is", When: Onboard{coordinator, Onboarded{Name: "X", Kind: "bank"}}, Refused: "BAD_KIND"},

		{Name: "a coordinator suspends a college", Given: []Event{onboarded}, When: Suspend{coordinator, "an incident"}, Then: []Event{Suspended{"an incident"}}},
		{Name: "the privacy officer suspends a college", Given: []Event{onboarded}, When: Suspend{as(domain.PrivacyOfficer), "an incident"}, Then: []Event{Suspended{"an incident"}}},
		{Name: "a college is suspended once", Given: []Event{onboarded, Suspended{"an incident"}}, When: Suspend{coordinator, "an incident"}},
		{Name: "a suspension has a reason", Given: []Event{onboarded}, When: Suspend{coordinator, " "}, Refused: "REASON_MISSING"},
		{Name: "a college does not suspend itself", Given: []Event{onboarded}, When: Suspend{as(domain.Partner), "an incident"}, Refused: "NOT_COORDINATOR"},
		{Name: "nobody unknown is suspended", When: Suspend{coordinator, "an incident"}, Refused: "NO_SUCH_PARTNER"},
		{Name: "a coordinator ends a suspension", Given: []Event{onboarded, Suspended{"an incident"}}, When: Resume{coordinator}, Then: []Event{Resumed{}}},
		{Name: "who takes part need not be resumed", Given: []Event{onboarded}, When: Resume{coordinator}},
		{Name: "a college does not end its suspension", Given: []Event{onboarded, Suspended{"an incident"}}, When: Resume{as(domain.Partner)}, Refused: "NOT_COORDINATOR"},

		{Name: "the operator issues a key", Given: []Event{onboarded}, When: IssueKey{operator, "k1", "5e88"}, Then: []Event{issued}},
		{Name: "a key is rotated by issuing the next before revoking the first", Given: []Event{onboarded, issued}, When: IssueKey{operator, "k2", "6b3a"}, Then: []Event{KeyIssued{"k2", "6b3a"}}},
		{Name: "a key is issued once", Given: []Event{onboarded, issued}, When: IssueKey{operator, "k1", "5e88"}},
		{Name: "a revoked key stays revoked", Given: []Event{onboarded, issued, KeyRevoked{"k1"}}, When: IssueKey{operator, "k1", "5e88"}},
		{Name: "an unknown college gets no key", When: IssueKey{operator, "k1", "5e88"}, Refused: "NO_SUCH_PARTNER"},
		{Name: "a coordinator issues no key", Given: []Event{onboarded}, When: IssueKey{coordinator, "k1", "5e88"}, Refused: "NOT_OPERATOR"},

		{Name: "the operator revokes a key", Given: []Event{onboarded, issued}, When: RevokeKey{operator, "k1"}, Then: []Event{KeyRevoked{"k1"}}},
		{Name: "a key is revoked once", Given: []Event{onboarded, issued, KeyRevoked{"k1"}}, When: RevokeKey{operator, "k1"}},
		{Name: "a coordinator revokes no key", Given: []Event{onboarded, issued}, When: RevokeKey{coordinator, "k1"}, Refused: "NOT_OPERATOR"},
		{Name: "an unknown key is not revoked", Given: []Event{onboarded}, When: RevokeKey{operator, "k1"}, Refused: "NO_SUCH_KEY"},
	})
}

func TestAKeyLivesOnceWhateverIsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 30).Draw(t, "requests") {
			req := as(rapid.SampledFrom([]domain.Role{domain.System, domain.System, domain.Coordinator, domain.Partner}).Draw(t, "role"))
			key := rapid.SampledFrom([]domain.KeyID{"k1", "k2"}).Draw(t, "key")
			switch rapid.IntRange(0, 2).Draw(t, "command") {
			case 0:
				h.Try(t, Onboard{req, onboarded})
			case 1:
				h.Try(t, IssueKey{req, key, "5e88"})
			case 2:
				h.Try(t, RevokeKey{req, key})
			}
		}
		life := map[domain.KeyID]int{}
		for i, e := range h.Facts {
			switch e := e.(type) {
			case Onboarded:
				if i > 0 {
					t.Fatalf("onboarded again: %+v", h.Facts)
				}
			case KeyIssued:
				if life[e.Key]++; life[e.Key] != 1 || i == 0 {
					t.Fatalf("key %s issued again or to nobody: %+v", e.Key, h.Facts)
				}
			case KeyRevoked:
				if life[e.Key]++; life[e.Key] != 2 {
					t.Fatalf("key %s revoked out of turn: %+v", e.Key, h.Facts)
				}
			}
		}
	})
}

func TestAStreamNamesItsPartner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.PartnerID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "id"))
		if got, err := ID(Stream(id)); err != nil || got != id {
			t.Fatalf("%s came back as %q: %v", id, got, err)
		}
	})
	for _, s := range []domain.Stream{"", "partner", "partner-", "person-lakeshore"} {
		if id, err := ID(s); err == nil {
			t.Errorf("%q names the partner %q", s, id)
		}
	}
}
