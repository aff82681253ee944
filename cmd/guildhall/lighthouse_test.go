package main

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/guildhall-dev/guildhall/internal/chromium"
	"github.com/guildhall-dev/guildhall/internal/npm"
)

// TestLighthouse measures the pages that are used most with Lighthouse, on a phone as it simulates
// one. It takes minutes and is for releases: make lighthouse.
func TestLighthouse(t *testing.T) {
	if os.Getenv("LIGHTHOUSE") == "" {
		t.Skip("make lighthouse runs this")
	}
	npm.Need(t)
	dir, err := npm.Install("../../portal/audits/lighthouse")
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	h := openHouse(t)
	for _, page := range []struct{ as, path string }{{"apprentice", "/pathway"}, {"manager", "/approvals"}, {"apprentice", "/hours"}} {
		t.Run(page.path[1:], func(t *testing.T) {
			headers, err := json.Marshal(map[string]string{"Cookie": h.session(page.as)})
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(t.TempDir(), "report.json")
			run := exec.Command("npx", "lighthouse", h.demo.URL+page.path, "--output=json", "--output-path="+out, "--quiet", "--extra-headers="+string(headers),
				"--chrome-flags=--headless=new --no-sandbox", "--only-categories=performance,accessibility,best-practices,seo")
			run.Dir, run.Env = dir, append(os.Environ(), "CHROME_PATH="+chromium.Path(t))
			if text, err := run.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			text, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			var report struct {
				Categories map[string]struct{ Score float64 }
				Audits     map[string]struct {
					Title, DisplayValue string
					Score               *float64
				}
			}
			if err := json.Unmarshal(text, &report); err != nil {
				t.Fatal(err)
			}
			if len(report.Categories) != 4 {
				t.Errorf("%d categories", len(report.Categories))
			}
			for name, c := range report.Categories {
				t.Logf("%s %s: %.0f", page.path, name, c.Score*100)
				if c.Score < .95 {
					t.Errorf("%s is %.0f of 100", name, c.Score*100)
				}
			}
			for id, a := range report.Audits {
				if a.Score != nil && *a.Score < .9 {
					t.Logf("%s: %s %s", id, a.Title, a.DisplayValue)
				}
			}
		})
	}
}

// session is the cookie of somebody who signed in to the pages.
func (h *house) session(persona string) string {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	client := http.Client{Jar: jar}
	r, err := client.Get(h.demo.URL + "/demo/sign-in/" + persona)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Body.Close()
	at, err := url.Parse(h.demo.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, c := range jar.Cookies(at) {
		if c.Name == "guildhall" {
			return c.String()
		}
	}
	h.t.Fatalf("%s is not signed in", persona)
	return ""
}
