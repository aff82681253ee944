package jetstream

import (
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// TestWhatOneNodeKeepsAllHave lets one of three nodes keep things, and another end them.
func TestWhatOneNodeKeepsAllHave(t *testing.T) {
	c := ownCluster(t)
	ls := c.open(t, "KEPT", t.TempDir())
	const life = time.Hour
	do := func(what string, act func() error) {
		t.Helper()
		until(t, what, func() bool { // while a server takes over nobody can
			err := act()
			if r := domain.AsRefusal(err); err != nil && (r == nil || r.Kind != domain.Busy) {
				t.Fatal(err)
			}
			return err == nil
		})
	}
	put := func(i int, key, value string, until time.Time) {
		t.Helper()
		do("a node keeps", func() error { return ls[i].Keep(life).Put(t.Context(), key, []byte(value), until) })
	}
	has := func(i int, key, want string) {
		t.Helper()
		until(t, key+" is "+want, func() bool {
			got, err := ls[i].Keep(life).Get(t.Context(), key)
			return err == nil && string(got) == want
		})
	}
	soon := time.Now().Add(life)
	put(0, "p.a.1", "one", soon)
	put(1, "p.a.2", "two", soon)
	put(2, "p.b.3", "three", soon)
	put(0, "p.a.4", "over", time.Now().Add(-time.Second))
	has(2, "p.a.1", "one")
	put(2, "p.a.1", "more", soon)
	has(0, "p.a.1", "more")
	do("a node ends", func() error { return ls[0].Keep(life).End(t.Context(), "p.a.2", soon) })
	has(1, "p.a.2", "")
	put(1, "p.a.2", "late", soon)
	has(0, "p.a.2", "")
	var keys []string
	do("a node lists", func() (err error) { keys, err = ls[1].Keep(life).Keys(t.Context(), "p.a."); return err })
	if !slices.Equal(keys, []string{"p.a.1"}) {
		t.Errorf("kept are %q", keys)
	}
	ls.close(t)
	c.close()
}
