package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
)

// A Webhook is where an institution is told that there is news for it.
type Webhook struct {
	Partner     domain.PartnerID
	ID          domain.WebhookID
	PartnerName string
	PartnerKind partner.Kind
	Suspended   bool // its institution takes no part
	Version     uint64
	URL         string
	Kinds       []domain.Scope // of news; none is everything
	AddedAt     time.Time
	State       WebhookState
	Reason      string // why it was paused or removed

	Failing      events.Position // that of a notice which is tried again; 0 is none
	FailingSince time.Time
	Why          webhook.Failure // it failed at first
	Through      events.Position // that of the last notice on record that arrived or was given up
	Resend       bool            // somebody asked for the newest notice
	DeliveredOn  domain.Date     // the last day on which one arrived
	TestedAt     time.Time       // zero is never
	Test         string          // the id of the message
	TestWhy      webhook.Failure // it did not arrive; empty if it did

	Secrets []WebhookSecret // the newest, as many as can sign at once; the oldest first
	Letters []WebhookLetter // notices that were given up, the newest first
}

// With is the institution.
func (w Webhook) With() Partner {
	return Partner{ID: w.Partner, Name: w.PartnerName, Kind: w.PartnerKind, Suspended: w.Suspended}
}

// WebhookState is where a webhook is in its life.
type WebhookState string

const (
	WebhookActive  WebhookState = "active"
	WebhookPaused  WebhookState = "paused"
	WebhookGone    WebhookState = "gone" // its address answered that it is there no more
	WebhookRemoved WebhookState = "removed"
)

// A WebhookSecret is what notices are signed with.
type WebhookSecret struct {
	ID     domain.KeyID
	Sealed domain.Sealed
	Public string
	Since  time.Time
	Until  domain.Date // the last day; zero until another one takes its place
}

// Signs reports whether notices of a day are signed with s.
func (s WebhookSecret) Signs(on domain.Date) bool { return s.Until.IsZero() || !s.Until.Before(on) }

// A WebhookLetter is a notice that was given up.
type WebhookLetter struct {
	Position  events.Position
	Since     time.Time // it failed
	GivenUpAt time.Time
	Why       webhook.Failure
	SettledAt time.Time // it, or one that tells of as much, arrived; zero is not yet
}

func (b *batch) webhook(r events.Recorded, e webhook.Event) error {
	p, id, err := webhook.ID(r.Stream)
	if err != nil {
		return err
	}
	at := r.Request.At.UnixMicro()
	set := func(columns string, values ...any) error {
		return b.exec(`UPDATE webhook SET `+columns+` WHERE partner = ? AND id = ?`, append(values, p, id)...)
	}
	const quiet = `failing = 0, since = 0, why = ''`
	switch e := e.(type) {
	case webhook.Added:
		kinds := e.Kinds
		if kinds == nil {
			kinds = []domain.Scope{}
		}
		err = b.exec(`INSERT INTO webhook (partner, id, version, url, kinds, added, state, reason, failing, since, why, through, resend, delivered, tested, test, test_why)
			VALUES (?, ?, 0, ?, ?, ?, 'active', '', 0, 0, '', 0, 0, '', 0, '', '')`, p, id, e.URL, text(kinds), at)
	case webhook.SecretMade:
		err = b.exec(`INSERT INTO webhook_secret (partner, webhook, secret, fact, sealed, public, since, until) VALUES (?, ?, ?, ?, ?, ?, ?, '')`, p, id, e.Secret, r.Revision, e.Sealed, e.Public, at)
	case webhook.SecretLimited:
		err = b.exec(`UPDATE webhook_secret SET until = ? WHERE partner = ? AND webhook = ? AND secret = ?`, e.Until.String(), p, id, e.Secret)
	case webhook.Paused:
		err = set(`state = 'paused', reason = ?, `+quiet, e.Reason)
	case webhook.Gone:
		err = set(`state = 'gone', ` + quiet)
	case webhook.Resumed:
		err = set(`state = 'active', reason = ''`)
	case webhook.Removed:
		err = set(`state = 'removed', reason = ?, `+quiet, e.Reason)
	case webhook.Failed:
		err = set(`failing = ?, since = ?, why = ?, resend = 0`, e.Position, at, e.Why)
	case webhook.Delivered:
		err = errorsOf(set(`through = ?, delivered = ?, resend = 0, `+quiet, e.Position, e.On.String()),
			b.exec(`UPDATE webhook_letter SET settled = ? WHERE partner = ? AND webhook = ? AND position <= ? AND settled = 0`, at, p, id, e.Position))
	case webhook.GivenUp:
		err = errorsOf(b.exec(`INSERT OR REPLACE INTO webhook_letter (partner, webhook, position, since, given_up, why, settled)
			SELECT partner, id, ?, since, ?, ?, 0 FROM webhook WHERE partner = ? AND id = ?`, e.Position, at, e.Why, p, id), set(`through = ?, resend = 0, `+quiet, e.Position))
	case webhook.ResendAsked:
		err = set(`resend = 1`)
	case webhook.Tested:
		err = set(`tested = ?, test = ?, test_why = ?`, at, e.Message, e.Why)
	}
	return errorsOf(err, set(`version = ?`, r.Revision))
}

// Webhooks returns the webhooks of an institution, or of all, by institution and name, but
// those that were removed.
func (db *DB) Webhooks(ctx context.Context, of domain.PartnerID) ([]Webhook, error) {
	return db.webhooks(ctx, mostLetters, `WHERE ?1 IN ('', w.partner) AND w.state <> 'removed'`, of)
}

// ActiveWebhooks returns those that notices are sent to, without what was given up. Whose
// institution takes no part is not among them.
func (db *DB) ActiveWebhooks(ctx context.Context) ([]Webhook, error) {
	return db.webhooks(ctx, 0, `WHERE w.state = 'active' AND w.partner IN (SELECT id FROM partner WHERE NOT suspended)`)
}

// WebhooksOf returns how many webhooks an institution has, and how many were added since, with
// those that were removed.
func (db *DB) WebhooksOf(ctx context.Context, p domain.PartnerID, since time.Time) (has, added int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE state <> 'removed'), count(*) FILTER (WHERE added > ?) FROM webhook WHERE partner = ?`, since.UnixMicro(), p).Scan(&has, &added)
	return has, added, fault(err, "webhooks of an institution")
}

// Webhook returns one webhook; false if there is none.
func (db *DB) Webhook(ctx context.Context, p domain.PartnerID, id domain.WebhookID) (Webhook, bool, error) {
	found, err := db.webhooks(ctx, mostLetters, `WHERE w.partner = ?1 AND w.id = ?2`, p, id)
	if err != nil || len(found) == 0 {
		return Webhook{}, false, err
	}
	return found[0], true, nil
}

// mostLetters is how many notices that were given up are told of one webhook.
const mostLetters = 50

func (db *DB) webhooks(ctx context.Context, most int, where string, args ...any) (ws []Webhook, err error) {
	type key struct {
		partner domain.PartnerID
		id      domain.WebhookID
	}
	err = db.snapshot(ctx, func(q querier) error {
		secrets, letters := map[key][]WebhookSecret{}, map[key][]WebhookLetter{}
		_, err := collect(ctx, q, func(rows *sql.Rows) (s WebhookSecret, err error) {
			var of key
			err = rows.Scan(&of.partner, &of.id, &s.ID, &s.Sealed, &s.Public, instant{&s.Since}, date{&s.Until})
			secrets[of] = append(secrets[of], s)
			return s, err
		}, `SELECT partner, webhook, secret, sealed, public, since, until FROM (
				SELECT s.*, row_number() OVER (PARTITION BY s.partner, s.webhook ORDER BY s.fact DESC) AS nth
				FROM webhook_secret s JOIN webhook w ON w.partner = s.partner AND w.id = s.webhook `+where+`)
			WHERE nth <= `+strconv.Itoa(webhook.MostSecrets)+` ORDER BY fact`, args...)
		if err != nil {
			return err
		}
		_, err = collect(ctx, q, func(rows *sql.Rows) (l WebhookLetter, err error) {
			var of key
			err = rows.Scan(&of.partner, &of.id, &l.Position, instant{&l.Since}, instant{&l.GivenUpAt}, &l.Why, instant{&l.SettledAt})
			letters[of] = append(letters[of], l)
			return l, err
		}, `SELECT partner, webhook, position, since, given_up, why, settled FROM (
				SELECT l.*, row_number() OVER (PARTITION BY l.partner, l.webhook ORDER BY l.position DESC) AS nth
				FROM webhook_letter l JOIN webhook w ON w.partner = l.partner AND w.id = l.webhook `+where+`)
			WHERE nth <= `+strconv.Itoa(most)+` ORDER BY position DESC`, args...)
		if err != nil {
			return err
		}
		ws, err = collect(ctx, q, func(rows *sql.Rows) (w Webhook, err error) {
			var kinds string
			if err := rows.Scan(&w.Partner, &w.ID, &w.PartnerName, &w.PartnerKind, &w.Suspended, &w.Version, &w.URL, &kinds, instant{&w.AddedAt}, &w.State, &w.Reason,
				&w.Failing, instant{&w.FailingSince}, &w.Why, &w.Through, &w.Resend, date{&w.DeliveredOn}, instant{&w.TestedAt}, &w.Test, &w.TestWhy); err != nil {
				return w, err
			}
			of := key{w.Partner, w.ID}
			w.Secrets, w.Letters = secrets[of], letters[of]
			return w, json.Unmarshal([]byte(kinds), &w.Kinds)
		}, `SELECT w.partner, w.id, p.name, p.kind, p.suspended, w.version, w.url, w.kinds, w.added, w.state, w.reason,
				w.failing, w.since, w.why, w.through, w.resend, w.delivered, w.tested, w.test, w.test_why
			FROM webhook w JOIN partner p ON p.id = w.partner `+where+` ORDER BY w.partner, w.id`, args...)
		return err
	})
	return ws, fault(err, "webhooks")
}

// News returns the position of the last change of some kinds in a partner's feed, or of any
// if none are named; 0 before the first.
func (db *DB) News(ctx context.Context, p domain.PartnerID, kinds []domain.Scope) (events.Position, error) {
	if len(kinds) == 0 {
		return db.FeedPosition(ctx, p)
	}
	var categories []string
	for category, scope := range scopes {
		for _, k := range kinds {
			if k == scope {
				categories = append(categories, category)
			}
		}
	}
	var at events.Position
	err := db.read.QueryRowContext(ctx, `SELECT coalesce(max(position), 0) FROM feed WHERE partner = ? AND category IN (SELECT value FROM json_each(?))`, p, text(categories)).Scan(&at)
	return at, fault(err, "news")
}
