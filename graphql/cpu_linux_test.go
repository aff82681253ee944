//go:build !race

package graphql

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// mostCPU is what a request may take of a core before anything is executed. What is slowest
// takes less than half of it.
const mostCPU = 10 * time.Millisecond

// cpu is what do takes of a core, at best.
func cpu(t testing.TB, do func()) (least time.Duration) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		var u unix.Rusage
		check(t, unix.Getrusage(unix.RUSAGE_THREAD, &u))
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	least = time.Hour
	for n := 0; n < 3 || least > mostCPU && n < 10; n++ {
		before := used()
		do()
		least = min(least, used()-before)
	}
	return least
}

// atTheLimits are documents of Guildhall's schema and variables that are as much work as
// what is read at all can be.
func atTheLimits() map[string]string {
	again := strings.Repeat
	chain := func(n int, fields string) string {
		var b strings.Builder
		for i := range n - 1 {
			fmt.Fprintf(&b, " fragment F%d on Apprentice{%s ...F%d}", i, fields, i+1)
		}
		return b.String() + fmt.Sprintf(" fragment F%d on Apprentice{id}", n-1)
	}
	fan := func(n int, body string) string {
		return "{apprentice(by:{id:1}){" + numbered(n, "...F%d ") + "}}" + numbered(n, "fragment F%d on Apprentice{"+body+"}")
	}
	out := map[string]string{
		"types that are not there, of long names":   "{viewer{name}} fragment F on " + again("z", 15_000) + "{a} fragment G on " + again("y", 15_000) + "{a}",
		"types that are nearly there":               "{viewer{name}}" + numbered(60, "fragment F%d on Apprenticeshi{a}"),
		"types that are nearly there, within":       "{viewer{" + numbered(280, "...on Apprentic%d{a}") + "}}",
		"three types that are not there":            "{viewer{name}} fragment A on " + again("Q", 40) + "{a} fragment B on " + again("R", 40) + "{a} fragment C on " + again("S", 40) + "{a}",
		"a mutation of a long name":                 "mutation{" + again("a", 30_000) + "}",
		"mutations that are not there":              "mutation{" + again("Q", 40) + " " + again("R", 40) + " " + again("S", 40) + "}",
		"mutations that are nearly there":           "mutation{" + numbered(15, "a%d:recordCredi ") + "}",
		"fields that are nearly there":              "{apprentice(by:{id:1}){" + numbered(480, "progres%d ") + "}}",
		"an argument of a long name":                "{viewer(" + again("x", 15_000) + ":1){name}}",
		"fields of an input that are not there":     "mutation{draftApprenticeship(input:{" + numbered(400, "x%d:1 ") + "}){position}}",
		"a chain of fragments":                      "{apprentice(by:{id:1}){...F0}}" + chain(maxSpreads, "id status startedOn version"),
		"operations that share a chain":             numbered(60, "query Q%d{apprentice(by:{id:1}){...F0}}") + chain(maxSpreads, "id"),
		"variables of operations that share one":    numbered(40, "query Q%d($v:ID!){nodes(ids:[$v]){...F0}}") + chain(maxSpreads, "id"),
		"a fan of fragments":                        fan(maxSpreads, "id status startedOn endedOn version ruleSet"),
		"a fan of fragments with pages":             fan(maxSpreads, "milestones{edges{node{id state}}}"),
		"a fan of fragments that conflict":          fan(maxSpreads, "milestones(first:%[1]d){edges{cursor}}"),
		"a fragment spread often":                   "{apprentice(by:{id:1}){" + again("...F ", 900) + "}} fragment F on Apprentice{id}",
		"a fragment spread on conditions":           "{apprentice(by:{id:1}){" + again("...F@include(if:true)", 220) + "}} fragment F on Apprentice{id status milestones{edges{node{id}}}}",
		"fragments within one another":              "{nodes(ids:[1]){" + again("...on Node{", 600) + "id" + again("}", 600) + "}}",
		"fields that repeat":                        "{apprentice(by:{id:1}){" + again("milestones{edges{node{id state requirement{key title}}}}", maxRepeats-1) + "}}",
		"fields that repeat in fragments":           "{apprentice(by:{id:1}){" + again("...{milestones{edges{node{id state requirement{key}}}}}", maxRepeats-1) + "}}",
		"aliases":                                   "{" + numbered(maxAliases-1, "a%d:apprentice(by:{id:1}){id status startedOn version milestones{edges{node{id state}}}} ") + "}",
		"variables that are not declared":           "{nodes(ids:[" + numbered(700, "$v%d ") + "]){id}}",
		"variables in a list":                       "query(" + numbered(200, "$v%d:ID! ") + "){nodes(ids:[" + numbered(200, "$v%d ") + "]){id}}",
		"conditions by variables":                   "query(" + numbered(60, "$v%d:Boolean! ") + "){apprentice(by:{id:1}){" + numbered(60, "...F%d @include(if:$v%[1]d) ") + "}}" + numbered(60, "fragment F%d on Apprentice{id}"),
		"arguments of one name":                     "{viewer(" + again("a:1 ", 600) + "){name}}",
		"fragments of one name":                     "{viewer{name}}" + again("fragment F on Query{viewer{name}}", maxSpreads),
		"a long number":                             "{apprentices(first:" + again("9", 30_000) + "){totalCount}}",
		"a long text":                               `{node(id:"` + again(`\u0041`, 5000) + `"){id}}`,
		"a text of many lines":                      `{node(id:"""` + again("a\n ", 10_000) + `"""){id}}`,
		"everything there is to know of the schema": introspectionQuery,
	}
	for name, a := range attacks() {
		out["attack: "+name] = a.query
	}
	for name, query := range out {
		out[name] = bodyOf(query, "{}")
	}
	const used = `query($a:[ID!]!){nodes(ids:$a){id}}`
	for name, v := range map[string]string{
		"ids": `[` + again(`"a",`, 60_000) + `"b"]`, "numbers": `[` + again(`1,`, maxValues-4) + `1]`, "too many numbers": `[` + again(`1,`, 120_000) + `1]`,
		"keys": `{` + numbered(maxValues-4, `"k%d":1,`) + `"b":1}`, "lists within lists": again("[", 9000) + again("]", 9000), "objects within objects": again(`{"a":`, 9000) + "1" + again("}", 9000),
		"a number of many digits": again("9", 200_000), "a number beyond all": "1e999999999", "a text": `"` + again("x", 200_000) + `"`, "escapes": `"` + again(`\u0041`, 40_000) + `"`,
	} {
		out["variables: "+name] = bodyOf(used, `{"a":`+v+`}`)
	}
	return out
}

func bodyOf(query, variables string) string {
	text, err := json.Marshal(query)
	if err != nil {
		panic(err) // a string always marshals
	}
	return `{"query":` + string(text) + `,"variables":` + variables + `}`
}

// TestARequestIsReadInTenMilliseconds reads whatever is most work: to the end of the plan,
// or to the refusal.
func TestARequestIsReadInTenMilliseconds(t *testing.T) {
	e, _ := newHostileEngine(t, Schema(), false)
	slowest := time.Duration(0)
	for name, body := range atTheLimits() {
		if len(body) > maxBody {
			continue // nobody reads it
		}
		took := cpu(t, func() { e.reads([]byte(body)) })
		slowest = max(slowest, took)
		if took > mostCPU {
			t.Errorf("%s: %v", name, took)
		}
	}
	for name, query := range map[string]string{
		"a document": "query=" + url.QueryEscape("{viewer{name}}"+strings.Repeat("#", maxDocument)), "parameters": strings.Repeat("a&", maxBody/2), "a long one": "variables=" + strings.Repeat("+", 900_000),
		"texts": "query=%7Bviewer%7Bname%7D%7D&variables=" + url.QueryEscape(`{"a":"`+strings.Repeat("x", 200_000)+`"}`),
	} {
		r := httptest.NewRequest(http.MethodGet, "/graphql?"+query, nil)
		if took := cpu(t, func() { read(httptest.NewRecorder(), r) }); took > mostCPU {
			t.Errorf("a URL with %s: %v", name, took)
		}
	}
	t.Logf("the slowest took %v of a core", slowest)
}

// reads is what is done with the body of a request before anything is executed, for a
// document that nobody sent before.
func (e *Engine) reads(body []byte) []Error {
	e.gate = newGate(e.catalog)
	r, errs := readObject(body)
	if errs == nil {
		_, errs = e.prepare(r)
	}
	return errs
}

// TestTheCorpusHoldsWhatIsMostWork keeps the files from which FuzzRead starts.
func TestTheCorpusHoldsWhatIsMostWork(t *testing.T) {
	const dir, most = "testdata/fuzz/FuzzRead", 40 << 10 // bytes that are worth a file
	for name, body := range atTheLimits() {
		if len(body) > most {
			continue
		}
		path := filepath.Join(dir, strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-"), "-"))
		want := fmt.Sprintf("go test fuzz v1\n[]byte(%q)\n", body)
		if *update {
			check(t, os.MkdirAll(dir, 0o755))
			check(t, os.WriteFile(path, []byte(want), 0o644))
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: %v; renew it with -update", path, err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	e, _ := newHostileEngine(b, Schema(), false)
	for name, body := range atTheLimits() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				e.reads([]byte(body))
			}
		})
	}
}

// FuzzRead looks for a request that ends the process, panics, or takes too long to read.
func FuzzRead(f *testing.F) {
	e, _ := newHostileEngine(f, Schema(), false)
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > maxBody {
			return
		}
		var errs []Error
		if took := cpu(t, func() { errs = e.reads(body) }); took > mostCPU {
			t.Errorf("it took %v of a core", took)
		}
		for _, told := range errs {
			if told.Extensions.Code == CodeInternal {
				t.Errorf("a fault: %v", told)
			}
		}
	})
}
