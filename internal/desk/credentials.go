package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Credential returns a certificate that the actor may see: their own, or that of somebody
// they guide. Others do not exist for them.
func (d *Desk) Credential(ctx context.Context, by domain.Actor, id domain.CredentialID) (projections.Credential, error) {
	c, err := d.Read.Credential(ctx, id)
	if err != nil {
		return c, err
	}
	seen, err := d.Guides(ctx, by, c.Person)
	if err == nil && len(seen) == 0 {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_CREDENTIAL", "There is no such certificate.")
	}
	if err != nil {
		return projections.Credential{}, err
	}
	return c, nil
}

// CredentialsEnding returns the certificates that end within some days from now, of the
// people the actor may see.
func (d *Desk) CredentialsEnding(ctx context.Context, by domain.Actor, days int) ([]projections.Credential, error) {
	ending, err := d.Read.CredentialsEnding(ctx, d.Today(), d.Today().AddDays(days))
	if err != nil {
		return nil, err
	}
	var people []domain.PersonID
	for _, c := range ending {
		people = append(people, c.Person)
	}
	seen, err := d.Guides(ctx, by, people...)
	if err != nil {
		return nil, err
	}
	may := map[domain.PersonID]bool{}
	for _, p := range seen {
		may[p] = true
	}
	var out []projections.Credential
	for _, c := range ending {
		if may[c.Person] {
			out = append(out, c)
		}
	}
	return out, nil
}

// EarnCredential records a certificate.
func (d *Desk) EarnCredential(ctx context.Context, a Ask, id domain.CredentialID, e credential.Earned, number string) (events.Position, error) {
	if _, err := d.guided(ctx, a.By, e.Person); err != nil {
		return 0, err
	}
	if e.Partner != "" {
		if err := d.known(ctx, e.Partner); err != nil {
			return 0, err
		}
	}
	if domain.TooLong(number) {
		return 0, domain.Shorten("number")
	}
	var err error
	if e.Number, err = d.seal(ctx, e.Person, "number", number); err != nil {
		return 0, err
	}
	e.Title, e.Issuer = domain.Written(e.Title), domain.Written(e.Issuer)
	return execute(ctx, d, credential.Stream(id), credential.Evolve, credential.Earn{Request: d.request(a), Earned: e})
}

// holding has a command decided about a certificate that the actor may see.
func (d *Desk) holding(ctx context.Context, a Ask, id domain.CredentialID, c func(projections.Credential) (events.Command[credential.State, credential.Event], error)) (events.Position, error) {
	held, err := d.Credential(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	command, err := c(held)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, credential.Stream(id), credential.Evolve, command)
}

type credentialCommand = events.Command[credential.State, credential.Event]

// VerifyCredential records that somebody else than the holder checked it with the issuer.
func (d *Desk) VerifyCredential(ctx context.Context, a Ask, id domain.CredentialID, on domain.Date) (events.Position, error) {
	return d.holding(ctx, a, id, func(projections.Credential) (credentialCommand, error) {
		return credential.Verify{Request: d.on(a, on)}, nil
	})
}

// CountCredential has a milestone of the holder's pathway rest on it.
func (d *Desk) CountCredential(ctx context.Context, a Ask, id domain.CredentialID, apprentice domain.ApprenticeshipID, req domain.RequirementID) (events.Position, error) {
	return d.holding(ctx, a, id, func(c projections.Credential) (credentialCommand, error) {
		l, err := d.restsOn(ctx, a.By, apprentice, req)
		if err == nil && l.Person != c.Person {
			err = domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "There is no such apprenticeship of the holder.").About("apprenticeId")
		}
		return credential.Count{Request: d.request(a), Apprenticeship: apprentice, Requirement: req}, err
	})
}

// RenewCredential records that it is good for longer.
func (d *Desk) RenewCredential(ctx context.Context, a Ask, id domain.CredentialID, number string, validTo, on domain.Date) (events.Position, error) {
	return d.holding(ctx, a, id, func(c projections.Credential) (credentialCommand, error) {
		if domain.TooLong(number) {
			return nil, domain.Shorten("number")
		}
		sealed, err := d.seal(ctx, c.Person, "number", number)
		return credential.Renew{Request: d.on(a, on), Number: sealed, ValidTo: validTo}, err
	})
}

// RevokeCredential records that it is not good and never will be again.
func (d *Desk) RevokeCredential(ctx context.Context, a Ask, id domain.CredentialID, reason string) (events.Position, error) {
	return d.holding(ctx, a, id, func(c projections.Credential) (credentialCommand, error) {
		sealed, err := d.seal(ctx, c.Person, "reason", reason)
		return credential.Revoke{Request: d.request(a), Reason: sealed}, err
	})
}

// SponsorCredential pays the fee of a certificate that somebody is to earn or renew. The
// money is set aside first; if it is refused after all, it is given back.
func (d *Desk) SponsorCredential(ctx context.Context, a Ask, id domain.CredentialID, who domain.PersonID, title string, source domain.FundingID, grant domain.GrantID, cents domain.Cents) (events.Position, error) {
	c := credential.Sponsor{Request: d.request(a), Person: who, Title: domain.Written(title), Funding: source, Grant: grant, Cents: cents}
	if _, err := c.Decide(credential.State{}); err != nil {
		return 0, err
	}
	if _, err := d.commit(ctx, a, source, grant, who, credential.Stream(id), cents); err != nil {
		return 0, err
	}
	at, err := execute(ctx, d, credential.Stream(id), credential.Evolve, c)
	if domain.AsRefusal(err) != nil {
		err = after(err, d.release(ctx, source, funding.Share{Grant: grant, Person: who}))
	}
	return at, err
}
