//go:build linux

package crash_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/guildhall-dev/guildhall/internal/crash/disk"
)

// How a person can see from what a process says that the disk is full, or that it fails.
var (
	saysFull    = []string{"is full"}
	saysFailing = []string{"is failing"}
)

// expectWord checks that the first that the process said has one of words, and says what to do.
func expectWord(t *testing.T, said, words []string) {
	t.Helper()
	if len(said) == 0 {
		t.Error("the process said nothing")
		return
	}
	first := strings.ToLower(said[0])
	if strings.HasPrefix(first, "the read model does not open: ") {
		return // it holds nothing of its own, and SQLite's words have to do
	}
	if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(first, w) }) {
		t.Errorf("the process should say one of %q; it said %q", words, said[0])
	}
	if !strings.Contains(first, "start guildhall again") && !strings.Contains(first, "try again") {
		t.Errorf("the process does not say what to do: %q", said[0])
	}
	if strings.Count(first, "outcome unknown") > 1 {
		t.Errorf("the process says it twice: %q", said[0])
	}
}

// awaitFault waits until the process says that something failed, or reports that it ended
// or did not within a time.
func awaitFault(p *process, most time.Duration) bool {
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if len(p.said()) > 0 {
			return true
		}
	}
	return false
}

// expectNothingWrong checks the log in dir and fills row.
func expectNothingWrong(t *testing.T, row *tally, dir, again string, l *ledger) {
	t.Helper()
	row.runs++
	row.acked += l.size()
	row.doubtful += len(l.doubtful())
	f, _ := checkLog(t, dir, again, l, nil, noClock)
	if row.add(f); !f.none() {
		t.Error(f)
	}
}

// expectNothingLost does the same with what is left after a cut of the power right now.
func expectNothingLost(t *testing.T, row *tally, d *disk.Disk, l *ledger) {
	t.Helper()
	after, f := cut(t, row, toldDisk{Disk: d, ledger: l}, position(t, d), disk.Nothing, 0)
	if !f.none() {
		t.Error(f)
	}
	if err := after.Close(); err != nil {
		t.Error(err)
	}
}

// TestAFullDiskLosesNothing fills the disk beside the log.
func TestAFullDiskLosesNothing(t *testing.T) {
	d := disk.New(t, 64<<20)
	top := mount(t, d)
	dir, ballast := filepath.Join(top, "data"), filepath.Join(top, "ballast")
	row, l := results.row("disk full"), newLedger()
	p := begin(t, job{Dir: dir, Clock: d.Clock(), Run: "1", Writers: 8}, l)
	p.awaitOpen(t)
	fill(t, ballast, 2<<20)
	if !awaitFault(p, time.Minute) {
		t.Fatal("the disk did not become full")
	}
	time.Sleep(200 * time.Millisecond)
	then := l.until(position(t, d))
	after, _, err := d.Cut(position(t, d), disk.Nothing, 0)
	if err != nil {
		t.Fatal(err)
	}
	image := mount(t, after)
	if err := os.Remove(filepath.Join(image, "ballast")); err != nil {
		t.Fatal(err)
	}
	expectNothingWrong(t, row, filepath.Join(image, "data"), "after-cut", then)

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	told := l.size()
	for end := time.Now().Add(2 * time.Second); l.size() == told && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	row.remark = "went on when there was space"
	if l.size() == told {
		row.remark = "went on after a restart"
	}
	expectWord(t, p.said(), saysFull)
	p.kill(t)
	expectNothingWrong(t, row, dir, "after-1", l)
	t.Logf("%d commits were acknowledged before the disk was full; it %s; the process said: %s", told, row.remark, p.said()[0])

	fill(t, ballast, 0)
	p = begin(t, job{Dir: dir, Clock: d.Clock(), Run: "2", Writers: 8}, l)
	awaitFault(p, 10*time.Second)
	p.kill(t)
	expectWord(t, p.said(), saysFull)
	t.Logf("started on a full disk, the process said: %s", p.said()[0])
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	expectNothingWrong(t, row, dir, "after-2", l)
}

// fill writes a file that leaves some bytes free on its file system.
func fill(t *testing.T, name string, free int64) {
	t.Helper()
	var has unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(name), &has); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.Fallocate(int(f.Fd()), 0, 0, max(4096, int64(has.Bavail)*has.Bsize-free-64<<10)); err != nil {
		t.Fatal(err)
	}
	if free > 0 {
		return
	}
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
}

// TestAFailingDiskLosesNothing lets the disk itself fail beneath a process, and be sound
// again.
func TestAFailingDiskLosesNothing(t *testing.T) {
	r := chance(t)
	faults := []disk.Fault{disk.FlushFails, disk.WriteFails, disk.Full}
	if !long() {
		faults = faults[:2]
	}
	for _, fault := range faults {
		words := saysFailing
		if fault == disk.Full {
			words = slices.Concat(saysFull, saysFailing) // the file system decides what it makes of it
		}
		d := disk.New(t, diskSize)
		dir := filepath.Join(mount(t, d), "data")
		row, l := results.row("disk fails: "+fault.String()), newLedger()
		p := begin(t, job{Dir: dir, Clock: d.Clock(), Run: "1", Writers: 8}, l)
		p.awaitOpen(t)
		time.Sleep(between(r, 50*time.Millisecond, 400*time.Millisecond))
		if err := d.Fail(fault); err != nil {
			t.Fatal(err)
		}
		if !awaitFault(p, 30*time.Second) {
			t.Fatalf("%s: the process did not notice", fault)
		}
		time.Sleep(100 * time.Millisecond)
		p.kill(t)
		expectWord(t, p.said(), words)
		t.Logf("%s, after %d acknowledged commits; the process said: %s", fault, l.size(), p.said()[0])
		if err := d.Fail(disk.Sound); err != nil {
			t.Fatal(err)
		}
		expectNothingLost(t, row, d, l)
		if err := d.Unmount(); err != nil {
			t.Fatal(err)
		}
		expectNothingWrong(t, row, filepath.Join(mount(t, d), "data"), "after-1", l)
	}
}

// TestFailingSystemCallsLoseNothing lets single system calls of the process fail, or all of
// them from some moment on.
func TestFailingSystemCallsLoseNothing(t *testing.T) {
	strace(t)
	r, noticed := chance(t), 0
	for _, c := range []struct {
		calls, code, when string
		words             []string
	}{
		{"fsync,fdatasync", "EIO", "", saysFailing},
		{"fsync,fdatasync", "EIO", "+", saysFailing},
		{"pwrite64", "EIO", "", saysFailing},
		{"pwrite64", "ENOSPC", "", slices.Concat(saysFull, saysFailing)},
		{"pwrite64", "ENOSPC", "+", slices.Concat(saysFull, saysFailing)},
	} {
		row := results.row(fmt.Sprintf("%s: %s%s", c.calls, c.code, c.when))
		for n := range max(1, setting(t, "CRASH_KILLS", 0)/40) {
			spec := fmt.Sprintf("%s:error=%s:when=%d%s", c.calls, c.code, 1+r.IntN(150), c.when)
			said := failCalls(t, r, row, spec, c.words)
			if said != "" {
				noticed++
			}
			if n == 0 {
				t.Logf("%s: the process said: %q", spec, said)
			}
		}
	}
	if noticed == 0 {
		t.Error("no call failed")
	}
}

// failCalls lets calls of one process fail and returns what it said first, "" if the calls
// that were to fail were never made.
func failCalls(t *testing.T, r *rand.Rand, row *tally, spec string, words []string) (said string) {
	t.Helper()
	dir, l := t.TempDir(), newLedger()
	p := begin(t, job{Dir: dir, Run: "1", Writers: 8}, l, injecting(spec)...)
	noticed := awaitFault(p, 5*time.Second)
	time.Sleep(between(r, 0, 200*time.Millisecond))
	if !p.kill(t) {
		row.starting++
	}
	if noticed {
		said = p.said()[0]
		expectWord(t, p.said(), words)
	}
	expectNothingWrong(t, row, dir, "after-1", l)
	return said
}

// injecting is a command under which system calls of a process answer as spec says.
func injecting(spec string) []string {
	calls, _, _ := strings.Cut(spec, ":")
	return []string{"strace", "-f", "-qq", "--seccomp-bpf", "-o", os.DevNull, "-e", "trace=" + calls, "-e", "signal=none", "-e", "inject=" + spec}
}

// strace skips a test where processes cannot be traced.
func strace(t *testing.T) {
	t.Helper()
	run := append(injecting("fsync:retval=0"), "true")
	if out, err := exec.Command(run[0], run[1:]...).CombinedOutput(); err != nil {
		if os.Getenv("REQUIRE_CRASH_RIG") != "" {
			t.Fatalf("strace: %v: %s", err, out)
		}
		t.Skipf("There is no strace that could let system calls fail: %v %s", err, out)
	}
}
