package keep_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/internal/keep"
)

func TestADirectoryMayBeNamedFromHere(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("data/demo", 0o700); err != nil {
		t.Fatal(err)
	}
	k, err := keep.Open(t.Context(), "data/demo", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if err := k.Put(t.Context(), "p.a.1", []byte("one"), time.Now().Add(time.Hour)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("data/demo/" + keep.File); err != nil {
		t.Error(err)
	}
}

func TestThingsAreKeptUntilTheirTimeAndNotOnceTheyWereEnded(t *testing.T) {
	dir, ctx, now := t.TempDir(), t.Context(), time.Unix(1_800_000_000, 0)
	clock := func() time.Time { return now }
	k, err := keep.Open(ctx, dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	has := func(key, want string) {
		t.Helper()
		got, err := k.Get(ctx, key)
		must(err)
		if string(got) != want {
			t.Errorf("%s has %q, want %q", key, got, want)
		}
	}
	must(k.Put(ctx, "p.a.1", []byte("one"), now.Add(time.Hour)))
	must(k.Put(ctx, "p.a.2", []byte("two"), now.Add(2*time.Hour)))
	must(k.Put(ctx, "p.b.3", []byte("three"), now.Add(time.Hour)))
	must(k.End(ctx, "p.a.2", now.Add(time.Hour)))
	must(k.Put(ctx, "p.a.2", []byte("late"), now.Add(time.Hour)))
	has("p.a.1", "one")
	has("p.a.2", "")
	has("nothing", "")
	must(k.Close())
	if k, err = keep.Open(ctx, dir, clock); err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	has("p.a.2", "")
	keys, err := k.Keys(ctx, "p.a.")
	must(err)
	if !slices.Equal(keys, []string{"p.a.1"}) {
		t.Errorf("kept are %q", keys)
	}
	now = now.Add(time.Hour)
	has("p.a.1", "")
	must(k.Put(ctx, "p.a.2", []byte("anew"), now.Add(time.Hour)))
	has("p.a.2", "anew")
	for n := range 3 {
		now = now.Add(2 * time.Hour)
		must(k.Put(ctx, fmt.Sprint("s.", n), []byte("x"), now.Add(time.Hour)))
	}
	if keys, err := k.Keys(ctx, ""); err != nil || len(keys) != 1 {
		t.Errorf("kept are %q: %v", keys, err)
	}
	if info, err := os.Stat(filepath.Join(dir, keep.File)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
}
