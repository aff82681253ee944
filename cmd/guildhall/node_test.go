package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// closedNode is a data directory with one person in it that nobody uses.
func closedNode(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	n, err := openNode(t.Context(), Config{Data: dir}, time.Now, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	name, err := n.vault.Seal(t.Context(), "maya", "Maya Okafor")
	if err != nil {
		t.Fatal(err)
	}
	join := person.Join{Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: thursday},
		Joined: person.Joined{Name: name, Capacity: domain.Apprentice, Position: "help-desk-analyst"}}
	if _, err := events.Execute(t.Context(), n.log, person.Stream("maya"), person.Evolve, join); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{journal.File, vault.File} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is open to others: %v, %v", file, info, err)
		}
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestALogOfPeopleWithoutTheirKeysIsRefused(t *testing.T) {
	for name, lose := range map[string]func(string) error{
		"missing": os.Remove,
		"emptied": func(path string) error { return os.Truncate(path, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := closedNode(t)
			if err := lose(filepath.Join(dir, vault.File)); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				n, err := openNode(t.Context(), Config{Data: dir}, time.Now, zap.NewNop())
				if r := domain.AsRefusal(err); r == nil || r.Code != "KEYS_MISSING" {
					if err == nil {
						err = n.close()
					}
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

func TestADamagedReadModelSaysHowToGoOn(t *testing.T) {
	dir := closedNode(t)
	if err := os.WriteFile(filepath.Join(dir, viewsFile), []byte("this is not a database, but long enough to look like one that was"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openNode(t.Context(), Config{Data: dir}, time.Now, zap.NewNop()); err == nil || !strings.Contains(err.Error(), "guildhall rebuild") {
		t.Errorf("got %v", err)
	}
	var out, errs quiet
	g := Guildhall{Out: &out, Err: &errs, Environ: func() []string { return nil }, Now: time.Now}
	g.Rebuild = g.rebuild
	if code := g.Run(context.Background(), []string{"rebuild", "--data", dir}); code != 0 {
		t.Errorf("it ended with %d: %s", code, &errs)
	}
	n, err := openNode(t.Context(), Config{Data: dir}, time.Now, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if err := n.close(); err != nil {
		t.Error(err)
	}
}

func TestRebuildMakesNoDataWhereThereIsNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nowhere")
	var out, errs quiet
	g := Guildhall{Out: &out, Err: &errs, Environ: func() []string { return nil }, Now: time.Now}
	g.Rebuild = g.rebuild
	if code := g.Run(context.Background(), []string{"rebuild", "--data", dir}); code != 1 || !strings.Contains(errs.String(), "[NO_DATA]") {
		t.Errorf("it ended with %d: %s", code, &errs)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a directory was made")
	}
}
