package projections_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/guildhall-dev/guildhall/projections"
)

func TestARestoredNodeServesAnotherEpoch(t *testing.T) {
	log := seeded(t)
	epoch := func(dir string) string {
		db, stop := run(t, dir, log)
		defer stop()
		until(t, db, head(t, log))
		asked, err := db.Epoch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, _, fed, err := db.Feed(t.Context(), projections.FeedQuery{Partner: "lakeshore", First: 1})
		if err != nil || fed != asked {
			t.Errorf("the feed has the epoch %q, %v, and not %q", fed, err, asked)
		}
		return asked
	}
	first, second, restored := t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(restored, projections.EpochFile), []byte("again\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	was := epoch(first)
	if is := epoch(second); is != was {
		t.Errorf("the same log has the epochs %q and %q", was, is)
	}
	if is := epoch(restored); is != was+".again" {
		t.Errorf("a restored node has the epoch %q; before it was %q", is, was)
	}
	if is, err := projections.Epoch(restored, was); err != nil || is != was+".again" {
		t.Errorf("the epoch of the restored directory is said to be %q, %v", is, err)
	}
	if at, err := projections.Reached(t.Context(), first); err != nil || at != head(t, log) {
		t.Errorf("the read model is said to have come to %d, %v", at, err)
	}
	if at, err := projections.Reached(t.Context(), t.TempDir()); err != nil || at != 0 {
		t.Errorf("a read model that is not there is said to have come to %d, %v", at, err)
	}
}
