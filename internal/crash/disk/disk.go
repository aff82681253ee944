//go:build linux

// Package disk gives tests a disk that remembers every write and flush in order, so that a
// test can have the disk as it was when the power failed at any moment.
//
// What was written before a flush is safe. What was written after the last flush was on its
// way: a real disk may have kept all of it, none, some writes, or some sectors of a write,
// and Cut can give each of these. The disk can also fail, be full, or lie about flushes.
//
// A disk is one file of a FUSE file system, served by a child process, behind a loop device
// with ext4 on it. Nothing in the kernel has to be prepared; the test must run as root.
package disk

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A Disk holds one ext4 file system. Its methods are for one goroutine.
type Disk struct {
	server *server
	id     int
	mount  string
	in     bool // mounted
}

// A Left says what is left of the writes that no flush had made safe.
type Left uint8

const (
	Nothing Left = iota // every one is gone
	All                 // every one is there
	Some                // each is there or is not
	Torn                // each of their 512-byte sectors is there or is not
)

func (l Left) String() string { return [...]string{"none", "all", "some", "torn"}[l] }

// A Fault is how a disk misbehaves.
type Fault uint8

const (
	Sound      Fault = iota
	FlushFails       // a flush is an I/O error and makes nothing safe
	WriteFails       // a write is an I/O error and changes nothing
	Full             // a write finds no space and changes nothing
	Lies             // a flush is acknowledged and makes nothing safe
)

func (f Fault) String() string {
	return [...]string{"sound", "flush fails", "write fails", "full", "lies"}[f]
}

// required names the variable that makes a test fail, not skip, where a disk cannot be had.
const required = "REQUIRE_CRASH_RIG"

// New returns a disk of size bytes with an empty file system. It lasts until the test ends,
// by whatever end. Where the machine has no such disks the test is skipped, or fails if
// REQUIRE_CRASH_RIG is set.
func New(t testing.TB, size int64) *Disk {
	t.Helper()
	d, err := create(t, size)
	if err == nil {
		return d
	}
	if os.Getenv(required) != "" {
		t.Fatalf("There is no disk whose power could be cut, and %s asks for one: %v", required, err)
	}
	t.Skipf("There is no disk whose power could be cut: %v. It takes root, /dev/fuse, /dev/loop-control and mkfs.ext4.", err)
	return nil
}

func create(t testing.TB, size int64) (*Disk, error) {
	if os.Geteuid() != 0 {
		return nil, os.ErrPermission
	}
	s, err := start()
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("disk: %v", err)
		}
	})
	d := &Disk{server: s}
	if err := s.call("Create", size, &d.id); err != nil {
		return nil, err
	}
	return d, d.format()
}

func (d *Disk) format() error {
	loop, err := attach(d.file())
	if err != nil {
		return err
	}
	defer loop.Close()
	mkfs, err := exec.LookPath("mkfs.ext4")
	if err != nil {
		mkfs = "/usr/sbin/mkfs.ext4"
	}
	out, err := exec.Command(mkfs, "-q", "-F", "-b", "4096", "-m", "0",
		"-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", loop.Name()).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mkfs.ext4: %w: %s", err, out)
	}
	return nil
}

func (d *Disk) file() string { return filepath.Join(d.server.dir, files, strconv.Itoa(d.id)) }

// Number tells d from the other disks of a test.
func (d *Disk) Number() int { return d.id }

// Clock is the name of a file for OpenClock that tells the position of d.
func (d *Disk) Clock() string { return filepath.Join(d.server.dir, strconv.Itoa(d.id)+".clock") }

// ErrTornFileSystem reports that the file system's own structures were torn so that it does
// not mount: sectors of 512 bytes are smaller than it takes for granted.
var ErrTornFileSystem = errors.New("disk: the file system itself was torn")

// Mount mounts the file system, which recovers if it has to, and returns where.
func (d *Disk) Mount() (dir string, err error) {
	d.mount = filepath.Join(d.server.dir, strconv.Itoa(d.id))
	if err := os.Mkdir(d.mount, 0o700); err != nil && !os.IsExist(err) {
		return "", err
	}
	loop, err := attach(d.file())
	if err != nil {
		return "", err
	}
	defer loop.Close()
	err = unix.Mount(loop.Name(), d.mount, "ext4", 0, "")
	if errors.Is(err, unix.EBADMSG) || errors.Is(err, unix.EUCLEAN) {
		return "", fmt.Errorf("%w: %w", ErrTornFileSystem, err)
	}
	if err != nil {
		return "", fmt.Errorf("mount %s: %w", loop.Name(), err)
	}
	d.in = true
	return d.mount, nil
}

// Unmount writes everything to the disk and detaches it. If it is in use it is detached as
// soon as it is not, and that is an error.
func (d *Disk) Unmount() error {
	if !d.in {
		return nil
	}
	d.in = false
	err := unix.Unmount(d.mount, 0)
	if err != nil {
		return fmt.Errorf("unmount %s: %w", d.mount, cmp.Or(unix.Unmount(d.mount, unix.MNT_DETACH), err))
	}
	return nil
}

// Position is the number of writes and flushes so far.
func (d *Disk) Position() (n uint64, err error) {
	c, err := OpenClock(d.Clock())
	if err != nil {
		return 0, err
	}
	return c.Now(), c.Close()
}

// Flushes are the positions at which d had just been flushed, in order.
func (d *Disk) Flushes() (at []uint64, err error) {
	return at, d.server.call("Flushes", d.id, &at)
}

// Fail makes d misbehave, or sound again.
func (d *Disk) Fail(f Fault) error {
	return d.server.call("Fail", Failure{d.id, f}, new(int))
}

// Cut returns another disk: what d was when the power failed at a position. The seed decides
// what is left by chance. It also returns how many writes were on their way.
func (d *Disk) Cut(at uint64, left Left, seed uint64) (after *Disk, underway int, err error) {
	var made Image
	if err := d.server.call("Cut", Moment{d.id, at, left, seed}, &made); err != nil {
		return nil, 0, err
	}
	return &Disk{server: d.server, id: made.Disk}, made.Underway, nil
}

// Close unmounts d and gives its memory back. The last disk of a test need not be closed.
func (d *Disk) Close() error {
	if err := d.Unmount(); err != nil {
		return err
	}
	return d.server.call("Remove", d.id, new(int))
}

// A server is the child process that holds the disks of a test.
type server struct {
	dir    string
	cmd    *exec.Cmd
	client *rpc.Client
}

// serveDir names the directory of a child process that is to serve disks.
const serveDir = "GUILDHALL_TEST_DISKS"

func start() (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "disks-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, cmd: exec.Command(self)}
	s.cmd.Env = append(os.Environ(), serveDir+"="+dir)
	s.cmd.Stderr = os.Stderr
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it must outlive an interrupted test, to clean up
	in, err := s.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.client = rpc.NewClient(line{out, in})
	if err := s.call("Ready", 0, new(int)); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *server) call(method string, args, reply any) error {
	return s.client.Call("Disks."+method, args, reply)
}

// stop lets the child unmount what is still mounted and end.
func (s *server) stop() error {
	s.client.Close()
	slow := time.AfterFunc(time.Minute, func() { s.cmd.Process.Kill() })
	defer slow.Stop()
	return s.cmd.Wait()
}

// A line is both ends of what a child is told and tells.
type line struct {
	io.ReadCloser
	io.WriteCloser
}

func (l line) Close() error { return cmp.Or(l.WriteCloser.Close(), l.ReadCloser.Close()) }
