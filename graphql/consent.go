package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A consentNode is a consent that the asker may see.
type consentNode struct {
	projections.Consent
	*cohort
}

var consentType = object("Consent", map[string]field[consentNode]{
	"id":        get(func(c consentNode) any { return consent.Stream(c.Person, c.Party) }),
	"version":   get(func(c consentNode) any { return int(c.Version) }),
	"party":     get(func(c consentNode) any { return institution(c.With()) }),
	"records":   get(func(c consentNode) any { return each(c.Records, upper[domain.Scope]) }),
	"purpose":   ask(func(ctx context.Context, c consentNode, _ args) (any, error) { return c.Desk.Purpose(ctx, c.Consent) }),
	"givenOn":   get(func(c consentNode) any { return c.GivenOn }),
	"expiresOn": get(func(c consentNode) any { return c.ExpiresOn }),
	"state":     get(func(c consentNode) any { return upper(c.State) }),
})

func (c *cohort) nodesOf(given []projections.Consent) []consentNode {
	return each(given, func(g projections.Consent) consentNode { return consentNode{g, c} })
}

func consentCommands(s *Server) map[string]command {
	return map[string]command{
		"giveConsent": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			party, err := idOf(in, "partnerId", partner.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := s.Desk.GiveConsent(ctx, a, party, each(in.ids("records"), lower[domain.Scope]), in.text("purpose"), in.date("expiresOn"))
			return consent.Stream(a.By.Person, party), p, err
		}),
		"revokeConsent": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			person, party, err := pairOf(in, "consentId", consent.ID)
			if err != nil {
				return "", 0, err
			}
			if !seesConsents(a.By, person) {
				return "", 0, domain.Refuse(domain.NotFound, "NO_SUCH_CONSENT", "There is no such consent.").About("consentId")
			}
			p, err := s.Desk.RevokeConsent(ctx, a, person, party)
			return consent.Stream(person, party), p, err
		}),
	}
}
