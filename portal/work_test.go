package portal

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
)

const weekForm = "/hours?week=2026-W47"

func hoursOf(day int) string { return hoursField("wp-01", lastWeek.Monday().AddDays(day)) }

func TestAnApprenticeLogsAWeekAndTheManagerSignsItOff(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	b.get(weekForm).wants(http.StatusOK, "Nothing logged").send(weekForm, hoursOf(0), "8", hoursOf(1), "7:30", "action", "save").wants(http.StatusOK, "Saved.", "15 h 30 min")
	h.as("manager").get("/approvals").wants(http.StatusOK, "Nothing is waiting for you")
	h.as("manager").get("/approvals/hours/maya-2026/2026-W47").wants(http.StatusNotFound)
	b.get(weekForm).send(weekForm, hoursOf(2), "4,5", "action", "send").wants(http.StatusOK, "Sent: 20 h. Dana Whitfield has the week now.", "20 h")

	const path = "/approvals/hours/maya-2026/2026-W47"
	dana := h.as("manager")
	dana.get("/approvals").wants(http.StatusOK, "One request waits for you", "Maya Okafor", "20 h, week of 16 Nov")
	open := dana.get(path).wants(http.StatusOK, "Are these hours right?")
	open.send(path).wants(http.StatusUnprocessableEntity, "Choose whether to sign off or to send back.")
	open.send(path, "decision", "return").wants(http.StatusUnprocessableEntity, "Say what has to be changed.")
	open.send(path, "decision", "approve").wants(http.StatusOK, "Signed off 20 h for Maya.", "20 h count from now on. Maya sees it on the pathway.", "That was the last one.")
	b.get(weekForm).wants(http.StatusOK, "Dana Whitfield signed it off")
	if form, _ := b.get(weekForm).form(weekForm); form != nil {
		t.Error("a signed week can be changed")
	}
}

func TestACellThatLooksEmptyIsEmpty(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	b.get(weekForm).send(weekForm, hoursOf(0), " 8 ", hoursOf(1), " ", hoursOf(2), "\u200b", "action", "save").wants(http.StatusOK, "Saved.", "8 h")
}

func TestAFormThatABrowserDoesNotSendIsRefused(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	for media, body := range map[string]string{
		"application/json":                  `{"action":"save"}`,
		"multipart/form-data; boundary=x":   "--x--",
		"":                                  "action=save",
		"application/x-www-form-urlencoded": "action=save&key=" + strings.Repeat("k", 300),
	} {
		r, err := http.NewRequest(http.MethodPost, b.url+weekForm, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", media)
		b.do(r).wants(http.StatusUnprocessableEntity, "Nothing was changed.")
	}
}

func TestASecondSignOffIsRefusedAndTheSameOneIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	const path = "/approvals/hours/maya-2026/2026-W47"
	dana := h.as("manager")
	first, second := dana.get(path), dana.get(path)
	first.send(path, "decision", "approve").wants(http.StatusOK, "Signed off 40 h")
	first.send(path, "decision", "approve").wants(http.StatusOK, "Signed off 40 h")
	second.send(path, "decision", "approve").wants(http.StatusConflict, "These hours are signed off already.")
}

func TestAWeekSentBackShowsTheReasonAndComesAgain(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	const path = "/approvals/hours/maya-2026/2026-W47"
	dana := h.as("manager")
	dana.get(path).send(path, "decision", "return", "reason", "You were at the college on Monday.").wants(http.StatusOK, "Sent back to Maya.", "The week is with Maya again.")
	b := h.as("apprentice")
	b.get("/pathway").wants(http.StatusOK, "Change the hours for the week of 16 November")
	b.get(weekForm).wants(http.StatusOK, "Dana Whitfield sent this week back", "You were at the college on Monday.").
		send(weekForm, hoursOf(0), "", "action", "send").wants(http.StatusOK, "Sent: 32 h.", "32 h")
	dana.get(path).wants(http.StatusOK, "32 h", "Are these hours right?")
}

func TestADecisionOnWhatChangedMeanwhileIsNotTaken(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	const path = "/approvals/hours/maya-2026/2026-W47"
	dana := h.as("manager")
	early := dana.get(path)
	dana.get(path).send(path, "decision", "return", "reason", "Please check.")
	h.work("maya", lastWeek, domain.Hours(9))
	early.send(path, "decision", "approve").wants(http.StatusConflict, "This changed after you opened it.", "45 h")
}

func TestAllThatIsWrongWithAWeekIsToldAtOnceAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	s := b.get(weekForm).send(weekForm, hoursOf(0), "eight", hoursOf(1), "1,000", hoursOf(2), "8", "action", "send").
		wants(http.StatusUnprocessableEntity, "2 things to put right", "Monday, Support people and devices", "Tuesday, Support people and devices")
	for field, value := range map[string]string{hoursOf(0): "eight", hoursOf(1): "1,000", hoursOf(2): "8"} {
		if got := attr(byID(s.all, field), "value"); got != value {
			t.Errorf("%s became %q", field, got)
		}
	}
	s.send(weekForm, hoursOf(0), "25", hoursOf(1), "", "action", "send").wants(http.StatusUnprocessableEntity, "is more than 24 h")
	b.get(weekForm).send(weekForm, "action", "send").wants(http.StatusConflict, "There are no hours in week")
}

func TestAWeekCanBeRepeatedAndExtendedWithoutSaving(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek.Add(-1), domain.Hours(8))
	b := h.as("apprentice")
	s := b.get(weekForm).send(weekForm, hoursOf(0), "6", "action", "repeat").wants(http.StatusOK, "38 h")
	if got := attr(byID(s.all, hoursOf(0)), "value"); got != "6" {
		t.Errorf("what was typed became %q", got)
	}
	s = s.send(weekForm, "add", "wp-05", "action", "add").wants(http.StatusOK, "Respond to incidents", "38 h")
	b.get(weekForm).wants(http.StatusOK, "Not sent yet 0 h").lacks("38 h")
	s.send(weekForm, "action", "save").wants(http.StatusOK, "Saved.", "38 h")
}

func TestDaysThatCannotBeLoggedAreClosed(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	s := b.get("/hours?week=2026-W36").wants(http.StatusOK, "Before your start on 7 Sep 2026")
	if byID(s.all, hoursField("wp-01", domain.Week{Year: 2026, Number: 36}.Monday())) != nil {
		t.Error("there is an input before the start")
	}
	b.post("/hours?week=2026-W48", url.Values{hoursField("wp-01", sunday.AddDays(1)): {"8"}, "action": {"save"}}).
		wants(http.StatusUnprocessableEntity, "is still to come")
}

func TestACoordinatorStandsInForAManagerAndAnotherManagerDoesNot(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	const path = "/approvals/hours/maya-2026/2026-W47"
	h.as("receiving-manager").get(path).wants(http.StatusNotFound)
	if form, _ := h.as("mentor").get(path).wants(http.StatusOK, "Nothing to decide here").form(path); form != nil {
		t.Error("a mentor can sign off hours")
	}
	h.as("coordinator").get(path).send(path, "decision", "approve").wants(http.StatusOK, "Signed off 40 h")
}

func TestEvidenceIsSentAndRated(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	const act, path = "/milestones/maya-2026/hd-imaging-lab/", "/approvals/milestones/maya-2026/hd-imaging-lab"
	b.get("/pathway").send(act+"start").wants(http.StatusOK, "Begun.")
	form := b.get("/pathway")
	if s := form.send(act+"evidence", "note", "Built it.", "uri", "ftp://x").wants(http.StatusUnprocessableEntity, "is not a web address"); true {
		if got := words(byID(s.all, "m-hd-imaging-lab-note")); got != "Built it." {
			t.Errorf("the note became %q", got)
		}
	}
	form.send(act+"evidence", "note", " ").wants(http.StatusUnprocessableEntity, "Say in a sentence")
	form.send(act+"evidence", "note", "Built, encrypted, handed over.", "uri", "https://wiki.example/lab").wants(http.StatusOK, "Sent.", "Priya is looking at it.")

	priya := h.as("mentor")
	way, err := pathway.Find("help-desk-to-security-analyst", 0)
	check(t, err)
	lab, _, _ := way.Requirement("hd-imaging-lab")
	priya.get("/approvals").wants(http.StatusOK, lab.Title, "1 piece")
	open := priya.get(path).wants(http.StatusOK, "Maya Okafor: "+lab.Title, "Built, encrypted, handed over.", "3 and above passes.")
	open.send(path).wants(http.StatusUnprocessableEntity, "Choose a rating.")
	if s := open.send(path, "rating", "1").wants(http.StatusUnprocessableEntity, "Say what is missing to pass."); true {
		if _, values := s.form(path); values.Get("rating") != "1" {
			t.Error("the rating was lost")
		}
	}
	open.send(path, "rating", "1", "feedback", "Show the handover.").wants(http.StatusOK, "Not passed yet")
	again := b.get("/pathway").wants(http.StatusOK, "Priya: “Show the handover.”")
	again.send(act+"evidence", "note", "With the handover.").wants(http.StatusOK)
	priya.get(path).wants(http.StatusOK, "2 pieces", "Show the handover.").send(path, "rating", "4").wants(http.StatusOK, "Signed off", "Rated 4 of 4.")
	b.get("/pathway").wants(http.StatusOK, "Rated 4 of 4.")
	if form, _ := b.get("/pathway").form(act + "evidence"); form != nil {
		t.Error("more can be sent for what is signed off")
	}
}

func TestNobodyElseActsOnAMilestone(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	for _, key := range []string{"mentor", "manager", "coordinator", "auditor"} {
		h.as(key).post("/milestones/maya-2026/hd-imaging-lab/start", nil).wants(http.StatusForbidden, "The apprentice does this in person.")
	}
	h.as("apprentice").post("/milestones/maya-2026/no-such-thing/start", nil).wants(http.StatusNotFound)
}

func TestARoleChangeGoesFromHandToHand(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	if form, _ := b.get("/pathway").wants(http.StatusOK, "0 of 6 met").form("/transitions"); form != nil {
		t.Fatal("asked for too early")
	}
	b.post("/transitions", url.Values{"apprenticeship": {"maya-2026"}, "effectiveOn": {"2026-12-07"}}).wants(http.StatusConflict, "Not everything is met yet.")
	h.prepare()
	ready := b.get("/pathway").wants(http.StatusOK, "6 of 6 met", "You can ask now.")
	ready.send("/transitions", "effectiveOn", "2026-11-01", "note", "Please.").wants(http.StatusUnprocessableEntity, "cannot take effect before today", "Please.")
	ready.send("/transitions", "effectiveOn", "soon").wants(http.StatusUnprocessableEntity, "is not a day")
	ready.send("/transitions", "effectiveOn", "2026-12-07", "note", "I would love to.").wants(http.StatusOK, "Asked.", "Dana Whitfield has had the request since 22 Nov. Reference RT-1001.", "Waiting for Dana Whitfield: the move to systems administrator", "Since 22 Nov. Reference RT-1001.")

	const path = "/approvals/role-changes/maya-2026.systems-administrator"
	if form, _ := b.get(path).wants(http.StatusOK, "I would love to.").form(path); form != nil {
		t.Error("whoever asked can decide")
	}
	b.post(path, url.Values{"decision": {"grant"}}).wants(http.StatusForbidden, "Nobody decides a move they asked for")
	h.as("receiving-manager").get(path).wants(http.StatusNotFound)

	dana := h.as("manager")
	open := dana.get(path).wants(http.StatusOK, "What do you decide?", "6 of 6 met", "Owen Castellano decides next")
	open.send(path, "decision", "deny").wants(http.StatusUnprocessableEntity, "Say why.")
	open.send(path, "decision", "grant", "reason", "Well earned.").wants(http.StatusOK, "Approved", "Owen Castellano decides next.")
	owen := h.as("receiving-manager")
	owen.get("/approvals").wants(http.StatusOK, "Help desk analyst to systems administrator", "6 of 6 met")
	owen.get(path).wants(http.StatusOK).lacks("Well earned.").send(path, "decision", "grant").wants(http.StatusOK, "decides next.")
	h.as("coordinator").get(path).wants(http.StatusOK, "Well earned.").send(path, "decision", "grant").wants(http.StatusOK, "decides next.")
	h.as("hr").get(path).send(path, "decision", "grant").wants(http.StatusOK, "It takes effect on 7 December 2026.")
	b.get("/pathway").wants(http.StatusOK, "Approved. It takes effect on 7 December 2026. Reference RT-1001.")
}

func TestARoleChangeThatEndsWithItsApprenticeshipSaysSo(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	stream, _, err := h.portal.Desk.Propose(t.Context(), by(domain.Actor{Person: "priya", Role: domain.Mentor}), maya, "", sunday.AddDays(14), "")
	check(t, err)
	const path = "/approvals/role-changes/maya-2026.systems-administrator"
	dana := h.as("manager")
	dana.get(path).wants(http.StatusOK, "What do you decide?")
	run(h, stream, transition.Evolve, transition.CloseDown{Request: h.request(system), Attempt: 1, Cause: transition.Transferred})
	dana.get(path).wants(http.StatusOK, "Withdrawn", "The apprenticeship goes on under another programme", "Nobody has to decide any more.").lacks("What do you decide?", "Recorded as")
}

func TestARoleChangeSentBackCanBeAskedForAgain(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	const path = "/approvals/role-changes/maya-2026.systems-administrator"
	h.as("mentor").get("/apprentices/maya-2026").send("/transitions").wants(http.StatusOK, "Asked.")
	h.as("manager").get(path).send(path, "decision", "send-back", "reason", "After the holidays, please.").wants(http.StatusOK, "Sent back")
	b := h.as("apprentice")
	b.get("/pathway").wants(http.StatusOK, "Dana Whitfield wrote: “After the holidays, please.”").
		send("/transitions", "effectiveOn", "2027-01-11").wants(http.StatusOK, "Asked.")
	h.as("manager").get(path).wants(http.StatusOK, "11 January 2027", "What do you decide?")
}

func TestThePathwayGoesOnAfterARoleChange(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	const path = "/approvals/role-changes/maya-2026.systems-administrator"
	h.as("mentor").get("/apprentices/maya-2026").send("/transitions", "effectiveOn", "2026-11-22")
	for _, key := range []string{"manager", "receiving-manager", "coordinator", "hr"} {
		h.as(key).get(path).send(path, "decision", "grant").wants(http.StatusOK, "Approved")
	}
	run(h, transition.Stream(maya, "systems-administrator"), transition.Evolve, transition.MakeEffective{Request: h.request(system)})
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, apprenticeship.EnterStage{Request: h.request(system), Role: "systems-administrator"})
	b := h.as("apprentice")
	b.get("/pathway").wants(http.StatusOK, "Just started", "Hours as systems administrator", "0 of 600 h", "Ready for security analyst?", "0 of 6 met", "recorded the move to systems administrator")
	b.post("/milestones/maya-2026/sa-directory-lab/start", nil).wants(http.StatusOK, "Begun.")
	h.as("manager").get(path).wants(http.StatusOK, "It took effect on 22 November 2026.")
	h.as("coordinator").get("/apprentices").wants(http.StatusOK, "Systems administrator", "Stage 2 of 3")
	b.crawl("/", func(s screen) { s.wants(http.StatusOK) })
}

func TestAnApprenticeSharesAndStops(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	s := b.get("/sharing").wants(http.StatusOK, "No college sees your record")
	s.send("/sharing").wants(http.StatusUnprocessableEntity, "2 things to put right", "Choose at least one kind of record.", "Tick the box if you agree.")
	if s := s.send("/sharing", "records", "credits", "agree", "yes", "expiresOn", "2026-01-01").wants(http.StatusUnprocessableEntity, "would have ended already"); true {
		if _, values := s.form("/sharing"); values.Get("records") != "credits" || values.Get("agree") != "yes" {
			t.Errorf("what was chosen was lost: %v", values)
		}
	}
	s.send("/sharing", "records", "credits", "agree", "yes", "partner", "nobody").wants(http.StatusNotFound, "There is no such institution.")
	s.send("/sharing", "records", "credits", "agree", "yes").wants(http.StatusOK, "Shared. Lakeshore Community College sees it from now on.", "Stop sharing")
	b.get("/pathway").wants(http.StatusOK, "Lakeshore Community College, and the people above.")
	const stop = "/sharing/lakeshore/stop"
	b.get(stop).wants(http.StatusOK, "Stop sharing with Lakeshore Community College?").send(stop).wants(http.StatusOK, "Stopped.", "Ended")
	b.get(stop).wants(http.StatusNotFound)
	b.get("/sharing").wants(http.StatusOK, "Share with a college")
}

func TestTheListTellsHowEverybodyStands(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	s := h.as("coordinator").get("/apprentices").wants(http.StatusOK, "2 apprentices", "Maya Okafor", "On track", "400 of 400 h", "Ben Achterberg", "Behind plan", "0 of 400 h")
	if strings.Index(s.main(), "Ben") > strings.Index(s.main(), "Maya") {
		t.Error("the list is not by name")
	}
	h.as("manager").get("/apprentices").wants(http.StatusOK, "One apprentice", "Maya Okafor")
}

func TestANoticeIsSaidOnce(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	b.get(weekForm).send(weekForm, hoursOf(0), "8", "action", "save").wants(http.StatusOK, "Saved.")
	b.get(weekForm).wants(http.StatusOK).lacks("Saved.")
}
