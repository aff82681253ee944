package desk

import (
	"context"
	"errors"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// SeesFunding reports whether somebody sees where money comes from and goes.
func SeesFunding(by domain.Actor) bool {
	return by.Role == domain.Coordinator || by.Role == domain.HR || by.Role == domain.Auditor || by.Role == domain.Executive
}

// Fundings returns the sources of money, without who is funded.
func (d *Desk) Fundings(ctx context.Context, by domain.Actor) ([]projections.Funding, error) {
	if !SeesFunding(by) {
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_FUND", "Funding is for coordinators, human resources, auditors and executives.")
	}
	return d.Read.Fundings(ctx)
}

// Funding returns one source; an executive is not told who is funded.
func (d *Desk) Funding(ctx context.Context, by domain.Actor, id domain.FundingID) (projections.Funding, error) {
	if !SeesFunding(by) {
		return projections.Funding{}, domain.Refuse(domain.NotFound, "NO_SUCH_FUNDING", "There is no such funding source.")
	}
	f, err := d.Read.Funding(ctx, id)
	if by.Role == domain.Executive {
		f.Grants = nil
	}
	return f, err
}

// OpenFunding adds a source of money.
func (d *Desk) OpenFunding(ctx context.Context, a Ask, id domain.FundingID, o funding.Opened) (events.Position, error) {
	o.Title, o.Funder = domain.Written(o.Title), domain.Written(o.Funder)
	return execute(ctx, d, funding.Stream(id), funding.Evolve, funding.Open{Request: d.request(a), Opened: o})
}

// ChangeFunding says how much there is now.
func (d *Desk) ChangeFunding(ctx context.Context, a Ask, id domain.FundingID, amount domain.Cents) (events.Position, error) {
	return execute(ctx, d, funding.Stream(id), funding.Evolve, funding.ChangeAmount{Request: d.request(a), Amount: amount})
}

// CloseFunding ends a source.
func (d *Desk) CloseFunding(ctx context.Context, a Ask, id domain.FundingID) (events.Position, error) {
	return execute(ctx, d, funding.Stream(id), funding.Evolve, funding.Close{Request: d.request(a)})
}

// CommitFunding sets money aside for who takes part in a cohort or an activity, or holds a
// certificate.
func (d *Desk) CommitFunding(ctx context.Context, a Ask, id domain.FundingID, grant domain.GrantID, who domain.PersonID, purpose domain.Stream, cents domain.Cents) (events.Position, error) {
	if c := purpose.Category(); c != "cohort" && c != "activity" && c != "credential" {
		return 0, domain.Refuse(domain.Invalid, "BAD_PURPOSE", "Money is set aside for an activity, a cohort or a certificate.").About("forId")
	}
	state, _, err := events.Load(ctx, d.Log, funding.Stream(id), funding.Evolve)
	if err != nil {
		return 0, err
	}
	c := funding.Commit{Request: d.request(a), Grant: grant, Person: who, For: purpose, Cents: cents}
	if facts, err := c.Decide(state); err == nil && len(facts) > 0 {
		if err := d.payable(ctx, who, purpose); err != nil {
			return 0, err
		}
	}
	return d.commit(ctx, a, id, grant, who, purpose, cents)
}

// payable refuses to pay for what there is not, or is over, and for somebody whom it is not about.
func (d *Desk) payable(ctx context.Context, who domain.PersonID, purpose domain.Stream) (err error) {
	over, part := false, true
	switch purpose.Category() {
	case "activity":
		id, bad := activity.ID(purpose)
		l, e := d.Read.LearningActivity(ctx, id)
		over, part, err = l.State == projections.ActivityAbandoned || l.State == projections.ActivityCancelled, slices.Contains(l.Members, who), errors.Join(bad, e)
	case "cohort":
		id, bad := cohort.ID(purpose)
		c, e := d.Read.Cohort(ctx, id)
		over, err = c.State == projections.CohortCancelled, errors.Join(bad, e)
	case "credential":
		id, bad := credential.ID(purpose)
		c, e := d.Read.Credential(ctx, id)
		over, part, err = c.State == projections.CredentialRevoked, c.Person == who, errors.Join(bad, e)
	}
	r := domain.AsRefusal(err)
	switch {
	case r != nil:
		return r.About("forId")
	case err != nil:
		return err
	case over:
		return domain.Refuse(domain.Conflict, "OVER_ALREADY", "This is over. Nothing more is paid for it.").About("forId")
	case !part:
		return domain.Refuse(domain.Invalid, "NOT_FOR_THEM", "This person takes no part in it. Choose somebody who does.").About("personId")
	}
	return nil
}

func (d *Desk) commit(ctx context.Context, a Ask, id domain.FundingID, grant domain.GrantID, who domain.PersonID, purpose domain.Stream, cents domain.Cents) (events.Position, error) {
	if _, err := d.colleague(ctx, who, "personId"); err != nil {
		return 0, err
	}
	r := d.request(a)
	r.Key = "" // the answer to the key is what the money is for
	return execute(ctx, d, funding.Stream(id), funding.Evolve, funding.Commit{Request: r, Grant: grant, Person: who, For: purpose, Cents: cents})
}

// commitEach sets the cost of an activity aside for everybody in it, or for nobody.
func (d *Desk) commitEach(ctx context.Context, a Ask, about activity.Subject, purpose domain.Stream, shares []funding.Share) error {
	r := d.request(a)
	r.Key = "" // the answer to the key is the activity
	_, err := execute(ctx, d, funding.Stream(about.Funding), funding.Evolve, funding.CommitEach{Request: r, Grants: shares, For: purpose, Cents: about.Cost})
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.Conflict {
		return r.About("fundingId")
	}
	return err
}

// release gives back what was set aside for something that was refused after all. If that
// fails, a coordinator sees the money set aside and gives it back.
func (d *Desk) release(ctx context.Context, id domain.FundingID, shares ...funding.Share) error {
	var kept []error
	r := domain.Request{By: domain.Actor{Policy: "refusal-releases-money", Role: domain.System}, At: d.Now()}
	for _, g := range shares {
		_, err := events.Execute(ctx, d.Log, funding.Stream(id), funding.Evolve, events.Command[funding.State, funding.Event](funding.Release{Request: r, Grant: g.Grant}))
		kept = append(kept, left(funding.Stream(id), err))
	}
	return errors.Join(kept...)
}

// Spend records a payment.
func (d *Desk) Spend(ctx context.Context, a Ask, id domain.FundingID, grant domain.GrantID, ref string, cents domain.Cents, on domain.Date) (events.Position, error) {
	return execute(ctx, d, funding.Stream(id), funding.Evolve, funding.Spend{Request: d.on(a, on), Grant: grant, Ref: domain.Written(ref), Cents: cents})
}

// CorrectSpending puts the amount of a payment right.
func (d *Desk) CorrectSpending(ctx context.Context, a Ask, id domain.FundingID, grant domain.GrantID, ref string, now domain.Cents) (events.Position, error) {
	return execute(ctx, d, funding.Stream(id), funding.Evolve, funding.CorrectSpending{Request: d.request(a), Grant: grant, Ref: domain.Written(ref), Now: now})
}

// ReleaseFunding gives back what was set aside and not spent.
func (d *Desk) ReleaseFunding(ctx context.Context, a Ask, id domain.FundingID, grant domain.GrantID) (events.Position, error) {
	return execute(ctx, d, funding.Stream(id), funding.Evolve, funding.Release{Request: d.request(a), Grant: grant})
}
