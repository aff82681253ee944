package events

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
)

var anyText = rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z0-9:./-]{1,40}`), rapid.String())

func drawMeta(t *rapid.T) meta {
	m := meta{
		By: domain.Actor{
			Person: domain.PersonID(anyText.Draw(t, "person")), Partner: domain.PartnerID(anyText.Draw(t, "partner")),
			Policy: anyText.Draw(t, "policy"), Role: domain.Role(anyText.Draw(t, "role")),
		},
		At:  time.Unix(rapid.Int64Range(-1<<37, 1<<38).Draw(t, "at"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC(),
		Key: anyText.Draw(t, "key"), Digest: anyText.Draw(t, "digest"), Correlation: anyText.Draw(t, "correlation"),
		Causation: anyText.Draw(t, "causation"), Source: anyText.Draw(t, "source"),
	}
	if rapid.Bool().Draw(t, "dated") {
		m.On = domain.DateOf(m.At)
	}
	return m
}

func TestMetadataIsWrittenAsJSONWritesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMeta(t)
		want, wantErr := json.Marshal(m)
		got, err := m.encode()
		if string(got) != string(want) || (err == nil) != (wantErr == nil) {
			t.Fatalf("encoded\n%s, %v; json has\n%s, %v", got, err, want, wantErr)
		}
	})
}

func TestMetadataIsReadAsJSONReadsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMeta(t)
		stored, err := json.Marshal(m)
		if err != nil {
			t.Skip("a time that json does not write")
		}
		for range rapid.IntRange(0, 3).Draw(t, "alterations") {
			at := rapid.IntRange(0, len(stored)-1).Draw(t, "place")
			stored[at] = rapid.SampledFrom([]byte(`"\{},:a0 `+"\x00\xff")).Draw(t, "byte")
		}
		var want, got meta
		wantErr := json.Unmarshal(stored, &want)
		err = got.decode(stored)
		if (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("%s is read as\n%+v, %v; json reads\n%+v, %v", stored, got, err, want, wantErr)
		}
	})
}
