package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

var errTimeout = errors.New("no answer in time")

// call asks the server something, until it answers, ctx ends or the time is over.
func call[T any](ctx context.Context, c *connection, ask func(context.Context, *session) (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	var none T
	if ctx.Err() != nil {
		return none, context.Cause(ctx)
	}
	s, err := c.use()
	if err != nil {
		return none, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, c.timeout, errTimeout)
	defer cancel()
	answers := make(chan answer, 1)
	go func() {
		defer c.release(s)
		var a answer
		defer func() {
			if p := recover(); p != nil {
				a.err = fmt.Errorf("the client panicked: %v", p)
			}
			if limited.Err() == nil && spent(a.err) {
				c.retire(s)
			}
			answers <- a
		}()
		if a.err = s.wait(limited); a.err == nil {
			a.value, a.err = ask(toLeader(limited), s)
		}
	}()
	select {
	case a := <-answers:
		if a.err == nil || limited.Err() == nil {
			return a.value, a.err
		}
		err = fmt.Errorf("%w: %w", context.Cause(limited), a.err)
	case <-limited.Done():
		err = context.Cause(limited)
	}
	if errors.Is(err, errTimeout) {
		c.retire(s)
	}
	return none, err
}

// toLeader adds the header that has a follower refuse. The client means to send it and
// sends it nowhere.
func toLeader(ctx context.Context) context.Context {
	return grpcmetadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}

// spent reports whether a client that gave err may be past use. A follower's refusal has the
// client itself turn to the leader.
func spent(err error) bool {
	if err == nil || permanent(err) {
		return false
	}
	switch codeOf(err) {
	case esdb.ErrorCodeNotLeader, esdb.ErrorCodeWrongExpectedVersion, esdb.ErrorCodeResourceNotFound, esdb.ErrorAborted:
		return false
	}
	return !errors.Is(err, io.EOF)
}

// permanent reports whether asking again cannot help.
func permanent(err error) bool {
	switch codeOf(err) {
	case esdb.ErrorCodeAccessDenied, esdb.ErrorCodeUnauthenticated, esdb.ErrorCodeStreamDeleted:
		return true
	}
	switch status.Code(err) {
	case codes.PermissionDenied, codes.Unauthenticated, codes.InvalidArgument:
		return true
	}
	return errors.Is(err, errClosed)
}

// codeOf finds the client's own code also in an error that the client wrapped.
func codeOf(err error) esdb.ErrorCode {
	if e, ok := errors.AsType[*esdb.Error](err); ok {
		return e.Code()
	}
	return esdb.ErrorCodeUnknown
}

// backwards returns at most count events of $all before a place, the last one first.
func (c *connection) backwards(ctx context.Context, before esdb.AllPosition, count uint64) ([]*esdb.RecordedEvent, error) {
	return call(ctx, c, func(ctx context.Context, s *session) ([]*esdb.RecordedEvent, error) {
		return gather(s.client.ReadAll(ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: before}, count))
	})
}

// onAll returns the event that stands at p on $all, or nothing.
func (c *connection) onAll(ctx context.Context, p esdb.Position) ([]*esdb.RecordedEvent, error) {
	return call(ctx, c, func(ctx context.Context, s *session) ([]*esdb.RecordedEvent, error) {
		return gather(s.client.ReadAll(ctx, esdb.ReadAllOptions{From: p}, 1))
	})
}

// onStream returns at most count events of a stream, from a place on. A stream that does not
// exist has none.
func (c *connection) onStream(ctx context.Context, name string, o esdb.ReadStreamOptions, count uint64) ([]*esdb.RecordedEvent, error) {
	return call(ctx, c, func(ctx context.Context, s *session) ([]*esdb.RecordedEvent, error) {
		es, err := gather(s.client.ReadStream(ctx, name, o, count))
		if codeOf(err) == esdb.ErrorCodeResourceNotFound {
			return nil, nil
		}
		return es, err
	})
}

// gather reads s to its end.
func gather(s *esdb.ReadStream, err error) (es []*esdb.RecordedEvent, _ error) {
	if err != nil {
		return nil, err
	}
	defer s.Close()
	for {
		e, err := receive(s)
		switch {
		case errors.Is(err, errUnknownMessage):
		case errors.Is(err, io.EOF):
			return es, nil
		case err != nil:
			return nil, err
		case e.Event != nil:
			es = append(es, e.Event)
		}
	}
}

var errUnknownMessage = errors.New("the server sent a message that the client does not know")

// receive is s.Recv without its panic.
func receive(s *esdb.ReadStream) (e *esdb.ResolvedEvent, err error) {
	defer func() {
		if p := recover(); p != nil {
			e, err = nil, errUnknownMessage
			if p != "unreachable code" {
				err = fmt.Errorf("the client panicked: %v", p)
			}
		}
	}()
	return s.Recv()
}

// append appends to a stream that holds so many events, and returns how many it holds then.
func (c *connection) append(ctx context.Context, name string, held uint64, es []esdb.EventData) (uint64, error) {
	var expected esdb.ExpectedRevision = esdb.NoStream{}
	if held > 0 {
		expected = esdb.Revision(held - 1)
	}
	return call(ctx, c, func(ctx context.Context, s *session) (uint64, error) {
		w, err := s.client.AppendToStream(ctx, name, esdb.AppendToStreamOptions{ExpectedRevision: expected, RequiresLeader: true}, es...)
		if err != nil {
			return 0, err
		}
		return w.NextExpectedVersion + 1, nil
	})
}

// A subscription holds on to its session until it is closed.
type subscription struct {
	*esdb.Subscription
	session *session
}

// subscribe follows the streams with a prefix on $all until ctx ends.
func (c *connection) subscribe(ctx context.Context, from cursor, prefix naming) (subscription, error) {
	return call(ctx, c, func(_ context.Context, s *session) (subscription, error) {
		sub, err := s.client.SubscribeToAll(toLeader(ctx), esdb.SubscribeToAllOptions{
			From: from.from(), MaxSearchWindow: 512, CheckpointInterval: 1,
			Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{string(prefix)}},
		})
		if err == nil {
			c.hold(s)
			context.AfterFunc(ctx, func() { c.release(s) })
		}
		return subscription{sub, s}, err
	})
}

// A backoff is the growing time between attempts.
type backoff struct{ last time.Duration }

// wait ends early, with an error, when ctx does.
func (b *backoff) wait(ctx context.Context) error {
	b.last = min(max(2*b.last, 10*time.Millisecond), 2*time.Second)
	timer := time.NewTimer(b.last/2 + rand.N(b.last/2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
