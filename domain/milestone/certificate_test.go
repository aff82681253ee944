package milestone

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestACertificateCarriesWhatRestsOnIt(t *testing.T) {
	const plus = "credential-plus"
	ended, again := today.AddMonths(36), today.AddMonths(40)
	last := again.AddMonths(36)
	lapse := Lapse{policyOn(ended), plus, ended}
	renew := Renew{policyOn(again.AddDays(5)), plus, again, last}
	gone := after(passed, Expired{On: ended, Basis: plus})
	back := Renewed{Certificate: plus, On: again, Level: 3, Basis: plus}

	year := today.AddMonths(12).AddDays(-1)
	valid := []Event{yearly, evidence, rated(3, 1), Attained{On: today, Level: 3, Basis: string(here), ValidUntil: year}}
	over := after(valid, Expired{On: year.AddDays(1)})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "it expires with the certificate", Given: passed, When: lapse, Then: gone[4:]},
		{Name: "once", Given: gone, When: lapse},
		{Name: "what was attained since rests on something else", Given: passed, When: Lapse{policyOn(ended), plus, today}},
		{Name: "what was not attained does not expire", Given: shown, When: lapse},
		{Name: "what was waived does not expire", Given: []Event{Waived{"ana", "kim", today, Equivalent, why}}, When: lapse},
		{Name: "nobody lets it expire", Given: passed, When: Lapse{kim, plus, ended}, Refused: "FOLLOWS_CERTIFICATE"},

		{Name: "a renewal brings it back", Given: gone, When: renew, Then: []Event{back}},
		{Name: "once, however often it is told", Given: after(gone, back), When: renew},
		{Name: "from before it ended, if it was renewed in time", Given: gone, When: Renew{policyOn(again), plus, ended.AddDays(-9), last}, Then: []Event{Renewed{Certificate: plus, On: ended.AddDays(-9), Level: 3, Basis: plus}}},
		{Name: "while other evidence is looked at", Given: after(gone, better), When: renew, Then: []Event{back}},
		{Name: "or did not pass", Given: after(gone, better, rated(1, 2), NotYetAttained{why}), When: renew, Then: []Event{back}},
		{Name: "not once it was revoked", Given: after(passed, Revoked{"kim", why, string(here)}), When: renew},
		{Name: "nor what was attained anew and lost by a correction", Given: after(gone, better, rated(3, 2), Attained{On: again, Level: 3, Basis: string(here)}, AssessmentCorrected{"tom", 2, Mark{Rating: 3}, Mark{Rating: 1}, why}, NotYetAttained{why}), When: renew},
		{Name: "nor what was never attained", Given: shown, When: renew},
		{Name: "nor what is attained for good", Given: passed, When: renew},
		{Name: "nobody brings it back", Given: gone, When: Renew{kim, plus, again, last}, Refused: "FOLLOWS_CERTIFICATE"},
		{Name: "it expires again", Given: after(gone, back), When: Lapse{policyOn(last), plus, last}, Then: []Event{Expired{On: last, Basis: plus}}},
		{Name: "what was done for it before is not corrected", Given: after(gone, back), When: CorrectAssessment{tom, here, 1, Mark{Rating: 1}, why}, Refused: "LAPSED"},

		{Name: "what is valid for a time is valid as long as the renewed certificate", Given: valid, When: Renew{policyOn(year), plus, year, last},
			Then: []Event{Renewed{Certificate: plus, On: year, Level: 3, Basis: string(here), ValidUntil: last}}},
		{Name: "and still rests on what was done for it", Given: after(valid, Renewed{Certificate: plus, On: year, Level: 3, Basis: string(here), ValidUntil: last}), When: CorrectAssessment{tom, here, 1, Mark{Rating: 1}, why},
			Then: []Event{AssessmentCorrected{"tom", 1, Mark{Rating: 3}, Mark{Rating: 1}, why}, NotYetAttained{why}}},
		{Name: "an old certificate lengthens nothing", Given: valid, When: Renew{policyOn(year), plus, today, year}},
		{Name: "nor brings back what is over by itself", Given: over, When: Renew{policyOn(again), plus, today, last}},
		{Name: "a newer one does", Given: over, When: renew, Then: []Event{Renewed{Certificate: plus, On: again, Level: 3, Basis: plus, ValidUntil: last}}},
		{Name: "for its own time, if the certificate has no end", Given: over, When: Renew{policyOn(again), plus, again, domain.Date{}},
			Then: []Event{Renewed{Certificate: plus, On: again, Level: 3, Basis: plus, ValidUntil: again.AddMonths(12).AddDays(-1)}}},
	})
}
