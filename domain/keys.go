package domain

import "maps"

// Keys are those that a holder was given to be recognised by. The zero value holds none.
type Keys struct{ live map[KeyID]bool } // false once revoked

// With returns k after a key was issued (live) or revoked.
func (k Keys) With(id KeyID, live bool) Keys {
	next := maps.Clone(k.live)
	if next == nil {
		next = map[KeyID]bool{}
	}
	next[id] = live
	return Keys{next}
}

// Issue reports whether a key is still to be issued. Only Guildhall itself issues keys, on
// behalf of whoever runs it.
func (k Keys) Issue(by Actor, id KeyID) (due bool, err error) {
	if by.Role != System {
		return false, Refuse(Forbidden, "NOT_OPERATOR", "Keys are issued by whoever runs this Guildhall.")
	}
	_, known := k.live[id]
	return !known, nil
}

// Revoke reports whether a key is still to be revoked.
func (k Keys) Revoke(by Actor, id KeyID) (due bool, err error) {
	live, known := k.live[id]
	switch {
	case !known:
		return false, Refuse(NotFound, "NO_SUCH_KEY", "There is no such key.")
	case by.Role != System:
		return false, Refuse(Forbidden, "NOT_OPERATOR", "Keys are revoked by whoever runs this Guildhall.")
	}
	return live, nil
}
