package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/events"
)

// A Disclosure is what an institution was told about somebody on a day, or asked in vain.
type Disclosure struct {
	Position  events.Position
	Place     int // among the people who were told of together
	Partner   domain.PartnerID
	Person    domain.PersonID // empty for what was asked in vain
	On        domain.Date
	At        time.Time
	Fields    []domain.Scope
	Basis     disclosure.Basis
	Interest  string
	Question  string             // hash
	Agreement domain.AgreementID // under which learners consented
	Refused   string             // code, or empty if it was told
	By        domain.PersonID    // the officer who made an exception
}

func (b *batch) disclosure(r events.Recorded, e disclosure.Event) error {
	partner, _, err := disclosure.ID(r.Stream)
	if err != nil {
		return err
	}
	const insert = `INSERT INTO disclosure (position, partner, on_day, at, fields, basis, interest, question, agreement, refused, by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	at := r.Request.At.UnixMicro()
	switch e := e.(type) {
	case disclosure.Requested:
		return b.exec(`INSERT OR REPLACE INTO disclosure_question (partner, question, on_day, fields, interest) VALUES (?, ?, ?, ?, ?)`,
			partner, e.QueryHash, e.On.String(), text(e.Fields), e.LegitimateInterest)
	case disclosure.Made:
		if err := b.exec(insert, r.Position, partner, e.On.String(), at, text(e.Fields), e.Basis, e.LegitimateInterest, e.QueryHash, e.Agreement, "", r.Request.By.Person); err != nil {
			return err
		}
		return b.exec(`INSERT OR IGNORE INTO disclosed (person, position, place) SELECT value, ?, key FROM json_each(?)`, r.Position, text(e.Persons))
	case disclosure.Refused:
		fields, interest := "[]", ""
		if _, err := b.one(`SELECT fields, interest FROM disclosure_question WHERE partner = ? AND question = ?`, []any{partner, e.QueryHash}, &fields, &interest); err != nil {
			return err
		}
		return b.exec(insert, r.Position, partner, e.On.String(), at, fields, "", interest, e.QueryHash, "", e.Code, "")
	}
	return nil
}

// A DisclosureQuery asks for disclosures, newest first. What is set narrows it down.
type DisclosureQuery struct {
	Person  domain.PersonID
	People  []domain.PersonID // any of them
	Partner domain.PartnerID
	From    domain.Date // the first day
	Until   domain.Date // the last day
	Kind    DisclosureKind
	Before  events.Position // goes on after the one at this position and Place; 0 is from the newest
	Place   int
	First   int
}

// DisclosureKind is on which footing something was told, if it was.
type DisclosureKind string

const (
	ToldByConsent   DisclosureKind = "consent"
	ToldByException DisclosureKind = "exception" // of the law, by the privacy officer
	AskedInVain     DisclosureKind = "refused"
)

// Disclosures returns what institutions were told and asked in vain.
func (db *DB) Disclosures(ctx context.Context, q DisclosureQuery) ([]Disclosure, error) {
	from, at := `disclosure e LEFT JOIN disclosed d ON d.position = e.position WHERE ?1 = ''`, `e.position`
	if q.Person != "" {
		from, at = `disclosed d JOIN disclosure e ON e.position = d.position WHERE d.person = ?1`, `d.position`
	}
	if q.People != nil {
		from, at = `json_each(?6) p CROSS JOIN disclosed d ON d.person = p.value JOIN disclosure e ON e.position = d.position WHERE ?1 = ''`, `d.position`
	}
	if q.Before == 0 {
		q.Before = math.MaxInt64
	}
	ds, err := collect(ctx, db.read, func(rows *sql.Rows) (d Disclosure, err error) {
		var list string
		if err := rows.Scan(&d.Position, &d.Place, &d.Partner, &d.Person, date{&d.On}, instant{&d.At}, &list, &d.Basis, &d.Interest, &d.Question, &d.Agreement, &d.Refused, &d.By); err != nil {
			return d, err
		}
		return d, json.Unmarshal([]byte(list), &d.Fields)
	}, `SELECT e.position, coalesce(d.place, 0), e.partner, coalesce(d.person, ''), e.on_day, e.at, e.fields, e.basis, e.interest, e.question, e.agreement, e.refused, e.by
		FROM `+from+` AND ?2 IN ('', e.partner) AND `+at+` <= ?3 AND (`+at+` < ?3 OR d.place > ?4)
			AND e.on_day >= ?7 AND (?8 = '' OR e.on_day <= ?8) AND ?9 IN ('', CASE WHEN e.refused <> '' THEN 'refused' WHEN e.basis = 'consent' THEN 'consent' ELSE 'exception' END)
		ORDER BY `+at+` DESC, d.place LIMIT ?5`, q.Person, q.Partner, q.Before, q.Place, q.First, text(q.People), q.From.String(), q.Until.String(), q.Kind)
	return ds, fault(err, "disclosures")
}

// LastDisclosures returns what each institution was last told about somebody.
func (db *DB) LastDisclosures(ctx context.Context, about domain.PersonID) (map[domain.PartnerID]Disclosure, error) {
	ds, err := collect(ctx, db.read, func(rows *sql.Rows) (d Disclosure, err error) {
		var list string
		if err := rows.Scan(&d.Position, &d.Partner, date{&d.On}, &list); err != nil {
			return d, err
		}
		return d, json.Unmarshal([]byte(list), &d.Fields)
	}, `SELECT max(e.position), e.partner, e.on_day, e.fields FROM disclosed d JOIN disclosure e ON e.position = d.position WHERE d.person = ? GROUP BY e.partner`, about)
	out := make(map[domain.PartnerID]Disclosure, len(ds))
	for _, d := range ds {
		out[d.Partner] = d
	}
	return out, fault(err, "last disclosures")
}

// ToldOn returns which records of some people an institution was told of on a day under their
// consents, and a question, by its hash, if it was asked on that day before.
func (db *DB) ToldOn(ctx context.Context, partner domain.PartnerID, on domain.Date, question string, people ...domain.PersonID) (told map[domain.PersonID][]domain.Scope, asked []string, err error) {
	told = map[domain.PersonID][]domain.Scope{}
	_, err = collect(ctx, db.read, func(rows *sql.Rows) (_ struct{}, err error) {
		var who domain.PersonID
		var list string
		if err := rows.Scan(&who, &list); err != nil {
			return struct{}{}, err
		}
		var fields []domain.Scope
		err = json.Unmarshal([]byte(list), &fields)
		told[who] = append(told[who], fields...)
		return struct{}{}, err
	}, `SELECT d.person, e.fields FROM json_each(?4) p CROSS JOIN disclosed d ON d.person = p.value
			AND d.position >= (SELECT min(position) FROM disclosure WHERE partner = ?1 AND on_day = ?2)
		JOIN disclosure e ON e.position = d.position WHERE e.partner = ?1 AND e.on_day = ?2 AND e.basis = ?3`, partner, on.String(), disclosure.Consent, text(people))
	if err != nil {
		return nil, nil, fault(err, "what was told")
	}
	asked, err = collect(ctx, db.read, func(rows *sql.Rows) (hash string, err error) { return hash, rows.Scan(&hash) },
		`SELECT question FROM disclosure_question WHERE partner = ? AND question = ? AND on_day = ?`, partner, question, on.String())
	return told, asked, fault(err, "what was asked")
}
