package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// An index finds the last records: those that the tables stream and answer may not have yet.
// The tables follow in batches, in the order of their keys, because a commit that wrote to
// them at once would change a page here and a page there for every record.
//
// Who looks something up asks the index first and the tables then. A tail is forgotten
// only when the tables have it, so that what is in neither did not exist at the first look.
type index struct {
	mu         sync.RWMutex
	young, old *tail // old is on its way to the tables, or nil
}

// A tail is what a run of records adds to the tables.
type tail struct {
	streams map[domain.Stream]row
	answers map[int64]events.Position
	from    events.Position // the last one before the run
	end     events.Position // the last one of the run
}

// A row is how far a stream got and where its last record is. The zero row is that of a new stream.
type row struct {
	revision uint64
	last     events.Position
}

// checksum tells the row of stream s from one that was altered by accident.
func (r row) checksum(s domain.Stream) int64 {
	b := make([]byte, 0, 256)
	b = binary.BigEndian.AppendUint64(b, r.revision)
	b = binary.BigEndian.AppendUint64(b, uint64(r.last))
	return short(append(b, s...))
}

// short is the first 63 bits of the SHA-256 of b.
func short(b []byte) int64 {
	sum := sha256.Sum256(b)
	return int64(binary.BigEndian.Uint64(sum[:]) >> 1)
}

// A tail of this many records is full.
const tailRecords = 16 << 10

// checksum is that of the answers of t. Those of several tails are combined by exclusive or.
func (t *tail) checksum() (sum int64) {
	for slot, p := range t.answers {
		sum ^= answerSum(slot, p)
	}
	return sum
}

// answerSum tells a row of the table answer from one that was altered by accident. It is
// the finalizer of SplitMix64, which every bit of its input reaches; a row has little to mix.
func answerSum(slot int64, p events.Position) int64 {
	z := uint64(slot) + uint64(p)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int64(z ^ z>>31)
}

// endSum is what stands in the same sum for how far the tables are complete.
func endSum(p events.Position) int64 { return answerSum(0, p) }

func newIndex() *index { return &index{young: newTail()} }

func newTail() *tail {
	return &tail{streams: make(map[domain.Stream]row), answers: make(map[int64]events.Position)}
}

func (x *index) stream(s domain.Stream) (r row, found bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if r, found = x.young.streams[s]; !found && x.old != nil {
		r, found = x.old.streams[s]
	}
	return r, found
}

func (x *index) answer(slot int64) (p events.Position, found bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if p, found = x.young.answers[slot]; !found && x.old != nil {
		p, found = x.old.answers[slot]
	}
	return p, found
}

// add puts t behind what x has.
func (x *index) add(t *tail) {
	x.mu.Lock()
	defer x.mu.Unlock()
	maps.Copy(x.young.streams, t.streams)
	maps.Copy(x.young.answers, t.answers)
	x.young.end = t.end
}

// reset puts t in the place of what x has, which the tables have by now.
func (x *index) reset(t *tail) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.young, x.old = t, nil
}

// age makes the young tail the old one.
func (x *index) age() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.young, x.old = newTail(), x.young
	x.young.from, x.young.end = x.old.end, x.old.end
}

// forget drops the old tail.
func (x *index) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.old = nil
}

func (t *tail) full() bool { return t.end-t.from >= tailRecords }

func (t *tail) empty() bool { return t.end == t.from }

// A key is an idempotency key within the requests of one actor. The zero key is none.
type key struct{ actor, text string }

func keyOf(r domain.Request) key {
	if r.Key == "" {
		return key{}
	}
	return key{r.By.Name(), r.Key}
}

// slot is where the search for k begins. A slot may be taken by another key: the record that
// it points to tells whose it is, and the search goes on with the next slot.
func (k key) slot() int64 {
	b := make([]byte, 0, 128)
	b = binary.BigEndian.AppendUint32(b, uint32(len(k.actor)))
	return short(append(append(b, k.actor...), k.text...))
}
