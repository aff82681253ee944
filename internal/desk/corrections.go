package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/events"
)

// CorrectStart says on which day an apprenticeship began, or begins, instead.
func (d *Desk) CorrectStart(ctx context.Context, a Ask, id domain.ApprenticeshipID, start domain.Date, reason string) (events.Position, error) {
	l, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	worked, err := d.Read.Worked(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := d.apart(ctx, l, start); err != nil && !l.Over() {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.CorrectStart{Request: d.request(a), Start: start, Reason: sealed, Worked: worked})
}

// ChangeExpectedEnd says until when an apprenticeship is expected to run instead.
func (d *Desk) ChangeExpectedEnd(ctx context.Context, a Ask, id domain.ApprenticeshipID, end domain.Date, reason string) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.ChangeExpectedEnd{Request: d.request(a), End: end, Reason: sealed})
}

// CorrectRegistration takes the place of the registration on record.
func (d *Desk) CorrectRegistration(ctx context.Context, a Ask, id domain.ApprenticeshipID, agency, number string, on domain.Date, reason string) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.CorrectRegistration{Request: d.request(a), Agency: domain.Written(agency), Number: domain.Written(number), Day: on, Reason: sealed})
}

// CorrectDate says on which day something happened instead.
func (d *Desk) CorrectDate(ctx context.Context, a Ask, id domain.ApprenticeshipID, of apprenticeship.Day, day domain.Date, reason string) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	worked, err := d.Read.Worked(ctx, id)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.CorrectDate{Request: d.request(a), Of: of, Day: day, Reason: sealed, Worked: worked})
}

// ProposeAmendment offers an apprentice to go on under later versions.
func (d *Desk) ProposeAmendment(ctx context.Context, a Ask, id domain.ApprenticeshipID, to apprenticeship.Amendment) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	if to.StandardVersion != 0 {
		if _, err := d.Read.Standard(ctx, l.Standard, to.StandardVersion); err != nil {
			return 0, err
		}
	}
	if to.PathwayVersion != 0 {
		l.PathwayVersion = to.PathwayVersion
		if _, err := Pathway(l); err != nil {
			return 0, err
		}
	}
	if to.RuleSet != "" {
		l.RuleSet = to.RuleSet
		if _, err := ruleSet(l); err != nil {
			return 0, err
		}
	}
	return d.steer(ctx, a, id, apprenticeship.ProposeAmendment{Request: d.request(a), Amendment: to})
}

// AcceptAmendment is the apprentice's word on what they were shown.
func (d *Desk) AcceptAmendment(ctx context.Context, a Ask, id domain.ApprenticeshipID, to apprenticeship.Amendment) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.AcceptAmendment{Request: d.request(a), Amendment: to})
}
