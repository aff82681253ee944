package graphql_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2/clientcredentials"
	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/internal/login"
)

// client registers a system of a college and logs it in.
func (h *house) client(name client.Name, scopes ...client.Scope) (token string) {
	h.Helper()
	r := domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}
	s := login.NewSecret()
	record(h, client.Stream(name), client.Evolve, client.Register{Request: r, Registered: client.Registered{Title: "A job", Scopes: scopes}},
		client.IssueSecret{Request: r, Client: name, Key: s.Key, Hash: s.Hash})
	c := clientcredentials.Config{ClientID: string(name), ClientSecret: s.Text, TokenURL: h.url + login.TokenPath}
	t, err := c.Token(h.Context())
	h.must(err)
	return t.AccessToken
}

// TestAClientReadsAndWritesWhatItsScopesSay gives a college's systems one or two scopes each
// and lets them send documents that chance writes. Harbor shares everything of Noah.
func TestAClientReadsAndWritesWhatItsScopesSay(t *testing.T) {
	w := openTown(t)
	type system struct {
		token  string
		scopes []client.Scope
	}
	var systems []system
	for name, scopes := range map[string][]client.Scope{
		"feed": {client.FeedRead}, "learners": {client.ApprenticesRead}, "credits": {client.CreditsRead}, "awards": {client.CreditsWrite},
		"attests": {client.MilestonesAttest}, "enrols": {client.EnrolmentsWrite}, "hooks": {client.WebhooksManage}, "keys": {client.KeysManage}, "usual": client.Usual,
	} {
		systems = append(systems, system{w.client(client.NameOf("harbor", name), scopes...), scopes})
	}
	learners := []string{`"Apprentice"`, `"Milestone"`, `"RoleTransition"`, `"Consent"`, `"ApprenticeConnection"`, "NOAH", "PROBATIONARY"}
	credits := []string{`"CreditAward"`, `"CreditConnection"`, `"PartnerAgreement"`, `"ArticulationRule"`, "HSC-1", "SEC 101"}
	feed := []string{`"ChangePage"`, `"Upsert"`}
	seen := map[string]int{}
	for range 3 {
		rapid.Check(t, func(t *rapid.T) {
			d := &documents{Schema: schema, ids: w.ids, cursors: []string{"", "YQ"}, texts: []string{"A", "Fall 2026"}}
			for range 4 {
				document := d.draw(t)
				for _, s := range systems {
					has := func(any ...client.Scope) bool {
						return slices.ContainsFunc(any, func(x client.Scope) bool { return slices.Contains(s.scopes, x) })
					}
					var forbidden []string
					if !has(client.FeedRead, client.ApprenticesRead, client.MilestonesAttest) {
						forbidden = append(forbidden, learners...)
					}
					if !has(client.FeedRead, client.CreditsRead, client.CreditsWrite) {
						forbidden = append(forbidden, credits...)
					}
					if !has(client.FeedRead) {
						forbidden = append(forbidden, feed...)
					}
					before := w.head()
					out := w.send(s.token, document, nil)
					data, err := json.Marshal(out.body["data"])
					if err != nil || strings.Contains(out.text, `"INTERNAL"`) {
						t.Fatalf("%s broke it: %s\n%v", document, out.text, err)
					}
					for _, secret := range forbidden {
						if strings.Contains(string(data), secret) {
							t.Fatalf("with %v somebody reads %s by %s:\n%s", s.scopes, secret, document, out.text)
						}
					}
					if !has(client.CreditsWrite, client.EnrolmentsWrite, client.MilestonesAttest) && w.acted("harbor", before) {
						t.Fatalf("with %v somebody changes something by %s", s.scopes, document)
					}
					for _, shown := range slices.Concat(learners, credits, feed) {
						if strings.Contains(string(data), shown) {
							seen[shown]++
						}
					}
				}
			}
		})
	}
	for _, shown := range []string{`"Apprentice"`, `"Milestone"`, `"CreditAward"`, `"PartnerAgreement"`, `"ChangePage"`, `"Upsert"`} {
		if seen[shown] == 0 {
			t.Errorf("no document showed %s: the documents prove nothing", shown)
		}
	}
}

func TestASystemIsToldWhichScopeItLacks(t *testing.T) {
	w := openTown(t)
	credits, feed, learners := w.client("harbor.credits", client.CreditsRead), w.client("harbor.feed", client.FeedRead), w.client("harbor.learners", client.ApprenticesRead)
	credit := ""
	for _, id := range w.ids {
		if strings.HasPrefix(id, "credit-noah") || strings.HasPrefix(id, "credit-"+strings.TrimPrefix(w.noah, "apprenticeship-")) {
			credit = id
		}
	}
	ask := func(token, query string, vars ...any) answer { return w.send(token, query, pairs(vars)) }
	for _, c := range []struct{ what, token, query, code string }{
		{"a learner", credits, `{apprentices{totalCount}}`, "INSUFFICIENT_SCOPE"},
		{"the feed", learners, `{changes{upToDate}}`, "INSUFFICIENT_SCOPE"},
		{"credits below a learner", learners, `{apprentices{edges{node{credits{edges{node{id}}}}}}}`, "INSUFFICIENT_SCOPE"},
		{"an agreement", learners, `{agreements{id}}`, "INSUFFICIENT_SCOPE"},
		{"what is for people", feed, `{inbox{title}}`, "PEOPLE_ONLY"},
	} {
		out := ask(c.token, c.query)
		if out.get("errors.0.extensions.code") != c.code {
			t.Errorf("%s: %s", c.what, out.text)
		}
	}
	if out := ask(feed, `mutation{postCredit(input:{idempotencyKey:"k",creditId:"x",transcriptRef:"t"}){userErrors{code message}}}`); out.get("data.postCredit.userErrors.0.code") != "INSUFFICIENT_SCOPE" ||
		!strings.Contains(out.text, "credits:write") {
		t.Errorf("a write: %s", out.text)
	}
	const node = `query($id:ID!){node(id:$id){__typename id}}`
	for token, want := range map[string]any{credits: "CreditAward", learners: nil, feed: "CreditAward"} {
		if out := ask(token, node, "id", credit); out.get("data.node.__typename") != want {
			t.Errorf("looking up a credit gives %s, want %v", out.text, want)
		}
	}
	const rows = `query($id:ID!){node(id:$id){...on CreditAward{syncRows{familyName programCode collegeAwardRef}}}}`
	for token, want := range map[string]any{credits: nil, feed: "NOAH"} {
		if out := ask(token, rows, "id", credit); out.get("data.node.syncRows.0.familyName") != want || out.get("data.node.syncRows.0.collegeAwardRef") != "HSC-1" {
			t.Errorf("the rows of a credit name the learner to whom may read learners: %s", out.text)
		}
	}
	if out := ask(feed, `{changes{changes{__typename ... on Upsert{node{__typename ... on CreditAward{courseCode} ... on Apprentice{displayName}}}}}}`); out.body["errors"] != nil || !strings.Contains(out.text, "SEC 101") {
		t.Errorf("the feed holds everything that is shared: %s", out.text)
	}
	for path, status := range map[string]int{"/export/credits.csv": http.StatusForbidden, "/changes.ndjson": http.StatusForbidden} {
		req, err := http.NewRequest(http.MethodGet, w.url+path, nil)
		w.must(err)
		for token, want := range map[string]int{credits: status, feed: http.StatusOK} {
			req.Header.Set("Authorization", "Bearer "+token)
			resp, err := http.DefaultClient.Do(req)
			w.must(err)
			resp.Body.Close()
			if resp.StatusCode != want {
				t.Errorf("%s is answered with %d, want %d", path, resp.StatusCode, want)
			}
		}
	}
	if out := ask(learners, `{viewer{organization{name}}}`); out.get("data.viewer.organization.name") != "Harbor State College" {
		t.Errorf("who asks: %s", out.text)
	}
}

func TestATokenThatCountsNoMoreIsChallenged(t *testing.T) {
	h := open(t, staff, colleges)
	token := h.client("harbor.job", client.FeedRead)
	if out := h.send(token, `{viewer{name}}`, nil); out.status != http.StatusOK {
		t.Fatalf("%d %s", out.status, out.text)
	}
	record(h, client.Stream("harbor.job"), client.Evolve, client.Close{Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}, Reason: "gone"})
	req, err := http.NewRequest(http.MethodGet, h.url+"/graphql?query="+url.QueryEscape(`{viewer{name}}`), nil)
	h.must(err)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized || resp.Header.Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
		t.Errorf("%d, challenge %q", resp.StatusCode, resp.Header.Get("WWW-Authenticate"))
	}
	if out := h.send(token, `{viewer{name}}`, nil); out.get("errors.0.extensions.reason") != "CLIENT_CLOSED" {
		t.Errorf("%s", out.text)
	}
}
