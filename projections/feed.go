package projections

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/events"
)

// kinds are what can be shared under a scope. Each names the objects of a learner (?2) that a
// partner (?1) may see, and until when: the apprenticeship, the milestones that courses of
// the partner meet, the credit it was asked for or awards, and the moves that were submitted.
var kinds = map[domain.Scope]string{
	domain.PathwayRecords: `SELECT 'apprenticeship-' || id, '9999' FROM learner WHERE id = ?2 AND ?1 <> ''`,
	domain.MilestoneRecords: `SELECT 'milestone-' || m.learner || '.' || m.requirement, max(g.until)
		FROM milestone m JOIN articulation a ON a.requirement = m.requirement JOIN agreement g ON g.id = a.agreement
		WHERE m.learner = ?2 AND g.partner = ?1 AND g.until <> '' GROUP BY m.requirement`,
	domain.CreditRecords:     `SELECT 'credit-' || learner || '.' || rule, '9999' FROM credit WHERE learner = ?2 AND partner = ?1 AND asked = 1`,
	domain.TransitionRecords: `SELECT 'transition-' || learner || '.' || to_role, '9999' FROM transition WHERE learner = ?2 AND ?1 <> '' AND state <> 'proposed'`,
}

// scopes say what covers the objects of a stream category.
var scopes = map[string]domain.Scope{
	"apprenticeship": domain.PathwayRecords,
	"milestone":      domain.MilestoneRecords,
	"credit":         domain.CreditRecords,
	"transition":     domain.TransitionRecords,
}

// shownTo asks what a partner is shown of a learner, found by the names of the objects.
var shownTo = func() string {
	var of []string
	for _, category := range slices.Sorted(maps.Keys(scopes)) {
		of = append(of, `SELECT object, until FROM feed WHERE partner = ?1 AND object >= '`+category+`-' || ?2 AND object < '`+category+`-' || ?2 || '/' AND learner = ?2 AND removed = ''`)
	}
	return strings.Join(of, ` UNION ALL `)
}()

// objects are those of a kind that a partner may see, each with its last day, if the scope
// is granted until one.
func (b *batch) objects(kind string, p pair, until string) (map[domain.Stream]string, error) {
	out, err := b.lasting(kind, p)
	for o, last := range out {
		out[o] = min(last, until)
	}
	return out, err
}

// lasting reads objects, each with its last day.
func (b *batch) lasting(query string, p pair) (map[domain.Stream]string, error) {
	out := map[domain.Stream]string{}
	_, err := collect(b.ctx, b, func(rows *sql.Rows) (o domain.Stream, err error) {
		var last string
		err = rows.Scan(&o, &last)
		out[o] = last
		return o, err
	}, query, p.partner, p.learner)
	return out, err
}

// touch tells the feeds of all partners that may see it that an object of a learner
// changed, and those of partners that may see it no longer that it went.
func (b *batch) touch(r events.Recorded, id domain.ApprenticeshipID, object domain.Stream) error {
	roster, err := b.rosters.get(id)
	if err != nil {
		return err
	}
	scope := scopes[object.Category()]
	for _, g := range *roster {
		if g.scope != scope {
			continue
		}
		p := pair{g.partner, id}
		var objects map[domain.Stream]string
		err := b.about(id, func() (err error) {
			objects, err = b.objects(kinds[scope], p, g.until)
			return err
		})
		if err != nil {
			return err
		}
		if until, ok := objects[object]; ok {
			b.feed(r, p, object, until)
		} else if err := b.gone(r, p, object); err != nil {
			return err
		}
	}
	return nil
}

// touchPerson is touchLearner for whoever's apprenticeship it is.
func (b *batch) touchPerson(r events.Recorded, who domain.PersonID) error {
	ids, err := b.apprenticeshipsOf(who)
	for _, id := range ids {
		err = errorsOf(err, b.touchLearner(r, id))
	}
	return err
}

// touchLearner is touch for everything that is shown of a learner: the rows of facts name the
// learner and the programme, whatever object they are of.
func (b *batch) touchLearner(r events.Recorded, id domain.ApprenticeshipID) error {
	roster, err := b.rosters.get(id)
	if err != nil {
		return err
	}
	partners := map[domain.PartnerID]bool{}
	for _, g := range *roster {
		partners[g.partner] = true
	}
	for partner := range partners {
		err = errorsOf(err, b.tellAll(r, pair{partner, id}))
	}
	return err
}

// tellAll tells a partner anew what it is shown of a learner.
func (b *batch) tellAll(r events.Recorded, p pair) error {
	var shown map[domain.Stream]string
	err := b.about(p.learner, func() (err error) {
		shown, err = b.lasting(shownTo, p)
		return err
	})
	for object, until := range shown {
		b.feed(r, p, object, until)
	}
	return err
}

func (b *batch) apprenticeshipsOf(who domain.PersonID) ([]domain.ApprenticeshipID, error) {
	return collect(b.ctx, b, func(rows *sql.Rows) (id domain.ApprenticeshipID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM learner WHERE person = ? ORDER BY id`, who)
}

// feed tells a partner that an object came or changed.
func (b *batch) feed(r events.Recorded, p pair, object domain.Stream, until string) {
	b.feeds.put(shownKey{p.partner, object}, &shownRow{learner: p.learner, position: r.Position, until: until})
	b.stirFeed(p.partner)
}

// extend shows an object until another day.
func (b *batch) extend(p pair, object domain.Stream, until string) error {
	k := shownKey{p.partner, object}
	row, err := b.feeds.get(k)
	if err == nil && row != nil {
		row.until = until
		b.feeds.mark(k)
	}
	return err
}

// gone removes an object from the feed if it was shown.
func (b *batch) gone(r events.Recorded, p pair, object domain.Stream) error {
	k := shownKey{p.partner, object}
	row, err := b.feeds.get(k)
	if err == nil && row != nil && row.removed == "" {
		row.position, row.removed, row.until = r.Position, reason(r.Event), ""
		b.feeds.mark(k)
		b.stirFeed(p.partner)
	}
	return err
}

type shownKey struct {
	partner domain.PartnerID
	object  domain.Stream
}

type shownRow struct {
	learner  domain.ApprenticeshipID
	position events.Position
	removed  Removal
	until    string
}

func newFeeds(w *writer) *shelf[shownKey, shownRow] {
	feed := w.inserting(`INSERT OR REPLACE`, `feed`, `partner, object, category, learner, position, removed, until`, ``)
	return &shelf[shownKey, shownRow]{
		names: []string{"feed"},
		compare: func(a, b shownKey) int {
			return cmp.Or(strings.Compare(string(a.partner), string(b.partner)), strings.Compare(string(a.object), string(b.object)))
		},
		learner: func(_ shownKey, r *shownRow) domain.ApprenticeshipID { return r.learner },
		load: func(k shownKey) (r *shownRow, err error) {
			err = w.each(`SELECT learner, position, removed, until FROM feed WHERE partner = ? AND object = ?`, []value{words(k.partner), words(k.object)}, func(row *statement) {
				r = &shownRow{domain.ApprenticeshipID(row.ColumnText(0)), events.Position(row.ColumnInt64(1)), Removal(row.ColumnText(2)), row.ColumnText(3)}
			})
			return r, err
		},
		write: func(k shownKey, r *shownRow) error {
			return feed.add(words(k.partner), words(k.object), words(k.object.Category()), words(r.learner), number(r.position), words(r.removed), words(r.until))
		},
		finish: feed.finish,
		held:   map[shownKey]*held[shownRow]{},
	}
}

// Removal says why a partner is no longer shown an object. Empty means it is shown.
type Removal string

const (
	ConsentWithdrawn Removal = "consent-revoked" // or given for less than before
	SharingEnded     Removal = "sharing-ended"
)

// reason is why a partner is no longer shown what it was shown before e.
func reason(e domain.Event) Removal {
	switch e.(type) {
	case consent.Revoked, consent.Given:
		return ConsentWithdrawn
	}
	return SharingEnded
}

// A Change is the newest state of one object in a partner's feed.
type Change struct {
	Position events.Position
	Object   domain.Stream
	Learner  domain.ApprenticeshipID
	Removed  Removal
	Until    domain.Date // last day on which it is shown, unless it was removed
}

// A FeedQuery asks for changes after a place in a partner's feed.
type FeedQuery struct {
	Partner    domain.PartnerID
	After      events.Position // the last change seen,
	AfterTo    domain.Stream   // and its object
	Forgotten  events.Position // removals up to here are left out: the walk never showed the objects
	Categories []string        // of objects; empty means all
	First      int
}

// Epoch is an id of the log's lineage; it is empty before the first record.
func (db *DB) Epoch(ctx context.Context) (epoch string, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT epoch FROM checkpoint`).Scan(&epoch)
	return db.lineage(epoch), fault(err, "epoch")
}

// FeedPosition returns the position of the last change in a partner's feed, 0 before the first.
func (db *DB) FeedPosition(ctx context.Context, partner domain.PartnerID) (p events.Position, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT coalesce(max(position), 0) FROM feed WHERE partner = ?`, partner).Scan(&p)
	return p, fault(err, "feed position")
}

// Feed returns changes in order, the position the read model had come to when asked, and
// the epoch.
func (db *DB) Feed(ctx context.Context, q FeedQuery) (changes []Change, at events.Position, epoch string, err error) {
	err = db.snapshot(ctx, func(tx querier) error {
		var found []Change
		_, err := collect(ctx, tx, func(rows *sql.Rows) (_ struct{}, err error) { return struct{}{}, rows.Scan(&at, &epoch) }, `SELECT position, epoch FROM checkpoint`)
		if err != nil {
			return err
		}
		found, err = collect(ctx, tx, func(rows *sql.Rows) (c Change, err error) {
			return c, rows.Scan(&c.Position, &c.Object, &c.Learner, &c.Removed, date{&c.Until})
		}, `SELECT position, object, learner, removed, until FROM feed
			WHERE partner = ? AND (position, object) > (?, ?) AND (removed = '' OR position > ?)
				AND (? = 0 OR category IN (SELECT value FROM json_each(?)))
			ORDER BY position, object LIMIT ?`, q.Partner, q.After, q.AfterTo, q.Forgotten, len(q.Categories), text(q.Categories), q.First)
		changes = found
		return err
	})
	return changes, at, db.lineage(epoch), fault(err, "feed")
}
