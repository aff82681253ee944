package journal

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

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
// An engine that cannot take groups of any size also has the method Limit() int: the most
// bytes of a group's frame. A single commit beyond it is placed alone.
type Engine interface {
	Commit(ctx context.Context, g events.Group) error
}

// Local is the engine of a single node: the order is that of the journal's transactions.
type Local struct{}

// Commit places every group.
func (Local) Commit(context.Context, events.Group) error { return nil }

// A Log is a journal that takes commits; it implements events.Log.
type Log struct {
	*Journal
	engine Engine
	limit  int // bytes of commits in the frame of a group

	queue  chan *proposal
	next   *proposal    // did not fit into the last group; the committer's own
	queued atomic.Int64 // bytes in the queue
	cancel context.CancelFunc
	done   chan struct{} // closed when no commit will be taken any more
}

var _ events.Log = (*Log)(nil)

const (
	queueCommits = 4096
	queueBytes   = 64 << 20

	// A group is closed by the commit that reaches groupRecords and before the one that
	// would take it beyond groupBytes.
	groupRecords = 1024
	groupBytes   = 8 << 20
)

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
	l := &Log{Journal: j, engine: engine, limit: groupBytes, cancel: cancel,
		queue: make(chan *proposal, queueCommits), done: make(chan struct{})}
	if e, ok := engine.(interface{ Limit() int }); ok {
		l.limit = min(l.limit, e.Limit()-events.GroupHead)
	}
	go l.commit(ctx)
	return l
}

// Close finishes the group that is being made durable, ends every reader and releases the
// directory. It must be called once.
func (l *Log) Close() error {
	l.cancel()
	<-l.done
	return l.Journal.Close()
}

// A proposal is on its way through the queue.
type proposal struct {
	events.Proposal
	ctx    context.Context
	key    key
	digest string
	size   int          // in the queue
	framed int          // in the frame of a group
	answer chan outcome // has room for the one answer
}

type outcome struct {
	position events.Position
	err      error
}

// Append stores c; see events.Log. When ctx ends first, the outcome is unknown.
func (l *Log) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	p, err := l.codec.Propose(c)
	if err != nil {
		return 0, err
	}
	return l.Take(ctx, p)
}

// Take stores what a Codec proposed; it is the part of Append behind the encoding.
func (l *Log) Take(ctx context.Context, from events.Proposal) (events.Position, error) {
	if err := l.usable(ctx); err != nil {
		return 0, err
	}
	p := &proposal{Proposal: from, ctx: ctx, key: keyOf(from.Request), size: from.Size(), framed: from.GroupSize(), answer: make(chan outcome, 1)}
	if p.key != (key{}) {
		p.digest = from.Digest()
	}
	if l.queued.Add(int64(p.size)) > queueBytes {
		l.queued.Add(-int64(p.size))
		return 0, busy()
	}
	select {
	case l.queue <- p:
	default:
		l.queued.Add(-int64(p.size))
		return 0, busy()
	}
	select {
	case o := <-p.answer:
		return o.position, o.err
	case <-ctx.Done():
		return 0, fmt.Errorf("%w: %w", events.ErrUnknownOutcome, ctx.Err())
	case <-l.done:
	}
	select {
	case o := <-p.answer:
		return o.position, o.err
	default:
		return 0, errClosed
	}
}

func busy() error {
	return domain.Refuse(domain.Busy, "BUSY", "Too much is being recorded at this moment. Nothing was lost; try again in a few seconds.")
}

// commit turns the queue into groups, one after the other, until ctx ends. While a group
// is being made durable the queue collects the next. Once an outcome is unknown nobody
// can say what the next group would follow, and nothing is taken any more.
func (l *Log) commit(ctx context.Context) {
	defer close(l.done)
	var broken error
	for {
		proposals := l.collect(ctx)
		if proposals == nil {
			return
		}
		if broken != nil {
			for _, p := range proposals {
				p.answer <- outcome{err: fmt.Errorf("journal: nothing is recorded until the log is opened again: %v", broken)}
			}
			continue
		}
		if err := l.settle(ctx, proposals); errors.Is(err, events.ErrUnknownOutcome) {
			broken = err
		}
	}
}

// collect waits for a proposal and takes those behind it, or returns nil when ctx ended.
// It lets callers run once more before it stops: those of the group before have just
// been answered, and many of them are about to ask again.
func (l *Log) collect(ctx context.Context) (ps []*proposal) {
	p := l.next
	if l.next = nil; p == nil {
		select {
		case p = <-l.queue:
		case <-ctx.Done():
			return nil
		}
	}
	for records, size := 0, 0; ; {
		if size > 0 && size+p.framed > l.limit {
			l.next = p
			return ps
		}
		l.queued.Add(-int64(p.size))
		ps = append(ps, p)
		records, size = records+len(p.Records), size+p.framed
		if records >= groupRecords {
			return ps
		}
		if len(l.queue) == 0 {
			runtime.Gosched()
		}
		select {
		case p = <-l.queue:
		default:
			return ps
		}
	}
}

// settle has proposals placed, makes them durable and answers every one of them. It
// returns what became of the group.
func (l *Log) settle(ctx context.Context, proposals []*proposal) error {
	for {
		d := l.draft(proposals)
		if len(d.Records) == 0 {
			return nil
		}
		err := l.engine.Commit(ctx, d.Group)
		if errors.Is(err, events.ErrConflict) {
			if err = l.Wait(ctx, d.First); err == nil {
				proposals = d.waiting
				continue
			}
		}
		told := err
		if err == nil {
			if err = l.Accept(context.WithoutCancel(ctx), d.Group); err != nil {
				told = fmt.Errorf("%w: %w", events.ErrUnknownOutcome, err)
			}
		}
		for i, p := range d.waiting {
			p.answer <- outcome{d.positions[i], told}
		}
		return err
	}
}

// A draft is a group that is being put together.
type draft struct {
	events.Group
	waiting   []*proposal       // for this group
	positions []events.Position // what they will be told
	streams   map[domain.Stream]row
	answers   map[key]answer
}

// draft lets every proposal that can go behind the head wait for the next group, and
// answers the others.
func (l *Log) draft(proposals []*proposal) *draft {
	l.writing.Lock()
	defer l.writing.Unlock()
	head, _ := l.tip()
	d := &draft{
		Group:   events.Group{First: head.position + 1, Previous: head.hash},
		streams: make(map[domain.Stream]row),
		answers: make(map[key]answer),
	}
	for _, p := range proposals {
		if p.ctx.Err() != nil {
			continue
		}
		position, err := d.admit(l.writer, p)
		if err != nil || position <= head.position {
			p.answer <- outcome{position, err}
			continue
		}
		d.waiting = append(d.waiting, p)
		d.positions = append(d.positions, position)
	}
	return d
}

// admit adds p to d unless its key was used before. It returns where p's last record is
// or will be.
func (d *draft) admit(w *writer, p *proposal) (events.Position, error) {
	if p.key != (key{}) {
		earlier, found := d.answers[p.key]
		if !found {
			var err error
			if earlier, found, err = w.answer(p.key); err != nil {
				return 0, fmt.Errorf("journal: look up key: %w", err)
			}
		}
		if found && earlier.digest != p.digest {
			return 0, events.KeyReused(p.key.text)
		}
		if found {
			return earlier.position, nil
		}
	}
	for _, e := range p.Expected {
		s, err := w.stream(e.Stream, d.streams)
		if err != nil {
			return 0, err
		}
		if e.Revision != events.Any && e.Revision != s.revision {
			return 0, fmt.Errorf("%w: %s is at revision %d and not at %d", events.ErrConflict, e.Stream, s.revision, e.Revision)
		}
		d.streams[e.Stream] = s
	}
	for i := range p.Records {
		id, err := uuid.NewV7()
		if err != nil {
			return 0, fmt.Errorf("journal: record id: %w", err)
		}
		p.Records[i].ID = id.String()
	}
	for _, r := range p.Records {
		s := d.streams[r.Stream]
		s.revision++
		d.streams[r.Stream] = s
		r.Revision = s.revision
		d.Records = append(d.Records, r)
	}
	if p.key != (key{}) {
		d.answers[p.key] = answer{p.digest, d.Last()}
	}
	return d.Last(), nil
}
