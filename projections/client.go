package projections

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/signer"
	"github.com/guildhall-dev/guildhall/events"
)

// A Client is a system that logs in for an institution.
type Client struct {
	Name         client.Name
	Version      uint64
	Partner      domain.PartnerID
	PartnerName  string
	PartnerKind  partner.Kind
	Suspended    bool // its institution takes no part
	Title        string
	Scopes       []client.Scope
	RegisteredAt time.Time
	Restricted   bool // it asks by documents on record alone
	Closed       bool
	Reason       string      // why it was closed
	Keys         []ClientKey // the oldest first
}

// With is the institution.
func (c Client) With() Partner {
	return Partner{ID: c.Partner, Name: c.PartnerName, Kind: c.PartnerKind, Suspended: c.Suspended}
}

// A ClientKey is a secret, of which only the hash is known, or a public key.
type ClientKey struct {
	ID      domain.KeyID
	Hash    string // of a secret, in hexadecimal
	JWK     string // of a public key
	Since   time.Time
	Until   domain.Date // the last day
	Revoked bool
	Reason  string      // why it was revoked
	UsedOn  domain.Date // the last day on which somebody logged in with it
}

// Works reports whether somebody may log in with k on a day.
func (k ClientKey) Works(on domain.Date) bool { return k.State(on) == KeyWorks }

// KeyState is where a key is in its life.
type KeyState string

const (
	KeyWorks   KeyState = "works"
	KeyEnded   KeyState = "ended" // its last day is over
	KeyRevoked KeyState = "revoked"
)

// State is where k is on a day.
func (k ClientKey) State(on domain.Date) KeyState {
	switch {
	case k.Revoked:
		return KeyRevoked
	case k.Until.Before(on):
		return KeyEnded
	}
	return KeyWorks
}

// endingDays is how many days before its end somebody should have another key.
const endingDays = 30

// EndsSoon reports whether k works on a day and not for much longer.
func (k ClientKey) EndsSoon(on domain.Date) bool {
	return k.Works(on) && k.Until.DaysSince(on) < endingDays
}

func (b *batch) client(r events.Recorded, e client.Event) error {
	name, err := client.ID(r.Stream)
	if err != nil {
		return err
	}
	at := r.Request.At.UnixMicro()
	switch e := e.(type) {
	case client.Registered:
		err = b.exec(`INSERT INTO client (name, version, partner, title, scopes, registered, restricted, closed, reason) VALUES (?, 0, ?, ?, ?, ?, 0, 0, '')`,
			name, name.Partner(), e.Title, client.Text(e.Scopes), at)
	case client.ScopesGranted:
		err = b.exec(`UPDATE client SET scopes = ? WHERE name = ?`, client.Text(e.Scopes), name)
	case client.SecretIssued:
		err = b.exec(`INSERT INTO client_key (client, key, fact, hash, jwk, since, until, revoked, reason, used_on) VALUES (?, ?, ?, ?, '', ?, ?, 0, '', '')`, name, e.Key, r.Revision, e.Hash, at, e.Until.String())
	case client.KeyAdded:
		err = b.exec(`INSERT INTO client_key (client, key, fact, hash, jwk, since, until, revoked, reason, used_on) VALUES (?, ?, ?, '', ?, ?, ?, 0, '', '')`, name, e.Key, r.Revision, e.JWK, at, e.Until.String())
	case client.Limited:
		err = b.exec(`UPDATE client_key SET until = ? WHERE client = ? AND key = ?`, e.Until.String(), name, e.Key)
	case client.Revoked:
		err = b.exec(`UPDATE client_key SET revoked = 1, reason = ? WHERE client = ? AND key = ?`, e.Reason, name, e.Key)
	case client.Used:
		err = b.exec(`UPDATE client_key SET used_on = ? WHERE client = ? AND key = ?`, e.On.String(), name, e.Key)
	case client.Restricted:
		err = b.exec(`UPDATE client SET restricted = ? WHERE name = ?`, e.Only, name)
	case client.Closed:
		err = b.exec(`UPDATE client SET closed = 1, reason = ? WHERE name = ?`, e.Reason, name)
	}
	return errorsOf(err, b.exec(`UPDATE client SET version = ? WHERE name = ?`, r.Revision, name))
}

func (b *batch) signer(r events.Recorded, e signer.Event) error {
	id, err := signer.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case signer.Published:
		return b.exec(`INSERT INTO signer (key, public, until, retired) VALUES (?, ?, ?, 0)`, id, e.Public, e.Until.String())
	case signer.Retired:
		return b.exec(`UPDATE signer SET retired = 1 WHERE key = ?`, id)
	}
	return nil
}

// Clients returns the clients of an institution, or of all, by name.
func (db *DB) Clients(ctx context.Context, of domain.PartnerID) ([]Client, error) {
	return db.clients(ctx, `WHERE ?1 = '' OR c.partner = ?1`, of)
}

// Client returns one client, or a refusal (NO_SUCH_CLIENT).
func (db *DB) Client(ctx context.Context, name client.Name) (Client, error) {
	cs, err := db.clients(ctx, `WHERE c.name = ?1`, name)
	if err == nil && len(cs) == 0 {
		return Client{}, domain.Refuse(domain.NotFound, "NO_SUCH_CLIENT", "There is no such client.")
	}
	if err != nil {
		return Client{}, err
	}
	return cs[0], nil
}

func (db *DB) clients(ctx context.Context, where string, args ...any) (cs []Client, err error) {
	err = db.snapshot(ctx, func(q querier) error {
		keys := map[client.Name][]ClientKey{}
		_, err := collect(ctx, q, func(rows *sql.Rows) (k ClientKey, err error) {
			var of client.Name
			err = rows.Scan(&of, &k.ID, &k.Hash, &k.JWK, instant{&k.Since}, date{&k.Until}, &k.Revoked, &k.Reason, date{&k.UsedOn})
			keys[of] = append(keys[of], k)
			return k, err
		}, `SELECT k.client, k.key, k.hash, k.jwk, k.since, k.until, k.revoked, k.reason, k.used_on
			FROM client_key k JOIN client c ON c.name = k.client `+where+` ORDER BY k.client, k.fact`, args...)
		if err != nil {
			return err
		}
		cs, err = collect(ctx, q, func(rows *sql.Rows) (c Client, err error) {
			var scopes string
			err = rows.Scan(&c.Name, &c.Version, &c.Partner, &c.PartnerName, &c.PartnerKind, &c.Suspended, &c.Title, &scopes, instant{&c.RegisteredAt}, &c.Restricted, &c.Closed, &c.Reason)
			c.Scopes, c.Keys = client.ParseScopes(scopes), keys[c.Name]
			return c, err
		}, `SELECT c.name, c.version, c.partner, p.name, p.kind, p.suspended, c.title, c.scopes, c.registered, c.restricted, c.closed, c.reason
			FROM client c JOIN partner p ON p.id = c.partner `+where+` ORDER BY c.name`, args...)
		return err
	})
	return cs, fault(err, "clients")
}

// Admission is what decides whether a token counts that a client got by a key.
type Admission struct {
	Scopes     []client.Scope // that the client has now
	Restricted bool           // to documents on record
	Closed     bool
	Suspended  bool // its institution takes no part
	Revoked    bool
	Until      domain.Date // the last day of the key
	Signer     Signer      // of the token
}

// Admission returns what became of a client, the key that it logged in with and the key of
// the node that signed its token; false if there is no such client or key.
func (db *DB) Admission(ctx context.Context, name client.Name, key, signedBy domain.KeyID) (a Admission, found bool, err error) {
	var scopes string
	s := &a.Signer
	err = db.read.QueryRowContext(ctx, `SELECT c.scopes, c.restricted, c.closed, p.suspended, k.revoked, k.until, coalesce(s.key, ''), coalesce(s.public, ''), coalesce(s.until, ''), coalesce(s.retired, 0)
		FROM client_key k JOIN client c ON c.name = k.client JOIN partner p ON p.id = c.partner LEFT JOIN signer s ON s.key = ?3
		WHERE k.client = ?1 AND k.key = ?2`, name, key, signedBy).
		Scan(&scopes, &a.Restricted, &a.Closed, &a.Suspended, &a.Revoked, date{&a.Until}, &s.ID, &s.Public, date{&s.Until}, &s.Retired)
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	a.Scopes = client.ParseScopes(scopes)
	return a, err == nil, fault(err, "admission")
}

// A Signer is what is public of a key that a node signs with.
type Signer struct {
	ID      domain.KeyID
	Public  string      // Ed25519, in base64url without padding
	Until   domain.Date // the last day on which it signs
	Retired bool        // nothing that it signed counts
}

// Signers returns the keys of all nodes, by id.
func (db *DB) Signers(ctx context.Context) ([]Signer, error) {
	return db.signers(ctx, ``)
}

// Signer returns the key of a node; false if there is no such key.
func (db *DB) Signer(ctx context.Context, id domain.KeyID) (Signer, bool, error) {
	found, err := db.signers(ctx, `WHERE key = ?`, id)
	if err != nil || len(found) == 0 {
		return Signer{}, false, err
	}
	return found[0], true, nil
}

func (db *DB) signers(ctx context.Context, where string, args ...any) ([]Signer, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (s Signer, err error) {
		return s, rows.Scan(&s.ID, &s.Public, date{&s.Until}, &s.Retired)
	}, `SELECT key, public, until, retired FROM signer `+where+` ORDER BY key`, args...)
	return found, fault(err, "signers")
}
