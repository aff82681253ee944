package portal

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// TestEveryDoorIsKept opens every address of the site map as everybody: a visitor is led to the
// sign-in, somebody for whom there is nothing is told for whom it is, and nobody is shown a
// fault.
func TestEveryDoorIsKept(t *testing.T) {
	t.Parallel()
	h := busy(t)
	people := map[string]domain.Role{}
	for _, p := range h.portal.Personas {
		who, err := h.portal.Desk.Read.Person(t.Context(), p.Person)
		check(t, err)
		people[p.Key] = who.Capacity
	}
	signedIn := map[string]browser{}
	for _, r := range siteMap {
		method, path, named := strings.Cut(r.pattern, " ")
		if !named || strings.HasPrefix(path, "/demo/") || path == "/sign-out" || path == "/language" {
			continue
		}
		path = strings.TrimSuffix(filled(path), "{$}")
		t.Run(r.pattern, func(t *testing.T) {
			send := func(b browser) screen {
				b.T = t
				if method == http.MethodPost {
					return b.post(path, nil)
				}
				return b.get(path)
			}
			if s := send(h.browser()); !r.who.visitors && s.path != "/sign-in" {
				t.Errorf("a visitor is at %s with %d", s.path, s.status)
			}
			for key, capacity := range people {
				if _, still := signedIn[key]; !still {
					signedIn[key] = h.as(key)
				}
				s := send(signedIn[key])
				if strings.HasPrefix(r.pattern, "POST /account") { // where sessions end
					delete(signedIn, key)
				}
				if s.status >= http.StatusInternalServerError {
					t.Errorf("%s is shown a fault: %.300s", key, s.main())
				}
				if turned := strings.Contains(s.main(), "This page is for:"); turned == r.who.admits(capacity) {
					t.Errorf("%s, %s, is answered %d: %.300s", key, capacity, s.status, s.main())
				}
			}
		})
	}
}

// TestAnotherTeamsRecordsAreNotThere asks for what is Maya's as people who have nothing to do
// with her.
func TestAnotherTeamsRecordsAreNotThere(t *testing.T) {
	t.Parallel()
	h := busy(t)
	for _, r := range siteMap {
		method, path, _ := strings.Cut(r.pattern, " ")
		if method != http.MethodGet || !strings.Contains(path, "{a}") && !strings.Contains(path, "/apprentices/{id}") {
			continue
		}
		for _, key := range []string{"other", "receiving-manager"} {
			s := h.as(key).get(filled(path))
			if s.status == http.StatusOK && strings.Contains(s.main(), "Maya") {
				t.Errorf("%s reads %s: %.200s", key, path, s.main())
			}
		}
	}
}

var wildcard = regexp.MustCompile(`\{([a-z]+)[^}]*\}`)

// filled is an address with something that there is in place of what varies.
func filled(pattern string) string {
	return wildcard.ReplaceAllStringFunc(pattern, func(w string) string {
		name := wildcard.FindStringSubmatch(w)[1]
		known := map[string]string{"a": string(maya), "id": string(maya), "r": "hd-imaging-lab", "week": lastWeek.String(), "partner": "lakeshore", "person": "maya", "standard": "it-security-pathway", "pathway": "help-desk-to-security-analyst"}
		if known[name] != "" {
			return known[name]
		}
		return "none-such"
	})
}

// TestEverySectionIsOnTheMap follows the navigation of everybody.
func TestEverySectionIsOnTheMap(t *testing.T) {
	for role, sections := range navigation {
		if len(sections) == 0 || len(sections) > 5 {
			t.Errorf("%s has %d sections", role, len(sections))
		}
		for _, s := range sections {
			paths := []string{s.path}
			for _, tab := range s.tabs {
				if tab.only == nil || slices.Contains(tab.only, role) {
					paths = append(paths, tab.path)
				}
			}
			for _, path := range paths {
				at := slices.IndexFunc(siteMap, func(r route) bool { return r.pattern == "GET "+path })
				if at < 0 || !siteMap[at].who.admits(role) {
					t.Errorf("%s is led to %s, which is not for them", role, path)
				}
			}
		}
	}
}
