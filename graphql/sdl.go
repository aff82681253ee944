package graphql

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// The schema is written by hand, one file for each noun, which extends Query and Mutation
// by its own fields. Clients are told it as one, see testdata/schema.graphql.
//
//go:embed schema/*.graphql
var sources embed.FS

// Schema is the text of the schema that a Server answers, with its types by name.
func Schema() string { return sdl() }

var sdl = sync.OnceValue(func() string {
	text, err := merged(sources)
	if err != nil {
		panic(err) // the files are part of the program, and a test reads them
	}
	return text
})

// merged makes one schema of the files in folder schema.
func merged(files fs.FS) (string, error) {
	names, err := fs.Glob(files, "schema/*.graphql")
	if err != nil {
		return "", fmt.Errorf("graphql: %w", err)
	}
	var parts []*ast.Source
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return "", fmt.Errorf("graphql: %w", err)
		}
		parts = append(parts, &ast.Source{Name: name, Input: string(text)})
	}
	whole, err := gqlparser.LoadSchema(parts...)
	if err != nil {
		return "", fmt.Errorf("graphql: %w", err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\"\"\"\n%s\n\"\"\"\nschema {\n  query: Query\n  mutation: Mutation\n  subscription: Subscription\n}\n", whole.Description)
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(whole)
	return b.String(), nil
}
