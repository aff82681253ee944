package graphql

import (
	"unicode/utf8"
)

// maxResponse is the size in bytes of the largest response.
const maxResponse = 8 << 20

// safe are the bytes that stand for themselves within a JSON string, whatever is beside them.
var safe = func() (p [256]bool) {
	for c := range utf8.RuneSelf {
		p[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return p
}()

// allSafe reports whether the first eight bytes of s are safe.
func allSafe(s string) bool {
	const each = 0x0101010101010101
	_ = s[7]
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	low, quote, slash := w-' '*each, (w^'"'*each)-each, (w^'\\'*each)-each
	return (w|low|quote|slash)&(0x80*each) == 0
}

// appendString writes s as JSON.stringify does, and replaces what is not UTF-8. A line or
// paragraph separator is escaped, because old scripts take it for the end of the string.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		if len(s)-i >= 8 && allSafe(s[i:]) {
			i += 8
			continue
		}
		c := s[i]
		if safe[c] {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = appendEscape(append(b, s[from:i]...), c)
			i++
			from = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(append(b, s[from:i]...), "\ufffd"...)
			from = i + 1
		case r == '\u2028' || r == '\u2029':
			b = append(append(b, s[from:i]...), `\u202`...)
			b = append(b, digits[r&0xf])
			from = i + n
		}
		i += n
	}
	return append(append(b, s[from:]...), '"')
}

const digits = "0123456789abcdef"

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
}
