package projections

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/events"
)

// A Consent is what a learner lets an institution see.
type Consent struct {
	Person    domain.PersonID
	Party     domain.PartnerID
	PartyName string
	PartyKind partner.Kind
	Version   uint64
	State     ConsentState
	Records   []domain.Scope
	Purpose   domain.Sealed
	Plain     string // the purpose, from before it was sealed
	GivenOn   domain.Date
	ExpiresOn domain.Date // zero is open
	EndedAt   time.Time   // zero while live
}

// ConsentState is where a consent is in its life.
type ConsentState string

const (
	ConsentLive    ConsentState = "live"
	ConsentRevoked ConsentState = "revoked"
	ConsentExpired ConsentState = "expired"
)

// With is the institution.
func (c Consent) With() Partner { return Partner{ID: c.Party, Name: c.PartyName, Kind: c.PartyKind} }

func (b *batch) consent(r events.Recorded, e consent.Event) error {
	person, party, err := consent.ID(r.Stream)
	if err != nil {
		return err
	}
	end := func(s ConsentState) error {
		return b.exec(`UPDATE consent SET state = ?, ended_at = ? WHERE person = ? AND party = ?`, s, r.Request.At.UnixMicro(), person, party)
	}
	switch e := e.(type) {
	case consent.Given:
		err = b.exec(`INSERT OR REPLACE INTO consent (person, party, version, state, records, purpose, plain, given_on, expires_on, ended_at) VALUES (?, ?, 0, 'live', ?, ?, ?, ?, ?, 0)`,
			person, party, text(e.Records), e.Purpose, e.Plain, e.On.String(), e.ExpiresOn.String())
	case consent.Revoked:
		err = end(ConsentRevoked)
	case consent.Expired:
		err = end(ConsentExpired)
	}
	if err := errorsOf(err, b.exec(`UPDATE consent SET version = ? WHERE person = ? AND party = ?`, r.Revision, person, party)); err != nil {
		return err
	}
	return b.regrantAll(r, `SELECT ?, l.id FROM learner l WHERE l.person = ? ORDER BY l.id`, party, person)
}

// Consents returns what learners let institutions see, ended consents too, by learner and institution.
func (db *DB) Consents(ctx context.Context, people ...domain.PersonID) ([]Consent, error) {
	return db.consents(ctx, `c.person IN (SELECT value FROM json_each(?))`, text(people))
}

// A ConsentQuery asks for consents. What is set narrows it down.
type ConsentQuery struct {
	People []domain.PersonID // any of them; anybody, if nil
	Party  domain.PartnerID
	State  ConsentState
	EndsBy domain.Date // live ones whose last day is no later
}

// AllConsents returns what learners let institutions see, the newest first.
func (db *DB) AllConsents(ctx context.Context, q ConsentQuery) ([]Consent, error) {
	cs, err := db.consents(ctx, `(?1 OR c.person IN (SELECT value FROM json_each(?2))) AND ?3 IN ('', c.party) AND ?4 IN ('', c.state)
		AND (?5 = '' OR c.state = 'live' AND c.expires_on <> '' AND c.expires_on <= ?5)`, q.People == nil, text(q.People), q.Party, q.State, q.EndsBy.String())
	slices.SortStableFunc(cs, func(a, b Consent) int { return cmp.Compare(b.GivenOn.String(), a.GivenOn.String()) })
	return cs, err
}

// ConsentsOver returns the consents whose last day has passed and that are still live.
func (db *DB) ConsentsOver(ctx context.Context, today domain.Date) ([]Consent, error) {
	return db.consents(ctx, `c.state = 'live' AND c.expires_on <> '' AND c.expires_on < ?`, today.String())
}

func (db *DB) consents(ctx context.Context, where string, args ...any) ([]Consent, error) {
	cs, err := collect(ctx, db.read, func(rows *sql.Rows) (c Consent, err error) {
		var list string
		if err := rows.Scan(&c.Person, &c.Party, &c.PartyName, &c.PartyKind, &c.Version, &c.State, &list, &c.Purpose, &c.Plain, date{&c.GivenOn}, date{&c.ExpiresOn}, instant{&c.EndedAt}); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(list), &c.Records)
	}, `SELECT c.person, c.party, p.name, p.kind, c.version, c.state, c.records, c.purpose, c.plain, c.given_on, c.expires_on, c.ended_at
		FROM consent c JOIN partner p ON p.id = c.party WHERE `+where+` ORDER BY c.person, c.party`, args...)
	return cs, fault(err, "consents")
}
