package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a person are kept.
func Stream(id domain.PersonID) domain.Stream { return domain.Stream("person-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PersonID, error) {
	id, err := s.Subject("person")
	return domain.PersonID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	joined      bool
	erased      bool
	keys        domain.Keys
	logins      domain.Keys // links to those of an OpenID provider
	name        domain.Sealed
	start       domain.Date
	life        Chronicle
	effective   []int // facts whose day has come
	interests   []Aim
	referrals   []referral // that were not answered
	mentors     []MentorKind
	suggested   []domain.PositionID
	memberships []membership // that have not ended
	erasure     erasure      // the last that was asked for
}

type referral struct {
	fact int
	by   domain.PersonID
	aim  Aim
}

type membership struct {
	fact        int
	association domain.Sealed
	on          domain.Date
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	s.life = s.life.With(e)
	switch e := e.(type) {
	case Joined:
		s.joined, s.name, s.start = true, e.Name, e.Start
	case Renamed:
		s.name = e.Name
	case StartRecorded:
		s.start = e.Start
	case KeyIssued:
		s.keys = s.keys.With(e.Key, true)
	case KeyRevoked:
		s.keys = s.keys.With(e.Key, false)
	case LoginLinked:
		s.logins = s.logins.With(e.Link, true)
	case LoginUnlinked:
		s.logins = s.logins.With(e.Link, false)
	case Erased:
		s = State{joined: true, erased: true, life: s.life}
	case ErasureAsked, ErasureWithdrawn, ErasureRefused:
		s.erasure = s.erasure.with(s.life.facts, e)
	case TookEffect:
		s.effective = append(slices.Clip(s.effective), e.Fact)
	case InterestExpressed:
		s.interests = append(slices.Clip(s.interests), e.Aim)
	case InterestWithdrawn:
		s.interests = slices.DeleteFunc(slices.Clone(s.interests), func(a Aim) bool { return a == e.Aim })
	case ReferralMade:
		s.referrals = append(slices.Clip(s.referrals), referral{s.life.facts, e.By, e.Aim})
	case ReferralAnswered:
		s.referrals = slices.DeleteFunc(slices.Clone(s.referrals), func(r referral) bool { return r.fact == e.Referral })
	case MentorOffered:
		s.mentors = append(slices.Clip(s.mentors), e.Kind)
	case MentorOfferWithdrawn:
		s.mentors = slices.DeleteFunc(slices.Clone(s.mentors), func(k MentorKind) bool { return k == e.Kind })
	case OpeningSuggested:
		s.suggested = append(slices.Clip(s.suggested), e.Opening)
	case MembershipJoined:
		s.memberships = append(slices.Clip(s.memberships), membership{s.life.facts, e.Association, e.On})
	case MembershipEnded:
		s.memberships = slices.DeleteFunc(slices.Clone(s.memberships), func(m membership) bool { return m.fact == e.Membership })
	case JobChanged, CapacityChanged, JobTaken, ManagerChanged, SiteChanged, CapacityGranted, CapacityRevoked, Left, Returned, AbsencePlanned, AbsenceEnded, Struck: // the chronicle has them
	}
	return s
}

// known refuses whatever is asked about nobody, or about somebody who was erased.
func (s State) known() error {
	switch {
	case !s.joined:
		return errUnknown
	case s.erased:
		return ErrErased
	}
	return nil
}
