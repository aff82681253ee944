package events_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
)

// A shift was first counted in quarters of an hour, then in minutes; at last the fact got a
// better name, and its worker two.
type (
	quarters struct {
		Worker   string `json:"worker"`
		Quarters int    `json:"quarters"`
	}
	minutes struct {
		Worker  string `json:"worker"`
		Minutes int    `json:"minutes"`
	}
	worked struct {
		Given   string `json:"given"`
		Family  string `json:"family"`
		Minutes int    `json:"minutes"`
	}
)

func (quarters) EventName() string { return "test.shift" }
func (minutes) EventName() string  { return "test.shift" }
func (worked) EventName() string   { return "test.shift_worked" }

var (
	inQuarters = domain.Form{Name: "test.shift", Schema: 1}
	inMinutes  = domain.Form{Name: "test.shift", Schema: 2}
	asWorked   = domain.Form{Name: "test.shift_worked", Schema: 1}
)

var toMinutes = domain.Upcast{From: inQuarters, To: inMinutes, Do: func(fields map[string]json.RawMessage) error {
	var n int
	if err := json.Unmarshal(fields["quarters"], &n); err != nil {
		return err
	}
	delete(fields, "quarters")
	fields["minutes"] = fmt.Append(nil, 15*n)
	return nil
}}

var toWorked = domain.Upcast{From: inMinutes, To: asWorked, Do: func(fields map[string]json.RawMessage) (err error) {
	var name string
	if err := json.Unmarshal(fields["worker"], &name); err != nil {
		return err
	}
	delete(fields, "worker")
	given, family, _ := strings.Cut(name, " ")
	if fields["given"], err = json.Marshal(given); err != nil {
		return err
	}
	fields["family"], err = json.Marshal(family)
	return err
}}

// releases are the codecs of the programs that wrote the forms, in order.
var releases = []events.Codec{
	events.NewCodec([]domain.Event{quarters{}}),
	events.NewCodec([]domain.Event{minutes{}}).With([]domain.Upcast{toMinutes}),
	events.NewCodec([]domain.Event{worked{}, added{}}).With([]domain.Upcast{toMinutes}, []domain.Upcast{toWorked}),
}

var newest = releases[2]

func TestWhatAnyReleaseWroteReadsAsIfWrittenToday(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given, family := rapid.StringMatching(`[^ ]*`).Draw(t, "given"), rapid.String().Draw(t, "family")
		n := rapid.IntRange(-1e6, 1e6).Draw(t, "quarters")
		want := worked{given, family, 15 * n}
		for i, e := range []domain.Event{quarters{given + " " + family, n}, minutes{given + " " + family, 15 * n}, want} {
			form, body, err := releases[i].Encode(e)
			if err != nil || form != []domain.Form{inQuarters, inMinutes, asWorked}[i] {
				t.Fatalf("release %d writes %v, %v", i, form, err)
			}
			for _, codec := range releases[i:] {
				if _, err := codec.Decode(form, body); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := newest.Decode(form, body); got != want || err != nil {
				t.Fatalf("release %d wrote %s, read as %+v, %v", i, body, got, err)
			}
		}
	})
}

func TestUpcastsThatLeadNowhereAreNotTaken(t *testing.T) {
	form := func(name string, schema uint64) domain.Form { return domain.Form{Name: name, Schema: schema} }
	for name, upcasts := range map[string][]domain.Upcast{
		"a form left out":       {{From: form("test.added", 2), To: form("test.added", 3)}},
		"two from one form":     {{From: form("test.x", 1), To: form("test.added", 1)}, {From: form("test.x", 1), To: form("test.added", 1)}},
		"away from today's":     {{From: form("test.added", 1), To: form("test.x", 1)}},
		"to a name nobody has":  {{From: form("test.x", 1), To: form("test.y", 1)}},
		"in a circle":           {{From: form("test.x", 1), To: form("test.x", 2)}, {From: form("test.x", 2), To: form("test.x", 1)}},
		"from a later form":     {{From: form("test.added", 2), To: form("test.added", 1)}},
		"an old name left open": {{From: form("test.x", 2), To: form("test.added", 1)}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("a codec was made of it")
				}
			}()
			events.NewCodec([]domain.Event{added{}}).With(upcasts)
		})
	}
}

func TestANameAloneCanChange(t *testing.T) {
	codec := events.NewCodec([]domain.Event{added{}}).With([]domain.Upcast{{From: domain.Form{Name: "test.plus", Schema: 1}, To: domain.Form{Name: "test.added", Schema: 1}}})
	if e, err := codec.Decode(domain.Form{Name: "test.plus", Schema: 1}, []byte(`{"n":3}`)); e != (added{3}) || err != nil {
		t.Errorf("got %v, %v", e, err)
	}
}

// A record that cannot be read is a fault of the log, whatever is wrong in it: nobody who
// asks for something else is told to write a day differently.
func TestWhatCannotBeReadIsDamage(t *testing.T) {
	domainForm := domain.Form{Name: "apprenticeship.began", Schema: 1}
	for _, c := range []struct {
		codec events.Codec
		form  domain.Form
		body  string
	}{
		{eventstest.Codec(), domainForm, `{"on":"10002-06-30"}`},
		{eventstest.Codec(), domainForm, `null`},
		{eventstest.Codec(), domainForm, ``},
		{eventstest.Codec(), domainForm, `{"on":`},
		{eventstest.Codec(), domain.Form{Name: "apprenticeship.began"}, `{}`},
		{newest, inQuarters, `null`},
		{newest, inQuarters, `{`},
		{newest, inQuarters, `{"worker":"Ana Lind"}`},
		{newest, inQuarters, `{"worker":7,"quarters":1}`},
		{newest, inMinutes, `{"worker":"Ana Lind","minutes":"many"}`},
	} {
		e, err := c.codec.Decode(c.form, []byte(c.body))
		if !errors.Is(err, events.ErrCorrupt) || errors.Is(err, events.ErrNewer) || domain.AsRefusal(err) != nil {
			t.Errorf("%v %s reads as %v, %v", c.form, c.body, e, err)
		}
	}
}

func TestANewerFormIsNoDamage(t *testing.T) {
	for i, form := range []domain.Form{inMinutes, {Name: "test.shift", Schema: 3}, {Name: "test.shift_worked", Schema: 2}} {
		_, err := releases[i].Decode(form, []byte(`{}`))
		if r := domain.AsRefusal(err); !errors.Is(err, events.ErrNewer) || errors.Is(err, events.ErrCorrupt) || r == nil || r.Code != "DATA_TOO_NEW" {
			t.Errorf("%v: got %v", form, err)
		}
	}
}

func TestFieldsThatAreNotKnownArePassedOver(t *testing.T) {
	body := `{"n":3,"by":{"bus":[1,2]},"n ":4}`
	if e, err := newest.Decode(domain.Form{Name: "test.added", Schema: 1}, []byte(body)); e != (added{3}) || err != nil {
		t.Errorf("got %v, %v", e, err)
	}
	body = `{"worker":"Ana Lind","quarters":4,"ward":"7b"}`
	if e, err := newest.Decode(inQuarters, []byte(body)); e != (worked{"Ana", "Lind", 60}) || err != nil {
		t.Errorf("got %v, %v", e, err)
	}
}

func TestOfAFieldThatIsThereTwiceTheLastCounts(t *testing.T) {
	if e, err := newest.Decode(domain.Form{Name: "test.added", Schema: 1}, []byte(`{"n":3,"n":4}`)); e != (added{4}) || err != nil {
		t.Errorf("got %v, %v", e, err)
	}
	if e, err := newest.Decode(inMinutes, []byte(`{"minutes":3,"worker":"Ana Lind","minutes":4}`)); e != (worked{"Ana", "Lind", 4}) || err != nil {
		t.Errorf("got %v, %v", e, err)
	}
}

// FuzzDecode looks for bodies that are read as something else than what is written again.
func FuzzDecode(f *testing.F) {
	codec := eventstest.Codec()
	var names []string
	for e := range eachEvent {
		form, body, err := codec.Encode(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(len(names), form.Schema, body)
		names = append(names, form.Name)
	}
	f.Add(0, uint64(0), []byte(`null`))
	f.Add(1, uint64(2), []byte(`{"on":"2026-11-22","on":null}`))
	f.Fuzz(func(t *testing.T, i int, schema uint64, body []byte) {
		form := domain.Form{Name: names[uint(i)%uint(len(names))], Schema: schema}
		e, err := codec.Decode(form, body)
		if err != nil {
			if !errors.Is(err, events.ErrCorrupt) && !errors.Is(err, events.ErrNewer) {
				t.Fatalf("%v %s: %v", form, body, err)
			}
			return
		}
		written, first, err := codec.Encode(e)
		if err != nil || written.Name != form.Name {
			t.Fatalf("%v %s was read as %+v, written as %v, %v", form, body, e, written, err)
		}
		again, err := codec.Decode(written, first)
		if err != nil {
			t.Fatalf("%s was written and is not read: %v", first, err)
		}
		if _, second, err := codec.Encode(again); err != nil || string(second) != string(first) {
			t.Fatalf("%s became %s, %v", first, second, err)
		}
	})
}
