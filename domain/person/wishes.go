package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// most is how many open wishes, referrals or memberships one person has at a time.
const most = 50

// oneself refuses everybody but the person, and the person when they do not work here.
func (s State) oneself(by domain.Actor, p domain.PersonID, today domain.Date) error {
	switch {
	case s.known() != nil:
		return s.known()
	case by.Person == "" || by.Person != p:
		return domain.Refuse(domain.Forbidden, "NOT_YOURS", "Everybody says this for themselves.")
	case !s.life.Here(today):
		return errGone
	}
	return nil
}

var errGone = domain.Refuse(domain.Conflict, "HAS_LEFT", "This person does not work here on that day.")

func tooMany() error {
	return domain.Refuse(domain.Conflict, "TOO_MANY", "There are %d of them already. Withdraw or answer one first.", most)
}

// one refuses an aim that is none, or two.
func (a Aim) one() error {
	if (a.Pathway == "") == (a.Cohort == "") {
		return domain.Refuse(domain.Invalid, "BAD_AIM", "Name a pathway or a cohort.").About("pathwayId")
	}
	return nil
}

// ExpressInterest says that somebody would like to take part in something.
type ExpressInterest struct {
	domain.Request
	Person   domain.PersonID
	Interest InterestExpressed
}

func (c ExpressInterest) Decide(s State) ([]Event, error) {
	err := first(s.oneself(c.By, c.Person, c.Today()), c.Interest.one())
	switch {
	case err != nil:
		return nil, err
	case slices.Contains(s.interests, c.Interest.Aim):
		return nil, nil
	case len(s.interests) >= most:
		return nil, tooMany()
	}
	return []Event{c.Interest}, nil
}

// WithdrawInterest takes that back.
type WithdrawInterest struct {
	domain.Request
	Person domain.PersonID
	Aim    Aim
}

func (c WithdrawInterest) Decide(s State) ([]Event, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	switch {
	case c.By.Person == "" || c.By.Person != c.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS", "Everybody says this for themselves.")
	case !slices.Contains(s.interests, c.Aim):
		return nil, nil
	}
	return []Event{InterestWithdrawn{Aim: c.Aim}}, nil
}

// Refer recommends a colleague for a programme. The colleague answers.
type Refer struct {
	domain.Request
	Person domain.PersonID // the recommended
	Aim    Aim
	Note   domain.Sealed
}

func (c Refer) Decide(s State) ([]Event, error) {
	same := func(r referral) bool { return r.by == c.By.Person && r.aim == c.Aim }
	err := first(s.known(), c.Aim.one())
	switch {
	case err != nil:
		return nil, err
	case c.By.Person == "" || c.By.Role == domain.Auditor:
		return nil, domain.Refuse(domain.Forbidden, "NOT_A_COLLEAGUE", "Colleagues refer colleagues.")
	case c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "REFERS_ONESELF", "Nobody refers themselves. Say that you are interested.")
	case !s.life.Here(c.Today()):
		return nil, errGone
	case slices.ContainsFunc(s.referrals, same):
		return nil, nil
	case len(s.referrals) >= most:
		return nil, tooMany()
	}
	return []Event{ReferralMade{By: c.By.Person, Aim: c.Aim, Note: c.Note}}, nil
}

// AnswerReferral is the answer of the recommended. Who accepts is interested.
type AnswerReferral struct {
	domain.Request
	Person   domain.PersonID
	Referral int
	Accepted bool
}

func (c AnswerReferral) Decide(s State) ([]Event, error) {
	if err := s.oneself(c.By, c.Person, c.Today()); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.referrals, func(r referral) bool { return r.fact == c.Referral })
	if i < 0 {
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_REFERRAL", "There is no such referral that waits for your answer.").About("referral")
	}
	out := []Event{ReferralAnswered{Referral: c.Referral, Accepted: c.Accepted}}
	if aim := s.referrals[i].aim; c.Accepted && !slices.Contains(s.interests, aim) {
		out = append(out, InterestExpressed{Aim: aim})
	}
	return out, nil
}

// OfferMentoring says that somebody would mentor others.
type OfferMentoring struct {
	domain.Request
	Person domain.PersonID
	Offer  MentorOffered
}

func (c OfferMentoring) Decide(s State) ([]Event, error) {
	err := s.oneself(c.By, c.Person, c.Today())
	switch {
	case err != nil:
		return nil, err
	case c.Offer.Kind != Expert && c.Offer.Kind != Peer:
		return nil, domain.Refuse(domain.Invalid, "BAD_KIND", "Somebody mentors as an expert or as a peer.").About("kind")
	case slices.Contains(s.mentors, c.Offer.Kind):
		return nil, nil
	}
	return []Event{c.Offer}, nil
}

// WithdrawMentoring takes the offer back.
type WithdrawMentoring struct {
	domain.Request
	Person domain.PersonID
	Kind   MentorKind
}

func (c WithdrawMentoring) Decide(s State) ([]Event, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	switch {
	case c.By.Person == "" || c.By.Person != c.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS", "Everybody says this for themselves.")
	case !slices.Contains(s.mentors, c.Kind):
		return nil, nil
	}
	return []Event{MentorOfferWithdrawn{Kind: c.Kind}}, nil
}

// SuggestOpening points out an opening to somebody whom it fits.
type SuggestOpening struct {
	domain.Request
	Person  domain.PersonID
	Opening domain.PositionID
	Note    domain.Sealed
}

func (c SuggestOpening) Decide(s State) ([]Event, error) {
	err := s.known()
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains([]domain.Role{domain.HR, domain.Coordinator, domain.Mentor, domain.Manager}, c.By.Role):
		return nil, domain.Refuse(domain.Forbidden, "NOT_AN_ADVISER", "Recruiters, coordinators, mentors and managers suggest openings.")
	case c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_RECORD", "Nobody suggests an opening to themselves.")
	case !s.life.Here(c.Today()):
		return nil, errGone
	case slices.Contains(s.suggested, c.Opening):
		return nil, nil
	case len(s.suggested) >= 20*most:
		return nil, tooMany()
	}
	return []Event{OpeningSuggested{Opening: c.Opening, By: c.By.Person, Note: c.Note}}, nil
}

// JoinAssociation records a membership in a professional association.
type JoinAssociation struct {
	domain.Request
	Person domain.PersonID
	Joined MembershipJoined
}

func (c JoinAssociation) Decide(s State) ([]Event, error) {
	err := first(s.oneself(c.By, c.Person, c.Today()), dated(c.Joined.On, c.Today(), "on"))
	switch {
	case err != nil:
		return nil, err
	case c.Joined.Association == "":
		return nil, domain.Refuse(domain.Invalid, "NAME_MISSING", "Name the association.").About("association")
	case slices.ContainsFunc(s.memberships, func(m membership) bool { return m.association == c.Joined.Association && m.on == c.Joined.On }):
		return nil, nil
	case len(s.memberships) >= most:
		return nil, tooMany()
	}
	return []Event{c.Joined}, nil
}

// EndMembership records that a membership ended.
type EndMembership struct {
	domain.Request
	Person     domain.PersonID
	Membership int
	On         domain.Date
}

func (c EndMembership) Decide(s State) ([]Event, error) {
	if err := first(s.oneself(c.By, c.Person, c.Today()), dated(c.On, c.Today(), "on")); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.memberships, func(m membership) bool { return m.fact == c.Membership })
	switch {
	case i < 0:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_MEMBERSHIP", "There is no such membership, or it has ended.").About("membership")
	case c.On.Before(s.memberships[i].on):
		return nil, domain.Refuse(domain.Invalid, "BAD_DATES", "The membership began on %s.", s.memberships[i].on).About("on")
	}
	return []Event{MembershipEnded{Membership: c.Membership, On: c.On}}, nil
}
