package courier

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A notice is what is sent: its id, and the bytes of its body.
type notice struct {
	id   string
	body []byte
}

const (
	feedAdvanced = "feed.advanced"
	webhookTest  = "webhook.test"
)

// content is the body of a notice. Nothing in it is about a person.
type content struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // of what happened, not of the attempt
	Data      struct {
		Partner  domain.PartnerID `json:"partner"`
		Webhook  string           `json:"webhook"`
		Position string           `json:"position,omitempty"` // what minPosition of the feed takes
	} `json:"data"`
}

// notice is the notice that tells a webhook of news up to a position.
func (c *Courier) notice(ctx context.Context, w projections.Webhook, p events.Position) (notice, error) {
	at, err := c.recorded(ctx, p)
	if err != nil {
		return notice{}, err
	}
	return compose(w, webhook.MessageID(w.Partner, w.ID, int64(p)), feedAdvanced, at, strconv.FormatUint(uint64(p), 10))
}

// recorded is when the record at p was.
func (c *Courier) recorded(ctx context.Context, p events.Position) (time.Time, error) {
	for r, err := range c.Log.Follow(ctx, p-1) {
		return r.Request.At, err
	}
	return time.Time{}, ctx.Err()
}

func compose(w projections.Webhook, id, kind string, at time.Time, position string) (notice, error) {
	says := content{Type: kind, Timestamp: at.UTC()}
	says.Data.Partner, says.Data.Webhook, says.Data.Position = w.Partner, Name(w.Partner, w.ID), position
	body, err := json.Marshal(says)
	return notice{id, body}, err
}

// Name is how people write which webhook it is: the institution, a point, and a word.
func Name(p domain.PartnerID, id domain.WebhookID) string { return string(p) + "." + string(id) }

// ParseName is the inverse of Name.
func ParseName(s string) (p domain.PartnerID, id domain.WebhookID, err error) {
	of, word, _ := strings.Cut(s, ".")
	p, id = domain.PartnerID(of), domain.WebhookID(word)
	if !domain.ValidID(p) || !domain.ValidID(id) {
		return "", "", domain.Refuse(domain.Invalid, "BAD_ID", "This is not the name of a webhook: write the institution's id, a point and a word of lower-case letters, digits and hyphens.").About("name")
	}
	return p, id, nil
}

// A secret is what notices are signed with, in two ways: by HMAC-SHA256 with what the
// institution is told (v1), and by an Ed25519 key of which it knows the public half (v1a).
type secret struct {
	shared  string // whsec_ and base64
	private ed25519.PrivateKey
}

const (
	privatePrefix = "whsk_"
	publicPrefix  = "whpk_"
)

var base64Of = base64.StdEncoding.EncodeToString

func newSecret() secret {
	shared := make([]byte, 32)
	rand.Read(shared)
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	return secret{"whsec_" + base64Of(shared), ed25519.NewKeyFromSeed(seed)}
}

func (s secret) public() string {
	return publicPrefix + base64Of(s.private.Public().(ed25519.PublicKey))
}

// text is what is secret of s, to be sealed.
func (s secret) text() string { return s.shared + " " + privatePrefix + base64Of(s.private.Seed()) }

func parseSecret(text string) (secret, error) {
	shared, private, _ := strings.Cut(text, " ")
	seed, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(private, privatePrefix))
	if err != nil || len(seed) != ed25519.SeedSize {
		return secret{}, errors.New("courier: what was sealed is no secret")
	}
	return secret{shared, ed25519.NewKeyFromSeed(seed)}, nil
}

// sign returns the signatures of a notice, as they stand in its header.
func (s secret) sign(n notice, at time.Time) (string, error) {
	hook, err := standardwebhooks.NewWebhook(s.shared)
	if err != nil {
		return "", fmt.Errorf("courier: %w", err)
	}
	v1, err := hook.Sign(n.id, at, n.body)
	if err != nil {
		return "", fmt.Errorf("courier: %w", err)
	}
	said := fmt.Appendf(nil, "%s.%d.%s", n.id, at.Unix(), n.body)
	return v1 + " v1a," + base64Of(ed25519.Sign(s.private, said)), nil
}

// signature is that by every secret of a webhook that signs today, the newest first.
func (c *Courier) signature(ctx context.Context, w projections.Webhook, n notice, at time.Time) (string, error) {
	var all []string
	for _, k := range slices.Backward(w.Secrets) {
		if !k.Signs(domain.DateOf(at)) {
			continue
		}
		text, err := c.Vault.Unseal(ctx, k.Sealed)
		if err != nil {
			return "", err
		}
		s, err := parseSecret(text)
		if err != nil {
			return "", err
		}
		one, err := s.sign(n, at)
		if err != nil {
			return "", err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return "", errors.New("courier: no secret signs")
	}
	return strings.Join(all, " "), nil
}
