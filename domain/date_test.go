package domain_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"pgregory.net/rapid"
)

func days(t *rapid.T, name string) domain.Date {
	return domain.NewDate(1, time.January, 2).AddDays(rapid.IntRange(0, 3_652_057).Draw(t, name))
}

func TestDatesAreReadAsISO8601AndNothingElse(t *testing.T) {
	d, err := domain.ParseDate("2028-02-29")
	if err != nil || d != domain.NewDate(2028, time.February, 29) || d.Weekday() != time.Tuesday {
		t.Errorf("got %v, a %v, %v", d, d.Weekday(), err)
	}
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-2", "26-01-02", "02.01.2026", "2026-01-02T00:00:00Z", " 2026-01-02", "0001-01-01"} {
		d, err := domain.ParseDate(s)
		if r := domain.AsRefusal(err); r == nil || r.Code != "BAD_DATE" {
			t.Errorf("%q: got %v, %v, want BAD_DATE", s, d, err)
		}
	}
}

// TestADayIsReadAsPackageTimeReadsIt holds what is read against package time, which is slower.
func TestADayIsReadAsPackageTimeReadsIt(t *testing.T) {
	digits := rapid.StringMatching(`[0-9]{4}-[0-3][0-9]-[0-3][0-9]|[0-9+_ -]{4}-[01][0-9+ ]-[0-9 ]{2}|[0-9-]{8,11}`)
	rapid.Check(t, func(t *rapid.T) {
		s := digits.Draw(t, "day")
		want, wrong := time.Parse(time.DateOnly, s)
		got, err := domain.ParseDate(s)
		if (err == nil) != (wrong == nil && !want.IsZero()) || err == nil && got.Midnight() != want {
			t.Fatalf("%q is read as %v, %v; by package time as %v, %v", s, got, err, want, wrong)
		}
	})
}

func TestADayThatCouldNotBeReadAgainIsNotWritten(t *testing.T) {
	for _, d := range []domain.Date{domain.NewDate(9999, time.December, 31).AddDays(1), domain.NewDate(9999, time.December, 31).AddMonths(30), domain.NewDate(0, time.January, 1).AddDays(-1)} {
		if text, err := json.Marshal(d); err == nil {
			t.Errorf("the day %s was written as %s", d, text)
		}
		if text, err := json.Marshal(d.Week()); err == nil && d.Week().Year != 9999 && d.Week().Year != 0 {
			t.Errorf("the week %s was written as %s", d.Week(), text)
		}
	}
}

func TestADateSurvivesTextAndJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := days(t, "day")
		if back, err := domain.ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%v came back as %v, %v", d, back, err)
		}
		type fact struct {
			On  domain.Date `json:"on"`
			End domain.Date `json:"end,omitzero"`
		}
		text, err := json.Marshal(fact{On: d})
		if err != nil || string(text) != `{"on":"`+d.String()+`"}` {
			t.Fatalf("%s, %v", text, err)
		}
		var back fact
		if err := json.Unmarshal(text, &back); err != nil || back != (fact{On: d}) {
			t.Fatalf("came back as %+v, %v", back, err)
		}
	})
}

func TestNoDayIsEmptyText(t *testing.T) {
	text, err := json.Marshal(domain.Date{})
	if err != nil || string(text) != `""` {
		t.Errorf("got %s, %v", text, err)
	}
	d := domain.NewDate(2026, time.May, 1)
	if err := json.Unmarshal([]byte(`""`), &d); err != nil || !d.IsZero() {
		t.Errorf("got %v, %v", d, err)
	}
	if err := json.Unmarshal([]byte(`"soon"`), &d); err == nil {
		t.Error("soon was taken for a day")
	}
}

func TestDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := days(t, "day"), rapid.IntRange(-400_000, 400_000).Draw(t, "n")
		later := d.AddDays(n)
		if later.DaysSince(d) != n || later.AddDays(-n) != d {
			t.Fatalf("%v and %d days is %v, %d days on", d, n, later, later.DaysSince(d))
		}
		if later.After(d) != (n > 0) || later.Before(d) != (n < 0) {
			t.Fatalf("%v and %v are in the wrong order", d, later)
		}
	})
}

func TestAMonthLaterIsNeverTwoMonthsLater(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2026-03-31", -1, "2026-02-28"},
		{"2026-11-30", 3, "2027-02-28"}, {"2026-05-15", 12, "2027-05-15"}, {"2026-05-15", -17, "2024-12-15"}, {"2026-05-31", 0, "2026-05-31"},
	} {
		d, err := domain.ParseDate(c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.AddMonths(c.n).String(); got != c.want {
			t.Errorf("%d months after %s: got %s, want %s", c.n, c.from, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d, n := days(t, "day"), rapid.IntRange(0, 600).Draw(t, "n")
		later := d.AddMonths(n)
		months := func(d domain.Date) int { m := d.Midnight(); return 12*m.Year() + int(m.Month()) }
		if months(later) != months(d)+n || later.Midnight().Day() > d.Midnight().Day() {
			t.Fatalf("%d months after %v is %v", n, d, later)
		}
	})
}

func TestADayIsTheOneOnTheCallersCalendar(t *testing.T) {
	auckland := time.FixedZone("NZDT", 13*60*60)
	at := time.Date(2026, time.January, 1, 0, 30, 0, 0, auckland)
	if got := domain.DateOf(at).String(); got != "2026-01-01" {
		t.Errorf("in Auckland: got %s", got)
	}
	if got := domain.DateOf(at.UTC()).String(); got != "2025-12-31" {
		t.Errorf("in UTC: got %s", got)
	}
}

func TestWeeksFollowISO8601(t *testing.T) {
	for day, want := range map[string]string{
		"2025-12-28": "2025-W52", "2025-12-29": "2026-W01", "2026-01-01": "2026-W01", "2026-12-31": "2026-W53",
		"2027-01-03": "2026-W53", "2027-01-04": "2027-W01", "2024-12-30": "2025-W01", "2026-11-22": "2026-W47",
	} {
		d, err := domain.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Week().String(); got != want {
			t.Errorf("%s: got %s, want %s", day, got, want)
		}
	}
	for _, s := range []string{"", "2026-W00", "2026-W54", "2025-W53", "2026-w01", "2026-W1", "2026W01", "2026-W01-1", "+026-W01", "-001-W01"} {
		w, err := domain.ParseWeek(s)
		if r := domain.AsRefusal(err); r == nil || r.Code != "BAD_WEEK" {
			t.Errorf("%q: got %v, %v, want BAD_WEEK", s, w, err)
		}
	}
}

// TestAWeekIsReadIfTheCalendarHasIt holds what is written and read against the calendar.
func TestAWeekIsReadIfTheCalendarHasIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := domain.Week{Year: rapid.IntRange(-1, 10_000).Draw(t, "year"), Number: rapid.IntRange(-1, 100).Draw(t, "number")}
		if got, want := w.String(), fmt.Sprintf("%04d-W%02d", w.Year, w.Number); got != want {
			t.Fatalf("%#v is written as %s, want %s", w, got, want)
		}
		exists := w.Year >= 0 && w.Year <= 9999 && w.Monday().Week() == w
		if got, err := domain.ParseWeek(w.String()); (err == nil) != exists || exists && got != w {
			t.Fatalf("%s is read as %#v, %v; in the calendar: %t", w, got, err, exists)
		}
	})
}

func TestAWeekHoldsItsSevenDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := days(t, "day"), rapid.IntRange(-60, 60).Draw(t, "n")
		w := d.Week()
		if w.Monday().Weekday() != time.Monday || w.Sunday().DaysSince(w.Monday()) != 6 {
			t.Fatalf("%v runs from %v to %v", w, w.Monday(), w.Sunday())
		}
		if !w.Contains(d) || !w.Contains(w.Monday()) || !w.Contains(w.Sunday()) || w.Contains(w.Sunday().AddDays(1)) || w.Contains(w.Monday().AddDays(-1)) {
			t.Fatalf("%v does not hold its days", w)
		}
		if other := w.Add(n); other.Add(-n) != w || other.Monday() != w.Monday().AddDays(7*n) {
			t.Fatalf("%d weeks after %v is %v", n, w, other)
		}
	})
}

func TestAWeekSurvivesText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := days(t, "day").Week()
		text, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var back domain.Week
		if err := json.Unmarshal(text, &back); err != nil || back != w {
			t.Fatalf("%s came back as %v, %v", text, back, err)
		}
	})
	w := domain.Week{Year: 2026, Number: 5}
	text, err := json.Marshal(domain.Week{})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &w); err != nil || w != (domain.Week{}) {
		t.Errorf("no week, %s, came back as %v, %v", text, w, err)
	}
}

func TestWorkingDaysLeaveOutTheWeekend(t *testing.T) {
	friday := domain.NewDate(2026, time.March, 6)
	for n, want := range map[int]domain.Date{0: friday, 1: friday.AddDays(3), 5: friday.AddDays(7), 45: friday.AddDays(63)} {
		if got := friday.AddWorkingDays(n); got != want {
			t.Errorf("%d working days after %s: %s, want %s", n, friday, got, want)
		}
	}
}

func TestMonthsAreCountedAsTheyAreAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := days(t, "from")
		n := rapid.IntRange(0, 60).Draw(t, "months")
		to := from.AddMonths(n)
		if to.MonthsSince(from) != n || to.AddDays(-1).MonthsSince(from) != n-1 {
			t.Fatalf("%s to %s are %d months, and a day less %d", from, to, to.MonthsSince(from), to.AddDays(-1).MonthsSince(from))
		}
	})
}
