package graphql

import (
	"sync"

	"github.com/guildhall-dev/guildhall/partners"
)

// A slate is memory that one operation after another is worked out in.
type slate struct {
	b    []byte          // of the response
	told []partners.Told // see writer
	rows []any           // of tables
}

// slates are kept for the next operation once a response was sent, unless it was large.
var slates = sync.Pool{New: func() any { return new(slate) }}

const (
	largeBuffer = 1 << 20 // bytes
	manyRows    = 1 << 14
)

// room has place for n rows of one table.
func (s *slate) room(n int) []any {
	at := len(s.rows)
	if cap(s.rows)-at < n {
		s.rows, at = make([]any, 0, max(n, min(2*cap(s.rows), manyRows), 64)), 0
	}
	s.rows = s.rows[:at+n]
	return s.rows[at : at : at+n]
}

// wipe keeps the response of w and nothing that it was made of.
func (s *slate) wipe(w *writer) {
	clear(w.told[:cap(w.told)])
	clear(s.rows)
	s.b, s.told, s.rows = w.b, w.told[:0], s.rows[:0]
	if cap(s.rows) > manyRows || cap(s.told) > manyRows {
		s.told, s.rows = nil, nil
	}
}
