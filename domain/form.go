package domain

import "encoding/json"

// A Form is a shape in which a fact is stored, or was once: its name, and the version of
// what is stored under that name, from 1.
type Form struct {
	Name   string
	Schema uint64
}

// An Upcast turns facts of a form that is no longer written into the form that came after
// it. An aggregate keeps its upcasts in a list named Upcasts beside its Events; they are
// never removed, as a log may hold facts of every form there ever was.
type Upcast struct {
	From, To Form

	// Do changes the fields of a stored fact, which are named as they are stored. It may
	// not look at anything else. It is nil where only the name has changed.
	Do func(fields map[string]json.RawMessage) error
}
