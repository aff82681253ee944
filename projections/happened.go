package projections

import (
	"context"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// Happened counts what others did about somebody's apprenticeships since a moment, of some kinds.
func (db *DB) Happened(ctx context.Context, p domain.PersonID, since time.Time, kinds []string, most int) (n int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM activity WHERE learner IN (SELECT id FROM learner WHERE person = ?) AND at > ? AND person <> ?
		AND event IN (SELECT value FROM json_each(?)) LIMIT ?)`, p, since.UnixMicro(), p, text(kinds), most).Scan(&n)
	return n, fault(err, "happened")
}
