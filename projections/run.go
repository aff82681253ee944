package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A Source is what a read model is built from. An events.Log is one.
type Source interface {
	Head(context.Context) (events.Position, error)
	Follow(context.Context, events.Position) iter.Seq2[events.Recorded, error]
}

// How many records are in a transaction, about, while a read model that is asked catches up,
// and while one is built.
var batchSize, buildSize = 5_000, 20_000

const (
	chunkSize = 256             // records that are handed over at once
	readAhead = 64              // chunks that wait decoded
	lookEvery = time.Second / 4 // for a newer generation
)

// Run applies the log to the read model until ctx ends or it cannot go on: the log or the
// disk fails, or the read model was made from another log. What only a newer program knows
// is passed over, and applied once the program is that one. A record that cannot be applied
// is parked. Run commits whenever it has caught up, and about every batchSize records before
// that; what the log took as one commit becomes visible as one.
//
// A newer generation that another process made is taken over once it has come as far.
func (db *DB) Run(ctx context.Context, log events.Log) error {
	err := db.run(ctx, log)
	if ctx.Err() == nil {
		db.mu.Lock()
		defer db.mu.Unlock()
		db.fault = err
		db.tell()
	}
	return err
}

func (db *DB) run(ctx context.Context, log events.Log) error {
	if g := db.serving; g != nil {
		if err := g.belongs(ctx, log); err != nil {
			return err
		}
		known, err := db.knowsMore(ctx, log)
		if err != nil {
			return err
		}
		if known {
			db.doubt()
		}
	}
	if db.serving == nil {
		if err := db.build(ctx, log); err != nil {
			return err
		}
	}
	if err := tidy(db.dir, db.serving.name); err != nil {
		return err
	}
	for {
		next, err := db.live(ctx, log)
		if err != nil {
			return err
		}
		if err := db.exchange(ctx, log, next); err != nil {
			return errors.Join(err, next.close())
		}
	}
}

// live applies the log to the generation that is asked until a newer one has nearly come as far.
func (db *DB) live(ctx context.Context, log events.Log) (*generation, error) {
	until, stop := context.WithCancel(ctx)
	found := make(chan *generation, 1)
	go func() {
		found <- db.await(until, log)
		stop()
	}()
	err := db.serving.follow(until, log, math.MaxInt64, db.following())
	stop()
	next := <-found
	if next == nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, errors.Join(err, next.close())
	}
	return next, nil
}

func (db *DB) following() following {
	return following{size: batchSize, erase: db.Erase, changed: db.recalled.forget, read: db.saw, told: db.reached, woken: db.wake}
}

// await looks for a newer generation and lets it catch up, until it lags by a batch at most.
// It returns nil when ctx ended. One that cannot be used is left alone.
func (db *DB) await(ctx context.Context, log events.Log) *generation {
	looking := time.NewTicker(lookEvery)
	defer looking.Stop()
	seen := numberOf(db.serving.name)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-looking.C:
		}
		name, err := newest(db.dir)
		if err != nil || numberOf(name) <= seen {
			continue
		}
		g, err := db.caughtUp(ctx, log, name)
		if err == nil {
			return g
		}
		if ctx.Err() == nil {
			seen = numberOf(name)
			db.worry(fmt.Errorf("the generation %s is not used: %w", name, err))
		}
	}
}

func (db *DB) caughtUp(ctx context.Context, log events.Log, name string) (*generation, error) {
	g, err := openGeneration(ctx, db.dir, name)
	if err != nil {
		return nil, err
	}
	if err = g.belongs(ctx, log); err == nil {
		err = g.writer.check()
	}
	for lag := events.Position(math.MaxUint64); err == nil && lag > events.Position(batchSize); {
		var head events.Position
		if head, err = log.Head(ctx); err == nil {
			lag = head - min(head, g.position)
			err = g.follow(ctx, log, head, following{size: batchSize})
		}
	}
	if err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// exchange brings the generation that is asked and the next one to the same position, and
// lets the next one be asked.
func (db *DB) exchange(ctx context.Context, log events.Log, next *generation) error {
	if err := db.serving.follow(ctx, log, next.position, db.following()); err != nil {
		return err
	}
	if err := next.follow(ctx, log, db.serving.position, following{size: batchSize}); err != nil {
		return err
	}
	db.serve(next)
	return nil
}

// build makes the first generation of these views, or takes the one that somebody else is
// making.
func (db *DB) build(ctx context.Context, log events.Log) error {
	lock, err := turn(db.dir)
	for domain.AsRefusal(err) != nil {
		select {
		case <-time.After(lookEvery):
			lock, err = turn(db.dir)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	name, err := newest(db.dir)
	if err != nil {
		return err
	}
	if name == "" || name == db.doubted {
		if name, err = db.buildNext(ctx, log); err != nil {
			return err
		}
	}
	g, err := openGeneration(ctx, db.dir, name)
	if err != nil {
		return err
	}
	if err := g.belongs(ctx, log); err != nil {
		return errors.Join(err, g.close())
	}
	db.serve(g)
	return nil
}

func (db *DB) buildNext(ctx context.Context, log events.Log) (string, error) {
	g, err := begin(db.dir)
	if err != nil {
		return "", err
	}
	for {
		head, err := log.Head(ctx)
		if err == nil {
			db.progress(g.position, head)
			err = g.follow(ctx, log, head, following{size: buildSize, erase: db.Erase, read: db.saw,
				told: func(events.Recorded, int) { db.progress(g.position, head) }})
		}
		if err != nil {
			return "", errors.Join(err, g.close())
		}
		if now, err := log.Head(ctx); err != nil {
			return "", errors.Join(err, g.close())
		} else if now-min(now, g.position) <= events.Position(batchSize) {
			return g.name, g.finish()
		}
	}
}

// A following says how a generation follows a log.
type following struct {
	size    int                                             // records in a transaction, about
	erase   func(context.Context, ...domain.PersonID) error // before an erasure is committed; may be nil
	changed func(changed)                                   // after a commit, before told; may be nil
	read    func(head events.Position)                      // may be nil
	told    func(last events.Recorded, records int)         // after a commit; may be nil
	woken   func(map[domain.Stream]bool)                    // by what was committed, then; may be nil
}

// follow applies the log up to a position.
func (g *generation) follow(ctx context.Context, log Source, until events.Position, how following) (err error) {
	if g.position >= until {
		return nil
	}
	b := newBatch(ctx, g.writer)
	defer func() { err = errors.Join(err, b.close()) }()
	if how.woken != nil {
		b.stirred = map[domain.Stream]bool{}
	}
	commit := func() error {
		if len(b.erased) > 0 && how.erase != nil {
			if err := how.erase(ctx, b.erased...); err != nil {
				return err
			}
		}
		records, seen := len(b.records), changed{}
		if how.changed != nil {
			seen = changedBy(b.records)
		}
		if err := b.commit(); err != nil {
			return err
		}
		if how.changed != nil {
			how.changed(seen)
		}
		g.position, g.record = b.last.Position, b.last.ID
		if how.told != nil {
			how.told(b.last, records)
		}
		if how.woken != nil {
			how.woken(b.stirred)
			clear(b.stirred)
		}
		return nil
	}
	var head events.Position
	for r, err := range ahead(ctx, log, g.position) {
		if err != nil {
			return err
		}
		if b.full(how.size) && b.ends(r) {
			if err := commit(); err != nil {
				return err
			}
		}
		if err := b.apply(r); err != nil {
			return fmt.Errorf("projections: %s at %d: %w", r.Event.EventName(), r.Position, err)
		}
		if r.Position > head {
			if head, err = log.Head(ctx); err != nil {
				return err
			}
			if how.read != nil {
				how.read(head)
			}
			head = min(head, until)
		}
		if r.Position == head {
			if err := commit(); err != nil {
				return err
			}
		}
		if r.Position == until {
			return nil
		}
	}
	return ctx.Err()
}

// ahead follows a log in a goroutine of its own, which reads and decodes while what it read
// before is applied. It hands records over many at once, and those that there are before it
// would wait for more.
func ahead(ctx context.Context, log Source, p events.Position) iter.Seq2[events.Recorded, error] {
	type chunk struct {
		records []events.Recorded
		err     error // after them
	}
	return func(yield func(events.Recorded, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		waiting := make(chan chunk, readAhead)
		go func() {
			defer close(waiting)
			var c chunk
			var head events.Position
			for r, err := range log.Follow(ctx, p) {
				if c.err = err; err == nil {
					c.records = append(c.records, r)
				}
				if c.err == nil && r.Position >= head {
					head, c.err = log.Head(ctx)
				}
				if c.err == nil && r.Position < head && len(c.records) < chunkSize {
					continue
				}
				select {
				case waiting <- c:
				case <-ctx.Done():
					return
				}
				if c.err != nil {
					return
				}
				c = chunk{records: make([]events.Recorded, 0, min(chunkSize, head-r.Position))}
			}
		}()
		defer func() {
			stop()
			for range waiting { // until the goroutine has ended
			}
		}()
		for c := range waiting {
			for _, r := range c.records {
				if !yield(r, nil) {
					return
				}
			}
			if c.err != nil && !yield(events.Recorded{}, c.err) {
				return
			}
		}
	}
}

// belongs refuses a generation that was made from another log than this one, or that knows
// records which the log does not hold any more.
func (g *generation) belongs(ctx context.Context, log Source) error {
	head, err := log.Head(ctx)
	if err != nil || g.position == 0 {
		return err
	}
	if g.position > head {
		return fmt.Errorf("projections: the read model has come to %d but the log ends at %d: records are missing from the log", g.position, head)
	}
	for r, err := range log.Follow(ctx, g.position-1) {
		if err == nil && r.ID != g.record {
			err = fmt.Errorf("projections: the read model was made from another log: the record at %d is not the one that it knows. Remove %s if this log is the right one", g.position, Dir)
		}
		return err
	}
	return ctx.Err()
}
