package standin

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
)

// A Call is something that clients ask of a server.
type Call string

// What a Server answers.
const (
	Append     Call = "append"
	ReadStream Call = "read stream"
	ReadAll    Call = "read $all"
	Subscribe  Call = "subscribe"
	Features   Call = "features"
	Gossip     Call = "gossip"
)

// A Fault is what goes wrong with one call.
type Fault int

// The faults a Server can have. What is not marked applies to every call.
const (
	Fine           Fault = iota
	Unavailable          // refused as a server does that is starting
	Hang                 // taken and never answered
	Denied               // refused for want of a right; an append before its events were sent
	NotLeader            // refused by a follower that names the leader, see Follow
	LoseAnswer           // Append: stored, and the connection ends without an answer
	HangAfter            // Append: stored, and never answered
	UnknownMessage       // ReadStream, ReadAll, Subscribe: ahead of the answer comes what no client knows
	Malformed            // Subscribe: the first message is not the confirmation
	Mute                 // Subscribe: confirmed, and then nothing comes
	Again                // Subscribe: the event at the position is sent once more
)

// Break has the next calls of a kind go wrong, one fault for each.
func (s *Server) Break(c Call, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken[c] = append(s.broken[c], faults...)
}

// Mend forgets all faults that have not happened.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.broken)
	s.leader = ""
}

// Follow makes s a follower of the leader at addr: it refuses every call that came with the
// header requires-leader.
func (s *Server) Follow(addr string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leader = addr
}

// begin tells of a call and returns what goes wrong with it. Faults that end a call before
// it did anything are done here: then the error is not nil.
func (s *Server) begin(ctx context.Context, c Call) (Fault, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	if s.options.Seen != nil {
		s.options.Seen(c, md)
	}
	s.mu.Lock()
	f := Fine
	if next := s.broken[c]; len(next) > 0 {
		f, s.broken[c] = next[0], next[1:]
	}
	leader := s.leader
	s.mu.Unlock()
	if leader != "" && len(md.Get("requires-leader")) > 0 {
		f = NotLeader
	}
	switch f {
	case Unavailable:
		return f, status.Error(codes.Unavailable, "the stand-in is starting")
	case Hang:
		<-ctx.Done()
		return f, ctx.Err()
	case Denied:
		return f, status.Error(codes.PermissionDenied, "Access Denied")
	case NotLeader:
		host, port, _ := strings.Cut(leader, ":")
		grpc.SetTrailer(ctx, metadata.Pairs("exception", "not-leader", "leader-endpoint-host", host, "leader-endpoint-port", port))
		return f, status.Error(codes.NotFound, "Leader info available")
	}
	return f, nil
}

func (s *Server) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	// Which methods there are may be asked by anybody, as with the real server.
	if !strings.HasPrefix(info.FullMethod, "/"+serverfeatures.ServerFeatures_ServiceDesc.ServiceName) {
		if err := s.authorize(ctx); err != nil {
			return nil, err
		}
	}
	return next(ctx, req)
}

func (s *Server) stream(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if err := s.authorize(ss.Context()); err != nil {
		return err
	}
	return next(srv, ss)
}

func (s *Server) authorize(ctx context.Context) error {
	if s.options.User == "" {
		return nil
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(s.options.User+":"+s.options.Password))
	md, _ := metadata.FromIncomingContext(ctx)
	if got := md.Get("authorization"); len(got) != 1 || subtle.ConstantTimeCompare([]byte(got[0]), []byte(want)) == 0 {
		return status.Error(codes.Unauthenticated, "Invalid username or password")
	}
	return nil
}
