package jetstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// Repair writes the stream of o.Name anew from j and calls progress after every message.
// It deletes the stream that is there, whatever its state; ask before.
//
// Nodes that run take no commits meanwhile and go on by themselves afterwards. If the
// stream or a node that can be asked holds more than j, nothing is touched
// (JOURNAL_BEHIND): repair from that node. A repair that was interrupted is run again.
func Repair(ctx context.Context, j *journal.Journal, o Options, progress func(done, end events.Position)) error {
	o, err := o.complete()
	if err != nil {
		return err
	}
	n, err := join(ctx, o)
	if err != nil {
		return err
	}
	defer n.nc.Close()
	r := repair{n, j}
	if err := r.retry(ctx, r.longest); err != nil {
		return err
	}
	subject := o.newSubject()
	if err := r.retry(ctx, func(ctx context.Context) error { return r.begin(ctx, subject) }); err != nil {
		return err
	}
	seq, err := r.write(ctx, subject, progress)
	if err != nil {
		return err
	}
	if err := r.compare(ctx, seq); err != nil {
		return err
	}
	return r.retry(ctx, func(ctx context.Context) error {
		_, err := n.js.UpdateStream(ctx, o.config(subject))
		return err
	})
}

type repair struct {
	*node
	journal *journal.Journal
}

// repairing marks a stream that is not whole yet, in its metadata.
const repairing = "guildhall-repair"

// underRepair refuses a stream that is not whole yet.
func (o Options) underRepair(c jetstream.StreamConfig) error {
	if c.Metadata[repairing] == "" {
		return nil
	}
	return domain.Refuse(domain.Busy, "LOG_REPAIRING",
		"The stream %s is being written anew. Wait for the repair to end; if it was interrupted, run it again.", o.Name)
}

// retry does what must succeed, as long as the servers are only out of reach.
func (r repair) retry(ctx context.Context, do func(context.Context) error) error {
	for {
		asked, cancel := context.WithTimeout(ctx, 5*r.pace.request)
		err := do(asked)
		cancel()
		if err == nil || domain.AsRefusal(err) != nil {
			return err
		}
		r.Logger.Info("the repair waits for the servers", zap.Error(err))
		select {
		case <-time.After(r.pace.retry):
		case <-ctx.Done():
			return fmt.Errorf("jetstream: repair: %w", errors.Join(ctx.Err(), err))
		}
	}
}

// longest refuses if anything that can be asked holds more than the journal.
func (r repair) longest(ctx context.Context) error {
	head, _ := r.journal.End()
	nodes, err := r.presences(ctx)
	if err != nil {
		return err
	}
	for _, p := range nodes {
		if p.Head > head {
			return r.tooShort("the journal of "+p.Node, p.Head, head)
		}
	}
	s, err := r.js.Stream(ctx, r.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for seq := s.CachedInfo().State.LastSeq; seq > 0; seq-- {
		m, err := get(ctx, r.nc, r.Name, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		g, err := events.ParseGroup(m.Message.Data)
		if err == nil && g.Last() > head {
			return r.tooShort("the stream", g.Last(), head)
		}
		if err == nil {
			return nil
		}
	}
	return nil
}

func (r repair) tooShort(what string, end, head events.Position) error {
	return domain.Refuse(domain.Conflict, "JOURNAL_BEHIND",
		"Nothing was changed: this journal ends at position %d, but %s goes on to %d. Repair from the node with the longest journal.", head, what, end)
}

// begin puts an empty stream that is marked in the place of the one that is there.
func (r repair) begin(ctx context.Context, subject string) error {
	s, err := r.js.Stream(ctx, r.Name)
	if err == nil && s.CachedInfo().Config.Subjects[0] == subject {
		return nil
	}
	if err == nil {
		err = r.js.DeleteStream(ctx, r.Name)
	}
	if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("delete the stream: %w", err)
	}
	config := r.config(subject)
	config.Metadata = map[string]string{repairing: "not whole yet"}
	if _, err := r.js.CreateStream(ctx, config); err != nil {
		return fmt.Errorf("make the stream: %w", err)
	}
	return nil
}

// write publishes the journal and returns the last message.
func (r repair) write(ctx context.Context, subject string, progress func(done, end events.Position)) (seq uint64, err error) {
	const size = 1 << 20
	end, _ := r.journal.End()
	for g, err := range r.journal.Groups(ctx, 0, min(size, r.limit()/2)) {
		if err != nil {
			return seq, err
		}
		for _, g := range r.fitting(g) {
			if err := r.publish(ctx, subject, seq, g); err != nil {
				return seq, err
			}
			seq++
			progress(g.Last(), end)
		}
	}
	return seq, nil
}

// fitting takes g apart into its commits if it does not fit into a message. Commits of one
// request without a key cannot be told from each other; where they do not fit together
// they are taken apart anywhere.
func (r repair) fitting(g events.Group) []events.Group {
	if frame, _ := g.MarshalBinary(); len(frame) <= r.limit() {
		return []events.Group{g}
	}
	var parts []events.Group
	part, size := events.Group{First: g.First, Previous: g.Previous}, 0
	hash := g.Previous
	for i, rec := range g.Records {
		more := events.Proposal{Records: g.Records[i : i+1]}.GroupSize()
		if full := events.GroupHead+size+more > r.limit(); i > 0 && (full && !keyed(rec) || !bytes.Equal(rec.Meta, g.Records[i-1].Meta)) {
			parts = append(parts, part)
			part, size = events.Group{First: part.Last() + 1, Previous: hash}, 0
		}
		part.Records = append(part.Records, rec)
		size += more
		hash = rec.After(hash)
	}
	return append(parts, part)
}

func keyed(r events.Record) bool {
	req, err := r.Request()
	return err != nil || req.Key != ""
}

// publish makes g the message behind seq, however often that has to be tried.
func (r repair) publish(ctx context.Context, subject string, seq uint64, g events.Group) error {
	frame, err := g.MarshalBinary()
	if err != nil {
		return err
	}
	return r.retry(ctx, func(ctx context.Context) error {
		_, err := r.js.PublishMsg(ctx, &nats.Msg{Subject: subject, Data: frame, Header: positions(g)},
			jetstream.WithExpectStream(r.Name), jetstream.WithExpectLastSequence(seq))
		switch {
		case err == nil:
			return nil
		case errors.Is(err, nats.ErrMaxPayload):
			return domain.Refuse(domain.Invalid, "TOO_LARGE",
				"The journal holds a record that does not fit into a message of the NATS server. Raise max_payload to more than %d.", len(frame)+room)
		}
		m, lost := get(ctx, r.nc, r.Name, seq+1)
		switch {
		case lost != nil:
			return refusal(err)
		case !bytes.Equal(m.Message.Data, frame):
			return domain.Refuse(domain.Conflict, "REPAIR_DISTURBED",
				"Somebody else wrote to the stream %s while it was repaired. End that, and run the repair again.", r.Name)
		}
		return nil
	})
}

// compare reads all messages back and checks that they are the journal.
func (r repair) compare(ctx context.Context, last uint64) error {
	at := events.Group{First: 1}
	for seq := uint64(1); seq <= last; seq++ {
		var m rawMessage
		err := r.retry(ctx, func(ctx context.Context) (err error) {
			m, err = get(ctx, r.nc, r.Name, seq)
			return err
		})
		if err != nil {
			return err
		}
		g, err := events.ParseGroup(m.Message.Data)
		if err == nil && (g.First != at.First || g.Previous != at.Previous) {
			err = fmt.Errorf("%w: it does not follow", events.ErrCorrupt)
		}
		if err != nil {
			return r.damaged(seq, at.First-1, err)
		}
		for _, rec := range g.Records {
			at.Previous = rec.After(at.Previous)
		}
		at.First = g.Last() + 1
	}
	if head, hash := r.journal.End(); at.First != head+1 || at.Previous != hash {
		return r.differs(at.First-1, events.ErrCorrupt)
	}
	return nil
}
