package graphql

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	graphqlgo "github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// completeIntrospection replaces the fields of graphql-go's introspection types, which
// know an old edition of GraphQL, lose defaults and answer in random order, by fields that
// answer from the schema itself, in the order of names.
//
// These types are shared by every schema of the process; the fields keep no state and find
// the schema they describe in the request.
var completeIntrospection = sync.OnceFunc(func() {
	prelude, err := validator.LoadSchema(validator.Prelude, &ast.Source{Input: "type Query{_:Int}"})
	if err != nil {
		panic(err)
	}
	g := newGenerator(prelude, introspection)
	g.made["__TypeKind"] = graphqlgo.TypeKindEnumType
	g.made["__DirectiveLocation"] = g.named(prelude.Types["__DirectiveLocation"])
	own := map[string]*graphqlgo.Object{
		"__Schema": graphqlgo.SchemaType, "__Type": graphqlgo.TypeType, "__Field": graphqlgo.FieldType,
		"__InputValue": graphqlgo.InputValueType, "__EnumValue": graphqlgo.EnumValueType, "__Directive": graphqlgo.DirectiveType,
	}
	for name, object := range own {
		g.made[name] = object
	}
	for name, object := range own {
		def := prelude.Types[name]
		for _, f := range def.Fields {
			object.AddFieldConfig(f.Name, g.field(f))
		}
	}
})

// described is a part of a schema together with the schema.
type described[T any] struct {
	in *ast.Schema
	of T
}

func describe[T any](in *ast.Schema, parts []T) []described[T] {
	out := make([]described[T], len(parts))
	for i, p := range parts {
		out[i] = described[T]{in, p}
	}
	return out
}

type (
	schemaPart    = described[*ast.Schema]
	typePart      = described[*ast.Type]
	fieldPart     = described[*ast.FieldDefinition]
	inputPart     = described[*ast.ArgumentDefinition]
	enumValuePart = described[*ast.EnumValueDefinition]
	directivePart = described[*ast.DirectiveDefinition]
)

func describeSchema(ctx context.Context, _ any, _ args) (any, error) {
	types := executing(ctx).types
	return schemaPart{types, types}, nil
}

func describeType(ctx context.Context, _ any, a args) (any, error) {
	return typeNamed(executing(ctx).types, a.text("name")), nil
}

var introspection = []binding{
	object("__Schema", map[string]field[schemaPart]{
		"description":      get(func(s schemaPart) any { return optional(s.of.Description) }),
		"queryType":        get(func(s schemaPart) any { return rootType(s, s.of.Query) }),
		"mutationType":     get(func(s schemaPart) any { return rootType(s, s.of.Mutation) }),
		"subscriptionType": get(func(s schemaPart) any { return rootType(s, s.of.Subscription) }),
		"types": get(func(s schemaPart) any {
			return namedTypes(s.in, slices.Collect(maps.Values(s.of.Types)))
		}),
		"directives": get(func(s schemaPart) any {
			return describe(s.in, byName(slices.Collect(maps.Values(s.of.Directives)), func(d *ast.DirectiveDefinition) string { return d.Name }))
		}),
	}),
	object("__Type", map[string]field[typePart]{
		"kind": get(func(t typePart) any { return kind(t) }),
		"name": get(func(t typePart) any { return ifNamed(t, func(d *ast.Definition) any { return d.Name }) }),
		"description": get(func(t typePart) any {
			return ifNamed(t, func(d *ast.Definition) any { return optional(d.Description) })
		}),
		"specifiedByURL": get(func(t typePart) any { return ifNamed(t, specifiedBy) }),
		"fields":         ask(fieldsOf),
		"interfaces": get(func(t typePart) any {
			return ifNamed(t, func(d *ast.Definition) any {
				if d.Kind != ast.Object && d.Kind != ast.Interface {
					return nil
				}
				defs := make([]*ast.Definition, len(d.Interfaces))
				for i, name := range d.Interfaces {
					defs[i] = t.in.Types[name]
				}
				return namedTypes(t.in, defs)
			})
		}),
		"possibleTypes": get(func(t typePart) any {
			return ifNamed(t, func(d *ast.Definition) any {
				if !d.IsAbstractType() {
					return nil
				}
				return namedTypes(t.in, slices.Clone(t.in.GetPossibleTypes(d)))
			})
		}),
		"enumValues":  ask(enumValuesOf),
		"inputFields": ask(inputFieldsOf),
		"ofType": get(func(t typePart) any {
			switch {
			case t.of.NonNull:
				inner := *t.of
				inner.NonNull = false
				return typePart{t.in, &inner}
			case t.of.Elem != nil:
				return typePart{t.in, t.of.Elem}
			}
			return nil
		}),
		"isOneOf": get(func(t typePart) any {
			return ifNamed(t, func(d *ast.Definition) any {
				if d.Kind != ast.InputObject {
					return nil
				}
				return d.Directives.ForName("oneOf") != nil
			})
		}),
	}),
	object("__Field", map[string]field[fieldPart]{
		"name":        get(func(f fieldPart) any { return f.of.Name }),
		"description": get(func(f fieldPart) any { return optional(f.of.Description) }),
		"args": ask(func(_ context.Context, f fieldPart, a args) (any, error) {
			return inputs(f.in, f.of.Arguments, a.bool("includeDeprecated")), nil
		}),
		"type":              get(func(f fieldPart) any { return typePart{f.in, f.of.Type} }),
		"isDeprecated":      get(func(f fieldPart) any { return deprecation(f.of.Directives) != "" }),
		"deprecationReason": get(func(f fieldPart) any { return optional(deprecation(f.of.Directives)) }),
	}),
	object("__InputValue", map[string]field[inputPart]{
		"name":        get(func(i inputPart) any { return i.of.Name }),
		"description": get(func(i inputPart) any { return optional(i.of.Description) }),
		"type":        get(func(i inputPart) any { return typePart{i.in, i.of.Type} }),
		"defaultValue": get(func(i inputPart) any {
			if i.of.DefaultValue == nil {
				return nil
			}
			return i.of.DefaultValue.String()
		}),
		"isDeprecated":      get(func(i inputPart) any { return deprecation(i.of.Directives) != "" }),
		"deprecationReason": get(func(i inputPart) any { return optional(deprecation(i.of.Directives)) }),
	}),
	object("__EnumValue", map[string]field[enumValuePart]{
		"name":              get(func(v enumValuePart) any { return v.of.Name }),
		"description":       get(func(v enumValuePart) any { return optional(v.of.Description) }),
		"isDeprecated":      get(func(v enumValuePart) any { return deprecation(v.of.Directives) != "" }),
		"deprecationReason": get(func(v enumValuePart) any { return optional(deprecation(v.of.Directives)) }),
	}),
	object("__Directive", map[string]field[directivePart]{
		"name":         get(func(d directivePart) any { return d.of.Name }),
		"description":  get(func(d directivePart) any { return optional(d.of.Description) }),
		"isRepeatable": get(func(d directivePart) any { return d.of.IsRepeatable }),
		"locations": get(func(d directivePart) any {
			return slices.DeleteFunc(slices.Clone(d.of.Locations), func(l ast.DirectiveLocation) bool {
				return l == ast.LocationDirectiveDefinition // not in any released edition
			})
		}),
		"args": ask(func(_ context.Context, d directivePart, a args) (any, error) {
			return inputs(d.in, d.of.Arguments, a.bool("includeDeprecated")), nil
		}),
	}),
}

func fieldsOf(_ context.Context, t typePart, a args) (any, error) {
	return ifNamed(t, func(d *ast.Definition) any {
		if d.Kind != ast.Object && d.Kind != ast.Interface {
			return nil
		}
		fields := current(declared(d), a.bool("includeDeprecated"), func(f *ast.FieldDefinition) ast.DirectiveList { return f.Directives })
		return describe(t.in, byName(fields, func(f *ast.FieldDefinition) string { return f.Name }))
	}), nil
}

func enumValuesOf(_ context.Context, t typePart, a args) (any, error) {
	return ifNamed(t, func(d *ast.Definition) any {
		if d.Kind != ast.Enum {
			return nil
		}
		return describe(t.in, current(d.EnumValues, a.bool("includeDeprecated"), func(v *ast.EnumValueDefinition) ast.DirectiveList { return v.Directives }))
	}), nil
}

func inputFieldsOf(_ context.Context, t typePart, a args) (any, error) {
	return ifNamed(t, func(d *ast.Definition) any {
		if d.Kind != ast.InputObject {
			return nil
		}
		fields := make(ast.ArgumentDefinitionList, len(d.Fields))
		for i, f := range d.Fields {
			fields[i] = &ast.ArgumentDefinition{
				Name: f.Name, Description: f.Description, Type: f.Type, DefaultValue: f.DefaultValue, Directives: f.Directives,
			}
		}
		return inputs(t.in, fields, a.bool("includeDeprecated"))
	}), nil
}

func inputs(in *ast.Schema, defs ast.ArgumentDefinitionList, deprecated bool) []inputPart {
	defs = current(defs, deprecated, func(a *ast.ArgumentDefinition) ast.DirectiveList { return a.Directives })
	return describe(in, byName(defs, func(a *ast.ArgumentDefinition) string { return a.Name }))
}

// current returns a copy of parts, without those deprecated unless they are wanted.
func current[S ~[]E, E any](parts S, deprecated bool, directives func(E) ast.DirectiveList) S {
	return slices.DeleteFunc(slices.Clone(parts), func(p E) bool {
		return !deprecated && deprecation(directives(p)) != ""
	})
}

func byName[S ~[]E, E any](parts S, name func(E) string) S {
	slices.SortFunc(parts, func(a, b E) int { return cmp.Compare(name(a), name(b)) })
	return parts
}

func typeNamed(in *ast.Schema, name string) any {
	if in.Types[name] == nil {
		return nil
	}
	return typePart{in, ast.NamedType(name, nil)}
}

func namedTypes(in *ast.Schema, defs []*ast.Definition) []typePart {
	out := make([]typePart, len(defs))
	for i, def := range byName(defs, func(d *ast.Definition) string { return d.Name }) {
		out[i] = typePart{in, ast.NamedType(def.Name, nil)}
	}
	return out
}

func rootType(s schemaPart, def *ast.Definition) any {
	if def == nil {
		return nil
	}
	return typeNamed(s.in, def.Name)
}

func ifNamed(t typePart, read func(*ast.Definition) any) any {
	if t.of.NonNull || t.of.Elem != nil {
		return nil
	}
	return read(t.in.Types[t.of.NamedType])
}

func kind(t typePart) string {
	switch {
	case t.of.NonNull:
		return graphqlgo.TypeKindNonNull
	case t.of.Elem != nil:
		return graphqlgo.TypeKindList
	}
	return string(t.in.Types[t.of.NamedType].Kind)
}

func specifiedBy(d *ast.Definition) any {
	if s := d.Directives.ForName("specifiedBy"); s != nil {
		return s.Arguments.ForName("url").Value.Raw
	}
	return nil
}
