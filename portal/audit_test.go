package portal

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/guildhall-dev/guildhall/internal/chromium"
	"github.com/guildhall-dev/guildhall/internal/npm"
)

// TestEveryPageIsAccessible audits every page in every state with axe-core, by WCAG 2.2 AA and
// best practice, at three widths in light and dark. It also looks for pages that scroll
// sideways and for complaints of the browser, breaches of the content policy among them.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	npm.Need(t)
	chrome := chromium.Start(t)
	axe := axeCore(t)
	all := samples()
	server := httptest.NewServer(headers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var i int
		if strings.HasPrefix(r.URL.Path, "/static/") {
			assets.ServeHTTP(w, r)
			return
		}
		if _, err := fmt.Sscanf(r.URL.Path, "/sample/%d", &i); err != nil || i >= len(all) {
			w.WriteHeader(http.StatusNoContent) // event streams, and pictures that people sent
			return
		}
		if err := all[i].render(w, english); err != nil {
			t.Error(err)
		}
	})))
	t.Cleanup(server.Close)
	tabs := make(chan context.Context, 2)
	for range cap(tabs) {
		tabs <- chromium.Tab(t, chrome, true)
	}
	for i, s := range all {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			tab := <-tabs
			defer func() { tabs <- tab }()
			do(t, tab, chromedp.EmulateViewport(1360, 900))
			do(t, tab, chromedp.Navigate(fmt.Sprintf("%s/sample/%d", server.URL, i)))
			do(t, tab, chromedp.EvaluateAsDevTools[any](axe))
			for _, dark := range []bool{false, true} {
				scheme(t, tab, dark)
				for _, width := range []int64{1360, 390, 320} {
					do(t, tab, chromedp.EmulateViewport(width, 900))
					height, err := chromedp.Run(tab, chromedp.Evaluate[int64](`document.documentElement.scrollHeight`))
					check(t, err)
					do(t, tab, chromedp.EmulateViewport(width, height)) // so that the bar below covers nothing
					for _, fault := range audit(t, tab, dark) {
						t.Errorf("at %d pixels, dark %v: %s", width, dark, fault)
					}
				}
			}
			for _, line := range chromium.Complaints(tab) {
				t.Errorf("the browser's console says %s", line)
			}
		})
	}
}

// TestTheAuditFindsFaults plants faults, so that the audit cannot be passed by a test that sees none.
func TestTheAuditFindsFaults(t *testing.T) {
	t.Parallel()
	npm.Need(t)
	tab := chromium.Tab(t, chromium.Start(t), true)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><html lang="en"><title>x</title><main><h1 style="color:#ddd;background:#fff">Pale</h1><input><img src="data:,"><p style="width:2000px">wide</p></main>`)
	}))
	defer server.Close()
	do(t, tab, chromedp.Navigate(server.URL))
	do(t, tab, chromedp.EvaluateAsDevTools[any](axeCore(t)))
	found := strings.Join(audit(t, tab, false), "\n")
	for _, want := range []string{"color-contrast", "label", "image-alt", "sideways"} {
		if !strings.Contains(found, want) {
			t.Errorf("%s is not found in:\n%s", want, found)
		}
	}
}

func axeCore(t *testing.T) string {
	t.Helper()
	dir, err := npm.Install("audits/axe")
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	check(t, err)
	script, err := os.ReadFile(filepath.Join(dir, "node_modules/axe-core/axe.min.js"))
	check(t, err)
	return string(script) + "; true"
}

// audit is what is wrong with the page in a tab. In the dark only colours differ.
func audit(t *testing.T, tab context.Context, dark bool) []string {
	t.Helper()
	rules := `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`
	if dark {
		rules = `{type: "rule", values: ["color-contrast"]}`
	}
	faults, err := chromedp.Run(tab, chromedp.Evaluate[[]string](`(async () => {
		for (const d of document.querySelectorAll("details")) d.open = true;
		const {violations} = await axe.run(document, {runOnly: `+rules+`, rules: {"target-size": {enabled: `+strconv.FormatBool(!dark)+`}}, resultTypes: ["violations"], preload: false});
		const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
		return violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.failureSummary.replace(/\s+/g, " ") + " " + n.html.slice(0, 200)))
			.concat(wide > 0 ? ["it scrolls sideways by " + wide] : []);
	})()`, chromedp.EvalAwaitPromise))
	check(t, err)
	return faults
}

func scheme(t *testing.T, tab context.Context, dark bool) {
	t.Helper()
	value := map[bool]string{false: "light", true: "dark"}[dark]
	_, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: value}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	check(t, err)
}

func do[T any](t *testing.T, tab context.Context, a chromedp.Action[T]) {
	t.Helper()
	_, err := chromedp.Run(tab, a)
	check(t, err)
}
