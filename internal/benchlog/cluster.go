package main

import (
	"context"
	"fmt"
)

const (
	groupCluster   = "cluster"
	groupReplicate = "jetstream-r3" // measured with the cluster
)

// addCluster adds three nodes on this disk, and three plain JetStream servers beside them.
func (b *bench) addCluster(ctx context.Context) error {
	p, err := openJetStream(ctx, b.path("replicated"), 3, b.progress)
	if err != nil {
		return fmt.Errorf("JetStream cluster: %w", err)
	}
	b.closers = append(b.closers, p.Close)
	b.writing(groupReplicate, "JetStream R3, sync always", p.commit, nil)
	return nil
}
