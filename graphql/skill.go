package graphql

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A gapNode is one gap of those that are answered together: what their statements say is
// loaded once for all of them.
type gapNode struct {
	desk.Gap
	statements func() (map[domain.StatementID]projections.Statement, error)
}

var skillGapType = object("SkillGap", map[string]field[gapNode]{
	"workRole": get(func(g gapNode) any { return g.Role }),
	"held":     get(func(g gapNode) any { return len(g.Held) }),
	"required": get(func(g gapNode) any { return len(g.Held) + len(g.Missing) }),
	"percent":  get(func(g gapNode) any { return g.Percent() }),
	"groups":   ask(func(_ context.Context, g gapNode, _ args) (any, error) { return g.groups() }),
})

type skillGroup struct {
	kind    framework.Kind
	held    []heldNode
	missing []projections.Statement
}

var skillGroupType = object("SkillGroup", map[string]field[skillGroup]{
	"kind":    get(func(g skillGroup) any { return upper(g.kind) }),
	"held":    get(func(g skillGroup) any { return g.held }),
	"missing": get(func(g skillGroup) any { return g.missing }),
})

type heldNode struct {
	projections.Statement
	ground framework.Ground
}

var heldStatementType = object("HeldStatement", map[string]field[heldNode]{
	"statement": get(func(h heldNode) any { return h.Statement }),
	"ground":    get(func(h heldNode) any { return upper(h.ground.Kind) }),
	"groundId":  get(func(h heldNode) any { return optional(h.ground.ID) }),
})

var statementType = object("Statement", map[string]field[projections.Statement]{
	"code": get(func(s projections.Statement) any { return s.Code }),
	"kind": get(func(s projections.Statement) any { return upper(s.Kind) }),
	"text": get(func(s projections.Statement) any { return s.Text }),
})

// groups are the statements of a gap by kind.
func (g gapNode) groups() ([]skillGroup, error) {
	known, err := g.statements()
	if err != nil {
		return nil, err
	}
	out := []skillGroup{{kind: framework.Task}, {kind: framework.Knowledge}, {kind: framework.Skill}}
	of := func(kind framework.Kind) *skillGroup {
		return &out[slices.IndexFunc(out, func(g skillGroup) bool { return g.kind == kind })]
	}
	for _, h := range g.Held {
		if s, ok := known[h.Code]; ok {
			group := of(s.Kind)
			group.held = append(group.held, heldNode{s, h.Ground})
		}
	}
	for _, code := range g.Missing {
		if s, ok := known[code]; ok {
			group := of(s.Kind)
			group.missing = append(group.missing, s)
		}
	}
	return out, nil
}

// tell lets gaps tell their statements, which are loaded for all of them.
func (s *Server) tell(ctx context.Context, gaps []gapNode) {
	statements := sync.OnceValues(func() (map[domain.StatementID]projections.Statement, error) {
		var codes []domain.StatementID
		for _, g := range gaps {
			codes = append(codes, g.Role.Statements...)
		}
		slices.Sort(codes)
		return s.Read.Statements(ctx, gaps[0].Role.Framework, slices.Compact(codes)...)
	})
	for i := range gaps {
		gaps[i].statements = statements
	}
}

// holder is whom a question about statements is about; nobody if there is no such learner.
func (s *Server) holder(ctx context.Context, by domain.Actor, a args) (h desk.Holder, found bool, err error) {
	key := a.input("of")
	switch {
	case key.has("workRole"):
		return desk.Holder{Role: key.id("workRole")}, true, nil
	case key.has("person"):
		who, err := person.ID(domain.Stream(key.id("person")))
		return desk.Holder{Person: who}, err == nil, nil
	}
	id, err := apprenticeship.ID(domain.Stream(key.id("apprentice")))
	if err != nil || by.Role == domain.Partner {
		return h, false, nil
	}
	l, err := s.Desk.Learner(ctx, by, id)
	if domain.AsRefusal(err) != nil {
		return h, false, nil
	}
	return desk.Holder{Person: l.Person}, err == nil, err
}

func workRoleOf(a args) (domain.FrameworkID, string) {
	key := a.input("workRole")
	return domain.FrameworkID(key.id("framework")), key.id("code")
}

func (s *Server) gap(ctx context.Context, by domain.Actor, a args) (any, error) {
	h, ok, err := s.holder(ctx, by, a)
	if err != nil || !ok {
		return nil, err
	}
	of, code := workRoleOf(a)
	g, err := s.Desk.Gap(ctx, by, h, of, code)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	one := []gapNode{{Gap: g}}
	s.tell(ctx, one)
	return one[0], nil
}

func (s *Server) careerLattice(ctx context.Context, by domain.Actor, a args) (any, error) {
	h, ok, err := s.holder(ctx, by, a)
	if err != nil || !ok {
		return new(page[gapNode]), err
	}
	gaps, err := s.Desk.Lattice(ctx, by, h, domain.FrameworkID(a.id("framework")))
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return new(page[gapNode]), nil
	}
	if err != nil {
		return nil, err
	}
	near, err := cut(each(gaps, func(g desk.Gap) gapNode { return gapNode{Gap: g} }), a)
	if err != nil {
		return nil, err
	}
	s.tell(ctx, near.nodes)
	return near, nil
}

// key sorts gaps as they are in a lattice: a billionth tells any two shares apart.
func (g gapNode) key() string {
	const all = 1_000_000_000
	return fmt.Sprintf("%010d %s", all-len(g.Held)*all/(len(g.Held)+len(g.Missing)), g.Role.Code)
}

// A candidateNode is somebody of one page of talent; names are loaded for all of it.
type candidateNode struct {
	desk.Candidate
	people func() (map[domain.PersonID]projections.Person, error)
	server *Server
}

var candidateType = object("Candidate", map[string]field[candidateNode]{
	"personId": get(func(c candidateNode) any { return person.Stream(c.Person) }),
	"name": ask(func(ctx context.Context, c candidateNode, _ args) (any, error) {
		known, err := c.people()
		if err != nil {
			return nil, err
		}
		return c.server.Desk.Name(ctx, known[c.Person].Name)
	}),
	"title": ask(func(_ context.Context, c candidateNode, _ args) (any, error) {
		known, err := c.people()
		return known[c.Person].Title, err
	}),
	"held":     get(func(c candidateNode) any { return c.Held }),
	"required": get(func(c candidateNode) any { return c.Required }),
	"percent":  get(func(c candidateNode) any { return c.Percent() }),
})

func (s *Server) talent(ctx context.Context, by domain.Actor, a args) (any, error) {
	of, code := workRoleOf(a)
	found, err := s.Desk.Talent(ctx, by, of, code)
	if err != nil {
		return nil, err
	}
	after, err := following(a)
	if err != nil {
		return nil, err
	}
	all := each(found, func(c desk.Candidate) candidateNode { return candidateNode{Candidate: c, server: s} })
	near := connect(slices.DeleteFunc(all, func(c candidateNode) bool { return c.key() <= after }), a)
	near.total = func(context.Context) (int, error) { return len(found), nil }
	ids := each(near.nodes, func(c candidateNode) domain.PersonID { return c.Person })
	people := sync.OnceValues(func() (map[domain.PersonID]projections.Person, error) { return s.Read.Named(ctx, ids...) })
	for i := range near.nodes {
		near.nodes[i].people = people
	}
	return near, nil
}

// key sorts candidates as the desk does.
func (c candidateNode) key() string { return fmt.Sprintf("%06d %s", c.Required-c.Held, c.Person) }

func skillCommands(s *Server) map[string]command {
	about := func(do func(context.Context, desk.Ask, domain.PersonID, domain.FrameworkID, []domain.StatementID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			who, err := idOf(in, "personId", person.ID)
			if err != nil {
				return "", 0, err
			}
			codes := each(in.ids("statements"), func(c string) domain.StatementID { return domain.StatementID(c) })
			p, err := do(ctx, a, who, domain.FrameworkID(in.id("framework")), codes, in)
			return person.Stream(who), p, err
		})
	}
	return map[string]command{
		"attestStatements": about(func(ctx context.Context, a desk.Ask, who domain.PersonID, of domain.FrameworkID, codes []domain.StatementID, in args) (position, error) {
			return s.Desk.Attest(ctx, a, who, of, codes, lower[attestation.Basis](in.enum("basis")), in.text("note"), in.date("on"))
		}),
		"withdrawAttestation": about(func(ctx context.Context, a desk.Ask, who domain.PersonID, of domain.FrameworkID, codes []domain.StatementID, in args) (position, error) {
			return s.Desk.WithdrawAttestation(ctx, a, who, of, codes, in.text("reason"))
		}),
	}
}
