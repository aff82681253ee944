package graphql

import (
	"fmt"
	"reflect"

	"github.com/guildhall-dev/guildhall/partners"
)

// A writer writes what was found, in the order of the operation. Every function that
// writes an answer reports whether it did: if not, it wrote nothing, and whatever holds
// the answer has to be null in its place.
type writer struct {
	*execution
	b      []byte
	path   []segment
	errs   []fieldError
	untold int // errors beyond those in errs

	objects  int
	outward  bool            // to an institution
	told     []partners.Told // to it about learners
	partners *partners.Partners
}

// A segment of a path is a name, or the index of an item.
type segment struct {
	name  string
	index int
}

// A fieldError is why a field has no answer.
type fieldError struct {
	cause error
	step  *step
	path  []any
}

func (w *writer) object(t *table, row int) bool {
	if w.over() {
		return false
	}
	start, told := len(w.b), len(w.told)
	w.b = append(w.b, '{')
	w.objects++
	steps := t.of.steps
	for i := 0; i < len(steps); i++ {
		var err error
		if steps[i].straight {
			var n int
			if w.b, n, err = w.put(steps[i:], w.b, t.rows[row]); i+n == len(steps) {
				break
			}
			i += n
		}
		s := &steps[i]
		w.b = append(w.b, s.key...)
		w.path = append(w.path, segment{name: s.alias})
		var written bool
		if err != nil {
			written = w.fail(s, &s.of, err)
		} else {
			written = w.step(t, i, row)
		}
		w.path = w.path[:len(w.path)-1]
		if !written {
			w.b, w.told = w.b[:start], w.told[:told]
			return false
		}
	}
	w.b = append(w.b, '}')
	if w.outward {
		w.disclose(t, row)
	}
	return true
}

// step writes the answer of one field. What was not found yet is now.
func (w *writer) step(t *table, i, row int) bool {
	s := &t.of.steps[i]
	if s.constant != "" {
		w.b = append(w.b, s.constant...)
		return true
	}
	if s.late {
		v, err := w.one(s, t.rows[row])
		if err != nil {
			return w.fail(s, &s.of, err)
		}
		return w.leaf(s, &s.of, v)
	}
	if t.columns[i] == nil {
		w.column(t, i)
	}
	switch c := t.columns[i]; {
	case c.found != nil:
		return w.leaf(s, &s.of, c.found[row])
	case c.cells == nil:
		return w.object(c.below[0], row) || w.instead(&s.of)
	default:
		return w.cell(s, &s.of, c, c.cells[row])
	}
}

func (w *writer) cell(s *step, of *shape, c *column, at cell) bool {
	switch at.what {
	case isNull:
		return w.null(s, of)
	case isFault:
		return w.fail(s, of, c.faults[at.at])
	case isObject:
		return w.object(c.below[at.size], int(at.at)) || w.instead(of)
	case isRows:
		return w.list(of, int(at.size), func(i int) bool { return w.object(c.below[0], int(at.at)+i) || w.instead(of.list) })
	}
	return w.list(of, int(at.size), func(i int) bool { return w.cell(s, of.list, c, c.cells[int(at.at)+i]) })
}

// list writes n items.
func (w *writer) list(of *shape, n int, item func(i int) bool) bool {
	start, told := len(w.b), len(w.told)
	w.b = append(w.b, '[')
	for i := range n {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.path = append(w.path, segment{index: i})
		written := item(i)
		w.path = w.path[:len(w.path)-1]
		if !written {
			w.b, w.told = w.b[:start], w.told[:told]
			return w.instead(of)
		}
	}
	w.b = append(w.b, ']')
	return true
}

// leaf writes a leaf, or a list of them.
func (w *writer) leaf(s *step, of *shape, v any) bool {
	switch f := v.(type) {
	case nil:
		return w.null(s, of)
	case failure:
		return w.fail(s, of, f.error)
	}
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Pointer {
		if r.IsNil() {
			return w.null(s, of)
		}
		r = r.Elem()
		v = r.Interface()
	}
	if of.list != nil {
		if r.Kind() != reflect.Slice {
			return w.fail(s, of, fmt.Errorf("a %T is not a list", v))
		}
		return w.list(of, r.Len(), func(i int) bool { return w.leaf(s, of.list, r.Index(i).Interface()) })
	}
	start := len(w.b)
	var ok bool
	if w.b, ok = of.leaf.write(w.b, v); !ok {
		w.b = w.b[:start]
		return w.fail(s, of, fmt.Errorf("a %T cannot be written as %s", v, of.leaf.name))
	}
	return len(w.b) > start || w.null(s, of)
}

func (w *writer) null(s *step, of *shape) bool {
	if of.required {
		return w.fail(s, of, errNull)
	}
	w.b = append(w.b, "null"...)
	return true
}

// fail tells why there is no answer.
func (w *writer) fail(s *step, of *shape, cause error) bool {
	if len(w.errs) == maxErrors {
		w.untold++
	} else {
		w.errs = append(w.errs, fieldError{fmt.Errorf("%s: %w", s.name, cause), s, w.here()})
	}
	return w.instead(of)
}

// instead writes null in place of an answer that is missing, if it may.
func (w *writer) instead(of *shape) bool {
	if of.required || w.over() {
		return false
	}
	w.b = append(w.b, "null"...)
	return true
}

// here is the path to what is being written.
func (w *writer) here() []any {
	path := make([]any, len(w.path))
	for i, s := range w.path {
		if path[i] = s.name; s.name == "" {
			path[i] = s.index
		}
	}
	return path
}
