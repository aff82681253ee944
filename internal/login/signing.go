package login

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/go-jose/go-jose/v4"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/signer"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// KeyFile is the name of the file in a node's data directory that holds the key it signs
// with: PKCS #8 in PEM. Nobody else needs it; without it the node makes another one.
const KeyFile = "token.key"

// signing is the key of this node.
type signing struct {
	mu  sync.Mutex
	key *nodeKey
}

type nodeKey struct {
	id     domain.KeyID
	secret ed25519.PrivateKey
}

// signer returns the key that this node signs with. What is public of it is on record by
// then. It is replaced before its last day, and when it was retired.
func (l *Login) signer(ctx context.Context) (*nodeKey, error) {
	s := &l.signing
	s.mu.Lock()
	defer s.mu.Unlock()
	path := filepath.Join(l.Dir, KeyFile)
	for range 2 {
		if s.key == nil {
			var err error
			if s.key, err = openKey(path); err != nil {
				return nil, err
			}
		}
		good, err := l.published(ctx, s.key)
		if err != nil {
			return nil, err
		}
		if good {
			return s.key, nil
		}
		s.key = nil
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("login: %w", err)
		}
	}
	return nil, errors.New("login: a new key is no good")
}

// published puts what is public of a key on record, and reports whether it signs for long
// enough.
func (l *Login) published(ctx context.Context, k *nodeKey) (bool, error) {
	on, found, err := l.Read.Signer(ctx, k.id)
	if err != nil || found {
		return !on.Retired && on.Until.After(l.today().AddDays(1)), err
	}
	p, err := events.Execute(ctx, l.Log, signer.Stream(k.id), signer.Evolve, signer.Publish{Request: l.itself(), Public: base64.RawURLEncoding.EncodeToString(k.public())})
	if err != nil {
		return false, err
	}
	return true, l.shown(ctx, p)
}

func (k *nodeKey) public() ed25519.PublicKey { return k.secret.Public().(ed25519.PublicKey) }

// openKey reads the key of this node, or makes it.
func openKey(path string) (*nodeKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("login: %w", err)
	}
	var secret any
	if block, _ := pem.Decode(text); block != nil {
		secret, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	key, ok := secret.(ed25519.PrivateKey)
	if !ok || err != nil {
		return nil, domain.Refuse(domain.Conflict, "TOKEN_KEY_DAMAGED", "%s is not a key. Remove it to have a new one.", path)
	}
	id, err := thumbprint(jose.JSONWebKey{Key: key.Public()})
	return &nodeKey{id, key}, err
}

// makeKey leaves a key at path that only its owner can read.
func makeKey(path string) ([]byte, error) {
	_, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	return text, err
}

// checks reports whether what was signed by a key still counts on a day: tokens of its last
// day do on the next.
func checks(s projections.Signer, on domain.Date) bool {
	return !s.Retired && !s.Until.AddDays(1).Before(on)
}

func publicOf(s projections.Signer) (ed25519.PublicKey, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s.Public)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("login: the public key %s on record is none", s.ID)
	}
	return raw, nil
}

// keys is the JWK set of all nodes (RFC 7517).
func (l *Login) keys(w http.ResponseWriter, r *http.Request) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	var signers []projections.Signer
	err := l.Fence(r.Context())
	if err == nil {
		signers, err = l.Read.Signers(r.Context())
	}
	for _, s := range signers {
		if err != nil || !checks(s, l.today()) {
			continue
		}
		var public ed25519.PublicKey
		public, err = publicOf(s)
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: public, KeyID: string(s.ID), Algorithm: string(jose.EdDSA), Use: "sig"})
	}
	if err != nil {
		l.fail(w, l.failureOf(err))
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	answer(w, http.StatusOK, set)
}
