package milestone

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestAttesting(t *testing.T) {
	college := domain.Request{By: domain.Actor{Partner: "lakeshore", Role: domain.Partner}, At: time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC)}
	says := EvidenceSubmitted{Kind: Lab, Note: "sealed:ran the range", Assessor: "tom", Attestation: Attestation{Partner: "lakeshore", Ref: "R-1", On: today}}
	attest := func(change func(*Attest)) Attest {
		c := Attest{college, says}
		change(&c)
		return c
	}
	asIs := attest(func(*Attest) {})
	course := started
	course.ByCredit = true
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "an institution attests what the learner did there", Given: begun, When: asIs, Then: []Event{says}},
		{Name: "under a reference once", Given: after(begun, says), When: asIs},
		{Name: "also once it was assessed", Given: after(begun, says, rated(1, 1), NotYetAttained{why}), When: asIs},
		{Name: "and then under another one", Given: after(begun, says, rated(1, 1), NotYetAttained{why}), When: attest(func(c *Attest) { c.EvidenceSubmitted.Attestation.Ref = "R-2" }),
			Then: []Event{attest(func(c *Attest) { c.EvidenceSubmitted.Attestation.Ref = "R-2" }).EvidenceSubmitted}},
		{Name: "it attains nothing by itself, the assessor does", Given: after(begun, says), When: Assess{Request: tom, Stream: here, Rating: 3}, Then: []Event{rated(3, 1), Attained{On: today, Level: 3, Basis: string(here)}}},
		{Name: "nobody attests for another institution", Given: begun, When: attest(func(c *Attest) { c.By.Partner = "harbor" }), Refused: "NOT_YOURS_TO_ATTEST"},
		{Name: "nor a person", Given: begun, When: attest(func(c *Attest) { c.Request = tom }), Refused: "NOT_YOURS_TO_ATTEST"},
		{Name: "what waits is assessed first", Given: after(begun, evidence), When: asIs, Refused: "NOT_ASKED_FOR"},
		{Name: "what is attained is", Given: passed, When: asIs, Refused: "NOT_ASKED_FOR"},
		{Name: "what nobody has begun waits for the learner", When: asIs, Refused: "NOT_ASKED_FOR"},
		{Name: "credit is awarded and not attested", Given: []Event{course}, When: asIs, Refused: "NOT_ASKED_FOR"},
		{Name: "an attestation has a reference", Given: begun, When: attest(func(c *Attest) { c.EvidenceSubmitted.Attestation.Ref = " " }), Refused: "REFERENCE_MISSING"},
		{Name: "and says something", Given: begun, When: attest(func(c *Attest) { c.EvidenceSubmitted.Note = "" }), Refused: "NOTE_MISSING"},
		{Name: "of something", Given: begun, When: attest(func(c *Attest) { c.EvidenceSubmitted.Kind = "rumour" }), Refused: "BAD_EVIDENCE"},
		{Name: "that has happened", Given: begun, When: attest(func(c *Attest) { c.EvidenceSubmitted.Attestation.On = today.AddDays(1) }), Refused: "IN_THE_FUTURE"},
	})
}
