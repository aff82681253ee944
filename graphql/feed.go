package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A shared kind of object travels through the feed.
type shared struct{ name, enum, category string }

var sharedKinds = []shared{
	{"Apprentice", "APPRENTICE", "apprenticeship"},
	{"Milestone", "MILESTONE", "milestone"},
	{"CreditAward", "CREDIT_AWARD", "credit"},
	{"RoleTransition", "ROLE_TRANSITION", "transition"},
}

// typeOf is what a shared object is in the schema.
func typeOf(object domain.Stream) string {
	for _, k := range sharedKinds {
		if k.category == object.Category() {
			return k.name
		}
	}
	return object.Category()
}

// A feedPage is a page of the feed with the objects it is about.
type feedPage struct {
	partners.Page
	changes []any // of upsert and removal
}

var changePageType = object("ChangePage", map[string]field[feedPage]{
	"changes":  get(func(p feedPage) any { return p.changes }),
	"cursor":   get(func(p feedPage) any { return p.Cursor }),
	"upToDate": get(func(p feedPage) any { return p.UpToDate }),
	"snapshot": get(func(p feedPage) any { return p.Snapshot }),
	"position": get(func(p feedPage) any { return positionText(p.Position) }),
})

type upsert struct {
	partners.Change
	node any
}

var upsertType = object("Upsert", map[string]field[upsert]{
	"cursor":   get(func(u upsert) any { return u.Cursor }),
	"position": get(func(u upsert) any { return positionText(u.Position) }),
	"node":     get(func(u upsert) any { return u.node }),
})

type removal struct {
	cursor string
	object domain.Stream
	reason projections.Removal
}

var removalType = object("Removal", map[string]field[removal]{
	"cursor":    get(func(r removal) any { return r.cursor }),
	"id":        get(func(r removal) any { return r.object }),
	"typename":  get(func(r removal) any { return typeOf(r.object) }),
	"reason":    get(func(r removal) any { return upper(r.reason) }),
	"mustErase": get(func(r removal) any { return r.reason == projections.ConsentWithdrawn }),
})

// changes is a page of the partner's feed.
func (s *Server) changes(ctx context.Context, by domain.Actor, a args) (any, error) {
	if by.Role != domain.Partner {
		return nil, partnersOnly
	}
	page, err := s.changesAfter(ctx, by, a.text("after"), a)
	return page, err
}

// changesAfter is the page after a cursor. What went out of sight while the page was made
// comes as a removal.
func (s *Server) changesAfter(ctx context.Context, by domain.Actor, after string, a args) (out feedPage, err error) {
	page, err := s.Partners.Changes(ctx, by.Partner, after, a.int("first"), categories(a))
	if err != nil {
		return out, err
	}
	var kept []domain.Stream
	for _, c := range page.Changes {
		if c.Removed == "" {
			kept = append(kept, c.Object)
		}
	}
	objects, err := s.objects(ctx, by, kept)
	if err != nil {
		return out, err
	}
	out.Page = page
	for _, c := range page.Changes {
		if c.Removed == "" {
			node := objects[0]
			objects = objects[1:]
			if node != nil {
				out.changes = append(out.changes, upsert{c, node})
				continue
			}
			c.Removed = projections.SharingEnded
		}
		out.changes = append(out.changes, removal{c.Cursor, c.Object, c.Removed})
	}
	return out, nil
}

// categories are those of the kinds of objects that are asked for.
func categories(a args) (out []string) {
	for _, name := range a.ids("types") {
		for _, k := range sharedKinds {
			if k.enum == name {
				out = append(out, k.category)
			}
		}
	}
	return out
}
