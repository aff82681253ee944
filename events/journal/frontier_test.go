package journal

import (
	"crypto/sha256"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func TestAFrontierHasTheRootOfTheTree(t *testing.T) {
	var f Frontier
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for n := range int64(130) {
		want, err := tlog.TreeHash(n, reader)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Root(); got != want || f.Size() != 0 && int64(f.Size()) != n {
			t.Fatalf("a tree of %d records has the root %v and not %v", n, want, got)
		}
		h := sha256.Sum256([]byte{byte(n)})
		more, err := tlog.StoredHashesForRecordHash(n, Leaf(h), reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		f.Add(h)
	}
}
