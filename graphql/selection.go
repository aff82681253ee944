package graphql

import (
	"reflect"
	"strconv"

	graphqlgo "github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// A selection is what an operation asks of an object: all fragments are resolved, fields
// of one name merged, and everything that was to be left out is.
type selection struct {
	steps []step
}

// A step answers one field.
type step struct {
	key      string       // as it is written before the answer
	alias    string       // as paths name it
	name     string       // as the log names it
	at       []*ast.Field // where it is asked for
	place    int          // of its arguments
	constant string       // the answer, if it is known already
	answer   resolver
	of       shape
	late     bool // answered only when it is written
	straight bool // and from where it stands
}

// A shape is what an answer has to look like.
type shape struct {
	required bool
	list     *shape
	leaf     *leaf
	objects  []*selection         // that it may be
	kinds    map[reflect.Type]int // which of objects a Go type is; nil if there is but one
	abstract string               // the name of the interface or union
}

// A compiler makes selections. Those of the same fields and type are one.
type compiler struct {
	*plan
	vars  map[string]any
	made  map[string]*selection
	steps int
}

// selection compiles what sets ask of an object. id tells the sets from all others.
func (c *compiler) selection(object *graphqlgo.Object, sets []ast.SelectionSet, id string) *selection {
	id = object.Name() + id
	if s := c.made[id]; s != nil {
		return s
	}
	s := &selection{}
	c.made[id] = s
	g := grouping{compiler: c, object: object, at: map[string]int{}, spread: map[string]bool{}}
	for _, set := range sets {
		g.collect(set)
	}
	if c.steps += len(g.groups); c.steps > maxSteps {
		return s
	}
	s.steps = make([]step, len(g.groups))
	for i, group := range g.groups {
		s.steps[i] = c.step(object, group)
		if i > 0 {
			s.steps[i].key = "," + s.steps[i].key
		}
	}
	return s
}

// A grouping collects the fields of an object by the name they answer under.
type grouping struct {
	*compiler
	object *graphqlgo.Object
	groups [][]*ast.Field
	at     map[string]int
	spread map[string]bool
}

func (g *grouping) collect(set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if !g.included(s.Directives) {
				continue
			}
			i, ok := g.at[s.Alias]
			if !ok {
				i = len(g.groups)
				g.at[s.Alias] = i
				g.groups = append(g.groups, nil)
			}
			g.groups[i] = append(g.groups[i], s)
		case *ast.InlineFragment:
			if g.included(s.Directives) && g.applies(s.TypeCondition, g.object) {
				g.collect(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if !g.included(s.Directives) || g.spread[s.Name] {
				continue
			}
			g.spread[s.Name] = true
			if g.applies(s.Definition.TypeCondition, g.object) {
				g.collect(s.Definition.SelectionSet)
			}
		}
	}
}

func (c *compiler) included(list ast.DirectiveList) bool {
	for _, d := range list {
		v := condition(d)
		if v == nil {
			continue
		}
		on := v.Raw == "true"
		if v.Kind == ast.Variable {
			on = c.vars[v.Raw] == true
		}
		if on == (d.Name == "skip") {
			return false
		}
	}
	return true
}

func (c *compiler) step(object *graphqlgo.Object, group []*ast.Field) step {
	f := group[0]
	s := step{
		key: `"` + f.Alias + `":`, alias: f.Alias, name: object.Name() + "." + f.Name,
		at: group, place: c.places[f],
	}
	if f.Name == typename {
		s.constant = `"` + object.Name() + `"`
		return s
	}
	var of graphqlgo.Output
	of, s.answer = c.field(object, f.Name)
	s.of = c.shape(of, group)
	s.late = s.answer.many == nil && s.of.flat()
	s.straight = s.late && s.of.leaf != nil && s.answer.put != nil
	return s
}

// innermost is the shape of what is in the lists.
func (s *shape) innermost() *shape {
	for s.list != nil {
		s = s.list
	}
	return s
}

// only reports whether an answer is an object of one kind.
func (s *shape) only() bool { return s.list == nil && s.leaf == nil && s.kinds == nil }

// flat reports whether nothing below is asked for.
func (s *shape) flat() bool { return s.innermost().leaf != nil }

func (c *compiler) shape(t graphqlgo.Type, group []*ast.Field) shape {
	switch t := t.(type) {
	case *graphqlgo.NonNull:
		s := c.shape(t.OfType, group)
		s.required = true
		return s
	case *graphqlgo.List:
		item := c.shape(t.OfType, group)
		return shape{list: &item}
	case *graphqlgo.Object:
		return shape{objects: []*selection{c.below(t, group)}}
	case *graphqlgo.Interface, *graphqlgo.Union:
		s := shape{kinds: map[reflect.Type]int{}, abstract: t.Name()}
		for kind, name := range c.members[t.Name()] {
			s.kinds[kind] = len(s.objects)
			s.objects = append(s.objects, c.below(c.object(name), group))
		}
		return s
	}
	return shape{leaf: c.leaves[t.Name()]}
}

func (c *compiler) below(object *graphqlgo.Object, group []*ast.Field) *selection {
	sets := make([]ast.SelectionSet, len(group))
	id := make([]byte, 0, 8*len(group))
	for i, f := range group {
		sets[i] = f.SelectionSet
		id = strconv.AppendInt(append(id, ' '), int64(c.places[f]), 10)
	}
	return c.selection(object, sets, string(id))
}
