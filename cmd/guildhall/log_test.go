package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events"
)

func TestATailFollowsWhatARunningServerRecords(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	out := &quiet{}
	g := Guildhall{Out: out, Err: out, Environ: func() []string { return nil }, Now: time.Now}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- g.Run(ctx, []string{"log", "tail", "--follow", "--json", "-n", "2", "--data", h.dir}) }()
	h.eventually("the last two records are shown", func() bool { return strings.Count(out.String(), "\n") == 2 })
	h.do("apprentice", `logHours(input: {idempotencyKey: "e", week: "2026-W46", entries: [{date: "2026-11-09", spentOn: "wp-01", minutes: 480}]})`)
	h.eventually("what is recorded is shown", func() bool { return strings.Contains(out.String(), `"key":"e"`) })
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("interrupted it ended with %d: %s", code, out)
	}
	last := events.Position(0)
	for line := range strings.Lines(out.String()) {
		var r struct{ Position events.Position }
		if err := json.Unmarshal([]byte(line), &r); err != nil || last != 0 && r.Position != last+1 {
			t.Fatalf("after %d comes %s, %v", last, line, err)
		}
		last = r.Position
	}
}

func TestProgressIsToldOnceInAWhile(t *testing.T) {
	now := thursday
	out := &quiet{}
	g := Guildhall{Err: out, Now: func() time.Time { return now }}
	p := g.progress("records checked")
	for i := range uint64(90) {
		now = now.Add(100 * time.Millisecond)
		p.at(i, 90)
	}
	p.done()
	if text := out.String(); text != "29 of 90 records checked\n59 of 90 records checked\n89 of 90 records checked\n" {
		t.Errorf("it told %q", text)
	}
}
