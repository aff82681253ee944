package jetstream

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// TestOnlyALeaderIsAskedForTheEnd has what servers of a divided cluster really say.
func TestOnlyALeaderIsAskedForTheEnd(t *testing.T) {
	peer := func(active time.Duration, offline bool) *jetstream.PeerInfo {
		return &jetstream.PeerInfo{Active: active, Offline: offline}
	}
	for _, c := range []struct {
		name     string
		leader   string
		peers    []*jetstream.PeerInfo
		believed bool
	}{
		{"a leader with both", "a", []*jetstream.PeerInfo{peer(time.Second, false), peer(time.Second, false)}, true},
		{"a leader with one", "a", []*jetstream.PeerInfo{peer(time.Second, false), peer(time.Minute, false)}, true},
		{"a leader whose others are silent", "a", []*jetstream.PeerInfo{peer(4*time.Second, false), peer(time.Minute, false)}, false},
		{"a leader whose others are gone", "a", []*jetstream.PeerInfo{peer(time.Second, true), peer(time.Second, true)}, false},
		{"a leader that never heard from others", "a", []*jetstream.PeerInfo{peer(0, false), peer(0, false)}, false},
		{"one that knows no leader and lists itself", "", []*jetstream.PeerInfo{peer(time.Second, false), peer(time.Second, false), peer(0, false)}, false},
	} {
		e := &engine{node: &node{Options: Options{pace: usual}}}
		info := &jetstream.StreamInfo{Config: jetstream.StreamConfig{Replicas: 3}, Cluster: &jetstream.ClusterInfo{Leader: c.leader, Replicas: c.peers}}
		if got := led(info) && e.heard(info); got != c.believed {
			t.Errorf("%s is believed: %v, want %v", c.name, got, c.believed)
		}
	}
}
