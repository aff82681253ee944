package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/guildhall-dev/guildhall/internal/chromium"
)

// TestTheStoryInABrowser follows one learner from a week of hours to a new role, with and
// without script: hours, sign-off, evidence, credit, milestone, role change, the college's feed, and
// consent taken back.
func TestTheStoryInABrowser(t *testing.T) {
	t.Parallel()
	chrome := chromium.Start(t)
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "with script", false: "without script"}[script], func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			b := &tab{house: h, ctx: chromium.Tab(t, chrome, script)}
			b.tellTheStory()
		})
	}
}

func (b *tab) tellTheStory() {
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
	waited, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`Number(document.querySelector("#nav .count").firstChild.data)`))
	if err != nil {
		t.Fatal(err)
	}
	b.choose("decision", "approve")
	b.press("#decide button.primary")
	b.see("#decide .outcome", "Signed off")
	b.await("the navigation leaves out what was signed off", fmt.Sprintf(`document.querySelector("#nav .count").firstChild.data == %d && !document.querySelector("#queue .current")`, waited-1))

	b.signIn("apprentice")
	b.visit("/pathway")
	b.press("#m-hd-a-plus summary")
	b.fill("#m-hd-a-plus-note", "Passed both core exams.")
	b.press(`#m-hd-a-plus form button.primary`)
	b.see("#m-hd-a-plus", "Priya is looking at it.")

	b.signIn("mentor")
	b.visit("/approvals/milestones/e-2001/hd-a-plus")
	b.choose("rating", "4")
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

// A tab is one of a browser that visits a house.
type tab struct {
	*house
	ctx context.Context
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		at, _ := chromedp.Run(b.ctx, chromedp.Location())
		text, _ := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("main")))
		b.t.Fatalf("at %s: %v\n%s", at, err, text)
	}
}

func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.demo.URL+path), chromedp.WaitVisible(chromedp.CSS("h1")))
}

func (b *tab) signIn(persona string) {
	b.t.Helper()
	b.visit("/sign-in")
	b.press(`form[action="/demo/sign-in/` + persona + `"] button`)
	b.await("be signed in as "+persona, `!location.pathname.includes("sign-in")`)
}

// await waits until a page is there for which a condition holds.
func (b *tab) await(what, condition string) {
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

func (b *tab) fill(field, value string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS(field), value))
}

func (b *tab) choose(field, value string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(`input[name="` + field + `"][value="` + value + `"]`)))
}

func (b *tab) press(button string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(button)))
}

// see waits until an element holds a text.
func (b *tab) see(element, text string) {
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
func (b *tab) quiet() {
	b.t.Helper()
	for _, line := range chromium.Complaints(b.ctx) {
		b.t.Errorf("the browser's console says %s", line)
	}
}
