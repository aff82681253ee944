package login_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/signer"
	"github.com/guildhall-dev/guildhall/internal/login"
)

// A held is a token that a client holds, and all that it depends on.
type held struct {
	token  string
	client client.Name
	key    domain.KeyID
	signer domain.KeyID
	ends   time.Time
}

// A belief is what is on record, kept by a test in the plainest way.
type belief struct {
	secrets   map[client.Name][]login.Secret
	ends      map[domain.KeyID]domain.Date
	revoked   map[domain.KeyID]bool // keys of clients and of nodes
	closed    map[client.Name]bool
	suspended map[domain.PartnerID]bool
	tokens    []held
}

func (b *belief) counts(t held, now time.Time) bool {
	return !b.revoked[t.key] && !b.revoked[t.signer] && !b.closed[t.client] && !b.suspended[t.client.Partner()] &&
		!b.ends[t.key].Before(domain.DateOf(now)) && t.ends.After(now)
}

// TestNoTokenCountsOnceItsGroundIsGone lets chance register, log in, revoke, close, suspend,
// retire and wait, with nodes whose read models stand still meanwhile. No node takes a token
// whose key, client, institution or signer was taken out of the record before it was asked;
// a node that is not behind takes all others.
func TestNoTokenCountsOnceItsGroundIsGone(t *testing.T) {
	h := open(t)
	histories, taken, refused, behind := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		histories++
		b := belief{map[client.Name][]login.Secret{}, map[domain.KeyID]domain.Date{}, map[domain.KeyID]bool{}, map[client.Name]bool{}, map[domain.PartnerID]bool{}, nil}
		college := domain.PartnerID(fmt.Sprintf("college-%d", histories))
		names := []client.Name{client.NameOf(college, "one"), client.NameOf(college, "two")}
		do(h, partner.Stream(college), partner.Evolve, partner.Onboard{Request: h.by(operator), Onboarded: partner.Onboarded{Name: "A college"}})
		for _, n := range names {
			h.register(n, client.Usual...)
			b.secrets[n] = []login.Secret{h.secret(n)}
			b.ends[b.secrets[n][0].Key] = domain.DateOf(h.Now()).AddDays(client.UsualLife)
		}
		paused := map[int]bool{}
		defer func() {
			for _, n := range h.nodes {
				n.resume()
			}
		}()
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			name := rapid.SampledFrom(names).Draw(t, "client")
			at := rapid.IntRange(0, 1).Draw(t, "node")
			secrets := b.secrets[name]
			secret := secrets[rapid.IntRange(0, len(secrets)-1).Draw(t, "secret")]
			switch rapid.SampledFrom([]string{"log in", "log in", "log in", "show", "show", "show", "show", "revoke", "limit", "issue", "close", "suspend", "resume", "retire", "pass", "pause", "go on", "go on"}).Draw(t, "step") {
			case "log in":
				if paused[at] {
					continue
				}
				r := h.post(h.nodes[at], url.Values{"grant_type": {"client_credentials"}}, basic(name, secret.Text))
				good := !b.revoked[secret.Key] && !b.closed[name] && !b.suspended[college] && !b.ends[secret.Key].Before(domain.DateOf(h.Now()))
				if r.status == 429 {
					continue
				}
				if (r.token() != "") != good {
					t.Fatalf("a login that should be good (%v) is answered %d %s", good, r.status, r.text)
				}
				if good {
					kid := must(jwt.ParseSigned(r.token(), []jose.SignatureAlgorithm{jose.EdDSA})).Headers[0].KeyID
					b.tokens = append(b.tokens, held{r.token(), name, secret.Key, domain.KeyID(kid), h.Now().Add(10 * time.Minute)})
				}
			case "show":
				if len(b.tokens) == 0 {
					continue
				}
				shown := b.tokens[rapid.IntRange(0, len(b.tokens)-1).Draw(t, "token")]
				ctx, cancel := context.WithTimeout(h.Context(), 5*time.Second)
				if paused[at] {
					ctx, cancel = context.WithTimeout(h.Context(), 5*time.Millisecond)
				}
				_, err := h.nodes[at].Authenticate(ctx, shown.token)
				cancel()
				r := domain.AsRefusal(err)
				switch good := b.counts(shown, h.Now()); {
				case err == nil && !good:
					t.Fatalf("node %d takes a token that counts no more: %+v", at, shown)
				case err == nil:
					taken++
				case r == nil:
					t.Fatalf("node %d fails: %v", at, err)
				case r.Kind == domain.Busy && paused[at]:
					behind++
				case good:
					t.Fatalf("node %d refuses a token that counts: %v", at, err)
				default:
					refused++
				}
			case "revoke":
				h.client(name, client.Revoke{Request: h.by(operator), Client: name, Key: secret.Key, Reason: "lost"})
				b.revoked[secret.Key] = true
			case "limit":
				until := domain.DateOf(h.Now()).AddDays(rapid.IntRange(-1, 1).Draw(t, "days"))
				if h.client(name, client.Limit{Request: h.by(operator), Client: name, Key: secret.Key, Until: until}); !b.revoked[secret.Key] && until.Before(b.ends[secret.Key]) {
					b.ends[secret.Key] = until
				}
			case "issue":
				working := 0
				for _, s := range secrets {
					if !b.revoked[s.Key] && !b.ends[s.Key].Before(domain.DateOf(h.Now())) {
						working++
					}
				}
				if working < client.MostLive && !b.closed[name] {
					s := h.secret(name)
					b.secrets[name] = append(b.secrets[name], s)
					b.ends[s.Key] = domain.DateOf(h.Now()).AddDays(client.UsualLife)
				}
			case "close":
				if rapid.IntRange(0, 3).Draw(t, "really") == 0 {
					h.client(name, client.Close{Request: h.by(operator), Reason: "gone"})
					b.closed[name] = true
				}
			case "suspend":
				do(h, partner.Stream(college), partner.Evolve, partner.Suspend{Request: h.by(operator), Reason: "an incident"})
				b.suspended[college] = true
			case "resume":
				do(h, partner.Stream(college), partner.Evolve, partner.Resume{Request: h.by(operator)})
				b.suspended[college] = false
			case "retire":
				if len(b.tokens) > 0 && rapid.IntRange(0, 3).Draw(t, "really") == 0 {
					kid := b.tokens[len(b.tokens)-1].signer
					do(h, signer.Stream(kid), signer.Evolve, signer.Retire{Request: h.by(operator), Reason: "stolen"})
					b.revoked[kid] = true
				}
			case "pass":
				h.pass(time.Duration(rapid.SampledFrom([]int{1, 5, 60 * 24}).Draw(t, "minutes")) * time.Minute)
			case "pause":
				if !paused[at] {
					h.nodes[at].pause()
					paused[at] = true
				}
			case "go on":
				if paused[at] {
					h.nodes[at].resume()
					paused[at] = false
				}
			}
		}
	})
	if taken == 0 || refused == 0 || behind == 0 {
		t.Errorf("%d tokens were taken, %d refused and %d asked of a node that is behind: nothing is proven", taken, refused, behind)
	}
}
