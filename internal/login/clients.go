package login

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Sees returns of which institution somebody may see the clients, none being of all; false
// is that they may not see any.
func Sees(by domain.Actor) (only domain.PartnerID, may bool) {
	switch by.Role {
	case domain.Coordinator, domain.PrivacyOfficer, domain.Auditor, domain.System:
		return "", true
	case domain.Partner:
		return by.Partner, by.Partner != ""
	}
	return "", false
}

// Client returns a client that somebody may see, or a refusal (NO_SUCH_CLIENT).
func (l *Login) Client(ctx context.Context, by domain.Actor, name client.Name) (projections.Client, error) {
	c, err := l.Read.Client(ctx, name)
	if only, may := Sees(by); err == nil && (!may || only != "" && only != c.Partner) {
		return projections.Client{}, noSuchClient
	}
	return c, err
}

var noSuchClient = domain.Refuse(domain.NotFound, "NO_SUCH_CLIENT", "There is no such client.")

// Register records a system of an institution.
func (l *Login) Register(ctx context.Context, r domain.Request, name client.Name, about client.Registered) (events.Position, error) {
	if !name.Valid() {
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not the name of a client: write the institution's id, a point and a word of lower-case letters, digits and hyphens.", clip(string(name))).About("name")
	}
	known, err := l.Read.Partners(ctx)
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(known, func(p projections.Partner) bool { return p.ID == name.Partner() }) {
		return 0, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.").About("partnerId")
	}
	return l.record(ctx, name, client.Register{Request: r, Registered: about})
}

// Grant says what a client may ask for from now on.
func (l *Login) Grant(ctx context.Context, r domain.Request, name client.Name, scopes []client.Scope) (events.Position, error) {
	return l.record(ctx, name, client.Grant{Request: r, Scopes: scopes})
}

// Restrict says whether a client asks by documents on record alone.
func (l *Login) Restrict(ctx context.Context, r domain.Request, name client.Name, only bool) (events.Position, error) {
	return l.record(ctx, name, client.Restrict{Request: r, Only: only})
}

// A Rotation says what becomes of the keys of a client when it gets others.
type Rotation struct {
	Keys  []PublicKey // to be recognised by; none is a secret
	Until domain.Date // the last day of what is new; zero is the usual one

	Replace bool // the keys before end
	Grace   int  // days that they still work; 0 is not at all
}

// Rotate gives a client keys or a secret. The text of a secret is told once: somebody who
// asks again with the same idempotency key gets one without.
func (l *Login) Rotate(ctx context.Context, r domain.Request, name client.Name, how Rotation) (Secret, events.Position, error) {
	c, err := l.Client(ctx, r.By, name)
	if err != nil {
		return Secret{}, 0, err
	}
	if how.Grace < 0 {
		return Secret{}, 0, domain.Refuse(domain.Invalid, "BAD_DAYS", "Say for how many days the keys before still work: 0 ends them at once.").About("graceDays")
	}
	var cs []events.Command[client.State, client.Event]
	for _, k := range c.Keys {
		switch today := r.Today(); {
		case !how.Replace || !k.Works(today) || slices.ContainsFunc(how.Keys, func(n PublicKey) bool { return n.ID == k.ID }):
		case how.Grace > 0:
			cs = append(cs, client.Limit{Request: r, Client: name, Key: k.ID, Until: today.AddDays(how.Grace)})
		default:
			cs = append(cs, client.Revoke{Request: r, Client: name, Key: k.ID, Reason: "Another one takes its place."})
		}
	}
	var secret Secret
	if len(how.Keys) == 0 {
		secret = NewSecret()
		cs = append(cs, client.IssueSecret{Request: r, Client: name, Key: secret.Key, Hash: secret.Hash, Until: how.Until})
	}
	for _, k := range how.Keys {
		cs = append(cs, client.AddKey{Request: r, Client: name, Key: k.ID, JWK: k.JWK, Until: how.Until})
	}
	p, err := l.record(ctx, name, cs...)
	if err != nil || secret.Key == "" {
		return Secret{}, p, err
	}
	if c, err = l.Read.Client(ctx, name); err == nil && !slices.ContainsFunc(c.Keys, func(k projections.ClientKey) bool { return k.ID == secret.Key }) {
		secret = Secret{} // the request was answered before
	}
	return secret, p, err
}

// Revoke ends a key of a client at once.
func (l *Login) Revoke(ctx context.Context, r domain.Request, name client.Name, key domain.KeyID, reason string) (events.Position, error) {
	if _, err := l.Client(ctx, r.By, name); err != nil {
		return 0, err
	}
	return l.record(ctx, name, client.Revoke{Request: r, Client: name, Key: key, Reason: reason})
}

// Close ends a client for good.
func (l *Login) Close(ctx context.Context, r domain.Request, name client.Name, reason string) (events.Position, error) {
	return l.record(ctx, name, client.Close{Request: r, Reason: reason})
}

// record decides on a client, and waits until the outcome is shown.
func (l *Login) record(ctx context.Context, name client.Name, cs ...events.Command[client.State, client.Event]) (events.Position, error) {
	p, err := events.Execute(ctx, l.Log, client.Stream(name), client.Evolve, cs...)
	if err != nil {
		return 0, err
	}
	return p, l.shown(ctx, p)
}
