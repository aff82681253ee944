package graphql

import (
	"context"
	"encoding/base64"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// A connection is a page of a longer list (GraphQL Cursor Connections). Its cursors hold
// the sort key of an item, so that what comes and goes meanwhile neither repeats nor skips
// the others.
type connection struct {
	edges    []edge
	previous bool                               // there are items before the page
	next     bool                               // there are items after it
	total    func(context.Context) (int, error) // of the list, where the schema asks for it
}

// An edge tells its node and, by what it was made of, where that stands in the list.
type edge struct {
	node any
	of   any
	key  func(of any) string
}

func (e edge) cursor() string { return base64.RawURLEncoding.EncodeToString([]byte(e.key(e.of))) }

// connections binds the connections of all nouns: they differ in the nodes they hold.
func connections() (out []binding) {
	for _, noun := range []string{"Apprentice", "Milestone", "Credit", "Transition", "Timesheet", "FigureChange", "Gap", "Candidate", "RelatedRole"} {
		fields := map[string]field[connection]{
			"edges":    get(func(c connection) []edge { return c.edges }),
			"pageInfo": get(func(c connection) any { return pageInfo(c) }),
		}
		if noun == "Apprentice" || noun == "Candidate" {
			fields["totalCount"] = ask(func(ctx context.Context, c connection, _ args) (any, error) { return c.total(ctx) })
		}
		out = append(out, object(noun+"Connection", fields), object(noun+"Edge", map[string]field[edge]{
			"cursor": get(func(e edge) string { return e.cursor() }),
			"node":   get(func(e edge) any { return e.node }),
		}))
	}
	return append(out, object("PageInfo", map[string]field[pageInfo]{
		"hasNextPage":     get(func(p pageInfo) bool { return p.next }),
		"hasPreviousPage": get(func(p pageInfo) bool { return p.previous }),
		"startCursor": get(func(p pageInfo) any {
			if len(p.edges) == 0 {
				return nil
			}
			return p.edges[0].cursor()
		}),
		"endCursor": get(func(p pageInfo) any {
			if len(p.edges) == 0 {
				return nil
			}
			return p.edges[len(p.edges)-1].cursor()
		}),
	}))
}

// pageInfo is a connection that tells where it stands in the list.
type pageInfo connection

// connect makes a page of the items that follow the cursor, of which one more than first
// may be given.
func connect[T any](items []T, key func(T) string, a args) connection {
	first := a.int("first")
	c := connection{previous: a.text("after") != "", next: len(items) > first}
	items = items[:min(first, len(items))]
	c.edges = make([]edge, len(items))
	keyOf := func(of any) string { return key(*of.(*T)) }
	for i := range items {
		c.edges[i] = edge{&items[i], &items[i], keyOf}
	}
	return c
}

// cut makes a page of a whole list that is in the order of its keys.
func cut[T any](items []T, key func(T) string, a args) (any, error) {
	after, err := following(a)
	if err != nil {
		return nil, err
	}
	if after != "" {
		at := slices.IndexFunc(items, func(v T) bool { return key(v) > after })
		if at < 0 {
			at = len(items)
		}
		items = items[at:]
	}
	return connect(items, key, a), nil
}

// following is the sort key that a page is asked to follow; empty is before the first.
func following(a args) (string, error) {
	key, err := base64.RawURLEncoding.DecodeString(a.text("after"))
	if err != nil {
		return "", badCursor
	}
	return string(key), nil
}

var badCursor = domain.Refuse(domain.Invalid, "BAD_CURSOR", "This is not a cursor of this list. Pass the endCursor of the last page, unchanged.").About("after")
