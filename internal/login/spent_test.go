package login_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/internal/login"
)

// TestWhatIsSpentStaysSpent spends things at random, stops and starts, cuts the end of the
// file off, and lets time pass: nothing is spent twice within its time.
func TestWhatIsSpentStaysSpent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := filepath.Join(t.TempDir(), "node")
		if err := os.Mkdir(dir, 0o700); err != nil {
			rt.Fatal(err)
		}
		c := &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
		m, err := login.OpenMemory(dir, c.Now)
		if err != nil {
			rt.Fatal(err)
		}
		begun := c.Now()
		spent := map[string]time.Time{}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			switch rapid.IntRange(0, 5).Draw(rt, "step") {
			case 0:
				c.pass(time.Duration(rapid.IntRange(1, 200).Draw(rt, "seconds")) * time.Second)
			case 1:
				if err := m.Close(); err != nil {
					rt.Fatal(err)
				}
				if rapid.Bool().Draw(rt, "torn") { // something that nobody was told of
					f, err := os.OpenFile(filepath.Join(dir, login.SpentFile), os.O_APPEND|os.O_WRONLY, 0)
					if err != nil {
						rt.Fatal(err)
					}
					fmt.Fprint(f, "half-a-thi")
					f.Close()
				}
				if m, err = login.OpenMemory(dir, c.Now); err != nil {
					rt.Fatal(err)
				}
			default:
				thing := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(rt, "thing")
				until := c.Now().Add(time.Duration(rapid.IntRange(0, 400).Draw(rt, "life")) * time.Second)
				first, err := m.Spend(t.Context(), thing, until)
				if err != nil {
					rt.Fatal(err)
				}
				end, known := spent[thing]
				switch live := known && end.After(c.Now()); {
				case first && live:
					rt.Fatalf("%s is spent twice", thing)
				case !first && !known:
					rt.Fatalf("%s was never spent", thing)
				case first:
					spent[thing] = until
				}
			}
		}
		if since, err := m.Since(t.Context()); err != nil || since.After(begun) {
			rt.Fatalf("it remembers since %s only: %v", since, err)
		}
		m.Close()
	})
}

func TestAMemoryIsBounded(t *testing.T) {
	dir := t.TempDir()
	c := &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	line := "%064d %d\n"
	var b bytes.Buffer
	fmt.Fprintf(&b, "since %d\n", c.now.Unix())
	for i := range 100_000 {
		fmt.Fprintf(&b, line, i, c.now.Add(time.Minute).Unix())
	}
	if err := os.WriteFile(filepath.Join(dir, login.SpentFile), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := login.OpenMemory(dir, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Spend(t.Context(), "one more", c.now.Add(time.Minute)); err == nil {
		t.Error("it remembers without end")
	}
	c.pass(2 * time.Minute)
	if first, err := m.Spend(t.Context(), "one more", c.Now().Add(time.Minute)); !first || err != nil {
		t.Errorf("once the others are forgotten: %v, %v", first, err)
	}
	if info, err := os.Stat(filepath.Join(dir, login.SpentFile)); err != nil || info.Size() > 1000 {
		t.Errorf("the file has %d bytes: %v", info.Size(), err)
	}
}

// TestALostMemoryIsNoSecondChance replays an assertion after the file was lost.
func TestALostMemoryIsNoSecondChance(t *testing.T) {
	h := open(t)
	p := h.key(nightly, pairs()[0])
	h.pass(time.Minute)
	used := asserting(h.sign(p, h.claims(nightly)))
	if r := h.post(h.nodes[0], used); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.text)
	}
	h.pass(10 * time.Second)
	lost, err := login.OpenMemory(t.TempDir(), h.Now)
	h.must(err)
	defer lost.Close()
	h.nodes[0].Spent = lost
	if r := h.post(h.nodes[0], used); r.status != 503 || r.header.Get("Retry-After") == "" {
		t.Errorf("what was used before is answered %d %s", r.status, r.text)
	}
	if r := h.post(h.nodes[0], asserting(h.sign(p, h.claims(nightly)))); r.status != 503 {
		t.Errorf("what may have been used before is answered %d %s", r.status, r.text)
	}
	h.pass(31 * time.Second)
	if r := h.post(h.nodes[0], asserting(h.sign(p, h.claims(nightly)))); r.status != 200 {
		t.Errorf("half a minute later: %d %s", r.status, r.text)
	}
	if r := h.post(h.nodes[0], used); r.token() != "" {
		t.Errorf("half a minute later what was used before is answered %d %s", r.status, r.text)
	}
}
