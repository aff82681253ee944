package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/guildhall-dev/guildhall/graphql"
	"github.com/guildhall-dev/guildhall/internal/chromium"
)

// TestTheExplorerInABrowser asks, records, follows and looks things up on the page for that, as a
// college and as a member of staff.
func TestTheExplorerInABrowser(t *testing.T) {
	t.Parallel()
	chrome := chromium.Start(t)
	h := openHouse(t)
	b := &tab{house: h, ctx: chromium.Tab(t, chrome, true)}
	b.visit("/graphql")
	b.await("be led to the explorer", `location.pathname == "/explorer"`)
	b.await("show nothing before a token counts", `document.querySelector("#desk").hidden && !document.body.textContent.includes("Apprentice")`)
	if labelled := evaluate(b, `[...document.querySelectorAll("input, textarea, select")].every(e => e.labels.length) ? "all" : "not all"`); labelled != "all" {
		t.Error("there are inputs without labels")
	}

	b.fill("#token", "gh_nobody")
	b.press("#with-token button")
	b.see("#notice", "is not known here")
	b.await("stay outside", `document.querySelector("#desk").hidden`)
	b.quietBut("401")

	evaluate(b, `(window.asking = fetch, window.fetch = () => Promise.reject(new TypeError("Failed to fetch")), "")`)
	b.fill("#token", "gh_nobody")
	b.press("#with-token button")
	b.see("#notice", "Guildhall cannot be reached.")
	evaluate(b, `(window.fetch = window.asking, "")`)

	college := h.persona("college-a")
	b.fill("#client", college.ClientID)
	b.fill("#secret", college.ClientSecret)
	b.press("#with-secret button")
	b.see("#name", "Lakeshore Community College")
	b.await("forget what was typed", `!document.querySelector("#secret").value && !document.querySelector("#token").value`)
	b.press("#run")
	b.see("#status", "200 ·")
	b.see("#status", "points")
	b.see("#result", `"displayName": "Maya Okafor"`)

	for i := range evaluateInt(b, `document.querySelector("#examples").options.length`) {
		b.pick(i)
		switch evaluate(b, `document.querySelector("#run").textContent`) {
		case "Ask":
			b.press("#run")
			b.await(fmt.Sprintf("example %d is answered", i), `document.querySelector("#stop").hidden && document.querySelector("#status").textContent.startsWith("200")`)
			if answer := evaluate(b, `document.querySelector("#result").textContent`); strings.Contains(answer, `"errors"`) {
				t.Errorf("example %d is answered with %s", i, answer)
			}
		case "Follow":
			b.press("#run")
			b.see("#status", "told")
			b.see("#result", `"cursor"`)
			b.press("#stop")
			b.see("#status", "Stopped")
		case "Record":
			evaluate(b, `variables.value = variables.value.replace("apprenticeship-…", "apprenticeship-e-2001"); ""`)
			b.press("#run")
			b.see("#result", `"AWARDED"`)
		}
	}

	evaluate(b, `variables.value = "{nothing"; query.value = "query A { viewer { name } } query B { viewer { role } }"; query.dispatchEvent(new Event("input")); ""`)
	b.press("#run")
	b.see("#notice", "Variables cannot be read")
	evaluate(b, `variables.value = ""; operation.value = "B"; operation.dispatchEvent(new Event("change")); ""`)
	b.press("#run")
	b.see("#result", `"role": "PARTNER"`)
	b.see("#earlier", "query A")

	evaluate(b, `search.value = "feedpage"; search.dispatchEvent(new Event("input")); ""`)
	b.see("#page", "Nothing is called that")
	evaluate(b, `search.value = "recordcredit"; search.dispatchEvent(new Event("input")); ""`)
	b.see("#page", "Mutation.recordCredit")
	b.press("#page li button")
	b.see("#page h3", "Mutation: object")
	b.press(`button[aria-label="Try recordCredit"]`)
	b.await("have a draft", `query.value.startsWith("mutation RecordCredit($input: RecordCreditInput!)") && JSON.parse(variables.value).input.grade === ""`)
	b.see("#run", "Record")
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: graphql.Schema()})
	if err != nil {
		t.Fatal(err)
	}
	drafted := 0
	for _, root := range []string{"Query", "Mutation", "Subscription"} {
		evaluate(b, `document.querySelector("#trail button").click(); [...document.querySelectorAll("#page button")].find(b => b.textContent == "`+root+`").click(); ""`)
		b.see("#page h3", root)
		documents := strings.Split(evaluate(b, drafts), "\n\n\n")
		for _, document := range documents {
			if _, errs := gqlparser.LoadQueryWithRules(schema, document, rules.NewDefaultRules()); errs != nil {
				t.Errorf("%s\n%v", document, errs)
			}
		}
		drafted += len(documents)
	}
	if drafted < 200 {
		t.Errorf("only %d fields were tried", drafted)
	}

	if strings.Contains(evaluate(b, kept), college.ClientSecret) {
		t.Error("the page holds what the college logged in with")
	}
	if outside := evaluate(b, `performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.startsWith(location.origin)).join()`); outside != "" {
		t.Errorf("the page loaded %s", outside)
	}
	b.press("#leave")
	b.await("leave nothing", `document.querySelector("#desk").hidden && !document.querySelector("#result").textContent && !query.value && !document.querySelector("#earlier").textContent && !document.body.textContent.includes("Maya")`)

	b.fill("#token", h.persona("coordinator").Token)
	b.press("#with-token button")
	b.see("#name", "coordinator")
	if strings.Contains(evaluate(b, kept), h.persona("coordinator").Token) {
		t.Error("the page holds the token")
	}
	for i := range evaluateInt(b, `document.querySelector("#examples").options.length`) {
		b.pick(i)
		if evaluate(b, `document.querySelector("#run").textContent`) != "Ask" {
			continue
		}
		b.press("#run")
		b.await(fmt.Sprintf("example %d for staff is answered", i), `document.querySelector("#stop").hidden && document.querySelector("#status").textContent.startsWith("200")`)
		if answer := evaluate(b, `document.querySelector("#result").textContent`); strings.Contains(answer, `"errors"`) {
			t.Errorf("example %d for staff is answered with %s", i, answer)
		}
	}
	b.do(chromedp.EmulateViewport(320, 640))
	if wide := evaluate(b, `document.documentElement.scrollWidth > 320 ? "wide" : ""`); wide != "" {
		t.Error("on a small screen the page scrolls sideways")
	}
	b.quiet()

	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.visit("/explorer")
	b.see("noscript", "needs script")
}

// TestTheExplorerLoadsFromHereAlone holds what the page is sent with.
func TestTheExplorerLoadsFromHereAlone(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for path, media := range map[string]string{"/explorer": "text/html", "/explorer/explorer.js": "text/javascript", "/explorer/explorer.css": "text/css"} {
		r, err := http.Get(h.demo.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		policy := r.Header.Get("Content-Security-Policy")
		if r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), media) || !strings.HasPrefix(policy, "default-src 'none'; script-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s, %v", path, r.Status, r.Header)
		}
	}
	r, err := http.Get(h.demo.URL + "/explorer/nothing.js")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is not there: %s", r.Status)
	}
}

// drafts are what every button of the page to try a field writes.
const drafts = `[...document.querySelectorAll("#page button[aria-label^=Try]")].map(b => (b.click(), query.value)).join("\n\n\n")`

// kept is everything that others at the browser could find.
const kept = `JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, location.href, document.documentElement.outerHTML,
	[...document.querySelectorAll("input, textarea")].map(e => e.value)])`

// pick chooses an example.
func (b *tab) pick(i int) {
	b.t.Helper()
	evaluate(b, fmt.Sprintf(`examples.selectedIndex = %d; examples.dispatchEvent(new Event("change")); ""`, i))
}

func evaluate(b *tab, script string) string { return evaluated[string](b, script) }

func evaluateInt(b *tab, script string) int { return evaluated[int](b, script) }

func evaluated[T any](b *tab, script string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// quietBut checks that the browser had nothing to complain about but one thing.
func (b *tab) quietBut(what string) {
	b.t.Helper()
	for _, line := range chromium.Complaints(b.ctx) {
		if !strings.Contains(line, what) {
			b.t.Errorf("the browser's console says %s", line)
		}
	}
}
