package journal

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// The Merkle tree has a leaf for every record, made of its running hash. A leaf
// therefore stands for its record and for all records before it, and the tree can be built
// and checked from the column hash alone, without the records.
//
// Kept are the subtrees of 256 records, the blocks, each with the root of the tree that ends
// with it. The root tells whether the block and all before it are what was stored.

// blockLevel is the level of a block in the tree, blockRecords its number of leaves.
const (
	blockLevel   = 8
	blockRecords = 1 << blockLevel
)

// A block is a full subtree: of the records from number*blockRecords+1 on.
type block struct {
	number     int64
	hash, root tlog.Hash
}

// An edge is the right edge of a growing tree.
type edge struct {
	blocks Frontier
	leaves []tlog.Hash // behind the last block
}

// clone returns an edge that grows by itself.
func (t edge) clone() edge {
	t.blocks.roots = slices.Clone(t.blocks.roots)
	return t
}

// add puts a record with running hash h behind the others and reports whether a block is full.
func (t *edge) add(h events.Hash) (b block, full bool) {
	t.leaves = append(t.leaves, Leaf(h))
	if len(t.leaves) < blockRecords {
		return block{}, false
	}
	b.number = int64(t.blocks.size)
	b.hash = subtree(t.leaves)
	t.blocks.add(b.hash)
	b.root = t.blocks.Root()
	t.leaves = make([]tlog.Hash, 0, blockRecords)
	return b, true
}

// subtree returns the hash of a full tree over hashes, whose number is a power of two.
func subtree(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(subtree(hashes[:half]), subtree(hashes[half:]))
}

// Root returns the root of the tree over the first size records, read back from the file.
// What does not fit together is events.ErrCorrupt.
func (j *Journal) Root(ctx context.Context, size events.Position) (tlog.Hash, error) {
	r, err := j.tree(ctx, size)
	if err != nil {
		return tlog.Hash{}, err
	}
	root, err := tlog.TreeHash(int64(size), r)
	return root, treeFault(err)
}

// ProveRecord proves that the record at position p is in the tree over the first size
// records. Its leaf number is p-1 and its leaf tlog.RecordHash of what HashAt returns.
func (j *Journal) ProveRecord(ctx context.Context, p, size events.Position) (tlog.RecordProof, error) {
	r, err := j.tree(ctx, size)
	if err != nil {
		return nil, err
	}
	if p == 0 || p > size {
		return nil, noProof("Position %d is not among the first %d records. Ask for one of them.", p, size)
	}
	proof, err := tlog.ProveRecord(int64(size), int64(p-1), r)
	return proof, treeFault(err)
}

// ProveTree proves that the tree over the first size records continues the one over the
// first older records, which must be at least one.
func (j *Journal) ProveTree(ctx context.Context, older, size events.Position) (tlog.TreeProof, error) {
	r, err := j.tree(ctx, size)
	if err != nil {
		return nil, err
	}
	if older == 0 || older > size {
		return nil, noProof("A tree of %d records does not continue one of %d. Name the smaller one first.", size, older)
	}
	proof, err := tlog.ProveTree(int64(size), int64(older), r)
	return proof, treeFault(err)
}

func noProof(format string, args ...any) error {
	return domain.Refuse(domain.Invalid, "NO_PROOF", format, args...)
}

func treeFault(err error) error {
	if err != nil {
		return fmt.Errorf("journal: tree: %w", err)
	}
	return nil
}

// A treeReader reads the tree over the first records of a journal.
type treeReader struct {
	ctx    context.Context
	j      *Journal
	blocks []tlog.Hash
	cache  map[int64][]tlog.Hash // leaves of blocks
	size   events.Position
}

// tree returns what reads the tree over the first size records, which must exist.
func (j *Journal) tree(ctx context.Context, size events.Position) (*treeReader, error) {
	head, _ := j.End()
	if size > head {
		return nil, noProof("There are %d records and not %d. Ask for a tree of at most that size.", head, size)
	}
	blocks, err := j.blocks(ctx, int64(size/blockRecords))
	return &treeReader{ctx: ctx, j: j, blocks: blocks, cache: make(map[int64][]tlog.Hash), size: size}, err
}

// ReadHashes returns the hashes at indexes, as tlog.HashReader has it.
func (r *treeReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		var err error
		if hashes[i], err = r.node(tlog.SplitStoredHashIndex(index)); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

func (r *treeReader) node(level int, n int64) (tlog.Hash, error) {
	if level >= blockLevel {
		width := int64(1) << (level - blockLevel)
		return subtree(r.blocks[n*width : (n+1)*width]), nil
	}
	width := int64(1) << level
	first := n * width
	leaves, err := r.leaves(first / blockRecords)
	if err != nil {
		return tlog.Hash{}, err
	}
	return subtree(leaves[first%blockRecords : first%blockRecords+width]), nil
}

// leaves returns the leaves of a block, compared with the block if that is full.
func (r *treeReader) leaves(number int64) ([]tlog.Hash, error) {
	if leaves, known := r.cache[number]; known {
		return leaves, nil
	}
	first := events.Position(number*blockRecords) + 1
	leaves, err := r.j.leaves(r.ctx, first, min(first+blockRecords-1, r.size))
	if err != nil {
		return nil, err
	}
	if number < int64(len(r.blocks)) && subtree(leaves) != r.blocks[number] {
		return nil, fmt.Errorf("%w: a hash between positions %d and %d is not what the tree has", events.ErrCorrupt, first, first+blockRecords-1)
	}
	r.cache[number] = leaves
	return leaves, nil
}

// leaves returns the leaves of the records from first to last.
func (j *Journal) leaves(ctx context.Context, first, last events.Position) (hashes []tlog.Hash, err error) {
	err = j.reading(ctx, func(r *reader) error {
		r.hashes.BindInt64(1, int64(first))
		r.hashes.BindInt64(2, int64(last))
		return each(r.hashes, func(stmt *sqlite.Stmt) error {
			h, err := digest[events.Hash](stmt, 0)
			hashes = append(hashes, Leaf(h))
			return err
		})
	})
	if err == nil && len(hashes) != int(last+1-first) {
		err = fmt.Errorf("journal: %w: a record is missing between positions %d and %d", events.ErrCorrupt, first, last)
	}
	return hashes, err
}

// blocks returns the hashes of the first n blocks, proven by the root that is kept with the last.
func (j *Journal) blocks(ctx context.Context, n int64) (hashes []tlog.Hash, err error) {
	hashes = make([]tlog.Hash, 0, n)
	var f Frontier
	err = j.eachBlock(ctx, n, func(stored block) error {
		hashes = append(hashes, stored.hash)
		f.add(stored.hash)
		if stored.number == n-1 && stored.root != f.Root() {
			return fmt.Errorf("%w: the stored tree does not have the root that it had up to position %d", events.ErrCorrupt, n*blockRecords)
		}
		return nil
	})
	return hashes, err
}

// eachBlock calls visit with the first n blocks in order.
func (j *Journal) eachBlock(ctx context.Context, n int64, visit func(block) error) error {
	return j.reading(ctx, func(r *reader) error {
		next := int64(0)
		r.blocks.BindInt64(1, n)
		err := each(r.blocks, func(stmt *sqlite.Stmt) (err error) {
			b := block{number: stmt.ColumnInt64(0)}
			if b.hash, err = digest[tlog.Hash](stmt, 1); err != nil {
				return err
			}
			if b.root, err = digest[tlog.Hash](stmt, 2); err != nil {
				return err
			}
			if b.number != next {
				return fmt.Errorf("journal: %w: block %d of the tree is missing", events.ErrCorrupt, next)
			}
			next++
			return visit(b)
		})
		if err == nil && next != n {
			err = fmt.Errorf("journal: %w: the tree has %d blocks where %d are due", events.ErrCorrupt, next, n)
		}
		return err
	})
}

// edge restores the right edge of the tree over the first size records.
func (j *Journal) edge(ctx context.Context, size events.Position) (t edge, err error) {
	n := int64(size / blockRecords)
	blocks, err := j.blocks(ctx, n)
	if err != nil {
		return t, err
	}
	for _, hash := range blocks {
		t.blocks.add(hash)
	}
	if first := events.Position(n*blockRecords) + 1; first <= size {
		t.leaves, err = j.leaves(ctx, first, size)
	}
	return t, err
}
