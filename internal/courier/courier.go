// Package courier tells institutions over webhooks that there is news for them, as Standard
// Webhooks has it (https://www.standardwebhooks.com).
//
// A notice holds no news: it says up to which position there is some, and whoever gets it
// asks the feed. So one that tells of a later position stands for all before it: however much
// happens, a webhook has one notice under way. What is in a notice follows from the log and
// nothing else: whoever sends it again, after a crash or at another node, sends the same id
// and the same bytes.
//
// The record says when a notice failed at first and when it arrived in the end, not what
// every attempt came to. A node that starts sends the newest notice once more if it cannot
// tell from the record that it arrived.
package courier

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Courier sends notices. All exported fields are set before it is used; it is not copied.
type Courier struct {
	Log   events.Log
	Read  *projections.DB
	Vault *vault.Vault // for the secrets of webhooks
	Now   func() time.Time
	Zap   *zap.Logger
	Reach Reach

	adding sync.Mutex // held while a webhook is counted and added

	mu     sync.Mutex
	lines  map[domain.Stream]*line
	busy   int // lines that are
	counts Counts
	work   sync.WaitGroup
}

const (
	// Gap is how long a webhook rests at least after a notice arrived.
	Gap = 10 * time.Second
	// Patience is for how long a notice that fails is tried again. If nothing was sent for a
	// while, as the institution took no part or no node ran, it is tried for some hours after it.
	Patience = 72 * time.Hour

	soonest, latest = 5 * time.Second, 6 * time.Hour // between two attempts
	longestWish     = 24 * time.Hour                 // of an address, by Retry-After
	mostLate        = time.Hour                      // an attempt comes, or there was a pause before it
	mostBusy        = 16                             // attempts at once
	pace            = time.Second                    // at which Run looks for news
)

// A line is what this node remembers of a webhook that it sends to.
type line struct {
	busy    bool
	looked  events.Position // of the institution's news when none of it was due
	through events.Position // of the last notice that arrived
	rest    time.Time       // before it nothing is sent,
	retry   time.Time       // and before it no notice that failed, unless somebody asked for it
	tried   time.Time       // since when it was tried without a pause
}

// Counts are what became of attempts since the start.
type Counts struct{ Delivered, Failed, GivenUp uint64 }

// Counts returns what became of the attempts of this node.
func (c *Courier) Counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts
}

// Run sends notices until ctx ends. One node of a cluster does it for all.
func (c *Courier) Run(ctx context.Context) error {
	defer c.work.Wait()
	head, err := c.Log.Head(ctx)
	if err == nil {
		err = c.Read.Wait(ctx, head)
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.lines = nil // another node may have sent since
	c.mu.Unlock()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		if err := c.round(ctx); err != nil && domain.AsRefusal(err) == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// round begins an attempt for every webhook that one is due for.
func (c *Courier) round(ctx context.Context) error {
	all, err := c.Read.ActiveWebhooks(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		l := c.take(w)
		if l == nil {
			continue
		}
		p, err := c.due(ctx, w, l)
		if err != nil || p == 0 {
			c.free(l)
			if err != nil {
				return err
			}
			continue
		}
		c.work.Go(func() {
			defer c.free(l)
			c.attempt(ctx, w, p, l)
		})
	}
	return nil
}

// take makes the line of a webhook busy; nil if it is, if it rests, or if too many are.
func (c *Courier) take(w projections.Webhook) *line {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := webhook.Stream(w.Partner, w.ID)
	l := c.lines[s]
	if l == nil {
		l = &line{}
		if c.lines == nil {
			c.lines = map[domain.Stream]*line{}
		}
		c.lines[s] = l
	}
	now := c.Now()
	if l.busy || c.busy >= mostBusy || now.Before(l.rest) || w.Failing > 0 && !w.Resend && now.Before(l.retry) {
		return nil
	}
	l.busy = true
	c.busy++
	return l
}

func (c *Courier) free(l *line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l.busy = false
	c.busy--
}

// due is the position that a webhook is to be told of, or 0.
func (c *Courier) due(ctx context.Context, w projections.Webhook, l *line) (events.Position, error) {
	if w.Failing > 0 {
		return w.Failing, nil
	}
	newest, err := c.Read.FeedPosition(ctx, w.Partner)
	if err != nil || newest == l.looked && !w.Resend {
		return 0, err
	}
	head, err := c.Read.News(ctx, w.Partner, w.Kinds)
	if err != nil {
		return 0, err
	}
	if head <= max(w.Through, l.through) && !w.Resend {
		l.looked = newest
		return 0, nil
	}
	return head, nil
}

// attempt sends a notice, and records what is to be recorded of what became of it.
func (c *Courier) attempt(ctx context.Context, w projections.Webhook, p events.Position, l *line) {
	n, err := c.notice(ctx, w, p)
	var out outcome
	if err == nil {
		out, err = c.send(ctx, w, n)
	}
	now := c.Now()
	if err != nil {
		l.rest = now.Add(time.Minute)
		c.trouble(ctx, w, "a notice cannot be sent", err)
		return
	}
	if ctx.Err() != nil {
		return
	}
	if err := c.record(ctx, w, p, out, l, now); err != nil {
		c.trouble(ctx, w, "what became of a notice is not on record", err)
	}
}

func (c *Courier) record(ctx context.Context, w projections.Webhook, p events.Position, out outcome, l *line, now time.Time) error {
	r := domain.Request{By: domain.Actor{Policy: "courier", Role: domain.System}, At: now}
	at := int64(p)
	l.rest = now.Add(soonest)
	var fact events.Command[webhook.State, webhook.Event]
	if w.Failing == 0 || w.Resend || l.tried.IsZero() || now.Sub(l.retry) > mostLate {
		l.tried = now
	}
	tried := now.Sub(l.tried)
	left := max(Patience-now.Sub(w.FailingSince), latest-tried)
	switch {
	case out.why == "":
		l.through, l.rest = p, now.Add(Gap)
		fact = webhook.Deliver{Request: r, Position: at}
		c.count(func(n *Counts) { n.Delivered++ })
	case out.why == webhook.Status(http.StatusGone):
		fact = webhook.Leave{Request: r}
	case w.Failing == 0 || w.Resend:
		l.retry = now.Add(max(again(0, Patience), out.wish))
		fact = webhook.Fail{Request: r, Position: at, Why: out.why}
	case left <= 0:
		fact = webhook.GiveUp{Request: r, Position: at, Why: out.why}
		c.count(func(n *Counts) { n.GivenUp++ })
	default:
		l.retry = now.Add(max(again(tried, left), out.wish))
	}
	if out.why != "" {
		c.count(func(n *Counts) { n.Failed++ })
	}
	if fact == nil {
		return nil
	}
	_, err := c.decide(ctx, w.Partner, w.ID, fact)
	return err
}

// again is how long to wait for the next attempt after one that failed: about three times as
// long as it was tried for, so that there are twenty in three days. The last one is at the end
// of the time that is left.
func again(tried, left time.Duration) time.Duration {
	wait := min(max(3*tried, soonest), latest)
	wait += rand.N(wait/5) - wait/10
	return max(min(wait, left), 0)
}

func (c *Courier) count(do func(*Counts)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do(&c.counts)
}

// trouble tells what is wrong here, and nothing of what is secret.
func (c *Courier) trouble(ctx context.Context, w projections.Webhook, what string, err error) {
	if ctx.Err() == nil {
		c.Zap.Error(what, zap.String("webhook", string(webhook.Stream(w.Partner, w.ID))), zap.Error(err))
	}
}

// decide decides on a webhook, and waits until the outcome is shown.
func (c *Courier) decide(ctx context.Context, p domain.PartnerID, id domain.WebhookID, command events.Command[webhook.State, webhook.Event]) (events.Position, error) {
	at, err := events.Execute(ctx, c.Log, webhook.Stream(p, id), webhook.Evolve, command)
	if err != nil {
		return 0, err
	}
	return at, c.shown(ctx, at)
}

// shown waits until the read model has come to a position.
func (c *Courier) shown(ctx context.Context, at events.Position) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return c.Read.Wait(ctx, at)
}

// patience is how long somebody waits for the read model.
const patience = 2 * time.Second
