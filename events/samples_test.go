package events_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
)

var update = flag.Bool("update", false, "write a sample of each form that has none; those there are stay as they are")

const samples = "testdata/samples"

// sampleOf is the file of a form: test.added.json for the first, test.added@2.json for the second.
// What a form came to say later, in a field of its own, is in test.added+2.json.
func sampleOf(f domain.Form, addition int) string {
	file := f.Name
	if f.Schema > 1 {
		file += fmt.Sprintf("@%d", f.Schema)
	}
	if addition > 1 {
		file += fmt.Sprintf("+%d", addition)
	}
	return file + ".json"
}

// formOf is the inverse of sampleOf.
func formOf(t *testing.T, file string) domain.Form {
	base, _, _ := strings.Cut(strings.TrimSuffix(file, ".json"), "+")
	name, schema, later := strings.Cut(base, "@")
	if !later {
		return domain.Form{Name: name, Schema: 1}
	}
	n, err := strconv.ParseUint(schema, 10, 64)
	if err != nil || n < 2 {
		t.Fatalf("%s is not the name of a sample", file)
	}
	return domain.Form{Name: name, Schema: n}
}

// stored is a sample as it is stored; in the file it is indented for the reader.
func stored(t *testing.T, sample []byte) []byte {
	var b bytes.Buffer
	if err := json.Compact(&b, sample); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWhatIsStoredIsRead holds today's types against testdata/samples: one body of each
// event as it is stored. When it fails, records in somebody's log cannot be read any more.
func TestWhatIsStoredIsRead(t *testing.T) {
	codec := eventstest.Codec()
	for e := range eachEvent {
		form, _, err := codec.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(form.Name, func(t *testing.T) {
			var silent []string // fields that no sample says anything about
			for n := 1; ; n++ {
				sample, err := os.ReadFile(filepath.Join(samples, sampleOf(form, n)))
				if errors.Is(err, fs.ErrNotExist) && *update && (n == 1 || len(silent) > 0) {
					write(t, codec, filled(t, e), n)
					return
				}
				if errors.Is(err, fs.ErrNotExist) && n > 1 {
					break
				}
				if err != nil {
					t.Fatalf("no sample: run go test ./events -update, and give it values that read well: %v", err)
				}
				body := stored(t, sample)
				got, err := codec.Decode(form, body)
				if err != nil {
					t.Fatal(err)
				}
				if again, err := written(codec, got); err != nil || again != string(body) {
					t.Errorf("stored  %s\nreads as %s, %v", body, again, err)
				}
				missing := unset(reflect.ValueOf(got), "")
				if n == 1 {
					silent = missing
				}
				silent = slices.DeleteFunc(silent, func(field string) bool { return !slices.Contains(missing, field) })
			}
			for _, field := range silent {
				t.Errorf("no sample says anything about %s: run go test ./events -update", strings.TrimPrefix(field, "."))
			}
		})
	}
}

// TestSamplesAreNeverEdited holds every sample against the sum it had when it was written.
// All of them are read, those of forms that are no longer written too.
func TestSamplesAreNeverEdited(t *testing.T) {
	files, err := os.ReadDir(samples)
	if err != nil {
		t.Fatal(err)
	}
	sums := readSums(t)
	var lines strings.Builder
	for _, file := range files {
		sample, err := os.ReadFile(filepath.Join(samples, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sum := fmt.Sprintf("%x", sha256.Sum256(stored(t, sample)))
		was, summed := sums[file.Name()]
		if !summed && *update {
			was = sum
		}
		delete(sums, file.Name())
		fmt.Fprintf(&lines, "%s  %s\n", was, file.Name())
		switch {
		case was == "":
			t.Errorf("%s has no sum: run go test ./events -update", file.Name())
		case was != sum:
			t.Errorf("%s is not what was written once (sum %q, now %q). Bodies like it are in somebody's log: take it back, and add a form with an upcast", file.Name(), was, sum)
		}
		e, err := eventstest.Codec().Decode(formOf(t, file.Name()), stored(t, sample))
		if _, unknown := e.(events.Unknown); err != nil || unknown {
			t.Errorf("%s is not read any more: the name of an event never changes, and what a log may hold is read for ever: %v", file.Name(), err)
		}
	}
	for gone := range sums {
		t.Errorf("%s is gone, but bodies like it are in somebody's log", gone)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(sumsFile, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const sumsFile = "testdata/samples.sum"

// readSums is the SHA-256 of every sample as it is stored, by file.
func readSums(t *testing.T) map[string]string {
	text, err := os.ReadFile(sumsFile)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, file, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("%s: %q", sumsFile, line)
		}
		sums[file] = sum
	}
	return sums
}

func TestStoringLosesNothing(t *testing.T) {
	codec := eventstest.Codec()
	for e := range eachEvent {
		full := filled(t, e)
		for _, want := range []domain.Event{e, full} {
			form, body, err := codec.Encode(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := codec.Decode(form, body)
			if err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%v\nstored %+v\nread   %+v", form, want, got)
			}
		}
	}
}

func TestACommandIsNotAFact(t *testing.T) {
	var command struct {
		domain.Request
		consent.Revoked
	}
	codec := eventstest.Codec()
	if form, body, err := codec.Encode(command); err == nil {
		t.Errorf("what only embeds a %s was stored as one: %s", form.Name, body)
	}
}

// eachEvent yields the zero value of every event in the Catalogue.
func eachEvent(yield func(domain.Event) bool) {
	for _, set := range eventstest.Catalogue {
		for _, e := range set {
			if !yield(e) {
				return
			}
		}
	}
}

// written returns the body that codec writes for e.
func written(codec events.Codec, e domain.Event) (string, error) {
	_, body, err := codec.Encode(e)
	return string(body), err
}

func write(t *testing.T, codec events.Codec, e domain.Event, addition int) {
	form, body, err := codec.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	if err := os.WriteFile(filepath.Join(samples, sampleOf(form, addition)), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// filled returns e with every field set to something else.
func filled(t *testing.T, e domain.Event) domain.Event {
	v := reflect.New(reflect.TypeOf(e)).Elem()
	n := 0
	fill(t, v, &n)
	return v.Interface().(domain.Event)
}

func fill(t *testing.T, v reflect.Value, n *int) {
	*n++
	day := domain.NewDate(2026, time.November, *n)
	switch v.Interface().(type) {
	case domain.Date:
		v.Set(reflect.ValueOf(day))
		return
	case domain.Week:
		v.Set(reflect.ValueOf(day.Week()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text-%d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(t, field, n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	default:
		t.Fatalf("a fact cannot hold a %s", v.Type())
	}
}

// unset names the fields that v says nothing about. Of a list it is enough that one of its
// elements has them all between them.
func unset(v reflect.Value, at string) (names []string) {
	switch v.Interface().(type) {
	case domain.Date, domain.Week:
		if v.IsZero() {
			names = append(names, at)
		}
		return names
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Anonymous {
				names = append(names, unset(v.Field(i), at)...)
			} else {
				names = append(names, unset(v.Field(i), at+"."+f.Name)...)
			}
		}
	case reflect.Slice:
		missing := map[string]int{}
		for i := range v.Len() {
			for _, name := range unset(v.Index(i), at+"[]") {
				missing[name]++
			}
		}
		for name, in := range missing {
			if in == v.Len() {
				names = append(names, name)
			}
		}
		if v.Len() == 0 {
			names = append(names, at)
		}
	default:
		if v.IsZero() {
			names = append(names, at)
		}
	}
	return names
}
