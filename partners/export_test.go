package partners_test

import (
	"maps"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/partners"
)

// A copier keeps what packages tell it: everything at first, then what changed.
type copier struct {
	*house
	partner domain.PartnerID
	cursor  string
	held    map[domain.Stream]uint64
}

// copy takes a package, and holds it against what the partner may see if what ran out was
// recorded.
func (c *copier) copy(t fataler, first int, exact bool) {
	ctx := c.t.Context()
	fail := func(err error) {
		if err != nil {
			t.Fatalf("%s at %q: %v", c.partner, c.cursor, err)
		}
	}
	var e *partners.Export
	fail(patiently(func() (err error) {
		e, err = c.Export(ctx, c.partner, c.cursor)
		return err
	}))
	allowed := c.allowed(t, c.partner)
	if c.cursor == "" {
		c.held = map[domain.Stream]uint64{}
	}
	for _, category := range []string{"apprenticeship", "credit", "milestone", "transition"} {
		last := domain.Stream("")
		for {
			names, err := e.Next(ctx, category, first)
			fail(err)
			if len(names) == 0 {
				break
			}
			for _, o := range names {
				version, ok := allowed[o]
				if !ok || o <= last || o.Category() != category {
					t.Fatalf("%s is named %s after %s among %s; it may see %v", c.partner, o, last, category, allowed)
				}
				c.held[o], last = version, o
			}
		}
	}
	after := domain.Stream("")
	for c.cursor != "" {
		gone, err := e.Removals(ctx, after, first)
		fail(err)
		if len(gone) == 0 {
			break
		}
		for _, g := range gone {
			if _, ok := allowed[g.Object]; ok || g.Removed == "" || g.Object <= after {
				t.Fatalf("%s is told that %s is gone (%q) after %s; it may see %v", c.partner, g.Object, g.Removed, after, allowed)
			}
			delete(c.held, g.Object)
			after = g.Object
		}
	}
	cursor, stands, err := e.End(ctx)
	fail(err)
	if c.cursor = cursor; !stands || exact && !maps.Equal(c.held, allowed) {
		t.Fatalf("%s has copied %v, may see %v; the copy stands: %v", c.partner, c.held, allowed, stands)
	}
}

func TestAnExportIsWorthNothingOnceSomethingInItIsTakenBack(t *testing.T) {
	h := open(t)
	defer h.close()
	h.agree(t, "a", "lakeshore", h.today().AddDays(100), domain.PathwayRecords)
	h.give(t, "ana", "lakeshore", domain.PathwayRecords)
	h.give(t, "ben", "lakeshore", domain.PathwayRecords)
	begun, err := h.Export(t.Context(), "lakeshore", "")
	if err != nil {
		t.Fatal(err)
	}
	if names, err := begun.Next(t.Context(), "apprenticeship", 1); err != nil || len(names) != 1 || names[0] != "apprenticeship-ana" {
		t.Fatalf("%v, %v", names, err)
	}
	do(t, h, consent.Stream("ana", "lakeshore"), consent.Evolve, consent.Revoke{Request: h.by(person("ana"))})
	if _, stands, err := begun.End(t.Context()); err != nil || stands {
		t.Errorf("what was taken back is handed out: %v, %v", stands, err)
	}
	if _, stands, err := begun.End(t.Context()); err != nil || stands {
		t.Errorf("asked once more: %v, %v", stands, err)
	}
	c := &copier{house: h, partner: "lakeshore"}
	c.copy(t, 1, true)
	if len(c.held) != 1 {
		t.Errorf("a new one holds %v", c.held)
	}
}
