package courier

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/projections"
)

// An outcome is what became of an attempt.
type outcome struct {
	why  webhook.Failure // empty if the notice arrived
	wish time.Duration   // for which whoever answered wants to be left alone
}

// send makes one attempt to deliver a notice. Of the answer only its status and Retry-After
// count.
func (c *Courier) send(ctx context.Context, w projections.Webhook, n notice) (outcome, error) {
	at := c.Now()
	signature, err := c.signature(ctx, w, n, at)
	if err != nil {
		return outcome{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(n.body))
	if err != nil {
		return outcome{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Guildhall")
	r.Header.Set(standardwebhooks.HeaderWebhookID, n.id)
	r.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	r.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	answer, err := c.Reach.asked().Do(r)
	if err != nil {
		return outcome{why: failureOf(err)}, nil
	}
	answer.Body.Close()
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return outcome{}, nil
	}
	return outcome{webhook.Status(answer.StatusCode), wishOf(answer.Header.Get("Retry-After"), c.Now())}, nil
}

// wishOf is how long Retry-After (RFC 9110, 10.2.3) asks to wait, within reason.
func wishOf(header string, now time.Time) time.Duration {
	var wish time.Duration
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		wish = time.Duration(seconds) * time.Second
	} else if day, err := http.ParseTime(header); err == nil {
		wish = day.Sub(now)
	}
	return min(max(wish, 0), longestWish)
}
