package preference

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
)

// TestDigestsComeAtTheirHour looks at a clock every minute that matters for some weeks.
func TestDigestsComeAtTheirHour(t *testing.T) {
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", text, chicago)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	monday := domain.NewDate(2026, 11, 23)
	early := at("2026-11-01 00:00")
	daily, weekly := Chosen{Digest: Daily}, Chosen{Digest: Weekly}
	quiet := func(from, until domain.Minutes) Chosen { return Chosen{Digest: Daily, Quiet: Quiet{from, until}} }
	for name, c := range map[string]struct {
		Chosen
		since time.Time
		last  domain.Date
		now   string
		want  domain.Date // zero: none
	}{
		"at seven":                         {daily, early, monday.AddDays(-1), "2026-11-23 07:00", monday},
		"not before":                       {daily, early, monday.AddDays(-1), "2026-11-23 06:59", domain.Date{}},
		"once":                             {daily, early, monday, "2026-11-23 07:00", domain.Date{}},
		"later if nobody could":            {daily, early, monday.AddDays(-1), "2026-11-23 19:30", monday},
		"yesterday's, before today's":      {daily, early, monday.AddDays(-2), "2026-11-23 05:00", monday.AddDays(-1)},
		"never":                            {Chosen{Digest: Never}, early, domain.Date{}, "2026-11-23 07:00", domain.Date{}},
		"nobody chose":                     {Chosen{}, early, domain.Date{}, "2026-11-23 07:00", domain.Date{}},
		"chosen after breakfast: tomorrow": {daily, at("2026-11-23 08:00"), domain.Date{}, "2026-11-23 08:01", domain.Date{}},
		"and then":                         {daily, at("2026-11-23 08:00"), domain.Date{}, "2026-11-24 07:00", monday.AddDays(1)},
		"on Mondays":                       {weekly, early, monday.AddDays(-7), "2026-11-23 07:00", monday},
		"not on Sundays":                   {weekly, early, monday.AddDays(-7), "2026-11-22 07:00", domain.Date{}},
		"on Thursday if nobody could":      {weekly, early, monday.AddDays(-7), "2026-11-26 03:00", monday},
		"when it is quiet no more":         {quiet(22*60, 9*60), early, monday.AddDays(-1), "2026-11-23 09:00", monday},
		"not while it is":                  {quiet(22*60, 9*60), early, monday.AddDays(-1), "2026-11-23 08:59", domain.Date{}},
		"nor at night for yesterday":       {quiet(22*60, 6*60), early, monday.AddDays(-2), "2026-11-23 05:00", domain.Date{}},
		"whoever works at night":           {quiet(6*60, 18*60), early, monday.AddDays(-1), "2026-11-23 18:00", monday},
		"over midnight":                    {quiet(6*60, 2*60), early, monday.AddDays(-1), "2026-11-24 02:00", monday},
		"the day the clock went forward":   {daily, early.AddDate(0, -9, 0), domain.NewDate(2026, 3, 7), "2026-03-08 07:00", domain.NewDate(2026, 3, 8)},
	} {
		got, due := c.Due(c.since, c.last, at(c.now))
		if due == c.want.IsZero() || got != c.want {
			t.Errorf("%s: %v, %v; want %v", name, got, due, c.want)
		}
	}
}

// TestADigestIsDueOnceADayAndNeverInQuietHours lives through weeks of anybody's choice, with a node
// that looks from time to time and rests for hours.
func TestADigestIsDueOnceADayAndNeverInQuietHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"America/Chicago", "Pacific/Honolulu", "Europe/Madrid", "Asia/Kathmandu", "UTC"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		quarter := rapid.IntRange(0, int(day)/15-1)
		c := Chosen{Digest: rapid.SampledFrom([]Digest{Never, Daily, Weekly}).Draw(t, "digest"), Quiet: Quiet{domain.Minutes(15 * quarter.Draw(t, "from")), domain.Minutes(15 * quarter.Draw(t, "until"))}}
		since := time.Date(2026, 10, rapid.IntRange(1, 31).Draw(t, "day"), 0, rapid.IntRange(0, int(day)-1).Draw(t, "minute"), 0, 0, zone)
		rests := rapid.Bool().Draw(t, "rests")
		gaps := rapid.SliceOfN(rapid.IntRange(1, map[bool]int{false: 14, true: 600}[rests]), 5, 5).Draw(t, "gaps")
		looks := 0
		end := since.AddDate(0, 0, 30)
		var last domain.Date
		var sent []domain.Date
		for now := since; now.Before(end); now = now.Add(time.Duration(gaps[looks%5]) * time.Minute) {
			looks++
			of, due := c.Due(since, last, now)
			if !due {
				continue
			}
			switch {
			case c.Quiet.At(minuteOf(now)):
				t.Fatalf("%v is quiet", now)
			case !of.After(last):
				t.Fatalf("%s after %s", of, last)
			case c.Digest == Weekly && of.Weekday() != time.Monday:
				t.Fatalf("%s is no Monday", of)
			case domain.DateOf(now).Before(of) || c.begins(of, zone).After(now) || !c.begins(of, zone).After(since):
				t.Fatalf("%s at %v, since %v", of, now, since)
			}
			last = of
			sent = append(sent, of)
		}
		least := map[Digest]int{Never: 0, Daily: 26, Weekly: 3}[c.Digest]
		if !rests && len(sent) < least || c.Digest == Never && len(sent) > 0 || c.Digest == Weekly && len(sent) > 5 {
			t.Fatalf("in 30 days there were %d: %v", len(sent), sent)
		}
	})
}
