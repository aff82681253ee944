package filing

import "github.com/guildhall-dev/guildhall/domain"

// Open records that the agency has to be told: what follows from a change of status.
type Open struct {
	domain.Request
	Due Due
}

func (c Open) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "FOLLOWS_CHANGE", "A filing follows from a change of status.")
	case s.status != none:
		return nil, nil
	}
	return []Event{c.Due}, nil
}

// Prepare records that what is sent is written.
type Prepare struct {
	domain.Request
	Digest string
	Form   domain.Sealed // what is sent
}

func (c Prepare) Decide(s State) ([]Event, error) {
	switch err := keeps(s, c.By); {
	case err != nil:
		return nil, err
	case s.status == prepared && s.digest == c.Digest:
		return nil, nil
	case s.status == submitted || s.status == accepted:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_SUBMITTED", "This was sent to the agency already.")
	case c.Digest == "" || domain.TooLong(c.Digest):
		return nil, domain.Refuse(domain.Invalid, "DIGEST_MISSING", "Say what was written, by its SHA-256.")
	}
	return []Event{Prepared{Digest: c.Digest, On: c.Today(), Form: c.Form}}, nil
}

// Submit records that it was sent.
type Submit struct {
	domain.Request
	Reference string
}

func (c Submit) Decide(s State) ([]Event, error) {
	switch err := keeps(s, c.By); {
	case err != nil:
		return nil, err
	case s.status == submitted && s.reference == c.Reference:
		return nil, nil
	case s.status == submitted || s.status == accepted:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_SUBMITTED", "This was sent to the agency already.")
	case s.status != prepared:
		return nil, domain.Refuse(domain.Conflict, "NOT_PREPARED", "Prepare it first, so that what was sent is known.")
	case domain.Written(c.Reference) == "":
		return nil, domain.Refuse(domain.Invalid, "REFERENCE_MISSING", "Give the reference of the agency's receipt.").About("reference")
	case domain.TooLong(c.Reference):
		return nil, domain.Shorten("reference")
	}
	return []Event{Submitted{Reference: c.Reference, On: c.Today()}}, nil
}

// Answer records what the agency said. Errors are what it found wrong; none accepts.
type Answer struct {
	domain.Request
	Accepted bool
	Errors   domain.Sealed
}

func (c Answer) Decide(s State) ([]Event, error) {
	switch err := keeps(s, c.By); {
	case err != nil:
		return nil, err
	case s.status == accepted && c.Accepted, s.status == rejected && !c.Accepted:
		return nil, nil
	case s.status != submitted:
		return nil, domain.Refuse(domain.Conflict, "NOT_SUBMITTED", "This is not with the agency.")
	case c.Accepted:
		return []Event{Accepted{On: c.Today()}}, nil
	case c.Errors == "":
		return nil, domain.Refuse(domain.Invalid, "ERRORS_MISSING", "Say what the agency found wrong.").About("errors")
	}
	return []Event{Rejected{Errors: c.Errors, On: c.Today()}}, nil
}

func keeps(s State, by domain.Actor) error {
	switch {
	case s.status == none:
		return domain.Refuse(domain.NotFound, "NO_SUCH_FILING", "There is no such filing.")
	case by.Role != domain.Coordinator:
		return domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator tells the agency.")
	}
	return nil
}
