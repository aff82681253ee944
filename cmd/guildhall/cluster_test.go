package main

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events/journal"
)

// TestThreeNodesAreOneHospital writes at every node of a cluster, goes on while one is
// killed and comes back with an empty disk, and finds one record of it all in three
// journals and every name on the new disk. One of them sends notices for all. Who signs in at
// one is signed in at all, until they lose the capacity they act in.
func TestThreeNodesAreOneHospital(t *testing.T) {
	t.Parallel()
	nodes := newNodes(t, 3)
	var all sync.WaitGroup
	for i := range nodes {
		all.Go(func() { nodes[i].start(t) })
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}

	token := nodes[0].tokenOf(t, "apprentice")
	minutes := 0
	write := func(n *clusterNode) {
		t.Helper()
		minutes++
		for try := range 40 {
			if _, answered := n.logHours(token, fmt.Sprintf("cluster-%d", minutes), minutes, minutes); answered {
				return
			}
			time.Sleep(time.Duration(try) * 20 * time.Millisecond)
		}
		t.Fatal("a write was not answered")
	}
	for _, n := range nodes {
		write(n)
	}
	heard := make(chan string, 100)
	ear := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { heard <- r.Header.Get("webhook-id") }))
	defer ear.Close()
	(&house{t: t, demo: nodes[1].demo}).do("coordinator", `addWebhook(input: {idempotencyKey: "hook", partnerId: "partner-lakeshore", name: "hook", url: "`+ear.URL+`", types: [CREDIT_AWARD]})`)
	notice := <-heard
	// recorded waits until every node has so many facts about the webhook.
	recorded := func(facts int) {
		t.Helper()
		for _, n := range nodes {
			h := house{t: t, demo: n.demo}
			h.eventually("it is told what became of a notice", func() bool {
				var out struct{ Node struct{ Version int } }
				h.ask("coordinator", `{ node(id: "webhook-lakeshore.hook") { ... on Webhook { version } } }`, nil, &out)
				return out.Node.Version == facts
			})
		}
	}
	recorded(3) // added, with a secret, and delivered
	auditor := (&house{t: t, demo: nodes[0].demo}).session("auditor")
	signedIn := func(want bool) {
		t.Helper()
		for _, n := range nodes {
			h := house{t: t, demo: n.demo}
			h.eventually(fmt.Sprintf("the auditor is signed in at %s: %v", n.cluster, want), func() bool { return h.shows(auditor, "/audit") == want })
		}
	}
	signedIn(true)
	(&house{t: t, demo: nodes[1].demo}).do("hr", `revokeCapacity(input: {idempotencyKey: "no-auditor", personId: "person-e-1003", capacity: AUDITOR, from: "2026-01-01"})`)
	signedIn(false)
	nodes[0].kill(t, syscall.SIGKILL)
	write(nodes[1])
	write(nodes[2])
	if err := os.RemoveAll(nodes[0].dir); err != nil {
		t.Fatal(err)
	}
	nodes[0].start(t)
	write(nodes[0])
	for _, n := range nodes {
		h := house{t: t, demo: n.demo}
		var viewer struct{ Viewer struct{ Name string } }
		h.ask("mentor", `{ viewer { name } }`, nil, &viewer)
		if viewer.Viewer.Name != "Priya Raman" {
			t.Errorf("%s calls the mentor %q: it does not have the key of her name", n.cluster, viewer.Viewer.Name)
		}
	}
	if len(heard) > 0 {
		t.Error("another node sends what is on record")
	}
	(&house{t: t, demo: nodes[2].demo}).do("coordinator", `resendWebhook(input: {idempotencyKey: "again", webhookId: "webhook-lakeshore.hook"})`)
	if again := <-heard; again != notice {
		t.Errorf("%s is sent again as %s", notice, again)
	}
	recorded(5)
	for _, n := range nodes {
		n.kill(t, syscall.SIGTERM)
	}
	ends := map[string]bool{}
	for _, n := range nodes {
		j, err := journal.OpenReader(t.Context(), n.dir, codec())
		if err != nil {
			t.Fatal(err)
		}
		position, hash := j.End()
		ends[fmt.Sprintf("%d %x", position, hash)] = true
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(ends) != 1 {
		t.Errorf("the journals end differently: %v", ends)
	}
}

// A clusterNode is one of several processes with a common log.
type clusterNode struct {
	*process
	dir     string
	cluster string
}

func newNodes(t *testing.T, n int) []*clusterNode {
	t.Helper()
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte(rand.Text()+rand.Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	routes := freeAddresses(t, n)
	nodes := make([]*clusterNode, n)
	for i := range nodes {
		name := fmt.Sprintf("node-%d", i+1)
		nodes[i] = &clusterNode{dir: filepath.Join(dir, name),
			cluster: fmt.Sprintf("name=%s,listen=%s,routes=%s,secret=%s", name, routes[i], strings.Join(routes, ","), secret)}
	}
	return nodes
}

func (n *clusterNode) start(t *testing.T) {
	n.process = startProgramIn(t, filepath.Dir(n.dir), filepath.Base(n.dir), "--cluster", n.cluster)
}

// freeAddresses are addresses of this machine that nobody listened on a moment ago.
func freeAddresses(t *testing.T, n int) (free []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		free = append(free, l.Addr().String())
	}
	return free
}
