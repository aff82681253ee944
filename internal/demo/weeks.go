package demo

import (
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
)

// A plan is what a learner logs in a usual week: hours on the job on each weekday, spent
// on one process and for an afternoon on another, and hours in class on Friday.
type plan struct {
	job           int // hours on the job, Monday to Thursday
	process, side domain.WorkProcessID
	class         int // hours in class on Friday
	course        string

	late, more int // hours more on Thursday and on Friday
}

// as is p as weeks turn out: a Thursday off, a longer one, a Friday without class. Seven weeks on
// end have as many hours as seven usual ones of a full-time plan.
func (p plan) as(week int) plan {
	p.late, p.more = [7]int{0, 1, -7, 2, 1, 2, 1}[week%7], [7]int{0, 0, 0, 1, -4, 2, 1}[week%7]
	return p
}

func (p plan) entries(monday domain.Date, upTo domain.Date) (es []timesheet.Entry) {
	for d := range 4 {
		process, hours := p.process, p.job
		if d == 3 {
			process, hours = p.side, p.job+p.late
		}
		if hours > 0 {
			es = append(es, timesheet.Entry{Date: monday.AddDays(d), Kind: timesheet.OnTheJob, SpentOn: string(process), Minutes: domain.Hours(hours)})
		}
	}
	if p.class+p.more > 0 {
		es = append(es, timesheet.Entry{Date: monday.AddDays(4), Kind: timesheet.RelatedInstruction, SpentOn: p.course, Minutes: domain.Hours(p.class + p.more)})
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
	terms := timesheet.Terms{From: l.began, DayLimit: l.in.rules.DayLimit, SpentOn: map[string]timesheet.Kind{
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
		l.log(week, p.as(int(l.id[len(l.id)-1])-week), true)
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
