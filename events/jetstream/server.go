package jetstream

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// ServerOptions say how a node is part of the cluster.
type ServerOptions struct {
	Name      string   // of the node
	Dir       string   // the data directory; the server keeps its files in StoreDir of it
	Listen    string   // host:port for the other nodes
	Advertise string   // host:port by which they reach it; Listen if empty
	Routes    []string // host:port of the other nodes
	Secret    []byte   // what all nodes know and nobody else does, at least MinSecret bytes

	// Files with the certificates to trust and this node's own. Nodes prove themselves to
	// each other. Without them only loopback addresses are accepted, unless
	// AllowPlaintext is set.
	CA, Certificate, Key string
	AllowPlaintext       bool

	MaxStore int64       // bytes that the files may take; 0 for three quarters of what is free
	Logger   *zap.Logger // nil to say nothing
}

const (
	// StoreDir is where in the data directory a Server keeps its files.
	StoreDir = "nats"

	// MinSecret is the length of the shortest secret, in bytes.
	MinSecret = 32

	// serverPayload holds the largest commit, many of its records being small.
	serverPayload = 16 << 20

	clusterName = "guildhall"
)

// A Server is a NATS server of this process. It takes no clients from outside; its only
// listener is the one for other nodes.
type Server struct {
	nats *server.Server
}

// StartServer starts a server that syncs every message to disk before it acknowledges it,
// and returns once it takes connections of this process; the cluster need not be complete
// by then.
func StartServer(ctx context.Context, o ServerOptions) (*Server, error) {
	if o.Logger == nil {
		o.Logger = nothing
	}
	opts, err := o.server()
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("jetstream: server: %w", err)
	}
	log := &serverLog{to: o.Logger.Named("nats").Sugar()}
	s.SetLoggerV2(log, false, false, false)
	s.Start()
	startRoutes(s)
	srv := &Server{s}
	for !s.ReadyForConnections(100 * time.Millisecond) {
		if why := errors.Join(ctx.Err(), log.end()); why != nil || !s.Running() {
			srv.Close()
			return nil, fmt.Errorf("jetstream: the NATS server did not start: %w", errors.Join(why, errSeeLog))
		}
	}
	info, err := s.Jsz(nil)
	if err == nil && !info.Config.SyncAlways {
		err = errors.New("it does not sync always")
	}
	if err != nil {
		srv.Close()
		return nil, fmt.Errorf("jetstream: the NATS server cannot keep a log: %w", err)
	}
	return srv, nil
}

// startRoutes lets the server talk to the others. A server starts its routes once it
// listens for clients, which ours never does: it has set this aside and waits.
func startRoutes(s *server.Server) {
	listening := make(chan struct{})
	close(listening)
	s.StartRouting(listening)
}

var errSeeLog = errors.New("its messages in the log say why")

// Close stops the server; others take over what it led. Every Log on it must be closed
// before.
func (s *Server) Close() {
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
}

// holds returns nil once the server has its replica of a stream, up to message seq at
// least, and takes part in it.
func (s *Server) holds(stream string, seq uint64) error {
	health := s.nats.Healthz(&server.HealthzOptions{Account: server.DEFAULT_GLOBAL_ACCOUNT, Stream: stream, Details: true})
	for _, e := range health.Errors {
		if e.Type != server.HealthzErrorConsumer { // which come and go
			return fmt.Errorf("jetstream: %s", e.Error)
		}
	}
	account, err := s.nats.JszAccount(&server.JSzOptions{Account: server.DEFAULT_GLOBAL_ACCOUNT, Streams: true})
	if err != nil {
		return fmt.Errorf("jetstream: %w", err)
	}
	for _, d := range account.Streams {
		if d.Name == stream && d.State.LastSeq >= seq {
			return nil
		}
	}
	return errors.New("jetstream: the replica of this node is behind")
}

func (o ServerOptions) server() (*server.Options, error) {
	host, port, err := split(o.Listen)
	if err != nil {
		return nil, err
	}
	if len(o.Secret) < MinSecret {
		return nil, domain.Refuse(domain.Invalid, "CLUSTER_SECRET",
			"The nodes of a cluster need a common secret of at least %d bytes; this one has %d.", MinSecret, len(o.Secret))
	}
	password, err := derive(o.Secret, "routes between nodes")
	if err != nil {
		return nil, err
	}
	user := url.UserPassword("guildhall", hex.EncodeToString(password))
	secure, err := o.tls()
	if err != nil {
		return nil, err
	}
	var routes []*url.URL
	for _, r := range append([]string{o.Listen}, o.Routes...) {
		h, p, err := split(r)
		if err != nil {
			return nil, err
		}
		if secure == nil && !o.AllowPlaintext && !loopback(h) {
			return nil, domain.Refuse(domain.Invalid, "CLUSTER_PLAINTEXT",
				"Nothing protects what nodes send each other at %s. Give them certificates, or allow plain text on purpose.", r)
		}
		routes = append(routes, &url.URL{Scheme: "nats-route", User: user, Host: net.JoinHostPort(h, strconv.Itoa(p))})
	}
	dir := filepath.Join(o.Dir, StoreDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("jetstream: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("jetstream: %w", err)
	}
	secret, _ := user.Password()
	return &server.Options{
		ServerName: o.Name, DontListen: true, NoSigs: true,
		MaxPayload: serverPayload,
		JetStream:  true, StoreDir: dir, SyncAlways: true, DisableJetStreamBanner: true,
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: o.MaxStore,
		Routes: routes[1:],
		Cluster: server.ClusterOpts{
			Name: clusterName, Host: host, Port: port, Advertise: o.Advertise,
			Username: user.Username(), Password: secret, AuthTimeout: 5,
			TLSConfig: secure, TLSTimeout: 5,
			Compression: server.CompressionOpts{Mode: server.CompressionOff},
		},
	}, nil
}

// tls returns how nodes prove themselves to each other, nil if they do not.
func (o ServerOptions) tls() (*tls.Config, error) {
	if o.CA == "" && o.Certificate == "" && o.Key == "" {
		return nil, nil
	}
	own, err := tls.LoadX509KeyPair(o.Certificate, o.Key)
	if err != nil {
		return nil, fmt.Errorf("jetstream: certificate of this node: %w", err)
	}
	pem, err := os.ReadFile(o.CA)
	if err != nil {
		return nil, fmt.Errorf("jetstream: certificates to trust: %w", err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("jetstream: certificates to trust: none in %s", o.CA)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{own}, RootCAs: trusted, ClientCAs: trusted,
		ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13,
	}, nil
}

func split(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || host == "" || port <= 0 || port > 65535 {
		return "", 0, domain.Refuse(domain.Invalid, "BAD_ADDRESS", "%q is not the address of a node. Write host:port.", address)
	}
	return host, port, nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// derive returns a key for one purpose.
func derive(secret []byte, purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "guildhall: "+purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("jetstream: derive a key: %w", err)
	}
	return key, nil
}

// A serverLog passes on what the server says, a level lower: it warns of much that is
// usual while a cluster forms.
type serverLog struct {
	to   *zap.SugaredLogger
	said atomic.Pointer[string] // why the server cannot go on
}

// end is why the server cannot go on: it says so, and runs without what it lacks, such as an address
// that another program listens to.
func (l *serverLog) end() error {
	if said := l.said.Load(); said != nil {
		return errors.New(*said)
	}
	return nil
}

func (l *serverLog) Noticef(format string, v ...any) { l.to.Debugf(trimmed(format), v...) }
func (l *serverLog) Warnf(format string, v ...any)   { l.to.Infof(trimmed(format), v...) }
func (l *serverLog) Errorf(format string, v ...any)  { l.to.Warnf(trimmed(format), v...) }
func (l *serverLog) Fatalf(format string, v ...any) {
	said := fmt.Sprintf(trimmed(format), v...)
	l.said.CompareAndSwap(nil, &said)
	l.to.Error(said)
}
func (l *serverLog) Debugf(format string, v ...any) { l.to.Debugf(trimmed(format), v...) }
func (l *serverLog) Tracef(format string, v ...any) { l.to.Debugf(trimmed(format), v...) }

func trimmed(format string) string { return strings.TrimSpace(format) }
