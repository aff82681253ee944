package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// A programme is what the hospital registered with an agency.
type programme struct {
	id                             domain.ProgramID
	title, sponsor, agency, number string
	rules                          rules.Set
}

var american = programme{"health-it", "Health information technology", "Cedar River Health", "US Department of Labor, Office of Apprenticeship", "MA-P-2025-118", rules.USRegistered}

// programme writes down that a programme is registered, and where apprentices learn in it.
func (s *script) programme(at time.Time, p programme, sites ...domain.SiteID) {
	stream := program.Stream(p.id)
	then(s, at, coordinator, stream, program.Evolve, func(r domain.Request) []events.Command[program.State, program.Event] {
		return []events.Command[program.State, program.Event]{program.Register{Request: r, Registered: program.Registered{
			Title: p.title, Sponsor: p.sponsor, Agency: p.agency, Number: p.number, Profile: p.rules.Profile}}}
	})
	for _, site := range sites {
		then(s, at.Add(time.Hour), coordinator, stream, program.Evolve, func(r domain.Request) []events.Command[program.State, program.Event] {
			return []events.Command[program.State, program.Event]{program.AddSite{Request: r, Site: site, Ratio: "8:1", From: r.Today()}}
		})
	}
}

func follows(policy string) domain.Actor { return domain.Actor{Policy: policy, Role: domain.System} }

// placed writes down what follows from a draft: it is the one of its kind, and has a place
// under its mentor.
func (l *learner) placed(at time.Time, in domain.StandardID, site domain.SiteID, start domain.Date) {
	then(l.s, at, follows("apprenticeship-is-unique"), apprenticeship.Reservation(l.person, in), reservation.Evolve, func(r domain.Request) []events.Command[reservation.State, reservation.Event] {
		return []events.Command[reservation.State, reservation.Event]{reservation.Take{Request: r, Holder: apprenticeship.Stream(l.id)}}
	})
	then(l.s, at, follows("placement-follows-mentor"), placement.Stream(l.in.id, site), placement.Evolve, func(r domain.Request) []events.Command[placement.State, placement.Event] {
		return []events.Command[placement.State, placement.Event]{placement.Place{Request: r, Apprenticeship: l.id, Under: l.mentor, From: start}}
	})
}

// told writes down that the agency has to be told of what happened last, and that it was, where
// that was due before last month.
func (l *learner) told(at time.Time, what string) {
	day := domain.DateOf(at)
	due := filing.Due{Apprenticeship: l.id, Program: l.in.id, Agency: l.in.agency, Cause: what, OccurredOn: day, DueOn: l.in.rules.ReportingTo(l.in.agency, day).DueOn(day)}
	var stream domain.Stream
	record := func(by domain.Actor, command func(domain.Request) events.Command[filing.State, filing.Event]) func(domain.Request) error {
		return func(r domain.Request) error {
			r.By = by
			_, err := events.Execute(l.s.ctx, l.s.log, stream, filing.Evolve, command(r))
			return err
		}
	}
	l.s.step(at, func(r domain.Request) error {
		_, revision, err := events.Load(l.s.ctx, l.s.log, apprenticeship.Stream(l.id), apprenticeship.Evolve)
		if err != nil {
			return err
		}
		stream = filing.Stream(l.id, revision)
		return record(follows("change-opens-filing"), func(r domain.Request) events.Command[filing.State, filing.Event] {
			return filing.Open{Request: r, Due: due}
		})(r)
	})
	if !due.DueOn.Before(l.s.monday.AddDays(-28)) {
		return
	}
	body, err := json.Marshal(desk.FilingForm{Agency: l.in.agency, ProgramNo: l.in.number, Cause: what, Apprentice: l.person, OccurredOn: day, DueOn: due.DueOn, StartOn: l.began})
	if err != nil && l.s.err == nil {
		l.s.err = err
	}
	sum, form := sha256.Sum256(body), l.s.seal(l.person, string(body))
	l.s.step(at.AddDate(0, 0, 9), record(coordinator, func(r domain.Request) events.Command[filing.State, filing.Event] {
		return filing.Prepare{Request: r, Digest: hex.EncodeToString(sum[:]), Form: form}
	}))
	l.s.step(at.AddDate(0, 0, 10), record(coordinator, func(r domain.Request) events.Command[filing.State, filing.Event] {
		return filing.Submit{Request: r, Reference: "OA-" + strings.ToUpper(string(l.id)) + day.Format("-0102")}
	}))
	l.s.step(at.AddDate(0, 0, 24), record(coordinator, func(r domain.Request) events.Command[filing.State, filing.Event] {
		return filing.Answer{Request: r, Accepted: true}
	}))
}

// firstWage is what the first step of the schedule pays on a pathway.
var firstWage = map[domain.PathwayID]domain.Cents{toSecurity: 2470, toInformatics: 2850}

// paid writes down the first step of the wage schedule, and that human resources set its wage.
func (l *learner) paid(week int, rate domain.Cents) *learner {
	at := l.s.day(week, 0, 9)
	l.steer(at, follows("hours-reach-wage-step"), func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.ReachWageStep{Request: r, Step: 1}}
	})
	l.steer(at.Add(time.Hour), domain.Actor{Person: ruthAdeyemi, Role: domain.HR}, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.ApproveWageStep{Request: r, Step: 1, Rate: rate, EffectiveOn: r.Today()}}
	})
	return l
}

// evaluated writes down how the learner came on in the weeks before one.
func (l *learner) evaluated(week, weeks int, next string, ratings ...apprenticeship.Rating) *learner {
	from, to := l.s.monday.AddDays(7*(week-weeks)), l.s.monday.AddDays(7*week-1)
	scale := apprenticeship.Scale{Top: 4}
	for _, r := range ratings {
		scale.Competencies = append(scale.Competencies, r.Competency)
	}
	sealed := l.s.seal(l.person, next)
	l.steer(l.s.day(week, 1, 15), l.coach(), func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.Evaluate{Request: r, Entry: domain.EntryID("evaluation-" + to.String()),
			Evaluation: apprenticeship.Evaluation{From: from, To: to, Ratings: ratings, Next: sealed}, Scale: scale}}
	})
	return l
}

// credited writes down that what was learned before counts to a work process.
func (l *learner) credited(week int, wp domain.WorkProcessID, hours int, shown string) *learner {
	sealed := l.s.seal(l.person, shown)
	l.steer(l.s.day(week, 2, 10), coordinator, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.GrantPriorCredit{Request: r, Entry: "prior-1",
			Prior: apprenticeship.Prior{Processes: []apprenticeship.Learned{{WorkProcess: wp, Minutes: domain.Hours(hours)}}, Evidence: sealed},
			Room:  apprenticeship.Room{Required: map[domain.WorkProcessID]domain.Minutes{wp: domain.Hours(hours)}}}}
	})
	return l
}
