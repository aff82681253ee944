package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// testProgram is a Guildhall that nothing outside the test reaches.
type testProgram struct {
	Guildhall
	out, err bytes.Buffer
}

func newProgram(environ ...string) *testProgram {
	p := &testProgram{}
	p.Guildhall = Guildhall{
		Out: &p.out, Err: &p.err,
		Environ: func() []string { return environ },
		Now:     func() time.Time { return time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC) },
	}
	return p
}

func (p *testProgram) run(t *testing.T, want int, args ...string) {
	t.Helper()
	p.out.Reset()
	p.err.Reset()
	if code := p.Run(t.Context(), args); code != want {
		t.Fatalf("guildhall %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, &p.out, &p.err)
	}
}

func TestServeGetsTheConfigurationAndALogger(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("guildhall.yaml", []byte("listen: 127.0.0.1:1\ndata: from-file\nlog-level: error\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newProgram("GUILDHALL_LISTEN=127.0.0.1:2", "GUILDHALL_DATA=from-env", "GUILDHALL_DEMO=1")
	var got Config
	p.Serve = func(_ context.Context, c Config, log *zap.Logger) error {
		got = c
		log.Error("printed")
		log.Warn("kept quiet")
		return nil
	}
	p.run(t, 0, "serve", "--listen", "127.0.0.1:3")
	want := Config{Listen: "127.0.0.1:3", Data: "from-env", Log: "local", LogLevel: zapcore.ErrorLevel, Employer: "St. Alder Health", Demo: true}
	if got != want {
		t.Errorf("served with %+v, want %+v", got, want)
	}
	if log := p.err.String(); !strings.Contains(log, "printed") || strings.Contains(log, "kept quiet") {
		t.Errorf("logged %q", log)
	}
}

func TestWithoutSettingsTheDefaultsCount(t *testing.T) {
	t.Chdir(t.TempDir())
	p := newProgram()
	var got Config
	p.Serve = func(_ context.Context, c Config, log *zap.Logger) error {
		got = c
		log.Info("ready", zap.String("url", "http://127.0.0.1"))
		return nil
	}
	p.run(t, 0, "serve")
	if want := (Config{Listen: "127.0.0.1:8080", Data: "./data", Log: "local", Employer: "This hospital"}); got != want {
		t.Errorf("served with %+v, want %+v", got, want)
	}
	var line struct{ Level, Msg, URL string }
	if err := json.Unmarshal(p.err.Bytes(), &line); err != nil || line.Level != "info" || line.Msg != "ready" || line.URL == "" {
		t.Errorf("logged %q, which is not a line of JSON: %v", p.err.String(), err)
	}
}

func TestDemoServesTheDemo(t *testing.T) {
	t.Chdir(t.TempDir())
	p := newProgram()
	var demo bool
	p.Serve = func(_ context.Context, c Config, log *zap.Logger) error {
		demo = c.Demo
		log.Info("ready")
		return nil
	}
	p.run(t, 0, "demo")
	if !demo {
		t.Error("demo served without the demo")
	}
	if log := p.err.String(); !strings.Contains(log, "ready") || json.Valid(p.err.Bytes()) {
		t.Errorf("logged %q, want a line for people", log)
	}
}

func TestAnInterruptedServerIsDone(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, interrupt := context.WithCancel(t.Context())
	p := newProgram()
	p.Serve = func(ctx context.Context, _ Config, _ *zap.Logger) error {
		interrupt()
		<-ctx.Done()
		return fmt.Errorf("serve: %w", ctx.Err())
	}
	if code := p.Run(ctx, []string{"serve"}); code != 0 || p.err.Len() > 0 {
		t.Errorf("exit code %d, %q", code, p.err.String())
	}
}

func TestFailuresAndRefusalsAreOneLineAndExitCodeOne(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("disk on fire"), "guildhall: disk on fire\n"},
		{fmt.Errorf("open: %w", domain.Refuse(domain.Conflict, "DATA_IN_USE", "Somebody has it.")), "guildhall: Somebody has it. [DATA_IN_USE]\n"},
	} {
		p := newProgram()
		p.Serve = func(context.Context, Config, *zap.Logger) error { return c.err }
		p.Rebuild = p.Serve
		for _, command := range []string{"serve", "rebuild"} {
			p.run(t, 1, command)
			if got := p.err.String(); got != c.want {
				t.Errorf("%s printed %q, want %q", command, got, c.want)
			}
		}
	}
}

func TestAnImportLeavesADataDirectoryInUseAlone(t *testing.T) {
	dir := t.TempDir()
	log, err := journal.OpenLocal(t.Context(), dir, codec())
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	file := filepath.Join(dir, "standard.json")
	content := `[{"title": "Coder", "rapids": "1114CB", "onet": "29-2072.00", "approach": "competency", "work_processes": [{"title": "Code"}]}]`
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newProgram()
	p.run(t, 1, "import", "standard", file, "--data", dir)
	if got := p.err.String(); !strings.Contains(got, "--data") || !strings.HasSuffix(got, "[DATA_IN_USE]\n") {
		t.Errorf("printed %q", got)
	}
	if head, err := log.Head(t.Context()); err != nil || head != 0 {
		t.Errorf("the log ends at %d, %v", head, err)
	}
	p.run(t, 0, "import", "standard", file, "--data", dir, "--dry-run")
}

func TestAnImportTellsWhoDidItAndFromWhat(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "standard.json")
	content := `[{"title": "Coder", "rapids": "1114CB", "onet": "29-2072.00", "approach": "competency", "work_processes": [{"title": "Code"}]}]`
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newProgram()
	p.run(t, 0, "import", "standard", file, "--data", dir)
	log, err := journal.OpenLocal(t.Context(), dir, codec())
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	n := 0
	for r, err := range log.Read(t.Context(), standard.Stream("rapids-1114cb")) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if by := r.Request.By; by.Name() != "policy:operator" || by.Role != domain.System {
			t.Errorf("recorded by %s as %s", by.Name(), by.Role)
		}
		if !r.Request.At.Equal(p.Now()) {
			t.Errorf("recorded at %s", r.Request.At)
		}
		// printf '%s' "$content" | sha256sum
		if want := "file:standard.json sha256:" + contentSum; r.Request.Source != want {
			t.Errorf("recorded from %q, want %q", r.Request.Source, want)
		}
	}
	if n == 0 {
		t.Error("nothing was recorded")
	}
}

const contentSum = "f5c1bbef2fc44fa8ca5e68526162eccc270fd7c29c4fea0b35309cb1a491cf4b"

func TestHealthTellsWhetherTheServerIsReady(t *testing.T) {
	t.Chdir(t.TempDir())
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			http.NotFound(w, r)
			return
		}
		w.WriteHeader(status)
		fmt.Fprintln(w, "ready at position 7")
	}))
	addr := strings.TrimPrefix(server.URL, "http://")
	p := newProgram()
	p.run(t, 0, "health", "--listen", addr)
	if got := p.out.String(); got != server.URL+"/readyz: ready at position 7\n" {
		t.Errorf("printed %q", got)
	}
	p.run(t, 0, "health", "--json", "--listen", addr)
	var answer struct{ URL, Answer string }
	if err := json.Unmarshal(p.out.Bytes(), &answer); err != nil || answer.Answer != "ready at position 7" {
		t.Errorf("printed %q, %v", p.out.String(), err)
	}
	_, port, _ := strings.Cut(addr, ":")
	p.run(t, 0, "health", "--listen", ":"+port)

	status = http.StatusServiceUnavailable
	p.run(t, 1, "health", "--listen", addr)
	if got := p.err.String(); !strings.Contains(got, "503") || !strings.HasSuffix(got, "[NOT_READY]\n") {
		t.Errorf("printed %q", got)
	}
	server.Close()
	p.run(t, 1, "health", "--listen", addr)
	if got := p.err.String(); !strings.HasSuffix(got, "[NOT_RUNNING]\n") {
		t.Errorf("printed %q", got)
	}
}

func TestSchemaPrintsTheSchemaAsItIs(t *testing.T) {
	p := newProgram()
	p.Schema = "type Query {\n  viewer: String\n}\n"
	p.run(t, 0, "schema")
	if p.out.String() != p.Schema {
		t.Errorf("printed %q", p.out.String())
	}
}

// shared is the path of real input beside the repository; the test is skipped without it.
func shared(t *testing.T, path string) string {
	t.Helper()
	path = filepath.Join("..", "..", "..", "shared", "data", path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: %s is not there", path)
	}
	return path
}

func TestRealStandardsAreImported(t *testing.T) {
	p, file, dir := newProgram(), shared(t, "standards/standards.json"), t.TempDir()
	for _, again := range []bool{false, true} {
		p.run(t, 0, "import", "standard", file, "--data", dir, "--json")
		var r struct {
			Standards []struct {
				Definition standard.Definition
				Contents   []string
				Version    int
				Changed    bool
			}
			Saved, Unchanged int
		}
		if err := json.Unmarshal(p.out.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if saved := 3; again && r.Unchanged != saved || !again && r.Saved != saved {
			t.Errorf("saved %d, unchanged %d", r.Saved, r.Unchanged)
		}
		contents := map[domain.StandardID]string{}
		for _, s := range r.Standards {
			contents[s.Definition.ID] = strings.Join(s.Contents, "; ")
			if s.Version != 1 || s.Changed == again {
				t.Errorf("%s: version %d, changed %v", s.Definition.Title, s.Version, s.Changed)
			}
		}
		for id, want := range map[domain.StandardID]string{
			"rapids-3048":    "competency approach; 6 work processes; no hours on the job stated; 46 competencies, 45 core;",
			"rapids-0637hy":  "hybrid approach; 28 work processes; 7,920-9,380 h on the job;",
			"rapids-0414s-r": "time approach; 11 work processes; 8,000 h on the job;",
		} {
			if !strings.HasPrefix(contents[id], want) {
				t.Errorf("%s: %q, want %q…", id, contents[id], want)
			}
		}
		if got := contents["rapids-0414s-r"]; !strings.HasSuffix(got, "32 courses, 597.5 h of related instruction; 8 wage steps") {
			t.Errorf("sprinkler fitter: %q", got)
		}
	}
}

func TestTheRealNICEFrameworkIsImported(t *testing.T) {
	p, folder, dir := newProgram(), shared(t, "nice"), t.TempDir()
	for _, again := range []bool{false, true} {
		p.run(t, 0, "import", "roles", folder, "--data", dir, "--json")
		var r struct {
			Framework struct {
				Counts  framework.Counts
				Version int
				Changed bool
			}
		}
		if err := json.Unmarshal(p.out.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		n := r.Framework.Counts
		if n.Roles != 41 || n.Statements != 2148 || n.Links != 5334 {
			t.Errorf("found %+v", n)
		}
		if r.Framework.Version != 1 || r.Framework.Changed == again {
			t.Errorf("version %d, changed %v", r.Framework.Version, r.Framework.Changed)
		}
	}
}
