//go:build linux

package crash_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/internal/crash/disk"
)

// A toldDisk is a disk with a log, what processes that wrote to it were told, and the ids that
// the records had in the end, by position.
type toldDisk struct {
	*disk.Disk
	ledger *ledger
	ids    []string
}

// A scene is a disk on which processes wrote, one after the other.
type scene struct {
	toldDisk
	openers [][2]uint64 // positions of the disk between which a process opened the log
	flushes []uint64
	end     uint64
}

const diskSize = 256 << 20

// play lets processes write on a new disk. The last is killed, some of the others end by
// themselves. The disk may lie to them, and a command may stand between them and the system.
func play(t *testing.T, r *rand.Rand, processes int, fault disk.Fault, under ...string) *scene {
	t.Helper()
	s := &scene{toldDisk: toldDisk{Disk: disk.New(t, diskSize), ledger: newLedger()}}
	dir := filepath.Join(mount(t, s.Disk), "data")
	if err := s.Fail(fault); err != nil {
		t.Fatal(err)
	}
	for i := range processes {
		from := position(t, s.Disk)
		p := begin(t, job{Dir: dir, Clock: s.Clock(), Run: strconv.Itoa(i), Writers: 8}, s.ledger, under...)
		s.openers = append(s.openers, [2]uint64{from, p.awaitOpen(t)})
		time.Sleep(between(r, 150*time.Millisecond, 600*time.Millisecond))
		if i+1 < processes && r.IntN(2) == 0 {
			p.close(t)
		} else {
			p.kill(t)
		}
		if said := p.said(); len(said) > 0 {
			t.Fatalf("a process said %q", said)
		}
	}
	s.end = position(t, s.Disk)
	log, err := openLog(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	c := newCheck(s.ledger, noClock)
	c.read(t.Context(), log)
	if s.ids = c.ids; !c.none() {
		t.Fatal(c.String())
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Unmount(); err != nil {
		t.Fatal(err)
	}
	if s.flushes, err = s.Flushes(); err != nil {
		t.Fatal(err)
	}
	s.flushes = slices.DeleteFunc(s.flushes, func(at uint64) bool { return at <= s.openers[0][0] || at > s.end })
	return s
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
	at, err := d.Position()
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// moment chooses when to cut: mostly just before a flush, when most is under way; sometimes
// while a process opened the log; sometimes anywhere.
func (s *scene) moment(r *rand.Rand) uint64 {
	switch n := r.IntN(10); {
	case n < 6 && len(s.flushes) > 0:
		return s.flushes[r.IntN(len(s.flushes))] - 1
	case n < 8:
		o := s.openers[r.IntN(len(s.openers))]
		return o[0] + r.Uint64N(o[1]-o[0]+1)
	default:
		from := s.openers[0][0]
		return from + r.Uint64N(s.end-from+1)
	}
}

func (s *scene) opening(at uint64) bool {
	return slices.ContainsFunc(s.openers, func(o [2]uint64) bool { return o[0] <= at && at < o[1] })
}

// cut checks what is left of the log on d, if its power fails at a moment, and adds that to
// row. It returns the disk as it was afterwards, and no findings if it cannot be looked into.
func cut(t *testing.T, row *tally, d toldDisk, at uint64, left disk.Left, seed uint64) (toldDisk, *findings) {
	t.Helper()
	after, underway, err := d.Cut(at, left, seed)
	if err != nil {
		t.Fatal(err)
	}
	clock, err := disk.OpenClock(after.Clock())
	if err != nil {
		t.Fatal(err)
	}
	defer clock.Close()
	then := toldDisk{after, d.ledger.until(at), d.ids}
	f := &findings{}
	dir, err := after.Mount()
	if errors.Is(err, disk.ErrTornFileSystem) && left == disk.Torn {
		row.void++
		return then, nil
	}
	row.runs++
	row.underway += underway
	row.acked += len(then.ledger.acked)
	row.doubtful += len(then.ledger.doubtful())
	if err != nil {
		f.otherwise("the file system: %v", err)
	} else {
		f, then.ids = checkLog(t, filepath.Join(dir, "data"), fmt.Sprintf("after-%d", after.Number()), then.ledger, d.ids, clock.Now)
	}
	row.add(f)
	if err := after.Unmount(); err != nil {
		t.Error(err)
	}
	return then, f
}

var lefts = []disk.Left{disk.Nothing, disk.All, disk.Some, disk.Torn}

// TestACutOfThePowerLosesNothing cuts the power of a disk at many moments of a story. Every
// third time it is cut again while the log recovers and goes on.
func TestACutOfThePowerLosesNothing(t *testing.T) {
	r, cuts := chance(t), setting(t, "CRASH_CUTS", 12)
	rows := map[disk.Left]*tally{}
	for _, left := range lefts {
		rows[left] = results.row("power cut, unflushed: " + left.String())
	}
	twice := results.row("power cut once more in recovery")
	const perScene = 40
	var s *scene
	for i := range cuts {
		if i%perScene == 0 {
			if s != nil {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			s = play(t, r, 3, disk.Sound)
			t.Logf("%d commits were acknowledged in %d records; the disk was written to %d times, %d of them flushes", s.ledger.size(), len(s.ids), s.end-s.openers[0][0], len(s.flushes))
		}
		at, left := s.moment(r), lefts[i%len(lefts)]
		row := rows[left]
		if s.opening(at) {
			row.starting++
		}
		after, f := cut(t, row, s.toldDisk, at, left, r.Uint64())
		if f != nil && !f.none() {
			t.Errorf("cut at %d of %d, unflushed %s: %s", at, s.end, left, f)
		}
		if i%3 == 0 && f != nil && f.none() {
			again, left := r.Uint64N(position(t, after.Disk)+1), lefts[r.IntN(len(lefts))]
			last, f := cut(t, twice, after, again, left, r.Uint64())
			if f != nil && !f.none() {
				t.Errorf("cut at %d of %d and again at %d, unflushed %s: %s", at, s.end, again, left, f)
			}
			if err := last.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := after.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, row := range append(slices.Collect(maps.Values(rows)), twice) {
		if row.void > 1+row.runs/10 {
			t.Errorf("%s: %d of %d file systems did not mount; the others may not show enough", row.what, row.void, row.void+row.runs)
		}
	}
}

// TestCutsShowWhatALieLoses is the control: had the disk only said that it flushed, the same
// cuts and checks find acknowledged commits missing. If they do not, they show nothing.
func TestCutsShowWhatALieLoses(t *testing.T) {
	control(t, "control: a disk that lies", disk.Lies)
}

// TestCutsShowWhatNoSyncLoses is the other control: the process's own calls of fsync do
// nothing and succeed.
func TestCutsShowWhatNoSyncLoses(t *testing.T) {
	strace(t)
	control(t, "control: no fsync", disk.Sound, injecting("fsync,fdatasync:retval=0")...)
}

func control(t *testing.T, what string, fault disk.Fault, under ...string) {
	r, row := chance(t), results.row(what)
	s := play(t, r, 1, fault, under...)
	for i := range max(4, setting(t, "CRASH_CUTS", 0)/10) {
		after, _ := cut(t, row, s.toldDisk, s.end, lefts[i%len(lefts)], r.Uint64())
		if err := after.Close(); err != nil {
			t.Error(err)
		}
	}
	row.remark = "(must lose)"
	t.Logf("%d of %d acknowledged commits were lost in %d cuts", row.lost, row.acked, row.runs)
	if row.lost == 0 {
		t.Fatal("nothing was lost: the cuts of this run show nothing")
	}
}
