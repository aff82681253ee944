package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/projections"
)

// signatures are the agreements that wait for the hospital or for the institution.
func (d *Desk) signatures(ctx context.Context, _ domain.Actor) (out []Errand, err error) {
	all, err := d.Read.Agreements(ctx, "")
	for _, g := range all {
		e := Errand{Partner: g.Partner, Agreement: g.ID, Since: g.Since}
		switch {
		case g.State == projections.AgreementSigned:
			e.Kind = ActivateErrand
		case !g.Lies():
			continue
		case !slices.Contains(g.Signed, agreement.Hospital):
			e.Kind = AgreeErrand
		default:
			e.Kind = AwaitErrand
		}
		out = append(out, e)
	}
	return out, err
}

// appeals are those against colleges of which the hospital said nothing yet.
func (d *Desk) appeals(ctx context.Context, by domain.Actor) (out []Errand, err error) {
	all, err := d.Read.CreditAppeals(ctx)
	for _, a := range all {
		if a.Person != by.Person {
			out = append(out, Errand{Kind: AppealErrand, Person: a.Person, Learner: a.Learner, Rule: a.Rule, Partner: a.Partner, Since: a.Since})
		}
	}
	return out, err
}

// unplaced are apprentices whose journeyworker teaches at their site no longer.
func (d *Desk) unplaced(ctx context.Context, by domain.Actor) (out []Errand, err error) {
	boards, err := d.Read.Boards(ctx)
	if err != nil {
		return nil, err
	}
	today, since := d.Today(), map[domain.ApprenticeshipID]domain.Date{}
	for _, b := range boards {
		for _, s := range b.Site.Spells {
			if s.From.After(today) || !s.To.IsZero() && s.To.Before(today) {
				continue
			}
			at := slices.IndexFunc(b.Site.Teaching, func(t placement.Teacher) bool { return t.Person == s.Under && !t.To.IsZero() && t.To.Before(today) })
			if at >= 0 {
				since[s.Apprenticeship] = b.Site.Teaching[at].To.AddDays(1)
			}
		}
	}
	if len(since) == 0 {
		return nil, nil
	}
	learners, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{IDs: slices.Sorted(maps.Keys(since)), First: mostErrands})
	for _, l := range learners {
		if !l.Over() && l.Person != by.Person {
			out = append(out, Errand{Kind: PlaceErrand, Person: l.Person, Learner: l.ID, Since: since[l.ID]})
		}
	}
	return out, err
}

// seats are the cohorts with a free seat for which somebody applied, and those who took a seat and
// are to be enrolled by the first day. Who waits on a list moves up without anybody.
func (d *Desk) seats(ctx context.Context, by domain.Actor) (out []Errand, err error) {
	all, err := d.Read.SeatsToSee(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	cohorts, err := d.Read.Cohorts(ctx)
	if err != nil {
		return nil, err
	}
	in := map[domain.CohortID]projections.Cohort{}
	for _, c := range cohorts {
		in[c.ID] = c
	}
	free := map[domain.CohortID]int{} // where the errand of a cohort is in out
	for _, s := range all {
		c := in[s.Cohort]
		e := Errand{Cohort: c.ID, Title: c.Title, Since: s.Since, Due: c.From}
		at, told := free[c.ID]
		switch {
		case s.Person == by.Person || c.To.Before(d.Today()):
		case s.Standing == projections.SeatAccepted:
			e.Kind, e.Person = EnrolErrand, s.Person
			out = append(out, e)
		case c.Taken >= c.Seats || c.Waiting > 0:
		case told:
			if s.Since.Before(out[at].Since) {
				out[at].Since = s.Since
			}
		default:
			e.Kind, free[c.ID] = OfferErrand, len(out)
			out = append(out, e)
		}
	}
	return out, nil
}
