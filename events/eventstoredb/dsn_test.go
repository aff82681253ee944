package eventstoredb_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events/eventstoredb/standin"
)

func TestConnectionStringsThatCannotMeanWhatTheySayAreRefused(t *testing.T) {
	const secret = "pa55word"
	for dsn, code := range map[string]string{
		"":                                                      "BAD_DSN",
		"nats://127.0.0.1:4222":                                 "BAD_DSN",
		"esdb://":                                               "BAD_DSN",
		"esdb://127.0.0.1:port":                                 "BAD_DSN",
		"esdb://u:pa55word/x@127.0.0.1:2113":                    "BAD_DSN",
		"esdb://u:pa55word?x@127.0.0.1:2113":                    "BAD_DSN",
		"esdb://u:pa55word#x@127.0.0.1:2113":                    "BAD_DSN",
		"esdb://u:%zzpa55word@127.0.0.1:2113":                   "BAD_DSN",
		"esdb://127.0.0.1:2113?defaultDeadline=abc":             "BAD_DSN",
		"esdb://127.0.0.1:2113?defaultDeadline=0":               "BAD_DSN",
		"esdb://127.0.0.1:2113?tls=no":                          "BAD_DSN",
		"esdb://127.0.0.1:2113?tls=true&tls=false":              "BAD_DSN",
		"esdb://127.0.0.1:2113?tlls=false":                      "BAD_DSN",
		"esdb://127.0.0.1:2113?nodePreference=follower":         "BAD_DSN",
		"esdb://127.0.0.1:2113?maxDiscoverAttempts=0":           "BAD_DSN",
		"esdb://127.0.0.1:2113?keepAliveInterval=5":             "BAD_DSN",
		"esdb://127.0.0.1:2113?tlsCaFile=/nowhere/pa55word.pem": "BAD_DSN",
		"esdb://127.0.0.1:2113?userCertFile=/dev/null":          "BAD_DSN",
		"esdb://u:pa55word@127.0.0.1:2113?tls=false":            "PLAINTEXT_CREDENTIALS",
		"esdb://u:pa55word@127.0.0.1:2113?TLS=false":            "PLAINTEXT_CREDENTIALS",
	} {
		l, err := tryOpen(t, soon(t), t.TempDir(), dsn, optionsOf(""))
		if err == nil {
			l.Close()
		}
		refused(t, err, code)
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q: the secret is told: %v", dsn, err)
		}
	}
	_, err := tryOpen(t, soon(t), t.TempDir(), "esdb://127.0.0.1:2113?tls=false", optionsOf("No Prefix"))
	refused(t, err, "BAD_PREFIX")
}

// TestCredentialsAndTLS runs against a stand-in with a certificate of an authority of its own
// that asks for a user and a password.
func TestCredentialsAndTLS(t *testing.T) {
	config, ca := certificate(t)
	s := serve(t, standin.Options{TLS: config, User: "guildhall", Password: "pa55:word"})
	const who = "guildhall:pa55%3Aword@"
	dsn := func(who string, settings ...string) string {
		return "esdb://" + who + s.Addr() + "?" + strings.Join(append(settings, "maxDiscoverAttempts=1"), "&")
	}
	l := open(t, t.TempDir(), dsn(who, "tlsCaFile="+ca), "guildhall")
	appended(t, l, commit("k", "test-a", 0, 1, 2))
	appended(t, l, commit("", "test-a", 2, 3))
	holds(t, l, "test-a", 1, 2, 3)

	for _, wrong := range []string{"", "guildhall:other@", "somebody:pa55%3Aword@"} {
		_, err := tryOpen(t, soon(t), t.TempDir(), dsn(wrong, "tlsCaFile="+ca), optionsOf("guildhall"))
		refused(t, err, "LOG_DENIED")
	}
	for _, untrusted := range []string{dsn(who), "esdb://" + s.Addr() + "?tls=false&maxDiscoverAttempts=1"} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := tryOpen(t, ctx, t.TempDir(), untrusted, optionsOf("guildhall"))
		if err == nil || strings.Contains(err.Error(), "pa55") {
			t.Errorf("opening without trust gave %v", err)
		}
	}
}

// certificate is for the loopback, and the file of the authority that vouches for it.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file
}
