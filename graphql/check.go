package graphql

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// check compares the schema's objects with their bindings.
func (g *generator) check(bindings []binding) error {
	var errs []error
	bound := map[string]bool{}
	for _, b := range bindings {
		def := g.types.Types[b.object]
		switch {
		case bound[b.object]:
			errs = append(errs, fmt.Errorf("%s is bound twice", b.object))
		case def == nil || def.Kind != ast.Object:
			errs = append(errs, fmt.Errorf("%s is bound and is no object of the schema", b.object))
		default:
			for _, name := range slices.Sorted(maps.Keys(b.fields)) {
				if def.Fields.ForName(name) == nil {
					errs = append(errs, fmt.Errorf("%s.%s has a resolver and is not in the schema", b.object, name))
				}
			}
		}
		bound[b.object] = true
	}
	for _, def := range g.own(ast.Object) {
		if def == g.types.Subscription && !bound[def.Name] {
			continue
		}
		for _, f := range declared(def) {
			if _, ok := g.fields[def.Name][f.Name]; !ok {
				errs = append(errs, fmt.Errorf("%s.%s has no resolver", def.Name, f.Name))
			}
		}
	}
	for _, def := range append(g.own(ast.Interface), g.own(ast.Union)...) {
		errs = append(errs, g.ambiguous(def)...)
	}
	return errors.Join(errs...)
}

// ambiguous reports the possible types of an abstract type that share a Go type.
func (g *generator) ambiguous(abstract *ast.Definition) []error {
	var errs []error
	for t, names := range g.objects {
		var among []string
		for _, possible := range g.types.GetPossibleTypes(abstract) {
			if slices.Contains(names, possible.Name) {
				among = append(among, possible.Name)
			}
		}
		if len(among) > 1 {
			errs = append(errs, fmt.Errorf("%v stands for %s within %s", t, strings.Join(among, " and "), abstract.Name))
		}
	}
	return errs
}

// checkLeaves reports unknown scalars and defaults that are not of their type.
func (g *generator) checkLeaves() error {
	var errs []error
	for _, def := range g.own(ast.Scalar) {
		if _, ok := scalars[def.Name]; !ok {
			errs = append(errs, fmt.Errorf("scalar %s has no Go form", def.Name))
		}
	}
	if errs != nil {
		return errors.Join(errs...)
	}
	in := intake(g.types.Types)
	for _, def := range append(append(g.own(ast.Object), g.own(ast.Interface)...), g.own(ast.InputObject)...) {
		for _, f := range declared(def) {
			if f.DefaultValue != nil {
				if _, err := in.entry(f.Type, f.DefaultValue, nil, false); err != nil {
					errs = append(errs, fmt.Errorf("default of %s.%w", def.Name, err.below(f.Name)))
				}
			}
			for _, a := range f.Arguments {
				if a.DefaultValue != nil {
					if _, err := in.entry(a.Type, a.DefaultValue, nil, false); err != nil {
						errs = append(errs, fmt.Errorf("default of %s.%s: %w", def.Name, f.Name, err.below(a.Name)))
					}
				}
			}
		}
	}
	return errors.Join(errs...)
}
