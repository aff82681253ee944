package webhook

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

const lake domain.PartnerID = "lakeshore"

var (
	today = domain.NewDate(2026, 11, 23)

	added  = Added{URL: "https://college.example/hook"}
	secret = SecretMade{Secret: "s1", Sealed: "sealed", Public: "whpk_"}
	second = SecretMade{Secret: "s2", Sealed: "sealed", Public: "whpk_"}

	coordinator = as(domain.Actor{Person: "lena", Role: domain.Coordinator})
	privacy     = as(domain.Actor{Person: "vera", Role: domain.PrivacyOfficer})
	mentor      = as(domain.Actor{Person: "priya", Role: domain.Mentor})
	lakeshore   = as(domain.Actor{Partner: lake, Role: domain.Partner})
	harbor      = as(domain.Actor{Partner: "harbor", Role: domain.Partner})
	courier     = as(domain.Actor{Policy: "courier", Role: domain.System})
)

func as(by domain.Actor) domain.Request { return domain.Request{By: by, On: today} }

func later(r domain.Request, days int) domain.Request { r.On = today.AddDays(days); return r }

func TestWebhook(t *testing.T) {
	one := []Event{added, secret}
	with := func(more ...Event) []Event { return append(slices.Clone(one), more...) }
	bad := func(a Added) Add { return Add{lakeshore, lake, a, secret} }
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "an institution adds its own", When: Add{lakeshore, lake, added, secret}, Then: one},
		{Name: "a coordinator adds one; kinds are told in order and once", When: Add{coordinator, lake, Added{added.URL, []domain.Scope{"pathway", "credits", "pathway"}}, secret},
			Then: []Event{Added{added.URL, []domain.Scope{"credits", "pathway"}}, secret}},
		{Name: "another institution does not", When: Add{harbor, lake, added, secret}, Refused: "NOT_YOURS_TO_KEEP"},
		{Name: "a mentor does not", When: Add{mentor, lake, added, secret}, Refused: "NOT_YOURS_TO_KEEP"},
		{Name: "one is added once", Given: one, When: Add{lakeshore, lake, Added{URL: "https://other.example"}, second}},
		{Name: "an address is one of the web", When: bad(Added{URL: "ftp://college.example"}), Refused: "BAD_URL"},
		{Name: "news is of a kind", When: bad(Added{URL: added.URL, Kinds: []domain.Scope{"gossip"}}), Refused: "BAD_KIND"},

		{Name: "a secret that is replaced signs for a few days more", Given: one, When: Rotate{lakeshore, lake, second, 7}, Then: []Event{SecretLimited{"s1", today.AddDays(6)}, second}},
		{Name: "or not at all", Given: one, When: Rotate{lakeshore, lake, second, 0}, Then: []Event{SecretLimited{"s1", today.AddDays(-1)}, second}},
		{Name: "it does not sign for longer than was said", Given: with(SecretLimited{"s1", today}, second), When: Rotate{lakeshore, lake, SecretMade{"s3", "sealed", "whpk_"}, 7},
			Then: []Event{SecretLimited{"s2", today.AddDays(6)}, SecretMade{"s3", "sealed", "whpk_"}}},
		{Name: "three sign at most", Given: with(SecretLimited{"s1", today}, second, SecretLimited{"s2", today}, SecretMade{"s3", "sealed", "whpk_"}),
			When: Rotate{lakeshore, lake, SecretMade{"s4", "sealed", "whpk_"}, 7}, Refused: "TOO_MANY_SECRETS"},
		{Name: "a secret is made once", Given: one, When: Rotate{lakeshore, lake, secret, 7}},
		{Name: "no secret signs for long beside another", Given: one, When: Rotate{lakeshore, lake, second, 31}, Refused: "BAD_DAYS"},
		{Name: "another institution rotates nothing", Given: one, When: Rotate{harbor, lake, second, 7}, Refused: "NOT_YOURS_TO_KEEP"},
		{Name: "what is not there is not rotated", When: Rotate{lakeshore, lake, second, 7}, Refused: "NO_SUCH_WEBHOOK"},

		{Name: "the privacy officer pauses", Given: one, When: Pause{privacy, lake, " An incident "}, Then: []Event{Paused{"An incident"}}},
		{Name: "and says why", Given: one, When: Pause{privacy, lake, ""}, Refused: "REASON_MISSING"},
		{Name: "another institution does not pause", Given: one, When: Pause{harbor, lake, "why"}, Refused: "NOT_YOURS_TO_KEEP"},
		{Name: "one that is paused is not paused", Given: with(Paused{"x"}), When: Pause{lakeshore, lake, "y"}},
		{Name: "an institution resumes", Given: with(Paused{"x"}), When: Resume{lakeshore, lake}, Then: []Event{Resumed{}}},
		{Name: "also where nobody was", Given: with(Gone{}), When: Resume{lakeshore, lake}, Then: []Event{Resumed{}}},
		{Name: "what goes on is not resumed", Given: one, When: Resume{lakeshore, lake}},
		{Name: "the privacy officer removes", Given: one, When: Remove{privacy, lake, "over"}, Then: []Event{Removed{"over"}}},
		{Name: "what was removed does not come back", Given: with(Removed{"over"}), When: Add{lakeshore, lake, added, secret}, Refused: "WEBHOOK_REMOVED"},
		{Name: "nor is it resumed", Given: with(Paused{"x"}, Removed{"over"}), When: Resume{lakeshore, lake}, Refused: "WEBHOOK_REMOVED"},

		{Name: "the first notice of a day that arrives is on record", Given: one, When: Deliver{courier, 7}, Then: []Event{Delivered{7, today}}},
		{Name: "the second is not", Given: with(Delivered{7, today}), When: Deliver{courier, 9}},
		{Name: "the first of another day is", Given: with(Delivered{7, today}), When: Deliver{later(courier, 1), 9}, Then: []Event{Delivered{9, today.AddDays(1)}}},
		{Name: "one that failed is, once it arrives", Given: with(Delivered{7, today}, Failed{9, TimedOut}), When: Deliver{courier, 9}, Then: []Event{Delivered{9, today}}},
		{Name: "one after another that was given up is", Given: with(Delivered{7, today}, Failed{9, TimedOut}, GivenUp{9, TimedOut}), When: Deliver{courier, 11}, Then: []Event{Delivered{11, today}}},
		{Name: "a failure is on record once", Given: with(Failed{9, TimedOut}), When: Fail{courier, 9, Status(503)}},
		{Name: "and once more if somebody asked for it again", Given: with(Failed{9, TimedOut}, ResendAsked{}), When: Fail{courier, 9, Status(503)}, Then: []Event{Failed{9, Status(503)}}},
		{Name: "what was asked for and failed arrives in the end", Given: with(Delivered{9, today}, ResendAsked{}, Failed{9, TimedOut}), When: Deliver{courier, 9}, Then: []Event{Delivered{9, today}}},
		{Name: "a failure has a cause", Given: one, When: Fail{courier, 9, "http-abc"}, Refused: "BAD_FAILURE"},
		{Name: "what was under way when somebody paused does not fail", Given: with(Paused{"x"}), When: Fail{courier, 9, TimedOut}},
		{Name: "what arrived does not fail", Given: with(Delivered{9, today}), When: Fail{courier, 9, TimedOut}},
		{Name: "nobody else says what failed", Given: one, When: Fail{lakeshore, 9, TimedOut}, Refused: "RECORDED_BY_ITSELF"},
		{Name: "a notice that fails is given up", Given: with(Failed{9, TimedOut}), When: GiveUp{courier, 9, Status(500)}, Then: []Event{GivenUp{9, Status(500)}}},
		{Name: "one that does not fail is not", Given: one, When: GiveUp{courier, 9, Status(500)}},
		{Name: "what was given up is not due", Given: with(Failed{9, TimedOut}, GivenUp{9, TimedOut}), When: Fail{courier, 9, TimedOut}},
		{Name: "until somebody asks for it", Given: with(Failed{9, TimedOut}, GivenUp{9, TimedOut}, ResendAsked{}), When: Deliver{courier, 9}, Then: []Event{Delivered{9, today}}},
		{Name: "an institution has it sent again", Given: one, When: Resend{lakeshore, lake}, Then: []Event{ResendAsked{}}},
		{Name: "not while it is paused", Given: with(Paused{"x"}), When: Resend{lakeshore, lake}, Refused: "WEBHOOK_PAUSED"},
		{Name: "an address that is gone is left", Given: one, When: Leave{courier}, Then: []Event{Gone{}}},
		{Name: "once", Given: with(Gone{}), When: Leave{courier}},
		{Name: "what happens to what was removed is of no interest", Given: with(Removed{"over"}), When: Fail{courier, 9, TimedOut}},
		{Name: "a test is on record", Given: one, When: Test{lakeshore, lake, Tested{"msg_1", Address}}, Then: []Event{Tested{"msg_1", Address}}},
		{Name: "another institution tests nothing", Given: one, When: Test{harbor, lake, Tested{"msg_1", ""}}, Refused: "NOT_YOURS_TO_KEEP"},
	})
}

// TestSomeSecretAlwaysSigns holds the secrets against random histories: from when it is
// added, one to three sign, and the newest among them.
func TestSomeSecretAlwaysSigns(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		h.Try(t, Add{lakeshore, lake, added, secret})
		newest := secret.Secret
		for day := range rapid.IntRange(1, 40).Draw(t, "days") {
			r := later(rapid.SampledFrom([]domain.Request{lakeshore, coordinator, privacy, harbor, courier}).Draw(t, "who"), day)
			position := rapid.Int64Range(1, 5).Draw(t, "position")
			switch rapid.IntRange(0, 8).Draw(t, "command") {
			case 0, 1, 2:
				id := rapid.SampledFrom([]domain.KeyID{"s1", "s2", "s3", "s4", "s5", "s6"}).Draw(t, "secret")
				if facts, _ := h.Try(t, Rotate{r, lake, SecretMade{id, "sealed", "whpk_"}, rapid.IntRange(0, 30).Draw(t, "grace")}); len(facts) > 0 {
					newest = id
				}
			case 3:
				h.Try(t, Fail{r, position, TimedOut})
			case 4:
				h.Try(t, Deliver{r, position})
			case 5:
				h.Try(t, GiveUp{r, position, TimedOut})
			case 6:
				h.Try(t, Leave{r})
			case 7:
				h.Try(t, Resume{r, lake})
			case 8:
				h.Try(t, Resend{r, lake})
			}
			if signing := h.State.Signing(r.On); len(signing) > MostSecrets || !slices.Contains(signing, newest) {
				t.Fatalf("%v sign on %s, the newest is %s: %+v", signing, r.On, newest, h.Facts)
			}
		}
	})
}

func TestANoticeHasOneIDForEveryAttempt(t *testing.T) {
	id := MessageID(lake, "hook", 7)
	if MessageID(lake, "hook", 7) != id || MessageID(lake, "hook", 8) == id || MessageID("harbor", "hook", 7) == id || len(id) != 36 {
		t.Errorf("%q", id)
	}
	if p, hook, err := ID(Stream(lake, "hook")); err != nil || p != lake || hook != "hook" {
		t.Errorf("came back as %q, %q, %v", p, hook, err)
	}
	if !domain.ValidID(Key(lake, "hook")) {
		t.Errorf("%q names no key", Key(lake, "hook"))
	}
}
