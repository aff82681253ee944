package graphql

import (
	"reflect"

	graphqlgo "github.com/graphql-go/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// A catalog is what plans are made of: the schema's types as graphql-go knows them, and
// how each field of each object is answered.
type catalog struct {
	types   *ast.Schema
	schema  graphqlgo.Schema
	answers map[string]map[string]resolver // by object and field
	leaves  map[string]*leaf
	members map[string]map[reflect.Type]string // the objects of an abstract type by the Go type they are bound to
}

func newCatalog(g *generator, schema graphqlgo.Schema) *catalog {
	c := &catalog{
		types: g.types, schema: schema, answers: map[string]map[string]resolver{},
		leaves: leaves(g.types), members: map[string]map[reflect.Type]string{},
	}
	for _, b := range introspection {
		c.answers[b.object] = b.fields
	}
	for name, fields := range g.fields {
		c.answers[name] = fields
	}
	for name, def := range g.types.Types {
		if def.IsAbstractType() {
			c.members[name] = g.members(def)
		}
	}
	return c
}

// root is the object that operations of a kind ask.
func (c *catalog) root(kind ast.Operation) *graphqlgo.Object {
	switch kind {
	case ast.Mutation:
		return c.schema.MutationType()
	case ast.Subscription:
		return c.schema.SubscriptionType()
	}
	return c.schema.QueryType()
}

func (c *catalog) object(name string) *graphqlgo.Object {
	o, _ := c.schema.Type(name).(*graphqlgo.Object)
	return o
}

// field returns the type of a field and how it is answered.
func (c *catalog) field(of *graphqlgo.Object, name string) (graphqlgo.Output, resolver) {
	if of == c.schema.QueryType() {
		switch name {
		case graphqlgo.SchemaMetaFieldDef.Name:
			return graphqlgo.SchemaMetaFieldDef.Type, resolver{one: describeSchema}
		case graphqlgo.TypeMetaFieldDef.Name:
			return graphqlgo.TypeMetaFieldDef.Type, resolver{one: describeType}
		}
	}
	return of.Fields()[name].Type, c.answers[of.Name()][name]
}

// applies reports whether a fragment on the named type says something about an object.
func (c *catalog) applies(fragment string, object *graphqlgo.Object) bool {
	if fragment == "" || fragment == object.Name() {
		return true
	}
	switch t := c.schema.Type(fragment).(type) {
	case *graphqlgo.Interface:
		return c.schema.IsPossibleType(t, object)
	case *graphqlgo.Union:
		return c.schema.IsPossibleType(t, object)
	}
	return false
}
