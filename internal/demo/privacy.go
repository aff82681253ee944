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
	shadowing := s.hearing(graceMbeki, "shadowing", domain.Stream("person-"+string(graceMbeki)), "I have worked on the surgical ward since March; the record says since May.",
		"The roster of the ward has you from May on. You can ask for a hearing.")
	s.hearing(tomasReyes, "patch-cycle", domain.Stream("milestone-"+string(tomasReyes)+".sa-patch-cycle"), "I led the patch cycle; the record says that I took part.",
		"Your mentor wrote what she saw. You can ask for a hearing.")
	place := s.seal(graceMbeki, "Room 114, administration building")
	do(s, s.day(-1, 4, 10), officer, shadowing, amendment.Evolve, func(r domain.Request) events.Command[amendment.State, amendment.Event] {
		return amendment.SetHearing{Request: r, Notice: amendment.HearingSet{Day: domain.DateOf(s.day(1, 2, 0)), Time: domain.Hours(10), Place: place}}
	})
}

// hearing is what somebody asks for whose request was refused.
func (s *script) hearing(who domain.PersonID, name string, record domain.Stream, wrong, no string) domain.Stream {
	type command = events.Command[amendment.State, amendment.Event]
	self, officer := domain.Actor{Person: who, Role: domain.Apprentice}, domain.Actor{Person: veraLindgren, Role: domain.PrivacyOfficer}
	request, text, reason := amendment.Stream(who, name), s.seal(who, wrong), s.seal(who, no)
	do(s, s.day(-4, 1, 9), self, request, amendment.Evolve, func(r domain.Request) command {
		return amendment.Ask{Request: r, Person: who, Record: record, Text: text}
	})
	do(s, s.day(-3, 2, 15), officer, request, amendment.Evolve, func(r domain.Request) command { return amendment.Answer{Request: r, Reason: reason} })
	do(s, s.day(-1, 3, 12), self, request, amendment.Evolve, func(r domain.Request) command { return amendment.AskHearing{Request: r} })
	return request
}
