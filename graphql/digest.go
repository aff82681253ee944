package graphql

import (
	"context"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A digestNode is the digest of what a partner may see, as far as it was asked for.
type digestNode struct {
	partners.Digest
	buckets []bucketNode
}

type bucketNode struct {
	partners.Bucket
	index int
}

var feedDigestType = object("FeedDigest", map[string]field[digestNode]{
	"position": get(func(d digestNode) any { return positionText(d.Position) }),
	"count":    get(func(d digestNode) any { return d.Count }),
	"buckets":  get(func(d digestNode) any { return d.buckets }),
})

var feedBucketType = object("FeedBucket", map[string]field[bucketNode]{
	"index":   get(func(b bucketNode) any { return b.index }),
	"count":   get(func(b bucketNode) any { return b.Count }),
	"sum":     get(func(b bucketNode) any { return fmt.Sprintf("%016x", b.Sum) }),
	"entries": get(func(b bucketNode) any { return b.Entries }),
})

var feedEntryType = object("FeedEntry", map[string]field[projections.Change]{
	"id":       get(func(c projections.Change) any { return c.Object }),
	"position": get(func(c projections.Change) any { return positionText(c.Position) }),
})

func (s *Server) digest(ctx context.Context, by domain.Actor, a args) (any, error) {
	if by.Role != domain.Partner {
		return nil, partnersOnly
	}
	named := a.ints("buckets")
	d, err := s.Partners.Digest(ctx, by.Partner, categories(a), named...)
	if err != nil {
		return nil, err
	}
	out := digestNode{Digest: d}
	if len(named) > 0 {
		for _, i := range named {
			out.buckets = append(out.buckets, bucketNode{d.Buckets[i], i})
		}
		return out, nil
	}
	for i, b := range d.Buckets {
		if b.Count > 0 {
			out.buckets = append(out.buckets, bucketNode{b, i})
		}
	}
	return out, nil
}
