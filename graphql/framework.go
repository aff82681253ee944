package graphql

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

var frameworkType = object("Framework", map[string]field[projections.Framework]{
	"id":      get(func(f projections.Framework) any { return f.ID }),
	"name":    get(func(f projections.Framework) any { return f.Name }),
	"version": get(func(f projections.Framework) any { return f.Version }),
	"source":  get(func(f projections.Framework) any { return optional(f.Source) }),
})

var workRoleType = object("WorkRole", map[string]field[projections.WorkRole]{
	"framework":   get(func(w projections.WorkRole) any { return w.Framework }),
	"code":        get(func(w projections.WorkRole) any { return w.Code }),
	"title":       get(func(w projections.WorkRole) any { return w.Title }),
	"opmCode":     get(func(w projections.WorkRole) any { return optional(w.OPM) }),
	"description": get(func(w projections.WorkRole) any { return w.Description }),
	"statements":  get(func(w projections.WorkRole) any { return w.Statements }),
})

func (s *Server) frameworks(ctx context.Context, _ domain.Actor, _ args) (any, error) {
	return s.Read.Frameworks(ctx)
}

func (s *Server) workRoles(ctx context.Context, _ domain.Actor, a args) (any, error) {
	return s.Read.WorkRoles(ctx, domain.FrameworkID(a.id("framework")))
}

// A relatedNode is one of the roles related to another; all of a page are loaded together.
type relatedNode struct {
	projections.RelatedRole
	place int // in the list
	roles func() (map[string]projections.WorkRole, error)
}

var relatedRoleType = object("RelatedRole", map[string]field[relatedNode]{
	"workRole": ask(func(_ context.Context, r relatedNode, _ args) (any, error) {
		known, err := r.roles()
		return known[r.Code], err
	}),
	"steps": get(func(r relatedNode) any { return len(r.Path) }),
	"path": get(func(r relatedNode) any {
		return each(r.Path, func(s projections.Relation) relationNode { return relationNode{s, r.roles} })
	}),
})

type relationNode struct {
	projections.Relation
	roles func() (map[string]projections.WorkRole, error)
}

var relatedStepType = object("RelatedStep", map[string]field[relationNode]{
	"from": get(func(r relationNode) any { return r.From }),
	"to":   get(func(r relationNode) any { return r.To }),
	"toTitle": ask(func(_ context.Context, r relationNode, _ args) (any, error) {
		known, err := r.roles()
		return known[r.To].Title, err
	}),
	"tier":  get(func(r relationNode) any { return r.Tier }),
	"index": get(func(r relationNode) any { return r.Place }),
})

func (r relatedNode) key() string { return fmt.Sprintf("%06d", r.place) }

func (s *Server) relatedRoles(ctx context.Context, _ domain.Actor, a args) (any, error) {
	of, code := workRoleOf(a)
	steps := a.int("steps")
	if steps < 1 || steps > projections.MaxSteps {
		return nil, domain.Refuse(domain.Invalid, "BAD_STEPS", "Ask for 1 to %d steps.", projections.MaxSteps).About("steps")
	}
	after, err := following(a)
	if err != nil {
		return nil, err
	}
	found, err := s.Read.Related(ctx, of, code, steps)
	if err != nil {
		return nil, err
	}
	nodes := make([]relatedNode, len(found))
	for i, r := range found {
		nodes[i] = relatedNode{RelatedRole: r, place: i}
	}
	page := connect(slices.DeleteFunc(nodes, func(r relatedNode) bool {
		return r.key() <= after || a.has("to") && r.Code != a.id("to")
	}), a)
	var codes []string
	for _, r := range page.nodes {
		for _, step := range r.Path {
			codes = append(codes, step.To)
		}
	}
	roles := sync.OnceValues(func() (map[string]projections.WorkRole, error) { return s.Read.RolesNamed(ctx, of, codes...) })
	for i := range page.nodes {
		page.nodes[i].roles = roles
	}
	return page, nil
}
