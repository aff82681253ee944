package courier

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/webhook"
)

func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	if r := domain.AsRefusal(err); r == nil || r.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestWebhooksAreTheirInstitutions(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	_, _, err := h.Add(ctx, h.by(harbor), lake, hook, h.ear.URL, nil)
	refused(t, "Harbor adds one for Lakeshore", err, "NO_SUCH_PARTNER")
	_, _, err = h.Add(ctx, h.by(priya), lake, hook, h.ear.URL, nil)
	refused(t, "a mentor adds one", err, "NO_SUCH_PARTNER")
	_, _, err = h.Add(ctx, h.by(vera), lake, hook, h.ear.URL, nil)
	refused(t, "the privacy officer adds one", err, "NOT_YOURS_TO_KEEP")
	_, _, err = h.Add(ctx, h.by(lena), "nobody", hook, h.ear.URL, nil)
	refused(t, "one for nobody", err, "NO_SUCH_PARTNER")
	_, _, err = h.Add(ctx, h.by(lena), lake, "Hook!", h.ear.URL, nil)
	refused(t, "one without a name", err, "BAD_ID")
	_, _, err = h.Add(ctx, h.by(lena), lake, hook, "https://10.0.0.1/", nil)
	refused(t, "one at an address that is not public", err, "BAD_URL")
	h.listening()
	if again, _, err := h.Add(ctx, h.by(lakeshore), lake, hook, h.ear.URL, nil); err != nil || again != "" {
		t.Errorf("the secret is told again: %v", err)
	}
	_, _, err = h.Rotate(ctx, h.by(harbor), lake, hook, 0)
	refused(t, "Harbor rotates", err, "NO_SUCH_WEBHOOK")
	_, err = h.Pause(ctx, h.by(priya), lake, hook, "why")
	refused(t, "a mentor pauses", err, "NO_SUCH_WEBHOOK")
	_, err = h.Test(ctx, h.by(harbor), lake, hook)
	refused(t, "Harbor tests", err, "NO_SUCH_WEBHOOK")
	_, err = h.Test(ctx, h.by(vera), lake, hook)
	refused(t, "the privacy officer tests", err, "NOT_YOURS_TO_KEEP")
	h.quiet("for whoever may not nothing is sent")
	for i := range MostWebhooks - 1 {
		_, _, err = h.Add(ctx, h.by(lakeshore), lake, domain.WebhookID(fmt.Sprint("n", i)), h.ear.URL, nil)
		h.must(err)
	}
	_, _, err = h.Add(ctx, h.by(lakeshore), lake, "one-more", h.ear.URL, nil)
	refused(t, "one too many", err, "TOO_MANY_WEBHOOKS")
	_, err = h.Remove(ctx, h.by(vera), lake, "n0", "An incident")
	h.must(err)
	_, _, err = h.Add(ctx, h.by(lakeshore), lake, "one-more", h.ear.URL, nil)
	h.must(err)
}

// TestAddingAndRemovingHasAnEnd adds webhooks and removes them, for a year.
func TestAddingAndRemovingHasAnEnd(t *testing.T) {
	h := open(t)
	for i := range MostAdded {
		id := domain.WebhookID(fmt.Sprint("n", i))
		do(h, webhook.Stream(lake, id), webhook.Evolve, webhook.Add{Request: h.by(lakeshore), Partner: lake, Added: webhook.Added{URL: h.ear.URL}, Secret: webhook.SecretMade{Secret: "s"}})
		do(h, webhook.Stream(lake, id), webhook.Evolve, webhook.Remove{Request: h.by(lakeshore), Partner: lake, Reason: "Replaced"})
	}
	_, _, err := h.Add(t.Context(), h.by(lakeshore), lake, hook, h.ear.URL, nil)
	refused(t, "one more than there are in a year", err, "WEBHOOKS_USED_UP")
	if told, err := h.Read.Webhooks(t.Context(), lake); err != nil || len(told) > 0 {
		t.Errorf("those that were removed are told: %d %v", len(told), err)
	}
	h.pass(360 * 24 * time.Hour)
	_, _, err = h.Add(t.Context(), h.by(lakeshore), lake, hook, h.ear.URL, nil)
	refused(t, "another before the year is over", err, "WEBHOOKS_USED_UP")
	h.pass(6 * 24 * time.Hour)
	_, _, err = h.Add(t.Context(), h.by(lakeshore), lake, hook, h.ear.URL, nil)
	h.must(err)
}

// TestTheSecretIsToldWhileTheReadModelIsBehind rotates while nothing that is recorded is shown.
func TestTheSecretIsToldWhileTheReadModelIsBehind(t *testing.T) {
	h := open(t)
	h.listening()
	h.stop()
	shared, at, err := h.Rotate(t.Context(), h.by(lakeshore), lake, hook, 0)
	if err != nil || at == 0 || !strings.HasPrefix(shared, "whsec_") {
		t.Errorf("of what is on record at %d is told %d bytes and %v", at, len(shared), err)
	}
	_, _, err = h.Add(t.Context(), h.by(lakeshore), lake, "next", h.ear.URL, nil)
	refused(t, "one that cannot be counted", err, "WEBHOOKS_NOT_COUNTED")
}

func TestATestTellsWhatCameOfIt(t *testing.T) {
	h := open(t)
	h.listening()
	_, err := h.Test(t.Context(), h.by(lakeshore), lake, hook)
	h.must(err)
	m := h.one()
	if w := h.hook(); !strings.HasPrefix(m.id(), "msg_test_") || w.Test != m.id() || w.TestWhy != "" || !w.TestedAt.Equal(h.clock()) || !strings.Contains(m.body, "webhook.test") {
		t.Errorf("of %s %s is told %+v", m.id(), m.body, w)
	}
	_, err = h.Test(t.Context(), h.by(lakeshore), lake, hook)
	refused(t, "another test", err, "TESTED_JUST_NOW")
	h.pass(testEvery)
	h.ear.answers(status(http.StatusUnauthorized))
	_, err = h.Test(t.Context(), h.by(lakeshore), lake, hook)
	h.must(err)
	if w := h.hook(); w.TestWhy != webhook.Status(401) {
		t.Errorf("it is told %+v", w)
	}
	if h.Courier.Counts() != (Counts{}) {
		t.Error("a test is counted as a notice")
	}
}

// TestSecretsAreNowhereInTheClear looks for them in the log and in what is logged.
func TestSecretsAreNowhereInTheClear(t *testing.T) {
	h := open(t)
	h.listening()
	h.news()
	h.goRound()
	h.one()
	h.ear.Close()
	h.news()
	h.pass(time.Minute)
	h.goRound()
	if h.hook().Why != webhook.Unreachable {
		t.Errorf("where nobody listens it is %+v", h.hook())
	}
	if !strings.HasPrefix(h.shared, "whsec_") || len(h.shared) != len("whsec_")+44 {
		t.Errorf("%d bytes are no secret", len(h.shared))
	}
	for r, err := range h.Courier.Log.Read(t.Context(), webhook.Stream(lake, hook)) {
		h.must(err)
		if text := fmt.Sprintf("%+v", r); strings.Contains(text, h.shared[6:]) || strings.Contains(text, "whsk_") {
			t.Errorf("%s holds it", r.Event.EventName())
		}
	}
	for _, e := range h.logged.All() {
		t.Errorf("it is logged %s %v", e.Message, e.ContextMap())
	}
}
