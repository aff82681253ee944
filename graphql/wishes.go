package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	cohorts "github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/person"
	openings "github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/projections"
)

// pathwayOf and cohortOf are the ids of what an aim is at, or null.
func pathwayOf(a person.Aim) any {
	if a.Pathway == "" {
		return nil
	}
	return "pathway-" + string(a.Pathway)
}

func cohortOf(a person.Aim) any {
	if a.Cohort == "" {
		return nil
	}
	return cohorts.Stream(a.Cohort)
}

type wishNode struct {
	projections.Wish
	who colleague
	*cohort
}

var interestType = object("Interest", map[string]field[wishNode]{
	"person":    get(func(w wishNode) any { return w.who }),
	"pathwayId": get(func(w wishNode) any { return pathwayOf(w.Aim) }),
	"cohortId":  get(func(w wishNode) any { return cohortOf(w.Aim) }),
	"since":     get(func(w wishNode) any { return w.Since }),
	"until":     get(func(w wishNode) any { return w.Until }),
	"note":      ask(func(ctx context.Context, w wishNode, _ args) (any, error) { return w.unseal(ctx, w.Note) }),
})

func (c *cohort) wishes(ctx context.Context, found []projections.Wish) (any, error) {
	names, err := c.server.named(ctx, each(found, func(w projections.Wish) domain.PersonID { return w.Person })...)
	return each(found, func(w projections.Wish) wishNode { return wishNode{w, colleague{w.Person, names[w.Person]}, c} }), err
}

func interests(ctx context.Context, p personNode, _ args) (any, error) {
	found, err := p.Read.Interests(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return p.wishes(ctx, found)
}

// interested are those who would like to take part in something; for who runs programmes.
func (s *Server) interested(ctx context.Context, by domain.Actor, a args) (any, error) {
	if !keepsRecords(by) {
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Coordinators and human resources see who is interested. Ask one of them.")
	}
	aim, err := aimOf(a)
	if err != nil {
		return nil, err
	}
	found, err := s.Read.InterestIn(ctx, aim)
	if err != nil {
		return nil, err
	}
	c, err := s.cohort(ctx, by)
	if err != nil {
		return nil, err
	}
	return c.wishes(ctx, found)
}

type referralNode struct {
	projections.Referral
	names map[domain.PersonID]string
	*cohort
}

var referralType = object("Referral", map[string]field[referralNode]{
	"referral":   get(func(r referralNode) any { return r.Fact }),
	"person":     get(func(r referralNode) any { return colleague{r.Person, r.names[r.Person]} }),
	"by":         get(func(r referralNode) any { return colleague{r.By, r.names[r.By]} }),
	"pathwayId":  get(func(r referralNode) any { return pathwayOf(r.Aim) }),
	"cohortId":   get(func(r referralNode) any { return cohortOf(r.Aim) }),
	"madeOn":     get(func(r referralNode) any { return r.MadeOn }),
	"answer":     get(func(r referralNode) any { return optional(upper(r.Answer)) }),
	"answeredOn": get(func(r referralNode) any { return r.AnsweredOn }),
	"note":       ask(func(ctx context.Context, r referralNode, _ args) (any, error) { return r.unseal(ctx, r.Note) }),
})

func referrals(ctx context.Context, p personNode, _ args) (any, error) {
	found, err := p.Read.Referrals(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var ids []domain.PersonID
	for _, r := range found {
		ids = append(ids, r.Person, r.By)
	}
	names, err := p.server.named(ctx, ids...)
	return each(found, func(r projections.Referral) referralNode { return referralNode{r, names, p.cohort} }), err
}

type offerNode struct {
	projections.MentorOffer
	who colleague
	*cohort
}

var mentorOfferType = object("MentorOffer", map[string]field[offerNode]{
	"person": get(func(o offerNode) any { return o.who }),
	"kind":   get(func(o offerNode) any { return upper(o.Kind) }),
	"since":  get(func(o offerNode) any { return o.Since }),
	"note":   ask(func(ctx context.Context, o offerNode, _ args) (any, error) { return o.unseal(ctx, o.Note) }),
})

func (c *cohort) offers(ctx context.Context, of domain.PersonID) (any, error) {
	found, err := c.Read.MentorOffers(ctx, of)
	if err != nil {
		return nil, err
	}
	names, err := c.server.named(ctx, each(found, func(o projections.MentorOffer) domain.PersonID { return o.Person })...)
	return each(found, func(o projections.MentorOffer) offerNode {
		return offerNode{o, colleague{o.Person, names[o.Person]}, c}
	}), err
}

func mentoring(ctx context.Context, p personNode, _ args) (any, error) { return p.offers(ctx, p.ID) }

// mentorOffers are those of everybody, for who pairs mentors.
func (s *Server) mentorOffers(ctx context.Context, by domain.Actor, _ args) (any, error) {
	if !keepsRecords(by) {
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Coordinators and human resources see who would mentor. Ask one of them.")
	}
	c, err := s.cohort(ctx, by)
	if err != nil {
		return nil, err
	}
	return c.offers(ctx, "")
}

type suggestionNode struct {
	projections.Suggestion
	by string
	*cohort
}

var suggestionType = object("OpeningSuggestion", map[string]field[suggestionNode]{
	"positionId": get(func(s suggestionNode) any { return openings.Stream(s.Opening) }),
	"by":         get(func(s suggestionNode) any { return colleague{s.By, s.by} }),
	"madeOn":     get(func(s suggestionNode) any { return s.MadeOn }),
	"note":       ask(func(ctx context.Context, s suggestionNode, _ args) (any, error) { return s.unseal(ctx, s.Note) }),
})

func suggestions(ctx context.Context, p personNode, _ args) (any, error) {
	found, err := p.Read.Suggestions(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	names, err := p.server.named(ctx, each(found, func(s projections.Suggestion) domain.PersonID { return s.By })...)
	return each(found, func(s projections.Suggestion) suggestionNode { return suggestionNode{s, names[s.By], p.cohort} }), err
}

type membershipNode struct {
	projections.Membership
	*cohort
}

var membershipType = object("Membership", map[string]field[membershipNode]{
	"membership": get(func(m membershipNode) any { return m.Fact }),
	"association": ask(func(ctx context.Context, m membershipNode, _ args) (any, error) {
		return m.Desk.Text(ctx, m.Association)
	}),
	"since": get(func(m membershipNode) any { return m.Since }),
	"until": get(func(m membershipNode) any { return m.Until }),
})

func memberships(ctx context.Context, p personNode, _ args) (any, error) {
	found, err := p.Read.Memberships(ctx, p.ID)
	return each(found, func(m projections.Membership) membershipNode { return membershipNode{m, p.cohort} }), err
}
