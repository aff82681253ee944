package rules

import "github.com/guildhall-dev/guildhall/domain"

// A DayLimit is how much may be logged for one day at a site, from a day on. Zero minutes
// end the site's own limit; a rule set has one for every site.
type DayLimit struct {
	Minutes domain.Minutes `json:"minutes"`
	From    domain.Date    `json:"from"`
}

// DayLimits are those of one site, in the order in which they were set.
type DayLimits []DayLimit

// On is what holds on a day, or zero. Of those that begin on one day the last that was set holds.
func (l DayLimits) On(day domain.Date) domain.Minutes {
	var held DayLimit
	for _, d := range l {
		if !d.From.After(day) && !d.From.Before(held.From) {
			held = d
		}
	}
	return held.Minutes
}
