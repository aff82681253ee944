package graphql

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	graphqlgo "github.com/graphql-go/graphql"
	goast "github.com/graphql-go/graphql/language/ast"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"
)

// New reads the schema and binds every field of every object in it. It fails, naming all
// of them, on fields without a resolver, resolvers without a field, leaf types without a
// Go form and defaults that are not of their type. The subscription type may be unbound.
func New(sdl string, log *zap.Logger, bindings ...binding) (*Engine, error) {
	types, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: sdl})
	if err != nil {
		return nil, fmt.Errorf("graphql: %w", err)
	}
	delete(types.Directives, "defer")

	completeIntrospection()
	g := newGenerator(types, bindings)
	if err := errors.Join(g.check(bindings), g.checkLeaves()); err != nil {
		return nil, fmt.Errorf("graphql: the schema and its bindings differ:\n%w", err)
	}
	schema, err := g.schema()
	if err != nil {
		return nil, fmt.Errorf("graphql: %w", err)
	}
	c := newCatalog(g, schema)
	return &Engine{sdl: sdl, streams: g.streams, catalog: c, gate: newGate(c), log: log, build: buildOf(sdl)}, nil
}

// buildOf stands for a schema and the program that answers it.
func buildOf(sdl string) string {
	sum := sha256.New()
	if program, ok := debug.ReadBuildInfo(); ok {
		io.WriteString(sum, program.String())
	}
	io.WriteString(sum, sdl)
	return hex.EncodeToString(sum.Sum(nil))
}

// A generator makes the types of graphql-go from a schema.
type generator struct {
	types   *ast.Schema
	fields  map[string]map[string]resolver // by object and field
	objects map[reflect.Type][]string      // names of objects by the Go type they are bound to
	made    map[string]graphqlgo.Type
	streams map[string]opener // by field of Subscription
}

func newGenerator(types *ast.Schema, bindings []binding) *generator {
	g := &generator{types, map[string]map[string]resolver{}, map[reflect.Type][]string{}, builtIn(), map[string]opener{}}
	for _, b := range bindings {
		g.fields[b.object] = b.fields
		g.objects[b.source] = append(g.objects[b.source], b.object)
		maps.Copy(g.streams, b.streams)
	}
	return g
}

func builtIn() map[string]graphqlgo.Type {
	return map[string]graphqlgo.Type{
		"Int": graphqlgo.Int, "Float": graphqlgo.Float, "String": graphqlgo.String,
		"Boolean": graphqlgo.Boolean, "ID": graphqlgo.ID,
	}
}

// own returns the schema's own definitions of a kind, by name.
func (g *generator) own(kind ast.DefinitionKind) []*ast.Definition {
	var defs []*ast.Definition
	for _, name := range slices.Sorted(maps.Keys(g.types.Types)) {
		if def := g.types.Types[name]; def.Kind == kind && !def.BuiltIn {
			defs = append(defs, def)
		}
	}
	return defs
}

// declared returns the fields of def without those of introspection.
func declared(def *ast.Definition) ast.FieldList {
	return slices.DeleteFunc(slices.Clone(def.Fields), func(f *ast.FieldDefinition) bool {
		return strings.HasPrefix(f.Name, "__")
	})
}

func (g *generator) schema() (graphqlgo.Schema, error) {
	for _, def := range g.types.Types {
		if !strings.HasPrefix(def.Name, "__") && g.made[def.Name] == nil {
			g.made[def.Name] = g.named(def)
		}
	}
	object := func(def *ast.Definition) *graphqlgo.Object {
		if def == nil {
			return nil
		}
		return g.made[def.Name].(*graphqlgo.Object)
	}
	s, err := graphqlgo.NewSchema(graphqlgo.SchemaConfig{
		Query:        object(g.types.Query),
		Mutation:     object(g.types.Mutation),
		Subscription: object(g.types.Subscription),
		Types:        slices.Collect(maps.Values(g.made)),
	})
	if err != nil {
		return s, err
	}
	warm(&s)
	return s, nil
}

// warm fills everything that graphql-go fills on first use, where two first users race.
func warm(s *graphqlgo.Schema) {
	for _, t := range s.TypeMap() {
		switch t := t.(type) {
		case *graphqlgo.Object:
			t.Fields()
			t.Interfaces()
		case *graphqlgo.Interface:
			t.Fields()
			s.IsPossibleType(t, s.QueryType())
		case *graphqlgo.Union:
			t.Types()
			s.IsPossibleType(t, s.QueryType())
		case *graphqlgo.InputObject:
			t.Fields()
		case *graphqlgo.Enum:
			t.Serialize("")
			t.ParseValue("")
		}
	}
}

func (g *generator) named(def *ast.Definition) graphqlgo.Type {
	switch def.Kind {
	case ast.Object:
		return graphqlgo.NewObject(graphqlgo.ObjectConfig{
			Name: def.Name, Description: def.Description,
			Fields:     graphqlgo.FieldsThunk(func() graphqlgo.Fields { return g.objectFields(def) }),
			Interfaces: graphqlgo.InterfacesThunk(func() []*graphqlgo.Interface { return all[*graphqlgo.Interface](g, def.Interfaces) }),
		})
	case ast.Interface:
		return graphqlgo.NewInterface(graphqlgo.InterfaceConfig{
			Name: def.Name, Description: def.Description, ResolveType: undecided,
			Fields: graphqlgo.FieldsThunk(func() graphqlgo.Fields { return g.objectFields(def) }),
		})
	case ast.Union:
		return graphqlgo.NewUnion(graphqlgo.UnionConfig{
			Name: def.Name, Description: def.Description, ResolveType: undecided,
			Types: graphqlgo.UnionTypesThunk(func() []*graphqlgo.Object { return all[*graphqlgo.Object](g, def.Types) }),
		})
	case ast.Enum:
		values := graphqlgo.EnumValueConfigMap{}
		for _, v := range def.EnumValues {
			values[v.Name] = &graphqlgo.EnumValueConfig{Value: v.Name, Description: v.Description, DeprecationReason: deprecation(v.Directives)}
		}
		return graphqlgo.NewEnum(graphqlgo.EnumConfig{Name: def.Name, Description: def.Description, Values: values})
	case ast.InputObject:
		return graphqlgo.NewInputObject(graphqlgo.InputObjectConfig{
			Name: def.Name, Description: def.Description,
			Fields: graphqlgo.InputObjectConfigFieldMapThunk(func() graphqlgo.InputObjectConfigFieldMap { return g.inputFields(def) }),
		})
	default:
		same := func(v any) any { return v }
		return graphqlgo.NewScalar(graphqlgo.ScalarConfig{
			Name: def.Name, Description: def.Description, Serialize: same, ParseValue: same,
			ParseLiteral: func(v goast.Value) any { return v.GetValue() },
		})
	}
}

func all[T graphqlgo.Type](g *generator, names []string) []T {
	types := make([]T, len(names))
	for i, name := range names {
		types[i] = g.made[name].(T)
	}
	return types
}

func (g *generator) objectFields(def *ast.Definition) graphqlgo.Fields {
	fields := graphqlgo.Fields{}
	for _, f := range declared(def) {
		fields[f.Name] = g.field(f)
	}
	return fields
}

func (g *generator) field(f *ast.FieldDefinition) *graphqlgo.Field {
	arguments := graphqlgo.FieldConfigArgument{}
	for _, a := range f.Arguments {
		arguments[a.Name] = &graphqlgo.ArgumentConfig{
			Type: g.ref(a.Type), Description: a.Description, DefaultValue: plain(a.DefaultValue),
		}
	}
	return &graphqlgo.Field{
		Type: g.ref(f.Type), Args: arguments,
		Description: f.Description, DeprecationReason: deprecation(f.Directives),
	}
}

func (g *generator) inputFields(def *ast.Definition) graphqlgo.InputObjectConfigFieldMap {
	fields := graphqlgo.InputObjectConfigFieldMap{}
	for _, f := range def.Fields {
		fields[f.Name] = &graphqlgo.InputObjectFieldConfig{
			Type: g.ref(f.Type), Description: f.Description, DefaultValue: plain(f.DefaultValue),
		}
	}
	return fields
}

func (g *generator) ref(t *ast.Type) graphqlgo.Type {
	of := g.made[t.NamedType]
	if t.Elem != nil {
		of = graphqlgo.NewList(g.ref(t.Elem))
	}
	if t.NonNull {
		return graphqlgo.NewNonNull(of)
	}
	return of
}

// members are the objects that a value of an abstract type may be, by its Go type.
func (g *generator) members(abstract *ast.Definition) map[reflect.Type]string {
	objects := map[reflect.Type]string{}
	for t, names := range g.objects {
		for _, possible := range g.types.GetPossibleTypes(abstract) {
			if slices.Contains(names, possible.Name) {
				objects[t] = possible.Name
			}
		}
	}
	return objects
}

// undecided stands for what graphql-go asks when it executes: which object a value is.
func undecided(graphqlgo.ResolveTypeParams) *graphqlgo.Object { return nil }

func deprecation(directives ast.DirectiveList) string {
	d := directives.ForName("deprecated")
	if d == nil {
		return ""
	}
	if reason := d.Arguments.ForName("reason"); reason != nil {
		return reason.Value.Raw
	}
	return "No longer supported"
}

func plain(v *ast.Value) any {
	if v == nil {
		return nil
	}
	p, _ := literal(v, nil)
	return p
}
