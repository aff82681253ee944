package portal

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// ownDayTexts say what comes soon of what is somebody's own without what it is called, in English.
// Other days are told as in a calendar.
var ownDayTexts = map[desk.CalendarKind]string{
	desk.MilestoneDay: "%d milestones are due", desk.EvidenceEnds: "The evidence of %d milestones runs out", desk.CertificateEnd: "%d certificates run out",
	desk.SeatAnswer: "%d seats are held for you", desk.CohortBegins: "%d cohorts of yours begin", desk.CohortEnds: "%d cohorts of yours end", desk.NewRole: "%d new roles of yours begin",
}

// soonLines are what a letter says of what comes soon or was missed, with how many days it tells
// of and whether any of them is news.
func (v *visit) soonLines(a projections.Addressee) (lines []string, n int, news bool, err error) {
	days, err := v.Desk.SoonInAll(v.ctx(), v.who)
	if err != nil || len(days) == 0 {
		return nil, 0, false, err
	}
	today, told := v.Desk.Today(), domain.DateOf(v.here(latestOf(a.ToldAt, a.ReadUntil)))
	var kinds []desk.CalendarKind
	count, first, many := map[desk.CalendarKind]int{}, map[desk.CalendarKind]domain.Date{}, map[desk.CalendarKind]bool{}
	for _, x := range days {
		if !slices.Contains(kinds, x.Kind) {
			kinds, first[x.Kind] = append(kinds, x.Kind), x.On
		}
		count[x.Kind] += max(1, x.Count)
		many[x.Kind] = many[x.Kind] || x.On != first[x.Kind]
		news = news || x.News(told, today)
	}
	for _, k := range kinds {
		text := v.dayTitle(desk.CalendarDay{Kind: k, Count: count[k]})
		if own := ownDayTexts[k]; own != "" {
			text = v.say(own, count[k])
		}
		if many[k] {
			lines = append(lines, v.say("%s, the first on %s.", text, v.day(wholeDay, first[k])))
		} else {
			lines = append(lines, v.say("%s: %s.", text, v.day(wholeDay, first[k])))
		}
	}
	return lines, len(days), news, nil
}
