package graphql

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"
)

// TestAPlanAnswersAsTheReferenceDoes writes operations over Guildhall's own schema and over
// one that has one of everything, and lets both executors answer them from resolvers that
// fail, panic, and find what they must not.
func TestAPlanAnswersAsTheReferenceDoes(t *testing.T) {
	for name, sdl := range map[string]string{"guildhall": Schema(), "one of everything": testSDL} {
		for _, batched := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, batched %v", name, batched), func(t *testing.T) {
				e, h := newHostileEngine(t, sdl, batched)
				const rounds = 400
				refused := 0
				for n := range uint64(rounds) {
					r := newAuthor(e.types, rand.NewPCG(n, 1)).write()
					if !differ(t, e, h, r, n, int64(n%3)*20) {
						refused++
					}
				}
				if refused > rounds/3 {
					t.Errorf("%d of %d operations were refused", refused, rounds)
				}
			})
		}
	}
}

func FuzzPlan(f *testing.F) {
	e, h := newHostileEngine(f, Schema(), true)
	for n := range uint64(50) {
		f.Add(binary.LittleEndian.AppendUint64(nil, n*n), n, uint8(n))
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64, evil uint8) {
		differ(t, e, h, newAuthor(e.types, &tape{data, rand.NewPCG(1, 2)}).write(), seed, int64(evil))
	})
}

func newHostileEngine(t testing.TB, sdl string, batched bool) (*Engine, *hostile) {
	t.Helper()
	types, err := gqlparser.LoadSchema(&ast.Source{Input: sdl})
	if err != nil {
		t.Fatal(err)
	}
	h := newHostile(types, batched)
	e, err := New(sdl, zap.NewNop(), h.bindings()...)
	if err != nil {
		t.Fatal(err)
	}
	return e, h
}

// differ answers a request twice and reports whether it was admitted.
func differ(t *testing.T, e *Engine, h *hostile, r Request, seed uint64, evil int64) bool {
	t.Helper()
	h.seed.Store(seed)
	h.evil.Store(evil)
	r = jsoned(t, r)
	op, errs := e.prepare(r)
	if errs != nil {
		for _, refused := range errs {
			switch refused.Extensions.Code {
			case CodeTooExpensive, CodeTooManyNames, CodeTooManyTokens, CodeTooDeep, CodePageSize:
			default:
				t.Fatalf("not admitted: %v\n%s\n%v", errs, r.Query, r.Variables)
			}
		}
		return false
	}
	w := run(t.Context(), op, root{})
	if !json.Valid(w.b) {
		t.Fatalf("not JSON: %s", w.b)
	}
	flags := map[string]any{}
	for _, name := range op.conditions {
		flags[name] = r.Variables[name]
	}
	want := refer(t.Context(), op, root{}, flags)
	wanted, err := json.Marshal(want.data)
	if err != nil {
		t.Fatal(err)
	}
	data := decoded(w.b)
	if !reflect.DeepEqual(data, decoded(wanted)) {
		t.Fatalf("%s\n%v\nplan      %s\nreference %s", r.Query, r.Variables, w.b, wanted)
	}
	ours := map[string][]string{}
	for _, f := range w.errs {
		tell(ours, data, f.path, f.cause)
	}
	theirs := map[string][]string{}
	for _, f := range want.errs {
		tell(theirs, data, f.path, f.cause)
	}
	if told := compare(ours, theirs, w.untold > 0); told != "" {
		t.Fatalf("%s\n%v\nseed %d evil %d\n%s\n%s", r.Query, r.Variables, seed, evil, w.b, told)
	}
	return true
}

// jsoned is r as it would arrive.
func jsoned(t *testing.T, r Request) Request {
	t.Helper()
	text, err := json.Marshal(r.Variables)
	if err != nil {
		t.Fatal(err)
	}
	r.Variables = nil
	if err := decode(text, &r.Variables); err != nil {
		t.Fatal(err)
	}
	return r
}

// tell notes an error under the place whose null stands for it. At that very place it must
// be the same error for both executors. If it lies below, the specification leaves open
// which of several errors is told, and graphql-go picks one by the order of a Go map.
func tell(errs map[string][]string, data any, path []any, cause error) {
	at := 0
	for v := data; v != nil && at < len(path); at++ {
		switch step := path[at].(type) {
		case string:
			v, _ = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	where := fmt.Sprint(path[:at])
	if at < len(path) {
		errs[where] = append(errs[where], "below")
		return
	}
	text := cause.Error()
	if _, rest, ok := strings.Cut(text, ": "); ok {
		text = rest
	}
	if strings.Contains(text, "Cannot return null for non-nullable field") {
		text = errNull.Error()
	}
	errs[where] = append(errs[where], text)
}

func compare(ours, theirs map[string][]string, untold bool) string {
	var b strings.Builder
	for where, list := range ours {
		slices.Sort(list)
		other := theirs[where]
		slices.Sort(other)
		if !slices.Equal(slices.Compact(list), slices.Compact(other)) {
			fmt.Fprintf(&b, "at %s: plan %q, reference %q\n", where, list, other)
		}
	}
	for where, list := range theirs {
		if ours[where] == nil && !untold {
			fmt.Fprintf(&b, "at %s: plan nothing, reference %q\n", where, list)
		}
	}
	return b.String()
}
