package events_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/eventstest"
)

// A body is one that might be in a log, and the type that it is of.
type body struct {
	form domain.Form
	of   reflect.Type
	text string
}

// TestBodiesAreReadAsEncodingJSONReadsThem alters the samples in many ways: names in capital
// letters, names that are there twice, nulls, other types, bytes that are no text. What is
// read, and whether it is, must be what encoding/json makes of it, which wrote the log.
func TestBodiesAreReadAsEncodingJSONReadsThem(t *testing.T) {
	codec := eventstest.Codec()
	var bodies []body
	for e := range eachEvent {
		form, _, err := codec.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		sample, err := os.ReadFile(filepath.Join(samples, sampleOf(form, 1)))
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body{form, reflect.TypeOf(e), string(stored(t, sample))})
	}
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SampledFrom(bodies).Draw(t, "sample")
		for range rapid.IntRange(0, 3).Draw(t, "alterations") {
			b.text = altered(t, b.text)
		}
		want := reflect.New(b.of)
		wrong := json.Unmarshal([]byte(b.text), want.Interface())
		got, err := codec.Decode(b.form, []byte(b.text))
		if (err == nil) != (wrong == nil) {
			t.Fatalf("%s is read with the error %v, by encoding/json with %v", b.text, err, wrong)
		}
		if err == nil && !reflect.DeepEqual(got, want.Elem().Interface().(domain.Event)) {
			t.Fatalf("%s is read as %#v, by encoding/json as %#v", b.text, got, want.Elem())
		}
	})
}

// altered draws another body that begins as an object.
func altered(t *rapid.T, s string) string {
	if len(s) < 2 {
		return s
	}
	at := rapid.IntRange(1, len(s)).Draw(t, "place")
	name, rest, _ := strings.Cut(s[1:], ":")
	switch rapid.IntRange(0, 4).Draw(t, "alteration") {
	case 0:
		return s[:at] + rapid.SampledFrom([]string{`"`, `\`, `{`, `}`, `,`, `:`, `0`, ` `, "\x00", "\xff", `\u0041`, `\ud800`, "\u2028"}).Draw(t, "added") + s[at:]
	case 1:
		return "{" + strings.ToUpper(name) + ":" + rest
	case 2:
		value := rapid.SampledFrom([]string{`null`, `"7"`, `7`, `-0`, `7.5`, `1e2`, `1e400`, `""`, `[]`, `{}`, `[null]`, `true`, `"2026-02-30"`}).Draw(t, "value")
		return "{" + name + ":" + value + "," + s[1:]
	case 3:
		return strings.Replace(s, name+":", name+": null,"+name+":", 1)
	default:
		return s[:at] + s[min(at+rapid.IntRange(0, 3).Draw(t, "length"), len(s)):]
	}
}
