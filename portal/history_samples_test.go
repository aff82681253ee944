package portal

import (
	"html/template"

	"github.com/guildhall-dev/guildhall/domain"
)

func historySamples() []sample {
	return []sample{
		of("record", recordPage, sampleTranscript("Maya Okafor")),
		of("record empty", recordPage, recordData{frame: apprenticeFrame("Your record"), Learner: "Ana Lindqvist", Own: true, Pathway: "Desktop support", Standing: standing{"Starts 1 Dec", toneInfo}, On: domain.NewDate(2026, 11, 22), Path: "/record", CSV: "/record.csv", Back: "/pathway",
			Parts: []recordPart{{list{Caption: "Roles held"}, "roles", "Roles are listed here from the first day on."}}}),
		of("record hostile", recordPage, sampleTranscript(hostile)),
		of("certificate", certificatePage, certificateData{frame: apprenticeFrame("Certificate of completion"), Learner: hostile, Pathway: "Help desk to security analyst", CompletedOn: domain.NewDate(2026, 11, 20), Agency: "State agency", Number: "A-1", Certificate: "C-2041", Job: domain.Hours(4000), Class: domain.Hours(378), Back: "/record"}),
		of("history", historyPage, sampleHistory()),
		of("history empty", historyPage, historyData{frame: apprenticeFrame("History"), Learner: "Maya Okafor", Own: true, Figure: "Wage step", Path: "/history", Kind: "wage-step", Back: "/record"}),
	}
}

func sampleTranscript(name string) recordData {
	processes := list{Caption: "Hours by work process and course", Columns: []column{{Name: "Work process or course"}, {Name: "Kind"}, {Name: "Signed off", Number: true}, {Name: "Waiting", Number: true}}, Total: 1,
		Rows: []row{{{Text: "Alert triage", Href: "/history?figure=approved-minutes&of=wp-01"}, {Text: "On the job"}, {Text: "188 h"}, {Text: "27 h"}}}}
	credits := list{Caption: "College credits", Columns: []column{{Name: "Course", Notes: "College"}, {Name: "Credit", Number: true}, {Name: "State", Notes: "Since"}, {Name: "Counts for", Notes: "Rule and agreement"}}, Total: 1,
		Rows: []row{{{Text: "CYB 110 " + name, Note: "Lakeshore Community College"}, {Text: "4 credits"}, {Text: "Posted", Note: "30 Sep 2026"}, {Text: "Network defence course", Note: "Rule cyb-110 of agreement lakeshore-1"}}}}
	return recordData{frame: apprenticeFrame("Your record"), Said: sampleRemarks(name, true), Learner: name, Own: true, Pathway: "Help desk to security analyst", Standing: standing{"On track", toneOK}, On: domain.NewDate(2026, 11, 22), Past: "2026-11-22",
		Facts: []fact{{"Employer", "St. Alder Health"}, {"First day", "9 Feb 2026"}}, Sums: []fact{{"Hours on the job, signed off", "1,284 h"}}, Path: "/record", CSV: "/record.csv", Hours: "/record/hours.csv", Certificate: "/record/certificate", Back: "/pathway",
		Parts: []recordPart{{processes, "hours", "Hours are added up here."}, {credits, "credits", "Credits appear here."}}}
}

func sampleHistory() historyData {
	return historyData{frame: apprenticeFrame("History"), Learner: "Maya Okafor", Own: true, Figure: hostile, Said: sampleRemarks(hostile, true), Now: "1,284 h", More: 1, Path: "/history", Kind: "approved-minutes", Of: "wp-01", Day: "2026-11-01", Then: "On 1 November 2026 it was: 1,200 h.", Back: "/record",
		Sent: []shownWork{
			{"", "", hostile, evidence{link{"https://wiki.example/" + hostile, "https://wiki.example/incident"}, "Work", domain.NewDate(2026, 11, 2), hostile, sampleFiles(), false}},
			{"", "", "", evidence{link{"Attested by Lakeshore Community College", ""}, "Lab report", domain.NewDate(2026, 11, 1), "", nil, true}},
		},
		Changes: []figureChange{
			{[]template.HTML{english.mark("<strong>%s</strong> signed off the hours of %s", hostile, "the week of 9 November")}, "1,244 h", "1,284 h", "For 15 Nov 2026. Recorded 17 Nov 2026, 09:12."},
			{[]template.HTML{"<strong>Dana Whitfield</strong> signed off the hours of the week of 2 November."}, "", "1,244 h", "Recorded 10 Nov 2026, 08:40."},
		}}
}
