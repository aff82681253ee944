package domain

import (
	"fmt"
	"strconv"
	"time"
)

// A Date is a day of the calendar, without a time or a place. The zero Date is no day.
type Date struct{ t time.Time }

// NewDate returns the given day; values outside their range carry over as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// DateOf returns the day of t in t's location.
func DateOf(t time.Time) Date { return NewDate(t.Year(), t.Month(), t.Day()) }

// ParseDate reads a day in the form 2026-11-22 (ISO 8601).
func ParseDate(s string) (Date, error) {
	if len(s) == len(time.DateOnly) && s[4] == '-' && s[7] == '-' {
		year, err1 := strconv.ParseUint(s[:4], 10, 16)
		month, err2 := strconv.ParseUint(s[5:7], 10, 8)
		day, err3 := strconv.ParseUint(s[8:], 10, 8)
		d := NewDate(int(year), time.Month(month), int(day))
		if err1 == nil && err2 == nil && err3 == nil && d.t.Month() == time.Month(month) && d.t.Day() == int(day) && !d.IsZero() {
			return d, nil
		}
	}
	return Date{}, Refuse(Invalid, "BAD_DATE", "%q is not a day. Write it as year, month, day: 2026-11-22.", s)
}

func (d Date) IsZero() bool       { return d.t.IsZero() }
func (d Date) Before(o Date) bool { return d.t.Before(o.t) }
func (d Date) After(o Date) bool  { return d.t.After(o.t) }
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddWorkingDays returns the nth day from Monday to Friday after d.
func (d Date) AddWorkingDays(n int) Date {
	for n > 0 {
		d = d.AddDays(1)
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			n--
		}
	}
	return d
}

// AddMonths returns the same day n months later, or the last day of that month if it is
// too short: a month after 31 January is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	first := NewDate(d.t.Year(), d.t.Month()+time.Month(n), 1)
	last := NewDate(first.t.Year(), first.t.Month()+1, 0)
	return NewDate(first.t.Year(), first.t.Month(), min(d.t.Day(), last.t.Day()))
}

// MonthsSince is the number of whole months from o to d: a month is over on the same day of
// the next, or on its last day if it is too short.
func (d Date) MonthsSince(o Date) int {
	n := 12*(d.t.Year()-o.t.Year()) + int(d.t.Month()-o.t.Month())
	if o.AddMonths(n).After(d) {
		n--
	}
	return n
}

// DaysSince is the number of days from o to d.
func (d Date) DaysSince(o Date) int { return int((d.t.Unix() - o.t.Unix()) / (24 * 60 * 60)) }

func (d Date) Weekday() time.Weekday { return d.t.Weekday() }

// Midnight is the first instant of d in UTC.
func (d Date) Midnight() time.Time { return d.t }

// Week is the ISO 8601 week that d belongs to.
func (d Date) Week() Week { y, w := d.t.ISOWeek(); return Week{y, w} }

// Format writes d with a layout of package time.
func (d Date) Format(layout string) string { return d.t.Format(layout) }

// String is the ISO 8601 form, or empty for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(time.DateOnly)
}

// MarshalText fails beyond the years 0 to 9999, which ISO 8601 does not write: what cannot
// be read again never comes on record.
func (d Date) MarshalText() ([]byte, error) {
	if y := d.t.Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("domain: the day %s has no ISO 8601 form", d)
	}
	return []byte(d.String()), nil
}

func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// A Week is an ISO 8601 week: it begins on Monday and belongs to the year of its Thursday.
// The zero Week is no week.
type Week struct{ Year, Number int }

// ParseWeek reads a week in the form 2026-W47 (ISO 8601).
func ParseWeek(s string) (Week, error) {
	if len(s) == len("2026-W47") && s[4:6] == "-W" {
		year, err1 := strconv.ParseUint(s[:4], 10, 16)
		number, err2 := strconv.ParseUint(s[6:], 10, 8)
		if w := (Week{int(year), int(number)}); err1 == nil && err2 == nil && (1 <= number && number <= 52 || w.Monday().Week() == w) {
			return w, nil
		}
	}
	return Week{}, Refuse(Invalid, "BAD_WEEK", "%q is not a week. Write it as year and week number: 2026-W47.", s)
}

// Monday is the first day of w.
func (w Week) Monday() Date {
	jan4 := NewDate(w.Year, time.January, 4)
	toMonday := (int(jan4.Weekday()) + 6) % 7
	return jan4.AddDays(7*(w.Number-1) - toMonday)
}

// Sunday is the last day of w.
func (w Week) Sunday() Date { return w.Monday().AddDays(6) }

// Add returns the week n weeks later.
func (w Week) Add(n int) Week { return w.Monday().AddDays(7 * n).Week() }

// Contains reports whether d is a day of w.
func (w Week) Contains(d Date) bool { return d.Week() == w }

func (w Week) String() string {
	if w.Year < 0 || w.Year > 9999 || w.Number < 0 || w.Number > 99 {
		return fmt.Sprintf("%04d-W%02d", w.Year, w.Number)
	}
	b := []byte("0000-W00")
	for i, n := 3, w.Year; n > 0; i, n = i-1, n/10 {
		b[i] += byte(n % 10)
	}
	b[6] += byte(w.Number / 10)
	b[7] += byte(w.Number % 10)
	return string(b)
}

// MarshalText fails beyond the years 0 to 9999, as it does for a Date.
func (w Week) MarshalText() ([]byte, error) {
	if w == (Week{}) {
		return nil, nil
	}
	if w.Year < 0 || w.Year > 9999 {
		return nil, fmt.Errorf("domain: the week %s has no ISO 8601 form", w)
	}
	return []byte(w.String()), nil
}

func (w *Week) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*w = Week{}
		return nil
	}
	*w, err = ParseWeek(string(text))
	return err
}
