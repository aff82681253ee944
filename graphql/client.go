package graphql

import (
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/projections"
)

// A clientNode is a system of an institution, as of a day.
type clientNode struct {
	projections.Client
	today domain.Date
}

var clientType = object("PartnerClient", map[string]field[clientNode]{
	"id":            get(func(c clientNode) any { return client.Stream(c.Name) }),
	"version":       get(func(c clientNode) any { return int(c.Version) }),
	"name":          get(func(c clientNode) any { return string(c.Name) }),
	"title":         get(func(c clientNode) any { return c.Title }),
	"institution":   get(func(c clientNode) any { return institution(c.With()) }),
	"scopes":        get(func(c clientNode) any { return each(c.Scopes, scopeName) }),
	"registeredAt":  get(func(c clientNode) any { return c.RegisteredAt }),
	"documentsOnly": get(func(c clientNode) any { return c.Restricted }),
	"closed":        get(func(c clientNode) any { return c.Closed }),
	"reason":        get(func(c clientNode) any { return optional(c.Reason) }),
	"keys": get(func(c clientNode) any {
		return each(c.Keys, func(k projections.ClientKey) clientKeyNode { return clientKeyNode{k, c.today} })
	}),
})

type clientKeyNode struct {
	projections.ClientKey
	today domain.Date
}

var clientKeyType = object("ClientKey", map[string]field[clientKeyNode]{
	"id": get(func(k clientKeyNode) any { return string(k.ID) }),
	"kind": get(func(k clientKeyNode) any {
		if k.JWK == "" {
			return "SECRET"
		}
		return "PUBLIC_KEY"
	}),
	"state":      get(func(k clientKeyNode) any { return upper(k.State(k.today)) }),
	"since":      get(func(k clientKeyNode) any { return k.Since }),
	"until":      get(func(k clientKeyNode) any { return k.Until }),
	"endsSoon":   get(func(k clientKeyNode) any { return k.EndsSoon(k.today) }),
	"lastUsedOn": get(func(k clientKeyNode) any { return k.UsedOn }),
	"reason":     get(func(k clientKeyNode) any { return optional(k.Reason) }),
})

// scopeName is the name of a scope as an enum's value: FEED_READ for "feed:read".
func scopeName(s client.Scope) string {
	return strings.ToUpper(strings.ReplaceAll(string(s), ":", "_"))
}

func scopesOf(in args) []client.Scope {
	return each(in.ids("scopes"), func(name string) client.Scope {
		return client.Scope(strings.ToLower(strings.ReplaceAll(name, "_", ":")))
	})
}

// sees reports whether an asker may see a client. Of an institution only the client itself does.
func seesClient(ctx context.Context, by domain.Actor, c projections.Client) bool {
	if by.Role == domain.Partner {
		who, _ := ctx.Value(callerKey{}).(login.Caller)
		return who.Client == c.Name && who.May(client.KeysManage)
	}
	_, may := login.Sees(by)
	return may
}

func (s *Server) partnerClients(ctx context.Context, by domain.Actor, a args) (any, error) {
	var of domain.PartnerID
	if a.has("partnerId") {
		var err error
		if of, err = idOf(a, "partnerId", partner.ID); err != nil {
			return nil, err
		}
	}
	found, err := s.Read.Clients(ctx, of)
	out := []clientNode{}
	for _, c := range found {
		if seesClient(ctx, by, c) {
			out = append(out, clientNode{c, s.Desk.Today()})
		}
	}
	return out, err
}

func (c *cohort) client(ctx context.Context, name client.Name) (any, error) {
	known, err := c.Read.Client(ctx, name)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound || err == nil && !seesClient(ctx, c.by, known) {
		return nil, nil
	}
	return clientNode{known, c.Desk.Today()}, err
}

// clientCommands are the fields of Mutation that change clients.
func (s *Server) clientCommands() map[string]field[root] {
	people, both := command{person: true}, command{person: true, partner: true}
	return map[string]field[root]{
		"registerPartnerClient": s.clientCommand("registerPartnerClient", people, func(ctx context.Context, r domain.Request, _ client.Name, in args) (change clientChange, err error) {
			of, err := idOf(in, "partnerId", partner.ID)
			if err != nil {
				return change, err
			}
			change.name = client.NameOf(of, in.text("name"))
			change.at, err = s.Login.Register(ctx, r, change.name, client.Registered{Title: in.text("title"), Scopes: scopesOf(in)})
			return change, err
		}),
		"grantClientScopes": s.clientCommand("grantClientScopes", people, func(ctx context.Context, r domain.Request, n client.Name, in args) (clientChange, error) {
			p, err := s.Login.Grant(ctx, r, n, scopesOf(in))
			return clientChange{n, p, ""}, err
		}),
		"addClientKey": s.clientCommand("addClientKey", both, func(ctx context.Context, r domain.Request, n client.Name, in args) (clientChange, error) {
			return s.rotate(ctx, r, n, in, login.Rotation{})
		}),
		"rotateClientKeys": s.clientCommand("rotateClientKeys", both, func(ctx context.Context, r domain.Request, n client.Name, in args) (clientChange, error) {
			return s.rotate(ctx, r, n, in, login.Rotation{Replace: true, Grace: in.int("graceDays")})
		}),
		"revokeClientKey": s.clientCommand("revokeClientKey", both, func(ctx context.Context, r domain.Request, n client.Name, in args) (clientChange, error) {
			p, err := s.Login.Revoke(ctx, r, n, domain.KeyID(in.id("keyId")), in.text("reason"))
			return clientChange{n, p, ""}, err
		}),
		"closePartnerClient": s.clientCommand("closePartnerClient", people, func(ctx context.Context, r domain.Request, n client.Name, in args) (clientChange, error) {
			p, err := s.Login.Close(ctx, r, n, in.text("reason"))
			return clientChange{n, p, ""}, err
		}),
	}
}

func (s *Server) rotate(ctx context.Context, r domain.Request, n client.Name, in args, how login.Rotation) (clientChange, error) {
	how.Until = in.date("until")
	if in.has("jwk") {
		var err error
		if how.Keys, err = login.ParseKeys([]byte(in.text("jwk"))); err != nil {
			return clientChange{}, err
		}
	}
	secret, p, err := s.Login.Rotate(ctx, r, n, how)
	return clientChange{n, p, secret.Text}, err
}

// A clientChange is which client was changed, what position holds the outcome, and the
// secret that it brought.
type clientChange struct {
	name   client.Name
	at     position
	secret string
}

// clientCommand is the field of Mutation that does something with the client that clientId
// names, if it names one. A system changes itself alone.
func (s *Server) clientCommand(name string, c command, do func(context.Context, domain.Request, client.Name, args) (clientChange, error)) field[root] {
	return s.bringing(name, c, func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, string, error) {
		var n client.Name
		if _, names := in.values["clientId"]; names {
			var err error
			if n, err = idOf(in, "clientId", client.ID); err != nil {
				return "", 0, "", err
			}
			if known, err := s.Read.Client(ctx, n); err != nil || !seesClient(ctx, a.By, known) {
				return "", 0, "", unlessHidden(err)
			}
		}
		change, err := do(ctx, s.Desk.Request(a), n, in)
		return client.Stream(change.name), change.at, change.secret, err
	})
}

// unlessHidden is err, or that there is no such client.
func unlessHidden(err error) error {
	if err == nil {
		return domain.Refuse(domain.NotFound, "NO_SUCH_CLIENT", "There is no such client.")
	}
	return err
}
