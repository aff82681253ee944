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
	Purpose   string
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
		err = b.exec(`INSERT OR REPLACE INTO consent (person, party, version, state, records, purpose, given_on, expires_on, ended_at) VALUES (?, ?, 0, 'live', ?, ?, ?, ?, 0)`,
			person, party, text(e.Records), e.Purpose, e.On.String(), e.ExpiresOn.String())
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

func (b *batch) regrantLearner(r events.Recorded, id domain.ApprenticeshipID) error {
	return b.regrantAll(r, `SELECT c.party, l.id FROM learner l JOIN consent c ON c.person = l.person WHERE l.id = ? ORDER BY c.party`, id)
}

// A pair is a partner and a learner it may come to see.
type pair struct {
	partner domain.PartnerID
	learner domain.ApprenticeshipID
}

// regrantAll works out anew what partners may see, for the pairs a query names.
func (b *batch) regrantAll(r events.Recorded, query string, args ...any) error {
	pairs, err := collect(b.ctx, b, func(rows *sql.Rows) (p pair, err error) {
		return p, rows.Scan(&p.partner, &p.learner)
	}, query, args...)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if err := b.regrant(r, p); err != nil {
			return err
		}
	}
	return nil
}

// regrant works out anew what a partner may see of a learner, and tells the feed what came
// and what went. What the partner could not see any more on the day, because its time had
// run out before the record said so, comes anew.
func (b *batch) regrant(r events.Recorded, p pair) error {
	granted, err := b.grant(p)
	if err != nil {
		return err
	}
	if err := b.exec(`DELETE FROM roster WHERE partner = ? AND learner = ?`, p.partner, p.learner); err != nil {
		return err
	}
	shown := map[domain.Stream]string{}
	_, err = collect(b.ctx, b, func(rows *sql.Rows) (o domain.Stream, err error) {
		var until string
		err = rows.Scan(&o, &until)
		shown[o] = until
		return o, err
	}, `SELECT object, until FROM feed WHERE partner = ? AND learner = ? AND removed = ''`, p.partner, p.learner)
	if err != nil {
		return err
	}
	day := domain.DateOf(r.Request.At).String()
	for scope, until := range granted {
		if err := b.exec(`INSERT INTO roster (partner, learner, scope, until) VALUES (?, ?, ?, ?)`, p.partner, p.learner, scope, until); err != nil {
			return err
		}
		objects, err := b.objects(kinds[scope], p, until)
		if err != nil {
			return err
		}
		for object, until := range objects {
			if told, ok := shown[object]; ok && told >= day {
				err = b.exec(`UPDATE feed SET until = ? WHERE partner = ? AND object = ?`, until, p.partner, object)
			} else {
				err = b.feed(r, p, object, until)
			}
			if err != nil {
				return err
			}
			delete(shown, object)
		}
	}
	for object := range shown {
		if err := b.gone(r, p, object); err != nil {
			return err
		}
	}
	return nil
}

// grant is what consent and agreements together let a partner see, and until when.
func (b *batch) grant(p pair) (map[domain.Scope]string, error) {
	out := map[domain.Scope]string{}
	_, err := collect(b.ctx, b, func(rows *sql.Rows) (s domain.Scope, err error) {
		var until string
		err = rows.Scan(&s, &until)
		out[s] = until
		return s, err
	}, `SELECT s.value, min(max(g.to_on), coalesce(nullif(c.expires_on, ''), '9999'))
		FROM learner l JOIN consent c ON c.person = l.person AND c.party = ? AND c.state = 'live', json_each(c.records) s
			JOIN agreement g ON g.partner = c.party AND g.state = 'active' AND s.value IN (SELECT value FROM json_each(g.scopes))
		WHERE l.id = ? GROUP BY s.value`, p.partner, p.learner)
	return out, err
}

// kinds are what can be shared under a scope. Each names the objects of a learner (?2) that a
// partner (?1) may see, and until when: the apprenticeship, the milestones that courses of
// the partner meet, the credit it awards, and the moves that were submitted.
var kinds = map[domain.Scope]string{
	domain.PathwayRecords: `SELECT 'apprenticeship-' || id, '9999' FROM learner WHERE id = ?2 AND ?1 <> ''`,
	domain.MilestoneRecords: `SELECT 'milestone-' || m.learner || '.' || m.requirement, max(g.to_on)
		FROM milestone m JOIN articulation a ON a.requirement = m.requirement JOIN agreement g ON g.id = a.agreement
		WHERE m.learner = ?2 AND g.partner = ?1 AND g.state = 'active' GROUP BY m.requirement`,
	domain.CreditRecords:     `SELECT 'credit-' || learner || '.' || rule, '9999' FROM credit WHERE learner = ?2 AND partner = ?1`,
	domain.TransitionRecords: `SELECT 'transition-' || learner || '.' || to_role, '9999' FROM transition WHERE learner = ?2 AND ?1 <> '' AND state <> 'proposed'`,
}

// scopes say what covers the objects of a stream category.
var scopes = map[string]domain.Scope{
	"apprenticeship": domain.PathwayRecords,
	"milestone":      domain.MilestoneRecords,
	"credit":         domain.CreditRecords,
	"transition":     domain.TransitionRecords,
}

// objects are those of a kind that a partner may see, each with its last day, if the scope
// is granted until one.
func (b *batch) objects(kind string, p pair, until string) (map[domain.Stream]string, error) {
	out := map[domain.Stream]string{}
	_, err := collect(b.ctx, b, func(rows *sql.Rows) (o domain.Stream, err error) {
		var last string
		err = rows.Scan(&o, &last)
		out[o] = min(last, until)
		return o, err
	}, kind, p.partner, p.learner)
	return out, err
}

// touch tells the feeds of all partners that may see it that an object of a learner
// changed, and those of partners that may see it no longer that it went.
func (b *batch) touch(r events.Recorded, id domain.ApprenticeshipID, object domain.Stream) error {
	scope := scopes[object.Category()]
	granted := map[domain.PartnerID]string{}
	_, err := collect(b.ctx, b, func(rows *sql.Rows) (p domain.PartnerID, err error) {
		var until string
		err = rows.Scan(&p, &until)
		granted[p] = until
		return p, err
	}, `SELECT partner, until FROM roster WHERE learner = ? AND scope = ?`, id, scope)
	if err != nil {
		return err
	}
	for partner, until := range granted {
		p := pair{partner, id}
		objects, err := b.objects(kinds[scope], p, until)
		if err != nil {
			return err
		}
		if until, ok := objects[object]; ok {
			err = b.feed(r, p, object, until)
		} else {
			err = b.gone(r, p, object)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) feed(r events.Recorded, p pair, object domain.Stream, until string) error {
	return b.exec(`INSERT OR REPLACE INTO feed (partner, object, category, learner, position, removed, until) VALUES (?, ?, ?, ?, ?, '', ?)`,
		p.partner, object, object.Category(), p.learner, r.Position, until)
}

// gone removes an object from the feed if it was shown.
func (b *batch) gone(r events.Recorded, p pair, object domain.Stream) error {
	return b.exec(`UPDATE feed SET position = ?, removed = ?, until = '' WHERE partner = ? AND object = ? AND removed = ''`,
		r.Position, reason(r.Event), p.partner, object)
}

// Removal says why a partner is no longer shown an object. Empty means it is shown.
type Removal string

const (
	ConsentWithdrawn Removal = "consent-revoked" // or given for less than before
	SharingEnded     Removal = "sharing-ended"
)

// reason is why a partner is no longer shown what it was shown before e.
func reason(e domain.Event) Removal {
	switch e.(type) {
	case consent.Revoked, consent.Given:
		return ConsentWithdrawn
	}
	return SharingEnded
}

// A Grant is what a partner may see of a learner.
type Grant struct {
	Learner domain.ApprenticeshipID
	Scopes  []domain.Scope
}

// Grants returns what a partner may see of the given learners on a day; learners it may
// see nothing of are left out.
func (db *DB) Grants(ctx context.Context, partner domain.PartnerID, on domain.Date, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]Grant, error) {
	out := map[domain.ApprenticeshipID]Grant{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (s domain.Scope, err error) {
		var id domain.ApprenticeshipID
		err = rows.Scan(&id, &s)
		out[id] = Grant{Learner: id, Scopes: append(out[id].Scopes, s)}
		return s, err
	}, `SELECT learner, scope FROM roster WHERE partner = ? AND until >= ? AND learner IN (SELECT value FROM json_each(?)) ORDER BY learner, scope`, partner, on.String(), text(ids))
	return out, fault(err, "grants")
}

// A Change is the newest state of one object in a partner's feed.
type Change struct {
	Position events.Position
	Object   domain.Stream
	Learner  domain.ApprenticeshipID
	Removed  Removal
	Until    domain.Date // last day on which it is shown, unless it was removed
}

// A FeedQuery asks for changes after a place in a partner's feed.
type FeedQuery struct {
	Partner    domain.PartnerID
	After      events.Position // the last change seen,
	AfterTo    domain.Stream   // and its object
	Forgotten  events.Position // removals up to here are left out: the walk never showed the objects
	Categories []string        // of objects; empty means all
	First      int
}

// Feed returns changes in order, the position the read model had come to when asked, and
// the epoch: an id of the log's lineage.
func (db *DB) Feed(ctx context.Context, q FeedQuery) (changes []Change, at events.Position, epoch string, err error) {
	err = db.snapshot(ctx, func(tx querier) error {
		var found []Change
		_, err := collect(ctx, tx, func(rows *sql.Rows) (_ struct{}, err error) { return struct{}{}, rows.Scan(&at, &epoch) }, `SELECT position, epoch FROM checkpoint`)
		if err != nil {
			return err
		}
		found, err = collect(ctx, tx, func(rows *sql.Rows) (c Change, err error) {
			return c, rows.Scan(&c.Position, &c.Object, &c.Learner, &c.Removed, date{&c.Until})
		}, `SELECT position, object, learner, removed, until FROM feed
			WHERE partner = ? AND (position, object) > (?, ?) AND (removed = '' OR position > ?)
				AND (? = 0 OR category IN (SELECT value FROM json_each(?)))
			ORDER BY position, object LIMIT ?`, q.Partner, q.After, q.AfterTo, q.Forgotten, len(q.Categories), text(q.Categories), q.First)
		changes = found
		return err
	})
	return changes, at, epoch, fault(err, "feed")
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
		if err := rows.Scan(&c.Person, &c.Party, &c.PartyName, &c.Version, &c.State, &list, &c.Purpose, date{&c.GivenOn}, date{&c.ExpiresOn}, instant{&c.EndedAt}); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(list), &c.Records)
	}, `SELECT c.person, c.party, p.name, c.version, c.state, c.records, c.purpose, c.given_on, c.expires_on, c.ended_at
		FROM consent c JOIN partner p ON p.id = c.party WHERE `+where+` ORDER BY c.person, c.party`, args...)
	return cs, fault(err, "consents")
}

// AgreementsOver returns the agreements whose last day has passed and that are still active.
func (db *DB) AgreementsOver(ctx context.Context, today domain.Date) ([]domain.AgreementID, error) {
	ids, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.AgreementID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM agreement WHERE state = 'active' AND to_on < ? ORDER BY id`, today.String())
	return ids, fault(err, "agreements")
}
