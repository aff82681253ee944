package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credential"
)

// A certificate expires after its last day.
var certificateExpires = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	over, err := p.Read.CredentialsOver(ctx, today)
	if err != nil {
		return err
	}
	for _, c := range over {
		why := p.onDay(today, "certificate-expires")
		if err := act(ctx, p, credential.Stream(c.ID), credential.Evolve, credential.Expire{Request: why}); err != nil {
			return err
		}
	}
	return nil
}}
