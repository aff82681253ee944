package milestone

import "github.com/guildhall-dev/guildhall/domain"

var followsCertificate = domain.Refuse(domain.Forbidden, "FOLLOWS_CERTIFICATE", "This follows from a certificate.")

// Lapse ends what rests on certificates of which none is good any more.
type Lapse struct {
	domain.Request
	Certificate domain.Stream // the one that was good longest
	Ended       domain.Date   // the first day on which it was not
}

// Decide leaves alone what was attained when the certificate had ended: it rests on something else.
func (c Lapse) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, followsCertificate
	case s.status != attained || !s.on.Before(c.Ended):
		return nil, nil
	}
	return []Event{Expired{On: c.Ended, Basis: string(c.Certificate)}}, nil
}

// Renew lets what was attained hold again, or for longer, where a certificate that it rests
// on is good.
type Renew struct {
	domain.Request
	Certificate domain.Stream
	Good        domain.Date // from when
	Until       domain.Date // its last day; zero is for life
}

// Decide brings nothing back whose own time is over unless the certificate is newer than it.
// What was done before it expired still counts no more; it rests on the certificate then.
func (c Renew) Decide(s State) ([]Event, error) {
	if c.By.Role != domain.System {
		return nil, followsCertificate
	}
	e := Renewed{Certificate: string(c.Certificate), On: c.Good, Level: s.level, Basis: s.basis}
	limit := s.validUntil
	switch {
	case s.status == attained:
		if limit.IsZero() || !c.Until.After(limit) {
			return nil, nil
		}
	case s.status == waived || s.lost == nil || s.lost.certificate == "" && !c.Good.After(s.lost.On):
		return nil, nil
	default:
		e.Level, e.Basis, limit = s.lost.Level, e.Certificate, s.lost.ValidUntil
	}
	if !limit.IsZero() {
		e.ValidUntil = s.validity(c.Good, c.Until)
	}
	return []Event{e}, nil
}
