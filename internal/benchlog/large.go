package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

const (
	groupReplay = "replay"
	groupLoad   = "load"
)

// A large log has streams of 50 events each, every event far from the one before it on its
// stream.
type large struct {
	dir     string
	streams []domain.Stream
	dur     time.Duration
}

// addLarge makes the large log and adds what is measured on it.
func (b *bench) addLarge(ctx context.Context) error {
	l := &large{dir: b.path("large"), dur: b.dur}
	next := streams()
	for range b.events / perStream {
		l.streams = append(l.streams, next())
	}
	if err := l.fill(ctx, b.wants(groupRestart), b.progress); err != nil {
		return err
	}
	size := count(int(l.size())) + " events"
	w, err := weigh("Guildhall, bytes on disk per event, 1,000 events a commit", l.dir, l.size())
	if err != nil {
		return err
	}
	b.weighers = append(b.weighers, func() (weight, error) { return w, nil })
	add := func(group, what string, measure func(context.Context) (sample, error), goals ...goal) {
		if b.wants(group) {
			b.rows = append(b.rows, &row{group: group, what: what, measure: measure, goals: goals})
		}
	}
	from := func() events.Position { return l.size() / events.Position(b.rounds) * events.Position(b.round) }
	add(groupReplay, "replay, as stored", func(ctx context.Context) (sample, error) { return l.replayStored(ctx, from()) })
	add(groupReplay, "replay, decoded", func(ctx context.Context) (sample, error) { return l.replayDecoded(ctx, from()) })
	add(groupLoad, "load of 50 events among "+size+", warm", l.loadWarm, goal{atMost: 200 * time.Microsecond})
	add(groupLoad, "load of 50 events among "+size+", cold", l.loadCold)
	b.addRestarts(l.dir, size, add)
	return nil
}

func (l *large) size() events.Position { return events.Position(len(l.streams) * perStream) }

// fill records one event for every stream, fifty times over, and lets a read model follow.
func (l *large) fill(ctx context.Context, projected bool, progress io.Writer) error {
	start := time.Now()
	log, err := journal.OpenLocal(ctx, l.dir, codec())
	if err != nil {
		return err
	}
	for revision := range perStream {
		if err = l.layer(ctx, log, uint64(revision)); err != nil {
			break
		}
		if revision%5 == 4 {
			fmt.Fprintf(progress, "recorded %d%% of %s events after %s\n", 100*(revision+1)/perStream, count(int(l.size())), span(time.Since(start)))
		}
	}
	if err == nil && projected {
		err = l.project(ctx, log)
		fmt.Fprintf(progress, "read model made after %s\n", span(time.Since(start)))
	}
	return errors.Join(err, log.Close())
}

// layer records the next event of every stream, a thousand in a commit.
func (l *large) layer(ctx context.Context, log events.Log, revision uint64) error {
	const inCommit, atOnce = 1000, 4
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	slots := make(chan struct{}, atOnce)
	var done sync.WaitGroup
	for at := 0; at < len(l.streams); at += inCommit {
		slots <- struct{}{}
		done.Go(func() {
			c := events.Commit{Request: request(uuid.NewString())}
			for _, s := range l.streams[at:min(at+inCommit, len(l.streams))] {
				c.Appends = append(c.Appends, events.Append{Stream: s, Expected: revision, Events: []domain.Event{fact(revision)}})
			}
			if _, err := log.Append(ctx, c); err != nil {
				fail(err)
			}
			<-slots
		})
	}
	done.Wait()
	return context.Cause(ctx)
}

// project lets a read model follow log to its end.
func (l *large) project(ctx context.Context, log *journal.Log) error {
	read, err := projections.Open(ctx, l.dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, log) }()
	head, _ := log.End()
	err = read.Wait(ctx, head)
	cancel()
	<-ended // of no interest once the read model is there; Wait has told the rest
	return errors.Join(err, read.Close())
}

// read opens the log to be read and lets use have it.
func (l *large) read(ctx context.Context, use func(*journal.Journal) (sample, error)) (s sample, err error) {
	j, err := journal.OpenReader(ctx, l.dir, codec())
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	return use(j)
}

// replayStored reads records in the form in which nodes exchange them.
func (l *large) replayStored(ctx context.Context, from events.Position) (sample, error) {
	const groupBytes = 1 << 20
	return l.read(ctx, func(j *journal.Journal) (sample, error) {
		n, start := 0, time.Now()
		for g, err := range j.Groups(ctx, from, groupBytes) {
			if err != nil {
				return sample{}, err
			}
			if n += len(g.Records); time.Since(start) >= l.dur {
				break
			}
		}
		return sampleOf(n, time.Since(start), nil), nil
	})
}

// replayDecoded reads facts as the read model does.
func (l *large) replayDecoded(ctx context.Context, from events.Position) (sample, error) {
	return l.read(ctx, func(j *journal.Journal) (sample, error) {
		head, _ := j.End()
		n, start := 0, time.Now()
		for r, err := range j.Follow(ctx, from) {
			if err != nil {
				return sample{}, err
			}
			n++
			if r.Position == head || n%512 == 0 && time.Since(start) >= l.dur {
				break
			}
		}
		return sampleOf(n, time.Since(start), nil), nil
	})
}

// loadWarm reads streams at random while the whole file is in the page cache.
func (l *large) loadWarm(ctx context.Context) (sample, error) {
	if err := l.eachFile(warm); err != nil {
		return sample{}, err
	}
	return l.read(ctx, func(j *journal.Journal) (sample, error) {
		return l.load(ctx, j, func() domain.Stream { return l.streams[rand.N(len(l.streams))] }, 1<<30)
	})
}

// loadCold reads streams for the first time since nothing of the log was in memory.
func (l *large) loadCold(ctx context.Context) (sample, error) {
	const few = 200 // so that most of the file stays cold
	settle()
	if err := l.eachFile(forget); err != nil {
		return sample{}, err
	}
	order, i := rand.Perm(len(l.streams)), 0
	return l.read(ctx, func(j *journal.Journal) (sample, error) {
		return l.load(ctx, j, func() domain.Stream { i++; return l.streams[order[i-1]] }, min(few, len(order)))
	})
}

// load reads streams for a while, at most so many.
func (l *large) load(ctx context.Context, j *journal.Journal, pick func() domain.Stream, most int) (sample, error) {
	var took []time.Duration
	start := time.Now()
	for before := start; len(took) < most && before.Sub(start) < l.dur; {
		n, s := 0, pick()
		for _, err := range j.Read(ctx, s) {
			if err != nil {
				return sample{}, err
			}
			n++
		}
		if n != perStream {
			return sample{}, fmt.Errorf("%s has %d events, not %d", s, n, perStream)
		}
		after := time.Now()
		took = append(took, after.Sub(before))
		before = after
	}
	return sampleOf(len(took), time.Since(start), took), nil
}

func (l *large) eachFile(do func(path string) error) error {
	files, err := filepath.Glob(filepath.Join(l.dir, journal.File+"*"))
	for _, file := range files {
		err = errors.Join(err, do(file))
	}
	return err
}

// warm reads the file at path once.
func warm(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, f)
	return errors.Join(err, f.Close())
}
