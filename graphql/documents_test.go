package graphql_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/graphql"
)

// documents draws operations of the schema that are valid, with arguments from what an
// attacker could know.
type documents struct {
	*ast.Schema
	ids, cursors, texts []string
	t                   *rapid.T
	budget              int // fields
}

var schema = gqlparser.MustLoadSchema(&ast.Source{Input: graphql.Schema()})

func (d *documents) draw(t *rapid.T) string {
	d.t, d.budget = t, 90
	root := schema.Query
	if rapid.IntRange(0, 7).Draw(t, "mutation") == 0 {
		root = schema.Mutation
	}
	var fields []string
	for i := range rapid.IntRange(1, 3).Draw(t, "fields") {
		f := d.oneOf(root)
		fields = append(fields, fmt.Sprintf("f%d:%s%s%s", i, f.Name, d.arguments(f.Arguments), d.below(f.Type, 5)))
	}
	return strings.ToLower(root.Name) + "{" + strings.Join(fields, " ") + "}"
}

// oneOf picks a field of root, those that lead to learners more often.
func (d *documents) oneOf(root *ast.Definition) *ast.FieldDefinition {
	var fields []*ast.FieldDefinition
	for _, f := range root.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		fields = append(fields, f)
		if slices.Contains([]string{"node", "nodes", "apprentice", "apprentices", "changes"}, f.Name) {
			fields = append(fields, slices.Repeat([]*ast.FieldDefinition{f}, len(root.Fields)/5)...)
		}
	}
	return rapid.SampledFrom(fields).Draw(d.t, "root")
}

func (d *documents) below(of *ast.Type, depth int) string {
	def := schema.Types[of.Name()]
	if def.IsLeafType() {
		return ""
	}
	return "{__typename " + d.selection(def, depth) + "}"
}

// selection picks fields of an object. An abstract type is taken as one that it may be, so
// that no two fields of a name differ in type.
func (d *documents) selection(def *ast.Definition, depth int) string {
	if def.IsAbstractType() {
		possible := rapid.SampledFrom(schema.GetPossibleTypes(def)).Draw(d.t, "type")
		return "... on " + possible.Name + "{__typename " + d.selection(possible, depth) + "}"
	}
	var out []string
	for _, f := range rapid.Permutation([]*ast.FieldDefinition(def.Fields)).Draw(d.t, "order") {
		leaf := schema.Types[f.Type.Name()].IsLeafType()
		// A message tells back what was sent: it proves nothing.
		if strings.HasPrefix(f.Name, "__") || def.Name == "UserError" && f.Name == "message" || !leaf && depth == 0 || d.budget <= 0 {
			continue
		}
		if rapid.IntRange(0, 3).Draw(d.t, f.Name) == 0 {
			continue
		}
		d.budget--
		out = append(out, f.Name+d.arguments(f.Arguments)+d.below(f.Type, depth-1))
	}
	return strings.Join(out, " ")
}

func (d *documents) arguments(declared ast.ArgumentDefinitionList) string {
	var out []string
	for _, a := range declared {
		if a.Type.NonNull || rapid.Bool().Draw(d.t, a.Name) {
			out = append(out, a.Name+":"+d.value(a.Name, a.Type))
		}
	}
	if out == nil {
		return ""
	}
	return "(" + strings.Join(out, ",") + ")"
}

func (d *documents) value(name string, of *ast.Type) string {
	if of.Elem != nil {
		var items []string
		for range rapid.IntRange(1, 4).Draw(d.t, "items") {
			items = append(items, d.value(name, of.Elem))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	quoted := func(from []string) string { return fmt.Sprintf("%q", rapid.SampledFrom(from).Draw(d.t, name)) }
	switch def := schema.Types[of.Name()]; {
	case def.Kind == ast.Enum:
		return rapid.SampledFrom(def.EnumValues).Draw(d.t, name).Name
	case def.Kind == ast.InputObject:
		return d.input(def)
	case name == "first":
		return fmt.Sprint(rapid.IntRange(1, 5).Draw(d.t, name))
	case def.Name == "Int":
		return fmt.Sprint(rapid.IntRange(-1, 2000).Draw(d.t, name))
	case def.Name == "Boolean":
		return fmt.Sprint(rapid.Bool().Draw(d.t, name))
	case name == "after":
		return quoted(d.cursors)
	case name == "idempotencyKey":
		return fmt.Sprintf("%q", rapid.StringMatching(`[a-z]{1,12}`).Draw(d.t, name))
	case def.Name == "ID":
		return quoted(d.ids)
	case def.Name == "Date":
		return quoted([]string{"2026-01-01", "2026-11-23", "2027-12-31"})
	case def.Name == "Week":
		return quoted([]string{"2026-W36", "2026-W48"})
	case def.Name == "Decimal":
		return quoted([]string{"1.5", "3", "30"})
	}
	return quoted(d.texts)
}

func (d *documents) input(def *ast.Definition) string {
	fields := slices.Clone(def.Fields)
	if def.Directives.ForName("oneOf") != nil {
		fields = ast.FieldList{rapid.SampledFrom(fields).Draw(d.t, def.Name)}
	} else {
		fields = slices.DeleteFunc(fields, func(f *ast.FieldDefinition) bool {
			return !f.Type.NonNull && rapid.Bool().Draw(d.t, f.Name)
		})
	}
	var out []string
	for _, f := range fields {
		out = append(out, f.Name+":"+d.value(f.Name, f.Type))
	}
	return "{" + strings.Join(out, ",") + "}"
}
