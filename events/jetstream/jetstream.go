// Package jetstream keeps one log on several nodes. The order of all commits is that of a
// NATS JetStream stream with three replicas; every node follows the stream into a journal
// of its own and answers from there.
//
// # The stream
//
// A message is one group of commits in the frame of events.Group. Message n is group n:
// the sequence starts at 1 and has no holes. Whoever adds a group says which message it
// expects to be the last, and the server takes it only there. This fence alone keeps the
// order; everything else is about speed. A group whose fate is in doubt is offered again
// with the same expectation, so that it is stored once or never, and what became of it is
// read from the stream.
//
// The subject carries an epoch that is drawn when the stream is made. What was meant for
// an earlier stream therefore finds nobody.
//
// # The committing node
//
// Groups are large only if one node makes them. A lease in a key-value bucket says which:
// the others hand their commits to it over NATS and wait until their own journal has them.
// Two nodes that both believe to hold the lease lose speed and nothing else.
//
// # What is refused
//
// A server can lose a stream or a part of it and go on as if nothing had happened. The
// journals notice, and this package never mends anything by itself:
//
//	LOG_MISSING      there is no stream, yet journals hold records
//	LOG_BEHIND       the stream ends before this node's journal
//	LOG_DIFFERS      the stream holds something else than this node's journal
//	LOG_DAMAGED      a message of the stream is missing or not what was written
//	LOG_CONFIG       the stream is not set up as the log needs it
//	LOG_REPAIRING    the stream is being written anew
//	LOG_UNREACHABLE  the servers, or most of them, are out of reach
//
// Open refuses to start then, or waits if it passes. A running node takes no more commits,
// goes on answering from its journal, says so by Fault, and resumes once the stream is
// whole again. Repair writes the stream anew from a journal.
//
// A stream must be synced to disk before it acknowledges: sync_interval: always. A Server
// does so. Nobody can ask that of an existing cluster; whoever runs it has to see to it.
// Everybody who may publish in its account may write to the log, so give Guildhall an
// account of its own; it uses $JS.API.>, _INBOX.> and guildhall.> there.
package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// A Log is this node's part of the log of all nodes; it implements events.Log.
type Log struct {
	*journal.Log
	codec  events.Codec
	o      Options
	node   *node
	engine *engine
	lease  *lease
	desk   *desk

	life    context.Context // ends when the log is closed
	closing context.CancelFunc
	running sync.WaitGroup
}

var _ events.Log = (*Log)(nil)

// A node is what the parts of a Log share: its connection and its name for this run.
type node struct {
	Options
	id string // of this run
	nc *nats.Conn
	js jetstream.JetStream
}

// Open joins the log of o.Name and returns once j has everything that was in it, and so
// has the server of this process if there is one; j is then the Log's. No other node
// should be stopped on purpose before that. It waits for a cluster that is not there yet until ctx ends, and says so
// in the log. If it fails, j is still the caller's.
//
// The stream is made if there is none, j is empty, and so is every other node that can be
// asked; see Options.Nodes.
func Open(ctx context.Context, j *journal.Journal, codec events.Codec, o Options) (*Log, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	n, err := join(ctx, o)
	if err != nil {
		return nil, err
	}
	l := &Log{codec: codec, o: o, node: n, engine: newEngine(n, j)}
	l.life, l.closing = context.WithCancel(context.Background())
	if err := l.start(ctx, j); err != nil {
		l.closing()
		l.running.Wait()
		n.nc.Close()
		return nil, err
	}
	return l, nil
}

func join(ctx context.Context, o Options) (*node, error) {
	nc, err := o.connect(ctx)
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("jetstream: %w", err)
	}
	return &node{Options: o, id: uuid.NewString(), nc: nc, js: js}, nil
}

func (l *Log) start(ctx context.Context, j *journal.Journal) error {
	if err := l.node.tellHead(j); err != nil {
		return err
	}
	if err := l.engine.open(ctx); err != nil {
		return err
	}
	l.running.Go(func() { l.engine.run(l.life) })
	if err := l.engine.catchUp(ctx); err != nil {
		return err
	}
	if err := l.engine.replicate(ctx); err != nil {
		return err
	}
	l.lease = newLease(l.node, l.engine.Fault)
	l.desk = newDesk(l.life, l.node, l)
	if err := l.desk.open(); err != nil {
		return err
	}
	l.Log = journal.Start(j, l.engine)
	l.desk.begin()
	l.running.Go(func() { l.lease.run(l.life) })
	return nil
}

// Close passes the lease on, finishes the commits that are under way, ends every reader
// and releases the journal. It must be called once.
func (l *Log) Close() error {
	l.lease.release()
	l.desk.close()
	l.closing()
	l.running.Wait()
	err := l.Log.Close()
	l.node.nc.Close()
	return err
}

// Append stores c; see events.Log. Without a key the outcome is unknown whenever the
// committing node is lost while it has the commit.
func (l *Log) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	p, err := l.codec.Propose(c)
	if err != nil {
		return 0, err
	}
	return l.Take(ctx, p)
}

// Take stores what a Codec proposed, here or through the node that holds the lease. A
// commit that does not fit into one message of the server is refused (TOO_LARGE).
func (l *Log) Take(ctx context.Context, p events.Proposal) (events.Position, error) {
	if err := l.node.fits(p); err != nil {
		return 0, err
	}
	for lost := false; ; { // with a node that may have stored p
		_, err := l.Head(ctx)
		if err == nil {
			err = l.Fault()
		}
		if err != nil && lost {
			return 0, events.InDoubt(err)
		}
		if err != nil {
			return 0, err
		}
		to, changed := l.lease.holder()
		position, err := events.Position(0), errNotTaken
		switch to {
		case "":
		case l.node.id:
			position, err = l.place(ctx, p)
		default:
			position, err = l.hand(ctx, to, p)
		}
		switch {
		case errors.Is(err, errLost):
			lost = true
		case errors.Is(err, errNotTaken):
		case lost && busy(err):
			return 0, events.InDoubt(err)
		default:
			return position, err
		}
		select {
		case <-changed:
		case <-time.After(l.o.pace.retry):
		case <-ctx.Done():
			return 0, events.InDoubt(ctx.Err())
		}
	}
}

// place stores p here. A journal that is behind, as of a node that was cut off, takes for a
// conflict what is none: a conflict is one that is there again once the journal has what was
// acknowledged before. errNotTaken means that nobody can tell, and p was not stored.
func (l *Log) place(ctx context.Context, p events.Proposal) (events.Position, error) {
	position, err := l.Log.Take(ctx, p)
	if !errors.Is(err, events.ErrConflict) {
		return position, err
	}
	if _, unsure := l.engine.latest(ctx); unsure != nil {
		return 0, fmt.Errorf("%w: %w", errNotTaken, unsure)
	}
	return l.Log.Take(ctx, p)
}

// Latest is the position of the last record on any node; see events.Log. It asks the
// stream's leader, which must have heard from most replicas lately.
func (l *Log) Latest(ctx context.Context) (events.Position, error) {
	if _, err := l.Head(ctx); err != nil {
		return 0, err
	}
	return l.engine.latest(ctx)
}

// Fault says why no commit is taken at this moment: a refusal that names what is wrong
// with the stream and how to mend it. It is nil while all is well.
func (l *Log) Fault() error { return l.engine.Fault() }

// Leading reports whether this node holds the lease.
func (l *Log) Leading() bool {
	to, _ := l.lease.holder()
	return to == l.node.id
}

// WaitLeading returns once Leading reports want, or when ctx ends.
func (l *Log) WaitLeading(ctx context.Context, want bool) error {
	for {
		to, changed := l.lease.holder()
		if (to == l.node.id) == want {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// nothing is a logger for those who want none.
var nothing = zap.NewNop()
