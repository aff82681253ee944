package cohort

import "github.com/guildhall-dev/guildhall/domain"

// Invite tells people of the cohort and asks them to apply. Who was invited or applied
// before is passed over.
type Invite struct {
	domain.Request
	People []domain.PersonID
}

func (c Invite) Decide(s State) ([]Event, error) {
	if err := s.run(c.By); err != nil {
		return nil, err
	}
	switch {
	case s.status == cancelled:
		return nil, isCancelled
	case len(c.People) == 0 || len(c.People) > MaxInvited:
		return nil, domain.Refuse(domain.Invalid, "BAD_INVITATION", "Invite 1 to %d people at a time.", MaxInvited).About("personIds")
	case len(s.people)+len(c.People) > MaxPeople:
		return nil, tooMany
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	var out []Event
	for _, p := range c.People {
		if s.of(p).standing == stranger {
			e := Invited{Person: p, On: c.Today()}
			out = append(out, e)
			s = Evolve(s, e)
		}
	}
	return out, nil
}

// Apply asks for a seat. Somebody who declined or left may ask again.
type Apply struct {
	domain.Request
	Person domain.PersonID
}

func (c Apply) Decide(s State) ([]Event, error) {
	now := s.of(c.Person).standing
	switch {
	case c.By.Person != c.Person && !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_SEAT", "People apply for themselves, or a coordinator does for them.")
	case s.status == none:
		return nil, errUnknown
	case now != stranger && now != invited && now != declined && now != left:
		return nil, nil
	case s.status != open:
		return nil, domain.Refuse(domain.Conflict, "NOT_OPEN", "Nobody can apply to this cohort at the moment.")
	case c.Today().After(s.planned.To):
		return nil, domain.Refuse(domain.Conflict, "OVER_ALREADY", "This cohort ended on %s.", s.planned.To)
	case now == stranger && len(s.people) >= MaxPeople:
		return nil, tooMany
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Applied{Person: c.Person, On: c.Today()}}, nil
}
