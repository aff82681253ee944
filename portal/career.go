package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var careerRoutes = []route{
	{"GET /career", (*visit).careerMap, everyone},
	{"GET /career/roles/{role}", (*visit).careerRole, everyone},
}

var careerPage = newPage[careerData]("career.html")

// careerData is all that career.html may show: every role of the house, and how far the viewer
// is from each.
type careerData struct {
	frame
	Role    string // the viewer's own, in a sentence; empty if no pathway leads through it
	Begin   []pathwayStart
	Drawing *careerDrawing // nil if there is none
	Levels  []careerLevel  // the same as a list
}

// A pathwayStart is a pathway that begins in the viewer's role.
type pathwayStart struct {
	Title, To string // where it leads
	Months    int    // planned
	Href      string // of the role it leads to
}

// A careerDrawing has roles from left to right, each a link, and lines between them.
type careerDrawing struct {
	Width, Height int
	Lines         []careerLine
	Roles         []careerNode
}

// A careerLine joins two roles. It is walked if the viewer held both, and ahead if it is on the
// way from their role to the goal of their pathway.
type careerLine struct {
	Path          string
	Walked, Ahead bool
}

// A careerNode is a role in the drawing, from X and Y over its size.
type careerNode struct {
	X, Y, Width, Height int
	Place               place
	Href                string
	Name                []label
	Note                label
	Held, Bar           int // widths of the bar and of all of it; 0 if nothing is held
	BarY                int
}

// A careerLevel has the roles that are so many moves from where people start.
type careerLevel struct {
	Title string
	Roles []careerEntry
}

// A careerEntry is a role in the list.
type careerEntry struct {
	Title, Href string
	Place       place
	Tag, Facts  string // "You are here", "2 of 7 held · One opening"
}

// A place is where a role lies, seen from the viewer.
type place string

const (
	placeHere   place = "here"
	placeHeld   place = "held"   // before
	placeNext   place = "next"   // the one that follows on the viewer's pathway
	placeAhead  place = "ahead"  // some way leads there
	placeBeyond place = "beyond" // no way leads there
)

// Tone is the colouring of p as a tag.
func (p place) Tone() tone {
	switch p {
	case placeHere:
		return toneOK
	case placeNext:
		return toneInfo
	}
	return toneMute
}

// A career is the atlas seen from where the viewer is.
type career struct {
	*atlas
	now      domain.RoleID
	held     []domain.RoleID      // now and before
	learner  *projections.Learner // the viewer's apprenticeship, if they have one that runs
	route    []pathway.Stage      // of it, from the role held now to the goal
	gaps     map[domain.RoleID]desk.Gap
	openings map[domain.RoleID][]projections.Position
}

func (v *visit) career() (c career, err error) {
	if c.atlas, err = v.atlas(); err != nil {
		return c, err
	}
	holdings, err := v.Desk.Read.Holdings(v.ctx(), projections.HoldingQuery{Person: v.who.ID, On: v.Desk.Today()})
	if err != nil {
		return c, err
	}
	c.now = v.who.Position
	for _, h := range holdings {
		if h.Kind != framework.ByRole {
			continue
		}
		c.held = append(c.held, domain.RoleID(h.ID))
		if h.Now {
			c.now = domain.RoleID(h.ID)
		}
	}
	l, err := v.Desk.Read.LearnerOf(v.ctx(), v.who.ID)
	switch r := domain.AsRefusal(err); {
	case r == nil && err != nil:
		return c, err
	case r == nil && !l.Over():
		path, err := desk.Pathway(l)
		if err != nil {
			return c, err
		}
		c.learner, c.route = &l, path.Route(l.Role)
	}
	if c.gaps, err = v.Desk.RoleGaps(v.ctx(), v.actor(), v.who.ID); err != nil {
		return c, err
	}
	vacant, err := v.Desk.Read.Positions(v.ctx(), projections.PositionQuery{Vacant: true})
	c.openings = map[domain.RoleID][]projections.Position{}
	for _, p := range vacant {
		c.openings[p.Role] = append(c.openings[p.Role], p)
	}
	return c, err
}

// prefers is the pathway on which the viewer is.
func (c career) prefers() domain.PathwayID {
	if c.learner == nil {
		return ""
	}
	return c.learner.Pathway
}

// place is where a role lies, and how many months it is away.
func (c career) place(id domain.RoleID) (place, int) {
	if id == c.now {
		return placeHere, 0
	}
	legs, months := c.way(c.now, id, c.prefers())
	switch {
	case len(c.route) > 1 && c.route[1].Role.ID == id:
		return placeNext, months
	case slices.Contains(c.held, id):
		return placeHeld, 0
	case len(legs) > 0:
		return placeAhead, months
	}
	return placeBeyond, 0
}

var placeWords = map[place]string{placeHere: "You are here", placeHeld: "Held before", placeNext: "Next on your pathway"}

func (v *visit) careerMap() error {
	c, err := v.career()
	if err != nil {
		return err
	}
	d := careerData{frame: v.frame("Career map", "/career"), Begin: v.starts(c), Levels: v.levels(c)}
	if r, known := c.role(c.now); known {
		d.Role = desk.InSentence(r.Title)
	}
	if c.width > 0 {
		d.Drawing = v.drawing(c)
	}
	return show(v, careerPage, http.StatusOK, d)
}

// starts are the pathways that somebody without an apprenticeship can begin in their role.
func (v *visit) starts(c career) (out []pathwayStart) {
	if c.learner != nil {
		return nil
	}
	for _, p := range c.ways {
		if !slices.ContainsFunc(p.Entries(), func(s pathway.Stage) bool { return s.Role.ID == c.now }) {
			continue
		}
		way := p.Route(c.now)
		goal := way[len(way)-1].Role
		start := pathwayStart{Title: p.Title, To: desk.InSentence(goal.Title), Href: rolePath(goal.ID)}
		for _, s := range way {
			start.Months += s.Months
		}
		out = append(out, start)
	}
	slices.SortFunc(out, func(a, b pathwayStart) int { return cmp.Compare(a.Title, b.Title) })
	return out
}

func rolePath(id domain.RoleID) string { return "/career/roles/" + string(id) }

// levels lists what the drawing shows.
func (v *visit) levels(c career) (out []careerLevel) {
	for _, r := range c.roles {
		for len(out) <= r.level {
			title := v.say("Where pathways begin")
			if n := len(out); n > 0 {
				title = v.say("%d moves on", n)
			}
			out = append(out, careerLevel{Title: title})
		}
		at, months := c.place(r.ID)
		e := careerEntry{Title: r.Title, Href: rolePath(r.ID), Place: at}
		if words, ok := placeWords[at]; ok {
			e.Tag = v.say(words)
		}
		var facts []string
		if held := v.held(c, r.ID); held != "" {
			facts = append(facts, held)
		}
		if months > 0 {
			facts = append(facts, v.say("About %d months from your role", months))
		}
		if n := vacancies(c.openings[r.ID]); n > 0 {
			facts = append(facts, v.say("%d openings", n))
		}
		e.Facts = strings.Join(facts, " · ")
		out[r.level].Roles = append(out[r.level].Roles, e)
	}
	return slices.DeleteFunc(out, func(l careerLevel) bool { return len(l.Roles) == 0 })
}

// held says how much the viewer holds of what a role asks for, empty if nobody wrote that down.
func (v *visit) held(c career, id domain.RoleID) string {
	g, known := c.gaps[id]
	if !known {
		return ""
	}
	return v.say("%d of %d held", len(g.Held), len(g.Held)+len(g.Missing))
}

func vacancies(ps []projections.Position) (n int) {
	for _, p := range ps {
		n += p.Vacant()
	}
	return n
}

// Measures of a role in the drawing; font sizes in tenths of a pixel.
const (
	roleNameSize = 140
	roleNoteSize = 120
	rolePadding  = 12
	drawingEdge  = 4
)

func (v *visit) drawing(c career) *careerDrawing {
	d := &careerDrawing{Width: c.width + 2*drawingEdge, Height: c.height + 2*drawingEdge}
	ahead := map[[2]domain.RoleID]bool{}
	for i := 1; i < len(c.route); i++ {
		ahead[[2]domain.RoleID{c.route[i-1].Role.ID, c.route[i].Role.ID}] = true
	}
	for _, l := range c.links {
		d.Lines = append(d.Lines, careerLine{l.path, slices.Contains(c.held, l.from) && slices.Contains(c.held, l.to), ahead[[2]domain.RoleID{l.from, l.to}]})
	}
	slices.SortStableFunc(d.Lines, func(a, b careerLine) int { return a.weight() - b.weight() })
	for _, r := range c.roles {
		at, _ := c.place(r.ID)
		n := careerNode{X: r.x, Y: r.y, Width: roleWidth, Height: roleHeight, Place: at, Href: rolePath(r.ID), Bar: roleWidth - 2*rolePadding, BarY: roleHeight - 9}
		names := wrap(r.Title, roleNameSize, roleWidth-2*rolePadding, 2)
		note := v.held(c, r.ID)
		if words, ok := placeWords[at]; ok {
			note = v.say(words)
		}
		lines := len(names)
		if note != "" {
			lines++
		}
		y := roleHeight/2 - 9*lines + 13
		if lines > 2 {
			y -= 4 // off the bar
		}
		for _, text := range names {
			n.Name = append(n.Name, label{roleWidth / 2, y, text})
			y += 18
		}
		n.Note = label{roleWidth / 2, y, shorten(note, roleNoteSize, roleWidth-2*rolePadding)}
		if g, known := c.gaps[r.ID]; known {
			n.Held = n.Bar * len(g.Held) / max(1, len(g.Held)+len(g.Missing))
		}
		d.Roles = append(d.Roles, n)
	}
	return d
}

// weight orders lines: what is drawn last lies on top.
func (l careerLine) weight() int {
	switch {
	case l.Walked:
		return 2
	case l.Ahead:
		return 1
	}
	return 0
}
