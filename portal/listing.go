package portal

import (
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
	Acts          []link
	Filter        *filter
	List          list
	Empty         emptiness
}

// A filter narrows a list down. It asks the page at Path.
type filter struct {
	Path   string
	Inputs []input
	Clear  string // path without it; empty where nothing was asked
}

// An emptiness says in place of a table what will be there, or how to look otherwise.
type emptiness struct {
	Title, Text string
	Act         link
}

// showList shows a listing, cut to a part, or sends the whole of it where the address asks for CSV.
func (v *visit) showList(name string, d listingData) error {
	path, asCSV := strings.CutSuffix(v.r.URL.Path, ".csv")
	if asCSV {
		return v.sendCSV(name, d.List)
	}
	if len(d.List.Rows) > 0 {
		q := v.r.URL.Query()
		q.Del("part")
		d.List.CSV = (&url.URL{Path: path + ".csv", RawQuery: q.Encode()}).String()
	}
	d.List = v.cut(d.List)
	return show(v, listingPage, http.StatusOK, d)
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
