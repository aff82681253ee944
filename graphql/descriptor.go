package graphql

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// The descriptor of a package and the schema of a table, as Frictionless Data has them
// (Data Package and Table Schema, version 1).
type (
	descriptor struct {
		Profile   string     `json:"profile"`
		Name      string     `json:"name"`
		Title     string     `json:"title"`
		Version   string     `json:"version"` // of the columns
		Mode      string     `json:"mode,omitempty"`
		From      string     `json:"fromPosition,omitempty"`
		To        string     `json:"toPosition,omitempty"`
		Cursor    string     `json:"cursor,omitempty"`
		Resources []resource `json:"resources"`
	}
	resource struct {
		Profile     string         `json:"profile"`
		Name        string         `json:"name"`
		Path        string         `json:"path"`
		Description string         `json:"description"`
		Format      string         `json:"format"`
		MediaType   string         `json:"mediatype"`
		Encoding    string         `json:"encoding"`
		Dialect     map[string]any `json:"dialect"`
		Bytes       int64          `json:"bytes,omitempty"`
		Hash        string         `json:"hash,omitempty"`
		Schema      tableSchema    `json:"schema"`
	}
	tableSchema struct {
		Fields        []tableField `json:"fields"`
		PrimaryKey    string       `json:"primaryKey,omitempty"`
		MissingValues []string     `json:"missingValues"`
	}
	tableField struct {
		Name        string         `json:"name"`
		Type        string         `json:"type"`
		Format      string         `json:"format,omitempty"`
		Description string         `json:"description,omitempty"`
		Constraints map[string]any `json:"constraints,omitempty"`
	}
)

var dialect = map[string]any{"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": `"`, "doubleQuote": true, "header": true}

func packageOf(tables []Table) descriptor {
	d := descriptor{Profile: "tabular-data-package", Name: "guildhall-export", Title: "What learners share with an institution", Version: schemaVersion}
	for _, t := range tables {
		d.Resources = append(d.Resources, t.resource())
	}
	return d
}

func (t Table) resource() resource {
	r := resource{
		Profile: "tabular-data-resource", Name: t.Name, Path: t.file(), Description: t.about,
		Format: "csv", MediaType: "text/csv", Encoding: "utf-8", Dialect: dialect,
		Schema: tableSchema{PrimaryKey: t.Key, MissingValues: []string{""}},
	}
	for _, c := range t.Columns {
		r.Schema.Fields = append(r.Schema.Fields, c.field())
	}
	return r
}

func (t Table) file() string { return t.Name + ".csv" }

// cellTypes are what Table Schema calls the leaves that are no texts.
var cellTypes = map[string]string{
	"Int": "integer", "Float": "number", "Decimal": "number", "Boolean": "boolean", "Date": "date", "DateTime": "datetime",
}

// bare reports whether values of the column stand in a cell without quotes.
func (c Column) bare() bool { return !c.list && cellTypes[c.of.Name] != "" }

func (c Column) field() tableField {
	f := tableField{Name: c.Name, Type: cellTypes[c.of.Name], Description: c.about}
	require := func(constraint string, v any) {
		if f.Constraints == nil {
			f.Constraints = map[string]any{}
		}
		f.Constraints[constraint] = v
	}
	if c.filled {
		require("required", true)
	}
	switch {
	case c.list:
		f.Type = "array"
	case c.of.Kind == ast.Enum:
		f.Type = "string"
		var values []string
		for _, v := range c.of.EnumValues {
			values = append(values, v.Name)
		}
		require("enum", values)
	case f.Type == "":
		f.Type = "string"
	case f.Type == "datetime":
		f.Format = "any" // RFC 3339 with parts of a second
	}
	return f
}

func (d descriptor) encode() ([]byte, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	return append(text, '\n'), err
}
