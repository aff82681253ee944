package graphql

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A disclosureNode is a disclosure that the asker may see.
type disclosureNode struct {
	projections.Disclosure
	by    domain.Actor
	names map[domain.PartnerID]projections.Partner
}

var disclosureType = object("Disclosure", map[string]field[disclosureNode]{
	"cursor":   get(func(d disclosureNode) any { return fmt.Sprintf("%d.%d", d.Position, d.Place) }),
	"position": get(func(d disclosureNode) any { return positionText(d.Position) }),
	"partner":  get(func(d disclosureNode) any { return institution(d.names[d.Partner]) }),
	"personId": get(func(d disclosureNode) any {
		if d.Person == "" || d.by.Role == domain.Partner {
			return nil
		}
		return person.Stream(d.Person)
	}),
	"on":      get(func(d disclosureNode) any { return d.On }),
	"at":      get(func(d disclosureNode) any { return d.At }),
	"records": get(func(d disclosureNode) any { return each(d.Fields, upper[domain.Scope]) }),
	"basis":   get(func(d disclosureNode) any { return optional(string(d.Basis)) }),
	"agreementId": get(func(d disclosureNode) any {
		if d.Agreement == "" {
			return nil
		}
		return agreement.Stream(d.Agreement)
	}),
	"interest": get(func(d disclosureNode) any { return d.Interest }),
	"question": get(func(d disclosureNode) any { return optional(d.Question) }),
	"refused":  get(func(d disclosureNode) any { return optional(d.Refused) }),
})

// most is how many disclosures are told at a time.
const mostDisclosures = 100

// disclosures are those the asker may see, newest first; none where they ask for others'.
func (s *Server) disclosures(ctx context.Context, by domain.Actor, a args) (any, error) {
	q := projections.DisclosureQuery{First: min(max(a.int("first"), 1), mostDisclosures)}
	var err error
	if a.has("partnerId") {
		if q.Partner, err = idOf(a, "partnerId", partner.ID); err != nil {
			return nil, err
		}
	}
	if a.has("personId") {
		if q.Person, err = idOf(a, "personId", person.ID); err != nil {
			return nil, err
		}
	}
	if after := a.text("after"); after != "" {
		position, place, _ := strings.Cut(after, ".")
		at, err1 := strconv.ParseInt(position, 10, 64)
		if q.Place, err = strconv.Atoi(place); err1 != nil || err != nil || at < 1 {
			return nil, badCursor
		}
		q.Before = events.Position(at)
	}
	q, may := desk.SeesDisclosures(by, q)
	if !may {
		return []disclosureNode{}, nil
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.Read.Disclosures(ctx, q)
	return each(found, func(d projections.Disclosure) disclosureNode { return disclosureNode{d, by, names} }), err
}

// An amendmentNode is a request that the asker may see.
type amendmentNode struct {
	projections.Amendment
	server *Server
}

var amendmentType = object("AmendmentRequest", map[string]field[amendmentNode]{
	"id":       get(func(a amendmentNode) any { return amendment.Stream(a.Person, a.Name) }),
	"version":  get(func(a amendmentNode) any { return int(a.Version) }),
	"personId": get(func(a amendmentNode) any { return person.Stream(a.Person) }),
	"recordId": get(func(a amendmentNode) any { return a.Record }),
	"state":    get(func(a amendmentNode) any { return upper(a.State) }),
	"text": ask(func(ctx context.Context, a amendmentNode, _ args) (any, error) {
		return a.server.Desk.Text(ctx, a.Text)
	}),
	"askedOn":   get(func(a amendmentNode) any { return a.AskedOn }),
	"dueOn":     get(func(a amendmentNode) any { return a.DueOn }),
	"decidedOn": get(func(a amendmentNode) any { return a.DecidedOn }),
	"reason": ask(func(ctx context.Context, a amendmentNode, _ args) (any, error) {
		if a.Reason == "" {
			return nil, nil
		}
		return a.server.Desk.Text(ctx, a.Reason)
	}),
	"hearingDueOn": get(func(a amendmentNode) any { return a.HearingDue }),
	"hearingOn":    get(func(a amendmentNode) any { return a.Notice.Day }),
	"hearingTime": get(func(a amendmentNode) any {
		if a.Notice.Day.IsZero() {
			return nil
		}
		return int(a.Notice.Time)
	}),
	"hearingPlace": ask(func(ctx context.Context, a amendmentNode, _ args) (any, error) {
		if a.Notice.Place == "" {
			return nil, nil
		}
		return a.server.Desk.Text(ctx, a.Notice.Place)
	}),
	"hearingHeldOn": get(func(a amendmentNode) any { return a.HeardOn }),
	"hearingHeldBy": get(func(a amendmentNode) any {
		if a.HeardBy == "" {
			return nil
		}
		return person.Stream(a.HeardBy)
	}),
	"hearingReason": ask(func(ctx context.Context, a amendmentNode, _ args) (any, error) {
		if a.HearingReason == "" {
			return nil, nil
		}
		return a.server.Desk.Text(ctx, a.HearingReason)
	}),
	"statements": ask(func(ctx context.Context, a amendmentNode, _ args) (any, error) {
		out := make([]string, len(a.Statements))
		for i, s := range a.Statements {
			var err error
			if out[i], err = a.server.Desk.Text(ctx, s); err != nil {
				return nil, err
			}
		}
		return out, nil
	}),
})

func (c *cohort) loadRemarks(ctx context.Context) (map[domain.Stream][]domain.Sealed, error) {
	var people []domain.PersonID
	for _, l := range c.learners {
		people = append(people, l.Person)
	}
	return c.Read.Remarks(ctx, people...)
}

// said is what a learner says to records that were not amended. It is told to whoever is told
// the record (34 CFR 99.21(c)).
func (c *cohort) said(ctx context.Context, records ...domain.Stream) (any, error) {
	all, err := c.remarks()
	out := []string{}
	for _, r := range records {
		for _, s := range all[r] {
			text, err := c.Desk.Text(ctx, s)
			if err != nil {
				return nil, err
			}
			out = append(out, text)
		}
	}
	return out, err
}

// amendmentRequests are the asker's own, or everybody's for the privacy officer and auditors.
func (s *Server) amendmentRequests(ctx context.Context, by domain.Actor, _ args) (any, error) {
	whose := by.Person
	if desk.SeesAmendments(by, "") {
		whose = ""
	} else if whose == "" {
		return []amendmentNode{}, nil
	}
	found, err := s.Read.Amendments(ctx, whose)
	return each(found, func(a projections.Amendment) amendmentNode { return amendmentNode{a, s} }), err
}

func (c *cohort) amendmentRequest(ctx context.Context, who domain.PersonID, name string) (any, error) {
	if !desk.SeesAmendments(c.by, who) {
		return nil, nil
	}
	found, err := c.Read.Amendments(ctx, who)
	return only(each(found, func(a projections.Amendment) amendmentNode { return amendmentNode{a, c.server} }),
		func(a amendmentNode) bool { return a.Name == name }), err
}

func privacyCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.PersonID, string, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			who, name, err := pairOf(in, "requestId", amendment.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, who, name, in)
			return amendment.Stream(who, name), p, err
		})
	}
	return map[string]command{
		"requestAmendment": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			record := domain.Stream(in.id("recordId"))
			if !wellFormed(record) {
				return "", 0, badID(in, "recordId")
			}
			return s.Desk.RequestAmendment(ctx, a, derived(a), record, in.text("text"))
		}),
		"decideAmendment": on(func(ctx context.Context, a desk.Ask, who domain.PersonID, name string, in args) (position, error) {
			return s.Desk.DecideAmendment(ctx, a, who, name, in.bool("accepted"), in.text("reason"))
		}),
		"addAmendmentStatement": on(func(ctx context.Context, a desk.Ask, who domain.PersonID, name string, in args) (position, error) {
			return s.Desk.AddStatement(ctx, a, who, name, in.text("statement"))
		}),
		"requestHearing": on(func(ctx context.Context, a desk.Ask, who domain.PersonID, name string, _ args) (position, error) {
			return s.Desk.RequestHearing(ctx, a, who, name)
		}),
		"setHearing": on(func(ctx context.Context, a desk.Ask, who domain.PersonID, name string, in args) (position, error) {
			return s.Desk.SetHearing(ctx, a, who, name, in.date("on"), domain.Minutes(in.int("time")), in.text("place"))
		}),
		"recordHearing": on(func(ctx context.Context, a desk.Ask, who domain.PersonID, name string, in args) (position, error) {
			by, err := idOf(in, "heldById", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.RecordHearing(ctx, a, who, name, desk.Hearing{On: in.date("on"), HeldBy: by, Accepted: in.bool("accepted"), Reason: in.text("reason")})
		}),
		"withdrawAmendment": on(func(ctx context.Context, a desk.Ask, who domain.PersonID, name string, _ args) (position, error) {
			return s.Desk.WithdrawAmendment(ctx, a, who, name)
		}),
	}
}

func institutionCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.PartnerID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "partnerId", partner.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return partner.Stream(id), p, err
		})
	}
	return map[string]command{
		"addInstitution": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id := domain.PartnerID(in.text("id"))
			p, err := s.Desk.AddPartner(ctx, a, id, partner.Onboarded{Name: in.text("name"), Kind: lower[partner.Kind](in.enum("kind")), IPEDS: in.text("ipeds")})
			return partner.Stream(id), p, err
		}),
		"suspendInstitution": on(func(ctx context.Context, a desk.Ask, id domain.PartnerID, in args) (position, error) {
			return s.Desk.SuspendPartner(ctx, a, id, in.text("reason"))
		}),
		"resumeInstitution": on(func(ctx context.Context, a desk.Ask, id domain.PartnerID, _ args) (position, error) {
			return s.Desk.ResumePartner(ctx, a, id)
		}),
		"nameDelegate": on(func(ctx context.Context, a desk.Ask, id domain.PartnerID, in args) (position, error) {
			who, err := idOf(in, "personId", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.NameDelegate(ctx, a, id, who)
		}),
		"dismissDelegate": on(func(ctx context.Context, a desk.Ask, id domain.PartnerID, in args) (position, error) {
			who, err := idOf(in, "personId", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.DismissDelegate(ctx, a, id, who)
		}),
		"discloseByException": on(func(ctx context.Context, a desk.Ask, id domain.PartnerID, in args) (position, error) {
			persons, err := personsOf(in)
			if err != nil {
				return 0, err
			}
			_, p, err := s.Desk.DiscloseByException(ctx, a, desk.Exception{
				Partner: id, Persons: persons, Fields: each(in.ids("records"), lower[domain.Scope]),
				Basis: exceptions[in.enum("basis")], Interest: in.text("interest"),
			})
			return p, err
		}),
	}
}

// exceptions are the grounds of 34 CFR 99.31(a) by the name of the enum's value.
var exceptions = map[string]disclosure.Basis{
	"SCHOOL_OFFICIAL": disclosure.Official, "ENROLMENT": disclosure.Enrolment, "EDUCATION_AUTHORITY": disclosure.Authority, "FINANCIAL_AID": disclosure.Aid,
	"STUDIES": disclosure.Studies, "ACCREDITOR": disclosure.Accreditor, "SUBPOENA": disclosure.Subpoena, "EMERGENCY": disclosure.Emergency, "DIRECTORY": disclosure.Directory,
}

func personsOf(in args) (out []domain.PersonID, err error) {
	for _, id := range in.ids("personIds") {
		who, err := person.ID(domain.Stream(id))
		if err != nil || !wellFormed(domain.Stream(id)) {
			return nil, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not the id of a person.", clip(id)).About("personIds")
		}
		out = append(out, who)
	}
	return out, nil
}
