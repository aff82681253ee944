package explain

import (
	"cmp"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Place is where the learner stands in a cohort.
type Place struct {
	projections.Seat
	Title  string
	Seats  int
	Taken  int
	Before int // who wait and come first
}

// seats explains why the learner has no seat in a cohort yet.
func (c Case) seats() (out []Explanation) {
	for _, p := range c.Places {
		e := Explanation{About: Seat, Subject: cohort.Stream(p.Cohort), Title: domain.Tell("A seat in %s", p.Title), Since: p.Since,
			Rule: Rule{"seats", domain.Tell("A cohort has so many seats, given in the order of asking"), Source{ByPolicy, string(p.Cohort)}}}
		e = e.need(0, 1, Count)
		switch p.Standing {
		case projections.SeatApplied:
			e.Next, e.Turn = OfferSeat, Turn{Role: domain.Coordinator}
		case projections.SeatOffered:
			e.Next, e.Turn, e.Due = AcceptSeat, c.learner(), p.Until
		case projections.SeatWaiting:
			e.Next = AwaitSeat
			e = e.need(0, p.Before+1, Count)
		default:
			continue
		}
		out = append(out, e)
	}
	return out
}

// RenewBefore is how many days before its end a certificate is to be renewed.
const RenewBefore = 60

// certificates explains which certificates end soon or have ended.
func (c Case) certificates() (out []Explanation) {
	for _, k := range c.Certificates {
		ended := k.State == projections.CredentialExpired || !k.ValidTo.IsZero() && k.ValidTo.Before(c.Today)
		good := k.State == projections.CredentialHeld || k.State == projections.CredentialVerified
		if !ended && (!good || k.ValidTo.IsZero() || k.ValidTo.After(c.Today.AddDays(RenewBefore))) || k.State == projections.CredentialRevoked {
			continue
		}
		e := Explanation{About: Certificate, Subject: credential.Stream(k.ID), Title: domain.Verbatim(k.Title), Next: RenewIt, Turn: c.learner(), Since: k.ValidTo.AddDays(-RenewBefore), Due: k.ValidTo,
			Rule: Rule{"validity", domain.Tell("A certificate is good until its last day"), Source{ByPolicy, cmp.Or(k.Issuer, string(k.ID))}}}
		if e = e.need(max(0, k.ValidTo.DaysSince(c.Today)), RenewBefore, Days); ended {
			e = e.need(0, 1, Count)
		}
		out = append(out, e)
	}
	return out
}

// ratio explains that more apprentices learn at the learner's site than its journeyworkers
// may teach.
func (c Case) ratio() []Explanation {
	r, err := rules.ParseRatio(c.Standard.Ratio)
	apprentices, journeyworkers := c.Site.Count(c.Today)
	if err != nil || !c.Rules.RatioPerSite || r.Allows(apprentices, journeyworkers) {
		return nil
	}
	e := Explanation{About: Apprenticeship, Subject: apprenticeship.Stream(c.Learner.ID), Title: domain.Tell("Enough journeyworkers at the site"), Next: AddMentor, Turn: Turn{Role: domain.Coordinator},
		Rule: Rule{"ratio", domain.Tell("Apprentices to journeyworkers, %s at each site", r.String()), c.regulation("29 CFR 29.5(b)(7)")}}
	needed := (apprentices*r.Journeyworkers + r.Apprentices - 1) / r.Apprentices
	return []Explanation{e.need(journeyworkers, needed, Count)}
}
