package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/guildhall-dev/guildhall/internal/chromium"
)

// TestPagesAreWalkedByKeyboard goes through the pages that are used most with the tab key alone:
// the first stop skips to the content, every stop is in sight and marked, nothing that can be
// pressed is passed over and none holds the focus. A decision is made by keyboard, and what came of
// it has the focus. With text as wide as WCAG 1.4.12 asks for, nothing scrolls sideways.
func TestPagesAreWalkedByKeyboard(t *testing.T) {
	t.Parallel()
	b := &tab{house: openHouse(t), ctx: chromium.Tab(t, chromium.Start(t), true)}
	for _, page := range []struct{ as, path string }{
		{"apprentice", "/pathway"}, {"apprentice", "/hours"}, {"manager", "/approvals/hours/e-2003/2026-W46"},
	} {
		b.signIn(page.as)
		b.visit(page.path)
		b.walk(page.path)
		b.do(chromedp.EmulateViewport(320, 844))
		if wide := evaluateInt(b, `(() => {
			const sheet = new CSSStyleSheet();
			sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
			document.adoptedStyleSheets = [sheet];
			return document.documentElement.scrollWidth - document.documentElement.clientWidth;
		})()`); wide > 0 {
			t.Errorf("%s scrolls sideways by %d with text spaced out", page.path, wide)
		}
		b.do(chromedp.EmulateViewport(1360, 900))
	}

	b.visit("/approvals/hours/e-2003/2026-W46")
	b.tabTo(`input[name="decision"]`)
	b.do(chromedp.KeyEvent(" "))
	b.tabTo("#decide button.primary")
	b.do(chromedp.KeyEvent("\r"))
	b.see("#decide .outcome", "Signed off")
	b.await("the outcome has the focus", `document.activeElement.id == "outcome-h"`)
	b.quiet()
}

// focused describes what has the focus, empty when nothing has.
const focused = `(() => {
	const e = document.activeElement;
	return e == document.body ? "" : [e.localName, e.getAttribute("href") ?? e.name ?? "", e.innerText?.trim().slice(0, 40) ?? ""].join(" ");
})()`

// walk tabs through the page once.
func (b *tab) walk(path string) {
	b.t.Helper()
	reach := evaluateInt(b, `new Set([...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(e => e.checkVisibility({visibilityProperty: true}) && e.tabIndex >= 0 && !e.disabled && e.type != "hidden")
		.map(e => e.type == "radio" ? e.name : e)).size`)
	stops := 0
	for ; stops <= 2*reach; stops++ {
		b.do(chromedp.KeyEvent("\t"))
		at := evaluated[string](b, focused)
		if at == "" {
			break
		}
		if stops == 0 && at != "a #main Skip to content" {
			b.t.Errorf("%s: the first stop is %q", path, at)
		}
		if ok := evaluated[bool](b, `(() => {
			const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
			return r.width > 0 && r.bottom > 0 && r.top < innerHeight && (s.outlineStyle != "none" || s.boxShadow != "none" || e instanceof SVGElement);
		})()`); !ok {
			b.t.Errorf("%s: it cannot be seen that %q has the focus", path, at)
		}
	}
	if stops < reach || stops > reach+20 {
		b.t.Errorf("%s: %d stops for %d things that can be pressed", path, stops, reach)
	}
}

// tabTo presses the tab key until something has the focus.
func (b *tab) tabTo(element string) {
	b.t.Helper()
	for range 200 {
		b.do(chromedp.KeyEvent("\t"))
		if evaluated[bool](b, `document.activeElement.matches(`+"`"+element+"`"+`)`) {
			return
		}
	}
	b.t.Fatalf("the tab key does not lead to %s", element)
}
