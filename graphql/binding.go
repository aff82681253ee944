package graphql

import (
	"context"
	"fmt"
	"reflect"
)

// root is the source of the fields of Query and Mutation: they have none.
type root struct{}

// A field answers one field of an object whose Go type is T. It returns
//
//   - for a leaf: a Go value of the leaf's kind (see scalars); an enum is a string with the value's name;
//   - for an object, interface or union: a value of a Go type that some binding has as its source, or a pointer to one;
//   - for a list: a slice of these, where a nil slice is an empty list;
//   - nil or a nil pointer for null.
//
// An error that is a *domain.Refusal reaches the client with its code; every other error is a fault.
type field[T any] func(ctx context.Context, src T, a args) (any, error)

// get is the field that read takes off its source.
func get[T any](read func(T) any) field[T] {
	return func(_ context.Context, src T, _ args) (any, error) { return read(src), nil }
}

// optional is v, or null in place of the zero value.
func optional[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// A resolver is a field that has forgotten the type of its source.
type resolver func(ctx context.Context, src any, a args) (any, error)

// A binding tells how the fields of one object of the schema are answered.
type binding struct {
	object string
	source reflect.Type
	fields map[string]resolver
}

// object binds the fields of the schema's object name to a Go type. This is the only
// place where the type of a source is asserted.
func object[T any](name string, fields map[string]field[T]) binding {
	b := binding{name, reflect.TypeFor[T](), make(map[string]resolver, len(fields))}
	for key, answer := range fields {
		b.fields[key] = func(ctx context.Context, src any, a args) (any, error) {
			switch s := src.(type) {
			case T:
				return answer(ctx, s, a)
			case *T:
				if s != nil {
					return answer(ctx, *s, a)
				}
			}
			return nil, fmt.Errorf("%s.%s got a source of type %T and needs %v", name, key, src, b.source)
		}
	}
	return b
}
