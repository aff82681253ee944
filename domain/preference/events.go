package preference

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about how somebody wants to be told things.
type Event interface {
	domain.Event
	preference()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Chosen{}, MessagesRead{}, AddressGiven{}, AddressConfirmed{}, AddressRemoved{}, TrialAsked{}, MailSent{}, MailFailed{}, CalendarLinked{}, CalendarUnlinked{}}

// Chosen records what somebody prefers, all of it.
type Chosen struct {
	Language string `json:"language,omitempty"` // a tag such as "es"; empty is what the browser asks for
	Zone     string `json:"zone,omitempty"`     // such as "America/Chicago"; empty is that of the place
	Digest   Digest `json:"digest"`
	Quiet    Quiet  `json:"quiet,omitzero"`
}

// MessagesRead records up to when somebody has read what happened.
type MessagesRead struct {
	Until int64 `json:"until"` // microseconds since 1970
}

// AddressGiven records where mail goes from now on. Until it is confirmed nothing goes there but
// the mail that asks for that.
type AddressGiven struct {
	Address domain.Sealed `json:"address"`
	Secret  domain.Sealed `json:"secret"`            // what the links in mail prove that somebody reads it there
	Vouched bool          `json:"vouched,omitempty"` // where they sign in it was verified, so it is confirmed
	On      domain.Date   `json:"on"`
}

// AddressConfirmed records that whoever reads what is sent to an address wants it.
type AddressConfirmed struct {
	Address int `json:"address"` // which one of those that were given, from 1
}

// AddressRemoved records that no mail goes anywhere any more.
type AddressRemoved struct {
	Address int `json:"address"`
}

// TrialAsked records that somebody wants to see what mail would say now.
type TrialAsked struct {
	Trial int `json:"trial"` // from 1
}

// A Mailing is one mail to somebody: what is in it follows from these and the record.
type Mailing struct {
	Kind    Kind        `json:"kind"`
	Address int         `json:"address"`         // where it goes
	Day     domain.Date `json:"day,omitzero"`    // of a digest, on the person's clock
	Trial   int         `json:"trial,omitempty"` // of a trial
}

// A Kind of mail says what it is sent for.
type Kind string

const (
	Confirmation Kind = "confirmation" // asks whether an address is right
	Trial        Kind = "trial"        // a digest that was asked for
	Regular      Kind = "digest"
)

// MailSent records that the mail server took a mail.
type MailSent struct{ Mailing }

// MailFailed records that a mail will not arrive: the server that is responsible for the address
// refused it for good, or none took it for as long as it was tried.
type MailFailed struct {
	Mailing
	Code int `json:"code,omitempty"` // of SMTP (RFC 5321); 0 if no server answered
}

// CalendarLinked records that whoever knows a secret reads the person's dates, and nobody who
// knew an earlier one.
type CalendarLinked struct {
	Hash string `json:"hash"` // SHA-256 of the secret, in hexadecimal
}

// CalendarUnlinked records that nobody does any more.
type CalendarUnlinked struct{}

func (Chosen) EventName() string           { return "preference.chosen" }
func (MessagesRead) EventName() string     { return "preference.messages_read" }
func (AddressGiven) EventName() string     { return "preference.address_given" }
func (AddressConfirmed) EventName() string { return "preference.address_confirmed" }
func (AddressRemoved) EventName() string   { return "preference.address_removed" }
func (TrialAsked) EventName() string       { return "preference.trial_asked" }
func (MailSent) EventName() string         { return "preference.mail_sent" }
func (MailFailed) EventName() string       { return "preference.mail_failed" }
func (CalendarLinked) EventName() string   { return "preference.calendar_linked" }
func (CalendarUnlinked) EventName() string { return "preference.calendar_unlinked" }

func (Chosen) preference()           {}
func (MessagesRead) preference()     {}
func (AddressGiven) preference()     {}
func (AddressConfirmed) preference() {}
func (AddressRemoved) preference()   {}
func (TrialAsked) preference()       {}
func (MailSent) preference()         {}
func (MailFailed) preference()       {}
func (CalendarLinked) preference()   {}
func (CalendarUnlinked) preference() {}
