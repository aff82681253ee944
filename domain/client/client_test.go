package client

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

const nightly Name = "lakeshore.nightly"

var (
	today = domain.NewDate(2026, 11, 23)
	last  = domain.NewDate(2027, 11, 23) // of a year

	registered = Registered{Title: "Nightly job", Scopes: []Scope{FeedRead, CreditsWrite}}
	secret     = SecretIssued{Key: "k1", Hash: "5e88", Until: last}
	public     = KeyAdded{Key: "k2", JWK: "{}", Until: last}

	operator    = as(domain.Actor{Policy: "operator", Role: domain.System})
	coordinator = as(domain.Actor{Person: "lena", Role: domain.Coordinator})
	privacy     = as(domain.Actor{Person: "vera", Role: domain.PrivacyOfficer})
	mentor      = as(domain.Actor{Person: "priya", Role: domain.Mentor})
	lakeshore   = as(domain.Actor{Partner: "lakeshore", Role: domain.Partner})
	harbor      = as(domain.Actor{Partner: "harbor", Role: domain.Partner})
)

func as(by domain.Actor) domain.Request { return domain.Request{By: by, On: today} }

func later(r domain.Request, days int) domain.Request { r.On = today.AddDays(days); return r }

func TestClient(t *testing.T) {
	issue := func(r domain.Request, id domain.KeyID) IssueSecret {
		return IssueSecret{r, nightly, id, "5e88", domain.Date{}}
	}
	revoke := func(r domain.Request, id domain.KeyID) Revoke { return Revoke{r, nightly, id, "lost"} }
	one, two := []Event{registered, secret}, []Event{registered, secret, public}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator registers a client; its scopes are told in order and once", When: Register{coordinator, Registered{" Nightly job ", []Scope{CreditsWrite, FeedRead, FeedRead}}}, Then: []Event{registered}},
		{Name: "a client is registered once", Given: one, When: Register{coordinator, Registered{"Another", Usual}}},
		{Name: "a mentor registers none", When: Register{mentor, registered}, Refused: "NOT_COORDINATOR"},
		{Name: "an institution registers none itself", When: Register{lakeshore, registered}, Refused: "NOT_COORDINATOR"},
		{Name: "a client says what it is", When: Register{operator, Registered{" ", Usual}}, Refused: "TITLE_MISSING"},
		{Name: "a client may ask for something", When: Register{operator, Registered{"Job", nil}}, Refused: "SCOPES_MISSING"},
		{Name: "a client may ask for what there is", When: Register{operator, Registered{"Job", []Scope{"all"}}}, Refused: "BAD_SCOPE"},

		{Name: "scopes take the place of those before", Given: one, When: Grant{coordinator, []Scope{CreditsRead}}, Then: []Event{ScopesGranted{[]Scope{CreditsRead}}}},
		{Name: "the same scopes change nothing", Given: one, When: Grant{coordinator, []Scope{CreditsWrite, FeedRead}}},
		{Name: "an institution grants itself nothing", Given: one, When: Grant{lakeshore, Scopes}, Refused: "NOT_COORDINATOR"},
		{Name: "an unknown client is granted nothing", When: Grant{coordinator, Scopes}, Refused: "NO_SUCH_CLIENT"},

		{Name: "a client is restricted to documents on record", Given: one, When: Restrict{coordinator, true}, Then: []Event{Restricted{true}}},
		{Name: "once", Given: []Event{registered, Restricted{true}}, When: Restrict{operator, true}},
		{Name: "and set free", Given: []Event{registered, Restricted{true}}, When: Restrict{operator, false}, Then: []Event{Restricted{false}}},
		{Name: "an institution sets itself not free", Given: []Event{registered, Restricted{true}}, When: Restrict{lakeshore, false}, Refused: "NOT_COORDINATOR"},
		{Name: "an unknown client is not restricted", When: Restrict{operator, true}, Refused: "NO_SUCH_CLIENT"},
		{Name: "nor is a closed one", Given: []Event{registered, Closed{"gone"}}, When: Restrict{operator, true}, Refused: "CLIENT_CLOSED"},

		{Name: "a secret works for a year", Given: []Event{registered}, When: issue(operator, "k1"), Then: []Event{secret}},
		{Name: "a secret is issued once", Given: one, When: issue(operator, "k1")},
		{Name: "an institution rotates its own", Given: one, When: issue(lakeshore, "k3"), Then: []Event{SecretIssued{"k3", "5e88", last}}},
		{Name: "and nobody else's", Given: one, When: issue(harbor, "k3"), Refused: "NOT_COORDINATOR"},
		{Name: "two keys work at once", Given: one, When: AddKey{coordinator, nightly, "k2", "{}", last}, Then: []Event{public}},
		{Name: "a third does not", Given: two, When: issue(operator, "k3"), Refused: "TWO_KEYS"},
		{Name: "one that ended makes room", Given: []Event{registered, SecretIssued{"k1", "5e88", today.AddDays(-1)}, public}, When: issue(operator, "k3"), Then: []Event{SecretIssued{"k3", "5e88", last}}},
		{Name: "one that was revoked makes room", Given: append(slices.Clone(two), Revoked{"k1", "lost"}), When: issue(operator, "k3"), Then: []Event{SecretIssued{"k3", "5e88", last}}},
		{Name: "no key works for longer than 400 days", Given: []Event{registered}, When: AddKey{operator, nightly, "k2", "{}", today.AddDays(401)}, Refused: "BAD_LIFE"},
		{Name: "no key works for yesterday", Given: []Event{registered}, When: AddKey{operator, nightly, "k2", "{}", today.AddDays(-1)}, Refused: "BAD_LIFE"},
		{Name: "a key is not endless", Given: []Event{registered}, When: AddKey{operator, nightly, "k2", strings.Repeat("x", MaxJWK+1), last}, Refused: "BAD_KEY"},
		{Name: "an unknown client gets no key", When: issue(operator, "k1"), Refused: "NO_SUCH_CLIENT"},

		{Name: "a key that is replaced ends sooner", Given: one, When: Limit{operator, nightly, "k1", today.AddDays(7)}, Then: []Event{Limited{"k1", today.AddDays(7)}}},
		{Name: "it does not end later than it would have", Given: one, When: Limit{operator, nightly, "k1", last.AddDays(1)}},

		{Name: "a coordinator revokes a key", Given: one, When: revoke(coordinator, "k1"), Then: []Event{Revoked{"k1", "lost"}}},
		{Name: "the privacy officer does", Given: one, When: revoke(privacy, "k1"), Then: []Event{Revoked{"k1", "lost"}}},
		{Name: "its institution does", Given: one, When: revoke(lakeshore, "k1"), Then: []Event{Revoked{"k1", "lost"}}},
		{Name: "another institution does not", Given: one, When: revoke(harbor, "k1"), Refused: "NOT_COORDINATOR"},
		{Name: "a key is revoked once", Given: append(slices.Clone(one), Revoked{"k1", "lost"}), When: revoke(operator, "k1")},
		{Name: "a revoked key does not come back", Given: append(slices.Clone(one), Revoked{"k1", "lost"}), When: issue(operator, "k1"), Refused: "KEY_REVOKED"},
		{Name: "a key is revoked for a reason", Given: one, When: Revoke{operator, nightly, "k1", ""}, Refused: "REASON_MISSING"},
		{Name: "an unknown key is not revoked", Given: one, When: revoke(operator, "k9"), Refused: "NO_SUCH_KEY"},

		{Name: "the first use of a day is on record", Given: one, When: Use{operator, "k1"}, Then: []Event{Used{"k1", today}}},
		{Name: "the second is not", Given: append(slices.Clone(one), Used{"k1", today}), When: Use{operator, "k1"}},
		{Name: "the first of another day is", Given: append(slices.Clone(one), Used{"k1", today}), When: Use{later(operator, 1), "k1"}, Then: []Event{Used{"k1", today.AddDays(1)}}},
		{Name: "nobody says that they used a key", Given: one, When: Use{lakeshore, "k1"}, Refused: "RECORDED_BY_ITSELF"},

		{Name: "a client is closed for good", Given: one, When: Close{privacy, "the job is gone"}, Then: []Event{Closed{"the job is gone"}}},
		{Name: "a client is closed once", Given: append(slices.Clone(one), Closed{"gone"}), When: Close{operator, "gone"}},
		{Name: "a closed client gets no key", Given: append(slices.Clone(one), Closed{"gone"}), When: issue(operator, "k3"), Refused: "CLIENT_CLOSED"},
		{Name: "its name is not given again", Given: append(slices.Clone(one), Closed{"gone"}), When: Register{operator, registered}, Refused: "CLIENT_CLOSED"},
		{Name: "an institution does not close it", Given: one, When: Close{lakeshore, "gone"}, Refused: "NOT_COORDINATOR"},
	})
}

// TestAtMostTwoKeysWorkWhateverIsAsked holds the keys of a client against random histories:
// never more than two work, and none that was revoked or has ended.
func TestAtMostTwoKeysWorkWhateverIsAsked(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		h.Try(t, Register{operator, registered})
		ends, revoked := map[domain.KeyID]domain.Date{}, map[domain.KeyID]bool{}
		for day := range rapid.IntRange(1, 40).Draw(t, "days") {
			r := later(rapid.SampledFrom([]domain.Request{operator, coordinator, privacy, lakeshore, harbor, mentor}).Draw(t, "who"), day)
			id := rapid.SampledFrom([]domain.KeyID{"k1", "k2", "k3", "k4", "k5"}).Draw(t, "key")
			until := r.On.AddDays(rapid.IntRange(-2, 8).Draw(t, "life"))
			switch rapid.IntRange(0, 5).Draw(t, "command") {
			case 0, 1:
				if facts, _ := h.Try(t, IssueSecret{r, nightly, id, "5e88", until}); len(facts) > 0 {
					ends[id] = until
				}
			case 2:
				if facts, _ := h.Try(t, AddKey{r, nightly, id, "{}", until}); len(facts) > 0 {
					ends[id] = until
				}
			case 3:
				if facts, _ := h.Try(t, Limit{r, nightly, id, until}); len(facts) > 0 {
					ends[id] = until
				}
			case 4:
				if facts, _ := h.Try(t, Revoke{r, nightly, id, "lost"}); len(facts) > 0 {
					revoked[id] = true
				}
			case 5:
				h.Try(t, Use{r, id})
			}
			working := h.State.Working(r.On)
			if len(working) > MostLive {
				t.Fatalf("%v work on %s: %+v", working, r.On, h.Facts)
			}
			for _, id := range working {
				if revoked[id] || ends[id].Before(r.On) {
					t.Fatalf("%s works on %s: %+v", id, r.On, h.Facts)
				}
			}
		}
	})
}

func TestANameIsThatOfAnInstitutionAndItsClient(t *testing.T) {
	for name, valid := range map[Name]bool{"lakeshore.nightly": true, "lakeshore": false, "lakeshore.": false, ".nightly": false, "lakeshore.a.b": false, "Lake.x": false, "": false} {
		if name.Valid() != valid {
			t.Errorf("%q is %v", name, !valid)
		}
	}
	if n, err := ID(Stream(nightly)); err != nil || n != nightly || n.Partner() != "lakeshore" {
		t.Errorf("came back as %q, %v", n, err)
	}
	if got := ParseScopes(Text(Scopes)); !slices.Equal(got, Scopes) {
		t.Errorf("came back as %v", got)
	}
}
