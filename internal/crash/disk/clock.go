//go:build linux

package disk

import (
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Clock tells the position of a disk to any process, without asking for it. A write that
// was answered before Now was called is part of what Now returns.
type Clock struct{ shared []byte }

// OpenClock opens the clock of a disk, see Disk.Clock.
func OpenClock(name string) (*Clock, error) { return openClock(name, os.O_RDONLY, unix.PROT_READ) }

func openClock(name string, flag, access int) (*Clock, error) {
	f, err := os.OpenFile(name, flag, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if flag&os.O_CREATE != 0 {
		if err := f.Truncate(8); err != nil {
			return nil, err
		}
	}
	shared, err := unix.Mmap(int(f.Fd()), 0, 8, access, unix.MAP_SHARED)
	return &Clock{shared}, err
}

// Now is the number of writes and flushes so far.
func (c *Clock) Now() uint64 { return c.value().Load() }

func (c *Clock) value() *atomic.Uint64 { return (*atomic.Uint64)(unsafe.Pointer(&c.shared[0])) }

// Close ends the use of c.
func (c *Clock) Close() error { return unix.Munmap(c.shared) }
