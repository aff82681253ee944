package jetstream

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
)

var codec = events.NewCodec(eventstest.Events)

// brisk is a pace for tests: leases and doubts end sooner than usual.
var brisk = pace{
	request: 2 * time.Second,
	retry:   50 * time.Millisecond,
	grace:   2 * time.Second,
	lease:   2 * time.Second,
	alone:   300 * time.Millisecond,
	quorum:  3 * time.Second,
}

var secret = bytes.Repeat([]byte("s"), MinSecret)

// nodes of a cluster are named by their place.
const nodes = 3

func name(i int) string { return string(rune('a' + i)) }

// A cluster is three servers on loopback.
type cluster struct {
	dir     string
	log     *zap.Logger
	address [nodes]string
	servers [nodes]*Server
}

// shared is the cluster of all tests that leave the servers alone.
var shared struct {
	once    sync.Once
	cluster *cluster
	err     error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if c := shared.cluster; c != nil {
		c.close()
		os.RemoveAll(c.dir)
	}
	os.Exit(code)
}

func sharedCluster(t *testing.T) *cluster {
	t.Helper()
	shared.once.Do(func() {
		dir, err := os.MkdirTemp("", "guildhall-cluster-")
		if err == nil {
			shared.cluster, err = newCluster(dir)
		}
		shared.err = err
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.cluster
}

// ownCluster is for tests that stop servers.
func ownCluster(t *testing.T) *cluster {
	t.Helper()
	c, err := newCluster(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

func newCluster(dir string) (*cluster, error) {
	c := &cluster{dir: dir, log: logger()}
	for i := range c.address {
		var err error
		if c.address[i], err = free(); err != nil {
			return nil, err
		}
	}
	for i := range c.servers {
		if err := c.start(i); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

// logger tells what happens if GUILDHALL_TEST_VERBOSE is set.
func logger() *zap.Logger {
	if os.Getenv("GUILDHALL_TEST_VERBOSE") == "" {
		return zap.NewNop()
	}
	return zap.Must(zap.NewDevelopment())
}

// free is an address that nobody listens to. It is none of those that connections come from: one
// could take it before a server does.
func free() (string, error) {
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000))
		if l, err := net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
}

func (c *cluster) options(i int) ServerOptions {
	o := ServerOptions{Name: name(i), Dir: c.home(i), Listen: c.address[i], Secret: secret, MaxStore: 1 << 30, Logger: c.log}
	for k, a := range c.address {
		if k != i {
			o.Routes = append(o.Routes, a)
		}
	}
	return o
}

func (c *cluster) home(i int) string { return filepath.Join(c.dir, name(i)) }

func (c *cluster) start(i int) (err error) {
	c.servers[i], err = StartServer(context.Background(), c.options(i))
	return err
}

func (c *cluster) stop(i int) {
	if c.servers[i] != nil {
		c.servers[i].Close()
		c.servers[i] = nil
	}
}

func (c *cluster) close() {
	for i := range c.servers {
		c.stop(i)
	}
}

// onNode are the options of node i for a stream.
func (c *cluster) onNode(i int, stream string) Options {
	return Options{Server: c.servers[i], Name: stream, Node: name(i), Nodes: nodes, Secret: secret,
		Logger: c.log.Named(name(i)), pace: brisk}
}

// join opens the log of a stream on node i, with its journal in dir.
func (c *cluster) join(t *testing.T, i int, stream, dir string) (*Log, error) {
	t.Helper()
	return open(t, filepath.Join(dir, name(i)), c.onNode(i, stream))
}

// open opens a log with its journal in dir.
func open(t *testing.T, dir string, o Options) (*Log, error) {
	t.Helper()
	j := openJournal(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	l, err := Open(ctx, j, codec, o)
	if err != nil {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
	return l, err
}

func openJournal(t *testing.T, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// logs are those of one stream on all nodes.
type logs [nodes]*Log

// open opens the log of a stream on all nodes at once and waits for one of them to lead.
func (c *cluster) open(t *testing.T, stream, dir string) *logs {
	t.Helper()
	var ls logs
	var wg sync.WaitGroup
	errs := make([]error, nodes)
	for i := range ls {
		wg.Go(func() { ls[i], errs[i] = c.join(t, i, stream, dir) })
	}
	wg.Wait()
	t.Cleanup(func() { ls.close(t) })
	for i, err := range errs {
		if err != nil {
			t.Fatalf("node %s: %v", name(i), err)
		}
	}
	ls.leader(t)
	return &ls
}

func (ls *logs) close(t *testing.T) {
	for i, l := range ls {
		if l == nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Errorf("close node %s: %v", name(i), err)
		}
		ls[i] = nil
	}
}

// leader returns the place of the node that leads, once there is one.
func (ls *logs) leader(t *testing.T) int {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		for i, l := range ls {
			if l != nil && l.Leading() {
				return i
			}
		}
	}
	t.Fatal("no node leads")
	return 0
}

// agree waits until all journals are at the end of the longest, and compares them.
func (ls *logs) agree(t *testing.T) {
	t.Helper()
	var end events.Position
	for _, l := range ls {
		if l != nil {
			head, _ := l.End()
			end = max(end, head)
		}
	}
	var want events.Hash
	for i, l := range ls {
		if l == nil {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		err := l.Wait(ctx, end)
		cancel()
		if err != nil {
			head, _ := l.End()
			t.Fatalf("node %s is at %d and not at %d: %v", name(i), head, end, err)
		}
		head, hash := l.End()
		if want == (events.Hash{}) {
			want = hash
		}
		if head != end || hash != want {
			t.Fatalf("node %s is at %d with hash %x, others at %d with %x", name(i), head, hash, end, want)
		}
	}
}

// TestAClusterIsALog asks in turn the node that leads and one that does not.
func TestAClusterIsALog(t *testing.T) {
	t.Parallel()
	c := sharedCluster(t)
	var mu sync.Mutex
	streams := map[string]string{}
	opened := 0
	eventstest.TestLog(t, func(t *testing.T, dir string) events.Log {
		mu.Lock()
		defer mu.Unlock()
		if streams[dir] == "" {
			streams[dir] = fmt.Sprintf("TEST%d", len(streams))
		}
		ls := c.open(t, streams[dir], dir)
		t.Cleanup(func() { ls.agree(t) })
		opened++
		if opened%3 == 0 {
			return ls[ls.leader(t)]
		}
		return ls[(ls.leader(t)+1)%nodes]
	})
}
