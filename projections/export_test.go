package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// Told is the record of somebody, made of streams of their own, at a moment.
func Told(ctx context.Context, own map[domain.Stream][]events.Recorded, m Moment) (*DB, error) {
	past, err := memory()
	if err == nil {
		err = past.retell(ctx, story{own: own}.until(m), nil)
	}
	return past, err
}

// Batches makes transactions of about n records until the test ends.
func Batches(t testing.TB, n int) {
	live, build := batchSize, buildSize
	batchSize, buildSize = n, n
	t.Cleanup(func() { batchSize, buildSize = live, build })
}

// Newest is the path of the generation in a node's data directory that is asked.
func Newest(t testing.TB, dir string) string {
	t.Helper()
	name, err := newest(dir + "/" + Dir)
	if err != nil || name == "" {
		t.Fatalf("there is no read model in %s: %v", dir, err)
	}
	return dir + "/" + Dir + "/" + name
}

// Days are those on which the records of a stream take effect.
func Days(records []events.Recorded) (out []domain.Date) {
	for _, f := range effective(records) {
		out = append(out, f.On)
	}
	return out
}

// Applied tells what a read model says to which records were applied, with a transaction
// for those up to each border.
func Applied(t testing.TB, records []events.Recorded, borders ...int) ([]Digest, []Parked) {
	t.Helper()
	return AppliedBreaking(t, records, 0, borders...)
}

// A breaker panics when what was made of one record is written.
type breaker struct {
	b  *batch
	at events.Position
}

func (breaker) tables() []string               { return nil }
func (breaker) size() int                      { return 0 }
func (breaker) forget(domain.ApprenticeshipID) {}
func (breaker) drop()                          {}
func (k breaker) flush(domain.ApprenticeshipID) error {
	if k.b.last.Position == k.at || !k.b.careful && slices.ContainsFunc(k.b.records, func(r events.Recorded) bool { return r.Position == k.at }) {
		panic("broken")
	}
	return nil
}

// AppliedBreaking is Applied with a view that has a fault at one position.
func AppliedBreaking(t testing.TB, records []events.Recorded, broken events.Position, borders ...int) ([]Digest, []Parked) {
	t.Helper()
	db, err := memory()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b, at := newBatch(t.Context(), db.serving.writer), 0
	b.buffers = append(b.buffers, breaker{b, broken})
	for _, end := range append(borders, len(records)) {
		for _, r := range records[at:end] {
			if err := b.apply(r); err != nil {
				t.Fatal(r.Event.EventName(), err)
			}
		}
		if at < end {
			if err := b.commit(); err != nil {
				t.Fatal(err)
			}
		}
		at = end
	}
	ds, err := db.Digests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ps, err := db.Parked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ds, ps
}

// Recall applies records one by one, asks after each about all learners, and returns the
// first answer from memory that is not what the rows say.
func Recall(t testing.TB, records []events.Recorded) string {
	t.Helper()
	db, err := memory()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b := newBatch(t.Context(), db.serving.writer)
	for _, r := range records {
		if err := b.apply(r); err != nil {
			t.Fatal(r.Event.EventName(), err)
		}
		seen := changedBy(b.records)
		if err := b.commit(); err != nil {
			t.Fatal(err)
		}
		db.recalled.forget(seen)
		if got, want := everybody(t, db), everybody(t, &DB{read: db.read}); !reflect.DeepEqual(got, want) {
			return fmt.Sprintf("after %s on %s:\n%+v\nis, as the rows say,\n%+v", r.Event.EventName(), r.Stream, got, want)
		}
	}
	return ""
}

func everybody(t testing.TB, db *DB) (all []any) {
	t.Helper()
	ls, err := db.Learners(t.Context(), LearnerQuery{})
	var ids []domain.ApprenticeshipID
	for _, l := range ls {
		ids = append(ids, l.ID)
	}
	ms, err1 := db.Milestones(t.Context(), ids...)
	cs, err2 := db.Credits(t.Context(), ids...)
	n, err3 := db.CountLearners(t.Context(), LearnerQuery{Statuses: []LearnerStatus{Active}})
	var people []domain.PersonID
	var editions []Standard
	var latest []Learner
	for _, l := range ls {
		of, err := db.LearnerOf(t.Context(), l.Person)
		if err != nil {
			t.Fatal(err)
		}
		latest = append(latest, of)
		people = append(people, l.Person, l.Supervisor, l.Mentor)
		s, err := db.Standard(t.Context(), l.Standard, l.StandardVersion)
		if domain.AsRefusal(err) == nil && err != nil {
			t.Fatal(err)
		}
		editions = append(editions, s)
		as, err := db.Activity(t.Context(), l.ID, 10)
		happened, err1 := db.Happened(t.Context(), l.Person, time.Time{}, []string{"milestone.attained", "timesheet.approved", "transition.approval_granted", "credit.awarded"}, 10)
		progress, err2 := db.Progress(t.Context(), l.ID)
		circumstances, err3 := db.Circumstances(t.Context(), l.ID)
		if err := errorsOf(err, err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		all = append(all, as, happened, progress, circumstances)
	}
	named, err4 := db.Named(t.Context(), people...)
	pay, err5 := db.Pay(t.Context(), ids...)
	if err := errorsOf(err, err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	return append(append(all, ls, ms, cs, n, editions, named, latest, pay), rights(t, db, ids)...)
}

// Forgotten reports whether something that is remembered is read anew after a record.
func Forgotten(r events.Recorded) bool {
	c := changedBy([]events.Recorded{r})
	return c.everything || c.rights || len(c.learners) > 0
}

// The college and the keys whose rights Recall looks at, and when.
const Observer domain.PartnerID = "x"

var Keys = []string{"of the college", "of a person"} // hashes

var observed = domain.NewDate(2026, 3, 10)

// rights are what the read model says of who may ask, and of what Observer may see.
func rights(t testing.TB, db *DB, ids []domain.ApprenticeshipID) []any {
	t.Helper()
	q := LearnerQuery{Visible: Sight{Partner: Observer, On: observed, Scope: domain.PathwayRecords}}
	ls, err := db.Learners(t.Context(), q)
	n, err1 := db.CountLearners(t.Context(), q)
	q.Statuses = []LearnerStatus{Active, Probationary}
	active, err2 := db.Learners(t.Context(), q)
	grants, err3 := db.Grants(t.Context(), Observer, observed, ids...)
	linked, err4 := db.Linked(t.Context(), Observer, observed)
	ps, err5 := db.Partners(t.Context())
	gs, err6 := db.Agreements(t.Context(), "")
	if err := errorsOf(err, err1, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	all := []any{ls, n, active, grants, linked, ps, gs}
	for _, key := range Keys {
		by, err := db.Bearer(t.Context(), key)
		if err != nil && domain.AsRefusal(err) == nil {
			t.Fatal(err)
		}
		all = append(all, by, err == nil)
	}
	return all
}

// Readers are those of an empty read model.
func Readers(t testing.TB) *sql.DB {
	t.Helper()
	db, err := memory()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db.serving.read
}

// ApplyOnFullDisk applies log where there is room for a few pages only.
func ApplyOnFullDisk(t testing.TB, log Source) ([]Parked, error) {
	t.Helper()
	g, err := begin(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer g.close()
	var pages int
	if _, err := g.writer.first(`PRAGMA page_count`, &pages); err != nil {
		t.Fatal(err)
	}
	if _, err := g.writer.first(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+20), &pages); err != nil {
		t.Fatal(err)
	}
	head, err := log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = g.follow(t.Context(), log, head, following{size: 50})
	ps, e := parked(t.Context(), g.writer.rows)
	if e != nil {
		t.Fatal(e)
	}
	return ps, err
}

// While lets read ask for Ana's title, again and again within one transaction.
func While(t testing.TB, db *DB, read func(func(*string) error) error) error {
	return db.snapshot(t.Context(), func(q querier) error {
		return read(func(title *string) error {
			_, err := collect(t.Context(), q, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, rows.Scan(title) },
				`SELECT title FROM person WHERE id = 'ana-ruiz'`)
			return err
		})
	})
}

// SmallBatches makes transactions of about n records.
func SmallBatches(n int) { batchSize, buildSize = n, n }

// Plans tells how SQLite goes about the statements by which records change the views.
func Plans(t testing.TB, records []events.Recorded) (plans []string) {
	t.Helper()
	db, err := memory()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := db.serving.writer
	b := newBatch(t.Context(), w)
	for _, r := range records {
		if err := b.apply(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.commit(); err != nil {
		t.Fatal(err)
	}
	for query := range w.stmts {
		if strings.HasPrefix(query, "PRAGMA") {
			continue
		}
		plans = append(plans, plan(t, w.conn, query)...)
	}
	return plans
}

// AskedOnly are the names of the indexes that are made last.
func AskedOnly() (names []string) {
	for _, m := range regexp.MustCompile(`INDEX (\w+) ON`).FindAllStringSubmatch(indexesSQL, -1) {
		names = append(names, m[1])
	}
	return names
}

// Questions tells how SQLite goes about the questions that db was asked and that have some words.
func Questions(t testing.TB, db *DB, words string) (plans []string) {
	t.Helper()
	conn, err := db.read.of.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.Raw(func(of any) error {
		for query := range of.(*asker).idle {
			if strings.Contains(query, words) {
				plans = append(plans, plan(t, of.(*asker).conn, query)...)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return plans
}

// plan is how a connection goes about a statement, each step with the statement.
func plan(t testing.TB, conn *sqlite.Conn, query string) (steps []string) {
	t.Helper()
	s, _, err := conn.PrepareTransient("EXPLAIN QUERY PLAN " + query)
	if err != nil {
		t.Fatal(query, err)
	}
	for more := true; more; {
		if more, err = s.Step(); err != nil {
			t.Fatal(err)
		}
		if more {
			steps = append(steps, s.ColumnText(3)+": "+query)
		}
	}
	if err := s.Finalize(); err != nil {
		t.Fatal(err)
	}
	return steps
}

// ComeAndGo opens a writer of a database in memory, writes to it and closes it.
func ComeAndGo() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	w, err := openWriter(":memory:")
	if err != nil {
		return err
	}
	return errors.Join(w.do(`CREATE TABLE told (day TEXT)`), w.close())
}
