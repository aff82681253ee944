package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
)

// What is valid for a time expires after its last day.
var milestoneExpires = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	over, err := p.Read.MilestonesOver(ctx, today)
	if err != nil {
		return err
	}
	for _, stream := range over {
		why := p.onDay(today, "milestone-expires")
		if err := act(ctx, p, stream, milestone.Evolve, milestone.Expire{Request: why}); err != nil {
			return err
		}
	}
	return nil
}}
