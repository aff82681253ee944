package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/oauth2/clientcredentials"
)

// TestInstitutionsAreLookedAfterWhileTheServerRuns gives commands beside a running server.
func TestInstitutionsAreLookedAfterWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	run := func(want int, into any, args ...string) {
		t.Helper()
		out, bad := &quiet{}, &quiet{}
		g := Guildhall{Out: out, Err: bad, Environ: func() []string { return nil }}
		if code := g.Run(t.Context(), append(args, "--data", h.dir)); code != want {
			t.Fatalf("%q ended with %d: %s%s", args, code, out, bad)
		}
		if into != nil {
			if err := json.Unmarshal([]byte(out.String()), into); err != nil {
				t.Fatalf("%q: %v: %s", args, err, out)
			}
		}
	}
	if info, err := os.Stat(filepath.Join(h.dir, officeDir)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("others may enter the office: %v, %v", info.Mode(), err)
	}
	var all []toldPartner
	if run(0, &all, "partner", "list", "--json"); len(all) != 4 {
		t.Fatalf("there are %+v", all)
	}
	college := h.persona("college-a")
	if _, err := (&clientcredentials.Config{ClientID: college.ClientID, ClientSecret: college.ClientSecret, TokenURL: h.demo.URL + "/oauth/token"}).Token(t.Context()); err != nil {
		t.Errorf("the college of the demonstration does not log in: %v", err)
	}
	var c toldClient
	run(0, &c, "partner", "register", "lakeshore.nightly", "--title", "Nightly job", "--json")
	token, err := (&clientcredentials.Config{ClientID: c.ClientID, ClientSecret: c.Secret, TokenURL: h.demo.URL + "/oauth/token"}).Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ask := func() int {
		status, _, err := post(h.demo.GraphQL, token.AccessToken, `{ viewer { name } }`, nil)
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	if status := ask(); status != http.StatusOK {
		t.Errorf("the token is answered with %d", status)
	}
	run(0, nil, "partner", "revoke", "lakeshore.nightly", c.Keys[0].ID, "--reason", "lost")
	if status := ask(); status != http.StatusUnauthorized {
		t.Errorf("once its key is revoked the token is answered with %d", status)
	}
	run(1, nil, "partner", "revoke", "lakeshore.nightly", "nothing", "--reason", "lost")
}
