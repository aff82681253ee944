//go:build linux

package crash_test

import (
	"strconv"
	"testing"
	"time"
)

func noClock() uint64 { return 0 }

// TestAKilledProcessLosesNothing kills the process again and again while eight writers ask,
// a third of the times within the first 50 ms, in which it opens the log.
func TestAKilledProcessLosesNothing(t *testing.T) {
	r, kills := chance(t), setting(t, "CRASH_KILLS", 10)
	row := results.row("SIGKILL")
	const perLog = 10 // then a new log
	var l *ledger
	var dir string
	var known []string
	for kill := range kills {
		if kill%perLog == 0 {
			l, dir, known = newLedger(), t.TempDir(), nil
		}
		before := l.size()
		p := begin(t, job{Dir: dir, Run: strconv.Itoa(kill), Writers: 8}, l)
		if kill%3 == 2 {
			time.Sleep(between(r, 0, 50*time.Millisecond))
		} else {
			p.awaitOpen(t)
			time.Sleep(between(r, 0, 250*time.Millisecond))
		}
		row.runs++
		if !p.kill(t) {
			row.starting++
		}
		if said := p.said(); len(said) > 0 {
			t.Fatalf("kill %d: before it was killed the process said %q", kill, said)
		}
		row.acked += l.size() - before
		row.doubtful += len(l.doubtful())
		var f *findings
		f, known = checkLog(t, dir, "after-"+strconv.Itoa(kill), l, known, noClock)
		if row.add(f); !f.none() {
			t.Fatalf("kill %d: %s", kill, f)
		}
	}
	t.Logf("%d kills, %d while the log was being opened; %d commits were acknowledged and %d in doubt", row.runs, row.starting, row.acked, row.doubtful)
	if row.acked < row.runs {
		t.Error("so few commits were acknowledged that the kills show nothing")
	}
}
