package graphql

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Limits of what one operation may ask for, known before it is executed.
const (
	maxNodes = 25_000 // objects
	maxPage  = 100    // of a list or connection
	maxFeed  = 1000   // of a page of the change feed, whose type ends in Page
	someList = 10     // what a list without a page size counts
)

// An operation is a plan together with what one request gave it.
type operation struct {
	*plan
	root  *selection
	given map[int]args // by the place of the field, of those that variables decide

	objects int // that it may return
}

// arguments are those of the field at a place.
func (o *operation) arguments(place int) args {
	if fixed := o.fixed[place]; fixed != nil {
		return *fixed
	}
	return o.given[place]
}

func (o *operation) kind() ast.Operation { return o.op.Operation }

// prepare does everything that can refuse a request as a whole: it admits the document,
// coerces variables and all arguments, and adds up what the operation may cost.
func (e *Engine) prepare(r Request) (*operation, []Error) {
	p, errs, fault := e.gate.admit(r)
	if fault != nil {
		return nil, []Error{e.fault(fault, nil)}
	}
	if errs != nil {
		return nil, errs
	}
	in := intake(e.types.Types)
	vars, errs := in.variables(p.op, r.Variables)
	if errs != nil {
		return nil, errs
	}
	o := &operation{plan: p, given: map[int]args{}}
	if o.root, errs = p.asked(vars); errs != nil {
		return nil, errs
	}
	for i, f := range p.fields {
		if p.fixed[i] != nil {
			continue
		}
		a, err := in.of(f, vars)
		if err != nil {
			return nil, misfitting(f, err)
		}
		o.given[i] = a
	}
	return o, newTill(o).check()
}

// variables coerces what was given for the variables of op. What is not declared is ignored.
func (in intake) variables(op *ast.OperationDefinition, given map[string]any) (map[string]any, []Error) {
	vars := make(map[string]any, len(op.VariableDefinitions))
	for _, d := range op.VariableDefinitions {
		v, ok := given[d.Variable]
		if !ok && d.DefaultValue == nil && !d.Type.NonNull {
			continue
		}
		if !ok && d.DefaultValue != nil {
			v, _ = literal(d.DefaultValue, nil)
		}
		c, err := in.value(d.Type, v)
		switch {
		case err == nil:
			vars[d.Variable] = c
		case !ok && d.DefaultValue != nil:
			return nil, refusal(CodeValidation, d.Position, "Default of %v.", err.below("$"+d.Variable))
		default:
			return nil, refusal(CodeVariables, d.Position, "Variable %v.", err.below("$"+d.Variable))
		}
	}
	return vars, nil
}

// A till adds up how many objects an operation may return: a page counts its size, and
// everything below it counts once for each of its items.
type till struct {
	*operation
	fragments map[spread]int
	errs      []Error
}

// A spread is a fragment within a page of some size, or 0 outside of one.
type spread struct {
	fragment string
	page     int
}

func newTill(o *operation) *till { return &till{operation: o, fragments: map[spread]int{}} }

func (t *till) check() []Error {
	nodes := t.selection(t.op.SelectionSet, 0)
	t.objects = nodes
	if t.errs == nil && nodes > maxNodes {
		t.errs = refusal(CodeTooExpensive, t.op.Position,
			"The operation may return %d objects; at most %d are answered. Ask for smaller pages or less below them.", nodes, maxNodes)
	}
	return t.errs[:min(len(t.errs), maxErrors)]
}

// selection counts the objects below one object. page is the size of the page that this
// object is, if it is one: its lists hold the items.
func (t *till) selection(set ast.SelectionSet, page int) (nodes int) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			nodes += t.field(s, page)
		case *ast.InlineFragment:
			nodes += t.selection(s.SelectionSet, page)
		case *ast.FragmentSpread:
			at := spread{s.Name, page}
			n, ok := t.fragments[at]
			if !ok {
				n = t.selection(s.Definition.SelectionSet, page)
				t.fragments[at] = n
			}
			nodes += n
		}
		nodes = min(nodes, ceiling)
	}
	return nodes
}

func (t *till) field(f *ast.Field, page int) int {
	if len(f.SelectionSet) == 0 || meta(f.Name) {
		return 0
	}
	isList := f.Definition.Type.Elem != nil
	size, paged := t.size(f)
	switch {
	case paged && isList:
		return scaled(size, 1+t.selection(f.SelectionSet, 0))
	case paged:
		return min(size+t.selection(f.SelectionSet, size), ceiling)
	case isList && page > 0:
		return scaled(page, t.selection(f.SelectionSet, 0))
	case isList:
		return scaled(someList, 1+t.selection(f.SelectionSet, 0))
	case f.Name == "node" && strings.HasSuffix(f.ObjectDefinition.Name, "Edge"):
		return t.selection(f.SelectionSet, 0) // counted with its edge
	default:
		return min(1+t.selection(f.SelectionSet, 0), ceiling)
	}
}

// size returns how many items f asks for, if it says so.
func (t *till) size(f *ast.Field) (size int, paged bool) {
	limit := maxPage
	if strings.HasSuffix(f.Definition.Type.Name(), "Page") {
		limit = maxFeed
	}
	given := t.arguments(t.places[f])
	for _, d := range f.Definition.Arguments {
		switch d.Name {
		case "input":
			in, _ := given.values["input"].(args)
			if items, ok := in.values["items"].([]any); ok {
				size, paged = len(items), true
			}
			continue
		case "ids":
			ids, _ := given.values["ids"].([]any)
			size, paged = len(ids), true
			if size > limit {
				t.errs = append(t.errs, refusal(CodePageSize, f.Position, "ids names %d objects; at most %d are answered.", size, limit)...)
			}
			continue
		case "first", "last":
			paged = true
		default:
			continue
		}
		n, ok := given.values[d.Name].(int)
		switch {
		case !ok:
			n = limit
		case n < 1 || n > limit:
			t.errs = append(t.errs, refusal(CodePageSize, f.Position, "%s must be from 1 to %d.", d.Name, limit)...)
		}
		size = max(size, n)
	}
	return size, paged
}

func scaled(a, b int) int { return min(a*b, ceiling) }
