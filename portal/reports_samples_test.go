package portal

import (
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
)

func reportSamples() []sample {
	return []sample{
		of("deadlines", listingPage, sampleDeadlines(7)),
		of("deadlines many", listingPage, sampleDeadlines(partOfList)),
		of("filings", listingPage, sampleFilings()),
		of("filing to write", filingPage, sampleFiling(&filingAct{Path: "/filings/maya-2026/6", Key: "k", Write: true})),
		of("filing to send, wrong", filingPage, wrongFiling()),
		of("filing to answer", filingPage, sampleFiling(&filingAct{Path: "/filings/maya-2026/6", Key: "k", Answer: true, Answers: []option{{Value: "accepted", Label: "Accepted", Hint: "The agency took it on its books"}, {Value: "rejected", Label: "Found something wrong", Hint: "It is written anew and sent again"}}})),
		of("filing read only", filingPage, sampleFiling(nil)),
		of("outcomes", outcomesPage, outcomesData{frame: coordinatorFrame("Outcomes"), Filter: sampleFilter(), CSV: "/outcomes.csv", Least: 10, Topics: sampleTopics(), Untold: []untold{{hostile, []link{{hostile, "/outcomes?topic=x"}, {"Settling in", "/outcomes?topic=settling"}}}}}),
		of("reports", reportsPage, reportsData{frame: coordinatorFrame("Reports"), Heading: "One area needs action today", Boards: []boardTile{
			{"/deadlines", "Deadlines", "2", "late; 5 more within 60 days", true}, {"", hostile, "12", hostile, false}}, Ending: []find{{link{Text: hostile}, "Ends on 4 Dec 2026"}}}),
		of("outcomes empty", outcomesPage, outcomesData{frame: coordinatorFrame("Outcomes"), Filter: sampleFilter(), CSV: "/outcomes.csv", Least: 10}),
		of("reports empty", reportsPage, reportsData{frame: coordinatorFrame("Reports"), Heading: "Nothing needs action today"}),
		of("search", searchPage, searchData{frame: coordinatorFrame("Search"), Heading: "2 results for “maya”", Asked: "maya", More: "There are more.", Parts: []foundPart{
			{"apprentices", "Apprentices", []find{{link{"Maya Okafor", "/apprentices/maya-2026"}, "Help desk to security analyst"}}}, {"people", "People", []find{{link{"Maya Okafor", "/people/maya"}, "Help desk analyst"}}}}}),
		of("search nothing", searchPage, searchData{frame: coordinatorFrame("Search"), Heading: "Search"}),
		of("search hostile", searchPage, searchData{frame: coordinatorFrame(hostile), Heading: hostile, Asked: hostile, Parts: []foundPart{{"people", hostile, []find{{link{hostile, "javascript:alert(1)"}, hostile}}}}}),
		of("equal opportunity empty", equalPage, equalData{frame: coordinatorFrame("Equal opportunity"), CSV: "/equal-opportunity.csv", Least: 10}),
		of("ratio", listingPage, sampleRatio()),
		of("wages", listingPage, sampleWages()),
		of("equal opportunity", equalPage, equalData{frame: coordinatorFrame("Equal opportunity"), CSV: "/equal-opportunity.csv", Least: 10, Topics: sampleTopics()}),
	}
}

func coordinatorFrame(title string) frame {
	return frame{
		Title: title, Org: "St. Alder Health", Viewer: viewer{Name: "Lena Fischer", Initials: "LF", Role: "Programme coordinator"}, Search: true,
		Nav:  []navItem{{"Approvals", "/approvals", "check", false, 3}, {"Apprentices", "/apprentices", "people", false, 0}, {"Reports", "/reports", "chart", true, 0}},
		Tabs: []navItem{{Label: "Deadlines", Href: "/deadlines", Current: title == "Deadlines"}, {Label: "Filings", Href: "/filings", Current: title == "Filings"}},
	}
}

func sampleFilter() *filter {
	return &filter{Path: "/deadlines", Clear: "/deadlines", Inputs: []input{
		{Name: "kind", Kind: listInput, Label: "What is due", Options: []option{{Label: "Everything"}, {Value: "evaluation", Label: "Evaluation", Chosen: true}}},
		{Name: "program", Kind: listInput, Label: "Programme", Options: []option{{Label: "All programmes"}, {Value: "health-it", Label: "Health information technology"}}},
	}}
}

func sampleDeadlines(n int) listingData {
	d := listingData{frame: coordinatorFrame("Deadlines"), Heading: "2 things are late", Lead: "5 more are due within 60 days. The earliest come first.", Also: link{"Requests that wait too long for somebody are listed with the apprentices at risk.", "/apprentices?risk=late"}, Filter: sampleFilter(),
		List: list{Caption: "What is due, the earliest first", Total: n, CSV: "/deadlines.csv", Columns: []column{{Name: "What is due", Notes: "What to do"}, {Name: "Apprentice"}, {Name: "Due"}, {Name: "With"}}}}
	for i := range n {
		due := cell{Text: "In 12 days", Note: "4 Dec 2026"}
		if i < 2 {
			due = cell{Text: "4 days late", Note: "18 Nov 2026", Tone: toneWarn}
		}
		d.List.Rows = append(d.List.Rows, row{{Text: "Evaluation", Note: "Evaluate how the apprentice comes on."}, {Text: fmt.Sprintf("Maya Okafor %d", i), Href: "/apprentices/maya-2026"}, due, {Text: "Priya Raman"}})
	}
	if n == partOfList {
		d.List.Total, d.List.Previous, d.List.Next = 3*n, "/deadlines?part=1", "/deadlines?part=3"
		d.List.Rows[3][0].Text, d.List.Rows[4][1].Text = hostile, "Sozialversicherungsfachangestelltenausbildungsverordnung"
	}
	return d
}

func sampleFilings() listingData {
	return listingData{frame: coordinatorFrame("Filings"), Heading: "One filing is late", Filter: sampleFilter(), List: list{Caption: "What agencies have to be told, and were", Total: 2, CSV: "/filings.csv",
		Columns: []column{{Name: "What happened", Notes: "Agency"}, {Name: "Apprentice"}, {Name: "Due"}, {Name: "State", Notes: "Reference"}},
		Rows: []row{
			{{Text: "The apprenticeship began.", Note: "State agency", Href: "/filings/maya-2026/6"}, {Text: "Maya Okafor", Href: "/apprentices/maya-2026"}, {Text: "4 days late", Note: "18 Nov 2026", Tone: toneWarn}, {Text: "To be written", Tone: toneMute}},
			{{Text: "Probation was completed.", Note: hostile, Href: "/filings/ben-2026/8"}, {Text: "Ben Achterberg", Href: "/apprentices/ben-2026"}, {Text: "9 Nov 2026"}, {Text: "Accepted", Tone: toneOK, Note: "RA-2231"}},
		}}}
}

func sampleFiling(act *filingAct) filingData {
	return filingData{frame: coordinatorFrame("Filing"), Heading: "The apprenticeship began.", Lead: "State agency has to be told of Maya Okafor by 22 October 2026.", Back: "/filings", Step: 2, Act: act, Written: act == nil,
		Steps: []signOff{{"It happened", "", "7 Sep", stateDone}, {"Written", "", "By 22 Oct", stateReview}, {"Sent", "", "", stateAhead}, {"Answered", "", "", stateAhead}},
		Form:  []fact{{"Apprentice", "Maya Okafor"}, {"Registration number", "A-1"}, {"Occupation", hostile}, {"On the job", "320 hours"}}}
}

func wrongFiling() filingData {
	d := sampleFiling(&filingAct{Path: "/filings/maya-2026/6", Key: "k", Send: true, Reference: "?", Errors: fieldErrors{"reference": "Give the reference of the agency's receipt."}})
	d.Heading = hostile
	d.Problems = []problem{{"reference", "Give the reference of the agency's receipt."}}
	d.Wrong = &note{Who: "State agency", When: "20 Oct", Text: "The occupation code is missing.", At: domain.NewDate(2026, 10, 20).String()}
	return d
}

func sampleRatio() listingData {
	return listingData{frame: coordinatorFrame("Ratio"), Heading: "One site is short of journeyworkers", Filter: sampleFilter(), List: list{Caption: "Apprentices and journeyworkers at each site", Total: 2, CSV: "/ratio.csv",
		Columns: []column{{Name: "Site", Notes: "Programme"}, {Name: "Apprentices", Number: true}, {Name: "Journeyworkers", Number: true}, {Name: "Allowed"}, {Name: "Standing"}},
		Rows: []row{
			{{Text: "Riverside campus", Note: "Health information technology", Href: "/ratio/health-it/riverside"}, {Text: "4"}, {Text: "3"}, {Text: "1 for 1"}, {Text: "1 journeyworker is missing", Tone: toneWarn}},
			{{Text: hostile, Note: hostile, Href: "/ratio/health-it/main"}, {Text: "2"}, {Text: "2"}, {Text: "1 for 1"}, {Text: "Full", Tone: toneOK}},
		}}}
}

func sampleWages() listingData {
	return listingData{frame: coordinatorFrame("Wages"), Heading: "One wage step is to be approved", Lead: "One wage is below the schedule.", Filter: sampleFilter(), List: list{Caption: "Wage steps, those to be approved first", Total: 2, CSV: "/wages.csv",
		Columns: []column{{Name: "Apprentice", Notes: "Detail"}, {Name: "Step"}, {Name: "Standing", Notes: "Since"}, {Name: "Wage for an hour", Notes: "By the schedule", Number: true}},
		Rows: []row{
			{{Text: "Maya Okafor", Note: "1,000 h are reached", Href: "/wages/maya-2026"}, {Text: "2"}, {Text: "To be approved", Note: "9 Nov 2026", Tone: toneWarn}, {Text: "$24.50", Note: "$24.50"}},
			{{Text: hostile, Note: hostile, Href: "/wages/ben-2026"}, {Text: "1"}, {Text: "Approved", Note: "7 Sep 2026", Tone: toneOK}, {Text: "$21.00", Note: "$21.60"}},
		}}}
}

func sampleTopics() []outcomeTopic {
	bars := []outcomeBar{{Value: "31 of 40", Width: 775}, {Series: 1, Value: "Hidden because fewer than 10, or beside a group of fewer", Hidden: true}}
	table := &list{Caption: "Retention", Columns: []column{{Name: "Site"}, {Name: "Take part"}, {Name: "Take no part"}}, Rows: []row{{{Text: hostile}, {Text: "31 of 40"}, {Text: "None"}}}}
	return []outcomeTopic{
		{ID: "retention", Title: "Retention", Figure: "62 of 80", Label: "Take part, and are still here", How: "Of everybody who takes part, how many have not left the hospital.", Series: []string{"Take part", "Take no part"},
			Groups: []outcomeGroup{{"Riverside campus", bars}, {hostile, bars}}, Table: table},
		{ID: "invitations", Title: "Invitations", Label: "Nothing is counted yet. It will be as soon as there is something to count.", How: "Everybody who was invited.", Table: table},
	}
}
