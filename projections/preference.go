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
	err = b.exec(`INSERT OR IGNORE INTO preference (person, language, zone, digest, quiet_from, quiet_until, read_until) VALUES (?, '', '', '', 0, 0, 0)`, id)
	switch e := e.(type) {
	case preference.Chosen:
		err = errorsOf(err, b.exec(`UPDATE preference SET language = ?, zone = ?, digest = ?, quiet_from = ?, quiet_until = ? WHERE person = ?`,
			e.Language, e.Zone, e.Digest, int(e.Quiet.From), int(e.Quiet.Until), id))
	case preference.MessagesRead:
		err = errorsOf(err, b.exec(`UPDATE preference SET read_until = ? WHERE person = ?`, e.Until, id))
	}
	return err
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
