package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

// A personNode is somebody whom the asker may see as such.
type personNode struct {
	projections.Person
	*cohort
}

var personType = object("Person", map[string]field[personNode]{
	"id":         get(func(p personNode) any { return person.Stream(p.ID) }),
	"name":       ask(func(ctx context.Context, p personNode, _ args) (any, error) { return p.Desk.Name(ctx, p.Name) }),
	"role":       get(func(p personNode) any { return upper(p.Capacity) }),
	"erased":     get(func(p personNode) any { return p.Erased }),
	"capacities": get(func(p personNode) any { return each(p.Capacities, upper[domain.Role]) }),
	"position":   get(func(p personNode) any { return optional(p.Position) }),
	"title":      get(func(p personNode) any { return optional(p.Title) }),
	"siteId":     get(func(p personNode) any { return optional(p.Site) }),
	"payGrade": get(func(p personNode) any {
		if p.by.Role != domain.HR && p.by.Role != domain.Auditor && p.by.Person != p.ID {
			return nil
		}
		return optional(p.PayGrade)
	}),
	"joinedOn":    get(func(p personNode) any { return p.JoinedOn }),
	"leftOn":      get(func(p personNode) any { return p.LeftOn }),
	"managers":    ask(managers),
	"career":      ask(career),
	"interests":   ask(interests),
	"referrals":   ask(referrals),
	"mentoring":   ask(mentoring),
	"suggestions": ask(suggestions),
	"memberships": ask(memberships),
})

func (c *cohort) person(ctx context.Context, id domain.PersonID) (any, error) {
	switch c.by.Role {
	case domain.Coordinator, domain.HR, domain.Auditor:
	default:
		if c.by.Person != id {
			return nil, nil
		}
	}
	known, err := c.Read.Named(ctx, id)
	if p, ok := known[id]; ok {
		return personNode{p, c}, err
	}
	return nil, err
}
