//go:build linux

// Package crash_test kills the log, cuts its power and takes its disk away while it works,
// and then holds it to what it had acknowledged.
//
// The process that is treated so is this test's own binary, see writer_test.go. It keeps
// the real log and the real read model in a directory and tells on a pipe what it tries and
// what was acknowledged; the test on the other end keeps the ledger. Afterwards the log has
// to open as it is, with nothing lost, doubled or changed, see check_test.go.
//
// Three such logs are a cluster, whose nodes are killed, paused and cut off from each other,
// see cluster_test.go. The test asks them through pipes, so that its writers still reach
// nodes that do not reach each other.
//
// CRASH_KILLS, CRASH_CUTS and CLUSTER_FAULTS set how many of them there are, CRASH_SEED
// what chance decides; make crash and make faults set them high. The numbers are printed as
// a table.
package crash_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/internal/crash/disk"
)

func TestMain(m *testing.M) {
	disk.Serve()
	if job := os.Getenv(writerJob); job != "" {
		os.Exit(write(job))
	}
	if task := os.Getenv(nodeTask); task != "" {
		os.Exit(beNode(task))
	}
	code := m.Run()
	if testing.Verbose() {
		fmt.Print(results.String())
	}
	os.Exit(code)
}

// setting is a number from the environment.
func setting(t testing.TB, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s is %q and must be a number", name, text)
	}
	return n
}

// long reports whether more is asked for than a run among all other tests has time for.
func long() bool { return cmp.Or(os.Getenv("CRASH_KILLS"), os.Getenv("CRASH_CUTS")) != "" }

var started = time.Now()

// chance returns what decides by chance in one test. The same seed decides the same; when
// a signal meets a process, or a disk its write, is nobody's decision.
func chance(t testing.TB) *rand.Rand {
	t.Helper()
	seed := uint64(setting(t, "CRASH_SEED", int(started.UnixNano()%1_000_000)))
	results.setSeed(seed)
	t.Logf("CRASH_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, numberOf(t.Name())))
}

// between returns a length of time by chance.
func between(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)))
}
