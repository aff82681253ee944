package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	openings "github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A positionNode is a position that the asker may see.
type positionNode struct {
	projections.Position
	*cohort
}

var positionType = object("Position", map[string]field[positionNode]{
	"id":      get(func(p positionNode) any { return openings.Stream(p.ID) }),
	"version": get(func(p positionNode) any { return int(p.Version) }),
	"role":    get(func(p positionNode) any { return p.Role }),
	"title":   get(func(p positionNode) any { return p.Title }),
	"siteId":  get(func(p positionNode) any { return p.Site }),
	"payGrade": get(func(p positionNode) any {
		if p.by.Role != domain.HR && p.by.Role != domain.Auditor {
			return nil
		}
		return optional(p.PayGrade)
	}),
	"headcount": get(func(p positionNode) any { return p.Headcount }),
	"held":      get(func(p positionNode) any { return p.Held }),
	"promised":  get(func(p positionNode) any { return p.Promised }),
	"vacant":    get(func(p positionNode) any { return p.Vacant() }),
	"openedOn":  get(func(p positionNode) any { return p.OpenedOn }),
	"closedOn":  get(func(p positionNode) any { return p.ClosedOn }),
	"places": ask(func(ctx context.Context, p positionNode, _ args) (any, error) {
		if !keepsRecords(p.by) {
			return []placeNode{}, nil
		}
		held, err := p.Read.Places(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		names, err := p.server.named(ctx, each(held, func(h projections.Place) domain.PersonID { return h.Person })...)
		return each(held, func(h projections.Place) placeNode { return placeNode{h, names[h.Person]} }), err
	}),
})

// keepsRecords reports whether the asker sees what is on record about everybody.
func keepsRecords(by domain.Actor) bool {
	return by.Role == domain.Coordinator || by.Role == domain.HR || by.Role == domain.Auditor
}

type placeNode struct {
	projections.Place
	name string
}

var placeType = object("Place", map[string]field[placeNode]{
	"personId":   get(func(p placeNode) any { return person.Stream(p.Person) }),
	"personName": get(func(p placeNode) any { return p.name }),
	"from":       get(func(p placeNode) any { return p.From }),
	"until":      get(func(p placeNode) any { return p.Until }),
	"internal":   get(func(p placeNode) any { return p.Internal }),
})

func (s *Server) positions(ctx context.Context, by domain.Actor, a args) (any, error) {
	if by.Role == domain.Partner {
		return nil, peopleOnly
	}
	found, err := s.Read.Positions(ctx, projections.PositionQuery{Site: domain.SiteID(a.id("siteId")), Role: domain.RoleID(a.id("role")), Vacant: a.bool("vacantOnly")})
	if err != nil {
		return nil, err
	}
	c, err := s.cohort(ctx, by)
	return each(found, func(p projections.Position) positionNode { return positionNode{p, c} }), err
}

// openPosition is one position, or nil; partners see none.
func (c *cohort) openPosition(ctx context.Context, id domain.PositionID) (any, error) {
	if c.outside() {
		return nil, nil
	}
	p, err := c.Read.PositionOf(ctx, id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	return positionNode{p, c}, err
}

func positionCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.PositionID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "positionId", openings.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return openings.Stream(id), p, err
		})
	}
	return map[string]command{
		"openPosition": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id := domain.PositionID(derived(a))
			p, err := s.Desk.OpenPosition(ctx, a, id, openings.Opened{Role: domain.RoleID(in.id("role")), Title: in.text("title"), Site: domain.SiteID(in.id("siteId")),
				PayGrade: in.text("payGrade"), Headcount: in.int("headcount"), From: in.date("from")})
			return openings.Stream(id), p, err
		}),
		"fillPosition": on(func(ctx context.Context, a desk.Ask, id domain.PositionID, in args) (position, error) {
			who, err := idOf(in, "personId", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.FillPosition(ctx, a, id, who, in.date("on"))
		}),
		"vacatePosition": on(func(ctx context.Context, a desk.Ask, id domain.PositionID, in args) (position, error) {
			who, err := idOf(in, "personId", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.VacatePosition(ctx, a, id, who, in.date("on"))
		}),
		"closePosition": on(func(ctx context.Context, a desk.Ask, id domain.PositionID, _ args) (position, error) {
			return s.Desk.ClosePosition(ctx, a, id)
		}),
	}
}
