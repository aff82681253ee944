package reservation

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where it is kept who holds a thing. The kind is what sort of thing it is, such
// as "award-reference"; the parts tell it from others of the kind. They are not read back:
// the stream has a digest of them.
func Stream(kind string, parts ...string) domain.Stream {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return domain.Stream("unique-" + kind + "." + hex.EncodeToString(sum[:16]))
}

// State is what deciding needs to know, and no more.
type State struct {
	Holder domain.Stream // empty if nobody holds it
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Taken:
		s.Holder = e.Holder
	case Released:
		s.Holder = ""
	}
	return s
}
