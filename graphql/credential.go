package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

type credentialNode struct {
	projections.Credential
	holder string // name
	server *Server
}

var credentialType = object("Credential", map[string]field[credentialNode]{
	"id":      get(func(n credentialNode) any { return credential.Stream(n.ID) }),
	"version": get(func(n credentialNode) any { return int(n.Version) }),
	"holder":  get(func(n credentialNode) any { return participantNode{n.Person, n.holder} }),
	"kind":    get(func(n credentialNode) any { return optional(upper(n.Kind)) }),
	"title":   get(func(n credentialNode) any { return n.Title }),
	"issuer":  get(func(n credentialNode) any { return optional(n.Issuer) }),
	"number": ask(func(ctx context.Context, n credentialNode, _ args) (any, error) {
		text, err := n.server.Desk.Text(ctx, n.Number)
		return optional(text), err
	}),
	"state":          get(func(n credentialNode) any { return upper(n.State) }),
	"since":          get(func(n credentialNode) any { return n.Since }),
	"earnedOn":       get(func(n credentialNode) any { return n.EarnedOn }),
	"validTo":        get(func(n credentialNode) any { return n.ValidTo }),
	"sponsoredCents": get(func(n credentialNode) any { return n.Sponsored }),
	"countsFor": get(func(n credentialNode) any {
		return each(n.Counted, func(c projections.Counted) domain.Stream { return milestone.Stream(c.Learner, c.Requirement) })
	}),
	"reason": ask(func(ctx context.Context, n credentialNode, _ args) (any, error) {
		text, err := n.server.Desk.Text(ctx, n.Reason)
		return optional(text), err
	}),
})

func (s *Server) credentials(ctx context.Context, by domain.Actor, a args) (any, error) {
	who, err := s.about(ctx, by, a)
	if err != nil || who == "" {
		return []credentialNode(nil), err
	}
	found, err := s.Read.CredentialsOf(ctx, who)
	if err != nil {
		return nil, err
	}
	return s.credentialNodes(ctx, found)
}

func (s *Server) credentialsEnding(ctx context.Context, by domain.Actor, a args) (any, error) {
	const longest = 3660
	days := a.int("days")
	if days < 0 || days > longest {
		return nil, domain.Refuse(domain.Invalid, "BAD_DAYS", "Ask for 0 to %d days.", longest).About("days")
	}
	if by.Person == "" {
		return nil, peopleOnly
	}
	found, err := s.Desk.CredentialsEnding(ctx, by, days)
	if err != nil {
		return nil, err
	}
	return s.credentialNodes(ctx, found)
}

func (s *Server) credentialNodes(ctx context.Context, found []projections.Credential) ([]credentialNode, error) {
	names, err := s.named(ctx, each(found, func(c projections.Credential) domain.PersonID { return c.Person })...)
	return each(found, func(c projections.Credential) credentialNode { return credentialNode{c, names[c.Person], s} }), err
}

func credentialCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.CredentialID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "credentialId", credential.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return credential.Stream(id), p, err
		})
	}
	// either is a certificate on record, or one that the request brings into being.
	either := func(a desk.Ask, in args) (domain.CredentialID, error) {
		if in.has("credentialId") {
			return idOf(in, "credentialId", credential.ID)
		}
		return domain.CredentialID(derived(a)), nil
	}
	return map[string]command{
		"earnCredential": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := either(a, in)
			if err != nil {
				return "", 0, err
			}
			e := credential.Earned{Person: a.By.Person, Kind: lower[credential.Kind](in.enum("kind")), Title: in.text("title"), Issuer: in.text("issuer"),
				On: in.date("on"), ValidTo: in.date("validTo")}
			if in.has("personId") {
				if e.Person, err = idOf(in, "personId", person.ID); err != nil {
					return "", 0, err
				}
			}
			if in.has("partnerId") {
				if e.Partner, err = idOf(in, "partnerId", partner.ID); err != nil {
					return "", 0, err
				}
			}
			p, err := s.Desk.EarnCredential(ctx, a, id, e, in.text("number"))
			return credential.Stream(id), p, err
		}),
		"sponsorCredential": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := either(a, in)
			if err != nil {
				return "", 0, err
			}
			who, err := idOf(in, "personId", person.ID)
			if err != nil {
				return "", 0, err
			}
			source, err := idOf(in, "fundingId", funding.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := s.Desk.SponsorCredential(ctx, a, id, who, in.text("title"), source, domain.GrantID(derived(a)), domain.Cents(in.int("cents")))
			return credential.Stream(id), p, err
		}),
		"verifyCredential": on(func(ctx context.Context, a desk.Ask, id domain.CredentialID, in args) (position, error) {
			return s.Desk.VerifyCredential(ctx, a, id, in.date("on"))
		}),
		"countCredential": on(func(ctx context.Context, a desk.Ask, id domain.CredentialID, in args) (position, error) {
			apprentice, req, err := pairOf(in, "milestoneId", milestone.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.CountCredential(ctx, a, id, apprentice, req)
		}),
		"renewCredential": on(func(ctx context.Context, a desk.Ask, id domain.CredentialID, in args) (position, error) {
			return s.Desk.RenewCredential(ctx, a, id, in.text("number"), in.date("validTo"), in.date("on"))
		}),
		"revokeCredential": on(func(ctx context.Context, a desk.Ask, id domain.CredentialID, in args) (position, error) {
			return s.Desk.RevokeCredential(ctx, a, id, in.text("reason"))
		}),
	}
}

// credentialOf is a certificate as the asker may see it, or nil.
func (c *cohort) credentialOf(ctx context.Context, id domain.CredentialID) (any, error) {
	found, err := c.Desk.Credential(ctx, c.by, id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	nodes, err := c.server.credentialNodes(ctx, []projections.Credential{found})
	return nodes[0], err
}
