package jetstream

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// A Keep holds small things for a time, for all nodes: a key-value bucket with as many replicas
// as the log. It holds nothing of the log, and may be lost: people then sign in once more.
type Keep struct {
	*node
	life time.Duration
}

// Keep returns what holds things for a time, at most a life each. All nodes name the same life.
func (l *Log) Keep(life time.Duration) *Keep { return &Keep{l.node, life} }

const maxKept = 256 << 10 // bytes of one thing

// A thing is kept behind the seconds since 1970 until which it counts. One that was ended has
// nothing behind them.
const untilBytes = 8

func kept(value []byte, until time.Time) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(until.Unix())), value...)
}

// counts reports whether a thing has not come to its end.
func counts(b []byte) bool {
	return len(b) >= untilBytes && int64(binary.BigEndian.Uint64(b)) > time.Now().Unix()
}

// Get returns what is kept under a key, or nil if nothing is.
func (k *Keep) Get(ctx context.Context, key string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, k.pace.request)
	defer cancel()
	kv, err := k.bucket(ctx)
	if err != nil {
		return nil, k.unreachable(err)
	}
	e, err := kv.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, k.unreachable(err)
	}
	if !counts(e.Value()) || len(e.Value()) == untilBytes {
		return nil, nil
	}
	return e.Value()[untilBytes:], nil
}

// Put keeps a value under a key until a time. It does nothing where the key was ended, and
// leaves what another node put meanwhile.
func (k *Keep) Put(ctx context.Context, key string, value []byte, until time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, k.pace.request)
	defer cancel()
	kv, err := k.bucket(ctx)
	if err != nil {
		return k.unreachable(err)
	}
	e, err := kv.Get(ctx, key)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		_, err = kv.Create(ctx, key, kept(value, until))
	case err != nil:
	case counts(e.Value()) && len(e.Value()) == untilBytes:
		return nil
	default:
		_, err = kv.Update(ctx, key, kept(value, until), e.Revision())
	}
	if errors.Is(err, jetstream.ErrKeyExists) { // as is an update of another revision
		return nil
	}
	return k.unreachable(err)
}

// End ends what is kept under a key, whoever puts it again until a time.
func (k *Keep) End(ctx context.Context, key string, until time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, k.pace.request)
	defer cancel()
	kv, err := k.bucket(ctx)
	if err == nil {
		_, err = kv.Put(ctx, key, kept(nil, until))
	}
	return k.unreachable(err)
}

// Keys are those that begin in a way and under which something is kept, in order. The way ends
// with a dot.
func (k *Keep) Keys(ctx context.Context, prefix string) (keys []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, k.pace.request)
	defer cancel()
	kv, err := k.bucket(ctx)
	if err != nil {
		return nil, k.unreachable(err)
	}
	list, err := kv.ListKeysFiltered(ctx, prefix+">")
	if err != nil {
		return nil, k.unreachable(err)
	}
	for key := range list.Keys() {
		value, err := k.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		if value != nil {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func (k *Keep) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := k.js.KeyValue(ctx, k.Name+"-sessions")
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = k.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: k.Name + "-sessions", Description: "Who is signed in to Guildhall.", MaxValueSize: maxKept,
			TTL: k.life, Replicas: k.Replicas, Storage: jetstream.FileStorage, MaxBytes: 128 << 20,
		})
	}
	return kv, err
}
