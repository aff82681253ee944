package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

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
	lock   *os.File

	queue  chan *proposal
	queued atomic.Int64 // bytes in the queue
	cancel context.CancelFunc
	done   chan struct{} // closed when no commit will be taken any more
}

var _ events.Log = (*Log)(nil)

const (
	queueCommits = 4096
	queueBytes   = 64 << 20

	// A group is closed by the commit that reaches one of these.
	groupRecords = 1024
	groupBytes   = 8 << 20
)

// Open opens the log in dir, which it creates if needed, and takes dir for itself until
// Close. It refuses a directory that is in use (DATA_IN_USE). A journal that cannot prove
// its end is events.ErrCorrupt. Ending ctx ends opening, not the log.
func Open(ctx context.Context, dir string, codec events.Codec, engine Engine) (*Log, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	lock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	j, err := open(ctx, dir, codec)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l := &Log{Journal: j, engine: engine, lock: lock, cancel: cancel,
		queue: make(chan *proposal, queueCommits), done: make(chan struct{})}
	go l.commit(ctx)
	return l, nil
}

// Close finishes the group that is being made durable, ends every reader and releases the
// directory. It must be called once.
func (l *Log) Close() error {
	l.cancel()
	<-l.done
	return errors.Join(l.close(), l.lock.Close())
}

// A proposal is a commit on its way into the log.
type proposal struct {
	ctx     context.Context
	key     key
	digest  string
	appends []events.Append
	records []events.Record
	size    int
	answer  chan outcome // has room for the one answer
}

type outcome struct {
	position events.Position
	err      error
}

// Append stores c; see events.Log. When ctx ends first, the outcome is unknown.
func (l *Log) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	p, err := l.propose(ctx, c)
	if err != nil {
		return 0, err
	}
	if err := l.usable(ctx); err != nil {
		return 0, err
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

// propose encodes and checks what can be checked without the log.
func (l *Log) propose(ctx context.Context, c events.Commit) (*proposal, error) {
	if len(c.Appends) == 0 {
		return nil, empty()
	}
	seen := make(map[domain.Stream]bool, len(c.Appends))
	for _, a := range c.Appends {
		switch {
		case !validStream(a.Stream):
			return nil, domain.Refuse(domain.Invalid, "BAD_STREAM",
				"%q cannot be the name of a stream. It is a lower-case category, a hyphen and a subject, at most %d bytes in all.", a.Stream, maxStream)
		case seen[a.Stream]:
			return nil, domain.Refuse(domain.Invalid, "DUPLICATE_STREAM",
				"%s is in the commit twice. Put all of a stream's events in one append.", a.Stream)
		case len(a.Events) == 0:
			return nil, empty()
		}
		seen[a.Stream] = true
	}
	records, err := l.codec.Records(c)
	if err != nil {
		return nil, err
	}
	p := &proposal{ctx: ctx, key: keyOf(c.Request), appends: c.Appends, records: records, answer: make(chan outcome, 1)}
	for _, r := range records {
		size := len(r.Meta) + len(r.Body)
		if size > events.MaxRecord {
			return nil, domain.Refuse(domain.Invalid, "TOO_LARGE",
				"A single record of %d bytes is too large; at most %d are kept. Shorten the text or record it in parts.", size, events.MaxRecord)
		}
		p.size += size
	}
	if p.size > events.MaxCommit {
		return nil, domain.Refuse(domain.Invalid, "TOO_LARGE",
			"Recording %d bytes at once is too much; at most %d are taken. Record it in parts.", p.size, events.MaxCommit)
	}
	if p.key != (key{}) {
		p.digest = digestOf(c.Request, records)
	}
	return p, nil
}

func empty() error {
	return domain.Refuse(domain.Invalid, "EMPTY_COMMIT", "There is nothing to record. Every stream of a commit needs at least one event.")
}

const maxStream = 200

func validStream(s domain.Stream) bool {
	category, subject, _ := strings.Cut(string(s), "-")
	return category != "" && strings.Trim(category, "abcdefghijklmnopqrstuvwxyz") == "" &&
		subject != "" && len(s) <= maxStream && utf8.ValidString(subject) && !strings.ContainsFunc(subject, unicode.IsControl)
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
	var p *proposal
	select {
	case p = <-l.queue:
	case <-ctx.Done():
		return nil
	}
	for records, size := 0, 0; ; {
		l.queued.Add(-int64(p.size))
		ps = append(ps, p)
		records, size = records+len(p.records), size+p.size
		if records >= groupRecords || size >= groupBytes {
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
			if err = l.past(ctx, d.First-1); err == nil {
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
	for _, a := range p.appends {
		s, err := w.stream(a.Stream, d.streams)
		if err != nil {
			return 0, err
		}
		if a.Expected != events.Any && a.Expected != s.revision {
			return 0, fmt.Errorf("%w: %s is at revision %d and not at %d", events.ErrConflict, a.Stream, s.revision, a.Expected)
		}
		d.streams[a.Stream] = s
	}
	for i := range p.records {
		id, err := uuid.NewV7()
		if err != nil {
			return 0, fmt.Errorf("journal: record id: %w", err)
		}
		p.records[i].ID = id.String()
	}
	for _, r := range p.records {
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
