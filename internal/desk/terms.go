package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Defer puts the day of a move off, at the wish of the manager who lets the apprentice go.
func (d *Desk) Defer(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, on domain.Date, reason string) (events.Position, error) {
	l, _, err := d.move(ctx, a.By, id, to)
	if err != nil {
		return 0, err
	}
	if a.By, err = d.acting(ctx, a.By, domain.Manager); err != nil {
		return 0, err
	}
	set, err := ruleSet(l)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve,
		transition.Defer{Request: d.request(a), EffectiveOn: on, Reason: sealed, Days: set.DeferralDays})
}

// Rescind takes back an approved move before its day.
func (d *Desk) Rescind(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, reason string) (events.Position, error) {
	l, _, err := d.move(ctx, a.By, id, to)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve, transition.Rescind{Request: d.request(a), Reason: sealed})
}

// TrialEnds is the last day on which somebody holds a new role on trial; zero before the
// move took effect.
func TrialEnds(l projections.Learner, t projections.Transition) (domain.Date, error) {
	if t.State != projections.TransitionEffective && t.State != projections.TransitionConfirmed {
		return domain.Date{}, nil
	}
	set, err := ruleSet(l)
	return t.EffectiveOn.AddMonths(set.TrialMonths).AddDays(-1), err
}

// Confirm records that the apprentice stays in the new role.
func (d *Desk) Confirm(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID) (events.Position, error) {
	l, t, err := d.move(ctx, a.By, id, to)
	if err != nil {
		return 0, err
	}
	ends, err := TrialEnds(l, t)
	if err != nil {
		return 0, err
	}
	if a.By.Person == l.Supervisor {
		if a.By, err = d.acting(ctx, a.By, domain.Manager); err != nil {
			return 0, err
		}
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve,
		transition.Confirm{Request: d.request(a), Manager: l.Supervisor, TrialEnds: ends})
}

// CorrectTerms puts right on which day a move took effect, or under which pay grade.
func (d *Desk) CorrectTerms(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, on domain.Date, payGrade, reason string) (events.Position, error) {
	l, t, err := d.move(ctx, a.By, id, to)
	if err != nil {
		return 0, err
	}
	if err := d.inOrder(ctx, l, to, on); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve, transition.Correct{
		Request: d.request(a), Terms: transition.Terms{EffectiveOn: on, PayGrade: domain.Written(payGrade)}, Approved: t.ApprovedOn, Reason: sealed})
}

// inOrder refuses a day on which a role would have been taken up before the one that came
// before it, or after the one that followed.
func (d *Desk) inOrder(ctx context.Context, l projections.Learner, to domain.RoleID, on domain.Date) error {
	held, err := d.Read.Stages(ctx, l.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(held, func(s projections.StageEntry) bool { return s.Role == to })
	switch {
	case at < 0 || on.IsZero():
		return nil
	case at > 0 && !on.After(held[at-1].From):
		return domain.Refuse(domain.Invalid, "OUT_OF_ORDER", "The role before this one was taken up on %s. Name a later day.", held[at-1].From).About("effectiveOn")
	case at+1 < len(held) && !on.Before(held[at+1].From):
		return domain.Refuse(domain.Invalid, "OUT_OF_ORDER", "The role after this one was taken up on %s. Name a day before it.", held[at+1].From).About("effectiveOn")
	}
	return nil
}
