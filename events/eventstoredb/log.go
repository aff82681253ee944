// Package eventstoredb is the log on an EventStoreDB server or cluster, which decides the
// order of commits for every node. Each node tails that order into its own journal and
// answers everything else from there.
//
// # On the server
//
// A stream of the log is a stream of the server with a prefix before its name, such as
// "guildhall.timesheet-ana-2026.2026-W47", so that streams of others on the same server do
// not matter. The category that the server's own projections see is "guildhall.timesheet". A
// fact is one event: its type is the stored name, its data the stored body, and its metadata
// holds the request and what else a node needs to make the same record of it. A commit is one
// append, so it has one stream only (ONE_STREAM).
//
// The user in the connection string needs to read $all, which by default only administrators
// may, and to write to the streams. A commit of more than 1 MiB needs a server with
// --max-append-size set to 16777216.
//
// # Order
//
// A position is a record's place among the records of the log on $all. Every node counts them
// from the first, so all have the same positions and hashes. What does not fit, a hole or an
// event that is not one of ours, is events.ErrCorrupt and ends the tail; nothing is skipped. A
// server that does not have what the journal ends with is refused (LOG_BEHIND).
//
// # Once and for ever
//
// An append always names the exact revision, also one that accepts any: it is looked up and
// tried again. With the ids of its events, which follow from actor, key, digest and their
// place in the commit or are drawn once for a commit without a key, that makes it safe to
// send again when an answer was lost, for as long as it takes.
//
// The server cannot compare keys across streams. Two nodes that are given the same key at
// once may both store a commit. The first one on $all counts; every node leaves the other out
// of its journal and answers its caller with the first, or refuses it as any reused key. A
// stream of the server may therefore hold events that are not part of the log; they have no
// position and no revision.
//
// # Connection string
//
// esdb://user:password@host:2113 or, for a cluster, esdb://user:password@a:2113,b:2113,c:2113
// or esdb+discover://user:password@name:2113. Settings are tls, tlsVerifyCert, tlsCaFile,
// userCertFile and userKeyFile, gossipTimeout, discoveryInterval, maxDiscoverAttempts,
// keepAliveInterval, keepAliveTimeout, defaultDeadline and nodePreference, which must be leader.
// A user and a password without TLS are refused (PLAINTEXT_CREDENTIALS): the client would
// leave them out without a word.
package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// Options is how a Log uses the server. The zero value is that of production but for Dir.
type Options struct {
	// Prefix stands before the name of every stream, followed by a point: lower-case
	// letters, digits and hyphens; "guildhall" if empty.
	Prefix string

	// Dir is where a file is kept that tells where to go on after a restart. Without it, or
	// if the file is lost or wrong, everything on the server is compared with the journal
	// again.
	Dir string

	// Timeout is how long the server may take for one answer before it is asked again over
	// a new connection; 10 seconds if zero.
	Timeout time.Duration
}

// A Log is an events.Log on EventStoreDB.
type Log struct {
	*journal.Journal
	codec   events.Codec
	streams naming
	conn    *connection
	tail    *tail

	inFlight atomic.Int64 // commits
	bytes    atomic.Int64 // of these
	turns    turns        // of those with the same key, and of those who accept any revision
	counts   counts

	ctx   context.Context // ends with Close
	close context.CancelCauseFunc
}

var _ events.Log = (*Log)(nil)

// Open lets j take part in the log that the server named by dsn holds. From then on the
// journal is the log's, unless there is an error. It asks the server until that answers or ctx ends; ending ctx later
// has no effect. Refused are a connection string that says something impossible (BAD_DSN),
// credentials in plain text (PLAINTEXT_CREDENTIALS), credentials that the server does not
// accept (LOG_DENIED), and a server without what the journal holds (LOG_BEHIND).
func Open(ctx context.Context, j *journal.Journal, codec events.Codec, dsn string, o Options) (*Log, error) {
	config, err := configuration(dsn)
	if err != nil {
		return nil, err
	}
	if o.Prefix == "" {
		o.Prefix = "guildhall"
	}
	if strings.Trim(o.Prefix, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return nil, domain.Refuse(domain.Invalid, "BAD_PREFIX", "%q cannot stand before the names of streams. Use lower-case letters, digits and hyphens.", o.Prefix)
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	l := &Log{Journal: j, codec: codec, streams: naming(o.Prefix + ".")}
	l.ctx, l.close = context.WithCancelCause(context.Background())
	l.conn = &connection{config: config, timeout: o.Timeout}
	l.tail = newTail(j, l.conn, l.streams, &l.counts, hintFile(o.Dir))
	if err := l.tail.open(ctx); err != nil {
		l.close(err)
		l.conn.close()
		return nil, err
	}
	go l.tail.run(l.ctx)
	return l, nil
}

// Close ends the tail and every caller, and closes the journal. It must be called once.
func (l *Log) Close() error {
	l.close(errClosed)
	<-l.tail.done
	l.conn.close()
	return errors.Join(l.tail.kept, l.Journal.Close())
}

var errClosed = fmt.Errorf("eventstoredb: %w", fs.ErrClosed)

// live returns a context that ends with ctx or with the log.
func (l *Log) live(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(l.ctx, func() { cancel(errClosed) })
	return ctx, func() { stop(); cancel(nil) }
}

// Latest is the position of the last record on any node; see events.Log. It asks the leader
// for the end of $all and waits until the tail has passed it.
func (l *Log) Latest(ctx context.Context) (events.Position, error) {
	ctx, cancel := l.live(ctx)
	defer cancel()
	if err := l.catchUp(ctx); err != nil {
		return 0, err
	}
	return l.Head(ctx)
}

// catchUp waits until the journal has everything that the server had when it was called.
func (l *Log) catchUp(ctx context.Context) error {
	for pause := (backoff{}); ; {
		if err := l.tail.failed(); err != nil {
			return err
		}
		end, err := l.tail.end(ctx)
		if err == nil {
			return l.tail.pass(ctx, end)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if permanent(err) {
			return fmt.Errorf("eventstoredb: read the end of $all: %w", err)
		}
		if err := pause.wait(ctx); err != nil {
			return err
		}
	}
}
