package demo

import (
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/events"
)

// The colleagues who learn something without an apprenticeship, by site: enough of them that
// outcomes are of groups that may be shown.
var wards = []struct {
	site   domain.SiteID
	people int
}{{riverside, 18}, {northgate, 16}, {cedarValley, 16}}

var (
	firstNames = []string{"Amara", "Bogdan", "Carmen", "Devon", "Elif", "Faith", "Gabriel", "Hana", "Isaac", "Jana", "Kofi", "Leila", "Mateo", "Nadia", "Oskar", "Paula", "Quentin", "Rosa", "Samir", "Tess", "Uma", "Viktor", "Wanda", "Xenia", "Yusuf"}
	lastNames  = []string{"Abbott", "Baptiste", "Castro", "Dvořák", "Ellis", "Fontaine", "Green", "Hughes", "Ibarra", "Jensen", "Kaplan", "Lopez", "Moreno", "Nguyen", "Osei", "Peña", "Quiroga", "Rossi", "Schmidt", "Tanaka", "Usman", "Vargas", "Weber"}
)

// workforce writes down colleagues who told an interest, and most of whom learn something since.
func (s *script) workforce() {
	n := 0
	for _, ward := range wards {
		var members []domain.PersonID
		for i := range ward.people {
			id := domain.PersonID(fmt.Sprintf("e-3%03d", n))
			s.join(s.day(-40, i%5, 9), employee{id: id, name: firstNames[n%len(firstNames)] + " " + lastNames[(7*n)%len(lastNames)], capacity: domain.Apprentice, title: "Care coordinator", position: "care-coordinator", site: ward.site})
			s.about(id, s.day(-30, i%5, 10), domain.Actor{Person: id, Role: domain.Apprentice}, "", func(r domain.Request, _ domain.Sealed) events.Command[person.State, person.Event] {
				return person.ExpressInterest{Request: r, Person: id, Interest: person.InterestExpressed{Aim: person.Aim{Pathway: toInformatics}}}
			})
			s.identifies(id, selfid.Answers{"sex": {[]string{"female", "female", "male"}[n%3]}, "veteran": {[]string{"veteran", "not-a-veteran", "not-a-veteran", selfid.Undisclosed}[n%4]}, "disability": {[]string{"no-disability", "no-disability", "disability", selfid.Undisclosed}[n%4]}})
			if i%4 < 3 {
				members = append(members, id)
			}
			if i == 1 || i == 3 {
				do(s, s.day(-6, i, 16), hr, person.Stream(id), person.Evolve, func(r domain.Request) events.Command[person.State, person.Event] {
					return person.Leave{Request: r, Person: id, Left: person.Left{On: domain.DateOf(r.At).AddDays(-1), Reason: person.Resigned}}
				})
			}
			n++
		}
		do(s, s.day(-20, 2, 15), coordinator, activity.Stream(domain.ActivityID("privacy-day-"+ward.site)), activity.Evolve, func(r domain.Request) events.Command[activity.State, activity.Event] {
			return activity.Record{Request: r, Members: members, Result: activity.Result{Minutes: 180, Score: 8, Of: 10},
				Subject: activity.Subject{Title: "Privacy and security on the wards", Format: "workshop", Topic: "hipaa", Delivery: activity.OnSite, TimeBasis: activity.WorkTime, Site: ward.site}}
		})
	}
}
