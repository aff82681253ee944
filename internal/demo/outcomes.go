package demo

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/alias"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/domain/wave"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

var (
	hr       = domain.Actor{Person: ruthAdeyemi, Role: domain.HR}
	priya    = domain.Actor{Person: priyaRaman, Role: domain.Mentor}
	byItself = domain.Actor{Policy: desk.ConfidentialAnswers, Role: domain.System}
)

// outcomes writes down what is learned beside the pathway, what it costs, who pays for it
// and what came of it.
func (s *script) outcomes() {
	s.sites()
	s.money()
	s.academy()
	s.activities()
	s.certificates()
	s.surveys()
}

func (s *script) sites() {
	for _, d := range []struct {
		id domain.SiteID
		site.Described
	}{
		{riverside, site.Described{Name: "Riverside campus", Setting: site.Urban}},
		{northgate, site.Described{Name: "Northgate outpatient clinics", Setting: site.Urban}},
		{cedarValley, site.Described{Name: "Cedar Valley critical access hospital", Setting: site.Rural}},
		{ashby, site.Described{Name: "Ashby diagnostic centre, England", Setting: site.Urban}},
	} {
		do(s, s.day(founding, 0, 9), coordinator, site.Stream(d.id), site.Evolve, func(r domain.Request) events.Command[site.State, site.Event] {
			return site.Describe{Request: r, Described: d.Described}
		})
	}
	from := domain.DateOf(s.day(founding, 0, 9))
	do(s, s.day(founding, 0, 10), coordinator, site.Stream(cedarValley), site.Evolve, func(r domain.Request) events.Command[site.State, site.Event] {
		return site.SetDayLimit{Request: r, Limit: rules.DayLimit{Minutes: domain.Hours(12), From: from}}
	})
}

// do writes down one command.
func do[S any, E domain.Event](s *script, at time.Time, by domain.Actor, stream domain.Stream, evolve func(S, E) S, command func(domain.Request) events.Command[S, E]) {
	then(s, at, by, stream, evolve, func(r domain.Request) []events.Command[S, E] { return []events.Command[S, E]{command(r)} })
}

const stateGrant domain.FundingID = "state-grant-2026"

func (s *script) money() {
	type command = events.Command[funding.State, funding.Event]
	stream, from := funding.Stream(stateGrant), domain.DateOf(s.day(-60, 0, 0))
	do(s, s.day(-60, 1, 9), hr, stream, funding.Evolve, func(r domain.Request) command {
		return funding.Open{Request: r, Opened: funding.Opened{Kind: funding.PublicGrant, Title: "State apprenticeship grant", Funder: "State workforce board, award WB-2231",
			Amount: 12_000_000, From: from, To: from.AddMonths(36)}}
	})
	then(s, s.day(-18, 1, 9), hr, stream, funding.Evolve, func(r domain.Request) []command {
		return []command{
			funding.Commit{Request: r, Grant: "maya-academy", Person: mayaOkafor, For: cohort.Stream(cyberAcademy), Cents: 180_000},
			funding.Commit{Request: r, Grant: "chidi-security-plus", Person: chidiEze, For: credential.Stream("chidi-security-plus"), Cents: 40_400},
		}
	})
	do(s, s.day(-6, 2, 9), hr, stream, funding.Evolve, func(r domain.Request) command {
		return funding.Spend{Request: r, Grant: "maya-academy", Ref: "LCC invoice 4471", Cents: 90_000}
	})
}

const cyberAcademy domain.CohortID = "cyber-academy-1"

func (s *script) academy() {
	type command = events.Command[cohort.State, cohort.Event]
	stream := cohort.Stream(cyberAcademy)
	from := s.monday.AddDays(7 * -8)
	step := func(at time.Time, by domain.Actor, command func(domain.Request) command) {
		do(s, at, by, stream, cohort.Evolve, command)
	}
	step(s.day(-24, 0, 10), coordinator, func(r domain.Request) command {
		return cohort.Plan{Request: r, Planned: cohort.Planned{Title: "Cybersecurity academy", Topic: "cybersecurity", Partner: lakeshore, Agreement: domain.AgreementID(lakeshore + "-2025"),
			Program: "health-it", Site: riverside, Delivery: "on-site", From: from, To: from.AddMonths(6), Seats: 3}}
	})
	step(s.day(-24, 0, 11), coordinator, func(r domain.Request) command { return cohort.Open{Request: r} })
	step(s.day(-23, 1, 10), coordinator, func(r domain.Request) command {
		return cohort.Invite{Request: r, People: []domain.PersonID{mayaOkafor, chidiEze, omarSiddiqui, tomasReyes, benAchterberg}}
	})
	for i, who := range []domain.PersonID{mayaOkafor, chidiEze, omarSiddiqui, tomasReyes} {
		self, week := domain.Actor{Person: who, Role: domain.Apprentice}, -14
		until := domain.DateOf(s.day(week+2, 0, 0))
		step(s.day(week, 1, 10+i), self, func(r domain.Request) command { return cohort.Apply{Request: r, Person: who} })
		step(s.day(week, 2, 10+i), coordinator, func(r domain.Request) command { return cohort.Offer{Request: r, Person: who, Until: until} })
		if i < 3 {
			step(s.day(week, 3, 10+i), self, func(r domain.Request) command { return cohort.Accept{Request: r} })
			step(s.day(-8, 0, 8), coordinator, func(r domain.Request) command { return cohort.Enrol{Request: r, Person: who} })
		}
	}
}

func (s *script) activities() {
	type command = events.Command[activity.State, activity.Event]
	maya := domain.Actor{Person: mayaOkafor, Role: domain.Apprentice}
	product := s.seal(mayaOkafor, "Wrote the detection rule for shared accounts on the wards; the security team runs it since.")
	lab := activity.Stream("maya-cyber-range")
	do(s, s.day(-4, 0, 9), maya, lab, activity.Evolve, func(r domain.Request) command {
		return activity.Enrol{Request: r, Person: mayaOkafor, Subject: activity.Subject{Title: "Ransomware on the cyber range", Format: "cyber-range", Topic: "cybersecurity",
			Delivery: activity.OnSite, TimeBasis: activity.WorkTime, Site: riverside, Cohort: cyberAcademy}}
	})
	do(s, s.day(-4, 1, 9), maya, lab, activity.Evolve, func(r domain.Request) command { return activity.Start{Request: r} })
	do(s, s.day(-4, 2, 16), priya, lab, activity.Evolve, func(r domain.Request) command {
		return activity.Score{Request: r, Attempt: 1, Score: 61, Of: 100}
	})
	then(s, s.day(-3, 2, 16), priya, lab, activity.Evolve, func(r domain.Request) []command {
		return []command{activity.Score{Request: r, Attempt: 2, Score: 84, Of: 100}, activity.Complete{Request: r, Result: activity.Result{Minutes: 360, Score: 84, Of: 100}},
			activity.Recognise{Request: r, Person: mayaOkafor, Apprenticeship: domain.ApprenticeshipID(mayaOkafor), Requirement: "hd-network-defence"}}
	})
	do(s, s.day(-2, 1, 10), maya, lab, activity.Evolve, func(r domain.Request) command { return activity.Apply{Request: r, Product: product} })

	then(s, s.day(-5, 3, 15), domain.Actor{Person: graceLindholm, Role: domain.Mentor}, activity.Stream("downtime-drill"), activity.Evolve, func(r domain.Request) []command {
		return []command{
			activity.Record{Request: r, Members: []domain.PersonID{mayaOkafor, tomasReyes, emilyTran, graceMbeki}, Result: activity.Result{Minutes: 240, Score: 8, Of: 10},
				Subject: activity.Subject{Title: "Downtime drill with the wards", Format: "simulation", Delivery: activity.OnSite, TimeBasis: activity.WorkTime, Site: riverside, Mandatory: true}},
			activity.Rate{Request: r, Person: mayaOkafor, Topic: "teamwork", Rating: 4},
			activity.Rate{Request: r, Person: emilyTran, Topic: "communication", Rating: 3},
		}
	})
	luis := domain.Actor{Person: luisHerrera, Role: domain.Apprentice}
	do(s, s.day(-1, 1, 19), luis, activity.Stream("luis-hipaa"), activity.Evolve, func(r domain.Request) command {
		return activity.Enrol{Request: r, Person: luisHerrera, Subject: activity.Subject{Title: "HIPAA privacy and security", Format: "compliance-module", Topic: "hipaa",
			Delivery: activity.LowBandwidth, TimeBasis: activity.Evenings, Site: cedarValley, Mandatory: true}}
	})
}

func (s *script) certificates() {
	type command = events.Command[credential.State, credential.Event]
	chidi := domain.Actor{Person: chidiEze, Role: domain.Apprentice}
	number := s.seal(chidiEze, "COMP001021554410")
	ends := domain.DateOf(s.day(3, 0, 0))
	plus := credential.Stream("chidi-a-plus")
	do(s, s.day(-9, 1, 9), chidi, plus, credential.Evolve, func(r domain.Request) command {
		return credential.Earn{Request: r, Earned: credential.Earned{Person: chidiEze, Kind: credential.Certification, Title: "CompTIA A+", Issuer: "CompTIA", Number: number,
			On: ends.AddMonths(-36), ValidTo: ends}}
	})
	then(s, s.day(-8, 1, 9), priya, plus, credential.Evolve, func(r domain.Request) []command {
		return []command{credential.Verify{Request: r}, credential.Count{Request: r, Apprenticeship: domain.ApprenticeshipID(chidiEze), Requirement: "hd-a-plus"}}
	})
	do(s, s.day(-18, 1, 10), hr, credential.Stream("chidi-security-plus"), credential.Evolve, func(r domain.Request) command {
		return credential.Sponsor{Request: r, Person: chidiEze, Title: "CompTIA Security+", Funding: stateGrant, Grant: "chidi-security-plus", Cents: 40_400}
	})
}

func (s *script) surveys() {
	const autumn domain.WaveID = "autumn-wellbeing"
	from := domain.DateOf(s.day(-3, 0, 0))
	do(s, s.day(-3, 0, 8), hr, wave.Stream(autumn), wave.Evolve, func(r domain.Request) events.Command[wave.State, wave.Event] {
		return wave.Open{Request: r, Opened: wave.Opened{Title: "How are you doing? Autumn", Moment: "before", Instruments: []domain.InstrumentID{"work-satisfaction", "quality-of-life", "burnout-signal"},
			From: from, To: from.AddDays(42)}}
	})
	for i := range 12 {
		name := strings.ToLower(rand.Text())
		scores := []int{3 + i%3, 4, 3 + i%2, 4, 5 - i%2}
		do(s, s.day(-2, i%5, 12), byItself, survey.Stream(autumn, name), survey.Evolve, func(r domain.Request) events.Command[survey.State, survey.Event] {
			return survey.Answer{Request: r, Answered: survey.Answered{Instrument: "work-satisfaction", Moment: survey.Before, Scores: scores, Program: "health-it", Site: riverside}}
		})
	}
	for i, who := range []domain.PersonID{mayaOkafor, chidiEze, omarSiddiqui} {
		s.identifies(who, selfid.Answers{"sex": {[]string{"female", "male", "male"}[i]}, "veteran": {[]string{"not-a-veteran", "veteran", selfid.Undisclosed}[i]}})
	}
}

// identifies lets somebody say who they are, under a random name.
func (s *script) identifies(who domain.PersonID, answers selfid.Answers) {
	name := strings.ToLower(rand.Text())
	sealedName := s.seal(who, name)
	body, err := json.Marshal(answers)
	if err != nil && s.err == nil {
		s.err = err
	}
	sealed := s.seal(desk.SelfIdentificationKey, string(body))
	if sealedName == "" {
		return
	}
	do(s, s.day(-26, 1, 9), byItself, alias.Stream(who, alias.SelfIdentification), alias.Evolve, func(r domain.Request) events.Command[alias.State, alias.Event] {
		return alias.Draw{Request: r, Name: sealedName}
	})
	then(s, s.day(-26, 1, 10), byItself, selfid.Stream(name), selfid.Evolve, func(r domain.Request) []events.Command[selfid.State, selfid.Event] {
		return []events.Command[selfid.State, selfid.Event]{selfid.Invite{Request: r, Occasion: selfid.Application}, selfid.Answer{Request: r, Answers: sealed}}
	})
}
