package demo

import (
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A learner is an apprenticeship whose story is being written down. Weeks count from the
// current one, 0, backwards.
type learner struct {
	s          *script
	id         domain.ApprenticeshipID
	person     domain.PersonID
	path       pathway.Pathway
	supervisor domain.PersonID
	mentor     domain.PersonID
	began      domain.Date
}

func (l *learner) self() domain.Actor {
	return domain.Actor{Person: l.person, Role: domain.Apprentice}
}
func (l *learner) boss() domain.Actor {
	return domain.Actor{Person: l.supervisor, Role: domain.Manager}
}
func (l *learner) coach() domain.Actor { return domain.Actor{Person: l.mentor, Role: domain.Mentor} }

// learner writes down a new colleague and their drafted apprenticeship, to begin on the
// Monday of a week.
func (s *script) learner(e employee, path domain.PathwayID, mentor domain.PersonID, week int) *learner {
	p, err := pathway.Find(path, 0)
	if err != nil && s.err == nil {
		s.err = err
		p.Stages = make([]pathway.Stage, 1)
	}
	e.capacity = domain.Apprentice
	if e.position == "" {
		e.position, e.title = p.Stages[0].Role.ID, p.Stages[0].Role.Title
	}
	hired := s.day(min(week-4, -4), 0, 9)
	s.join(hired, e)
	l := &learner{s: s, id: domain.ApprenticeshipID(e.id), person: e.id, path: p, supervisor: e.manager, mentor: mentor}
	start := s.monday.AddDays(7 * week)
	months := 0
	for _, stage := range p.Route() {
		months += stage.Months
	}
	then(s, hired.Add(time.Hour), coordinator, apprenticeship.Stream(l.id), apprenticeship.Evolve, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Draft{Request: r, Age: 24, Rules: rules.USRegistered, Supervisor: e.manager, Mentor: mentor,
			Plan: apprenticeship.Drafted{
				Person: e.id, Program: healthIT, WageAtEntry: 2100, JourneyWage: 3800, Standard: p.Standard, StandardVersion: 1, Pathway: p.ID, PathwayVersion: p.Version,
				Role: p.Stages[0].Role.ID, Site: e.site, StartOn: start, ExpectedEndOn: start.AddMonths(months),
			}}}
	})
	l.placed(hired.Add(time.Hour), p.Standard, e.site, start)
	return l
}

func (l *learner) steer(at time.Time, by domain.Actor, commands func(domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event]) {
	then(l.s, at, by, apprenticeship.Stream(l.id), apprenticeship.Evolve, commands)
}

func (l *learner) signed(week int) *learner {
	sign := func(at time.Time, by domain.Actor, party apprenticeship.Party) {
		l.steer(at, by, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
			return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Sign{Request: r, Party: party}}
		})
	}
	sign(l.s.day(week, 1, 9), l.self(), apprenticeship.ByApprentice)
	sign(l.s.day(week, 1, 10), coordinator, apprenticeship.BySponsor)
	return l
}

func (l *learner) registered(week int, number string) *learner {
	l.steer(l.s.day(week, 3, 11), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Register{Request: r, Agency: agency, Number: number}}
	})
	return l
}

// underway signs and registers before a week, begins on its Monday and, after twelve weeks, passes probation.
func (l *learner) underway(week int, number string) *learner {
	l.signed(week-2).registered(week-2, number)
	l.began = l.s.monday.AddDays(7 * week)
	l.steer(l.s.day(week, 0, 8), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Begin{Request: r, First: domain.DateOf(r.At)}}
	})
	l.told(l.s.day(week, 0, 8), "began")
	l.paid(week, 2470)
	l.steer(l.s.day(week+12, 0, 8), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.CompleteProbation{Request: r}}
	})
	l.told(l.s.day(week+12, 0, 8), "probation-completed")
	return l
}

// A plan is what a learner logs in a usual week: hours on the job on each weekday, spent
// on one process and for an afternoon on another, and hours in class on Friday.
type plan struct {
	job           int // hours on the job, Monday to Thursday
	process, side domain.WorkProcessID
	class         int // hours in class on Friday
	course        string
}

func (p plan) entries(monday domain.Date, upTo domain.Date) (es []timesheet.Entry) {
	for d := range 4 {
		process := p.process
		if d == 3 {
			process = p.side
		}
		es = append(es, timesheet.Entry{Date: monday.AddDays(d), Kind: timesheet.OnTheJob, SpentOn: string(process), Minutes: domain.Hours(p.job)})
	}
	if p.class > 0 {
		es = append(es, timesheet.Entry{Date: monday.AddDays(4), Kind: timesheet.RelatedInstruction, SpentOn: p.course, Minutes: domain.Hours(p.class)})
	}
	var past []timesheet.Entry
	for _, e := range es {
		if !e.Date.After(upTo) {
			past = append(past, e)
		}
	}
	return past
}

func (l *learner) log(week int, p plan, submit bool) {
	w := l.s.monday.AddDays(7 * week).Week()
	at := l.s.day(week, 4, 17)
	if at.After(l.s.now) {
		at = l.s.now.Add(-time.Hour)
	}
	terms := timesheet.Terms{From: l.began, DayLimit: rules.USRegistered.DayLimit, SpentOn: map[string]timesheet.Kind{
		string(p.process): timesheet.OnTheJob, string(p.side): timesheet.OnTheJob, p.course: timesheet.RelatedInstruction,
	}}
	supervisor := l.supervisor // at the time
	then(l.s, at, l.self(), timesheet.Stream(l.id, w), timesheet.Evolve, func(r domain.Request) []events.Command[timesheet.State, timesheet.Event] {
		cs := []events.Command[timesheet.State, timesheet.Event]{timesheet.Log{Request: r, Apprenticeship: l.id, Person: l.person, Week: w, Entries: p.entries(w.Monday(), domain.DateOf(r.At)), Terms: terms}}
		if submit {
			cs = append(cs, timesheet.Submit{Request: r, Week: w, Supervisor: supervisor})
		}
		return cs
	})
}

// weeks logs usual weeks from one to another, both included, and has them signed off on the Tuesday after.
func (l *learner) weeks(from, to int, p plan) *learner {
	for week := from; week <= to; week++ {
		l.log(week, p, true)
		w := l.s.monday.AddDays(7 * week).Week()
		then(l.s, l.s.day(week+1, 1, 9), l.boss(), timesheet.Stream(l.id, w), timesheet.Evolve, func(r domain.Request) []events.Command[timesheet.State, timesheet.Event] {
			return []events.Command[timesheet.State, timesheet.Event]{timesheet.Approve{Request: r}}
		})
	}
	return l
}

// sent logs a week and hands it in; it waits for the manager.
func (l *learner) sent(week int, p plan) *learner { l.log(week, p, true); return l }

// drafted logs a week without handing it in.
func (l *learner) drafted(week int, p plan) *learner { l.log(week, p, false); return l }

// returned logs a week that the manager sent back.
func (l *learner) returned(week int, p plan, reason string) *learner {
	l.log(week, p, true)
	w := l.s.monday.AddDays(7 * week).Week()
	sealed := l.s.seal(l.person, reason)
	then(l.s, l.s.day(week, 4, 18), l.boss(), timesheet.Stream(l.id, w), timesheet.Evolve, func(r domain.Request) []events.Command[timesheet.State, timesheet.Event] {
		return []events.Command[timesheet.State, timesheet.Event]{timesheet.Return{Request: r, Reason: sealed}}
	})
	return l
}

// corrected puts right what was signed off for the Monday of a week.
func (l *learner) corrected(week int, p plan, hours int, reason string) *learner {
	w := l.s.monday.AddDays(7 * week).Week()
	entry := p.entries(w.Monday(), w.Sunday())[0].ID()
	sealed := l.s.seal(l.person, reason)
	then(l.s, l.s.day(week+1, 3, 11), l.boss(), timesheet.Stream(l.id, w), timesheet.Evolve, func(r domain.Request) []events.Command[timesheet.State, timesheet.Event] {
		return []events.Command[timesheet.State, timesheet.Event]{timesheet.Correct{Request: r, Entry: entry, Minutes: domain.Hours(hours), Reason: sealed}}
	})
	return l
}

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
	sealed := l.s.seal(l.person, note)
	l.milestone(l.s.day(week, 2, 16), l.self(), req, func(q domain.Request) []events.Command[milestone.State, milestone.Event] {
		return []events.Command[milestone.State, milestone.Event]{milestone.SubmitEvidence{Request: q, EvidenceSubmitted: milestone.EvidenceSubmitted{
			Kind: shownAs[r.Kind], Note: sealed, Assessor: l.mentor}}}
	})
	return l
}

// attains shows evidence that the mentor rates on the day after.
func (l *learner) attains(req domain.RequirementID, week, rating int, note string) *learner {
	l.shows(req, week, note)
	return l.rated(req, week, rating, "")
}

// rated has the mentor rate what was shown in a week.
func (l *learner) rated(req domain.RequirementID, week, rating int, feedback string) *learner {
	stream := milestone.Stream(l.id, req)
	sealed := l.s.seal(l.person, feedback)
	l.milestone(l.s.day(week, 3, 15), l.coach(), req, func(q domain.Request) []events.Command[milestone.State, milestone.Event] {
		return []events.Command[milestone.State, milestone.Event]{milestone.Assess{Request: q, Stream: stream, Rating: rating, Feedback: sealed}}
	})
	return l
}

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

// after is the stage that a stage usually leads to.
func (l *learner) after(stage int) pathway.Stage {
	to, _ := l.path.Following(l.path.Stages[stage].Role.ID)
	return to
}

// moved takes a move through all its steps in one week; it takes effect on the Monday after.
func (l *learner) moved(stage, week int, chain ...transition.Step) *learner {
	from, to := l.path.Stages[stage], l.after(stage)
	stream := transition.Stream(l.id, to.Role.ID)
	met := from.Readiness(everythingMet(from))
	snapshot := pathway.Snapshot(met)
	effective := l.s.monday.AddDays(7 * (week + 1))
	asked := l.s.day(week, 0, 9)
	then(l.s, asked, l.coach(), stream, transition.Evolve, func(r domain.Request) []events.Command[transition.State, transition.Event] {
		return []events.Command[transition.State, transition.Event]{
			transition.Propose{Request: r, Proposed: transition.Proposed{Apprenticeship: l.id, Person: l.person, Proposer: l.mentor, From: from.Role.ID, To: to.Role.ID,
				Pathway: l.path.ID, PathwayVersion: l.path.Version, EffectiveOn: effective}},
			transition.Submit{Request: r, Steps: chain, DueOn: r.Today().AddDays(14),
				ReadinessSnapshotTaken: transition.ReadinessSnapshotTaken{Snapshot: snapshot, Met: len(met), Total: len(met)}},
		}
	})
	for i, step := range chain {
		by := domain.Actor{Person: step.Assignee, Role: step.Capacity}
		switch step.Capacity {
		case domain.Coordinator:
			by = coordinator
		case domain.HR:
			by.Person = ruthAdeyemi
		case domain.Security:
			by.Person = inesMoreau
		}
		then(l.s, asked.Add(time.Duration(i+1)*20*time.Hour), by, stream, transition.Evolve, func(r domain.Request) []events.Command[transition.State, transition.Event] {
			return []events.Command[transition.State, transition.Event]{transition.Decide{Request: r, Verdict: transition.Grant, Seen: snapshot, Current: snapshot, NextDue: r.Today().AddDays(14)}}
		})
	}
	day := effective.Midnight().Add(6 * time.Hour)
	then(l.s, day, domain.Actor{Policy: "move-takes-effect", Role: domain.System}, stream, transition.Evolve, func(r domain.Request) []events.Command[transition.State, transition.Event] {
		return []events.Command[transition.State, transition.Event]{transition.MakeEffective{Request: r}}
	})
	l.steer(day.Add(time.Minute), domain.Actor{Policy: "move-brings-role", Role: domain.System}, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.EnterStage{Request: r, Role: to.Role.ID, Supervisor: leads(to.Role.ID)}}
	})
	changes := domain.Actor{Policy: "move-changes-job", Role: domain.System}
	then(l.s, day.Add(2*time.Minute), changes, person.Stream(l.person), person.Evolve, func(r domain.Request) []events.Command[person.State, person.Event] {
		return []events.Command[person.State, person.Event]{
			person.TakeJob{Request: r, Person: l.person, Taken: person.JobTaken{Position: to.Role.ID, Title: to.Role.Title, PayGrade: to.Role.Grade, Move: stream, From: effective}},
			person.ChangeManager{Request: r, Person: l.person, Changed: person.ManagerChanged{Manager: leads(to.Role.ID), From: effective}},
		}
	})
	l.supervisor = leads(to.Role.ID)
	trial := effective.AddMonths(rules.USRegistered.TrialMonths).AddDays(-1)
	then(l.s, l.s.day(week+16, 1, 9), l.boss(), stream, transition.Evolve, func(r domain.Request) []events.Command[transition.State, transition.Event] {
		return []events.Command[transition.State, transition.Event]{transition.Confirm{Request: r, Manager: r.By.Person, TrialEnds: trial}}
	})
	return l
}

// excused has the coordinator let a requirement of the role pass, so that the move to the next
// one can be asked for without it.
func (l *learner) excused(stage, week int, req domain.RequirementID, reason string) *learner {
	r, _, _ := l.path.Requirement(req)
	sealed := l.s.seal(l.person, reason)
	then(l.s, l.s.day(week, 0, 8), coordinator, transition.Stream(l.id, l.after(stage).Role.ID), transition.Evolve, func(q domain.Request) []events.Command[transition.State, transition.Event] {
		return []events.Command[transition.State, transition.Event]{transition.WaiveReadiness{Request: q, Apprenticeship: l.id, Person: l.person, Unmet: []pathway.Requirement{r}, Reason: sealed}}
	})
	return l
}

// leads is who leads the team of a role.
func leads(role domain.RoleID) domain.PersonID {
	for _, e := range staff {
		if slices.Contains(e.leads, role) {
			return e.id
		}
	}
	return ""
}

// everythingMet is a record that meets every requirement of a stage.
func everythingMet(s pathway.Stage) pathway.Record {
	rec := pathway.Record{Approved: map[domain.WorkProcessID]domain.Minutes{}, Milestones: map[domain.RequirementID]pathway.Milestone{}}
	for _, r := range s.Requirements {
		rec.Approved[r.WorkProcess] = max(rec.Approved[r.WorkProcess], r.Minutes)
	}
	for r := range s.Milestones() {
		rec.Milestones[r.ID] = pathway.Milestone{State: pathway.Attained}
	}
	return rec
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

// completes asks for completion and has it certified in the week after.
func (l *learner) completes(week int, certificate string) *learner {
	l.steer(l.s.day(week, 1, 9), l.coach(), func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.RequestCompletion{Request: r}}
	})
	l.told(l.s.day(week, 1, 9), "completion-requested")
	if certificate != "" {
		l.steer(l.s.day(week+1, 1, 9), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
			return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Certify{Request: r, Agency: agency, Certificate: certificate}}
		})
		l.told(l.s.day(week+1, 1, 9), "completed")
	}
	return l
}
