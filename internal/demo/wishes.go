package demo

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

const (
	cloudFoundations domain.CohortID = "cloud-foundations"
	dataLiteracy     domain.CohortID = "data-literacy"
)

// wishes writes down what waits for Maya beside her pathway, and a nurse who has none.
func (s *script) wishes() {
	s.join(s.day(-30, 0, 9), employee{id: rosaDelgado, name: "Rosa Delgado", capacity: domain.Apprentice, position: "registered-nurse", title: "Registered nurse", manager: joanMercer, site: cedarValley})
	maya := domain.Actor{Person: mayaOkafor, Role: domain.Apprentice}

	s.cohort(cloudFoundations, -4, cohort.Planned{Title: "Cloud foundations", Topic: "cloud", Site: riverside, Delivery: "remote", From: s.monday.AddDays(7 * 6), To: s.monday.AddDays(7 * 18), Seats: 8})
	s.cohort(dataLiteracy, -2, cohort.Planned{Title: "Data literacy for the wards", Topic: "data", Site: cedarValley, Delivery: "low-bandwidth", From: s.monday.AddDays(7 * 9), To: s.monday.AddDays(7 * 15), Seats: 12})
	cloud := cohort.Stream(cloudFoundations)
	do(s, s.day(-3, 1, 12), maya, cloud, cohort.Evolve, func(r domain.Request) events.Command[cohort.State, cohort.Event] {
		return cohort.Apply{Request: r, Person: mayaOkafor}
	})
	do(s, s.day(-1, 1, 10), coordinator, cloud, cohort.Evolve, func(r domain.Request) events.Command[cohort.State, cohort.Event] {
		return cohort.Offer{Request: r, Person: mayaOkafor, Until: s.monday.AddDays(11)}
	})
	toCloud := person.Aim{Pathway: "administrator-to-cloud-integration"}
	s.about(mayaOkafor, s.day(-3, 1, 12), maya, "I like to automate what I do twice.", func(r domain.Request, note domain.Sealed) events.Command[person.State, person.Event] {
		return person.ExpressInterest{Request: r, Person: mayaOkafor, Interest: person.InterestExpressed{Aim: toCloud, Note: note}}
	})
	s.about(rosaDelgado, s.day(-1, 2, 15), domain.Actor{Person: graceMbeki, Role: domain.Apprentice}, "Rosa explains the flow sheet better than the manual does.", func(r domain.Request, note domain.Sealed) events.Command[person.State, person.Event] {
		return person.Refer{Request: r, Person: rosaDelgado, Aim: person.Aim{Pathway: toInformatics}, Note: note}
	})
	s.corrections()
	s.read(-2, 2, "b1", domain.PathwayRecords, domain.MilestoneRecords)
	s.read(-1, 3, "b2", domain.CreditRecords)
}

// cohort plans a cohort in a week and opens it.
func (s *script) cohort(id domain.CohortID, week int, p cohort.Planned) {
	then(s, s.day(week, 0, 10), coordinator, cohort.Stream(id), cohort.Evolve, func(r domain.Request) []events.Command[cohort.State, cohort.Event] {
		return []events.Command[cohort.State, cohort.Event]{cohort.Plan{Request: r, Planned: p}, cohort.Open{Request: r}}
	})
}

// corrections are what Maya asks to have put right: one was refused, one is being looked into.
func (s *script) corrections() {
	maya, officer := domain.Actor{Person: mayaOkafor, Role: domain.Apprentice}, domain.Actor{Person: veraLindgren, Role: domain.PrivacyOfficer}
	type command = events.Command[amendment.State, amendment.Event]
	record := func(req string) domain.Stream { return domain.Stream("milestone-" + string(mayaOkafor) + "." + req) }
	drill, build := amendment.Stream(mayaOkafor, "downtime-drill"), amendment.Stream(mayaOkafor, "imaging-lab")
	rating := s.seal(mayaOkafor, "The rating should be 4: I led the drill on both floors.")
	no := s.seal(mayaOkafor, "The mentor who was there rated 3 and stands by it. You can leave a statement that stays beside it.")
	date := s.seal(mayaOkafor, "I handed the workstation over two days before the date on record.")
	do(s, s.day(-4, 1, 9), maya, drill, amendment.Evolve, func(r domain.Request) command {
		return amendment.Ask{Request: r, Person: mayaOkafor, Record: record("hd-downtime-drill"), Text: rating}
	})
	do(s, s.day(-3, 3, 15), officer, drill, amendment.Evolve, func(r domain.Request) command { return amendment.Answer{Request: r, Reason: no} })
	do(s, s.day(-1, 0, 12), maya, build, amendment.Evolve, func(r domain.Request) command {
		return amendment.Ask{Request: r, Person: mayaOkafor, Record: record("hd-imaging-lab"), Text: date}
	})
}

// read lets the college of Maya read records to which she consented.
func (s *script) read(week, weekday int, question string, fields ...domain.Scope) {
	at := s.day(week, weekday, 6)
	do(s, at, domain.Actor{Partner: lakeshore, Role: domain.Partner}, disclosure.Stream(lakeshore, domain.DateOf(at)), disclosure.Evolve, func(r domain.Request) events.Command[disclosure.State, disclosure.Event] {
		return disclosure.Disclose{Request: r, Partner: lakeshore, Persons: []domain.PersonID{mayaOkafor}, Fields: fields, Basis: disclosure.Consent,
			Interest: "Award of credit", QueryHash: question, Agreement: domain.AgreementID(lakeshore + "-2025"), Granted: map[domain.PersonID][]domain.Scope{mayaOkafor: fields}}
	})
}
