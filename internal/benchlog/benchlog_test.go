package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test program play the roles that the benchmark starts processes in.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && roles[os.Args[1]] != nil {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// lines runs the benchmark with tiny sizes and returns the lines of its table.
func lines(t *testing.T, args ...string) [][]string {
	t.Helper()
	if memory, err := inMemory(os.TempDir()); memory || err != nil {
		t.Skipf("%s is on no disk: %v", os.TempDir(), err)
	}
	var out, progress bytes.Buffer
	args = append([]string{"-rounds", "1", "-dur", "20ms", "-events", "500", "-writers", "1,3"}, args...)
	if code := run(t.Context(), args, nil, &out, &progress); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out.String(), progress.String())
	}
	var lines [][]string
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|-") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		lines = append(lines, cells)
	}
	return lines
}

func TestEveryRowIsMeasured(t *testing.T) {
	found := map[string]bool{}
	for _, line := range lines(t)[1:] {
		what, rate, p50, fsync, result := line[0], line[2], line[3], line[6], line[9]
		found[what] = true
		switch {
		case strings.HasPrefix(result, "not installed"):
			t.Log(what, result)
		case strings.Contains(what, "bytes on disk"):
			if rate == "" || rate == "0 B" {
				t.Errorf("%s: %q", what, rate)
			}
		case strings.HasPrefix(what, "start"):
			if p50 == "" {
				t.Errorf("%s took no time", what)
			}
		case rate == "" || rate == "0/s":
			t.Errorf("%s: rate %q", what, rate)
		case line[1] != "" && (p50 == "" || fsync == "" || fsync == "0.00"):
			t.Errorf("%s, %s writers: p50 %q, %q times fsync", what, line[1], p50, fsync)
		}
	}
	for _, what := range []string{
		"raw append and fsync", "plain file, group commit", "Guildhall, local journal", "PostgreSQL, message store",
		"JetStream, sync always", "Guildhall, three nodes", "Guildhall, three nodes, writers at each", "JetStream R3, sync always", "replay, as stored", "replay, decoded",
		"load of 50 events among 500 events, warm", "load of 50 events among 500 events, cold",
		"start to ready, empty", "start to ready, 500 events", "start to ready, 500 events, after SIGKILL",
		"Guildhall, bytes on disk per event, one event a commit", "Guildhall, bytes on disk per event, 1,000 events a commit",
	} {
		if !found[what] {
			t.Errorf("no row %q", what)
		}
	}
}

func TestOnlyWhatIsAskedFor(t *testing.T) {
	profile := t.TempDir() + "/cpu.out"
	for _, line := range lines(t, "-only", "file,local", "-cpuprofile", profile)[2:] {
		if !strings.HasPrefix(line[0], "Guildhall") && !strings.HasPrefix(line[0], "plain file") {
			t.Errorf("%q was not asked for", line[0])
		}
	}
	if info, err := os.Stat(profile); err != nil || info.Size() == 0 {
		t.Errorf("no profile: %v", err)
	}
}

func TestARowThatFailsIsToldAndTheOthersAreMeasured(t *testing.T) {
	b := &bench{options: options{rounds: 2, dur: time.Millisecond, writers: []int{2}}, temp: t.TempDir(), progress: new(bytes.Buffer)}
	broken := errors.New("the disk is on fire")
	b.writing("broken", "broken", func(_ context.Context, _ int, c commit) (uint64, error) { return 0, broken }, nil)
	b.writing("sound", "sound", func(context.Context, int, commit) (uint64, error) { return 0, nil }, map[int][]goal{2: {{over: "broken", atLeast: 1}}})
	if err := b.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.report(&out); !errors.Is(err, broken) {
		t.Errorf("reported as %v", err)
	}
	if n := len(b.rows[1].readings); n != 2 {
		t.Errorf("%d readings of the sound row", n)
	}
	for _, want := range []string{"failed: the disk is on fire", ">= 1x", "not measured"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

// TestWritersGoOnWhereTheyLeft checks what a store is asked for.
func TestWritersGoOnWhereTheyLeft(t *testing.T) {
	var asked []commit
	_, err := write(t.Context(), 1, 5*time.Millisecond, func(_ context.Context, _ int, c commit) (uint64, error) {
		asked = append(asked, c)
		return uint64(len(asked)), nil
	})
	if err != nil || len(asked) <= perStream {
		t.Fatal(len(asked), err)
	}
	keys := map[string]bool{}
	for i, c := range asked {
		keys[c.key] = true
		if want := uint64(i % perStream); c.expected != want {
			t.Fatalf("commit %d expects revision %d, not %d", i, c.expected, want)
		}
		if begins := i%perStream == 0; begins != (c.last == 0) || !begins && c.stream != asked[i-1].stream || !begins && c.last != uint64(i) {
			t.Fatalf("commit %d is %+v after %+v", i, c, asked[max(i-1, 0)])
		}
	}
	if len(keys) != len(asked) {
		t.Errorf("%d keys for %d commits", len(keys), len(asked))
	}
}

func TestTheEventHasAbout300Bytes(t *testing.T) {
	r, err := commit{stream: streams()(), expected: 1, key: "k"}.stored(codec())
	if err != nil || len(r.Body) < 280 || len(r.Body) > 340 {
		t.Errorf("%d bytes, %v: %s", len(r.Body), err, r.Body)
	}
}

func TestQuantiles(t *testing.T) {
	took := make([]time.Duration, 200)
	for i := range took {
		took[i] = time.Duration(200 - i)
	}
	if s := sampleOf(200, time.Second, took); s != (sample{200, 100, 198}) {
		t.Error(s)
	}
	if s := sampleOf(0, time.Second, nil); s != (sample{}) {
		t.Error(s)
	}
	if m := median([]float64{9, 1, 2}); m != 2 {
		t.Error(m)
	}
}

func TestFiguresAreReadable(t *testing.T) {
	got := []string{
		count(7), count(1234), count(1234567.4), perSecond(0), span(0), span(1500 * time.Nanosecond),
		span(2340 * time.Microsecond), span(2340 * time.Millisecond),
	}
	want := []string{"7", "1,234", "1,234,567", "", "", "1 us", "2.34 ms", "2.34 s"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWrongUsage(t *testing.T) {
	for _, args := range [][]string{
		{"-rounds", "0"}, {"-dur", "-1s"}, {"-events", "3"}, {"-writers", "1,none"}, {"-writers", "257"},
		{"-only", "everything"}, {"-only", "file", "-cpuprofile", "x"}, {"more"}, {"-unknown"},
	} {
		if o, err := parse(args, io.Discard); err == nil {
			t.Errorf("%q is understood as %+v", args, o)
		}
	}
	var told bytes.Buffer
	if code := run(t.Context(), []string{"-rounds", "0"}, nil, &told, &told); code != 2 || !strings.Contains(told.String(), "-rounds") {
		t.Errorf("exit %d, %s", code, told.String())
	}
}
