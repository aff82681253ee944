package portal

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/explain"
)

// soonOver warns that something is met now and runs out soon; it is empty otherwise.
func (v *visit) soonOver(rec record, f pathway.Finding) string { return v.runsOut(rec, rec.until(f)) }

// runsOut says when something ends that is to be renewed by now.
func (v *visit) runsOut(rec record, last domain.Date) string {
	if last.IsZero() || last.Before(rec.today) || last.After(rec.today.AddDays(explain.RenewBefore)) {
		return ""
	}
	return v.say("Runs out on %s", v.day(wholeDay, last))
}

// until is the last day on which a requirement is met by what there is now; no day is for good.
// A group is met as long as enough of it is.
func (rec record) until(f pathway.Finding) domain.Date {
	if !f.Met {
		return domain.Date{}
	}
	if f.Requirement.Kind != pathway.Group {
		if f.Milestone.State != pathway.Attained {
			return domain.Date{}
		}
		return rec.milestones[f.Requirement.ID].ValidUntil
	}
	spare := pathway.CountMet(f.Of) - f.Requirement.Need() // may run out without harm
	var ends []domain.Date
	for _, o := range f.Of {
		if end := rec.until(o); !end.IsZero() {
			ends = append(ends, end)
		}
	}
	slices.SortFunc(ends, func(a, b domain.Date) int { return a.DaysSince(b) })
	if spare >= len(ends) {
		return domain.Date{}
	}
	return ends[spare]
}
