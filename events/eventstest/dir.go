package eventstest

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Dir is a directory for a test that is about something else than the disk: in memory where
// the system has room there, so that syncing costs nothing. It is removed with the test.
func Dir(t testing.TB) string {
	t.Helper()
	const memory = "/dev/shm"
	var fs unix.Statfs_t
	if err := unix.Statfs(memory, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < 1<<30 {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "guildhall-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
