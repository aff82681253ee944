package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/events"
)

// seatIsHeld is for how many days a seat is held for somebody who moves up.
const seatIsHeld = 14

// A seat that is free goes to whoever waits longest.
var waitingListMovesUp = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	switch r.Event.(type) {
	case cohort.SeatDeclined, cohort.Left, cohort.SeatsChanged, cohort.Waitlisted:
	default:
		return false, nil
	}
	why := p.follows(r, "waiting-list-moves-up")
	return true, act(ctx, p, r.Stream, cohort.Evolve, cohort.MoveUp{Request: why, Until: why.Today().AddDays(seatIsHeld)})
}}

// A seat that is held too long is free again.
var offerLapses = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	held, err := p.Read.SeatsLapsed(ctx, today)
	if err != nil {
		return err
	}
	for _, s := range held {
		why := p.onDay(today, "offer-lapses")
		if err := act(ctx, p, cohort.Stream(s.Cohort), cohort.Evolve, cohort.Lapse{Request: why, Person: s.Person}); err != nil {
			return err
		}
	}
	return nil
}}
