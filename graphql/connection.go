package graphql

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// A listed node knows where it stands in the lists that hold it: their keys are in their order.
type listed interface{ key() string }

// A page is a part of a list (GraphQL Cursor Connections). Its cursors hold the keys of
// nodes, so that what comes and goes meanwhile neither repeats nor skips the others. An edge
// is its node.
type page[T listed] struct {
	nodes    []T
	previous bool                               // there are nodes before these
	next     bool                               // there are nodes after these
	total    func(context.Context) (int, error) // of the list, where the schema asks for it
}

// A pageInfo tells where a page stands in its list.
type pageInfo struct {
	previous, next bool
	start, end     string // empty if there are no nodes
}

func (p page[T]) info() pageInfo {
	i := pageInfo{previous: p.previous, next: p.next}
	if n := len(p.nodes); n > 0 {
		i.start, i.end = cursor(p.nodes[0]), cursor(p.nodes[n-1])
	}
	return i
}

func cursor[T listed](node T) string {
	return base64.RawURLEncoding.EncodeToString([]byte(node.key()))
}

// connections binds the connections of all nouns.
func connections() []binding {
	return slices.Concat(
		pages("Apprentice", total[apprenticeNode]()), pages("Candidate", total[candidateNode]()),
		pages[milestoneNode]("Milestone"), pages[creditNode]("Credit"), pages[transitionNode]("Transition"),
		pages[timesheetNode]("Timesheet"), pages[figureChange]("FigureChange"),
		pages[gapNode]("Gap"), pages[relatedNode]("RelatedRole"),
		[]binding{object("PageInfo", map[string]field[pageInfo]{
			"hasNextPage":     get(func(p pageInfo) bool { return p.next }),
			"hasPreviousPage": get(func(p pageInfo) bool { return p.previous }),
			"startCursor":     get(func(p pageInfo) any { return optional(p.start) }),
			"endCursor":       get(func(p pageInfo) any { return optional(p.end) }),
		})},
	)
}

// pages binds the connection of a noun, with some fields besides, and its edges.
func pages[T listed](noun string, besides ...map[string]field[page[T]]) []binding {
	return []binding{
		object(noun+"Connection", joined(append(besides, map[string]field[page[T]]{
			"edges":    rows(func(p page[T]) []T { return p.nodes }),
			"pageInfo": get(func(p page[T]) any { return p.info() }),
		})...)),
		object(noun+"Edge", map[string]field[T]{
			"cursor": get(func(node T) string { return cursor(node) }),
			"node":   itself[T](),
		}),
	}
}

// total tells how many nodes a list has.
func total[T listed]() map[string]field[page[T]] {
	return map[string]field[page[T]]{
		"totalCount": ask(func(ctx context.Context, p page[T], _ args) (any, error) { return p.total(ctx) }),
	}
}

// connect makes a page of the nodes that follow the cursor, of which one more than first
// may be given.
func connect[T listed](nodes []T, a args) *page[T] {
	first := a.int("first")
	return &page[T]{nodes: nodes[:min(first, len(nodes))], previous: a.text("after") != "", next: len(nodes) > first}
}

// cut makes a page of a whole list that is in the order of its keys.
func cut[T listed](nodes []T, a args) (*page[T], error) {
	after, err := following(a)
	if err != nil {
		return nil, err
	}
	if after != "" {
		at := slices.IndexFunc(nodes, func(node T) bool { return node.key() > after })
		if at < 0 {
			at = len(nodes)
		}
		nodes = nodes[at:]
	}
	return connect(nodes, a), nil
}

// following is the key that a page is asked to follow; empty is before the first.
func following(a args) (string, error) {
	key, err := base64.RawURLEncoding.DecodeString(a.text("after"))
	if err != nil {
		return "", badCursor
	}
	return string(key), nil
}

var badCursor = domain.Refuse(domain.Invalid, "BAD_CURSOR", "This is not a cursor of this list. Pass the endCursor of the last page, unchanged.").About("after")
