package demo

import (
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/events"
)

// careers writes down what people wish for and offer beside their pathways, and which jobs
// there are to fill.
func (s *script) careers() {
	hr := domain.Actor{Person: ruthAdeyemi, Role: domain.HR}
	security, informatics := person.Aim{Pathway: toSecurity}, person.Aim{Pathway: toInformatics}

	s.opening(-10, "systems-administrator-riverside", "systems-administrator", "Systems administrator", riverside, "IT-3", 2)
	s.opening(-6, "security-analyst-riverside", "security-analyst", "Security analyst", riverside, "IT-4", 1)
	s.opening(-4, "clinical-informatics-cedar-valley", "clinical-informatics-associate", "Clinical informatics associate", cedarValley, "CI-2", 1)
	then(s, s.day(-9, 1, 10), hr, position.Stream("systems-administrator-riverside"), position.Evolve, func(r domain.Request) []events.Command[position.State, position.Event] {
		return []events.Command[position.State, position.Event]{position.Fill{Request: r, Filled: position.Filled{By: tomasReyes, On: domain.DateOf(r.At), Internal: true}}}
	})

	self := func(id domain.PersonID, as domain.Role) domain.Actor { return domain.Actor{Person: id, Role: as} }
	s.about(noorRahimi, s.day(-3, 2, 12), self(noorRahimi, domain.Apprentice), "Since the drill in spring I read every incident report.", func(r domain.Request, note domain.Sealed) events.Command[person.State, person.Event] {
		return person.ExpressInterest{Request: r, Person: noorRahimi, Interest: person.InterestExpressed{Aim: security, Note: note}}
	})
	s.about(hannahCole, s.day(-3, 3, 9), self(joanMercer, domain.Manager), "Hannah rebuilt our discharge checklist and taught the whole ward to use it.", func(r domain.Request, note domain.Sealed) events.Command[person.State, person.Event] {
		return person.Refer{Request: r, Person: hannahCole, Aim: informatics, Note: note}
	})
	s.about(peterNovak, s.day(-2, 3, 9), self(joanMercer, domain.Manager), "Peter asks why a field is there before he fills it in.", func(r domain.Request, note domain.Sealed) events.Command[person.State, person.Event] {
		return person.Refer{Request: r, Person: peterNovak, Aim: informatics, Note: note}
	})
	s.about(sofiaMarino, s.day(-4, 2, 16), self(sofiaMarino, domain.Apprentice), "For everybody who starts at the service desk.", func(r domain.Request, note domain.Sealed) events.Command[person.State, person.Event] {
		return person.OfferMentoring{Request: r, Person: sofiaMarino, Offer: person.MentorOffered{Kind: person.Peer, Note: note}}
	})
	s.about(tomasReyes, s.day(-1, 1, 14), self(priyaRaman, domain.Mentor), "Worth a look once the segmentation lab is behind you.", func(r domain.Request, note domain.Sealed) events.Command[person.State, person.Event] {
		return person.SuggestOpening{Request: r, Person: tomasReyes, Opening: "security-analyst-riverside", Note: note}
	})
	s.about(priyaRaman, s.day(-8, 1, 14), self(priyaRaman, domain.Mentor), "HIMSS", func(r domain.Request, note domain.Sealed) events.Command[person.State, person.Event] {
		return person.JoinAssociation{Request: r, Person: priyaRaman, Joined: person.MembershipJoined{Association: note, On: domain.DateOf(r.At)}}
	})
	s.about(faridHaddad, s.day(-1, 0, 8), self(faridHaddad, domain.Manager), "", func(r domain.Request, _ domain.Sealed) events.Command[person.State, person.Event] {
		return person.PlanAbsence{Request: r, Person: faridHaddad, Absent: person.AbsencePlanned{From: s.monday.AddDays(7), Until: s.monday.AddDays(18), Delegate: joanMercer}}
	})
}

// about writes down something about somebody, with a text that is sealed for them.
func (s *script) about(id domain.PersonID, at time.Time, by domain.Actor, text string, command func(domain.Request, domain.Sealed) events.Command[person.State, person.Event]) {
	note := s.seal(id, text)
	then(s, at, by, person.Stream(id), person.Evolve, func(r domain.Request) []events.Command[person.State, person.Event] {
		return []events.Command[person.State, person.Event]{command(r, note)}
	})
}

// opening opens places to fill.
func (s *script) opening(week int, id domain.PositionID, role domain.RoleID, title string, site domain.SiteID, grade string, places int) {
	then(s, s.day(week, 0, 9), domain.Actor{Person: ruthAdeyemi, Role: domain.HR}, position.Stream(id), position.Evolve, func(r domain.Request) []events.Command[position.State, position.Event] {
		return []events.Command[position.State, position.Event]{position.Open{Request: r, Opened: position.Opened{
			Role: role, Title: title, Site: site, PayGrade: grade, Headcount: places, From: domain.DateOf(r.At)}}}
	})
}
