package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Renamed records the name somebody goes by now.
type Renamed struct {
	Name domain.Sealed `json:"name"`
}

// JobChanged records the job somebody holds now.
type JobChanged struct {
	Position domain.RoleID   `json:"position"`
	Title    string          `json:"title"`
	Leads    []domain.RoleID `json:"leads,omitempty"`
	Site     domain.SiteID   `json:"site"`
}

// CapacityChanged records in which capacity somebody acts from now on.
type CapacityChanged struct {
	Capacity domain.Role `json:"capacity"`
}

func (Renamed) EventName() string         { return "person.renamed" }
func (JobChanged) EventName() string      { return "person.job_changed" }
func (CapacityChanged) EventName() string { return "person.capacity_changed" }

func (Renamed) person()         {}
func (JobChanged) person()      {}
func (CapacityChanged) person() {}

// Job is what somebody does here.
func (j Joined) Job() JobChanged { return JobChanged{j.Position, j.Title, j.Leads, j.Site} }

// Update corrects what is on record about somebody. What is as it was is not recorded again.
type Update struct {
	domain.Request
	Person   domain.PersonID
	Name     domain.Sealed // empty leaves the name
	Capacity domain.Role
	Job      JobChanged
}

func (c Update) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.Coordinator && c.By.Role != domain.HR && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Only a coordinator or human resources changes what is on record about people.")
	case !s.joined:
		return nil, errUnknown
	case s.erased:
		return nil, ErrErased
	case !slices.Contains(capacities, c.Capacity):
		return nil, domain.Refuse(domain.Invalid, "BAD_CAPACITY", "Nobody acts here as %q. Choose one of %q.", c.Capacity, capacities).About("capacity")
	case c.Capacity != s.capacity && c.By.Person == c.Person && c.By.Person != "":
		return nil, domain.Refuse(domain.Forbidden, "OWN_CAPACITY", "Nobody changes the capacity in which they act themselves. Ask a colleague.").About("capacity")
	}
	var out []Event
	if c.Name != "" && c.Name != s.name {
		out = append(out, Renamed{c.Name})
	}
	if c.Capacity != s.capacity {
		out = append(out, CapacityChanged{c.Capacity})
	}
	if !same(c.Job, s.job) {
		out = append(out, c.Job)
	}
	return out, nil
}

func same(a, b JobChanged) bool {
	return a.Position == b.Position && a.Title == b.Title && a.Site == b.Site && slices.Equal(a.Leads, b.Leads)
}
