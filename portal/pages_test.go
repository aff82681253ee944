package portal

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// defused is what html/template makes of a link that would run a script.
const defused = "#ZgotmplZ"

// parsed renders s and returns its elements in document order.
func parsed(t *testing.T, s sample) []*html.Node {
	t.Helper()
	text, err := s.html()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var all []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

// each runs check as a subtest on every sample.
func each(t *testing.T, check func(t *testing.T, all []*html.Node)) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) { check(t, parsed(t, s)) })
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func within(n *html.Node, tag string) bool {
	for a := range n.Ancestors() {
		if a.Type == html.ElementNode && a.Data == tag {
			return true
		}
	}
	return false
}

func named(all []*html.Node, tag string) (found []*html.Node) {
	for _, n := range all {
		if n.Data == tag {
			found = append(found, n)
		}
	}
	return found
}

func byID(all []*html.Node, id string) *html.Node {
	for _, n := range all {
		if attr(n, "id") == id {
			return n
		}
	}
	return nil
}

func TestEveryPageHasOneHeadingATitleAndItsLandmarks(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		for _, tag := range []string{"h1", "title", "main", "header", "footer"} {
			found := slices.DeleteFunc(named(all, tag), func(n *html.Node) bool { return n.Namespace == "svg" })
			if len(found) != 1 {
				t.Errorf("%d elements %s, want one", len(found), tag)
			}
		}
		for _, tag := range []string{"h1", "h2", "h3", "title", "legend"} {
			for _, n := range named(all, tag) {
				if words(n) == "" {
					t.Errorf("an empty %s", tag)
				}
			}
		}
		if attr(named(all, "html")[0], "lang") != "en" {
			t.Error("the language is not named")
		}
		if skip := named(all, "a")[0]; attr(skip, "href") != "#main" {
			t.Error("the first link does not skip to the content")
		}
	})
}

func TestHeadingsSkipNoLevel(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		last := 1
		main := named(all, "main")[0]
		for n := range main.Descendants() {
			if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
				level := int(n.Data[1] - '0')
				if level > last+1 {
					t.Errorf("h%d %q follows h%d", level, words(n), last)
				}
				last = level
			}
		}
	})
}

func TestIDsAreUniqueAndReferencesLeadSomewhere(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		ids := map[string]bool{}
		for _, n := range all {
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("id %q twice", id)
				}
				ids[id] = true
			}
		}
		for _, n := range all {
			for _, key := range []string{"aria-labelledby", "aria-describedby", "for", "data-bar-for"} {
				if id := attr(n, key); id != "" && !ids[id] {
					t.Errorf("%s %s=%q leads nowhere", n.Data, key, id)
				}
			}
			for name := range strings.FieldsSeq(attr(n, "data-swap")) {
				if !ids[name] {
					t.Errorf("a form renews %q, which is not on the page", name)
				}
			}
			if href := attr(n, "href"); len(href) > 1 && href[0] == '#' && href != defused && !ids[unescaped(t, href[1:])] {
				t.Errorf("%s leads to %q, which is not on the page", n.Data, href)
			}
		}
	})
}

func unescaped(t *testing.T, s string) string {
	u, err := url.PathUnescape(s)
	if err != nil {
		t.Error(err)
	}
	return u
}

func TestEveryInputHasALabel(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		labels := map[string]bool{}
		for _, n := range named(all, "label") {
			if words(n) == "" {
				t.Error("an empty label")
			}
			labels[attr(n, "for")] = true
		}
		for _, n := range all {
			switch {
			case n.Data != "input" && n.Data != "select" && n.Data != "textarea", attr(n, "type") == "hidden":
			case attr(n, "name") == "":
				t.Errorf("a %s without a name", n.Data)
			case !labels[attr(n, "id")] && !within(n, "label"):
				t.Errorf("%s %q has no label", n.Data, attr(n, "name"))
			}
		}
	})
}

func TestEveryLinkButtonAndFormSaysWhatItDoesAndWhereItLeads(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		for _, n := range all {
			switch n.Data {
			case "a":
				if attr(n, "href") == "" || words(n) == "" {
					t.Errorf("link %q leads to %q", words(n), attr(n, "href"))
				}
			case "button", "summary":
				if words(n) == "" {
					t.Errorf("a %s without words", n.Data)
				}
			case "form":
				if action := attr(n, "action"); attr(n, "method") != "post" && attr(n, "method") != "get" && attr(n, "role") != "search" || !strings.HasPrefix(action, "/") {
					t.Errorf("a form goes to %s %q", attr(n, "method"), action)
				}
			}
		}
	})
}

func TestButtonsOfOnePageAreToldApartByTheirWords(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		seen := map[string]bool{}
		for _, n := range named(all, "button") {
			text := words(n)
			if seen[text] && attr(n, "aria-hidden") == "" {
				t.Errorf("two buttons say %q", text)
			}
			seen[text] = attr(n, "aria-hidden") == ""
		}
	})
}

func TestTablesHaveScopedHeadings(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		for _, n := range named(all, "th") {
			if s := attr(n, "scope"); (s != "col" && s != "row") || words(n) == "" {
				t.Errorf("heading %q has scope %q", words(n), s)
			}
		}
	})
}

func TestPagesObeyTheirContentPolicy(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		for _, n := range all {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s has %s", n.Data, a.Key)
				}
				if strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
					t.Errorf("%s leads to %q", n.Data, a.Val)
				}
			}
			switch n.Data {
			case "style":
				t.Error("a style element")
			case "script":
				if n.FirstChild != nil || !strings.HasPrefix(attr(n, "src"), "/static/app.") {
					t.Errorf("script %q from %q", words(n), attr(n, "src"))
				}
			}
		}
	})
}

func TestNoPageShowsABarePercentage(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		if text := words(named(all, "main")[0]); strings.Contains(text, "%") {
			t.Error(text)
		}
	})
}

func TestDrawingsAreNamedOrHidden(t *testing.T) {
	each(t, func(t *testing.T, all []*html.Node) {
		for _, n := range named(all, "svg") {
			if attr(n, "aria-hidden") != "true" && attr(n, "aria-label") == "" && attr(n, "aria-labelledby") == "" {
				t.Errorf("a drawing of class %q is neither named nor hidden", attr(n, "class"))
			}
		}
	})
}

func TestHostileTextStaysText(t *testing.T) {
	for _, s := range samples() {
		if !strings.HasSuffix(s.name, "hostile") {
			continue
		}
		all := parsed(t, s)
		if n := len(named(all, "script")); n != 1 {
			t.Errorf("%s: %d scripts", s.name, n)
		}
		if text := words(named(all, "h1")[0]); text != strings.Join(strings.Fields(hostile), " ") {
			t.Errorf("%s: the heading became %q", s.name, text)
		}
	}
}

func TestAReaderOfAPathwayGetsNoForms(t *testing.T) {
	d := managersPathway()
	for _, n := range named(parsed(t, of("", pathwayPage, d)), "form") {
		if attr(n, "action") != "/sign-out" {
			t.Errorf("a form to %s", attr(n, "action"))
		}
	}
}

func TestALearnerStartsAMilestoneAndSendsEvidence(t *testing.T) {
	all := parsed(t, of("", pathwayPage, samplePathway()))
	fields := inputs(all, "/milestones/maya-2026/cyb-215/evidence")
	if want := []string{"file", "key", "kind", "note", "uri"}; !slices.Equal(fields, want) {
		t.Errorf("evidence posts %q, want %q", fields, want)
	}
	if inputs(all, "/milestones/maya-2026/lead/start") == nil {
		t.Error("there is no way to start the next milestone")
	}
}

func TestARoleChangeCanBeAskedForOnlyWhenEverythingIsMet(t *testing.T) {
	if got := inputs(parsed(t, of("", pathwayPage, samplePathway())), "/transitions"); got != nil {
		t.Errorf("asked for too early with %q", got)
	}
	got := inputs(parsed(t, of("", pathwayPage, readyPathway())), "/transitions")
	if want := []string{"apprenticeship", "effectiveOn", "key", "note", "to"}; !slices.Equal(got, want) {
		t.Errorf("posts %q, want %q", got, want)
	}
}

// inputs are the sorted, distinct names that the form to action posts, or nil without such a form.
func inputs(all []*html.Node, action string) []string {
	for _, form := range named(all, "form") {
		if attr(form, "action") != action {
			continue
		}
		names := []string{}
		for n := range form.Descendants() {
			if name := attr(n, "name"); name != "" {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	return nil
}

func TestAWeekIsEditableOnlyAsDraftOrReturned(t *testing.T) {
	for state, want := range map[hoursState]bool{hoursDraft: true, hoursSent: false, hoursReturned: true, hoursSigned: false} {
		all := parsed(t, of("", hoursPage, sampleHours(state)))
		fields := inputs(all, "/hours?week=2026-W47")
		if open := slices.Contains(fields, "hours.alert-triage.2026-11-16"); open != want {
			t.Errorf("%s: editable %v", state, open)
		}
	}
}

func TestReturnedHoursShowTheReason(t *testing.T) {
	d := sampleHours(hoursReturned)
	if text := words(named(parsed(t, of("", hoursPage, d)), "main")[0]); !strings.Contains(text, d.Reason) {
		t.Error(text)
	}
}

func TestAWrongInputKeepsItsValueAndSaysWhatToPutRight(t *testing.T) {
	d := wrongHours()
	cell := d.Days[1].Cells[0]
	all := parsed(t, of("", hoursPage, d))
	input := byID(all, cell.Field)
	if attr(input, "value") != cell.Value || attr(input, "aria-invalid") != "true" {
		t.Errorf("the input became %v", input.Attr)
	}
	if told := byID(all, attr(input, "aria-describedby")); words(told) != cell.Error {
		t.Errorf("it says %q", words(told))
	}
}

func TestPressingEnterInAWeekSavesTheDraft(t *testing.T) {
	for _, form := range named(parsed(t, of("", hoursPage, sampleHours(hoursDraft))), "form") {
		if attr(form, "action") != "/hours?week=2026-W47" {
			continue
		}
		for n := range form.Descendants() {
			if n.Data == "button" {
				if attr(n, "value") != "save" {
					t.Errorf("the first button of the form is %q", attr(n, "value"))
				}
				return
			}
		}
	}
	t.Fatal("the form is gone")
}

func TestADecisionIsOfferedOnce(t *testing.T) {
	const path = "/approvals/role-changes/maya"
	got := inputs(parsed(t, of("", approvalsPage, sampleRoleChange())), path)
	if want := []string{"decision", "key", "reason", "snapshot"}; !slices.Equal(got, want) {
		t.Errorf("posts %q, want %q", got, want)
	}
	decided := parsed(t, of("", approvalsPage, decidedRoleChange()))
	if inputs(decided, path) != nil {
		t.Error("a decided request can be decided again")
	}
	if text := words(byID(decided, "decide")); !strings.Contains(text, "Recorded as Dana Whitfield") || !strings.Contains(text, "Next: Tomás Reyes") {
		t.Error(text)
	}
}

func TestARatingPostsItsFeedback(t *testing.T) {
	got := inputs(parsed(t, of("", approvalsPage, sampleMilestoneApproval())), "/approvals/milestones/ben-2026/joiners")
	if want := []string{"feedback", "key", "rating", "snapshot"}; !slices.Equal(got, want) {
		t.Errorf("posts %q, want %q", got, want)
	}
}

func TestOnlyHoursCanBeSelectedTogether(t *testing.T) {
	all := parsed(t, of("", approvalsPage, sampleRoleChange()))
	var values []string
	for _, n := range named(all, "input") {
		if attr(n, "name") == "id" {
			values = append(values, attr(n, "value"))
		}
	}
	if want := []string{"maya-2026.2026-W47", "ana-2026.2026-W47"}; !slices.Equal(values, want) {
		t.Errorf("boxes for %q, want %q", values, want)
	}
}

func TestStoppingAsksOnce(t *testing.T) {
	d := sampleSharing()
	for _, n := range named(parsed(t, of("", sharingPage, d)), "form") {
		if strings.HasSuffix(attr(n, "action"), "/stop") {
			t.Error("sharing stops without a question")
		}
	}
	all := parsed(t, of("", stopPage, stopSharingData{Consent: d.Consents[0], Path: "/sharing/lakeshore/stop", Back: "/sharing"}))
	if got := inputs(all, "/sharing/lakeshore/stop"); !slices.Equal(got, []string{"key"}) {
		t.Errorf("posts %q", got)
	}
}

func TestAPageThatFailsWritesNothing(t *testing.T) {
	broken := newPage[frame]("help.html")
	template.Must(broken.in[english].Parse(`{{define "main"}}{{.Missing}}{{end}}`))
	w := httptest.NewRecorder()
	if err := broken.render(w, english, http.StatusOK, frame{Title: "x"}); err == nil {
		t.Fatal("rendered a field that does not exist")
	}
	if w.Body.Len() != 0 || len(w.Header()) != 0 {
		t.Errorf("wrote %q", w.Body)
	}
}

func TestNoPageHidesAPartOfItsFrame(t *testing.T) {
	inFrame := map[string]bool{}
	for f := range reflect.TypeFor[frame]().Fields() {
		inFrame[f.Name] = true
	}
	for _, data := range []any{
		signInData{}, pathwayData{}, recordData{}, certificateData{}, historyData{}, hoursData{}, approvalsData{}, eraseData{}, messageData{}, listingData{}, dossierData{}, taskData{}, importData{},
		sharingData{}, stopSharingData{}, careerData{}, careerRoleData{}, wishesData{},
		filingData{}, outcomesData{}, equalData{}, searchData{}, reportsData{},
		accountData{}, accountMailData{}, accountStaysData{}, mailLinkData{},
	} {
		for f := range reflect.TypeOf(data).Fields() {
			if inFrame[f.Name] {
				t.Errorf("%T has a %s of its own", data, f.Name)
			}
		}
	}
}
