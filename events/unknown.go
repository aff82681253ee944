package events

import "github.com/guildhall-dev/guildhall/domain"

// An Unknown is a fact that only a newer Guildhall has a type for. It keeps its place in
// the log and can be read and followed like any other, but this program cannot tell what
// it means: it cannot append one, and Load refuses a stream that holds one.
type Unknown struct {
	domain.Form
	Body string // as it is stored
}

func (u Unknown) EventName() string { return u.Name }

// MarshalJSON returns the fact as it is stored.
func (u Unknown) MarshalJSON() ([]byte, error) { return []byte(u.Body), nil }
