//go:build linux

package disk

import (
	"bufio"
	"context"
	"fmt"
	"net/rpc"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// Serve is the first thing a TestMain calls: New starts the test's own program once more to
// hold the disks, and there Serve does not return.
func Serve() {
	dir := os.Getenv(serveDir)
	if dir == "" {
		return
	}
	if err := serve(dir); err != nil {
		fmt.Fprintln(os.Stderr, "disk:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// files is where the disks are files, in the directory of a server.
const files = "files"

// serve answers until nobody can ask any more, and leaves nothing behind.
func serve(dir string) error {
	place := filepath.Join(dir, files)
	if err := os.Mkdir(place, 0o700); err != nil {
		return err
	}
	d := &Disks{dir: dir, media: map[int]*medium{}}
	mounted, err := fs.Mount(place, &d.root, &fs.Options{MountOptions: fuse.MountOptions{
		FsName: "disks", Name: "disks", DirectMountStrict: true, MaxWrite: 1 << 20, DisableXAttrs: true,
	}})
	if err != nil {
		d.broken = fmt.Errorf("mount by FUSE: %w", err)
	}
	server := rpc.NewServer()
	if err := server.Register(d); err != nil {
		return err
	}
	server.ServeConn(line{os.Stdin, os.Stdout})
	if err := unmountAll(dir); err != nil {
		return err
	}
	if mounted != nil {
		mounted.Wait()
	}
	return os.RemoveAll(dir)
}

// unmountAll unmounts everything below dir, the last first.
func unmountAll(dir string) error {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	defer f.Close()
	var places []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 4 && strings.HasPrefix(fields[4], dir+"/") {
			places = append(places, fields[4])
		}
	}
	for _, place := range slices.Backward(places) {
		if err := unix.Unmount(place, unix.MNT_DETACH); err != nil {
			return fmt.Errorf("unmount %s: %w", place, err)
		}
	}
	return nil
}

// Disks is what a test asks its child process; see Disk.
type Disks struct {
	dir    string
	root   fs.Inode
	broken error // why no disk can be made

	mu    sync.Mutex
	last  int
	media map[int]*medium
}

// A Failure is a fault of one disk.
type Failure struct {
	Disk  int
	Fault Fault
}

// A Moment is when the power of a disk fails, and what is left then.
type Moment struct {
	Disk int
	At   uint64
	Left Left
	Seed uint64
}

// An Image is the disk after the power failed.
type Image struct{ Disk, Underway int }

// Ready answers once disks can be made, or says why not.
func (d *Disks) Ready(int, *int) error { return d.broken }

// Create makes a disk of zeros.
func (d *Disks) Create(size int64, id *int) error {
	_, n, err := d.add(int(size))
	*id = n
	return err
}

func (d *Disks) add(size int) (*medium, int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last++
	name := strconv.Itoa(d.last)
	m, err := newMedium(filepath.Join(d.dir, name+".clock"), size)
	if err != nil {
		return nil, 0, err
	}
	d.media[d.last] = m
	ctx := context.Background()
	d.root.AddChild(name, d.root.NewPersistentInode(ctx, &file{medium: m, size: uint64(size)}, fs.StableAttr{Mode: fuse.S_IFREG}), true)
	return m, d.last, nil
}

func (d *Disks) medium(id int) (*medium, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, ok := d.media[id]
	if !ok {
		return nil, fmt.Errorf("there is no disk %d", id)
	}
	return m, nil
}

// Remove forgets a disk.
func (d *Disks) Remove(id int, _ *int) error {
	m, err := d.medium(id)
	if err != nil {
		return err
	}
	d.mu.Lock()
	delete(d.media, id)
	d.mu.Unlock()
	d.root.RmChild(strconv.Itoa(id))
	m.close()
	return os.Remove(filepath.Join(d.dir, strconv.Itoa(id)+".clock"))
}

// Flushes tells when a disk was flushed.
func (d *Disks) Flushes(id int, at *[]uint64) error {
	m, err := d.medium(id)
	if err == nil {
		*at = m.flushes()
	}
	return err
}

// Fail sets the fault of a disk.
func (d *Disks) Fail(f Failure, _ *int) error {
	m, err := d.medium(f.Disk)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = f.Fault
	return nil
}

// Cut makes a disk of what another was at a moment.
func (d *Disks) Cut(moment Moment, made *Image) error {
	m, err := d.medium(moment.Disk)
	if err != nil {
		return err
	}
	after, id, err := d.add(len(m.now))
	if err != nil {
		return err
	}
	made.Disk = id
	made.Underway, err = m.cut(after, moment)
	return err
}

// A file is how the kernel sees a medium.
type file struct {
	fs.Inode
	*medium
	size uint64
}

var (
	_ fs.NodeOpener    = (*file)(nil)
	_ fs.NodeGetattrer = (*file)(nil)
	_ fs.NodeReader    = (*file)(nil)
	_ fs.NodeWriter    = (*file)(nil)
	_ fs.NodeFsyncer   = (*file)(nil)
	_ fs.NodeAllocater = (*file)(nil)
)

// Open lets no page of the kernel's cache stand between the loop device and the medium.
func (f *file) Open(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, fuse.FOPEN_DIRECT_IO, 0
}

func (f *file) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.Mode, out.Size, out.Blocks = 0o600, f.size, f.size/sector
	return 0
}

func (f *file) Read(_ context.Context, _ fs.FileHandle, into []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	return fuse.ReadResultData(into[:f.read(into, off)]), 0
}

func (f *file) Write(_ context.Context, _ fs.FileHandle, data []byte, off int64) (uint32, syscall.Errno) {
	return uint32(len(data)), fs.ToErrno(f.write(off, data, len(data)))
}

func (f *file) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	return fs.ToErrno(f.flush())
}

// Allocate is how the loop device writes zeros and discards.
func (f *file) Allocate(_ context.Context, _ fs.FileHandle, off, size uint64, mode uint32) syscall.Errno {
	if mode&(unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_ZERO_RANGE) == 0 {
		return syscall.EOPNOTSUPP
	}
	return fs.ToErrno(f.write(int64(off), nil, int(size)))
}
