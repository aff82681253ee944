package graphql

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain"
)

// args are the arguments of a field, or the fields of an input object, checked against
// the schema and with its defaults filled in. A null counts as not given.
//
// Every accessor returns the zero value for what was not given; has tells the difference.
// Asking for a name the schema does not declare, or as the wrong type, is a fault that
// names the field.
type args struct {
	of     string
	values map[string]any // every declared name; nil if not given
}

// has reports whether name was given or has a default.
func (a args) has(name string) bool { return value[any](a, name) != nil }

// id returns an ID.
func (a args) id(name string) string { return value[string](a, name) }

// text returns a String, Decimal or Cursor.
func (a args) text(name string) string { return value[string](a, name) }

// enum returns the name of an enum's value.
func (a args) enum(name string) string { return value[string](a, name) }

// int returns an Int.
func (a args) int(name string) int { return value[int](a, name) }

// ints returns a list of Ints.
func (a args) ints(name string) []int { return values[int](a, name) }

// bool returns a Boolean.
func (a args) bool(name string) bool { return value[bool](a, name) }

// date returns a Date.
func (a args) date(name string) domain.Date { return parse(a, name, domain.ParseDate) }

// week returns a Week.
func (a args) week(name string) domain.Week { return parse(a, name, domain.ParseWeek) }

// time returns a DateTime.
func (a args) time(name string) time.Time {
	return parse(a, name, func(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) })
}

// ids returns a list of anything that is a string to Go: IDs, names of enum values, texts.
func (a args) ids(name string) []string { return values[string](a, name) }

// input returns an input object; one that was not given has nothing to ask for.
func (a args) input(name string) args { return value[args](a, name) }

// inputs returns a list of input objects.
func (a args) inputs(name string) []args { return values[args](a, name) }

func value[T any](a args, name string) (zero T) {
	v, declared := a.values[name]
	if !declared {
		panic(fmt.Errorf("%s has no argument %q", a.of, name))
	}
	if v == nil {
		return zero
	}
	t, ok := v.(T)
	if !ok {
		panic(fmt.Errorf("argument %q of %s is a %T, not a %T", name, a.of, v, zero))
	}
	return t
}

func values[T any](a args, name string) []T {
	list := value[[]any](a, name)
	out := make([]T, 0, len(list))
	for _, v := range list {
		if v == nil {
			continue
		}
		t, ok := v.(T)
		if !ok {
			panic(fmt.Errorf("argument %q of %s holds a %T", name, a.of, v))
		}
		out = append(out, t)
	}
	return out
}

func parse[T any](a args, name string, parse func(string) (T, error)) (zero T) {
	s := value[string](a, name)
	if s == "" {
		return zero
	}
	t, err := parse(s)
	if err != nil {
		panic(fmt.Errorf("argument %q of %s: %w", name, a.of, err))
	}
	return t
}

// A misfit is input that is not of its type.
type misfit struct{ path, problem string }

func (m *misfit) Error() string { return m.path + " " + m.problem }

func (m *misfit) below(name string) *misfit {
	if strings.HasPrefix(m.path, "[") || m.path == "" {
		m.path = name + m.path
	} else {
		m.path = name + "." + m.path
	}
	return m
}

// An intake turns literals and JSON into arguments as the schema wants them.
type intake map[string]*ast.Definition

// arguments coerces what a field or directive was given for its declared arguments.
func (in intake) arguments(of string, declared ast.ArgumentDefinitionList, given ast.ArgumentList, vars map[string]any) (args, *misfit) {
	a := args{of, make(map[string]any, len(declared))}
	for _, d := range declared {
		var v any
		var ok bool
		if g := given.ForName(d.Name); g != nil {
			v, ok = literal(g.Value, vars)
		}
		c, err := in.entry(d.Type, d.DefaultValue, v, ok)
		if err != nil {
			return a, err.below(d.Name)
		}
		a.values[d.Name] = c
	}
	return a, nil
}

// entry coerces a value that may be missing and may have a default.
func (in intake) entry(t *ast.Type, otherwise *ast.Value, v any, given bool) (any, *misfit) {
	if given && v == nil && t.NonNull {
		return nil, &misfit{problem: "must not be null"}
	}
	if v == nil && otherwise != nil {
		v, _ = literal(otherwise, nil)
	}
	return in.value(t, v)
}

func (in intake) value(t *ast.Type, v any) (any, *misfit) {
	if v == nil {
		if t.NonNull {
			return nil, &misfit{problem: "is required"}
		}
		return nil, nil
	}
	if t.Elem != nil {
		return in.list(t.Elem, v)
	}
	switch def := in[t.NamedType]; def.Kind {
	case ast.Enum:
		if s, ok := v.(string); ok && def.EnumValues.ForName(s) != nil {
			return s, nil
		}
		return nil, &misfit{problem: "is not a value of " + def.Name}
	case ast.InputObject:
		return in.object(def, v)
	default:
		c, ok := scalars[def.Name].read(v)
		if !ok {
			return nil, &misfit{problem: "is not of type " + def.Name}
		}
		return c, nil
	}
}

func (in intake) list(elem *ast.Type, v any) (any, *misfit) {
	items, ok := v.([]any)
	if !ok {
		items = []any{v}
	}
	out := make([]any, len(items))
	for i, item := range items {
		c, err := in.value(elem, item)
		if err != nil {
			return nil, err.below(fmt.Sprintf("[%d]", i))
		}
		out[i] = c
	}
	return out, nil
}

func (in intake) object(def *ast.Definition, v any) (any, *misfit) {
	if done, ok := v.(args); ok && done.of == def.Name {
		return done, nil
	}
	given, ok := v.(map[string]any)
	if !ok {
		return nil, &misfit{problem: "is not of type " + def.Name}
	}
	for name := range given {
		if def.Fields.ForName(name) == nil {
			return nil, (&misfit{problem: "is not a field of " + def.Name}).below(name)
		}
	}
	a := args{def.Name, make(map[string]any, len(def.Fields))}
	set := 0
	for _, f := range def.Fields {
		v, ok := given[f.Name]
		c, err := in.entry(f.Type, f.DefaultValue, v, ok)
		if err != nil {
			return nil, err.below(f.Name)
		}
		if c != nil {
			set++
		}
		a.values[f.Name] = c
	}
	if def.Directives.ForName("oneOf") != nil && (set != 1 || len(given) != 1) {
		return nil, &misfit{problem: "must name exactly one field of " + def.Name}
	}
	return a, nil
}

// literal returns what v stands for, and whether it stands for anything: a variable that
// was not given does not.
func literal(v *ast.Value, vars map[string]any) (any, bool) {
	switch v.Kind {
	case ast.Variable:
		given, ok := vars[v.Raw]
		return given, ok
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw), true
	case ast.BooleanValue:
		return v.Raw == "true", true
	case ast.NullValue:
		return nil, true
	case ast.ListValue:
		list := make([]any, len(v.Children))
		for i, c := range v.Children {
			list[i], _ = literal(c.Value, vars)
		}
		return list, true
	case ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, c := range v.Children {
			if field, ok := literal(c.Value, vars); ok {
				object[c.Name] = field
			}
		}
		return object, true
	default:
		return v.Raw, true
	}
}
