package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Where a pathway asks for a certificate that is good, a milestone holds as long as one is
// that it rests on. A renewal counts once somebody has verified it.
var certificateCarriesMilestone = policy{
	after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
		switch r.Event.(type) {
		case credential.Verified, credential.Counted, credential.Expired, credential.Revoked:
		default:
			return false, nil
		}
		id, err := credential.ID(r.Stream)
		if err == nil {
			err = p.Read.Wait(ctx, r.Position)
		}
		if err != nil {
			return false, err
		}
		resting, err := p.Read.RestingOn(ctx, id, domain.DateOf(p.Now()))
		if err != nil {
			return false, err
		}
		for _, m := range resting {
			if err := p.carry(ctx, keyed(p.follows(r, "certificate-carries-milestone"), string(m.Stream())), m); err != nil {
				return false, err
			}
		}
		return len(resting) > 0, nil
	},
	daily: func(ctx context.Context, p *Policies, today domain.Date) error {
		over, err := p.Read.RestingOver(ctx, today)
		if err != nil {
			return err
		}
		for _, m := range over {
			if err := p.carry(ctx, p.onDay(today, "certificate-carries-milestone"), m); err != nil {
				return err
			}
		}
		return nil
	},
}

func (p *Policies) carry(ctx context.Context, why domain.Request, m projections.Resting) error {
	way, err := pathway.Find(m.Pathway, m.Version)
	req, _, known := way.Requirement(m.Requirement)
	if err != nil || !known || !req.Means().Current {
		return nil // what nobody knows asks for nothing
	}
	if why.On = m.Ended; m.Good {
		why.On = m.From
		return act(ctx, p, m.Stream(), milestone.Evolve, milestone.Renew{Request: why, Certificate: m.Certificate, Good: m.From, Until: m.Until})
	}
	return act(ctx, p, m.Stream(), milestone.Evolve, milestone.Lapse{Request: why, Certificate: m.Certificate, Ended: m.Ended})
}
