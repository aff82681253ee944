package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
)

// A recommendation that no college made an award of lapses after its last day.
var recommendationLapses = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	over, err := p.Read.CreditsLapsing(ctx, today)
	if err != nil {
		return err
	}
	for _, s := range over {
		if err := act(ctx, p, s, credit.Evolve, credit.Lapse{Request: p.onDay(today, "recommendation-lapses")}); err != nil {
			return err
		}
	}
	return nil
}}
