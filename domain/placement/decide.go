package placement

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// Place lets an apprentice learn under a journeyworker from a day on, if there are enough of
// them then and on every later day on which somebody is placed. What a policy records has
// happened already, and is not refused.
type Place struct {
	domain.Request
	Apprenticeship domain.ApprenticeshipID
	Under          domain.PersonID
	From           domain.Date
	Ratio          rules.Ratio
}

func (c Place) Decide(s State) ([]Event, error) {
	if s.Under(c.Apprenticeship, c.From) == c.Under {
		return nil, nil
	}
	e := Placed{Apprenticeship: c.Apprenticeship, Under: c.Under, From: c.From}
	if c.By.Role != domain.System {
		if err := enough(s.Site.Placed(e), c.From, c.Ratio); err != nil {
			return nil, err
		}
	}
	return []Event{e}, nil
}

// enough refuses a site on which journeyworkers are missing on a day or on a later one on
// which somebody is placed.
func enough(s Site, from domain.Date, r rules.Ratio) error {
	for _, day := range append([]domain.Date{from}, starts(s)...) {
		if day.Before(from) {
			continue
		}
		if learning, teaching := s.Count(day); !r.Allows(learning, teaching) {
			return domain.Refuse(domain.Conflict, "RATIO_EXCEEDED", "On %s %d apprentices would learn under %d journeyworkers at this site; the standard allows %s (29 CFR 29.5(b)(7)). Name another mentor, or another site.",
				day, learning, teaching, r).About("mentorId")
		}
	}
	return nil
}

func starts(s Site) (days []domain.Date) {
	for _, o := range s.Spells {
		days = append(days, o.From)
	}
	return days
}

// Leave ends an apprentice's time at the site.
type Leave struct {
	domain.Request
	Apprenticeship domain.ApprenticeshipID
	Day            domain.Date // the last
}

func (c Leave) Decide(s State) ([]Event, error) {
	for _, o := range s.Spells {
		if o.Apprenticeship == c.Apprenticeship && (o.To.IsZero() || o.To.After(c.Day)) {
			return []Event{Left{Apprenticeship: c.Apprenticeship, On: c.Day}}, nil
		}
	}
	return nil, nil
}

// Unplace takes a placement back that did not come about.
type Unplace struct {
	domain.Request
	Apprenticeship domain.ApprenticeshipID
	From           domain.Date
}

func (c Unplace) Decide(s State) ([]Event, error) {
	for _, o := range s.Spells {
		if o.Apprenticeship == c.Apprenticeship && o.From == c.From {
			return []Event{Unplaced{Apprenticeship: c.Apprenticeship, From: c.From}}, nil
		}
	}
	return nil, nil
}

// Go ends a journeyworker's time at the site. It happens whether there are enough others or
// not: what is missing shows, and nobody is placed until it is there.
type Go struct {
	domain.Request
	Journeyworker domain.PersonID
	Day           domain.Date // the last
}

func (c Go) Decide(s State) ([]Event, error) {
	for _, t := range s.Teaching {
		if t.Person == c.Journeyworker && t.To != c.Day {
			return []Event{Gone{Journeyworker: c.Journeyworker, On: c.Day}}, nil
		}
	}
	return nil, nil
}
