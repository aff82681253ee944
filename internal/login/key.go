package login

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Secret is what a client logs in with. It is shown once; the log has its hash.
type Secret struct {
	Key  domain.KeyID
	Text string
	Hash string // SHA-256, in hexadecimal
}

// NewSecret draws a secret of 256 random bits.
func NewSecret() Secret {
	raw := make([]byte, 32)
	rand.Read(raw)
	text := "ghs_" + base64.RawURLEncoding.EncodeToString(raw)
	hash := hashOf(text)
	return Secret{Key: domain.KeyID("secret-" + hash[:20]), Text: text, Hash: hash}
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// holds reports whether k is a secret and this is it.
func holds(k projections.ClientKey, secret string) bool {
	return subtle.ConstantTimeCompare([]byte(k.Hash), []byte(hashOf(secret))) == 1
}

// A PublicKey is what a client is recognised by that signs.
type PublicKey struct {
	ID  domain.KeyID
	JWK string // what is needed of it
}

// assertionAlgorithms are those that clients sign with: what SMART Backend Services asks for,
// and what else is in use.
var assertionAlgorithms = []jose.SignatureAlgorithm{jose.ES256, jose.ES384, jose.EdDSA, jose.RS256, jose.RS384, jose.PS256}

// ParseKeys reads public keys out of a JWK or a JWK set (RFC 7517). Nothing is fetched. A key
// that is not public, or too weak, is refused (BAD_KEY).
func ParseKeys(text []byte) ([]PublicKey, error) {
	var set struct{ Keys []json.RawMessage }
	if len(text) > client.MostLive*2*client.MaxJWK || json.Unmarshal(text, &set) != nil {
		return nil, badKey("This is not a JWK or a JWK set: JSON, such as %s.", `{"kty":"OKP","crv":"Ed25519","x":"…"}`)
	}
	if set.Keys == nil {
		set.Keys = []json.RawMessage{text}
	}
	if n := len(set.Keys); n == 0 || n > client.MostLive {
		return nil, badKey("There are %d keys in the set; a client has one or %d.", n, client.MostLive)
	}
	keys := make([]PublicKey, len(set.Keys))
	for i, one := range set.Keys {
		var err error
		if keys[i], err = parseKey(one); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func badKey(format string, args ...any) *domain.Refusal {
	return domain.Refuse(domain.Invalid, "BAD_KEY", format, args...).About("jwk")
}

func parseKey(text []byte) (PublicKey, error) {
	var k jose.JSONWebKey
	if err := k.UnmarshalJSON(text); err != nil {
		return PublicKey{}, badKey("This is not a key that can be used: an elliptic curve (P-256, P-384, Ed25519) or RSA key as a JWK.")
	}
	switch {
	case !k.IsPublic() && k.Valid():
		return PublicKey{}, badKey("This is a private key, which nobody else may see. Make another pair and send its public half.")
	case !k.Valid() || len(algorithmsOf(k.Key)) == 0:
		return PublicKey{}, badKey("This key cannot be used. Use P-256, P-384, Ed25519, or RSA of 2048 to 4096 bits.")
	case k.Use != "" && k.Use != "sig":
		return PublicKey{}, badKey("This key is for %q. Send one for signatures.", clip(k.Use))
	case k.Algorithm != "" && !signs(k, jose.SignatureAlgorithm(k.Algorithm)):
		return PublicKey{}, badKey("The key says that it is for %s, which it cannot be or which is not taken here.", clip(k.Algorithm))
	case len(k.KeyID) > 200:
		return PublicKey{}, badKey("The kid has more than 200 bytes.")
	}
	plain := jose.JSONWebKey{Key: k.Key, KeyID: k.KeyID, Algorithm: k.Algorithm}
	id, err := thumbprint(plain)
	if err != nil {
		return PublicKey{}, err
	}
	jwk, err := plain.MarshalJSON()
	if err != nil {
		return PublicKey{}, fmt.Errorf("login: key: %w", err)
	}
	return PublicKey{ID: "key-" + id, JWK: string(jwk)}, nil
}

// thumbprint begins that of RFC 7638, in hexadecimal.
func thumbprint(k jose.JSONWebKey) (domain.KeyID, error) {
	sum, err := k.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("login: key: %w", err)
	}
	return domain.KeyID(hex.EncodeToString(sum[:10])), nil
}

// algorithmsOf are the algorithms that a public key can check.
func algorithmsOf(key any) []jose.SignatureAlgorithm {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return []jose.SignatureAlgorithm{jose.ES256}
		case elliptic.P384():
			return []jose.SignatureAlgorithm{jose.ES384}
		}
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits >= 2048 && bits <= 4096 && k.E >= 3 {
			return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.PS256}
		}
	}
	return nil
}

// signs reports whether a signature by alg may be k's.
func signs(k jose.JSONWebKey, alg jose.SignatureAlgorithm) bool {
	return (k.Algorithm == "" || k.Algorithm == string(alg)) && slices.Contains(algorithmsOf(k.Key), alg)
}

// clip keeps a text that is told back short.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
