// Package standin is a stand-in for an EventStoreDB server, for tests on machines that have
// none. It keeps streams in memory and speaks the real gRPC protocol, through the services
// that the client module exports. It breaks on demand in the ways in which a server, a
// network or a cluster does.
//
// What it cannot prove is everything the real server decides by itself: durability, elections
// and what a deposed leader answers, access control lists, deleted and scavenged streams, the
// exact meaning of positions, and how far back the server recognises an event id. It follows
// the documentation there, and a test that passes on it has to pass on a real server too.
package standin

import (
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
)

// Options is how a stand-in is set up. The zero value listens without TLS for anybody.
type Options struct {
	TLS            *tls.Config // nil for plain text
	User, Password string      // who may call; anybody if User is empty
	MaxAppend      int         // bytes in one append; 0 for the 1 MiB of the real server

	// Seen is told of every call and the headers it came with.
	Seen func(Call, metadata.MD)
}

type recorded = streams.ReadResp_ReadEvent_RecordedEvent

// A Server is a stand-in. What it holds survives Stop and Start.
type Server struct {
	streams.UnimplementedStreamsServer
	serverfeatures.UnimplementedServerFeaturesServer

	options Options
	addr    string
	grpc    *grpc.Server

	mu      sync.Mutex
	all     []*recorded            // in the order of $all
	byName  map[string][]*recorded // the same, by stream
	changed chan struct{}          // closed when all changes
	lives   chan struct{}          // closed to end every subscription
	broken  map[Call][]Fault
	leader  string // where another node leads, if one does
}

// Start returns a stand-in that listens on a free port of the loopback.
func Start(o Options) (*Server, error) {
	if o.MaxAppend == 0 {
		o.MaxAppend = 1 << 20
	}
	s := &Server{
		options: o, addr: "127.0.0.1:0", byName: make(map[string][]*recorded), broken: make(map[Call][]Fault),
		changed: make(chan struct{}), lives: make(chan struct{}),
	}
	return s, s.Start()
}

// Addr is the host and port it listens on.
func (s *Server) Addr() string { return s.addr }

// Start listens again after Stop, on the same port.
func (s *Server) Start() error {
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("standin: %w", err)
	}
	s.addr = l.Addr().String()
	options := []grpc.ServerOption{
		grpc.StreamInterceptor(s.stream), grpc.UnaryInterceptor(s.unary), grpc.MaxRecvMsgSize(17 << 20),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
	}
	if s.options.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(s.options.TLS)))
	}
	s.grpc = grpc.NewServer(options...)
	streams.RegisterStreamsServer(s.grpc, s)
	serverfeatures.RegisterServerFeaturesServer(s.grpc, s)
	gossip.RegisterGossipServer(s.grpc, gossipServer{s: s})
	go s.grpc.Serve(l)
	return nil
}

// Stop ends every call and stops listening.
func (s *Server) Stop() { s.grpc.Stop() }

// DropSubscriptions ends every subscription as a server does that shuts down.
func (s *Server) DropSubscriptions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.lives)
	s.lives = make(chan struct{})
}

// Truncate forgets all but the first n events, as a server does that was restored from an
// older backup.
func (s *Server) Truncate(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = s.all[:n]
	clear(s.byName)
	for _, e := range s.all {
		name := string(e.StreamIdentifier.StreamName)
		s.byName[name] = append(s.byName[name], e)
	}
}

// Remove forgets the event at index n of $all, as no server should.
func (s *Server) Remove(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.all[n]
	name := string(e.StreamIdentifier.StreamName)
	s.all = slices.Delete(s.all, n, n+1)
	s.byName[name] = slices.DeleteFunc(s.byName[name], func(x *recorded) bool { return x == e })
}

// Len is the number of events on all streams.
func (s *Server) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}

// Write adds an event to a stream as somebody else might.
func (s *Server) Write(stream, name string, data, meta []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store(stream, []*streams.AppendReq_ProposedMessage{{
		Id:       &shared.UUID{Value: &shared.UUID_String_{String_: fmt.Sprintf("00000000-0000-4000-8000-%012x", len(s.all))}},
		Metadata: map[string]string{"type": name, "content-type": "application/json"}, CustomMetadata: meta, Data: data,
	}})
}
