package graphql

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// rowsDocument holds an operation for every table.
//
//go:embed rows.graphql
var rowsDocument string

// schemaVersion is that of the columns of all tables. A column that goes, or that comes to
// mean something else, makes a new one; columns that come do not.
const schemaVersion = "1"

// A csvTable is a kind of rows that a partner takes as a file.
type csvTable struct {
	name       string // also of the operation
	about      string
	categories []string // of the objects whose rows they are
	below      string   // the list of an object that holds the rows; none if the object is the row
	key        string
	columns    []csvColumn
}

// A csvColumn is a leaf of the operation.
type csvColumn struct {
	name   string
	path   []string
	of     *ast.Definition // the type of the leaf
	list   bool
	filled bool // in every row
	about  string
}

var tables = []csvTable{
	{name: "apprentices", about: "Apprenticeships.", categories: []string{"apprenticeship"}, key: "id"},
	{name: "milestones", about: "Milestones that courses of the institution meet.", categories: []string{"milestone"}, key: "id"},
	{name: "credits", about: "Credit that the institution was asked for or awarded.", categories: []string{"credit"}, key: "id"},
	{name: "transitions", about: "Moves to another role.", categories: []string{"transition"}, key: "id"},
	{name: "sync", about: "Completions, milestones and credit as registrars' systems take them over.", categories: []string{"apprenticeship", "milestone", "credit"}, below: "syncRows", key: "fact_id"},
}

// columnsOf finds the columns of every table in the operations.
func columnsOf(types *ast.Schema) ([]csvTable, error) {
	doc, errs := gqlparser.LoadQueryWithRules(types, rowsDocument, rules.NewDefaultRules())
	if errs != nil {
		return nil, fmt.Errorf("graphql: rows.graphql: %w", errs)
	}
	out := make([]csvTable, len(tables))
	for i, t := range tables {
		op := doc.Operations.ForName(t.name)
		if op == nil {
			return nil, fmt.Errorf("graphql: rows.graphql has no operation %s", t.name)
		}
		set := op.SelectionSet[0].(*ast.Field).SelectionSet
		if t.below != "" {
			set = set[0].(*ast.InlineFragment).SelectionSet[0].(*ast.Field).SelectionSet
		}
		c := columns{types: types}
		c.add(set, nil, true)
		t.columns = c.found
		out[i] = t
	}
	return out, nil
}

type columns struct {
	types *ast.Schema
	found []csvColumn
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
			c.found = append(c.found, csvColumn{
				name: snake(at), path: each(at, func(f *ast.Field) string { return f.Alias }), of: of, list: list, about: s.Definition.Description,
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
func (c csvColumn) at(row map[string]any) any {
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
