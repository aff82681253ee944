package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

var heading = []string{"what", "writers", "rate", "p50", "p99", "CPUs busy", "x raw fsync", "x PostgreSQL", "target", "result"}

// The last columns are text.
const target, result = 8, 9

// report prints what was found, and returns what kept rows from being measured.
func (b *bench) report(out io.Writer) error {
	raw := b.raw()
	t := table{heading}
	t = append(t, []string{"raw append and fsync", "1", perSecond(raw.rate), span(raw.p50), span(raw.p99), "", "1.00", times(b.rawTimes(groupPostgres)), "", ""})
	var errs []error
	for _, r := range b.rows {
		t = append(t, b.line(r))
		if r.err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", r.title(), r.err))
		}
	}
	for _, weigh := range b.weighers {
		w, err := weigh()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		t = append(t, w.line())
	}
	_, err := fmt.Fprintf(out, "%s\n\n%s", b.circumstances(raw), t)
	return errors.Join(append(errs, err)...)
}

// raw is what the disk did between the rows, all rounds together.
func (b *bench) raw() sample {
	var rates []float64
	var p50, p99 []time.Duration
	for _, s := range b.syncs {
		rates, p50, p99 = append(rates, s.rate), append(p50, s.p50), append(p99, s.p99)
	}
	return sample{median(rates), median(p50), median(p99)}
}

// rawTimes is times for the loop that is measured between the rows, with one writer.
func (b *bench) rawTimes(group string) float64 {
	for _, r := range b.rows {
		if r.group == group && r.writers == 1 {
			return 1 / b.times(r, groupSyncs)
		}
	}
	return math.NaN()
}

// circumstances tell what the table depends on.
func (b *bench) circumstances(raw sample) string {
	low, high := math.Inf(1), 0.0
	for _, s := range b.syncs {
		low, high = min(low, s.rate), max(high, s.rate)
	}
	return fmt.Sprintf("%s/%s with %d CPUs, %s; %s.\n%d rounds of %s a row, medians. The disk under %s synced %s times a second, between %s and %s.",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), strings.Join(b.servers, ", "),
		b.rounds, b.dur, b.dir, count(raw.rate), count(low), count(high))
}

// line is a row as the table shows it.
func (b *bench) line(r *row) []string {
	line := make([]string, len(heading))
	line[0], line[target] = r.what, r.target()
	if r.writers > 0 {
		line[1] = fmt.Sprint(r.writers)
	}
	if r.absent != "" {
		line[result] = r.absent
		return line
	}
	var rates, busy []float64
	var p50, p99 []time.Duration
	for _, f := range r.readings {
		rates, p50, p99, busy = append(rates, f.rate), append(p50, f.p50), append(p99, f.p99), append(busy, f.busy)
	}
	line[2], line[3], line[4] = perSecond(median(rates)), span(median(p50)), span(median(p99))
	if r.writers > 0 {
		line[5], line[6], line[7] = percent(median(busy)), times(b.times(r, groupSyncs)), times(b.times(r, groupPostgres))
	}
	line[result] = b.result(r)
	if r.err != nil {
		line[result] = "failed: " + r.err.Error()
	}
	return line
}

var groupTitles = map[string]string{groupSyncs: "raw", groupPostgres: "PostgreSQL", groupReplicated: "JetStream R3"}

func (r *row) target() string {
	var goals []string
	for _, g := range r.goals {
		if g.over == "" {
			goals = append(goals, "p50 <= "+span(g.atMost))
			continue
		}
		goals = append(goals, fmt.Sprintf(">= %gx %s", g.atLeast, groupTitles[g.over]))
	}
	return strings.Join(goals, ", ")
}

// result tells for every goal of r whether it was met.
func (b *bench) result(r *row) string {
	var results []string
	for _, g := range r.goals {
		results = append(results, b.outcome(r, g))
	}
	return strings.Join(results, ", ")
}

func (b *bench) outcome(r *row, g goal) string {
	if g.over == "" {
		var p50 []time.Duration
		for _, f := range r.readings {
			p50 = append(p50, f.p50)
		}
		return verdict(len(p50) > 0, median(p50) <= g.atMost)
	}
	found := b.times(r, g.over)
	told := verdict(!math.IsNaN(found), found >= g.atLeast)
	if g.over == groupReplicated && !math.IsNaN(found) {
		told += fmt.Sprintf(" (%.2fx)", found)
	}
	return told
}

func verdict(known, met bool) string {
	switch {
	case !known:
		return "not measured"
	case met:
		return "met"
	}
	return "missed"
}

func (w weight) line() []string {
	perEvent := float64(w.onDisk) / float64(max(w.records, 1))
	return []string{w.what, "", count(perEvent) + " B", "", "", "", "", "", "",
		fmt.Sprintf("%.2fx its %d B, of which %d B are the request", perEvent/float64(w.stored), w.stored, w.stored-w.body)}
}

// A table prints as Markdown. Its first line is the heading.
type table [][]string

func (t table) String() string {
	widths := make([]int, len(t[0]))
	for _, line := range t {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for n, line := range t {
		for i, cell := range line {
			if numeric := i > 0 && i < target; numeric {
				fmt.Fprintf(&text, "| %*s ", widths[i], cell)
			} else {
				fmt.Fprintf(&text, "| %-*s ", widths[i], cell)
			}
		}
		text.WriteString("|\n")
		if n == 0 {
			text.WriteString(rule(widths))
		}
	}
	return text.String()
}

func rule(widths []int) string {
	var text strings.Builder
	for i, w := range widths {
		if numeric := i > 0 && i < target; numeric {
			text.WriteString("|" + strings.Repeat("-", w+1) + ":")
		} else {
			text.WriteString("|" + strings.Repeat("-", w+2))
		}
	}
	return text.String() + "|\n"
}

// count writes a number without decimals, its thousands apart.
func count[N float64 | int](x N) string {
	digits := fmt.Sprintf("%.0f", float64(x))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func perSecond(rate float64) string {
	if rate == 0 {
		return ""
	}
	return count(rate) + "/s"
}

func times(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return fmt.Sprintf("%.2f", x)
}

func percent(part float64) string {
	if part == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", 100*part)
}

// span writes a time with three digits or so.
func span(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d < time.Millisecond:
		return fmt.Sprintf("%d us", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", d.Seconds()*1e3)
	}
	return fmt.Sprintf("%.3g s", d.Seconds())
}
