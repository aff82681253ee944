package journal

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/guildhall-dev/guildhall/events"
)

// A Frontier computes the root of the Merkle tree over a log that is read from its
// beginning. It keeps one hash for each height of the tree. The zero Frontier is that of
// an empty log.
type Frontier struct {
	size  uint64
	roots []tlog.Hash // of the perfect trees that the records so far make up, the largest first
}

// Leaf is the leaf of the record that a log ends with whose running hash is h.
func Leaf(h events.Hash) tlog.Hash { return tlog.RecordHash(h[:]) }

// Add puts the next record under the tree, by the log's running hash up to it.
func (f *Frontier) Add(h events.Hash) { f.add(Leaf(h)) }

// add puts a perfect tree under the tree, which is made of such as large.
func (f *Frontier) add(top tlog.Hash) {
	for n := f.size; n&1 == 1; n >>= 1 {
		last := len(f.roots) - 1
		top = tlog.NodeHash(f.roots[last], top)
		f.roots = f.roots[:last]
	}
	f.roots = append(f.roots, top)
	f.size++
}

// Size is how many records were added.
func (f *Frontier) Size() events.Position { return events.Position(f.size) }

// Root is that of the tree over everything added, as RFC 6962 has it.
func (f *Frontier) Root() tlog.Hash {
	if f.size == 0 {
		return sha256.Sum256(nil)
	}
	last := len(f.roots) - 1
	root := f.roots[last]
	for last > 0 {
		last--
		root = tlog.NodeHash(f.roots[last], root)
	}
	return root
}
