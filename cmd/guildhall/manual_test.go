package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheManualNamesCodesAndCommandsThatAre holds what operators read against the program.
func TestTheManualNamesCodesAndCommandsThatAre(t *testing.T) {
	root := filepath.Join("..", "..")
	var manual []byte
	for _, name := range []string{"operating.md", "cluster.md", "personal-data.md", "imports.md", "files.md", "partners.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		manual = append(manual, text...)
	}
	var source bytes.Buffer
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		source.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile("`\\[?([A-Z]+_[A-Z_]+|DAMAGED)\\]?`").FindAllSubmatch(manual, -1)
	if len(codes) < 25 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	for _, code := range codes {
		if !strings.HasPrefix(string(code[1]), envPrefix) && !bytes.Contains(source.Bytes(), append(append([]byte(`"`), code[1]...), '"')) {
			t.Errorf("nothing is refused with %s", code[1])
		}
	}
	p := newProgram()
	for _, line := range regexp.MustCompile(`guildhall ((?:[a-z]+ )*[a-z]+)( --[a-z-]+)?`).FindAllStringSubmatch(string(manual), -1) {
		cmd, rest, err := p.command().Find(strings.Fields(line[1]))
		if err != nil || cmd.HasAvailableSubCommands() && len(rest) > 0 {
			t.Errorf("%q is no command", line[0])
		} else if flag := strings.TrimPrefix(strings.TrimSpace(line[2]), "--"); flag != "" && cmd.Flag(flag) == nil {
			t.Errorf("%q has no such flag", line[0])
		}
	}
}
