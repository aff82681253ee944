package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Exception is why the privacy officer discloses records without consent.
type Exception struct {
	Partner  domain.PartnerID
	Persons  []domain.PersonID
	Fields   []domain.Scope
	Basis    disclosure.Basis // an item of 34 CFR 99.31(a)
	Interest string
}

// DiscloseByException records that an institution is told what nobody consented to, on a
// ground of the law.
func (d *Desk) DiscloseByException(ctx context.Context, a Ask, e Exception) (domain.Stream, events.Position, error) {
	if a.By.Role != domain.PrivacyOfficer {
		return "", 0, domain.Refuse(domain.Forbidden, "NOT_PRIVACY_OFFICER", "Only the privacy officer discloses records without consent.")
	}
	if err := d.known(ctx, e.Partner); err != nil {
		return "", 0, err
	}
	if len(e.Persons) > disclosure.MaxPersons {
		return "", 0, domain.Refuse(domain.Invalid, "PERSONS_MISSING", "Name 1 to %d people.", disclosure.MaxPersons).About("persons")
	}
	for _, p := range e.Persons {
		if _, err := d.Read.Person(ctx, p); err != nil {
			return "", 0, err
		}
	}
	stream := disclosure.Stream(e.Partner, d.Today())
	p, err := execute(ctx, d, stream, disclosure.Evolve, disclosure.Disclose{Request: d.request(a), Partner: e.Partner, Persons: e.Persons,
		Fields: tidy(e.Fields), Basis: e.Basis, Interest: domain.Written(e.Interest)})
	return stream, p, err
}

// SeesDisclosures narrows a question for disclosures down to what an asker may see: the
// privacy officer and auditors all, a partner its own, everybody else those about themselves.
func SeesDisclosures(by domain.Actor, q projections.DisclosureQuery) (projections.DisclosureQuery, bool) {
	switch by.Role {
	case domain.PrivacyOfficer, domain.Auditor:
		return q, true
	case domain.Partner:
		if q.Partner == "" {
			q.Partner = by.Partner
		}
		return q, q.Partner == by.Partner && by.Partner != ""
	}
	if q.Person == "" {
		q.Person = by.Person
	}
	return q, q.Person == by.Person && by.Person != ""
}

// ReadsPrivacyLog reports whether an actor reads everybody's consents, disclosures and
// corrections: the privacy officer and auditors.
func ReadsPrivacyLog(by domain.Actor) bool {
	return by.Role == domain.PrivacyOfficer || by.Role == domain.Auditor
}

// maxSought is how many people a search in the privacy log finds at most.
const maxSought = 50

// Sought are the people whose number is text, or whose name has it, for those who read the
// privacy log; none if it says nothing.
func (d *Desk) Sought(ctx context.Context, by domain.Actor, text string) ([]domain.PersonID, error) {
	found := []domain.PersonID{}
	text = strings.ToLower(domain.Written(text))
	if !ReadsPrivacyLog(by) || text == "" {
		return found, nil
	}
	all, err := d.Read.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if string(p.ID) == text {
			return []domain.PersonID{p.ID}, nil
		}
		name, err := d.Name(ctx, p.Name)
		if err != nil {
			return nil, err
		}
		if len(found) < maxSought && !p.Erased && strings.Contains(strings.ToLower(name), text) {
			found = append(found, p.ID)
		}
	}
	return found, nil
}

// ConsentLog returns what learners let institutions see, the newest first, for those who read
// the privacy log.
func (d *Desk) ConsentLog(ctx context.Context, by domain.Actor, q projections.ConsentQuery) ([]projections.Consent, error) {
	if !ReadsPrivacyLog(by) {
		return nil, nil
	}
	return d.Read.AllConsents(ctx, q)
}

// Amendment returns a request to amend a record that the asker may see.
func (d *Desk) Amendment(ctx context.Context, by domain.Actor, person domain.PersonID, name string) (projections.Amendment, error) {
	if SeesAmendments(by, person) {
		all, err := d.Read.Amendments(ctx, person)
		if err != nil {
			return projections.Amendment{}, err
		}
		if at := slices.IndexFunc(all, func(a projections.Amendment) bool { return a.Name == name && a.Person == person }); at >= 0 {
			return all[at], nil
		}
	}
	return projections.Amendment{}, domain.Refuse(domain.NotFound, "NO_SUCH_REQUEST", "There is no such request.")
}

// NamesOf are the names of people, looked up at once.
func (d *Desk) NamesOf(ctx context.Context, ids ...domain.PersonID) (map[domain.PersonID]string, error) {
	known, err := d.Read.Named(ctx, ids...)
	if err != nil {
		return nil, err
	}
	names := make(map[domain.PersonID]string, len(known))
	for id, p := range known {
		if names[id], err = d.Name(ctx, p.Name); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// RequestAmendment asks for a record of the asker to be amended. The name is one of the asker's requests.
func (d *Desk) RequestAmendment(ctx context.Context, a Ask, name string, record domain.Stream, text string) (domain.Stream, events.Position, error) {
	l, err := d.Own(ctx, a.By)
	if err != nil {
		return "", 0, err
	}
	if owner, ok := belongsTo(record); !ok || owner != string(l.ID) && owner != string(l.Person) {
		return "", 0, domain.Refuse(domain.NotFound, "NO_SUCH_RECORD", "You have no such record.").About("recordId")
	}
	sealed, err := d.seal(ctx, l.Person, "text", text)
	if err != nil {
		return "", 0, err
	}
	stream := amendment.Stream(l.Person, name)
	p, err := execute(ctx, d, stream, amendment.Evolve, amendment.Ask{Request: d.request(a), Person: l.Person, Record: record, Text: sealed})
	return stream, p, err
}

// belongsTo is the apprenticeship or person that a record is kept under.
func belongsTo(s domain.Stream) (string, bool) {
	switch s.Category() {
	case "apprenticeship", "person":
		owner, err := s.Subject(s.Category())
		return owner, err == nil
	case "milestone", "credit", "transition", "timesheet", "consent":
		owner, _, err := s.Pair(s.Category())
		return owner, err == nil
	}
	return "", false
}

// DecideAmendment answers a learner's request.
func (d *Desk) DecideAmendment(ctx context.Context, a Ask, person domain.PersonID, name string, accepted bool, reason string) (events.Position, error) {
	sealed, err := d.aboutAmendment(ctx, a, person, name, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, amendment.Stream(person, name), amendment.Evolve, amendment.Answer{Request: d.request(a), Accepted: accepted, Reason: sealed})
}

// AddStatement lets the learner's view stay with a record that was not amended.
func (d *Desk) AddStatement(ctx context.Context, a Ask, person domain.PersonID, name, statement string) (events.Position, error) {
	sealed, err := d.aboutAmendment(ctx, a, person, name, "statement", statement)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, amendment.Stream(person, name), amendment.Evolve, amendment.Remark{Request: d.request(a), Statement: sealed})
}

// RequestHearing challenges the refusal of a request of the asker.
func (d *Desk) RequestHearing(ctx context.Context, a Ask, person domain.PersonID, name string) (events.Position, error) {
	if _, err := d.aboutAmendment(ctx, a, person, name, "", ""); err != nil {
		return 0, err
	}
	return execute(ctx, d, amendment.Stream(person, name), amendment.Evolve, amendment.AskHearing{Request: d.request(a)})
}

// SetHearing tells a learner who asked for a hearing on which day, at what time and where it is.
func (d *Desk) SetHearing(ctx context.Context, a Ask, person domain.PersonID, name string, day domain.Date, at domain.Minutes, place string) (events.Position, error) {
	sealed, err := d.aboutAmendment(ctx, a, person, name, "place", place)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, amendment.Stream(person, name), amendment.Evolve, amendment.SetHearing{Request: d.request(a), Notice: amendment.HearingSet{Day: day, Time: at, Place: sealed}})
}

// A Hearing is what came of one.
type Hearing struct {
	On       domain.Date
	HeldBy   domain.PersonID // who worked here on that day
	Accepted bool
	Reason   string
}

// RecordHearing tells what came of a hearing that a learner asked for.
func (d *Desk) RecordHearing(ctx context.Context, a Ask, person domain.PersonID, name string, h Hearing) (events.Position, error) {
	sealed, err := d.aboutAmendment(ctx, a, person, name, "reason", h.Reason)
	if err != nil {
		return 0, err
	}
	if h.HeldBy != "" {
		c, err := d.Chronicle(ctx, h.HeldBy)
		if err != nil {
			return 0, err
		}
		if !c.Here(h.On) {
			return 0, domain.Refuse(domain.Invalid, "NOT_HERE", "A hearing is held by somebody who works here on that day.").About("heldById")
		}
	}
	r := d.request(a)
	if h.On.IsZero() {
		return 0, domain.Refuse(domain.Invalid, "DAY_MISSING", "Say on which day the hearing was held.").About("on")
	}
	r.On = h.On
	return execute(ctx, d, amendment.Stream(person, name), amendment.Evolve, amendment.RecordHearing{Request: r, HeldBy: h.HeldBy, Accepted: h.Accepted, Reason: sealed})
}

// Hearers are colleagues who may hold a hearing about a request: those who act in an office, and
// whom it does not concern. The privacy officer chooses among them.
func (d *Desk) Hearers(ctx context.Context, by domain.Actor, about projections.Amendment) ([]Colleague, error) {
	if by.Role != domain.PrivacyOfficer {
		return nil, nil
	}
	all, err := d.Read.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []Colleague
	for _, p := range all {
		office := p.Acts(domain.Coordinator, domain.HR, domain.PrivacyOfficer, domain.EEOOfficer, domain.Executive)
		if !office || p.Erased || !p.LeftOn.IsZero() || p.ID == about.Person || p.ID == about.DecidedBy {
			continue
		}
		c, err := d.named(ctx, by, p)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// WithdrawAmendment takes a request of the asker back.
func (d *Desk) WithdrawAmendment(ctx context.Context, a Ask, person domain.PersonID, name string) (events.Position, error) {
	if _, err := d.aboutAmendment(ctx, a, person, name, "", ""); err != nil {
		return 0, err
	}
	return execute(ctx, d, amendment.Stream(person, name), amendment.Evolve, amendment.Withdraw{Request: d.request(a)})
}

// aboutAmendment seals what is said about a request that the asker may see.
func (d *Desk) aboutAmendment(ctx context.Context, a Ask, person domain.PersonID, name, field, text string) (domain.Sealed, error) {
	if !SeesAmendments(a.By, person) {
		return "", domain.Refuse(domain.NotFound, "NO_SUCH_REQUEST", "There is no such request.")
	}
	s, _, err := events.Load(ctx, d.Log, amendment.Stream(person, name), amendment.Evolve)
	if err != nil {
		return "", err
	}
	if s.Asked() == (amendment.Requested{}) {
		return "", domain.Refuse(domain.NotFound, "NO_SUCH_REQUEST", "There is no such request.")
	}
	return d.seal(ctx, person, field, text)
}

// SeesAmendments reports whether an asker may see requests of a person: the person, the
// privacy officer and auditors.
func SeesAmendments(by domain.Actor, person domain.PersonID) bool {
	return by.Role == domain.PrivacyOfficer || by.Role == domain.Auditor || by.Person != "" && by.Person == person
}

// AddPartner records an institution that the hospital works with.
func (d *Desk) AddPartner(ctx context.Context, a Ask, id domain.PartnerID, o partner.Onboarded) (events.Position, error) {
	if !domain.ValidID(id) {
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", id).About("id")
	}
	o.Name = domain.Written(o.Name)
	return execute(ctx, d, partner.Stream(id), partner.Evolve, partner.Onboard{Request: d.request(a), Onboarded: o})
}

// SuspendPartner stops an institution from seeing and recording anything, at once.
func (d *Desk) SuspendPartner(ctx context.Context, a Ask, id domain.PartnerID, reason string) (events.Position, error) {
	return execute(ctx, d, partner.Stream(id), partner.Evolve, partner.Suspend{Request: d.request(a), Reason: domain.Written(reason)})
}

// ResumePartner lets a suspended institution take part again.
func (d *Desk) ResumePartner(ctx context.Context, a Ask, id domain.PartnerID) (events.Position, error) {
	return execute(ctx, d, partner.Stream(id), partner.Evolve, partner.Resume{Request: d.request(a)})
}
