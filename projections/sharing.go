package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
)

// An Agreement is one with an institution.
type Agreement struct {
	ID          domain.AgreementID
	Version     uint64
	Partner     domain.PartnerID
	PartnerName string
	State       AgreementState
	Scopes      []domain.Scope
	From, To    domain.Date // zero until it is in force
	Rules       []rules.Articulation
}

// AgreementState is where an agreement is in its life.
type AgreementState string

const (
	AgreementDraft        AgreementState = "draft"
	AgreementPartlySigned AgreementState = "partly-signed"
	AgreementSigned       AgreementState = "signed"
	AgreementActive       AgreementState = "active"
	AgreementExpired      AgreementState = "expired"
	AgreementTerminated   AgreementState = "terminated"
)

// A Consent is what a learner lets an institution see.
type Consent struct {
	Person    domain.PersonID
	Party     domain.PartnerID
	PartyName string
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

func (b *batch) agreement(r events.Recorded, e agreement.Event) error {
	id, err := agreement.ID(r.Stream)
	if err != nil {
		return err
	}
	var partner domain.PartnerID
	var state AgreementState
	if _, err := b.one(`SELECT partner, state FROM agreement WHERE id = ?`, []any{id}, &partner, &state); err != nil {
		return err
	}
	become := func(s AgreementState) error {
		return b.exec(`UPDATE agreement SET state = ? WHERE id = ?`, s, id)
	}
	switch e := e.(type) {
	case agreement.Drafted:
		partner = e.Partner
		err = b.exec(`INSERT INTO agreement (id, version, partner, state, scopes, from_on, to_on, reason) VALUES (?, 0, ?, 'draft', ?, '', '', '')`, id, e.Partner, text(e.Scopes))
	case agreement.SignedByParty:
		if err = become(AgreementPartlySigned); state == AgreementPartlySigned {
			err = become(AgreementSigned)
		}
	case agreement.Activated:
		err = b.exec(`UPDATE agreement SET state = 'active', from_on = ?, to_on = ? WHERE id = ?`, e.From.String(), e.To.String(), id)
	case agreement.ArticulationRuleAdded:
		err = b.exec(`INSERT INTO articulation (agreement, rule, course, requirement, body) VALUES (?, ?, ?, ?, ?)`, id, e.Rule, e.Course, e.Requirement, text(e.Articulation))
	case agreement.Expired:
		err = become(AgreementExpired)
	case agreement.Terminated:
		err = b.exec(`UPDATE agreement SET state = 'terminated', reason = ? WHERE id = ?`, e.Reason, id)
	}
	if err := errorsOf(err, b.exec(`UPDATE agreement SET version = ? WHERE id = ?`, r.Revision, id)); err != nil {
		return err
	}
	return b.regrantAll(r, `SELECT c.party, l.id FROM consent c JOIN learner l ON l.person = c.person WHERE c.party = ? ORDER BY l.id`, partner)
}

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

// Agreements returns the agreements with a partner, or all of them if it is empty, by id with their rules.
func (db *DB) Agreements(ctx context.Context, partner domain.PartnerID) (found []Agreement, err error) {
	err = db.snapshot(ctx, func(q querier) error {
		rulesOf := map[domain.AgreementID][]rules.Articulation{}
		_, err := collect(ctx, q, func(rows *sql.Rows) (a rules.Articulation, err error) {
			var id domain.AgreementID
			var body string
			if err := rows.Scan(&id, &body); err != nil {
				return a, err
			}
			err = json.Unmarshal([]byte(body), &a)
			rulesOf[id] = append(rulesOf[id], a)
			return a, err
		}, `SELECT agreement, body FROM articulation ORDER BY agreement, rule`)
		if err != nil {
			return err
		}
		found, err = collect(ctx, q, func(rows *sql.Rows) (a Agreement, err error) {
			var list string
			if err := rows.Scan(&a.ID, &a.Version, &a.Partner, &a.PartnerName, &a.State, &list, date{&a.From}, date{&a.To}); err != nil {
				return a, err
			}
			a.Rules = rulesOf[a.ID]
			return a, json.Unmarshal([]byte(list), &a.Scopes)
		}, `SELECT g.id, g.version, g.partner, p.name, g.state, g.scopes, g.from_on, g.to_on
			FROM agreement g JOIN partner p ON p.id = g.partner WHERE ?1 = '' OR g.partner = ?1 ORDER BY g.id`, partner)
		return err
	})
	return found, fault(err, "agreements")
}

// Consents returns what learners let institutions see, ended consents too, by learner and institution.
func (db *DB) Consents(ctx context.Context, people ...domain.PersonID) ([]Consent, error) {
	return db.consents(ctx, `c.person IN (SELECT value FROM json_each(?))`, text(people))
}

// ConsentsOver returns the consents whose last day has passed and that are still live.
func (db *DB) ConsentsOver(ctx context.Context, today domain.Date) ([]Consent, error) {
	return db.consents(ctx, `c.state = 'live' AND c.expires_on <> '' AND c.expires_on < ?`, today.String())
}

func (db *DB) consents(ctx context.Context, where string, args ...any) ([]Consent, error) {
	cs, err := collect(ctx, db.read, func(rows *sql.Rows) (c Consent, err error) {
		var list string
		if err := rows.Scan(&c.Person, &c.Party, &c.PartyName, &c.Version, &c.State, &list, &c.Purpose, &c.Plain, date{&c.GivenOn}, date{&c.ExpiresOn}, instant{&c.EndedAt}); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(list), &c.Records)
	}, `SELECT c.person, c.party, p.name, c.version, c.state, c.records, c.purpose, c.plain, c.given_on, c.expires_on, c.ended_at
		FROM consent c JOIN partner p ON p.id = c.party WHERE `+where+` ORDER BY c.person, c.party`, args...)
	return cs, fault(err, "consents")
}

// AgreementsOver returns the agreements whose last day has passed and that are still active.
func (db *DB) AgreementsOver(ctx context.Context, today domain.Date) ([]domain.AgreementID, error) {
	ids, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.AgreementID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM agreement WHERE state = 'active' AND to_on < ? ORDER BY id`, today.String())
	return ids, fault(err, "agreements")
}
