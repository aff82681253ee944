package graphql

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/internal/sheet"
)

// A csvWriter writes rows as RFC 4180 has them. Texts are always in double quotes, so that
// a program that takes another separator does not cut them; what is not there is nothing.
type csvWriter struct {
	w    io.Writer
	rows int // below the header
}

// quoted is a text as a cell. Whoever reads a text that was guarded takes one apostrophe away.
func quoted(s string) string { return `"` + strings.ReplaceAll(sheet.Guarded(s), `"`, `""`) + `"` }

func (c *csvWriter) write(cells ...string) error {
	_, err := io.WriteString(c.w, strings.Join(cells, ",")+"\r\n")
	return err
}

func (c *csvWriter) header(columns []Column) error {
	return c.write(each(columns, func(col Column) string { return col.Name })...)
}

// row writes one line of cells.
func (c *csvWriter) row(cells ...string) error {
	c.rows++
	return c.write(cells...)
}

// Rows are what the table has of an object as GraphQL answers it, with a value for every
// column: a text, a whole number, a bool, or nil where there is nothing. A list is JSON. An
// object that is nil, because it went out of sight meanwhile, has none.
func (t Table) Rows(object map[string]any) ([][]any, error) {
	if object == nil {
		return nil, nil
	}
	held := []any{object}
	if t.below != "" {
		held, _ = object[t.below].([]any)
	}
	out := make([][]any, len(held))
	for i, row := range held {
		of, _ := row.(map[string]any)
		out[i] = make([]any, len(t.Columns))
		for j, c := range t.Columns {
			var err error
			if out[i][j], err = valueInRow(c.at(of)); err != nil {
				return nil, fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
	}
	return out, nil
}

// valueInRow is what a leaf holds, as a row has it.
func valueInRow(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, string:
		return v, nil
	case json.Number:
		return v.Int64()
	case []any:
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		err := e.Encode(v)
		return strings.TrimSuffix(b.String(), "\n"), err
	}
	return nil, fmt.Errorf("a %T is no value of a row", v)
}

// Cell is a value of the column as files have it.
func (c Column) Cell(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		if c.bare() {
			return v
		}
		return quoted(v)
	}
	return ""
}
