package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Spent remembers for a while what may be used only once, for all nodes: a key-value bucket
// with as many replicas as the log, whose keys go away by themselves. It holds nothing of the
// log, and may be lost; whoever asks can tell by Since.
type Spent struct {
	*node
	life time.Duration
}

// Spent returns what remembers things for a time. All nodes name the same time.
func (l *Log) Spent(life time.Duration) *Spent { return &Spent{l.node, life} }

// Spend reports whether a thing is spent for the first time; it may have letters, digits and
// hyphens. Of two nodes that spend it at once one is told that it is the first. If nobody can
// tell, it is an error, and the thing may be spent.
func (s *Spent) Spend(ctx context.Context, thing string, _ time.Time) (first bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.pace.request)
	defer cancel()
	kv, err := s.bucket(ctx)
	if err == nil {
		_, err = kv.Create(ctx, thing, nil)
	}
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	return err == nil, s.unreachable(err)
}

// Since is from when on everything that was spent is remembered.
func (s *Spent) Since(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, s.pace.request)
	defer cancel()
	_, err := s.bucket(ctx)
	if err != nil {
		return time.Time{}, s.unreachable(err)
	}
	stream, err := s.js.Stream(ctx, "KV_"+s.name())
	if err != nil {
		return time.Time{}, s.unreachable(err)
	}
	return stream.CachedInfo().Created, nil
}

func (s *Spent) name() string { return s.Name + "-spent" }

func (s *Spent) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := s.js.KeyValue(ctx, s.name())
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = s.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: s.name(), Description: "What clients of Guildhall used that may be used once.",
			TTL: s.life, Replicas: s.Replicas, Storage: jetstream.FileStorage, MaxBytes: 64 << 20,
		})
	}
	return kv, err
}

// unreachable makes a refusal of what the servers do not answer; a nil err stays nil.
func (n *node) unreachable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", domain.Refuse(domain.Busy, "LOG_UNREACHABLE", "The servers that the nodes share cannot tell at this moment. Try again in a few seconds."), err)
}
