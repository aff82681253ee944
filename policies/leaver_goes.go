package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/position"
)

// Who has left is recognised no more, and their place is to be filled.
var leaverGoes = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	keys, err := p.Read.KeysOfLeavers(ctx)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := act(ctx, p, person.Stream(k.Person), person.Evolve, person.RevokeKey{Request: p.onDay(today, "leaver-goes"), Key: k.Key}); err != nil {
			return err
		}
	}
	places, err := p.Read.PlacesOfLeavers(ctx)
	if err != nil {
		return err
	}
	for _, place := range places {
		if err := act(ctx, p, position.Stream(place.Position), position.Evolve, position.Vacate{
			Request: p.onDay(today, "leaver-goes"), Vacated: position.Vacated{By: place.Person, On: place.Until}}); err != nil {
			return err
		}
	}
	return nil
}}
