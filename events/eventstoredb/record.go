package eventstoredb

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// naming is what stands before the name of a stream on the server.
type naming string

func (n naming) name(s domain.Stream) string { return string(n) + string(s) }

func (n naming) has(name string) bool { return strings.HasPrefix(name, string(n)) }

// metadata is what the server keeps beside the body of an event.
type metadata struct {
	Format  int             `json:"guildhall"`
	Schema  uint64          `json:"schema"`
	Part    int             `json:"part"` // place in the commit, from 1
	Of      int             `json:"of"`   // events in the commit
	Request json.RawMessage `json:"request"`
}

const format = 1

// A part is an event as the server has it, one of those of a commit.
type part struct {
	events.Record // Revision is that on the server, from 1
	id            uuid.UUID
	at            cursor
	part, of      int
}

// parts reads an event on a stream of ours.
func (n naming) part(e *esdb.RecordedEvent) (part, error) {
	var m metadata
	if err := json.Unmarshal(e.UserMetadata, &m); err != nil {
		return part{}, misfit(e, "has no metadata of a record")
	}
	if m.Format != format || m.Schema == 0 || m.Part < 1 || m.Of < m.Part || len(m.Request) == 0 {
		return part{}, misfit(e, "is not a record of a known format")
	}
	return part{
		Record: events.Record{
			ID: e.EventID.String(), Stream: domain.Stream(strings.TrimPrefix(e.StreamID, string(n))), Revision: e.EventNumber + 1,
			Name: e.EventType, Schema: m.Schema, Meta: m.Request, Body: e.Data,
		},
		id: e.EventID, at: at(e.Position), part: m.Part, of: m.Of,
	}, nil
}

func misfit(e *esdb.RecordedEvent, what string) error {
	return fmt.Errorf("eventstoredb: %w: event %s, number %d of %s, %s", events.ErrCorrupt, e.EventID, e.EventNumber, e.StreamID, what)
}

// follows reports whether p is the next part of the commit that ends with last.
func (p part) follows(last part) bool {
	return p.part == last.part+1 && p.of == last.of && p.Stream == last.Stream &&
		p.Revision == last.Revision+1 && string(p.Meta) == string(last.Meta)
}

// seed names the ids of events for ever; see stableIDs.
var seed = uuid.MustParse("5b0f7a55-4a57-5c0e-9d7e-6d1c8f3f0a11")

// stableIDs are the ids of p's events. They follow from the key, so that all nodes and all
// attempts use the same ones. Without a key they are new.
func stableIDs(p events.Proposal) ([]uuid.UUID, error) {
	ids := make([]uuid.UUID, len(p.Records))
	for i := range ids {
		if p.Request.Key == "" {
			id, err := uuid.NewV7()
			if err != nil {
				return nil, fmt.Errorf("eventstoredb: event id: %w", err)
			}
			ids[i] = id
			continue
		}
		var b []byte
		for _, s := range []string{p.Request.By.Name(), p.Request.Key, p.Digest()} {
			b = fmt.Appendf(b, "%d:%s", len(s), s)
		}
		ids[i] = uuid.NewSHA1(seed, fmt.Appendf(b, "%d", i))
	}
	return ids, nil
}

// data is the form in which the server takes p.
func data(p events.Proposal, ids []uuid.UUID) ([]esdb.EventData, error) {
	out := make([]esdb.EventData, len(p.Records))
	for i, r := range p.Records {
		m, err := json.Marshal(metadata{Format: format, Schema: r.Schema, Part: i + 1, Of: len(p.Records), Request: r.Meta})
		if err != nil {
			return nil, fmt.Errorf("eventstoredb: encode metadata: %w", err)
		}
		out[i] = esdb.EventData{EventID: ids[i], EventType: r.Name, ContentType: esdb.ContentTypeJson, Data: r.Body, Metadata: m}
	}
	return out, nil
}

// A cursor is a place on $all, or before everything on it.
type cursor struct {
	esdb.Position
	begun bool
}

func at(p esdb.Position) cursor { return cursor{p, true} }

func (c cursor) before(d cursor) bool {
	switch {
	case !c.begun || !d.begun:
		return d.begun && !c.begun
	case c.Commit != d.Commit:
		return c.Commit < d.Commit
	}
	return c.Prepare < d.Prepare
}

// from is c in the words of the client.
func (c cursor) from() esdb.AllPosition {
	if !c.begun {
		return esdb.Start{}
	}
	return c.Position
}
