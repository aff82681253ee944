package guildhall_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestWhatIsPromisedIsProven checks that docs/proofs.md has a proof of each of the 34
// capabilities and 21 invariants, and that every test it names is there.
func TestWhatIsPromisedIsProven(t *testing.T) {
	text, err := os.ReadFile("docs/proofs.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n## Capabilities\n")
	capabilities, rest, _ := strings.Cut(rest, "\n## Invariants\n")
	invariants, figures, _ := strings.Cut(rest, "\n## ")
	for _, section := range []struct {
		kind, table string
		rows        int
	}{{"capability", capabilities, 34}, {"invariant", invariants, 21}} {
		numbers := proofRow.FindAllStringSubmatch(section.table, -1)
		if len(numbers) != section.rows {
			t.Errorf("docs/proofs.md has %d rows for a %s; want %d", len(numbers), section.kind, section.rows)
		}
		for i, row := range numbers {
			if row[1] != strconv.Itoa(i+1) {
				t.Errorf("%s %s stands where %d belongs", section.kind, row[1], i+1)
			}
			if !proofTest.MatchString(row[0]) {
				t.Errorf("%s %s names no test", section.kind, row[1])
			}
		}
	}
	if figures == "" {
		t.Error("docs/proofs.md has no figures")
	}
	declared := map[string][]string{}
	for _, test := range proofTest.FindAllStringSubmatch(string(text), -1) {
		dir, name := test[1], test[2]
		if _, read := declared[dir]; !read {
			declared[dir] = tests(t, dir)
		}
		if !slices.Contains(declared[dir], name) {
			t.Errorf("docs/proofs.md names %s, which is not in %s", name, dir)
		}
	}
}

var (
	proofRow  = regexp.MustCompile(`(?m)^\| (\d+) \|.*\|$`)
	proofTest = regexp.MustCompile("`([a-z/]+) (Test\\w+)`")
)

// tests are the tests that a package declares, by name.
func tests(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for _, d := range parse(t, file).Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}
