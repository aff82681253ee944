package events_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
)

var update = flag.Bool("update", false, "write a sample of each event that has none; those there are stay as they are")

func sampleOf(name string) string { return filepath.Join("testdata", "samples", name+".json") }

// TestWhatWasStoredIsStillRead holds today's types against testdata/samples: one body of each
// event as it was stored, indented for the reader. A sample is never edited. When it fails
// here, records in somebody's log cannot be read any more.
func TestWhatWasStoredIsStillRead(t *testing.T) {
	codec := eventstest.Codec()
	for e := range eachEvent {
		name := e.EventName()
		t.Run(name, func(t *testing.T) {
			sample, err := os.ReadFile(sampleOf(name))
			if errors.Is(err, fs.ErrNotExist) && *update {
				write(t, codec, filled(t, e))
				return
			}
			if err != nil {
				t.Fatalf("no sample: run go test ./events -update, and give it values that read well: %v", err)
			}
			var stored bytes.Buffer
			if err := json.Compact(&stored, sample); err != nil {
				t.Fatal(err)
			}
			got, err := codec.Decode(name, stored.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			_, again, err := codec.Encode(got)
			if err != nil {
				t.Fatal(err)
			}
			if string(again) != stored.String() {
				t.Errorf("stored  %s\nreads as %s", stored.String(), again)
			}
			for _, field := range unset(reflect.ValueOf(got), "") {
				t.Errorf("the sample says nothing about %s", strings.TrimPrefix(field, "."))
			}
		})
	}
}

func TestEverySampleIsOfAnEvent(t *testing.T) {
	known := map[string]bool{}
	for e := range eachEvent {
		known[sampleOf(e.EventName())] = true
	}
	files, err := filepath.Glob(sampleOf("*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("there are no samples")
	}
	for _, file := range files {
		if !known[file] {
			t.Errorf("%s is of no event: the name of an event never changes, and its type stays as long as a log may hold it", file)
		}
	}
}

func TestStoringLosesNothing(t *testing.T) {
	codec := eventstest.Codec()
	for e := range eachEvent {
		full := filled(t, e)
		for _, want := range []domain.Event{e, full} {
			name, body, err := codec.Encode(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := codec.Decode(name, body)
			if err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s\nstored %+v\nread   %+v", name, want, got)
			}
		}
	}
}

// A record that cannot be read is a fault of the log, whatever is wrong in it: nobody who
// asks for something else is told to write a day differently.
func TestWhatCannotBeReadIsDamage(t *testing.T) {
	_, err := eventstest.Codec().Decode("apprenticeship.began", []byte(`{"on":"10002-06-30"}`))
	if !errors.Is(err, events.ErrCorrupt) || domain.AsRefusal(err) != nil {
		t.Errorf("got %v", err)
	}
}

func TestACommandIsNotAFact(t *testing.T) {
	var command struct {
		domain.Request
		consent.Revoked
	}
	codec := eventstest.Codec()
	if name, body, err := codec.Encode(command); err == nil {
		t.Errorf("what only embeds a %s was stored as one: %s", name, body)
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

func write(t *testing.T, codec events.Codec, e domain.Event) {
	name, body, err := codec.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	if err := os.WriteFile(sampleOf(name), b.Bytes(), 0o644); err != nil {
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
