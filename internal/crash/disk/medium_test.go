//go:build linux

package disk

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func blank(t *testing.T, name string, size int) *medium {
	t.Helper()
	m, err := newMedium(filepath.Join(t.TempDir(), name), size)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.close)
	return m
}

func put(t *testing.T, m *medium, off int64, letters string) {
	t.Helper()
	if err := m.write(off, []byte(letters), len(letters)); err != nil {
		t.Fatal(err)
	}
}

func flush(t *testing.T, m *medium) {
	t.Helper()
	if err := m.flush(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsLeftOfWrites(t *testing.T) {
	m := blank(t, "before", 4096)
	put(t, m, 0, "gone, overwritten")
	put(t, m, 0, "safe")
	flush(t, m)
	put(t, m, 100, "first")
	put(t, m, 200, "second")
	flush(t, m)
	for _, c := range []struct {
		at            uint64
		left          Left
		first, second bool // there
		underway      int
	}{
		{3, Nothing, false, false, 0},
		{4, Nothing, false, false, 1},
		{4, All, true, false, 1},
		{5, Nothing, false, false, 2},
		{5, All, true, true, 2},
		{6, Nothing, true, true, 0},
		{7, Torn, true, true, 0}, // beyond the end
	} {
		after := blank(t, "after", 4096)
		underway, err := m.cut(after, Moment{At: c.at, Left: c.left})
		if err != nil {
			t.Fatal(err)
		}
		has := func(off int, letters string) bool { return bytes.HasPrefix(after.now[off:], []byte(letters)) }
		if !has(0, "safe, overwritten") {
			t.Errorf("cut at %d: what was flushed is not there", c.at)
		}
		if has(100, "first") != c.first || has(200, "second") != c.second || underway != c.underway {
			t.Errorf("cut at %d with %s left: first %t, second %t, %d under way", c.at, c.left, has(100, "first"), has(200, "second"), underway)
		}
	}
}

func TestChanceLeavesWritesOrSectors(t *testing.T) {
	m := blank(t, "before", 8192)
	flush(t, m)
	put(t, m, 0, string(bytes.Repeat([]byte("a"), 2048)))
	put(t, m, 4096, string(bytes.Repeat([]byte("b"), 2048)))
	seen := map[Left]map[string]bool{Some: {}, Torn: {}}
	for left, images := range seen {
		for seed := range uint64(40) {
			after := blank(t, "after", 8192)
			if _, err := m.cut(after, Moment{At: 3, Left: left, Seed: seed}); err != nil {
				t.Fatal(err)
			}
			var sectors string
			for at := 0; at < 8192; at += sector {
				one := after.now[at : at+sector]
				if bytes.Count(one, one[:1]) != sector {
					t.Fatalf("%s: a sector is torn", left)
				}
				sectors += string(max('.', rune(one[0])))
			}
			images[sectors] = true
		}
	}
	if len(seen[Some]) != 4 {
		t.Errorf("two writes, each left or not, gave %d images", len(seen[Some]))
	}
	if len(seen[Torn]) < 20 {
		t.Errorf("eight sectors gave %d images", len(seen[Torn]))
	}
}

// TestACutDiskCanBeCut tells what was there before the first cut from what came after it.
func TestACutDiskCanBeCut(t *testing.T) {
	m := blank(t, "first", 4096)
	put(t, m, 0, "before")
	flush(t, m)
	second, third := blank(t, "second", 4096), blank(t, "third", 4096)
	if _, err := m.cut(second, Moment{At: 2}); err != nil {
		t.Fatal(err)
	}
	put(t, second, 100, "after")
	if _, err := second.cut(third, Moment{At: 1}); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(third.now, []byte("before\x00")) || third.now[100] != 0 {
		t.Errorf("the second cut left %q and %q", third.now[:6], third.now[100:105])
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault        Fault
		write, flush error
		grows        uint64 // by a write and a flush
	}{
		{Sound, nil, nil, 2},
		{FlushFails, nil, unix.EIO, 1},
		{WriteFails, unix.EIO, nil, 1},
		{Full, unix.ENOSPC, nil, 1},
		{Lies, nil, nil, 1},
	} {
		m := blank(t, "faulty", 4096)
		m.fault = c.fault
		if err := m.write(0, []byte("x"), 1); !errors.Is(err, c.write) {
			t.Errorf("%s: a write gives %v", c.fault, err)
		}
		if err := m.flush(); !errors.Is(err, c.flush) {
			t.Errorf("%s: a flush gives %v", c.fault, err)
		}
		if n := m.clock.Now(); n != c.grows {
			t.Errorf("%s: the log grew by %d", c.fault, n)
		}
	}
}
