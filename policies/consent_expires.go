package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
)

// A consent ends after its last day.
var consentExpires = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	over, err := p.Read.ConsentsOver(ctx, today)
	if err != nil {
		return err
	}
	for _, c := range over {
		why := p.onDay(today, "consent-expires")
		if err := act(ctx, p, consent.Stream(c.Person, c.Party), consent.Evolve, consent.Expire{Request: why}); err != nil {
			return err
		}
	}
	return nil
}}
