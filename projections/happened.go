package projections

import (
	"context"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// Happened counts what others did since a moment about somebody's apprenticeships, of some kinds,
// and about their seats.
func (db *DB) Happened(ctx context.Context, p domain.PersonID, since time.Time, kinds []string, most int) (n int, err error) {
	asked := text([]any{p, since.UnixMicro(), kinds, most})
	n, err = db.recalled.counts.ask(asked, func() (n int, err error) {
		return n, db.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM (SELECT 1 FROM activity WHERE learner IN (SELECT id FROM learner WHERE person = ?1) AND at > ?2 AND person <> ?1
		AND event IN (SELECT value FROM json_each(?3)) LIMIT ?4)) + (SELECT count(*) FROM (SELECT 1 FROM seat_told WHERE person = ?1 AND at > ?2 LIMIT ?4))`, p, since.UnixMicro(), text(kinds), most).Scan(&n)
	})
	return n, fault(err, "happened")
}
