package projections

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A Grant is what a partner may see of a learner on a day.
type Grant struct {
	*sharing
	rows []grantRow // of all partners
}

// A sharing is whom a grant is to, and on which day.
type sharing struct {
	partner domain.PartnerID
	on      string
}

// Partner is whom the grant is to.
func (g Grant) Partner() domain.PartnerID { return g.partner }

// Covers reports whether the partner may see the records of a kind.
func (g Grant) Covers(s domain.Scope) bool {
	for i := range g.rows {
		if r := &g.rows[i]; r.scope == s && g.holds(r) {
			return true
		}
	}
	return false
}

// Scopes are the kinds of records that the partner may see, in their order; none if it may see nothing.
func (g Grant) Scopes() (all []domain.Scope) {
	for i := range g.rows {
		if r := &g.rows[i]; g.holds(r) {
			all = append(all, r.scope)
		}
	}
	return all
}

func (g Grant) holds(r *grantRow) bool { return r.partner == g.partner && r.until >= g.on }

// Grants returns what a partner may see of the given learners on a day, in their order.
func (db *DB) Grants(ctx context.Context, partner domain.PartnerID, on domain.Date, ids ...domain.ApprenticeshipID) ([]Grant, error) {
	rosters, err := db.recalled.rosters.inOrder(ids, func(missing []domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]grantRow, error) {
		out := make(map[domain.ApprenticeshipID][]grantRow, len(missing))
		for _, id := range missing {
			out[id] = nil
		}
		_, err := collect(ctx, db.read, func(rows *sql.Rows) (g grantRow, err error) {
			var id domain.ApprenticeshipID
			err = rows.Scan(&id, &g.partner, &g.scope, &g.until)
			once(&g.partner)
			once(&g.scope)
			once(&g.until)
			out[id] = append(out[id], g)
			return g, err
		}, `SELECT learner, partner, scope, until FROM roster WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, scope`, text(missing))
		return out, err
	})
	grants, with := make([]Grant, len(rosters)), &sharing{partner, on.String()}
	for i, rows := range rosters {
		grants[i] = Grant{with, rows}
	}
	return grants, fault(err, "grants")
}

func (b *batch) regrantLearner(r events.Recorded, id domain.ApprenticeshipID) error {
	return b.regrantAll(r, `SELECT c.party, l.id FROM learner l JOIN consent c ON c.person = l.person WHERE l.id = ? ORDER BY c.party`, id)
}

func (b *batch) regrantPartner(r events.Recorded, id domain.PartnerID) error {
	return b.regrantAll(r, `SELECT c.party, l.id FROM consent c JOIN learner l ON l.person = c.person WHERE c.party = ? ORDER BY l.id`, id)
}

// A pair is a partner and a learner it may come to see.
type pair struct {
	partner domain.PartnerID
	learner domain.ApprenticeshipID
}

// regrantAll works out anew what partners may see, for the pairs a query names.
func (b *batch) regrantAll(r events.Recorded, query string, args ...any) error {
	pairs, err := collect(b.ctx, b, func(rows *sql.Rows) (p pair, err error) {
		return p, rows.Scan(&p.partner, &p.learner)
	}, query, args...)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if err := b.about(p.learner, func() error { return b.regrant(r, p) }); err != nil {
			return err
		}
	}
	return nil
}

// regrant works out anew what a partner may see of a learner, and tells the feed what came
// and what went. What the partner could not see any more on the day, because its time had
// run out before the record said so, comes anew.
func (b *batch) regrant(r events.Recorded, p pair) error {
	granted, err := b.grant(p)
	if err != nil {
		return err
	}
	roster, err := b.rosters.get(p.learner)
	if err != nil {
		return err
	}
	*roster = slices.DeleteFunc(*roster, func(g grantRow) bool { return g.partner == p.partner })
	b.rosters.mark(p.learner)
	shown, err := b.lasting(shownTo, p)
	if err != nil {
		return err
	}
	day := domain.DateOf(r.Request.At).String()
	for scope, until := range granted {
		*roster = append(*roster, grantRow{p.partner, scope, until})
		objects, err := b.objects(kinds[scope], p, until)
		if err != nil {
			return err
		}
		for object, until := range objects {
			if told, ok := shown[object]; ok && told >= day {
				err = b.extend(p, object, until)
			} else {
				b.feed(r, p, object, until)
			}
			if err != nil {
				return err
			}
			delete(shown, object)
		}
	}
	for object := range shown {
		if err := b.gone(r, p, object); err != nil {
			return err
		}
	}
	return nil
}

// grant is what consent and agreements together let a partner see, and until when.
func (b *batch) grant(p pair) (map[domain.Scope]string, error) {
	out := map[domain.Scope]string{}
	_, err := collect(b.ctx, b, func(rows *sql.Rows) (s domain.Scope, err error) {
		var until string
		err = rows.Scan(&s, &until)
		out[s] = until
		return s, err
	}, `SELECT s.value, min(max(g.until), coalesce(nullif(c.expires_on, ''), '9999'))
		FROM learner l JOIN consent c ON c.person = l.person AND c.party = ? AND c.state = 'live' JOIN partner p ON p.id = c.party AND p.suspended = 0, json_each(c.records) s
			JOIN agreement g ON g.partner = c.party AND s.value IN (SELECT value FROM json_each(g.scopes))
				AND (g.state = 'active' OR g.until <> '' AND l.began_on <> '' AND l.began_on <= g.ended_on)
		WHERE l.id = ? GROUP BY s.value`, p.partner, p.learner)
	return out, err
}

// A grantRow is a kind of records that a partner may see of a learner, up to a day.
type grantRow struct {
	partner domain.PartnerID
	scope   domain.Scope
	until   string
}

func newRosters(w *writer) *shelf[domain.ApprenticeshipID, []grantRow] {
	roster := w.inserting(`INSERT`, `roster`, `learner, partner, scope, until`, ``)
	return &shelf[domain.ApprenticeshipID, []grantRow]{
		names:   []string{"roster"},
		compare: func(a, b domain.ApprenticeshipID) int { return strings.Compare(string(a), string(b)) },
		learner: func(k domain.ApprenticeshipID, _ *[]grantRow) domain.ApprenticeshipID { return k },
		load: func(k domain.ApprenticeshipID) (*[]grantRow, error) {
			grants := []grantRow{}
			return &grants, w.each(`SELECT partner, scope, until FROM roster WHERE learner = ?`, []value{words(k)}, func(row *statement) {
				grants = append(grants, grantRow{domain.PartnerID(row.ColumnText(0)), domain.Scope(row.ColumnText(1)), row.ColumnText(2)})
			})
		},
		write: func(k domain.ApprenticeshipID, grants *[]grantRow) error {
			if err := w.each(`DELETE FROM roster WHERE learner = ?`, []value{words(k)}, nil); err != nil {
				return err
			}
			for _, g := range *grants {
				if err := roster.add(words(k), words(g.partner), words(g.scope), words(g.until)); err != nil {
					return err
				}
			}
			return nil
		},
		finish: roster.finish,
		held:   map[domain.ApprenticeshipID]*held[[]grantRow]{},
	}
}
