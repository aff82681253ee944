package projections_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/projections"
)

// samples is one fact of every kind that there is, as the log keeps it.
var samples = sync.OnceValues(func() ([]domain.Event, error) {
	codec := eventstest.Codec()
	var out []domain.Event
	for _, set := range eventstest.Catalogue {
		for _, e := range set {
			form, _, err := codec.Encode(e)
			if err != nil {
				return nil, err
			}
			files, err := filepath.Glob(filepath.Join("../events/testdata/samples", e.EventName()+"*.json"))
			if err != nil {
				return nil, err
			}
			for _, f := range files {
				body, err := os.ReadFile(f)
				if err != nil {
					return nil, err
				}
				if sample, err := codec.Decode(form, body); err == nil { // else it is of an older form
					out = append(out, sample)
				}
			}
		}
	}
	return out, nil
})

func sampled(t *testing.T) []domain.Event {
	t.Helper()
	es, err := samples()
	return must(t, es, err)
}

func category(e domain.Event) string {
	c, _, _ := strings.Cut(e.EventName(), ".")
	return c
}

// subjects are what streams of a category may be about. What an aggregate's streams look
// like is found out: of these it takes the shape under which the fewest facts cannot be
// applied.
var subjects = []string{"ana", "ana.x", "ana.2026-W10", "retention.ana", "hours"}

// shapeOf returns the subjects that streams of a category can have.
func shapeOf(t *testing.T, category string, es []domain.Event) string {
	t.Helper()
	best, fewest := "", len(es)+1
	for _, subject := range subjects {
		var records []events.Recorded
		for _, e := range es {
			records = append(records, events.Recorded{Stream: domain.Stream(category + "-" + subject), Event: e})
		}
		_, parked := projections.Applied(t, placed(records))
		if len(parked) < fewest {
			best, fewest = subject, len(parked)
		}
	}
	return best
}

// placed gives records their places in the log and their streams.
func placed(records []events.Recorded) []events.Recorded {
	revision := map[domain.Stream]uint64{}
	for i := range records {
		r := &records[i]
		revision[r.Stream]++
		r.ID, r.Position, r.Revision = fmt.Sprintf("id-%d", i+1), events.Position(i+1), revision[r.Stream]
		if r.Request.At.IsZero() {
			r.Request = domain.Request{By: lena, At: day("2026-03-02").Midnight().Add(time.Duration(i) * time.Hour)}
		}
	}
	return records
}

// A maker makes random histories of facts of every kind.
type maker struct {
	kinds  map[string][]domain.Event // by category
	shapes map[string]string
}

func newMaker(t *testing.T) maker {
	t.Helper()
	m := maker{map[string][]domain.Event{}, map[string]string{}}
	for _, e := range sampled(t) {
		m.kinds[category(e)] = append(m.kinds[category(e)], e)
	}
	for c, es := range m.kinds {
		m.shapes[c] = shapeOf(t, c, es)
	}
	return m
}

var names = []string{"ana", "ben", "cleo"}

// history is a house in which a little can happen, and then anything: facts of a few
// aggregates about a few people, so that they meet. It is drawn evenly, which rapid alone
// does not.
func (m maker) history(t *rapid.T) []events.Recorded {
	var records []events.Recorded
	for _, n := range names {
		records = append(records,
			events.Recorded{Stream: domain.Stream("person-" + n), Event: person.Joined{Name: "sealed", Capacity: domain.Apprentice}},
			events.Recorded{Stream: domain.Stream("apprenticeship-" + n), Event: apprenticeship.Drafted{Person: domain.PersonID(n), Role: "help-desk-analyst", StartOn: day("2026-03-02")}},
			events.Recorded{Stream: domain.Stream("timesheet-" + n + ".2026-W10"), Event: timesheet.Opened{Apprenticeship: domain.ApprenticeshipID(n), Week: week("2026-W10")}},
			events.Recorded{Stream: domain.Stream("timesheet-" + n + ".2026-W10"), Event: timesheet.HoursLogged{Entry: "one", Date: day("2026-03-02"), Kind: timesheet.OnTheJob, SpentOn: "wp", Minutes: 60}},
			events.Recorded{Stream: domain.Stream("milestone-" + n + ".x"), Event: milestone.Started{Apprenticeship: domain.ApprenticeshipID(n)}})
	}
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	categories := slices.Sorted(maps.Keys(m.kinds))
	about := []string{[]string{"timesheet", "timesheet", "milestone", "apprenticeship", "consent"}[r.IntN(5)], categories[r.IntN(len(categories))], categories[r.IntN(len(categories))]}
	about, who := about[:1+r.IntN(3)], names[:1+r.IntN(len(names))]
	for range rapid.IntRange(1, 60).Draw(t, "facts") {
		c := about[r.IntN(len(about))]
		sample := m.kinds[c][r.IntN(len(m.kinds[c]))]
		e := reflect.New(reflect.TypeOf(sample)).Elem()
		e.Set(reflect.ValueOf(sample))
		vary(r, e)
		subject := m.shapes[c]
		if strings.HasPrefix(subject, "ana") {
			subject = who[r.IntN(len(who))] + strings.TrimPrefix(subject, "ana")
		}
		records = append(records, events.Recorded{Stream: domain.Stream(c + "-" + subject), Event: e.Interface().(domain.Event)})
	}
	return placed(records)
}

// vary changes what a fact names and its days, but not its words, which may be one of a few.
func vary(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if strings.HasSuffix(v.Type().Name(), "ID") && v.Type().PkgPath() == reflect.TypeFor[domain.PersonID]().PkgPath() && r.IntN(3) == 0 {
			v.SetString(names[r.IntN(len(names))])
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[domain.Date]() {
			v.Set(reflect.ValueOf(day("2026-03-01").AddDays(r.IntN(30))))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				vary(r, v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v)) // the sample keeps its own
		for i := range v.Len() {
			vary(r, v.Index(i))
		}
	}
}

// TestEveryKindOfFactCanBeApplied also tells which tables no kind of fact writes to.
func TestEveryKindOfFactCanBeApplied(t *testing.T) {
	m := newMaker(t)
	var records []events.Recorded
	for _, c := range slices.Sorted(maps.Keys(m.kinds)) {
		for _, e := range m.kinds[c] {
			records = append(records, events.Recorded{Stream: domain.Stream(c + "-" + m.shapes[c]), Event: e})
		}
	}
	_, parked := projections.Applied(t, placed(records))
	for _, p := range parked {
		if strings.Contains(p.Reason, "no view knows") {
			t.Errorf("%s on %s: %s", p.Event, p.Stream, p.Reason)
		}
	}
}

// The rows that follow from a log do not depend on where transactions ended, nor do the
// records that could not be applied.
func TestRowsDoNotDependOnWhereBatchesEnd(t *testing.T) {
	m := newMaker(t)
	rapid.Check(t, func(rt *rapid.T) {
		records := m.history(rt)
		want, parked := projections.Applied(t, records)
		borders := rapid.SliceOfN(rapid.IntRange(0, len(records)), 0, 8).Draw(rt, "borders")
		slices.Sort(borders)
		var each []int
		for i := range records {
			each = append(each, i)
		}
		for how, borders := range map[string][]int{"one by one": each, "at random": borders} {
			got, also := projections.Applied(t, records, borders...)
			if !slices.Equal(parked, also) {
				rt.Fatalf("%s, %v: parked\n%+v\nat once\n%+v", how, borders, also, parked)
			}
			for i := range want {
				if got[i] != want[i] {
					rt.Fatalf("%s, %v: %s is\n%+v\nat once\n%+v", how, borders, want[i].Table, got[i], want[i])
				}
			}
		}
	})
}

// What is remembered of learners is what the rows say, whatever happened; so is what is
// remembered of rights, while a college is given some and loses them.
func TestWhatIsRememberedIsWhatTheRowsSay(t *testing.T) {
	m := newMaker(t)
	for _, history := range []func(*rapid.T) []events.Recorded{m.history, m.sharing} {
		rapid.Check(t, func(rt *rapid.T) {
			if told := projections.Recall(t, history(rt)); told != "" {
				rt.Fatal(told)
			}
		})
	}
}

// What becomes of notices, and what was answered of many things at once, changes nothing that
// is remembered: what they led to does.
func TestWhatNobodyRemembersForgetsNothing(t *testing.T) {
	for stream, forgotten := range map[domain.Stream]bool{
		webhook.Stream("mill", "hook"): false, submission.Stream("mill", "1"): false, credit.Stream("ana", "r"): true, partner.Stream("mill"): true,
	} {
		if projections.Forgotten(events.Recorded{Stream: stream}) != forgotten {
			t.Errorf("after a record of %s something is read anew: %v", stream, !forgotten)
		}
	}
}

// sharing is a history in which a college sees everybody at first.
func (m maker) sharing(t *rapid.T) []events.Recorded {
	const college = projections.Observer
	all := []domain.Scope{domain.PathwayRecords, domain.MilestoneRecords, domain.CreditRecords}
	var added agreement.ArticulationRuleAdded
	added.Rule, added.Requirement, added.From = "r", "x", day("2026-03-01")
	records := []events.Recorded{
		{Stream: partner.Stream(college), Event: partner.Onboarded{Name: "Lakeshore"}},
		{Stream: partner.Stream(college), Event: partner.KeyIssued{Key: "k", Hash: projections.Keys[0]}},
		{Stream: person.Stream("ana"), Event: person.KeyIssued{Key: "k", Hash: projections.Keys[1]}},
		{Stream: agreement.Stream("ana"), Event: agreement.Drafted{Partner: college, Scopes: all}},
		{Stream: agreement.Stream("ana"), Event: added},
		{Stream: agreement.Stream("ana"), Event: agreement.Activated{From: day("2026-03-01"), To: day("2026-03-20")}},
	}
	for _, n := range names {
		records = append(records,
			events.Recorded{Stream: consent.Stream(domain.PersonID(n), college), Event: consent.Given{Person: domain.PersonID(n), Party: college, Records: all, On: day("2026-03-01")}},
			events.Recorded{Stream: apprenticeship.Stream(domain.ApprenticeshipID(n)), Event: apprenticeship.Began{On: day("2026-03-02")}})
	}
	const late = "dora" // shares with the college before there is anything to share
	records = append(records,
		events.Recorded{Stream: consent.Stream(late, college), Event: consent.Given{Person: late, Party: college, Records: all, On: day("2026-03-01")}},
		events.Recorded{Stream: apprenticeship.Stream(late), Event: apprenticeship.Drafted{Person: late, Role: "help-desk-analyst", StartOn: day("2026-03-02")}})
	seed := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "sharing"), 0))
	for range rapid.IntRange(1, 20).Draw(t, "rights") {
		c := []string{"partner", "agreement", "consent", "apprenticeship", "person", "milestone"}[seed.IntN(6)]
		e := m.kinds[c][seed.IntN(len(m.kinds[c]))]
		subject := strings.Replace(m.shapes[c], "ana", names[seed.IntN(len(names))], 1)
		switch c {
		case "partner":
			subject = string(college)
		case "agreement":
			subject = "ana"
		}
		records = append(records, events.Recorded{Stream: domain.Stream(c + "-" + subject), Event: e})
	}
	return placed(append(m.history(t)[:15], records...))
}

// What changed and is again as it was is written, whether or not a batch ended in between.
func TestWhatChangedBackIsWritten(t *testing.T) {
	var records []events.Recorded
	for _, f := range all(house, weekSent, []fact{on("2026-03-10", dana, w10, timesheet.Returned{By: "dana-whitfield"})}) {
		for _, e := range f.events {
			records = append(records, events.Recorded{Stream: f.stream, Request: domain.Request{By: f.by, At: f.at()}, Event: e})
		}
	}
	placed(records)
	want, _ := projections.Applied(t, records)
	got, parked := projections.Applied(t, records, len(records)-1)
	if !slices.Equal(got, want) || len(parked) > 0 {
		t.Errorf("in two batches:\n%+v\nin one:\n%+v\nparked %v", got, want, parked)
	}
}

// Indexes that are made last cannot serve the changes: while a read model is built they
// would find their rows by looking at all.
func TestChangesNeedNoIndexThatIsMadeLast(t *testing.T) {
	m := newMaker(t)
	var records []events.Recorded
	for _, c := range slices.Sorted(maps.Keys(m.kinds)) {
		for _, e := range m.kinds[c] {
			records = append(records, events.Recorded{Stream: domain.Stream(c + "-" + m.shapes[c]), Event: e})
		}
	}
	last := projections.AskedOnly()
	if len(last) == 0 {
		t.Fatal("there are none")
	}
	for _, plan := range projections.Plans(t, placed(records)) {
		for _, name := range last {
			if strings.Contains(plan, "INDEX "+name+" ") {
				t.Errorf("%s\nneeds %s: move it out of the .ask.sql file", plan, name)
			}
		}
	}
}
