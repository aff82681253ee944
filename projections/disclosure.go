package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/events"
)

// A Disclosure is what an institution was told about somebody on a day, or asked in vain.
type Disclosure struct {
	Position events.Position
	Partner  domain.PartnerID
	Person   domain.PersonID // empty for what was asked in vain
	On       domain.Date
	At       time.Time
	Fields   []domain.Scope
	Basis    disclosure.Basis
	Interest string
	Question string          // hash
	Refused  string          // code, or empty if it was told
	By       domain.PersonID // the officer who made an exception
}

func (b *batch) disclosure(r events.Recorded, e disclosure.Event) error {
	partner, _, err := disclosure.ID(r.Stream)
	if err != nil {
		return err
	}
	const insert = `INSERT INTO disclosure (position, partner, person, on_day, at, fields, basis, interest, question, refused, by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	at := r.Request.At.UnixMicro()
	switch e := e.(type) {
	case disclosure.Requested:
		return b.exec(`INSERT OR REPLACE INTO disclosure_question (partner, question, on_day, fields, interest) VALUES (?, ?, ?, ?, ?)`,
			partner, e.QueryHash, e.On.String(), text(e.Fields), e.LegitimateInterest)
	case disclosure.Made:
		for _, p := range e.Persons {
			if err := b.exec(insert, r.Position, partner, p, e.On.String(), at, text(e.Fields), e.Basis, e.LegitimateInterest, e.QueryHash, "", r.Request.By.Person); err != nil {
				return err
			}
		}
	case disclosure.Refused:
		fields, interest := "[]", ""
		if _, err := b.one(`SELECT fields, interest FROM disclosure_question WHERE partner = ? AND question = ?`, []any{partner, e.QueryHash}, &fields, &interest); err != nil {
			return err
		}
		return b.exec(insert, r.Position, partner, "", e.On.String(), at, fields, "", interest, e.QueryHash, e.Code, "")
	}
	return nil
}

// A DisclosureQuery asks for disclosures, newest first. Person and Partner narrow it down.
type DisclosureQuery struct {
	Person  domain.PersonID
	Partner domain.PartnerID
	Before  events.Position // only older ones; 0 is all
	First   int
}

// Disclosures returns what institutions were told and asked in vain.
func (db *DB) Disclosures(ctx context.Context, q DisclosureQuery) ([]Disclosure, error) {
	ds, err := collect(ctx, db.read, func(rows *sql.Rows) (d Disclosure, err error) {
		var list string
		if err := rows.Scan(&d.Position, &d.Partner, &d.Person, date{&d.On}, instant{&d.At}, &list, &d.Basis, &d.Interest, &d.Question, &d.Refused, &d.By); err != nil {
			return d, err
		}
		return d, json.Unmarshal([]byte(list), &d.Fields)
	}, `SELECT position, partner, person, on_day, at, fields, basis, interest, question, refused, by FROM disclosure
		WHERE ?1 IN ('', person) AND ?2 IN ('', partner) AND (?3 = 0 OR position < ?3) ORDER BY position DESC, person LIMIT ?4`, q.Person, q.Partner, q.Before, q.First)
	return ds, fault(err, "disclosures")
}
