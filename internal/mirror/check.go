package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/graphql"
)

// A digest is which objects a copy holds and how new they are, as FeedDigest of the schema has
// it: a sum for each bucket that is not empty.
type digest struct {
	count int
	sums  map[int]string
}

func (d digest) equal(o digest) bool {
	for i, sum := range d.sums {
		if o.sums[i] != sum {
			return false
		}
	}
	return d.count == o.count && len(d.sums) == len(o.sums)
}

// check compares the copy with the digest of the server. While there is something new that is
// taken first; if there is not and they differ, the copy is made anew.
func (m *Mirror) check(ctx context.Context) error {
	const rounds = 10
	anew := false
	for range rounds {
		theirs, err := m.digest(ctx)
		if err != nil {
			return err
		}
		ours, err := m.store.digest()
		if err != nil || ours.equal(theirs) {
			return err
		}
		before := m.taken
		if err := m.walk(ctx); err != nil {
			return err
		}
		if m.taken > before {
			continue
		}
		if anew {
			break
		}
		m.Say("The copy is not what the server says of it, and is made anew.")
		anew = true
		if err := m.store.startOver(); err != nil {
			return err
		}
		if err := m.walk(ctx); err != nil {
			return err
		}
	}
	return domain.Refuse(domain.Busy, "NOT_ALIKE", "The copy is not what the server says of it, also after it was brought up to date. Try again when less is changing.")
}

func (m *Mirror) digest(ctx context.Context) (digest, error) {
	var answer struct {
		Digest struct {
			Count   int
			Buckets []struct {
				Index int
				Sum   string
			}
		}
	}
	err := m.server.ask(ctx, graphql.CheckOperation, nil, &answer)
	d := digest{answer.Digest.Count, map[int]string{}}
	for _, b := range answer.Digest.Buckets {
		d.sums[b.Index] = b.Sum
	}
	return d, err
}

func (s *store) digest() (digest, error) {
	d := digest{sums: map[int]string{}}
	sums := map[int]uint64{}
	for _, t := range s.tables {
		if !t.Whole() {
			continue
		}
		err := s.read(fmt.Sprintf(`SELECT _object, _position FROM %q`, t.Name), func(row *sqlite.Stmt) error {
			object := row.ColumnText(0)
			sum := sha256.Sum256([]byte(object + " " + row.ColumnText(1)))
			sums[int(sha256.Sum256([]byte(object))[0])] ^= binary.BigEndian.Uint64(sum[:])
			d.count++
			return nil
		})
		if err != nil {
			return d, err
		}
	}
	for i, sum := range sums {
		d.sums[i] = fmt.Sprintf("%016x", sum)
	}
	return d, nil
}
