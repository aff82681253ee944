package demo

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// privacy writes down what institutions were told about learners, and a record that one of
// them holds to be wrong.
func (s *script) privacy() {
	officer := domain.Actor{Person: veraLindgren, Role: domain.PrivacyOfficer}
	college := domain.Actor{Partner: lakeshore, Role: domain.Partner}
	credits := []domain.Scope{domain.CreditRecords}
	const question = "9f2c1a5e7d3b48f60c1e2d3a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"
	told := s.day(-3, 1, 6)
	then(s, told, college, disclosure.Stream(lakeshore, domain.DateOf(told)), disclosure.Evolve, func(r domain.Request) []events.Command[disclosure.State, disclosure.Event] {
		return []events.Command[disclosure.State, disclosure.Event]{
			disclosure.Disclose{Request: r, Partner: lakeshore, Persons: []domain.PersonID{chidiEze, mayaOkafor, omarSiddiqui}, Fields: credits, Basis: disclosure.Consent,
				Interest: "Award of credit", QueryHash: question, Agreement: domain.AgreementID(lakeshore + "-2025"), Granted: map[domain.PersonID][]domain.Scope{chidiEze: credits, mayaOkafor: credits, omarSiddiqui: credits}},
			disclosure.Turn{Request: r, Partner: lakeshore, Fields: []domain.Scope{domain.TransitionRecords}, Interest: "Award of credit", QueryHash: question[1:], Code: "NOT_SHARED"},
		}
	})
	audit := s.day(-2, 3, 14)
	then(s, audit, officer, disclosure.Stream(harbor, domain.DateOf(audit)), disclosure.Evolve, func(r domain.Request) []events.Command[disclosure.State, disclosure.Event] {
		return []events.Command[disclosure.State, disclosure.Event]{disclosure.Disclose{Request: r, Partner: harbor, Persons: []domain.PersonID{graceMbeki}, Fields: credits,
			Basis: disclosure.Accreditor, Interest: "Accreditation visit, sample of awarded credit"}}
	})
	s.join(s.day(-4, 1, 9), employee{id: rheaNovak, name: "Rhea Novak", capacity: domain.Registrar, title: "Registrar", position: "registrar"})
	then(s, s.day(-4, 1, 10), coordinator, partner.Stream(lakeshore), partner.Evolve, func(r domain.Request) []events.Command[partner.State, partner.Event] {
		return []events.Command[partner.State, partner.Event]{partner.NameDelegate{Request: r, Person: rheaNovak}}
	})
	s.about(graceLindholm, s.day(-1, 2, 9), domain.Actor{Person: ruthAdeyemi, Role: domain.HR}, "", func(r domain.Request, _ domain.Sealed) events.Command[person.State, person.Event] {
		return person.AskErasure{Request: r, Person: graceLindholm, Reason: person.Asked, Reference: "DSR-2026/14"}
	})
	request := amendment.Stream(omarSiddiqui, "october-lab")
	record := domain.Stream("milestone-" + string(omarSiddiqui) + ".hd-imaging-lab")
	wrong := s.seal(omarSiddiqui, "The lab was signed off in the week before; the date on record is that of the entry.")
	then(s, s.day(-2, 0, 10), domain.Actor{Person: omarSiddiqui, Role: domain.Apprentice}, request, amendment.Evolve, func(r domain.Request) []events.Command[amendment.State, amendment.Event] {
		return []events.Command[amendment.State, amendment.Event]{amendment.Ask{Request: r, Person: omarSiddiqui, Record: record, Text: wrong}}
	})
	s.hearing()
}

// hearing is what Grace asks for, whose request was refused.
func (s *script) hearing() {
	type command = events.Command[amendment.State, amendment.Event]
	grace, officer := domain.Actor{Person: graceMbeki, Role: domain.Apprentice}, domain.Actor{Person: veraLindgren, Role: domain.PrivacyOfficer}
	request, record := amendment.Stream(graceMbeki, "shadowing"), domain.Stream("person-"+string(graceMbeki))
	wrong := s.seal(graceMbeki, "I have worked on the surgical ward since March; the record says since May.")
	no := s.seal(graceMbeki, "The roster of the ward has you from May on. You can ask for a hearing.")
	do(s, s.day(-4, 1, 9), grace, request, amendment.Evolve, func(r domain.Request) command {
		return amendment.Ask{Request: r, Person: graceMbeki, Record: record, Text: wrong}
	})
	do(s, s.day(-3, 2, 15), officer, request, amendment.Evolve, func(r domain.Request) command { return amendment.Answer{Request: r, Reason: no} })
	do(s, s.day(-1, 3, 12), grace, request, amendment.Evolve, func(r domain.Request) command { return amendment.AskHearing{Request: r} })
}
