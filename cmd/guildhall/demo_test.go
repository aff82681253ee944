package main

import (
	"strings"
	"testing"
	"time"
)

func TestADemonstrationOfAnEarlierReleaseIsNotMixedWithThisOne(t *testing.T) {
	dir, out := t.TempDir(), &quiet{}
	unpack(t, "testdata/previous/0.1.tar.gz", dir)
	g := Guildhall{Out: out, Err: out, Environ: func() []string { return nil }, Now: func() time.Time { return thursday }}
	g.Serve = g.serve
	code := g.Run(t.Context(), []string{"demo", "--data", dir, "--listen", "127.0.0.1:0", "--log-level", "error"})
	if code != 1 || !strings.Contains(out.String(), "[OLD_DEMO]") {
		t.Errorf("ended with %d: %s", code, out)
	}
}
