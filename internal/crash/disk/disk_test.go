//go:build linux

package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/guildhall-dev/guildhall/internal/crash/disk"
)

func TestMain(m *testing.M) {
	disk.Serve()
	os.Exit(m.Run())
}

// save writes a file and its directory so that a cut of the power does not undo it.
func save(dir, name, text string) error {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	d, open := os.Open(dir)
	if open != nil {
		return errors.Join(err, open)
	}
	return errors.Join(err, d.Sync(), d.Close())
}

func mount(t *testing.T, d *disk.Disk) string {
	t.Helper()
	dir, err := d.Mount()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Unmount() })
	return dir
}

func position(t *testing.T, d *disk.Disk) uint64 {
	t.Helper()
	n, err := d.Position()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// after returns what a file says on d after a cut; "" if there is no such file.
func after(t *testing.T, d *disk.Disk, at uint64, left disk.Left, name string) string {
	t.Helper()
	c, _, err := d.Cut(at, left, 1)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(mount(t, c), name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatWasSyncedSurvivesACut(t *testing.T) {
	d := disk.New(t, 32<<20)
	dir := mount(t, d)
	for i, text := range []string{"one", "two", strings.Repeat("long", 50_000)} {
		before := position(t, d)
		if err := save(dir, "safe", text); err != nil {
			t.Fatal(err)
		}
		at := position(t, d)
		for _, left := range []disk.Left{disk.Nothing, disk.All, disk.Some, disk.Torn} {
			if got := after(t, d, at, left, "safe"); got != text {
				t.Errorf("with %s left, %d bytes of file %d survive, want %d", left, len(got), i, len(text))
			}
		}
		if got := after(t, d, before, disk.All, "safe"); got == text {
			t.Errorf("file %d was there before it was written", i)
		}
	}
	fs, err := d.Flushes()
	if err != nil || len(fs) < 3 || fs[len(fs)-1] > position(t, d) {
		t.Errorf("flushed at %d, %v", fs, err)
	}
}

func TestALieLosesWhatWasSynced(t *testing.T) {
	d := disk.New(t, 32<<20)
	dir := mount(t, d)
	if err := save(dir, "safe", "one"); err != nil {
		t.Fatal(err)
	}
	if err := d.Fail(disk.Lies); err != nil {
		t.Fatal(err)
	}
	if err := save(dir, "told", "two"); err != nil {
		t.Fatal(err)
	}
	at := position(t, d)
	if got := after(t, d, at, disk.Nothing, "told"); got != "" {
		t.Errorf("%q is there although no flush was done", got)
	}
	if got := after(t, d, at, disk.All, "told"); got != "two" {
		t.Errorf("%q is there although everything was kept", got)
	}
	if got := after(t, d, at, disk.Nothing, "safe"); got != "one" {
		t.Errorf("%q is what the flush before the lie kept", got)
	}
}

func TestAFailingDiskIsNoticed(t *testing.T) {
	for fault, want := range map[disk.Fault]error{disk.FlushFails: syscall.EIO, disk.WriteFails: syscall.EIO} {
		d := disk.New(t, 32<<20)
		dir := mount(t, d)
		if err := save(dir, "safe", "one"); err != nil {
			t.Fatal(err)
		}
		if err := d.Fail(fault); err != nil {
			t.Fatal(err)
		}
		if err := save(dir, "told", "two"); !errors.Is(err, want) && !errors.Is(err, syscall.EROFS) {
			t.Errorf("%s: saving a file gives %v", fault, err)
		}
		if err := d.Fail(disk.Sound); err != nil {
			t.Fatal(err)
		}
		if err := d.Unmount(); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(filepath.Join(mount(t, d), "safe")); string(text) != "one" {
			t.Errorf("%s: afterwards the file says %q, %v", fault, text, err)
		}
	}
}
