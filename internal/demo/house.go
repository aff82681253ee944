package demo

import (
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
)

const (
	lakeshore     domain.PartnerID = "lakeshore"
	harbor        domain.PartnerID = "harbor-state"
	lakeshoreName                  = "Lakeshore Community College"
	harborName                     = "Harbor State College"

	riverside   domain.SiteID = "riverside"    // the main campus
	northgate   domain.SiteID = "northgate"    // outpatient clinics
	cedarValley domain.SiteID = "cedar-valley" // rural
)

var (
	operator    = domain.Actor{Policy: "operator", Role: domain.System}
	coordinator = domain.Actor{Person: lenaFischer, Role: domain.Coordinator}
)

// house writes down the hospital before its apprentices: standards, people, colleges.
func (s *script) house() error {
	definitions, err := standard.Catalogue()
	if err != nil {
		return err
	}
	founded := s.day(founding, 0, 8)
	for _, d := range definitions {
		then(s, founded, operator, standard.Stream(d.ID), standard.Evolve, func(r domain.Request) []events.Command[standard.State, standard.Event] {
			return []events.Command[standard.State, standard.Event]{standard.Publish{Request: r, Definition: d}}
		})
	}
	s.programme(founded.Add(time.Hour), american, riverside, northgate, cedarValley)
	for _, p := range staff {
		s.join(founded, p)
	}
	s.college(founded, lakeshore, lakeshoreName, []rules.Articulation{
		{Course: "CYB 110", Title: "Network Defence", Requirement: "hd-network-defence", Credit: semester(3), MinGrade: "C"},
		{Course: "CYB 215", Title: "Secure Systems Administration", Requirement: "sa-secure-administration", Credit: semester(3), MinGrade: "C"},
		{Course: "CYB 240", Title: "Incident Response", Requirement: "an-incident-response", Credit: semester(3), MinGrade: "C"},
	})
	s.college(founded, harbor, harborName, []rules.Articulation{
		{Course: "HIM 201", Title: "Introduction to Health Informatics", Requirement: "rn-health-informatics", Credit: semester(3), MinGrade: "C"},
		{Course: "HIM 320", Title: "Clinical Data Management", Requirement: "ca-clinical-data", Credit: semester(3), MinGrade: "B-"},
		{Course: "IS 230", Title: "Securing Enterprise Systems", Requirement: "sa-secure-administration", Credit: semester(3), MinGrade: "C"},
	})
	return nil
}

func semester(units int) domain.Credit {
	return domain.Credit{Hundredths: 100 * units, Unit: domain.Semester}
}

// An employee is somebody who works at the hospital.
type employee struct {
	id       domain.PersonID
	name     string
	capacity domain.Role
	title    string
	position domain.RoleID
	leads    []domain.RoleID
	manager  domain.PersonID
	site     domain.SiteID
}

var staff = []employee{
	{id: lenaFischer, name: "Lena Fischer", capacity: domain.Coordinator, title: "Programme coordinator", position: "coordinator", site: riverside},
	{id: ruthAdeyemi, name: "Ruth Adeyemi", capacity: domain.HR, title: "Human resources partner", position: "hr-partner", site: riverside},
	{id: samuelBrandt, name: "Samuel Brandt", capacity: domain.Auditor, title: "Internal auditor", position: "auditor", site: riverside},
	{id: inesMoreau, name: "Ines Moreau", capacity: domain.Security, title: "Information security officer", position: "security-officer", site: riverside},
	{id: veraLindgren, name: "Vera Lindgren", capacity: domain.PrivacyOfficer, title: "Privacy officer", position: "privacy-officer", site: riverside},
	{id: evaNakamura, name: "Eva Nakamura", capacity: domain.EEOOfficer, title: "Equal opportunity officer", position: "eeo-officer", site: riverside},
	{id: robertHale, name: "Robert Hale", capacity: domain.Executive, title: "Chief operating officer", position: "chief-operating-officer", site: riverside},
	{id: danaWhitfield, name: "Dana Whitfield", capacity: domain.Manager, title: "Manager, IT service desk", position: "service-desk-manager", leads: []domain.RoleID{"help-desk-analyst"}, site: riverside},
	{id: owenCastellano, name: "Owen Castellano", capacity: domain.Manager, title: "Manager, infrastructure and security", position: "infrastructure-manager", leads: []domain.RoleID{"systems-administrator", "security-analyst"}, site: riverside},
	{id: joanMercer, name: "Joan Mercer", capacity: domain.Manager, title: "Nurse manager, Cedar Valley", position: "nurse-manager", leads: []domain.RoleID{"registered-nurse"}, site: cedarValley},
	{id: faridHaddad, name: "Farid Haddad", capacity: domain.Manager, title: "Manager, clinical informatics", position: "informatics-manager", leads: []domain.RoleID{"clinical-informatics-associate", "clinical-informatics-specialist"}, site: riverside},
	{id: priyaRaman, name: "Priya Raman", capacity: domain.Mentor, title: "Senior security analyst", position: "security-analyst", manager: owenCastellano, site: riverside},
	{id: graceLindholm, name: "Grace Lindholm", capacity: domain.Mentor, title: "Clinical informatics specialist", position: "clinical-informatics-specialist", manager: faridHaddad, site: northgate},
}

func (s *script) join(at time.Time, e employee) {
	name := s.seal(e.id, e.name)
	then(s, at, operator, person.Stream(e.id), person.Evolve, func(r domain.Request) []events.Command[person.State, person.Event] {
		return []events.Command[person.State, person.Event]{person.Join{Request: r, Joined: person.Joined{
			Name: name, Capacity: e.capacity, Position: e.position, Title: e.title, Leads: e.leads, Manager: e.manager, Site: e.site,
		}}}
	})
}

// college onboards an institution and puts an agreement with it into force.
func (s *script) college(at time.Time, id domain.PartnerID, name string, articulations []rules.Articulation) {
	then(s, at, operator, partner.Stream(id), partner.Evolve, func(r domain.Request) []events.Command[partner.State, partner.Event] {
		return []events.Command[partner.State, partner.Event]{partner.Onboard{Request: r, Onboarded: partner.Onboarded{Name: name}}}
	})
	agreed := domain.AgreementID(id + "-2025")
	from := domain.DateOf(at)
	stream := agreement.Stream(agreed)
	signed := func(by domain.Actor, at time.Time) {
		then(s, at, by, stream, agreement.Evolve, func(r domain.Request) []events.Command[agreement.State, agreement.Event] {
			return []events.Command[agreement.State, agreement.Event]{agreement.Sign{Request: r}}
		})
	}
	then(s, at.Add(time.Hour), coordinator, stream, agreement.Evolve, func(r domain.Request) []events.Command[agreement.State, agreement.Event] {
		return []events.Command[agreement.State, agreement.Event]{agreement.Draft{Request: r, Drafted: agreement.Drafted{Partner: id,
			Scopes: []domain.Scope{domain.CreditRecords, domain.MilestoneRecords, domain.PathwayRecords, domain.TransitionRecords}}}}
	})
	signed(coordinator, at.Add(2*time.Hour))
	signed(domain.Actor{Partner: id, Role: domain.Partner}, at.Add(3*time.Hour))
	then(s, at.Add(4*time.Hour), coordinator, stream, agreement.Evolve, func(r domain.Request) []events.Command[agreement.State, agreement.Event] {
		cs := []events.Command[agreement.State, agreement.Event]{agreement.Activate{Request: r, Activated: agreement.Activated{From: from, To: from.AddMonths(48)}}}
		for _, a := range articulations {
			a.Rule, a.From = ruleOf(agreed, a.Course), from
			cs = append(cs, agreement.AddRule{Request: r, Articulation: a})
		}
		return cs
	})
}

// ruleOf names the rule of an agreement for a course: "CYB 110" becomes "…-cyb-110".
func ruleOf(id domain.AgreementID, course string) domain.RuleID {
	slug := []byte(string(id) + "-")
	for _, c := range []byte(course) {
		switch {
		case c >= 'A' && c <= 'Z':
			slug = append(slug, c-'A'+'a')
		case c == ' ':
			slug = append(slug, '-')
		default:
			slug = append(slug, c)
		}
	}
	return domain.RuleID(slug)
}
