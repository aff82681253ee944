package graphql_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// loggedIn is a token of a system of an institution with some scopes.
func (h *house) loggedIn(name string, scopes ...string) string {
	h.Helper()
	p, local, _ := strings.Cut(name, ".")
	id := h.done("lena", "registerPartnerClient", "client{id}", "partnerId", "partner-"+p, "name", local, "title", name, "scopes", scopes).string("client.id")
	token, good := h.logsIn(name, h.done("lena", "addClientKey", "secret", "clientId", id).string("secret"))
	if !good {
		h.Fatalf("%s does not log in", name)
	}
	return token
}

func TestAnInstitutionLooksAfterItsWebhooks(t *testing.T) {
	h := open(t, staff, colleges)
	heard := make(chan http.Header, 10)
	ear := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { heard <- r.Header }))
	defer ear.Close()
	own, other := h.loggedIn("lakeshore.own", "WEBHOOKS_MANAGE"), h.loggedIn("harbor.own", "WEBHOOKS_MANAGE")
	without := h.loggedIn("lakeshore.feed", "FEED_READ", "KEYS_MANAGE")

	const fields = "webhook{id name institution{name} url types state reason secrets{id publicKey until} lastDeliveredOn failingSince lastTest{messageId arrived failure} deadLetters{messageId}} secret position"
	const of = `{webhooks{id name secrets{publicKey}}}`
	mutate := func(token, key, name string, in map[string]any) answer {
		h.Helper()
		in["idempotencyKey"] = key
		return h.send(token, `mutation($in: `+strings.ToUpper(name[:1])+name[1:]+`Input!) { out: `+name+`(input: $in) { `+fields+` userErrors { code } } }`, map[string]any{"in": in})
	}
	about := map[string]any{"name": "hook", "url": ear.URL + "/hook", "types": []string{"CREDIT_AWARD"}}
	added := mutate(own, "one", "addWebhook", about)
	id, secret := added.string("data.out.webhook.id"), added.string("data.out.secret")
	if id != "webhook-lakeshore.hook" || !strings.HasPrefix(secret, "whsec_") || added.string("data.out.webhook.institution.name") != "Lakeshore Community College" || added.get("data.out.webhook.types.0") != "CREDIT_AWARD" ||
		!strings.HasPrefix(added.string("data.out.webhook.secrets.0.publicKey"), "whpk_") || added.string("data.out.webhook.state") != "ACTIVE" {
		t.Fatalf("added: %s", added.text)
	}
	if again := mutate(own, "one", "addWebhook", about); again.get("data.out.secret") != nil || again.string("data.out.webhook.id") != id {
		t.Errorf("asked again under the same key: %s", again.text)
	}
	for code, url := range map[string]string{"BAD_URL": "http://169.254.169.254/latest"} {
		if out := mutate(own, "bad"+code, "addWebhook", map[string]any{"name": "bad", "url": url}); out.get("data.out.userErrors.0.code") != code {
			t.Errorf("%s: %s", url, out.text)
		}
	}
	if out := mutate(other, "two", "addWebhook", map[string]any{"name": "hook", "url": ear.URL, "partnerId": "partner-lakeshore"}); out.get("data.out.userErrors.0.code") != "NO_SUCH_PARTNER" {
		t.Errorf("Harbor adds one for Lakeshore: %s", out.text)
	}
	if out := mutate(without, "three", "addWebhook", about); out.get("data.out.userErrors.0.code") != "INSUFFICIENT_SCOPE" {
		t.Errorf("without the scope: %s", out.text)
	}

	for token, want := range map[string]int{own: 1, other: 0} {
		if got := h.send(token, of, nil); len(got.list("data.webhooks")) != want {
			t.Errorf("an institution is told %s", got.text)
		}
		if got := h.send(token, `{node(id:"`+id+`"){id}}`, nil); (got.get("data.node") != nil) != (want == 1) {
			t.Errorf("an institution looks up %s", got.text)
		}
	}
	if got := h.send(without, of, nil); got.string("errors.0.extensions.code") != "INSUFFICIENT_SCOPE" {
		t.Errorf("without the scope: %s", got.text)
	}
	if got := h.send(without, `{node(id:"`+id+`"){id}}`, nil); got.get("data.node") != nil {
		t.Errorf("without the scope: %s", got.text)
	}
	for who, want := range map[string]int{"lena": 1, "petra": 1, "samuel": 1, "priya": 0, "maya": 0, "ruth": 0} {
		if got := h.ask(who, of); len(got.list("data.webhooks")) != want || strings.Contains(got.text, secret) {
			t.Errorf("%s is told %s", who, got.text)
		}
	}

	tested := mutate(own, "four", "testWebhook", map[string]any{"webhookId": id})
	if tested.get("data.out.webhook.lastTest.arrived") != true || len(heard) != 1 {
		t.Fatalf("tested: %s", tested.text)
	}
	if got := <-heard; got.Get(standardwebhooks.HeaderWebhookID) != tested.string("data.out.webhook.lastTest.messageId") {
		t.Errorf("it heard %v", got)
	}
	if again := mutate(own, "four", "testWebhook", map[string]any{"webhookId": id}); again.get("data.out.webhook.lastTest.arrived") != true || len(heard) > 0 {
		t.Errorf("asked again under the same key: %s", again.text)
	}
	if out := mutate(other, "five", "testWebhook", map[string]any{"webhookId": id}); out.get("data.out.userErrors.0.code") != "NO_SUCH_WEBHOOK" {
		t.Errorf("Harbor tests: %s", out.text)
	}
	if out := mutate(own, "six", "resendWebhook", map[string]any{"webhookId": id}); out.get("data.out.position") == nil {
		t.Errorf("asked for again: %s", out.text)
	}
	rotated := mutate(own, "seven", "rotateWebhookSecret", map[string]any{"webhookId": id, "graceDays": 1})
	if next := rotated.string("data.out.secret"); next == secret || !strings.HasPrefix(next, "whsec_") || len(rotated.list("data.out.webhook.secrets")) != 2 || rotated.get("data.out.webhook.secrets.0.until") != "2026-11-23" {
		t.Errorf("rotated: %s", rotated.text)
	}
	h.done("petra", "pauseWebhook", "webhook{state}", "webhookId", id, "reason", "An incident")
	h.refused("NOT_YOURS_TO_KEEP", "petra", "resumeWebhook", "webhook", "webhookId", id)
	h.refused("NO_SUCH_WEBHOOK", "priya", "resumeWebhook", "webhook", "webhookId", id)
	h.refused("READ_ONLY", "samuel", "resumeWebhook", "webhook", "webhookId", id)
	if resumed := mutate(own, "eight", "resumeWebhook", map[string]any{"webhookId": id}); resumed.string("data.out.webhook.state") != "ACTIVE" {
		t.Errorf("resumed: %s", resumed.text)
	}
	if removed := h.done("lena", "removeWebhook", "webhook{state reason}", "webhookId", id, "reason", "Replaced"); removed.string("webhook.state") != "REMOVED" || removed.string("webhook.reason") != "Replaced" {
		t.Errorf("removed: %s", removed.text)
	}
}

// TestSecretsAreToldToWhoAskedForThem has many ask at once, for systems of their own. The race
// detector sees more than it does.
func TestSecretsAreToldToWhoAskedForThem(t *testing.T) {
	h := open(t, staff, colleges)
	ids := make([]string, 6)
	for i := range ids {
		ids[i] = h.done("lena", "registerPartnerClient", "client{id}", "partnerId", "partner-lakeshore", "name", string(rune('a'+i)), "title", "System").string("client.id")
	}
	for round := range 4 {
		told := make([]answer, len(ids))
		var all sync.WaitGroup
		for i, id := range ids {
			all.Go(func() {
				told[i] = h.send("lena-token", `mutation($in: RotateClientKeysInput!) { r: rotateClientKeys(input: $in) { secret } }`,
					map[string]any{"in": map[string]any{"idempotencyKey": fmt.Sprint(round, id), "clientId": id, "graceDays": 0}})
			})
		}
		all.Wait()
		for i, id := range ids {
			if _, good := h.logsIn(strings.TrimPrefix(id, "client-"), told[i].string("data.r.secret")); !good {
				t.Errorf("%s does not log in with what it was told: %s", id, told[i].text)
			}
		}
	}
}
