package main

import (
	"debug/elf"
	"debug/gosym"
	"os"
	"runtime"
	"testing"
)

// TestNothingThatEndsTheProcessIsPartOfTheProgram looks for what must never see a stranger's
// document in this very program: graphql-go's own parser, validator and executor. The linker
// leaves out what nothing calls.
func TestNothingThatEndsTheProcessIsPartOfTheProgram(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only programs for Linux are looked into")
	}
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	lines, err := program.Section(".gopclntab").Data()
	if err != nil {
		t.Fatal(err)
	}
	table, err := gosym.NewTable(nil, gosym.NewLineTable(lines, program.Section(".text").Addr))
	if err != nil {
		t.Fatal(err)
	}
	const library = "github.com/graphql-go/graphql"
	if table.LookupFunc(library+".NewSchema") == nil {
		t.Fatal("the program has no types of graphql-go: this test looks at nothing")
	}
	for _, name := range []string{".Do", ".Execute", ".Subscribe", ".ExecuteSubscription", ".ValidateDocument", ".executeOperation", ".resolveField", "/language/parser.Parse"} {
		if table.LookupFunc(library+name) != nil {
			t.Errorf("%s%s is part of the program", library, name)
		}
	}
}
