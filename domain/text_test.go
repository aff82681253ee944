package domain_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestWhatCannotBeSeenIsNoText(t *testing.T) {
	for given, want := range map[string]string{
		"":                            "",
		" \t\r\n\u00a0\u3000":         "",
		"\u200b\u200d\ufeff\u2060":    "",
		"\x00\x1b\u202e":              "",
		"\u200b Two\u00a0shifts.\n ":  "Two\u00a0shifts.",
		"Zoë 👩\u200d⚕️":               "Zoë 👩\u200d⚕️",
		"first line\nsecond\tcolumn.": "first line\nsecond\tcolumn.",
	} {
		if got := domain.Written(given); got != want {
			t.Errorf("%q is read as %q, want %q", given, got, want)
		}
	}
}

func TestALineIsCountedInCharacters(t *testing.T) {
	if domain.TooLong(strings.Repeat("ü", domain.MaxLine)) || !domain.TooLong(strings.Repeat("ü", domain.MaxLine+1)) {
		t.Errorf("a line has room for %d characters, whatever their size", domain.MaxLine)
	}
}
