package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
)

// An agreement ends after its last day.
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
	return nil
}}
