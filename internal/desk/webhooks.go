package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Systems are the systems that log in for an institution and where it is told of news, for
// coordinators, privacy officers and auditors.
func (d *Desk) Systems(ctx context.Context, by domain.Actor, of domain.PartnerID) ([]projections.Client, []projections.Webhook, error) {
	switch by.Role {
	case domain.Coordinator, domain.PrivacyOfficer, domain.Auditor:
	default:
		return nil, nil, nil
	}
	clients, err := d.Read.Clients(ctx, of)
	if err != nil {
		return nil, nil, err
	}
	webhooks, err := d.Read.Webhooks(ctx, of)
	return clients, webhooks, err
}

// ResendWebhook has the newest notice sent to a webhook once more.
func (d *Desk) ResendWebhook(ctx context.Context, a Ask, of domain.PartnerID, id domain.WebhookID) (events.Position, error) {
	return d.tellWebhook(ctx, of, id, webhook.Resend{Request: d.request(a), Partner: of})
}

// PauseWebhook stops notices until somebody resumes them.
func (d *Desk) PauseWebhook(ctx context.Context, a Ask, of domain.PartnerID, id domain.WebhookID, reason string) (events.Position, error) {
	return d.tellWebhook(ctx, of, id, webhook.Pause{Request: d.request(a), Partner: of, Reason: domain.Written(reason)})
}

// ResumeWebhook lets notices be sent again.
func (d *Desk) ResumeWebhook(ctx context.Context, a Ask, of domain.PartnerID, id domain.WebhookID) (events.Position, error) {
	return d.tellWebhook(ctx, of, id, webhook.Resume{Request: d.request(a), Partner: of})
}

// tellWebhook has a command decided about a webhook that there is.
func (d *Desk) tellWebhook(ctx context.Context, of domain.PartnerID, id domain.WebhookID, c events.Command[webhook.State, webhook.Event]) (events.Position, error) {
	if _, there, err := d.Read.Webhook(ctx, of, id); err != nil || !there {
		if err == nil {
			err = domain.Refuse(domain.NotFound, "NO_SUCH_WEBHOOK", "There is no such webhook.")
		}
		return 0, err
	}
	return execute(ctx, d, webhook.Stream(of, id), webhook.Evolve, c)
}
