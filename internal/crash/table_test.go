//go:build linux

package crash_test

import (
	"fmt"
	"strings"
	"sync"
	"text/tabwriter"
)

// A tally is one row of the table.
type tally struct {
	what     string
	runs     int
	starting int // of them, while the log was being opened
	underway int // writes that were on their way to the disk, all together
	acked    int
	doubtful int
	lost     int
	doubled  int
	changed  int
	other    int
	void     int // runs that show nothing
	remark   string
}

func (t *tally) add(f *findings) {
	t.lost, t.doubled = t.lost+len(f.lost), t.doubled+len(f.doubled)
	t.changed, t.other = t.changed+len(f.changed), t.other+len(f.other)
}

// A table collects what all tests found.
type table struct {
	mu   sync.Mutex
	seed uint64
	rows []*tally
}

var results table

func (t *table) setSeed(seed uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seed = seed
}

// row adds a row to be filled in.
func (t *table) row(what string) *tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &tally{what: what}
	t.rows = append(t.rows, r)
	return r
}

func (t *table) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "\nWhat became of acknowledged commits (CRASH_SEED=%d)\n", t.seed)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\truns\tstarting\tunder way\tacked\tin doubt\tlost\tdoubled\tchanged\tother\t")
	for _, r := range t.rows {
		if r.runs == 0 {
			continue
		}
		if r.void > 0 {
			r.remark = fmt.Sprintf("%s (%d more did not mount)", r.remark, r.void)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t %s\n",
			r.what, r.runs, r.starting, r.underway, r.acked, r.doubtful, r.lost, r.doubled, r.changed, r.other, r.remark)
	}
	w.Flush()
	return b.String()
}
