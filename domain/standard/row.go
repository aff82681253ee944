package standard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/guildhall-dev/guildhall/domain"
)

// A page collects what is wrong and what is doubtful about one standard of a file.
type page struct{ problems, warnings domain.Problems }

// maxProblems bounds what is collected; a file this wrong is read again anyway.
const maxProblems = 1000

func collect(ps *domain.Problems, line int, where, text string) {
	if len(*ps) < maxProblems {
		*ps = append(*ps, domain.Problem{Line: line, Where: where, Text: text})
	}
}

// A row is an object of the file. Reading a field marks it as known; what was not read
// in the end is reported by done.
type row struct {
	*page
	where   string // the row in words
	line    int
	members []member
	known   []string
}

// object opens v as a row, or reports that it is none.
func (p *page) object(where string, v value) (row, bool) {
	members, ok := v.is.([]member)
	if !ok {
		collect(&p.problems, v.line, where, fmt.Sprintf("is %s. Write a row with named fields, in braces.", kind(v)))
	}
	return row{page: p, where: where, line: v.line, members: members}, ok
}

func (r *row) bad(field string, line int, format string, args ...any) {
	collect(&r.problems, line, r.place(field), fmt.Sprintf(format, args...))
}

func (r *row) doubt(field string, line int, format string, args ...any) {
	collect(&r.warnings, line, r.place(field), fmt.Sprintf(format, args...))
}

func (r *row) place(field string) string {
	if field == "" {
		return r.where
	}
	return r.where + ", " + field
}

// field returns the value of a field, with nil for one that is missing.
func (r *row) field(name string) value {
	r.known = append(r.known, name)
	for _, m := range r.members {
		if m.name == name {
			return m.value
		}
	}
	return value{line: r.line}
}

// done warns about the fields nobody asked for.
func (r *row) done() {
	for _, m := range r.members {
		if !slices.Contains(r.known, m.name) {
			r.doubt("", m.value.line, "the field %s is not known here and was left out%s", quote(m.name), shown(m.value))
		}
	}
}

// text reads a text of at most most characters, with every run of white space as one space.
func (r *row) text(name string, most int) string {
	v := r.field(name)
	if v.is == nil {
		return ""
	}
	s, ok := v.is.(string)
	if !ok {
		r.bad(name, v.line, "is %s, not text. Put it in quotes.", kind(v))
		return ""
	}
	s = strings.Join(strings.FieldsFunc(s, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }), " ")
	if n := len([]rune(s)); n > most {
		r.bad(name, v.line, "has %d characters; at most %d fit. Shorten it.", n, most)
	}
	return s
}

// need is text that must be there; how says what to write.
func (r *row) need(name string, most int, how string) string {
	before := len(r.problems)
	s := r.text(name, most)
	if s == "" && len(r.problems) == before {
		r.bad(name, r.field(name).line, "is missing. %s", how)
	}
	return s
}

// whole reads a whole number from least to most; the answer is false if it is missing or wrong.
func (r *row) whole(name string, least, most int) (int, bool) {
	v := r.field(name)
	return r.number(name, v, 1, least, most, "is not a whole number. Write it without a fraction.")
}

// hours reads a length of time; the answer is false if it is missing or wrong.
func (r *row) hours(name string) (domain.Minutes, bool) { return r.hoursIn(name, r.field(name)) }

func (r *row) hoursIn(name string, v value) (domain.Minutes, bool) {
	n, ok := r.number(name, v, 60, 0, 60*100_000, "is not a whole number of minutes. Write hours that come out even, such as 7.5 or 7.25.")
	return domain.Minutes(n), ok
}

// number reads v in units of which scale make one: 597.5 at 60 is 35,850.
func (r *row) number(name string, v value, scale, least, most int, uneven string) (int, bool) {
	if v.is == nil {
		return 0, false
	}
	text, ok := v.is.(json.Number)
	if !ok {
		r.bad(name, v.line, "is %s, not a number. Write the number without quotes, or null if it is not stated.", kind(v))
		return 0, false
	}
	n, err := scaled(string(text), scale)
	switch {
	case err == errUneven:
		r.bad(name, v.line, "%s %s", text, uneven)
	case err != nil:
		r.bad(name, v.line, "%s is not written plainly. Use digits and at most one point.", text)
	case n < least && least == 0:
		r.bad(name, v.line, "%s is negative. Write 0 or more, or null if it is not stated.", text)
	case n < least || n > most:
		r.bad(name, v.line, "%s is out of range. Write a number from %d to %d.", text, (least+scale-1)/scale, most/scale)
	default:
		return n, true
	}
	return 0, false
}

type numberError string

func (e numberError) Error() string { return string(e) }

const (
	errUneven = numberError("not a whole number of units")
	errPlain  = numberError("not a plain decimal")
)

// scaled multiplies a decimal exactly; it never rounds.
func scaled(decimal string, scale int) (int, error) {
	unsigned, negative := strings.CutPrefix(decimal, "-")
	whole, frac, _ := strings.Cut(unsigned, ".")
	frac = strings.TrimRight(frac, "0")
	if whole == "" || len(whole) > 9 || strings.Trim(whole+frac, "0123456789") != "" {
		return 0, errPlain
	}
	if len(frac) > 6 {
		return 0, errUneven
	}
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil {
		return 0, errPlain
	}
	n *= int64(scale)
	for range frac {
		if n%10 != 0 {
			return 0, errUneven
		}
		n /= 10
	}
	if negative {
		n = -n
	}
	return int(n), nil
}

// list reads a list; missing and null are empty.
func (r *row) list(name string) []value {
	v := r.field(name)
	items, ok := v.is.([]value)
	if v.is != nil && !ok {
		r.bad(name, v.line, "is %s, not a list. Put the rows in square brackets.", kind(v))
	}
	return items
}

func kind(v value) string {
	switch v.is.(type) {
	case nil:
		return "empty"
	case bool:
		return "true or false"
	case string:
		return "text"
	case []value:
		return "a list"
	case []member:
		return "a row of fields"
	}
	return "a number"
}

// shown quotes a short value, so that a reader sees what was left out.
func shown(v value) string {
	switch is := v.is.(type) {
	case json.Number:
		return ": " + cut(string(is))
	case string:
		return ": " + quote(is)
	}
	return ""
}

func quote(s string) string { return strconv.Quote(cut(s)) }

func cut(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}
