package demo

import (
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
)

// awarded has a college award credit for a course, which meets a requirement.
func (l *learner) awarded(req domain.RequirementID, week int, by domain.PartnerID, course, title string, grade rules.Grade) *learner {
	agreed := domain.AgreementID(by + "-2025")
	rule := rules.Articulation{Rule: ruleOf(agreed, course), Course: course, Title: title, Requirement: req, Credit: semester(3), MinGrade: "C", From: domain.DateOf(l.s.day(founding, 0, 8))}
	stream := credit.Stream(l.id, rule.Rule)
	at := l.s.day(week, 2, 12)
	then(l.s, at, domain.Actor{Partner: by, Role: domain.Partner}, stream, credit.Evolve, func(r domain.Request) []events.Command[credit.State, credit.Event] {
		return []events.Command[credit.State, credit.Event]{credit.Award{Request: r, Awarded: credit.Awarded{
			Subject: credit.Subject{Apprenticeship: l.id, Person: l.person, Partner: by, Agreement: agreed, Articulation: rule},
			Award:   rule.Credit, Grade: grade, Term: term(domain.DateOf(at)), ExternalRef: string(l.person) + "/" + course,
		}}}
	})
	l.milestone(at.Add(time.Minute), domain.Actor{Policy: "credit-meets-requirement", Role: domain.System}, req, func(q domain.Request) []events.Command[milestone.State, milestone.Event] {
		return []events.Command[milestone.State, milestone.Event]{milestone.AttainByCredit{Request: q, Credit: stream, Started: milestone.Started{
			Apprenticeship: l.id, Person: l.person, Requirement: req, PassLevel: 1, ByCredit: true}}}
	})
	return l
}

// posted has the college put the credit of a course on its transcript two weeks after it
// was awarded, and a coordinator count some of it as related instruction.
func (l *learner) posted(week int, by domain.PartnerID, course, entry string, instruction string, hours int) *learner {
	stream := credit.Stream(l.id, ruleOf(domain.AgreementID(by+"-2025"), course))
	then(l.s, l.s.day(week+2, 2, 12), domain.Actor{Partner: by, Role: domain.Partner}, stream, credit.Evolve, func(r domain.Request) []events.Command[credit.State, credit.Event] {
		return []events.Command[credit.State, credit.Event]{credit.Post{Judgement: credit.Judgement{Request: r}, TranscriptRef: entry}}
	})
	then(l.s, l.s.day(week+2, 3, 9), coordinator, stream, credit.Evolve, func(r domain.Request) []events.Command[credit.State, credit.Event] {
		return []events.Command[credit.State, credit.Event]{credit.Apply{Request: r, Applied: credit.Applied{Target: credit.Target{Course: instruction}, Minutes: domain.Hours(hours)}}}
	})
	return l
}

func term(d domain.Date) string {
	switch m := d.Format("1"); m {
	case "1", "2", "3", "4", "5":
		return "Spring " + d.Format("2006")
	case "6", "7", "8":
		return "Summer " + d.Format("2006")
	}
	return "Fall " + d.Format("2006")
}

// consents lets a college see records of the learner.
func (l *learner) consents(week int, to domain.PartnerID, records ...domain.Scope) *learner {
	purpose := l.s.seal(l.person, "Enrolment, and credit for courses on my pathway")
	then(l.s, l.s.day(week, 1, 12), l.self(), consent.Stream(l.person, to), consent.Evolve, func(r domain.Request) []events.Command[consent.State, consent.Event] {
		return []events.Command[consent.State, consent.Event]{consent.Give{Request: r, Given: consent.Given{Person: l.person, Party: to, Records: records,
			Purpose: purpose, AuthMethod: "session"}}}
	})
	return l
}

// revokes takes a consent back.
func (l *learner) revokes(week int, from domain.PartnerID) *learner {
	then(l.s, l.s.day(week, 1, 13), l.self(), consent.Stream(l.person, from), consent.Evolve, func(r domain.Request) []events.Command[consent.State, consent.Event] {
		return []events.Command[consent.State, consent.Event]{consent.Revoke{Request: r}}
	})
	return l
}
