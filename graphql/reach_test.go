package graphql

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain/client"
)

// TestEveryFieldThatInstitutionsReachHasAScope walks from the fields that they may ask for
// to every object that these lead to, and looks for what there is no scope for, and for
// scopes of what there is not.
func TestEveryFieldThatInstitutionsReachHasAScope(t *testing.T) {
	types := gqlparser.MustLoadSchema(&ast.Source{Input: Schema()})
	reached := map[string]bool{}
	var walk func(from string, def *ast.Definition)
	walk = func(from string, def *ast.Definition) {
		if def.IsLeafType() || reached[def.Name] || from == "Query.node" || from == "Query.nodes" {
			return
		}
		if reached[def.Name] = true; def.Kind != ast.Object {
			for _, p := range types.GetPossibleTypes(def) {
				walk(from, p)
			}
			return
		}
		if len(typeNeeds[def.Name]) == 0 {
			t.Errorf("%s leads institutions to %s, which has no scope", from, def.Name)
		}
		for _, f := range declared(def) {
			walk(def.Name+"."+f.Name, types.Types[f.Type.Name()])
		}
	}
	for full, need := range fieldNeeds {
		object, name, _ := strings.Cut(full, ".")
		def := types.Types[object]
		if def == nil || def.Fields.ForName(name) == nil {
			t.Errorf("%s has a scope and is not in the schema", full)
			continue
		}
		if len(need) == 0 {
			t.Errorf("%s takes no scope", full)
		}
		walk(full, types.Types[def.Fields.ForName(name).Type.Name()])
	}
	for _, name := range slices.Sorted(maps.Keys(typeNeeds)) {
		if types.Types[name] == nil {
			t.Errorf("%s has a scope and is not in the schema", name)
		}
	}
	for _, needs := range []map[string]need{fieldNeeds, typeNeeds, nodeNeeds} {
		for name, n := range needs {
			for _, s := range n {
				if !slices.Contains(client.Scopes, s) {
					t.Errorf("%s takes the scope %q, which there is not", name, s)
				}
			}
		}
	}
}

// TestAFieldWithoutAScopeIsNotServed leaves a scope out.
func TestAFieldWithoutAScopeIsNotServed(t *testing.T) {
	left := typeNeeds["CreditStep"]
	delete(typeNeeds, "CreditStep")
	defer func() { typeNeeds["CreditStep"] = left }()
	if _, err := guarded((&Server{}).bindings()); err == nil || !strings.Contains(err.Error(), "CreditStep") {
		t.Errorf("got %v", err)
	}
}
