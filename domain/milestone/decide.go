package milestone

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/guildhall-dev/guildhall/domain"
)

// Plan sets the day by which a milestone should be attained. The apprentice and those who
// support them do.
type Plan struct {
	domain.Request
	Planned Planned
}

func (c Plan) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Planned.Person && c.By.Role != domain.Mentor && c.By.Role != domain.Manager && c.By.Role != domain.Coordinator:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_MILESTONE", "A milestone is planned by the apprentice, a mentor, the manager or a coordinator.")
	case s.status == attained || s.status == waived:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ATTAINED", "This milestone is met already.")
	case s.due == c.Planned.Due:
		return nil, nil
	case c.Planned.Due.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "%s has passed. Plan for a day to come.", c.Planned.Due.Format("2 January 2006")).About("due")
	}
	return []Event{c.Planned}, nil
}

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
		return nil, notOpen
	}
	return []Event{c.Started}, nil
}

var notOpen = domain.Refuse(domain.Conflict, "NOT_OPEN", "This milestone belongs to another role on the pathway. It opens with that role.")

// SubmitEvidence shows something for a milestone; the assessor reviews it next.
type SubmitEvidence struct {
	domain.Request
	EvidenceSubmitted EvidenceSubmitted
	Counted           bool // an attempt has succeeded with the very same thing
}

func (c SubmitEvidence) Decide(s State) ([]Event, error) {
	e := c.EvidenceSubmitted
	switch {
	case s.status == waived:
		return nil, domain.Refuse(domain.Conflict, "WAIVED", "This milestone is waived. No evidence is needed.")
	case !s.started:
		return nil, domain.Refuse(domain.Conflict, "NOT_STARTED", "Begin the milestone first.")
	case c.By.Person != s.person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_MILESTONE", "Evidence is shown by the apprentice it is about.")
	case s.byCredit:
		return nil, domain.Refuse(domain.Conflict, "ATTAINED_BY_CREDIT", "This milestone is attained when the college awards the credit. No evidence is needed.")
	case s.status == attained:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ATTAINED", "This milestone is attained already.")
	case s.status == underReview && same(e, s.last) && e.Assessor == s.last.Assessor && slices.Equal(e.Team, s.last.Team):
		return nil, nil
	case e.Kind != Lab && e.Kind != Course && e.Kind != Work && e.Kind != Certificate:
		return nil, domain.Refuse(domain.Invalid, "BAD_EVIDENCE", "Evidence is of a lab, a course, work or a certificate.").About("kind")
	case e.Note == "":
		return nil, domain.Refuse(domain.Invalid, "NOTE_MISSING", "Say in a sentence what you did and what it shows.").About("note")
	case s.terms.Product && e.Product == "":
		return nil, domain.Refuse(domain.Invalid, "PRODUCT_MISSING", "Name the real problem that this was applied to, and what came of it.").About("product")
	case len(e.Team) > 0 && !s.terms.Team:
		return nil, domain.Refuse(domain.Invalid, "NOT_FOR_TEAMS", "This milestone is shown by one apprentice alone. Leave the team out.").About("team")
	case slices.Contains(e.Team, s.person):
		return nil, domain.Refuse(domain.Invalid, "ALREADY_IN_THE_TEAM", "You are part of the team as it is. Name the others.").About("team")
	case len(e.Files) > MaxFiles:
		return nil, domain.Refuse(domain.Invalid, "TOO_MANY_FILES", "Send at most %d files at once.", MaxFiles).About("file")
	case c.Counted || s.counted(e):
		return nil, sameEvidence
	}
	return []Event{e}, nil
}

var sameEvidence = domain.Refuse(domain.Conflict, "SAME_EVIDENCE", "This has been counted for the milestone before. Something else has to be shown.")

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

// ShowTogether gives a member of a team the evidence that another member has shown, whether or
// not they had begun the milestone.
type ShowTogether struct {
	domain.Request
	Started           Started
	Open              bool
	EvidenceSubmitted EvidenceSubmitted // From is what the other has shown
}

func (c ShowTogether) Decide(s State) ([]Event, error) {
	e := c.EvidenceSubmitted
	switch {
	case c.By.Role != domain.System || e.From == (Piece{}):
		return nil, domain.Refuse(domain.Forbidden, "FOLLOWS_TEAM", "This follows from what a member of the team shows.")
	case !c.Started.Terms.Team || c.Started.ByCredit || !s.started && !c.Open || s.status == attained || s.status == waived:
		return nil, nil
	case s.together[e.From]:
		return nil, nil
	case !s.started:
		return []Event{c.Started, e}, nil
	}
	return []Event{e}, nil
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
	case s.status == attained || s.status == waived || s.used[string(c.Credit)]:
		return nil, nil
	}
	var out []Event
	if !s.started {
		out = append(out, c.Started)
	}
	return append(out, Attained{On: c.Today(), Basis: string(c.Credit)}), nil
}
