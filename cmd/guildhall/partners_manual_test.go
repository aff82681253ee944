package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/csv"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/guildhall-dev/guildhall/internal/npm"
)

// TestTheManualForIntegratorsRuns does what docs/partners.md tells integrators to do, in every
// language that it has samples in.
func TestTheManualForIntegratorsRuns(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "partners.md"))
	if err != nil {
		t.Fatal(err)
	}
	samples := map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```([a-z]+)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		samples[block[1]] += block[2]
	}
	data := t.TempDir()
	p := startProgram(t, data)
	m := &manual{house: &house{t: t, dir: data, demo: p.demo}, samples: samples}
	t.Run("curl", m.curl)
	t.Run("Python", func(t *testing.T) {
		needTool(t, "python3", "REQUIRE_PYTHON")
		m.nightly(t, "python", "nightly.py", func(string) *exec.Cmd { return exec.Command("python3", "nightly.py") })
	})
	t.Run("Go", func(t *testing.T) {
		m.nightly(t, "go", "nightly.go", func(dir string) *exec.Cmd {
			program := filepath.Join(dir, "nightly")
			if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, filepath.Join(dir, "nightly.go")).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			return exec.Command(program)
		})
	})
	t.Run("TypeScript", m.typeScript)
}

// A manual is the samples of a page, by language, and the server that they are run against.
type manual struct {
	*house
	samples  map[string]string
	recorded string // what the first of them said of the award
}

func needTool(t *testing.T, tool, required string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err == nil {
		return
	}
	if os.Getenv(required) != "" {
		t.Fatalf("this machine has no %s", tool)
	}
	fmt.Printf("%s is left out: this machine has no %s.\n", t.Name(), tool)
	t.SkipNow()
}

func (m *manual) environ(more ...string) []string {
	college := m.persona("college-a")
	return append(os.Environ(), append([]string{"GUILDHALL=" + m.demo.URL, "CLIENT_ID=" + college.ClientID, "CLIENT_SECRET=" + college.ClientSecret, "LEARNER=apprenticeship-e-2001"}, more...)...)
}

func (m *manual) curl(t *testing.T) {
	needTool(t, "curl", "REQUIRE_CURL")
	m.t = t
	dir := t.TempDir()
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(dir, "guildhall")) // see TestMain
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-eu", "-c", m.samples["sh"])
	cmd.Dir, cmd.Env = dir, m.environ("COORDINATOR="+m.persona("coordinator").Token, "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"scopes":["FEED_READ","APPRENTICES_READ","CREDITS_READ","CREDITS_WRITE"]`, `"__typename":"Upsert"`, "Lakeshore Community College: 15 changes taken over", `"state":"AWARDED"`} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("nothing says %s:\n%s", want, out)
		}
	}
	if state, err := os.ReadFile(filepath.Join(dir, "lakeshore", "state.json")); err != nil || !bytes.Contains(state, []byte(`"file": "sync.csv"`)) {
		t.Errorf("the copy says %s, %v", state, err)
	}
	if at := regexp.MustCompile(`"position":"(\d+)"`).FindSubmatch(out); at != nil {
		m.recorded = "award: recorded at " + string(at[1])
	}
}

// nightly runs a job three times: for everything, for a name that changed, and with a cursor
// that leads nowhere. The award is recorded once.
func (m *manual) nightly(t *testing.T, language, file string, run func(dir string) *exec.Cmd) {
	m.t = t
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(m.samples[language]), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := run(dir)
	again := func(more ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), cmd.Path, cmd.Args[1:]...)
		c.Dir, c.Env = dir, m.environ(more...)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		counts, award, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		if m.recorded == "" {
			m.recorded = award
		}
		if !strings.HasPrefix(award, "award: recorded at ") || award != m.recorded {
			t.Errorf("it said %q, and the first of them %q", award, m.recorded)
		}
		return counts
	}
	again()
	again()
	m.holds(t, dir)
	m.do("hr", fmt.Sprintf(`importPeople(input: {idempotencyKey: %q, csv: "employee_number,name\nE-2001,Maya %s\n"})`, "rename-"+language, language))
	if counts := again(); strings.HasPrefix(counts, "0 ") {
		t.Errorf("a name changed, and it said %s", counts)
	}
	m.holds(t, dir)
	var copied map[string]any
	text, err := os.ReadFile(filepath.Join(dir, "copy.json"))
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	copied["cursor"] = "nonsense"
	if err == nil {
		text, err = json.Marshal(copied)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "copy.json"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	again()
	m.holds(t, dir)
	if language == "ts" {
		again("CLIENT_SECRET=", "CLIENT_ID="+m.signing(t, filepath.Join(dir, "nightly.pem")))
	}
}

// holds checks that copy.json has the objects that the server has files of.
func (m *manual) holds(t *testing.T, dir string) {
	t.Helper()
	var copied struct {
		Objects map[string]any
	}
	text, err := os.ReadFile(filepath.Join(dir, "copy.json"))
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, table := range []string{"apprentices", "milestones", "credits", "transitions"} {
		rows, err := csv.NewReader(bytes.NewReader(m.export("college-a", table))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			want[row[0]] = true
		}
	}
	if got := slices.Sorted(maps.Keys(copied.Objects)); len(want) < 5 || !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Errorf("the copy holds %v, and the files %v", got, slices.Sorted(maps.Keys(want)))
	}
	if !bytes.Contains(text, []byte("Maya")) {
		t.Errorf("the copy does not name Maya: %s", text)
	}
}

func (m *manual) typeScript(t *testing.T) {
	npm.Need(t)
	clients := installed(t)
	m.nightly(t, "ts", "nightly.ts", func(dir string) *exec.Cmd {
		text, err := os.ReadFile(filepath.Join(dir, "nightly.ts"))
		if err == nil {
			err = os.WriteFile(filepath.Join(clients, "nightly.ts"), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		tsc := exec.CommandContext(t.Context(), filepath.Join(clients, "node_modules", ".bin", "tsc"), "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess",
			"--module", "nodenext", "--target", "es2022", "--types", "node", "--skipLibCheck", "--outDir", "made", "nightly.ts")
		tsc.Dir = clients
		if out, err := tsc.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return exec.Command("node", filepath.Join(clients, "made", "nightly.js"))
	})
}

// signing registers a system that signs with the key that it writes to a file.
func (m *manual) signing(t *testing.T, file string) (client string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err == nil {
		err = os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
	}
	var jwk []byte
	if err == nil {
		jwk, err = json.Marshal(jose.JSONWebKey{Key: public})
	}
	if err == nil {
		err = os.WriteFile(file+".json", jwk, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, err := asProcess("partner", "register", "lakeshore.signs", "--title", "Signs", "--scopes", "feed:read credits:write", "--jwk", file+".json", "--data", m.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return "lakeshore.signs"
}
