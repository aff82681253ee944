package eventstoredb

import (
	"context"
	"fmt"
	"maps"

	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// An intake puts the events of one subscription together: into commits, and these into
// groups for the journal. While the journal makes one group durable the next one comes in.
type intake struct {
	tail *tail
	up   cursor // of the last event or checkpoint taken
	open []part // of a commit that is not complete
	group
}

// A group is what the journal is given at once.
type group struct {
	place    // behind the group
	records  []events.Record
	first    events.Position
	previous events.Hash
	size     int
	keys     map[key]bool             // of the group's commits
	voids    map[domain.Stream]uint64 // found in the group
	arrivals map[uuid.UUID]arrival
	handled  cursor
	begun    bool
}

// A key is an idempotency key within the requests of one actor.
type key struct{ actor, text string }

// collect takes d and what is there behind it, and moves it into the journal.
func (in *intake) collect(ctx context.Context, d delivery, more <-chan delivery) error {
	const most, mostBytes = 1024, 8 << 20
	err := in.take(ctx, d)
	for err == nil && len(in.records) < most && in.size < mostBytes {
		select {
		case d = <-more:
			err = in.take(ctx, d)
			continue
		default:
		}
		break
	}
	if flushed := in.flush(ctx); flushed != nil {
		return flushed
	}
	return err
}

// take adds d to the group, if it makes a commit complete.
func (in *intake) take(ctx context.Context, d delivery) error {
	in.begin()
	switch {
	case d.err != nil:
		return d.err
	case d.passed != nil:
		if len(in.open) == 0 && in.handled.before(at(*d.passed)) {
			in.up, in.handled = at(*d.passed), at(*d.passed)
		}
		return nil
	case !in.up.before(at(d.event.Position)) || !in.tail.streams.has(d.event.StreamID):
		return nil
	}
	p, err := in.tail.streams.part(d.event)
	if err != nil {
		return err
	}
	if p.part != 1 && len(in.open) == 0 || len(in.open) > 0 && !p.follows(in.open[len(in.open)-1]) {
		return misfit(d.event, fmt.Sprintf("is part %d of a commit of %d that is not complete before it", p.part, p.of))
	}
	in.up = p.at
	if in.open = append(in.open, p); p.part < p.of {
		return nil
	}
	commit := in.open
	in.open = nil
	return in.add(ctx, commit)
}

func (in *intake) begin() {
	if in.begun {
		return
	}
	t := in.tail
	in.group = group{
		place: t.place, first: t.position + 1, previous: t.hash, handled: t.passed(), begun: true,
		keys: make(map[key]bool), voids: make(map[domain.Stream]uint64), arrivals: make(map[uuid.UUID]arrival),
	}
}

// add puts a complete commit behind the group, or finds it void.
func (in *intake) add(ctx context.Context, commit []part) error {
	last := commit[len(commit)-1]
	in.tail.counts.raise(last.Stream, last.Revision)
	shift := in.tail.held(last.Stream, 0) + in.voids[last.Stream]
	records := make([]events.Record, len(commit))
	for i, p := range commit {
		p.Revision -= min(shift, p.Revision)
		records[i] = p.Record
	}
	void, err := in.void(ctx, records)
	if err != nil {
		return err
	}
	in.at, in.id, in.handled = last.at, last.id, last.at
	if void {
		in.voids[last.Stream] += uint64(len(commit))
		in.arrivals[last.id] = arrival{void: true}
		return nil
	}
	for _, r := range records {
		in.position, in.hash = in.position+1, r.After(in.hash)
		in.size += r.Size()
	}
	in.records = append(in.records, records...)
	in.arrivals[last.id] = arrival{position: in.position}
	return nil
}

// void reports whether an earlier commit used the key of this one. On every node and at all
// times the first commit on $all is the one that counts.
func (in *intake) void(ctx context.Context, commit []events.Record) (bool, error) {
	req, err := commit[0].Request()
	if err != nil || req.Key == "" {
		return false, err
	}
	k := key{req.By.Name(), req.Key}
	if in.keys[k] {
		return true, nil
	}
	in.keys[k] = true
	req.Digest = events.Digest(req, commit)
	r, found, err := in.tail.journal.Answered(context.WithoutCancel(ctx), req)
	if domain.AsRefusal(err) != nil {
		return true, nil
	}
	return found && r.Position != in.position+events.Position(len(commit)), err
}

// flush makes the group durable and tells who waits for it.
func (in *intake) flush(ctx context.Context) error {
	if !in.begun {
		return nil
	}
	g := in.group
	in.group = group{}
	t := in.tail
	if len(g.records) > 0 {
		err := t.journal.Accept(context.WithoutCancel(ctx), events.Group{First: g.first, Previous: g.previous, Records: g.records})
		if err != nil {
			return fmt.Errorf("eventstoredb: %w", err)
		}
	}
	t.place = g.place
	t.mu.Lock()
	defer t.mu.Unlock()
	for s, n := range g.voids {
		t.voids[s] += n
	}
	for id, a := range g.arrivals {
		for _, w := range t.waiting[id] {
			select {
			case w <- a:
			default:
			}
		}
	}
	maps.DeleteFunc(t.waiting, func(id uuid.UUID, _ []chan<- arrival) bool { _, came := g.arrivals[id]; return came })
	t.handled = g.handled
	close(t.moved)
	t.moved = make(chan struct{})
	return nil
}
