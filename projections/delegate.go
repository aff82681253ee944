package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/events"
)

// A Delegate is somebody who acts for an institution, or did.
type Delegate struct {
	Partner domain.PartnerID
	Person  domain.PersonID
	At      time.Time       // they were named
	By      domain.PersonID // who named them; empty for a policy
	EndedAt time.Time       // zero while they act for it
	EndedBy domain.PersonID
}

func (b *batch) delegate(r events.Recorded, of domain.PartnerID, e partner.Event) error {
	at, by := r.Request.At.UnixMicro(), r.Request.By.Person
	switch e := e.(type) {
	case partner.DelegateNamed:
		return b.exec(`INSERT INTO delegate (person, partner, fact, at, by, ended_at, ended_by) VALUES (?, ?, ?, ?, ?, 0, '')`, e.Person, of, r.Revision, at, by)
	case partner.DelegateDismissed:
		return b.exec(`UPDATE delegate SET ended_at = ?, ended_by = ? WHERE person = ? AND partner = ? AND ended_at = 0`, at, by, e.Person, of)
	}
	return nil
}

// Delegated returns the institutions that a person acts for, by id.
func (db *DB) Delegated(ctx context.Context, id domain.PersonID) ([]domain.PartnerID, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (p domain.PartnerID, err error) { return p, rows.Scan(&p) },
		`SELECT partner FROM delegate WHERE person = ? AND ended_at = 0 ORDER BY partner`, id)
	return found, fault(err, "delegated")
}

// Delegates returns who acts for an institution, or for any if it is empty, and who did, the
// latest first. Of somebody who was erased nothing is left.
func (db *DB) Delegates(ctx context.Context, of domain.PartnerID) ([]Delegate, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (d Delegate, err error) {
		return d, rows.Scan(&d.Partner, &d.Person, instant{&d.At}, &d.By, instant{&d.EndedAt}, &d.EndedBy)
	}, `SELECT partner, person, at, by, ended_at, ended_by FROM delegate WHERE ?1 IN ('', partner) ORDER BY ended_at > 0, at DESC, person`, of)
	return found, fault(err, "delegates")
}
