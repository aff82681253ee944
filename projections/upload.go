package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/events"
)

// An Upload is a table that was taken over.
type Upload struct {
	Position events.Position
	Kind     upload.Kind
	upload.Taken
	At     time.Time
	By     string // as the log names who handed it in, such as "person:e-1001"
	Source string
}

func (b *batch) upload(r events.Recorded, e upload.Event) error {
	kind, err := upload.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case upload.Taken:
		return b.exec(`INSERT INTO upload (position, kind, sha256, rows, new, changed, unchanged, at, by_actor, source, partner, unmatched) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.Position, kind, e.SHA256, e.Rows, e.New, e.Changed, e.Unchanged, r.Request.At.UnixMicro(), r.Request.By.Name(), r.Request.Source, e.Partner, e.Unmatched)
	}
	return nil
}

// Uploads returns the tables that were taken over before a position, newest first; 0 is
// from the newest on.
func (db *DB) Uploads(ctx context.Context, before events.Position, first int) ([]Upload, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (u Upload, err error) {
		return u, rows.Scan(&u.Position, &u.Kind, &u.SHA256, &u.Rows, &u.New, &u.Changed, &u.Unchanged, instant{&u.At}, &u.By, &u.Source, &u.Partner, &u.Unmatched)
	}, `SELECT position, kind, sha256, rows, new, changed, unchanged, at, by_actor, source, partner, unmatched FROM upload WHERE ?1 = 0 OR position < ?1 ORDER BY position DESC LIMIT ?2`, before, first)
	return found, fault(err, "uploads")
}
