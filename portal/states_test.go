package portal

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// unvaried is what some pages show whatever there is: words that never differ, one figure, a form.
var unvaried = []string{
	"frame", "messageData", "styleguideData", "signInData", "stopSharingData", "certificateData",
	"eraseData", "importData", "accountData", "accountMailData", "accountStaysData", "mailLinkData", "surveyData", "aboutData", "taskData", "filingData",
}

// harmless is what some pages show that nobody can write: words of ours, a name on a certificate.
var harmless = []string{"frame", "stopSharingData", "certificateData", "styleguideData", "aboutData"}

// TestEveryTemplateIsSampled demands samples of every page, with nothing to show and with words
// that would do harm among them. Addresses that show a list, a record or a form share one page.
func TestEveryTemplateIsSampled(t *testing.T) {
	full, empty, harmful := map[string]bool{}, map[string]bool{}, map[string]bool{}
	nothing := regexp.MustCompile(`\b(empty|none|nothing|bare|new)\b`)
	for _, s := range samples() {
		text, err := s.html()
		check(t, err)
		full[s.data] = full[s.data] || !nothing.MatchString(s.name)
		empty[s.data] = empty[s.data] || nothing.MatchString(s.name)
		harmful[s.data] = harmful[s.data] || strings.Contains(text, "&lt;script&gt;")
	}
	pages := regexp.MustCompile(`= newPage\[(\w+)\]\(`)
	sources, err := filepath.Glob("*.go")
	check(t, err)
	found := 0
	for _, name := range sources {
		text, err := os.ReadFile(name)
		check(t, err)
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range pages.FindAllStringSubmatch(string(text), -1) {
			found++
			if data := m[1]; !full[data] {
				t.Errorf("%s in %s has no sample", data, name)
			} else if !empty[data] && !slices.Contains(unvaried, data) {
				t.Errorf("%s in %s has no sample with nothing to show", data, name)
			} else if !harmful[data] && !slices.Contains(harmless, data) {
				t.Errorf("%s in %s has no sample with words that would do harm", data, name)
			}
		}
	}
	if found < 25 {
		t.Errorf("only %d pages were found: the test looks in the wrong place", found)
	}
}

// TestEveryPageOfEverybodyStandsWhateverThereIs follows every link that everybody has in a hospital
// in which nothing happened yet, and in one where people are called what would do harm.
func TestEveryPageOfEverybodyStandsWhateverThereIs(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*hospital){
		"nothing":       func(*hospital) {},
		"hostile names": (*hospital).misname,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHospital(t)
			if name != "nothing" {
				h = busy(t)
			}
			h.hired("eva", "Eva Lund", domain.EEOOfficer, "main")
			h.hired("elias", "Elias Borg", domain.Executive, "main")
			h.hired("nora", "Nora Quist", domain.Apprentice, "main") // of nothing yet
			prepare(h)
			for _, p := range h.portal.Personas {
				h.as(p.Key).crawl("/", func(s screen) {
					if !strings.Contains(s.header.Get("Content-Type"), "text/html") {
						return
					}
					s.harmless()
				})
			}
		})
	}
}

// harmless demands a page with one heading that runs nobody's script.
func (s screen) harmless() {
	s.Helper()
	s.wants(http.StatusOK)
	if n := len(named(s.all, "h1")); n != 1 {
		s.Errorf("%s has %d headings", s.path, n)
	}
	for _, n := range s.all {
		if n.Data == "script" && !strings.HasPrefix(attr(n, "src"), "/static/") || strings.HasPrefix(attr(n, "href"), "javascript:") || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return strings.HasPrefix(a.Key, "on") }) {
			s.Errorf("%s would run a script: %s %v", s.path, n.Data, n.Attr)
		}
	}
}

// misname gives everybody a name that is long, reads from the right and would run a script.
func (h *hospital) misname() {
	h.Helper()
	for _, p := range staff {
		name, err := h.portal.Desk.Vault.Seal(h.Context(), p.Person, `<script src="x">alert(1)</script> أحمد "' `+strings.Repeat("Sozialversicherungs", 4)+p.Name)
		check(h.T, err)
		at, err := h.portal.Desk.Log.Append(h.Context(), events.Commit{Request: h.request(system), Appends: []events.Append{{
			Stream: person.Stream(p.Person), Expected: events.Any, Events: []domain.Event{person.Renamed{Name: name}}}}})
		check(h.T, err)
		check(h.T, h.portal.Desk.Read.Wait(h.Context(), at))
	}
}
