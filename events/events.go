// Package events is the log: every fact ever recorded, in one order, on streams.
//
// A Log appends and reads. The one way to write is Execute: it reads a stream, lets a
// command decide, and appends what was decided. How a log keeps its promises is shown
// by package eventstest, which every implementation passes.
//
// # Changing what is stored
//
// A record is never rewritten, so every form in which a fact was ever stored is read for
// ever. Ask, in this order:
//
//   - Is it another fact? Give it a type and a name of its own. A program that does not
//     know the name goes on without it; see Unknown.
//   - Does the fact say more than before, and can its old records do without? Add a field,
//     with omitzero. Old records read as if it were empty, and an old program passes over it.
//   - Is a field renamed, split or told in another unit, or does the fact have a better
//     name? Change the type, and say in the Upcasts of its aggregate how a body of the old
//     form becomes one of the new; see domain.Upcast. All nodes are updated before one of
//     them may write the new form: an old program stops at it with ErrNewer, and goes on
//     without what has a new name.
//   - Has a fact become two? A record stays one record and one event. Keep the old type in
//     Events, no longer decide it, and let Evolve and the views take it for both.
//
// In testdata/samples there is a body of every form, and another one for fields that it
// came to have later. go test -update adds them; those that are there stay as they are.
package events

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Position is a record's place in the whole log. Positions start at 1 and have no
// holes; they are the same on every node and never change. 0 is before the first record.
type Position uint64

// A Recorded fact is an event with its place in the log and the request it came from.
type Recorded struct {
	ID       string // UUIDv7
	Stream   domain.Stream
	Revision uint64 // place in the stream, from 1
	Position Position
	First    Position       // of its commit; the next of the same request may count as part of it
	Request  domain.Request // At is when it was recorded, On when it takes effect
	Event    domain.Event
}

// Any as an expected revision accepts whatever the stream holds.
const Any = ^uint64(0)

// An Append is what a commit adds to one stream.
type Append struct {
	Stream   domain.Stream
	Expected uint64 // the revision the stream must have; 0 for a new stream
	Events   []domain.Event
}

// A Commit is stored as a whole or not at all. No two of its appends name the same stream.
type Commit struct {
	Request domain.Request
	Appends []Append
}

var (
	// ErrConflict reports that a stream moved on since it was read. Nothing was stored.
	ErrConflict = errors.New("events: stream changed since it was read")

	// ErrUnknownOutcome reports that nobody can tell whether the commit was stored.
	// Asking again with the same key is safe.
	ErrUnknownOutcome = errors.New("events: outcome unknown")

	// ErrCorrupt reports that the log cannot prove what it would have to answer.
	ErrCorrupt = errors.New("events: log is damaged")

	// ErrNewer reports that the log holds what only a newer Guildhall can read. Nothing is
	// wrong with it. A refusal in the same chain tells people what to do.
	ErrNewer = errors.New("events: written by a newer Guildhall")
)

// InDoubt returns err as ErrUnknownOutcome, which it may be already.
func InDoubt(err error) error {
	if errors.Is(err, ErrUnknownOutcome) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnknownOutcome, err)
}

// A Log is durable and totally ordered. It is safe for concurrent use.
type Log interface {
	// Append stores c and returns the position of its last record once that is durable.
	//
	// The request's key is looked up before any revision is compared: the same actor's
	// commit with the same key and digest was stored already and gets the first answer;
	// with another digest it is refused (IDEMPOTENCY_MISMATCH). Without a digest the
	// events themselves are compared. A stream that is not where the commit expects it
	// gives ErrConflict.
	//
	// Refused are a commit or an append without events (EMPTY_COMMIT), a stream that is
	// not a category of a to z, a hyphen and a subject, in at most 200 bytes without
	// control characters (BAD_STREAM), a stream named twice (DUPLICATE_STREAM), what is
	// beyond MaxRecord or MaxCommit (TOO_LARGE), and everything while the queue is full
	// (BUSY). If ctx ends while the commit waits, the error is ErrUnknownOutcome and
	// ctx.Err().
	Append(ctx context.Context, c Commit) (Position, error)

	// Answered returns the last record of the commit that a request was answered with: the
	// same actor's, with the same key. It reports false if the key was not used, and is
	// refused (IDEMPOTENCY_MISMATCH) if it was used with another digest.
	Answered(ctx context.Context, r domain.Request) (Recorded, bool, error)

	// Read yields a stream from its first record. A stream nobody wrote is empty. The
	// sequence ends after the stream's last record or with an error, never short.
	Read(ctx context.Context, s domain.Stream) iter.Seq2[Recorded, error]

	// Follow yields every record after p in order, and then waits for more. It never runs
	// ahead of Head. It ends only with an error, ctx.Err() among them.
	Follow(ctx context.Context, p Position) iter.Seq2[Recorded, error]

	// Head is the position of the last record on this node, 0 in an empty log. It is always
	// the last record of a commit.
	Head(ctx context.Context) (Position, error)

	// Latest is the position of the last record on any node when it was called, once this
	// node has it as well: who reads up to it has passed everything that was acknowledged
	// before. With one node it is Head.
	Latest(ctx context.Context) (Position, error)
}

// MaxRecord is the size in bytes of the largest stored form of one event and its request.
// MaxCommit is that of a whole commit.
const (
	MaxRecord = 1 << 20
	MaxCommit = 8 << 20
)
