package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/internal/courier"
	"github.com/guildhall-dev/guildhall/projections"
)

func (g *Guildhall) webhooksCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "webhooks",
		Short: "Look after where institutions are told that there is news",
		Long: `Look after where institutions are told that there is news.

A webhook's name, such as lakeshore.feed, is the institution's id, a point and a word of its
own. What is sent there is signed, and says that there is news but not what or of whom: the
institution's system asks the feed.`,
		Example: "  guildhall partner webhooks add lakeshore.feed --url https://college.example/guildhall\n  guildhall partner webhooks list",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		g.webhooksList(flags), g.webhooksAdd(flags),
		g.webhooksEnd(flags, "remove", "End a webhook for good"),
		g.webhooksEnd(flags, "pause", "Send nothing to a webhook until it is resumed"),
		g.webhooksDo(flags, "resume", "Send notices again, also to an address that answered 410"),
		g.webhooksDo(flags, "test", "Send a notice of no news at once, and tell what became of it"),
		g.webhooksRotate(flags),
		g.webhooksDo(flags, "resend", "Have the newest notice sent once more, also one that was given up"),
	)
	return cmd
}

func (g *Guildhall) webhooksList(flags *pflag.FlagSet) *cobra.Command {
	return telling(g, flags, &cobra.Command{
		Use:     "list [PARTNER]",
		Short:   "List webhooks, what became of their notices, and those that were given up",
		Example: "  guildhall partner webhooks list lakeshore --json",
	}, func(args []string) (errand, error) {
		return errand{Do: "webhooks", Partner: strings.Join(args, "")}, nil
	}, printWebhooks)
}

func (g *Guildhall) webhooksAdd(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add WEBHOOK",
		Short: "Add an address that is told when there is news",
		Long: `Add an address that is told when there is news. It is one of the public Internet, with
https://, or of a network that --webhook-networks names.

The secret for signatures of version v1 is printed once; the public key for those of version
v1a whenever the webhook is shown.`,
		Example: "  guildhall partner webhooks add lakeshore.feed --url https://college.example/guildhall --types credits,milestones",
	}
	url := cmd.Flags().String("url", "", "where notices are sent")
	kinds := cmd.Flags().StringSlice("types", nil, "of what it is told: pathway, milestones, credits, role-transitions (default all)")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "webhook-add", Webhook: args[0], URL: *url, Kinds: *kinds}, nil
	}, printWebhooks)
}

func (g *Guildhall) webhooksEnd(flags *pflag.FlagSet, do, short string) *cobra.Command {
	cmd := &cobra.Command{
		Use:     do + " WEBHOOK",
		Short:   short,
		Example: "  guildhall partner webhooks " + do + " lakeshore.feed --reason 'The system is replaced'",
	}
	reason := cmd.Flags().String("reason", "", "why")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "webhook-" + do, Webhook: args[0], Reason: *reason}, nil
	}, printWebhooks)
}

func (g *Guildhall) webhooksDo(flags *pflag.FlagSet, do, short string) *cobra.Command {
	return telling(g, flags, &cobra.Command{
		Use:     do + " WEBHOOK",
		Short:   short,
		Example: "  guildhall partner webhooks " + do + " lakeshore.feed",
	}, func(args []string) (errand, error) { return errand{Do: "webhook-" + do, Webhook: args[0]}, nil }, printWebhooks)
}

func (g *Guildhall) webhooksRotate(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "rotate WEBHOOK",
		Short:   "Let another secret sign, and the one before beside it for some days",
		Example: "  guildhall partner webhooks rotate lakeshore.feed --grace 3",
	}
	grace := cmd.Flags().Int("grace", webhook.UsualGrace, "how many days the one before still signs; 0 ends it at once")
	return telling(g, flags, cmd, func(args []string) (errand, error) {
		return errand{Do: "webhook-rotate", Webhook: args[0], Grace: *grace}, nil
	}, printWebhooks)
}

// A toldWebhook is a webhook as commands tell of it.
type toldWebhook struct {
	Name          string          `json:"name"`
	URL           string          `json:"url"`
	Types         []domain.Scope  `json:"types"`
	State         string          `json:"state"`
	Reason        string          `json:"reason,omitempty"`
	Secrets       []toldSecret    `json:"secrets"`
	LastDelivered domain.Date     `json:"lastDelivered,omitzero"`
	FailingSince  time.Time       `json:"failingSince,omitzero"`
	Failure       webhook.Failure `json:"failure,omitempty"`
	LastTest      *toldTest       `json:"lastTest,omitempty"`
	DeadLetters   []toldLetter    `json:"deadLetters"`

	Secret string `json:"secret,omitempty"` // that was just made
}

type toldSecret struct {
	ID        domain.KeyID `json:"id"`
	PublicKey string       `json:"publicKey"`
	Until     domain.Date  `json:"until,omitzero"`
}

type toldTest struct {
	MessageID string          `json:"messageId"`
	At        time.Time       `json:"at"`
	Failure   webhook.Failure `json:"failure,omitempty"` // empty if it arrived
}

type toldLetter struct {
	MessageID string          `json:"messageId"`
	GivenUp   time.Time       `json:"givenUp"`
	Failure   webhook.Failure `json:"failure"`
	Settled   time.Time       `json:"settled,omitzero"`
}

func printWebhooks(all []toldWebhook, b *bytes.Buffer) {
	for _, w := range all {
		w.print(b)
	}
	if len(all) == 0 {
		fmt.Fprintln(b, "There is no webhook yet. Add one with guildhall partner webhooks add.")
	}
}

func (w toldWebhook) print(b *bytes.Buffer) {
	fmt.Fprintf(b, "%s  %s, %s", w.Name, w.URL, w.State)
	if w.Reason != "" {
		fmt.Fprintf(b, ": %s", w.Reason)
	}
	fmt.Fprintln(b)
	for _, s := range w.Secrets {
		fmt.Fprintf(b, "  %s  %s", s.ID, s.PublicKey)
		if !s.Until.IsZero() {
			fmt.Fprintf(b, "  signs until %s", s.Until)
		}
		fmt.Fprintln(b)
	}
	if !w.FailingSince.IsZero() {
		fmt.Fprintf(b, "  its notice fails since %s: %s\n", w.FailingSince.Format(time.DateTime), w.Failure)
	}
	if !w.LastDelivered.IsZero() {
		fmt.Fprintf(b, "  a notice arrived on %s\n", w.LastDelivered)
	}
	if t := w.LastTest; t != nil && t.Failure == "" {
		fmt.Fprintf(b, "  the test of %s arrived\n", t.At.Format(time.DateTime))
	} else if t != nil {
		fmt.Fprintf(b, "  the test of %s did not arrive: %s\n", t.At.Format(time.DateTime), t.Failure)
	}
	for _, l := range w.DeadLetters {
		fmt.Fprintf(b, "  %s was given up on %s: %s", l.MessageID, l.GivenUp.Format(time.DateTime), l.Failure)
		if !l.Settled.IsZero() {
			fmt.Fprintf(b, "; settled on %s", l.Settled.Format(time.DateTime))
		}
		fmt.Fprintln(b)
	}
	if w.Secret != "" {
		fmt.Fprintf(b, "\nThe secret, which is shown this once:\n%s\n", w.Secret)
	}
}

// doWebhooks does an errand about webhooks.
func (n *node) doWebhooks(ctx context.Context, e errand) ([]toldWebhook, error) {
	if e.Do == "webhooks" {
		all, err := n.read.Webhooks(ctx, domain.PartnerID(e.Partner))
		told := []toldWebhook{}
		for _, w := range all {
			told = append(told, n.toldWebhook(w))
		}
		return told, err
	}
	p, id, err := courier.ParseName(e.Webhook)
	if err != nil {
		return nil, err
	}
	r := n.operating()
	var secret string
	switch e.Do {
	case "webhook-add":
		kinds := make([]domain.Scope, len(e.Kinds))
		for i, k := range e.Kinds {
			kinds[i] = domain.Scope(k)
		}
		secret, _, err = n.courier.Add(ctx, r, p, id, e.URL, kinds)
	case "webhook-rotate":
		secret, _, err = n.courier.Rotate(ctx, r, p, id, e.Grace)
	case "webhook-pause":
		_, err = n.courier.Pause(ctx, r, p, id, e.Reason)
	case "webhook-resume":
		_, err = n.courier.Resume(ctx, r, p, id)
	case "webhook-remove":
		_, err = n.courier.Remove(ctx, r, p, id, e.Reason)
	case "webhook-test":
		_, err = n.courier.Test(ctx, r, p, id)
	case "webhook-resend":
		_, err = n.courier.Resend(ctx, r, p, id)
	default:
		err = fmt.Errorf("there is no errand %q", e.Do)
	}
	if err != nil {
		return nil, err
	}
	w, err := n.courier.Webhook(ctx, r.By, p, id)
	if secret != "" && domain.AsRefusal(err) != nil {
		w, err = projections.Webhook{Partner: p, ID: id, URL: e.URL, State: projections.WebhookActive}, nil // not shown yet
	}
	told := n.toldWebhook(w)
	told.Secret = secret
	return []toldWebhook{told}, err
}

func (n *node) toldWebhook(w projections.Webhook) toldWebhook {
	today := domain.DateOf(n.now())
	out := toldWebhook{Name: courier.Name(w.Partner, w.ID), URL: w.URL, Types: w.Kinds, State: string(w.State), Reason: w.Reason,
		LastDelivered: w.DeliveredOn, FailingSince: w.FailingSince, Failure: w.Why, Secrets: []toldSecret{}, DeadLetters: []toldLetter{}}
	for _, s := range w.Secrets {
		if s.Signs(today) {
			out.Secrets = append(out.Secrets, toldSecret{s.ID, s.Public, s.Until})
		}
	}
	if !w.TestedAt.IsZero() {
		out.LastTest = &toldTest{w.Test, w.TestedAt, w.TestWhy}
	}
	for _, l := range w.Letters {
		out.DeadLetters = append(out.DeadLetters, toldLetter{webhook.MessageID(w.Partner, w.ID, int64(l.Position)), l.GivenUpAt, l.Why, l.SettledAt})
	}
	return out
}
