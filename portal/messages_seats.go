package portal

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// seatDeeds tell who did what about a seat in which cohort, in English.
var seatDeeds = map[projections.SeatNewsKind]struct{ text, icon string }{
	projections.SeatNewsInvited:   {"<strong>%s</strong> invites you to apply for %s", "send"},
	projections.SeatNewsOffered:   {"<strong>%s</strong> holds a seat in %s for you until %s", "cap"},
	projections.SeatNewsLapsed:    {"<strong>%s</strong> gave your seat in %s free, as you did not take it in time. You can apply again.", "bang"},
	projections.SeatNewsWaiting:   {"<strong>%s</strong> put you on the waiting list of %s", "day"},
	projections.SeatNewsEnrolled:  {"<strong>%s</strong> enrolled you in %s", "tick"},
	projections.SeatNewsLeft:      {"<strong>%s</strong> recorded that you take part in %s no longer", "back"},
	projections.SeatNewsCancelled: {"<strong>%s</strong> cancelled %s", "bang"},
}

// seatNews is what became of the viewer's seats.
func (v *visit) seatNews() (out []newsItem, err error) {
	all, err := v.Desk.Read.SeatNews(v.ctx(), v.who.ID, latest)
	told := map[domain.CohortID]bool{} // of which later news came already
	for _, n := range all {
		deed := seatDeeds[n.Kind]
		said := []any{v.doer(n.By, ""), "“" + n.Title + "”"}
		if n.Kind == projections.SeatNewsOffered {
			said = append(said, v.day(monthDay, n.Until))
		}
		item := newsItem{n.At, v.moment(n.At), v.tongue.mark(deed.text, said...), deed.icon, "", n.At.After(v.prefers.ReadUntil), ""}
		if told[n.Cohort] {
			out = append(out, item)
			continue
		}
		told[n.Cohort] = true
		if n.Kind == projections.SeatNewsInvited || n.Kind == projections.SeatNewsLapsed || n.Kind == projections.SeatNewsOffered && !n.Until.Before(v.Desk.Today()) {
			item.Href = interestsPath
		}
		out = append(out, item)
	}
	return out, err
}
