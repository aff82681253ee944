package eventstoredb_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstoredb"
	"github.com/guildhall-dev/guildhall/events/eventstoredb/standin"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// filled records ten commits of two on three streams, among what others write.
func filled(t *testing.T, s *standin.Server, dir string) {
	t.Helper()
	t.Run("fill", func(t *testing.T) {
		l := open(t, dir, plain(s), "guildhall")
		for i := range 10 {
			s.Write("$stats-127.0.0.1", "$statsCollected", []byte(`{}`), nil)
			s.Write("guildhall-test-a", "somebody.elses", []byte(`{}`), nil)
			appended(t, l, commit(fmt.Sprint("k", i), "test-a", events.Any, i, i))
		}
		for range 2000 {
			s.Write("other-1", "somebody.elses", []byte(`{}`), nil)
		}
		if p, err := l.Latest(soon(t)); err != nil || p != 20 {
			t.Errorf("the latest position is %d, %v, want 20", p, err)
		}
	})
}

// TestTheHintIsOnlyAHint: whatever it says, the log is the same.
func TestTheHintIsOnlyAHint(t *testing.T) {
	s := serve(t, standin.Options{})
	dir, other := t.TempDir(), t.TempDir()
	filled(t, s, dir)
	good, err := os.ReadFile(hintIn(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("another log", func(t *testing.T) {
		l := open(t, other, plain(s), "elsewhere")
		appended(t, l, commit("", "test-a", 0, 1, 2, 3))
	})
	foreign, err := os.ReadFile(hintIn(other))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"good": string(good), "missing": "", "torn": string(good[:len(good)/2]), "of another log": string(foreign),
		"altered": strings.Replace(string(good), `"position":20`, `"position":18`, 1), "empty object": "{}",
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(hintIn(dir), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if content == "" {
				os.Remove(hintIn(dir))
			}
			l := open(t, dir, plain(s), "guildhall")
			before, _ := l.End()
			if p := appended(t, l, commit("", "test-b", events.Any, 1)); p != before+1 {
				t.Errorf("the next commit got position %d, want %d", p, before+1)
			}
			if p := appended(t, l, commit("k3", "test-a", 0, 3, 3)); p != 8 {
				t.Errorf("a repeated request got position %d, want 8", p)
			}
			same(t, l)
		})
	}
}

// TestAHintSavesReading: with it a node goes on where it was, without it from the start.
func TestAHintSavesReading(t *testing.T) {
	s := serve(t, standin.Options{})
	dir := t.TempDir()
	filled(t, s, dir)
	// Without its first event the server cannot be followed from the start, only from where
	// the hint says.
	s.Remove(2)
	t.Run("with", func(t *testing.T) {
		l := open(t, dir, plain(s), "guildhall")
		appended(t, l, commit("", "test-b", 0, 1))
	})
	if err := os.Remove(hintIn(dir)); err != nil {
		t.Fatal(err)
	}
	t.Run("without", func(t *testing.T) {
		l := open(t, dir, plain(s), "guildhall")
		if _, err := l.Append(soon(t), commit("", "test-b", 1, 1)); !errors.Is(err, events.ErrCorrupt) {
			t.Errorf("a server with a hole gave %v", err)
		}
		if _, err := l.Latest(soon(t)); !errors.Is(err, events.ErrCorrupt) {
			t.Errorf("a server with a hole gave %v", err)
		}
	})
}

// TestAServerBehindTheJournalIsRefused at start and while it is followed. It is never filled
// from a journal without being asked.
func TestAServerBehindTheJournalIsRefused(t *testing.T) {
	for name, lose := range map[string]func(*standin.Server){
		"emptied":                func(s *standin.Server) { s.Truncate(0) },
		"restored":               func(s *standin.Server) { s.Truncate(12) },
		"restored and gone on":   func(s *standin.Server) { s.Truncate(12); extend(t, s) },
		"without the last event": func(s *standin.Server) { s.Remove(39) },
	} {
		for _, hinted := range []bool{true, false} {
			t.Run(fmt.Sprint(name, " hinted ", hinted), func(t *testing.T) {
				s := serve(t, standin.Options{})
				dir := t.TempDir()
				filled(t, s, dir)
				if !hinted {
					os.Remove(hintIn(dir))
				}
				lose(s)
				l, err := tryOpen(t, soon(t), dir, plain(s), optionsOf("guildhall"))
				if err == nil {
					l.Close()
				}
				refused(t, err, "LOG_BEHIND")
			})
		}
	}
	t.Run("while it is followed", func(t *testing.T) {
		s := serve(t, standin.Options{})
		l := open(t, t.TempDir(), plain(s), "guildhall")
		for i := range 5 {
			appended(t, l, commit("", "test-a", uint64(i), i))
		}
		s.Stop()
		s.Truncate(3)
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		_, err := l.Append(soon(t), commit("", "test-a", 5, 5))
		for err != nil && !strings.Contains(err.Error(), "does not") { // until the tail noticed
			time.Sleep(10 * time.Millisecond)
			_, err = l.Append(soon(t), commit("", "test-a", 5, 5))
		}
		refused(t, err, "LOG_BEHIND")
		if _, err := l.Latest(soon(t)); err == nil {
			t.Error("the latest position was told by a server that lost some")
		}
		holds(t, l, "test-a", 0, 1, 2, 3, 4)
	})
}

// extend has another node record on a server that lost the end of test-a.
func extend(t *testing.T, s *standin.Server) {
	t.Helper()
	j, err := journal.Open(t.Context(), t.TempDir(), codec)
	if err != nil {
		t.Fatal(err)
	}
	l, err := eventstoredb.Open(soon(t), j, codec, plain(s), optionsOf("guildhall"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		appended(t, l, commit("", "test-a", events.Any, 100+i))
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// TestWhatDoesNotFitEndsTheTail and is never passed over.
func TestWhatDoesNotFitEndsTheTail(t *testing.T) {
	const fits = `{"guildhall":1,"schema":1,"part":1,"of":1,"request":{"by":{"person":"ana","role":"mentor"},"at":"2026-11-22T12:00:00Z"}}`
	for name, write := range map[string]func(*standin.Server){
		"no metadata":    func(s *standin.Server) { s.Write("guildhall.test-a", "eventstest.counted", []byte(`{"n":1}`), nil) },
		"a later format": func(s *standin.Server) { write(s, strings.Replace(fits, `:1,`, `:2,`, 1)) },
		"a second part":  func(s *standin.Server) { write(s, strings.Replace(fits, `"part":1,"of":1`, `"part":2,"of":2`, 1)) },
		"a commit that is cut": func(s *standin.Server) {
			write(s, strings.Replace(fits, `"of":1`, `"of":2`, 1))
			write(s, fits)
		},
		"no request": func(s *standin.Server) { write(s, `{"guildhall":1,"schema":1,"part":1,"of":1}`) },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, standin.Options{})
			dir := t.TempDir()
			l := open(t, dir, plain(s), "guildhall")
			appended(t, l, commit("", "test-a", 0, 0))
			write(s)
			if _, err := l.Latest(soon(t)); !errors.Is(err, events.ErrCorrupt) {
				t.Errorf("latest: %v", err)
			}
			if _, err := l.Append(soon(t), commit("", "test-b", 0, 1)); !errors.Is(err, events.ErrCorrupt) {
				t.Errorf("append: %v", err)
			}
			holds(t, l, "test-a", 0)
		})
	}
	t.Run("what fits", func(t *testing.T) {
		s := serve(t, standin.Options{})
		l := open(t, t.TempDir(), plain(s), "guildhall")
		write(s, fits)
		appended(t, l, commit("", "test-a", 1, 2))
		holds(t, l, "test-a", 1, 2)
	})
}

func write(s *standin.Server, meta string) {
	s.Write("guildhall.test-a", "eventstest.counted", []byte(`{"n":1}`), []byte(meta))
}

// TestANewNodeGetsEverything that others recorded before, in the same places.
func TestANewNodeGetsEverything(t *testing.T) {
	s := serve(t, standin.Options{})
	dir := t.TempDir()
	filled(t, s, dir)
	old, fresh := open(t, dir, plain(s), "guildhall"), open(t, t.TempDir(), plain(s), "guildhall")
	same(t, old, fresh)
	if p, _ := fresh.End(); p != 20 {
		t.Errorf("the new node ends at %d, want 20", p)
	}
	if _, err := os.Stat(filepath.Join(dir, journal.File)); err != nil {
		t.Error(err)
	}
}
