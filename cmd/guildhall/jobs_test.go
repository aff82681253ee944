package main

import (
	"testing"

	"github.com/guildhall-dev/guildhall/internal/chromium"
)

// TestTheMainJobOfEverybodyInABrowser does what each does most, with and without script, beside
// the story of a role change that TestTheStoryInABrowser tells.
func TestTheMainJobOfEverybodyInABrowser(t *testing.T) {
	t.Parallel()
	chrome := chromium.Start(t)
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "with script", false: "without script"}[script], func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			b := &tab{house: h, ctx: chromium.Tab(t, chrome, script)}

			b.signIn("apprentice")
			b.visit("/hours")
			b.see("h1", "Week of")
			b.visit("/career")
			b.press(`a[href="/career/roles/systems-administrator"]`)
			b.see("main", "CompTIA A+")
			b.visit("/record")
			b.see("main", "Maya Okafor")
			b.visit("/sharing")
			b.see("main", "Lakeshore Community College")

			b.signIn("mentor")
			b.visit("/approvals/milestones/e-2004/hd-ticket-portfolio")
			b.choose("rating", "3")
			b.fill(`textarea[name="feedback"]`, "Every ticket goes down to its root cause.")
			b.press("#decide button.primary")
			b.see("#decide .outcome", "Ben")

			b.signIn("manager")
			b.visit("/apprentices")
			b.see("main", "Ana Lindqvist")
			b.visit("/team")
			b.see("main", "Chidi Eze")

			b.signIn("coordinator")
			b.visit("/cohorts/new")
			b.fill("#in-title", "Incident response, spring")
			b.fill("#in-delivery", "remote")
			b.fill("#in-from", "2027-02-01")
			b.fill("#in-to", "2027-05-31")
			b.fill("#in-seats", "12")
			b.press("main form button.primary")
			b.see("main", "Incident response, spring")

			b.signIn("hr")
			b.visit("/people/new")
			b.fill("#in-personId", "e-9001")
			b.fill("#in-name", "Wren Ito")
			b.fill("#in-capacity", "mentor")
			b.fill("#in-title", "Network engineer")
			b.fill("#in-siteId", "riverside")
			b.press("main form button.primary")
			b.see("main", "Wren Ito")

			b.signIn("privacy")
			b.visit("/privacy-log/corrections/e-2001/imaging-lab/answer")
			b.choose("accepted", "accept")
			b.fill(`[name="reason"]`, "The handover note names the day; the record follows it.")
			b.press("main form button.primary")
			b.see("main", "The handover note names the day")

			b.signIn("security")
			b.visit("/approvals")
			b.press(`main a[href="/approvals/role-changes/e-2015.security-analyst"]`)
			b.see("main", "6 of 6 met")
			b.choose("decision", "grant")
			b.press("#decide button.primary")
			b.see("#decide .outcome", "Approved")

			b.signIn("registrar")
			b.visit("/college")
			b.press(`main a[href="/college/awards/new"]`)
			b.await("ask for an award", `location.pathname == "/college/awards/new"`)
			b.fill("#in-apprenticeId", "e-2001")
			b.fill("#in-courseCode", "CYB 215")
			b.fill("#in-credit", "3")
			b.fill("#in-grade", "A-")
			b.fill("#in-term", "Fall 2026")
			b.fill("#in-externalRef", "2026-FA-2044")
			b.press("main form button.primary")
			b.see("main", "2026-FA-2044")

			b.signIn("eeo")
			b.visit("/equal-opportunity")
			b.see("main", "Hidden because fewer than 10")

			b.signIn("executive")
			b.visit("/reports")
			b.press(`main a[href="/outcomes"]`)
			b.see("h1", "What came of the programmes")
			b.fill(`[name="topic"]`, "retention")
			b.press("main form button")
			b.await("see one topic", `location.search.includes("topic=retention")`)
			b.see("main", "Take part, and are still here")

			b.signIn("auditor")
			b.visit("/audit/records/e-2001?day=2026-10-05")
			b.see("main", "Maya Okafor")
			b.see("main", "5 Oct")
			b.quiet()
		})
	}
}
