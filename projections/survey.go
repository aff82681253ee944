package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/domain/wave"
	"github.com/guildhall-dev/guildhall/events"
)

// A Wave is a time in which people are asked.
type Wave struct {
	ID      domain.WaveID
	Version uint64
	wave.Opened
	Closed bool
}

func (b *batch) wave(r events.Recorded, e wave.Event) error {
	id, err := wave.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case wave.Opened:
		err = b.exec(`INSERT INTO wave (id, version, title, moment, instruments, from_on, to_on, closed) VALUES (?, 0, ?, ?, ?, ?, ?, 0)`,
			id, e.Title, e.Moment, text(e.Instruments), e.From.String(), e.To.String())
	case wave.Closed:
		err = b.exec(`UPDATE wave SET closed = 1 WHERE id = ?`, id)
	}
	return errorsOf(err, b.exec(`UPDATE wave SET version = ? WHERE id = ?`, r.Revision, id))
}

// survey adds an answer up and keeps nothing else of it.
func (b *batch) survey(_ events.Recorded, e survey.Event) error {
	a := e.(survey.Answered)
	i, known := survey.InstrumentOf(a.Instrument)
	if !known {
		return nil
	}
	return b.rollUp(Measure(i.Measure+"-"+string(a.Moment)), spot{a.Program, a.Site, a.Cohort, year(a.On)}, 1, i.Percent(a.Scores))
}

// Waves returns the times in which people are asked, the latest first.
func (db *DB) Waves(ctx context.Context) ([]Wave, error) {
	ws, err := collect(ctx, db.read, func(rows *sql.Rows) (w Wave, err error) {
		var list string
		if err := rows.Scan(&w.ID, &w.Version, &w.Title, &w.Moment, &list, date{&w.From}, date{&w.To}, &w.Closed); err != nil {
			return w, err
		}
		return w, json.Unmarshal([]byte(list), &w.Instruments)
	}, `SELECT id, version, title, moment, instruments, from_on, to_on, closed FROM wave ORDER BY from_on DESC, id`)
	return ws, fault(err, "waves")
}

// A SelfIdentification is what somebody said about themselves under a random name.
type SelfIdentification struct {
	Name     string
	Invited  domain.Date // the last time; zero if never
	Occasion selfid.Occasion
	Answered domain.Date // the last time; zero if never
	Answers  domain.Sealed
	Closed   bool
}

func (b *batch) selfid(r events.Recorded, e selfid.Event) error {
	name, err := selfid.ID(r.Stream)
	if err != nil {
		return err
	}
	err = b.exec(`INSERT OR IGNORE INTO selfid (name, invited, occasion, answered, answers, closed) VALUES (?, '', '', '', '', 0)`, name)
	switch e := e.(type) {
	case selfid.Invited:
		err = errorsOf(err, b.exec(`UPDATE selfid SET invited = ?, occasion = ?, closed = 0 WHERE name = ?`, e.On.String(), e.Occasion, name))
	case selfid.Answered:
		err = errorsOf(err, b.exec(`UPDATE selfid SET answered = ?, answers = ? WHERE name = ?`, e.On.String(), e.Answers, name))
	case selfid.Closed:
		err = errorsOf(err, b.exec(`UPDATE selfid SET closed = 1 WHERE name = ?`, name))
	}
	return err
}

// SelfIdentified returns what was said under one name; it is empty if nothing was.
func (db *DB) SelfIdentified(ctx context.Context, name string) (SelfIdentification, error) {
	found, err := db.selfIdentified(ctx, `name = ?`, name)
	if err != nil || len(found) == 0 {
		return SelfIdentification{Name: name}, err
	}
	return found[0], nil
}

// SelfIdentifications returns everything that was answered, in no order that means anything.
// It is for adding up, and for nothing else.
func (db *DB) SelfIdentifications(ctx context.Context) ([]SelfIdentification, error) {
	return db.selfIdentified(ctx, `answers <> ''`)
}

// SelfIdentificationsDue returns the names that were invited last on or before a day and
// take part still.
func (db *DB) SelfIdentificationsDue(ctx context.Context, day domain.Date) ([]SelfIdentification, error) {
	return db.selfIdentified(ctx, `NOT closed AND invited <> '' AND invited <= ?`, day.String())
}

func (db *DB) selfIdentified(ctx context.Context, where string, args ...any) ([]SelfIdentification, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (s SelfIdentification, err error) {
		return s, rows.Scan(&s.Name, date{&s.Invited}, &s.Occasion, date{&s.Answered}, &s.Answers, &s.Closed)
	}, `SELECT name, invited, occasion, answered, answers, closed FROM selfid WHERE `+where+` ORDER BY name`, args...)
	return found, fault(err, "self-identification")
}

// An InvitationDue is somebody who came to a point at which they are invited to answer.
type InvitationDue struct {
	Person   domain.PersonID
	Occasion selfid.Occasion
}

// ItIsOver is the occasion on which nobody is invited or reminded any more.
const ItIsOver selfid.Occasion = "over"

func (b *batch) invites(r events.Recorded, who domain.PersonID, o selfid.Occasion) error {
	return b.exec(`INSERT OR IGNORE INTO invitation (person, occasion, day) VALUES (?, ?, ?)`, who, o, domain.DateOf(r.Request.At).String())
}

// InvitationsSince returns who came to such a point on a day or after it.
func (db *DB) InvitationsSince(ctx context.Context, day domain.Date) ([]InvitationDue, error) {
	is, err := collect(ctx, db.read, func(rows *sql.Rows) (i InvitationDue, err error) { return i, rows.Scan(&i.Person, &i.Occasion) },
		`SELECT person, occasion FROM invitation WHERE day >= ? ORDER BY person, occasion`, day.String())
	return is, fault(err, "invitations")
}
