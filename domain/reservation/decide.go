package reservation

import "github.com/guildhall-dev/guildhall/domain"

// Take reserves it for a holder. Whoever holds it already may ask again.
type Take struct {
	domain.Request
	Holder domain.Stream
	Taken  *domain.Refusal // what somebody is told who comes too late
}

func (c Take) Decide(s State) ([]Event, error) {
	switch s.Holder {
	case c.Holder:
		return nil, nil
	case "":
		return []Event{Taken{Holder: c.Holder}}, nil
	}
	if c.Taken == nil {
		return nil, domain.Refuse(domain.Conflict, "TAKEN", "Somebody else has this already.")
	}
	return nil, c.Taken
}

// Release gives it up, if it is still held by the holder.
type Release struct {
	domain.Request
	Holder domain.Stream
}

func (c Release) Decide(s State) ([]Event, error) {
	if s.Holder == "" || s.Holder != c.Holder {
		return nil, nil
	}
	return []Event{Released{Holder: c.Holder}}, nil
}
