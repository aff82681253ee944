package graphql

import (
	"slices"
	"strings"
	"sync"

	graphqlgo "github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	maxCompiled = 8      // selections of a plan that are remembered
	maxSteps    = 20_000 // steps of all selections of a plan that are remembered
)

// A plan is an admitted operation, ready to be answered any number of times.
//
// What is asked of the root is compiled once for each combination of what @skip and
// @include decide: it then holds nothing that is left to be decided about the fields.
type plan struct {
	*catalog
	op         *ast.OperationDefinition
	fields     []*ast.Field       // each once, in the order of the document
	places     map[*ast.Field]int // in fields
	fixed      []*args            // of a field, if no variable is among them
	question   string             // SHA-256 of the document, in hexadecimal
	conditions []string           // variables of @skip and @include

	mu       sync.Mutex
	compiled map[string]*selection // by the values of conditions
	steps    int                   // of compiled
}

// newPlan makes a plan of a validated operation.
func newPlan(c *catalog, op *ast.OperationDefinition) (*plan, []Error) {
	p := &plan{catalog: c, op: op, places: map[*ast.Field]int{}, compiled: map[string]*selection{}}
	p.scan(op.SelectionSet, map[string]bool{})
	p.fixed = make([]*args, len(p.fields))
	in := intake(c.types.Types)
	for i, f := range p.fields {
		if slices.ContainsFunc(f.Arguments, func(a *ast.Argument) bool { return variable(a.Value) }) {
			continue
		}
		a, err := in.of(f, nil)
		if err != nil {
			return nil, misfitting(f, err)
		}
		p.fixed[i] = &a
	}
	return p, nil
}

func (in intake) of(f *ast.Field, vars map[string]any) (args, *misfit) {
	return in.arguments(f.ObjectDefinition.Name+"."+f.Name, f.Definition.Arguments, f.Arguments, vars)
}

func misfitting(f *ast.Field, err *misfit) []Error {
	return refusal(CodeValidation, f.Position, "Argument %v.", err)
}

// variable reports whether v holds a variable.
func variable(v *ast.Value) bool {
	return v.Kind == ast.Variable || slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return variable(c.Value) })
}

func (p *plan) scan(set ast.SelectionSet, spread map[string]bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			p.places[s] = len(p.fields)
			p.fields = append(p.fields, s)
			p.decide(s.Directives)
			p.scan(s.SelectionSet, spread)
		case *ast.InlineFragment:
			p.decide(s.Directives)
			p.scan(s.SelectionSet, spread)
		case *ast.FragmentSpread:
			p.decide(s.Directives)
			if !spread[s.Name] {
				spread[s.Name] = true
				p.scan(s.Definition.SelectionSet, spread)
			}
		}
	}
}

func (p *plan) decide(list ast.DirectiveList) {
	for _, d := range list {
		if v := condition(d); v != nil && v.Kind == ast.Variable && !slices.Contains(p.conditions, v.Raw) {
			p.conditions = append(p.conditions, v.Raw)
		}
	}
}

// condition is what @skip or @include depends on; nil for another directive.
func condition(d *ast.Directive) *ast.Value {
	if arg := d.Arguments.ForName("if"); arg != nil && (d.Name == "skip" || d.Name == "include") {
		return arg.Value
	}
	return nil
}

// asked is what the operation asks of the root under the given variables.
func (p *plan) asked(vars map[string]any) (*selection, []Error) {
	chosen := make([]byte, len(p.conditions))
	for i, name := range p.conditions {
		on, ok := vars[name].(bool)
		if !ok {
			return nil, refusal(CodeVariables, p.op.Position, "Variable $%s is required: it decides what to include.", name)
		}
		if on {
			chosen[i] = 1
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.compiled[string(chosen)]; s != nil {
		return s, nil
	}
	c := compiler{plan: p, vars: vars, made: map[string]*selection{}}
	s := c.selection(p.root(p.op.Operation), []ast.SelectionSet{p.op.SelectionSet}, "")
	if c.steps > maxSteps {
		return nil, refusal(CodeTooExpensive, p.op.Position, "The operation asks for more than can be planned.")
	}
	if len(p.compiled) == maxCompiled || p.steps+c.steps > maxSteps {
		clear(p.compiled)
		p.steps = 0
	}
	p.steps += c.steps
	p.compiled[string(chosen)] = s
	return s, nil
}

// roots are the names under which an operation answers, whatever its conditions say.
func roots(set ast.SelectionSet) (names []string) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			names = append(names, s.Alias)
		case *ast.InlineFragment:
			names = append(names, roots(s.SelectionSet)...)
		case *ast.FragmentSpread:
			names = append(names, roots(s.Definition.SelectionSet)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// meta reports whether a field is GraphQL's own.
func meta(name string) bool { return strings.HasPrefix(name, "__") }

var typename = graphqlgo.TypeNameMetaFieldDef.Name
