package portal

import (
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/internal/desk"
)

var listingPage = newPage[listingData]("listing.html", "inputs.html")

// listingData is all that listing.html may show: a table of records that can be narrowed down.
type listingData struct {
	frame
	Heading, Lead string
	Also          link // what is listed elsewhere; zero where nothing is
	Acts          []link
	Filter        *filter
	List          list
	Empty         emptiness
}

// A filter narrows a list down. It asks the page at Path.
type filter struct {
	Path   string
	Inputs []input
	Set    int    // of its inputs, something is asked for in so many
	Clear  string // path without it; empty where nothing was asked
}

// Folds reports whether f takes so much room on a phone that it is opened only by who wants it.
func (f *filter) Folds() bool { return len(f.Inputs) > 1 }

// An emptiness says in place of a table what will be there, or how to look otherwise.
type emptiness struct {
	Title, Text string
	Act         link
}

// showList shows a listing, cut to a part, or sends the whole of it where the address asks for CSV.
func (v *visit) showList(name string, d listingData) error {
	rows := d.List.Rows
	return v.showEach(name, d, len(rows), func(i int) row { return rows[i] })
}

// showEach is showList of so many rows, each of which is made where it is shown.
func (v *visit) showEach(name string, d listingData, rows int, row func(int) row) error {
	path, asCSV := strings.CutSuffix(v.r.URL.Path, ".csv")
	if asCSV {
		return v.sendRows(name, d.List.Columns, made(0, rows, row))
	}
	if rows > 0 {
		d.List.CSV = v.fileOf(path)
	}
	from, to := v.part(&d.List, rows)
	d.List.Rows = slices.Collect(made(from, to, row))
	return show(v, listingPage, http.StatusOK, d)
}

// showParts shows a listing of which only the rows are made that are shown, or all of them in a file.
func showParts[T any](v *visit, name string, d listingData, all []T, rows func([]T) ([]row, error)) error {
	return v.showSome(name, d, len(all), func(from, to int) ([]row, error) { return rows(all[from:to]) })
}

// showSome is showParts of so many records, of which only those are read that are shown.
func (v *visit) showSome(name string, d listingData, all int, read func(from, to int) ([]row, error)) (err error) {
	path, asCSV := strings.CutSuffix(v.r.URL.Path, ".csv")
	if asCSV {
		if d.List.Rows, err = read(0, all); err != nil {
			return err
		}
		return v.sendCSV(name, d.List)
	}
	if all > 0 {
		d.List.CSV = v.fileOf(path)
	}
	if d.List.Rows, err = read(v.part(&d.List, all)); err != nil {
		return err
	}
	return show(v, listingPage, http.StatusOK, d)
}

// fileOf is where a list at a path is as a file, narrowed down as it is here.
func (v *visit) fileOf(path string) string {
	q := v.r.URL.Query()
	q.Del("part")
	return (&url.URL{Path: path + ".csv", RawQuery: q.Encode()}).String()
}

// made are rows made one after the other.
func made(from, to int, at func(int) row) iter.Seq[row] {
	return func(yield func(row) bool) {
		for i := from; i < to && yield(at(i)); i++ {
		}
	}
}

// narrowed is a filter with what the address asks for in its inputs.
func (v *visit) narrowed(path string, inputs ...input) *filter {
	f := &filter{Path: path, Inputs: inputs}
	q := v.r.URL.Query()
	for n := range inputs {
		i := &inputs[n]
		i.Value = q.Get(i.Name)
		chosen(i.Options, i.Value)
		if !slices.ContainsFunc(i.Options, func(o option) bool { return o.Chosen }) && len(i.Options) > 0 {
			i.Options[0].Chosen, i.Value = true, i.Options[0].Value
		}
		if q.Get(i.Name) != "" {
			f.Clear = path
			f.Set++
		}
	}
	return f
}

// value is what a filter asks for under a name.
func (f *filter) value(name string) string {
	for _, i := range f.Inputs {
		if i.Name == name {
			return i.Value
		}
	}
	return ""
}

// folded is a text as it is compared when somebody looks for it.
func folded(s string) string { return desk.Folded(s) }

// matches reports whether each word that somebody looks for is in one of some texts.
func matches(asked string, texts ...string) bool {
	all := folded(strings.Join(texts, "\n"))
	for word := range strings.FieldsSeq(folded(asked)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
