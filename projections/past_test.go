package projections_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// answers is what a read model says of one learner.
func answers(t testing.TB, db *projections.DB, id domain.ApprenticeshipID) map[string]any {
	t.Helper()
	ctx := t.Context()
	l, err := db.Learner(ctx, id)
	if r := domain.AsRefusal(err); r != nil && r.Code == "NO_SUCH_APPRENTICESHIP" {
		return nil
	}
	out := map[string]any{"learner": must(t, l, err)}
	put := func(name string, v any, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = v
	}
	hours, err := db.Hours(ctx, id)
	put("hours", hours[id], err)
	milestones, err := db.Milestones(ctx, id)
	put("milestones", milestones[id], err)
	credits, err := db.Credits(ctx, id)
	put("credits", credits[id], err)
	moves, err := db.Transitions(ctx, id)
	put("transitions", moves[id], err)
	comments, err := db.Comments(ctx, id)
	put("comments", comments, err)
	weeks, err := db.Weeks(ctx, id, domain.Week{}, 1000)
	put("weeks", weeks, err)
	for _, w := range weeks {
		week, err := db.Week(ctx, id, w.Week)
		put("week "+w.Week.String(), week, err)
	}
	stages, err := db.Stages(ctx, id)
	put("stages", stages, err)
	waiting, err := db.Awaiting(ctx, id)
	put("awaiting", waiting, err)
	activity, err := db.Activity(ctx, id, 1000)
	put("activity", activity, err)
	consents, err := db.Consents(ctx, l.Person)
	put("consents", consents, err)
	standard, err := db.Standard(ctx, l.Standard, l.StandardVersion)
	put("standard", standard, err)
	partners := map[domain.PartnerID]bool{}
	for _, c := range consents {
		partners[c.Party] = true
	}
	for p := range partners {
		agreements, err := db.Agreements(ctx, p)
		put("agreements with "+string(p), agreements, err)
	}
	return out
}

func past(t testing.TB, db *projections.DB, log events.Log, id domain.ApprenticeshipID, m projections.Moment) *projections.DB {
	t.Helper()
	p, err := db.Past(t.Context(), log, id, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestARecordAsItWasKnownIsWhatTheReadModelSaidThen(t *testing.T) {
	log := seeded(t)
	end := head(t, log)
	at := map[events.Position]time.Time{}
	var learners []domain.ApprenticeshipID
	for r, err := range log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if _, drafted := r.Event.(apprenticeship.Drafted); drafted {
			id, err := apprenticeship.ID(r.Stream)
			learners = append(learners, must(t, id, err))
		}
		if at[r.Position] = r.Request.At; r.Position == end {
			break
		}
	}
	now, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, now, end)

	dir := t.TempDir()
	told, compared := 0, 0
	for p := events.Position(1); p <= end; p += max(1, end/16) {
		for p < end && !at[p+1].After(at[p]) { // the last of its moment
			p++
		}
		then, stop := run(t, dir, window{log, p})
		until(t, then, p)
		for i, id := range learners {
			if (int(p)+i)%3 != 0 && p != end { // a third of them each time
				continue
			}
			want := answers(t, then, id)
			db, err := now.Past(t.Context(), log, id, projections.Moment{KnownOn: at[p]})
			if err != nil {
				t.Fatal(err)
			}
			got := answers(t, db, id)
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			for name := range want {
				if !reflect.DeepEqual(got[name], want[name]) {
					t.Fatalf("%s of %s as known at %d\ngot  %+v\nwant %+v", name, id, p, got[name], want[name])
				}
			}
			if compared++; want != nil {
				told++
			}
		}
		stop()
	}
	if told < 30 || told == compared {
		t.Errorf("of %d answers %d told of a record: the test proves too little", compared, told)
	}
}

func TestARecordAsItWasHasWhatCameInLaterAboutThen(t *testing.T) {
	log := openLog(t)
	corrected := timesheet.ApprovedHoursCorrected{By: "dana-whitfield", Entry: thursday.Entry, Was: 60, Delta: 30, Reason: "sealed why"}
	record(t, log, house...)
	record(t, log, weekSigned...) // of 2 to 6 March, handed in on 6 and signed on 10 March
	record(t, log, on("2026-03-20", dana, w10, corrected))
	record(t, log, on("2026-04-20", rules, "apprenticeship-ana", apprenticeship.StageEntered{Role: "systems-administrator", On: day("2026-03-05")}))
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, db, head(t, log))

	entries := func(p *projections.DB) string {
		w, err := p.Week(t.Context(), learner, week("2026-W10"))
		return strings.Join(lines(must(t, w, err).Entries, func(e timesheet.Entry) string { return fmt.Sprint(e.Date, " ", e.Minutes) }), ", ")
	}
	role := func(p *projections.DB) domain.RoleID {
		l, err := p.Learner(t.Context(), learner)
		return must(t, l, err).Role
	}
	for _, c := range []struct {
		moment  projections.Moment
		role    domain.RoleID
		entries string
	}{
		{projections.Moment{AsOf: day("2026-03-02")}, "help-desk-analyst", "2026-03-02 7 h"},
		{projections.Moment{AsOf: day("2026-03-05")}, "systems-administrator", "2026-03-02 7 h, 2026-03-05 1 h"},
		{projections.Moment{AsOf: day("2026-03-10")}, "systems-administrator", "2026-03-02 7 h, 2026-03-05 1 h 30 min, 2026-03-06 4 h"},
		{projections.Moment{KnownOn: day("2026-03-05").Midnight()}, "help-desk-analyst", ""},
		{projections.Moment{KnownOn: day("2026-03-12").Midnight()}, "help-desk-analyst", "2026-03-02 7 h, 2026-03-05 1 h, 2026-03-06 4 h"},
		{projections.Moment{KnownOn: day("2026-03-12").Midnight(), AsOf: day("2026-03-05")}, "help-desk-analyst", "2026-03-02 7 h, 2026-03-05 1 h"},
		{projections.Moment{}, "systems-administrator", "2026-03-02 7 h, 2026-03-05 1 h 30 min, 2026-03-06 4 h"},
	} {
		p := past(t, db, log, learner, c.moment)
		if got := entries(p); got != c.entries || role(p) != c.role {
			t.Errorf("at %+v: %s, %s", c.moment, role(p), got)
		}
	}
	before := past(t, db, log, learner, projections.Moment{KnownOn: day("2026-02-01").Midnight()})
	if _, err := before.Learner(t.Context(), learner); domain.AsRefusal(err) == nil {
		t.Errorf("before the record began: %v", err)
	}
	approved, err := past(t, db, log, learner, projections.Moment{AsOf: day("2026-03-09")}).Hours(t.Context(), learner)
	if hs := must(t, approved, err)[learner]; !slices.ContainsFunc(hs, func(h projections.Hours) bool { return h.Pending > 0 }) || slices.ContainsFunc(hs, func(h projections.Hours) bool { return h.Approved > 0 }) {
		t.Errorf("the day before they were signed off: %+v", hs)
	}
}

func TestARoleIsHeldFromTheDayThatWasPutRight(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	record(t, log, on("2026-05-04", rules, "apprenticeship-ana", apprenticeship.StageEntered{Role: "systems-administrator", On: day("2026-05-04")},
		apprenticeship.SupervisorAssigned{Supervisor: "owen-castellano", From: day("2026-05-04")}))
	record(t, log, restaged("2026-04-20"))
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, db, head(t, log))
	for _, c := range []struct {
		moment projections.Moment
		want   string
	}{
		{projections.Moment{AsOf: day("2026-04-19")}, "help-desk-analyst dana-whitfield"},
		{projections.Moment{AsOf: day("2026-04-20")}, "systems-administrator owen-castellano"},
		{projections.Moment{AsOf: day("2026-04-20"), KnownOn: day("2026-05-10").Midnight()}, "help-desk-analyst dana-whitfield"},
		{projections.Moment{AsOf: day("2026-05-04"), KnownOn: day("2026-05-10").Midnight()}, "systems-administrator owen-castellano"},
	} {
		l, err := past(t, db, log, learner, c.moment).Learner(t.Context(), learner)
		if got := join(must(t, l, err).Role, l.Supervisor); got != c.want {
			t.Errorf("at %+v: %s, want %s", c.moment, got, c.want)
		}
	}
}

func TestNoMomentTellsOfSomebodyBeforeTheyWereErased(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	record(t, log, on("2026-03-03", ana, "consent-ana-ruiz.lakeshore", consent.Given{Person: "ana-ruiz", Party: "lakeshore", Plain: "for Ana Ruiz", On: day("2026-03-03")}))
	record(t, log, on("2026-05-05", lena, "person-ana-ruiz", person.Erased{Reason: person.Asked}))
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, db, head(t, log))
	for _, m := range []projections.Moment{{KnownOn: day("2026-04-01").Midnight()}, {AsOf: day("2026-04-01")}} {
		p := past(t, db, log, learner, m)
		l, err := p.Learner(t.Context(), learner)
		cs, err2 := p.Consents(t.Context(), "ana-ruiz")
		if must(t, l, err).Name != "" || len(must(t, cs, err2)) != 1 || cs[0].Plain != "" {
			t.Errorf("at %+v: %q, %+v", m, l.Name, cs)
		}
	}
}

// At every moment what counts and what waits are the hours of the weeks that were signed off
// and handed in by then, and nothing is counted twice or half.
func TestHoursAddUpAtEveryMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := events.Position(0)
		first := day("2026-03-02")
		recorded := func(s domain.Stream, revision int, at domain.Date, e domain.Event) events.Recorded {
			p++
			return events.Recorded{ID: fmt.Sprint(p), Stream: s, Revision: uint64(revision), Position: p, Event: e, Request: domain.Request{
				By: ana, At: at.Midnight(), On: rapid.SampledFrom([]domain.Date{{}, {}, at.AddDays(-3)}).Draw(t, "takes effect")}}
		}
		own := map[domain.Stream][]events.Recorded{}
		for i, f := range house {
			for _, e := range f.events {
				own[f.stream] = append(own[f.stream], recorded(f.stream, len(own[f.stream])+1, first.AddDays(i-len(house)), e))
			}
		}
		for i := range 2 {
			w := first.AddDays(7 * i).Week()
			s, state, at := timesheet.Stream(learner, w), projections.WeekOpen, w.Monday()
			minutes := map[domain.EntryID]domain.Minutes{}
			tell := func(e domain.Event) {
				own[s] = append(own[s], recorded(s, len(own[s])+1, at, e))
			}
			tell(timesheet.Opened{Apprenticeship: learner, Person: "ana-ruiz", Week: w})
			for range rapid.IntRange(0, 12).Draw(t, "facts") {
				at = at.AddDays(rapid.IntRange(0, 4).Draw(t, "days"))
				e := logged(w.Monday().AddDays(rapid.IntRange(0, 4).Draw(t, "day")).String(), timesheet.OnTheJob, "wp-01", domain.Minutes(rapid.IntRange(0, 10).Draw(t, "minutes")))
				_, known := minutes[e.Entry]
				switch {
				case state == projections.WeekSubmitted && rapid.Bool().Draw(t, "signed"):
					state = projections.WeekApproved
					tell(timesheet.Approved{Approver: "dana-whitfield"})
				case state == projections.WeekSubmitted:
					state = projections.WeekReturned
					tell(timesheet.Returned{By: "dana-whitfield"})
				case state == projections.WeekApproved && known:
					tell(timesheet.ApprovedHoursCorrected{Entry: e.Entry, Was: minutes[e.Entry], Delta: e.Minutes - minutes[e.Entry]})
					minutes[e.Entry] = e.Minutes
				case state == projections.WeekApproved:
					state = projections.WeekReturned
					tell(timesheet.Reopened{By: "dana-whitfield"})
				case rapid.IntRange(0, 3).Draw(t, "hand in") == 0 && len(minutes) > 0:
					state = projections.WeekSubmitted
					tell(timesheet.Submitted{To: "dana-whitfield"})
				case known:
					minutes[e.Entry] = e.Minutes
					tell(timesheet.HoursAmended{Entry: e.Entry, Minutes: e.Minutes})
				default:
					minutes[e.Entry] = e.Minutes
					tell(e)
				}
			}
		}
		moment := projections.Moment{AsOf: first.AddDays(rapid.IntRange(0, 40).Draw(t, "as of"))}
		if rapid.Bool().Draw(t, "as known then") {
			moment = projections.Moment{KnownOn: moment.AsOf.Midnight()}
		}
		db, err := projections.Told(context.Background(), own, moment)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		weeks, err := db.Weeks(context.Background(), learner, domain.Week{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		hours, err := db.Hours(context.Background(), learner)
		if err != nil {
			t.Fatal(err)
		}
		var approved, pending domain.Minutes
		for _, h := range hours[learner] {
			approved, pending = approved+h.Approved, pending+h.Pending
		}
		for _, w := range weeks {
			found, err := db.Week(context.Background(), learner, w.Week)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range found.Entries {
				w.OnTheJob -= e.Minutes
				switch w.State {
				case projections.WeekApproved:
					approved -= e.Minutes
				case projections.WeekSubmitted:
					pending -= e.Minutes
				}
			}
			if w.OnTheJob != 0 {
				t.Fatalf("%s: %d minutes are in the total and in no entry", w.Week, w.OnTheJob)
			}
		}
		if approved != 0 || pending != 0 {
			t.Fatalf("%d approved and %d pending minutes are in no week", approved, pending)
		}
	})
}

// BenchmarkPast tells two years of one learner: 104 weeks of five days, handed in and signed off.
func BenchmarkPast(b *testing.B) {
	log := openLog(b)
	record(b, log, house...)
	monday := day("2026-03-02")
	for i := range 104 {
		w := monday.AddDays(7 * i)
		stream := timesheet.Stream(learner, w.Week())
		es := []domain.Event{timesheet.Opened{Apprenticeship: learner, Person: "ana-ruiz", Week: w.Week()}}
		for d := range 5 {
			es = append(es, logged(w.AddDays(d).String(), timesheet.OnTheJob, "wp-01", 480))
		}
		record(b, log, on(w.AddDays(4).String(), ana, stream, append(es, timesheet.Submitted{To: "dana-whitfield"})...),
			on(w.AddDays(7).String(), dana, stream, timesheet.Approved{Approver: "dana-whitfield", OnTheJob: 2400}))
	}
	db, stop := run(b, b.TempDir(), log)
	defer stop()
	until(b, db, head(b, log))
	b.Run("past", func(b *testing.B) {
		for b.Loop() {
			p, err := db.Past(b.Context(), log, learner, projections.Moment{AsOf: monday.AddDays(7 * 104)})
			if err != nil {
				b.Fatal(err)
			}
			p.Close()
		}
	})
	b.Run("retell", func(b *testing.B) {
		for b.Loop() {
			if err := db.Retell(b.Context(), log, learner, func(p *projections.DB, _ []projections.Fact) error {
				_, err := p.Hours(b.Context(), learner)
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Records of other days are told at the same time, each in memory of its own that comes and goes.
func TestWhatIsToldInMemoryComesAndGoesAtOnce(t *testing.T) {
	var telling sync.WaitGroup
	for range 16 {
		telling.Go(func() {
			for range 200 {
				if err := projections.ComeAndGo(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	telling.Wait()
}
