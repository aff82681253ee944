package courier

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/webhook"
)

// elsewhere are addresses at which no institution listens.
var elsewhere = []string{
	"0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
	"192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
	"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1",
	"fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "5f00::1",
}

func TestNothingIsSentToAddressesThatAreNotPublic(t *testing.T) {
	var r Reach
	for _, a := range elsewhere {
		to := netip.MustParseAddr(a)
		if r.admits(netip.AddrPortFrom(to, 443)) == nil {
			t.Errorf("%s is admitted", a)
		}
		if _, err := r.Check("https://" + netip.AddrPortFrom(to, 443).String() + "/"); domain.AsRefusal(err) == nil {
			t.Errorf("%s is taken as an address", a)
		}
	}
	for _, a := range []string{"8.8.8.8", "2606:4700::1111", "172.32.0.1", "100.128.0.1"} {
		if err := r.admits(netip.AddrPortFrom(netip.MustParseAddr(a), 443)); err != nil {
			t.Errorf("%s is not admitted: %v", a, err)
		}
		if r.admits(netip.AddrPortFrom(netip.MustParseAddr(a), 22)) == nil {
			t.Errorf("port 22 of %s is admitted", a)
		}
	}
	inside := Reach{Networks: []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")}}
	for a, admitted := range map[string]bool{"10.20.3.4:9443": true, "10.21.3.4:443": false, "[::ffff:10.20.3.4]:443": false, "127.0.0.1:443": false} {
		if err := inside.admits(netip.MustParseAddrPort(a)); (err == nil) != admitted {
			t.Errorf("%s: %v", a, err)
		}
	}
}

func TestAddressesAreTakenAsTheyAreKept(t *testing.T) {
	var public Reach
	for address, kept := range map[string]string{
		"https://college.example/hook":          "https://college.example/hook",
		"https://college.example:8443/hook?a=b": "https://college.example:8443/hook?a=b",
		"https://College.Example/Hook":          "https://college.example/Hook",
		"https://höchschule.example/":           "https://xn--hchschule-07a.example/",
		"https://college.example./":             "https://college.example/",
		"https://8.8.8.8/":                      "https://8.8.8.8/",
		"https://[2606:4700::1111]/":            "https://[2606:4700::1111]/",
		"http://college.example/":               "",
		"http://127.0.0.1/":                     "",
		"https://user:pass@college.example/":    "",
		"https://college.example/#part":         "",
		"https://college.example:22/":           "",
		"https://college.example:99999/":        "",
		"https://localhost/":                    "",
		"https://a.localhost/":                  "",
		"https://2130706433/":                   "",
		"https://0x7f.1/":                       "",
		"https://127.1/":                        "",
		"https://0177.0.0.1/":                   "",
		"https://[fe80::1%25eth0]/":             "",
		"https://kubernetes/":                   "",
		"https://a b.example/":                  "",
		"https:///hook":                         "",
		"https:college.example":                 "",
		"file:///etc/passwd":                    "",
		"gopher://college.example/":             "",
		"college.example":                       "",
		"":                                      "",
		"https://college.example/" + strings.Repeat("x", webhook.MaxURL): "",
	} {
		got, err := public.Check(address)
		if kept == "" {
			if r := domain.AsRefusal(err); r == nil || r.Code != "BAD_URL" {
				t.Errorf("%q is kept as %q, %v", address, got, err)
			}
			continue
		}
		if err != nil || got != kept {
			t.Errorf("%q is kept as %q, %v", address, got, err)
		}
	}
	near := Reach{Networks: Loopback}
	if got, err := near.Check("http://127.0.0.1:4000/hook"); err != nil || got != "http://127.0.0.1:4000/hook" {
		t.Errorf("where it may be reached, this machine is kept as %q, %v", got, err)
	}
	if _, err := near.Check("http://8.8.8.8/"); err == nil {
		t.Error("others are reached without TLS")
	}
}

// TestWhatANameStandsForIsLookedAtWhenItIsConnectedTo connects by a name of this machine, as
// somebody would who makes a name stand for another address once it was taken.
func TestWhatANameStandsForIsLookedAtWhenItIsConnectedTo(t *testing.T) {
	h := open(t)
	h.listening()
	_, port, err := net.SplitHostPort(h.ear.Listener.Addr().String())
	h.must(err)
	for _, address := range []string{"https://localhost:" + port + "/", "https://127.0.0.1:" + port + "/", "https://[::ffff:127.0.0.1]:" + port + "/"} {
		w := h.hook()
		w.URL = address
		far := &Courier{Log: h.Courier.Log, Read: h.Read, Vault: h.Vault, Now: h.clock, Zap: h.Zap, Reach: Reach{Roots: h.Reach.Roots}}
		out, err := far.send(t.Context(), w, notice{"msg_1", []byte("{}")})
		if err != nil || out.why != webhook.Address {
			t.Errorf("%s: %+v, %v", address, out, err)
		}
	}
	h.quiet("nothing gets there")
}

// TestHostileAnswersEndAnAttempt lets an address answer in ways that would hurt a client that
// is not careful.
func TestHostileAnswersEndAnAttempt(t *testing.T) {
	h := open(t)
	h.listening()
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1") // which is asked nothing
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("somebody followed a redirection") }))
	defer other.Close()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		why    webhook.Failure
	}{
		"a redirection": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		}, "http-307"},
		"an endless body": {func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}, ""},
		"a large header": {func(w http.ResponseWriter, _ *http.Request) {
			for range 100 {
				w.Header().Add("X-Large", strings.Repeat("x", 1000))
			}
		}, webhook.Unreachable},
		"silence": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, webhook.TimedOut},
		"a cut line": {func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				c.Close()
			}
		}, webhook.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			h.ear.answers(c.answer)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			begun := time.Now()
			out, err := h.send(ctx, h.hook(), notice{"msg_1", []byte("{}")})
			if err != nil || out.why != c.why || time.Since(begun) > 5*time.Second {
				t.Errorf("%+v, %v after %s", out, err, time.Since(begun))
			}
		})
	}
	strangers := &Courier{Log: h.Courier.Log, Read: h.Read, Vault: h.Vault, Now: h.clock, Zap: h.Zap, Reach: Reach{Networks: Loopback, Roots: x509.NewCertPool()}}
	if out, err := strangers.send(t.Context(), h.hook(), notice{"msg_1", []byte("{}")}); err != nil || out.why != webhook.Certificate {
		t.Errorf("without a certificate: %+v, %v", out, err)
	}
}
