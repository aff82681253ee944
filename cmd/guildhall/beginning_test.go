package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestADataDirectoryIsNamedFromWhereTheServerBegins starts a server as make run does. No file of
// it takes the beginning of that name for anything else. The nodes of a cluster are started so
// by every test that starts any.
func TestADataDirectoryIsNamedFromWhereTheServerBegins(t *testing.T) {
	t.Parallel()
	in := t.TempDir()
	if err := os.CopyFS(filepath.Join(in, "data", "demo"), os.DirFS(seeded(t))); err != nil {
		t.Fatal(err)
	}
	startProgramIn(t, in, "./data/demo").kill(t, syscall.SIGTERM)
	if made, err := os.ReadDir(in); err != nil || len(made) != 1 {
		t.Errorf("beside its data directory it made %v, %v", made, err)
	}
}
