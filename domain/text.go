package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Written is a text as it was meant: without blanks around it, or anything else there that
// cannot be seen, such as a zero-width space. A text of nothing but that is empty.
func Written(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) })
}

// MaxLine is the length in characters of the longest name, number or remark that stands on
// record as it was given.
const MaxLine = 500

// TooLong reports whether a text has more than MaxLine characters.
func TooLong(s string) bool { return utf8.RuneCountInString(s) > MaxLine }

// Shorten is the refusal of an input that is TooLong.
func Shorten(field string) error {
	return Refuse(Invalid, "TEXT_TOO_LONG", "Write at most %d characters.", MaxLine).About(field)
}
