package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/events"
)

// A Preference is what somebody chose for themselves. Who chose nothing gets no mail.
type Preference struct {
	preference.Chosen
	ReadUntil time.Time // what happened before was read
}

func (b *batch) preference(r events.Recorded, e preference.Event) error {
	id, err := preference.ID(r.Stream)
	if err != nil {
		return err
	}
	err = b.exec(`INSERT OR IGNORE INTO preference (person) VALUES (?)`, id)
	at := r.Request.At.UnixMicro()
	switch e := e.(type) {
	case preference.Chosen:
		err = errorsOf(err, b.exec(`UPDATE preference SET since = CASE digest WHEN ?4 THEN since ELSE ?1 END, language = ?2, zone = ?3, digest = ?4, quiet_from = ?5, quiet_until = ?6 WHERE person = ?7`,
			at, e.Language, e.Zone, e.Digest, int(e.Quiet.From), int(e.Quiet.Until), id))
	case preference.MessagesRead:
		err = errorsOf(err, b.exec(`UPDATE preference SET read_until = ? WHERE person = ?`, e.Until, id))
	case preference.CalendarLinked:
		err = errorsOf(err, b.exec(`INSERT OR REPLACE INTO calendar_link (person, hash, since) VALUES (?, ?, ?)`, id, e.Hash, at))
	case preference.CalendarUnlinked:
		err = errorsOf(err, b.exec(`DELETE FROM calendar_link WHERE person = ?`, id))
	case preference.AddressGiven:
		err = errorsOf(err, b.exec(`UPDATE preference SET addresses = addresses + 1, address = ?, secret = ?, vouched = ?4, confirmed = ?4, since = max(since, ?3 * ?4), sent_at = 0, failed_at = 0 WHERE person = ?5`,
			e.Address, e.Secret, at, one(e.Vouched), id))
	case preference.AddressConfirmed:
		err = errorsOf(err, b.exec(`UPDATE preference SET confirmed = 1, since = max(since, ?) WHERE person = ? AND addresses = ?`, at, id, e.Address))
	case preference.AddressRemoved:
		err = errorsOf(err, b.exec(`UPDATE preference SET address = '', secret = '', confirmed = 0, failed_at = 0 WHERE person = ?`, id))
	case preference.TrialAsked:
		err = errorsOf(err, b.exec(`UPDATE preference SET trials = ? WHERE person = ?`, e.Trial, id))
	case preference.MailSent:
		err = errorsOf(err, b.mailed(id, e.Mailing), b.exec(`UPDATE preference SET sent_at = ?1, failed_at = 0 WHERE person = ?2 AND addresses = ?3`, at, id, e.Address))
		if e.Kind == preference.Regular {
			err = errorsOf(err, b.exec(`UPDATE preference SET told_at = ? WHERE person = ?`, at, id))
		}
	case preference.MailFailed:
		err = errorsOf(err, b.mailed(id, e.Mailing), b.exec(`UPDATE preference SET failed_at = ?, failed_code = ? WHERE person = ? AND addresses = ?`, at, e.Code, id, e.Address))
	}
	return err
}

// mailed notes that a mail is not to be sent any more.
func (b *batch) mailed(id domain.PersonID, m preference.Mailing) error {
	switch m.Kind {
	case preference.Confirmation:
		return b.exec(`UPDATE preference SET asked = ? WHERE person = ?`, m.Address, id)
	case preference.Trial:
		return b.exec(`UPDATE preference SET trial = ? WHERE person = ?`, m.Trial, id)
	}
	return b.exec(`UPDATE preference SET day = ? WHERE person = ?`, m.Day.String(), id)
}

// Preference returns what a person chose for themselves.
func (db *DB) Preference(ctx context.Context, id domain.PersonID) (Preference, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (p Preference, err error) {
		return p, rows.Scan(&p.Language, &p.Zone, &p.Digest, &p.Quiet.From, &p.Quiet.Until, instant{&p.ReadUntil})
	}, `SELECT language, zone, digest, quiet_from, quiet_until, read_until FROM preference WHERE person = ?`, id)
	if err != nil || len(found) == 0 {
		return Preference{Chosen: preference.Chosen{Digest: preference.Never}}, fault(err, "preference")
	}
	if found[0].Digest == "" {
		found[0].Digest = preference.Never
	}
	return found[0], nil
}
