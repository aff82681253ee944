package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/mail"
	"net/url"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// maxAddress is the length in bytes of the longest address of mail (RFC 5321).
const maxAddress = 254

// Mailbox is an address of mail as it was typed. It stands alone, without a name, and in ASCII.
func Mailbox(text string) (string, error) {
	text = domain.Written(text)
	_, host, _ := strings.Cut(text, "@")
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > maxAddress || host == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", domain.Refuse(domain.Invalid, "BAD_ADDRESS", "Write an address of mail, such as name@example.org.").About("address")
	}
	return text, nil
}

// GiveAddress takes where the asker wants mail to go. It is asked for a confirmation there first.
func (d *Desk) GiveAddress(ctx context.Context, a Ask, text string) (events.Position, error) {
	text, err := Mailbox(text)
	if err != nil {
		return 0, err
	}
	return d.giveAddress(ctx, a, text, false)
}

// KeepAddress takes the address that was verified where somebody signs in, unless they gave one
// themselves or want none. One that cannot be used is passed over.
func (d *Desk) KeepAddress(ctx context.Context, by domain.Actor, text string) error {
	text, err := Mailbox(text)
	if err != nil {
		return nil
	}
	_, err = d.giveAddress(ctx, Ask{By: by, Method: "sign-in"}, text, true)
	return err
}

func (d *Desk) giveAddress(ctx context.Context, a Ask, text string, vouched bool) (events.Position, error) {
	switch held, known, err := d.Read.Addressee(ctx, a.By.Person); {
	case err != nil:
		return 0, err
	case known:
		if now, err := d.Vault.Unseal(ctx, held.Address); err != nil || now == text && (vouched || held.Confirmed) {
			return 0, err
		}
	}
	address, err := d.Vault.Seal(ctx, a.By.Person, text)
	if err != nil {
		return 0, err
	}
	secret, err := d.Vault.Seal(ctx, a.By.Person, rand.Text())
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, preference.Stream(a.By.Person), preference.Evolve,
		preference.GiveAddress{Request: d.request(a), Person: a.By.Person, Address: address, Secret: secret, Vouched: vouched})
}

// RemoveAddress lets no mail go to the asker any more.
func (d *Desk) RemoveAddress(ctx context.Context, a Ask) (events.Position, error) {
	return execute(ctx, d, preference.Stream(a.By.Person), preference.Evolve, preference.RemoveAddress{Request: d.request(a), Person: a.By.Person})
}

// AskTrial has a digest sent to the asker at once.
func (d *Desk) AskTrial(ctx context.Context, a Ask) (events.Position, error) {
	return execute(ctx, d, preference.Stream(a.By.Person), preference.Evolve, preference.AskTrial{Request: d.request(a), Person: a.By.Person})
}

// A MailLink is what a link in mail is for.
type MailLink string

const (
	ConfirmLink MailLink = "confirm" // that the address is right
	StopLink    MailLink = "stop"    // getting digests
)

// MailToken proves that somebody reads what is sent to an address, by the secret that is kept
// with it. A token is for one thing.
func MailToken(secret string, link MailLink) string {
	sum := hmac.New(sha256.New, []byte(secret))
	sum.Write([]byte(link))
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// MailPath is where a link in mail leads.
func MailPath(id domain.PersonID, link MailLink, secret string) string {
	return "/mail/" + string(link) + "/" + url.PathEscape(string(id)) + "/" + MailToken(secret, link)
}

var errNoSuchLink = domain.Refuse(domain.NotFound, "NO_SUCH_LINK", "This link does not hold any more: another address was given since, or none is wanted. Under Your account you see where mail goes.")

// Linked finds whose mail a link is from. It holds as long as the address that it was sent to.
func (d *Desk) Linked(ctx context.Context, id domain.PersonID, link MailLink, token string) (projections.Addressee, error) {
	a, known, err := d.Read.Addressee(ctx, id)
	if err != nil {
		return a, err
	}
	if !known {
		return a, errNoSuchLink
	}
	secret, err := d.Vault.Unseal(ctx, a.Secret)
	switch {
	case errors.Is(err, vault.ErrErased):
		return a, errNoSuchLink
	case err != nil:
		return a, err
	case !hmac.Equal([]byte(MailToken(secret, link)), []byte(token)):
		return a, errNoSuchLink
	}
	return a, nil
}

// reader is whoever opens a link in mail: nobody who is signed in.
var reader = Ask{By: domain.Actor{Policy: "mail-link", Role: domain.System}}

// ConfirmAddress says that an address is right, as whoever reads mail there asks by a link.
func (d *Desk) ConfirmAddress(ctx context.Context, id domain.PersonID, token string) error {
	a, err := d.Linked(ctx, id, ConfirmLink, token)
	if err != nil {
		return err
	}
	_, err = execute(ctx, d, preference.Stream(id), preference.Evolve, preference.ConfirmAddress{Request: d.request(reader), Address: a.Number})
	return err
}

// StopMail ends digests, as whoever reads one asks by a link.
func (d *Desk) StopMail(ctx context.Context, id domain.PersonID, token string) error {
	if _, err := d.Linked(ctx, id, StopLink, token); err != nil {
		return err
	}
	_, err := execute(ctx, d, preference.Stream(id), preference.Evolve, preference.Stop{Request: d.request(reader)})
	return err
}
