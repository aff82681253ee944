package jetstream

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
)

// readable fails t unless l still tells what it holds.
func readable(t *testing.T, l *Log, n int) {
	t.Helper()
	found := 0
	for _, err := range l.Read(t.Context(), "test-fill") {
		if err != nil {
			t.Fatal(err)
		}
		found++
	}
	if found != n {
		t.Errorf("the stream has %d events, want %d", found, n)
	}
}

func refuses(t *testing.T, l *Log, code string) {
	t.Helper()
	until(t, code, func() bool { return codeOf(l.Fault()) == code })
	_, err := l.Append(within(t, 10*time.Second), counted("", "test-a", events.Any, 1))
	wants(t, code, err)
	_, err = l.Latest(within(t, 10*time.Second))
	wants(t, code, err)
}

// TestAStreamThatIsGoneIsNotMadeAnew deletes it under three nodes. Nothing brings it back but
// a repair from a journal that is as long as any; then the nodes go on.
func TestAStreamThatIsGoneIsNotMadeAnew(t *testing.T) {
	t.Parallel()
	c := sharedCluster(t)
	dir := t.TempDir()
	ls := c.open(t, "GONE", dir)
	fill(t, ls[0], 30)
	ls.agree(t)
	lead := ls.leader(t)
	asking := ls[lead]
	stopped := (lead + 1) % nodes
	if err := ls[stopped].Close(); err != nil {
		t.Error(err)
	}
	ls[stopped] = nil
	fill(t, asking, 1)
	ls.agree(t)
	js := asking.node.js
	if err := js.DeleteStream(t.Context(), "GONE"); err != nil {
		t.Fatal(err)
	}
	for _, l := range ls {
		if l != nil {
			refuses(t, l, "LOG_MISSING")
			readable(t, l, 31)
		}
	}
	_, err := c.join(t, stopped, "GONE", dir)
	wants(t, "LOG_MISSING", err)
	_, err = c.join(t, stopped, "GONE", t.TempDir()) // with an empty journal
	wants(t, "LOG_MISSING", err)

	j := openJournal(t, filepath.Join(dir, name(stopped)))
	err = Repair(within(t, 30*time.Second), j, c.onNode(stopped, "GONE"), func(_, _ events.Position) {})
	wants(t, "JOURNAL_BEHIND", err)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := js.Stream(t.Context(), "GONE"); !errors.Is(err, jetstream.ErrStreamNotFound) {
		t.Fatalf("the stream: %v", err)
	}

	long := (lead + 2) % nodes
	if err := ls[long].Close(); err != nil {
		t.Error(err)
	}
	ls[long] = nil
	j = openJournal(t, filepath.Join(dir, name(long)))
	var told []events.Position
	err = Repair(within(t, 30*time.Second), j, c.onNode(long, "GONE"), func(done, end events.Position) { told = append(told, done, end) })
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(told); n < 2 || told[n-1] != 31 || told[n-2] != 31 {
		t.Errorf("told of %v", told)
	}
	until(t, "the running node goes on", func() bool { return asking.Fault() == nil })
	for _, i := range []int{stopped, long} {
		if ls[i], err = c.join(t, i, "GONE", dir); err != nil {
			t.Fatal(err)
		}
	}
	fill(t, ls[stopped], 5)
	ls.agree(t)
	readable(t, asking, 36)
}

// TestARepairKeepsWhatCommitsTogether writes a journal to a server of small messages.
func TestARepairKeepsWhatCommitsTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	large := startExternal(t, &server.Options{})
	l := must[*Log](t)(open(t, dir, single(large.ClientURL(), "PARTS", "one")))
	var wg sync.WaitGroup
	for i := range 60 {
		c := counted(fmt.Sprint("key ", i), "test-fill", events.Any, 0)
		for n := range 4 {
			c.Appends[0].Events = append(c.Appends[0].Events, eventstest.Counted{N: n + 1})
		}
		wg.Go(func() { appended(t, l, c) })
	}
	wg.Wait()
	fill(t, l, 50) // of one request, as far as anybody can tell
	end, hash := l.End()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	small := startExternal(t, &server.Options{MaxPayload: 4 << 10})
	j := openJournal(t, dir)
	o := single(small.ClientURL(), "PARTS", "one")
	if err := Repair(within(t, 30*time.Second), j, o, func(_, _ events.Position) {}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{dir, t.TempDir()} {
		l := must[*Log](t)(open(t, dir, o))
		if at, h := l.End(); at != end || h != hash {
			t.Errorf("ends at %d with %x, want %d with %x", at, h, end, hash)
		}
		seen := map[string]uint64{}
		at, _, _ := l.engine.state()
		for seq := range at.seq {
			g := must[events.Group](t)(l.engine.read(t.Context(), seq+1))
			for _, r := range g.Records {
				req := must[domain.Request](t)(r.Request())
				if req.Key != "" && seen[req.Key] > 0 && seen[req.Key] != seq+1 {
					t.Errorf("%s is in messages %d and %d", req.Key, seen[req.Key], seq+1)
				}
				seen[req.Key] = seq + 1
			}
		}
		if len(seen) != 61 || at.seq < 10 {
			t.Errorf("%d requests in %d messages", len(seen), at.seq)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAStreamThatWasEmptiedIsRefused(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	dir := t.TempDir()
	o := single(s.ClientURL(), "EMPTIED", "one")
	l := must[*Log](t)(open(t, dir, o))
	fill(t, l, 10)
	js := l.node.js
	stream := must[jetstream.Stream](t)(js.Stream(t.Context(), "EMPTIED"))
	if err := stream.Purge(t.Context()); err == nil {
		t.Error("the stream can be purged")
	}
	if err := stream.DeleteMsg(t.Context(), 3); err == nil {
		t.Error("a message of the stream can be deleted")
	}
	config := stream.CachedInfo().Config
	if err := js.DeleteStream(t.Context(), "EMPTIED"); err != nil {
		t.Fatal(err)
	}
	must[jetstream.Stream](t)(js.CreateStream(t.Context(), config))
	refuses(t, l, "LOG_BEHIND")
	readable(t, l, 10)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	_, err := open(t, dir, o)
	wants(t, "LOG_BEHIND", err)
}

func TestAnotherLogUnderTheSameNameIsRefused(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	dir := t.TempDir()
	o := single(s.ClientURL(), "OTHER", "one")
	l := must[*Log](t)(open(t, dir, o))
	fill(t, l, 10)
	js := l.node.js
	if err := js.DeleteStream(t.Context(), "OTHER"); err != nil {
		t.Fatal(err)
	}
	refuses(t, l, "LOG_MISSING")
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	other := must[*Log](t)(open(t, t.TempDir(), o))
	defer other.Close()
	fill(t, other, 20)
	_, err := open(t, dir, o)
	wants(t, "LOG_DIFFERS", err)
	if !errors.Is(err, events.ErrCorrupt) || !strings.Contains(err.Error(), "position 10") {
		t.Error(err)
	}
}

// TestAMessageThatIsNoGroupIsReported has somebody else write to the stream.
func TestAMessageThatIsNoGroupIsReported(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	dir := t.TempDir()
	o := single(s.ClientURL(), "FOREIGN", "one")
	l := must[*Log](t)(open(t, dir, o))
	fill(t, l, 10)
	at, _, _ := l.engine.state()
	must[*jetstream.PubAck](t)(l.node.js.Publish(t.Context(), at.subject, []byte("hello")))
	refuses(t, l, "LOG_DAMAGED")
	readable(t, l, 10)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	_, err := open(t, dir, o)
	wants(t, "LOG_DAMAGED", err)
	if !strings.Contains(err.Error(), "after position 10") {
		t.Error(err)
	}
}

func TestAStreamThatCannotHoldALogIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	setup := must[*Log](t)(open(t, t.TempDir(), single(s.ClientURL(), "SETUP", "one")))
	defer setup.Close()
	js := setup.node.js
	for want, change := range map[string]func(*jetstream.StreamConfig){
		"storage on file":            func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage },
		"deny_delete and deny_purge": func(c *jetstream.StreamConfig) { c.DenyPurge = false },
		"no limit of messages":       func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour },
		"bytes or age":               func(c *jetstream.StreamConfig) { c.MaxMsgs = 1000 },
		"max_msg_size":               func(c *jetstream.StreamConfig) { c.MaxMsgSize = 100 },
		"no direct reads":            func(c *jetstream.StreamConfig) { c.AllowDirect = true },
		"retention by limits":        func(c *jetstream.StreamConfig) { c.Retention = jetstream.InterestPolicy },
		"one subject":                func(c *jetstream.StreamConfig) { c.Subjects = []string{"anything.>"} },
		"no compression":             func(c *jetstream.StreamConfig) { c.Compression = jetstream.S2Compression },
	} {
		t.Run(want, func(t *testing.T) {
			o := must[Options](t)(single(s.ClientURL(), "WRONG", "one").complete())
			c := o.config(o.newSubject())
			change(&c)
			before := must[jetstream.Stream](t)(js.CreateStream(t.Context(), c)).CachedInfo()
			defer js.DeleteStream(t.Context(), "WRONG")
			_, err := open(t, t.TempDir(), o)
			wants(t, "LOG_CONFIG", err)
			if !strings.Contains(err.Error(), want) {
				t.Error(err)
			}
			after := must[jetstream.Stream](t)(js.Stream(t.Context(), "WRONG")).CachedInfo()
			if !after.Created.Equal(before.Created) || o.suits(after.Config) == nil {
				t.Error("the stream was changed")
			}
		})
	}
}

func TestASingleReplicaIsRefusedUnlessItIsAllowed(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	o := single(s.ClientURL(), "ALONE", "one")
	o.AllowSingleReplica = false
	_, err := open(t, t.TempDir(), o)
	wants(t, "SINGLE_REPLICA", err)
	o = single(s.ClientURL(), "ALONE", "one")
	must[*Log](t)(open(t, t.TempDir(), o)).Close()
	o.Replicas = 3 // of what is there with one
	_, err = open(t, t.TempDir(), o)
	wants(t, "LOG_CONFIG", err)
}

// TestAMessageThatAServerSkipsIsNotPassedOver flips a bit of a stored message. The server
// starts, says that all is well and leaves the message out.
func TestAMessageThatAServerSkipsIsNotPassedOver(t *testing.T) {
	t.Parallel()
	store, dir := t.TempDir(), t.TempDir()
	s := startExternal(t, &server.Options{StoreDir: store})
	o := single(s.ClientURL(), "SKIP", "one")
	l := must[*Log](t)(open(t, dir, o))
	fill(t, l, 100)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	port := s.Addr().String()[strings.LastIndex(s.Addr().String(), ":")+1:]
	s.Shutdown()
	s.WaitForShutdown()
	flip(t, filepath.Join(store, "jetstream", "$G", "streams", "SKIP", "msgs", "1.blk"), 0.5)

	startExternal(t, &server.Options{StoreDir: store, Port: atoi(t, port)})
	_, err := open(t, t.TempDir(), o)
	wants(t, "LOG_DAMAGED", err)
	if !errors.Is(err, events.ErrCorrupt) || !strings.Contains(err.Error(), "Message 51 of") || !strings.Contains(err.Error(), "after position 50") {
		t.Error(err)
	}
	if l, err := open(t, dir, o); err == nil { // who is past it may go on
		readable(t, l, 100)
		l.Close()
	} else {
		wants(t, "LOG_DAMAGED", err)
	}
}

// flip changes a bit at a part of the file.
func flip(t *testing.T, file string, at float64) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b[int(at*float64(len(b)))] ^= 4
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestADamagedReplicaNeverShortensTheLog flips a bit in the files of one of three servers,
// with and without the index that tells the server how much there was, and has nodes with
// empty journals catch up. Who gets through has everything.
func TestADamagedReplicaNeverShortensTheLog(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	dir := t.TempDir()
	ls := c.open(t, "REPLICA", dir)
	fill(t, ls[0], 60)
	ls.agree(t)
	_, want := ls[0].End()
	hurt := ls.leader(t)
	ls.close(t)
	for at, index := range map[float64]bool{0.3: true, 0.6: false} {
		c.stop(hurt)
		msgs := filepath.Join(c.home(hurt), StoreDir, "jetstream", "$G", "streams", "REPLICA", "msgs")
		flip(t, filepath.Join(msgs, "1.blk"), at)
		if !index {
			if err := os.Remove(filepath.Join(msgs, "index.db")); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.start(hurt); err != nil {
			t.Fatal(err)
		}
		for i := range nodes {
			l, err := open(t, filepath.Join(t.TempDir(), "empty"), c.onNode(i, "REPLICA"))
			if err != nil {
				wants(t, "LOG_DAMAGED", err)
				t.Logf("node %s: %v", name(i), err)
				continue
			}
			if end, hash := l.End(); end != 60 || hash != want {
				t.Errorf("node %s caught up to %d with hash %x", name(i), end, hash)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestAMessageThatAConsumerLeavesOutIsAskedOfTheLeader drops a message on its way, as a
// replica does that cannot read it.
func TestAMessageThatAConsumerLeavesOutIsAskedOfTheLeader(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	writer := must[*Log](t)(open(t, t.TempDir(), single(s.ClientURL(), "LEFTOUT", "one")))
	defer writer.Close()
	fill(t, writer, 10)
	j := openJournal(t, t.TempDir())
	defer j.Close()
	n := must[*node](t)(join(t.Context(), must[Options](t)(single(s.ClientURL(), "LEFTOUT", "two").complete())))
	defer n.nc.Close()
	e := newEngine(n, j)
	if err := e.attach(t.Context()); err != nil {
		t.Fatal(err)
	}
	at, _, _ := e.state()
	c := must[jetstream.Consumer](t)(n.js.CreateConsumer(t.Context(), "LEFTOUT", jetstream.ConsumerConfig{AckPolicy: jetstream.AckNonePolicy}))
	batch := must[jetstream.MessageBatch](t)(c.Fetch(10))
	var all []jetstream.Msg
	for m := range batch.Messages() {
		all = append(all, m)
	}
	arrived := make(chan jetstream.Msg, 10)
	for i, m := range all[1:] {
		if i != 3 && i != 4 {
			arrived <- m
		}
	}
	for m := all[0]; ; m = <-arrived {
		if err := e.receive(t.Context(), at.subject, m, arrived); err != nil {
			t.Fatal(err)
		}
		if len(arrived) == 0 {
			break
		}
	}
	end, hash := j.End()
	if wantEnd, wantHash := writer.End(); end != wantEnd || hash != wantHash {
		t.Errorf("the journal ends at %d with %x, want %d with %x", end, hash, wantEnd, wantHash)
	}
}
