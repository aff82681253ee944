package portal

import "github.com/guildhall-dev/guildhall/domain"

func eraseSamples() []sample {
	asks, waits := sampleErasure(), sampleErasure()
	asks.Ask = &erasureForm{Name: "Maya Okafor", Reasons: []option{{Value: "asked", Label: "They asked for it"}, {Value: "retention", Label: "Their data was kept long enough"}}}
	wrong := asks
	wrong.Ask = &erasureForm{Name: "Maya Okafor", Reasons: []option{{Value: "asked", Label: "They asked for it", Chosen: true}}, Reference: hostile, Typed: hostile}
	wrong.Problems, wrong.Errors = []problem{{"reference", hostile}}, fieldErrors{"reference": hostile}
	waits.Request = &erasureRequest{By: "Ruth Adeyemi", Ground: "They asked for it", Reference: "DSR-2026/14", On: sunday, Word: "Waits for a second person", Tone: toneWarn}
	decides, mine, refused := waits, waits, waits
	decides.Decide, decides.Of = &erasureForm{Name: "Maya Okafor", Reason: hostile}, 7
	mine.Withdraw, mine.Of = true, 7
	refused.Request = &erasureRequest{By: hostile, Ground: "They asked for it", Reference: "DSR-1", On: sunday, Word: "Refused", Tone: toneMute, DecidedBy: hostile, DecidedOn: sunday, Refusal: hostile}
	gone := eraseData{frame: managerFrame("Erasures", 0), Heading: "This person was erased", Path: "/erasures/maya", Key: "k"}
	return []sample{
		of("erase", erasePage, asks), of("erase wrong", erasePage, wrong), of("erase waits", erasePage, waits), of("erase decides", erasePage, decides),
		of("erase withdraws", erasePage, mine), of("erase refused", erasePage, refused), of("erased", erasePage, gone),
	}
}

func sampleErasure() eraseData {
	return eraseData{frame: managerFrame("Erasures", 0), Heading: "Erase Maya Okafor?", Lead: "One person asks and another one confirms.", Path: "/erasures/maya", Key: "k",
		Effects: []string{"The name can never be read again.", "It cannot be undone."}, Kept: "Records are kept until " + domain.NewDate(2031, 6, 1).String() + "."}
}
