package graphql

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/internal/courier"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A webhookNode is a webhook that the asker may see, as of a day.
type webhookNode struct {
	projections.Webhook
	today domain.Date
}

var webhookType = object("Webhook", map[string]field[webhookNode]{
	"id":          get(func(w webhookNode) any { return webhook.Stream(w.Partner, w.ID) }),
	"version":     get(func(w webhookNode) any { return int(w.Version) }),
	"name":        get(func(w webhookNode) any { return courier.Name(w.Partner, w.ID) }),
	"institution": get(func(w webhookNode) any { return institution(w.With()) }),
	"url":         get(func(w webhookNode) any { return w.URL }),
	"types":       get(func(w webhookNode) any { return each(w.Kinds, func(k domain.Scope) string { return newsTypes[k] }) }),
	"addedAt":     get(func(w webhookNode) any { return w.AddedAt }),
	"state":       get(func(w webhookNode) any { return upper(w.State) }),
	"reason":      get(func(w webhookNode) any { return optional(w.Reason) }),
	"secrets": get(func(w webhookNode) any {
		return slices.DeleteFunc(slices.Clone(w.Secrets), func(s projections.WebhookSecret) bool { return !s.Signs(w.today) })
	}),
	"lastDeliveredOn": get(func(w webhookNode) any { return w.DeliveredOn }),
	"failingSince": get(func(w webhookNode) any {
		if w.Failing == 0 {
			return nil
		}
		return w.FailingSince
	}),
	"failure": get(func(w webhookNode) any { return optional(string(w.Why)) }),
	"lastTest": get(func(w webhookNode) any {
		if w.TestedAt.IsZero() {
			return nil
		}
		return w.Webhook
	}),
	"deadLetters": get(func(w webhookNode) any {
		return each(w.Letters, func(l projections.WebhookLetter) webhookLetter { return webhookLetter{l, w.Webhook} })
	}),
})

var webhookSecretType = object("WebhookSecret", map[string]field[projections.WebhookSecret]{
	"id":        get(func(s projections.WebhookSecret) any { return string(s.ID) }),
	"publicKey": get(func(s projections.WebhookSecret) any { return s.Public }),
	"since":     get(func(s projections.WebhookSecret) any { return s.Since }),
	"until":     get(func(s projections.WebhookSecret) any { return s.Until }),
})

var webhookTestType = object("WebhookTest", map[string]field[projections.Webhook]{
	"messageId": get(func(w projections.Webhook) any { return w.Test }),
	"at":        get(func(w projections.Webhook) any { return w.TestedAt }),
	"arrived":   get(func(w projections.Webhook) any { return w.TestWhy == "" }),
	"failure":   get(func(w projections.Webhook) any { return optional(string(w.TestWhy)) }),
})

// A webhookLetter is a notice that was given up.
type webhookLetter struct {
	projections.WebhookLetter
	of projections.Webhook
}

var webhookLetterType = object("WebhookDeadLetter", map[string]field[webhookLetter]{
	"messageId":    get(func(l webhookLetter) any { return webhook.MessageID(l.of.Partner, l.of.ID, int64(l.Position)) }),
	"position":     get(func(l webhookLetter) any { return positionText(l.Position) }),
	"failingSince": get(func(l webhookLetter) any { return l.Since }),
	"givenUpAt":    get(func(l webhookLetter) any { return l.GivenUpAt }),
	"failure":      get(func(l webhookLetter) any { return string(l.Why) }),
	"settledAt": get(func(l webhookLetter) any {
		if l.SettledAt.IsZero() {
			return nil
		}
		return l.SettledAt
	}),
})

// newsTypes are what kinds of news are in the schema.
var newsTypes = map[domain.Scope]string{
	domain.PathwayRecords: "APPRENTICE", domain.MilestoneRecords: "MILESTONE", domain.CreditRecords: "CREDIT_AWARD", domain.TransitionRecords: "ROLE_TRANSITION",
}

func newsKinds(in args) (kinds []domain.Scope) {
	for kind, name := range newsTypes {
		if slices.Contains(in.ids("types"), name) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

func (s *Server) webhooks(ctx context.Context, by domain.Actor, a args) (any, error) {
	of := by.Partner
	if a.has("partnerId") {
		var err error
		if of, err = idOf(a, "partnerId", partner.ID); err != nil {
			return nil, err
		}
	}
	found, err := s.Read.Webhooks(ctx, of)
	out := []webhookNode{}
	for _, w := range found {
		if courier.Sees(by, w.Partner) {
			out = append(out, webhookNode{w, s.Desk.Today()})
		}
	}
	return out, err
}

func (c *cohort) webhook(ctx context.Context, p domain.PartnerID, id domain.WebhookID) (any, error) {
	w, there, err := c.Read.Webhook(ctx, p, id)
	if err != nil || !there || !courier.Sees(c.by, p) {
		return nil, err
	}
	return webhookNode{w, c.Desk.Today()}, nil
}

// webhookCommands are the fields of Mutation that change webhooks.
func (s *Server) webhookCommands() map[string]field[root] {
	c := s.Courier
	return map[string]field[root]{
		"addWebhook": s.bringing("addWebhook", command{person: true, partner: true}, func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, string, error) {
			p := a.By.Partner
			if in.has("partnerId") {
				var err error
				if p, err = idOf(in, "partnerId", partner.ID); err != nil {
					return "", 0, "", err
				}
			}
			id := domain.WebhookID(in.text("name"))
			secret, at, err := c.Add(ctx, s.Desk.Request(a), p, id, in.text("url"), newsKinds(in))
			return webhook.Stream(p, id), at, secret, err
		}),
		"rotateWebhookSecret": s.webhookCommand("rotateWebhookSecret", func(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, in args) (string, position, error) {
			return c.Rotate(ctx, r, p, id, in.int("graceDays"))
		}),
		"pauseWebhook": s.webhookCommand("pauseWebhook", func(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, in args) (string, position, error) {
			at, err := c.Pause(ctx, r, p, id, in.text("reason"))
			return "", at, err
		}),
		"resumeWebhook": s.webhookCommand("resumeWebhook", func(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, _ args) (string, position, error) {
			at, err := c.Resume(ctx, r, p, id)
			return "", at, err
		}),
		"removeWebhook": s.webhookCommand("removeWebhook", func(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, in args) (string, position, error) {
			at, err := c.Remove(ctx, r, p, id, in.text("reason"))
			return "", at, err
		}),
		"testWebhook": s.webhookCommand("testWebhook", func(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, _ args) (string, position, error) {
			at, err := c.Test(ctx, r, p, id)
			return "", at, err
		}),
		"resendWebhook": s.webhookCommand("resendWebhook", func(ctx context.Context, r domain.Request, p domain.PartnerID, id domain.WebhookID, _ args) (string, position, error) {
			at, err := c.Resend(ctx, r, p, id)
			return "", at, err
		}),
	}
}

// webhookCommand is the field of Mutation that does something with the webhook that webhookId
// names.
func (s *Server) webhookCommand(name string, do func(context.Context, domain.Request, domain.PartnerID, domain.WebhookID, args) (string, position, error)) field[root] {
	return s.bringing(name, command{person: true, partner: true}, func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, string, error) {
		p, id, err := pairOf(in, "webhookId", webhook.ID)
		if err != nil {
			return "", 0, "", err
		}
		secret, at, err := do(ctx, s.Desk.Request(a), p, id, in)
		return webhook.Stream(p, id), at, secret, err
	})
}
