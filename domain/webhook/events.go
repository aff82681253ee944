// Package webhook decides where institutions are told that there is news for them, by which
// secrets they know that it comes from here, and what becomes of notices that do not arrive.
package webhook

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a webhook.
type Event interface {
	domain.Event
	webhook()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Added{}, SecretMade{}, SecretLimited{}, Paused{}, Gone{}, Resumed{}, Removed{},
	Failed{}, Delivered{}, GivenUp{}, ResendAsked{}, Tested{},
}

// Added records an address that notices are sent to.
type Added struct {
	URL   string         `json:"url"`
	Kinds []domain.Scope `json:"kinds,omitempty"` // of what there is news; empty is of everything
}

// SecretMade records what notices are signed with from now on.
type SecretMade struct {
	Secret domain.KeyID  `json:"secret"`
	Sealed domain.Sealed `json:"sealed"` // what is secret of it, under a key of the webhook's own, see Key
	Public string        `json:"public"` // of the Ed25519 pair, as Standard Webhooks writes it
}

// SecretLimited records until when a secret still signs beside the one that takes its place.
type SecretLimited struct {
	Secret domain.KeyID `json:"secret"`
	Until  domain.Date  `json:"until"` // the last day
}

// Paused records that nothing is sent until somebody resumes it.
type Paused struct {
	Reason string `json:"reason"`
}

// Gone records that the address answered that it is there no more (410): nothing is sent
// until somebody resumes it.
type Gone struct{}

// Resumed records that notices are sent again.
type Resumed struct{}

// Removed ends a webhook for good.
type Removed struct {
	Reason string `json:"reason"`
}

// Failed records that a notice did not arrive at the first attempt, or at one that somebody
// asked for. Those that follow are not on record one by one.
type Failed struct {
	Position int64   `json:"position"` // up to which the notice tells of news
	Why      Failure `json:"why"`
}

// Delivered records that a notice arrived: the first of a day, one that had failed or comes
// after one that was given up, and one that somebody asked for.
type Delivered struct {
	Position int64       `json:"position"`
	On       domain.Date `json:"on"`
}

// GivenUp records that a notice did not arrive in all the time for which it was tried.
type GivenUp struct {
	Position int64   `json:"position"`
	Why      Failure `json:"why"` // the last time
}

// ResendAsked records that the newest notice is to be sent once more.
type ResendAsked struct{}

// Tested records what became of a notice that somebody sent to try the address.
type Tested struct {
	Message string  `json:"message"`       // its id
	Why     Failure `json:"why,omitempty"` // empty if it arrived
}

func (Added) EventName() string         { return "webhook.added" }
func (SecretMade) EventName() string    { return "webhook.secret_made" }
func (SecretLimited) EventName() string { return "webhook.secret_limited" }
func (Paused) EventName() string        { return "webhook.paused" }
func (Gone) EventName() string          { return "webhook.gone" }
func (Resumed) EventName() string       { return "webhook.resumed" }
func (Removed) EventName() string       { return "webhook.removed" }
func (Failed) EventName() string        { return "webhook.notice_failed" }
func (Delivered) EventName() string     { return "webhook.notice_delivered" }
func (GivenUp) EventName() string       { return "webhook.notice_given_up" }
func (ResendAsked) EventName() string   { return "webhook.resend_asked" }
func (Tested) EventName() string        { return "webhook.tested" }

func (Added) webhook()         {}
func (SecretMade) webhook()    {}
func (SecretLimited) webhook() {}
func (Paused) webhook()        {}
func (Gone) webhook()          {}
func (Resumed) webhook()       {}
func (Removed) webhook()       {}
func (Failed) webhook()        {}
func (Delivered) webhook()     {}
func (GivenUp) webhook()       {}
func (ResendAsked) webhook()   {}
func (Tested) webhook()        {}
