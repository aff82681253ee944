package courier

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/projections"
)

// MostWebhooks is how many an institution has at most, and MostAdded how many are added for it
// within a year, with those that were removed.
const (
	MostWebhooks = 5
	MostAdded    = 100
)

// Sees reports whether somebody may see the webhooks of an institution: who may see its
// systems, and those systems themselves.
func Sees(by domain.Actor, p domain.PartnerID) bool {
	only, may := login.Sees(by)
	return may && (only == "" || only == p)
}

// Webhook returns a webhook that somebody may see, or a refusal (NO_SUCH_WEBHOOK).
func (c *Courier) Webhook(ctx context.Context, by domain.Actor, p domain.PartnerID, id domain.WebhookID) (projections.Webhook, error) {
	w, found, err := c.Read.Webhook(ctx, p, id)
	if err == nil && (!found || !Sees(by, p)) {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_WEBHOOK", "There is no such webhook.")
	}
	return w, err
}

// Add records where an institution is told of news of some kinds, or of all if none are
// named. The secret is told once: somebody who asks again gets none.
func (c *Courier) Add(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, address string, kinds []domain.Scope) (shared string, at events.Position, err error) {
	if !domain.ValidID(id) {
		return "", 0, domain.Refuse(domain.Invalid, "BAD_ID", "Name the webhook by lower-case letters, digits and hyphens.").About("name")
	}
	known, err := c.Read.Partners(ctx)
	if err != nil {
		return "", 0, err
	}
	if !Sees(r.By, p) || !slices.ContainsFunc(known, func(k projections.Partner) bool { return k.ID == p }) {
		return "", 0, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.").About("partnerId")
	}
	if address, err = c.Reach.Check(address); err != nil {
		return "", 0, err
	}
	c.adding.Lock()
	defer c.adding.Unlock()
	if err := c.room(ctx, p, id); err != nil {
		return "", 0, err
	}
	return c.with(ctx, p, id, func(s webhook.SecretMade) events.Command[webhook.State, webhook.Event] {
		return webhook.Add{Request: r, Partner: p, Added: webhook.Added{URL: address, Kinds: kinds}, Secret: s}
	})
}

// room refuses one webhook more than an institution may have.
func (c *Courier) room(ctx context.Context, p domain.PartnerID, id domain.WebhookID) error {
	head, err := c.Log.Head(ctx)
	if err == nil {
		err = c.shown(ctx, head)
	}
	if domain.AsRefusal(err) != nil {
		return domain.Refuse(domain.Busy, "WEBHOOKS_NOT_COUNTED", "How many webhooks the institution has cannot be told at this moment, and nothing was recorded. Try again shortly.")
	}
	if err != nil {
		return err
	}
	if _, there, err := c.Read.Webhook(ctx, p, id); err != nil || there {
		return err
	}
	switch has, added, err := c.Read.WebhooksOf(ctx, p, c.Now().AddDate(-1, 0, 0)); {
	case err != nil:
		return err
	case has >= MostWebhooks:
		return domain.Refuse(domain.Conflict, "TOO_MANY_WEBHOOKS", "The institution has %d webhooks. Remove one first.", has)
	case added >= MostAdded:
		return domain.Refuse(domain.Conflict, "WEBHOOKS_USED_UP", "%d webhooks were added for the institution within a year, and no more are until that is some time ago. Keep one that it has: what signs its notices is changed by rotating its secret.", added)
	}
	return nil
}

// Rotate lets another secret sign, and those before for some days more. The secret is told
// once.
func (c *Courier) Rotate(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, grace int) (shared string, at events.Position, err error) {
	if _, err := c.Webhook(ctx, r.By, p, id); err != nil {
		return "", 0, err
	}
	return c.with(ctx, p, id, func(s webhook.SecretMade) events.Command[webhook.State, webhook.Event] {
		return webhook.Rotate{Request: r, Partner: p, Secret: s, Grace: grace}
	})
}

// with has a command decided that brings a new secret, and returns what is told of it, also
// where the read model does not show it in time.
func (c *Courier) with(ctx context.Context, p domain.PartnerID, id domain.WebhookID, command func(webhook.SecretMade) events.Command[webhook.State, webhook.Event]) (string, events.Position, error) {
	s := newSecret()
	made := webhook.SecretMade{Secret: domain.KeyID("secret-" + strings.ToLower(rand.Text()[:16])), Public: s.public()}
	state, _, err := events.Load(ctx, c.Log, webhook.Stream(p, id), webhook.Evolve)
	if err == nil {
		_, err = command(made).Decide(state)
	}
	if err == nil {
		made.Sealed, err = c.Vault.Seal(ctx, webhook.Key(p, id), s.text())
	}
	if err != nil {
		return "", 0, err
	}
	at, err := c.decide(ctx, p, id, command(made))
	if at == 0 {
		return "", 0, err
	}
	state, _, unread := events.Load(ctx, c.Log, webhook.Stream(p, id), webhook.Evolve)
	if unread != nil || !slices.Contains(state.Signing(domain.DateOf(c.Now())), made.Secret) {
		return "", at, errors.Join(err, unread)
	}
	return s.shared, at, nil
}

// Pause stops notices until somebody resumes them.
func (c *Courier) Pause(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, reason string) (events.Position, error) {
	return c.change(ctx, p, id, r, webhook.Pause{Request: r, Partner: p, Reason: reason})
}

// Resume lets notices be sent again.
func (c *Courier) Resume(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID) (events.Position, error) {
	return c.change(ctx, p, id, r, webhook.Resume{Request: r, Partner: p})
}

// Remove ends a webhook for good.
func (c *Courier) Remove(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, reason string) (events.Position, error) {
	return c.change(ctx, p, id, r, webhook.Remove{Request: r, Partner: p, Reason: reason})
}

// Resend has the newest notice sent once more, by whichever node sends.
func (c *Courier) Resend(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID) (events.Position, error) {
	return c.change(ctx, p, id, r, webhook.Resend{Request: r, Partner: p})
}

func (c *Courier) change(ctx context.Context, p domain.PartnerID, id domain.WebhookID, r domain.Request, command events.Command[webhook.State, webhook.Event]) (events.Position, error) {
	if _, err := c.Webhook(ctx, r.By, p, id); err != nil {
		return 0, err
	}
	return c.decide(ctx, p, id, command)
}

const (
	testEvery   = 10 * time.Second // for one webhook
	testTimeout = 3 * time.Second
)

// Test sends a notice of no news from this node, at once, and records what became of it.
func (c *Courier) Test(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID) (events.Position, error) {
	w, err := c.Webhook(ctx, r.By, p, id)
	if err != nil {
		return 0, err
	}
	test := webhook.Test{Request: r, Partner: p, Tested: webhook.Tested{Message: "msg_test_" + strings.ToLower(rand.Text())}}
	state, _, err := events.Load(ctx, c.Log, webhook.Stream(p, id), webhook.Evolve)
	if err != nil {
		return 0, err
	}
	if _, err := test.Decide(state); err != nil {
		return 0, err
	}
	if wait := w.TestedAt.Add(testEvery).Sub(c.Now()); !w.TestedAt.IsZero() && wait > 0 {
		return 0, domain.Refuse(domain.Busy, "TESTED_JUST_NOW", "This webhook was tested a moment ago. Try again in %d seconds.", int(wait/time.Second)+1)
	}
	n, err := compose(w, test.Tested.Message, webhookTest, c.Now(), "")
	if err != nil {
		return 0, err
	}
	trying, cancel := context.WithTimeout(ctx, testTimeout)
	defer cancel()
	out, err := c.send(trying, w, n)
	if err != nil {
		return 0, err
	}
	test.Tested.Why = out.why
	return c.decide(ctx, p, id, test)
}
