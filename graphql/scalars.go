package graphql

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain"
)

// A scalar is a leaf type: how a Go value is written as JSON and which input is one.
// Both report false for a value that is not of the type; what writes nothing is null.
// Input is what JSON decodes to with numbers kept as json.Number, or what read returned
// before.
type scalar struct {
	write func(b []byte, v any) ([]byte, bool)
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

// A leaf is a scalar or enum as it is written.
type leaf struct {
	name   string
	write  func(b []byte, v any) ([]byte, bool)
	states map[string]string // of an enum: the name as JSON, by what stands for it elsewhere
}

// leaves are those of a schema, by name.
func leaves(types *ast.Schema) map[string]*leaf {
	out := map[string]*leaf{}
	for name, def := range types.Types {
		switch def.Kind {
		case ast.Scalar:
			out[name] = &leaf{name: name, write: scalars[name].write}
		case ast.Enum:
			l := &leaf{name: name, write: choice(def.EnumValues), states: map[string]string{}}
			for _, v := range def.EnumValues {
				l.states[lower[string](v.Name)] = `"` + v.Name + `"`
			}
			out[name] = l
		}
	}
	return out
}

func (l *leaf) text(b []byte, s string) ([]byte, bool) {
	switch l.name {
	case "String", "ID", "Cursor":
		return appendString(b, s), true
	case "Decimal":
		return appendString(b, s), isDecimal(s)
	}
	return l.write(b, s)
}

func (l *leaf) number(b []byte, n int) ([]byte, bool) {
	if l.name == "Int" && n >= math.MinInt32 && n <= math.MaxInt32 {
		return strconv.AppendInt(b, int64(n), 10), true
	}
	return l.write(b, n)
}

func (l *leaf) truth(b []byte, v bool) ([]byte, bool) {
	if l.name == "Boolean" {
		return strconv.AppendBool(b, v), true
	}
	return l.write(b, v)
}

func (l *leaf) date(b []byte, d domain.Date) ([]byte, bool) {
	if l.name == "Date" {
		return appendDate(b, d), true
	}
	return l.write(b, d)
}

// state writes the value of an enum that stands for a state or kind, such as "in-progress".
func (l *leaf) state(b []byte, s string) ([]byte, bool) {
	if name, ok := l.states[s]; ok {
		return append(b, name...), true
	}
	return l.write(b, upper(s))
}

// choice writes the names of an enum's values and nothing else.
func choice(values ast.EnumValueList) func(b []byte, v any) ([]byte, bool) {
	quoted := make(map[string]string, len(values))
	for _, v := range values {
		quoted[v.Name] = `"` + v.Name + `"`
	}
	return func(b []byte, v any) ([]byte, bool) {
		s, ok := text(v)
		q, known := quoted[s]
		return append(b, q...), ok && known
	}
}

func writeInt(b []byte, v any) ([]byte, bool) {
	n, ok := integer(v)
	return strconv.AppendInt(b, n, 10), ok && n >= math.MinInt32 && n <= math.MaxInt32
}

func integer(v any) (int64, bool) {
	if n, ok := v.(int); ok {
		return int64(n), true
	}
	r := reflect.ValueOf(v)
	if !r.CanInt() {
		return 0, false
	}
	return r.Int(), true
}

func writeFloat(b []byte, v any) ([]byte, bool) {
	f, ok := v.(float64)
	if !ok {
		return writeInt(b, v)
	}
	text, err := json.Marshal(f)
	return append(b, text...), err == nil
}

func writeString(b []byte, v any) ([]byte, bool) {
	s, ok := text(v)
	return appendString(b, s), ok
}

func text(v any) (string, bool) {
	if s, ok := v.(string); ok {
		return s, true
	}
	r := reflect.ValueOf(v)
	return r.String(), r.Kind() == reflect.String
}

func writeBool(b []byte, v any) ([]byte, bool) {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Bool {
		return b, false
	}
	return strconv.AppendBool(b, r.Bool()), true
}

func writeTime(b []byte, v any) ([]byte, bool) {
	t, ok := v.(time.Time)
	if !ok || t.IsZero() {
		return b, ok
	}
	return append(t.UTC().AppendFormat(append(b, '"'), time.RFC3339Nano), '"'), true
}

func writeDate(b []byte, v any) ([]byte, bool) {
	d, ok := v.(domain.Date)
	return appendDate(b, d), ok
}

// appendDate writes a day; nothing for the zero one.
func appendDate(b []byte, d domain.Date) []byte {
	if d.IsZero() {
		return b
	}
	year, month, day := d.Midnight().Date()
	if year < 0 || year > 9999 {
		return append(d.Midnight().AppendFormat(append(b, '"'), time.DateOnly), '"')
	}
	two := func(n int) (byte, byte) { return byte('0' + n/10%10), byte('0' + n%10) }
	y1, y2 := two(year / 100)
	y3, y4 := two(year)
	m1, m2 := two(int(month))
	d1, d2 := two(day)
	return append(b, '"', y1, y2, y3, y4, '-', m1, m2, '-', d1, d2, '"')
}

func writeWeek(b []byte, v any) ([]byte, bool) {
	w, ok := v.(domain.Week)
	if !ok || w == (domain.Week{}) {
		return b, ok
	}
	return appendString(b, w.String()), true
}

func writeDecimal(b []byte, v any) ([]byte, bool) {
	s, ok := text(v)
	return appendString(b, s), ok && isDecimal(s)
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
	return s, ok && isDecimal(s)
}

func isDecimal(s string) bool {
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return digits(whole) && (!point || digits(fraction))
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
