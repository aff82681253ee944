package guildhall_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEveryFactIsListed checks that each type with an EventName is in the Events list of its
// package, under a name of that package that nothing else has. A fact that is not listed
// could be decided, and then not be stored.
func TestEveryFactIsListed(t *testing.T) {
	owner := map[string]string{}
	for pkg, facts := range aggregates(t) {
		for typ, name := range facts.named {
			if !slices.Contains(facts.listed, typ) {
				t.Errorf("%s.%s is not in %s.Events", pkg, typ, pkg)
			}
			if !strings.HasPrefix(name, pkg+".") {
				t.Errorf("%s.%s is stored as %q; it begins with %q", pkg, typ, name, pkg+".")
			}
			if other, taken := owner[name]; taken {
				t.Errorf("%s.%s and %s are both stored as %q", pkg, typ, other, name)
			}
			owner[name] = pkg + "." + typ
		}
		for _, typ := range facts.listed {
			if _, ok := facts.named[typ]; !ok {
				t.Errorf("%s.Events lists %s, which has no EventName", pkg, typ)
			}
		}
	}
}

// TestEveryFactIsEvolved checks that what evolves the state of an aggregate names each of its facts.
// One that is forgotten would be decided, stored, and decided again.
func TestEveryFactIsEvolved(t *testing.T) {
	for pkg, facts := range aggregates(t) {
		for typ := range facts.named {
			if len(facts.evolved) > 0 && !facts.evolved[typ] {
				t.Errorf("no Evolve of %s has a case for %s", pkg, typ)
			}
		}
	}
}

// TestEveryAggregateIsKnown checks that the program and the tests name the facts of each,
// and the upcasts of those that have some.
func TestEveryAggregateIsKnown(t *testing.T) {
	for _, file := range []string{"cmd/guildhall/codec.go", "events/eventstest/codec.go"} {
		named := map[string]bool{}
		ast.Inspect(parse(t, file), func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := s.X.(*ast.Ident); ok {
					named[pkg.Name+"."+s.Sel.Name] = true
				}
			}
			return true
		})
		for pkg, facts := range aggregates(t) {
			if !named[pkg+".Events"] {
				t.Errorf("%s does not name %s.Events", file, pkg)
			}
			if facts.upcasts && !named[pkg+".Upcasts"] {
				t.Errorf("%s does not name %s.Upcasts", file, pkg)
			}
		}
	}
}

// facts are the events of one package as its source tells them.
type facts struct {
	named   map[string]string // the stored name by type
	listed  []string          // the types in Events
	evolved map[string]bool   // the types that functions from a state and a fact to a state tell apart
	upcasts bool              // there is a list of them
}

// aggregates reads the packages under domain that have facts.
func aggregates(t *testing.T) map[string]facts {
	t.Helper()
	files, err := filepath.Glob("domain/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]facts{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f := parse(t, file)
		in := all[f.Name.Name]
		if in.named == nil {
			in.named, in.evolved = map[string]string{}, map[string]bool{}
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if typ, name, ok := eventName(d); ok {
					in.named[typ] = name
				}
				if evolves(d) {
					ast.Inspect(d.Body, func(n ast.Node) bool {
						switch n := n.(type) {
						case *ast.CaseClause:
							for _, typ := range n.List {
								in.evolved[nameOf(typ)] = true
							}
						case *ast.TypeAssertExpr:
							in.evolved[nameOf(n.Type)] = true
						}
						return true
					})
				}
			case *ast.GenDecl:
				in.listed = append(in.listed, listedIn(d)...)
				in.upcasts = in.upcasts || declares(d, "Upcasts")
			}
		}
		all[f.Name.Name] = in
	}
	maps.DeleteFunc(all, func(_ string, in facts) bool { return len(in.named)+len(in.listed) == 0 })
	if len(all) == 0 {
		t.Fatal("no facts were found under domain")
	}
	return all
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// evolves reports whether a function makes a state of a fact.
func evolves(d *ast.FuncDecl) bool {
	fact := slices.ContainsFunc(d.Type.Params.List, func(f *ast.Field) bool { return nameOf(f.Type) == "Event" })
	return fact && d.Type.Results != nil && slices.ContainsFunc(d.Type.Results.List, func(f *ast.Field) bool { return nameOf(f.Type) == "State" })
}

// nameOf is an expression that is a name, or nothing.
func nameOf(x ast.Expr) string {
	if id, ok := x.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// eventName reads func (T) EventName() string { return "name" }.
func eventName(d *ast.FuncDecl) (typ, name string, ok bool) {
	if d.Recv == nil || d.Name.Name != "EventName" || len(d.Body.List) != 1 {
		return "", "", false
	}
	recv := d.Recv.List[0].Type
	if p, pointer := recv.(*ast.StarExpr); pointer {
		recv = p.X
	}
	id, ok := recv.(*ast.Ident)
	if !ok {
		return "", "", false
	}
	if ret, ok := d.Body.List[0].(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
		if lit, ok := ret.Results[0].(*ast.BasicLit); ok {
			name, _ = strconv.Unquote(lit.Value)
		}
	}
	return id.Name, name, true
}

// declares reports whether d is var name = ...
func declares(d *ast.GenDecl, name string) bool {
	return slices.ContainsFunc(d.Specs, func(spec ast.Spec) bool {
		v, ok := spec.(*ast.ValueSpec)
		return ok && v.Names[0].Name == name
	})
}

// listedIn reads var Events = []domain.Event{T{}, ...}.
func listedIn(d *ast.GenDecl) (types []string) {
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || v.Names[0].Name != "Events" || len(v.Values) != 1 {
			continue
		}
		list, ok := v.Values[0].(*ast.CompositeLit)
		if !ok {
			continue
		}
		for _, e := range list.Elts {
			if lit, ok := e.(*ast.CompositeLit); ok {
				if id, ok := lit.Type.(*ast.Ident); ok {
					types = append(types, id.Name)
				}
			}
		}
	}
	return types
}
