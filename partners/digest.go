package partners

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Buckets is how many buckets a Digest has: an object is in the one that the first byte of the
// SHA-256 of its id names.
const Buckets = 256

// MaxNamed is the largest number of buckets whose entries one Digest lists.
const MaxNamed = 16

// A Digest is what a partner is shown, in a few numbers: whoever keeps a copy finds out where
// it differs without taking everything anew.
type Digest struct {
	Position events.Position
	Count    int
	Buckets  [Buckets]Bucket
}

// A Bucket is some of the objects. Sum does not depend on their order: it is the exclusive or
// of the first 8 bytes, big-endian, of the SHA-256 of each object's id, a space and the
// position of its last change.
type Bucket struct {
	Count   int
	Sum     uint64
	Entries []projections.Change // of a bucket that was named, in the order of ids
}

// Digest works out the digest of what a partner is shown of some categories, of all if there are
// none, and lists the entries of the buckets that are named. It is refused as Changes is, and with BAD_BUCKETS.
func (p *Partners) Digest(ctx context.Context, partner domain.PartnerID, categories []string, named ...int) (Digest, error) {
	var d Digest
	listed := [Buckets]bool{}
	for _, b := range named {
		if b < 0 || b >= Buckets || len(named) > MaxNamed {
			return d, domain.Refuse(domain.Invalid, "BAD_BUCKETS", "Name at most %d buckets, from 0 to %d.", MaxNamed, Buckets-1).About("buckets")
		}
		listed[b] = true
	}
	if err := p.Admit(ctx, partner); err != nil {
		return d, err
	}
	var text []byte
	at, err := p.Read.Held(ctx, partner, p.today(), categories, func(c projections.Change) {
		text = append(text[:0], c.Object...)
		n := sha256.Sum256(text)[0]
		text = fmt.Appendf(text, " %d", c.Position)
		sum := sha256.Sum256(text)
		b := &d.Buckets[n]
		b.Sum ^= binary.BigEndian.Uint64(sum[:])
		b.Count++
		d.Count++
		if listed[n] {
			b.Entries = append(b.Entries, c)
		}
	})
	d.Position = at
	return d, err
}
