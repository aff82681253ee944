//go:build linux

package crash_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events"
)

// A process does a job; its ledger is kept here.
type process struct {
	cmd    *exec.Cmd
	in     io.Closer
	ledger *ledger
	heard  chan struct{} // closed when it has said everything

	mu     sync.Mutex
	pid    int
	opened chan uint64 // has the position of the disk once the log was open
	isOpen bool
	closed bool
	faults []string
	wrong  error // what it should never have said
}

// begin starts a process for j, under the given command if there is one.
func begin(t *testing.T, j job, l *ledger, under ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	args := slices.Concat(under, []string{self})
	p := &process{cmd: exec.Command(args[0], args[1:]...), ledger: l, heard: make(chan struct{}), opened: make(chan uint64, 1)}
	p.cmd.Env = append(os.Environ(), writerJob+"="+string(text))
	p.cmd.Stderr = os.Stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in = in
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.listen(out)
	t.Cleanup(func() { p.end(syscall.SIGKILL) })
	return p
}

func (p *process) listen(out io.Reader) {
	defer close(p.heard)
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return // what is not a whole line was not said
		}
		p.hear(strings.TrimSuffix(line, "\n"))
	}
}

func (p *process) hear(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	word, rest, _ := strings.Cut(line, " ")
	var key string
	var at uint64
	var to events.Position
	var err error
	switch word {
	case saysPID:
		_, err = fmt.Sscan(rest, &p.pid)
	case saysOpen:
		_, err = fmt.Sscan(rest, &at)
		p.isOpen = true
		p.opened <- at
	case saysTry:
		_, err = fmt.Sscan(rest, &key, &at)
		p.ledger.try(key, at)
	case saysAck:
		if _, err = fmt.Sscan(rest, &key, &at, &to); err == nil {
			err = p.ledger.ack(key, ack{at, to})
		}
	case saysFail:
		p.faults = append(p.faults, rest)
	case saysClosed:
		p.closed = true
	default: // a further line of an error
		p.faults = append(p.faults, line)
	}
	if err != nil && p.wrong == nil {
		p.wrong = fmt.Errorf("%q: %w", line, err)
	}
}

// said returns what went wrong so far.
func (p *process) said() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.faults)
}

// awaitOpen waits until the log is open and returns the position of the disk then.
func (p *process) awaitOpen(t *testing.T) uint64 {
	t.Helper()
	select {
	case at := <-p.opened:
		return at
	case <-p.heard:
		t.Fatalf("the log did not open: %q", p.said())
	case <-time.After(time.Minute):
		t.Fatalf("the log did not open within a minute: %q", p.said())
	}
	return 0
}

// kill ends the process at once and reports whether the log had been open by then.
func (p *process) kill(t *testing.T) bool {
	t.Helper()
	p.end(syscall.SIGKILL)
	if p.wrong != nil {
		t.Error(p.wrong)
	}
	return p.isOpen
}

// close lets the process finish what it has begun and end by itself.
func (p *process) close(t *testing.T) {
	t.Helper()
	p.in.Close()
	slow := time.AfterFunc(time.Minute, func() { p.signal(syscall.SIGKILL) })
	defer slow.Stop()
	<-p.heard
	if p.cmd.Wait(); !p.closed {
		t.Errorf("the process did not close its log: %q", p.faults)
	}
}

func (p *process) end(s syscall.Signal) {
	if p.cmd.ProcessState != nil {
		return
	}
	p.signal(s)
	<-p.heard
	p.in.Close()
	p.cmd.Wait()
}

// signal reaches the process itself and not the command it may run under. Before it has
// said who it is there is only that command.
func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	pid := p.pid
	p.mu.Unlock()
	if pid == 0 || syscall.Kill(pid, s) != nil {
		p.cmd.Process.Signal(s)
	}
}
