package graphql_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/manifest"
)

// request sends a body in the name of whoever has the token.
func (h *house) request(token, path string, body any, header ...string) answer {
	h.Helper()
	text, err := json.Marshal(body)
	h.must(err)
	req, err := http.NewRequestWithContext(h.Context(), http.MethodPost, h.url+path, bytes.NewReader(text))
	h.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	h.must(err)
	out := answer{status: resp.StatusCode, text: string(got)}
	_ = json.Unmarshal(got, &out.body) // of a stream there is none
	return out
}

const (
	whoAmI     = `query WhoAmI{viewer{name}}`
	oneOfThem  = `query OneOfThem($id:ID!){apprentice(by:{id:$id}){displayName}}`
	manyOfThem = `{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"who-am-i","name":"Other","type":"query","body":"` + whoAmI + `"},{"body":"` + oneOfThem + `"}]}`
)

func TestDocumentsOnRecordAreAskedByTheirIDs(t *testing.T) {
	w := openTown(t)
	keys, reads := w.client("harbor.keys", client.KeysManage), w.client("harbor.reads", client.ApprenticesRead)
	lakes := w.client("lakeshore.reads", client.ApprenticesRead)
	documents := json.RawMessage(manyOfThem)
	for token, code := range map[string]string{reads: "INSUFFICIENT_SCOPE", "lena-token": "PARTNERS_ONLY"} {
		if got := w.request(token, "/graphql/documents", documents); got.string("errors.0.extensions.code") != code {
			t.Errorf("who lacks the scope is answered %d %s", got.status, got.text)
		}
	}
	added := w.request(keys, "/graphql/documents", documents)
	if added.status != http.StatusOK || added.get("documents.0.id") != "who-am-i" || added.get("documents.0.name") != "WhoAmI" || added.get("documents.1.id") != manifest.Hash(oneOfThem) {
		t.Fatalf("added: %d %s", added.status, added.text)
	}
	head := w.head()
	if again := w.request(keys, "/graphql/documents", documents); again.text != added.text || w.head() != head {
		t.Errorf("added again: %s", again.text)
	}
	type asked = map[string]any
	apollo := func(hash string) asked { return asked{"persistedQuery": asked{"version": 1, "sha256Hash": hash}} }
	const name = `{"name":"Harbor State College"}`
	for _, c := range []struct {
		what, token string
		ask         asked
		want        string
	}{
		{"by the id that it was given", reads, asked{"documentId": "who-am-i"}, name},
		{"by its hash", reads, asked{"documentId": "sha256:" + manifest.Hash(whoAmI)}, name},
		{"by its bare hash, with the name of the operation", keys, asked{"documentId": manifest.Hash(whoAmI), "operationName": "WhoAmI"}, name},
		{"with variables", reads, asked{"documentId": "sha256:" + manifest.Hash(oneOfThem), "variables": asked{"id": w.noah}}, `"Noah NOAH"`},
		{"as Apollo's clients do", reads, asked{"extensions": apollo(manifest.Hash(whoAmI))}, name},
		{"without a variable", reads, asked{"documentId": manifest.Hash(oneOfThem)}, `"BAD_VARIABLES"`},
		{"another operation", reads, asked{"documentId": "who-am-i", "operationName": "Other"}, `"OPERATION_RESOLUTION_FAILURE"`},
		{"what is not there", reads, asked{"documentId": "sha256:nothing"}, `"DOCUMENT_NOT_FOUND"`},
		{"another college's", lakes, asked{"documentId": "who-am-i"}, `"DOCUMENT_NOT_FOUND"`},
		{"of a person", "lena-token", asked{"documentId": "who-am-i"}, `"DOCUMENT_NOT_FOUND"`},
		{"both ways", reads, asked{"documentId": "who-am-i", "query": whoAmI}, `"BAD_REQUEST"`},
		{"by a number", reads, asked{"documentId": 7}, `"BAD_REQUEST"`},
		{"what Apollo's clients do not find", reads, asked{"extensions": apollo(manifest.Hash("{viewer{id}}"))}, `"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}`},
		{"what they send then is answered", reads, asked{"query": "{viewer{id}}", "extensions": apollo(manifest.Hash("{viewer{id}}"))}, `"partner-harbor"`},
		{"and not put on record", reads, asked{"extensions": apollo(manifest.Hash("{viewer{id}}"))}, `"PersistedQueryNotFound"`},
	} {
		if got := w.request(c.token, "/graphql", c.ask); !strings.Contains(got.text, c.want) {
			t.Errorf("%s: %d %s", c.what, got.status, got.text)
		}
	}
	get := func(token, tag string) (*http.Response, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/graphql?"+url.Values{"documentId": {"who-am-i"}}.Encode(), nil)
		w.must(err)
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("If-None-Match", tag)
		resp, err := http.DefaultClient.Do(req)
		w.must(err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		w.must(err)
		return resp, string(body)
	}
	w.calm()
	resp, body := get(reads, "")
	if tag := resp.Header.Get("ETag"); tag == "" || !strings.Contains(body, name) {
		t.Errorf("by GET: %d %s", resp.StatusCode, body)
	} else if again, _ := get(reads, tag); again.StatusCode != http.StatusNotModified {
		t.Errorf("by GET again: %d", again.StatusCode)
	}
	r := domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}
	record(w.house, manifest.Stream("harbor"), manifest.Evolve, manifest.Withdraw{Request: r, Partner: "harbor", IDs: []string{"who-am-i"}})
	w.must(w.read.Wait(t.Context(), w.head()))
	if resp, body := get(reads, resp.Header.Get("ETag")); !strings.Contains(body, `"DOCUMENT_NOT_FOUND"`) {
		t.Errorf("once it is withdrawn: %d %s", resp.StatusCode, body)
	}
}

func TestAClientMayBeRestrictedToDocumentsOnRecord(t *testing.T) {
	w := openTown(t)
	reads := w.client("harbor.reads", client.ApprenticesRead, client.KeysManage)
	added := w.request(reads, "/graphql/documents", json.RawMessage(manyOfThem))
	if added.status != http.StatusOK {
		t.Fatal(added.text)
	}
	restrict := func(only bool) {
		t.Helper()
		r := domain.Request{By: domain.Actor{Person: "lena", Role: domain.Coordinator}, At: now}
		record(w.house, client.Stream("harbor.reads"), client.Evolve, client.Restrict{Request: r, Only: only})
		w.must(w.read.Wait(t.Context(), w.head()))
	}
	restrict(true)
	ask := map[string]any{"query": whoAmI}
	for _, accept := range []string{"application/json", "application/graphql-response+json", "text/event-stream"} {
		if got := w.request(reads, "/graphql", ask, "Accept", accept); !strings.Contains(got.text, `"DOCUMENTS_ONLY"`) || strings.Contains(got.text, "Harbor") {
			t.Errorf("as %s: %d %s", accept, got.status, got.text)
		}
	}
	l := w.dial("graphql-transport-ws")
	l.say(`{"type":"connection_init","payload":{"token":"` + reads + `"}}`)
	l.hear()
	l.ask("1", whoAmI)
	if m := l.hear(); m.string("type") != "error" || !strings.Contains(m.text, `"DOCUMENTS_ONLY"`) {
		t.Errorf("over a socket: %s", m.text)
	}
	l.say(`{"id":"2","type":"subscribe","payload":{"documentId":"who-am-i"}}`)
	if m := l.hear(); !strings.Contains(m.text, "Harbor State College") {
		t.Errorf("by its id over a socket: %s", m.text)
	}
	if got := w.request(reads, "/graphql", map[string]any{"documentId": "who-am-i"}); !strings.Contains(got.text, "Harbor State College") {
		t.Errorf("by its id: %s", got.text)
	}
	if got := w.ask("lena", `{partnerClients(partnerId:"partner-harbor"){documentsOnly}}`); got.get("data.partnerClients.0.documentsOnly") != true {
		t.Errorf("coordinators are told %s", got.text)
	}
	restrict(false)
	if got := w.request(reads, "/graphql", ask); !strings.Contains(got.text, "Harbor State College") {
		t.Errorf("once it is not: %s", got.text)
	}
}

func TestADocumentIsLookedThroughBeforeItIsAdded(t *testing.T) {
	w := openTown(t)
	keys := w.client("harbor.keys", client.KeysManage)
	head := w.head()
	one := func(body string) any { return map[string]string{"a": whoAmI, "b": body} }
	for body, code := range map[string]string{
		"{":         "GRAPHQL_PARSE_FAILED",
		"{nothing}": "GRAPHQL_VALIDATION_FAILED",
		"query A{viewer{id}} query B{viewer{id}}": "OPERATION_RESOLUTION_FAILURE",
		"{" + strings.Repeat("apprentices(first:100){edges{node{milestones(first:100){edges{node{id}}}}}}", 5) + "}":   "TOO_EXPENSIVE",
		`{changes(first:1000){changes{...on Upsert{node{...on Apprentice{milestones(first:100){edges{node{id}}}}}}}}}`: "TOO_EXPENSIVE",
		"{" + strings.Repeat(" ", 32<<10) + "viewer{id}}":                                                              "DOCUMENT_TOO_LARGE",
		"": "OPERATION_RESOLUTION_FAILURE",
	} {
		if got := w.request(keys, "/graphql/documents", one(body)); got.status != http.StatusBadRequest || got.string("errors.0.extensions.code") != code {
			t.Errorf("%.60s: %d %s", body, got.status, got.text)
		}
	}
	for body, code := range map[string]string{`[]`: "BAD_MANIFEST", `{"a":1}`: "BAD_MANIFEST", `[{"id":"` + strings.Repeat("0", 64) + `","body":"` + whoAmI + `"}]`: "BAD_DOCUMENT_ID"} {
		if got := w.request(keys, "/graphql/documents", json.RawMessage(body)); got.string("errors.0.extensions.code") != code {
			t.Errorf("%.60s: %d %s", body, got.status, got.text)
		}
	}
	if got := w.request(keys, "/graphql/documents", one("{viewer{id}}"), "Content-Type", "text/plain"); got.status != http.StatusUnsupportedMediaType {
		t.Errorf("as text: %d %s", got.status, got.text)
	}
	if got := w.request(keys, "/graphql/documents", one(strings.Repeat(" ", 2<<20))); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d %s", got.status, got.text)
	}
	if w.acted("harbor", head) {
		t.Error("something was added")
	}
}
