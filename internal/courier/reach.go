package courier

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/webhook"
)

// A Reach is where notices may go: addresses of the public Internet, over HTTPS. What a host
// name stands for is looked at whenever it is connected to, so it does not help to change
// that afterwards. It is not copied once it was used.
type Reach struct {
	// Networks may be reached as well, at any port. Where they hold loopback addresses,
	// those may be reached without TLS.
	Networks []netip.Prefix
	// Roots are who may certify hosts; nil is whom the system trusts.
	Roots *x509.CertPool

	once   sync.Once
	client *http.Client
}

// publicPorts are those at which hosts of the Internet may be reached.
var publicPorts = []uint16{443, 8443}

// public knows which addresses belong to nobody else than who has them: none that is private,
// local, shared, mapped, translated or reserved, and not the one at which Azure tells a
// machine about itself.
var public = ssrf.New(ssrf.WithPorts(publicPorts...), ssrf.WithDeniedV4Prefixes(netip.MustParsePrefix("168.63.129.16/32")))

// Loopback are the addresses of this machine.
var Loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// admits is an error unless an address may be connected to.
func (r *Reach) admits(to netip.AddrPort) error {
	if r.own(to.Addr()) {
		return nil
	}
	return public.SafeAddrPort(to)
}

func (r *Reach) own(a netip.Addr) bool {
	return slices.ContainsFunc(r.Networks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Check returns an address as it is kept: with the name of its host in ASCII. It is refused
// (BAD_URL) if nothing may ever be sent there.
func (r *Reach) Check(address string) (string, error) {
	bad := func(why string) (string, error) {
		return "", domain.Refuse(domain.Invalid, "BAD_URL", "%s Write an address of the public Internet, such as https://college.example/guildhall.", why).About("url")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || len(address) > webhook.MaxURL || u.Opaque != "" || u.Hostname() == "":
		return bad("This is not an address.")
	case u.User != nil:
		return bad("An address with a password in it is not taken: whom a notice comes from is proven by its signature.")
	case u.Fragment != "":
		return bad("What follows a # is not sent to anybody.")
	}
	port := u.Port()
	number, err := strconv.ParseUint(port, 10, 16)
	if port != "" && err != nil {
		return bad("This is not an address.")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		if number == 0 {
			number = 443
		}
		if u.Scheme != "https" && !(u.Scheme == "http" && ip.IsLoopback() && r.own(ip)) {
			return bad("Notices go over HTTPS.")
		}
		if ip.Zone() != "" || r.admits(netip.AddrPortFrom(ip, uint16(number))) != nil {
			return bad("Nothing is sent to an address or a port that is not public.")
		}
		return u.String(), nil
	}
	if u.Scheme != "https" {
		return bad("Notices go over HTTPS.")
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(u.Hostname(), "."))
	if err != nil || !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || numeric(host[strings.LastIndex(host, ".")+1:]) {
		return bad("This is not the name of a host.")
	}
	if port != "" && !slices.Contains(publicPorts, uint16(number)) && len(r.Networks) == 0 {
		return bad("Hosts are reached at the ports 443 and 8443.")
	}
	if u.Host = host; port != "" {
		u.Host = net.JoinHostPort(host, port)
	}
	return u.String(), nil
}

// numeric reports whether the last part of a name is a number, as in forms of an address that
// some resolvers read.
func numeric(label string) bool {
	_, err := strconv.ParseUint(label, 0, 64)
	return err == nil
}

// asked is the client that everything is sent with. It follows nobody elsewhere, goes through
// no proxy, and keeps nothing of an answer.
func (r *Reach) asked() *http.Client {
	r.once.Do(func() {
		dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(network, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || network != "tcp4" && network != "tcp6" {
				return ssrf.ErrProhibitedNetwork
			}
			return r.admits(to)
		}}
		r.client = &http.Client{
			Timeout:       timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialContext:            dialer.DialContext,
				TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: r.Roots},
				TLSHandshakeTimeout:    5 * time.Second,
				MaxResponseHeaderBytes: 16 << 10,
				DisableKeepAlives:      true,
				DisableCompression:     true,
			},
		}
	})
	return r.client
}

// timeout is how long an attempt may take as a whole.
const timeout = 15 * time.Second

// failureOf says why there was no answer.
func failureOf(err error) webhook.Failure {
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) || errors.Is(err, ssrf.ErrProhibitedNetwork):
		return webhook.Address
	case errors.As(err, &certificate):
		return webhook.Certificate
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout():
		return webhook.TimedOut
	}
	return webhook.Unreachable
}
