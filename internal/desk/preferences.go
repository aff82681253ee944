package desk

import (
	"context"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/events"
)

// Prefer records what the asker chooses for themselves.
func (d *Desk) Prefer(ctx context.Context, a Ask, chosen preference.Chosen) (events.Position, error) {
	if _, err := time.LoadLocation(chosen.Zone); err != nil {
		return 0, domain.Refuse(domain.Invalid, "BAD_ZONE", "Choose one of the time zones.").About("zone")
	}
	return execute(ctx, d, preference.Stream(a.By.Person), preference.Evolve, preference.Choose{Request: d.request(a), Person: a.By.Person, Chosen: chosen})
}

// ReadMessages records that the asker has read what happened until a moment.
func (d *Desk) ReadMessages(ctx context.Context, a Ask, until time.Time) (events.Position, error) {
	return execute(ctx, d, preference.Stream(a.By.Person), preference.Evolve, preference.Read{Request: d.request(a), Person: a.By.Person, Until: until})
}
