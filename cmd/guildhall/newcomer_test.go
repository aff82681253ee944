package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/guildhall-dev/guildhall/internal/chromium"
)

// TestANewcomerLogsAWeekAndSeesWhatIsMissing presses what a phone shows to somebody who never saw
// Guildhall before, by its words: four presses from the sign-in to what the next role still takes.
func TestANewcomerLogsAWeekAndSeesWhatIsMissing(t *testing.T) {
	t.Parallel()
	chrome := chromium.Start(t)
	b := &tab{house: openHouse(t), ctx: chromium.Tab(t, chrome, true)}
	b.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(b.demo.URL))
	b.see("h1", "Who would you like to be?")

	b.pressWords("Sign in as Maya Okafor")
	b.see("h1", "Help desk to security analyst")
	b.see("#next", "Log the hours for the week of 9 November")

	b.pressWords("Log hours") // leads to the week that is due, not to this one
	b.see("h1", "Week of 9 November")
	b.see(".again", "Same as in the week of 2 Nov?")

	b.pressWords("Send 28 h to Dana")
	b.see("main", "Dana Whitfield has had it since")

	b.pressWords("Pathway")
	b.see("#ready", "Ready for systems administrator?")
	b.see("#ready", "3 of 6 met")
	b.see("#ready .rules", "Network defence course")
	b.quiet()
}

// pressWords presses the one link or button in sight that says something.
func (b *tab) pressWords(words string) {
	b.t.Helper()
	b.await("find "+words, fmt.Sprintf(`(() => {
		const said = [...document.querySelectorAll("a[href], button")].filter(e => e.checkVisibility() && e.tabIndex >= 0 && e.innerText.trim() == %q);
		said[0]?.setAttribute("data-pressed", "");
		return said.length > 0;
	})()`, words))
	b.t.Log("press", words)
	b.press("[data-pressed]")
}
