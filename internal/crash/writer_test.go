//go:build linux

package crash_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/guildhall-dev/guildhall/internal/crash/disk"
)

// writerJob names a job for a child of the test binary.
const writerJob = "GUILDHALL_TEST_CRASH_WRITER"

// A job is to write to the log in Dir until the child is killed or its input ends.
type job struct {
	Dir     string
	Clock   string // of the disk, if it is one with a clock
	Run     string // tells this run of the process from others
	Writers int
}

// A line of what a writer says begins with one of these words.
const (
	saysPID    = "pid"    // number
	saysOpen   = "open"   // position of the disk: log and read model are open
	saysTry    = "try"    // key, position of the disk before
	saysAck    = "ack"    // key, position of the disk after, position in the log
	saysFail   = "fail"   // error: somebody's request was not answered as it should
	saysClosed = "closed" // everything was closed
)

// A writer is the process whose end is being tested.
type writer struct {
	job
	clock *disk.Clock
	store *store
	leave atomic.Bool

	mu sync.Mutex // one line at a time
}

// write does a job and returns the exit code of the process.
func write(text string) int {
	w := &writer{}
	w.say(saysPID, os.Getpid())
	if err := w.work(text); err != nil {
		w.say(saysFail, err)
		return 1
	}
	w.say(saysClosed)
	return 0
}

func (w *writer) say(words ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintln(os.Stdout, words...)
}

func (w *writer) now() uint64 {
	if w.clock == nil {
		return 0
	}
	return w.clock.Now()
}

func (w *writer) work(text string) (err error) {
	if err := json.Unmarshal([]byte(text), &w.job); err != nil {
		return err
	}
	if w.Clock != "" {
		if w.clock, err = disk.OpenClock(w.Clock); err != nil {
			return err
		}
	}
	ctx := context.Background()
	if w.store, err = openStore(ctx, w.Dir); err != nil {
		return err
	}
	w.say(saysOpen, w.now())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		w.leave.Store(true)
	}()
	w.append(ctx, founding)
	var writers sync.WaitGroup
	for i := range w.Writers {
		writers.Go(func() {
			for n := 0; !w.leave.Load(); n++ {
				w.append(ctx, keyOf(w.Run, i, n))
			}
		})
	}
	writers.Wait()
	return w.store.close()
}

// append asks for one commit until it is acknowledged or the process is to end.
func (w *writer) append(ctx context.Context, key string) {
	c := commitOf(key)
	w.say(saysTry, key, w.now())
	for {
		p, err := w.store.log.Append(ctx, c)
		if err == nil {
			w.say(saysAck, key, w.now(), p)
			return
		}
		w.say(saysFail, err)
		if w.leave.Load() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
