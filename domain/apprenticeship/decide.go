package apprenticeship

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// Draft prepares an apprenticeship with its supervisor and mentor.
type Draft struct {
	domain.Request
	Plan       Drafted
	Age        int // years at the planned start
	Rules      rules.Set
	Supervisor domain.PersonID
	Mentor     domain.PersonID
}

func (c Draft) Decide(s State) ([]Event, error) {
	plan := c.Plan
	plan.RuleSet, plan.Minor = c.Rules.ID, c.Age < 18
	switch {
	case s.status == drafted && s.plan == plan && s.supervisor == c.Supervisor && s.mentors.Leading() == c.Mentor:
		return nil, nil
	case s.status != none:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_DRAFTED", "This apprenticeship exists already.")
	case !runs(c.By, plan.Person):
		return nil, notCoordinator("prepares an apprenticeship")
	case c.Age < c.Rules.MinimumAge:
		return nil, domain.Refuse(domain.Invalid, "TOO_YOUNG", "An apprentice is at least %d years old at the start%s.", c.Rules.MinimumAge, c.Rules.Cite("29.5(b)(10)")).About("ageAtStart")
	case c.Age > maxAge:
		return nil, domain.Refuse(domain.Invalid, "BAD_AGE", "Give the age in years.").About("ageAtStart")
	case !near(plan.StartOn, c.Today()):
		return nil, badStart(plan.StartOn, "startOn")
	case c.Supervisor == plan.Person || c.Mentor == plan.Person:
		return nil, domain.Refuse(domain.Invalid, "OWN_SUPERVISOR", "Nobody supervises or mentors themselves. Name somebody else.")
	case plan.ExpectedEndOn.Before(plan.StartOn):
		return nil, domain.Refuse(domain.Invalid, "END_BEFORE_START", "The expected end is before the start.").About("startOn")
	case plan.ExpectedEndOn.Before(plan.StartOn.AddMonths(c.Rules.MinimumMonths)):
		return nil, domain.Refuse(domain.Invalid, "TOO_SHORT", "An apprenticeship lasts at least %d months.", c.Rules.MinimumMonths).About("expectedEndOn")
	case min(plan.WageAtEntry, plan.JourneyWage) < 0 || max(plan.WageAtEntry, plan.JourneyWage) > maxRate || plan.JourneyWage > 0 && plan.WageAtEntry > plan.JourneyWage:
		return nil, domain.Refuse(domain.Invalid, "BAD_RATE", "Give wages for an hour in cents; an apprentice starts at no more than a journeyworker's.").About("wageAtEntryCents")
	}
	return []Event{
		plan,
		SupervisorAssigned{Supervisor: c.Supervisor, From: plan.StartOn},
		MentorAssigned{Mentor: c.Mentor, From: plan.StartOn},
	}, nil
}

// Sign records the signature of one party. The apprentice signs in person; a coordinator
// records the sponsor's signature and, on paper, the guardian's.
type Sign struct {
	domain.Request
	Party Party
}

func (c Sign) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.Party == ByApprentice && c.By.Person != s.plan.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_SIGN", "The apprentice signs in person.")
	case c.Party != ByApprentice && !runs(c.By, s.plan.Person):
		return nil, notCoordinator("records this signature")
	case c.Party == ByGuardian && !s.plan.Minor:
		return nil, domain.Refuse(domain.Invalid, "NO_GUARDIAN_NEEDED", "The apprentice is of age: no guardian signs.").About("party")
	case c.Party != ByApprentice && c.Party != ByGuardian && c.Party != BySponsor:
		return nil, domain.Refuse(domain.Invalid, "BAD_PARTY", "The apprentice, a guardian or the sponsor signs.").About("party")
	case c.Party == ByApprentice && s.apprentice, c.Party == ByGuardian && s.guardian, c.Party == BySponsor && s.sponsor:
		return nil, nil
	case s.over():
		return nil, s.ending()
	}
	return []Event{AgreementSigned{Party: c.Party, On: c.Today()}}, nil
}

// Register records the registration with an agency. All parties have signed before.
type Register struct {
	domain.Request
	Agency, Number string
}

func (c Register) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case !runs(c.By, s.plan.Person):
		return nil, notCoordinator("records a registration")
	case s.over():
		return nil, s.ending()
	case s.status == drafted:
		return nil, domain.Refuse(domain.Conflict, "NOT_SIGNED", "Not everybody has signed: %s.", strings.Join(s.unsigned(), ", "))
	case s.status > signed:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_REGISTERED", "This apprenticeship is registered already.")
	}
	if err := registrable(c.Agency, c.Number); err != nil {
		return nil, err
	}
	return []Event{Registered{Agency: c.Agency, Number: c.Number, On: c.Today()}}, nil
}

func registrable(agency, number string) error {
	switch {
	case domain.Written(agency) == "":
		return domain.Refuse(domain.Invalid, "AGENCY_MISSING", "Name the agency that registered the apprentice.").About("agency")
	case domain.Written(number) == "":
		return domain.Refuse(domain.Invalid, "NUMBER_MISSING", "Give the number under which the agency registered the apprentice.").About("apprenticeNo")
	case domain.TooLong(agency):
		return domain.Shorten("agency")
	case domain.TooLong(number):
		return domain.Shorten("apprenticeNo")
	}
	return nil
}

func (s State) unsigned() (missing []string) {
	if !s.apprentice {
		missing = append(missing, "the apprentice")
	}
	if s.plan.Minor && !s.guardian {
		missing = append(missing, "the guardian")
	}
	if !s.sponsor {
		missing = append(missing, "the sponsor")
	}
	return missing
}

// Begin records the first day of on-the-job learning. Probation begins with it.
type Begin struct {
	domain.Request
	First domain.Date
}

func (c Begin) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	switch {
	case !runs(c.By, s.plan.Person):
		return nil, notCoordinator("records the first day")
	case c.First.IsZero():
		return nil, domain.Refuse(domain.Invalid, "FIRST_DAY_MISSING", "Name the first day on the job.").About("on")
	case !near(c.First, c.Today()):
		return nil, badStart(c.First, "on")
	case s.life() > registered && s.startOn == c.First:
		return nil, nil
	case s.life() > registered:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_BEGUN", "This apprenticeship began on %s.", s.startOn)
	case s.over():
		return nil, s.ending()
	case s.status < registered:
		return nil, domain.Refuse(domain.Conflict, "NOT_REGISTERED", "The apprenticeship has to be registered before it begins.")
	}
	return []Event{Began{On: c.First, NoProbation: set.ProbationMonths == 0}}, nil
}

// CompleteProbation records that probation was passed. Without an effective date it was so
// today, or on the last day of the longest probation there can be if that is over.
type CompleteProbation struct{ domain.Request }

func (c CompleteProbation) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	on := c.Today()
	last, bounded := s.probationEnds(set)
	if c.On.IsZero() && bounded && on.After(last) {
		on = last
	}
	switch {
	case !runs(c.By, s.plan.Person):
		return nil, notCoordinator("records the end of probation")
	case s.life() > probationary:
		return nil, nil
	case s.over():
		return nil, s.ending()
	case s.status == suspended:
		return nil, s.onBreak()
	case s.status < probationary:
		return nil, notBegun()
	case bounded && on.After(last):
		return nil, probationOver(last, "on")
	case on.Before(s.startOn) || on.After(s.latest(c.Request)):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "Probation ends between the start, %s, and today.", s.startOn).About("on")
	}
	return []Event{ProbationCompleted{On: on}}, nil
}

func probationOver(last domain.Date, field string) error {
	return domain.Refuse(domain.Invalid, "PROBATION_TOO_LONG", "Probation lasts a quarter of the term and a year at most (29 CFR 29.5(b)(8)): it ended on %s.", last).About(field)
}

// EnterStage records that the apprentice took up the next role: what follows from an
// effective role transition, which may have been on its way when the apprenticeship was
// completed. A pathway does not lead back: a role once held is not entered again.
type EnterStage struct {
	domain.Request
	Role       domain.RoleID
	Supervisor domain.PersonID // who leads the new team; empty leaves the supervisor
}

func (c EnterStage) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "FOLLOWS_TRANSITION", "A new role follows from an approved role transition.")
	case s.stage(c.Role) >= 0:
		return nil, nil
	case s.over() && s.status != completed:
		return nil, s.ending()
	}
	out := []Event{StageEntered{Role: c.Role, On: c.Today()}}
	if c.Supervisor != "" {
		out = append(out, SupervisorAssigned{Supervisor: c.Supervisor, From: c.Today()})
	}
	return out, nil
}

// steered refuses what nobody can ask who does not run the apprenticeship, and what cannot
// be done any more.
func (s State) steered(by domain.Actor, does string) error {
	switch {
	case s.status == none:
		return notFound()
	case !runs(by, s.plan.Person):
		return notCoordinator(does)
	case s.over():
		return s.ending()
	}
	return nil
}

// ending is what somebody is told who comes too late.
func (s State) ending() error {
	how := map[status]string{completed: "was completed", cancelled: "was cancelled", transferred: "goes on under another programme since"}[s.status]
	return domain.Refuse(domain.Conflict, "ENDED", "This apprenticeship %s on %s and is not changed any more.", how, s.ended)
}

func (s State) onBreak() error {
	return domain.Refuse(domain.Conflict, "SUSPENDED", "This apprenticeship is suspended. Reinstate it first.")
}

func notBegun() error {
	return domain.Refuse(domain.Conflict, "NOT_BEGUN", "The apprenticeship has not begun.")
}

func reasonMissing() error {
	return domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why, so that it can be understood later.").About("reason")
}

func stillToCome(field string) error {
	return domain.Refuse(domain.Invalid, "IN_THE_FUTURE", "That day is still to come. It is recorded once it is there.").About(field)
}

// recorded is the day of asking, whatever day it takes effect.
func recorded(r domain.Request) domain.Date {
	if r.At.IsZero() {
		return r.Today()
	}
	return domain.DateOf(r.At)
}

// latest is the last day that something can be recorded for: the day of asking, or the start
// if that is still to come.
func (s State) latest(r domain.Request) domain.Date {
	if today := recorded(r); today.After(s.startOn) {
		return today
	}
	return s.startOn
}

// runs reports whether an actor runs the apprenticeship of a person: nobody runs their own.
func runs(a domain.Actor, apprentice domain.PersonID) bool {
	return a.Role == domain.System || a.Role == domain.Coordinator && a.Person != apprentice
}

func notCoordinator(does string) error {
	return domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator %s, and nobody in a matter of their own.", does)
}

// maxAge in years is beyond anybody's: more is a slip of the pen.
const maxAge = 100

// near reports whether a day is within ten years of today. A slip in the year would be on
// record for ever.
func near(day, today domain.Date) bool {
	return !day.Before(today.AddMonths(-120)) && !day.After(today.AddMonths(120))
}

func badStart(day domain.Date, field string) error {
	return domain.Refuse(domain.Invalid, "BAD_START", "%s is more than ten years from today. Check the year.", day).About(field)
}

func notFound() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "There is no such apprenticeship.")
}
