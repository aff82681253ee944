package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/fetch"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/events"
)

// A Fetched is how far an institution has read what is kept for it, as it is on record. That is a
// few times a day, so there may be fewer changes left than Behind.
type Fetched struct {
	Through    events.Position // of the last change that it read
	All        bool            // nothing was left then
	ReadAt     time.Time       // zero is never
	ExportedAt time.Time       // as files; zero is never
	Behind     int             // objects that it may see and that changed since
}

func (b *batch) fetch(r events.Recorded, e fetch.Event) error {
	id, err := fetch.ID(r.Stream)
	if err != nil {
		return err
	}
	at := r.Request.At.UnixMicro()
	if err := b.exec(`INSERT OR IGNORE INTO fetch (partner, through, whole, read_at, exported_at) VALUES (?, 0, 0, 0, 0)`, id); err != nil {
		return err
	}
	switch e := e.(type) {
	case fetch.Read:
		return b.exec(`UPDATE fetch SET through = ?, whole = ?, read_at = ? WHERE partner = ?`, e.Through, e.All, at, id)
	case fetch.Exported:
		return b.exec(`UPDATE fetch SET through = max(through, ?), exported_at = ? WHERE partner = ?`, e.Through, at, id)
	}
	return nil
}

// Fetched returns how far each institution has read. Who never read has the changes of all there is.
func (db *DB) Fetched(ctx context.Context) (map[domain.PartnerID]Fetched, error) {
	out := map[domain.PartnerID]Fetched{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (f Fetched, err error) {
		var id domain.PartnerID
		err = rows.Scan(&id, &f.Through, &f.All, instant{&f.ReadAt}, instant{&f.ExportedAt}, &f.Behind)
		out[id] = f
		return f, err
	}, `SELECT p.id, coalesce(f.through, 0), coalesce(f.whole, 0), coalesce(f.read_at, 0), coalesce(f.exported_at, 0),
			(SELECT count(*) FROM feed c WHERE c.partner = p.id AND c.position > coalesce(f.through, 0) AND (c.removed = '' OR f.through > 0))
		FROM partner p LEFT JOIN fetch f ON f.partner = p.id ORDER BY p.id`)
	return out, fault(err, "how far institutions have read")
}

// A Submitted is what became of what an institution sent together.
type Submitted struct {
	Position                events.Position
	Partner                 domain.PartnerID
	At                      time.Time
	Source                  string // the person who sent it for the institution, if one did
	Items, Refused, Waiting int
}

func (b *batch) submission(r events.Recorded, e submission.Event) error {
	partner, _, err := r.Stream.Pair("submission")
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case submission.Taken:
		refused, waiting := 0, 0
		for _, i := range e.Items {
			switch i.Became {
			case submission.Refused:
				refused++
			case submission.Waits:
				waiting++
			}
		}
		return b.exec(`INSERT INTO submission (position, partner, at, source, items, refused, waiting) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			r.Position, partner, r.Request.At.UnixMicro(), r.Request.Source, len(e.Items), refused, waiting)
	}
	return nil
}

// Submitted returns what institutions sent together, of one or of all, the newest first.
func (db *DB) Submitted(ctx context.Context, of domain.PartnerID, since time.Time, first int) ([]Submitted, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (s Submitted, err error) {
		return s, rows.Scan(&s.Position, &s.Partner, instant{&s.At}, &s.Source, &s.Items, &s.Refused, &s.Waiting)
	}, `SELECT position, partner, at, source, items, refused, waiting FROM submission WHERE ?1 IN ('', partner) AND at >= ?2 ORDER BY position DESC LIMIT ?3`, of, since.UnixMicro(), first)
	return found, fault(err, "what was sent together")
}
