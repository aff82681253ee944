// Package person decides who works here, in which job and under whom, in which capacities
// they act, with which keys they are recognised, what they wish for and offer, and who is
// erased.
//
// What holds from a day on says from which. Such a fact is named by its number on the
// person's stream, from 1: what was wrong is corrected by a later fact that names it, or
// struck; both stay on record. See Chronicle for what holds on a day.
package person

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a person.
type Event interface {
	domain.Event
	person()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Joined{}, Renamed{}, StartRecorded{}, JobChanged{}, CapacityChanged{}, KeyIssued{}, KeyRevoked{}, Erased{},
	JobTaken{}, ManagerChanged{}, SiteChanged{}, CapacityGranted{}, CapacityRevoked{}, Left{}, Returned{}, AbsencePlanned{}, AbsenceEnded{}, Struck{}, TookEffect{},
	InterestExpressed{}, InterestWithdrawn{}, ReferralMade{}, ReferralAnswered{}, MentorOffered{}, MentorOfferWithdrawn{},
	OpeningSuggested{}, MembershipJoined{}, MembershipEnded{},
	LoginLinked{}, LoginUnlinked{},
	ErasureAsked{}, ErasureWithdrawn{}, ErasureRefused{},
}

// Joined records that somebody came to work here.
type Joined struct {
	Name     domain.Sealed   `json:"name"`
	Capacity domain.Role     `json:"capacity"`          // in which they act here
	Position domain.RoleID   `json:"position"`          // the job they hold
	Title    string          `json:"title"`             // of the job, in words
	Leads    []domain.RoleID `json:"leads,omitempty"`   // the jobs in the team they manage
	Manager  domain.PersonID `json:"manager,omitempty"` // whom they report to
	Site     domain.SiteID   `json:"site"`
	Start    domain.Date     `json:"start,omitzero"` // first day of work, where it is known
}

// KeyIssued records a secret by which the person's requests are recognised.
type KeyIssued struct {
	Key  domain.KeyID `json:"key"`
	Hash string       `json:"hash"` // SHA-256 of the secret in hexadecimal; the secret has 256 random bits
}

// KeyRevoked ends a key at once.
type KeyRevoked struct {
	Key domain.KeyID `json:"key"`
}

// LoginLinked records as whom an OpenID provider knows the person: the issuer, a blank and
// the subject. It is sealed as what is told of people is.
type LoginLinked struct {
	Link  domain.KeyID  `json:"link"`
	Login domain.Sealed `json:"login"`
}

// LoginUnlinked ends a link at once.
type LoginUnlinked struct {
	Link domain.KeyID `json:"link"`
}

// ErasureAsked records that somebody asks to have the person erased. It waits for another one.
type ErasureAsked struct {
	By        domain.PersonID `json:"by"`
	Reason    Reason          `json:"reason"`
	Reference string          `json:"reference"` // of the file that holds why, such as "DSR-2026/14"; it outlives the person's name
}

// ErasureWithdrawn records that whoever asked does not ask any more.
type ErasureWithdrawn struct {
	Asked int `json:"asked"` // the request
}

// ErasureRefused records that the second one said no.
type ErasureRefused struct {
	Asked  int           `json:"asked"`
	Reason domain.Sealed `json:"reason"`
}

// Erased records that everything by which the person could be recognised was destroyed:
// the keys of what was sealed about them, and with them their name, and the keys they were
// recognised by. What they did stays on record under their id.
type Erased struct {
	Reason Reason `json:"reason"`
}

// A Reason says why somebody is erased.
type Reason string

const (
	Asked     Reason = "asked"     // the person asked for it
	Retention Reason = "retention" // the time for which their data is kept is over
)

// JobTaken records that somebody holds a job from a day on.
type JobTaken struct {
	Position domain.RoleID     `json:"position"`
	Title    string            `json:"title"`              // of the job, in words
	Leads    []domain.RoleID   `json:"leads,omitempty"`    // the jobs in the team they manage
	PayGrade string            `json:"payGrade,omitempty"` // if it is known
	Vacancy  domain.PositionID `json:"vacancy,omitempty"`  // the opening that they fill
	Move     domain.Stream     `json:"move,omitempty"`     // the role transition it follows from
	From     domain.Date       `json:"from"`
	Corrects int               `json:"corrects,omitempty"` // the fact that it stands in place of
}

// ManagerChanged records whom somebody reports to from a day on.
type ManagerChanged struct {
	Manager  domain.PersonID `json:"manager"`
	From     domain.Date     `json:"from"`
	Corrects int             `json:"corrects,omitempty"`
}

// SiteChanged records where somebody works from a day on.
type SiteChanged struct {
	Site     domain.SiteID `json:"site"`
	From     domain.Date   `json:"from"`
	Corrects int           `json:"corrects,omitempty"`
}

// CapacityGranted lets somebody act in one more capacity from a day on.
type CapacityGranted struct {
	Capacity domain.Role `json:"capacity"`
	From     domain.Date `json:"from"`
	Corrects int         `json:"corrects,omitempty"`
}

// CapacityRevoked ends a capacity: from that day on they do not act in it.
type CapacityRevoked struct {
	Capacity domain.Role `json:"capacity"`
	From     domain.Date `json:"from"`
	Corrects int         `json:"corrects,omitempty"`
}

// Left records the last day on which somebody worked here.
type Left struct {
	On       domain.Date `json:"on"`
	Reason   Departure   `json:"reason"`
	Corrects int         `json:"corrects,omitempty"`
}

// A Departure says why somebody left. It is told in these words only.
type Departure string

const (
	Resigned      Departure = "resigned"
	Retired       Departure = "retired"
	ContractEnded Departure = "contract-ended"
	Dismissed     Departure = "dismissed"
	OtherReason   Departure = "other"
)

// Returned records the day from which somebody who had left works here again.
type Returned struct {
	On       domain.Date `json:"on"`
	Corrects int         `json:"corrects,omitempty"`
}

// AbsencePlanned records when somebody is away, and who decides for them meanwhile.
type AbsencePlanned struct {
	From     domain.Date     `json:"from"`
	Until    domain.Date     `json:"until"`              // the last day
	Delegate domain.PersonID `json:"delegate,omitempty"` // empty: nobody
	Corrects int             `json:"corrects,omitempty"`
}

// AbsenceEnded records that somebody came back sooner.
type AbsenceEnded struct {
	Absence int         `json:"absence"` // which one
	On      domain.Date `json:"on"`      // the last day away
}

// Struck takes out a fact that was written down in error.
type Struck struct {
	Fact   int           `json:"fact"`
	Reason domain.Sealed `json:"reason"`
}

// TookEffect records that the day has come of a fact that was written down before it.
type TookEffect struct {
	Fact int `json:"fact"`
}

// An Aim is what somebody is interested in: a pathway or a cohort.
type Aim struct {
	Pathway domain.PathwayID `json:"pathway,omitempty"`
	Cohort  domain.CohortID  `json:"cohort,omitempty"`
}

// InterestExpressed records that somebody would like to take part. It is not taking part.
type InterestExpressed struct {
	Aim
	Note domain.Sealed `json:"note,omitempty"`
}

// InterestWithdrawn records that they would not like to any more.
type InterestWithdrawn struct{ Aim }

// ReferralMade records that a colleague recommends somebody for a programme.
type ReferralMade struct {
	By domain.PersonID `json:"by"`
	Aim
	Note domain.Sealed `json:"note,omitempty"`
}

// ReferralAnswered is what the recommended say to it.
type ReferralAnswered struct {
	Referral int  `json:"referral"`
	Accepted bool `json:"accepted,omitempty"`
}

// MentorOffered records that somebody would mentor others.
type MentorOffered struct {
	Kind MentorKind    `json:"kind"`
	Note domain.Sealed `json:"note,omitempty"`
}

// A MentorKind says on what footing somebody mentors.
type MentorKind string

const (
	Expert MentorKind = "expert" // who knows the work well
	Peer   MentorKind = "peer"   // who is on the way themselves
)

// MentorOfferWithdrawn takes the offer back.
type MentorOfferWithdrawn struct {
	Kind MentorKind `json:"kind"`
}

// OpeningSuggested records that a recruiter or adviser points out an opening that fits.
type OpeningSuggested struct {
	Opening domain.PositionID `json:"opening"`
	By      domain.PersonID   `json:"by"`
	Note    domain.Sealed     `json:"note,omitempty"`
}

// MembershipJoined records that somebody belongs to a professional association.
type MembershipJoined struct {
	Association domain.Sealed `json:"association"`
	On          domain.Date   `json:"on"`
}

// MembershipEnded records that they do not any more.
type MembershipEnded struct {
	Membership int         `json:"membership"`
	On         domain.Date `json:"on"` // the last day
}

func (Joined) EventName() string               { return "person.joined" }
func (KeyIssued) EventName() string            { return "person.key_issued" }
func (KeyRevoked) EventName() string           { return "person.key_revoked" }
func (LoginLinked) EventName() string          { return "person.login_linked" }
func (LoginUnlinked) EventName() string        { return "person.login_unlinked" }
func (Erased) EventName() string               { return "person.erased" }
func (ErasureAsked) EventName() string         { return "person.erasure_asked" }
func (ErasureWithdrawn) EventName() string     { return "person.erasure_withdrawn" }
func (ErasureRefused) EventName() string       { return "person.erasure_refused" }
func (JobTaken) EventName() string             { return "person.job_taken" }
func (ManagerChanged) EventName() string       { return "person.manager_changed" }
func (SiteChanged) EventName() string          { return "person.site_changed" }
func (CapacityGranted) EventName() string      { return "person.capacity_granted" }
func (CapacityRevoked) EventName() string      { return "person.capacity_revoked" }
func (Left) EventName() string                 { return "person.left" }
func (Returned) EventName() string             { return "person.returned" }
func (AbsencePlanned) EventName() string       { return "person.absence_planned" }
func (AbsenceEnded) EventName() string         { return "person.absence_ended" }
func (Struck) EventName() string               { return "person.struck" }
func (TookEffect) EventName() string           { return "person.took_effect" }
func (InterestExpressed) EventName() string    { return "person.interest_expressed" }
func (InterestWithdrawn) EventName() string    { return "person.interest_withdrawn" }
func (ReferralMade) EventName() string         { return "person.referral_made" }
func (ReferralAnswered) EventName() string     { return "person.referral_answered" }
func (MentorOffered) EventName() string        { return "person.mentor_offered" }
func (MentorOfferWithdrawn) EventName() string { return "person.mentor_offer_withdrawn" }
func (OpeningSuggested) EventName() string     { return "person.opening_suggested" }
func (MembershipJoined) EventName() string     { return "person.membership_joined" }
func (MembershipEnded) EventName() string      { return "person.membership_ended" }

func (Joined) person()               {}
func (KeyIssued) person()            {}
func (KeyRevoked) person()           {}
func (LoginLinked) person()          {}
func (LoginUnlinked) person()        {}
func (Erased) person()               {}
func (ErasureAsked) person()         {}
func (ErasureWithdrawn) person()     {}
func (ErasureRefused) person()       {}
func (JobTaken) person()             {}
func (ManagerChanged) person()       {}
func (SiteChanged) person()          {}
func (CapacityGranted) person()      {}
func (CapacityRevoked) person()      {}
func (Left) person()                 {}
func (Returned) person()             {}
func (AbsencePlanned) person()       {}
func (AbsenceEnded) person()         {}
func (Struck) person()               {}
func (TookEffect) person()           {}
func (InterestExpressed) person()    {}
func (InterestWithdrawn) person()    {}
func (ReferralMade) person()         {}
func (ReferralAnswered) person()     {}
func (MentorOffered) person()        {}
func (MentorOfferWithdrawn) person() {}
func (OpeningSuggested) person()     {}
func (MembershipJoined) person()     {}
func (MembershipEnded) person()      {}
