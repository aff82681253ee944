package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

// An erasureNode is a request to erase somebody that the asker may see.
type erasureNode struct {
	projections.Erasure
	server *Server
}

var erasureType = object("Erasure", map[string]field[erasureNode]{
	"personId":  get(func(e erasureNode) any { return person.Stream(e.Person) }),
	"asked":     get(func(e erasureNode) any { return e.Asked }),
	"askedBy":   get(func(e erasureNode) any { return personOrNobody(e.AskedBy) }),
	"askedAt":   get(func(e erasureNode) any { return e.AskedAt }),
	"reason":    get(func(e erasureNode) any { return upper(e.Reason) }),
	"reference": get(func(e erasureNode) any { return optional(e.Reference) }),
	"state":     get(func(e erasureNode) any { return upper(e.State) }),
	"decidedBy": get(func(e erasureNode) any { return personOrNobody(e.DecidedBy) }),
	"decidedAt": get(func(e erasureNode) any { return e.DecidedAt }),
	"refusal": ask(func(ctx context.Context, e erasureNode, _ args) (any, error) {
		if e.Refusal == "" {
			return nil, nil
		}
		return e.server.Desk.Text(ctx, e.Refusal)
	}),
})

func personOrNobody(id domain.PersonID) any {
	if id == "" {
		return nil
	}
	return person.Stream(id)
}

func (s *Server) erasures(ctx context.Context, by domain.Actor, _ args) (any, error) {
	found, err := s.Desk.Erasures(ctx, by)
	return each(found, func(e projections.Erasure) erasureNode { return erasureNode{e, s} }), err
}
