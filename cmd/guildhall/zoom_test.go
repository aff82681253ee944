package main

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/guildhall-dev/guildhall/internal/chromium"
)

// TestPagesStandZoomedAndStill shows the pages used most at 200 %: all of it, as a browser zooms, and
// text alone (WCAG 1.4.4). Nothing scrolls sideways and no text is cut off. To somebody who wants
// less motion nothing moves.
func TestPagesStandZoomedAndStill(t *testing.T) {
	t.Parallel()
	b := &tab{house: openHouse(t), ctx: chromium.Tab(t, chromium.Start(t), true)}
	still := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, still); err != nil {
		t.Fatal(err)
	}
	for _, page := range []struct {
		as    string
		paths []string
	}{
		{"apprentice", []string{"/pathway", "/hours", "/career", "/sharing", "/messages", "/account/messages"}},
		{"manager", []string{"/approvals", "/approvals/role-changes/e-2005.systems-administrator", "/apprentices"}},
		{"coordinator", []string{"/programs", "/institutions", "/reports", "/outcomes"}},
	} {
		b.signIn(page.as)
		for _, path := range page.paths {
			for _, zoom := range []struct {
				how         string
				wide, high  int64
				scale       float64
				textPercent string
			}{{"zoomed", 680, 450, 2, "100%"}, {"with large text", 1360, 900, 1, "200%"}} {
				b.do(chromedp.EmulateViewport(zoom.wide, zoom.high, chromedp.EmulateScale(zoom.scale)))
				b.visit(path)
				evaluate(b, `document.adoptedStyleSheets = [new CSSStyleSheet()]; document.adoptedStyleSheets[0].replaceSync("html { font-size: `+zoom.textPercent+` !important }"); ""`)
				if wrong := evaluated[[]string](b, spilt); len(wrong) > 0 {
					t.Errorf("%s %s: %s", path, zoom.how, strings.Join(wrong, "; "))
				}
			}
			if moving := evaluated[[]string](b, `[...document.querySelectorAll("*")].filter(e => {
				const s = getComputedStyle(e);
				return s.animationName != "none" || s.transitionDuration.split(", ").some(d => parseFloat(d) > 0);
			}).map(e => e.localName + "." + e.className).concat(document.getAnimations().map(a => "animation " + a.id)).slice(0, 5)`); len(moving) > 0 {
				t.Errorf("%s moves: %s", path, strings.Join(moving, "; "))
			}
		}
		b.do(chromedp.EmulateViewport(1360, 900))
	}
	b.quiet()
}

// spilt names what scrolls the page sideways, and what hides some of its own text.
const spilt = `(() => {
	const root = document.documentElement, wrong = [];
	const named = e => e.localName + (e.className && typeof e.className == "string" ? "." + e.className : "") + " " + e.textContent.trim().replace(/\s+/g, " ").slice(0, 30);
	if (root.scrollWidth > root.clientWidth) {
		const over = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest(".scroll, .tabs, svg, .vh"));
		wrong.push("scrolls sideways by " + (root.scrollWidth - root.clientWidth) + ": " + over.slice(0, 2).map(named).join(", "));
	}
	for (const e of document.querySelectorAll("body *:not(svg *)")) {
		const s = getComputedStyle(e);
		if (e.clientWidth < 3 || !e.checkVisibility() || !e.textContent.trim()) continue; // who listens hears it all
		if (["hidden", "clip"].includes(s.overflowX) && e.scrollWidth > e.clientWidth + 1 || ["hidden", "clip"].includes(s.overflowY) && e.scrollHeight > e.clientHeight + 1)
			wrong.push("cuts off " + named(e) + ": " + [...e.querySelectorAll("*")].filter(c => c.getBoundingClientRect().right > e.getBoundingClientRect().right).slice(0, 3).map(named).join(", "));
	}
	return wrong.slice(0, 5);
})()`
