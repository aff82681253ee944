package graphql

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain"
)

// A scalar is a leaf type: how a Go value is written and which input is one.
// Both report false for a value that is not of the type. Input is what JSON decodes
// to with numbers kept as json.Number, or what read returned before.
type scalar struct {
	write func(any) (any, bool)
	read  func(any) (any, bool)
}

// scalars are all leaf types a schema may use, apart from enums. In Go they are
//
//	Int      any signed integer of at most 32 bits; as an argument int
//	Float    float64 or any signed integer
//	String   any type that is a string, as ID
//	Boolean  any type that is a bool
//	DateTime time.Time; the zero time is null
//	Date     domain.Date; the zero date is null
//	Week     domain.Week; the zero week is null
//	Decimal  a string such as "1.5"
//	Cursor   any type that is a string
//
// As arguments the last five are strings that were checked; args.date, args.week and
// args.time return them as their type.
var scalars = map[string]scalar{
	"Int":      {writeInt, readInt},
	"Float":    {writeFloat, readFloat},
	"String":   {writeString, readString},
	"Boolean":  {writeBool, readBool},
	"ID":       {writeString, readID},
	"DateTime": {writeTime, parsed(func(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) })},
	"Date":     {writeDate, parsed(domain.ParseDate)},
	"Week":     {writeWeek, parsed(domain.ParseWeek)},
	"Decimal":  {writeDecimal, readDecimal},
	"Cursor":   {writeString, readString},
}

// leaf returns how values of a leaf type or of lists of it are written, or nil for objects.
func (g *generator) leaf(t *ast.Type) func(any) (any, error) {
	if t.Elem != nil {
		return listOf(g.leaf(t.Elem))
	}
	def := g.types.Types[t.NamedType]
	switch def.Kind {
	case ast.Enum:
		return leaf(def.Name, func(v any) (any, bool) {
			s, ok := writeString(v)
			return s, ok && def.EnumValues.ForName(s.(string)) != nil
		})
	case ast.Scalar:
		return leaf(def.Name, scalars[def.Name].write)
	}
	return nil
}

func leaf(name string, write func(any) (any, bool)) func(any) (any, error) {
	return func(v any) (any, error) {
		if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer {
			if r.IsNil() {
				return nil, nil
			}
			v = r.Elem().Interface()
		}
		if v == nil {
			return nil, nil
		}
		out, ok := write(v)
		if !ok {
			return nil, fmt.Errorf("a %T cannot be written as %s", v, name)
		}
		return out, nil
	}
}

func listOf(item func(any) (any, error)) func(any) (any, error) {
	if item == nil {
		return nil
	}
	return func(v any) (any, error) {
		if v == nil {
			return nil, nil
		}
		list := reflect.ValueOf(v)
		if list.Kind() != reflect.Slice {
			return nil, fmt.Errorf("a %T is not a list", v)
		}
		out := make([]any, list.Len())
		for i := range out {
			var err error
			if out[i], err = item(list.Index(i).Interface()); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

func writeInt(v any) (any, bool) {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return int(r.Int()), r.Int() >= math.MinInt32 && r.Int() <= math.MaxInt32
	}
	return nil, false
}

func writeFloat(v any) (any, bool) {
	if f, ok := v.(float64); ok {
		return f, !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	n, ok := writeInt(v)
	if !ok {
		return nil, false
	}
	return float64(n.(int)), true
}

func writeString(v any) (any, bool) {
	if s, ok := v.(string); ok {
		return s, true
	}
	r := reflect.ValueOf(v)
	return r.String(), r.Kind() == reflect.String
}

func writeBool(v any) (any, bool) {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Bool {
		return nil, false
	}
	return r.Bool(), true
}

func writeTime(v any) (any, bool) {
	t, ok := v.(time.Time)
	if !ok || t.IsZero() {
		return nil, ok
	}
	return t.UTC().Format(time.RFC3339Nano), true
}

func writeDate(v any) (any, bool) {
	d, ok := v.(domain.Date)
	return optional(d.String()), ok
}

func writeWeek(v any) (any, bool) {
	w, ok := v.(domain.Week)
	if !ok || w == (domain.Week{}) {
		return nil, ok
	}
	return w.String(), true
}

func writeDecimal(v any) (any, bool) {
	s, ok := writeString(v)
	if !ok {
		return nil, false
	}
	return readDecimal(s)
}

func readInt(v any) (any, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 32); err == nil {
			return int(n), true
		}
		f, err := v.Float64()
		return int(f), err == nil && f == math.Trunc(f) && math.Abs(f) <= math.MaxInt32
	}
	return nil, false
}

func readFloat(v any) (any, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return nil, false
}

func readString(v any) (any, bool) { s, ok := v.(string); return s, ok }

func readBool(v any) (any, bool) { b, ok := v.(bool); return b, ok }

func readID(v any) (any, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case int:
		return strconv.Itoa(v), true
	case json.Number:
		return v.String(), !strings.ContainsAny(v.String(), ".eE")
	}
	return nil, false
}

func readDecimal(v any) (any, bool) {
	s, ok := v.(string)
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return s, ok && digits(whole) && (!point || digits(fraction))
}

func parsed[T any](parse func(string) (T, error)) func(any) (any, bool) {
	return func(v any) (any, bool) {
		s, ok := v.(string)
		if ok {
			_, err := parse(s)
			ok = err == nil
		}
		return s, ok
	}
}
