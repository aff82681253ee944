package graphql

import (
	"context"
	"fmt"
	"reflect"

	"github.com/guildhall-dev/guildhall/domain"
)

// root is the source of the fields of Query and Mutation: they have none.
type root struct{}

// A field answers one field of an object whose Go type is T. What it finds is
//
//   - for a leaf: a Go value of the leaf's kind (see scalars); an enum is a string with the value's name;
//   - for an object, interface or union: a value of a Go type that some binding has as its source, or a pointer to one;
//   - for a list: a slice of these, where a nil slice is an empty list;
//   - nil or a nil pointer for null.
//
// An error that is a *domain.Refusal reaches the client with its code; every other error is a fault.
type field[T any] struct {
	one  func(ctx context.Context, src T, a args) (any, error)
	many func(ctx context.Context, srcs []T, a args) ([]any, error)

	put  func(b []byte, src *T, l *leaf) ([]byte, bool)               // writes what one finds; may be nil
	rows func(ctx context.Context, src *T, a args, into *table) error // adds the objects that one finds; may be nil
	same bool                                                         // one finds the source
}

// get is the field that read takes off its source. A string, number, bool or day is written
// from where it stands.
func get[T, V any](read func(T) V) field[T] {
	f := ask(func(_ context.Context, src T, _ args) (any, error) { return read(src), nil })
	switch read := any(read).(type) {
	case func(T) string:
		f.put = func(b []byte, src *T, l *leaf) ([]byte, bool) { return l.text(b, read(*src)) }
	case func(T) int:
		f.put = func(b []byte, src *T, l *leaf) ([]byte, bool) { return l.number(b, read(*src)) }
	case func(T) bool:
		f.put = func(b []byte, src *T, l *leaf) ([]byte, bool) { return l.truth(b, read(*src)) }
	case func(T) domain.Date:
		f.put = func(b []byte, src *T, l *leaf) ([]byte, bool) { return l.date(b, read(*src)) }
	}
	return f
}

// rows is get for a list of objects, which are not copied for it.
func rows[T, V any](read func(T) []V) field[T] {
	f := get(read)
	f.rows = func(_ context.Context, src *T, _ args, into *table) error {
		addRows(into, read(*src))
		return nil
	}
	return f
}

// lead is the field that leads to an object, or to none. It is not copied for it.
func lead[T, V any](find func(ctx context.Context, src T, a args) (*V, error)) field[T] {
	f := ask(func(ctx context.Context, src T, a args) (any, error) { return find(ctx, src, a) })
	f.rows = func(ctx context.Context, src *T, a args, into *table) error {
		v, err := find(ctx, *src, a)
		if v != nil && err == nil {
			into.rows = append(into.rows, v)
		}
		return err
	}
	return f
}

// itself is the field that leads from an object to another with the same source.
func itself[T any]() field[T] {
	f := get(func(src T) any { return src })
	f.same = true
	return f
}

// peek is get for a text of a large source, which is not copied for it.
func peek[T any](read func(*T) string) field[T] {
	f := get(func(src T) string { return read(&src) })
	f.put = func(b []byte, src *T, l *leaf) ([]byte, bool) { return l.text(b, read(src)) }
	return f
}

// some is get with null in place of the zero value.
func some[T any, V comparable](read func(T) V) field[T] {
	f := get(read)
	var zero V
	return f.where(func(src T) bool { return read(src) != zero })
}

// enum is get for the name of an enum's value, for a state or kind such as "in-progress".
func enum[T any, V ~string](read func(T) V) field[T] {
	f := get(func(src T) any { return upper(read(src)) })
	f.put = func(b []byte, src *T, l *leaf) ([]byte, bool) { return l.state(b, string(read(*src))) }
	return f
}

// where is f for the sources that fit, and null for the others.
func (f field[T]) where(fits func(T) bool) field[T] {
	out := ask(func(ctx context.Context, src T, a args) (any, error) {
		if !fits(src) {
			return nil, nil
		}
		return f.one(ctx, src, a)
	})
	if f.put != nil {
		out.put = func(b []byte, src *T, l *leaf) ([]byte, bool) {
			if !fits(*src) {
				return b, true
			}
			return f.put(b, src, l)
		}
	}
	return out
}

// ask is the field that find answers, for each source by itself.
func ask[T any](find func(ctx context.Context, src T, a args) (any, error)) field[T] {
	return field[T]{one: find}
}

// batch is the field that find answers for all sources there are at one place of an
// operation, in one call and in their order. What fails for one alone is a failure in
// place of its answer.
func batch[T any](find func(ctx context.Context, srcs []T, a args) ([]any, error)) field[T] {
	return field[T]{many: find}
}

// A failure is an error that one of several answers is replaced by.
type failure struct{ error }

// optional is v, or null in place of the zero value.
func optional[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// A resolver is a field that has forgotten the type of its sources. Either one or many is there,
// and beside one perhaps a quicker way to the same answer.
type resolver struct {
	one  func(ctx context.Context, src any, a args) (any, error)
	many func(ctx context.Context, srcs []any, a args) ([]any, error)

	put  func(b []byte, src any, l *leaf) ([]byte, error)
	rows func(ctx context.Context, src any, a args, into *table) error
	same bool
}

// A binding tells how the fields of one object of the schema are answered.
type binding struct {
	object string
	source reflect.Type
	fields map[string]resolver

	streams map[string]opener // of the fields of Subscription
}

// object binds the fields of the schema's object name to a Go type. This is the only
// place where the type of a source is asserted.
func object[T any](name string, fields map[string]field[T]) binding {
	b := binding{object: name, source: reflect.TypeFor[T](), fields: make(map[string]resolver, len(fields))}
	for key, f := range fields {
		full := name + "." + key
		if f.many != nil {
			b.fields[key] = resolver{many: func(ctx context.Context, srcs []any, a args) ([]any, error) {
				typed := make([]T, len(srcs))
				for i, src := range srcs {
					var err error
					if typed[i], err = source[T](full, src); err != nil {
						return nil, err
					}
				}
				found, err := f.many(ctx, typed, a)
				if err == nil && len(found) != len(srcs) {
					return nil, fmt.Errorf("%s has %d answers for %d sources", full, len(found), len(srcs))
				}
				return found, err
			}}
			continue
		}
		r := resolver{same: f.same, one: func(ctx context.Context, src any, a args) (any, error) {
			s, err := source[T](full, src)
			if err != nil {
				return nil, err
			}
			return f.one(ctx, s, a)
		}}
		if f.put != nil {
			r.put = func(b []byte, src any, l *leaf) ([]byte, error) {
				s, err := place[T](full, src)
				if err != nil {
					return b, err
				}
				out, ok := f.put(b, s, l)
				if !ok {
					return b, fmt.Errorf("what it finds cannot be written as %s", l.name)
				}
				return out, nil
			}
		}
		if f.rows != nil {
			r.rows = func(ctx context.Context, src any, a args, into *table) error {
				s, err := place[T](full, src)
				if err != nil {
					return err
				}
				return f.rows(ctx, s, a, into)
			}
		}
		b.fields[key] = r
	}
	return b
}

func source[T any](field string, src any) (T, error) {
	switch s := src.(type) {
	case T:
		return s, nil
	case *T:
		if s != nil {
			return *s, nil
		}
	}
	var none T
	return none, fmt.Errorf("%s got a source of type %T and needs %T", field, src, none)
}

// place is where a source stands.
func place[T any](field string, src any) (*T, error) {
	if s, ok := src.(*T); ok && s != nil {
		return s, nil
	}
	s, err := source[T](field, src)
	return &s, err
}
