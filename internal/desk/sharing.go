package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/rules"
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

// RequestCredit asks a college for credit under one of its rules.
func (d *Desk) RequestCredit(ctx context.Context, a Ask, rule domain.RuleID) (domain.Stream, events.Position, error) {
	l, err := d.Own(ctx, a.By)
	if err != nil {
		return "", 0, err
	}
	agreements, err := d.Read.Agreements(ctx, "")
	if err != nil {
		return "", 0, err
	}
	for _, g := range agreements {
		at := slices.IndexFunc(g.Rules, func(r rules.Articulation) bool { return r.Rule == rule })
		if at < 0 || g.State != projections.AgreementActive {
			continue
		}
		consents, err := d.Read.Consents(ctx, l.Person)
		if err != nil {
			return "", 0, err
		}
		if !slices.ContainsFunc(consents, func(c projections.Consent) bool {
			return c.Party == g.Partner && c.State == projections.ConsentLive && slices.Contains(c.Records, domain.CreditRecords)
		}) {
			return "", 0, domain.Refuse(domain.Conflict, "CONSENT_MISSING", "Let %s see your credits first: without your consent it cannot learn of the request.", g.PartnerName)
		}
		stream := credit.Stream(l.ID, rule)
		p, err := execute(ctx, d, stream, credit.Evolve, credit.Request{Request: d.request(a), Requested: credit.Requested{
			Subject: credit.Subject{Apprenticeship: l.ID, Person: l.Person, Partner: g.Partner, Agreement: g.ID, Articulation: g.Rules[at]},
			Consent: consent.Stream(l.Person, g.Partner),
		}})
		return stream, p, err
	}
	return "", 0, domain.Refuse(domain.NotFound, "NO_SUCH_RULE", "No agreement in force has an articulation rule %q.", rule)
}

// DraftAgreement prepares an agreement with an institution.
func (d *Desk) DraftAgreement(ctx context.Context, a Ask, id domain.AgreementID, partner domain.PartnerID, scopes []domain.Scope) (events.Position, error) {
	if err := d.known(ctx, partner); err != nil {
		return 0, err
	}
	if !domain.ValidID(id) {
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", id)
	}
	return execute(ctx, d, agreement.Stream(id), agreement.Evolve,
		agreement.Draft{Request: d.request(a), Drafted: agreement.Drafted{Partner: partner, Scopes: slices.Compact(slices.Sorted(slices.Values(scopes)))}})
}

// SignAgreement signs for the hospital, or for the partner that asks.
func (d *Desk) SignAgreement(ctx context.Context, a Ask, id domain.AgreementID) (events.Position, error) {
	return execute(ctx, d, agreement.Stream(id), agreement.Evolve, agreement.Sign{Request: d.request(a)})
}

// ActivateAgreement puts a signed agreement into force.
func (d *Desk) ActivateAgreement(ctx context.Context, a Ask, id domain.AgreementID, from, to domain.Date) (events.Position, error) {
	return execute(ctx, d, agreement.Stream(id), agreement.Evolve,
		agreement.Activate{Request: d.request(a), Activated: agreement.Activated{From: from, To: to}})
}

// AddRule adds an articulation rule to an agreement. The course it is for meets a course
// requirement of a pathway.
func (d *Desk) AddRule(ctx context.Context, a Ask, id domain.AgreementID, rule rules.Articulation) (events.Position, error) {
	pathways, err := pathway.Catalogue()
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(pathways, func(p pathway.Pathway) bool {
		r, _, ok := p.Requirement(rule.Requirement)
		return ok && r.ByCredit()
	}) {
		return 0, domain.Refuse(domain.NotFound, "NO_SUCH_REQUIREMENT", "No pathway has a course requirement %q.", rule.Requirement).About("satisfies")
	}
	return execute(ctx, d, agreement.Stream(id), agreement.Evolve, agreement.AddRule{Request: d.request(a), Articulation: rule})
}

// TerminateAgreement ends an agreement; what was shared under it is shared no longer.
func (d *Desk) TerminateAgreement(ctx context.Context, a Ask, id domain.AgreementID, reason string) (events.Position, error) {
	return execute(ctx, d, agreement.Stream(id), agreement.Evolve, agreement.Terminate{Request: d.request(a), Reason: domain.Written(reason)})
}
