package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
)

// An Addressee is somebody with an address of mail, and what became of mail to them.
type Addressee struct {
	Person domain.PersonID
	Preference
	Number    int // of the address among those they gave
	Address   domain.Sealed
	Secret    domain.Sealed // of links in mail
	Vouched   bool          // where they sign in the address was verified
	Confirmed bool

	Since    time.Time   // digests are for moments after it
	Asked    int         // the number of the address that was last asked to be confirmed
	Trials   int         // that were asked for
	Trial    int         // the last that was sent or failed
	Day      domain.Date // of the last digest that was sent or failed
	ToldAt   time.Time   // when the last digest was sent
	SentAt   time.Time   // and the last mail to the address
	FailedAt time.Time   // zero if the last mail to the address did not fail
	Code     int         // of SMTP, where it failed
}

// Refused reports whether the server that is responsible for the address refused it for good.
func (a Addressee) Refused() bool { return !a.FailedAt.IsZero() && a.Code >= 500 }

// Addressees returns those to whom something may be sent: who gets digests, who asked for one, and
// who is to confirm an address. Who left or was erased gets nothing.
func (db *DB) Addressees(ctx context.Context) ([]Addressee, error) {
	return db.addressees(ctx, `AND (NOT n.confirmed AND n.asked < n.addresses OR n.confirmed AND (n.trial < n.trials OR n.digest IN ('daily', 'weekly')))
		AND EXISTS (SELECT 1 FROM person p WHERE p.id = n.person AND p.capacities <> '[]' AND p.left_on = '' AND NOT p.erased)`)
}

// Addressee returns where somebody gets mail, or false.
func (db *DB) Addressee(ctx context.Context, id domain.PersonID) (Addressee, bool, error) {
	found, err := db.addressees(ctx, `AND n.person = ?`, id)
	if err != nil || len(found) == 0 {
		return Addressee{}, false, err
	}
	return found[0], true, nil
}

func (db *DB) addressees(ctx context.Context, where string, args ...any) ([]Addressee, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (a Addressee, err error) {
		return a, rows.Scan(&a.Person, &a.Language, &a.Zone, &a.Digest, &a.Quiet.From, &a.Quiet.Until, instant{&a.ReadUntil}, &a.Number, &a.Address, &a.Secret, &a.Vouched, &a.Confirmed,
			instant{&a.Since}, &a.Asked, &a.Trials, &a.Trial, date{&a.Day}, instant{&a.ToldAt}, instant{&a.SentAt}, instant{&a.FailedAt}, &a.Code)
	}, `SELECT n.person, n.language, n.zone, iif(n.digest = '', 'never', n.digest), n.quiet_from, n.quiet_until, n.read_until, n.addresses, n.address, n.secret, n.vouched, n.confirmed,
		n.since, n.asked, n.trials, n.trial, n.day, n.told_at, n.sent_at, n.failed_at, n.failed_code
		FROM preference n WHERE n.address <> '' `+where+` ORDER BY n.person`, args...)
	return found, fault(err, "addressees")
}

// Due is the mail that is to be sent to a now, or false. Here is the clock of those who chose none.
func (a Addressee) Due(now time.Time, here *time.Location) (preference.Mailing, bool) {
	m := preference.Mailing{Address: a.Number}
	switch {
	case a.Address == "":
		return m, false
	case !a.Confirmed:
		m.Kind = preference.Confirmation
		return m, a.Asked < a.Number
	case a.Trial < a.Trials:
		m.Kind, m.Trial = preference.Trial, a.Trials
		return m, true
	case a.Refused():
		return m, false
	}
	if zone, err := time.LoadLocation(a.Zone); a.Zone != "" && err == nil {
		here = zone
	} // else a newer version knew it
	due := false
	m.Kind = preference.Regular
	m.Day, due = a.Chosen.Due(a.Since, a.Day, now.In(here))
	return m, due
}
