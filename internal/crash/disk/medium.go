//go:build linux

package disk

import (
	"math/rand/v2"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// A medium is what one disk holds, what it held at first, and how that came to be.
type medium struct {
	clock *Clock

	mu    sync.Mutex
	now   []byte
	first []byte // nil stands for zeros
	log   []entry
	fault Fault
}

// An entry is a write or a flush.
type entry struct {
	flush bool
	off   int
	data  []byte // nil in a write stands for zeros
	size  int
}

const sector = 512

func newMedium(clock string, size int) (*medium, error) {
	c, err := openClock(clock, os.O_RDWR|os.O_CREATE, unix.PROT_READ|unix.PROT_WRITE)
	if err != nil {
		return nil, err
	}
	now, err := zeros(size)
	return &medium{clock: c, now: now}, err
}

// zeros takes memory of which only what is written to counts.
func zeros(size int) ([]byte, error) {
	return unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
}

func (m *medium) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clock.Close()
	unix.Munmap(m.now)
	if m.first != nil {
		unix.Munmap(m.first)
	}
	m.now, m.first, m.log = nil, nil, nil
}

// closed reports whether m is gone: the system lets go of a detached disk a little later.
func (m *medium) closed() bool { return m.now == nil }

func (m *medium) read(into []byte, off int64) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if off >= int64(len(m.now)) {
		return 0
	}
	return copy(into, m.now[off:])
}

// write stores data, or size zeros if data is nil.
func (m *medium) write(off int64, data []byte, size int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed():
		return unix.ENODEV
	case m.fault == WriteFails:
		return unix.EIO
	case m.fault == Full, off+int64(size) > int64(len(m.now)):
		return unix.ENOSPC
	}
	m.record(entry{off: int(off), data: append([]byte(nil), data...), size: size})
	return nil
}

func (m *medium) flush() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed() {
		return unix.ENODEV
	}
	switch m.fault {
	case FlushFails:
		return unix.EIO
	case Lies:
		return nil
	}
	m.record(entry{flush: true})
	return nil
}

func (m *medium) record(e entry) {
	e.apply(m.now)
	m.log = append(m.log, e)
	m.clock.value().Store(uint64(len(m.log)))
}

func (e entry) apply(to []byte) {
	if e.data == nil {
		clear(to[e.off : e.off+e.size])
		return
	}
	copy(to[e.off:], e.data)
}

// sectors are the parts of e that a disk writes whole.
func (e entry) sectors() (parts []entry) {
	for at := 0; at < e.size; at += sector {
		part := entry{off: e.off + at, size: min(sector, e.size-at)}
		if e.data != nil {
			part.data = e.data[at : at+part.size]
		}
		parts = append(parts, part)
	}
	return parts
}

func (m *medium) flushes() (at []uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, e := range m.log {
		if e.flush {
			at = append(at, uint64(i+1))
		}
	}
	return at
}

// cut makes after, which is empty, what m was at a moment, and returns how many writes were
// on their way.
func (m *medium) cut(after *medium, moment Moment) (underway int, err error) {
	m.mu.Lock()
	log := m.log[:min(moment.At, uint64(len(m.log)))]
	m.mu.Unlock() // what is in the log stays as it is
	if after.first, err = zeros(len(m.now)); err != nil {
		return 0, err
	}
	if m.first != nil {
		copySparse(after.first, m.first)
	}
	safe := 0
	for i, e := range log {
		if e.flush {
			safe = i
		}
	}
	chance := rand.New(rand.NewPCG(moment.Seed, moment.At))
	for i, e := range log {
		switch {
		case e.flush:
		case i < safe:
			e.apply(after.first)
		default:
			underway++
			for _, part := range e.left(moment.Left, chance) {
				part.apply(after.first)
			}
		}
	}
	copySparse(after.now, after.first)
	return underway, nil
}

// left is what is left of a write that was on its way.
func (e entry) left(l Left, chance *rand.Rand) (parts []entry) {
	switch l {
	case All:
		return []entry{e}
	case Some:
		if chance.IntN(2) == 0 {
			return []entry{e}
		}
	case Torn:
		for _, part := range e.sectors() {
			if chance.IntN(2) == 0 {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// copySparse copies without touching pages that hold only zeros on both sides.
func copySparse(to, from []byte) {
	const page = 4096
	var zero [page]byte
	for at := 0; at < len(from); at += page {
		part := from[at:min(at+page, len(from))]
		if string(part) != string(zero[:len(part)]) {
			copy(to[at:], part)
		}
	}
}
