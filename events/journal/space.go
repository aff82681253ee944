package journal

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/guildhall-dev/guildhall/domain"
)

// A reserve is the room on a disk that commits must leave free, so that those that were taken
// can be finished and the rest of the machine goes on.
type reserve struct {
	dir   string
	bytes uint64

	mu    sync.Mutex
	asked time.Time
	err   error
}

// reserveBytes is the reserve if nothing else was said.
const reserveBytes = 64 << 20

// Reserve sets how many bytes commits leave free on the disk, 64 MiB if nothing else is said.
func (l *Log) Reserve(bytes uint64) {
	l.reserve.mu.Lock()
	defer l.reserve.mu.Unlock()
	l.reserve.bytes, l.reserve.asked = bytes, time.Time{}
}

// room refuses (DISK_FULL) while less than the reserve is free. It asks the disk once a second.
func (r *reserve) room() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.asked) < time.Second {
		return r.err
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(r.dir, &fs); err != nil {
		return fmt.Errorf("journal: look at the disk: %w", err)
	}
	r.asked, r.err = time.Now(), nil
	if free := fs.Bavail * uint64(fs.Bsize); free < r.bytes {
		r.err = domain.Refuse(domain.Busy, "DISK_FULL",
			"The disk of the data directory %s is nearly full (%d MB are free, %d MB are needed). Nothing is recorded until there is room; everything can still be read. Free some room and try again.",
			r.dir, free>>20, r.bytes>>20)
	}
	return r.err
}
