package portal

import (
	"cmp"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// hostile is text that would do harm if a page did not escape it.
const hostile = `<script>alert("x")</script> & "quotes" 'too' javascript:alert(1)`

// A sample is a page with data, ready to be rendered.
type sample struct {
	name   string
	data   string // the type of what it shows
	render func(http.ResponseWriter, *tongue) error
}

func of[T any](name string, p page[T], data T) sample {
	return sample{name, reflect.TypeFor[T]().Name(), func(w http.ResponseWriter, t *tongue) error { return p.render(w, t, http.StatusOK, data) }}
}

func (s sample) html() (string, error) {
	w := httptest.NewRecorder()
	if err := s.render(w, english); err != nil {
		return "", err
	}
	body, err := io.ReadAll(w.Result().Body)
	return string(body), err
}

// samples has every page in every state that looks different.
func samples() []sample {
	return slices.Concat(
		pageSamples(), approvalSamples(), teamSamples(),
		careerSamples(), wishSamples(),
		recordSamples(), historySamples(),
		reportSamples(),
		eraseSamples(),
		accountSamples(),
	)
}

func pageSamples() []sample {
	return []sample{
		of("sign-in", signInPage, sampleSignIn()),
		of("sign-in off", signInPage, signInData{frame: frame{Title: "Sign in", Org: "St. Alder Health"}}),
		of("pathway", pathwayPage, samplePathway()),
		of("pathway ready", pathwayPage, readyPathway()),
		of("pathway seen by a manager", pathwayPage, managersPathway()),
		of("pathway new", pathwayPage, pathwayData{frame: apprenticeFrame("Your pathway"), Learner: "Ana Lindqvist", Own: true, Heading: "Desktop support", Standing: standing{"Starts 1 Dec", toneInfo}, Sharing: &sharingLine{Path: "/sharing"}}),
		of("pathway evidence refused", pathwayPage, refusedEvidence()),
		of("pathway hostile", pathwayPage, hostilePathway()),
		of("hours draft", hoursPage, sampleHours(hoursDraft)),
		of("hours to repeat", hoursPage, repeatableHours()),
		of("hours sent", hoursPage, sampleHours(hoursSent)),
		of("hours returned", hoursPage, sampleHours(hoursReturned)),
		of("hours signed", hoursPage, sampleHours(hoursSigned)),
		of("hours wrong", hoursPage, wrongHours()),
		of("hours with hostile words", hoursPage, hostileHours()),
		of("hours none", hoursPage, hoursData{frame: apprenticeFrame("Hours"), Week: domain.Week{Year: 2026, Number: 40}, Previous: "/hours?week=2026-W39", Next: "/hours?week=2026-W41", State: hoursSigned, Since: domain.NewDate(2026, 10, 6), Manager: "Dana Whitfield", Decider: "Dana Whitfield"}),
		of("sharing", sharingPage, sampleSharing()),
		of("sharing empty", sharingPage, sharingData{frame: apprenticeFrame("Sharing"), Give: sampleConsentForm(nil)}),
		of("sharing with hostile words", sharingPage, hostileSharing()),
		of("sharing wrong", sharingPage, wrongSharing()),
		of("stop sharing", stopPage, stopSharingData{frame: apprenticeFrame("Stop sharing"), Consent: sampleSharing().Consents[0], Path: "/sharing/lakeshore/stop", Key: "k", Back: "/sharing",
			Effects: []string{"Lakeshore Community College sees nothing new from this moment.", "Two credits that wait for the college cannot be posted until you share again.", "What it received before stays in its own files."}}),
		of("style guide", styleguidePage, styleguideOf(frame{Title: "Style guide"}, false)),
		of("style guide empty", styleguidePage, styleguideOf(frame{Title: "Style guide"}, true)),
		of("help", helpPage, apprenticeFrame("Help")),
		of("accessibility", accessibilityPage, apprenticeFrame("Accessibility")),
		of("privacy", privacyPage, frame{Title: "Privacy"}),
		of("message", messagePage, messageData{frame: apprenticeFrame("Not found"), Status: 404, Heading: "We cannot find that page", Text: "It may have moved, or the address may be cut short.", Links: []link{{"Go to your pathway", "/pathway"}}}),
		of("message hostile", messagePage, messageData{frame: apprenticeFrame(hostile), Status: 422, Heading: hostile, Text: hostile, Links: []link{{hostile, "javascript:alert(1)"}}}),
		of("fault", messagePage, messageData{frame: frame{Title: "Something went wrong"}, Status: 500, Heading: "Something went wrong on our side", Text: "Nothing was changed. Try again in a minute; if it happens again, tell your coordinator the reference.", Reference: "01JD3F"}),
	}
}

func apprenticeFrame(title string) frame {
	return frame{
		Title: title, Org: "St. Alder Health", Viewer: viewer{Name: "Maya Okafor", Initials: "MO", Role: "Apprentice", Switch: "/sign-in"}, Live: "/live",
		Nav: []navItem{{"Pathway", "/pathway", "path", title == "Your pathway", 0}, {"Hours", "/hours", "clock", title == "Hours", 0}, {"Sharing", "/sharing", "share", title == "Sharing", 0}},
	}
}

func managerFrame(title string, waiting int) frame {
	return frame{
		Title: title, Org: "St. Alder Health", Viewer: viewer{Name: "Dana Whitfield", Initials: "DW", Role: "Manager"},
		Nav: []navItem{{"Apprentices", "/apprentices", "people", false, 0}, {"Approvals", "/approvals", "check", true, waiting}},
	}
}

func sampleSignIn() signInData {
	return signInData{frame: frame{Title: "Sign in", Org: "St. Alder Health"}, Personas: []persona{
		{"Maya Okafor", "MO", "Apprentice, junior SOC analyst", "Follow a pathway from the help desk to security analyst, log a week of hours, choose what a college sees.", "/demo/sign-in/apprentice", true},
		{"Priya Raman", "PR", "Mentor, security operations", "Look at evidence and rate it against what the milestone asks for.", "/demo/sign-in/mentor", false},
		{"Dana Whitfield", "DW", "Manager, IT service desk", "Sign off hours, approve or send back a role change.", "/demo/sign-in/manager", false},
		{"Owen Castellano", "OC", "Manager, security operations", "Receive somebody who changes roles into the team.", "/demo/sign-in/receiving-manager", false},
		{"Ruth Adeyemi", "RA", "Programme coordinator", "See every apprentice and stand in for a manager who is away.", "/demo/sign-in/coordinator", false},
		{"Jonas Beck", "JB", "Auditor", "Read everything, change nothing.", "/demo/sign-in/auditor", false},
	}}
}

func sampleStages() []stage {
	stages := []stage{
		{Role: "Help desk analyst", Span: "Feb – Jun 2026", Note: "Complete", State: stateDone, Gate: &gate{"identity", "Role change", "5 Jun 2026", stateDone, "Approved", ""}, Milestones: []milestone{
			{ID: "triage", Title: "Ticket handling and triage", When: "12 Mar 2026", Worth: "180 h", State: stateDone},
			{ID: "hipaa", Title: "HIPAA privacy and security basics", When: "9 Apr 2026", Worth: "1 credit", State: stateDone},
			{ID: "a-plus", Title: "CompTIA A+ certification", When: "28 May 2026", Worth: "3 credits", State: stateDone},
		}},
		{Role: "Identity and access technician", Span: "Jun – Oct 2026", Note: "Complete", State: stateDone, Gate: &gate{"soc", "Role change", "6 Oct 2026", stateDone, "Approved", ""}, Milestones: []milestone{
			{ID: "joiners", Title: "Joiner, mover, leaver requests", When: "17 Jul 2026", Worth: "240 h", State: stateDone},
			{ID: "mfa", Title: "Multi-factor roll-out, outpatient clinics", When: "22 Aug 2026", Worth: "160 h", State: stateDone},
			{ID: "cyb-110", Title: "CYB 110 Network defence", When: "30 Sep 2026", Worth: "4 credits", State: stateDone, Word: "Posted by college"},
		}},
		{Role: "Junior SOC analyst", Span: "Oct 2026 – May 2027", Note: "You are here", State: stateActive, Gate: &gate{"analyst", "Role change", "Plan: May 2027", stateAhead, "2 of 6 ready", "#ready"}, Milestones: []milestone{
			{ID: "alerts", Title: "Alert triage under supervision", When: "2 Nov 2026", Worth: "96 h", State: stateDone},
			{ID: "phishing", Title: "Phishing playbook exercise", Detail: "Priya is reviewing your write-up.", Files: sampleFiles(), When: "Sent 19 Nov", Worth: "24 h", State: stateReview},
			{ID: "cyb-215", Title: "CYB 215 Incident response", Detail: "Week 6 of 15 at Lakeshore Community College.", When: "Ends 12 Dec", Worth: "3 credits", State: stateActive, Evidence: sampleEvidence()},
			{ID: "lead", Title: "Lead one incident, start to finish", Detail: "Opens when the phishing exercise is signed off.", When: "Plan: Feb 2027", Worth: "80 h", State: stateAhead, Start: "/milestones/maya-2026/lead/start"},
		}},
		{Role: "Security analyst", Span: "May – Aug 2027", Note: "Goal", State: stateAhead, Milestones: []milestone{
			{ID: "sec-plus", Title: "CompTIA Security+ certification", When: "Plan: Jun 2027", Worth: "3 credits", State: stateAhead},
			{ID: "devices", Title: "Medical device network review", When: "Plan: Jul 2027", Worth: "120 h", State: stateAhead},
			{ID: "certificate", Title: "Certificate of completion", When: "Plan: Aug 2027", State: stateAhead},
		}},
	}
	for _, s := range stages {
		for i, m := range s.Milestones {
			s.Milestones[i].Word = cmp.Or(m.Word, m.State.Word())
		}
	}
	return stages
}

func sampleFiles() []shownFile {
	picture, err := assetURL("mark.svg") // one that is there
	if err != nil {
		panic(err)
	}
	return []shownFile{{"bench.jpg", picture, "2.4 MB", true}, {hostile, "/milestones/maya-2026/phishing/files/0b", "12 KB", false}}
}

func sampleEvidence() *evidenceForm {
	return &evidenceForm{Path: "/milestones/maya-2026/cyb-215/evidence", Key: "k1", To: "Priya",
		Kinds: []option{{Value: "course", Label: "A course result", Chosen: true}, {Value: "lab", Label: "A lab report"}, {Value: "work", Label: "Work"}, {Value: "certificate", Label: "A certificate"}}}
}

func sampleWeeks() []weekHours {
	hours := [][2]domain.Minutes{{30, 4}, {32, 4}, {28, 6}, {31, 4}, {34, 0}, {33, 5}, {30, 5}, {16, 5}, {34, 5}, {35, 5}}
	var weeks []weekHours
	for i, h := range hours {
		weeks = append(weeks, weekHours{Week: domain.Week{Year: 2026, Number: 37 + i}, Name: "7 Sep", Job: 60 * h[0], Class: 60 * h[1]})
	}
	return append(weeks, weekHours{Week: domain.Week{Year: 2026, Number: 47}, Name: "16 Nov", PendingJob: domain.Hours(27), PendingClass: domain.Hours(5)})
}

func samplePathway() pathwayData {
	return pathwayData{
		frame: apprenticeFrame("Your pathway"), Learner: "Maya Okafor", Own: true, Heading: "Help desk to security analyst",
		Standing: standing{"On track", toneOK}, Month: 10, Term: 18, FinishOn: domain.NewDate(2027, time.August, 14), LogHours: "/hours",
		Stages: sampleStages(), Weeks: sampleWeeks(), Usual: domain.Hours(40),
		Next: []nextStep{
			{Title: "Log last week’s hours", Why: "27 of your usual 40 hours are in. Dana signs off on Tuesdays.", Due: "Due Mon 23 Nov", Urgent: true, Icon: "clock", Action: link{"Log hours", "/hours?week=2026-W47"}},
			{Title: "Send your CYB 215 lab 3 report", Why: "Counts towards Incident response, 3 credits.", Due: "Due Fri 27 Nov", Icon: "file", Action: link{"Add evidence", "#m-cyb-215"}},
			{Title: "Phishing playbook exercise", Why: "Your write-up is being looked at.", Holder: "With Priya Raman since 19 Nov.", Reference: "RT-2041", Due: "Usually 3 days", Icon: "talk"},
		},
		Activity: []activity{
			{domain.NewDate(2026, 11, 19), "<strong>You</strong> sent Phishing playbook exercise for review", "send"},
			{domain.NewDate(2026, 11, 17), "<strong>Dana Whitfield</strong> signed off 40 hours for the week of 9 Nov", "tick"},
			{domain.NewDate(2026, 11, 9), "<strong>Lakeshore Community College</strong> confirmed your place on CYB 215", "cap"},
			{domain.NewDate(2026, 11, 2), "<strong>Priya Raman</strong> signed off Alert triage under supervision", "tick"},
		},
		Meters: []meter{
			{"On-the-job hours", "1,284", "2,000", 1284, 27, 2000, "27 h wait for sign-off. 44 h ahead of plan for today, 1,240.", ""},
			{"College credits", "18", "27", 18, 3, 27, "3 more in progress. Plan for today: 18.", ""},
			{"Milestones", "7", "13", 7, 1, 13, "1 in review. Plan for today: 7.", ""},
		},
		Ready: &readiness{Role: "security analyst", Hint: "When all are met, Priya can ask Dana to approve the change.", Rules: []rule{
			{"Alert triage signed off", "", stateDone, "Runs out on 3 Dec 2026"},
			{"400 hours as junior SOC analyst", "188 of 400 h", stateActive, ""},
			{"Phishing playbook signed off", "In review since 19 Nov", stateReview, ""},
			{"Incident response, 3 credits", "Ends 12 Dec", stateAhead, ""},
			{"HIPAA refresher in date", "Until 9 Apr 2027", stateDone, ""},
			{"Mentor recommendation", "Asked for when the rest is met", stateAhead, ""},
		}},
		Credits: []collegeCredit{{"Lakeshore Community College", "15", "credits", "CYB 215 in progress, 3 more. Synced today, 06:10."}, {"Prior learning", "3", "credits", "CompTIA A+. Accepted 1 Jun 2026."}},
		People:  []contact{{"Priya Raman", "PR", "Mentor, security operations"}, {"Dana Whitfield", "DW", "Manager, IT service desk"}, {"Luis Ortega", "LO", "Advisor, Lakeshore CC"}},
		Sharing: &sharingLine{[]string{"Lakeshore Community College", "Tidewater State University"}, "/sharing"},
	}
}

func readyPathway() pathwayData {
	d := samplePathway()
	d.Notice = "Sent. Priya Raman looks at it next, usually within three days."
	for i := range d.Ready.Rules {
		d.Ready.Rules[i].State = stateDone
	}
	d.Ready.Hint, d.Gateway = "You can ask now.", &link{"Agreed by 1 of 3 so far. Then an independent organisation assesses.", "/gateway"}
	d.Ready.Ask = &askForm{Path: "/transitions", Key: "k2", Apprenticeship: "maya-2026", To: "security-analyst", Approver: "Dana Whitfield", EffectiveOn: "2026-12-07"}
	return d
}

func managersPathway() pathwayData {
	d := samplePathway()
	d.frame, d.Own, d.LogHours, d.Sharing = managerFrame("Maya Okafor", 2), false, "", nil
	d.Standing, d.Next = standing{"Behind plan", toneWarn}, nil
	d.Ready.Holder, d.Ready.Number = "Owen Castellano has had the request since 18 Nov.", "RT-2041"
	for i := range d.Stages[2].Milestones {
		d.Stages[2].Milestones[i].Evidence, d.Stages[2].Milestones[i].Start = nil, ""
	}
	d.Stages[2].Milestones[1].State = stateAgain
	return d
}

func refusedEvidence() pathwayData {
	d := samplePathway()
	e := sampleEvidence()
	e.Note, e.URI, e.Errors = "Lab 3, packet capture", "ftp://files", fieldErrors{"uri": `"ftp://files" is not a web address. A link begins with https://.`}
	d.Stages[2].Milestones[2].Evidence = e
	d.Problems = []problem{{"m-cyb-215-uri", "The link is not a web address."}}
	return d
}

// sampleRemarks is what a learner says to two records that were not amended.
func sampleRemarks(text string, own bool) *remarks {
	return &remarks{First: "Maya", Own: own, Of: []remark{{"Milestone: " + text, "/history?figure=milestone", []string{text, "Both floors were mine."}}, {"Hours of the week of 16 Nov 2026", "", []string{text}}}}
}

func hostilePathway() pathwayData {
	d := samplePathway()
	d.Learner, d.Heading, d.Notice = hostile, hostile, hostile
	d.Stages[2].Role, d.Stages[2].Milestones[0].Title, d.Stages[2].Milestones[0].Detail = hostile, hostile, hostile
	d.Stages[2].Milestones[3].Title = "Sozialversicherungsfachangestelltenausbildungsverordnung Donaudampfschifffahrtsgesellschaft"
	d.Next[0].Title, d.Next[0].Action.Href = hostile, "javascript:alert(1)"
	d.Activity[0].Text = english.mark("<strong>%s</strong>", hostile)
	d.People[0].Name, d.Said = hostile, sampleRemarks(hostile, false)
	return d
}

func sampleHours(s hoursState) hoursData {
	week := domain.Week{Year: 2026, Number: 47}
	d := hoursData{
		frame: apprenticeFrame("Hours"), Week: week, Path: "/hours?week=2026-W47", Key: "k3", Previous: "/hours?week=2026-W46", Next: "/hours?week=2026-W48", Now: "/hours",
		Manager: "Dana Whitfield", State: s, Since: domain.NewDate(2026, 11, 20), Decider: "Dana Whitfield",
		Columns: []hoursColumn{{"Alert triage", "On the job", domain.Hours(22)}, {"Incident response support", "On the job", 450}, {"CYB 215 Incident response", "In class", domain.Hours(3)}},
		Addable: []option{{Value: "identity", Label: "Identity requests"}, {Value: "reports", Label: "Reports and metrics"}},
		Usual:   domain.Hours(40), Keep: "d1", All: []fact{{"Hours on the job, signed off", "1,284 h"}, {"Hours on the job that wait for sign-off", "32 h"}},
		Recent: []weekRow{
			{"/hours?week=2026-W48", "23 Nov", 0, "Nothing logged", toneMute, "", false},
			{"/hours?week=2026-W47", "16 Nov", 1950, "Not sent yet", toneWarn, "", true},
			{"/hours?week=2026-W46", "9 Nov", domain.Hours(32), "Sent back", toneWarn, "Dana Whitfield wrote: “Thursday is missing.”", false},
			{"/hours?week=2026-W45", "2 Nov", domain.Hours(40), "Signed off", toneOK, "Dana Whitfield, 10 Nov.", false},
		},
	}
	minutes := [][3]domain.Minutes{{450, 0, 0}, {480, 0, 0}, {0, 450, 0}, {300, 0, 180}, {90, 0, 0}, {}, {}}
	for i, row := range minutes {
		on := week.Monday().AddDays(i)
		day := hoursDay{Date: on, Today: i == 4}
		for j, id := range []string{"alert-triage", "incident-support", "cyb-215"} {
			day.Cells = append(day.Cells, hoursCell{Field: hoursField(id, on), Value: hoursValue(row[j]), Label: d.Columns[j].Name})
			day.Total += row[j]
		}
		d.Days = append(d.Days, day)
		d.Pending += day.Total
	}
	switch s {
	case hoursDraft:
		d.Repeatable = "9 Nov"
	case hoursReturned:
		d.Reason = "Wednesday has 7:30 on incident support, but you were at the college until noon. Please check."
	case hoursSigned:
		d.Approved, d.Pending = d.Pending, 0
	}
	return d
}

func repeatableHours() hoursData {
	d := sampleHours(hoursDraft)
	for i := range d.Days {
		for j := range d.Days[i].Cells {
			d.Days[i].Cells[j].Value = ""
		}
	}
	d.Repeats = d.Columns
	return d
}

func hostileHours() hoursData {
	d := sampleHours(hoursReturned)
	d.Manager, d.Decider, d.Reason = hostile, hostile, hostile
	d.Columns[0].Name, d.Columns[1].Name = hostile, "Sozialversicherungsfachangestelltenausbildungsverordnung"
	for i := range d.Days {
		d.Days[i].Cells[0].Label, d.Days[i].Cells[1].Label = hostile, d.Columns[1].Name
	}
	d.Addable[0].Label, d.Recent[1].Note = hostile, hostile
	return d
}

func wrongHours() hoursData {
	d := sampleHours(hoursDraft)
	c := &d.Days[1].Cells[0]
	c.Value, c.Error = "8 and a bit", `"8 and a bit" is not a length of time. Write hours as 7.5 or 7:30.`
	d.Problems = []problem{{c.Field, "Tuesday, Alert triage: write hours as 7.5 or 7:30."}, {"", "25 h on Thursday 19 November is more than 24 h."}}
	d.Days[6].Closed = "After your last day"
	return d
}

func sampleSharing() sharingData {
	return sharingData{
		frame: apprenticeFrame("Sharing"),
		Consents: []consent{
			{Party: "lakeshore", College: "Lakeshore Community College", Sees: "Your pathway, milestones, credits", LastRead: "On 10 Nov 2026 it was told: Credits.", Purpose: "Awarding credit for what you learn at work", Agreement: "Articulation agreement, from 1 Sep 2025", Since: domain.NewDate(2026, 2, 9), Until: domain.NewDate(2027, 8, 31), Stop: "/sharing/lakeshore/stop"},
			{Party: "tidewater", College: "Tidewater State University", Sees: "Credits", LastRead: "It has not read anything yet.", Purpose: "Counting your credits towards a bachelor’s degree", Agreement: "Data-sharing agreement, from 1 Jan 2026", Since: domain.NewDate(2026, 10, 1), Stop: "/sharing/tidewater/stop"},
		},
		Ended:     []consent{{Party: "harbor", College: "Harbor Technical College", Since: domain.NewDate(2025, 9, 1), EndedOn: domain.NewDate(2026, 1, 15)}},
		Give:      sampleConsentForm(nil),
		Custodian: "Ruth Adeyemi, your coordinator, looks into it and answers within 45 days. What was there before stays visible beside the correction.",
	}
}

func sampleConsentForm(errs fieldErrors) *consentForm {
	return &consentForm{Path: "/sharing", Key: "k7", Purpose: "The college uses it to award and post credit, and passes it on to nobody.",
		Colleges: []option{{Value: "harbor", Label: "Harbor Technical College"}},
		Records:  []option{{Value: "pathway", Label: "Your pathway", Hint: "Roles and what they require"}, {Value: "milestones", Label: "Milestones", Hint: "What was signed off and when"}, {Value: "credits", Label: "Credits"}}, Errors: errs}
}

func hostileSharing() sharingData {
	d := sampleSharing()
	c := &d.Consents[0]
	c.College, c.Sees, c.Purpose, c.Agreement = hostile, hostile, hostile, hostile
	d.Ended[0].College, d.Custodian = "Sozialversicherungsfachangestelltenausbildungsverordnung", hostile
	return d
}

func wrongSharing() sharingData {
	d := sampleSharing()
	d.Give = sampleConsentForm(fieldErrors{"records": "Choose at least one kind of record.", "agree": "Tick the box if you agree."})
	d.Problems = []problem{{"records", "Choose at least one kind of record."}, {"agree", "Tick the box if you agree."}}
	return d
}
