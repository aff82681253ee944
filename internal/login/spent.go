package login

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// SpentFile is the name of the file in a node's data directory in which a Memory is kept.
const SpentFile = "spent"

// A Memory remembers in a file what was spent at this node. It is for a node that is alone.
type Memory struct {
	now  func() time.Time
	path string

	mu      sync.Mutex
	file    *os.File
	since   time.Time
	things  map[string]time.Time // until when they are remembered
	written int                  // lines in the file
	torn    bool                 // the file may lack something, or end in half a line
}

var _ Spent = (*Memory)(nil)

// The file begins with a line that says since when it is kept. Every other line is a thing and
// the second until when it is remembered; the last one may have been cut off by a crash, and
// then nobody was told that it is spent.
const spentBegins = "since "

const (
	mostSpent  = 100_000 // at a time
	spentLines = 10_000  // after which the file is written anew
)

// OpenMemory opens the memory in dir, or begins one.
func OpenMemory(dir string, now func() time.Time) (*Memory, error) {
	m := &Memory{now: now, path: filepath.Join(dir, SpentFile), things: map[string]time.Time{}, since: now()}
	if err := m.load(); err != nil {
		return nil, fmt.Errorf("login: %s: %w", m.path, err)
	}
	if err := m.rewrite(); err != nil {
		return nil, fmt.Errorf("login: %s: %w", m.path, err)
	}
	return m, nil
}

func (m *Memory) load() error {
	f, err := os.Open(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	if !lines.Scan() {
		return lines.Err()
	}
	begun, is := strings.CutPrefix(lines.Text(), spentBegins)
	since, err := strconv.ParseInt(begun, 10, 64)
	if !is || err != nil {
		return nil // begin anew: what was spent before is refused meanwhile
	}
	m.since = time.Unix(since, 0)
	for lines.Scan() {
		thing, until, ok := strings.Cut(lines.Text(), " ")
		seconds, err := strconv.ParseInt(until, 10, 64)
		if ok && err == nil {
			m.things[thing] = time.Unix(seconds, 0)
		}
	}
	return lines.Err()
}

// rewrite leaves a file with what is still remembered.
func (m *Memory) rewrite() error {
	now := m.now()
	var b strings.Builder
	fmt.Fprintf(&b, "%s%d\n", spentBegins, m.since.Unix())
	for thing, until := range m.things {
		if until.Before(now) {
			delete(m.things, thing)
			continue
		}
		fmt.Fprintf(&b, "%s %d\n", thing, until.Unix())
	}
	next, err := os.OpenFile(m.path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = next.WriteString(b.String())
	if err = errors.Join(err, next.Sync()); err == nil {
		err = os.Rename(m.path+".new", m.path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(m.path))
	}
	if err != nil {
		return errors.Join(err, next.Close())
	}
	if m.file != nil {
		err = m.file.Close()
	}
	m.file, m.written, m.torn = next, len(m.things), false
	return err
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Since implements Spent.
func (m *Memory) Since(context.Context) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.since, nil
}

// Spend implements Spent. It returns once the thing would be remembered after a crash.
func (m *Memory) Spend(_ context.Context, thing string, until time.Time) (first bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.file == nil {
		return false, errors.New("login: the memory is closed")
	}
	if end, known := m.things[thing]; known && !end.Before(m.now()) {
		return false, nil
	}
	if m.torn || m.written >= spentLines && m.written > 2*len(m.things) || len(m.things) >= mostSpent {
		if err := m.rewrite(); err != nil {
			return false, fmt.Errorf("login: %s: %w", m.path, err)
		}
	}
	if len(m.things) >= mostSpent {
		return false, domain.Refuse(domain.Busy, "BUSY", "Too many clients log in at this moment. Try again in a minute.")
	}
	m.things[thing] = until
	_, err = fmt.Fprintf(m.file, "%s %d\n", thing, until.Unix()+1)
	if err == nil {
		err = m.file.Sync()
	}
	if err != nil {
		m.torn = true
		return false, fmt.Errorf("login: %s: %w", m.path, err)
	}
	m.written++
	return true, nil
}

// Close releases the file.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.file.Close()
	m.file = nil
	return err
}
