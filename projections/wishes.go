package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// wishes keeps what people want, offer and recommend.
func (b *batch) wishes(r events.Recorded, id domain.PersonID, e person.Event) error {
	day := r.Request.Today().String()
	switch e := e.(type) {
	case person.InterestExpressed:
		return b.exec(`INSERT INTO interest (person, fact, pathway, cohort, note, since, until) VALUES (?, ?, ?, ?, ?, ?, '')`, id, r.Revision, e.Pathway, e.Cohort, e.Note, day)
	case person.InterestWithdrawn:
		return b.exec(`UPDATE interest SET until = ? WHERE person = ? AND pathway = ? AND cohort = ? AND until = ''`, day, id, e.Pathway, e.Cohort)
	case person.ReferralMade:
		return b.exec(`INSERT INTO referral (person, fact, by_person, pathway, cohort, note, made_on, answer, answered_on) VALUES (?, ?, ?, ?, ?, ?, ?, '', '')`,
			id, r.Revision, e.By, e.Pathway, e.Cohort, e.Note, day)
	case person.ReferralAnswered:
		answer := Declined
		if e.Accepted {
			answer = Accepted
		}
		return b.exec(`UPDATE referral SET answer = ?, answered_on = ? WHERE person = ? AND fact = ?`, answer, day, id, e.Referral)
	case person.MentorOffered:
		return b.exec(`INSERT OR REPLACE INTO mentor_offer (person, kind, note, since) VALUES (?, ?, ?, ?)`, id, e.Kind, e.Note, day)
	case person.MentorOfferWithdrawn:
		return b.exec(`DELETE FROM mentor_offer WHERE person = ? AND kind = ?`, id, e.Kind)
	case person.OpeningSuggested:
		return b.exec(`INSERT INTO suggestion (person, fact, opening, by_person, note, made_on) VALUES (?, ?, ?, ?, ?, ?)`, id, r.Revision, e.Opening, e.By, e.Note, day)
	case person.MembershipJoined:
		return b.exec(`INSERT INTO membership (person, fact, association, since, until) VALUES (?, ?, ?, ?, '')`, id, r.Revision, e.Association, e.On.String())
	case person.MembershipEnded:
		return b.exec(`UPDATE membership SET until = ? WHERE person = ? AND fact = ?`, e.On.String(), id, e.Membership)
	}
	return nil
}

// A Wish is that somebody would like to take part in something.
type Wish struct {
	Person domain.PersonID
	person.Aim
	Note  domain.Sealed
	Since domain.Date
	Until domain.Date // zero while it holds
}

// Interests returns what somebody was and is interested in, in order.
func (db *DB) Interests(ctx context.Context, id domain.PersonID) ([]Wish, error) {
	return db.interests(ctx, `person = ? ORDER BY fact`, id)
}

// InterestIn returns who is interested in something now, the longest first.
func (db *DB) InterestIn(ctx context.Context, aim person.Aim) ([]Wish, error) {
	return db.interests(ctx, `pathway = ? AND cohort = ? AND until = '' ORDER BY since, person`, aim.Pathway, aim.Cohort)
}

func (db *DB) interests(ctx context.Context, where string, args ...any) ([]Wish, error) {
	is, err := collect(ctx, db.read, func(rows *sql.Rows) (i Wish, err error) {
		return i, rows.Scan(&i.Person, &i.Pathway, &i.Cohort, &i.Note, date{&i.Since}, date{&i.Until})
	}, `SELECT person, pathway, cohort, note, since, until FROM interest WHERE `+where, args...)
	return is, fault(err, "interests")
}

// An Answer is what the referred say; empty while they have not.
type Answer string

const (
	Accepted Answer = "accepted"
	Declined Answer = "declined"
)

// A Referral is a colleague's recommendation for a programme.
type Referral struct {
	Person domain.PersonID // the referred
	Fact   int
	By     domain.PersonID
	person.Aim
	Note       domain.Sealed
	MadeOn     domain.Date
	Answer     Answer
	AnsweredOn domain.Date
}

// Referrals returns those of somebody and those by them, in order.
func (db *DB) Referrals(ctx context.Context, id domain.PersonID) ([]Referral, error) {
	return db.referrals(ctx, `? IN (person, by_person) ORDER BY made_on, person, fact`, id)
}

// OpenReferrals returns those that were not answered, the oldest first.
func (db *DB) OpenReferrals(ctx context.Context) ([]Referral, error) {
	return db.referrals(ctx, `answer = '' ORDER BY made_on, person, fact`)
}

func (db *DB) referrals(ctx context.Context, where string, args ...any) ([]Referral, error) {
	rs, err := collect(ctx, db.read, func(rows *sql.Rows) (r Referral, err error) {
		return r, rows.Scan(&r.Person, &r.Fact, &r.By, &r.Pathway, &r.Cohort, &r.Note, date{&r.MadeOn}, &r.Answer, date{&r.AnsweredOn})
	}, `SELECT person, fact, by_person, pathway, cohort, note, made_on, answer, answered_on FROM referral WHERE `+where, args...)
	return rs, fault(err, "referrals")
}

// A MentorOffer is that somebody would mentor others.
type MentorOffer struct {
	Person domain.PersonID
	Kind   person.MentorKind
	Note   domain.Sealed
	Since  domain.Date
}

// MentorOffers returns the offers of somebody, or of everybody who is here if id is empty.
func (db *DB) MentorOffers(ctx context.Context, id domain.PersonID) ([]MentorOffer, error) {
	os, err := collect(ctx, db.read, func(rows *sql.Rows) (o MentorOffer, err error) {
		return o, rows.Scan(&o.Person, &o.Kind, &o.Note, date{&o.Since})
	}, `SELECT o.person, o.kind, o.note, o.since FROM mentor_offer o JOIN person p ON p.id = o.person WHERE ?1 IN ('', o.person) AND p.left_on = '' ORDER BY o.person, o.kind`, id)
	return os, fault(err, "mentor offers")
}

// A Suggestion is an opening that an adviser points out to somebody.
type Suggestion struct {
	Opening domain.PositionID
	By      domain.PersonID
	Note    domain.Sealed
	MadeOn  domain.Date
}

// Suggestions returns the openings that were pointed out to somebody, in order.
func (db *DB) Suggestions(ctx context.Context, id domain.PersonID) ([]Suggestion, error) {
	ss, err := collect(ctx, db.read, func(rows *sql.Rows) (s Suggestion, err error) {
		return s, rows.Scan(&s.Opening, &s.By, &s.Note, date{&s.MadeOn})
	}, `SELECT opening, by_person, note, made_on FROM suggestion WHERE person = ? ORDER BY fact`, id)
	return ss, fault(err, "suggestions")
}

// A Membership is in a professional association.
type Membership struct {
	Fact        int
	Association domain.Sealed
	Since       domain.Date
	Until       domain.Date // zero while it lasts
}

// Memberships returns those of somebody, in order.
func (db *DB) Memberships(ctx context.Context, id domain.PersonID) ([]Membership, error) {
	ms, err := collect(ctx, db.read, func(rows *sql.Rows) (m Membership, err error) {
		return m, rows.Scan(&m.Fact, &m.Association, date{&m.Since}, date{&m.Until})
	}, `SELECT fact, association, since, until FROM membership WHERE person = ? ORDER BY fact`, id)
	return ms, fault(err, "memberships")
}
