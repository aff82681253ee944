package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// An engine places groups in the stream and follows it into the journal.
type engine struct {
	*node
	journal *journal.Journal

	mu      sync.Mutex // held while a message goes into the journal
	at      spot
	end     events.Position // of the stream when it was found
	fault   error
	doubted time.Time     // since when there may be a fault
	moved   chan struct{} // closed when one of these changes

	ends question
}

// A spot is how far the journal is in the stream. The zero spot is in no stream.
type spot struct {
	subject string // which stands for the one stream that ever had it
	seq     uint64 // of the last message that the journal has
}

func newEngine(n *node, j *journal.Journal) *engine {
	return &engine{node: n, journal: j, moved: make(chan struct{})}
}

// Limit is the size of the largest frame; see journal.Engine.
func (e *engine) Limit() int { return e.limit() }

// Fault says why no commit is taken.
func (e *engine) Fault() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fault
}

// state returns where the engine is, a channel that is closed when that changes, and what
// is wrong.
func (e *engine) state() (spot, <-chan struct{}, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.at, e.moved, e.fault
}

// change is called with e.mu held.
func (e *engine) change() {
	close(e.moved)
	e.moved = make(chan struct{})
}

// Commit places g; see journal.Engine. While it is in doubt whether g was stored, g is
// offered again where it was offered first: the server takes it there once or never.
func (e *engine) Commit(ctx context.Context, g events.Group) error {
	frame, err := g.MarshalBinary()
	if err != nil {
		return err
	}
	for doubt := false; ; {
		at, moved, fault := e.state()
		if head, _ := e.journal.End(); head >= g.First {
			return e.placed(ctx, g)
		}
		if fault != nil && !doubt {
			return fault
		}
		if fault == nil && at.subject != "" {
			last, err := e.offer(ctx, at, g, frame)
			if err == nil {
				return nil
			}
			if !last.again && !doubt {
				return err
			}
			doubt = doubt || last.doubt
			e.look(ctx)
		}
		if head, _ := e.journal.End(); head >= g.First {
			continue
		}
		select {
		case <-moved:
		case <-time.After(e.pace.retry):
		case <-ctx.Done():
			if doubt {
				return events.InDoubt(ctx.Err())
			}
			return fmt.Errorf("jetstream: %w", ctx.Err())
		}
	}
}

// A verdict is what a failed offer means: whether it makes sense again, and whether the
// group may have been stored.
type verdict struct{ again, doubt bool }

// offer publishes g behind the message at and, once it is stored, gives it to the journal.
// An offer under way is finished although ctx ends.
func (e *engine) offer(ctx context.Context, at spot, g events.Group, frame []byte) (verdict, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.pace.request)
	defer cancel()
	m := &nats.Msg{Subject: at.subject, Data: frame, Header: positions(g)}
	ack, err := e.js.PublishMsg(ctx, m, jetstream.WithExpectStream(e.Name), jetstream.WithExpectLastSequence(at.seq), jetstream.WithRetryAttempts(0))
	if err != nil {
		return judge(err), refusal(fmt.Errorf("jetstream: publish: %w", err))
	}
	if ack.Stream != e.Name || ack.Sequence != at.seq+1 {
		return verdict{again: true, doubt: true}, fmt.Errorf("jetstream: a group behind message %d became message %d of %s", at.seq, ack.Sequence, ack.Stream)
	}
	if err := e.take(at.subject, ack.Sequence, ack.Sequence, g); err != nil {
		return verdict{}, events.InDoubt(err)
	}
	return verdict{}, nil
}

// positions is the header of g's message. It is for people with the tools of NATS.
func positions(g events.Group) nats.Header {
	return nats.Header{"Guildhall-Positions": {fmt.Sprintf("%d-%d", g.First, g.Last())}}
}

// Codes by which a server says that it did not take a message.
const (
	wrongLastSequence        jetstream.ErrorCode = 10071
	wrongLastSequenceNow     jetstream.ErrorCode = 10164 // another message is under way
	streamDoesNotMatch       jetstream.ErrorCode = 10060
	accountResourcesExceeded jetstream.ErrorCode = 10002
	insufficientResources    jetstream.ErrorCode = 10023
	storageResourcesExceeded jetstream.ErrorCode = 10047
	messageExceedsMaximum    jetstream.ErrorCode = 10054
	streamIsSealed           jetstream.ErrorCode = 10109
)

func judge(err error) verdict {
	switch code(err) {
	case wrongLastSequence, wrongLastSequenceNow, streamDoesNotMatch:
		return verdict{again: true}
	case accountResourcesExceeded, insufficientResources, storageResourcesExceeded, messageExceedsMaximum, streamIsSealed:
		return verdict{}
	}
	switch {
	case errors.Is(err, nats.ErrMaxPayload):
		return verdict{}
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrReconnectBufExceeded):
		return verdict{again: true}
	}
	return verdict{again: true, doubt: true}
}

func code(err error) jetstream.ErrorCode {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return api.ErrorCode
	}
	return 0
}

// refusal makes a lack of space what people can act upon.
func refusal(err error) error {
	switch code(err) {
	case accountResourcesExceeded, insufficientResources, storageResourcesExceeded:
		return fmt.Errorf("%w: %w", domain.Refuse(domain.Busy, "LOG_FULL",
			"The NATS servers have no room left for the log, and nothing more is recorded. Give JetStream more space."), err)
	}
	return err
}

// placed tells whether the journal, which has a record at g.First, has g there.
func (e *engine) placed(ctx context.Context, g events.Group) error {
	head, _ := e.journal.End()
	shared := min(head, g.Last())
	held, err := e.journal.HashAt(ctx, shared)
	if err != nil {
		return events.InDoubt(err)
	}
	hash := g.Previous
	for _, r := range g.Records[:shared-g.First+1] {
		hash = r.After(hash)
	}
	if hash != held {
		return events.ErrConflict
	}
	if err := e.journal.Wait(ctx, g.Last()); err != nil {
		return events.InDoubt(err)
	}
	return nil
}

// take gives the journal the messages first to last of the stream with this subject,
// whose records are g. What the journal has is skipped.
func (e *engine) take(subject string, first, last uint64, g events.Group) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case subject != e.at.subject || last <= e.at.seq:
		return nil
	case first > e.at.seq+1:
		return fmt.Errorf("jetstream: %w: message %d comes after %d", events.ErrCorrupt, first, e.at.seq)
	}
	if err := e.journal.Accept(context.Background(), g); err != nil {
		return err
	}
	e.at.seq = last
	e.change()
	return nil
}

// look reads what the leader has behind the journal. It is for when waiting for it to be
// delivered would take too long; a failure changes nothing.
func (e *engine) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, e.pace.request)
	defer cancel()
	for {
		at, _, _ := e.state()
		g, err := e.read(ctx, at.seq+1)
		if err != nil || e.take(at.subject, at.seq+1, at.seq+1, g) != nil {
			return
		}
	}
}

// A rawMessage is what a server answers when it is asked for one.
type rawMessage struct {
	Message struct {
		Subject string `json:"subject"`
		Seq     uint64 `json:"seq"`
		Data    []byte `json:"data"`
	} `json:"message"`
	Error *jetstream.APIError `json:"error"`
}

// read returns the group of a message as the stream's leader has it.
func (e *engine) read(ctx context.Context, seq uint64) (events.Group, error) {
	ctx, cancel := context.WithTimeout(ctx, e.pace.request)
	defer cancel()
	m, err := get(ctx, e.nc, e.Name, seq)
	if err != nil {
		return events.Group{}, err
	}
	return events.ParseGroup(m.Message.Data)
}

// latest asks the leader for its last message, waits for it and returns where the journal
// is then.
func (e *engine) latest(ctx context.Context) (events.Position, error) {
	for {
		if err := e.Fault(); err != nil {
			return 0, err
		}
		subject, last, err := e.ends.ask(ctx, e.last)
		if err == nil {
			return e.reach(ctx, subject, last)
		}
		if ctx.Err() != nil {
			return 0, fmt.Errorf("jetstream: latest position: %w", errors.Join(ctx.Err(), err))
		}
		select {
		case <-time.After(e.pace.retry):
		case <-ctx.Done():
		}
	}
}

// reach waits until the journal has a message and returns its position then.
func (e *engine) reach(ctx context.Context, subject string, seq uint64) (events.Position, error) {
	for {
		at, moved, fault := e.state()
		if fault != nil {
			return 0, fault
		}
		if at.subject == subject && at.seq >= seq {
			head, _ := e.journal.End()
			return head, nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, fmt.Errorf("jetstream: latest position: %w", ctx.Err())
		}
	}
}

// last asks the stream's leader which message is the last. A leader that has not heard
// from most replicas lately may have a successor, and is not believed.
func (e *engine) last() (subject string, seq uint64, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), e.pace.request)
	defer cancel()
	s, err := e.js.Stream(ctx, e.Name)
	if err != nil {
		return "", 0, fmt.Errorf("jetstream: ask the leader: %w", err)
	}
	info := s.CachedInfo()
	if !led(info) || !e.heard(info) {
		return "", 0, domain.Refuse(domain.Busy, "NO_QUORUM",
			"Too few servers of the log can be reached at this moment. Try again in a few seconds.")
	}
	if len(info.Config.Subjects) != 1 {
		return "", 0, e.suits(info.Config)
	}
	return info.Config.Subjects[0], info.State.LastSeq, nil
}

// led reports whether the stream's leader said what is in info. A server that knows of no
// leader answers for itself, and may be behind.
func led(info *jetstream.StreamInfo) bool {
	return info.Config.Replicas == 1 || info.Cluster == nil || info.Cluster.Leader != ""
}

// heard reports whether the server that answered has heard from most replicas lately. A
// replica that it never heard from was active 0 ago.
func (e *engine) heard(info *jetstream.StreamInfo) bool {
	if info.Config.Replicas == 1 || info.Cluster == nil {
		return true
	}
	n := 1
	for _, r := range info.Cluster.Replicas {
		if !r.Offline && r.Active > 0 && r.Active < e.pace.quorum {
			n++
		}
	}
	return n > info.Config.Replicas/2
}
