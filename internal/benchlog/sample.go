package main

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
)

// mostWriters is how many can write at once.
const mostWriters = 256

// A sample is what one measurement found. The zero rate and latency are none.
type sample struct {
	rate     float64 // a second
	p50, p99 time.Duration
}

// sampleOf describes so many results in a time, and how long single ones took. It sorts took.
func sampleOf(n int, in time.Duration, took []time.Duration) sample {
	slices.Sort(took)
	return sample{rate: float64(n) / in.Seconds(), p50: quantile(took, 0.5), p99: quantile(took, 0.99)}
}

// quantile returns the smallest of sorted that at least the share q does not exceed.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

// median returns the middle of xs, the upper one of two.
func median[T float64 | time.Duration](xs []T) T {
	if len(xs) == 0 {
		return 0
	}
	xs = slices.Sorted(slices.Values(xs))
	return xs[len(xs)/2]
}

// A store takes one commit of a writer, and returns once it is durable. What it returns is
// in the writer's next commit to the same stream.
type store func(ctx context.Context, writer int, c commit) (uint64, error)

// write measures how many commits a store takes when each of so many writers asks for one
// after the other. Every writer has made one commit before the clock starts.
func write(ctx context.Context, writers int, dur time.Duration, to store) (sample, error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	took := make([][]time.Duration, writers)
	started := make(chan struct{})
	var until time.Time
	var warm, done sync.WaitGroup
	warm.Add(writers)
	for i := range writers {
		w := writer{number: i, to: to, streams: streams()}
		done.Go(func() {
			err := w.commit(ctx)
			warm.Done()
			for <-started; err == nil; {
				before := time.Now()
				err = w.commit(ctx)
				after := time.Now()
				if after.After(until) {
					break
				}
				took[i] = append(took[i], after.Sub(before))
			}
			if err != nil {
				fail(err)
			}
		})
	}
	warm.Wait()
	until = time.Now().Add(dur)
	close(started)
	done.Wait()
	all := slices.Concat(took...)
	return sampleOf(len(all), dur, all), context.Cause(ctx)
}

// A writer fills one stream after the other.
type writer struct {
	number  int
	to      store
	streams func() domain.Stream
	next    commit
}

func (w *writer) commit(ctx context.Context) (err error) {
	if w.next.expected%perStream == 0 {
		w.next = commit{stream: w.streams()}
	}
	w.next.key = uuid.NewString()
	w.next.last, err = w.to(ctx, w.number, w.next)
	w.next.expected++
	return err
}
