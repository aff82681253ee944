package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

const (
	groupRestart = "restart"
	roleNode     = "serve-node"
)

// addRestarts adds how long a process takes from its start until its log and its read model
// have proven their ends and the read model has come to that of the log.
func (b *bench) addRestarts(dir, size string, add func(group, what string, measure func(context.Context) (sample, error), goals ...goal)) {
	add(groupRestart, "start to ready, empty", func(ctx context.Context) (s sample, err error) {
		empty, err := os.MkdirTemp(b.temp, "empty-")
		if err != nil {
			return s, err
		}
		return b.start(ctx, empty)
	}, goal{atMost: 300 * time.Millisecond})
	add(groupRestart, "start to ready, "+size, func(ctx context.Context) (sample, error) {
		return b.start(ctx, dir)
	}, goal{atMost: time.Second})
	add(groupRestart, "start to ready, "+size+", after SIGKILL", func(ctx context.Context) (sample, error) {
		if err := b.crash(ctx, dir); err != nil {
			return sample{}, err
		}
		return b.start(ctx, dir)
	}, goal{atMost: 3 * time.Second})
}

// start measures one start and stops the node again.
func (b *bench) start(ctx context.Context, dir string) (sample, error) {
	before := time.Now()
	node, err := spawn(ctx, b.progress, roleNode, "-dir", dir)
	if err != nil {
		return sample{}, err
	}
	ready := time.Since(before)
	return sample{p50: ready}, node.stop()
}

// crash kills a node while 64 writers commit.
func (b *bench) crash(ctx context.Context, dir string) error {
	node, err := spawn(ctx, b.progress, roleNode, "-dir", dir, "-load")
	if err != nil {
		return err
	}
	select {
	case <-time.After(b.dur):
		return node.kill()
	case <-ctx.Done():
		return errors.Join(ctx.Err(), node.stop())
	}
}

// serveNode opens the log and the read model of a directory as Guildhall does.
func serveNode(ctx context.Context, args []string, in io.Reader, out io.Writer) (err error) {
	f := flag.NewFlagSet(roleNode, flag.ContinueOnError)
	dir := f.String("dir", "", "")
	load := f.Bool("load", false, "")
	if err := f.Parse(args); err != nil {
		return err
	}
	log, err := journal.OpenLocal(ctx, *dir, codec())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	read, err := projections.Open(ctx, *dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, read.Close()) }()
	head, _ := log.End()
	if at := read.Position(); at > head {
		return fmt.Errorf("the read model has come to %d but the log ends at %d", at, head)
	}
	ctx, cancel := context.WithCancel(ctx)
	followed := make(chan error, 1)
	go func() { followed <- read.Run(ctx, log) }()
	defer func() {
		cancel()
		if stopped := <-followed; !errors.Is(stopped, context.Canceled) {
			err = errors.Join(err, stopped)
		}
	}()
	if err := read.Wait(ctx, head); err != nil {
		return err
	}
	fmt.Fprintln(out, "ready")
	if !*load {
		ended(ctx, in)
		return nil
	}
	go func() { ended(ctx, in); cancel() }()
	const writers, untilKilled = 64, time.Hour
	if _, err := write(ctx, writers, untilKilled, appending(log)); ctx.Err() == nil {
		return err
	}
	return nil
}
