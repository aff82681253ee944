package policies

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
)

// An agreement ends after its last day, and notice is given before.
var agreementExpires = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	over, err := p.Read.AgreementsOver(ctx, today)
	if err != nil {
		return err
	}
	for _, id := range over {
		why := p.onDay(today, "agreement-expires")
		if err := act(ctx, p, agreement.Stream(id), agreement.Evolve, agreement.Expire{Request: why}); err != nil {
			return err
		}
	}
	for _, days := range slices.Backward(agreement.Notices) {
		ending, err := p.Read.AgreementsEnding(ctx, today, days)
		if err != nil {
			return err
		}
		for _, id := range ending {
			why := p.onDay(today, "agreement-notice")
			if err := act(ctx, p, agreement.Stream(id), agreement.Evolve, agreement.GiveNotice{Request: why, Days: days}); err != nil {
				return err
			}
		}
	}
	return nil
}}
