package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/events/jetstream"
	"github.com/guildhall-dev/guildhall/events/journal"
)

const (
	groupCluster    = "cluster"
	groupSpread     = "cluster-spread" // measured with the cluster, as is the next
	groupReplicated = "jetstream-r3"
	nodes           = 3
)

// clusterGoals are the figures that three nodes on one disk have to hold.
var clusterGoals = map[int][]goal{
	64:  {{over: groupReplicated, atLeast: 2}},
	256: {{over: groupReplicated, atLeast: 2}},
}

// addCluster adds three nodes on this disk, and three plain JetStream servers beside them.
func (b *bench) addCluster(ctx context.Context) error {
	c, err := openCluster(ctx, b.path("cluster"))
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	b.closers = append(b.closers, c.Close)
	p, err := openJetStream(ctx, b.path("replicated"), nodes, b.progress)
	if err != nil {
		return fmt.Errorf("JetStream R3: %w", err)
	}
	b.closers = append(b.closers, p.Close)
	b.writing(groupCluster, "Guildhall, three nodes", c.commit, clusterGoals)
	b.writing(groupSpread, "Guildhall, three nodes, writers at each", c.spread, nil)
	b.writing(groupReplicated, "JetStream R3, sync always", p.commit, nil)
	return nil
}

// A cluster is three nodes, each with a NATS server and a journal. They share this process.
type cluster struct {
	servers []*jetstream.Server
	logs    []*jetstream.Log
}

// openCluster tries again with other ports: one that was free may be taken meanwhile.
func openCluster(ctx context.Context, dir string) (c *cluster, err error) {
	for try := range 4 {
		if c, err = tryCluster(ctx, filepath.Join(dir, fmt.Sprint("try-", try+1))); err == nil || ctx.Err() != nil {
			break
		}
	}
	return c, err
}

func tryCluster(ctx context.Context, dir string) (*cluster, error) {
	ctx, cancel := context.WithTimeout(ctx, childPatience)
	defer cancel()
	c := &cluster{}
	err := c.start(ctx, dir)
	if err == nil {
		err = c.join(ctx, dir)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func nodeName(i int) string { return fmt.Sprint("node-", i+1) }

var clusterSecret = []byte(strings.Repeat("no secret", jetstream.MinSecret))

// start starts the servers.
func (c *cluster) start(ctx context.Context, dir string) error {
	addresses, err := freeAddresses(nodes)
	if err != nil {
		return err
	}
	for i, address := range addresses {
		s, err := jetstream.StartServer(ctx, jetstream.ServerOptions{
			Name: nodeName(i), Dir: filepath.Join(dir, nodeName(i)), Secret: clusterSecret,
			Listen: address, Routes: slices.Delete(slices.Clone(addresses), i, i+1),
		})
		if err != nil {
			return err
		}
		c.servers = append(c.servers, s)
	}
	return nil
}

// join opens the log on every node. The first makes the stream.
func (c *cluster) join(ctx context.Context, dir string) error {
	for i, s := range c.servers {
		j, err := journal.Open(ctx, filepath.Join(dir, nodeName(i)), codec())
		if err != nil {
			return err
		}
		l, err := jetstream.Open(ctx, j, codec(), jetstream.Options{Server: s, Node: nodeName(i), Secret: clusterSecret})
		if err != nil {
			return errors.Join(err, j.Close())
		}
		c.logs = append(c.logs, l)
	}
	return c.logs[0].WaitLeading(ctx, true)
}

// commit asks the node that makes the groups.
func (c *cluster) commit(ctx context.Context, _ int, asked commit) (uint64, error) {
	at := max(0, slices.IndexFunc(c.logs, (*jetstream.Log).Leading))
	p, err := c.logs[at].Append(ctx, asked.proposed())
	return uint64(p), err
}

// spread asks the nodes in turn; two of them hand the commit over.
func (c *cluster) spread(ctx context.Context, writer int, asked commit) (uint64, error) {
	p, err := c.logs[writer%len(c.logs)].Append(ctx, asked.proposed())
	return uint64(p), err
}

func (c *cluster) Close() error {
	var errs []error
	for _, l := range slices.Backward(c.logs) {
		errs = append(errs, l.Close())
	}
	for _, s := range c.servers {
		s.Close()
	}
	return errors.Join(errs...)
}
