package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/guildhall-dev/guildhall/events/vault"
)

// command runs a command line and returns what it answers.
func command(t *testing.T, want int, args ...string) string {
	t.Helper()
	p := newProgram()
	p.run(t, want, args...)
	if want == 0 {
		return p.out.String()
	}
	return p.err.String()
}

// TestABackupOfARunningServerMakesAnotherNode saves a hospital while it is used, makes a
// second one of it, and looks at the second through the same doors.
func TestABackupOfARunningServerMakesAnotherNode(t *testing.T) {
	t.Parallel()
	dir, away := t.TempDir(), t.TempDir()
	h, stop := houseIn(t, dir)
	_, cursor := h.feed("college-a", "")
	file, keys := filepath.Join(away, "log.backup"), filepath.Join(away, "keys.backup")
	var writers sync.WaitGroup
	var done atomic.Bool
	p, token := process{demo: h.demo}, h.persona("apprentice").Token
	for writer := range 4 {
		writers.Go(func() {
			for n := 0; !done.Load(); n++ {
				p.logHours(token, fmt.Sprintf("busy-%d-%d", writer, n), writer, n%50+1)
			}
		})
	}
	for range 3 {
		command(t, 0, "backup", "--data", dir, "--to", file, "--keys-to", keys, "--force")
		command(t, 0, "verify", "--data", dir)
	}
	var saved savedBackup
	if err := json.Unmarshal([]byte(command(t, 0, "backup", "--data", dir, "--to", file, "--keys-to", keys, "--force", "--json")), &saved); err != nil || saved.Records < 2000 {
		t.Fatalf("saved %+v, %v", saved, err)
	}
	done.Store(true)
	writers.Wait()
	totals := h.totals()
	stop()

	second := filepath.Join(away, "second")
	text := command(t, 0, "restore", "--from", file, "--keys-from", keys, "--data", second)
	if !strings.Contains(text, fmt.Sprintf("%d records restored", saved.Records)) || !strings.Contains(text, "The wrapping key is in no backup: put its copy at "+filepath.Join(second, vault.WrappingFile)) {
		t.Errorf("restoring told %s", text)
	}
	if left, err := filepath.Glob(filepath.Join(away, "*.tmp*")); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
	if text := command(t, 1, "verify", "--data", second); !strings.Contains(text, "[DAMAGED]") {
		t.Errorf("without the wrapping key verify says %s", text)
	}
	if err := os.WriteFile(filepath.Join(second, vault.WrappingFile), contentOf(t, dir, vault.WrappingFile), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, 0, "verify", "--data", second)
	was := command(t, 0, "log", "export", "--to", "-", "--data", dir)
	is := command(t, 0, "log", "export", "--to", "-", "--data", second)
	if was, is := records(was), records(is); len(is) != int(saved.Records) || !bytes.Equal(bytes.Join(was[:len(is)], nil), bytes.Join(is, nil)) {
		t.Errorf("%d records are not the first of %d", len(is), len(was))
	}

	if err := os.WriteFile(filepath.Join(second, demoName), contentOf(t, dir, demoName), 0o600); err != nil {
		t.Fatal(err)
	}
	again, _ := houseIn(t, second)
	var viewer struct{ Viewer struct{ Name string } }
	if again.ask("apprentice", `{ viewer { name } }`, nil, &viewer); viewer.Viewer.Name != "Maya Okafor" {
		t.Errorf("the apprentice is called %q", viewer.Viewer.Name)
	}
	if now := again.totals(); !strings.Contains(now, `"approvedMinutes"`) || len(now) < len(totals)/2 {
		t.Errorf("before\n%s\nafter\n%s", totals, now)
	}
	status, body, err := post(again.demo.GraphQL, again.persona("college-a").Token, feedQuery, map[string]any{"after": cursor})
	if err != nil || status != http.StatusOK || !bytes.Contains(body, []byte("CURSOR_EPOCH")) {
		t.Errorf("an old cursor is answered %d %s, %v", status, body, err)
	}
	if changes, _ := again.feed("college-a", ""); len(changes) == 0 {
		t.Error("the feed shows nothing from its beginning")
	}
}

// records are the lines of an export that hold records.
func records(export string) (lines [][]byte) {
	for line := range strings.Lines(export) {
		if strings.HasPrefix(line, `{"position":`) {
			lines = append(lines, []byte(line))
		}
	}
	return lines
}

func TestABackupMadeAfterAnErasureBringsNobodyBack(t *testing.T) {
	t.Parallel()
	dir, away := t.TempDir(), t.TempDir()
	h, stop := houseIn(t, dir)
	h.writeAboutMaya()
	h.eraseMaya()
	file, keys, export := filepath.Join(away, "log.backup"), filepath.Join(away, "keys.backup"), filepath.Join(away, "log.ndjson")
	command(t, 0, "backup", "--data", dir, "--to", file, "--keys-to", keys)
	command(t, 0, "log", "export", "--data", dir, "--to", export)
	stop()
	second := filepath.Join(away, "second")
	command(t, 0, "restore", "--from", file, "--keys-from", keys, "--data", second)
	if err := os.WriteFile(filepath.Join(second, vault.WrappingFile), contentOf(t, dir, vault.WrappingFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if len(unsealed(t, second, "e-2002")) == 0 {
		t.Error("nothing is readable of somebody who stayed")
	}
	for _, found := range traces(t, away) {
		t.Error(found)
	}
	if texts := unsealed(t, second, "e-2001"); len(texts) > 0 {
		t.Errorf("the restored log still tells %q", texts)
	}
}

func TestLostKeysArePutBackBesideTheirLogOnly(t *testing.T) {
	dir, other, away := closedNode(t), closedNode(t), t.TempDir()
	file, keys := filepath.Join(away, "log.backup"), filepath.Join(away, "keys.backup")
	command(t, 0, "backup", "--data", dir, "--to", file, "--keys-to", keys)
	if text := command(t, 1, "restore", "--keys-from", keys, "--data", dir); !strings.Contains(text, "[DATA_NOT_EMPTY]") {
		t.Errorf("over keys that are there: %s", text)
	}
	for _, d := range []string{dir, other} {
		if err := os.Remove(filepath.Join(d, vault.File)); err != nil {
			t.Fatal(err)
		}
	}
	if text := command(t, 1, "verify", "--data", dir); !strings.Contains(text, "[DAMAGED]") {
		t.Errorf("verify without keys: %s", text)
	}
	if text := command(t, 1, "restore", "--keys-from", keys, "--data", other); !strings.Contains(text, "[KEYS_OF_ANOTHER_LOG]") {
		t.Errorf("beside another log: %s", text)
	}
	if text := command(t, 1, "restore", "--keys-from", file, "--data", dir); !strings.Contains(text, "is a backup of the log, not of the keys") {
		t.Errorf("from a backup of the log: %s", text)
	}
	command(t, 0, "restore", "--keys-from", keys, "--data", dir)
	command(t, 0, "verify", "--data", dir)
	if found, err := os.ReadDir(other); err != nil || len(found) == 0 {
		t.Fatal(err)
	} else {
		for _, f := range found {
			if strings.HasPrefix(f.Name(), vault.File) {
				t.Errorf("a refused restore left %s", f.Name())
			}
		}
	}
}
