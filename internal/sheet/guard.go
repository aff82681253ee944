package sheet

import "regexp"

// formula is a text that a spreadsheet would calculate, or one that was guarded from it.
var formula = regexp.MustCompile("^'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")

// Guarded is s as a cell of a CSV file that somebody opens in a spreadsheet: what it would
// calculate stands behind an apostrophe.
func Guarded(s string) string {
	if formula.MatchString(s) {
		return "'" + s
	}
	return s
}
