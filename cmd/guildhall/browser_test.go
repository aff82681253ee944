package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// TestTheStoryInABrowser follows one learner from a week of hours to a new role, with and
// without script: hours, sign-off, credit, milestone, role change, the college's feed, and
// consent taken back.
func TestTheStoryInABrowser(t *testing.T) {
	chrome := startBrowser(t)
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "with script", false: "without script"}[script], func(t *testing.T) {
			h := openHouse(t)
			b := &browser{house: h, ctx: openTab(t, chrome, script)}
			b.tellTheStory()
		})
	}
}

func (b *browser) tellTheStory() {
	t := b.t
	_, cursor := b.feed("college-a", "")

	b.signIn("apprentice")
	b.see("h1", "security analyst")
	b.visit("/hours?week=2026-W46")
	for _, day := range []string{"09", "10", "11", "12"} {
		b.fill(`[name="hours.wp-01.2026-11-`+day+`"]`, "7:30")
	}
	b.press(`button.primary[name="action"][value="send"]`)
	b.see("section.timesheet", "wednesday")

	b.signIn("manager")
	b.visit("/approvals/hours/e-2001/2026-W46")
	b.see("main", "30 h")
	b.choose("decision", "approve")
	b.press("#decide button.primary")
	b.see("#decide .outcome", "Signed off")

	b.ask("college-a", `mutation { recordCredit(input: {idempotencyKey: "award-1", apprenticeId: "apprenticeship-e-2001", externalRef: "2026-FA-1177",
		courseCode: "CYB 110", credit: "3", grade: "A-", term: "Fall 2026"}) { credit { state } userErrors { code message } } }`, nil, nil)
	b.eventually("the milestone is attained", func() bool {
		var data struct{ Node struct{ State string } }
		b.ask("apprentice", `{ node(id: "milestone-e-2001.hd-network-defence") { ... on Milestone { state } } }`, nil, &data)
		return data.Node.State == "ATTAINED"
	})

	b.signIn("apprentice")
	b.see("#ready", "6 of 6")
	b.fill("#effectiveOn", "2026-11-19")
	b.press("#ready form button.primary")
	b.see("#ready", "has had the request")

	for _, approver := range []string{"manager", "receiving-manager", "coordinator", "hr"} {
		b.signIn(approver)
		b.visit("/approvals/role-changes/e-2001.systems-administrator")
		b.see("main", "6 of 6 met")
		b.choose("decision", "grant")
		b.press("#decide button.primary")
		b.see("#decide .outcome", "Approved")
	}
	b.eventually("the new role is held", func() bool {
		var data struct {
			Apprentice struct{ CurrentRole struct{ Title string } }
		}
		b.ask("apprentice", `{ apprentice(by: {id: "apprenticeship-e-2001"}) { currentRole { title } } }`, nil, &data)
		return data.Apprentice.CurrentRole.Title == "Systems administrator"
	})
	b.signIn("apprentice")
	b.see("main", "Systems administrator")

	changes, cursor := b.feed("college-a", cursor)
	var ids []string
	for _, c := range changes {
		if strings.Contains(c.Node.ID, "e-2001") { // policies may do something about others meanwhile
			ids = append(ids, c.Typename+" "+c.Node.ID)
		}
	}
	slices.Sort(ids)
	want := []string{"Upsert apprenticeship-e-2001", "Upsert credit-e-2001.lakeshore-2025-cyb-110", "Upsert milestone-e-2001.hd-network-defence"}
	if !slices.Equal(ids, want) {
		t.Errorf("the college saw %v, want %v", ids, want)
	}
	if other, _ := b.feed("college-b", ""); strings.Contains(fmt.Sprint(other), "maya") {
		t.Errorf("another college sees Maya: %v", other)
	}

	b.visit("/sharing")
	b.press(`a[href="/sharing/lakeshore/stop"], form[action="/sharing/lakeshore/stop"] button`)
	b.press(`form[action="/sharing/lakeshore/stop"] button.danger`)
	b.await("stop sharing", `location.pathname == "/sharing"`)
	removals, _ := b.feed("college-a", cursor)
	gone := map[string]bool{}
	for _, c := range removals {
		gone[c.ID] = c.Typename == "Removal" && c.Reason == "CONSENT_REVOKED" && c.Erase
	}
	for _, id := range want {
		if id := strings.TrimPrefix(id, "Upsert "); !gone[id] {
			t.Errorf("after the consent was revoked %s was not removed: %v", id, removals)
		}
	}
	var left struct {
		Apprentice  any
		Node        any
		Apprentices struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	b.ask("college-a", `{ apprentice(by: {id: "apprenticeship-e-2001"}) { id } node(id: "milestone-e-2001.hd-network-defence") { id }
		apprentices(first: 100) { edges { node { id } } } }`, nil, &left)
	if left.Apprentice != nil || left.Node != nil || strings.Contains(fmt.Sprint(left.Apprentices), "maya") {
		t.Errorf("the college still sees Maya: %+v", left)
	}
	b.quiet()
}

// A browser is one tab that visits a house.
type browser struct {
	*house
	ctx context.Context
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		at, _ := chromedp.Run(b.ctx, chromedp.Location())
		text, _ := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("main")))
		b.t.Fatalf("at %s: %v\n%s", at, err, text)
	}
}

func (b *browser) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.demo.URL+path), chromedp.WaitVisible(chromedp.CSS("h1")))
}

func (b *browser) signIn(persona string) {
	b.t.Helper()
	b.visit("/sign-in")
	b.press(`form[action="/demo/sign-in/` + persona + `"] button`)
	b.await("be signed in as "+persona, `!location.pathname.includes("sign-in")`)
}

// await waits until a page is there for which a condition holds.
func (b *browser) await(what, condition string) {
	b.t.Helper()
	for range 500 {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.readyState == "complete" && `+condition))
		if err == nil && ok {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("it did not happen: %s", what)
}

func (b *browser) fill(field, value string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS(field), value))
}

func (b *browser) choose(field, value string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(`input[name="` + field + `"][value="` + value + `"]`)))
}

func (b *browser) press(button string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(button)))
}

// see waits until an element holds a text.
func (b *browser) see(element, text string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 15*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		got, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(element)))
		if err == nil && strings.Contains(strings.ToLower(strings.Join(strings.Fields(got), " ")), strings.ToLower(text)) {
			return
		}
		time.Sleep(30 * time.Millisecond)
	}
	at, _ := chromedp.Run(b.ctx, chromedp.Location())
	got, _ := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("main")))
	b.t.Fatalf("at %s: %s does not say %q:\n%s", at, element, text, got)
}

// quiet checks that the browser had nothing to complain about.
func (b *browser) quiet() {
	b.t.Helper()
	for _, line := range complaints(b.ctx) {
		b.t.Errorf("the browser's console says %s", line)
	}
}

type consoleKey struct{}

type console struct{ lines chan string }

func complaints(ctx context.Context) (lines []string) {
	c := ctx.Value(consoleKey{}).(*console)
	for {
		select {
		case line := <-c.lines:
			lines = append(lines, line)
		default:
			return lines
		}
	}
}

// startBrowser starts Chromium once for a test. Without one the test is left out, unless
// REQUIRE_BROWSER says that it must not be.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path := findBrowser(t)
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

func findBrowser(t *testing.T) string {
	t.Helper()
	names := []string{"chromium-headless-shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if named := os.Getenv("CHROME"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no browser found: apt-get install -y chromium-headless-shell, or set CHROME to one"
	if os.Getenv("REQUIRE_BROWSER") != "" || os.Getenv("CHROME") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// openTab opens a tab of its own that listens to the browser's complaints.
func openTab(t *testing.T, chrome context.Context, script bool) context.Context {
	t.Helper()
	c := &console{lines: make(chan string, 1000)}
	ctx, cancel := chromedp.NewContext(context.WithValue(chrome, consoleKey{}, c), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1360, 900)); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*log.EventEntryAdded); ok {
			select {
			case c.lines <- string(e.Entry.Level) + ": " + e.Entry.Text + " " + e.Entry.URL:
			default:
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, struct{}{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script}); err != nil {
		t.Fatal(err)
	}
	return ctx
}
