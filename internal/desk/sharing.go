package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// GiveConsent lets an institution see records of the asker.
func (d *Desk) GiveConsent(ctx context.Context, a Ask, party domain.PartnerID, records []domain.Scope, purpose string, until domain.Date) (events.Position, error) {
	if err := d.known(ctx, party); err != nil {
		return 0, err
	}
	sealed, err := d.purpose(ctx, a.By.Person, party, domain.Written(purpose))
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, consent.Stream(a.By.Person, party), consent.Evolve, consent.Give{Request: d.request(a), Given: consent.Given{
		Person: a.By.Person, Party: party, Records: slices.Compact(slices.Sorted(slices.Values(records))), Purpose: sealed, ExpiresOn: until, AuthMethod: a.Method,
	}})
}

// purpose seals what a learner consents for. What the present consent says stays sealed as
// it is, so that giving it again changes nothing.
func (d *Desk) purpose(ctx context.Context, who domain.PersonID, party domain.PartnerID, text string) (domain.Sealed, error) {
	if who == "" {
		return "", nil // nobody consents for a system: the decision says so
	}
	if domain.TooLong(text) {
		return "", domain.Shorten("purpose")
	}
	given, err := d.Read.Consents(ctx, who)
	if err != nil {
		return "", err
	}
	for _, c := range given {
		if c.Party != party || c.Purpose == "" {
			continue
		}
		if known, err := d.Purpose(ctx, c); err != nil || known == text {
			return c.Purpose, err
		}
	}
	return d.seal(ctx, who, "purpose", text)
}

// Purpose is what a consent was given for.
func (d *Desk) Purpose(ctx context.Context, c projections.Consent) (string, error) {
	if c.Plain != "" {
		return c.Plain, nil
	}
	return d.Text(ctx, c.Purpose)
}

// known refuses what is not the id of an institution.
func (d *Desk) known(ctx context.Context, id domain.PartnerID) error {
	all, err := d.Read.Partners(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(p projections.Partner) bool { return p.ID == id }) {
		return domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.").About("partnerId")
	}
	return nil
}

// RevokeConsent takes back what the asker let an institution see.
func (d *Desk) RevokeConsent(ctx context.Context, a Ask, person domain.PersonID, party domain.PartnerID) (events.Position, error) {
	return execute(ctx, d, consent.Stream(person, party), consent.Evolve, consent.Revoke{Request: d.request(a)})
}
