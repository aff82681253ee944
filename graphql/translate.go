package graphql

import (
	goast "github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/kinds"
	"github.com/vektah/gqlparser/v2/ast"
)

// A plan is an admitted operation in the form that graphql-go executes.
//
// A node of document carries no place in a text. Its start is an index into fields, in
// the order of execution: that is how a resolver finds its field, and it is what
// graphql-go orders mutations by. Arguments are left out, because they are coerced
// without graphql-go, which knows no null; conditions are the variables of @skip and @include.
type plan struct {
	op         *ast.OperationDefinition
	document   *goast.Document
	fields     []*ast.Field
	conditions []string
	shape      *shape
}

// translate makes a plan of a validated operation.
func translate(op *ast.OperationDefinition) *plan {
	t := &translation{plan: &plan{op: op}, done: map[string]bool{}}
	definition := goast.NewOperationDefinition(&goast.OperationDefinition{
		Operation:    string(op.Operation),
		SelectionSet: t.selection(op.SelectionSet),
	})
	for _, name := range t.conditions {
		definition.VariableDefinitions = append(definition.VariableDefinitions, goast.NewVariableDefinition(&goast.VariableDefinition{
			Variable: variable(name), Type: named("Boolean"),
		}))
	}
	t.document = goast.NewDocument(&goast.Document{Definitions: append([]goast.Node{definition}, t.fragments...)})
	t.shape = shapeOf("", []ast.SelectionSet{op.SelectionSet})
	return t.plan
}

type translation struct {
	*plan
	fragments []goast.Node
	done      map[string]bool // fragments and conditions seen
}

func (t *translation) selection(set ast.SelectionSet) *goast.SelectionSet {
	if len(set) == 0 {
		return nil
	}
	out := goast.NewSelectionSet(nil)
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			out.Selections = append(out.Selections, t.field(s))
		case *ast.InlineFragment:
			out.Selections = append(out.Selections, goast.NewInlineFragment(&goast.InlineFragment{
				TypeCondition: condition(s.TypeCondition),
				Directives:    t.directives(s.Directives),
				SelectionSet:  t.selection(s.SelectionSet),
			}))
		case *ast.FragmentSpread:
			out.Selections = append(out.Selections, goast.NewFragmentSpread(&goast.FragmentSpread{
				Name: name(s.Name), Directives: t.directives(s.Directives),
			}))
			t.fragment(s.Definition)
		}
	}
	return out
}

func (t *translation) field(f *ast.Field) *goast.Field {
	start := len(t.fields)
	t.fields = append(t.fields, f)
	return goast.NewField(&goast.Field{
		Loc:          &goast.Location{Start: start},
		Alias:        name(f.Alias),
		Name:         name(f.Name),
		Directives:   t.directives(f.Directives),
		SelectionSet: t.selection(f.SelectionSet),
	})
}

func (t *translation) fragment(f *ast.FragmentDefinition) {
	if t.done["..."+f.Name] {
		return
	}
	t.done["..."+f.Name] = true
	t.fragments = append(t.fragments, goast.NewFragmentDefinition(&goast.FragmentDefinition{
		Name: name(f.Name), TypeCondition: condition(f.TypeCondition), SelectionSet: t.selection(f.SelectionSet),
	}))
}

func (t *translation) directives(list ast.DirectiveList) []*goast.Directive {
	var out []*goast.Directive
	for _, d := range list {
		arg := d.Arguments.ForName("if")
		if arg == nil || d.Name != "skip" && d.Name != "include" {
			continue
		}
		var value goast.Value = goast.NewBooleanValue(&goast.BooleanValue{Value: arg.Value.Raw == "true"})
		if arg.Value.Kind == ast.Variable {
			value = variable(arg.Value.Raw)
			if !t.done["$"+arg.Value.Raw] {
				t.done["$"+arg.Value.Raw] = true
				t.conditions = append(t.conditions, arg.Value.Raw)
			}
		}
		out = append(out, goast.NewDirective(&goast.Directive{
			Name: name(d.Name), Arguments: []*goast.Argument{goast.NewArgument(&goast.Argument{Name: name("if"), Value: value})},
		}))
	}
	return out
}

func name(s string) *goast.Name { return &goast.Name{Kind: kinds.Name, Value: s} }

func named(s string) *goast.Named { return goast.NewNamed(&goast.Named{Name: name(s)}) }

func variable(s string) *goast.Variable { return goast.NewVariable(&goast.Variable{Name: name(s)}) }

// condition is the type a fragment applies to, or nil for an inline fragment without one.
func condition(s string) *goast.Named {
	if s == "" {
		return nil
	}
	return named(s)
}
