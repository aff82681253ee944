// Package npm lets tests run programs on Node, with what a lock file names. Node is needed by
// tests alone: Guildhall is built and run without it.
package npm

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// oldestNode is the oldest release of Node that the programs run on.
const oldestNode = 20

// Need leaves a test out where Node is missing or too old, unless REQUIRE_NODE is set.
func Need(t testing.TB) {
	t.Helper()
	missing := ""
	if _, err := exec.LookPath("npm"); err != nil {
		missing = "there is no npm on PATH"
	}
	version, err := exec.Command("node", "--version").Output()
	var major int
	if _, bad := fmt.Sscanf(string(version), "v%d.", &major); err != nil || bad != nil {
		missing = "there is no node on PATH"
	} else if major < oldestNode {
		missing = fmt.Sprintf("node is %s and older than %d", strings.TrimSpace(string(version)), oldestNode)
	}
	switch {
	case missing == "":
	case os.Getenv("REQUIRE_NODE") != "":
		t.Fatal(missing)
	default:
		fmt.Printf("%s is left out: %s.\n", t.Name(), missing)
		t.SkipNow()
	}
}

// Install copies a folder that has a package-lock.json to a new directory, with everything that
// it names. What was fetched once is taken from npm's cache the next time. Whoever asks
// removes the directory.
func Install(folder string) (dir string, err error) {
	dir, err = os.MkdirTemp("", "guildhall-npm-")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
		return dir, err
	}
	if err := os.RemoveAll(filepath.Join(dir, "out")); err != nil {
		return dir, err
	}
	ci := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
	ci.Dir = dir
	if out, err := ci.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return dir, nil
}
