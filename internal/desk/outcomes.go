package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Outcomes returns what came of the programmes, as far as the actor may know: everything
// for executives, coordinators, human resources and auditors; their own site for managers;
// its own cohorts for a college. Small groups are hidden from all of them alike.
func (d *Desk) Outcomes(ctx context.Context, by domain.Actor, measures ...projections.Measure) ([]projections.Outcome, error) {
	may, err := d.seesOutcome(ctx, by)
	if err != nil {
		return nil, err
	}
	all, err := d.Read.Outcomes(ctx, measures...)
	if err != nil {
		return nil, err
	}
	var out []projections.Outcome
	for _, o := range all {
		if may(o) {
			out = append(out, o)
		}
	}
	return out, nil
}

func (d *Desk) seesOutcome(ctx context.Context, by domain.Actor) (func(projections.Outcome) bool, error) {
	switch by.Role {
	case domain.Executive, domain.Coordinator, domain.HR, domain.Auditor:
		return func(projections.Outcome) bool { return true }, nil
	case domain.Manager:
		p, err := d.Read.Person(ctx, by.Person)
		return func(o projections.Outcome) bool {
			return o.Dimension == projections.BySite && p.Site != "" && o.Key == string(p.Site)
		}, err
	case domain.Partner:
		cohorts, err := d.Read.Cohorts(ctx)
		own := map[string]bool{}
		for _, c := range cohorts {
			if by.Partner != "" && c.Partner == by.Partner {
				own[string(c.ID)] = true
			}
		}
		return func(o projections.Outcome) bool { return o.Dimension == projections.ByCohort && own[o.Key] }, err
	}
	return nil, domain.Refuse(domain.Forbidden, "NOT_FOR_YOU", "Outcomes are for executives, coordinators, human resources and auditors; managers see their site, colleges their cohorts.")
}

// DescribeSite says what a site is.
func (d *Desk) DescribeSite(ctx context.Context, a Ask, id domain.SiteID, s site.Described) (events.Position, error) {
	s.Name = domain.Written(s.Name)
	return execute(ctx, d, site.Stream(id), site.Evolve, site.Describe{Request: d.request(a), Described: s})
}

// SetDayLimit says how much may be logged for one day at a site, from a day on.
func (d *Desk) SetDayLimit(ctx context.Context, a Ask, id domain.SiteID, limit rules.DayLimit) (events.Position, error) {
	return execute(ctx, d, site.Stream(id), site.Evolve, site.SetDayLimit{Request: d.request(a), Limit: limit})
}
