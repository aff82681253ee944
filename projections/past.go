package projections

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A Moment says of when a learner's record is asked for. Both limits may be set; the zero
// value is the record as it is known now.
type Moment struct {
	// KnownOn leaves out what was recorded later. It gives the record as everybody read it
	// then, mistakes and gaps included.
	KnownOn time.Time
	// AsOf leaves out what took effect later. It gives the record as it was then, with what
	// was recorded since about that time: hours that came in late, and corrections.
	AsOf domain.Date
}

// maxTrail is how many streams one learner's record may be made of.
const maxTrail = 4000

// Past returns the record of one learner at a moment, as a read model that answers every
// question about this learner, the people and institutions in their record, and nothing
// else. An empty one answers if there was no record yet. Close it after use.
func (db *DB) Past(ctx context.Context, log events.Log, id domain.ApprenticeshipID, m Moment) (*DB, error) {
	s, err := db.story(ctx, log, id)
	if err != nil {
		return nil, err
	}
	past, err := s.open()
	if err != nil {
		return nil, err
	}
	if err := past.retell(ctx, s.until(m), nil); err != nil {
		return nil, errors.Join(err, past.Close())
	}
	return past, nil
}

// A Fact is a record and the day on which it takes effect.
type Fact struct {
	events.Recorded
	On domain.Date
}

// Retell tells a learner's record from its first fact on: step is called after every
// commit that belongs to it, with its facts and with the read model as it then stood.
func (db *DB) Retell(ctx context.Context, log events.Log, id domain.ApprenticeshipID, step func(past *DB, commit []Fact) error) error {
	s, err := db.story(ctx, log, id)
	if err != nil {
		return err
	}
	past, err := s.open()
	if err != nil {
		return err
	}
	return errors.Join(past.retell(ctx, s.until(Moment{}), step), past.Close())
}

// A story is what a learner's record is made of.
type story struct {
	own   map[domain.Stream][]events.Recorded // of the learner
	cast  map[domain.Stream][]events.Recorded // of people, institutions and standards that these name
	moves map[domain.Stream]transition.Reference
}

// open opens an empty read model that knows by what references the moves of the story go: they
// count those of other learners.
func (s story) open() (*DB, error) {
	past, err := memory()
	if err != nil {
		return nil, err
	}
	for move, r := range s.moves {
		if err := past.serving.writer.do(`INSERT INTO request (number, subject) VALUES (?, ?)`, r, move); err != nil {
			return nil, errors.Join(fault(err, "open"), past.Close())
		}
	}
	return past, nil
}

// story reads the streams that tell of a learner, those of whom and what these name, and all
// agreements: what a college could do for a learner is part of how the record stood.
func (db *DB) story(ctx context.Context, log events.Log, id domain.ApprenticeshipID) (story, error) {
	s := story{own: map[domain.Stream][]events.Recorded{}, cast: map[domain.Stream][]events.Recorded{}}
	read := func(into map[domain.Stream][]events.Recorded, streams ...domain.Stream) ([]domain.Stream, error) {
		var named []domain.Stream
		for _, stream := range streams {
			if s.own[stream] != nil || s.cast[stream] != nil {
				continue
			}
			if len(s.own)+len(s.cast) == maxTrail {
				return nil, domain.Refuse(domain.Conflict, "RECORD_TOO_LONG", "This record is made of more than %d parts and is not told again as a whole.", maxTrail)
			}
			into[stream] = []events.Recorded{}
			for r, err := range log.Read(ctx, stream) {
				if err != nil {
					return nil, fmt.Errorf("projections: story: %w", err)
				}
				into[stream] = append(into[stream], r)
				named = append(named, mentions(r.Event)...)
			}
		}
		return named, nil
	}
	of := apprenticeship.Stream(id)
	streams, err := db.Trail(ctx, of)
	if err != nil {
		return s, err
	}
	named, err := read(s.own, append(streams, of)...)
	if err != nil {
		return s, err
	}
	for _, r := range s.own[of] {
		drafted, ok := r.Event.(apprenticeship.Drafted)
		if !ok {
			continue
		}
		if streams, err = db.Trail(ctx, person.Stream(drafted.Person)); err != nil {
			return s, err
		}
		more, err := read(s.own, streams...)
		if err != nil {
			return s, err
		}
		self, err := read(s.cast, person.Stream(drafted.Person))
		if err != nil {
			return s, err
		}
		named = append(named, append(more, self...)...)
	}
	for len(named) > 0 {
		more, err := read(s.cast, slices.DeleteFunc(named, func(s domain.Stream) bool { return strangers[s.Category()] })...)
		if err != nil {
			return s, err
		}
		named = slices.DeleteFunc(more, func(s domain.Stream) bool { return s.Category() == "person" })
	}
	sharing, err := collect(ctx, db.read, func(rows *sql.Rows) (s domain.Stream, err error) { return s, rows.Scan(&s) },
		`SELECT 'partner-' || id FROM partner UNION ALL SELECT 'agreement-' || id FROM agreement`)
	if err != nil {
		return s, fault(err, "story")
	}
	if _, err = read(s.cast, sharing...); err != nil {
		return s, err
	}
	s.moves, err = db.numbered(ctx, s.own)
	return s, err
}

// strangers are categories of streams that are somebody else's record.
var strangers = map[string]bool{"apprenticeship": true, "selfid": true}

// until returns the facts that belong to a moment, in their order. What was not known then puts
// no day right either. That somebody was erased belongs to every moment.
func (s story) until(m Moment) []Fact {
	var out []Fact
	last := s.known(m.KnownOn)
	for _, records := range s.own {
		facts := knownBy(records, last)
		kept := effectiveBy(facts, m.AsOf)
		if len(kept) > 0 && kept[0].Revision > 1 {
			out = append(out, facts[0])
		}
		out = append(out, kept...)
	}
	for stream, records := range s.cast {
		facts := knownBy(records, last)
		if len(facts) > 0 && dated[stream.Category()] {
			facts = append(facts[:1:1], effectiveBy(facts[1:], m.AsOf)...)
		}
		out = append(out, facts...)
	}
	slices.SortFunc(out, func(a, b Fact) int { return cmp.Compare(a.Position, b.Position) })
	return out
}

// known is the position of the last record that there was at an instant. At the zero instant
// all are known.
func (s story) known(at time.Time) (last events.Position) {
	for _, part := range []map[domain.Stream][]events.Recorded{s.own, s.cast} {
		for _, records := range part {
			for _, r := range records {
				if r.Position > last && (at.IsZero() || !r.Request.At.After(at)) {
					last = r.Position
				}
			}
		}
	}
	return last
}

// knownBy are the facts of a stream up to a position, and that somebody was erased.
func knownBy(records []events.Recorded, last events.Position) []Fact {
	n := 0
	for n < len(records) && records[n].Position <= last {
		n++
	}
	facts := effective(records[:n])
	for _, r := range records[n:] {
		if f := (Fact{r, r.Request.Today()}); erases(f) {
			facts = append(facts, f)
		}
	}
	return facts
}

// dated are the categories of what others do that takes effect in a learner's record on a
// day. Of the rest it matters that it is there, whenever it was written down, and so it
// does of the first fact.
var dated = map[string]bool{"agreement": true, "cohort": true, "position": true}

// effectiveBy keeps what has taken effect by a day. The zero day keeps all.
func effectiveBy(facts []Fact, day domain.Date) (out []Fact) {
	for _, f := range facts {
		if day.IsZero() || !f.On.After(day) || erases(f) {
			out = append(out, f)
		}
	}
	return out
}

func erases(f Fact) bool { _, ok := f.Event.(person.Erased); return ok }

var memories atomic.Int64

// memory opens an empty read model that is kept in memory until it is closed.
func memory() (*DB, error) {
	name := fmt.Sprintf("file:/past-%d?vfs=memdb", memories.Add(1))
	w, err := openWriter(name)
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	g := &generation{writer: w}
	if err := w.script(tablesSQL + indexesSQL + emptyCheckpoint); err != nil {
		return nil, fmt.Errorf("projections: %w", errors.Join(err, g.close()))
	}
	g.read = connect(name)
	db := &DB{moved: make(chan struct{})}
	db.read = newReading(db.notBuilt)
	db.serve(g)
	return db, nil
}

// retell applies facts to a read model in memory, and tells step after each commit.
func (db *DB) retell(ctx context.Context, facts []Fact, step func(past *DB, commit []Fact) error) (err error) {
	b := newBatch(ctx, db.serving.writer)
	defer func() { err = errors.Join(err, b.close()) }()
	begun := 0
	for i, f := range facts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := b.apply(f.Recorded); err != nil {
			return fmt.Errorf("projections: %s at %d: %w", f.Event.EventName(), f.Position, err)
		}
		last := i+1 == len(facts)
		if !last && (step == nil || !b.ends(facts[i+1].Recorded)) {
			continue
		}
		if err := b.commit(); err != nil {
			return err
		}
		commit := facts[begun : i+1]
		db.recalled.forget(changed{everything: true, standing: true})
		db.reached(f.Recorded, len(commit))
		if step != nil {
			if err := step(db, commit); err != nil {
				return err
			}
		}
		begun = i + 1
	}
	return nil
}
