package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// errNotTaken reports that a commit was not taken and another node may be asked.
var errNotTaken = errors.New("jetstream: the node does not commit")

// errLost reports that a commit may have been taken. Another node may be asked: its key tells.
var errLost = errors.New("jetstream: the committing node was lost")

// An answer is what a node says about a commit that was handed to it.
type answer struct {
	Position events.Position `json:"position,omitempty"`
	Head     events.Position `json:"head,omitempty"` // where the node was at a conflict
	Conflict string          `json:"conflict,omitempty"`
	Refusal  *domain.Refusal `json:"refusal,omitempty"`
	NotTaken bool            `json:"notTaken,omitempty"`
	Unknown  string          `json:"unknown,omitempty"`
	Fault    string          `json:"fault,omitempty"`
}

// patience is the header with the milliseconds that the caller has left.
const patience = "Guildhall-Patience"

// answersWithin is how many times a request waits for a server a node waits for another's
// answer, which may have been lost on the way while both go on, before it asks again.
const answersWithin = 5

// hand passes p to the run that holds the lease and waits until this journal has what
// came of it. errNotTaken means that p was not stored, errLost that it may have been.
func (l *Log) hand(ctx context.Context, to string, p events.Proposal) (events.Position, error) {
	frame, err := p.MarshalBinary()
	if err != nil {
		return 0, err
	}
	m := &nats.Msg{Subject: l.o.subject("commit." + to), Data: frame, Header: nats.Header{}}
	if end, ok := ctx.Deadline(); ok {
		m.Header.Set(patience, strconv.FormatInt(time.Until(end).Milliseconds(), 10))
	}
	asking, cancel := context.WithTimeout(ctx, answersWithin*l.o.pace.request)
	defer cancel()
	go l.watch(asking, cancel, to)
	reply, err := l.node.nc.RequestMsgWithContext(asking, m)
	switch {
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, nats.ErrReconnectBufExceeded):
		return 0, errNotTaken
	case err != nil && ctx.Err() == nil && p.Request.Key != "":
		return 0, errLost
	case err != nil && ctx.Err() == nil:
		return 0, fmt.Errorf("%w: the committing node was lost", events.ErrUnknownOutcome)
	case err != nil:
		return 0, events.InDoubt(err)
	}
	var a answer
	if err := json.Unmarshal(reply.Data, &a); err != nil {
		return 0, fmt.Errorf("%w: answer of another node: %w", events.ErrUnknownOutcome, err)
	}
	return l.understand(ctx, a)
}

// watch ends asking when the lease has been somebody else's for a while.
func (l *Log) watch(asking context.Context, cancel func(), to string) {
	for {
		holder, changed := l.lease.holder()
		if holder != to && holder != "" {
			select {
			case <-time.After(l.o.pace.request):
				cancel()
			case <-asking.Done():
			}
			return
		}
		select {
		case <-changed:
		case <-asking.Done():
			return
		}
	}
}

func (l *Log) understand(ctx context.Context, a answer) (events.Position, error) {
	switch {
	case a.NotTaken:
		return 0, errNotTaken
	case a.Refusal != nil:
		return 0, a.Refusal
	case a.Unknown != "":
		return 0, fmt.Errorf("%w: %s", events.ErrUnknownOutcome, a.Unknown)
	case a.Fault != "":
		return 0, fmt.Errorf("jetstream: the committing node failed: %s", a.Fault)
	}
	if err := l.Wait(ctx, max(a.Position, a.Head)); err != nil {
		return 0, events.InDoubt(err)
	}
	if a.Conflict != "" {
		return 0, fmt.Errorf("%w (%s)", events.ErrConflict, a.Conflict)
	}
	return a.Position, nil
}

// A desk takes the commits that other nodes hand over.
type desk struct {
	*node
	log    *Log
	ctx    context.Context // of the commits at the desk
	cancel context.CancelFunc
	sub    *nats.Subscription
	ready  chan struct{} // closed when the log takes commits
	places chan struct{} // as many as commits are taken at a time

	mu     sync.Mutex
	closed bool
	busy   sync.WaitGroup
}

// places is how many commits of other nodes may wait at a time.
const places = 4096

func newDesk(ctx context.Context, n *node, l *Log) *desk {
	d := &desk{node: n, log: l, ready: make(chan struct{}), places: make(chan struct{}, places)}
	d.ctx, d.cancel = context.WithCancel(ctx)
	return d
}

func (d *desk) open() (err error) {
	if d.sub, err = d.nc.Subscribe(d.subject("commit."+d.id), d.receive); err == nil {
		err = d.sub.SetPendingLimits(places, 256<<20)
	}
	if err != nil {
		return fmt.Errorf("jetstream: listen to other nodes: %w", err)
	}
	return nil
}

func (d *desk) begin() { close(d.ready) }

// close takes no more commits and answers those that are there.
func (d *desk) close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	t := time.AfterFunc(2*d.pace.request, d.cancel)
	d.busy.Wait()
	t.Stop()
	d.cancel()
	_ = d.sub.Unsubscribe() // fails only if the connection is gone
}

func (d *desk) receive(m *nats.Msg) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		d.reply(m, answer{NotTaken: true})
		return
	}
	select {
	case d.places <- struct{}{}:
	default:
		d.reply(m, answer{Refusal: domain.Refuse(domain.Busy, "BUSY",
			"Too much is being recorded at this moment. Nothing was lost; try again in a few seconds.")})
		return
	}
	d.busy.Go(func() {
		defer func() { <-d.places }()
		d.reply(m, d.take(m))
	})
}

func (d *desk) take(m *nats.Msg) answer {
	select {
	case <-d.ready:
	case <-d.ctx.Done():
		return answer{NotTaken: true}
	}
	p, err := events.ParseProposal(m.Data)
	if err != nil {
		return answer{Fault: err.Error()}
	}
	if !d.log.Leading() {
		return answer{NotTaken: true}
	}
	ctx := d.ctx
	if ms, err := strconv.ParseInt(m.Header.Get(patience), 10, 64); err == nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(ms)*time.Millisecond)
		defer cancel()
	}
	position, err := d.log.place(ctx, p)
	switch r := domain.AsRefusal(err); {
	case err == nil:
		return answer{Position: position}
	case errors.Is(err, errNotTaken):
		return answer{NotTaken: true}
	case errors.Is(err, events.ErrConflict):
		head, _ := d.log.End()
		return answer{Head: head, Conflict: err.Error()}
	case errors.Is(err, events.ErrUnknownOutcome):
		return answer{Unknown: strings.TrimPrefix(err.Error(), events.ErrUnknownOutcome.Error()+": ")}
	case r != nil:
		return answer{Refusal: r}
	case errors.Is(err, fs.ErrClosed):
		return answer{NotTaken: true}
	}
	return answer{Fault: err.Error()}
}

func (d *desk) reply(m *nats.Msg, a answer) {
	b, err := json.Marshal(a)
	if err == nil {
		err = m.Respond(b)
	}
	if err != nil {
		d.Logger.Sugar().Debugf("an answer to another node was lost: %v", err)
	}
}
