package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
)

// What an institution reported of a learner who shared nothing with it then goes on record
// once they do.
var heldRowsApply = policy{daily: func(ctx context.Context, p *Policies, _ domain.Date) error {
	if p.Held == nil {
		return nil
	}
	return p.Held(ctx)
}}
