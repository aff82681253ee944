package portal

import "strings"

func careerSamples() []sample {
	long := strings.Repeat("Bereichsübergreifende", 4)
	return append(surveySamples(),
		of("career", careerPage, sampleCareer()),
		of("career of somebody without an apprenticeship", careerPage, careerData{frame: apprenticeFrame("Career map"), Role: "help desk analyst",
			Begin:  []pathwayStart{{"Help desk to security analyst", "security analyst", 30, "/career/roles/security-analyst"}},
			Levels: sampleCareer().Levels}),
		of("career empty", careerPage, careerData{frame: apprenticeFrame("Career map")}),
		of("career with hostile words", careerPage, careerData{frame: apprenticeFrame("Career map"), Role: hostile + long,
			Begin:  []pathwayStart{{hostile + long, hostile, 1, "/career/roles/x"}},
			Levels: []careerLevel{{hostile, []careerEntry{{hostile + long, "/career/roles/x", placeBeyond, "", hostile}}}}}),
		of("career role", careerRolePage, sampleCareerRole()),
		of("career role bare", careerRolePage, careerRoleData{frame: apprenticeFrame("Data scientist"), Role: "Data scientist", Lead: "No pathway leads there from help desk analyst.",
			Holders: "Nobody holds this role now.", Starts: []link{{"Data intern", "/career/roles/data-intern"}}}),
		of("career role hostile", careerRolePage, careerRoleData{frame: apprenticeFrame(hostile), Role: hostile, Lead: hostile, Holders: hostile, Source: hostile,
			Legs:     []careerLeg{{hostile + long, hostile, 0, 1, hostile, []turnRule{{rule{hostile, hostile, stateAgain, ""}, hostile}}}},
			Gap:      []skillGroup{{hostile, []skill{{hostile + long, []string{hostile}}}, []skill{{hostile, []string{hostile, long}}}}},
			Openings: []opening{{hostile + long, hostile}}, Starts: []link{{hostile, "/career/roles/x"}}}),
	)
}

func sampleCareer() careerData {
	return careerData{frame: apprenticeFrame("Career map"), Role: "help desk analyst",
		Drawing: &careerDrawing{Width: 478, Height: 162, Lines: []careerLine{{"M204 35C235 35 235 119 266 119", true, true}}, Roles: []careerNode{
			{X: 0, Y: 0, Width: 204, Height: 70, Place: placeHere, Href: "/career/roles/help-desk-analyst", Name: []label{{102, 31, "Help desk analyst"}}, Note: label{102, 49, "You are here"}, Held: 180, Bar: 180, BarY: 61},
			{X: 266, Y: 84, Width: 204, Height: 70, Place: placeNext, Href: "/career/roles/systems-administrator", Name: []label{{102, 31, "Systems administrator"}}, Note: label{102, 49, "Next on your pathway"}, Held: 51, Bar: 180, BarY: 61},
		}},
		Levels: []careerLevel{
			{"Where pathways begin", []careerEntry{{"Help desk analyst", "/career/roles/help-desk-analyst", placeHere, "You are here", "6 of 6 held"}}},
			{"One move on", []careerEntry{{"Systems administrator", "/career/roles/systems-administrator", placeNext, "Next on your pathway", "2 of 7 held · About 9 months from your role · One opening"}, {"Medical coder", "/career/roles/medical-coder", placeBeyond, "", ""}}},
		}}
}

func sampleCareerRole() careerRoleData {
	return careerRoleData{frame: apprenticeFrame("Security analyst"), Role: "Security analyst", Tag: "Next on your pathway", Tone: toneInfo, Ask: "/pathway#ready", Lead: "2 things are missing: 8 h, Network defence course.", Skills: "You hold 3 of these 9.",
		Legs: []careerLeg{{"Help desk analyst", "9 months on the pathway Help desk to security analyst", 1, 3, "2 things are missing: 8 h, Network defence course.", []turnRule{
			{rule{"400 hours at the help desk", "392 of 400 h, 4 h wait for sign-off", stateActive, ""}, "Your turn since 3 Aug"},
			{rule{"Network defence course", "Begun 14 Sep 2026", stateReview, ""}, "With Lakeshore Community College since 14 Sep"},
			{rule{"CompTIA A+ certificate", "22 Oct 2026", stateDone, ""}, ""}}}},
		Gap:    []skillGroup{{"Tasks", []skill{{"Take a call and see it through", []string{"By your work as help desk analyst"}}}, []skill{{"Investigate an alert and report it", []string{"Closed by the milestone Incident report"}}}}},
		Source: "St. Alder skills, version 1", Openings: []opening{{"Security analyst", "One place at Riverside campus"}}, Holders: "2 colleagues hold this role."}
}
