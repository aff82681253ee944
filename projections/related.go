package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
)

// MaxSteps is how far away a related role is looked for.
const MaxSteps = 4

// A RelatedRole is one that is related to another directly or through others.
type RelatedRole struct {
	Code string
	Path []Relation // from the role that was asked about; the last one leads to Code
}

// A Relation leads from one role to one that the publisher relates to it.
type Relation struct {
	From, To string
	Tier     string // as the publisher names it
	Place    int    // among those related to From, from 1
}

// Related returns the roles that are so many steps or fewer from one, each by its shortest
// path: those with fewer steps first, then those whose path takes the nearer relations.
func (db *DB) Related(ctx context.Context, id domain.FrameworkID, code string, steps int) (out []RelatedRole, err error) {
	seen := map[string]bool{code: true}
	edge := []RelatedRole{{Code: code}}
	err = db.snapshot(ctx, func(q querier) error {
		for range min(steps, MaxSteps) {
			if edge, err = beyond(ctx, q, id, edge, seen); err != nil || len(edge) == 0 {
				return err
			}
			out = append(out, edge...)
		}
		return nil
	})
	return out, fault(err, "related")
}

// beyond returns the roles one step from those on the edge that were not seen before.
func beyond(ctx context.Context, q querier, id domain.FrameworkID, edge []RelatedRole, seen map[string]bool) (next []RelatedRole, err error) {
	codes := make([]string, len(edge))
	for i, r := range edge {
		codes[i] = r.Code
	}
	steps, err := collect(ctx, q, func(rows *sql.Rows) (s Relation, err error) {
		return s, rows.Scan(&s.From, &s.To, &s.Tier, &s.Place)
	}, `SELECT code, other, tier, place FROM json_each(?) AS edge JOIN related ON framework = ? AND code = edge.value ORDER BY edge.key, place`, text(codes), id)
	if err != nil {
		return nil, err
	}
	at := 0
	for _, s := range steps {
		for edge[at].Code != s.From {
			at++
		}
		if !seen[s.To] {
			seen[s.To] = true
			next = append(next, RelatedRole{s.To, append(edge[at].Path[:len(edge[at].Path):len(edge[at].Path)], s)})
		}
	}
	return next, nil
}
