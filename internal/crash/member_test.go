//go:build linux

package crash_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// A member is a node as the test sees it: a process in a namespace, now and then.
type member struct {
	task
	space string
	cmd   *exec.Cmd
	line  atomic.Pointer[rpc.Client] // nil while there is no process
}

// recruit makes the members of a cluster and starts none.
func recruit(t *testing.T, n network) (ms [clusterSize]*member) {
	dir, said := t.TempDir(), t.ArtifactDir()
	for i := range ms {
		name := fmt.Sprintf("node-%d", i)
		ms[i] = &member{space: n.node(i), task: task{Name: name, Dir: filepath.Join(dir, name), Listen: listening(i), Said: filepath.Join(said, name+".log")}}
		for other := range clusterSize {
			if other != i {
				ms[i].Routes = append(ms[i].Routes, listening(other))
			}
		}
	}
	return ms
}

func listening(i int) string { return address(i) + ":6222" }

// start starts the member's process; it may take a while until its log is open.
func (m *member) start() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	text, err := json.Marshal(m.task)
	if err != nil {
		return err
	}
	m.cmd = exec.Command("ip", "netns", "exec", m.space, self)
	m.cmd.Env = append(os.Environ(), nodeTask+"="+string(text))
	m.cmd.Stderr = os.Stderr
	in, err := m.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := m.cmd.Start(); err != nil {
		return err
	}
	m.line.Store(rpc.NewClient(pipe{out, in}))
	return nil
}

// kill ends the member's process at once.
func (m *member) kill() {
	line := m.line.Swap(nil)
	if line == nil {
		return
	}
	_ = m.signal(syscall.SIGKILL) // fails only if it has ended by itself
	_ = m.cmd.Wait()
	_ = line.Close()
}

func (m *member) signal(s syscall.Signal) error { return m.cmd.Process.Signal(s) }

var (
	errAway   = errors.New("the node has no process")
	errSilent = errors.New("the node does not answer")
)

// ask returns an answer of the node, or errSilent if it takes longer than it was allowed to.
func ask[A any](m *member, what string, q Question) (*A, error) {
	line := m.line.Load()
	if line == nil {
		return nil, errAway
	}
	const allowance = time.Second
	call := line.Go("Node."+what, q, new(A), make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
		return call.Reply.(*A), call.Error
	case <-time.After(q.Patience + allowance):
		return nil, errSilent
	}
}

// outcome asks for something and says what became of it. What a process that has ended was
// asked is unknown.
func (m *member) outcome(what string, q Question) *Answer {
	a, err := ask[Answer](m, what, q)
	switch {
	case errors.Is(err, errAway):
		return &Answer{Outcome: NotNow, Why: err.Error()}
	case err != nil:
		return &Answer{Outcome: Unknown, Why: err.Error()}
	}
	return a
}

func (m *member) state() State {
	s, err := ask[State](m, "State", Question{})
	if err != nil {
		return State{}
	}
	return *s
}

// awaitOpen returns the member's state once its log is open.
func (m *member) awaitOpen(most time.Duration) (State, error) {
	for end := time.Now().Add(most); ; time.Sleep(20 * time.Millisecond) {
		s := m.state()
		switch {
		case s.Failed != "":
			return s, fmt.Errorf("%s did not open: %s", m.Name, s.Failed)
		case s.Open:
			return s, nil
		case time.Now().After(end):
			return s, fmt.Errorf("%s is not open after %v", m.Name, most)
		}
	}
}

// awaitHead waits until the member's journal has a position.
func (m *member) awaitHead(p events.Position, most time.Duration) error {
	for end := time.Now().Add(most); ; time.Sleep(20 * time.Millisecond) {
		head := m.state().Head
		switch {
		case head >= p:
			return nil
		case time.Now().After(end):
			return fmt.Errorf("the journal of %s ends at %d after %v, when position %d had been acknowledged", m.Name, head, most, p)
		}
	}
}

// close lets the node leave as a program does that is told to end.
func (m *member) close() error {
	_, err := ask[Answer](m, "Close", Question{Patience: time.Minute})
	m.kill()
	return err
}

// A window is a member's log: what it holds is read from its directory, and what is asked
// is asked its process.
type window struct {
	*journal.Journal
	of *member
}

func (m *member) window(ctx context.Context) (*window, error) {
	j, err := journal.OpenReader(ctx, m.Dir, eventstest.Codec())
	return &window{j, m}, err
}

const windowPatience = 30 * time.Second

func (w *window) Append(_ context.Context, c events.Commit) (events.Position, error) {
	return w.ask("Append", Question{Key: c.Request.Key, Patience: windowPatience})
}

func (w *window) Latest(context.Context) (events.Position, error) {
	return w.ask("Latest", Question{Patience: windowPatience})
}

// Head is what the node says is the latest position, which its journal has to hold.
func (w *window) Head(ctx context.Context) (events.Position, error) {
	latest, err := w.Latest(ctx)
	if err != nil {
		return 0, err
	}
	head, err := w.Refresh(ctx)
	if err == nil && head != latest {
		err = fmt.Errorf("the journal of %s ends at %d and the log at %d", w.of.Name, head, latest)
	}
	return head, err
}

func (w *window) ask(what string, q Question) (events.Position, error) {
	a := w.of.outcome(what, q)
	if a.Outcome != Done {
		return 0, errors.New(a.Why)
	}
	return a.Position, nil
}
