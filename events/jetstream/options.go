package jetstream

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// Options say where the log is. Either Server or URL must be set.
type Options struct {
	Server *Server // of this process
	URL    string  // of an existing cluster: nats:// or tls:// addresses, separated by commas

	Credentials      string // a file with a JWT and its seed
	CA               string // a file with the certificates to trust
	Certificate, Key string // files with this node's own

	Name     string // of the stream; GUILDHALL if empty
	Node     string // of this node; no two nodes have the same
	Replicas int    // of the stream; 3 if 0

	// AllowSingleReplica permits Replicas to be 1: the loss of that one server is then the
	// loss of the stream.
	AllowSingleReplica bool

	// Nodes is the number of nodes, this one among them, that have to say that they hold
	// nothing before the stream is made for the first time. With 0 those that answer
	// within a second are enough.
	Nodes int

	// Secret is what all nodes know and nobody else does; see Log.Bus.
	Secret []byte

	Logger *zap.Logger // nil to say nothing

	// Progress is called about once a second while Open catches up.
	Progress func(held, end events.Position)

	pace pace
}

// A pace is how long things take.
type pace struct {
	request time.Duration // an answer of the server
	retry   time.Duration // between two attempts
	grace   time.Duration // until a fault that may pass is believed
	lease   time.Duration // until the lease of a silent node is free
	alone   time.Duration // that other nodes have to answer when their number is not known
	quorum  time.Duration // less than what a replica waits until it elects another leader
}

var usual = pace{
	request: 2 * time.Second,
	retry:   250 * time.Millisecond,
	grace:   10 * time.Second,
	lease:   5 * time.Second,
	alone:   time.Second,
	quorum:  3 * time.Second,
}

const defaultName = "GUILDHALL"

var names = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// complete returns o with what it leaves open.
func (o Options) complete() (Options, error) {
	if o.Name == "" {
		o.Name = defaultName
	}
	if o.Replicas == 0 {
		o.Replicas = 3
	}
	if o.Logger == nil {
		o.Logger = nothing
	}
	if o.pace == (pace{}) {
		o.pace = usual
	}
	switch {
	case (o.Server == nil) == (o.URL == ""):
		return o, errors.New("jetstream: either a server of this process or the address of another is needed")
	case !names.MatchString(o.Name) || !names.MatchString(o.Node):
		return o, domain.Refuse(domain.Invalid, "BAD_NAME",
			"%q and %q cannot be the names of a stream and a node. Use letters, digits, hyphens and underscores.", o.Name, o.Node)
	case o.Replicas == 1 && !o.AllowSingleReplica:
		return o, domain.Refuse(domain.Invalid, "SINGLE_REPLICA",
			"A log with a single replica is lost with its server. Use 3 replicas, or allow a single one on purpose.")
	case o.Replicas < 1 || o.Replicas > 5 || o.Replicas%2 == 0:
		return o, domain.Refuse(domain.Invalid, "BAD_REPLICAS", "A log has 3 or 5 replicas, not %d.", o.Replicas)
	}
	return o, nil
}

// subject is where the nodes of a log talk about topic.
func (o Options) subject(topic string) string { return "guildhall." + o.Name + "." + topic }

// connect returns a connection that comes back by itself. It waits for the first server
// until ctx ends.
func (o Options) connect(ctx context.Context) (*nats.Conn, error) {
	up := make(chan struct{}, 1)
	opts := []nats.Option{
		nats.Name("guildhall " + o.Node),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(o.pace.retry),
		nats.ReconnectBufSize(-1), // what cannot be sent now is not sent later
		nats.RetryOnFailedConnect(true),
		nats.Timeout(o.pace.request),
		nats.PingInterval(5 * time.Second),
		nats.MaxPingsOutstanding(2),
		nats.ConnectHandler(func(*nats.Conn) { up <- struct{}{} }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				o.Logger.Warn("the connection to NATS was lost", zap.Error(err))
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			o.Logger.Info("the connection to NATS is back", zap.String("server", nc.ConnectedUrlRedacted()))
		}),
		nats.ErrorHandler(func(_ *nats.Conn, s *nats.Subscription, err error) {
			o.Logger.Warn("NATS", zap.Error(err))
		}),
	}
	if o.Server != nil {
		opts = append(opts, nats.InProcessServer(o.Server.nats))
	}
	if o.Credentials != "" {
		opts = append(opts, nats.UserCredentials(o.Credentials))
	}
	if o.CA != "" {
		opts = append(opts, nats.RootCAs(o.CA))
	}
	if o.Certificate != "" {
		opts = append(opts, nats.ClientCert(o.Certificate, o.Key))
	}
	nc, err := nats.Connect(o.URL, opts...)
	if err != nil {
		return nil, fmt.Errorf("jetstream: connect: %w", err)
	}
	for {
		select {
		case <-up:
			return nc, nil
		case <-time.After(5 * time.Second):
			o.Logger.Info("waiting for NATS", zap.NamedError("last", nc.LastError()))
		case <-ctx.Done():
			nc.Close()
			return nil, fmt.Errorf("jetstream: connect: %w", errors.Join(ctx.Err(), nc.LastError()))
		}
	}
}

// room is left in a message for its headers.
const room = 1024

// limit is the size of the largest frame that fits into a message.
func (n *node) limit() int { return int(n.nc.MaxPayload()) - room }

func (n *node) fits(p events.Proposal) error {
	if size := events.GroupHead + p.GroupSize(); size > n.limit() {
		return domain.Refuse(domain.Invalid, "TOO_LARGE",
			"Recording %d bytes at once is too much for a message of the NATS server; at most %d fit. Record it in parts, or raise max_payload.", size, n.limit())
	}
	return nil
}
