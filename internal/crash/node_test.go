//go:build linux

package crash_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/jetstream"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// nodeTask names a task for a child of the test binary.
const nodeTask = "GUILDHALL_TEST_CRASH_NODE"

// A task is to be a node of a cluster until the child is killed or its input ends.
type task struct {
	Name, Dir, Listen string
	Routes            []string
	Said              string // the file for what the node says
}

var clusterSecret = []byte(strings.Repeat("crash", 7))

// A Node is a node whose end and whose isolation are being tested. The test asks it through
// a pipe, which no cut of the network reaches.
type Node struct {
	task
	server *jetstream.Server
	log    atomic.Pointer[jetstream.Log] // nil until it is open
	led    atomic.Int64                  // when it last became the leader of the stream
	failed atomic.Pointer[string]        // why it is not open
}

// A Question is what the test asks a node.
type Question struct {
	Key      string // of a commit
	Position events.Position
	Patience time.Duration
}

// An Answer is what a node says to it.
type Answer struct {
	Outcome  Outcome
	Position events.Position
	Hash     events.Hash
	Why      string // if the outcome is not Done
}

// An Outcome is what became of a question.
type Outcome int

const (
	Done    Outcome = iota
	NotNow          // nothing was done, and it makes sense to ask again
	Unknown         // a commit may be stored
	Wrong           // what should not be said
)

// A State is how a node is.
type State struct {
	Open    bool
	Failed  string // why it will not be open
	Head    events.Position
	Hash    events.Hash
	Commits bool  // it holds the lease
	Led     int64 // when it last became the leader of the stream, 0 for never
}

// beNode does a task and returns the exit code of the process.
func beNode(text string) int {
	n := &Node{}
	if err := json.Unmarshal([]byte(text), &n.task); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	go func() {
		if err := n.open(context.Background()); err != nil {
			why := err.Error()
			n.failed.Store(&why)
		}
	}()
	answers := rpc.NewServer()
	if err := answers.Register(n); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	answers.ServeConn(pipe{os.Stdin, os.Stdout})
	return 0
}

// A pipe is one connection made of two.
type pipe struct {
	io.ReadCloser
	io.WriteCloser
}

func (p pipe) Close() error { return errors.Join(p.ReadCloser.Close(), p.WriteCloser.Close()) }

func (n *Node) open(ctx context.Context) error {
	log, err := n.logger()
	if err != nil {
		return err
	}
	j, err := journal.Open(ctx, n.Dir, eventstest.Codec())
	if err != nil {
		return err
	}
	n.server, err = jetstream.StartServer(ctx, jetstream.ServerOptions{
		Name: n.Name, Dir: n.Dir, Listen: n.Listen, Routes: n.Routes, Secret: clusterSecret,
		AllowPlaintext: true, MaxStore: 8 << 30, Logger: log,
	})
	if err != nil {
		return err
	}
	l, err := jetstream.Open(ctx, j, eventstest.Codec(), jetstream.Options{
		Server: n.server, Node: n.Name, Nodes: clusterSize, Secret: clusterSecret, Logger: log,
	})
	if err == nil {
		n.log.Store(l)
	}
	return err
}

// logger writes to a file and notes when this server becomes the leader of the stream.
func (n *Node) logger() (*zap.Logger, error) {
	c := zap.NewDevelopmentConfig()
	c.OutputPaths, c.DisableStacktrace = []string{n.Said}, true
	return c.Build(zap.Hooks(func(e zapcore.Entry) error {
		if strings.Contains(e.Message, "new stream leader for '$G > GUILDHALL'") {
			n.led.Store(time.Now().UnixNano())
		}
		return nil
	}))
}

var errStarting = errors.New("the node is not open yet")

func (n *Node) opened() (*jetstream.Log, error) {
	if l := n.log.Load(); l != nil {
		return l, nil
	}
	return nil, errStarting
}

// Append asks for the commit that a key stands for.
func (n *Node) Append(q Question, a *Answer) error {
	return n.answer(q, a, func(ctx context.Context, l *jetstream.Log) (events.Position, error) {
		return l.Append(ctx, commitOf(q.Key))
	})
}

// Latest asks where the log ends.
func (n *Node) Latest(q Question, a *Answer) error {
	return n.answer(q, a, func(ctx context.Context, l *jetstream.Log) (events.Position, error) {
		return l.Latest(ctx)
	})
}

// HashAt asks for the hash of the journal up to a position.
func (n *Node) HashAt(q Question, a *Answer) error {
	return n.answer(q, a, func(ctx context.Context, l *jetstream.Log) (_ events.Position, err error) {
		a.Hash, err = l.HashAt(ctx, q.Position)
		return q.Position, err
	})
}

func (n *Node) answer(q Question, a *Answer, ask func(context.Context, *jetstream.Log) (events.Position, error)) error {
	l, err := n.opened()
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), q.Patience)
		defer cancel()
		a.Position, err = ask(ctx, l)
	}
	if err != nil {
		a.Outcome, a.Why = outcome(err), err.Error()
	}
	return nil
}

func outcome(err error) Outcome {
	switch r := domain.AsRefusal(err); {
	case errors.Is(err, events.ErrUnknownOutcome):
		return Unknown
	case errors.Is(err, errStarting), errors.Is(err, context.DeadlineExceeded), r != nil && r.Kind == domain.Busy:
		return NotNow
	}
	return Wrong
}

// State tells how the node is.
func (n *Node) State(_ Question, s *State) error {
	s.Led = n.led.Load()
	if why := n.failed.Load(); why != nil {
		s.Failed = *why
	}
	if l, err := n.opened(); err == nil {
		s.Open, s.Commits = true, l.Leading()
		s.Head, s.Hash = l.End()
	}
	return nil
}

// Close leaves the cluster as a program does that is told to end.
func (n *Node) Close(Question, *Answer) error {
	l, err := n.opened()
	if err == nil {
		err = l.Close()
		n.server.Close()
	}
	return err
}
