package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

const (
	groupFile  = "file"
	groupLocal = "local"
)

func (b *bench) addGroupedFile(context.Context) error {
	g, err := newGroupedFile(b.temp)
	if err != nil {
		return err
	}
	b.closers = append(b.closers, g.Close)
	b.writing(groupFile, "plain file, group commit", g.commit, nil)
	return nil
}

// localGoals are the figures that the local journal has to hold.
var localGoals = map[int][]goal{
	1:   {{over: groupSyncs, atLeast: 0.8}, {over: groupPostgres, atLeast: 1.5}},
	16:  {{over: groupSyncs, atLeast: 4}, {over: groupPostgres, atLeast: 3}},
	64:  {{over: groupSyncs, atLeast: 12}, {over: groupPostgres, atLeast: 5}},
	256: {{over: groupSyncs, atLeast: 20}, {over: groupPostgres, atLeast: 8}},
}

func (b *bench) addLocal(ctx context.Context) error {
	dir := b.path("local")
	log, err := journal.OpenLocal(ctx, dir, codec())
	if err != nil {
		return err
	}
	var records events.Position
	b.closers = append(b.closers, func() error {
		records, _ = log.End()
		return log.Close()
	})
	b.writing(groupLocal, "Guildhall, local journal", appending(log), localGoals)
	b.weighers = append(b.weighers, func() (weight, error) {
		return weigh("Guildhall, bytes on disk per event, one event a commit", dir, records)
	})
	return nil
}

// appending asks a log of ours.
func appending(log events.Log) store {
	return func(ctx context.Context, _ int, c commit) (uint64, error) {
		p, err := log.Append(ctx, c.proposed())
		return uint64(p), err
	}
}

// profile lets the row of group with the most writers write the profile in the last round.
func (b *bench) profile(group string) {
	rows := slices.DeleteFunc(slices.Clone(b.rows), func(r *row) bool { return r.group != group })
	r := slices.MaxFunc(rows, func(r, s *row) int { return r.writers - s.writers })
	plain := r.measure
	r.measure = func(ctx context.Context) (s sample, err error) {
		if b.round < b.rounds-1 {
			return plain(ctx)
		}
		f, err := os.Create(b.cpuprofile)
		if err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return s, err
		}
		defer pprof.StopCPUProfile()
		return plain(ctx)
	}
}

func (b *bench) addPostgres(ctx context.Context) error {
	const what = "PostgreSQL, message store"
	programs := postgresPrograms()
	if programs == "" {
		b.writing(groupPostgres, what, nil, nil)
		for _, r := range b.rows {
			if r.group == groupPostgres {
				r.absent = "not installed: apt-get install postgresql"
			}
		}
		return nil
	}
	p, err := openPostgres(ctx, programs, b.path("postgres"), b.progress)
	if err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	b.closers = append(b.closers, p.Close)
	b.servers = append(b.servers, "PostgreSQL "+p.version)
	b.writing(groupPostgres, what, p.commit, nil)
	return nil
}

func (b *bench) addJetStream(ctx context.Context) error {
	p, err := openJetStream(ctx, b.path("jetstream"), 1, b.progress)
	if err != nil {
		return fmt.Errorf("JetStream: %w", err)
	}
	b.closers = append(b.closers, p.Close)
	b.servers = append(b.servers, "NATS "+server.VERSION)
	b.writing(groupJetStream, "JetStream, sync always", p.commit, nil)
	return nil
}

// A weight is what so many records take on disk.
type weight struct {
	what         string
	onDisk       int64
	records      events.Position
	body, stored int // bytes of one event, without and with its request
}

// weigh weighs the closed journal in dir.
func weigh(what, dir string, records events.Position) (weight, error) {
	w := weight{what: what, records: records}
	r, err := commit{stream: streams()(), expected: 1, key: "0b9e3c1e-6a2f-4d4b-9b0e-1f2a3b4c5d6e"}.stored(codec())
	if err != nil {
		return w, err
	}
	w.body, w.stored = len(r.Body), r.Size()
	files, err := filepath.Glob(filepath.Join(dir, journal.File+"*"))
	if err != nil {
		return w, err
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return w, err
		}
		w.onDisk += info.Size()
	}
	return w, nil
}
