package preference

import (
	"encoding/hex"

	"github.com/guildhall-dev/guildhall/domain"
)

// LinkCalendar lets whoever knows a secret read the asker's dates. It takes the place of an
// earlier one.
type LinkCalendar struct {
	domain.Request
	Person domain.PersonID
	Hash   string // SHA-256 of the secret, in hexadecimal
}

func (c LinkCalendar) Decide(s State) ([]Event, error) {
	sum, err := hex.DecodeString(c.Hash)
	switch {
	case c.By.Person != c.Person || c.Person == "":
		return nil, notTheirs
	case err != nil || len(sum) != 32:
		return nil, domain.Refuse(domain.Invalid, "BAD_HASH", "A link is kept by the SHA-256 of its secret.")
	case s.linked == c.Hash:
		return nil, nil
	}
	return []Event{CalendarLinked{Hash: c.Hash}}, nil
}

// UnlinkCalendar ends that anybody reads the asker's dates by a link.
type UnlinkCalendar struct {
	domain.Request
	Person domain.PersonID
}

func (c UnlinkCalendar) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Person || c.Person == "":
		return nil, notTheirs
	case s.linked == "":
		return nil, nil
	}
	return []Event{CalendarUnlinked{}}, nil
}
