package domain

import (
	"fmt"
	"strconv"
	"strings"
)

// Minutes is a length of time on the job or in class. Nothing is counted in hours with a fraction.
type Minutes int

// Hours returns h hours.
func Hours(h int) Minutes { return Minutes(60 * h) }

// String writes whole hours as "40 h" and others as "37 h 30 min".
func (m Minutes) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	switch h, rest := m/60, m%60; {
	case rest == 0:
		return fmt.Sprintf("%s%s h", sign, grouped(int(h)))
	case h == 0:
		return fmt.Sprintf("%s%d min", sign, rest)
	default:
		return fmt.Sprintf("%s%s h %d min", sign, grouped(int(h)), rest)
	}
}

// ParseHours reads a length of time as people write it: "8", "7.5", "7,5", "7:30", "7h30",
// "37 h 30 min" or "45 min". It refuses what is negative, not a whole number of minutes,
// or could be a thousand times as much, such as "1,000".
func ParseHours(s string) (Minutes, error) {
	bad := Refuse(Invalid, "BAD_HOURS", "%q is not a length of time. Write hours as 7.5 or 7:30.", s)
	text, inMinutes := strings.CutSuffix(strings.TrimSpace(strings.ToLower(s)), "min")
	h, m, ok := cutAny(text, ":h")
	switch {
	case ok && strings.TrimSpace(m) == "" && !inMinutes && !strings.Contains(text, ":"):
		text = h
	case ok:
		hours, err1 := strconv.ParseUint(strings.TrimSpace(h), 10, 16)
		mins, err2 := strconv.ParseUint(strings.TrimSpace(m), 10, 16)
		if err1 != nil || err2 != nil || mins > 59 {
			return 0, bad
		}
		return Minutes(60*hours + mins), nil
	case inMinutes:
		mins, err := strconv.ParseUint(strings.TrimSpace(text), 10, 16)
		if err != nil {
			return 0, bad
		}
		return Minutes(mins), nil
	}
	whole, frac, decimal := cutAny(strings.TrimSpace(text), ".,")
	hours, err := strconv.ParseUint(whole, 10, 16)
	if err != nil {
		return 0, bad
	}
	if !decimal {
		return Minutes(60 * hours), nil
	}
	if len(frac) == 3 && strings.Contains(text, ",") {
		return 0, Refuse(Invalid, "BAD_HOURS", "%q can be read in two ways. Write %s%s for the thousands, or a point for the fraction.", s, whole, frac)
	}
	part, err := strconv.ParseUint(frac, 10, 16)
	if err != nil || len(frac) > 4 {
		return 0, bad
	}
	scale := uint64(1)
	for range frac {
		scale *= 10
	}
	if part*60%scale != 0 {
		return 0, Refuse(Invalid, "BAD_HOURS", "%q is not a whole number of minutes. Write it as hours and minutes, such as 7:20.", s)
	}
	return Minutes(60*hours + part*60/scale), nil
}

func cutAny(s, seps string) (before, after string, found bool) {
	if i := strings.IndexAny(s, seps); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// Cents is an amount of money in hundredths of a US dollar.
type Cents int64

// A Credit is an amount of college credit in hundredths of its unit: 3 semester hours are {300, Semester}.
type Credit struct {
	Hundredths int        `json:"hundredths"`
	Unit       CreditUnit `json:"unit"`
}

// Decimal is the amount without its unit, exact, such as "3" or "1.5".
func (c Credit) Decimal() string {
	sign, n := "", c.Hundredths
	if n < 0 {
		sign, n = "-", -n
	}
	s := sign + strconv.Itoa(n/100)
	switch rest := n % 100; {
	case rest == 0:
		return s
	case rest%10 == 0:
		return s + "." + strconv.Itoa(rest/10)
	case rest < 10:
		return s + ".0" + strconv.Itoa(rest)
	default:
		return s + "." + strconv.Itoa(rest)
	}
}

// ClassTime is the time in class that the amount stands for: 15 clock hours for a semester
// unit, as the National Occupational Frameworks convert related instruction, and 10 for a
// quarter unit. What is counted in other units stands for none.
func (c Credit) ClassTime() Minutes {
	switch c.Unit {
	case Semester:
		return Minutes(c.Hundredths * 15 * 60 / 100)
	case Quarter:
		return Minutes(c.Hundredths * 10 * 60 / 100)
	case Clock:
		return Minutes(c.Hundredths * 60 / 100)
	}
	return 0
}

// ParseCredit reads an exact decimal of at most two places, such as "3" or "1.5".
func ParseCredit(decimal string, unit CreditUnit) (Credit, error) {
	bad := Refuse(Invalid, "BAD_CREDIT", "%q is not an amount of credit. Write a number with at most two decimals, such as 3 or 1.5.", decimal)
	whole, frac, _ := strings.Cut(decimal, ".")
	if len(frac) > 2 {
		return Credit{}, bad
	}
	n, err := strconv.ParseUint(whole+(frac + "00")[:2], 10, 20)
	if err != nil || whole == "" {
		return Credit{}, bad
	}
	if !unit.Valid() {
		return Credit{}, Refuse(Invalid, "BAD_CREDIT_UNIT", "%q is not a unit of credit. Use semester, quarter or clock.", unit)
	}
	return Credit{int(n), unit}, nil
}

func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
