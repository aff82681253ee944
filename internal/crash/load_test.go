//go:build linux

package crash_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/guildhall-dev/guildhall/events"
)

// A load is writers that ask any node of a cluster for one commit after the other. What is
// not answered, or in doubt, they ask another node for.
type load struct {
	members [clusterSize]*member
	ledger  *ledger
	round   atomic.Uint64 // the fault that is on, which the ledger takes for the time
	acked   atomic.Int64
	doubts  atomic.Int64  // commits that were in doubt
	looks   atomic.Int64  // answers of a node on what another had acknowledged
	highest atomic.Uint64 // position that was acknowledged

	stop context.CancelFunc
	busy sync.WaitGroup

	mu    sync.Mutex
	wrong []string
}

const (
	loadWriters  = 10
	loadPatience = 3 * time.Second
	loadPause    = 20 * time.Millisecond // at most, between two commits of a writer
)

func burden(ms [clusterSize]*member, r *rand.Rand) *load {
	ctx, stop := context.WithCancel(context.Background())
	l := &load{members: ms, ledger: newLedger(), stop: stop}
	for i := range loadWriters {
		seed := r.Uint64()
		l.busy.Go(func() { l.write(ctx, rand.New(rand.NewPCG(seed, uint64(i))), i) })
	}
	return l
}

// end stops the writers where they are.
func (l *load) end() {
	l.stop()
	l.busy.Wait()
}

// write tells of one learner after the other. A learner is left when a commit is in doubt
// and the writer does not care to know.
func (l *load) write(ctx context.Context, r *rand.Rand, writer int) {
	at := r.IntN(clusterSize)
	l.append(ctx, r, &at, founding)
	for learner := 0; ctx.Err() == nil; learner++ {
		run := fmt.Sprintf("load-%d", learner)
		for n := 0; l.append(ctx, r, &at, keyOf(run, writer, n)); n++ {
			sleep(ctx, between(r, 0, loadPause))
		}
	}
}

// append asks for a commit and reports whether it was acknowledged. It asks the node at
// which the writer is, who moves on when that does not answer and at times without reason.
func (l *load) append(ctx context.Context, r *rand.Rand, at *int, key string) bool {
	l.ledger.try(key, l.round.Load())
	for doubt := false; ctx.Err() == nil; {
		m, elsewhere := l.members[*at], (*at+1+r.IntN(clusterSize-1))%clusterSize
		a := m.outcome("Append", Question{Key: key, Patience: between(r, loadPatience/6, loadPatience)})
		if a.Outcome != Done || r.IntN(8) == 0 {
			*at = elsewhere
		}
		switch a.Outcome {
		case Done:
			l.ack(key, a.Position)
			if r.IntN(16) == 0 {
				l.look(elsewhere)
			}
			return true
		case Unknown:
			if !doubt {
				doubt = true
				l.doubts.Add(1)
			}
			if key != founding && r.IntN(8) == 0 {
				return false
			}
		case Wrong:
			l.note("%s was asked for %s and said: %s", m.Name, key, a.Why)
		}
		sleep(ctx, between(r, 10*time.Millisecond, 50*time.Millisecond))
	}
	return false
}

func (l *load) ack(key string, p events.Position) {
	if err := l.ledger.ack(key, ack{l.round.Load(), p}); err != nil {
		l.note("%v", err)
	}
	for {
		highest := l.highest.Load()
		if uint64(p) <= highest || l.highest.CompareAndSwap(highest, uint64(p)) {
			break
		}
	}
	l.acked.Add(1)
}

// look asks a node where the log ends. That is not before anything that was acknowledged,
// by whatever node.
func (l *load) look(i int) {
	least := l.highest.Load()
	switch a := l.members[i].outcome("Latest", Question{Patience: loadPatience}); a.Outcome {
	case Done:
		l.looks.Add(1)
		if uint64(a.Position) < least {
			l.note("%s says that the log ends at %d, when position %d had been acknowledged", l.members[i].Name, a.Position, least)
		}
	case Wrong:
		l.note("%s was asked where the log ends and said: %s", l.members[i].Name, a.Why)
	}
}

func (l *load) note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf("%s, fault %d: ", time.Now().Format(time.StampMilli), l.round.Load())+fmt.Sprintf(format, args...))
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
