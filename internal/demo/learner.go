package demo

import (
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
)

// A learner is an apprenticeship whose story is being written down. Weeks count from the
// current one, 0, backwards.
type learner struct {
	s          *script
	in         programme
	id         domain.ApprenticeshipID
	person     domain.PersonID
	path       pathway.Pathway
	supervisor domain.PersonID
	mentor     domain.PersonID
	began      domain.Date
}

func (l *learner) self() domain.Actor {
	return domain.Actor{Person: l.person, Role: domain.Apprentice}
}
func (l *learner) boss() domain.Actor {
	return domain.Actor{Person: l.supervisor, Role: domain.Manager}
}
func (l *learner) coach() domain.Actor { return domain.Actor{Person: l.mentor, Role: domain.Mentor} }

// learner writes down a new colleague and their drafted apprenticeship, to begin on the
// Monday of a week.
func (s *script) learner(e employee, path domain.PathwayID, mentor domain.PersonID, week int) *learner {
	p, err := pathway.Find(path, 0)
	if err != nil && s.err == nil {
		s.err = err
		p.Stages = make([]pathway.Stage, 1)
	}
	e.capacity = domain.Apprentice
	if e.position == "" {
		e.position, e.title = p.Stages[0].Role.ID, p.Stages[0].Role.Title
	}
	hired := s.day(min(week-4, -4), 0, 9)
	s.join(hired, e)
	l := &learner{s: s, in: american, id: domain.ApprenticeshipID(e.id), person: e.id, path: p, supervisor: e.manager, mentor: mentor}
	start := s.monday.AddDays(7 * week)
	months := 0
	for _, stage := range p.Route() {
		months += stage.Months
	}
	then(s, hired.Add(time.Hour), coordinator, apprenticeship.Stream(l.id), apprenticeship.Evolve, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Draft{Request: r, Age: 24, Rules: american.rules, Supervisor: e.manager, Mentor: mentor,
			Plan: apprenticeship.Drafted{
				Person: e.id, Program: american.id, WageAtEntry: 2100, JourneyWage: 3800, Standard: p.Standard, StandardVersion: 1, Pathway: p.ID, PathwayVersion: p.Version,
				Role: p.Stages[0].Role.ID, Site: e.site, StartOn: start, ExpectedEndOn: start.AddMonths(months),
			}}}
	})
	l.placed(hired.Add(time.Hour), p.Standard, e.site, start)
	return l
}

func (l *learner) steer(at time.Time, by domain.Actor, commands func(domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event]) {
	then(l.s, at, by, apprenticeship.Stream(l.id), apprenticeship.Evolve, commands)
}

func (l *learner) signed(week int) *learner {
	sign := func(at time.Time, by domain.Actor, party apprenticeship.Party) {
		l.steer(at, by, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
			return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Sign{Request: r, Party: party}}
		})
	}
	sign(l.s.day(week, 1, 9), l.self(), apprenticeship.ByApprentice)
	sign(l.s.day(week, 1, 10), coordinator, apprenticeship.BySponsor)
	return l
}

func (l *learner) registered(week int, number string) *learner {
	l.steer(l.s.day(week, 3, 11), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Register{Request: r, Agency: l.in.agency, Number: number}}
	})
	return l
}

// begins signs and registers before a week, and begins on its Monday.
func (l *learner) begins(week int, number string) *learner {
	l.signed(week-2).registered(week-2, number)
	l.began = l.s.monday.AddDays(7 * week)
	l.steer(l.s.day(week, 0, 8), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Begin{Request: r, First: domain.DateOf(r.At)}}
	})
	l.told(l.s.day(week, 0, 8), "began")
	return l
}

// underway begins in a week and, after twelve, passes probation.
func (l *learner) underway(week int, number string) *learner {
	l.begins(week, number)
	l.paid(week, firstWage[l.path.ID])
	l.steer(l.s.day(week+12, 0, 8), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.CompleteProbation{Request: r}}
	})
	l.told(l.s.day(week+12, 0, 8), "probation-completed")
	return l
}

// completes asks for completion and has it certified in the week after.
func (l *learner) completes(week int, certificate string) *learner {
	l.steer(l.s.day(week, 1, 9), l.coach(), func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.RequestCompletion{Request: r}}
	})
	l.told(l.s.day(week, 1, 9), "completion-requested")
	if certificate != "" {
		l.steer(l.s.day(week+1, 1, 9), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
			return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Certify{Request: r, Agency: l.in.agency, Certificate: certificate}}
		})
		l.told(l.s.day(week+1, 1, 9), "completed")
	}
	return l
}
