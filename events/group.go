package events

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Record is a fact in the form in which it is stored, hashed and sent between nodes.
type Record struct {
	ID       string // UUIDv7
	Stream   domain.Stream
	Revision uint64
	Name     string // the event's stored name
	Schema   uint64 // version of the body's shape, from 1
	Meta     []byte // the request as JSON, the same bytes for every record of a commit
	Body     []byte // the event as JSON

	request *domain.Request // what Meta says, if that is known
}

// A Hash stands for a record and all records before it. The zero Hash is that of an empty log.
type Hash [sha256.Size]byte

// A Group is a run of records that take their places in the log together. It holds
// whole commits: one key's records are never spread over two groups.
type Group struct {
	First    Position // of the first record
	Previous Hash     // of the record before it
	Records  []Record
}

// Last is the position of g's last record.
func (g Group) Last() Position { return g.First + Position(len(g.Records)) - 1 }

// appendCanonical appends r's canonical form to b: a format number, then every field in the
// order of the struct, text behind its length and all numbers in 64 bits, big-endian.
func (r Record) appendCanonical(b []byte) []byte {
	b = append(b, canonicalFormat)
	b = appendText(b, r.ID)
	b = appendText(b, r.Stream)
	b = binary.BigEndian.AppendUint64(b, r.Revision)
	b = appendText(b, r.Name)
	b = binary.BigEndian.AppendUint64(b, r.Schema)
	b = appendText(b, r.Meta)
	return appendText(b, r.Body)
}

const canonicalFormat = 1

func appendText[T ~string | ~[]byte](b []byte, s T) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(s))), s...)
}

// After returns the hash of a log that ends with r behind records that hash to previous:
// SHA-256 over previous and r's canonical form.
func (r Record) After(previous Hash) Hash {
	var room [1024]byte
	b := room[:0]
	if n := 256 + len(r.Meta) + len(r.Body); n > len(room) {
		b = make([]byte, 0, n)
	}
	return sha256.Sum256(r.appendCanonical(append(b, previous[:]...)))
}

// Request returns the request r came from.
func (r Record) Request() (domain.Request, error) {
	if r.request != nil {
		return *r.request, nil
	}
	var m meta
	if err := m.decode(r.Meta); err != nil {
		return domain.Request{}, fmt.Errorf("events: %w: metadata of record %s: %w", ErrCorrupt, r.ID, err)
	}
	return domain.Request(m), nil
}

// Form is the form in which r stores its event.
func (r Record) Form() domain.Form { return domain.Form{Name: r.Name, Schema: r.Schema} }

// Size is that of the parts of r that grow with what it says, in bytes.
func (r Record) Size() int { return len(r.Meta) + len(r.Body) }

// stored returns the request and the facts of commit in the form that is stored: the
// request names its time in UTC and its effective date in any case.
func (c Codec) stored(commit Commit) (domain.Request, []Record, error) {
	m := meta(commit.Request)
	m.On = commit.Request.Today()
	m.At = m.At.UTC()
	about, err := m.encode()
	if err != nil {
		return domain.Request{}, nil, fmt.Errorf("events: encode request: %w", err)
	}
	req := domain.Request(m)
	var rs []Record
	for _, a := range commit.Appends {
		for _, e := range a.Events {
			form, body, err := c.Encode(e)
			if err != nil {
				return domain.Request{}, nil, err
			}
			rs = append(rs, Record{Stream: a.Stream, Name: form.Name, Schema: form.Schema, Meta: about, Body: body, request: &req})
		}
	}
	return req, rs, nil
}

// Recorded returns the fact that r stores at position p, in a commit that begins lead records
// before it.
func (c Codec) Recorded(p Position, lead int, r Record) (Recorded, error) {
	req, err := r.Request()
	if err != nil {
		return Recorded{}, err
	}
	e, err := c.Decode(r.Form(), r.Body)
	if err != nil {
		return Recorded{}, err
	}
	return Recorded{ID: r.ID, Stream: r.Stream, Revision: r.Revision, Position: p, First: p - Position(lead), Request: req, Event: e}, nil
}
