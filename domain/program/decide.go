package program

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// MostSites and MostEmployers bound what is on record of one programme.
const (
	MostSites     = 500
	MostEmployers = 1000
)

// Register records that an agency registered a programme.
type Register struct {
	domain.Request
	Registered Registered
}

func (c Register) Decide(s State) ([]Event, error) {
	e := c.Registered
	e.On = c.Today()
	if err := runs(c.By); err != nil {
		return nil, err
	}
	switch {
	case s.registered == e:
		return nil, nil
	case s.registered.Title != "":
		return nil, domain.Refuse(domain.Conflict, "ALREADY_REGISTERED", "This programme is registered already. Amend it.")
	}
	for _, line := range []struct{ text, field string }{{e.Title, "title"}, {e.Sponsor, "sponsor"}, {e.Agency, "agency"}, {e.Number, "programNo"}} {
		if err := written(line.text, line.field); err != nil {
			return nil, err
		}
	}
	if _, err := rules.On(e.Profile, c.Today()); err != nil {
		if r := domain.AsRefusal(err); r != nil {
			return nil, r.About("profile")
		}
		return nil, err
	}
	if err := e.Settings.check(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// Amend changes the settings from a day on, perhaps an earlier one.
type Amend struct {
	domain.Request
	Settings Settings
	From     domain.Date
}

func (c Amend) Decide(s State) ([]Event, error) {
	if err := s.open(c.By); err != nil {
		return nil, err
	}
	switch {
	case c.From.Before(s.registered.On):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "The programme is registered since %s.", s.registered.On).About("from")
	case SettingsOn(s.registered.Settings, s.amended, c.From) == c.Settings:
		return nil, nil
	}
	if err := c.Settings.check(); err != nil {
		return nil, err
	}
	return []Event{Amended{Settings: c.Settings, From: c.From}}, nil
}

// AddSite records that apprentices learn at a site, or in which other ratio from a day on.
type AddSite struct {
	domain.Request
	Site  domain.SiteID
	Ratio string
	From  domain.Date
}

func (c AddSite) Decide(s State) ([]Event, error) {
	if err := s.open(c.By); err != nil {
		return nil, err
	}
	e := SiteAdded{Site: c.Site, Ratio: c.Ratio, From: c.From}
	_, err := rules.ParseRatio(c.Ratio)
	switch r := domain.AsRefusal(err); {
	case r != nil:
		return nil, r.About("ratio")
	case err != nil:
		return nil, err
	case !domain.ValidID(c.Site):
		return nil, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not a site: use lower-case letters, digits and hyphens.", c.Site).About("siteId")
	case c.From.IsZero() || c.From.Before(s.registered.On):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "The programme is registered since %s.", s.registered.On).About("from")
	case slices.Contains(s.sites, e):
		return nil, nil
	case len(s.sites) >= MostSites:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY_SITES", "A programme has at most %d sites on record.", MostSites)
	}
	return []Event{e}, nil
}

// JoinEmployer records that an employer accepted the programme's standards.
type JoinEmployer struct {
	domain.Request
	Employer, Acceptance string
}

func (c JoinEmployer) Decide(s State) ([]Event, error) {
	if err := s.open(c.By); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(s.employers, func(e EmployerJoined) bool { return e.Employer == c.Employer }) {
		return nil, nil
	}
	if err := written(c.Employer, "employer"); err != nil {
		return nil, err
	}
	if err := written(c.Acceptance, "acceptance"); err != nil {
		return nil, err
	}
	if len(s.employers) >= MostEmployers {
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY_EMPLOYERS", "A programme has at most %d employers on record.", MostEmployers)
	}
	return []Event{EmployerJoined{Employer: c.Employer, Acceptance: c.Acceptance, On: c.Today()}}, nil
}

// Deregister ends a programme.
type Deregister struct {
	domain.Request
	Reason string
}

func (c Deregister) Decide(s State) ([]Event, error) {
	switch {
	case s.registered.Title == "":
		return nil, notFound()
	case !s.gone.IsZero():
		return nil, domain.Refuse(domain.Conflict, "DEREGISTERED", "This programme ended on %s.", s.gone)
	}
	if err := s.open(c.By); err != nil {
		return nil, err
	}
	if err := written(c.Reason, "reason"); err != nil {
		return nil, err
	}
	return []Event{Deregistered{Reason: c.Reason, On: c.Today()}}, nil
}

func (s State) open(by domain.Actor) error {
	switch err := runs(by); {
	case err != nil:
		return err
	case s.registered.Title == "":
		return notFound()
	case !s.gone.IsZero():
		return domain.Refuse(domain.Conflict, "DEREGISTERED", "This programme ended on %s.", s.gone)
	}
	return nil
}

func (s Settings) check() error {
	if s.Reporting.Days < 0 || s.Reporting.Days > 365 || s.ReviewWeeks < 0 || s.ReviewWeeks > 104 {
		return domain.Refuse(domain.Invalid, "BAD_SETTING", "The agency is told within 365 days, and progress is evaluated within two years.").About("settings")
	}
	return nil
}

func runs(by domain.Actor) error {
	if by.Role != domain.Coordinator && by.Role != domain.System {
		return domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator keeps the record of a programme.")
	}
	return nil
}

func written(text, field string) error {
	switch {
	case domain.Written(text) == "":
		return domain.Refuse(domain.Invalid, "TEXT_MISSING", "This is needed.").About(field)
	case domain.TooLong(text):
		return domain.Shorten(field)
	}
	return nil
}

func notFound() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_PROGRAM", "There is no such programme.")
}
