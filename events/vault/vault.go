// Package vault seals text about people before it enters the log.
//
// The log keeps what it was given for ever, so names and personal remarks stand in it
// only as domain.Sealed: encrypted under a key that belongs to one person. The keys are
// in keys.db, apart from the log; whoever holds only the log reads nobody's name, and
// without a person's key all text sealed for that person is gone.
//
// A sealed text is "v1.", the person, a point, and nonce with ciphertext in unpadded
// base64url (RFC 4648). The cipher is AES-256-GCM with a random nonce of 96 bits.
// Everything before the ciphertext is authenticated with it, so a text moved to another
// person does not open.
package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
)

// ErrErased reports that the key a text was sealed under does not exist any more. The
// text cannot be read by anybody.
var ErrErased = errors.New("vault: the person's key is gone")

// A Vault holds one key for each person. It is safe for concurrent use.
type Vault struct {
	db *sql.DB

	mu   sync.RWMutex
	open map[domain.PersonID]cipher.AEAD // those used lately
}

// File is the name of the file with the keys.
const File = "keys.db"

const (
	version  = "v1"
	maxOpen  = 1 << 14
	keyBytes = 32
)

var encoding = base64.RawURLEncoding.Strict()

//go:embed schema.sql
var schema string

// Open opens the keys in dir, which it creates if needed. Only the owner of the process
// can read the file. Keys that a newer Guildhall wrote are refused (DATA_TOO_NEW).
func Open(dir string) (*Vault, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if err := private(path); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	db, err := connect(path)
	if err != nil {
		return nil, fmt.Errorf("vault: open %s: %w", path, err)
	}
	if err := prepare(db); err != nil {
		return nil, errors.Join(fmt.Errorf("vault: open %s: %w", path, err), db.Close())
	}
	return &Vault{db: db, open: make(map[domain.PersonID]cipher.AEAD)}, nil
}

// private makes sure that the file at path exists and is its owner's alone. SQLite gives
// the files beside it the same mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

func connect(path string) (*sql.DB, error) {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(1)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func prepare(db *sql.DB) error {
	var format int
	if err := db.QueryRow(`PRAGMA user_version`).Scan(&format); err != nil {
		return err
	}
	switch format {
	case 0:
		_, err := db.Exec("BEGIN IMMEDIATE;" + schema + "COMMIT;")
		return err
	case 1:
		return nil
	}
	return domain.Refuse(domain.Conflict, "DATA_TOO_NEW",
		"The data directory was written by a newer Guildhall (key format %d). Use that version or a later one.", format)
}

// Close closes the file. Nothing can be sealed or unsealed afterwards that needs a key
// which was not used lately.
func (v *Vault) Close() error { return v.db.Close() }

// Seal encrypts text under the person's key, which is durable before Seal returns. An
// empty text seals to an empty Sealed. Sealing a text twice gives two different results.
func (v *Vault) Seal(ctx context.Context, person domain.PersonID, text string) (domain.Sealed, error) {
	if text == "" {
		return "", nil
	}
	if !domain.ValidID(person) {
		return "", fmt.Errorf("vault: seal: %q does not identify a person", person)
	}
	key, err := v.key(ctx, person)
	if errors.Is(err, ErrErased) {
		key, err = v.create(ctx, person)
	}
	if err != nil {
		return "", fmt.Errorf("seal for %s: %w", person, err)
	}
	label := version + "." + string(person) + "."
	return domain.Sealed(label + encoding.EncodeToString(key.Seal(nil, nil, []byte(text), []byte(label)))), nil
}

// Unseal returns the text that was sealed. It is ErrErased if the person's key is gone;
// any other error means that s is not what Seal returned, or that the keys cannot be read.
func (v *Vault) Unseal(ctx context.Context, s domain.Sealed) (string, error) {
	if s == "" {
		return "", nil
	}
	form, rest, _ := strings.Cut(string(s), ".")
	id, body, ok := strings.Cut(rest, ".")
	person := domain.PersonID(id)
	if form != version || !ok || !domain.ValidID(person) {
		return "", errors.New("vault: not a sealed text")
	}
	sealed, err := encoding.DecodeString(body)
	if err != nil {
		return "", fmt.Errorf("vault: text sealed for %s: %w", person, err)
	}
	key, err := v.key(ctx, person)
	if err != nil {
		return "", fmt.Errorf("unseal for %s: %w", person, err)
	}
	text, err := key.Open(nil, nil, sealed, []byte(version+"."+id+"."))
	if err != nil {
		return "", fmt.Errorf("vault: text sealed for %s was altered: %w", person, err)
	}
	return string(text), nil
}

// key returns the person's key, or ErrErased.
func (v *Vault) key(ctx context.Context, person domain.PersonID) (cipher.AEAD, error) {
	v.mu.RLock()
	key, ok := v.open[person]
	v.mu.RUnlock()
	if ok {
		return key, nil
	}
	var secret []byte
	err := v.db.QueryRowContext(ctx, `SELECT secret FROM key WHERE person = ?`, person).Scan(&secret)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrErased
	}
	if err != nil {
		return nil, fmt.Errorf("vault: read key: %w", err)
	}
	if key, err = aead(secret); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.open) >= maxOpen {
		clear(v.open)
	}
	v.open[person] = key
	return key, nil
}

// create makes a key for person unless somebody else just did, and returns the one that stands.
func (v *Vault) create(ctx context.Context, person domain.PersonID) (cipher.AEAD, error) {
	secret := make([]byte, keyBytes)
	rand.Read(secret)
	_, err := v.db.ExecContext(ctx, `INSERT INTO key (person, secret) VALUES (?, ?) ON CONFLICT DO NOTHING`, person, secret)
	if err != nil {
		return nil, fmt.Errorf("vault: create key: %w", err)
	}
	return v.key(ctx, person)
}

func aead(secret []byte) (cipher.AEAD, error) {
	if len(secret) != keyBytes {
		return nil, fmt.Errorf("a key of %d bytes is not a key", len(secret))
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
