package portal

import (
	"html/template"

	"github.com/guildhall-dev/guildhall/domain"
)

var sampleLands = []template.HTML{template.HTML(landHours), template.HTML(landMilestones), template.HTML(landMoves)}

// approvalSamples has the pages of what waits for somebody.
func approvalSamples() []sample {
	return []sample{
		of("approvals role change", approvalsPage, sampleRoleChange()),
		of("approvals role change done", approvalsPage, decidedRoleChange()),
		of("approvals role change refused", approvalsPage, refusedRoleChange()),
		of("approvals role change, nothing said", approvalsPage, talking(nil, &conversation{Path: "/approvals/role-changes/maya?comment", Key: "c", Keep: "d", Readers: "Read by those who decide this request"})),
		of("approvals role change, comment refused", approvalsPage, refusedComment()),
		of("approvals role change, no more comments", approvalsPage, talking(sampleRoleChange().Talk, &conversation{Closed: "This request ended on 1 October 2026. It could be commented on until 31 October 2026."})),
		of("approvals hours", approvalsPage, sampleHoursApproval()),
		of("approvals milestone", approvalsPage, sampleMilestoneApproval()),
		of("approvals milestone with a score", approvalsPage, scoredMilestone()),
		of("approvals list", approvalsPage, approvalsData{frame: managerFrame("Approvals", 5), Lands: sampleLands, Queue: longQueue()}),
		of("approvals receipt", approvalsPage, approvalsData{frame: managerFrame("Approvals", 5), Lands: sampleLands, Queue: sampleQueue(""), Receipt: sampleReceipt()}),
		of("approvals receipt of the last", approvalsPage, approvalsData{frame: managerFrame("Approvals", 0), Lands: sampleLands, Receipt: sampleReceipt()}),
		of("approvals nothing found", approvalsPage, approvalsData{frame: managerFrame("Approvals", 5), Lands: sampleLands, Queue: queue{All: 5, Seek: hostile}}),
		of("approvals of an office", approvalsPage, approvalsData{frame: managerFrame("Approvals", 0), Lands: sampleLands, Office: sampleOffice()}),
		of("approvals of both", approvalsPage, approvalsData{frame: managerFrame("Approvals", 5), All: 5 + sampleOffice().All, Lands: sampleLands, Queue: sampleQueue(""), Office: sampleOffice()}),
		of("approvals to agree to", approvalsPage, approvalsData{frame: managerFrame("Approvals", 0), Lands: sampleLands, Office: office{All: 1, Items: sampleOffice().Items[:1]}, Self: true}),
		of("gateway", dossierPage, sampleGateway("Ana Lindqvist", "Ready for the assessment?")), of("gateway hostile", dossierPage, sampleGateway(hostile, hostile)),
		of("approvals empty", approvalsPage, approvalsData{frame: managerFrame("Approvals", 0), Lands: sampleLands}),
		of("approvals hostile", approvalsPage, hostileApproval()),
	}
}

func sampleQueue(current string) queue {
	items := []queueItem{
		{Path: "/approvals/role-changes/maya", Who: "Maya Okafor", Initials: "MO", What: "Junior SOC analyst to security analyst", Kind: "Role change", Reference: "RT-2041", Age: "2 days", Sound: "6 of 6 met"},
		{Path: "/approvals/role-changes/tomas", Who: "Tomás Reyes", Initials: "TR", What: "Help desk to clinical informatics", Kind: "Role change", Reference: "RT-2038", Age: "Late, waits 16 days", Late: true, Sound: "5 of 7 met", Blocked: true},
		{Path: "/approvals/hours/maya-2026/2026-W47", ID: "maya-2026.2026-W47", Who: "Maya Okafor", Initials: "MO", What: "40 h, week of 16 Nov", Kind: "Hours", Age: "Today", Sound: "Matches rota"},
		{Path: "/approvals/hours/ana-2026/2026-W47", ID: "ana-2026.2026-W47", Who: "Ana Lindqvist", Initials: "AL", What: "36 h, week of 16 Nov", Kind: "Hours", Age: "1 day", Sound: "Matches rota"},
		{Path: "/approvals/milestones/ben-2026/joiners", Who: "Ben Achterberg", Initials: "BA", What: "Joiner, mover, leaver requests", Kind: "Milestone", Age: "1 day", Sound: "3 pieces"},
	}
	for i := range items {
		items[i].Current = items[i].Path == current
	}
	return queue{Items: items, All: len(items), Found: len(items), Bulk: "/approvals/hours", BulkKey: "k"}
}

// longQueue is a part of many requests, narrowed to some.
func longQueue() queue {
	q := sampleQueue("")
	q.All, q.Found, q.Kind, q.Seek, q.Next, q.Previous = 512, 104, "hours", "o'Neill", "/approvals?part=3", "/approvals?part=1"
	q.Items[1].For = "Owen Castellano"
	q.Kinds = []navItem{{Label: "All requests", Href: "/approvals", Count: 512}, {Label: "Hours", Href: "/approvals?kind=hours", Count: 300, Current: true}}
	return q
}

func sampleOffice() office {
	return office{All: 120, Next: "/approvals?office=2", Items: []officeItem{{"/approvals/completions/maya-2026", "Maya Okafor", "Asks for completion", "", false, "", "Apprenticeship"}, {appealPath + "maya-2026/cyb-110", "Maya Okafor", "Appeals that a college denied credit", "", false, "6 days", "Credit"}, {"/privacy-log/corrections/ben/one", hostile, "Asks for a correction of the record", "by 12 Nov 2026", true, "", hostile}}}
}

// sampleGateway is how far it is agreed that somebody is ready for the assessment at the end.
func sampleGateway(name, heading string) dossierData {
	return dossierData{frame: managerFrame("Ready for the assessment?", 0), Over: name, Heading: heading, Tag: &cell{Text: "Agreed by 1 of 3", Tone: toneInfo}, Acts: []link{{"Open the pathway of " + name, "/apprentices/ana"}},
		Steps: []step{{"The employer", "22 Nov 2026", stateDone}, {"Who teaches off the job", "workforce development", stateReview}, {"The apprentice", name, stateReview}, {"The assessment at the end", "not passed on 2 Nov 2026", stateAgain}},
		Call:  &call{"One thing is lacking", "Nobody can agree before they are met. Below stands what to do, and whose turn it is.", link{"Agree for the employer", "/gateway/employer"}},
		Cards: []card{
			{ID: "lacking", Title: "What is lacking", Table: &list{Caption: "What is lacking", Columns: []column{{Name: "What", Notes: "How it stands"}, {Name: "What to do"}, {Name: "Whose turn"}}, Rows: []row{{{Text: "Workshop with the wards", Note: "It is not begun."}, {Text: "Begin it."}, {Text: name}}}}},
			{ID: "who", Title: "Who agrees", Lead: name, Doings: []link{{"Agree for the employer", "/gateway/employer"}},
				Table: &list{Caption: "Who agrees", Columns: []column{{Name: "Party"}, {Name: "Who"}, {Name: "Agreed"}}, Rows: []row{{{Text: "The apprentice"}, {Text: name}, {Text: "Asked", Tone: toneWarn}}}}}}}
}

func sampleReceipt() *receipt {
	return &receipt{"You signed off 2 weeks, 76 h", "They count from now on. Each apprentice sees it on the pathway.",
		[]receiptLine{{link{"Maya Okafor", "/approvals/hours/maya-2026/2026-W47"}, "40 h, week of 16 Nov"}, {link{hostile, "/approvals/hours/ana-2026/2026-W47"}, "36 h, week of 16 Nov"}}}
}

func sampleRoleChange() approvalsData {
	return approvalsData{
		frame: managerFrame("Maya Okafor to security analyst", 5), Queue: sampleQueue("/approvals/role-changes/maya"),
		Kind: "Role change", Reference: "RT-2041", Heading: "Maya Okafor to security analyst",
		Lead: "Asked for by Priya Raman on 18 November. Starts 7 December if you approve by 30 November.",
		Steps: []signOff{
			{"Requested", "Priya Raman", "18 Nov", stateDone}, {"Receiving team", "Owen Castellano", "20 Nov", stateDone},
			{"Your decision", "Dana Whitfield", "Waiting 2 days", stateReview}, {"HR check", "People team", "After you", stateAhead}, {"Takes effect", "", "7 Dec 2026", stateAhead}},
		RoleChange: &roleChangeDocument{EffectiveOn: "7 December", Shown: []shownWork{
			{"shown-lead", "Lead one incident, start to finish", "Priya Raman rated it on 3 Nov 2026: 3 Alone.", evidence{link{"https://wiki.example/incident", "https://wiki.example/incident"}, "A piece of work", domain.NewDate(2026, 11, 2), "Lost laptop, INC-30418.", sampleFiles(), false}},
			{"", "Lead one incident, start to finish", "Priya Raman rated it on 3 Nov 2026: 3 Alone.", evidence{link{"Attested by Lakeshore Community College", ""}, "A lab report", domain.NewDate(2026, 11, 1), "", nil, true}},
		}, Rules: []checkedRule{
			{"400 hours as junior SOC analyst", "412 h signed off", link{"31 weekly logs", "/apprentices/maya#weeks"}, "You, Priya Raman", stateDone, "Runs out on 3 Dec 2026"},
			{"Incident response, 3 credits", "CYB 215, grade B+", link{"Lakeshore Community College", "/apprentices/maya#credits"}, "Posted by the college", stateDone, ""},
			{"Lead one incident, start to finish", "INC-30418, lost laptop", link{"2 pieces", "#shown-lead"}, "Priya Raman", stateDone, ""},
			{"Phishing playbook exercise", "Second attempt, passed", link{"2 pieces", "/apprentices/maya#m-phishing"}, "Priya Raman", stateDone, ""},
			{"HIPAA refresher in date", "Runs out 9 Apr 2027, before the planned end", link{"Training record", ""}, "Automatic", stateDone, ""},
			{"Mentor recommendation", "“Calm under pressure. Ready.”", link{"Letter", "/apprentices/maya#letter"}, "Priya Raman", stateDone, ""},
		}, Changes: []change{
			{"Job title", "Junior SOC analyst", "Security analyst"}, {"Pay step", "Apprentice step 3", "Grade 7, step 1"}, {"Reports to", "Dana Whitfield", "Owen Castellano"},
			{"System access", "SIEM (read), ticketing", "SIEM (respond), EDR, ticketing"}, {"Site", "Riverside campus", "Riverside campus"}, {"Apprenticeship end", "14 Aug 2027", "14 Aug 2027"}}},
		History: []deed{{domain.NewDate(2026, 11, 20), "Owen Castellano", "approved"}, {domain.NewDate(2026, 11, 18), "Priya Raman", "asked for it, to start on 7 December 2026"}},
		Talk: []note{
			{Who: "Priya Raman", When: "18 Nov, 09:40", Text: "The first phishing attempt missed the mail-rule step; the second one caught it.", At: "2026-11-18T09:40:00Z", Did: "Asked for it"},
			{Who: "Owen Castellano", When: "20 Nov, 14:12", Text: "We have a seat from 7 December. Night rota starts in January, Maya has agreed.", At: "2026-11-20T14:12:00Z", Did: "Approved"},
			{Who: "Maya Okafor", When: "21 Nov, 08:05", Text: "I can begin with the night rota.\n\nMy last day shift is the 4th.", At: "2026-11-21T08:05:00Z"}},
		Conversation: &conversation{Path: "/approvals/role-changes/maya?comment", Key: "k5", Keep: "d", Readers: "Read by Maya, Priya, and those who decide this request"},
		Decision: &decision{Path: "/approvals/role-changes/maya", Key: "k4", Snapshot: "s", Field: "decision", Legend: "What do you decide?", TextField: "reason", To: "Maya and Priya", Required: "Needed unless you approve",
			Submit: "Submit decision", Summary: "6 of 6 met", Options: []option{
				{Value: "grant", Label: "Approve", Hint: "Maya moves on 7 December, after the HR check"},
				{Value: "send-back", Label: "Send back", Hint: "Say what is missing. Priya can ask again"},
				{Value: "deny", Label: "Decline", Hint: "Closes this request. Needs a reason"}}},
		About: &about{"Maya", []fact{{"In this role since", "6 Oct 2026"}, {"On-the-job hours", "1,284 of 2,000"}, {"College credits", "21 of 27"}, {"Milestones", "10 of 13"}, {"Mentor", "Priya Raman"}}, "/apprentices/maya"},
	}
}

func decidedRoleChange() approvalsData {
	d := sampleRoleChange()
	d.Queue.Items = d.Queue.Items[1:]
	d.Outcome = &outcome{"Approved", toneOK, "Maya, Priya and Owen have been told. HR checks the pay step next, usually within two days.", "Dana Whitfield", "RT-2041", &link{"Next: Tomás Reyes, role change", "/approvals/role-changes/tomas"}}
	return d
}

func refusedRoleChange() approvalsData {
	d := sampleRoleChange()
	d.Problems = []problem{{"reason", "Say why. The apprentice and whoever asked are told."}}
	d.Decision.Errors = fieldErrors{"reason": "Say why. The apprentice and whoever asked are told."}
	d.Decision.Options[2].Chosen = true
	d.RoleChange.Soon, d.RoleChange.Shown, d.RoleChange.Withheld = []string{hostile}, nil, "What Maya sent for this is read by their mentor, Priya Raman, and their manager, Dana Whitfield."
	d.RoleChange.Rules[2].Evidence.Href = ""
	d.Decision.Summary, d.Decision.Blocked = "6 of 6 met, one runs out soon", true
	d.RoleChange.Rules[3].State, d.RoleChange.Rules[5].State, d.RoleChange.Rules[5].SignedBy = stateAhead, stateReview, ""
	return d
}

func talking(said []note, on *conversation) approvalsData {
	d := sampleRoleChange()
	d.Talk, d.Conversation = said, on
	return d
}

func refusedComment() approvalsData {
	c := *sampleRoleChange().Conversation
	c.Note, c.Errors = hostile, fieldErrors{"note": "There are 200 comments already."}
	d := talking([]note{{Who: hostile, When: "18 Nov, 09:40", Text: hostile, At: "2026-11-18T09:40:00Z", Did: hostile}}, &c)
	d.Problems = []problem{{"note", "There are 200 comments already."}}
	return d
}

func sampleHoursApproval() approvalsData {
	h := sampleHours(hoursSent)
	d := sampleRoleChange()
	d.RoleChange, d.Talk, d.Conversation, d.Steps = nil, nil, nil, nil
	d.Queue = sampleQueue("/approvals/hours/maya-2026/2026-W47")
	d.Kind, d.Reference, d.Heading, d.Lead = "Hours", "week of 16 Nov", "Maya Okafor, 32 h 30 min", "Sent today. Hours count towards her plan once you sign them off."
	d.Hours = &hoursDocument{Columns: h.Columns, Days: h.Days, Total: h.Pending, Usual: h.Usual, Approved: domain.Hours(1284), Warnings: []string{"Wednesday overlaps with a class at Lakeshore Community College until noon."}}
	d.Decision = &decision{Path: "/approvals/hours/maya-2026/2026-W47", Key: "k5", Field: "decision", Legend: "Are these hours right?", TextField: "reason", To: "Maya", Required: "Needed when you send back", Submit: "Submit decision", Summary: "32 h 30 min",
		Options: []option{{Value: "approve", Label: "Sign off", Hint: "32 h 30 min count from now on"}, {Value: "return", Label: "Send back", Hint: "Maya corrects the week and sends it again"}}}
	return d
}

func sampleMilestoneApproval() approvalsData {
	d := sampleHoursApproval()
	d.Hours, d.Queue = nil, sampleQueue("/approvals/milestones/ben-2026/joiners")
	d.Queue.Bulk = ""
	d.Kind, d.Reference, d.Heading, d.Lead = "Milestone", "second attempt", "Ben Achterberg: joiner, mover, leaver requests", "Sent 21 November. Ben waits for you to go on with the next milestone."
	d.Milestone = &milestoneDocument{
		Evidence: []evidence{
			{link{"Change log of 22 requests", "https://wiki.example/changes"}, "Work", domain.NewDate(2026, 11, 21), "Two were for contractors, so they have an end date.", sampleFiles(), false},
			{link{"Access review, November", ""}, "Lab report", domain.NewDate(2026, 11, 21), "", nil, true},
		},
		Rule:     []fact{{"Kind", "Piece of work"}, {"What passes", "2 With some help"}},
		Attempts: []attempt{{domain.NewDate(2026, 11, 4), "Priya Raman", "1 With a lot of help", false, false}, {domain.NewDate(2026, 10, 4), "Priya Raman", "2 With some help", true, true}},
		Feedback: []note{{Who: "Priya Raman", When: "4 Nov, 10:02", Text: "Good start. Show how you remove access when somebody leaves.", At: "2026-11-04T10:02:00Z"}},
	}
	d.Said = sampleRemarks("Joiner, mover, leaver requests", false)
	d.Decision = &decision{Path: "/approvals/milestones/ben-2026/joiners", Key: "k6", Field: "rating", Legend: "How well did it go?", Pass: "2 and above passes. This milestone needs one pass.", TextField: "feedback", To: "Ben", Required: "Needed below 2", Submit: "Submit rating", Summary: "2 pieces",
		Options: []option{{Value: "0", Label: "0 Not shown"}, {Value: "1", Label: "1 With a lot of help"}, {Value: "2", Label: "2 With some help", Hint: "Passes"}, {Value: "3", Label: "3 Alone", Hint: "Passes"}, {Value: "4", Label: "4 Could teach it", Hint: "Passes"}}}
	d.About = &about{First: "Ben", Facts: []fact{{"In this role since", "1 Sep 2026"}}}
	return d
}

func scoredMilestone() approvalsData {
	d := sampleMilestoneApproval()
	d.Decision.Field, d.Decision.Options, d.Decision.Errors = "score", nil, fieldErrors{"score": "This is scored, from 0 to 100 points."}
	d.Decision.Inputs = []input{{Name: "score", Kind: numberInput, Label: "Points, of 100", Hint: "75 and above passes.", Value: "101", Error: "This is scored, from 0 to 100 points."}, {Name: "validUntil", Kind: dayInput, Label: "Valid until", Optional: true}}
	d.Problems = []problem{{"in-score", "This is scored, from 0 to 100 points."}}
	return d
}

func hostileApproval() approvalsData {
	d := sampleRoleChange()
	d.Heading, d.Lead, d.Queue.Items[0].Who, d.Talk[0].Text = hostile, hostile, hostile, hostile
	d.RoleChange.Rules[0].Text, d.RoleChange.Changes[0].After = hostile, hostile
	d.RoleChange.Rules[0].Evidence.Href = "javascript:alert(1)"
	d.Decision.Message, d.Said = hostile, sampleRemarks(hostile, false)
	return d
}
