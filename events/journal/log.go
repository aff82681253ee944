package journal

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// An Engine gives groups their place in an order that all nodes share.
//
// Commit returns nil once g stands at g.First for every node and for ever. It returns
// events.ErrConflict if another group stands there; the Log then waits until the journal
// has accepted that one, checks the commits of g anew and tries again. It returns
// events.ErrUnknownOutcome if it cannot tell. After every other error g was not placed.
//
// A group that another node had placed is handed to Journal.Accept by the engine's owner.
//
// Limit is the most bytes that the frame of a group is to have. A single commit beyond it is
// placed alone.
type Engine interface {
	Commit(ctx context.Context, g events.Group) error
	Limit() int
}

// Local is the engine of a single node: the order is that of the journal's transactions.
type Local struct{}

// Commit places every group.
func (Local) Commit(context.Context, events.Group) error { return nil }

// Limit is none.
func (Local) Limit() int { return math.MaxInt }

// A Log is a journal that takes commits; it implements events.Log.
//
// Commits wait in a queue for the group before them. One goroutine turns them into groups
// and stores these, another makes what is stored durable and answers. So while one group
// is being synced the next is stored, and the one after that collects.
type Log struct {
	*Journal
	engine  Engine
	reserve reserve

	queue  *queue
	cancel context.CancelFunc
	done   chan struct{} // closed when no commit will be answered any more
}

var _ events.Log = (*Log)(nil)

// OpenLocal opens the log of a single node in dir; see Open.
func OpenLocal(ctx context.Context, dir string, codec events.Codec) (*Log, error) {
	j, err := Open(ctx, dir, codec)
	if err != nil {
		return nil, err
	}
	return Start(j, Local{}), nil
}

// Start lets j take commits until Close. From then on the journal is the log's.
func Start(j *Journal, engine Engine) *Log {
	ctx, cancel := context.WithCancel(context.Background())
	limit := min(groupBytes, engine.Limit()-events.GroupHead)
	l := &Log{Journal: j, engine: engine, reserve: reserve{dir: filepath.Dir(j.path), bytes: reserveBytes},
		queue: newQueue(limit), cancel: cancel, done: make(chan struct{})}
	stored := make(chan *draft)
	go func() {
		defer close(stored)
		l.commit(ctx, stored)
	}()
	go func() {
		defer close(l.done)
		for d := range stored {
			l.settle(d)
		}
	}()
	return l
}

// Close finishes the groups that are being made durable, ends every reader and releases the
// directory. It must be called once.
func (l *Log) Close() error {
	l.cancel()
	<-l.done
	return l.Journal.Close()
}

// Append stores c; see events.Log. When ctx ends first, the outcome is unknown.
func (l *Log) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	p, err := l.codec.Propose(c)
	if err != nil {
		return 0, err
	}
	return l.Take(ctx, p)
}

// Take stores what a Codec proposed; it is the part of Append behind the encoding. While the
// disk is nearly full it is refused (DISK_FULL).
func (l *Log) Take(ctx context.Context, from events.Proposal) (events.Position, error) {
	if err := l.usable(ctx); err != nil {
		return 0, err
	}
	if err := l.reserve.room(); err != nil {
		return 0, err
	}
	p := &proposal{Proposal: from, ctx: ctx, key: keyOf(from.Request), size: from.Size(), framed: from.GroupSize()}
	if p.key != (key{}) {
		p.digest = from.Digest()
	}
	for i := range p.Records {
		id, err := uuid.NewV7()
		if err != nil {
			return 0, fmt.Errorf("journal: record id: %w", err)
		}
		p.Records[i].ID = id.String()
	}
	if err := l.queue.put(p); err != nil {
		return 0, err
	}
	select {
	case <-p.batch.done:
		return p.position, p.err
	case <-ctx.Done():
		return 0, events.InDoubt(ctx.Err())
	case <-l.done:
	}
	select {
	case <-p.batch.done:
		return p.position, p.err
	default:
		return 0, errClosed
	}
}

// commit turns the queue into groups and stores them, one after the other, until ctx ends.
// Once an outcome is unknown nobody can say what the next group would follow, and nothing
// is taken any more.
func (l *Log) commit(ctx context.Context, stored chan<- *draft) {
	for {
		b := l.queue.take(ctx)
		if b == nil {
			return
		}
		d := l.place(ctx, b)
		if len(b.proposals) == 1 && l.queue.waiting() == 0 {
			l.settle(d) // nobody gains from another goroutine doing it
		} else {
			stored <- d
		}
		if l.failed() == nil {
			// A failure is told to the next commit.
			_ = l.file(len(d.Records))
		}
	}
}

// place has the proposals of b placed and stores them. It returns them with their answers,
// which hold once they are durable.
func (l *Log) place(ctx context.Context, b *batch) *draft {
	d := &draft{batch: b}
	for {
		if err := l.draft(d); err != nil {
			d.answer(err)
			return d
		}
		if len(d.Records) == 0 {
			return d
		}
		err := l.engine.Commit(ctx, d.Group)
		if errors.Is(err, events.ErrConflict) {
			if err = l.Wait(ctx, d.First); err == nil {
				continue
			}
		}
		if err == nil {
			err = l.keep(context.WithoutCancel(ctx), d.Group)
		}
		if errors.Is(err, events.ErrUnknownOutcome) {
			l.fail(err)
		}
		if err != nil {
			d.answer(err)
		}
		return d
	}
}

// keep stores g, which was placed. With the Local engine a group that was not stored was not
// placed either.
func (l *Log) keep(ctx context.Context, g events.Group) error {
	err := l.store(ctx, g)
	if _, alone := l.engine.(Local); err == nil || alone {
		return l.full(err)
	}
	return events.InDoubt(err)
}

// settle makes d durable and answers. If that fails, what the answers say may not be durable.
func (l *Log) settle(d *draft) {
	if err := l.sync(); err != nil {
		for _, p := range d.proposals {
			if p.err == nil {
				p.position, p.err = 0, err
			}
		}
	}
	close(d.done)
}

// A draft is a batch that is becoming a group.
type draft struct {
	*batch
	events.Group
	waiting []*proposal // for this group
	streams map[domain.Stream]row
	answers map[key]*proposal
}

// answer tells those that wait for d that it was not stored.
func (d *draft) answer(err error) {
	for _, p := range d.waiting {
		p.position, p.err = 0, err
	}
}

// draft lets every proposal of d that can go behind what is stored wait for the group, and
// gives the others their answers.
func (l *Log) draft(d *draft) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	d.Group = events.Group{First: l.stored.position + 1, Previous: l.stored.hash, Records: make([]events.Record, 0, d.records)}
	d.streams, d.answers = make(map[domain.Stream]row), make(map[key]*proposal)
	proposals := d.waiting
	if proposals == nil {
		proposals = d.proposals
	}
	if err := l.failed(); err != nil {
		d.waiting = proposals
		return err
	}
	d.waiting = make([]*proposal, 0, len(proposals))
	err := l.writer.atOnce(func() {
		for _, p := range proposals {
			if p.ctx.Err() != nil {
				continue
			}
			p.position, p.err = d.admit(l.writer, p)
			if p.err == nil && p.position >= d.First {
				d.waiting = append(d.waiting, p)
			}
		}
	})
	if err != nil {
		d.waiting = proposals
	}
	return err
}
