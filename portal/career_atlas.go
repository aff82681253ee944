package portal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/nulab/autog"
	"github.com/nulab/autog/graph"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/projections"
)

// An atlas is every role that pathways lead through, and how one leads to another.
type atlas struct {
	ways          []pathway.Pathway
	roles         []atlasRole // by level, and from top to bottom
	links         []atlasLink
	width, height int   // of the drawing in pixels; 0 if there is none
	fault         error // why there is none
}

// An atlasRole is a role and its place in the drawing.
type atlasRole struct {
	pathway.Role
	level int // how many moves it is from where people start, from 0
	x, y  int // of its upper left corner
}

// An atlasLink leads from a role to one that may follow.
type atlasLink struct {
	from, to domain.RoleID
	months   int               // planned in the role it leads from, on the shortest pathway
	on       []pathway.Pathway // that take it
	path     string            // of the line, as SVG writes it
}

// Measures of the drawing in pixels.
const (
	roleWidth  = 204
	roleHeight = 70
	levelGap   = 62
	roleGap    = 14
)

// An atlasKeeper draws an atlas once for each edition of the catalogue.
type atlasKeeper struct {
	mu      sync.Mutex
	edition string
	kept    *atlas
}

func (k *atlasKeeper) atlas(edition string, log *zap.Logger, ways func() ([]pathway.Pathway, error)) (*atlas, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept != nil && k.edition == edition {
		return k.kept, nil
	}
	ps, err := ways()
	if err != nil {
		return nil, err
	}
	k.edition, k.kept = edition, drawAtlas(ps)
	if k.kept.fault != nil {
		log.Error("the career map is a list", zap.Error(k.kept.fault))
	}
	return k.kept, nil
}

// atlas is that of the pathways of the catalogue, and of the standards that have none.
func (v *visit) atlas() (*atlas, error) {
	standards, err := v.Desk.Read.LatestEditions(v.ctx())
	if err != nil {
		return nil, err
	}
	return v.atlases.atlas(fmt.Sprint(standards), v.Log, func() ([]pathway.Pathway, error) { return v.latestPathways(standards) })
}

// latestPathways are the latest versions of those in the catalogue, and what standards give that
// no pathway there is logged to.
func (v *visit) latestPathways(standards []projections.Edition) ([]pathway.Pathway, error) {
	all, err := pathway.Catalogue()
	if err != nil {
		return nil, err
	}
	var out []pathway.Pathway
	for i, p := range all {
		if i+1 == len(all) || all[i+1].ID != p.ID {
			out = append(out, p)
		}
	}
	standards = slices.DeleteFunc(slices.Clone(standards), func(e projections.Edition) bool {
		return slices.ContainsFunc(out, func(p pathway.Pathway) bool { return p.Standard == e.ID })
	})
	given, err := v.Desk.Read.Editions(v.ctx(), standards...)
	for _, e := range standards {
		if s, known := given[e]; known {
			out = append(out, s.Pathway(e.Version))
		}
	}
	return out, err
}

// drawAtlas puts the roles of pathways together.
func drawAtlas(ways []pathway.Pathway) *atlas {
	a := &atlas{ways: ways}
	for _, p := range ways {
		for _, s := range p.Stages {
			if _, known := a.role(s.Role.ID); !known {
				a.roles = append(a.roles, atlasRole{Role: s.Role})
			}
			for _, next := range p.Next(s.Role.ID) {
				a.link(p, s, next)
			}
		}
	}
	a.level()
	if a.fault = a.layOut(); a.fault != nil {
		a.width, a.height = 0, 0
	}
	slices.SortFunc(a.roles, func(x, y atlasRole) int {
		return cmp.Or(cmp.Compare(x.level, y.level), cmp.Compare(x.y, y.y), cmp.Compare(x.ID, y.ID))
	})
	return a
}

func (a *atlas) role(id domain.RoleID) (*atlasRole, bool) {
	at := slices.IndexFunc(a.roles, func(r atlasRole) bool { return r.ID == id })
	if at < 0 {
		return nil, false
	}
	return &a.roles[at], true
}

func (a *atlas) link(p pathway.Pathway, from, to pathway.Stage) {
	at := slices.IndexFunc(a.links, func(l atlasLink) bool { return l.from == from.Role.ID && l.to == to.Role.ID })
	if at < 0 {
		a.links = append(a.links, atlasLink{from: from.Role.ID, to: to.Role.ID, months: from.Months, on: []pathway.Pathway{p}})
		return
	}
	a.links[at].months = min(a.links[at].months, from.Months)
	a.links[at].on = append(a.links[at].on, p)
}

// level counts moves along the longest way to each role. Pathways may lead round in a circle
// together, though none does alone; a role in one is counted as far as there are roles.
func (a *atlas) level() {
	for range a.roles {
		for _, l := range a.links {
			from, _ := a.role(l.from)
			to, _ := a.role(l.to)
			to.level = min(max(to.level, from.level+1), len(a.roles)-1)
		}
	}
}

// layOut places what is linked from left to right, and what leads nowhere below it in rows. The
// library lays out from top to bottom, so sizes go in and places come out with their sides swapped.
func (a *atlas) layOut() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("career map: %v", r)
		}
	}()
	if len(a.links) > 0 {
		edges := make([][]string, len(a.links))
		for i, l := range a.links {
			edges[i] = []string{string(l.from), string(l.to)}
		}
		drawn := autog.Layout(graph.EdgeSlice(edges), autog.WithNodeFixedSize(roleHeight, roleWidth),
			autog.WithLayerSpacing(levelGap), autog.WithNodeSpacing(roleGap),
			autog.WithCycleBreaking(autog.CycleBreakingDepthFirst), autog.WithPositioning(autog.PositioningBrandesKoepf), autog.WithEdgeRouting(autog.EdgeRoutingPolyline))
		for _, n := range drawn.Nodes {
			if r, known := a.role(domain.RoleID(n.ID)); known {
				r.x, r.y = int(n.Y), int(n.X)
				r.level = r.x / (roleWidth + levelGap)
				a.width, a.height = max(a.width, r.x+roleWidth), max(a.height, r.y+roleHeight)
			}
		}
		for _, e := range drawn.Edges {
			at := slices.IndexFunc(a.links, func(l atlasLink) bool { return string(l.from) == e.FromID && string(l.to) == e.ToID })
			if at >= 0 {
				a.links[at].path = curve(e.Points)
			}
		}
	}
	a.placeLoose()
	return nil
}

// placeLoose puts the roles that no other leads to or from below the others.
func (a *atlas) placeLoose() {
	columns := max(1, (max(a.width, mapWidth)+levelGap)/(roleWidth+levelGap))
	top, n := a.height, 0
	if top > 0 {
		top += 2 * roleGap
	}
	for i := range a.roles {
		r := &a.roles[i]
		if slices.ContainsFunc(a.links, func(l atlasLink) bool { return l.from == r.ID || l.to == r.ID }) {
			continue
		}
		r.x, r.y = n%columns*(roleWidth+levelGap), top+n/columns*(roleHeight+roleGap)
		a.width, a.height = max(a.width, r.x+roleWidth), max(a.height, r.y+roleHeight)
		n++
	}
}

// curve draws a line through points that have their sides swapped. It passes level through the
// places in between, where roles stand above and below it.
func curve(points [][2]float64) string {
	var b strings.Builder
	x, y := 0, 0
	to := func(px, py int) {
		middle := (x + px) / 2
		fmt.Fprintf(&b, "C%d %d %d %d %d %d", middle, y, middle, py, px, py)
		x, y = px, py
	}
	for i, p := range points {
		px, py := int(p[1]), int(p[0])
		switch {
		case i == 0:
			fmt.Fprintf(&b, "M%d %d", px, py)
			x, y = px, py
		case i == len(points)-1:
			to(px, py)
		default:
			to(px-roleWidth/2, py)
			x = px + roleWidth/2
			fmt.Fprintf(&b, "H%d", x)
		}
	}
	return b.String()
}

// A leg is the time in one role on the way to another.
type leg struct {
	stage pathway.Stage
	on    pathway.Pathway
}

// way is how one gets from one role to another: the legs before it, on the way that is planned
// to take the least time, by a pathway of preference where that leads there. It is empty if no way does.
func (a *atlas) way(from, to domain.RoleID, prefer domain.PathwayID) (legs []leg, months int) {
	type reach struct {
		months int
		by     int // the link it was reached by
	}
	reached := map[domain.RoleID]reach{from: {by: -1}}
	for range a.roles {
		for i, l := range a.links {
			before, there := reached[l.from]
			if !there {
				continue
			}
			got, known := reached[l.to]
			if cost := before.months + l.cost(prefer); !known || cost < got.months {
				reached[l.to] = reach{cost, i}
			}
		}
	}
	at, there := reached[to]
	if !there {
		return nil, 0
	}
	for at.by >= 0 {
		l := a.links[at.by]
		p := l.on[0]
		for _, other := range l.on {
			if other.ID == prefer {
				p = other
			}
		}
		s, _, _ := p.Stage(l.from)
		legs = append(legs, leg{s, p})
		months += s.Months
		at = reached[l.from]
	}
	slices.Reverse(legs)
	return legs, months
}

// cost is the time that a link takes. On the pathway of preference it counts for less than any detour.
func (l atlasLink) cost(prefer domain.PathwayID) int {
	const far = 1000
	if slices.ContainsFunc(l.on, func(p pathway.Pathway) bool { return p.ID == prefer }) {
		return l.months
	}
	return far + l.months
}

// leading are the pathways that lead to a role, or that are all in it, by id.
func (a *atlas) leading(to domain.RoleID) (out []pathway.Pathway) {
	for _, l := range a.links {
		if l.to == to {
			out = append(out, l.on...)
		}
	}
	slices.SortFunc(out, func(x, y pathway.Pathway) int { return cmp.Compare(x.ID, y.ID) })
	return slices.CompactFunc(out, func(x, y pathway.Pathway) bool { return x.ID == y.ID })
}
