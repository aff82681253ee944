package graphql

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/guildhall-dev/guildhall/domain"
)

// rowsDocument holds an operation for every table.
//
//go:embed rows.graphql
var rowsDocument string

// schemaVersion is that of the columns of all tables. A column that goes, or that comes to
// mean something else, makes a new one; columns that come do not.
const schemaVersion = "1"

// A Table is a kind of rows that a partner takes as a file.
type Table struct {
	Name       string   // also of the operation
	Categories []string // of the objects whose rows they are, in the order of the file
	Key        string
	Columns    []Column

	about string
	below string // the list of an object that holds the rows; none if the object is the row
}

// A Column is a leaf of the operation.
type Column struct {
	Name   string
	path   []string
	of     *ast.Definition // the type of the leaf
	list   bool
	filled bool // in every row
	about  string
}

var tables = []Table{
	{Name: "apprentices", about: "Apprenticeships.", Categories: []string{"apprenticeship"}, Key: "id"},
	{Name: "milestones", about: "Milestones that courses of the institution meet.", Categories: []string{"milestone"}, Key: "id"},
	{Name: "credits", about: "Credit that the institution was asked for or awarded.", Categories: []string{"credit"}, Key: "id"},
	{Name: "transitions", about: "Moves to another role.", Categories: []string{"transition"}, Key: "id"},
	{Name: "sync", about: "Completions, milestones and credit as registrars' systems take them over.", Categories: []string{"apprenticeship", "milestone", "credit"}, below: "syncRows", Key: "fact_id"},
}

// columnsOf finds the columns of every table in the operations.
func columnsOf(types *ast.Schema) ([]Table, error) {
	doc, errs := gqlparser.LoadQueryWithRules(types, rowsDocument, rules.NewDefaultRules())
	if errs != nil {
		return nil, fmt.Errorf("graphql: rows.graphql: %w", errs)
	}
	out := make([]Table, len(tables))
	for i, t := range tables {
		op := doc.Operations.ForName(t.Name)
		if op == nil {
			return nil, fmt.Errorf("graphql: rows.graphql has no operation %s", t.Name)
		}
		set := op.SelectionSet[0].(*ast.Field).SelectionSet
		if t.below != "" {
			set = set[0].(*ast.InlineFragment).SelectionSet[0].(*ast.Field).SelectionSet
		}
		c := columns{types: types}
		c.add(set, nil, true)
		t.Columns = c.found
		out[i] = t
	}
	return out, nil
}

type columns struct {
	types *ast.Schema
	found []Column
}

func (c *columns) add(set ast.SelectionSet, path []*ast.Field, filled bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.FragmentSpread:
			c.add(s.Definition.SelectionSet, path, filled)
		case *ast.Field:
			at := append(path[:len(path):len(path)], s)
			of, list := c.types.Types[s.Definition.Type.Name()], s.Definition.Type.Elem != nil
			if !list && len(s.SelectionSet) > 0 {
				c.add(s.SelectionSet, at, filled && s.Definition.Type.NonNull)
				continue
			}
			c.found = append(c.found, Column{
				Name: snake(at), path: each(at, func(f *ast.Field) string { return f.Alias }), of: of, list: list, about: s.Definition.Description,
				filled: filled && s.Definition.Type.NonNull && of.Name != "String",
			})
		}
	}
}

// snake is a path in the form of a column: pathway, kindId is pathway_kind_id.
func snake(path []*ast.Field) string {
	var b strings.Builder
	for _, f := range path {
		for _, c := range "_" + f.Name {
			if unicode.IsUpper(c) {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToLower(c))
		}
	}
	return b.String()[1:]
}

// at is the value that a row has in a column, nil if there is none.
func (c Column) at(row map[string]any) any {
	var v any = row
	for _, key := range c.path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

// Operations of RowsDocument for those who keep a copy of what they are shown: a page of the
// feed, the feed as it goes on, and the digest that the copy has if it is right.
const (
	CopyOperation   = "copy"
	FollowOperation = "follow"
	CheckOperation  = "check"
)

// RowsDocument is what rows are asked for with.
func RowsDocument() string { return rowsDocument }

// Tables are the kinds of rows that there are.
func Tables() ([]Table, error) {
	types, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: Schema()})
	if err != nil {
		return nil, err
	}
	return columnsOf(types)
}

// Of reports whether the table has rows of objects of a type of the schema.
func (t Table) Of(typename string) bool {
	return slices.ContainsFunc(sharedKinds, func(k shared) bool { return k.name == typename && slices.Contains(t.Categories, k.category) })
}

// Whole reports whether a row of the table is an object, and not one of several facts of it.
func (t Table) Whole() bool { return t.below == "" }

// Integer reports whether values of the column are whole numbers.
func (c Column) Integer() bool { return !c.list && c.of.Name == "Int" }

// Boolean reports whether values of the column are bools.
func (c Column) Boolean() bool { return !c.list && c.of.Name == "Boolean" }

// Type is the type of the schema that a row of the table is, if the table is Whole.
func (t Table) Type() string { return typeOf(domain.Stream(t.Categories[0] + "-")) }
