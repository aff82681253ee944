package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// What may be on its way to the server at once.
const (
	mostCommits = 1024
	mostBytes   = 64 << 20
)

// An attempt is a commit on its way to the server.
type attempt struct {
	events.Proposal
	stream  domain.Stream
	ids     []uuid.UUID
	events  []esdb.EventData
	arrived <-chan arrival
	came    arrival // what arrived

	held   uint64 // what the server is told that the stream holds
	pinned bool   // whether that was decided and may have been stored
	cut    int    // how often the server ended the call before it was sent
	sent   bool
}

// Append stores c; see events.Log. A commit to several streams is refused (ONE_STREAM). It
// is sent again until the server answers or ctx ends. A conflict is told once the journal has
// what was there first.
func (l *Log) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	p, err := l.codec.Propose(c)
	if err != nil {
		return 0, err
	}
	if len(p.Expected) > 1 {
		return 0, domain.Refuse(domain.Invalid, "ONE_STREAM", "On EventStoreDB a commit can change one stream only, and this one changes %d. Record them one after the other.", len(p.Expected))
	}
	ctx, cancel := l.live(ctx)
	defer cancel()
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	size := int64(p.Size())
	defer func() { l.inFlight.Add(-1); l.bytes.Add(-size) }()
	if l.inFlight.Add(1) > mostCommits || l.bytes.Add(size) > mostBytes {
		return 0, domain.Refuse(domain.Busy, "BUSY", "Too much is being recorded at this moment. Nothing was lost; try again in a few seconds.")
	}
	a := &attempt{Proposal: p, stream: p.Expected[0].Stream}
	if a.ids, err = stableIDs(p); err != nil {
		return 0, err
	}
	if a.events, err = data(p, a.ids); err != nil {
		return 0, err
	}
	if k := p.Request.Key; k != "" {
		release, err := l.turns.take(ctx, "key "+p.Request.By.Name()+" "+k)
		if err != nil {
			return 0, err
		}
		defer release()
	}
	arrived, forget := l.tail.expect(a.ids[len(a.ids)-1])
	defer forget()
	a.arrived = arrived
	position, err := l.place(ctx, a)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
		if a.sent {
			err = events.InDoubt(err)
		}
	}
	return position, err
}

// place gets a into the log, or finds out why it cannot be there.
func (l *Log) place(ctx context.Context, a *attempt) (events.Position, error) {
	for pause := (backoff{}); ; {
		if position, found, err := l.answer(ctx, a); err != nil || found {
			return position, err
		}
		if broken := l.tail.failed(); broken != nil {
			return 0, a.unknown(broken)
		}
		err := l.send(ctx, a)
		switch {
		case err == nil:
			return l.arrival(ctx, a)
		case codeOf(err) == esdb.ErrorCodeWrongExpectedVersion:
			if err := l.overtaken(ctx, a); err != nil {
				return 0, err
			}
			continue
		case errors.Is(err, io.EOF):
			err = l.cutShort(ctx, a)
		}
		if permanent(err) {
			return 0, refused(a, err)
		}
		if err := pause.wait(ctx); err != nil {
			return 0, err
		}
	}
}

// unknown says what err leaves open.
func (a *attempt) unknown(err error) error {
	if a.sent {
		return events.InDoubt(err)
	}
	return err
}

// answer returns the position of a, or of the commit that had its key first, if the journal
// has one of them.
func (l *Log) answer(ctx context.Context, a *attempt) (events.Position, bool, error) {
	select {
	case a.came = <-a.arrived:
	default:
	}
	if a.came.position != 0 {
		return a.came.position, true, nil
	}
	req := a.Request
	if req.Key == "" {
		return 0, false, nil
	}
	req.Digest = a.Digest()
	r, found, err := l.Answered(ctx, req)
	return r.Position, found, err
}

// send makes one attempt at the revision that a expects.
func (l *Log) send(ctx context.Context, a *attempt) error {
	if expected := a.Expected[0].Revision; expected != events.Any {
		a.held = l.tail.held(a.stream, expected)
	} else {
		release, err := l.turns.take(ctx, "stream "+string(a.stream))
		if err != nil {
			return err
		}
		defer release()
		if !a.pinned {
			if a.held, err = l.count(ctx, a.stream); err != nil {
				return err
			}
			a.pinned = true
		}
	}
	a.sent = true
	now, err := l.conn.append(ctx, l.streams.name(a.stream), a.held, a.events)
	if err == nil {
		l.counts.raise(a.stream, now)
	}
	return err
}

// count is how many events the server has on a stream, as far as is known.
func (l *Log) count(ctx context.Context, s domain.Stream) (uint64, error) {
	if n, known := l.counts.of(s); known {
		return n, nil
	}
	es, err := l.conn.onStream(ctx, l.streams.name(s), esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1)
	if err != nil || len(es) == 0 {
		return 0, err
	}
	l.counts.raise(s, es[0].EventNumber+1)
	return es[0].EventNumber + 1, nil
}

// overtaken finds out what it means that the stream is not where a was sent to: a conflict,
// or that it is to be sent elsewhere. What was sent there cannot be stored any more.
func (l *Log) overtaken(ctx context.Context, a *attempt) error {
	expected := a.Expected[0].Revision
	if expected == events.Any {
		l.counts.forget(a.stream)
		a.pinned = false
		return nil
	}
	if err := l.catchUp(ctx); err != nil {
		return err
	}
	if _, found, err := l.answer(ctx, a); err != nil || found {
		return err
	}
	if l.tail.held(a.stream, expected) != a.held {
		return nil
	}
	return fmt.Errorf("%w: %s is not at revision %d", events.ErrConflict, a.stream, expected)
}

// cutShort finds out why the server ended a call before all events were sent, which the
// client does not tell: it asks for something that cannot be stored.
func (l *Log) cutShort(ctx context.Context, a *attempt) error {
	const never = 1 << 40
	a.cut++
	_, err := l.conn.append(ctx, l.streams.name(a.stream), never, []esdb.EventData{{EventID: uuid.New(), EventType: "probe", ContentType: esdb.ContentTypeJson, Data: []byte("{}")}})
	if codeOf(err) == esdb.ErrorCodeWrongExpectedVersion && a.cut >= 3 {
		return status.Error(codes.InvalidArgument, "the server does not take all of it")
	}
	return err
}

// refused is what a caller is told about an attempt that cannot succeed.
func refused(a *attempt, err error) error {
	if status.Code(err) == codes.InvalidArgument {
		return domain.Refuse(domain.Invalid, "TOO_LARGE",
			"EventStoreDB does not take %d bytes at once. Start it with --max-append-size=16777216, or record it in parts.", a.Size())
	}
	return fmt.Errorf("eventstoredb: append to %s: %w", a.stream, err)
}

// arrival waits until the journal has a, which the server has.
func (l *Log) arrival(ctx context.Context, a *attempt) (events.Position, error) {
	for {
		_, moved, broken := l.tail.state()
		if position, found, err := l.answer(ctx, a); err != nil || found {
			return position, err
		}
		if broken != nil {
			return 0, a.unknown(broken)
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}
