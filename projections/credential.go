package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/events"
)

// A Credential is a certificate that a person holds, held or is to earn.
type Credential struct {
	ID        domain.CredentialID
	Version   uint64
	Person    domain.PersonID
	State     CredentialState
	Since     domain.Date // when it came into the state
	Kind      credential.Kind
	Title     string
	Issuer    string
	Number    domain.Sealed
	EarnedOn  domain.Date
	ValidTo   domain.Date // the last day; zero is for life
	Verifier  domain.PersonID
	Reason    domain.Sealed // why it was revoked
	Sponsored domain.Cents  // of the fees
	Counted   []Counted
}

// Counted is a requirement that rests on a certificate.
type Counted struct {
	Learner     domain.ApprenticeshipID
	Requirement domain.RequirementID
	On          domain.Date
}

// CredentialState is where a certificate is in its life.
type CredentialState string

const (
	CredentialSponsored CredentialState = "sponsored"
	CredentialHeld      CredentialState = "held"
	CredentialVerified  CredentialState = "verified"
	CredentialExpired   CredentialState = "expired"
	CredentialRevoked   CredentialState = "revoked"
)

func (b *batch) credential(r events.Recorded, e credential.Event) error {
	id, err := credential.ID(r.Stream)
	if err != nil {
		return err
	}
	become := func(s CredentialState, on domain.Date) error {
		return b.exec(`UPDATE credential SET state = ?, since = ? WHERE id = ?`, s, on.String(), id)
	}
	known := func(person domain.PersonID, title string, on domain.Date) error {
		return b.exec(`INSERT OR IGNORE INTO credential (id, version, person, state, since, kind, title, issuer, number, earned_on, valid_to, from_day, checked_from, checked_to, verifier, reason, sponsored)
			VALUES (?, 0, ?, 'sponsored', ?, '', ?, '', '', '', '', '', '', '', '', '', 0)`, id, person, on.String(), title)
	}
	switch e := e.(type) {
	case credential.Sponsored:
		err = errorsOf(known(e.Person, e.Title, e.On), b.exec(`UPDATE credential SET sponsored = sponsored + ? WHERE id = ?`, e.Cents, id))
	case credential.Earned:
		err = errorsOf(known(e.Person, e.Title, e.On), become(CredentialHeld, e.On),
			b.exec(`UPDATE credential SET kind = ?1, title = ?2, issuer = ?3, number = ?4, earned_on = ?5, from_day = ?5, valid_to = ?6 WHERE id = ?7`,
				e.Kind, e.Title, e.Issuer, e.Number, e.On.String(), e.ValidTo.String(), id))
	case credential.Verified:
		err = errorsOf(become(CredentialVerified, e.On), b.exec(`UPDATE credential SET verifier = ?, checked_from = from_day, checked_to = valid_to WHERE id = ?`, e.By, id))
	case credential.Counted:
		err = b.exec(`INSERT OR IGNORE INTO credential_counted (credential, learner, requirement, day) VALUES (?, ?, ?, ?)`, id, e.Apprenticeship, e.Requirement, e.On.String())
	case credential.Renewed:
		err = errorsOf(become(CredentialHeld, e.On),
			b.exec(`UPDATE credential SET valid_to = ?1, from_day = ?2, verifier = '', number = CASE ?3 WHEN '' THEN number ELSE ?3 END WHERE id = ?4`, e.ValidTo.String(), e.On.String(), e.Number, id))
	case credential.Expired:
		err = become(CredentialExpired, e.On)
	case credential.Revoked:
		err = errorsOf(become(CredentialRevoked, e.On), b.exec(`UPDATE credential SET reason = ? WHERE id = ?`, e.Reason, id))
	}
	return errorsOf(err, b.exec(`UPDATE credential SET version = ? WHERE id = ?`, r.Revision, id))
}

// Credential returns one certificate, or a refusal (NO_SUCH_CREDENTIAL).
func (db *DB) Credential(ctx context.Context, id domain.CredentialID) (Credential, error) {
	cs, err := db.credentials(ctx, `id = ?`, id)
	if err == nil && len(cs) == 0 {
		return Credential{}, domain.Refuse(domain.NotFound, "NO_SUCH_CREDENTIAL", "There is no such certificate.")
	}
	if err != nil {
		return Credential{}, err
	}
	return cs[0], nil
}

// CredentialsOf returns the certificates of people, those that end first before the others.
func (db *DB) CredentialsOf(ctx context.Context, people ...domain.PersonID) ([]Credential, error) {
	return db.credentials(ctx, `person IN (SELECT value FROM json_each(?))`, text(people))
}

// CredentialsEnding returns the certificates that are good and whose last day lies from one
// day to another, both among them.
func (db *DB) CredentialsEnding(ctx context.Context, from, to domain.Date) ([]Credential, error) {
	return db.credentials(ctx, `state IN ('held', 'verified') AND valid_to <> '' AND valid_to BETWEEN ? AND ?`, from.String(), to.String())
}

// CredentialsOver returns the certificates whose last day has passed and that are not yet
// said to have expired.
func (db *DB) CredentialsOver(ctx context.Context, today domain.Date) ([]Credential, error) {
	return db.credentials(ctx, `state IN ('held', 'verified') AND valid_to <> '' AND valid_to < ?`, today.String())
}

func (db *DB) credentials(ctx context.Context, where string, args ...any) (cs []Credential, err error) {
	err = db.snapshot(ctx, func(q querier) error {
		counted := map[domain.CredentialID][]Counted{}
		_, err := collect(ctx, q, func(rows *sql.Rows) (c Counted, err error) {
			var id domain.CredentialID
			err = rows.Scan(&id, &c.Learner, &c.Requirement, date{&c.On})
			counted[id] = append(counted[id], c)
			return c, err
		}, `SELECT credential, learner, requirement, day FROM credential_counted WHERE credential IN (SELECT id FROM credential WHERE `+where+`) ORDER BY credential, learner, requirement`, args...)
		if err != nil {
			return err
		}
		cs, err = collect(ctx, q, func(rows *sql.Rows) (c Credential, err error) {
			err = rows.Scan(&c.ID, &c.Version, &c.Person, &c.State, date{&c.Since}, &c.Kind, &c.Title, &c.Issuer, &c.Number,
				date{&c.EarnedOn}, date{&c.ValidTo}, &c.Verifier, &c.Reason, &c.Sponsored)
			c.Counted = counted[c.ID]
			return c, err
		}, `SELECT id, version, person, state, since, kind, title, issuer, number, earned_on, valid_to, verifier, reason, sponsored
			FROM credential WHERE `+where+` ORDER BY valid_to = '', valid_to, id`, args...)
		return err
	})
	return cs, fault(err, "credentials")
}
