package graphql

import (
	"fmt"
	"reflect"
)

// A table holds all objects there are at one place of an operation, and below it what
// was found for them: one column for each step that leads to further objects or is
// answered for all rows at once. What else is asked of them is answered when it is written.
type table struct {
	of      *selection
	rows    []any
	columns []*column // by step; nil where nothing was found yet

	impersonal bool // the rows tell of no learner
}

// A column is what one step found for the rows of a table. The first cells are those of
// the rows; those of lists follow.
type column struct {
	cells  []cell   // nil if every row leads to the same row of the only table below
	found  []any    // of leaves
	faults []error  // of cells
	below  []*table // by the objects of the step's shape
}

// A cell is an answer: what tells its kind, at is where it goes on.
type cell struct{ what, at, size int32 }

const (
	isObject = iota // size is which of the objects it is, and at its row in the table below
	isNull
	isFault // at is one of faults
	isList  // of size cells from at
	isRows  // a list of size rows of the table below, from at
)

// fill finds everything below the rows of t.
func (x *execution) fill(t *table) {
	for i := range t.of.steps {
		if s := &t.of.steps[i]; s.constant == "" && !s.late && !x.over() {
			x.column(t, i)
		}
	}
}

// column finds what a step leads to, for all rows of t, and everything below that.
func (x *execution) column(t *table, i int) {
	s, c := &t.of.steps[i], new(column)
	t.columns[i] = c
	if s.answer.many != nil {
		c.found = x.many(s, t.rows)
	}
	if s.of.flat() {
		return
	}
	c.below = make([]*table, len(s.of.innermost().objects))
	switch {
	case s.answer.same && s.of.only():
		c.below[0] = newTable(s.of.objects[0], t.rows...)
	case s.answer.rows != nil && (s.of.only() || s.of.list != nil && s.of.list.only()):
		x.straight(s, t.rows, c)
	default:
		c.cells = make([]cell, len(t.rows))
		for row, src := range t.rows {
			if c.found != nil {
				c.put(row, &s.of, c.found[row])
			} else if v, err := x.one(s, src); err != nil {
				c.fail(row, err)
			} else {
				c.put(row, &s.of, v)
			}
		}
	}
	c.found = nil
	for _, below := range c.below {
		if below != nil {
			x.fill(below)
		}
	}
}

// straight finds the objects of all rows: those of each follow the others in the table below.
func (x *execution) straight(s *step, rows []any, c *column) {
	below := newTable(s.of.innermost().objects[0])
	below.rows = x.slate.room(len(rows))
	for row, src := range rows {
		from := len(below.rows)
		err := x.rows(s, src, below)
		n := len(below.rows) - from
		if c.cells == nil && (err != nil || s.of.list != nil || n == 0) {
			c.cells = make([]cell, len(rows))
			for i := range row {
				c.cells[i] = cell{isObject, int32(i), 0}
			}
		}
		switch {
		case err != nil:
			below.rows = below.rows[:from]
			c.fail(row, err)
		case s.of.list != nil:
			c.cells[row] = cell{isRows, int32(from), int32(n)}
		case n == 0:
			c.cells[row] = cell{what: isNull}
		case c.cells != nil:
			c.cells[row] = cell{isObject, int32(from), 0}
		}
		if row == 0 && n*len(rows) > cap(below.rows) { // the others mostly have as many
			below.rows = append(x.slate.room(n*len(rows)), below.rows...)
		}
	}
	if len(below.rows) > 0 {
		c.below[0] = below
	}
}

// addRows adds what is in a list, where it stands.
func addRows[T any](t *table, list []T) {
	for i := range list {
		t.rows = append(t.rows, &list[i])
	}
}

// put makes a cell of an answer.
func (c *column) put(at int, s *shape, v any) {
	if v == nil {
		c.cells[at] = cell{what: isNull}
		return
	}
	if f, failed := v.(failure); failed {
		c.fail(at, f.error)
		return
	}
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.Pointer && r.IsNil():
		c.cells[at] = cell{what: isNull}
	case s.list != nil && r.Kind() != reflect.Slice:
		c.fail(at, fmt.Errorf("a %T is not a list", v))
	case s.list != nil:
		from, n := len(c.cells), r.Len()
		c.cells[at] = cell{isList, int32(from), int32(n)}
		c.cells = append(c.cells, make([]cell, n)...)
		for i := range n {
			c.put(from+i, s.list, item(r.Index(i)))
		}
	default:
		c.object(at, s, v, r.Type())
	}
}

// item is what an element of a list holds; of a struct it is where it stands in the list.
func item(r reflect.Value) any {
	if r.Kind() == reflect.Struct {
		return r.Addr().Interface()
	}
	return r.Interface()
}

func (c *column) object(at int, s *shape, v any, t reflect.Type) {
	which := 0
	if s.kinds != nil {
		var ok bool
		if which, ok = s.kinds[t]; !ok && t.Kind() == reflect.Pointer {
			which, ok = s.kinds[t.Elem()]
		}
		if !ok {
			c.fail(at, fmt.Errorf("no object of %s is bound to %v", s.abstract, t))
			return
		}
	}
	below := c.below[which]
	if below == nil {
		below = newTable(s.objects[which])
		below.rows = make([]any, 0, len(c.cells))
		c.below[which] = below
	}
	c.cells[at] = cell{isObject, int32(len(below.rows)), int32(which)}
	below.rows = append(below.rows, v)
}

func (c *column) fail(at int, err error) {
	c.cells[at] = cell{what: isFault, at: int32(len(c.faults))}
	c.faults = append(c.faults, err)
}

func newTable(of *selection, rows ...any) *table {
	return &table{of: of, rows: rows, columns: make([]*column, len(of.steps))}
}
