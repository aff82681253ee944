package graphql

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

type fundingNode struct {
	projections.Funding
	server *Server
}

var fundingType = object("Funding", map[string]field[fundingNode]{
	"id":             get(func(n fundingNode) any { return funding.Stream(n.ID) }),
	"version":        get(func(n fundingNode) any { return int(n.Version) }),
	"kind":           get(func(n fundingNode) any { return upper(n.Kind) }),
	"title":          get(func(n fundingNode) any { return n.Title }),
	"funder":         get(func(n fundingNode) any { return optional(n.Funder) }),
	"amountCents":    get(func(n fundingNode) any { return n.Amount }),
	"committedCents": get(func(n fundingNode) any { return n.Committed }),
	"spentCents":     get(func(n fundingNode) any { return n.Spent }),
	"from":           get(func(n fundingNode) any { return n.From }),
	"to":             get(func(n fundingNode) any { return n.To }),
	"closed":         get(func(n fundingNode) any { return n.Closed }),
	"pays":           get(func(n fundingNode) any { return costs(n.Pays) }),
	"grants": ask(func(ctx context.Context, n fundingNode, _ args) (any, error) {
		names, err := n.server.named(ctx, each(n.Grants, func(g projections.FundingGrant) domain.PersonID { return g.Person })...)
		return each(n.Grants, func(g projections.FundingGrant) grantNode {
			return grantNode{g, participantNode{g.Person, names[g.Person]}}
		}), err
	}),
})

type grantNode struct {
	projections.FundingGrant
	who participantNode
}

var fundingGrantType = object("FundingGrant", map[string]field[grantNode]{
	"id":          get(func(g grantNode) any { return g.ID }),
	"participant": get(func(g grantNode) any { return g.who }),
	"forId":       get(func(g grantNode) any { return g.For }),
	"cents":       get(func(g grantNode) any { return g.Cents }),
	"spentCents":  get(func(g grantNode) any { return g.Spent }),
	"released":    get(func(g grantNode) any { return g.Released }),
	"on":          get(func(g grantNode) any { return g.On }),
})

func (s *Server) fundings(ctx context.Context, by domain.Actor, _ args) (any, error) {
	found, err := s.Desk.Fundings(ctx, by)
	return each(found, func(f projections.Funding) fundingNode { return fundingNode{f, s} }), err
}

// funding is a source of money as the asker may see it, or nil.
func (c *cohort) funding(ctx context.Context, id domain.FundingID) (any, error) {
	f, err := c.Desk.Funding(ctx, c.by, id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	return fundingNode{f, c.server}, err
}

func fundingCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.FundingID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "fundingId", funding.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return funding.Stream(id), p, err
		})
	}
	grant := func(in args) domain.GrantID { return domain.GrantID(in.id("grantId")) }
	return map[string]command{
		"openFunding": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id := domain.FundingID(derived(a))
			p, err := s.Desk.OpenFunding(ctx, a, id, funding.Opened{Kind: lower[funding.Kind](in.enum("kind")), Title: in.text("title"), Funder: in.text("funder"),
				Amount: domain.Cents(in.int("amountCents")), From: in.date("from"), To: in.date("to"), Pays: costsOf(in.ids("pays"))})
			return funding.Stream(id), p, err
		}),
		"changeFundingAmount": on(func(ctx context.Context, a desk.Ask, id domain.FundingID, in args) (position, error) {
			return s.Desk.ChangeFunding(ctx, a, id, domain.Cents(in.int("amountCents")))
		}),
		"commitFunding": on(func(ctx context.Context, a desk.Ask, id domain.FundingID, in args) (position, error) {
			who, err := idOf(in, "personId", person.ID)
			if err != nil {
				return 0, err
			}
			purpose := domain.Stream(in.id("forId"))
			if !wellFormed(purpose) {
				return 0, badID(in, "forId")
			}
			return s.Desk.CommitFunding(ctx, a, id, domain.GrantID(derived(a)), who, purpose, domain.Cents(in.int("cents")))
		}),
		"spendFunding": on(func(ctx context.Context, a desk.Ask, id domain.FundingID, in args) (position, error) {
			return s.Desk.Spend(ctx, a, id, grant(in), in.text("ref"), domain.Cents(in.int("cents")), in.date("on"))
		}),
		"correctSpending": on(func(ctx context.Context, a desk.Ask, id domain.FundingID, in args) (position, error) {
			return s.Desk.CorrectSpending(ctx, a, id, grant(in), in.text("ref"), domain.Cents(in.int("cents")))
		}),
		"releaseFunding": on(func(ctx context.Context, a desk.Ask, id domain.FundingID, in args) (position, error) {
			return s.Desk.ReleaseFunding(ctx, a, id, grant(in))
		}),
		"closeFunding": on(func(ctx context.Context, a desk.Ask, id domain.FundingID, _ args) (position, error) {
			return s.Desk.CloseFunding(ctx, a, id)
		}),
	}
}

var fundedCosts = []string{"ACTIVITIES", "COHORTS", "CERTIFICATES"}

// costs names what a source pays for.
func costs(c funding.Costs) []string {
	if c == (funding.Costs{}) {
		return fundedCosts
	}
	pays := []bool{c.Activities, c.Cohorts, c.Certificates}
	var out []string
	for i, name := range fundedCosts {
		if pays[i] {
			out = append(out, name)
		}
	}
	return out
}

func costsOf(names []string) (c funding.Costs) {
	for i, pays := range []*bool{&c.Activities, &c.Cohorts, &c.Certificates} {
		*pays = slices.Contains(names, fundedCosts[i])
	}
	return c
}
