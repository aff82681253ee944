package journal_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// treeOf is the tree over the first size records as its definition has it.
func treeOf(t *testing.T, j *journal.Journal, size events.Position) tlog.Hash {
	t.Helper()
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			hashes[i] = stored[x]
		}
		return hashes, nil
	})
	for p := events.Position(1); p <= size; p++ {
		h, err := j.HashAt(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		add, err := tlog.StoredHashesForRecordHash(int64(p-1), tlog.RecordHash(h[:]), reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, add...)
	}
	root, err := tlog.TreeHash(int64(size), reader)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestTheTreeIsThatOfTheRunningHashes(t *testing.T) {
	dir := written(t)
	read := func(name string, j *journal.Journal) {
		for _, size := range []events.Position{0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 768, 1000, 1024, 1200} {
			root, err := j.Root(t.Context(), size)
			if err != nil || root != treeOf(t, j, size) {
				t.Errorf("%s: the root of %d records is %s, %v", name, size, root, err)
			}
		}
	}
	reader, err := journal.OpenReader(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	read("reader", reader)
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	log := open(t, dir)
	read("reopened", log.Journal)
	for i := range 100 {
		appended(t, log, commit(fmt.Sprint("more", i), "test-more", 1, 2, 3))
	}
	root, err := log.Root(t.Context(), 1500)
	if err != nil || root != treeOf(t, log.Journal, 1500) {
		t.Errorf("after more records the root is %s, %v", root, err)
	}
}

func TestRecordsAndOlderTreesAreProven(t *testing.T) {
	log := open(t, written(t))
	sizes := []events.Position{1, 2, 255, 256, 257, 700, 1024, 1200}
	for _, size := range sizes {
		root, err := log.Root(t.Context(), size)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []events.Position{1, 2, 256, 257, 600, 1024, 1025, 1200} {
			proof, err := log.ProveRecord(t.Context(), p, size)
			if p > size {
				if r := domain.AsRefusal(err); r == nil || r.Code != "NO_PROOF" {
					t.Errorf("position %d in a tree of %d: %v", p, size, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			h, err := log.HashAt(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckRecord(proof, int64(size), root, int64(p-1), tlog.RecordHash(h[:])); err != nil {
				t.Errorf("position %d in a tree of %d: %v", p, size, err)
			}
		}
		for _, older := range sizes {
			if older > size {
				continue
			}
			was, err := log.Root(t.Context(), older)
			if err != nil {
				t.Fatal(err)
			}
			proof, err := log.ProveTree(t.Context(), older, size)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckTree(proof, int64(size), root, int64(older), was); err != nil {
				t.Errorf("%d continues %d: %v", size, older, err)
			}
		}
	}
	_, err := log.Root(t.Context(), 1201)
	if r := domain.AsRefusal(err); r == nil || r.Code != "NO_PROOF" {
		t.Errorf("a tree larger than the log: %v", err)
	}
}

func TestAnAlteredTreeIsReported(t *testing.T) {
	whole := written(t)
	for _, c := range []struct{ name, statement string }{
		{"the hash of a block", `UPDATE tree SET hash = zeroblob(32) WHERE block = 1`},
		{"the hash of the last block", `UPDATE tree SET hash = zeroblob(32) WHERE block = 3`},
		{"the root of the last block", `UPDATE tree SET root = zeroblob(32) WHERE block = 3`},
		{"a short hash", `UPDATE tree SET hash = x'00' WHERE block = 1`},
		{"a block removed", `DELETE FROM tree WHERE block = 2`},
		{"the last block removed", `DELETE FROM tree WHERE block = 3`},
		{"a block renumbered", `UPDATE tree SET block = 9 WHERE block = 2`},
		{"two blocks exchanged", `UPDATE tree SET hash = (SELECT hash FROM tree o WHERE o.block = 3 - tree.block) WHERE block IN (1, 2)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			log := open(t, dir)
			alter(t, dir, c.statement)
			if _, err := log.Root(t.Context(), 1100); !errors.Is(err, events.ErrCorrupt) {
				t.Errorf("its root: %v", err)
			}
			if _, err := log.ProveRecord(t.Context(), 1050, 1100); !errors.Is(err, events.ErrCorrupt) {
				t.Errorf("proving a record: %v", err)
			}
			if _, err := log.ProveTree(t.Context(), 600, 1100); !errors.Is(err, events.ErrCorrupt) {
				t.Errorf("proving an older tree: %v", err)
			}
			again, err := journal.Open(t.Context(), t.TempDir(), codec)
			if err != nil {
				t.Fatal(err)
			}
			again.Close()
		})
	}
	t.Run("the hash of a record", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		log := open(t, dir)
		alter(t, dir, `UPDATE record SET hash = zeroblob(32) WHERE position = 300`)
		if _, err := log.ProveRecord(t.Context(), 310, 1200); !errors.Is(err, events.ErrCorrupt) {
			t.Errorf("proving its neighbour: %v", err)
		}
	})
}
