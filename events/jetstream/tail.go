package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// open attaches the engine for the first time. It waits for the servers until ctx ends,
// and returns what is wrong with the stream.
func (e *engine) open(ctx context.Context) error {
	for {
		err := e.attach(ctx)
		if err == nil {
			return nil
		}
		e.doubt(err)
		if fault := e.Fault(); fault != nil && !busy(fault) {
			return fault
		}
		e.Logger.Info("waiting for the log", zap.Error(err))
		select {
		case <-time.After(e.pace.retry):
		case <-ctx.Done():
			return fmt.Errorf("jetstream: open: %w", errors.Join(ctx.Err(), err))
		}
	}
}

// busy reports whether err will pass.
func busy(err error) bool {
	r := domain.AsRefusal(err)
	return r != nil && r.Kind == domain.Busy
}

// catchUp waits until the journal has what was in the stream when it was opened.
func (e *engine) catchUp(ctx context.Context) error {
	e.mu.Lock()
	end := e.end
	e.mu.Unlock()
	for {
		head, _ := e.journal.End()
		if head >= end {
			return nil
		}
		e.Logger.Info("catching up", zap.Uint64("held", uint64(head)), zap.Uint64("end", uint64(end)))
		if e.Progress != nil {
			e.Progress(head, end)
		}
		if err := e.Fault(); err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, time.Second)
		err := e.journal.Wait(wait, end)
		cancel()
		if err != nil && (ctx.Err() != nil || wait.Err() == nil) {
			return fmt.Errorf("jetstream: catch up: %w", err)
		}
	}
}

// replicate waits until the server of this process has a whole replica. Until then the
// loss of another server could be the loss of the stream: a server that lost its files
// can become the leader of what it does not have.
func (e *engine) replicate(ctx context.Context) error {
	if e.Server == nil || e.Nodes > e.Replicas {
		return nil
	}
	at, _, _ := e.state()
	var told time.Time
	for {
		err := e.Server.holds(e.Name, at.seq)
		if err == nil {
			return nil
		}
		if time.Since(told) > 5*time.Second {
			told = time.Now()
			e.Logger.Info("waiting for this node's replica of the log", zap.Error(err))
		}
		select {
		case <-time.After(e.pace.retry):
		case <-ctx.Done():
			return fmt.Errorf("jetstream: open: %w", errors.Join(ctx.Err(), err))
		}
	}
}

// run follows the stream until ctx ends.
func (e *engine) run(ctx context.Context) {
	for attached := true; ; {
		var err error
		if !attached {
			err = e.attach(ctx)
		}
		if err == nil {
			err = e.follow(ctx)
		}
		attached = false
		if ctx.Err() != nil {
			return
		}
		e.doubt(err)
		e.Logger.Info("the log is followed anew", zap.Error(err))
		select {
		case <-time.After(e.pace.retry):
		case <-ctx.Done():
			return
		}
	}
}

// doubt makes err the fault if it does not pass. After a change of leaders a stream may for
// a moment be out of reach, or seem to be missing or to be short.
func (e *engine) doubt(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.doubted.IsZero() {
		e.doubted = time.Now()
	}
	lasting := time.Since(e.doubted) >= e.pace.grace
	r := domain.AsRefusal(err)
	switch corrupt := errors.Is(err, events.ErrCorrupt) || errors.Is(err, events.ErrUnknownOutcome); {
	case corrupt || r != nil && (lasting || r.Code == "LOG_CONFIG"):
	case lasting:
		err = fmt.Errorf("%w: %w", unreachable(), err)
	default:
		return
	}
	if e.fault == nil {
		e.Logger.Error("no commits are taken", zap.Error(err))
	}
	e.fault = err
	e.change()
}

func unreachable() error {
	return domain.Refuse(domain.Busy, "LOG_UNREACHABLE",
		"The servers of the log cannot be reached, or too few of them. Nothing is recorded until they are back.")
}

// follow gives the journal every message behind it, until something goes wrong.
func (e *engine) follow(ctx context.Context) error {
	at, _, _ := e.state()
	asked, cancel := context.WithTimeout(ctx, e.pace.request)
	defer cancel()
	c, err := e.js.CreateConsumer(asked, e.Name, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: at.seq + 1,
		AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1, InactiveThreshold: time.Minute,
	})
	if err != nil {
		return fmt.Errorf("jetstream: follow: %w", err)
	}
	defer func() {
		asked, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.pace.request)
		defer cancel()
		_ = e.js.DeleteConsumer(asked, e.Name, c.CachedInfo().Name) // it goes by itself otherwise
	}()
	messages, err := c.Messages(jetstream.PullMaxBytes(2*int(e.nc.MaxPayload())), jetstream.PullExpiry(30*time.Second),
		jetstream.PullHeartbeat(time.Second), jetstream.WithMessagesErrOnMissingHeartbeat(true))
	if err != nil {
		return fmt.Errorf("jetstream: follow: %w", err)
	}
	defer messages.Stop()

	ctx, stop := context.WithCancelCause(ctx)
	arrived, ended := make(chan jetstream.Msg, 64), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(arrived)
		for {
			m, err := messages.Next(jetstream.NextContext(ctx))
			if err != nil {
				stop(fmt.Errorf("jetstream: follow: %w", err))
				return
			}
			select {
			case arrived <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	defer func() { stop(nil); <-ended }()
	return e.arrive(ctx, at.subject, arrived)
}

// arrive gives the journal what arrives. When nothing does for a while it asks the leader for
// what comes next: a message that was lost on the way, with the connection or between
// servers, was delivered once and for all to the consumer, and would show only by the next one.
func (e *engine) arrive(ctx context.Context, subject string, arrived <-chan jetstream.Msg) error {
	idle := time.NewTimer(e.pace.request)
	defer idle.Stop()
	for {
		select {
		case m, more := <-arrived:
			if !more {
				return context.Cause(ctx)
			}
			if err := e.receive(ctx, subject, m, arrived); err != nil {
				return err
			}
		case <-idle.C:
			e.look(ctx)
		}
		idle.Reset(e.pace.request)
	}
}

const (
	// What is behind is taken in runs of about so many records or bytes.
	runRecords = 2048
	runBytes   = 8 << 20
)

// receive gives the journal m and those that have arrived behind it.
func (e *engine) receive(ctx context.Context, subject string, m jetstream.Msg, arrived <-chan jetstream.Msg) error {
	at, _, _ := e.state()
	if at.subject != subject {
		return errors.New("jetstream: there is another stream now")
	}
	r := run{next: at.seq + 1}
	for size := 0; ; {
		meta, err := m.Metadata()
		if err != nil {
			return fmt.Errorf("jetstream: follow: %w", err)
		}
		for r.next <= meta.Sequence.Stream {
			g, err := events.ParseGroup(m.Data())
			if err != nil || r.next < meta.Sequence.Stream {
				if err := e.flush(subject, &r); err != nil {
					return err
				}
				if g, err = e.leftOut(ctx, r.next); err != nil {
					return err
				}
			}
			if !r.add(g) {
				if err := e.flush(subject, &r); err != nil {
					return err
				}
				r.add(g)
			}
		}
		size += len(m.Data())
		if len(arrived) == 0 || size >= runBytes || len(r.Records) >= runRecords {
			return e.flush(subject, &r)
		}
		m = <-arrived
	}
}

// leftOut asks the leader for a message that did not come, or came damaged: a consumer
// leaves out what its replica cannot read, and says nothing.
func (e *engine) leftOut(ctx context.Context, seq uint64) (events.Group, error) {
	e.Logger.Warn("a replica left out a message; the leader is asked for it", zap.Uint64("message", seq))
	return e.proven(ctx, seq)
}

func (e *engine) flush(subject string, r *run) error {
	if len(r.Records) == 0 {
		return nil
	}
	err := e.take(subject, r.first, r.last(), r.Group)
	if errors.Is(err, events.ErrCorrupt) {
		err = e.damaged(r.first, r.First-1, err)
	}
	*r = run{next: r.next}
	return err
}

// A run is several messages in a row whose groups follow from one another.
type run struct {
	events.Group
	first, next uint64
	hash        events.Hash // of all of it, if it has several groups
	hashed      int
}

func (r *run) last() uint64 { return r.next - 1 }

// add puts g at the end and reports whether it belongs there.
func (r *run) add(g events.Group) bool {
	if len(r.Records) == 0 {
		r.Group, r.first, r.hash, r.hashed = g, r.next, g.Previous, 0
		r.next++
		return true
	}
	for ; r.hashed < len(r.Records); r.hashed++ {
		r.hash = r.Records[r.hashed].After(r.hash)
	}
	if g.First != r.Last()+1 || g.Previous != r.hash {
		return false
	}
	r.Records = append(r.Records, g.Records...)
	r.next++
	return true
}
