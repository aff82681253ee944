package graphql

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// insider is who everything is shown to.
var insider = domain.Actor{Person: "samuel", Role: domain.Auditor}

// faults are checks that somebody could forget, each as it would then be answered.
var faults = map[string]func(all map[string]map[string]resolver){
	"hours are not kept inside":                unchecked("Apprentice", "timesheets"),
	"pay is not kept inside":                   unchecked("Apprentice", "wages"),
	"consents are told to everybody":           unchecked("Apprentice", "consents"),
	"evidence is shown with a milestone":       unchecked("Milestone", "evidence"),
	"credit of other colleges is shown":        unchecked("Apprentice", "credits"),
	"moves are shown without consent":          unchecked("Apprentice", "transitions"),
	"a credit is looked up without consent":    asInsider("Query", "node", func(a args) bool { return domain.Stream(a.id("id")).Category() == "credit" }),
	"moves are looked up together":             asInsider("Query", "nodes", func(a args) bool { return domain.Stream(a.ids("ids")[0]).Category() == "transition" }),
	"pages of many learners are not filtered":  asInsider("Query", "apprentices", func(a args) bool { return a.int("first") > 3 }),
	"certificates are listed for everybody":    asInsider("Query", "credentials", func(args) bool { return true }),
	"disclosures to others are listed":         asInsider("Query", "disclosures", func(args) bool { return true }),
	"who is not shown is named in the refusal": naming,
	"an answer that stands is that of anybody": nil, // see Faulty
}

// Faults are their names.
func Faults() []string { return slices.Sorted(maps.Keys(faults)) }

// Faulty is Handler with one of the faults.
func (s *Server) Faulty(log *zap.Logger, fault string) (http.Handler, error) {
	bindings, err := guarded(s.bindings())
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]resolver{}
	for _, b := range bindings {
		all[b.object] = b.fields
	}
	backing := Backing{Authenticate: s.authenticate, Version: s.version, Points: s.Points, Log: log}
	if spoil := faults[fault]; spoil != nil {
		spoil(all)
	} else {
		backing.Version = func(context.Context, []string) (Version, error) {
			return Version{Of: fmt.Sprint(s.Read.Position())}, nil
		}
	}
	e, err := New(Schema(), log, bindings...)
	if err != nil {
		return nil, err
	}
	face := newHandler(e, backing)
	f, err := newFiles(face, s)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", face)
	f.register(mux)
	return mux, nil
}

// asInsider answers a field of the root as for an insider, if its arguments are such.
func asInsider(object, name string, when func(args) bool) func(map[string]map[string]resolver) {
	return func(all map[string]map[string]resolver) {
		answer := all[object][name]
		all[object][name] = resolver{one: func(ctx context.Context, src any, a args) (any, error) {
			if when(a) {
				ctx = WithActor(ctx, insider)
			}
			return answer.one(ctx, src, a)
		}}
	}
}

// unchecked answers a field of an object as for an insider.
func unchecked(object, name string) func(map[string]map[string]resolver) {
	return func(all map[string]map[string]resolver) {
		answer := all[object][name]
		if answer.one != nil {
			all[object][name] = resolver{one: func(ctx context.Context, src any, a args) (any, error) { return answer.one(ctx, trusted(ctx, src), a) }}
			return
		}
		all[object][name] = resolver{many: func(ctx context.Context, srcs []any, a args) ([]any, error) {
			return answer.many(ctx, each(srcs, func(src any) any { return trusted(ctx, src) }), a)
		}}
	}
}

// trusted is a source as an insider has it.
func trusted(ctx context.Context, src any) any {
	again := func(c *cohort) *cohort {
		var learners []*projections.Known
		for _, l := range c.learners {
			learners = append(learners, l.Known)
		}
		all, err := c.server.gather(ctx, insider, learners)
		if err != nil {
			panic(err)
		}
		return all
	}
	switch n := src.(type) {
	case *apprenticeNode:
		return trusted(ctx, *n)
	case *milestoneNode:
		return trusted(ctx, *n)
	case apprenticeNode:
		n.cohort = again(n.cohort)
		n.fellow = n.cohort.learners[n.ID]
		return n
	case milestoneNode:
		n.cohort = again(n.cohort)
		return n
	}
	return src
}

// naming tells who it is that may not be shown.
func naming(all map[string]map[string]resolver) {
	answer := all["Query"]["apprentice"]
	seen := resolver{one: answer.one}
	asInsider("Query", "apprentice", func(args) bool { return true })(all)
	whole := all["Query"]["apprentice"]
	all["Query"]["apprentice"] = resolver{one: func(ctx context.Context, src any, a args) (any, error) {
		found, err := seen.one(ctx, src, a)
		if found != nil || err != nil {
			return found, err
		}
		hidden, err := whole.one(ctx, src, a)
		if n, ok := hidden.(apprenticeNode); ok && err == nil {
			name, _ := n.Desk.Name(ctx, n.Name)
			return nil, domain.Refuse(domain.Forbidden, "THEIRS", "%s does not share with you.", name)
		}
		return nil, err
	}}
}
