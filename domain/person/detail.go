package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Renamed records the name somebody goes by now.
type Renamed struct {
	Name domain.Sealed `json:"name"`
}

// JobChanged records the job somebody holds, and where, as the records of personnel have it.
type JobChanged struct {
	Position domain.RoleID   `json:"position"`
	Title    string          `json:"title"`
	Leads    []domain.RoleID `json:"leads,omitempty"`
	Site     domain.SiteID   `json:"site"`
	From     domain.Date     `json:"from,omitzero"`
}

// CapacityChanged records in which capacity somebody usually acts, in place of the one before.
type CapacityChanged struct {
	Capacity domain.Role `json:"capacity"`
	From     domain.Date `json:"from,omitzero"`
}

// StartRecorded records the first day of work, where it was not known or was wrong.
type StartRecorded struct {
	Start domain.Date `json:"start"`
}

func (StartRecorded) EventName() string   { return "person.start_recorded" }
func (Renamed) EventName() string         { return "person.renamed" }
func (JobChanged) EventName() string      { return "person.job_changed" }
func (CapacityChanged) EventName() string { return "person.capacity_changed" }

func (StartRecorded) person()   {}
func (Renamed) person()         {}
func (JobChanged) person()      {}
func (CapacityChanged) person() {}

// Job is what somebody does here.
func (j Joined) Job() JobChanged {
	return JobChanged{Position: j.Position, Title: j.Title, Leads: j.Leads, Site: j.Site}
}

// Update corrects what is on record about somebody. What is as it was is not recorded again.
type Update struct {
	domain.Request
	Person   domain.PersonID
	Name     domain.Sealed // empty leaves the name
	Capacity domain.Role
	Job      JobChanged
	Start    domain.Date     // the zero date leaves it
	Manager  domain.PersonID // empty leaves it
}

func (c Update) Decide(s State) ([]Event, error) {
	today := c.Today()
	capacity := s.life.Usual(today)
	held, _ := s.life.Job(today)
	switch {
	case c.By.Role != domain.Coordinator && c.By.Role != domain.HR && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Only a coordinator or human resources changes what is on record about people.")
	case !s.joined:
		return nil, errUnknown
	case s.erased:
		return nil, ErrErased
	case c.Manager == c.Person && c.Manager != "":
		return nil, domain.Refuse(domain.Invalid, "OWN_MANAGER", "Nobody reports to themselves. Name somebody else.").About("managerId")
	case !slices.Contains(Capacities, c.Capacity):
		return nil, badCapacity(c.Capacity)
	case c.Capacity != capacity && c.By.Person == c.Person && c.By.Person != "":
		return nil, domain.Refuse(domain.Forbidden, "OWN_CAPACITY", "Nobody changes the capacity in which they act themselves. Ask a colleague.").About("capacity")
	}
	var out []Event
	if c.Name != "" && c.Name != s.name {
		out = append(out, Renamed{c.Name})
	}
	if c.Capacity != capacity {
		if err := first(gives(c.By, c.Capacity), gives(c.By, capacity)); err != nil {
			return nil, err
		}
		out = append(out, CapacityChanged{Capacity: c.Capacity, From: today})
	}
	if job := c.Job; !same(job, JobChanged{Position: held.Position, Title: held.Title, Leads: held.Leads, Site: s.life.Site(today)}) {
		job.From = today
		out = append(out, job)
	}
	if !c.Start.IsZero() && c.Start != s.start {
		out = append(out, StartRecorded{c.Start})
	}
	if c.Manager != "" && c.Manager != s.life.Manager(today) {
		out = append(out, ManagerChanged{Manager: c.Manager, From: today})
	}
	if len(out) > 0 && c.By.Person == c.Person && c.By.Person != "" {
		return nil, domain.Refuse(domain.Forbidden, "OWN_RECORD", "Nobody changes their own record. Ask a colleague.")
	}
	return out, nil
}

func same(a, b JobChanged) bool {
	return a.Position == b.Position && a.Title == b.Title && a.Site == b.Site && slices.Equal(a.Leads, b.Leads)
}
