package transition

import (
	"strconv"
	"strings"
)

// A Reference is what people call a move by on the telephone: RT-1042. It counts the moves in the
// order in which the log first asks for them, so that it is the same wherever the log is read and
// never changes. A move that is asked for anew keeps it. Zero is none.
type Reference int64

// FirstReference is that of the first move, so that all have four digits or more.
const FirstReference Reference = 1001

const (
	referencePrefix = "RT"
	referenceSigns  = " -‐‑–" // between the letters and the number
)

// String returns r as it is written: RT-1042. It is empty for none.
func (r Reference) String() string {
	if r == 0 {
		return ""
	}
	return referencePrefix + "-" + strconv.FormatInt(int64(r), 10)
}

// ParseReference reads a reference as people write it down: RT-1042, rt 1042, rt1042 or 1042. It
// reports false for what is none.
func ParseReference(s string) (Reference, bool) {
	digits := strings.TrimSpace(s)
	if n := len(referencePrefix); len(digits) > n && strings.EqualFold(digits[:n], referencePrefix) {
		digits = strings.TrimLeft(digits[n:], referenceSigns)
	}
	n, err := strconv.ParseUint(digits, 10, 40)
	return Reference(n), err == nil && Reference(n) >= FirstReference && digits[0] != '0'
}
