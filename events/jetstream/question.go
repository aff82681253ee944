package jetstream

import (
	"context"
	"sync"
)

// A question is what many want to know at once. It is asked again for those who came while
// it was under way: its answer must not be older than their wish to know.
type question struct {
	mu   sync.Mutex
	busy bool
	next *reply // of the one that is asked next
}

type reply struct {
	known   chan struct{} // closed when the rest is set
	subject string
	seq     uint64
	err     error
}

// ask returns what put says that is called after now. It calls put once at a time.
func (q *question) ask(ctx context.Context, put func() (string, uint64, error)) (string, uint64, error) {
	q.mu.Lock()
	if q.next == nil {
		q.next = &reply{known: make(chan struct{})}
	}
	r := q.next
	if !q.busy {
		q.busy = true
		go q.run(put)
	}
	q.mu.Unlock()
	select {
	case <-r.known:
		return r.subject, r.seq, r.err
	case <-ctx.Done():
		return "", 0, ctx.Err()
	}
}

func (q *question) run(put func() (string, uint64, error)) {
	for {
		q.mu.Lock()
		r := q.next
		q.next = nil
		q.busy = r != nil
		q.mu.Unlock()
		if r == nil {
			return
		}
		r.subject, r.seq, r.err = put()
		close(r.known)
	}
}
