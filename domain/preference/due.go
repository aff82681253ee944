package preference

import (
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// Hour is the minute of the day at which a digest is sent, unless it is quiet.
const Hour domain.Minutes = 7 * 60

// Due returns the day of the digest that is to be sent now, on the clock of now, or false. Last
// is the day of the last one; none is sent for a moment until since, when somebody chose to get
// digests. One that nobody could send is sent until the next one takes its place.
func (c Chosen) Due(since time.Time, last domain.Date, now time.Time) (domain.Date, bool) {
	day, step := domain.DateOf(now), 1
	switch c.Digest {
	case Daily:
	case Weekly:
		day, step = day.Week().Monday(), 7
	default:
		return domain.Date{}, false
	}
	if c.begins(day, now.Location()).After(now) {
		day = day.AddDays(-step)
	}
	begins := c.begins(day, now.Location())
	if !day.After(last) || begins.After(now) || !begins.After(since) || c.Quiet.At(minuteOf(now)) {
		return domain.Date{}, false
	}
	return day, true
}

// begins is when the digest of a day can be sent: at its hour, or when the quiet hours end that
// it lies in, which may be a day later.
func (c Chosen) begins(day domain.Date, clock *time.Location) time.Time {
	at := Hour
	if c.Quiet.At(at) {
		if at = c.Quiet.Until; at < Hour {
			day = day.AddDays(1)
		}
	}
	d := day.Midnight()
	return time.Date(d.Year(), d.Month(), d.Day(), 0, int(at), 0, 0, clock)
}

func minuteOf(t time.Time) domain.Minutes { return domain.Minutes(t.Hour()*60 + t.Minute()) }
