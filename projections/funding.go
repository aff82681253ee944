package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/events"
)

// A Funding is a source of money and what became of it, in cents.
type Funding struct {
	ID        domain.FundingID
	Version   uint64
	Kind      funding.Kind
	Title     string
	Funder    string
	Amount    domain.Cents
	Committed domain.Cents // set aside; what was spent is part of it
	Spent     domain.Cents
	From, To  domain.Date
	Closed    bool
	Pays      funding.Costs
	Grants    []FundingGrant // by id; nil where they were not asked for
}

// A FundingGrant is what was set aside for one participant.
type FundingGrant struct {
	Funding  domain.FundingID
	ID       domain.GrantID
	Person   domain.PersonID
	For      domain.Stream
	Cents    domain.Cents
	Spent    domain.Cents
	Released bool
	On       domain.Date
	Since    events.Position // at which it was set aside
}

func (b *batch) funding(r events.Recorded, e funding.Event) error {
	id, err := funding.ID(r.Stream)
	if err != nil {
		return err
	}
	var granted domain.GrantID
	spend := func(g domain.GrantID, more domain.Cents) error {
		granted = g
		return b.exec(`UPDATE funding_grant SET spent = spent + ?1, cents = cents + CASE released WHEN 1 THEN ?1 ELSE 0 END WHERE funding = ?2 AND id = ?3`, more, id, g)
	}
	switch e := e.(type) {
	case funding.Opened:
		err = b.exec(`INSERT INTO funding (id, version, kind, title, funder, amount, from_on, to_on, closed, pays) VALUES (?, 0, ?, ?, ?, ?, ?, ?, 0, ?)`,
			id, e.Kind, e.Title, e.Funder, e.Amount, e.From.String(), e.To.String(), text(e.Pays))
	case funding.AmountChanged:
		err = b.exec(`UPDATE funding SET amount = ? WHERE id = ?`, e.Now, id)
	case funding.Committed:
		granted = e.Grant
		err = b.exec(`INSERT INTO funding_grant (funding, id, person, purpose, cents, spent, released, day, since) VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?)`,
			id, e.Grant, e.Person, e.For, e.Cents, e.On.String(), r.Position)
	case funding.Spent:
		err = spend(e.Grant, e.Cents)
	case funding.SpendingCorrected:
		err = spend(e.Grant, e.Now-e.Was)
	case funding.Released:
		err = b.exec(`UPDATE funding_grant SET released = 1, cents = cents - ? WHERE funding = ? AND id = ?`, e.Cents, id, e.Grant)
	case funding.Closed:
		err = b.exec(`UPDATE funding SET closed = 1 WHERE id = ?`, id)
	}
	if err := errorsOf(err, b.exec(`UPDATE funding SET version = ? WHERE id = ?`, r.Revision, id)); err != nil || granted == "" {
		return err
	}
	var who domain.PersonID
	if _, err := b.one(`SELECT person FROM funding_grant WHERE funding = ? AND id = ?`, []any{id, granted}, &who); err != nil {
		return err
	}
	return b.recount(who)
}

// Fundings returns the sources of money, by id. What was set aside for whom is left out.
func (db *DB) Fundings(ctx context.Context) ([]Funding, error) {
	return db.fundings(ctx, `1`)
}

// Funding returns one source with what was set aside for whom, or a refusal (NO_SUCH_FUNDING).
func (db *DB) Funding(ctx context.Context, id domain.FundingID) (Funding, error) {
	found, err := db.fundings(ctx, `f.id = ?`, id)
	if err == nil && len(found) == 0 {
		return Funding{}, domain.Refuse(domain.NotFound, "NO_SUCH_FUNDING", "There is no such funding source.")
	}
	if err != nil {
		return Funding{}, err
	}
	found[0].Grants, err = db.grants(ctx, `funding = ?`, id)
	return found[0], err
}

// GrantsFor returns what is set aside for something: an activity, a credential, a cohort.
func (db *DB) GrantsFor(ctx context.Context, purpose domain.Stream) ([]FundingGrant, error) {
	return db.grants(ctx, `purpose = ?`, purpose)
}

// GrantsOf returns what was set aside for a person.
func (db *DB) GrantsOf(ctx context.Context, person domain.PersonID) ([]FundingGrant, error) {
	return db.grants(ctx, `person = ?`, person)
}

func (db *DB) fundings(ctx context.Context, where string, args ...any) ([]Funding, error) {
	fs, err := collect(ctx, db.read, func(rows *sql.Rows) (f Funding, err error) {
		var pays []byte
		if err := rows.Scan(&f.ID, &f.Version, &f.Kind, &f.Title, &f.Funder, &f.Amount, date{&f.From}, date{&f.To}, &f.Closed, &pays, &f.Committed, &f.Spent); err != nil {
			return f, err
		}
		return f, json.Unmarshal(pays, &f.Pays)
	}, `SELECT f.id, f.version, f.kind, f.title, f.funder, f.amount, f.from_on, f.to_on, f.closed, f.pays, coalesce(sum(g.cents), 0), coalesce(sum(g.spent), 0)
		FROM funding f LEFT JOIN funding_grant g ON g.funding = f.id WHERE `+where+` GROUP BY f.id ORDER BY f.id`, args...)
	return fs, fault(err, "fundings")
}

func (db *DB) grants(ctx context.Context, where string, args ...any) ([]FundingGrant, error) {
	gs, err := collect(ctx, db.read, func(rows *sql.Rows) (g FundingGrant, err error) {
		return g, rows.Scan(&g.Funding, &g.ID, &g.Person, &g.For, &g.Cents, &g.Spent, &g.Released, date{&g.On}, &g.Since)
	}, `SELECT funding, id, person, purpose, cents, spent, released, day, since FROM funding_grant WHERE `+where+` ORDER BY funding, id`, args...)
	return gs, fault(err, "grants")
}
