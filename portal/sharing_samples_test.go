package portal

import "github.com/guildhall-dev/guildhall/domain"

func sharingSamples() []sample {
	asked := domain.NewDate(2026, 11, 9)
	requests := []correction{
		{ID: "a-plus", Record: "Milestone: CompTIA A+ certificate", Asked: asked, Text: "I passed two days before.", Word: "Being looked into", Tone: toneInfo, Wait: "You are heard on Thursday 3 December at 14:30. You may bring somebody, and show what you want looked at.", Place: "Room 2, main building", Withdraw: "/sharing/amendments/a-plus/withdraw"},
		{ID: "drill", Record: "Milestone: Ward downtime drill", Asked: asked, Text: "It should be a 4.", Word: "Not corrected", Tone: toneMute, By: "Vera Lindgren", Answer: "The mentor stands by it.", Decided: asked, Statements: []string{"I led both floors."}, Remark: "/sharing/amendments/drill/statement", Hearing: "/sharing/amendments/drill/hearing", Wrong: "Write what should stay with the record."},
	}
	records := []option{{Value: "person-maya", Label: "Your name, job and workplace"}}
	hard := correction{ID: "x", Record: hostile, Asked: asked, Text: hostile, Place: hostile, Word: "Not corrected", Tone: toneMute, By: hostile, Answer: hostile, Decided: asked, Heard: asked, HeardBy: hostile, Outcome: hostile, Statements: []string{hostile}, Statement: hostile, Remark: "/sharing/amendments/x/statement"}
	days := []toldDay{{"Tuesday 10 November 2026", []toldEntry{{"Lakeshore Community College", "Credits", "Award of credit", "You consented"}}}}
	foot := list{Caption: "What institutions were told about you", Total: 61, CSV: "/sharing/disclosures.csv", Next: "/sharing/disclosures?part=2"}
	return []sample{
		of("own disclosures", ownDisclosuresPage, ownDisclosuresData{frame: apprenticeFrame("Who saw what"), Days: days, List: foot}),
		of("own disclosures none", ownDisclosuresPage, ownDisclosuresData{frame: apprenticeFrame("Who saw what")}),
		of("own disclosures with hostile words", ownDisclosuresPage, ownDisclosuresData{frame: apprenticeFrame("Who saw what"), Days: []toldDay{{"Tuesday 10 November 2026", []toldEntry{{hostile, hostile, hostile, hostile}}}}, List: foot}),
		of("amendments", amendmentsPage, amendmentsData{frame: apprenticeFrame("Corrections"), Key: "k", Requests: requests, Records: records, Days: 45}),
		of("amendments none", amendmentsPage, amendmentsData{frame: apprenticeFrame("Corrections"), Key: "k", Records: records, Days: 45}),
		of("amendments wrong", amendmentsPage, amendmentsData{frame: apprenticeFrame("Corrections"), Key: "k", Records: records, Days: 45, Text: hostile, Errors: fieldErrors{"text": "Say what is wrong."}, Requests: []correction{hard}}),
	}
}
