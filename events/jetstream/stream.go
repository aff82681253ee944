package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// config is what the stream of the log has to be like.
func (o Options) config(subject string) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: o.Name, Description: "The log of Guildhall, a group of commits a message.",
		Subjects:  []string{subject},
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew,
		Storage: jetstream.FileStorage, Replicas: o.Replicas,
		MaxConsumers: -1, MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1, MaxMsgSize: -1,
		Duplicates: 100 * time.Millisecond, // the least there is; messages have no ids
		DenyDelete: true, DenyPurge: true,
	}
}

// newSubject is the subject of a stream that is about to be made.
func (o Options) newSubject() string { return o.subject("log." + uuid.NewString()) }

// suits refuses a stream that is not as config says.
func (o Options) suits(c jetstream.StreamConfig) error {
	var wrong []string
	for _, s := range []struct {
		right bool
		want  string
	}{
		{len(c.Subjects) == 1 && strings.HasPrefix(c.Subjects[0], o.subject("log.")), "one subject of " + o.subject("log.*")},
		{c.Storage == jetstream.FileStorage, "storage on file"},
		{c.Replicas >= o.Replicas, fmt.Sprintf("%d replicas", o.Replicas)},
		{c.Retention == jetstream.LimitsPolicy, "retention by limits"},
		{c.DenyDelete && c.DenyPurge, "deny_delete and deny_purge"},
		{c.MaxMsgs == -1 && c.MaxBytes == -1 && c.MaxMsgsPerSubject == -1 && c.MaxAge == 0, "no limit of messages, bytes or age"},
		{c.MaxMsgSize == -1, "no max_msg_size"},
		{!c.AllowDirect && !c.AllowMsgTTL && !c.AllowRollup, "no direct reads, no time to live and no roll-up"},
		{!c.NoAck && !c.Sealed, "acknowledgements and no seal"},
		{c.Mirror == nil && len(c.Sources) == 0 && c.SubjectTransform == nil, "no mirror, sources or transforms"},
		{c.PersistMode == jetstream.DefaultPersistMode, "no asynchronous persistence"},
		{c.Compression == jetstream.NoCompression, "no compression"},
	} {
		if !s.right {
			wrong = append(wrong, s.want)
		}
	}
	if wrong == nil {
		return nil
	}
	return domain.Refuse(domain.Conflict, "LOG_CONFIG",
		"The stream %s cannot hold a log. It needs %s. Change it with the tools of NATS, or run guildhall log repair to write it anew.", o.Name, strings.Join(wrong, ", "))
}

func (o Options) missing(where string, head events.Position) error {
	return domain.Refuse(domain.Conflict, "LOG_MISSING",
		"There is no stream %s, yet the journal of %s holds %d records. If the stream cannot come back, run guildhall log repair on the node with the longest journal.", o.Name, where, head)
}

func (o Options) behind(end, head events.Position) error {
	return domain.Refuse(domain.Conflict, "LOG_BEHIND",
		"The stream %s ends at position %d, but this node's journal goes on to %d. If the rest cannot come back, run guildhall log repair on the node with the longest journal.", o.Name, end, head)
}

func (o Options) differs(at events.Position, err error) error {
	return fmt.Errorf("%w: %w", domain.Refuse(domain.Conflict, "LOG_DIFFERS",
		"The stream %s and this node's journal tell different things at position %d. Find out with guildhall verify which of them was changed. Then start this node with an empty data directory, or run guildhall log repair on the node whose journal is right.", o.Name, at), err)
}

func (o Options) damaged(seq uint64, after events.Position, why error) error {
	return fmt.Errorf("%w: %w: %w", domain.Refuse(domain.Conflict, "LOG_DAMAGED",
		"Message %d of the stream %s, with the records after position %d, is missing or damaged. Stop the server that leads the stream, empty its store and start it again, so that the others restore it; if that does not help, run guildhall log repair on the node with the longest journal.", seq, o.Name, after), events.ErrCorrupt, why)
}

// create makes the stream, once it is known that no other node has records.
func (n *node) create(ctx context.Context) error {
	if err := n.askHeads(ctx); err != nil {
		return err
	}
	asked, cancel := context.WithTimeout(ctx, 5*n.pace.request)
	defer cancel()
	_, err := n.js.CreateStream(asked, n.config(n.newSubject()))
	if err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return fmt.Errorf("jetstream: make the stream: %w", err)
	}
	if err == nil {
		n.Logger.Info("the log was made", zap.String("stream", n.Name), zap.Int("replicas", n.Replicas))
	}
	return nil
}

// A presence is what a node says about itself.
type presence struct {
	Node string          `json:"node"`
	Run  string          `json:"run"`
	Head events.Position `json:"head"`
}

// tellHead answers other nodes that ask what this one holds, for as long as the
// connection is open.
func (n *node) tellHead(j *journal.Journal) error {
	_, err := n.nc.Subscribe(n.subject("nodes"), func(m *nats.Msg) {
		head, _ := j.End()
		if b, err := json.Marshal(presence{n.Node, n.id, head}); err == nil {
			_ = m.Respond(b) // who asks asks again
		}
	})
	if err != nil {
		return fmt.Errorf("jetstream: listen to other nodes: %w", err)
	}
	return nil
}

// askHeads returns nil if enough nodes say that they hold nothing.
func (n *node) askHeads(ctx context.Context) error {
	found, err := n.presences(ctx)
	if err != nil {
		return err
	}
	there := []string{n.Node}
	for _, p := range found {
		if p.Head > 0 {
			return n.missing(p.Node, p.Head)
		}
		there = append(there, p.Node)
	}
	slices.Sort(there)
	if there = slices.Compact(there); len(there) < n.Nodes {
		return fmt.Errorf("jetstream: the log is made as soon as all %d nodes are there; so far it is %s", n.Nodes, strings.Join(there, ", "))
	}
	return nil
}

// presences returns what other nodes say about themselves, once all have or in a while.
func (n *node) presences(ctx context.Context) ([]presence, error) {
	ctx, cancel := context.WithTimeout(ctx, n.pace.alone)
	defer cancel()
	var found []presence
	err := n.ask(ctx, n.subject("nodes"), n.id, nil, func(m *nats.Msg) (done bool) {
		var p presence
		if json.Unmarshal(m.Data, &p) == nil && p.Run != n.id && !slices.Contains(found, p) {
			found = append(found, p)
		}
		return n.Nodes > 0 && len(found) >= n.Nodes-1
	})
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	return found, err
}

// ask sends a request to all nodes, in the name of a run, and passes their answers on until
// done or ctx ends.
func (n *node) ask(ctx context.Context, subject, run string, request []byte, answer func(*nats.Msg) (done bool)) error {
	inbox := n.nc.NewInbox()
	sub, err := n.nc.SubscribeSync(inbox)
	if err != nil {
		return fmt.Errorf("jetstream: %w", err)
	}
	defer sub.Unsubscribe()
	if err := n.nc.PublishMsg(&nats.Msg{Subject: subject, Reply: inbox, Data: request, Header: nats.Header{runHeader: {run}}}); err != nil {
		return fmt.Errorf("jetstream: ask other nodes: %w", err)
	}
	for {
		m, err := sub.NextMsgWithContext(ctx)
		switch {
		case errors.Is(err, nats.ErrNoResponders):
			<-ctx.Done()
			return ctx.Err()
		case err != nil:
			return err
		case answer(m):
			return nil
		}
	}
}
