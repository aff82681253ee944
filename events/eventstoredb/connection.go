package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// A connection is a client that can be used whatever becomes of it. The client itself is
// closed for ever by the first failed discovery, leaves other callers waiting behind that,
// and panics on some messages; so every call has its own goroutine and its own end, and a
// client that may be past use is closed, which frees who waits in it, and replaced.
type connection struct {
	config  *esdb.Configuration
	timeout time.Duration // of one call

	mu     sync.Mutex
	client *esdb.Client // nil if there is none
	closed bool
}

func (c *connection) use() (*esdb.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errClosed
	}
	if c.client == nil {
		client, err := esdb.NewClient(c.config)
		if err != nil {
			return nil, fmt.Errorf("eventstoredb: %w", err)
		}
		c.client = client
	}
	return c.client, nil
}

// drop has the next call use another client.
func (c *connection) drop(client *esdb.Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client == client {
		c.client = nil
	}
	client.Close()
}

func (c *connection) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.client != nil {
		c.client.Close()
		c.client = nil
	}
}

var errTimeout = errors.New("no answer in time")

// call asks the server something, until it answers, ctx ends or the time is over.
func call[T any](ctx context.Context, c *connection, ask func(context.Context, *esdb.Client) (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	var none T
	if ctx.Err() != nil {
		return none, context.Cause(ctx)
	}
	client, err := c.use()
	if err != nil {
		return none, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, c.timeout, errTimeout)
	defer cancel()
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			if p := recover(); p != nil {
				a.err = fmt.Errorf("the client panicked: %v", p)
			}
			if limited.Err() == nil && spent(a.err) {
				c.drop(client)
			}
			answers <- a
		}()
		a.value, a.err = ask(toLeader(limited), client)
	}()
	select {
	case a := <-answers:
		if a.err != nil && limited.Err() != nil {
			a.err = fmt.Errorf("%w: %w", context.Cause(limited), a.err)
		}
		if errors.Is(context.Cause(limited), errTimeout) && a.err != nil {
			c.drop(client)
		}
		return a.value, a.err
	case <-limited.Done():
		if errors.Is(context.Cause(limited), errTimeout) {
			c.drop(client)
		}
		return none, context.Cause(limited)
	}
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
	return call(ctx, c, func(ctx context.Context, client *esdb.Client) ([]*esdb.RecordedEvent, error) {
		s, err := client.ReadAll(ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: before}, count)
		return gather(s, err)
	})
}

// onAll returns the event that stands at p on $all, or nothing.
func (c *connection) onAll(ctx context.Context, p esdb.Position) ([]*esdb.RecordedEvent, error) {
	return call(ctx, c, func(ctx context.Context, client *esdb.Client) ([]*esdb.RecordedEvent, error) {
		s, err := client.ReadAll(ctx, esdb.ReadAllOptions{From: p}, 1)
		return gather(s, err)
	})
}

// onStream returns at most count events of a stream, from a place on. A stream that does not
// exist has none.
func (c *connection) onStream(ctx context.Context, name string, o esdb.ReadStreamOptions, count uint64) ([]*esdb.RecordedEvent, error) {
	return call(ctx, c, func(ctx context.Context, client *esdb.Client) ([]*esdb.RecordedEvent, error) {
		s, err := client.ReadStream(ctx, name, o, count)
		es, err := gather(s, err)
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
	return call(ctx, c, func(ctx context.Context, client *esdb.Client) (uint64, error) {
		w, err := client.AppendToStream(ctx, name, esdb.AppendToStreamOptions{ExpectedRevision: expected, RequiresLeader: true}, es...)
		if err != nil {
			return 0, err
		}
		return w.NextExpectedVersion + 1, nil
	})
}

// subscribe follows the streams with a prefix on $all until ctx ends. The client is returned
// to be dropped when that fails.
func (c *connection) subscribe(ctx context.Context, from cursor, prefix naming) (*esdb.Subscription, *esdb.Client, error) {
	type followed struct {
		sub    *esdb.Subscription
		client *esdb.Client
	}
	f, err := call(ctx, c, func(_ context.Context, client *esdb.Client) (followed, error) {
		sub, err := client.SubscribeToAll(toLeader(ctx), esdb.SubscribeToAllOptions{
			From: from.from(), MaxSearchWindow: 512, CheckpointInterval: 1,
			Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{string(prefix)}},
		})
		return followed{sub, client}, err
	})
	return f.sub, f.client, err
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
