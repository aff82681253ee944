package demo

import (
	"cmp"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
)

func (l *learner) milestone(at time.Time, by domain.Actor, req domain.RequirementID, commands func(domain.Request) []events.Command[milestone.State, milestone.Event]) {
	then(l.s, at, by, milestone.Stream(l.id, req), milestone.Evolve, commands)
}

// starts begins a milestone.
func (l *learner) starts(req domain.RequirementID, week int) *learner {
	r, _, _ := l.path.Requirement(req)
	l.milestone(l.s.day(week, 0, 10), l.self(), req, func(q domain.Request) []events.Command[milestone.State, milestone.Event] {
		return []events.Command[milestone.State, milestone.Event]{milestone.Start{Request: q, Open: true, Started: milestone.Begin(l.id, l.person, r)}}
	})
	return l
}

var shownAs = map[pathway.Kind]milestone.Kind{pathway.Work: milestone.Work, pathway.Lab: milestone.Lab, pathway.Certificate: milestone.Certificate}

// shows begins a milestone and sends evidence two weeks later; it waits for the mentor.
func (l *learner) shows(req domain.RequirementID, week int, note string) *learner {
	l.starts(req, week-2)
	r, _, _ := l.path.Requirement(req)
	sent := milestone.EvidenceSubmitted{Kind: cmp.Or(shownAs[r.Kind], milestone.Work), Note: l.s.seal(l.person, note), Assessor: l.mentor}
	if milestone.Begin(l.id, l.person, r).Product {
		sent.Product = sent.Note
	}
	l.milestone(l.s.day(week, 2, 16), l.self(), req, func(q domain.Request) []events.Command[milestone.State, milestone.Event] {
		return []events.Command[milestone.State, milestone.Event]{milestone.SubmitEvidence{Request: q, EvidenceSubmitted: sent}}
	})
	return l
}

// attains shows evidence that the mentor rates on the day after.
func (l *learner) attains(req domain.RequirementID, week, rating int, note string) *learner {
	l.shows(req, week, note)
	return l.rated(req, week, rating, "")
}

// certified is attains for a certificate that is good until some days from this Monday.
func (l *learner) certified(req domain.RequirementID, week, rating, days int, note string) *learner {
	l.shows(req, week, note)
	return l.judged(req, week, rating, "", l.s.monday.AddDays(days))
}

// rated has the mentor rate what was shown in a week.
func (l *learner) rated(req domain.RequirementID, week, rating int, feedback string) *learner {
	return l.judged(req, week, rating, feedback, domain.Date{})
}

func (l *learner) judged(req domain.RequirementID, week, rating int, feedback string, until domain.Date) *learner {
	stream := milestone.Stream(l.id, req)
	sealed := l.s.seal(l.person, feedback)
	l.milestone(l.s.day(week, 3, 15), l.coach(), req, func(q domain.Request) []events.Command[milestone.State, milestone.Event] {
		return []events.Command[milestone.State, milestone.Event]{milestone.Assess{Request: q, Stream: stream, Rating: rating, Feedback: sealed, ValidUntil: until}}
	})
	return l
}
