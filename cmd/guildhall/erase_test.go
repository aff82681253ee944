package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/demo"
)

// What is recorded of Maya Okafor, who is e-2001, besides what the demonstration seeds.
const (
	whySentBack = "Maya Okafor was in Enugu on Tuesday; please take the day out."
	whyShared   = "So that Ms. Okafor need not bring her parchment to Harbor State."
	whyMoving   = "Maya carried the Cedar Valley rollout; the Okafor checklist is in use there."
)

// eraseMaya asks for it as one person and confirms it as another.
func (h *house) eraseMaya() {
	h.do("hr", `erasePerson(input: {idempotencyKey: "erase-1", personId: "person-e-2001", reason: ASKED, reference: "DSR-14"})`)
	var waiting struct{ Erasures []struct{ Asked int } }
	h.ask("coordinator", `{ erasures { asked } }`, nil, &waiting)
	h.do("coordinator", fmt.Sprintf(`confirmErasure(input: {idempotencyKey: "erase-2", personId: "person-e-2001", asked: %d})`, waiting.Erasures[0].Asked))
}

// TestWhoIsErasedIsNowhere erases somebody through the public face and looks for them in
// every file, in what an old copy of the keys brings back, and in what totals say.
func TestWhoIsErasedIsNowhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h, stop := houseIn(t, dir)
	h.writeAboutMaya()
	totals := h.totals()
	stop()
	for _, text := range []string{"Maya Okafor", whySentBack, whyShared, whyMoving} {
		if !slices.Contains(unsealed(t, dir, "e-2001"), text) {
			t.Fatalf("%q is not on record: the test proves nothing", text)
		}
	}
	if found := traces(t, dir); len(found) == 0 {
		t.Fatal("no trace is found while she is there: the test proves nothing")
	}
	oldKeys := contentOf(t, dir, vault.File)

	h, stop = houseIn(t, dir)
	_, cursor := h.feed("college-a", "")
	h.eraseMaya()
	if after := h.totals(); after != totals {
		t.Errorf("before\n%s\nafter\n%s", totals, after)
	}
	var viewer struct{ Viewer struct{ Name string } }
	if status, _, err := post(h.demo.GraphQL, h.persona("apprentice").Token, `{ viewer { name } }`, nil); err != nil || status != 401 {
		t.Errorf("her token is answered with %d, %v", status, err)
	}
	if h.ask("hr", `{ viewer { name } }`, nil, &viewer); viewer.Viewer.Name != "Ruth Adeyemi" {
		t.Errorf("others are called %q", viewer.Viewer.Name)
	}
	h.eventually("the college is told to erase its copy", func() bool {
		changes, _ := h.feed("college-a", cursor)
		return slices.ContainsFunc(changes, func(c change) bool { return c.ID == "apprenticeship-e-2001" && c.Erase })
	})
	stop()
	gone(t, dir)

	// An older copy of the keys is put back: whoever was erased goes again.
	replace(t, dir, vault.File, oldKeys)
	if len(unsealed(t, dir, "e-2001")) == 0 {
		t.Fatal("the old keys open nothing: the test proves nothing")
	}
	if err := os.Remove(filepath.Join(dir, demoName)); err != nil {
		t.Fatal(err)
	}
	h, stop = houseIn(t, dir)
	if slices.ContainsFunc(h.demo.Personas, func(p demoPersona) bool { return p.Key == "apprentice" }) || len(h.demo.Personas) != len(demo.Personas())-1 {
		t.Errorf("demo.json names %+v", h.demo.Personas)
	}
	if after := h.totals(); after != totals {
		t.Errorf("with old keys\n%s\nbefore\n%s", after, totals)
	}
	stop()
	gone(t, dir)

	// After a rotation nothing can be done with it at all.
	run := func(want int, args ...string) string {
		t.Helper()
		out := &quiet{}
		g := Guildhall{Out: out, Err: out, Environ: func() []string { return nil }}
		if code := g.Run(t.Context(), append(args, "--data", dir)); code != want {
			t.Fatalf("%v ended with %d: %s", args, code, out)
		}
		return out.String()
	}
	if out := run(0, "keys", "rotate", "--json"); strings.Join(strings.Fields(out), "") != `{"keys":82}` {
		t.Errorf("rotating answers %s", out)
	}
	if len(unsealed(t, dir, "e-2002")) == 0 {
		t.Error("nothing is readable of somebody who stayed")
	}
	gone(t, dir)
	replace(t, dir, vault.File, oldKeys)
	if out := run(1, "keys", "rotate"); !strings.Contains(out, "WRONG_WRAPPING_KEY") {
		t.Errorf("with a copy from before: %s", out)
	}
}

func TestKeysAreOnlyRotatedWhereThereAreSome(t *testing.T) {
	dir := closedNode(t)
	for name, c := range map[string]struct {
		lose string
		args []string
		want string
	}{
		"no data":         {"", []string{"--data", t.TempDir()}, "NO_DATA"},
		"another key":     {"", []string{"--data", dir, "--wrapping-key", filepath.Join(t.TempDir(), "kek")}, "KEYS_MISSING"},
		"no wrapping key": {vault.WrappingFile, []string{"--data", dir}, "KEYS_MISSING"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.lose != "" {
				kept := contentOf(t, dir, c.lose)
				if err := os.Remove(filepath.Join(dir, c.lose)); err != nil {
					t.Fatal(err)
				}
				defer replace(t, dir, c.lose, kept)
			}
			out := &quiet{}
			g := Guildhall{Out: out, Err: out, Environ: func() []string { return nil }}
			if code := g.Run(t.Context(), append([]string{"keys", "rotate"}, c.args...)); code != 1 || !strings.Contains(out.String(), c.want) {
				t.Errorf("ended with %d: %s; want %s", code, out, c.want)
			}
		})
	}
	log, err := journal.Open(t.Context(), dir, codec())
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	out := &quiet{}
	g := Guildhall{Out: out, Err: out, Environ: func() []string { return nil }}
	if code := g.Run(t.Context(), []string{"keys", "rotate", "--data", dir}); code != 1 || !strings.Contains(out.String(), "DATA_IN_USE") {
		t.Errorf("beside a server it ended with %d: %s", code, out)
	}
}

// do performs a mutation that nobody refuses.
func (h *house) do(persona, mutation string) {
	h.t.Helper()
	var data struct {
		R struct {
			Position   string
			UserErrors []struct{ Code, Message string }
		}
	}
	if h.ask(persona, `mutation { r: `+mutation+` { position userErrors { code message } } }`, nil, &data); len(data.R.UserErrors) > 0 {
		h.t.Fatalf("%s by %s: %v", mutation, persona, data.R.UserErrors)
	}
}

// writeAboutMaya has others and herself write texts that name her.
func (h *house) writeAboutMaya() {
	h.t.Helper()
	h.do("manager", `returnTimesheet(input: {idempotencyKey: "a", timesheetId: "timesheet-e-2001.2026-W45", reason: "`+whySentBack+`"})`)
	h.do("apprentice", `giveConsent(input: {idempotencyKey: "b", partnerId: "partner-harbor-state", records: [CREDITS], purpose: "`+whyShared+`"})`)
	h.do("college-a", `recordCredit(input: {idempotencyKey: "c", apprenticeId: "apprenticeship-e-2001", externalRef: "2026-FA-1177", courseCode: "CYB 110", credit: "3", grade: "A-", term: "Fall 2026"})`)
	h.eventually("the milestone is attained", func() bool {
		var data struct{ Node struct{ State string } }
		h.ask("mentor", `{ node(id: "milestone-e-2001.hd-network-defence") { ... on Milestone { state } } }`, nil, &data)
		return data.Node.State == "ATTAINED"
	})
	h.do("apprentice", `logHours(input: {idempotencyKey: "e", week: "2026-W46", entries: [{date: "2026-11-09", spentOn: "wp-01", minutes: 480}, {date: "2026-11-10", spentOn: "wp-01", minutes: 480}]})`)
	h.do("apprentice", `submitTimesheet(input: {idempotencyKey: "f", week: "2026-W46"})`)
	h.do("manager", `approveTimesheet(input: {idempotencyKey: "g", timesheetId: "timesheet-e-2001.2026-W46"})`)
	h.do("apprentice", `submitEvidence(input: {idempotencyKey: "h", milestoneId: "milestone-e-2001.hd-a-plus", note: "Passed both core exams."})`)
	h.do("mentor", `assessMilestone(input: {idempotencyKey: "i", milestoneId: "milestone-e-2001.hd-a-plus", rating: 4})`)
	h.do("mentor", `proposeTransition(input: {idempotencyKey: "d", apprenticeId: "apprenticeship-e-2001", effectiveOn: "2026-12-07", note: "`+whyMoving+`"})`)
}

// totals is what reports are made of.
func (h *house) totals() string {
	h.t.Helper()
	_, body, err := post(h.demo.GraphQL, h.persona("coordinator").Token, `{ apprentices(first: 50) { totalCount edges { node { id status
		progress { approvedMinutes pendingMinutes instructionMinutes met total } credits { edges { node { credit } } } } } } }`, nil)
	if err != nil || !bytes.Contains(body, []byte(`"apprenticeship-e-2001"`)) || bytes.Contains(body, []byte(`"errors"`)) {
		h.t.Fatalf("totals: %s, %v", body, err)
	}
	data, _, _ := bytes.Cut(body, []byte(`"extensions"`)) // what it cost
	return string(data)
}

// unsealed are the texts about a person in the log of a closed node that its keys open.
func unsealed(t *testing.T, dir, person string) (texts []string) {
	t.Helper()
	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	found := regexp.MustCompile(`v2\.`+person+`\.[a-z0-9]+\.[A-Za-z0-9_-]+`).FindAll(contentOf(t, dir, journal.File), -1)
	if len(found) == 0 {
		t.Fatalf("nothing is sealed for %s", person)
	}
	for _, s := range found {
		text, err := v.Unseal(t.Context(), domain.Sealed(s))
		switch {
		case err == nil:
			texts = append(texts, text)
		case !errors.Is(err, vault.ErrErased):
			t.Fatal(err)
		}
	}
	return texts
}

// gone fails the test if anything in the directory says who e-2001 was.
func gone(t *testing.T, dir string) {
	t.Helper()
	for _, found := range traces(t, dir) {
		t.Error(found)
	}
	if texts := unsealed(t, dir, "e-2001"); len(texts) > 0 {
		t.Errorf("the log still tells %q", texts)
	}
}

// traces are the places in a directory where Maya Okafor is to be found, in the plain or
// in base64. Her first name alone is looked for as a word only: base64 has any four letters.
func traces(t *testing.T, dir string) (found []string) {
	t.Helper()
	patterns := []string{`okafor`, `(^|[^a-z0-9_-])maya([^a-z0-9_-]|$)`}
	for _, text := range []string{"Maya Okafor", whySentBack, whyShared, whyMoving} {
		for shift := range 3 {
			inner := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + text))
			inner = strings.TrimRight(inner, "=")[2*shift:]
			patterns = append(patterns, regexp.QuoteMeta(inner[:len(inner)-2]), regexp.QuoteMeta(strings.NewReplacer("+", "-", "/", "_").Replace(inner[:len(inner)-2])))
		}
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ';' || r == '.' }) {
			if len(part) > 7 {
				patterns = append(patterns, regexp.QuoteMeta(part))
			}
		}
	}
	needle := regexp.MustCompile(`(?i)` + strings.Join(patterns, "|"))
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if at := needle.FindIndex(content); at != nil {
			found = append(found, filepath.Base(path)+" holds "+string(content[max(0, at[0]-40):min(len(content), at[1]+40)]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func contentOf(t *testing.T, dir, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func replace(t *testing.T, dir, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
		t.Fatal(err)
	}
}
