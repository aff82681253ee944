package milestone

import "github.com/guildhall-dev/guildhall/domain"

// Attest shows what an institution says of the apprentice: a lab, a course or a certificate of
// its own. It is evidence among other evidence, and attains nothing; the assessor reviews it
// next. A reference names one attestation: sent again, it changes nothing.
type Attest struct {
	domain.Request
	EvidenceSubmitted EvidenceSubmitted
}

func (c Attest) Decide(s State) ([]Event, error) {
	e := c.EvidenceSubmitted
	switch {
	case c.By.Partner == "" || c.By.Partner != e.Attestation.Partner:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_ATTEST", "An institution attests in its own name.")
	case s.attested[e.Attestation.name()]:
		return nil, nil
	case domain.Written(e.Attestation.Ref) == "":
		return nil, domain.Refuse(domain.Invalid, "REFERENCE_MISSING", "Send your own reference of the attestation.").About("externalRef")
	case domain.TooLong(e.Attestation.Ref):
		return nil, domain.Shorten("externalRef")
	case e.Kind != Lab && e.Kind != Course && e.Kind != Work && e.Kind != Certificate:
		return nil, domain.Refuse(domain.Invalid, "BAD_EVIDENCE", "Evidence is of a lab, a course, work or a certificate.").About("kind")
	case e.Note == "":
		return nil, domain.Refuse(domain.Invalid, "NOTE_MISSING", "Say in a sentence what the learner did and what it shows.").About("note")
	case !s.started || s.byCredit || s.terms.Product || s.status == attained || s.status == waived || s.status == underReview:
		return nil, domain.Refuse(domain.Conflict, "NOT_ASKED_FOR", "No attestation is asked for here now: the milestone is not begun, is met, has evidence waiting, or is met in another way. The learner knows which.")
	}
	if err := c.Past(e.Attestation.On); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// name tells a from other attestations for the milestone.
func (a Attestation) name() [2]string { return [2]string{string(a.Partner), a.Ref} }
