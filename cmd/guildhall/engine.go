package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc/grpclog"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstoredb"
	"github.com/guildhall-dev/guildhall/events/jetstream"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// A nodeLog is the log as this node has it, whoever decides on its order.
type nodeLog struct {
	events.Log
	journal *journal.Journal
	shared  *jetstream.Log // nil unless nodes share the log over NATS
	nodes   int
	close   []io.Closer // in this order
}

// openLog opens the journal in the data directory and joins the log that c names.
func openLog(ctx context.Context, c Config, log *zap.Logger) (*nodeLog, error) {
	j, err := journal.Open(ctx, c.Data, codec())
	if err != nil {
		return nil, err
	}
	l := &nodeLog{journal: j, nodes: 1}
	switch {
	case c.nats():
		err = l.joinNATS(ctx, c, log)
	case strings.HasPrefix(c.Log, "esdb"):
		err = l.joinEventStoreDB(ctx, c)
	default:
		own := journal.Start(j, journal.Local{})
		l.Log, l.close = own, []io.Closer{own}
	}
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return l, nil
}

const (
	natsScheme = "nats://"
	esdbScheme = "esdb://"
)

// nats reports whether nodes share the log over NATS.
func (c Config) nats() bool { return c.Cluster != "" || strings.HasPrefix(c.Log, natsScheme) }

func (l *nodeLog) joinNATS(ctx context.Context, c Config, log *zap.Logger) error {
	o, server, err := c.natsOptions(ctx, log)
	if err != nil {
		return err
	}
	if l.shared, err = jetstream.Open(ctx, l.journal, codec(), o); err != nil {
		if server != nil {
			server.Close()
		}
		return err
	}
	l.Log, l.nodes, l.close = l.shared, o.Nodes, []io.Closer{l.shared}
	if server != nil {
		l.close = append(l.close, closing(server.Close))
	}
	return nil
}

// patience is how long a server may take until it is found not to be there.
const patience = 30 * time.Second

func (l *nodeLog) joinEventStoreDB(ctx context.Context, c Config) error {
	// gRPC writes to the standard error of the process; what matters comes back as an error.
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard))
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	joined, err := eventstoredb.Open(ctx, l.journal, codec(), c.Log, eventstoredb.Options{Dir: c.Data})
	if err != nil {
		return err
	}
	l.Log, l.close = joined, []io.Closer{joined}
	return nil
}

// A closing is a way to close that does not fail.
type closing func()

func (c closing) Close() error { c(); return nil }

// Close leaves the log and releases the data directory.
func (l *nodeLog) Close() error {
	var errs []error
	for _, c := range l.close {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// natsOptions starts this node's own server if it is part of a cluster, and says how the
// log on it, or on the servers of others, is reached.
func (c Config) natsOptions(ctx context.Context, log *zap.Logger) (o jetstream.Options, s *jetstream.Server, err error) {
	o = jetstream.Options{Logger: log, Progress: func(held, end events.Position) {
		log.Info("catching up", zap.Uint64("at", uint64(held)), zap.Uint64("of", uint64(end)))
	}}
	if c.Cluster == "" {
		n, err := readNATS(c.Log)
		if err != nil {
			return o, nil, err
		}
		o.URL, o.Name, o.Replicas, o.AllowSingleReplica = n.URL, n.Stream, n.Replicas, n.Replicas == 1
		o.Credentials, o.CA, o.Certificate, o.Key = n.Creds, n.CA, n.Cert, n.Key
		o.Node, o.Nodes = n.Node, n.Nodes
		o.Secret, err = readSecret(n.Secret)
		return o, nil, err
	}
	mine, err := readCluster(c.Cluster)
	if err != nil {
		return o, nil, err
	}
	if o.Secret, err = readSecret(mine.Secret); err != nil {
		return o, nil, err
	}
	s, err = jetstream.StartServer(ctx, jetstream.ServerOptions{
		Name: mine.Name, Dir: c.Data, Listen: mine.Listen, Routes: mine.Routes, Secret: o.Secret,
		CA: mine.CA, Certificate: mine.Cert, Key: mine.Key, Logger: log,
	})
	o.Server, o.Node, o.Nodes = s, mine.Name, mine.size()
	return o, s, err
}

// keys says where the keys of people are. What the nodes of a cluster ask each other about
// them goes over the log's connection; see serveKeys.
func (l *nodeLog) keys(c Config) (vault.Options, error) {
	o := c.keys()
	if l.shared == nil {
		return o, nil
	}
	bus, err := l.shared.Bus(keyBus)
	o.Others, o.Nodes = bus, l.nodes
	return o, err
}

const keyBus = "keys"

// serveKeys lets the other nodes ask v.
func (l *nodeLog) serveKeys(v *vault.Vault) error {
	if l.shared == nil {
		return nil
	}
	bus, err := l.shared.Bus(keyBus)
	if err != nil {
		return err
	}
	return bus.Serve(v.Answer)
}

// forAll does what one node does for all of them, whenever that is this one: ctx ends when
// another takes over. It returns when ctx ended or something failed.
func (l *nodeLog) forAll(ctx context.Context, do func(context.Context) error) error {
	if l.shared == nil {
		return do(ctx)
	}
	for {
		if err := l.shared.WaitLeading(ctx, true); err != nil {
			return err
		}
		term, over := context.WithCancel(ctx)
		watching := make(chan struct{})
		go func() {
			defer close(watching)
			defer over()
			_ = l.shared.WaitLeading(term, false) // ends with term
		}()
		err := do(term)
		lost := term.Err() != nil
		over()
		<-watching
		if err != nil && !lost || ctx.Err() != nil {
			return err
		}
		if err == nil {
			return nil
		}
	}
}

// seeded lets this node seed the demonstration, or waits for the one that does it for all.
// That one has finished when it issues tokens.
func (n *node) seeded(ctx context.Context, now time.Time) error {
	if n.log.shared == nil {
		return seed(ctx, n, n.dir, now)
	}
	waiting, mine := context.WithCancel(ctx)
	defer mine()
	go func() {
		_ = n.log.shared.WaitLeading(waiting, true) // ends with waiting
		mine()
	}()
	for r, err := range n.log.Follow(waiting, 0) {
		if err != nil {
			break
		}
		if _, issued := r.Event.(person.KeyIssued); issued {
			return nil
		}
	}
	for ctx.Err() == nil {
		err := seed(ctx, n, n.dir, now)
		if r := domain.AsRefusal(err); r == nil || r.Kind != domain.Busy {
			return err
		}
		n.zap.Info("the demonstration waits for the other nodes", zap.Error(err))
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// gather gets the keys that other nodes made while this one was away. Those that it cannot
// get yet are asked for when they are needed, and all of them again a minute later.
func (n *node) gather(ctx context.Context) error {
	if n.log.shared == nil {
		return nil
	}
	for {
		got, err := n.vault.Gather(ctx)
		if got > 0 {
			n.zap.Info("keys of people came from the other nodes", zap.Int("keys", got))
		}
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		n.zap.Warn("some keys of people may be missing here until they are needed", zap.Error(err))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Minute):
		}
	}
}
