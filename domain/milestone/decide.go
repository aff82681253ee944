package milestone

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/guildhall-dev/guildhall/domain"
)

// Start begins a milestone.
type Start struct {
	domain.Request
	Started Started
	Open    bool // the milestone belongs to the role the apprentice has now
}

func (c Start) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Started.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_MILESTONE", "The apprentice begins a milestone.")
	case s.status != none:
		return nil, nil
	case !c.Open:
		return nil, domain.Refuse(domain.Conflict, "NOT_OPEN", "This milestone belongs to another role on the pathway. It opens with that role.")
	}
	return []Event{c.Started}, nil
}

// SubmitEvidence shows something for a milestone; the assessor reviews it next.
type SubmitEvidence struct {
	domain.Request
	EvidenceSubmitted EvidenceSubmitted
}

func (c SubmitEvidence) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, domain.Refuse(domain.Conflict, "NOT_STARTED", "Begin the milestone first.")
	case c.By.Person != s.person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_MILESTONE", "Evidence is shown by the apprentice it is about.")
	case s.byCredit:
		return nil, domain.Refuse(domain.Conflict, "ATTAINED_BY_CREDIT", "This milestone is attained when the college awards the credit. No evidence is needed.")
	case s.status == attained:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ATTAINED", "This milestone is attained already.")
	case s.status == underReview && c.EvidenceSubmitted == s.last:
		return nil, nil
	case c.EvidenceSubmitted.Kind != Lab && c.EvidenceSubmitted.Kind != Course && c.EvidenceSubmitted.Kind != Work && c.EvidenceSubmitted.Kind != Certificate:
		return nil, domain.Refuse(domain.Invalid, "BAD_EVIDENCE", "Evidence is of a lab, a course, work or a certificate.").About("kind")
	case c.EvidenceSubmitted.Note == "":
		return nil, domain.Refuse(domain.Invalid, "NOTE_MISSING", "Say in a sentence what you did and what it shows.").About("note")
	}
	return []Event{c.EvidenceSubmitted}, nil
}

// Link is the web address that evidence is behind, as it is kept: empty, or one that
// shows where it leads.
func Link(s string) (string, error) {
	s = domain.Written(s)
	if s != "" && !isWebAddress(s) {
		return "", domain.Refuse(domain.Invalid, "BAD_LINK", "%q is not a web address. A link begins with https://.", s).About("uri")
	}
	return s, nil
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && len(s) <= 2000 &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// Assess rates the evidence. The assessor is named with the evidence and never the apprentice.
type Assess struct {
	domain.Request
	Stream   domain.Stream // of the milestone: the basis of attaining it
	Rating   int
	Feedback domain.Sealed
}

func (c Assess) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_MILESTONE", "This milestone was not begun.")
	case c.By.Person == s.person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_MILESTONE", "Nobody assesses their own work.")
	case c.By.Role != domain.Mentor && c.By.Role != domain.Manager:
		return nil, domain.Refuse(domain.Forbidden, "NOT_ASSESSOR", "A milestone is assessed by the apprentice's mentor.")
	case s.status == attained:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ATTAINED", "This milestone is attained already.")
	case s.status != underReview:
		return nil, domain.Refuse(domain.Conflict, "NOTHING_TO_ASSESS", "There is no new evidence to assess.")
	case c.By.Person != s.assessor:
		return nil, domain.Refuse(domain.Forbidden, "NOT_ASSESSOR", "This evidence is with another assessor.")
	case c.Rating < 0 || c.Rating > TopRating:
		return nil, domain.Refuse(domain.Invalid, "BAD_RATING", "Rate from 0 to %d.", TopRating).About("rating")
	case c.Rating < s.passLevel && c.Feedback == "":
		return nil, domain.Refuse(domain.Invalid, "FEEDBACK_MISSING", "Say what is missing to pass.").About("feedback")
	}
	out := []Event{Assessed{Assessor: c.By.Person, Rating: c.Rating, Attempt: s.attempts + 1}}
	if c.Rating < s.passLevel {
		return append(out, NotYetAttained{Feedback: c.Feedback}), nil
	}
	return append(out, Attained{On: c.Today(), Level: c.Rating, Basis: string(c.Stream), Feedback: c.Feedback}), nil
}

// AttainByCredit records that a college's award meets the requirement, whether or not it was begun.
type AttainByCredit struct {
	domain.Request
	Started Started
	Credit  domain.Stream
}

func (c AttainByCredit) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "FOLLOWS_CREDIT", "This follows from a college's award.")
	case s.status == attained:
		return nil, nil
	}
	var out []Event
	if s.status == none {
		out = append(out, c.Started)
	}
	return append(out, Attained{On: c.Today(), Basis: string(c.Credit)}), nil
}
