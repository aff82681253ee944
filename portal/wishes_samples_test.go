package portal

import "github.com/guildhall-dev/guildhall/domain"

func wishSamples() []sample {
	hard := sampleWishes()
	hard.Seats[0].Title, hard.Referrals[0], hard.Suggestions[0] = hostile, referral{hostile, hostile, hostile, "12 Nov 2026", "/career/referrals/3"}, suggestion{hostile, hostile, hostile, "3 Nov 2026", "/career/roles/x"}
	hard.Wishes[0].Title, hard.Cohorts[0].Title, hard.Memberships[0].Association, hard.Referred[0].Name = hostile, hostile, hostile, hostile
	hard.Aims[0].Label, hard.Wish.Note, hard.Refer.Number = hostile, hostile, hostile
	bad := sampleWishes()
	bad.Errors = fieldErrors{"refer-number": "There is no such person.", "join-on": "That is not a day.", "wish-note": "Shorten it.", "mentor-note": "Shorten it."}
	bad.Problems = []problem{{"refer-number", "There is no such person."}}
	return []sample{
		of("interests", wishesPage, sampleWishes()),
		of("interests of somebody new", wishesPage, wishesData{frame: apprenticeFrame("Interests"), Key: "k", Aims: []option{{Value: "pathway.x", Label: "Help desk to security analyst"}},
			Mentoring: []mentoring{{Kind: "expert", Label: "As somebody who knows the work", Hint: "You look at evidence."}}}),
		of("interests wrong", wishesPage, bad),
		of("interests with hostile words", wishesPage, hard),
	}
}

func sampleWishes() wishesData {
	day := domain.NewDate(2026, 11, 3)
	return wishesData{frame: apprenticeFrame("Interests"), Key: "k", Join: joinForm{On: "2026-11-22"},
		Seats:       []seatOffer{{"Cloud foundations", "11 Jan 2027 to 2 Apr 2027, remote", domain.NewDate(2026, 11, 30), "/career/cohorts/cloud/seat"}},
		Referrals:   []referral{{"Joan Mercer", "Nursing to clinical informatics", "Asks why a field is there.", "12 Nov 2026", "/career/referrals/3"}},
		Suggestions: []suggestion{{"Security analyst", "Priya Raman", "Worth a look.", "3 Nov 2026", "/career/roles/security-analyst"}},
		Wishes:      []wish{{"Systems administration to cloud and integration", "I like scripts.", "pathway.administrator-to-cloud-integration", day}},
		Cohorts: []cohortEntry{{"Cloud foundations", "11 Jan 2027 to 2 Apr 2027, remote", "4 seats are free", "", "", "/career/cohorts/cloud/apply", ""},
			{"Data literacy", "1 Feb 2027 to 2 Apr 2027, on site", "", "You are on the waiting list", toneInfo, "", "/career/cohorts/data/leave"}},
		Aims:        []option{{Value: "pathway.help-desk-to-security-analyst", Label: "Help desk to security analyst"}},
		Mentoring:   []mentoring{{"expert", "As somebody who knows the work", "You look at evidence.", domain.Date{}, ""}, {"peer", "As somebody on the way", "You answer newcomers.", day, "At the service desk."}},
		Memberships: []membership{{"HIMSS", day, domain.Date{}, "/career/memberships/4/end"}, {"ISACA", day, domain.NewDate(2026, 11, 20), ""}},
		Referred:    []referred{{"Hannah Cole", "Nursing to clinical informatics", "Not answered yet"}},
		Refer:       referForm{Colleagues: []option{{Value: "ana", Label: "Ana Lindqvist"}}},
	}
}
