package standin

import (
	"context"
	"math"
	"slices"
	"sort"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

type options = streams.ReadReq_Options

// Read reads a stream or $all in either direction, or subscribes to $all.
func (s *Server) Read(r *streams.ReadReq, call streams.Streams_ReadServer) error {
	o := r.GetOptions()
	kind := ReadAll
	switch {
	case o.GetSubscription() != nil:
		kind = Subscribe
	case o.GetStream() != nil:
		kind = ReadStream
	}
	fault, err := s.begin(call.Context(), kind)
	if err != nil {
		return err
	}
	if kind == Subscribe {
		return s.subscribe(o, call, fault)
	}
	if fault == UnknownMessage {
		if err := call.Send(&streams.ReadResp{}); err != nil {
			return err
		}
	}
	events, found := s.page(o)
	if !found {
		return call.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
			StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: o.GetStream().StreamIdentifier},
		}})
	}
	for _, e := range events {
		if err := send(call, e, kind == ReadAll); err != nil {
			return err
		}
	}
	return nil
}

// page returns the events that a read asks for, and whether there is such a stream.
func (s *Server) page(o *options) (events []*recorded, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	events = s.all
	from := 0
	switch at := o.GetAll().GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Position:
		from = sort.Search(len(events), func(i int) bool { return events[i].CommitPosition >= at.Position.CommitPosition })
	case *streams.ReadReq_Options_AllOptions_End:
		from = len(events)
	}
	if st := o.GetStream(); st != nil {
		if events = s.byName[string(st.StreamIdentifier.StreamName)]; len(events) == 0 {
			return nil, false
		}
		switch at := st.RevisionOption.(type) {
		case *streams.ReadReq_Options_StreamOptions_Revision:
			from = index(events, at.Revision)
		case *streams.ReadReq_Options_StreamOptions_End:
			from = len(events)
		}
	}
	from = min(from, len(events))
	if o.ReadDirection == streams.ReadReq_Options_Backwards {
		events = slices.Clone(events[:from])
		slices.Reverse(events)
	} else {
		events = slices.Clone(events[from:])
	}
	return events[:min(uint64(len(events)), o.GetCount())], true
}

// send sends e. The real server tells positions only of what was read from $all.
func send(call streams.Streams_ReadServer, e *recorded, positions bool) error {
	read := &streams.ReadResp_ReadEvent{Event: e, Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: e.CommitPosition}}
	if !positions {
		read = &streams.ReadResp_ReadEvent{Event: &recorded{
			Id: e.Id, StreamIdentifier: e.StreamIdentifier, StreamRevision: e.StreamRevision, Metadata: e.Metadata,
			CustomMetadata: e.CustomMetadata, Data: e.Data, CommitPosition: math.MaxUint64, PreparePosition: math.MaxUint64,
		}}
	}
	return call.Send(&streams.ReadResp{Content: &streams.ReadResp_Event{Event: read}})
}

// subscribe sends $all from a position on, and then what comes.
func (s *Server) subscribe(o *options, call streams.Streams_ReadServer, fault Fault) error {
	if fault != Malformed {
		err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
			Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: "stand-in"},
		}})
		if err != nil {
			return err
		}
	}
	if fault == UnknownMessage || fault == Malformed {
		if err := call.Send(&streams.ReadResp{}); err != nil {
			return err
		}
	}
	if fault == Mute {
		<-call.Context().Done()
		return context.Cause(call.Context())
	}
	s.mu.Lock()
	lives := s.lives
	s.mu.Unlock()
	sub := subscription{call: call, options: o}
	sub.after, sub.fresh = position(o)
	if fault == Again {
		sub.fresh = sub.fresh || sub.after == 0
		sub.after--
	}
	for {
		batch, changed := s.behind(sub.after, sub.fresh)
		if err := sub.deliver(batch); err != nil {
			return err
		}
		if len(batch) > 0 {
			continue
		}
		if err := sub.caughtUp(); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-lives:
			return status.Error(codes.Unavailable, "the stand-in dropped the subscription")
		case <-call.Context().Done():
			return context.Cause(call.Context())
		}
	}
}

// position is where a subscription starts, and whether even position 0 is behind that.
func position(o *options) (after uint64, fresh bool) {
	if at, ok := o.GetAll().GetAllOption().(*streams.ReadReq_Options_AllOptions_Position); ok {
		return at.Position.CommitPosition, false
	}
	return 0, true
}

// behind returns some of the events after a position, and what is closed when there are more.
func (s *Server) behind(after uint64, fresh bool) ([]*recorded, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := sort.Search(len(s.all), func(i int) bool { return fresh || s.all[i].CommitPosition > after })
	return slices.Clone(s.all[from:min(from+500, len(s.all))]), s.changed
}

type subscription struct {
	call    streams.Streams_ReadServer
	options *options
	after   uint64
	fresh   bool // nothing was passed yet
	skipped uint32
	told    bool // that it caught up
}

func (s *subscription) deliver(batch []*recorded) error {
	filter := s.options.GetFilter()
	for _, e := range batch {
		s.after, s.fresh = e.CommitPosition, false
		if matches(filter, e) {
			if err := send(s.call, e, true); err != nil {
				return err
			}
			continue
		}
		if s.skipped++; s.skipped%max(filter.GetMax()*filter.GetCheckpointIntervalMultiplier(), 1) != 0 {
			continue
		}
		err := s.call.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
			Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: e.CommitPosition, PreparePosition: e.PreparePosition},
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *subscription) caughtUp() error {
	if s.told {
		return nil
	}
	s.told = true
	return s.call.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}})
}

func matches(f *streams.ReadReq_Options_FilterOptions, e *recorded) bool {
	if f == nil {
		return true
	}
	value, expression := string(e.StreamIdentifier.StreamName), f.GetStreamIdentifier()
	if f.GetEventType() != nil {
		value, expression = e.Metadata["type"], f.GetEventType()
	}
	return slices.ContainsFunc(expression.GetPrefix(), func(p string) bool { return strings.HasPrefix(value, p) })
}
