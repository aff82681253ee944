package mirror

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Proof is what a system shows to get a token: a secret, or a private key.
type Proof struct {
	secret string
	key    *jose.SigningKey
}

// Secret is the proof of who knows a secret. White space around it is not part of it.
func Secret(text string) (Proof, error) {
	secret := strings.TrimSpace(text)
	if secret == "" {
		return Proof{}, domain.Refuse(domain.Invalid, "BAD_SECRET", "The file of the secret is empty.")
	}
	return Proof{secret: secret}, nil
}

// PrivateKey is the proof of who has a private key: a JWK, or PKCS #8 in PEM.
func PrivateKey(text []byte) (Proof, error) {
	var jwk jose.JSONWebKey
	if block, _ := pem.Decode(text); block != nil {
		if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			jwk.Key = key
		}
	} else if err := json.Unmarshal(text, &jwk); err != nil || jwk.IsPublic() {
		jwk.Key = nil
	}
	var algorithm jose.SignatureAlgorithm
	switch key := jwk.Key.(type) {
	case ed25519.PrivateKey:
		algorithm = jose.EdDSA
	case *ecdsa.PrivateKey:
		algorithm = map[int]jose.SignatureAlgorithm{256: jose.ES256, 384: jose.ES384}[key.Curve.Params().BitSize]
	case *rsa.PrivateKey:
		algorithm = jose.RS256
	}
	if _, is := jwk.Key.(crypto.Signer); !is || algorithm == "" {
		return Proof{}, domain.Refuse(domain.Invalid, "BAD_KEY", "The file of the key holds no private key. It is a JWK, or PKCS #8 in PEM, of Ed25519, P-256, P-384 or RSA.")
	}
	return Proof{key: &jose.SigningKey{Algorithm: algorithm, Key: jwk}}, nil
}

// logIn gets a token if there is none that counts for a while. It reports whether it did.
func (s *server) logIn(ctx context.Context) (fresh bool, err error) {
	if s.token != "" && s.Now().Before(s.until) {
		return false, nil
	}
	form := url.Values{"grant_type": {"client_credentials"}}
	if s.Proof.key != nil {
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		signed, err := s.assertion()
		if err != nil {
			return false, err
		}
		form.Set("client_assertion", signed)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if s.Proof.key == nil {
		req.SetBasicAuth(url.QueryEscape(s.Client), url.QueryEscape(s.Proof.secret))
	}
	resp, err := s.send(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	var granted struct {
		Token   string `json:"access_token"`
		Seconds int    `json:"expires_in"`
		Code    string `json:"error"`
		What    string `json:"error_description"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, resp.Body, 64<<10)).Decode(&granted); err != nil {
		return false, &delay{why: fmt.Errorf("the answer at /oauth/token was cut off: %w", err)}
	}
	if granted.Token == "" {
		return false, domain.Refuse(domain.Forbidden, "LOGIN_REFUSED", "%s does not let %s in: %s (%s)", s.base, s.Client, granted.What, granted.Code)
	}
	const margin = 30 * time.Second // in which a request is under way
	s.token, s.until = granted.Token, s.Now().Add(time.Duration(granted.Seconds)*time.Second-margin)
	return true, nil
}

// assertion is what the system signs to get one token (RFC 7523).
func (s *server) assertion() (string, error) {
	signer, err := jose.NewSigner(*s.Proof.key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	now := s.Now()
	return jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: s.Client, Subject: s.Client, Audience: jwt.Audience{s.base + "/oauth/token"}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
	}).Serialize()
}
