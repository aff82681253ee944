package portal

// teamSamples has the list of those whom somebody accompanies.
func teamSamples() []sample {
	return []sample{
		of("apprentices", listingPage, sampleTeam()),
		of("apprentices none", listingPage, listingData{frame: managerFrame("Apprentices", 0), Heading: "Nobody to accompany", Empty: emptiness{Title: "Nobody to accompany yet", Text: "Apprentices appear here when a coordinator names you."}}),
	}
}

func sampleTeam() listingData {
	return listingData{frame: managerFrame("Apprentices", 2), Heading: "61 apprentices", Lead: "Those you accompany or oversee.",
		Filter: &filter{Path: "/apprentices", Clear: "/apprentices", Inputs: []input{{Name: "q", Kind: lineInput, Label: "Name of an apprentice", Value: hostile, Optional: true},
			{Name: "risk", Kind: listInput, Label: "At risk", Optional: true, Options: []option{{Label: "All, at risk or not", Chosen: true}, {Value: "idle", Label: "No hours for two weeks"}}}}},
		List: list{Caption: "Apprentices", Total: 61, Next: "/apprentices?part=2", CSV: "/apprentices.csv",
			Columns: []column{{Name: "Apprentice"}, {Name: "Standing"}, {Name: "Due next"}, {Name: "Role now"}, {Name: "Hours in the role"}, {Name: "Milestones"}},
			Rows: []row{
				{{Text: "Ben Achterberg", Note: "From the help desk to security analyst", Href: "/apprentices/ben-2026", Initials: "BA"}, {Text: "Behind plan", Tone: toneWarn, Note: "No hours since the week of 2 Nov; CompTIA A+ runs out on 3 Jan 2027"}, {Text: "1 Dec 2026", Note: "Decision on a role change: Systems administrator, with Dana Whitfield"}, {Text: "Help desk analyst", Note: "Stage 1 of 3"}, {Text: "12 of 400 h", Note: "Plan for today: 96 h"}, {Text: "0 of 13"}},
				{{Text: hostile, Note: hostile, Href: "/apprentices/maya-2026", Initials: "MO"}, {Text: hostile, Tone: toneWarn}, {}, {Text: hostile, Note: "Stage 3 of 4"}, {Text: "188 of 400 h"}, {Text: "7 of 13"}},
			}}}
}
