package demo

import (
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
)

const (
	ashby        domain.SiteID    = "ashby" // in England
	ashbyCollege domain.PartnerID = "ashby-college"
	fenland      domain.PartnerID = "fenland-assessment"
)

// england writes down the apprentice of a site abroad, under other rules: Imogen has met everything,
// holds herself ready for the assessment at the end, and waits for her manager and a coordinator.
func (s *script) england() error {
	path, err := pathway.Find("it-support-upskilling", 0)
	if err != nil {
		return err
	}
	const week = -38
	start := s.monday.AddDays(7 * week)
	set, err := rules.On("uk-standards", start)
	if err != nil {
		return err
	}
	english := programme{"digital-support-england", "Digital support, England", "St. Alder Ashby Ltd", "Department for Education", "UKPRN-10009912", set}
	opened := s.day(week-8, 0, 9)
	s.programme(opened, english, ashby)
	for _, p := range []partner.Onboarded{{Name: "Ashby College"}, {Name: "Fenland Assessment", Kind: partner.Assessor}} {
		id := ashbyCollege
		if p.Kind == partner.Assessor {
			id = fenland
		}
		do(s, opened, operator, partner.Stream(id), partner.Evolve, func(r domain.Request) events.Command[partner.State, partner.Event] {
			return partner.Onboard{Request: r, Onboarded: p}
		})
	}
	role := path.Stages[0].Role
	hired := s.day(week-4, 0, 9)
	s.join(hired, employee{id: imogenClarke, name: "Imogen Clarke", capacity: domain.Apprentice, title: role.Title, position: role.ID, manager: danaWhitfield, site: ashby})
	imogen := &learner{s: s, in: english, id: domain.ApprenticeshipID(imogenClarke), person: imogenClarke, path: path, supervisor: danaWhitfield, mentor: priyaRaman}
	imogen.steer(hired.Add(time.Hour), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Draft{Request: r, Age: 22, Rules: set, Supervisor: danaWhitfield, Mentor: priyaRaman,
			Plan: apprenticeship.Drafted{Person: imogenClarke, Program: english.id, Standard: path.Standard, StandardVersion: 1, Pathway: path.ID, PathwayVersion: path.Version,
				Role: role.ID, Site: ashby, StartOn: start, ExpectedEndOn: start.AddMonths(10)}}}
	})
	imogen.placed(hired.Add(time.Hour), path.Standard, ashby, start)
	imogen.begins(week, "ULN-4410028").weeks(week, -1, plan{job: 6, process: "wp-01", side: "wp-02", class: 6, course: "ri-03"})
	imogen.attains("up-ai-literacy", -34, 3, "The course with its quiz.").attains("up-hipaa", -32, 4, "The module and its test.").
		attains("up-prompting", -26, 3, "Ten prompts for the service desk, each with what it may not be used for.").attains("up-zero-trust", -20, 3, "The diagram of who reaches the scanners.").
		attains("up-applied", -12, 3, "Drafts of answers for the ten most frequent tickets, checked by a colleague.").attains("up-badge", -7, 4, "The badge, with the number of the issuer.").
		attains("up-workshop", -3, 3, "Half a day with radiology: what they need when a scanner is down.")
	for _, w := range []int{-26, -14, -2} {
		imogen.evaluated(w, 12, "Take the evening desk alone once a week.", apprenticeship.Rating{Competency: "wp-01-c01", Level: 3})
	}
	ready := s.day(-1, 2, 11)
	imogen.steer(ready, imogen.self(), func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.AgreeGateway{Request: r, Party: apprenticeship.ByApprentice}}
	})
	imogen.told(ready, "gateway-agreed")
	return nil
}
