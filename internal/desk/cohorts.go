package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/events"
)

// PlanCohort adds a cohort.
func (d *Desk) PlanCohort(ctx context.Context, a Ask, id domain.CohortID, p cohort.Planned) (events.Position, error) {
	if p.Partner != "" {
		if err := d.known(ctx, p.Partner); err != nil {
			return 0, err
		}
	}
	if p.Agreement != "" {
		found, err := d.Read.Agreements(ctx, p.Partner)
		if err != nil {
			return 0, err
		}
		there := false
		for _, g := range found {
			there = there || g.ID == p.Agreement && g.Partner == p.Partner
		}
		if !there {
			return 0, domain.Refuse(domain.NotFound, "NO_SUCH_AGREEMENT", "There is no such agreement with this institution.").About("agreementId")
		}
	}
	p.Title = domain.Written(p.Title)
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.Plan{Request: d.request(a), Planned: p})
}

// ChangeSeats says how many seats there are now.
func (d *Desk) ChangeSeats(ctx context.Context, a Ask, id domain.CohortID, seats int) (events.Position, error) {
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.ChangeSeats{Request: d.request(a), Seats: seats})
}

// OpenCohort lets people apply.
func (d *Desk) OpenCohort(ctx context.Context, a Ask, id domain.CohortID) (events.Position, error) {
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.Open{Request: d.request(a)})
}

// InviteToCohort tells people of a cohort and asks them to apply.
func (d *Desk) InviteToCohort(ctx context.Context, a Ask, id domain.CohortID, people []domain.PersonID) (events.Position, error) {
	c := cohort.Invite{Request: d.request(a), People: people}
	if a.By.Role == domain.Coordinator || a.By.Role == domain.HR {
		for _, p := range people[:min(len(people), cohort.MaxInvited)] {
			if _, err := d.colleague(ctx, p, "personIds"); err != nil {
				return 0, err
			}
		}
	}
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, c)
}

// ApplyToCohort asks for a seat.
func (d *Desk) ApplyToCohort(ctx context.Context, a Ask, id domain.CohortID, who domain.PersonID) (events.Position, error) {
	if _, err := d.guided(ctx, a.By, who); err != nil {
		return 0, err
	}
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.Apply{Request: d.request(a), Person: who})
}

// OfferSeat holds a seat for an applicant, or a place on the waiting list.
func (d *Desk) OfferSeat(ctx context.Context, a Ask, id domain.CohortID, who domain.PersonID, until domain.Date) (events.Position, error) {
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.Offer{Request: d.request(a), Person: who, Until: until})
}

// DecideSeat takes the seat that is held for the asker, or gives it back.
func (d *Desk) DecideSeat(ctx context.Context, a Ask, id domain.CohortID, accept bool) (events.Position, error) {
	var c events.Command[cohort.State, cohort.Event] = cohort.Decline{Request: d.request(a)}
	if accept {
		c = cohort.Accept{Request: d.request(a)}
	}
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, c)
}

// EnrolInCohort records that somebody who accepted takes part.
func (d *Desk) EnrolInCohort(ctx context.Context, a Ask, id domain.CohortID, who domain.PersonID, on domain.Date) (events.Position, error) {
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.Enrol{Request: d.on(a, on), Person: who})
}

// LeaveCohort ends taking part, or an application.
func (d *Desk) LeaveCohort(ctx context.Context, a Ask, id domain.CohortID, who domain.PersonID, reason string, on domain.Date) (events.Position, error) {
	if _, err := d.guided(ctx, a.By, who); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, who, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.Leave{Request: d.on(a, on), Person: who, Reason: sealed})
}

// CompleteCohort records that somebody took part to the end.
func (d *Desk) CompleteCohort(ctx context.Context, a Ask, id domain.CohortID, who domain.PersonID, on domain.Date) (events.Position, error) {
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.Complete{Request: d.on(a, on), Person: who})
}

// CancelCohort ends a cohort before its time.
func (d *Desk) CancelCohort(ctx context.Context, a Ask, id domain.CohortID, reason string) (events.Position, error) {
	return execute(ctx, d, cohort.Stream(id), cohort.Evolve, cohort.Cancel{Request: d.request(a), Reason: domain.Written(reason)})
}
