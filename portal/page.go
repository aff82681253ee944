// Package portal is what people see: pages rendered on the server, for a browser with or
// without JavaScript.
//
// A page is a template in pages and the one struct it is written for. The struct holds
// words, numbers and paths; an empty path means that the viewer may not take that action,
// so a template never decides who may do what. Coordinates of drawings are whole numbers
// computed here (map.go, chart.go), because templates do not calculate.
//
// Every page stands in the site map (sitemap.go), and whoever finds it in the navigation in
// nav.go. What pages say is written in English in the template or beside it and said in the
// visitor's language: {{say "Hours"}}, v.say("With %s since %s", name, day). The other
// languages are in tongues.
package portal

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"sync"
)

//go:embed pages/*.html
var pages embed.FS

// A page is a template and the data type it is written for, in every language.
type page[T any] struct {
	in map[*tongue]*template.Template
}

// newPage reads files from the pages folder. Together they define "main" and may define
// "width", the class that gives the page more room.
func newPage[T any](files ...string) page[T] {
	p := page[T]{map[*tongue]*template.Template{}}
	for _, t := range tongues {
		tmpl := template.New("layout.html").Funcs(template.FuncMap{"asset": assetURL, "firstOf": firstName}).Funcs(t.words())
		for _, file := range append([]string{"layout.html"}, files...) {
			source, err := pages.ReadFile("pages/" + file)
			if err != nil {
				panic(err) // the files are part of the program
			}
			template.Must(tmpl.Parse(t.settled(string(source))))
		}
		p.in[t] = tmpl
	}
	return p
}

// spare are buffers of pages that went out.
var spare = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render writes nothing until the whole page is made, so a fault never shows half of one.
func (p page[T]) render(w http.ResponseWriter, t *tongue, status int, data T) error {
	b := spare.Get().(*bytes.Buffer)
	defer spare.Put(b)
	b.Reset()
	if err := p.in[t].Execute(b, data); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", t.tag.String())
	w.WriteHeader(status)
	_, err := b.WriteTo(w)
	return err
}

// contentPolicy allows what the pages need: our own script, style sheet and pictures.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// A frame is what surrounds every page.
type frame struct {
	Title    string // names the page in the browser's list of windows; most pages show it as heading
	Org      string // the employer
	Viewer   viewer // zero when nobody is signed in
	Nav      []navItem
	Tabs     []navItem // the parts of the section
	Search   bool      // people and requests can be looked for
	Tongues  []tongueLink
	Messages int       // that were not read
	Notice   string    // what the viewer has just done, in one sentence
	Problems []problem // what has to be put right first
	Live     string    // path of an event stream that says "change" when the page is out of date
}

// A tongueLink offers the page in another language.
type tongueLink struct{ Tag, Name string }

// A viewer is whoever looks at the page.
type viewer struct {
	Name, Initials, Role string
	Switch               string   // path for becoming somebody else; only in a demonstration
	Others               []option // capacities in which they may act as well
	Guest                bool     // they act for an institution, not for the hospital
}

type navItem struct {
	Label, Href string
	Icon        string // a symbol of layout.html without its "i-"
	Current     bool
	Count       int // how many things wait there; 0 shows nothing
}

// A problem says what to put right. Field is the id of the input it is about, if any.
type problem struct{ Field, Text string }

// fieldErrors holds what to put right by the name of the input.
type fieldErrors map[string]string

// A link is words that lead somewhere; an empty Href makes them plain words.
type link struct{ Text, Href string }

// An option is one choice of a list, a set of boxes or a set of buttons.
type option struct {
	Value, Label, Hint string
	Chosen             bool
}

// A state says how far a step is. It is also the name of the step's look in app.css.
type state string

const (
	stateDone   state = "done"
	stateActive state = "active" // begun
	stateReview state = "review" // sent, somebody has to look at it
	stateAgain  state = "again"  // looked at and not passed, or run out
	stateAhead  state = "ahead"  // not begun
)

// Word names s for people, in English.
func (s state) Word() string {
	switch s {
	case stateDone:
		return "Signed off"
	case stateActive:
		return "In progress"
	case stateReview:
		return "In review"
	case stateAgain:
		return "Try again"
	}
	return "Not started"
}

// Tone is the colouring of s as a tag.
func (s state) Tone() tone {
	switch s {
	case stateDone:
		return toneOK
	case stateActive:
		return toneInfo
	case stateReview, stateAgain:
		return toneWarn
	}
	return toneMute
}

// A tone colours a word. It never carries the meaning alone.
type tone string

const (
	toneOK   tone = "ok"
	toneInfo tone = "info"
	toneWarn tone = "warn"
	toneMute tone = "mute"
)

// Icon is the symbol that goes with t.
func (t tone) Icon() string {
	switch t {
	case toneOK:
		return "tick"
	case toneWarn:
		return "warn"
	}
	return ""
}
