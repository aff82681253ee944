package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/manifest"
	"github.com/guildhall-dev/guildhall/events"
)

// A Document is one that an institution asks by.
type Document struct {
	manifest.Document
	Hash  string // SHA-256 of the body, in hexadecimal
	Since time.Time
}

func (b *batch) manifest(r events.Recorded, e manifest.Event) error {
	partner, err := manifest.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case manifest.Added:
		return b.exec(`INSERT OR REPLACE INTO document (partner, id, hash, name, kind, body, since) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			partner, e.ID, manifest.Hash(e.Body), e.Name, e.Kind, e.Body, r.Request.At.UnixMicro())
	case manifest.Withdrawn:
		return b.exec(`DELETE FROM document WHERE partner = ? AND id = ?`, partner, e.ID)
	}
	return nil
}

// Documents returns those of an institution, by name and id.
func (db *DB) Documents(ctx context.Context, partner domain.PartnerID) ([]Document, error) {
	return db.documents(ctx, `partner = ? ORDER BY name, id`, partner)
}

// Document returns the one of an institution that an id or the hash of its body names; false
// if there is none.
func (db *DB) Document(ctx context.Context, partner domain.PartnerID, id string) (Document, bool, error) {
	found, err := db.documents(ctx, `partner = ?1 AND id = ?2 UNION ALL SELECT id, name, kind, body, hash, since FROM document WHERE partner = ?1 AND hash = ?2 LIMIT 1`, partner, id)
	if err != nil || len(found) == 0 {
		return Document{}, false, err
	}
	return found[0], true, nil
}

func (db *DB) documents(ctx context.Context, where string, args ...any) ([]Document, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (d Document, err error) {
		return d, rows.Scan(&d.ID, &d.Name, &d.Kind, &d.Body, &d.Hash, instant{&d.Since})
	}, `SELECT id, name, kind, body, hash, since FROM document WHERE `+where, args...)
	return found, fault(err, "documents")
}
