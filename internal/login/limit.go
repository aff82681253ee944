package login

import (
	"container/list"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/guildhall-dev/guildhall/domain/client"
)

// How often logins may fail, and how many tokens a client may ask for. A client is counted
// together with the address, so that nobody can lock out another by failing in its name.
const (
	failuresOfOne     = 10 // in a row, of one client from one address
	failuresOfAddress = 50 // in a row, of all clients from one address
	tokensOfOne       = 60 // in a row, to one client at one address
	remembered        = 10_000
)

var (
	failingOfOne     = rate.Every(time.Minute)     // after failuresOfOne, one more in that time
	failingOfAddress = rate.Every(6 * time.Second) // after failuresOfAddress
	askingOfOne      = rate.Every(2 * time.Second) // after tokensOfOne
)

// limits count what clients do. Those seen last are remembered.
type limits struct {
	mu     sync.Mutex
	byName map[string]*list.Element
	recent *list.List // the latest first
}

type limiter struct {
	name string
	*rate.Limiter
}

// A visitor is a client at an address.
type visitor struct {
	*limits
	client  client.Name
	address string
}

func (l *limits) from(c client.Name, address string) visitor {
	if !c.Valid() {
		c = ""
	}
	return visitor{l, c, address}
}

// of returns a limiter by name.
func (l *limits) of(name string, every rate.Limit, burst int) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.recent == nil {
		l.byName, l.recent = map[string]*list.Element{}, list.New()
	}
	if at, ok := l.byName[name]; ok {
		l.recent.MoveToFront(at)
		return at.Value.(limiter).Limiter
	}
	if l.recent.Len() >= remembered {
		oldest := l.recent.Back()
		delete(l.byName, l.recent.Remove(oldest).(limiter).name)
	}
	made := limiter{name, rate.NewLimiter(every, burst)}
	l.byName[name] = l.recent.PushFront(made)
	return made.Limiter
}

func (v visitor) failures() []*rate.Limiter {
	return []*rate.Limiter{
		v.of("one "+string(v.client)+" "+v.address, failingOfOne, failuresOfOne),
		v.of("address "+v.address, failingOfAddress, failuresOfAddress),
	}
}

// wait is how long the visitor has to wait before another login is looked at.
func (v visitor) wait(now time.Time) (longest time.Duration) {
	for _, l := range v.failures() {
		longest = max(longest, until(l, now))
	}
	return longest
}

func until(l *rate.Limiter, now time.Time) time.Duration {
	if missing := 1 - l.TokensAt(now); missing > 0 {
		return time.Duration(missing / float64(l.Limit()) * float64(time.Second))
	}
	return 0
}

// failed counts a login that failed.
func (v visitor) failed(now time.Time) {
	for _, l := range v.failures() {
		l.AllowN(now, 1)
	}
}

// issue counts a token, and is how long to wait if that is too many.
func (v visitor) issue(now time.Time) time.Duration {
	l := v.of("tokens "+string(v.client)+" "+v.address, askingOfOne, tokensOfOne)
	if l.AllowN(now, 1) {
		return 0
	}
	return until(l, now)
}

// NetworkOf is the address of a remote end, or the network of 64 bits of one of IPv6: whoever
// has one has all of it.
func NetworkOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		return netip.PrefixFrom(ip, 64).Masked().String()
	}
	return ip.String()
}
