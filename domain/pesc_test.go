package domain

import (
	"regexp"
	"strings"
	"testing"
)

// TestPESCCodes checks that a code differs from what the standard writes only by how it is written.
func TestPESCCodes(t *testing.T) {
	same := func(kept, pesc string) {
		t.Helper()
		words := strings.Split(kept, "-")
		for i, w := range words {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
		if plain := strings.Join(words, ""); pesc != plain && !regexp.MustCompile("^"+plain+"(Hours|Units)$").MatchString(pesc) && pesc != "CreditByExam" {
			t.Errorf("%q is kept for %q", kept, pesc)
		}
	}
	for u := range pescUnits {
		same(string(u), u.PESC())
	}
	for l := range pescLevels {
		same(string(l), l.PESC())
	}
	for b := range pescBases {
		same(string(b), b.PESC())
	}
	if CreditUnit("hours").Valid() || CreditLevel("").Valid() || CreditBasis("luck").Valid() || !Semester.Valid() || !Graduate.Valid() || !Military.Valid() {
		t.Error("codes are not told from others")
	}
}

func TestCreditStandsForTimeInClass(t *testing.T) {
	for c, want := range map[Credit]Minutes{
		{300, Semester}: Hours(45), {150, Semester}: Hours(22) + 30, {300, Quarter}: Hours(30), {1600, Clock}: Hours(16), {300, Carnegie}: 0,
	} {
		if got := c.ClassTime(); got != want {
			t.Errorf("%s %s stand for %v, want %v", c.Decimal(), c.Unit, got, want)
		}
	}
}
