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
	budget              int    // fields
	wanted              string // the category of objects that are looked up; any if empty
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
		often := a.Type.NonNull || a.Name == "first" || a.Type.Name() == "ID" && rapid.Bool().Draw(d.t, a.Name)
		if often || rapid.IntRange(0, 3).Draw(d.t, a.Name) == 0 {
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
		if name == "ids" && d.wanted != "" && rapid.Bool().Draw(d.t, "all") {
			return quotedAll(d.of(d.wanted))
		}
		for range rapid.IntRange(1, 4).Draw(d.t, "items") {
			items = append(items, d.value(name, of.Elem))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	quoted := func(from []string) string { return fmt.Sprintf("%q", one(d.t, from, name)) }
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
		return quoted(d.likely(name))
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

// one draws any of a list: rapid.SampledFrom draws the first ones far more often.
func one[T any](t *rapid.T, list []T, label string) T {
	n := rapid.Uint64().Draw(t, label) * 0x9e3779b97f4a7c15
	return list[(n>>32)%uint64(len(list))]
}

// likely are the ids that an argument may take, or any.
func (d *documents) likely(name string) []string {
	kind := strings.TrimSuffix(name, "Id")
	switch {
	case rapid.IntRange(0, 4).Draw(d.t, "any") == 0:
		return d.ids
	case name == "id" || name == "ids":
		kind = d.wanted
	case kind == "apprentice":
		kind = "apprenticeship"
	}
	if fit := d.of(kind); len(fit) > 0 {
		return fit
	}
	return d.ids
}

// of are the ids of a category, at most as many as can be looked up at once.
func (d *documents) of(kind string) []string {
	fit := slices.DeleteFunc(slices.Clone(d.ids), func(id string) bool { return kind == "" || !strings.HasPrefix(id, kind+"-") })
	return fit[:min(len(fit), 100)]
}

func quotedAll(list []string) string {
	var items []string
	for _, s := range list {
		items = append(items, fmt.Sprintf("%q", s))
	}
	return "[" + strings.Join(items, ",") + "]"
}

// leaves are the fields of an object that lead to nothing further.
func (d *documents) leaves(def *ast.Definition) (out string) {
	for _, f := range def.Fields {
		if schema.Types[f.Type.Name()].IsLeafType() && !strings.HasPrefix(f.Name, "__") {
			out += " " + f.Name + d.arguments(f.Arguments)
		}
	}
	return out
}

// A lead is a field of an object by which one comes to another.
type lead struct {
	from  *ast.Definition
	field *ast.FieldDefinition
	to    *ast.Definition
}

// leads are all that there are below Query, the nearest first, and distance is how many lie
// between it and an object.
var leads, distance = func() (all []lead, far map[string]int) {
	far = map[string]int{"Query": 0}
	for queue := []*ast.Definition{schema.Query}; len(queue) > 0; queue = queue[1:] {
		for _, f := range queue[0].Fields {
			for _, next := range schema.GetPossibleTypes(schema.Types[f.Type.Name()]) {
				if strings.HasPrefix(f.Name, "__") || next.Kind != ast.Object {
					continue
				}
				all = append(all, lead{queue[0], f, next})
				if _, known := far[next.Name]; !known {
					far[next.Name] = far[queue[0].Name] + 1
					queue = append(queue, next)
				}
			}
		}
	}
	return all, far
}()

// categories are those of ids by which objects are looked up.
var categories = map[string]string{"Apprentice": "apprenticeship", "Milestone": "milestone", "CreditAward": "credit", "RoleTransition": "transition", "Timesheet": "timesheet",
	"Consent": "consent", "Person": "person", "AmendmentRequest": "amendment", "Credential": "credential", "Activity": "activity", "Enrolment": "enrolment", "Student": "student",
	"Filing": "filing", "PartnerAgreement": "agreement", "PartnerClient": "client", "Organization": "partner", "Cohort": "cohort", "Funding": "funding", "Program": "program", "Position": "position",
	"Site": "site", "SurveyWave": "wave"}

// through draws a query that follows a lead, by a short way to it, for everything that can be
// read where it leads to and right below that.
func (d *documents) through(t *rapid.T, l lead) string {
	d.t, d.budget = t, 90
	out := "__typename" + d.leaves(l.to)
	for _, f := range l.to.Fields {
		below := schema.Types[f.Type.Name()]
		if below.Kind == ast.Object && !strings.HasPrefix(f.Name, "__") {
			out += " " + f.Name + d.arguments(f.Arguments) + "{__typename" + d.leaves(below) + "}"
		}
	}
	for {
		if d.wanted = categories[l.to.Name]; schema.Types[l.field.Type.Name()].IsAbstractType() {
			out = "__typename ... on " + l.to.Name + "{" + out + "}"
		}
		out = l.field.Name + d.arguments(l.field.Arguments) + "{" + out + "}"
		if l.from == schema.Query {
			return "{" + out + "}"
		}
		l = one(t, slices.DeleteFunc(slices.Clone(leads), func(way lead) bool {
			return way.to != l.from || distance[way.from.Name] >= distance[l.from.Name]
		}), "way")
	}
}
