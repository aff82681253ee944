package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A personNode is somebody whom the asker may see as such.
type personNode struct {
	projections.Person
	*cohort
}

var personType = object("Person", map[string]field[personNode]{
	"id":     get(func(p personNode) any { return person.Stream(p.ID) }),
	"name":   func(ctx context.Context, p personNode, _ args) (any, error) { return p.Desk.Name(ctx, p.Name) },
	"role":   get(func(p personNode) any { return upper(p.Capacity) }),
	"erased": get(func(p personNode) any { return p.Erased }),
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

func personCommands(s *Server) map[string]command {
	return map[string]command{
		"erasePerson": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "personId", person.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := s.Desk.Erase(ctx, a, id, lower[person.Reason](in.enum("reason")))
			return person.Stream(id), p, err
		}),
	}
}
