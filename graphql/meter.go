package graphql

import "github.com/vektah/gqlparser/v2/ast"

// A measure is how much a selection asks for. Counts stop at a ceiling far beyond every limit.
type measure struct {
	depth   int
	aliases int // at any depth
	top     int // fields without an alias that are not within another field
	fields  int
}

const ceiling = 1 << 30

func (m measure) and(o measure) measure {
	return measure{
		depth:   max(m.depth, o.depth),
		aliases: min(m.aliases+o.aliases, ceiling),
		top:     min(m.top+o.top, ceiling),
		fields:  min(m.fields+o.fields, ceiling),
	}
}

// A meter measures selections, and each fragment only once. A fragment within itself
// counts nothing: validation refuses it.
type meter struct {
	fragments map[string]*ast.FragmentDefinition
	measured  map[string]measure
}

func newMeter(doc *ast.QueryDocument) *meter {
	m := &meter{map[string]*ast.FragmentDefinition{}, map[string]measure{}}
	for _, f := range doc.Fragments {
		m.fragments[f.Name] = f
	}
	return m
}

// check refuses a document that asks for too much, before anything costly is done with it.
func (m *meter) check(doc *ast.QueryDocument) []Error {
	if len(doc.Fragments) > maxSpreads {
		return refusal(CodeTooExpensive, nil, "The document has %d fragments; at most %d are read.", len(doc.Fragments), maxSpreads)
	}
	for _, op := range doc.Operations {
		asked := m.selection(op.SelectionSet)
		switch at := op.Position; {
		case asked.depth > maxDepth:
			return refusal(CodeTooDeep, at, "The operation nests fields %d deep; at most %d are answered.", asked.depth, maxDepth)
		case asked.fields > maxFields:
			return refusal(CodeTooExpensive, at, "The operation asks for more than %d fields.", maxFields)
		case asked.aliases+asked.top > maxAliases:
			return refusal(CodeTooManyNames, at, "The operation has %d aliases and root fields; at most %d are answered.", asked.aliases+asked.top, maxAliases)
		}
	}
	var c clutter
	for _, op := range doc.Operations {
		for _, v := range op.VariableDefinitions {
			c.value(v.DefaultValue, 0)
		}
		c.directives(op.Directives)
		c.selection(op.SelectionSet, map[string]bool{})
	}
	for _, f := range doc.Fragments {
		c.directives(f.Directives)
		c.selection(f.SelectionSet, map[string]bool{})
	}
	switch {
	case c.repeats > maxRepeats:
		return refusal(CodeTooExpensive, nil, "The document repeats %d fields side by side; at most %d are read.", c.repeats, maxRepeats)
	case c.nesting > maxNesting:
		return refusal(CodeTooDeep, nil, "An argument nests objects and lists %d deep; at most %d are read.", c.nesting, maxNesting)
	}
	return nil
}

func (m *meter) selection(set ast.SelectionSet) measure {
	var sum measure
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			sum = sum.and(m.field(s))
		case *ast.InlineFragment:
			sum = sum.and(m.selection(s.SelectionSet))
		case *ast.FragmentSpread:
			sum = sum.and(m.fragment(s.Name))
		}
	}
	return sum
}

func (m *meter) field(f *ast.Field) measure {
	below := m.selection(f.SelectionSet)
	below.depth++
	below.fields = min(below.fields+1, ceiling)
	below.top = 0
	if f.Alias != "" && f.Alias != f.Name {
		below.aliases = min(below.aliases+1, ceiling)
	} else {
		below.top = 1
	}
	return below
}

func (m *meter) fragment(name string) measure {
	if done, ok := m.measured[name]; ok || m.fragments[name] == nil {
		return done
	}
	m.measured[name] = measure{}
	m.measured[name] = m.selection(m.fragments[name].SelectionSet)
	return m.measured[name]
}

// A clutter is what makes validation slow and no honest document has much of: fields that
// repeat one beside them, and values within values.
type clutter struct{ repeats, nesting int }

// selection looks through a pair of braces; seen are the fields before it in the same pair.
func (c *clutter) selection(set ast.SelectionSet, seen map[string]bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if seen[s.Alias] {
				c.repeats++
			}
			seen[s.Alias] = true
			c.arguments(s.Arguments)
			c.directives(s.Directives)
			c.selection(s.SelectionSet, map[string]bool{})
		case *ast.InlineFragment:
			c.directives(s.Directives)
			c.selection(s.SelectionSet, seen)
		case *ast.FragmentSpread:
			c.directives(s.Directives)
		}
	}
}

func (c *clutter) directives(list ast.DirectiveList) {
	for _, d := range list {
		c.arguments(d.Arguments)
	}
}

func (c *clutter) arguments(list ast.ArgumentList) {
	for _, a := range list {
		c.value(a.Value, 0)
	}
}

func (c *clutter) value(v *ast.Value, depth int) {
	if v == nil {
		return
	}
	c.nesting = max(c.nesting, depth)
	for _, child := range v.Children {
		c.value(child.Value, depth+1)
	}
}
