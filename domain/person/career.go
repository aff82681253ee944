package person

import (
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// keepsRecords refuses who may not write down what a person is here, and everybody in their own case.
func keepsRecords(by domain.Actor, of domain.PersonID) error {
	switch {
	case by.Person != "" && by.Person == of:
		return domain.Refuse(domain.Forbidden, "OWN_RECORD", "Nobody changes their own record. Ask a colleague in human resources.")
	case by.Role != domain.HR && by.Role != domain.System:
		return domain.Refuse(domain.Forbidden, "NOT_HR", "Only human resources changes this.")
	}
	return nil
}

// dated refuses a day that nobody can mean.
func dated(day, today domain.Date, field string) error {
	switch {
	case day.IsZero():
		return domain.Refuse(domain.Invalid, "DAY_MISSING", "Say from which day.").About(field)
	case day.After(today.AddMonths(12)) || day.Before(today.AddMonths(-600)):
		return domain.Refuse(domain.Invalid, "BAD_DAY", "Give a day within the next twelve months or the last fifty years.").About(field)
	}
	return nil
}

// corrects refuses a correction of what is not there, or is another kind of fact.
func (s State) corrects(fact int, same func(Event) bool) error {
	if fact == 0 {
		return nil
	}
	if e, ok := s.life.find(fact); !ok || !same(e.what) {
		return domain.Refuse(domain.NotFound, "NO_SUCH_ENTRY", "There is no such entry to correct, or it was corrected already.").About("corrects")
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// has reports whether the very same is on record already, and not put aside since.
func (s State) has(same func(Event) bool) bool {
	return slices.ContainsFunc(s.life.entries, func(e entry) bool { return same(e.what) })
}

// ChangeManager records whom somebody reports to.
type ChangeManager struct {
	domain.Request
	Person  domain.PersonID
	Changed ManagerChanged
}

func (c ChangeManager) Decide(s State) ([]Event, error) {
	err := first(s.known(), keepsRecords(c.By, c.Person), dated(c.Changed.From, c.Today(), "from"))
	switch {
	case err != nil:
		return nil, err
	case c.Changed.Manager == c.Person:
		return nil, domain.Refuse(domain.Invalid, "OWN_MANAGER", "Nobody reports to themselves. Name somebody else.").About("managerId")
	case s.life.Manager(c.Changed.From) == c.Changed.Manager && s.has(func(e Event) bool { return e == c.Changed }):
		return nil, nil
	}
	if err := s.corrects(c.Changed.Corrects, func(e Event) bool { _, ok := e.(ManagerChanged); return ok }); err != nil {
		return nil, err
	}
	return []Event{c.Changed}, nil
}

// ChangeSite records where somebody works.
type ChangeSite struct {
	domain.Request
	Person  domain.PersonID
	Changed SiteChanged
}

func (c ChangeSite) Decide(s State) ([]Event, error) {
	err := first(s.known(), keepsRecords(c.By, c.Person), dated(c.Changed.From, c.Today(), "from"))
	switch {
	case err != nil:
		return nil, err
	case !domain.ValidID(c.Changed.Site):
		return nil, domain.Refuse(domain.Invalid, "BAD_ID", "Name a site by its id.").About("siteId")
	case s.life.Site(c.Changed.From) == c.Changed.Site && s.has(func(e Event) bool { return e == c.Changed }):
		return nil, nil
	}
	if err := s.corrects(c.Changed.Corrects, func(e Event) bool { _, ok := e.(SiteChanged); return ok }); err != nil {
		return nil, err
	}
	return []Event{c.Changed}, nil
}

// TakeJob records that somebody holds a job. What follows from a move is recorded once for the
// move, and corrected when the move is.
type TakeJob struct {
	domain.Request
	Person domain.PersonID
	Taken  JobTaken
}

func (c TakeJob) Decide(s State) ([]Event, error) {
	taken := c.Taken
	if taken.Move != "" && taken.Corrects == 0 {
		taken.Corrects = s.jobOf(taken.Move)
	}
	err := first(s.known(), keepsRecords(c.By, c.Person), dated(taken.From, c.Today(), "from"))
	switch {
	case err != nil:
		return nil, err
	case !domain.ValidID(taken.Position):
		return nil, domain.Refuse(domain.Invalid, "BAD_ID", "Name a job by its id.").About("position")
	case domain.TooLong(taken.Title) || domain.TooLong(taken.PayGrade):
		return nil, domain.Shorten("title")
	case len(taken.Leads) > 50:
		return nil, domain.Refuse(domain.Invalid, "TOO_MANY", "A team has at most 50 kinds of jobs.").About("leads")
	case s.has(func(e Event) bool { j, ok := e.(JobTaken); return ok && j.same(taken) }):
		return nil, nil
	}
	if err := s.corrects(taken.Corrects, func(e Event) bool { _, ok := e.(JobTaken); return ok }); err != nil {
		return nil, err
	}
	return []Event{taken}, nil
}

// jobOf is the fact that records the job of a move, or 0.
func (s State) jobOf(move domain.Stream) int {
	for _, e := range s.life.entries {
		if j, ok := e.what.(JobTaken); ok && j.Move == move {
			return e.fact
		}
	}
	return 0
}

// same reports whether j and o say the same, whatever they correct.
func (j JobTaken) same(o JobTaken) bool {
	return j.Position == o.Position && j.Title == o.Title && slices.Equal(j.Leads, o.Leads) && j.PayGrade == o.PayGrade && j.Vacancy == o.Vacancy && j.Move == o.Move && j.From == o.From
}

// GrantCapacity lets somebody act in one more capacity.
type GrantCapacity struct {
	domain.Request
	Person  domain.PersonID
	Granted CapacityGranted
}

func (c GrantCapacity) Decide(s State) ([]Event, error) {
	err := first(s.known(), keepsRecords(c.By, c.Person), dated(c.Granted.From, c.Today(), "from"))
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(Capacities, c.Granted.Capacity):
		return nil, badCapacity(c.Granted.Capacity)
	case c.Granted.Corrects == 0 && s.life.granted(c.Granted.Capacity, c.Granted.From):
		return nil, nil
	case c.Granted.Corrects > 0 && s.has(func(e Event) bool { return e == c.Granted }):
		return nil, nil
	}
	if err := s.corrects(c.Granted.Corrects, func(e Event) bool { _, ok := e.(CapacityGranted); return ok }); err != nil {
		return nil, err
	}
	return []Event{c.Granted}, nil
}

// RevokeCapacity ends a capacity.
type RevokeCapacity struct {
	domain.Request
	Person  domain.PersonID
	Revoked CapacityRevoked
}

func (c RevokeCapacity) Decide(s State) ([]Event, error) {
	err := first(s.known(), keepsRecords(c.By, c.Person), dated(c.Revoked.From, c.Today(), "from"))
	switch {
	case err != nil:
		return nil, err
	case !s.life.granted(c.Revoked.Capacity, c.Revoked.From) && s.has(func(e Event) bool { return e == c.Revoked }):
		return nil, nil
	case c.Revoked.Corrects == 0 && !s.life.granted(c.Revoked.Capacity, c.Revoked.From):
		return nil, domain.Refuse(domain.Conflict, "NOT_IN_CAPACITY", "On that day this person does not act as %s.", c.Revoked.Capacity).About("capacity")
	}
	if err := s.corrects(c.Revoked.Corrects, func(e Event) bool { _, ok := e.(CapacityRevoked); return ok }); err != nil {
		return nil, err
	}
	return []Event{c.Revoked}, nil
}

// Leave records the last day of somebody who leaves.
type Leave struct {
	domain.Request
	Person domain.PersonID
	Left   Left
}

func (c Leave) Decide(s State) ([]Event, error) {
	err := first(s.known(), keepsRecords(c.By, c.Person), dated(c.Left.On, c.Today(), "on"))
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains([]Departure{Resigned, Retired, ContractEnded, Dismissed, OtherReason}, c.Left.Reason):
		return nil, domain.Refuse(domain.Invalid, "BAD_REASON", "%q is no reason to leave. Choose one of those listed.", c.Left.Reason).About("reason")
	case s.has(func(e Event) bool { return e == c.Left }):
		return nil, nil
	case c.Left.Corrects == 0 && (!s.life.Here(c.Left.On) || !s.life.Here(never)):
		return nil, domain.Refuse(domain.Conflict, "ALREADY_LEFT", "This person has left already, or the day on which they leave is on record. Correct that entry.").About("on")
	}
	if err := s.corrects(c.Left.Corrects, func(e Event) bool { _, ok := e.(Left); return ok }); err != nil {
		return nil, err
	}
	return []Event{c.Left}, nil
}

// never is after every day on which anything happens.
var never = domain.NewDate(9999, time.December, 31)

// Return records that somebody who had left works here again.
type Return struct {
	domain.Request
	Person   domain.PersonID
	Returned Returned
}

func (c Return) Decide(s State) ([]Event, error) {
	err := first(s.known(), keepsRecords(c.By, c.Person), dated(c.Returned.On, c.Today(), "on"))
	switch {
	case err != nil:
		return nil, err
	case s.life.Here(c.Returned.On) && s.has(func(e Event) bool { return e == c.Returned }):
		return nil, nil
	case c.Returned.Corrects == 0 && s.life.Here(c.Returned.On):
		return nil, domain.Refuse(domain.Conflict, "STILL_HERE", "On that day this person works here already.").About("on")
	}
	if err := s.corrects(c.Returned.Corrects, func(e Event) bool { _, ok := e.(Returned); return ok }); err != nil {
		return nil, err
	}
	return []Event{c.Returned}, nil
}

// Strike takes out what was written down in error, where nothing stands in its place.
type Strike struct {
	domain.Request
	Person domain.PersonID
	Fact   int
	Reason domain.Sealed
}

func (c Strike) Decide(s State) ([]Event, error) {
	if err := first(s.known(), keepsRecords(c.By, c.Person)); err != nil {
		return nil, err
	}
	e, ok := s.life.find(c.Fact)
	_, joined := e.what.(Joined)
	switch {
	case !ok || joined:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_ENTRY", "There is no such entry to strike, or it was struck or corrected already.").About("entry")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say what was wrong. The entry stays on record as struck.").About("reason")
	}
	return []Event{Struck{Fact: c.Fact, Reason: c.Reason}}, nil
}

// TakeEffect records that the day has come of what was written down before it.
type TakeEffect struct {
	domain.Request
	Fact int
}

func (c TakeEffect) Decide(s State) ([]Event, error) {
	e, ok := s.life.find(c.Fact)
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "FOLLOWS_CALENDAR", "What holds from a day on takes effect by itself on that day.")
	case !ok:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_ENTRY", "There is no such entry, or it was struck or corrected.")
	case slices.Contains(s.effective, c.Fact):
		return nil, nil
	case c.Today().Before(e.from):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This holds from %s on.", e.from)
	}
	return []Event{TookEffect{Fact: c.Fact}}, nil
}
