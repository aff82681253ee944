package graphql

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// An author writes valid operations over a schema, as wild as the limits allow.
type author struct {
	*rand.Rand
	types     *ast.Schema
	fields    int                 // that may still be asked for
	aliases   int                 // that may still be given
	lists     int                 // within one another
	names     map[string]string   // what an answer's name stands for
	fragments map[string][]string // complete ones by the type they are on
	bodies    []string
	variables []string // declarations
	values    map[string]any
}

// A tape is a source of numbers that reads from data first.
type tape struct {
	data []byte
	*rand.PCG
}

func (t *tape) Uint64() uint64 {
	if len(t.data) == 0 {
		return t.PCG.Uint64()
	}
	n := uint64(t.data[0])
	t.data = t.data[1:]
	return n<<56 | n<<32 | n // every way to cut it down sees the byte
}

func newAuthor(types *ast.Schema, from rand.Source) *author {
	return &author{
		Rand: rand.New(from), types: types, fields: 60, aliases: 8, names: map[string]string{},
		fragments: map[string][]string{}, values: map[string]any{},
	}
}

func (w *author) chance(percent int) bool { return w.IntN(100) < percent }

// write returns a request. Most are admitted.
func (w *author) write() Request {
	kind, root := "query", w.types.Query
	if w.types.Mutation != nil && w.chance(15) {
		kind, root = "mutation", w.types.Mutation
	}
	body := w.selection(root, 1)
	head := kind
	if len(w.variables) > 0 {
		head += "(" + strings.Join(w.variables, ",") + ")"
	}
	return Request{Query: head + body + strings.Join(w.bodies, ""), Variables: w.values}
}

func (w *author) selection(of *ast.Definition, depth int) string {
	var parts []string
	for range 2 + w.IntN(5) {
		switch {
		case w.fields < 0:
		case w.chance(8):
			on := w.overlapping(of)
			parts = append(parts, "...on "+on.Name+w.directives()+w.selection(on, depth))
		case w.chance(3):
			parts = append(parts, "..."+w.directives()+w.selection(of, depth))
		case w.chance(8):
			parts = append(parts, "..."+w.fragment(w.overlapping(of), depth)+w.directives())
		default:
			if f := w.field(of, depth); f != "" {
				parts = append(parts, f)
			}
		}
	}
	if len(parts) == 0 || w.chance(10) {
		parts = append(parts, "__typename")
	}
	return "{" + strings.Join(parts, " ") + "}"
}

// overlapping is a type that values of another may have too.
func (w *author) overlapping(of *ast.Definition) *ast.Definition {
	possible := w.types.GetPossibleTypes(of)
	one := possible[w.IntN(len(possible))]
	switch {
	case of.IsAbstractType() && w.chance(60):
		return one
	case of.IsAbstractType() && w.chance(70):
		if abstract := w.types.GetImplements(one); len(abstract) > 0 {
			return abstract[w.IntN(len(abstract))]
		}
	}
	if len(of.Interfaces) > 0 && w.chance(30) {
		return w.types.Types[of.Interfaces[w.IntN(len(of.Interfaces))]]
	}
	return of
}

func (w *author) fragment(on *ast.Definition, depth int) string {
	if done := w.fragments[on.Name]; len(done) > 0 && w.chance(60) {
		return done[w.IntN(len(done))]
	}
	body := w.selection(on, depth)
	name := fmt.Sprintf("F%d", len(w.bodies))
	w.bodies = append(w.bodies, fmt.Sprintf(" fragment %s on %s%s", name, on.Name, body))
	w.fragments[on.Name] = append(w.fragments[on.Name], name)
	return name
}

func (w *author) directives() (s string) {
	for _, d := range []string{"skip", "include"} {
		switch {
		case w.chance(4):
			s += fmt.Sprintf(" @%s(if:%t)", d, w.chance(50))
		case w.chance(4):
			s += fmt.Sprintf(" @%s(if:$b%d)", d, w.flag())
		}
	}
	return s
}

func (w *author) flag() int {
	n := w.IntN(3)
	name := "b" + strconv.Itoa(n)
	if _, ok := w.values[name]; !ok {
		w.variables = append(w.variables, "$"+name+":Boolean!")
		w.values[name] = w.chance(50)
	}
	return n
}

// field asks for a field. One name stands for one field, type and arguments in the whole
// operation, so that nothing conflicts wherever fragments meet.
func (w *author) field(of *ast.Definition, depth int) string {
	choices := declared(of)
	if w.fields--; len(choices) == 0 || w.fields < 0 {
		return ""
	}
	abstract := slices.DeleteFunc(slices.Clone(choices), func(f *ast.FieldDefinition) bool { return !w.types.Types[f.Type.Name()].IsAbstractType() })
	if len(abstract) > 0 && w.chance(30) {
		choices = abstract
	}
	f := choices[w.IntN(len(choices))]
	if !composite(w.types.Types[f.Type.Name()]) && w.chance(50) {
		f = choices[w.IntN(len(choices))]
	}
	below := w.types.Types[f.Type.Name()]
	if composite(below) && (depth > 10 || w.chance(6*depth)) {
		return ""
	}
	if f.Type.Elem != nil && composite(below) {
		if w.lists > 2 {
			return ""
		}
		w.lists++
		defer func() { w.lists-- }()
	}
	before := len(w.variables)
	given := w.arguments(f)
	key, what := f.Name, f.Name+f.Type.String()+given
	if said, ok := w.names[key]; ok && said != what || w.chance(3) {
		if w.aliases--; w.aliases < 0 {
			w.variables = w.variables[:before]
			return ""
		}
		key = fmt.Sprintf("a%d", w.aliases)
	}
	w.names[key] = what
	out := f.Name + given + w.directives()
	if key != f.Name {
		out = key + ":" + out
	}
	if composite(below) {
		out += w.selection(below, depth+1)
	}
	return out
}

func composite(def *ast.Definition) bool { return def.IsCompositeType() }

func (w *author) arguments(f *ast.FieldDefinition) string {
	var given []string
	for _, a := range f.Arguments {
		switch {
		case a.Name == "first" || a.Name == "last":
			given = append(given, fmt.Sprintf("%s:%d", a.Name, 1+w.IntN(4)))
		case a.Type.NonNull && a.DefaultValue == nil || w.chance(30):
			given = append(given, a.Name+":"+w.argument(a))
		}
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ",") + ")"
}

func (w *author) argument(a *ast.ArgumentDefinition) string {
	if w.chance(30) {
		name := fmt.Sprintf("v%d", len(w.variables))
		w.variables = append(w.variables, "$"+name+":"+a.Type.String())
		w.values[name] = w.value(a.Type, a.Name, 0)
		return "$" + name
	}
	return literalOf(w.value(a.Type, a.Name, 0), a.Type, w.types)
}

// value is one that a variable of the type may have.
func (w *author) value(of *ast.Type, name string, depth int) any {
	if !of.NonNull && (depth > 2 || w.chance(10)) {
		return nil
	}
	if of.Elem != nil {
		list := []any{}
		for range w.IntN(3) {
			list = append(list, w.value(of.Elem, name, depth+1))
		}
		return list
	}
	def := w.types.Types[of.NamedType]
	switch def.Kind {
	case ast.Enum:
		return def.EnumValues[w.IntN(len(def.EnumValues))].Name
	case ast.InputObject:
		in := map[string]any{}
		if def.Directives.ForName("oneOf") != nil {
			f := def.Fields[w.IntN(len(def.Fields))]
			t := *f.Type
			t.NonNull = true
			in[f.Name] = w.value(&t, f.Name, depth+1)
			return in
		}
		for _, f := range def.Fields {
			if f.Type.NonNull || w.chance(30) {
				in[f.Name] = w.value(f.Type, f.Name, depth+1)
			}
		}
		return in
	}
	switch def.Name {
	case "Int":
		return 1 + w.IntN(4)
	case "Float":
		return float64(w.IntN(100)) / 4
	case "Boolean":
		return w.chance(50)
	case "Date":
		return fmt.Sprintf("2026-%02d-%02d", 1+w.IntN(12), 1+w.IntN(28))
	case "Week":
		return fmt.Sprintf("2026-W%02d", 1+w.IntN(52))
	case "DateTime":
		return fmt.Sprintf("2026-01-02T03:04:%02dZ", w.IntN(60))
	case "Decimal":
		return fmt.Sprintf("%d.5", w.IntN(9))
	}
	return fmt.Sprintf("%c\"é<\n", 'a'+rune(w.IntN(26)))
}

// literalOf writes a value into a document.
func literalOf(v any, of *ast.Type, types *ast.Schema) string {
	switch v := v.(type) {
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, literalOf(item, of.Elem, types))
		}
		return "[" + strings.Join(items, ",") + "]"
	case map[string]any:
		var fields []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			fields = append(fields, name+":"+literalOf(v[name], types.Types[of.NamedType].Fields.ForName(name).Type, types))
		}
		return "{" + strings.Join(fields, ",") + "}"
	case string:
		if types.Types[of.NamedType].Kind == ast.Enum {
			return v
		}
		return string(appendString(nil, v))
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}
