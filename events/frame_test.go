package events_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"reflect"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

var group = events.Group{First: 7, Previous: events.Hash{1, 2, 3}, Records: []events.Record{sample, sample}}

func proposal(t *testing.T) events.Proposal {
	t.Helper()
	p, err := events.NewCodec([]domain.Event{added{}}).Propose(events.Commit{
		Request: domain.Request{By: domain.Actor{Person: "ana"}, At: time.Unix(1, 2), Key: "k"},
		Appends: []events.Append{
			{Stream: "tally-one", Expected: 4, Events: []domain.Event{added{N: 1}, added{N: 2}}},
			{Stream: "tally-two", Expected: events.Any, Events: []domain.Event{added{N: 3}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAFrameHoldsAllOfIt(t *testing.T) {
	frame, err := group.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := events.ParseGroup(frame); err != nil || !reflect.DeepEqual(got, group) {
		t.Errorf("got %+v, %v, want %+v", got, err, group)
	}
	p := proposal(t)
	if frame, err = p.MarshalBinary(); err != nil {
		t.Fatal(err)
	}
	got, err := events.ParseProposal(frame)
	if err != nil || !reflect.DeepEqual(got, p) || got.Digest() != p.Digest() {
		t.Errorf("got %+v, %v, want %+v", got, err, p)
	}
}

func TestADamagedFrameSaysSo(t *testing.T) {
	g, _ := group.MarshalBinary()
	p, _ := proposal(t).MarshalBinary()
	for name, c := range map[string]struct {
		frame []byte
		parse func([]byte) error
	}{
		"group":    {g, func(b []byte) error { _, err := events.ParseGroup(b); return err }},
		"proposal": {p, func(b []byte) error { _, err := events.ParseProposal(b); return err }},
	} {
		for i := range c.frame {
			c.frame[i] ^= 0x10
			if err := c.parse(c.frame); !errors.Is(err, events.ErrCorrupt) {
				t.Fatalf("%s with byte %d altered: %v", name, i, err)
			}
			c.frame[i] ^= 0x10
			if err := c.parse(c.frame[:i]); !errors.Is(err, events.ErrCorrupt) {
				t.Fatalf("%s cut at %d: %v", name, i, err)
			}
		}
		if err := c.parse(append(c.frame[:len(c.frame):len(c.frame)], 0)); !errors.Is(err, events.ErrCorrupt) {
			t.Errorf("%s with a byte more: %v", name, err)
		}
	}
}

// framed puts what a fuzzer found behind the head that goes with it.
func framed(kind string, rest []byte) []byte {
	sum := crc32.Checksum(rest, crc32.MakeTable(crc32.Castagnoli))
	return append(binary.BigEndian.AppendUint32([]byte(kind), sum), rest...)
}

func FuzzParseGroup(f *testing.F) {
	g, _ := group.MarshalBinary()
	f.Add(g[8:])
	f.Fuzz(func(t *testing.T, rest []byte) {
		frame := framed("GHG1", rest)
		g, err := events.ParseGroup(frame)
		if err != nil {
			if !errors.Is(err, events.ErrCorrupt) {
				t.Error(err)
			}
			return
		}
		if again, err := g.MarshalBinary(); err != nil || !bytes.Equal(again, frame) {
			t.Errorf("%x became %x, %v", frame, again, err)
		}
	})
}

func FuzzParseProposal(f *testing.F) {
	p, err := events.NewCodec([]domain.Event{added{}}).Propose(events.Commit{Request: by("k", "d"), Appends: []events.Append{
		{Stream: tally, Expected: events.Any, Events: []domain.Event{added{1}, added{2}}}, {Stream: "tally-two", Events: []domain.Event{added{3}}},
	}})
	if err != nil {
		f.Fatal(err)
	}
	whole, _ := p.MarshalBinary()
	f.Add(whole[8:])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, rest []byte) {
		frame := framed("GHP1", rest)
		p, err := events.ParseProposal(frame)
		if err != nil {
			if !errors.Is(err, events.ErrCorrupt) && domain.AsRefusal(err) == nil {
				t.Error(err)
			}
			return
		}
		if again, err := p.MarshalBinary(); err != nil || !bytes.Equal(again, frame) {
			t.Errorf("%x became %x, %v", frame, again, err)
		}
	})
}

func TestASizeInAGroupIsThatOfTheFrame(t *testing.T) {
	p := proposal(t)
	for i := range p.Records {
		p.Records[i].ID = sample.ID
	}
	frame, err := events.Group{First: 1, Records: p.Records}.MarshalBinary()
	if want := events.GroupHead + p.GroupSize(); err != nil || len(frame) != want {
		t.Errorf("the frame has %d bytes, %v; said were %d", len(frame), err, want)
	}
}
