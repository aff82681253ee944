package graphql_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"
	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/graphql"
)

// A probe is a question of whoever wants to know what is not theirs.
type probe struct {
	document string // of GraphQL, or
	path     string // of a file
	tagged   bool   // with the tag of Lakeshore's answer
}

// probes draws them: what there is to read of an object by any of the fields that lead to
// it, whatever chance writes, and files.
func (w *aviary) probes() *rapid.Generator[probe] {
	return rapid.Custom(func(t *rapid.T) probe {
		tagged := rapid.IntRange(0, 9).Draw(t, "tagged") == 0
		d := &documents{Schema: schema, ids: w.ids, cursors: w.cursors, texts: []string{"SEC 101", "A", "Fall 2026", "text"}}
		switch n := rapid.IntRange(0, 99).Draw(t, "kind"); {
		case n < 8:
			return probe{path: w.path(t), tagged: tagged}
		case n < 16:
			return probe{document: d.draw(t), tagged: tagged}
		}
		return probe{document: d.through(t, one(t, leads, "lead")), tagged: tagged}
	})
}

// plain asks every field of Query that takes nothing, for everything that can be read right there:
// a list that is not kept to those who may see it shows all of it to whoever simply asks.
func plain() (all []probe) {
	for _, l := range leads {
		if l.from != schema.Query || slices.ContainsFunc(l.field.Arguments, required) {
			continue
		}
		leaves := "__typename"
		for _, f := range l.to.Fields {
			if schema.Types[f.Type.Name()].IsLeafType() && !strings.HasPrefix(f.Name, "__") && !slices.ContainsFunc(f.Arguments, required) {
				leaves += " " + f.Name
			}
		}
		all = append(all, probe{document: "{" + l.field.Name + "{... on " + l.to.Name + "{" + leaves + "}}}"})
	}
	return all
}

func required(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }

func (w *aviary) path(t *rapid.T) string {
	path := rapid.SampledFrom([]string{"/export/apprentices.csv", "/export/milestones.csv", "/export/credits.csv", "/export/transitions.csv", "/export/sync.csv", "/export/package.zip", "/changes.ndjson",
		"/export/students.csv", "/export/../export/package.zip", "/export/apprentices.csv/", "/export/package.csv"}).Draw(t, "path")
	asked := url.Values{}
	if rapid.Bool().Draw(t, "after") {
		asked.Set("after", one(t, w.cursors, "cursor"))
	}
	if rapid.Bool().Draw(t, "first") {
		asked.Set("first", fmt.Sprint(rapid.IntRange(0, 300).Draw(t, "lines")))
	}
	for _, name := range []string{"partner", "partnerId", "types", "id"} {
		if rapid.IntRange(0, 5).Draw(t, name) == 0 {
			asked.Set(name, rapid.SampledFrom([]string{"lakeshore", "partner-lakeshore", "APPRENTICE", "apprenticeship-nobody"}).Draw(t, name))
		}
	}
	return path + "?" + asked.Encode()
}

// put asks a probe of a server in somebody's name, and returns all that came back, headers
// too. What is asked by GET shows a tag that somebody else got for the same question.
func (w *aviary) put(server, who, tag string, p probe) (answer, itsTag string) {
	w.Helper()
	h := *w.house
	h.url = server
	if p.path == "" && strings.HasPrefix(p.document, "mutation") {
		return h.send(who+"-token", p.document, nil).text, ""
	}
	path := p.path
	if path == "" {
		path = "/graphql?query=" + url.QueryEscape(p.document)
	}
	resp, body := h.fetch(who, path, "If-None-Match", tag)
	if tag != "" && resp.StatusCode == http.StatusNotModified {
		return "Q" + "OTHERS-ANSWER", tag
	}
	text, err := unpacked(string(body), nil)
	w.must(err)
	return fmt.Sprint(resp.Header, text), resp.Header.Get("ETag")
}

// TestNoCanaryIsHeardOutsideItsCage puts probes to Guildhall in the name of colleges, a
// learner and a mentor, and looks in everything that comes back, errors and headers too, for
// what stands nowhere but in records of others. What people of the house are told shows that
// the probes reach it.
func TestNoCanaryIsHeardOutsideItsCage(t *testing.T) {
	t.Parallel()
	w := openAviary(t)
	heard, turn := map[string]bool{}, 0
	inside := []string{"samuel", "lena", "noah", "ruth", "dana", "petra", "priya"}
	try := func(t interface{ Fatalf(string, ...any) }, p probe) {
		asked := p.document + p.path
		tag := ""
		if p.tagged {
			_, tag = w.put(w.url, "lakeshore", "", p)
		}
		for _, who := range []string{"harbor", "elm", "maya", "marco"} {
			if strings.HasPrefix(p.document, "mutation") && who == "maya" {
				continue // she may share what she likes
			}
			answer, _ := w.put(w.url, who, tag, p)
			if strings.Contains(answer, `"INTERNAL"`) {
				t.Fatalf("%s broke it with %s:\n%s\n%v", who, asked, answer, w.logged.All())
			}
			if found := w.leak(who, asked, answer); found != "" {
				t.Fatalf("%s is told %s by\n%s\n%.3000s", who, found, asked, answer)
			}
			for _, c := range textCanary.FindAllString(answer, -1) {
				heard[who+" "+c] = true
			}
		}
		if turn++; p.path == "" && !strings.HasPrefix(p.document, "mutation") {
			for _, who := range []string{"samuel", "lena", inside[turn%len(inside)]} {
				answer, _ := w.put(w.url, who, "", p)
				for _, c := range textCanary.FindAllString(answer, -1) {
					_, what, _ := strings.Cut(c, "-")
					heard[what] = true
				}
			}
		}
	}
	for _, p := range plain() {
		try(t, p)
	}
	probes := w.probes()
	for i := range 1500 {
		try(t, probes.Example(i))
	}
	rapid.Check(t, func(t *rapid.T) { try(t, probes.Draw(t, "probe")) })
	for _, c := range w.texts {
		if _, what, _ := strings.Cut(c, "-"); !heard[what] {
			t.Errorf("no probe reaches %s", c)
		}
	}
	for who, least := range map[string]int{"harbor": 5, "maya": 8} {
		told := 0
		for _, c := range w.shown[who] {
			if heard[who+" "+c] {
				told++
			}
		}
		if told < least {
			t.Errorf("%s is told %d of what may be told", who, told)
		}
	}
}

// TestAForgottenCheckIsFound has servers that leave out a check each, and finds what they
// tell by the same probes.
func TestAForgottenCheckIsFound(t *testing.T) {
	t.Parallel()
	w := openAviary(t)
	probes := w.probes()
	for _, fault := range graphql.Faults() {
		t.Run(fault, func(t *testing.T) {
			handler, err := w.server.Faulty(zap.NewNop(), fault)
			w.must(err)
			web := httptest.NewServer(handler)
			defer web.Close()
			const most = 8000
			simple := plain()
			for i := range most {
				p := probes.Example(i)
				if i < len(simple) {
					p = simple[i]
				}
				tag := ""
				if p.tagged {
					_, tag = w.put(web.URL, "lakeshore", "", p)
				}
				answer, _ := w.put(web.URL, "harbor", tag, p)
				if found := w.leak("harbor", p.document+p.path, answer); found != "" {
					t.Logf("probe %d finds %s", i+1, found)
					return
				}
			}
			t.Errorf("%d probes find nothing", most)
		})
	}
}
