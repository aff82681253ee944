package jetstream

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

func TestAServerIsRefusedWithoutProtection(t *testing.T) {
	t.Parallel()
	sound := ServerOptions{Name: "a", Dir: t.TempDir(), Listen: "127.0.0.1:4001", Routes: []string{"localhost:4002", "[::1]:4003"}, Secret: secret}
	for code, change := range map[string]func(*ServerOptions){
		"CLUSTER_SECRET":    func(o *ServerOptions) { o.Secret = o.Secret[1:] },
		"CLUSTER_PLAINTEXT": func(o *ServerOptions) { o.Routes = []string{"192.0.2.1:4002"} },
		"BAD_ADDRESS":       func(o *ServerOptions) { o.Listen = "127.0.0.1" },
	} {
		o := sound
		change(&o)
		_, err := o.server()
		wants(t, code, err)
	}
	open := sound
	open.Listen = "0.0.0.0:4001"
	_, err := open.server()
	wants(t, "CLUSTER_PLAINTEXT", err)
	open.AllowPlaintext = true
	for _, o := range []ServerOptions{sound, open} {
		got := must[*server.Options](t)(o.server())
		if !got.SyncAlways || !got.DontListen || got.Cluster.Password == "" || strings.Contains(got.Cluster.Password, string(secret)) {
			t.Errorf("%+v", got)
		}
	}
	if info := must[os.FileInfo](t)(os.Stat(filepath.Join(sound.Dir, StoreDir))); info.Mode().Perm() != 0o700 {
		t.Errorf("the files of the server have mode %v", info.Mode())
	}
}

// TestNodesProveThemselvesToEachOther starts a cluster with certificates, and a server
// with another secret, which it does not let in.
func TestNodesProveThemselvesToEachOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certificates(t, dir)
	var addresses [3]string
	for i := range addresses {
		addresses[i] = must[string](t)(free())
	}
	start := func(i int, secret []byte) *Server {
		o := ServerOptions{Name: name(i), Dir: filepath.Join(dir, name(i)), Listen: addresses[i], Routes: addresses[:2], Secret: secret, Logger: logger(),
			CA: filepath.Join(dir, "ca.pem"), Certificate: filepath.Join(dir, "node.pem"), Key: filepath.Join(dir, "node.key")}
		s := must[*Server](t)(StartServer(t.Context(), o))
		t.Cleanup(s.Close)
		return s
	}
	a, b := start(0, secret), start(1, secret)
	until(t, "two servers find each other", func() bool { return a.nats.NumRoutes() > 0 && b.nats.NumRoutes() > 0 })
	stranger := start(2, []byte(strings.Repeat("x", MinSecret)))
	time.Sleep(time.Second) // for an event that must not come
	if n := stranger.nats.NumRoutes(); n > 0 {
		t.Errorf("a server with another secret has %d routes", n)
	}
}

func TestAServerWhoseAddressIsTakenSaysSo(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = StartServer(t.Context(), ServerOptions{Name: "a", Dir: t.TempDir(), Listen: l.Addr().String(), Routes: []string{l.Addr().String()}, Secret: secret})
	if err == nil || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("it starts where another listens, or says only: %v", err)
	}
}

// TestAClosedLogLeavesNothingBehind counts what runs on behalf of this package and its
// connections.
func TestAClosedLogLeavesNothingBehind(t *testing.T) {
	c := sharedCluster(t)
	dir := t.TempDir()
	ours := func() (n int) {
		b := make([]byte, 4<<20)
		for g := range strings.SplitSeq(string(b[:runtime.Stack(b, true)]), "\n\n") {
			if strings.Contains(g, "nats-io/nats.go") || strings.Contains(g, "events/jetstream.(") || strings.Contains(g, "events/journal.(") {
				n++
			}
		}
		return n
	}
	before := ours()
	for range 2 {
		ls := c.open(t, "LEAKS", dir)
		fill(t, ls[0], 3)
		ls.close(t)
	}
	for i := range nodes {
		j := openJournal(t, filepath.Join(dir, name(i)))
		o := c.onNode(i, "LEAKS-OTHER") // is refused
		_, err := Open(within(t, time.Minute), j, codec, o)
		wants(t, "LOG_MISSING", err)
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
	until(t, "everything ends", func() bool { return ours() <= before })
}
