package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/manifest"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/signer"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/graphql"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/projections"
)

// A toldPartner is an institution as commands tell of it.
type toldPartner struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Kind      string       `json:"kind"`
	Suspended bool         `json:"suspended"`
	Reason    string       `json:"reason,omitempty"`
	Clients   []toldClient `json:"clients"`
}

// A toldClient is a system of an institution as commands tell of it.
type toldClient struct {
	ClientID   string    `json:"clientId"`
	Title      string    `json:"title"`
	Scopes     []string  `json:"scopes"`
	Registered time.Time `json:"registered"`
	Closed     bool      `json:"closed"`
	Reason     string    `json:"reason,omitempty"`
	Keys       []toldKey `json:"keys"`

	DocumentsOnly bool `json:"documentsOnly,omitempty"` // it asks by documents on record alone

	Secret string `json:"secret,omitempty"` // that was just issued
}

// A toldKey is a key or secret as commands tell of it.
type toldKey struct {
	ID       string      `json:"id"`
	Kind     string      `json:"kind"`
	State    string      `json:"state"`
	Until    domain.Date `json:"until"`
	EndsSoon bool        `json:"endsSoon"`
	LastUsed domain.Date `json:"lastUsed,omitzero"`
	Reason   string      `json:"reason,omitempty"`
}

// operating is a request of whoever runs this Guildhall.
func (n *node) operating() domain.Request {
	return domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: n.now(), Source: "command line"}
}

// do does an errand and returns what it came to.
func (n *node) do(ctx context.Context, e errand) (any, error) {
	if strings.HasPrefix(e.Do, "webhook") {
		return n.doWebhooks(ctx, e)
	}
	if e.Do == "mail-test" {
		return n.tryMail(ctx, e.Name)
	}
	name := client.Name(e.Client)
	r := n.operating()
	ask := desk.Ask{By: r.By}
	var err error
	var secret login.Secret
	switch e.Do {
	case "list":
		return n.institutions(ctx, "")
	case "add":
		_, err = n.desk.AddPartner(ctx, ask, domain.PartnerID(e.Partner), partner.Onboarded{Name: e.Name, Kind: partner.Kind(e.Kind), IPEDS: e.IPEDS})
	case "suspend":
		_, err = n.desk.SuspendPartner(ctx, ask, domain.PartnerID(e.Partner), e.Reason)
	case "resume":
		_, err = n.desk.ResumePartner(ctx, ask, domain.PartnerID(e.Partner))
	case "register":
		var how login.Rotation
		if how, err = e.rotation(r.Today()); err == nil {
			_, err = n.login.Register(ctx, r, name, client.Registered{Title: e.Name, Scopes: client.ParseScopes(e.Scopes)})
		}
		if err == nil {
			secret, _, err = n.login.Rotate(ctx, r, name, how)
		}
	case "grant":
		_, err = n.login.Grant(ctx, r, name, client.ParseScopes(e.Scopes))
	case "rotate":
		var how login.Rotation
		if how, err = e.rotation(r.Today()); err == nil {
			secret, _, err = n.login.Rotate(ctx, r, name, how)
		}
	case "revoke":
		_, err = n.login.Revoke(ctx, r, name, domain.KeyID(e.Key), e.Reason)
	case "close":
		_, err = n.login.Close(ctx, r, name, e.Reason)
	case "link":
		_, err = n.login.Link(ctx, r, domain.PersonID(e.Key), e.Name)
		return struct{}{}, err
	case "unlink":
		_, err = n.login.Unlink(ctx, r, domain.PersonID(e.Key))
		return struct{}{}, err
	case "retire":
		id := domain.KeyID(e.Key)
		_, err = events.Execute(ctx, n.log, signer.Stream(id), signer.Evolve, signer.Retire{Request: r, Reason: e.Reason})
		return struct{}{}, err
	case "restrict":
		_, err = n.login.Restrict(ctx, r, name, !e.Off)
	case "list documents", "add documents", "withdraw document":
		return n.documents(ctx, r, e)
	case "show":
	default:
		return nil, fmt.Errorf("there is no errand %q", e.Do)
	}
	if err != nil {
		return nil, err
	}
	if e.Client == "" {
		return n.institution(ctx, domain.PartnerID(e.Partner))
	}
	c, err := n.read.Client(ctx, name)
	if err != nil {
		return nil, err
	}
	told := n.told(c)
	told.Secret = secret.Text
	return told, nil
}

// documents does an errand with the documents of an institution, and returns what it has then.
func (n *node) documents(ctx context.Context, r domain.Request, e errand) ([]toldDocument, error) {
	p := domain.PartnerID(e.Partner)
	if _, err := n.institution(ctx, p); err != nil {
		return nil, err
	}
	var c events.Command[manifest.State, manifest.Event]
	switch e.Do {
	case "add documents":
		add := manifest.Add{Request: r, Partner: p}
		var err error
		if add.Documents, err = graphql.Checked([]byte(e.Documents)); err != nil {
			return nil, err
		}
		c = add
	case "withdraw document":
		c = manifest.Withdraw{Request: r, Partner: p, IDs: []string{manifest.Plain(e.Key)}}
	}
	if c != nil {
		if _, err := events.Execute(ctx, n.log, manifest.Stream(p), manifest.Evolve, c); err != nil {
			return nil, err
		}
	}
	if err := n.partners.Fence(ctx); err != nil {
		return nil, err
	}
	ds, err := n.read.Documents(ctx, p)
	return toldDocuments(ds), err
}

// rotation is what keyFlags say becomes of the keys of a client.
func (e errand) rotation(today domain.Date) (how login.Rotation, err error) {
	how = login.Rotation{Until: today.AddDays(e.Days), Replace: e.Replace, Grace: e.Grace}
	if e.JWK != "" {
		how.Keys, err = login.ParseKeys([]byte(e.JWK))
	}
	return how, err
}

// institution is an institution with its clients.
func (n *node) institution(ctx context.Context, p domain.PartnerID) (toldPartner, error) {
	found, err := n.institutions(ctx, p)
	if err == nil && len(found) == 0 {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution. guildhall partner list names those that there are.")
	}
	if err != nil {
		return toldPartner{}, err
	}
	return found[0], nil
}

// institutions are the institutions with their clients, or the one that is named.
func (n *node) institutions(ctx context.Context, only domain.PartnerID) ([]toldPartner, error) {
	known, err := n.read.Partners(ctx)
	if err != nil {
		return nil, err
	}
	clients, err := n.read.Clients(ctx, only)
	if err != nil {
		return nil, err
	}
	out := []toldPartner{}
	for _, p := range known {
		if only != "" && only != p.ID {
			continue
		}
		told := toldPartner{ID: string(p.ID), Name: p.Name, Kind: string(p.Kind), Suspended: p.Suspended, Reason: p.Reason, Clients: []toldClient{}}
		for _, c := range clients {
			if c.Partner == p.ID {
				told.Clients = append(told.Clients, n.told(c))
			}
		}
		out = append(out, told)
	}
	return out, nil
}

func (n *node) told(c projections.Client) toldClient {
	today := domain.DateOf(n.now())
	out := toldClient{ClientID: string(c.Name), Title: c.Title, Registered: c.RegisteredAt, Closed: c.Closed, Reason: c.Reason, Keys: []toldKey{}, DocumentsOnly: c.Restricted}
	for _, s := range c.Scopes {
		out.Scopes = append(out.Scopes, string(s))
	}
	for _, k := range c.Keys {
		kind := "secret"
		if k.JWK != "" {
			kind = "public key"
		}
		out.Keys = append(out.Keys, toldKey{string(k.ID), kind, string(k.State(today)), k.Until, k.EndsSoon(today), k.UsedOn, k.Reason})
	}
	return out
}

// ending reports whether one of the keys of a client ends soon and nothing takes its place.
func (c toldClient) ending() bool {
	works := slices.DeleteFunc(slices.Clone(c.Keys), func(k toldKey) bool { return k.State != string(projections.KeyWorks) })
	return !c.Closed && len(works) > 0 && !slices.ContainsFunc(works, func(k toldKey) bool { return !k.EndsSoon })
}
