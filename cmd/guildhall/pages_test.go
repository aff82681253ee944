package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/guildhall-dev/guildhall/internal/chromium"
)

// TestEveryPageOfEverybodyInABrowser follows every link that everybody in the demonstration has, one
// of each kind, on a phone and on a desk, some of them in Spanish as well: no page scrolls sideways, and the browser has nothing
// to complain about, breaches of the content policy among it.
func TestEveryPageOfEverybodyInABrowser(t *testing.T) {
	t.Parallel()
	chrome := chromium.Start(t)
	h := openHouse(t)
	for _, p := range h.demo.Personas {
		if p.SignIn == "" {
			continue
		}
		languages := []string{"en"}
		if p.Key == "apprentice" || p.Key == "manager" || p.Key == "hr" {
			languages = append(languages, "es")
		}
		t.Run(p.Key, func(t *testing.T) {
			t.Parallel()
			own := *h
			own.t = t
			b := &tab{house: &own, ctx: chromium.Tab(t, chrome, true)}
			b.signIn(p.Key)
			for _, language := range languages { // kept for the person: one after the other
				t.Run(language, func(t *testing.T) {
					b.crawl(t, language)
				})
			}
		})
	}
}

// crawl follows every link from the first page on.
func (b *tab) crawl(t *testing.T, language string) {
	b.t = t
	if language != "en" {
		b.press(`button[lang="` + language + `"]`)
		b.await("speak "+language, `document.documentElement.lang == "`+language+`"`)
	}
	pages := 0
	seen := map[string]bool{}
	for todo := []string{"/", "/help", "/styleguide"}; len(todo) > 0; todo = todo[1:] {
		if kind := kindOf(todo[0]); seen[kind] {
			continue
		} else {
			seen[kind] = true
		}
		pages++
		b.do(chromedp.Navigate(b.demo.URL + todo[0]))
		var links []string
		for _, width := range []int64{320, 1360} {
			b.do(chromedp.EmulateViewport(width, 844))
			found := evaluated[struct {
				Heads, Wide int
				Links       []string
			}](b, `({Heads: document.querySelectorAll("h1").length, Wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
				Links: [...document.querySelectorAll("a[href]:not([download])")].filter(a => a.origin == location.origin).map(a => a.pathname + a.search)})`)
			if found.Wide > 0 {
				t.Errorf("%s scrolls sideways by %d at %d pixels", todo[0], found.Wide, width)
			}
			if found.Heads != 1 {
				t.Errorf("%s has %d headings", todo[0], found.Heads)
			}
			links = found.Links
		}
		for _, line := range chromium.Complaints(b.ctx) {
			t.Errorf("on %s the browser's console says %s", todo[0], line)
		}
		todo = append(todo, links...)
	}
	if pages < 5 {
		t.Errorf("only %d pages were found", pages)
	}
	t.Log(fmt.Sprint(pages, " kinds of pages"))
}

var naming = regexp.MustCompile(`/[a-z0-9.-]*\d[a-z0-9.W-]*`)

// kindOf is what addresses of the same kind of page have in common. What is no page is of a kind
// that was seen.
func kindOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || strings.HasPrefix(u.Path, "/static/") || strings.HasPrefix(u.Path, "/demo/") || strings.Contains(u.Path[strings.LastIndex(u.Path, "/"):], ".csv") {
		return "/"
	}
	kind := naming.ReplaceAllString(u.Path, "/*")
	for key := range u.Query() {
		kind += "?" + key
	}
	return kind
}
