package graphql

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/client"
	academy "github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	openings "github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/domain/wave"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/projections"
)

func (s *Server) node(ctx context.Context, by domain.Actor, a args) (any, error) {
	return s.object(ctx, by, lookedUp(ctx, a.id("id")))
}

func (s *Server) nodes(ctx context.Context, by domain.Actor, a args) (any, error) {
	return s.objects(ctx, by, each(a.ids("ids"), func(id string) domain.Stream { return lookedUp(ctx, id) }))
}

// lookedUp is what an id names, or nothing for a client that has not the scope to look it up.
func lookedUp(ctx context.Context, id string) domain.Stream {
	s := domain.Stream(id)
	if actor(ctx).Role == domain.Partner && nodeNeeds[s.Category()].check(ctx) != nil {
		return ""
	}
	return s
}

// object is what an id names, or nil if there is no such thing or the asker may not see it.
func (s *Server) object(ctx context.Context, by domain.Actor, id domain.Stream) (any, error) {
	found, err := s.objects(ctx, by, []domain.Stream{id})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// objects are what ids name, in their order, nil where object would be nil. What they have
// in common is loaded once.
func (s *Server) objects(ctx context.Context, by domain.Actor, ids []domain.Stream) ([]any, error) {
	var learners []domain.ApprenticeshipID
	for _, id := range ids {
		if l, ok := learnerOf(id); ok && wellFormed(id) {
			learners = append(learners, l)
		}
	}
	slices.Sort(learners)
	c, err := s.cohort(ctx, by, slices.Compact(learners)...)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(ids))
	for i, id := range ids {
		if !wellFormed(id) {
			continue
		}
		if out[i], err = c.find(ctx, id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// wellFormed reports whether s can name anything.
func wellFormed(s domain.Stream) bool {
	const longest = 200
	return len(s) <= longest && !slices.ContainsFunc([]byte(s), func(c byte) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '@' && c != 'W'
	})
}

// learnerOf is whom an object belongs to, if it belongs to a learner.
func learnerOf(s domain.Stream) (id domain.ApprenticeshipID, ok bool) {
	var err error
	switch s.Category() {
	case "apprenticeship":
		id, err = apprenticeship.ID(s)
	case "milestone":
		id, _, err = milestone.ID(s)
	case "credit":
		id, _, err = credit.ID(s)
	case "transition":
		id, _, err = transition.ID(s)
	case "timesheet":
		id, _, err = timesheet.ID(s)
	default:
		return "", false
	}
	return id, err == nil
}

// find returns what an id names, for learners of the cohort and everything else.
func (c *cohort) find(ctx context.Context, s domain.Stream) (any, error) {
	switch s.Category() {
	case "apprenticeship":
		if id, err := apprenticeship.ID(s); err == nil {
			return c.apprentice(id), nil
		}
	case "milestone":
		if id, req, err := milestone.ID(s); err == nil {
			return c.milestone(id, req)
		}
	case "credit":
		if id, rule, err := credit.ID(s); err == nil {
			return c.credit(id, rule)
		}
	case "transition":
		if id, to, err := transition.ID(s); err == nil {
			return c.transition(id, to)
		}
	case "timesheet":
		if id, week, err := timesheet.ID(s); err == nil {
			return c.timesheet(ctx, id, week)
		}
	case "person":
		if id, err := person.ID(s); err == nil {
			return c.person(ctx, id)
		}
	case "program":
		if id, err := program.ID(s); err == nil {
			return c.program(ctx, id)
		}
	case "filing":
		if id, revision, err := filing.ID(s); err == nil {
			return c.filing(ctx, id, revision)
		}
	case "enrolment":
		if p, id, err := enrolment.ID(s); err == nil {
			return c.enrolment(ctx, p, id)
		}
	case "student":
		if p, id, err := student.ID(s); err == nil {
			return c.student(ctx, p, id)
		}
	case "position":
		if id, err := openings.ID(s); err == nil {
			return c.openPosition(ctx, id)
		}
	case "consent":
		if who, party, err := consent.ID(s); err == nil {
			return c.consent(ctx, who, party)
		}
	case "agreement":
		if id, err := agreement.ID(s); err == nil {
			return c.agreement(ctx, id)
		}
	case "standard":
		if id, version, err := unversioned[domain.StandardID]("standard", s); err == nil {
			return found(c.Read.Standard(ctx, id, version))
		}
	case "pathway":
		if id, version, err := unversioned[domain.PathwayID]("pathway", s); err == nil && version > 0 {
			return found(c.Desk.PathwayOf(ctx, id, version))
		}
	case "partner":
		if id, err := partner.ID(s); err == nil {
			return c.institution(ctx, id)
		}
	case "client":
		if name, err := client.ID(s); err == nil {
			return c.client(ctx, name)
		}
	case "webhook":
		if p, id, err := webhook.ID(s); err == nil {
			return c.webhook(ctx, p, id)
		}
	case "activity":
		if id, err := activity.ID(s); err == nil {
			return c.learningActivity(ctx, id)
		}
	case "cohort":
		if id, err := academy.ID(s); err == nil {
			return c.academy(ctx, id)
		}
	case "credential":
		if id, err := credential.ID(s); err == nil {
			return c.credentialOf(ctx, id)
		}
	case "funding":
		if id, err := funding.ID(s); err == nil {
			return c.funding(ctx, id)
		}
	case "site":
		if id, err := site.ID(s); err == nil {
			return c.site(ctx, id)
		}
	case "wave":
		if id, err := wave.ID(s); err == nil {
			return c.wave(ctx, id)
		}
	case "amendment":
		if who, name, err := amendment.ID(s); err == nil {
			return c.amendmentRequest(ctx, who, name)
		}
	case "disclosure":
		if id, _, err := disclosure.ID(s); err == nil {
			return c.institution(ctx, id)
		}
	case string(employerID):
		if s == employerID {
			return c.server.employer(), nil
		}
	}
	return nil, nil
}

// found is nil in place of what does not exist.
func found[T any](v T, err error) (any, error) {
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	return v, err
}

func (c *cohort) consent(ctx context.Context, who domain.PersonID, party domain.PartnerID) (any, error) {
	if !seesConsents(c.by, who) {
		return nil, nil
	}
	given, err := c.Read.Consents(ctx, who)
	return only(c.nodesOf(given), func(g consentNode) bool { return g.Party == party }), err
}

func (c *cohort) agreement(ctx context.Context, id domain.AgreementID) (any, error) {
	with, may := seesAgreements(c.by)
	if !may {
		return nil, nil
	}
	known, err := c.Read.Agreements(ctx, with)
	return only(known, func(g projections.Agreement) bool { return g.ID == id }), err
}

func (c *cohort) institution(ctx context.Context, id domain.PartnerID) (any, error) {
	if c.outside() && c.by.Partner != id {
		return nil, nil
	}
	names, err := c.colleges()
	if p, ok := names[id]; ok {
		return institution(p), err
	}
	return nil, err
}

func apprenticeID(id domain.ApprenticeshipID) domain.Stream { return apprenticeship.Stream(id) }
