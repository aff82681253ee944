package jetstream

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestAnAnswerIsNotOlderThanItsQuestion moves a number and asks for it; few requests serve
// many callers.
func TestAnAnswerIsNotOlderThanItsQuestion(t *testing.T) {
	var q question
	var at, put atomic.Uint64
	ask := func() (string, uint64, error) {
		put.Add(1)
		return "", at.Load(), nil
	}
	var wg sync.WaitGroup
	const callers, each = 32, 200
	for range callers {
		wg.Go(func() {
			for range each {
				moved := at.Add(1)
				if _, seq, err := q.ask(t.Context(), ask); err != nil || seq < moved {
					t.Errorf("after %d the answer was %d, %v", moved, seq, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := put.Load(); n == 0 || n > callers*each {
		t.Errorf("%d callers put the question %d times", callers*each, n)
	}
}
