package projections

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// A buffer holds rows of tables that nearly every record touches. It writes those that were
// changed once, before somebody else reads the tables and at the end of a batch. Of one
// learner it writes only their rows, of the empty one all.
//
// What was changed is written even if it is again as it was: whether a row is there must not
// depend on where a batch ends.
type buffer interface {
	tables() []string
	flush(domain.ApprenticeshipID) error
	forget(domain.ApprenticeshipID) // what was flushed, as somebody else changed it
	drop()                          // everything, as the transaction was given up
	size() int
}

// A value is what one column holds.
type value struct {
	text   string
	number int64
	isText bool
}

func words[S ~string](s S) value { return value{text: string(s), isText: true} }

func number[N ~int | ~int64 | ~uint64](n N) value { return value{number: int64(n)} }

func (s *statement) set(i int, v *value) {
	if v.isText {
		s.BindText(i, v.text)
	} else {
		s.BindInt64(i, v.number)
	}
}

// An inserter puts rows into a table, many with each statement.
type inserter struct {
	w          *writer
	head, tail string // around the rows
	columns    int
	waiting    []value
	stmts      map[int]*statement // by the number of rows
}

const insertedAtOnce = 32

// inserting is an inserter for a table of these columns, separated by commas. The verb is
// such as INSERT.
func (w *writer) inserting(verb, table, columns, tail string) *inserter {
	i := &inserter{w: w, head: verb + ` INTO ` + table + ` (` + columns + `) VALUES `, tail: tail, columns: 1 + strings.Count(columns, ","), stmts: map[int]*statement{}}
	w.inserters = append(w.inserters, i)
	return i
}

func (i *inserter) add(row ...value) error {
	i.waiting = append(i.waiting, row...)
	if len(i.waiting) < insertedAtOnce*i.columns {
		return nil
	}
	return i.insert(insertedAtOnce)
}

// finish puts in the rest.
func (i *inserter) finish() error {
	for len(i.waiting) > 0 {
		n := len(i.waiting) / i.columns
		for n&(n-1) != 0 {
			n &= n - 1 // so that few statements are prepared
		}
		if err := i.insert(n); err != nil {
			return err
		}
	}
	return nil
}

func (i *inserter) insert(rows int) (err error) {
	s := i.stmts[rows]
	if s == nil {
		row := "(" + strings.TrimSuffix(strings.Repeat("?,", i.columns), ",") + "),"
		if s, err = i.w.prepare(i.head + strings.TrimSuffix(strings.Repeat(row, rows), ",") + i.tail); err != nil {
			return err
		}
		i.stmts[rows] = s
	}
	n := rows * i.columns
	for at, v := range i.waiting[:n] {
		if at == len(s.bound) {
			s.bound = append(s.bound, value{number: ^v.number}) // any other, so that it is bound
		}
		if s.bound[at] != v {
			s.set(at+1, &v)
			s.bound[at] = v
		}
	}
	i.waiting = append(i.waiting[:0], i.waiting[n:]...)
	return s.run()
}

// Piles are what waits to be written, by the learner it belongs to: what is needed of one is
// not looked for among that of all.
type piles[T any] map[domain.ApprenticeshipID][]T

func (p piles[T]) add(of domain.ApprenticeshipID, t T) { p[of] = append(p[of], t) }

// take returns the pile of a learner, of the empty one all there are, and leaves it empty.
func (p piles[T]) take(of domain.ApprenticeshipID) (taken []T) {
	if of != "" {
		taken = p[of]
		delete(p, of)
		return taken
	}
	for _, pile := range p {
		taken = append(taken, pile...)
	}
	clear(p)
	return taken
}

// A shelf is a buffer of values by key. It reads a value when it is first asked for.
type shelf[K comparable, V any] struct {
	names   []string
	compare func(a, b K) int
	learner func(K, *V) domain.ApprenticeshipID
	load    func(K) (*V, error) // nil if there is none
	write   func(K, *V) error   // nil if it was removed
	finish  func() error        // behind the last write
	held    map[K]*held[V]
	last    *held[V] // that was found; who gets a value often marks it next
	lastKey K
	changed piles[K] // under nobody what was not there when it was changed
}

type held[V any] struct {
	v     *V
	dirty bool
}

// find returns what is held of k, or nil.
func (s *shelf[K, V]) find(k K) *held[V] {
	if s.last == nil || s.lastKey != k {
		s.last, s.lastKey = s.held[k], k
	}
	return s.last
}

func (s *shelf[K, V]) hold(k K, v *V) { s.held[k] = &held[V]{v: v} }

// get returns the value of k, or nil. Who changes it marks k.
func (s *shelf[K, V]) get(k K) (*V, error) {
	if h := s.find(k); h != nil {
		return h.v, nil
	}
	v, err := s.load(k)
	if err == nil {
		s.hold(k, v)
	}
	return v, err
}

// mark notes that the value of k was changed.
func (s *shelf[K, V]) mark(k K) {
	h := s.find(k)
	if h.dirty {
		return
	}
	h.dirty = true
	var of domain.ApprenticeshipID
	if h.v != nil {
		of = s.learner(k, h.v)
	}
	if s.changed == nil {
		s.changed = piles[K]{}
	}
	s.changed.add(of, k)
}

// put makes v the value of k, whatever it was; nil removes it.
func (s *shelf[K, V]) put(k K, v *V) {
	if h := s.find(k); h != nil {
		h.v = v
	} else {
		s.hold(k, v)
	}
	s.mark(k)
}

func (s *shelf[K, V]) tables() []string { return s.names }
func (s *shelf[K, V]) size() int        { return len(s.held) }

func (s *shelf[K, V]) drop() {
	s.forget("")
	clear(s.changed)
}

func (s *shelf[K, V]) flush(of domain.ApprenticeshipID) error {
	keys := s.changed.take(of)
	if of != "" {
		keys = append(keys, s.changed[""]...)
		delete(s.changed, "")
	}
	if len(keys) == 0 {
		return nil
	}
	slices.SortFunc(keys, s.compare)
	for _, k := range keys {
		h := s.held[k]
		if err := s.write(k, h.v); err != nil {
			return err
		}
		h.dirty = false
	}
	return s.finish()
}

func (s *shelf[K, V]) forget(of domain.ApprenticeshipID) {
	s.last = nil
	if of == "" {
		clear(s.held)
		return
	}
	for k, h := range s.held {
		if !h.dirty && (h.v == nil || s.learner(k, h.v) == of) {
			delete(s.held, k)
		}
	}
}

// A stack is a buffer of rows that are only ever added.
type stack[R any] struct {
	name    string
	compare func(a, b R) int
	learner func(R) domain.ApprenticeshipID
	write   func(R) error
	finish  func() error
	rows    piles[R]
}

func (s *stack[R]) add(r R) {
	if s.rows == nil {
		s.rows = piles[R]{}
	}
	s.rows.add(s.learner(r), r)
}

func (s *stack[R]) tables() []string               { return []string{s.name} }
func (s *stack[R]) size() int                      { return 0 }
func (s *stack[R]) forget(domain.ApprenticeshipID) {}
func (s *stack[R]) drop()                          { clear(s.rows) }

func (s *stack[R]) flush(of domain.ApprenticeshipID) error {
	rows := s.rows.take(of)
	slices.SortFunc(rows, s.compare)
	for _, r := range rows {
		if err := s.write(r); err != nil {
			return err
		}
	}
	return s.finish()
}
