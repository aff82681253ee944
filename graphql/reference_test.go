package graphql

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"sync"

	graphqlgo "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/gqlerrors"
	goast "github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/kinds"
	"github.com/vektah/gqlparser/v2/ast"
)

// A reference answers operations with the executor of graphql-go. It is what plans are
// held against, and never sees a document that was not admitted.
type reference struct {
	*catalog
	document *translation
}

type referenceKey struct{}

// A referred is what graphql-go answered: data as encoding/json decodes it.
type referred struct {
	data any
	errs []referredError
}

type referredError struct {
	path  []any
	cause error
}

// refer executes a prepared operation.
func refer(ctx context.Context, op *operation, src any, vars map[string]any) referred {
	x := &execution{operation: op}
	x.ctx = context.WithValue(ctx, executionKey{}, x)
	bindReference(op.catalog)
	t := translate(op.plan)
	result := graphqlgo.Execute(graphqlgo.ExecuteParams{
		Schema: op.schema, Root: src, AST: t.document, Args: vars,
		Context: context.WithValue(x.ctx, referenceKey{}, &reference{op.catalog, t}),
	})
	out := referred{data: result.Data}
	if m, ok := result.Data.(map[string]any); ok && m == nil {
		out.data = nil
	}
	for _, e := range result.Errors {
		out.errs = append(out.errs, referredError{e.Path, cause(e)})
	}
	return out
}

var bound sync.Map // catalogs whose types have resolvers

// bindReference gives graphql-go the resolvers of every field.
func bindReference(c *catalog) {
	bind, _ := bound.LoadOrStore(c, sync.OnceFunc(func() {
		for _, t := range c.schema.TypeMap() {
			switch t := t.(type) {
			case *graphqlgo.Object:
				for _, f := range t.Fields() {
					if answer, ok := c.answers[t.Name()][f.Name]; ok {
						f.Resolve = referring(t.Name()+"."+f.Name, answer, f.Type)
					}
				}
			case *graphqlgo.Interface:
				t.ResolveType = c.resolveType(t.Name())
			case *graphqlgo.Union:
				t.ResolveType = c.resolveType(t.Name())
			}
		}
		graphqlgo.SchemaMetaFieldDef.Resolve = referring("Query.__schema", resolver{one: describeSchema}, graphqlgo.SchemaMetaFieldDef.Type)
		graphqlgo.TypeMetaFieldDef.Resolve = referring("Query.__type", resolver{one: describeType}, graphqlgo.TypeMetaFieldDef.Type)
	}))
	bind.(func())()
}

func (c *catalog) resolveType(abstract string) graphqlgo.ResolveTypeFn {
	return func(p graphqlgo.ResolveTypeParams) *graphqlgo.Object {
		t := reflect.TypeOf(p.Value)
		name, ok := c.members[abstract][t]
		if !ok && t.Kind() == reflect.Pointer {
			name, ok = c.members[abstract][t.Elem()]
		}
		if !ok {
			panic(fmt.Errorf("no object of %s is bound to %v", abstract, t))
		}
		return c.object(name)
	}
}

func referring(name string, answer resolver, of graphqlgo.Output) graphqlgo.FieldResolveFn {
	return func(p graphqlgo.ResolveParams) (v any, err error) {
		defer func() {
			if r := recover(); r != nil {
				v, err = nil, fmt.Errorf("%s: %w", name, &crash{value: r})
			}
		}()
		run := executing(p.Context)
		in := p.Context.Value(referenceKey{}).(*reference)
		args := run.arguments(p.Info.FieldASTs[0].Loc.Start)
		if answer.many != nil {
			var found []any
			if found, err = answer.many(p.Context, []any{p.Source}, args); err == nil {
				v = found[0]
				if f, failed := v.(failure); failed {
					v, err = nil, f.error
				}
			}
		} else {
			v, err = answer.one(p.Context, p.Source, args)
		}
		if err == nil {
			v, err = in.written(of, v)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return v, nil
	}
}

// written is a leaf, or a list of them, as graphql-go passes it on.
func (r *reference) written(of graphqlgo.Type, v any) (any, error) {
	switch t := of.(type) {
	case *graphqlgo.NonNull:
		return r.written(t.OfType, v)
	case *graphqlgo.List:
		list := reflect.ValueOf(v)
		if list.Kind() != reflect.Slice || !leafy(t.OfType) {
			return v, nil
		}
		out := make([]any, list.Len())
		for i := range out {
			var err error
			if out[i], err = r.written(t.OfType, list.Index(i).Interface()); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	l := r.leaves[of.Name()]
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && l != nil {
		if p.IsNil() {
			return nil, nil
		}
		v = p.Elem().Interface()
	}
	if l == nil || v == nil {
		return v, nil
	}
	b, ok := l.write(nil, v)
	if !ok {
		return nil, fmt.Errorf("a %T cannot be written as %s", v, l.name)
	}
	if len(b) == 0 {
		return nil, nil
	}
	var out any
	err := json.Unmarshal(b, &out)
	return out, err
}

func leafy(t graphqlgo.Type) bool {
	switch t := t.(type) {
	case *graphqlgo.NonNull:
		return leafy(t.OfType)
	case *graphqlgo.List:
		return leafy(t.OfType)
	case *graphqlgo.Scalar, *graphqlgo.Enum:
		return true
	}
	return false
}

// cause digs the error that a resolver returned out of graphql-go's wrappings.
func cause(err error) error {
	for {
		var inner error
		switch e := err.(type) {
		case gqlerrors.FormattedError:
			inner = e.OriginalError()
		case *gqlerrors.Error:
			inner = e.OriginalError
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}

// A translation is an operation in the form that graphql-go executes. A node carries no
// place in a text: its start is the place of the field in the plan. Arguments are left out,
// because they are coerced without graphql-go, which knows no null.
type translation struct {
	document  *goast.Document
	plan      *plan
	fragments []goast.Node
	done      map[string]bool
}

func translate(p *plan) *translation {
	t := &translation{plan: p, done: map[string]bool{}}
	definition := goast.NewOperationDefinition(&goast.OperationDefinition{
		Operation: string(p.op.Operation), SelectionSet: t.selection(p.op.SelectionSet),
	})
	for _, name := range p.conditions {
		definition.VariableDefinitions = append(definition.VariableDefinitions, goast.NewVariableDefinition(&goast.VariableDefinition{
			Variable: variableNode(name), Type: goast.NewNamed(&goast.Named{Name: nameNode("Boolean")}),
		}))
	}
	t.document = goast.NewDocument(&goast.Document{Definitions: append([]goast.Node{definition}, t.fragments...)})
	return t
}

func (t *translation) selection(set ast.SelectionSet) *goast.SelectionSet {
	if len(set) == 0 {
		return nil
	}
	out := goast.NewSelectionSet(nil)
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			out.Selections = append(out.Selections, goast.NewField(&goast.Field{
				Loc:   &goast.Location{Start: t.plan.places[s]},
				Alias: nameNode(s.Alias), Name: nameNode(s.Name),
				Directives: t.directives(s.Directives), SelectionSet: t.selection(s.SelectionSet),
			}))
		case *ast.InlineFragment:
			out.Selections = append(out.Selections, goast.NewInlineFragment(&goast.InlineFragment{
				TypeCondition: conditionNode(s.TypeCondition), Directives: t.directives(s.Directives), SelectionSet: t.selection(s.SelectionSet),
			}))
		case *ast.FragmentSpread:
			out.Selections = append(out.Selections, goast.NewFragmentSpread(&goast.FragmentSpread{
				Name: nameNode(s.Name), Directives: t.directives(s.Directives),
			}))
			t.fragment(s.Definition)
		}
	}
	return out
}

func (t *translation) fragment(f *ast.FragmentDefinition) {
	if t.done[f.Name] {
		return
	}
	t.done[f.Name] = true
	t.fragments = append(t.fragments, goast.NewFragmentDefinition(&goast.FragmentDefinition{
		Name: nameNode(f.Name), TypeCondition: conditionNode(f.TypeCondition), SelectionSet: t.selection(f.SelectionSet),
	}))
}

func (t *translation) directives(list ast.DirectiveList) (out []*goast.Directive) {
	for _, d := range list {
		v := condition(d)
		if v == nil {
			continue
		}
		var value goast.Value = goast.NewBooleanValue(&goast.BooleanValue{Value: v.Raw == "true"})
		if v.Kind == ast.Variable {
			value = variableNode(v.Raw)
		}
		out = append(out, goast.NewDirective(&goast.Directive{
			Name: nameNode(d.Name), Arguments: []*goast.Argument{goast.NewArgument(&goast.Argument{Name: nameNode("if"), Value: value})},
		}))
	}
	return out
}

func nameNode(s string) *goast.Name { return &goast.Name{Kind: kinds.Name, Value: s} }

func variableNode(s string) *goast.Variable {
	return goast.NewVariable(&goast.Variable{Name: nameNode(s)})
}

// conditionNode is the type a fragment applies to, or nil for an inline fragment without one.
func conditionNode(s string) *goast.Named {
	if s == "" {
		return nil
	}
	return goast.NewNamed(&goast.Named{Name: nameNode(s)})
}

// decoded is the JSON of a response as graphql-go would have it.
func decoded(data []byte) (v any) {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&v); err != nil {
		panic(err)
	}
	return v
}
