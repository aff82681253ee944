package graphql

import (
	"context"
	"fmt"
	"reflect"
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
}

// get is the field that read takes off its source.
func get[T any](read func(T) any) field[T] {
	return ask(func(_ context.Context, src T, _ args) (any, error) { return read(src), nil })
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

// A resolver is a field that has forgotten the type of its sources. Only one of its
// functions is there.
type resolver struct {
	one  func(ctx context.Context, src any, a args) (any, error)
	many func(ctx context.Context, srcs []any, a args) ([]any, error)
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
		b.fields[key] = resolver{one: func(ctx context.Context, src any, a args) (any, error) {
			s, err := source[T](full, src)
			if err != nil {
				return nil, err
			}
			return f.one(ctx, s, a)
		}}
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
