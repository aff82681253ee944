package jetstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
)

func counted(key string, s domain.Stream, expected uint64, n int) events.Commit {
	return events.Commit{
		Request: domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, Key: key, Digest: key},
		Appends: []events.Append{{Stream: s, Expected: expected, Events: []domain.Event{eventstest.Counted{N: n}}}},
	}
}

func appended(t *testing.T, l *Log, c events.Commit) events.Position {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := l.Append(ctx, c)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return p
}

func fill(t *testing.T, l *Log, n int) {
	t.Helper()
	for i := range n {
		appended(t, l, counted("", "test-fill", events.Any, i))
	}
}

func codeOf(err error) string {
	if r := domain.AsRefusal(err); r != nil {
		return r.Code
	}
	return ""
}

// wants fails t unless err is the refusal with a code.
func wants(t *testing.T, code string, err error) {
	t.Helper()
	if codeOf(err) != code {
		t.Fatalf("got %v, want the refusal %s", err, code)
	}
}

// until waits for what must come about by itself.
func until(t *testing.T, what string, met func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !met(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// A tally is a load of writers that count on shared streams, each commit under its own key
// and with the revision it was decided on as its number.
type tally struct {
	stop  chan struct{}
	busy  sync.WaitGroup
	mu    sync.Mutex
	acked map[string]events.Position
}

// count starts n writers on each of ls, until done is called.
func count(t *testing.T, ls *logs, n int) *tally {
	y := &tally{stop: make(chan struct{}), acked: map[string]events.Position{}}
	for i, l := range ls {
		for w := range n {
			if l != nil {
				y.busy.Go(func() { y.write(t, l, fmt.Sprintf("%s%d", name(i), w)) })
			}
		}
	}
	return y
}

func (y *tally) write(t *testing.T, l *Log, who string) {
	for i := 0; ; i++ {
		select {
		case <-y.stop:
			return
		default:
		}
		key, s := fmt.Sprintf("%s %d", who, i), domain.Stream(fmt.Sprintf("test-%d", i%3))
		for {
			p, err := y.once(t, l, key, s)
			if err == nil {
				y.mu.Lock()
				y.acked[key] = p
				y.mu.Unlock()
				break
			}
			if r := domain.AsRefusal(err); !errors.Is(err, events.ErrConflict) && !errors.Is(err, events.ErrUnknownOutcome) && (r == nil || r.Kind != domain.Busy) {
				t.Errorf("%s: %v", key, err)
				return
			}
		}
	}
}

func (y *tally) once(t *testing.T, l *Log, key string, s domain.Stream) (events.Position, error) {
	var at uint64
	for r, err := range l.Read(t.Context(), s) {
		if err != nil {
			return 0, err
		}
		at = r.Revision
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return l.Append(ctx, counted(key, s, at, int(at)))
}

func (y *tally) size() int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return len(y.acked)
}

// more waits until so many more commits were acknowledged.
func (y *tally) more(t *testing.T, n int) {
	t.Helper()
	from := y.size()
	until(t, "more commits", func() bool { return y.size() >= from+n || t.Failed() })
}

// done ends the writers and checks that l holds what was acknowledged, once, where it was
// said to be, and every record behind the revision it was decided on.
func (y *tally) done(t *testing.T, l *Log) {
	t.Helper()
	close(y.stop)
	ended := make(chan struct{})
	go func() { y.busy.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("a writer goes on in vain")
	}
	found := map[string]events.Position{}
	streams := map[domain.Stream]int{}
	end, err := l.Latest(within(t, 30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range l.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(r.Stream), "test-fill") {
			if found[r.Request.Key] != 0 {
				t.Errorf("%s was stored twice", r.Request.Key)
			}
			if r.Event != (eventstest.Counted{N: streams[r.Stream]}) {
				t.Errorf("revision %d of %s was decided on %v", r.Revision, r.Stream, r.Event)
			}
			found[r.Request.Key] = r.Position
			streams[r.Stream]++
		}
		if r.Position >= end {
			break
		}
	}
	for key, p := range y.acked {
		if found[key] != p {
			t.Errorf("%s was acknowledged at %d and is at %d", key, p, found[key])
		}
	}
	t.Logf("%d commits were acknowledged, %d stored", len(y.acked), len(found))
}

func TestWritersOnAllNodesLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "WRITERS", t.TempDir())
	y := count(t, ls, 4)
	y.more(t, 400)
	y.done(t, ls[0])
	ls.agree(t)
}

func TestACommitGoesOnWhenTheStreamChangesItsLeader(t *testing.T) {
	t.Parallel()
	c := sharedCluster(t)
	ls := c.open(t, "STEPDOWN", t.TempDir())
	y := count(t, ls, 3)
	for range 3 {
		y.more(t, 40)
		if _, err := ls[0].node.nc.Request("$JS.API.STREAM.LEADER.STEPDOWN.STEPDOWN", nil, 5*time.Second); err != nil {
			t.Log(err)
		}
	}
	y.more(t, 40)
	y.done(t, ls[1])
	ls.agree(t)
}

func TestACommitGoesOnWhenTheCommittingNodeCloses(t *testing.T) {
	t.Parallel()
	c := sharedCluster(t)
	dir := t.TempDir()
	ls := c.open(t, "HANDOVER", dir)
	lead := ls.leader(t)
	closing := ls[lead]
	ls[lead] = nil
	y := count(t, ls, 4)
	y.more(t, 50)
	if err := closing.Close(); err != nil {
		t.Error(err)
	}
	y.more(t, 50)
	var err error
	if ls[lead], err = c.join(t, lead, "HANDOVER", dir); err != nil {
		t.Fatal(err)
	}
	y.done(t, ls[lead])
	ls.agree(t)
}

func TestOfTwoGroupsForOnePlaceOneConflicts(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "FENCE", t.TempDir())
	for range 20 {
		ls.agree(t)
		head, hash := ls[0].End()
		errs := make([]error, nodes)
		var wg sync.WaitGroup
		for i, l := range ls {
			g := events.Group{First: head + 1, Previous: hash, Records: []events.Record{{
				ID: fmt.Sprintf("%036d", i), Stream: domain.Stream("test-fence" + fmt.Sprint(head)), Revision: 1,
				Name: "eventstest.counted", Schema: 1, Meta: []byte(`{"by":{}}`), Body: []byte(`{"n":1}`),
			}}}
			wg.Go(func() { errs[i] = l.engine.Commit(t.Context(), g) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, events.ErrConflict) {
				t.Fatal(err)
			}
		}
		if won != 1 {
			t.Fatalf("%d of %d groups won a place", won, nodes)
		}
	}
}

// TestAGroupWhoseAnswerWasLostIsStoredOnce places a group behind the engine's back, as if
// its acknowledgement had been lost, and then has the engine commit it.
func TestAGroupWhoseAnswerWasLostIsStoredOnce(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "LOSTACK", t.TempDir())
	fill(t, ls[0], 3)
	ls.agree(t)
	lead := ls[ls.leader(t)]
	head, hash := lead.End()
	g := events.Group{First: head + 1, Previous: hash, Records: []events.Record{{
		ID: strings.Repeat("0", 36), Stream: "test-lost", Revision: 1,
		Name: "eventstest.counted", Schema: 1, Meta: []byte(`{"by":{}}`), Body: []byte(`{"n":1}`),
	}}}
	frame, _ := g.MarshalBinary()
	at, _, _ := lead.engine.state()
	if _, err := lead.engine.offer(t.Context(), at, g, frame); err != nil {
		t.Fatal(err)
	}
	for _, l := range ls {
		if err := l.engine.Commit(t.Context(), g); err != nil {
			t.Errorf("committed again: %v", err)
		}
	}
	v, err := lead.engine.offer(t.Context(), at, g, frame)
	if code(err) != wrongLastSequence || !v.again || v.doubt {
		t.Errorf("offered again behind the same message: %v, %+v", err, v)
	}
	ls.agree(t)
	if end, _ := lead.End(); end != head+1 {
		t.Errorf("the log ends at %d, want %d", end, head+1)
	}
}

// TestAGroupForAnotherStreamFindsNobody offers a group to a subject that no stream has: the
// server's check of sequences does not cover that.
func TestAGroupForAnotherStreamFindsNobody(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "SUBJECT", t.TempDir())
	l := ls[0]
	at, _, _ := l.engine.state()
	g := events.Group{First: 1, Records: []events.Record{{ID: "x", Stream: "test-a", Revision: 1, Meta: []byte("{}"), Body: []byte("{}")}}}
	frame, _ := g.MarshalBinary()
	at.subject += "x"
	if v, err := l.engine.offer(t.Context(), at, g, frame); err == nil || !v.again || v.doubt {
		t.Errorf("a group for an earlier stream: %+v, %v", v, err)
	}
	if _, seq, err := l.engine.last(); seq != 0 || err != nil {
		t.Errorf("the stream ends at message %d, %v", seq, err)
	}
}

// TestACommitOutlivesASilentHolder lets the lease belong to a run that takes commits and
// never answers.
func TestACommitOutlivesASilentHolder(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "SILENT", t.TempDir())
	lead := ls.leader(t)
	l := ls[(lead+1)%nodes]
	swallowed := make(chan bool, 8)
	sub, err := l.node.nc.Subscribe(l.o.subject("commit.nobody"), func(*nats.Msg) { swallowed <- true })
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Unsubscribe()
	kv, err := l.lease.bucket(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(t.Context(), leaseKey, []byte("nobody")); err != nil {
		t.Fatal(err)
	}
	until(t, "the node sees the new holder", func() bool { to, _ := l.lease.holder(); return to == "nobody" })
	outcome := make(chan error, 1)
	go func() {
		_, err := l.Append(within(t, 30*time.Second), counted("", "test-unkeyed", 0, 1))
		outcome <- err
	}()
	p := appended(t, l, counted("k", "test-keyed", 0, 1))
	if err := <-outcome; !errors.Is(err, events.ErrUnknownOutcome) {
		t.Errorf("without a key: %v, want %v", err, events.ErrUnknownOutcome)
	}
	if again := appended(t, ls[lead], counted("k", "test-keyed", 0, 1)); again != p || len(swallowed) < 2 {
		t.Errorf("with a key: first %d, then %d; %d commits were swallowed", p, again, len(swallowed))
	}
}

// TestACommitThatMayBeStoredIsNotRefused loses the node that has a commit, and then the log.
func TestACommitThatMayBeStoredIsNotRefused(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "DOUBT", t.TempDir())
	l := ls[(ls.leader(t)+1)%nodes]
	kv, err := l.lease.bucket(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lease := func(to string) {
		if _, err := kv.Put(t.Context(), leaseKey, []byte(to)); err != nil {
			t.Fatal(err)
		}
		until(t, "the node sees the new holder", func() bool { now, _ := l.lease.holder(); return now == to })
	}
	swallowed := make(chan bool, 8)
	sub, err := l.node.nc.Subscribe(l.o.subject("commit.nobody"), func(*nats.Msg) { swallowed <- true })
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Unsubscribe()
	lease("nobody")
	outcome := make(chan error, 1)
	go func() {
		_, err := l.Append(within(t, 30*time.Second), counted("k", "test-doubt", 0, 1))
		outcome <- err
	}()
	<-swallowed
	l.engine.mu.Lock()
	l.engine.fault = unreachable()
	l.engine.mu.Unlock()
	lease("somebody")
	err = <-outcome
	wants(t, "LOG_UNREACHABLE", err)
	if !errors.Is(err, events.ErrUnknownOutcome) {
		t.Errorf("a commit that a lost node had got %v, want %v", err, events.ErrUnknownOutcome)
	}
}

func TestASecondNodeDoesNotLead(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "LEASE", t.TempDir())
	for range 30 {
		leading := 0
		for _, l := range ls {
			if l.Leading() {
				leading++
			}
		}
		if leading != 1 {
			t.Fatalf("%d nodes lead", leading)
		}
		time.Sleep(50 * time.Millisecond)
	}
	lead := ls.leader(t)
	waited := make(chan error, 1)
	go func() { waited <- ls[lead].WaitLeading(within(t, 30*time.Second), false) }()
	if err := ls[lead].Close(); err != nil {
		t.Error(err)
	}
	if err := <-waited; err != nil {
		t.Error(err)
	}
	ls[lead] = nil
	ls.leader(t)
}

// TestTheFirstStreamWaitsForAllNodes: two of three nodes do not make it.
func TestTheFirstStreamWaitsForAllNodes(t *testing.T) {
	t.Parallel()
	c := sharedCluster(t)
	dir := t.TempDir()
	j := openJournal(t, filepath.Join(dir, "early"))
	defer j.Close()
	_, err := Open(within(t, time.Second), j, codec, c.onNode(0, "ALLNODES"))
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "so far it is a") {
		t.Fatalf("alone: %v", err)
	}
	c.open(t, "ALLNODES", dir)
}

// TestALostNodeComesBackEmpty has a node lose its journal and its server's files. As soon as
// it is open again another one goes: the first must have a whole replica by then.
func TestALostNodeComesBackEmpty(t *testing.T) {
	t.Parallel()
	c := ownCluster(t)
	dir := t.TempDir()
	ls := c.open(t, "LOST", dir)
	fill(t, ls[0], 200)
	y := count(t, ls, 2)
	y.more(t, 50)
	y.done(t, ls[0])

	lost := ls.leader(t)
	if err := ls[lost].Close(); err != nil {
		t.Error(err)
	}
	ls[lost] = nil
	c.stop(lost)
	for _, gone := range []string{c.home(lost), filepath.Join(dir, name(lost))} {
		if err := os.RemoveAll(gone); err != nil {
			t.Fatal(err)
		}
	}
	fill(t, ls[(lost+1)%nodes], 50)

	if err := c.start(lost); err != nil {
		t.Fatal(err)
	}
	var told []events.Position
	o := c.onNode(lost, "LOST")
	o.Progress = func(held, end events.Position) { told = append(told, held, end) }
	back, err := open(t, filepath.Join(dir, name(lost)), o)
	if err != nil {
		t.Fatal(err)
	}
	ls[lost] = back
	if head, _ := back.End(); head < 250 || len(told) < 2 || told[0] != 0 || told[1] != head {
		t.Errorf("it came back with %d records, told of %v", head, told)
	}
	ls.agree(t)

	other := (lost + 1) % nodes
	if err := ls[other].Close(); err != nil {
		t.Error(err)
	}
	ls[other] = nil
	c.stop(other)
	fill(t, back, 20)
	if err := c.start(other); err != nil {
		t.Fatal(err)
	}
	if ls[other], err = c.join(t, other, "LOST", dir); err != nil {
		t.Fatal(err)
	}
	ls.agree(t)
}

func TestABusCarriesOnlyWhatTheSecretCovers(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "BUS", t.TempDir())
	seen := make(chan *nats.Msg, 16)
	spy, err := ls[0].node.nc.ChanSubscribe("guildhall.BUS.bus.>", seen)
	if err != nil {
		t.Fatal(err)
	}
	defer spy.Unsubscribe()
	buses := make([]*Bus, nodes)
	for i, l := range ls {
		if buses[i], err = l.Bus("keys"); err != nil {
			t.Fatal(err)
		}
		err := buses[i].Serve(func(_ context.Context, request []byte) []byte { return append(request, name(i)...) })
		if err != nil {
			t.Fatal(err)
		}
	}
	until(t, "an answer of both others", func() bool {
		replies, err := buses[0].Ask(t.Context(), []byte("anybody? "))
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(replies, bytes.Compare)
		return fmt.Sprintf("%s", replies) == "[anybody? b anybody? c]"
	})
	if m := <-seen; strings.Contains(string(m.Data), "anybody") {
		t.Error("the request can be read on its way")
	}

	ls[1].o.Secret = []byte(strings.Repeat("x", MinSecret))
	stranger, err := ls[1].Bus("keys")
	if err != nil {
		t.Fatal(err)
	}
	if replies, err := stranger.Ask(t.Context(), []byte("me too")); len(replies) > 0 || err != nil {
		t.Errorf("who does not know the secret got %q, %v", replies, err)
	}
	ls[1].o.Secret = nil
	_, err = ls[1].Bus("keys")
	wants(t, "NO_SECRET", err)
}

// TestAnAnswerCountsForOneNode repeats the answer of the one node that serves in the name of
// another.
func TestAnAnswerCountsForOneNode(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "TWIN", t.TempDir())
	asking, err := ls[0].Bus("keys")
	if err != nil {
		t.Fatal(err)
	}
	serving, err := ls[1].Bus("keys")
	if err != nil {
		t.Fatal(err)
	}
	if err := serving.Serve(func(context.Context, []byte) []byte { return []byte("held") }); err != nil {
		t.Fatal(err)
	}
	const forwarded = "Test-Forwarded"
	repeated := make(chan error, 64)
	nc := ls[2].node.nc
	spy, err := nc.Subscribe(asking.subject(), func(m *nats.Msg) {
		if m.Header.Get(forwarded) != "" {
			return
		}
		again := &nats.Msg{Subject: m.Subject, Header: nats.Header{runHeader: m.Header[runHeader], forwarded: {"yes"}}, Data: m.Data}
		answer, err := nc.RequestMsg(again, time.Second)
		if err == nil {
			err = nc.PublishMsg(&nats.Msg{Subject: m.Reply, Header: nats.Header{runHeader: {"twin"}}, Data: answer.Data})
		}
		repeated <- err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer spy.Unsubscribe()
	until(t, "an answer that is repeated", func() bool {
		replies, err := asking.Ask(t.Context(), []byte("hold"))
		if err != nil || len(replies) > 1 {
			t.Errorf("one node gave %d answers: %v", len(replies), err)
		}
		select {
		case err := <-repeated:
			return t.Failed() || err == nil && len(replies) == 1
		default:
			return t.Failed()
		}
	})
}

// TestTheStreamIsTheGroupsInOrder reads the stream with the tools of NATS.
func TestTheStreamIsTheGroupsInOrder(t *testing.T) {
	t.Parallel()
	ls := sharedCluster(t).open(t, "GROUPS", t.TempDir())
	fill(t, ls[0], 5)
	s, err := ls[0].node.js.Stream(t.Context(), "GROUPS")
	if err != nil {
		t.Fatal(err)
	}
	for seq := range uint64(5) {
		m, err := s.GetMsg(t.Context(), seq+1)
		if err != nil {
			t.Fatal(err)
		}
		g, err := events.ParseGroup(m.Data)
		if err != nil || g.First != events.Position(seq+1) || m.Header.Get("Guildhall-Positions") != fmt.Sprintf("%d-%d", g.First, g.Last()) {
			t.Errorf("message %d: first %d, header %v, %v", seq+1, g.First, m.Header, err)
		}
	}
	var config jetstream.StreamConfig
	b, _ := json.Marshal(s.CachedInfo().Config)
	if err := json.Unmarshal(b, &config); err != nil || ls[0].o.suits(config) != nil {
		t.Errorf("%s, %v", b, err)
	}
}
