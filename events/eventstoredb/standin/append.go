package standin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sort"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// GetSupportedMethods is asked by a client that connects.
func (s *Server) GetSupportedMethods(ctx context.Context, _ *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	if _, err := s.begin(ctx, Features); err != nil {
		return nil, err
	}
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: "24.10.0"}, nil
}

// Read tells that s is the leader of a cluster of one, or names the leader it follows.
func (g gossipServer) Read(ctx context.Context, _ *shared.Empty) (*gossip.ClusterInfo, error) {
	if _, err := g.s.begin(ctx, Gossip); err != nil {
		return nil, err
	}
	g.s.mu.Lock()
	leader := g.s.leader
	g.s.mu.Unlock()
	if leader == "" {
		return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{member(g.s.addr, gossip.MemberInfo_Leader)}}, nil
	}
	return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{
		member(g.s.addr, gossip.MemberInfo_Follower), member(leader, gossip.MemberInfo_Leader),
	}}, nil
}

// gossipServer has the Read of gossip, which is not the Read of streams.
type gossipServer struct {
	gossip.UnimplementedGossipServer
	s *Server
}

func member(addr string, state gossip.MemberInfo_VNodeState) *gossip.MemberInfo {
	host, port, _ := net.SplitHostPort(addr)
	n, _ := strconv.Atoi(port)
	return &gossip.MemberInfo{State: state, IsAlive: true, HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(n)}}
}

// Append stores events if the stream is where they expect it, or knows them already.
func (s *Server) Append(call streams.Streams_AppendServer) error {
	fault, err := s.begin(call.Context(), Append)
	if err != nil {
		return err
	}
	options, events, err := s.receive(call)
	if err != nil {
		return err
	}
	resp := s.place(options, events)
	switch fault {
	case LoseAnswer:
		return status.Error(codes.Unavailable, "the stand-in went away")
	case HangAfter:
		<-call.Context().Done()
		return call.Context().Err()
	}
	return call.SendAndClose(resp)
}

// receive returns what an append asks.
func (s *Server) receive(call streams.Streams_AppendServer) (*streams.AppendReq_Options, []*streams.AppendReq_ProposedMessage, error) {
	first, err := call.Recv()
	if err != nil {
		return nil, nil, err
	}
	var events []*streams.AppendReq_ProposedMessage
	for size := 0; ; {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return first.GetOptions(), events, nil
		}
		if err != nil {
			return nil, nil, err
		}
		e := m.GetProposedMessage()
		if size += len(e.Data) + len(e.CustomMetadata); size > s.options.MaxAppend {
			grpc.SetTrailer(call.Context(), metadata.Pairs("exception", "maximum-append-size-exceeded"))
			return nil, nil, status.Error(codes.InvalidArgument, fmt.Sprintf("Maximum Append Size of %d Exceeded.", s.options.MaxAppend))
		}
		events = append(events, e)
	}
}

// place decides on an append.
func (s *Server) place(o *streams.AppendReq_Options, events []*streams.AppendReq_ProposedMessage) *streams.AppendResp {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := string(o.StreamIdentifier.StreamName)
	held := s.byName[name]
	next := revisionAfter(held)
	from := next // the first of the events at the expected revision
	switch e := o.ExpectedStreamRevision.(type) {
	case *streams.AppendReq_Options_Revision:
		from = e.Revision + 1
	case *streams.AppendReq_Options_NoStream:
		from = 0
	}
	if from == next {
		return success(s.store(name, events))
	}
	if known := held[index(held, from):]; same(known, events) {
		return success(known[len(events)-1])
	}
	return wrong(o, held)
}

// revisionAfter is what the next event of a stream gets.
func revisionAfter(held []*recorded) uint64 {
	if len(held) == 0 {
		return 0
	}
	return held[len(held)-1].StreamRevision + 1
}

// index finds a revision, or the next one if there is none, in a stream.
func index(held []*recorded, revision uint64) int {
	return sort.Search(len(held), func(i int) bool { return held[i].StreamRevision >= revision })
}

// same reports whether events are the first of held.
func same(held []*recorded, events []*streams.AppendReq_ProposedMessage) bool {
	if len(held) < len(events) {
		return false
	}
	for i, e := range events {
		if held[i].Id.String() != e.Id.String() {
			return false
		}
	}
	return true
}

// store adds events to a stream and returns the last of them.
func (s *Server) store(name string, events []*streams.AppendReq_ProposedMessage) *recorded {
	for _, e := range events {
		var position uint64
		if n := len(s.all); n > 0 {
			position = s.all[n-1].CommitPosition + 100 + uint64(len(e.Data))
		}
		about := map[string]string{"created": "0"}
		for k, v := range e.Metadata {
			about[k] = v
		}
		r := &recorded{
			Id: e.Id, StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)},
			StreamRevision: revisionAfter(s.byName[name]), PreparePosition: position, CommitPosition: position,
			Metadata: about, CustomMetadata: e.CustomMetadata, Data: e.Data,
		}
		s.all = append(s.all, r)
		s.byName[name] = append(s.byName[name], r)
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return s.all[len(s.all)-1]
}

func success(last *recorded) *streams.AppendResp {
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: last.StreamRevision},
		PositionOption: &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{
			CommitPosition: last.CommitPosition, PreparePosition: last.PreparePosition,
		}},
	}}}
}

func wrong(o *streams.AppendReq_Options, held []*recorded) *streams.AppendResp {
	w := &streams.AppendResp_WrongExpectedVersion{
		CurrentRevisionOption:  &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}},
		ExpectedRevisionOption: &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &shared.Empty{}},
	}
	if n := len(held); n > 0 {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: held[n-1].StreamRevision}
	}
	if e, ok := o.ExpectedStreamRevision.(*streams.AppendReq_Options_Revision); ok {
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: e.Revision}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}}
}
