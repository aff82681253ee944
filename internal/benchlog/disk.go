package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// syncs appends 512 bytes to a new file in dir and syncs it, again and again: what this
// disk allows somebody who makes every commit durable alone.
func syncs(dir string, dur time.Duration) (s sample, err error) {
	f, err := os.Create(filepath.Join(dir, "syncs"))
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	line := make([]byte, 512)
	var took []time.Duration
	start := time.Now()
	for before := start; before.Sub(start) < dur; {
		if _, err := f.Write(line); err != nil {
			return s, err
		}
		if err := f.Sync(); err != nil {
			return s, err
		}
		after := time.Now()
		took = append(took, after.Sub(before))
		before = after
	}
	return sampleOf(len(took), time.Since(start), took), nil
}

// A groupedFile commits in groups as the journal does, and knows nothing but the file: one
// sync for all that came while the sync before went on.
type groupedFile struct {
	file  *os.File
	line  []byte
	queue chan chan<- error
	done  chan struct{}
}

func newGroupedFile(dir string) (*groupedFile, error) {
	r, err := commit{stream: streams()()}.stored(codec())
	if err != nil {
		return nil, err
	}
	file, err := os.Create(filepath.Join(dir, "grouped"))
	if err != nil {
		return nil, err
	}
	g := &groupedFile{file: file, line: append(r.Meta, r.Body...), queue: make(chan chan<- error, mostWriters), done: make(chan struct{})}
	go g.run()
	return g, nil
}

func (g *groupedFile) commit(context.Context, int, commit) (uint64, error) {
	answer := make(chan error, 1)
	g.queue <- answer
	return 0, <-answer
}

func (g *groupedFile) run() {
	defer close(g.done)
	for first := range g.queue {
		group := g.collect(first)
		_, err := g.file.Write(bytes.Repeat(g.line, len(group)))
		if err == nil {
			err = g.file.Sync()
		}
		for _, answer := range group {
			answer <- err
		}
	}
}

func (g *groupedFile) collect(first chan<- error) []chan<- error {
	group := []chan<- error{first}
	for {
		if len(g.queue) == 0 {
			runtime.Gosched()
		}
		select {
		case answer, open := <-g.queue:
			if !open {
				return group
			}
			group = append(group, answer)
		default:
			return group
		}
	}
}

func (g *groupedFile) Close() error {
	close(g.queue)
	<-g.done
	return g.file.Close()
}

// ticks are times of all CPUs together, in any unit.
type ticks struct{ worked, idle float64 }

// since returns the part of the time since then that was worked, and 0 if that is not known.
func (t ticks) since(then ticks) float64 {
	worked, idle := t.worked-then.worked, t.idle-then.idle
	return worked / max(worked+idle, 1)
}
