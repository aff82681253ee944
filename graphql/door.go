package graphql

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/login"
)

const maxFamiliar = 10_000 // tokens that are remembered

// A door lets only so many tokens be tried from one address that turn out not to count.
// Tokens that counted lately are let in whatever others at the same address do.
type door struct {
	strangers *purses // of addresses

	mu       sync.Mutex
	familiar map[[sha256.Size]byte]bool
}

// who finds who sent r. Where too many tokens did not count that is not tried, and wait is for
// how long.
func (h *handler) who(r *http.Request) (ctx context.Context, wait time.Duration, err error) {
	wait, came := h.door.knock(r)
	if wait > 0 {
		return nil, wait, domain.Refuse(domain.Busy, CodeRate, "Too many requests came from your address with tokens that do not count. Try again in %d s.", seconds(wait))
	}
	ctx, err = h.Authenticate(r)
	came(err)
	return ctx, 0, err
}

// challenge asks whoever sent r for a token (RFC 6750, 3.1).
func challenge(r *http.Request) string {
	if r.Header.Get("Authorization") != "" {
		return `Bearer error="invalid_token"`
	}
	return "Bearer"
}

func newDoor() *door {
	return &door{strangers: newPurses(maxStrangers, strangerEvery), familiar: map[[sha256.Size]byte]bool{}}
}

// knock returns how long whoever sent r has to wait before their token is looked up. Once it
// was, came is told why it does not count. That nobody could tell for now says nothing of it.
func (d *door) knock(r *http.Request) (wait time.Duration, came func(refused error)) {
	token := sha256.Sum256([]byte(r.Header.Get("Authorization")))
	address := login.NetworkOf(r.RemoteAddr)
	d.mu.Lock()
	known := d.familiar[token]
	d.mu.Unlock()
	if !known {
		if _, wait := d.strangers.take(address, 1, time.Now()); wait > 0 {
			return wait, nil
		}
	}
	return 0, func(refused error) {
		counts, unclear := refused == nil, busy(refused)
		if (counts || unclear) && !known {
			d.strangers.give(address, 1, time.Now())
		}
		if unclear || counts == known {
			return
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.familiar, token)
		if !counts {
			return
		}
		for old := range d.familiar {
			if len(d.familiar) < maxFamiliar {
				break
			}
			delete(d.familiar, old)
		}
		d.familiar[token] = true
	}
}
