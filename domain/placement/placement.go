package placement

import (
	"cmp"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the placements at a site of a programme are kept. Who has no site is at
// the programme's own.
func Stream(p domain.ProgramID, s domain.SiteID) domain.Stream {
	return domain.Stream("placement-" + string(p) + "." + string(cmp.Or(s, domain.SiteID(p))))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ProgramID, domain.SiteID, error) {
	p, site, err := s.Pair("placement")
	return domain.ProgramID(p), domain.SiteID(site), err
}

// A Spell is the time one apprentice learns under one journeyworker.
type Spell struct {
	Apprenticeship domain.ApprenticeshipID
	Under          domain.PersonID
	From, To       domain.Date // To is the last day; zero is open
}

func (s Spell) on(day domain.Date) bool {
	return !day.Before(s.From) && (s.To.IsZero() || !day.After(s.To))
}

// A Site is who learns under whom, and when, and who teaches there since when. Who has
// taught at a site stays there after the apprentice has gone, until it is said otherwise.
type Site struct {
	Spells   []Spell
	Teaching []Teacher
}

// A Teacher is a journeyworker at a site.
type Teacher struct {
	Person   domain.PersonID
	From, To domain.Date // To is the last day; zero is open
}

// Placed is s with an apprentice under somebody from a day on, in place of whom they learned
// under then.
func (s Site) Placed(e Placed) Site {
	next := Spell{e.Apprenticeship, e.Under, e.From, domain.Date{}}
	s.Spells = slices.DeleteFunc(slices.Clone(s.Spells), func(o Spell) bool { return o.Apprenticeship == e.Apprenticeship && o.From == e.From })
	for i, o := range s.Spells {
		switch {
		case o.Apprenticeship != e.Apprenticeship:
		case o.on(e.From):
			s.Spells[i].To = e.From.AddDays(-1)
		case o.From.After(e.From) && (next.To.IsZero() || !o.From.After(next.To)):
			next.To = o.From.AddDays(-1)
		}
	}
	s.Spells = append(s.Spells, next)
	s.Teaching = slices.Clone(s.Teaching)
	at := slices.IndexFunc(s.Teaching, func(t Teacher) bool { return t.Person == e.Under })
	switch {
	case at < 0:
		s.Teaching = append(s.Teaching, Teacher{Person: e.Under, From: e.From})
	case e.From.Before(s.Teaching[at].From):
		s.Teaching[at].From = e.From
	case !s.Teaching[at].To.IsZero() && e.From.After(s.Teaching[at].To):
		s.Teaching[at] = Teacher{Person: e.Under, From: e.From}
	}
	return s
}

// Left is s without an apprentice after a day.
func (s Site) Left(id domain.ApprenticeshipID, on domain.Date) Site {
	s.Spells = slices.DeleteFunc(slices.Clone(s.Spells), func(o Spell) bool { return o.Apprenticeship == id && o.From.After(on) })
	for i, o := range s.Spells {
		if o.Apprenticeship == id && (o.To.IsZero() || o.To.After(on)) {
			s.Spells[i].To = on
		}
	}
	return s
}

// Unplaced is s as if an apprentice had not been placed from a day on.
func (s Site) Unplaced(e Unplaced) Site {
	at := slices.IndexFunc(s.Spells, func(o Spell) bool { return o.Apprenticeship == e.Apprenticeship && o.From == e.From })
	if at < 0 {
		return s
	}
	gone := s.Spells[at]
	s.Spells = slices.Delete(slices.Clone(s.Spells), at, at+1)
	for i, o := range s.Spells {
		if o.Apprenticeship == e.Apprenticeship && !o.To.IsZero() && o.To.AddDays(1) == gone.From {
			s.Spells[i].To = gone.To
		}
	}
	if !slices.ContainsFunc(s.Spells, func(o Spell) bool { return o.Under == gone.Under }) {
		s.Teaching = slices.DeleteFunc(slices.Clone(s.Teaching), func(t Teacher) bool { return t.Person == gone.Under })
	}
	return s
}

// Gone is s without a journeyworker after a day.
func (s Site) Gone(who domain.PersonID, on domain.Date) Site {
	s.Teaching = slices.Clone(s.Teaching)
	for i, t := range s.Teaching {
		if t.Person == who {
			s.Teaching[i].To = on
		}
	}
	return s
}

// Count is how many apprentices learn on a day, and how many journeyworkers are there.
func (s Site) Count(day domain.Date) (apprentices, journeyworkers int) {
	var learning []domain.ApprenticeshipID
	for _, o := range s.Spells {
		if o.on(day) && !slices.Contains(learning, o.Apprenticeship) {
			learning = append(learning, o.Apprenticeship)
		}
	}
	for _, t := range s.Teaching {
		if (Spell{From: t.From, To: t.To}).on(day) {
			journeyworkers++
		}
	}
	return len(learning), journeyworkers
}

// Under is whom an apprentice learns under on a day, or nobody.
func (s Site) Under(id domain.ApprenticeshipID, day domain.Date) domain.PersonID {
	for _, o := range s.Spells {
		if o.Apprenticeship == id && o.on(day) {
			return o.Under
		}
	}
	return ""
}

// State is what deciding needs to know, and no more.
type State struct{ Site }

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Placed:
		s.Site = s.Site.Placed(e)
	case Left:
		s.Site = s.Site.Left(e.Apprenticeship, e.On)
	case Unplaced:
		s.Site = s.Site.Unplaced(e)
	case Gone:
		s.Site = s.Site.Gone(e.Journeyworker, e.On)
	}
	return s
}
