package desk

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A week matches the usual one, and can be signed off together with others, if there is a usual
// week and nothing odd about this one: see Odd. There is no rota on record to hold it against.

// RecentWeeks is how many weeks before a week say what is usual.
const RecentWeeks = 8

const (
	enoughWeeks = 3       // signed off, to say what is usual
	longDay     = 12 * 60 // more than this is looked at
	mostUsual   = 125     // percent of the usual week
	leastUsual  = 50
)

// UsualWeek is the median of the weeks that were signed off, or 0 when they are too few to say.
func UsualWeek(weeks []projections.Week) domain.Minutes {
	var totals []domain.Minutes
	for _, w := range weeks {
		if w.State == projections.WeekApproved {
			totals = append(totals, w.OnTheJob+w.Instruction)
		}
	}
	if len(totals) < enoughWeeks {
		return 0
	}
	slices.Sort(totals)
	return totals[len(totals)/2]
}

// An Oddity sets a week apart from those before it, so that its approver opens it.
type Oddity struct {
	Kind    OddityKind
	On      domain.Date    // of a long day
	Minutes domain.Minutes // of a long day, or how far the week is from the usual one
}

// OddityKind says what is odd about a week.
type OddityKind string

const (
	LongDay       OddityKind = "long-day"        // more than 12 hours
	MoreThanUsual OddityKind = "more-than-usual" // by more than a quarter
	LessThanUsual OddityKind = "less-than-usual" // by more than half
	NothingUsual  OddityKind = "nothing-usual"   // fewer than three of the weeks before were signed off
)

// Odd names what sets a week apart. A week with nothing odd matches the usual one.
func Odd(w projections.Handed) (odd []Oddity) {
	for i := range 7 {
		if on := w.Week.Week.Monday().AddDays(i); w.Days[on] > longDay {
			odd = append(odd, Oddity{LongDay, on, w.Days[on]})
		}
	}
	usual := UsualWeek(w.Before)
	switch total := w.OnTheJob + w.Instruction; {
	case usual == 0:
		odd = append(odd, Oddity{Kind: NothingUsual})
	case total*100 > usual*mostUsual:
		odd = append(odd, Oddity{Kind: MoreThanUsual, Minutes: total - usual})
	case total*100 < usual*leastUsual:
		odd = append(odd, Oddity{Kind: LessThanUsual, Minutes: usual - total})
	}
	return odd
}
