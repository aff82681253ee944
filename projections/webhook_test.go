package projections_test

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/projections"
)

func theWebhooks(t testing.TB, db *projections.DB) any {
	ws, err := db.Webhooks(t.Context(), "")
	var out []string
	for _, w := range must(t, ws, err) {
		out = append(out, join(w.Partner, w.ID, w.PartnerName, w.URL, w.Kinds, w.State, w.Reason, "failing", w.Failing, w.Why, "through", w.Through, w.Resend, w.DeliveredOn, "test", w.Test, w.TestWhy))
		for _, s := range w.Secrets {
			out = append(out, join(s.ID, s.Sealed, s.Public, s.Until, s.Signs(day("2026-03-09"))))
		}
		for _, l := range w.Letters {
			out = append(out, join("letter", l.Position, l.Why, l.Since.Format("01-02"), l.GivenUpAt.Format("01-02"), !l.SettledAt.IsZero()))
		}
	}
	return out
}

func TestWebhooks(t *testing.T) {
	const hook = domain.Stream("webhook-mill.hook")
	onboarded := on("2026-03-01", lena, "partner-mill", partner.Onboarded{Name: "Mill College"})
	added := on("2026-03-02", lena, hook, webhook.Added{URL: "https://mill.example/hook", Kinds: []domain.Scope{domain.CreditRecords}},
		webhook.SecretMade{Secret: "s1", Sealed: "sealed", Public: "whpk_1"})
	failed := on("2026-03-03", rules, hook, webhook.Failed{Position: 7, Why: webhook.Status(503)})
	dead := on("2026-03-06", rules, hook, webhook.GivenUp{Position: 7, Why: webhook.TimedOut})
	check(t, []telling{
		{"a webhook signs with a secret, and with two while one takes the other's place", []fact{onboarded, added, on("2026-03-08", lena, hook, webhook.SecretLimited{Secret: "s1", Until: day("2026-03-08")}, webhook.SecretMade{Secret: "s2", Sealed: "sealed", Public: "whpk_2"})},
			theWebhooks, []string{"mill hook Mill College https://mill.example/hook [credits] active  failing 0  through 0 false  test  ", "s1 sealed whpk_1 2026-03-08 false", "s2 sealed whpk_2  true"}},
		{"a notice fails", []fact{onboarded, added, failed, on("2026-03-03", lena, hook, webhook.Tested{Message: "msg_1", Why: webhook.Address})},
			theWebhooks, []string{"mill hook Mill College https://mill.example/hook [credits] active  failing 7 http-503 through 0 false  test msg_1 address", "s1 sealed whpk_1  true"}},
		{"it is given up, and asked for again", []fact{onboarded, added, failed, dead, on("2026-03-07", lena, hook, webhook.ResendAsked{})},
			theWebhooks, []string{"mill hook Mill College https://mill.example/hook [credits] active  failing 0  through 7 true  test  ", "s1 sealed whpk_1  true", "letter 7 timeout 03-03 03-06 false"}},
		{"it is settled by a later one", []fact{onboarded, added, failed, dead, on("2026-03-07", rules, hook, webhook.Delivered{Position: 9, On: day("2026-03-07")})},
			theWebhooks, []string{"mill hook Mill College https://mill.example/hook [credits] active  failing 0  through 9 false 2026-03-07 test  ", "s1 sealed whpk_1  true", "letter 7 timeout 03-03 03-06 true"}},
		{"what is paused does not fail, and what is resumed begins anew", []fact{onboarded, added, failed, on("2026-03-04", lena, hook, webhook.Paused{Reason: "an incident"}, webhook.Resumed{})},
			theWebhooks, []string{"mill hook Mill College https://mill.example/hook [credits] active  failing 0  through 0 false  test  ", "s1 sealed whpk_1  true"}},
		{"nobody is there any more", []fact{onboarded, added, on("2026-03-04", rules, hook, webhook.Gone{})},
			theWebhooks, []string{"mill hook Mill College https://mill.example/hook [credits] gone  failing 0  through 0 false  test  ", "s1 sealed whpk_1  true"}},
		{"it is removed", []fact{onboarded, added, on("2026-03-04", lena, hook, webhook.Removed{Reason: "over"})},
			theWebhooks, []string(nil)},
		{"nothing is sent to one that is paused, or whose institution takes no part", []fact{onboarded, added, on("2026-03-04", lena, hook, webhook.Paused{Reason: "an incident"}),
			on("2026-03-01", lena, "partner-harbor", partner.Onboarded{Name: "Harbor College"}), on("2026-03-02", lena, "webhook-harbor.hook", webhook.Added{URL: "https://harbor.example/hook"}),
			on("2026-03-03", lena, "partner-harbor", partner.Suspended{Reason: "an incident"})}, sentTo, []string(nil)},
		{"one that notices are sent to has the secrets that can sign, and no letters", []fact{onboarded, added, failed, dead, on("2026-03-08", lena, hook,
			webhook.SecretMade{Secret: "s2"}, webhook.SecretMade{Secret: "s3"}, webhook.SecretMade{Secret: "s4"})}, sentTo, []string{"hook [s2 s3 s4] 0"}},
		{"those that were removed count for a year", []fact{onboarded, added, on("2026-03-04", lena, hook, webhook.Removed{Reason: "over"}), on("2026-03-05", lena, "webhook-mill.next", webhook.Added{URL: "https://mill.example/next"})},
			func(t testing.TB, db *projections.DB) any {
				has, all, err := db.WebhooksOf(t.Context(), "mill", time.Time{})
				_, late, err2 := db.WebhooksOf(t.Context(), "mill", time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC))
				return []string{join(has, must(t, all, err), must(t, late, err2))}
			}, []string{"1 2 1"}},
	})
}

// TestTheNewestLettersAreTold gives up more notices than are told of.
func TestTheNewestLettersAreTold(t *testing.T) {
	var given []domain.Event
	for n := range int64(60) {
		given = append(given, webhook.Failed{Position: n + 1, Why: webhook.TimedOut}, webhook.GivenUp{Position: n + 1, Why: webhook.TimedOut})
	}
	check(t, []telling{{"sixty are given up", []fact{on("2026-03-01", lena, "partner-mill", partner.Onboarded{Name: "Mill College"}),
		on("2026-03-02", lena, "webhook-mill.hook", webhook.Added{URL: "https://mill.example/hook"}), on("2026-03-03", rules, "webhook-mill.hook", given...)},
		func(t testing.TB, db *projections.DB) any {
			w, _, err := db.Webhook(t.Context(), "mill", "hook")
			l := must(t, w, err).Letters
			return []string{join(len(l), l[0].Position, l[len(l)-1].Position)}
		}, []string{"50 60 11"}}})
}

func sentTo(t testing.TB, db *projections.DB) any {
	ws, err := db.ActiveWebhooks(t.Context())
	var out []string
	for _, w := range must(t, ws, err) {
		var ids []domain.KeyID
		for _, s := range w.Secrets {
			ids = append(ids, s.ID)
		}
		out = append(out, join(w.ID, ids, len(w.Letters)))
	}
	return out
}
