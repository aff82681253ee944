package portal

import (
	"encoding/csv"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/internal/sheet"
)

// A list is a table that a page shows a part of at a time, and that people take with them whole,
// as CSV. Its template is "list" in layout.html.
type list struct {
	Caption        string // says aloud what the table lists
	Columns        []column
	Rows           []row  // those shown, once it was cut
	Total          int    // rows before it was cut
	Count          string // in place of it, where nobody counts them
	CSV            string
	Previous, Next string // paths of other parts
}

// A column has a heading, and one for the notes in its cells where CSV has them in a column of
// their own.
type column struct {
	Name, Notes string
	Number      bool
}

type row []cell

// A cell says something, with a smaller note below it.
type cell struct {
	Text, Note string
	Initials   string // of a person, who is shown with them
	Value      string // as CSV has it, if that is not the text: a day as 2026-03-14
	Href       string
	Tone       tone
	Doings     []link // what can be done, each on a line; CSV has none of it
}

// Bare reports whether c says nothing. It takes no room where a row is a block.
func (c cell) Bare() bool { return c.Text == "" && c.Note == "" && len(c.Doings) == 0 }

const partOfList = 50

// cut keeps the part of l that the address asks for by its number.
func (v *visit) cut(l list) list {
	from, to := v.part(&l, len(l.Rows))
	l.Rows = l.Rows[from:to]
	return l
}

// part is which of all rows l shows, by what the address asks for; l then leads to the others.
func (v *visit) part(l *list, all int) (from, to int) { return v.partBy("part", l, all) }

// partBy is part where the address names it otherwise, as it does with the second list of a page.
func (v *visit) partBy(key string, l *list, all int) (from, to int) {
	l.Total = all
	part, _ := strconv.Atoi(v.r.URL.Query().Get(key))
	part = max(1, min(part, (all+partOfList-1)/partOfList))
	if part > 1 {
		l.Previous = v.with(key, strconv.Itoa(part-1))
	}
	if part*partOfList < all {
		l.Next = v.with(key, strconv.Itoa(part+1))
	}
	return min((part-1)*partOfList, all), min(part*partOfList, all)
}

// with is the address of the page with one value in its query changed.
func (v *visit) with(key, value string) string {
	q := v.r.URL.Query()
	q.Set(key, value)
	return (&url.URL{Path: v.r.URL.Path, RawQuery: q.Encode()}).String()
}

// sendCSV answers with the whole of l as a file.
func (v *visit) sendCSV(name string, l list) error {
	return v.sendRows(name, l.Columns, slices.Values(l.Rows))
}

// sendRows answers with rows as a file, one after the other.
func (v *visit) sendRows(name string, columns []column, rows iter.Seq[row]) error {
	if v.fault != nil {
		return v.fault
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	w := csv.NewWriter(v.w)
	var line []string
	for _, c := range columns {
		line = append(line, c.Name)
		if c.Notes != "" {
			line = append(line, c.Notes)
		}
	}
	_ = w.Write(line)
	for r := range rows {
		line = line[:0]
		for i, c := range r {
			value := c.Value
			if value == "" {
				value = c.Text
			}
			line = append(line, sheet.Guarded(value))
			if columns[i].Notes != "" {
				line = append(line, sheet.Guarded(c.Note))
			}
		}
		_ = w.Write(line)
	}
	w.Flush()
	if err := w.Error(); err != nil && v.ctx().Err() == nil {
		panic(http.ErrAbortHandler) // so that nobody takes a part of the file for all of it
	}
	return nil
}
