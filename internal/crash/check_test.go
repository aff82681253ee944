//go:build linux

package crash_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// Findings are what is wrong with a log after a crash.
type findings struct {
	lost    []string // acknowledged and not there
	doubled []string // there twice
	changed []string // not what or where it was
	other   []string
}

func (f *findings) none() bool {
	return len(f.lost)+len(f.doubled)+len(f.changed)+len(f.other) == 0
}

func (f *findings) String() string {
	var s string
	for _, kind := range []struct {
		name  string
		cases []string
	}{{"lost", f.lost}, {"doubled", f.doubled}, {"changed", f.changed}, {"other", f.other}} {
		if n := len(kind.cases); n > 0 {
			s += fmt.Sprintf("%d %s, such as %.300s. ", n, kind.name, kind.cases[0])
		}
	}
	return s
}

func (f *findings) otherwise(format string, args ...any) {
	f.other = append(f.other, fmt.Sprintf(format, args...))
}

// A check holds a log to a ledger after a crash.
type check struct {
	findings
	ledger *ledger
	clock  func() uint64 // of the disk

	// What was read so far:
	ids       []string                   // of the records, by position
	ends      map[string]events.Position // of the last record of each commit, by key
	revisions map[domain.Stream]uint64
}

func newCheck(l *ledger, clock func() uint64) *check {
	return &check{ledger: l, clock: clock, ends: map[string]events.Position{}, revisions: map[domain.Stream]uint64{}}
}

// checkLog opens the log in dir as any start of the program would, and checks it. It asks
// again for everything that is in doubt, adds one commit named by again, and notes the
// answers in l. Where known has ids, the records at the first positions must have these. It
// returns the ids of all records.
func checkLog(t *testing.T, dir, again string, l *ledger, known []string, clock func() uint64) (*findings, []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := newCheck(l, clock)
	log, err := openLog(ctx, dir)
	if err != nil {
		c.otherwise("the log does not open: %v", err)
		c.compare(known)
		return &c.findings, nil
	}
	s, err := follow(ctx, dir, log)
	if err != nil {
		c.otherwise("%v", err)
	}
	c.read(ctx, log)
	c.compare(known)
	c.streams(ctx, log)
	c.ask(ctx, log, again)
	c.read(ctx, log)
	if c.none() { // else it would be said twice
		c.compare(nil)
	}
	if s != nil {
		c.views(ctx, t, s)
	}
	if err := log.Close(); err != nil {
		c.otherwise("closing the log: %v", err)
	}
	return &c.findings, c.ids
}

// read takes the records of a log that were not read yet for what they are: commits, one
// behind the other.
func (c *check) read(ctx context.Context, log events.Log) {
	rs := c.records(ctx, log)
	for _, r := range rs {
		if r.Position != events.Position(len(c.ids)+1) {
			c.otherwise("position %d comes behind %d", r.Position, len(c.ids))
		}
		if r.Revision != c.revisions[r.Stream]+1 {
			c.otherwise("revision %d of %s comes behind %d", r.Revision, r.Stream, c.revisions[r.Stream])
		}
		c.revisions[r.Stream] = r.Revision
		c.ids = append(c.ids, r.ID)
	}
	for len(rs) > 0 {
		key := rs[0].Request.Key
		n := slices.IndexFunc(rs, func(r events.Recorded) bool { return r.Request.Key != key })
		if n < 0 {
			n = len(rs)
		}
		c.commit(key, rs[:n])
		rs = rs[n:]
	}
}

func (c *check) records(ctx context.Context, log events.Log) (rs []events.Recorded) {
	head, err := log.Head(ctx)
	if err != nil {
		c.otherwise("head: %v", err)
	}
	from := events.Position(len(c.ids))
	if head <= from {
		return nil
	}
	for r, err := range log.Follow(ctx, from) {
		if err != nil {
			c.otherwise("reading behind position %d: %v", int(from)+len(rs), err)
			break
		}
		if rs = append(rs, r); r.Position >= head {
			break
		}
	}
	return rs
}

// commit holds neighbouring records with one key to the commit that the key stands for.
func (c *check) commit(key string, rs []events.Recorded) {
	if _, twice := c.ends[key]; twice {
		c.doubled = append(c.doubled, key)
		return
	}
	c.ends[key] = rs[len(rs)-1].Position
	if _, tried := c.ledger.tried[key]; !tried {
		c.otherwise("nobody asked for %q", key)
		return
	}
	i := 0
	for _, a := range commitOf(key).Appends {
		for _, e := range a.Events {
			if i < len(rs) && (rs[i].Stream != a.Stream || !reflect.DeepEqual(rs[i].Event, e)) {
				c.changed = append(c.changed, fmt.Sprintf("%s: %s has %v", key, rs[i].Stream, rs[i].Event))
			}
			i++
		}
	}
	switch {
	case len(rs) < i:
		c.otherwise("%s has %d of its %d records", key, len(rs), i)
	case len(rs) > i:
		c.doubled = append(c.doubled, key)
	}
}

// compare holds what was read to what was acknowledged and to what had been read before.
func (c *check) compare(known []string) {
	for key, a := range c.ledger.acked {
		switch end, there := c.ends[key]; {
		case !there:
			c.lost = append(c.lost, fmt.Sprintf("%s, acknowledged at %d", key, a.to))
		case end != a.to:
			c.changed = append(c.changed, fmt.Sprintf("%s was acknowledged at %d and is at %d", key, a.to, end))
		}
	}
	for i := range min(len(known), len(c.ids)) {
		if known[i] != c.ids[i] {
			c.changed = append(c.changed, fmt.Sprintf("position %d holds %s and held %s", i+1, c.ids[i], known[i]))
		}
	}
}

// streams reads every stream by its name and finds everything again.
func (c *check) streams(ctx context.Context, log events.Log) {
	for name, last := range c.revisions {
		var n uint64
		for r, err := range log.Read(ctx, name) {
			if n++; err != nil || r.Revision != n {
				c.otherwise("reading %s, revision %d: %d, %v", name, n, r.Revision, err)
				break
			}
		}
		if n != last {
			c.otherwise("%s has %d records, read by its name %d", name, last, n)
		}
	}
}

// ask asks for what is in doubt, for something that is not, and for something new.
func (c *check) ask(ctx context.Context, log events.Log, again string) {
	keys := append(c.ledger.doubtful(), keyOf(again, 0, 0))
	for key := range c.ledger.acked {
		keys = append(keys, key)
		break
	}
	for _, key := range keys {
		c.ledger.try(key, c.clock())
		p, err := log.Append(ctx, commitOf(key))
		if err != nil {
			c.otherwise("asking for %s: %v", key, err)
			continue
		}
		if end, there := c.ends[key]; there && p != end {
			c.changed = append(c.changed, fmt.Sprintf("%s is at %d; asked again it was acknowledged at %d", key, end, p))
		}
		if err := c.ledger.ack(key, ack{c.clock(), p}); err != nil {
			c.changed = append(c.changed, err.Error())
		}
	}
}

// views compares the read model with one made from nothing.
func (c *check) views(ctx context.Context, t *testing.T, s *store) {
	kept, err := s.digests(ctx, s.leave)
	fresh, failed := digests(ctx, t.TempDir(), s.log)
	if err := errors.Join(err, failed); err != nil {
		c.otherwise("%v", err)
		return
	}
	for i, d := range kept {
		if d != fresh[i] {
			c.otherwise("the read model has other rows in %s than a new one", d.Table)
		}
	}
}
