package journal

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// inWords says in plain words that the disk of the file at path is full or fails, if err comes
// from that, and what to do.
func inWords(path string, err error) error {
	switch {
	case domain.AsRefusal(err) != nil:
		return err
	case outOfRoom(path, err):
		return fmt.Errorf("the disk that holds %s is full; free some room on it, then start Guildhall again: %w", path, err)
	case outOfOrder(err):
		return fmt.Errorf("the disk that holds %s is failing or read-only; repair or replace it, then start Guildhall again: %w", path, err)
	}
	return err
}

// full makes a disk that turned out to be full, when nothing was stored yet, a refusal.
func (j *Journal) full(err error) error {
	if err == nil || errors.Is(err, events.ErrUnknownOutcome) || !outOfRoom(j.path, err) {
		return err
	}
	return domain.Refuse(domain.Busy, "DISK_FULL",
		"The disk of the data directory %s is full. Nothing was recorded; everything can still be read. Free some room and try again.", filepath.Dir(j.path))
}

// bare is what err says without what a sentence around it says already.
func bare(err error) string {
	return strings.NewReplacer("journal: ", "", events.ErrUnknownOutcome.Error()+": ", "").Replace(err.Error())
}

// outOfRoom reports whether err comes from a full disk below path. SQLite does not always tell:
// what it cannot map or open there is an I/O error to it.
func outOfRoom(path string, err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		return true
	case sqlite.ResultIOErr, sqlite.ResultCantOpen:
		const least = 1 << 20
		var fs unix.Statfs_t
		return unix.Statfs(path, &fs) == nil && fs.Bavail*uint64(fs.Bsize) < least
	}
	return false
}

// outOfOrder reports whether err comes from a disk that does not do what it is told.
func outOfOrder(err error) bool {
	if errors.Is(err, syscall.EIO) || errors.Is(err, syscall.EROFS) {
		return true
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultIOErr, sqlite.ResultReadOnly:
		return true
	}
	return false
}
