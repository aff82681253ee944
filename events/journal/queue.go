package journal

import (
	"context"
	"runtime"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A proposal is on its way through the queue.
type proposal struct {
	events.Proposal
	ctx    context.Context
	key    key
	digest string
	size   int // in the queue
	framed int // in the frame of a group

	batch    *batch // it travels with
	position events.Position
	err      error // position and err are the answer once the batch is done
}

// A batch is what one group is made of.
type batch struct {
	proposals             []*proposal
	records, size, framed int
	done                  chan struct{} // closed when every proposal has its answer
}

const (
	queueCommits = 4096
	queueBytes   = 64 << 20

	// A batch is closed by the commit that reaches groupRecords and before the one that
	// would take it beyond groupBytes.
	groupRecords = 1024
	groupBytes   = 8 << 20
)

// A queue collects batches of proposals, first come, first served.
type queue struct {
	ready chan struct{} // has room for one, which says that there are batches
	limit int           // bytes of commits in the frame of a group

	mu            sync.Mutex
	batches       []*batch
	commits, size int
}

func newQueue(limit int) *queue { return &queue{ready: make(chan struct{}, 1), limit: limit} }

// put adds p, or refuses it while the queue is full.
func (q *queue) put(p *proposal) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.commits >= queueCommits || q.size+p.size > queueBytes {
		return domain.Refuse(domain.Busy, "BUSY", "Too much is being recorded at this moment. Nothing was lost; try again in a few seconds.")
	}
	if n := len(q.batches); n == 0 || !q.batches[n-1].takes(p, q.limit) {
		q.batches = append(q.batches, &batch{done: make(chan struct{})})
	}
	b := q.batches[len(q.batches)-1]
	b.proposals = append(b.proposals, p)
	b.records += len(p.Records)
	b.size += p.size
	b.framed += p.framed
	p.batch = b
	q.commits++
	q.size += p.size
	select {
	case q.ready <- struct{}{}:
	default:
	}
	return nil
}

// takes reports whether p may travel with b; a commit beyond limit travels alone.
func (b *batch) takes(p *proposal, limit int) bool {
	return b.records < groupRecords && b.framed+p.framed <= limit
}

// take waits for the next batch, or returns nil when ctx ended. It lets callers run before it
// takes what there is: those of the batch before have just been answered, and many of them
// are about to ask again.
func (q *queue) take(ctx context.Context) *batch {
	for {
		if n := q.waiting(); n > 0 {
			for more := n; ; n = more {
				runtime.Gosched()
				if more = q.waiting(); more == n {
					return q.pop()
				}
			}
		}
		select {
		case <-q.ready:
		case <-ctx.Done():
			return nil
		}
	}
}

func (q *queue) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.commits
}

func (q *queue) pop() *batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	b := q.batches[0]
	q.batches[0] = nil
	q.batches = q.batches[1:]
	q.commits -= len(b.proposals)
	q.size -= b.size
	return b
}
