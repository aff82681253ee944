// Package post sends people mail: digests of what waits for them and what happened, and the mail
// that asks whether an address is right.
//
// What is to be sent follows from the record and the clock, and what became of it goes on record,
// so that each mail is sent once, by whichever node it is. A node that dies after the mail server
// took a mail and before that is on record leaves one repetition to the next, which has the same
// Message-ID. What is only tried again is not on record: a node that takes over tries at once.
package post

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Post sends mail. All exported fields are set before it is used; it is not copied.
type Post struct {
	Desk   *desk.Desk
	Server Server
	URL    string // where people reach Guildhall
	Zap    *zap.Logger
	Fence  func(context.Context) error // fails while this node may not know all that is on record
	// Write makes the letter of a mailing. One without a subject has nothing to say, and is not sent.
	Write func(context.Context, projections.Addressee, preference.Mailing, Links) (Letter, error)

	mu     sync.Mutex
	tries  map[domain.PersonID]try
	rest   time.Time     // before it nothing is sent, as the mail server could not be used
	wait   time.Duration // that the last rest took
	looked look
	counts Counts
}

// A Letter is what a mail says, in plain text and in HTML.
type Letter struct{ Subject, Text, HTML string }

// Links are addresses of pages that a letter may name. They work without signing in.
type Links struct {
	Home    string // of the portal
	Confirm string // that the address is right
	Stop    string // getting digests
}

// A try is what this node remembers of a mail that was not sent.
type try struct {
	of     preference.Mailing
	silent bool // there was nothing to say
	done   bool // nothing is to be sent any more, but that is not on record yet:
	out    outcome
	since  time.Time
	next   time.Time
	wait   time.Duration
}

// A look is when this node last looked for what is due.
type look struct {
	at     events.Position
	minute time.Time
}

// Counts are what became of mail since the start.
type Counts struct{ Sent, Failed, GivenUp uint64 }

const (
	// Patience is for how long a mail is tried. A digest makes way for the next one before.
	Patience = 24 * time.Hour

	pace             = 5 * time.Second // at which Run looks for what is due
	mostBusy         = 8               // mails at once
	soonest, longest = time.Minute, time.Hour
)

// Counts returns what became of the mail that this node sent.
func (p *Post) Counts() Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts
}

// Run sends what is due until ctx ends. One node of a cluster does it for all.
func (p *Post) Run(ctx context.Context) error {
	head, err := p.Desk.Log.Head(ctx)
	if err == nil {
		err = p.Desk.Read.Wait(ctx, head)
	}
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.tries, p.looked, p.rest = nil, look{}, time.Time{} // another node may have sent since
	p.mu.Unlock()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		if err := p.round(ctx); err != nil && domain.AsRefusal(err) == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// round sends all that is due. It looks once a minute, and when something was recorded.
func (p *Post) round(ctx context.Context) error {
	now := p.Desk.Now()
	if seen := (look{p.Desk.Read.Position(), now.Truncate(time.Minute)}); seen == p.looked || now.Before(p.rest) {
		return nil
	} else if err := p.Fence(ctx); err != nil {
		return err
	} else {
		p.looked = seen
	}
	all, err := p.Desk.Read.Addressees(ctx)
	if err != nil {
		return err
	}
	var work sync.WaitGroup
	defer work.Wait()
	places := make(chan struct{}, mostBusy)
	for _, a := range all {
		m, due := a.Due(now, now.Location())
		if !due || !p.may(a.Person, m, now) {
			continue
		}
		places <- struct{}{}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		work.Go(func() {
			defer func() { <-places }()
			p.attempt(ctx, a, m)
		})
	}
	return nil
}

// may reports whether a mail is to be tried now, as far as this node remembers.
func (p *Post) may(id domain.PersonID, m preference.Mailing, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, tried := p.tries[id]
	return !now.Before(p.rest) && (!tried || t.of != m || !t.silent && !now.Before(t.next))
}

// attempt sends a mail, and records what is to be recorded of what became of it. What is wrong
// with one mail is told and holds up no other.
func (p *Post) attempt(ctx context.Context, a projections.Addressee, m preference.Mailing) {
	if out, done := p.outcome(a.Person, m); done {
		p.settle(ctx, a, m, out)
		return
	}
	to, err := p.Desk.Vault.Unseal(ctx, a.Address)
	if errors.Is(err, vault.ErrErased) {
		return
	}
	var secret string
	if err == nil {
		secret, err = p.Desk.Vault.Unseal(ctx, a.Secret)
	}
	var letter Letter
	links := p.links(a, secret)
	if err == nil {
		letter, err = p.Write(ctx, a, m, links)
	}
	if err != nil {
		p.later(a.Person, m, outcome{})
		p.trouble(ctx, a, "a mail cannot be written", err)
		return
	}
	if letter.Subject == "" {
		p.remember(a.Person, try{of: m, silent: true})
		return
	}
	if m.Kind == preference.Confirmation {
		links.Stop = ""
	}
	if ctx.Err() != nil {
		return
	}
	out := p.Server.send(ctx, mail{letter, to, messageID(secret, m, p.Server.From.Address), links.Stop})
	if ctx.Err() != nil && !out.sent {
		return
	}
	switch {
	case out.sent:
		p.count(func(n *Counts) { n.Sent++; p.wait = 0 })
	case out.code >= 500:
		p.count(func(n *Counts) { n.Failed++; n.GivenUp++ })
	default:
		p.count(func(n *Counts) { n.Failed++ })
		if !p.later(a.Person, m, out) {
			p.trouble(ctx, a, "a mail was not sent and is tried again", out.why)
			return
		}
		p.count(func(n *Counts) { n.GivenUp++ })
	}
	p.settle(ctx, a, m, out)
}

// settle puts on record what became of a mail, although the node may be about to stop. Until that
// has worked this node does not send the mail again.
func (p *Post) settle(ctx context.Context, a projections.Addressee, m preference.Mailing, out outcome) {
	p.remember(a.Person, try{of: m, done: true, out: out, next: p.Desk.Now().Add(soonest)})
	c := preference.Settle{Request: domain.Request{By: domain.Actor{Policy: "post", Role: domain.System}, At: p.Desk.Now()}, Mailing: m, Failed: !out.sent, Code: out.code}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), pace)
	defer cancel()
	at, err := events.Execute(within, p.Desk.Log, preference.Stream(a.Person), preference.Evolve, c)
	if err == nil {
		err = p.Desk.Read.Wait(within, at)
	}
	if err != nil {
		p.trouble(ctx, a, "what became of a mail is not on record", err)
	}
}

func (p *Post) links(a projections.Addressee, secret string) Links {
	return Links{Home: p.URL, Confirm: p.URL + desk.MailPath(a.Person, desk.ConfirmLink, secret), Stop: p.URL + desk.MailPath(a.Person, desk.StopLink, secret)}
}

// messageID is the same whenever a mail is sent. It tells nothing to whoever does not know the
// secret of the address.
func messageID(secret string, m preference.Mailing, from string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%s\n%d", secret, m.Kind, m.Address, m.Day, m.Trial))
	return fmt.Sprintf("%s.%s@%s", m.Kind, hex.EncodeToString(sum[:16]), hostOf(from))
}

// later remembers that a mail is to be tried again, and reports whether that was done for long
// enough. Where the mail server itself is in trouble, all mail waits.
func (p *Post) later(id domain.PersonID, m preference.Mailing, out outcome) (over bool) {
	now := p.Desk.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tries[id]
	if t.of != m {
		t = try{of: m, since: now}
	}
	t.wait = min(max(3*t.wait, soonest), longest)
	t.next = now.Add(t.wait)
	if p.tries == nil {
		p.tries = map[domain.PersonID]try{}
	}
	p.tries[id] = t
	if out.server && !now.Before(p.rest) {
		p.wait = min(max(3*p.wait, soonest), longest)
		p.rest = now.Add(p.wait)
	}
	return now.Sub(t.since) >= Patience
}

func (p *Post) remember(id domain.PersonID, t try) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tries == nil {
		p.tries = map[domain.PersonID]try{}
	}
	p.tries[id] = t
}

// outcome is what became of a mail, if that is only to be put on record.
func (p *Post) outcome(id domain.PersonID, m preference.Mailing) (outcome, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tries[id]
	return t.out, t.done && t.of == m
}

func (p *Post) count(do func(*Counts)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do(&p.counts)
}

// trouble tells what is wrong, and no address.
func (p *Post) trouble(ctx context.Context, a projections.Addressee, what string, err error) {
	if ctx.Err() == nil {
		p.Zap.Warn(what, zap.String("person", string(a.Person)), zap.Error(err))
	}
}

// Test sends a mail that says that mail works.
func (p *Post) Test(ctx context.Context, to string) error {
	to, err := desk.Mailbox(to)
	if err != nil {
		return err
	}
	const text = "This mail was sent by Guildhall, as whoever runs it asked. Mail works.\n"
	now := p.Desk.Now()
	id := messageID(now.String()+to, preference.Mailing{Kind: "test"}, p.Server.From.Address)
	if out := p.Server.send(ctx, mail{Letter{"Guildhall can send mail", text, "<p>" + text + "</p>"}, to, id, ""}); !out.sent {
		return domain.Refuse(domain.Conflict, "MAIL_NOT_SENT", "%s did not take the mail: %s.", p.Server, out.why)
	}
	return nil
}
