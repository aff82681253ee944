package graphql

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A figureChange is one step in the history of a figure.
type figureChange struct {
	desk.Change
	figure      desk.Figure
	oldestFirst bool // of the list that it is in
	apprenticeNode
}

func (c figureChange) key() string {
	if c.oldestFirst {
		return fmt.Sprintf("%020d", c.Position())
	}
	return fmt.Sprintf("-%020d", math.MaxInt64-int64(c.Position()))
}

var figureChangeType = object("FigureChange", map[string]field[figureChange]{
	"day": get(func(c figureChange) any { return c.Day() }),
	"at":  get(func(c figureChange) any { return c.At() }),
	"by": ask(func(ctx context.Context, c figureChange, _ args) (any, error) {
		return c.server.actor(ctx, c.By())
	}),
	"before": get(func(c figureChange) any { return c.reading(c.Before) }),
	"after":  get(func(c figureChange) any { return c.reading(c.After) }),
	"facts":  get(func(c figureChange) any { return c.Facts }),
})

// A figureReading is what a figure was, and what it is called.
type figureReading struct {
	desk.Reading
	text string
}

var figureReadingType = object("FigureReading", map[string]field[figureReading]{
	"text": get(func(r figureReading) any { return r.text }),
	"amount": get(func(r figureReading) any {
		if r.Unit == "" {
			return nil
		}
		return r.Amount
	}),
	"unit": get(func(r figureReading) any { return optional(upper(r.Unit)) }),
	"total": get(func(r figureReading) any {
		return optional(r.Total)
	}),
	"state": get(func(r figureReading) any { return optional(r.State) }),
})

var recordedFactType = object("RecordedFact", map[string]field[projections.Fact]{
	"id":       get(func(f projections.Fact) any { return f.ID }),
	"position": get(func(f projections.Fact) any { return int(f.Position) }),
	"stream":   get(func(f projections.Fact) any { return f.Stream }),
	"name":     get(func(f projections.Fact) any { return f.Event.EventName() }),
	"text":     get(func(f projections.Fact) any { return desk.FactWords(f.Event.EventName()) }),
	"day":      get(func(f projections.Fact) any { return f.On }),
})

// reading names a role by its title; everything else tells of itself.
func (c figureChange) reading(r desk.Reading) figureReading {
	text := r.String()
	if c.figure.Kind == desk.RoleFigure && r.State != "" {
		if way, err := desk.Pathway(c.Learner); err == nil {
			text = job(way, domain.RoleID(r.State)).Title
		}
	}
	return figureReading{r, text}
}

// actor is who did something: a person or institution by name, or a policy.
func (s *Server) actor(ctx context.Context, by domain.Actor) (string, error) {
	switch {
	case by.Person != "":
		return s.Desk.NameOf(ctx, by.Person)
	case by.Partner != "":
		names, err := s.names(ctx)
		return names[by.Partner].Name, err
	}
	return "Guildhall", nil
}

// historyPage is null for partners.
func historyPage(ctx context.Context, l apprenticeNode, a args) (any, error) {
	if l.outside() {
		return nil, nil
	}
	if err := another(ctx); err != nil {
		return nil, err
	}
	in := a.input("figure")
	f := desk.Figure{Kind: lower[desk.FigureKind](in.enum("kind")), Of: in.id("of")}
	changes, err := l.Desk.History(ctx, l.by, l.ID, f)
	if err != nil {
		return nil, err
	}
	oldestFirst := a.bool("oldestFirst")
	nodes := each(changes, func(c desk.Change) figureChange { return figureChange{c, f, oldestFirst, l} })
	if !oldestFirst {
		slices.Reverse(nodes)
	}
	return cut(nodes, a)
}
