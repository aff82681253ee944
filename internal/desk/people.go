package desk

import (
	"context"
	"errors"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// FormerColleague stands for the name of somebody who was erased.
const FormerColleague = "Former colleague"

// Name opens the name of a person as the read model has it.
func (d *Desk) Name(ctx context.Context, s domain.Sealed) (string, error) {
	if s == "" {
		return FormerColleague, nil
	}
	name, err := d.Vault.Unseal(ctx, s)
	if errors.Is(err, vault.ErrErased) {
		return FormerColleague, nil
	}
	return name, err
}

// NameOf is the name of the person with an id; empty for no person.
func (d *Desk) NameOf(ctx context.Context, id domain.PersonID) (string, error) {
	if id == "" {
		return "", nil
	}
	p, err := d.Read.Person(ctx, id)
	if err != nil {
		return "", err
	}
	return d.Name(ctx, p.Name)
}

// Erase makes a person unrecognisable, on every node. It cannot be undone. The read model
// shows it once this node can open nothing any more that was sealed about them.
func (d *Desk) Erase(ctx context.Context, a Ask, id domain.PersonID, why person.Reason) (events.Position, error) {
	return execute(ctx, d, person.Stream(id), person.Evolve, person.Erase{Request: d.request(a), Person: id, Reason: why})
}
