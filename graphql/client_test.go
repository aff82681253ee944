package graphql_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/internal/login"
)

// logsIn reports whether a client logs in by a secret.
func (h *house) logsIn(name, secret string) (token string, good bool) {
	h.Helper()
	c := clientcredentials.Config{ClientID: name, ClientSecret: secret, TokenURL: h.url + login.TokenPath}
	t, err := c.Token(h.Context())
	if err != nil {
		return "", false
	}
	return t.AccessToken, true
}

func TestACoordinatorLooksAfterTheSystemsOfAnInstitution(t *testing.T) {
	h := open(t, staff, colleges)
	h.done("lena", "addInstitution", "institution{id name kind}", "id", "mill", "name", "Mill College")
	h.refused("BAD_KIND", "lena", "addInstitution", "institution", "id", "bank", "name", "Bank", "kind", "EMPLOYER")
	h.refused("NOT_COORDINATOR", "ruth", "addInstitution", "institution", "id", "other", "name", "Other")

	about := []any{"partnerId", "partner-mill", "name", "nightly", "title", "Nightly job"}
	registered := h.done("lena", "registerPartnerClient", "client{id name institution{name} scopes closed keys{id}}", about...)
	id := registered.string("client.id")
	if id != "client-mill.nightly" || registered.string("client.name") != "mill.nightly" || registered.string("client.institution.name") != "Mill College" || len(registered.list("client.scopes")) != 3 {
		t.Fatalf("registered: %s", registered.text)
	}
	for who, code := range map[string]string{"ruth": "NOT_COORDINATOR", "priya": "NOT_COORDINATOR", "samuel": "READ_ONLY", "lakeshore": "PEOPLE_ONLY"} {
		h.refused(code, who, "registerPartnerClient", "client", about...)
	}
	h.refused("NO_SUCH_PARTNER", "lena", "registerPartnerClient", "client", "partnerId", "partner-nobody", "name", "x", "title", "X")
	h.refused("BAD_ID", "lena", "registerPartnerClient", "client", "partnerId", "partner-mill", "name", "X y", "title", "X")

	const keys = "client{keys{id kind state until endsSoon lastUsedOn reason}} secret"
	first := h.doAgain("one", "lena", "addClientKey", keys, "clientId", id)
	secret := first.string("secret")
	if again := h.doAgain("one", "lena", "addClientKey", keys, "clientId", id); secret == "" || again.get("secret") != nil || len(again.list("client.keys")) != 1 || again.get("position") != first.get("position") {
		t.Errorf("asked again under the same key: %s", again.text)
	}
	if _, good := h.logsIn("mill.nightly", secret); !good {
		t.Error("the secret does not log in")
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	h.must(err)
	public, err := jose.JSONWebKey{Key: ed.Public(), KeyID: "one"}.MarshalJSON()
	h.must(err)
	private, err := jose.JSONWebKey{Key: ed}.MarshalJSON()
	h.must(err)
	for name, jwk := range map[string]string{"a private key": string(private), "a secret": `{"kty":"oct","k":"AAAA"}`, "nonsense": "{", "a weak key": `{"kty":"RSA","n":"AQAB","e":"AQAB"}`, "nothing": `{"keys":[]}`,
		"a key for encryption": strings.Replace(string(public), `"kid"`, `"use":"enc","kid"`, 1), "the wrong algorithm": strings.Replace(string(public), `"kid"`, `"alg":"RS256","kid"`, 1)} {
		if out := h.do("lena", "addClientKey", keys, "clientId", id, "jwk", jwk); out.get("userErrors.0.code") != "BAD_KEY" {
			t.Errorf("%s: %s", name, out.text)
		}
		if strings.Contains(h.do("lena", "addClientKey", keys, "clientId", id, "jwk", jwk).text, `"d"`) {
			t.Errorf("%s is told back", name)
		}
	}
	both := h.done("lena", "addClientKey", keys, "clientId", id, "jwk", `{"keys":[`+string(public)+`]}`, "until", "2026-12-10")
	if both.get("secret") != nil || both.get("client.keys.1.kind") != "PUBLIC_KEY" || both.get("client.keys.1.endsSoon") != true || both.get("client.keys.0.endsSoon") != false || both.get("client.keys.0.lastUsedOn") != "2026-11-23" {
		t.Errorf("two keys: %s", both.text)
	}
	h.refused("TWO_KEYS", "lena", "addClientKey", "client", "clientId", id)
	h.refused("TWO_KEYS", "lena", "rotateClientKeys", "client", "clientId", id)
	h.refused("NO_SUCH_CLIENT", "ruth", "revokeClientKey", "client", "clientId", id, "keyId", both.string("client.keys.0.id"), "reason", "lost")
	revoked := h.done("petra", "revokeClientKey", keys, "clientId", id, "keyId", both.string("client.keys.0.id"), "reason", "A laptop was lost")
	if revoked.get("client.keys.0.state") != "REVOKED" || revoked.get("client.keys.0.reason") != "A laptop was lost" {
		t.Errorf("revoked: %s", revoked.text)
	}
	if _, good := h.logsIn("mill.nightly", secret); good {
		t.Error("a revoked secret logs in")
	}

	const all = `{partnerClients{name keys{id}}}`
	for who, want := range map[string]int{"lena": 1, "petra": 1, "samuel": 1, "ruth": 0, "priya": 0, "maya": 0} {
		if got := h.ask(who, all); len(got.list("data.partnerClients")) != want {
			t.Errorf("%s sees %s", who, got.text)
		}
		if got := h.ask(who, `query($id:ID!){node(id:$id){id}}`, "id", id); (got.get("data.node.id") != nil) != (want == 1) {
			t.Errorf("%s looks up %s", who, got.text)
		}
	}
	h.done("lena", "grantClientScopes", "client{scopes}", "clientId", id, "scopes", []string{"CREDITS_WRITE"})
	closed := h.done("petra", "closePartnerClient", "client{closed reason}", "clientId", id, "reason", "The job is gone")
	if closed.get("client.closed") != true || closed.get("client.reason") != "The job is gone" {
		t.Errorf("closed: %s", closed.text)
	}
	h.refused("CLIENT_CLOSED", "lena", "addClientKey", "client", "clientId", id)
}

func TestASystemRotatesItsOwnKeysAndNobodyElses(t *testing.T) {
	h := open(t, staff, colleges)
	token := h.client("lakeshore.own", client.FeedRead, client.KeysManage)
	h.client("lakeshore.other", client.FeedRead, client.KeysManage)
	h.client("harbor.other", client.FeedRead)
	feed := h.client("lakeshore.feed", client.FeedRead)
	const rotate = `mutation($id:ID!,$key:ID!){r:rotateClientKeys(input:{idempotencyKey:$key,clientId:$id,graceDays:1}){secret client{keys{state until}} userErrors{code}}}`
	send := func(token, id, key string) answer { return h.send(token, rotate, map[string]any{"id": id, "key": key}) }

	if got := h.send(token, `{partnerClients{name}}`, nil); len(got.list("data.partnerClients")) != 1 || got.get("data.partnerClients.0.name") != "lakeshore.own" {
		t.Errorf("it sees %s", got.text)
	}
	for _, id := range []string{"client-lakeshore.other", "client-harbor.other", "client-nobody.x"} {
		if got := send(token, id, id); got.get("data.r.userErrors.0.code") != "NO_SUCH_CLIENT" {
			t.Errorf("of %s it is told %s", id, got.text)
		}
	}
	if got := send(feed, "client-lakeshore.feed", "k"); got.get("data.r.userErrors.0.code") != "INSUFFICIENT_SCOPE" {
		t.Errorf("without the scope: %s", got.text)
	}
	got := send(token, "client-lakeshore.own", "k")
	if got.get("data.r.client.keys.0.until") != "2026-11-24" || got.get("data.r.client.keys.1.state") != "WORKS" {
		t.Fatalf("rotated: %s", got.text)
	}
	if _, good := h.logsIn("lakeshore.own", got.string("data.r.secret")); !good {
		t.Error("the new secret does not log in")
	}
	if got := h.send(token, `{viewer{name}}`, nil); got.body["errors"] != nil {
		t.Errorf("the old secret has a day left: %s", got.text)
	}
}
