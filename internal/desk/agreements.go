package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
)

// DraftAgreement prepares an agreement with an institution.
func (d *Desk) DraftAgreement(ctx context.Context, a Ask, id domain.AgreementID, draft agreement.Drafted) (events.Position, error) {
	if err := d.known(ctx, draft.Partner); err != nil {
		return 0, err
	}
	if !domain.ValidID(id) {
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", id)
	}
	draft.Scopes = tidy(draft.Scopes)
	return d.agree(ctx, id, agreement.Draft{Request: d.request(a), Drafted: draft})
}

// SendAgreement lays a draft before both parties.
func (d *Desk) SendAgreement(ctx context.Context, a Ask, id domain.AgreementID) (events.Position, error) {
	return d.agree(ctx, id, agreement.SendForSignature{Request: d.request(a)})
}

// SignAgreement signs for the hospital, or for the partner that asks. Version is what was
// read before signing; 0 signs whatever lies before the party.
func (d *Desk) SignAgreement(ctx context.Context, a Ask, id domain.AgreementID, version int) (events.Position, error) {
	return d.agree(ctx, id, agreement.Sign{Request: d.request(a), Version: version})
}

// ActivateAgreement puts a signed agreement into force.
func (d *Desk) ActivateAgreement(ctx context.Context, a Ask, id domain.AgreementID, from, to domain.Date) (events.Position, error) {
	return d.agree(ctx, id, agreement.Activate{Request: d.request(a), Activated: agreement.Activated{From: from, To: to}})
}

// AmendAgreement lays another version before both parties; a last day of zero stays as it is.
func (d *Desk) AmendAgreement(ctx context.Context, a Ask, id domain.AgreementID, scopes []domain.Scope, to domain.Date, note string) (events.Position, error) {
	return d.agree(ctx, id, agreement.Amend{Request: d.request(a), Scopes: tidy(scopes), To: to, Note: domain.Written(note)})
}

// RenewAgreement lays another term before both parties.
func (d *Desk) RenewAgreement(ctx context.Context, a Ask, id domain.AgreementID, to domain.Date, note string) (events.Position, error) {
	return d.agree(ctx, id, agreement.Renew{Request: d.request(a), To: to, Note: domain.Written(note)})
}

// SuspendAgreement stops everything under an agreement for a while.
func (d *Desk) SuspendAgreement(ctx context.Context, a Ask, id domain.AgreementID, reason string) (events.Position, error) {
	return d.agree(ctx, id, agreement.Suspend{Request: d.request(a), Reason: domain.Written(reason)})
}

// ResumeAgreement ends a suspension.
func (d *Desk) ResumeAgreement(ctx context.Context, a Ask, id domain.AgreementID) (events.Position, error) {
	return d.agree(ctx, id, agreement.Resume{Request: d.request(a)})
}

// TerminateAgreement ends an agreement; what was shared under it is shared no longer. Learners
// who have begun finish under its rules until the teach-out date, if there is one.
func (d *Desk) TerminateAgreement(ctx context.Context, a Ask, id domain.AgreementID, reason string, teachOut domain.Date) (events.Position, error) {
	return d.agree(ctx, id, agreement.Terminate{Request: d.request(a), Reason: domain.Written(reason), TeachOut: teachOut})
}

// AddRule adds an articulation rule to an agreement. The course it is for meets a course
// requirement of a pathway. A rule for an academic year is valid throughout, if no days are given.
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
	if rule.Year != "" {
		from, to, err := rules.AcademicYear(rule.Year)
		if err != nil {
			return 0, err
		}
		if rule.From.IsZero() {
			rule.From = from
		}
		if rule.To.IsZero() {
			rule.To = to
		}
	}
	return d.agree(ctx, id, agreement.AddRule{Request: d.request(a), Articulation: rule})
}

// RetireRule ends a promise of credit from a day on; zero is today.
func (d *Desk) RetireRule(ctx context.Context, a Ask, id domain.AgreementID, rule domain.RuleID, from domain.Date, reason string) (events.Position, error) {
	return d.agree(ctx, id, agreement.RetireRule{Request: d.request(a), Rule: rule, From: from, Reason: domain.Written(reason)})
}

func (d *Desk) agree(ctx context.Context, id domain.AgreementID, c events.Command[agreement.State, agreement.Event]) (events.Position, error) {
	return execute(ctx, d, agreement.Stream(id), agreement.Evolve, c)
}

func tidy(scopes []domain.Scope) []domain.Scope {
	return slices.Compact(slices.Sorted(slices.Values(scopes)))
}
