package graphql

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain"
)

// A hostile answers every field of a schema with whatever a resolver may come up with. The
// same field of the same source under the same arguments is always answered alike, and all
// of it changes with the seed.
type hostile struct {
	types   *ast.Schema
	sources map[string]reflect.Type // an array type for each object, whose first element tells one from another
	seed    atomic.Uint64
	evil    atomic.Int64 // answers in a thousand that are wrong
	batched bool
}

func newHostile(types *ast.Schema, batched bool) *hostile {
	h := &hostile{types: types, sources: map[string]reflect.Type{}, batched: batched}
	for i, name := range slices.Sorted(maps.Keys(types.Types)) {
		h.sources[name] = reflect.ArrayOf(i+1, reflect.TypeFor[uint64]())
	}
	return h
}

func (h *hostile) bindings() (out []binding) {
	for name, def := range h.types.Types {
		if def.Kind != ast.Object || def.BuiltIn {
			continue
		}
		b := binding{object: name, source: h.sources[name], fields: map[string]resolver{}}
		for i, f := range declared(def) {
			full := name + "." + f.Name
			one := func(_ context.Context, src any, a args) (any, error) { return h.answer(full, f.Type, src, a) }
			b.fields[f.Name] = resolver{one: one}
			if h.batched && i%2 == 0 {
				b.fields[f.Name] = resolver{many: func(ctx context.Context, srcs []any, a args) ([]any, error) {
					out := make([]any, len(srcs))
					for i, src := range srcs {
						v, err := one(ctx, src, a)
						if out[i] = v; err != nil {
							out[i] = failure{err}
						}
					}
					return out, nil
				}}
			}
		}
		out = append(out, b)
	}
	return out
}

func (h *hostile) answer(name string, of *ast.Type, src any, a args) (any, error) {
	var id uint64
	if r := reflect.Indirect(reflect.ValueOf(src)); r.Kind() == reflect.Array {
		id = r.Index(0).Uint()
	}
	given, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	n := number(h.seed.Load(), id, name, string(given))
	evil := uint64(h.evil.Load())
	switch p := n % 1000; {
	case p < evil/2:
		return nil, fmt.Errorf("while asking: %w", domain.Refuse(domain.Forbidden, "NOT_YOURS", "Ask somebody else."))
	case p < evil:
		return nil, errors.New("a disk is on fire")
	case p < evil*5/4 && !h.batched: // the other resolvers of a batch answer all the same
		panic("out of order")
	}
	return h.value(number(n, 1), of, evil), nil
}

// value is one of a type, or something else now and then.
func (h *hostile) value(n uint64, of *ast.Type, evil uint64) any {
	if p := n % 1000; p < evil && of.NonNull || p < 80 && !of.NonNull {
		return nil
	}
	if of.Elem != nil {
		size := int(number(n, 2) % 4)
		if size == 3 && h.strings(of.Elem) {
			return []domain.Stream{"a", "b"}
		}
		list := make([]any, size)
		for i := range list {
			list[i] = h.value(number(n, 3, uint64(i)), of.Elem, evil)
		}
		return list
	}
	def := h.types.Types[of.NamedType]
	switch {
	case def.IsAbstractType() && number(n, 4)%1000 < evil:
		return make(chan int)
	case def.IsAbstractType():
		possible := h.types.GetPossibleTypes(def)
		def = possible[number(n, 5)%uint64(len(possible))]
	case def.Kind == ast.Enum:
		return def.EnumValues[number(n, 6)%uint64(len(def.EnumValues))].Name
	case def.Kind == ast.Scalar:
		return leafOf(def.Name, number(n, 7))
	}
	src := reflect.New(h.sources[def.Name]).Elem()
	src.Index(0).SetUint(number(n, 8))
	if n%2 == 0 {
		return src.Addr().Interface()
	}
	return src.Interface()
}

func (h *hostile) strings(of *ast.Type) bool {
	return of.Elem == nil && (of.NamedType == "String" || of.NamedType == "ID")
}

func leafOf(scalar string, n uint64) any {
	switch scalar {
	case "Int":
		return domain.Minutes(int32(n))
	case "Float":
		return []any{float64(int32(n)) / 8, 1e21, 1e-7, 3}[n%4]
	case "Boolean":
		return n%2 == 0
	case "Date":
		return domain.NewDate(2026, 1, int(n%300))
	case "Week":
		return domain.NewDate(2026, 1, int(n%300)).Week()
	case "DateTime":
		return time.UnixMicro(int64(n % (1 << 50)))
	case "Decimal":
		return fmt.Sprintf("-%d.25", n%100)
	}
	s := []string{"", "plain", "a \"quoted\" \\ one", "tab\tnew\nline\x00\x1f", "é\u2028 \U0001f469", "bad \xff\xc3("}[n%6]
	return &s
}

// number mixes parts to one number.
func number(parts ...any) uint64 {
	f := fnv.New64a()
	for _, p := range parts {
		switch p := p.(type) {
		case uint64:
			var b [8]byte
			binary.LittleEndian.PutUint64(b[:], p)
			f.Write(b[:])
		default:
			fmt.Fprint(f, p, "\x00")
		}
	}
	n := f.Sum64()
	n ^= n >> 31
	return n * 0x9e3779b97f4a7c15 >> 8
}
