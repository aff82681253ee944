package graphql

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A csvWriter writes rows as RFC 4180 has them. Texts are always in double quotes, so that
// a program that takes another separator does not cut them; what is not there is nothing.
type csvWriter struct {
	w    io.Writer
	rows int // below the header
}

// formula is a text that a spreadsheet would calculate, or one that was guarded from it.
var formula = regexp.MustCompile("^'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")

// quoted is a text as a cell. What a spreadsheet would calculate gets an apostrophe before
// it; whoever reads a text of that form takes one apostrophe away.
func quoted(s string) string {
	if formula.MatchString(s) {
		s = "'" + s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

func (c *csvWriter) write(cells ...string) error {
	_, err := io.WriteString(c.w, strings.Join(cells, ",")+"\r\n")
	return err
}

func (c *csvWriter) header(columns []csvColumn) error {
	return c.write(each(columns, func(col csvColumn) string { return col.name })...)
}

// row writes one line of cells.
func (c *csvWriter) row(cells ...string) error {
	c.rows++
	return c.write(cells...)
}

// object writes what an object has in columns.
func (c *csvWriter) object(columns []csvColumn, o map[string]any) error {
	cells := make([]string, len(columns))
	for i, col := range columns {
		var err error
		if cells[i], err = col.cell(col.at(o)); err != nil {
			return fmt.Errorf("column %s: %w", col.name, err)
		}
	}
	return c.row(cells...)
}

// cell is a value of the column as GraphQL answers it. A list is JSON.
func (c csvColumn) cell(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		return v.String(), nil
	case string:
		if c.bare() {
			return v, nil
		}
		return quoted(v), nil
	case []any:
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		err := e.Encode(v)
		return quoted(strings.TrimSuffix(b.String(), "\n")), err
	}
	return "", fmt.Errorf("a %T is no cell", v)
}
