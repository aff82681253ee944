package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// aimed refuses an aim at what is not there.
func aimed(aim person.Aim) error {
	if aim.Pathway != "" {
		if _, err := pathway.Find(aim.Pathway, 0); domain.AsRefusal(err) != nil {
			return domain.AsRefusal(err).About("pathwayId")
		} else if err != nil {
			return err
		}
	}
	if aim.Cohort != "" && !domain.ValidID(aim.Cohort) {
		return domain.Refuse(domain.Invalid, "BAD_ID", "Name a cohort by its id.").About("cohortId")
	}
	return nil
}

// ExpressInterest says that the asker would like to take part in something.
func (d *Desk) ExpressInterest(ctx context.Context, a Ask, aim person.Aim, note string) (events.Position, error) {
	if err := aimed(aim); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, a.By.Person, "note", note)
	if err != nil {
		return 0, err
	}
	return d.keep(ctx, a.By.Person, person.ExpressInterest{Request: d.request(a), Person: a.By.Person, Interest: person.InterestExpressed{Aim: aim, Note: sealed}})
}

// WithdrawInterest takes that back.
func (d *Desk) WithdrawInterest(ctx context.Context, a Ask, aim person.Aim) (events.Position, error) {
	return d.keep(ctx, a.By.Person, person.WithdrawInterest{Request: d.request(a), Person: a.By.Person, Aim: aim})
}

// Refer recommends a colleague for a programme.
func (d *Desk) Refer(ctx context.Context, a Ask, who domain.PersonID, aim person.Aim, note string) (events.Position, error) {
	if err := aimed(aim); err != nil {
		return 0, err
	}
	if _, err := d.colleague(ctx, who, "personId"); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, who, "note", note)
	if err != nil {
		return 0, err
	}
	return d.keep(ctx, who, person.Refer{Request: d.request(a), Person: who, Aim: aim, Note: sealed})
}

// AnswerReferral is the asker's answer to a referral of theirs.
func (d *Desk) AnswerReferral(ctx context.Context, a Ask, referral int, accepted bool) (events.Position, error) {
	return d.keep(ctx, a.By.Person, person.AnswerReferral{Request: d.request(a), Person: a.By.Person, Referral: referral, Accepted: accepted})
}

// OfferMentoring says that the asker would mentor others.
func (d *Desk) OfferMentoring(ctx context.Context, a Ask, kind person.MentorKind, note string) (events.Position, error) {
	sealed, err := d.seal(ctx, a.By.Person, "note", note)
	if err != nil {
		return 0, err
	}
	return d.keep(ctx, a.By.Person, person.OfferMentoring{Request: d.request(a), Person: a.By.Person, Offer: person.MentorOffered{Kind: kind, Note: sealed}})
}

// WithdrawMentoring takes the offer back.
func (d *Desk) WithdrawMentoring(ctx context.Context, a Ask, kind person.MentorKind) (events.Position, error) {
	return d.keep(ctx, a.By.Person, person.WithdrawMentoring{Request: d.request(a), Person: a.By.Person, Kind: kind})
}

// SuggestOpening points out an opening to somebody whom it fits.
func (d *Desk) SuggestOpening(ctx context.Context, a Ask, who domain.PersonID, opening domain.PositionID, note string) (events.Position, error) {
	p, err := d.Read.PositionOf(ctx, opening)
	if err != nil {
		return 0, err
	}
	if p.Vacant() == 0 {
		return 0, domain.Refuse(domain.Conflict, "POSITION_FULL", "There is no place to fill in this position. Suggest another one.").About("positionId")
	}
	if _, err := d.colleague(ctx, who, "personId"); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, who, "note", note)
	if err != nil {
		return 0, err
	}
	return d.keep(ctx, who, person.SuggestOpening{Request: d.request(a), Person: who, Opening: opening, Note: sealed})
}

// JoinAssociation records that the asker belongs to a professional association.
func (d *Desk) JoinAssociation(ctx context.Context, a Ask, association string, on domain.Date) (events.Position, error) {
	sealed, err := d.seal(ctx, a.By.Person, "association", domain.Written(association))
	if err != nil {
		return 0, err
	}
	return d.keep(ctx, a.By.Person, person.JoinAssociation{Request: d.request(a), Person: a.By.Person, Joined: person.MembershipJoined{Association: sealed, On: on}})
}

// EndMembership records that a membership of the asker ended.
func (d *Desk) EndMembership(ctx context.Context, a Ask, membership int, on domain.Date) (events.Position, error) {
	return d.keep(ctx, a.By.Person, person.EndMembership{Request: d.request(a), Person: a.By.Person, Membership: membership, On: on})
}
