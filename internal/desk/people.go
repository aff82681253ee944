package desk

import (
	"context"
	"errors"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// FormerColleague stands for the name of somebody who was erased.
const FormerColleague = "Former colleague"

// Name opens the name of a person as the read model has it.
func (d *Desk) Name(ctx context.Context, s domain.Sealed) (string, error) {
	if s == "" {
		return FormerColleague, nil
	}
	name, err := d.Vault.Unseal(ctx, s)
	if errors.Is(err, vault.ErrErased) {
		return FormerColleague, nil
	}
	return name, err
}

// NameOf is the name of the person with an id; empty for no person.
func (d *Desk) NameOf(ctx context.Context, id domain.PersonID) (string, error) {
	if id == "" {
		return "", nil
	}
	p, err := d.Read.Person(ctx, id)
	if err != nil {
		return "", err
	}
	return d.Name(ctx, p.Name)
}

// A Colleague is somebody who works here or did, by name.
type Colleague struct {
	projections.Person
	FullName string
}

// Colleagues are all who work here or did, for those who look people up: coordinators, human
// resources and auditors. Under which grade somebody is paid, human resources and auditors read.
func (d *Desk) Colleagues(ctx context.Context, by domain.Actor) ([]Colleague, error) {
	if !overview(by) {
		return nil, nil
	}
	all, err := d.Read.People(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Colleague, len(all))
	for i, p := range all {
		if out[i], err = d.named(ctx, by, p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Colleague is one of Colleagues; others, and everybody for those who may not look people up,
// do not exist.
func (d *Desk) Colleague(ctx context.Context, by domain.Actor, id domain.PersonID) (Colleague, error) {
	p, err := d.Read.Person(ctx, id)
	if err == nil && !overview(by) {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_PERSON", "There is no such person.")
	}
	if err != nil {
		return Colleague{}, err
	}
	return d.named(ctx, by, p)
}

func (d *Desk) named(ctx context.Context, by domain.Actor, p projections.Person) (Colleague, error) {
	name, err := d.Name(ctx, p.Name)
	if by.Role != domain.HR && by.Role != domain.Auditor && by.Person != p.ID {
		p.PayGrade = ""
	}
	return Colleague{p, name}, err
}

// Join records a new colleague under the number that personnel gave them. A number that
// somebody of another name has is refused (NUMBER_TAKEN); joining again is once.
func (d *Desk) Join(ctx context.Context, a Ask, id domain.PersonID, name string, j person.Joined) (events.Position, error) {
	name, j.Title = domain.Written(name), domain.Written(j.Title)
	switch {
	case a.By.Role != domain.Coordinator && a.By.Role != domain.HR:
		return 0, domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Only a coordinator or human resources adds people.")
	case !domain.ValidID(id):
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "Write the number with letters, digits and hyphens only.").About("personId")
	case domain.TooLong(name):
		return 0, domain.Shorten("name")
	case domain.TooLong(j.Title):
		return 0, domain.Shorten("title")
	case j.Position != "" && !domain.ValidID(j.Position):
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "Name a job by its id.").About("position")
	case !domain.ValidID(j.Site):
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "Name a site by its id.").About("siteId")
	}
	was, err := d.Read.Person(ctx, id)
	switch {
	case err == nil:
		other, err := d.renamed(ctx, was, name)
		if err != nil {
			return 0, err
		}
		if other {
			return 0, domain.Refuse(domain.Conflict, "NUMBER_TAKEN", "This number belongs to somebody else already. Check it with personnel.").About("personId")
		}
	case domain.AsRefusal(err) == nil:
		return 0, err
	}
	if j.Manager != "" {
		c, err := d.Chronicle(ctx, j.Manager)
		if err != nil {
			return 0, err
		}
		if !c.Acts(domain.Manager, d.Today()) {
			return 0, domain.Refuse(domain.Invalid, "NOT_A_MANAGER", "People report to somebody who acts as a manager. Name one.").About("managerId")
		}
	}
	if name == "" {
		return 0, domain.Refuse(domain.Invalid, "NAME_MISSING", "A person needs a name.").About("name")
	}
	if j.Name, err = d.seal(ctx, id, "name", name); err != nil {
		return 0, err
	}
	return d.keep(ctx, id, person.Join{Request: d.request(a), Joined: j})
}
