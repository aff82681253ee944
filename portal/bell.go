package portal

import (
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// The bell counts what others did and what came into sight since the viewer read their messages.
// What comes soon is looked up once in belledFor, and whenever messages are opened: every page has
// a bell.
const belledFor = 15 * time.Minute

// A bell is what comes soon for somebody.
type bell struct {
	days []desk.CalendarDay
	at   time.Time // it was looked up
	on   domain.Date
}

// soon looks up what comes soon for the viewer.
func (v *visit) soon() ([]desk.CalendarDay, error) {
	days, err := v.Desk.Soon(v.ctx(), v.actor())
	if err == nil {
		v.bells.keep(v.actor(), bell{days, v.Desk.Now(), v.Desk.Today()})
	}
	return days, err
}

// unread is how much there is to read under messages.
func (v *visit) unread() int {
	n, err := v.Desk.Read.Happened(v.ctx(), v.who.ID, v.prefers.ReadUntil, newsworthy, latest)
	v.trouble(err)
	said, err := v.Desk.Heard(v.ctx(), v.actor(), v.prefers.ReadUntil, latest)
	v.trouble(err)
	n += len(said)
	b := v.bells.of(v.actor())
	if b.on != v.Desk.Today() || v.Desk.Now().Sub(b.at) > belledFor {
		b.days, err = v.soon()
		v.trouble(err)
	}
	for _, x := range b.days {
		if v.unreadDay(x) {
			n++
		}
	}
	return n
}

// unreadDay reports whether a day that is soon is news to the viewer.
func (v *visit) unreadDay(x desk.CalendarDay) bool {
	return x.News(domain.DateOf(v.here(v.prefers.ReadUntil)), v.Desk.Today())
}
