package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/guildhall-dev/guildhall/events"
)

// attach finds the stream, checks that it goes with the journal, and ends every fault.
func (e *engine) attach(ctx context.Context) error {
	asked, cancel := context.WithTimeout(ctx, e.pace.request)
	defer cancel()
	s, err := e.js.Stream(asked, e.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if head, _ := e.journal.End(); head > 0 {
			return e.missing(e.Node, head)
		}
		if err := e.create(ctx); err != nil {
			return err
		}
		asked, cancel := context.WithTimeout(ctx, e.pace.request)
		defer cancel()
		s, err = e.js.Stream(asked, e.Name)
	}
	if err != nil {
		return fmt.Errorf("jetstream: find the stream: %w", err)
	}
	info := s.CachedInfo()
	if !led(info) {
		return errors.New("jetstream: find the stream: it has no leader")
	}
	if err := e.suits(info.Config); err != nil {
		return err
	}
	if err := e.underRepair(info.Config); err != nil {
		return err
	}
	if st := info.State; st.LastSeq > 0 && (st.FirstSeq != 1 || st.Msgs != st.LastSeq) {
		return e.damaged(st.FirstSeq, 0, fmt.Errorf("%d of %d messages are there", st.Msgs, st.LastSeq))
	}
	before, _, _ := e.state()
	seq, end, err := e.locate(ctx, info.State.LastSeq)
	if err != nil {
		return err
	}
	if seq < info.State.LastSeq {
		if _, err := e.proven(ctx, seq+1); err != nil {
			return err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.at == before {
		e.at = spot{info.Config.Subjects[0], seq}
	}
	if e.fault != nil {
		e.Logger.Info("the log is whole again")
	}
	e.end, e.fault, e.doubted = end, nil, time.Time{}
	e.change()
	return nil
}

// locate returns the message up to which the journal holds the stream, once it is proven
// that both tell the same there, and the position at which the stream ends.
func (e *engine) locate(ctx context.Context, last uint64) (seq uint64, end events.Position, err error) {
	head, _ := e.journal.End()
	var g events.Group
	if last > 0 {
		if g, err = e.proven(ctx, last); err != nil {
			return 0, 0, err
		}
		end = g.Last()
	}
	if end < head {
		return 0, end, e.behind(end, head)
	}
	if head == 0 {
		return 0, end, nil
	}
	if seq = last; g.First > head {
		if seq, g, err = e.find(ctx, last-1, head); err != nil {
			return 0, end, err
		}
	}
	if err = e.journal.Accept(ctx, g); errors.Is(err, events.ErrCorrupt) {
		err = e.differs(min(head, g.Last()), err)
	}
	return seq, end, err
}

// find returns the message among the first ones up to last that holds position p.
func (e *engine) find(ctx context.Context, last uint64, p events.Position) (uint64, events.Group, error) {
	var fail error
	seq := 1 + sort.Search(int(last), func(i int) bool {
		var g events.Group
		if fail == nil {
			g, fail = e.proven(ctx, uint64(i)+1)
		}
		return fail != nil || g.Last() >= p
	})
	if fail != nil {
		return 0, events.Group{}, fail
	}
	g, err := e.proven(ctx, uint64(seq))
	return uint64(seq), g, err
}

// proven returns the group of a message that must be there.
func (e *engine) proven(ctx context.Context, seq uint64) (events.Group, error) {
	g, err := e.read(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) || errors.Is(err, events.ErrCorrupt) {
		head, _ := e.journal.End()
		return g, e.damaged(seq, head, err)
	}
	return g, err
}

// get asks the stream's leader for a message. One that it does not have is
// jetstream.ErrMsgNotFound.
func get(ctx context.Context, nc *nats.Conn, stream string, seq uint64) (m rawMessage, err error) {
	request := fmt.Appendf(nil, `{"seq":%d}`, seq)
	reply, err := nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+stream, request)
	if err != nil {
		return m, fmt.Errorf("jetstream: read message %d: %w", seq, err)
	}
	if err := json.Unmarshal(reply.Data, &m); err != nil {
		return m, fmt.Errorf("jetstream: read message %d: %w", seq, err)
	}
	switch {
	case m.Error != nil && m.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return m, fmt.Errorf("jetstream: read message %d: %w", seq, jetstream.ErrMsgNotFound)
	case m.Error != nil:
		return m, fmt.Errorf("jetstream: read message %d: %w", seq, m.Error)
	case m.Message.Seq != seq:
		return m, fmt.Errorf("jetstream: read message %d: %w: message %d came", seq, events.ErrCorrupt, m.Message.Seq)
	}
	return m, nil
}
