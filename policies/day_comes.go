package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
)

// What was written down about somebody for a later day holds once the day has come.
var dayComes = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	coming, err := p.Read.Coming(ctx, today)
	if err != nil {
		return err
	}
	for _, c := range coming {
		if err := act(ctx, p, person.Stream(c.Person), person.Evolve, person.TakeEffect{Request: p.onDay(today, "day-comes"), Fact: c.Fact}); err != nil {
			return err
		}
	}
	return nil
}}
