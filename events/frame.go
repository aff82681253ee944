package events

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/guildhall-dev/guildhall/domain"
)

// A frame is what groups and proposals are stored and sent in: four bytes that name the
// kind and its format, the CRC-32C of the rest, and the rest. In it all numbers have 64
// bits, big-endian, and texts stand behind their length.
const (
	groupFrame    = "GHG1"
	proposalFrame = "GHP1"
	frameHead     = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func begin(kind string, room int) []byte {
	return append(make([]byte, 0, frameHead+room), kind+"\x00\x00\x00\x00"...)
}

func finish(frame []byte) []byte {
	binary.BigEndian.PutUint32(frame[4:], crc32.Checksum(frame[frameHead:], castagnoli))
	return frame
}

// MarshalBinary returns g as ParseGroup reads it. It does not fail.
func (g Group) MarshalBinary() ([]byte, error) {
	b := begin(groupFrame, 64+sizeOf(g.Records))
	b = binary.BigEndian.AppendUint64(b, uint64(g.First))
	b = append(b, g.Previous[:]...)
	return finish(appendRecords(b, g.Records)), nil
}

// ParseGroup is the inverse of Group.MarshalBinary. What is not whole is ErrCorrupt.
func ParseGroup(frame []byte) (g Group, err error) {
	p, err := parse(groupFrame, frame)
	if err != nil {
		return g, err
	}
	g.First = Position(p.number())
	copy(g.Previous[:], p.take(len(g.Previous)))
	g.Records = p.records()
	return g, p.end()
}

// MarshalBinary returns p as ParseProposal reads it. It does not fail.
func (p Proposal) MarshalBinary() ([]byte, error) {
	b := begin(proposalFrame, 64+64*len(p.Expected)+sizeOf(p.Records))
	b = binary.BigEndian.AppendUint64(b, uint64(len(p.Expected)))
	for _, e := range p.Expected {
		b = binary.BigEndian.AppendUint64(appendText(b, e.Stream), e.Revision)
	}
	return finish(appendRecords(b, p.Records)), nil
}

// ParseProposal is the inverse of Proposal.MarshalBinary. What is not whole is ErrCorrupt.
func ParseProposal(frame []byte) (out Proposal, err error) {
	p, err := parse(proposalFrame, frame)
	if err != nil {
		return out, err
	}
	for range p.count() {
		out.Expected = append(out.Expected, Expected{domain.Stream(p.text()), p.number()})
	}
	out.Records = p.records()
	if err := p.end(); err != nil {
		return out, err
	}
	if len(out.Records) == 0 {
		return out, fmt.Errorf("%w: a proposal of nothing", ErrCorrupt)
	}
	var m meta
	if err := m.decode(out.Records[0].Meta); err != nil {
		return out, fmt.Errorf("%w: metadata of a proposal: %w", ErrCorrupt, err)
	}
	out.Request = domain.Request(m)
	for i := range out.Records {
		if string(out.Records[i].Meta) != string(out.Records[0].Meta) {
			return out, fmt.Errorf("%w: a proposal of several requests", ErrCorrupt)
		}
		out.Records[i].request = &out.Request
	}
	return out, out.fits()
}

func sizeOf(rs []Record) (n int) {
	for _, r := range rs {
		n += r.Size() + 128
	}
	return n
}

// GroupSize is the number of bytes that p adds to the frame of a group.
func (p Proposal) GroupSize() (n int) {
	const id, numbers, lengths = 36, 2 * 8, 5 * 8
	for _, r := range p.Records {
		n += 1 + id + numbers + lengths + len(r.Stream) + len(r.Name) + r.Size()
	}
	return n
}

// GroupHead is the number of bytes of a group's frame beside its commits.
const GroupHead = frameHead + 8 + sha256.Size + 8

// appendRecords appends the number of records and every record in its canonical form.
func appendRecords(b []byte, rs []Record) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(rs)))
	for _, r := range rs {
		b = r.appendCanonical(b)
	}
	return b
}

// A parser takes a frame apart. After its first error it yields zeros.
type parser struct {
	rest []byte
	err  error
}

var errShort = errors.New("ends too early")

func parse(kind string, frame []byte) (*parser, error) {
	if len(frame) < frameHead || string(frame[:4]) != kind {
		return nil, fmt.Errorf("%w: not a frame of kind %s", ErrCorrupt, kind)
	}
	if crc32.Checksum(frame[frameHead:], castagnoli) != binary.BigEndian.Uint32(frame[4:]) {
		return nil, fmt.Errorf("%w: a frame of kind %s does not have its checksum", ErrCorrupt, kind)
	}
	return &parser{rest: frame[frameHead:]}, nil
}

// take returns the next n bytes, which belong to the frame.
func (p *parser) take(n int) []byte {
	if p.err == nil && (n < 0 || n > len(p.rest)) {
		p.err = errShort
	}
	if p.err != nil {
		return nil
	}
	b := p.rest[:n:n]
	p.rest = p.rest[n:]
	return b
}

func (p *parser) number() uint64 {
	b := p.take(8)
	if b == nil {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

// count is a number of things that take at least a byte each.
func (p *parser) count() int {
	n := p.number()
	if p.err == nil && n > uint64(len(p.rest)) {
		p.err = errShort
	}
	if p.err != nil {
		return 0
	}
	return int(n)
}

func (p *parser) text() []byte { return p.take(p.count()) }

func (p *parser) records() (rs []Record) {
	for range p.count() {
		if format := p.take(1); p.err == nil && format[0] != canonicalFormat {
			p.err = fmt.Errorf("record of format %d", format[0])
		}
		r := Record{ID: string(p.text()), Stream: domain.Stream(p.text()), Revision: p.number(), Name: string(p.text()), Schema: p.number(), Meta: p.text(), Body: p.text()}
		if p.err != nil {
			return nil
		}
		rs = append(rs, r)
	}
	return rs
}

func (p *parser) end() error {
	if p.err == nil && len(p.rest) > 0 {
		p.err = fmt.Errorf("%d bytes too many", len(p.rest))
	}
	if p.err != nil {
		return fmt.Errorf("%w: a frame %w", ErrCorrupt, p.err)
	}
	return nil
}
