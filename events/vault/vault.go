// Package vault seals text about people before it enters the log.
//
// The log keeps what it was given for ever, so names and personal remarks stand in it
// only as domain.Sealed: encrypted under a key that belongs to one person. Three things
// are kept apart: the log with the sealed text; keys.db with the keys of people, each
// encrypted ("wrapped") under one wrapping key; and the file with the wrapping key.
// Whoever lacks one of them reads nothing.
//
// To erase a person is to destroy their keys. Copies of keys.db from before still hold
// them, wrapped. Rotating the wrapping key wraps those that are left anew and destroys the
// old one, and with it what such copies were good for.
//
// A sealed text is "v2.", the person, a point, the key's id, a point, and nonce with
// ciphertext in unpadded base64url (RFC 4648). Texts from before keys had ids say "v1."
// and leave the id out. The cipher is AES-256-GCM with a random nonce of 96 bits, for text
// and keys alike. Everything before the ciphertext is authenticated with it, so a text
// moved to another person does not open.
package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
)

var (
	// ErrErased reports that a person was erased. Their text cannot be read by anybody.
	ErrErased = errors.New("vault: the person was erased")

	// ErrMissing reports that the key of a text is in no vault that could be asked, although
	// nobody erased the person: it was lost, or is where nobody answers.
	ErrMissing = errors.New("vault: the key is missing")
)

// A Vault holds the keys of people. It is safe for concurrent use.
type Vault struct {
	db      *sql.DB
	options Options
	inUse   cache

	mu   sync.RWMutex // held for writing while wrap changes
	wrap wrapping
}

// Options say what is outside the vault's own file.
type Options struct {
	WrappingKey string // path of the file; by default WrappingFile beside the keys
	Others      Others // the other nodes of a cluster, or nil
	Nodes       int    // how many nodes the cluster has, this one among them
}

// File and WrappingFile are the names of the files with the keys and with the wrapping key.
const (
	File         = "keys.db"
	WrappingFile = "wrapping.key"
)

// Open opens the keys in dir, which it creates if needed. Only the owner of the process
// can read the files. Refused are keys that a newer Guildhall wrote (DATA_TOO_NEW), keys
// without their wrapping key (KEYS_MISSING) and with another one (WRONG_WRAPPING_KEY).
func Open(dir string, o Options) (*Vault, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if o.WrappingKey == "" {
		o.WrappingKey = filepath.Join(dir, WrappingFile)
	}
	if err := private(path); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	db, err := connect(path)
	if err != nil {
		return nil, fmt.Errorf("vault: open %s: %w", path, err)
	}
	v := &Vault{db: db, options: o}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := v.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("vault: open %s: %w", path, err), db.Close())
	}
	return v, nil
}

// patience is how long Open waits for other processes that read the keys.
const patience = time.Minute

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
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(1)", "temp_store(2)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// Close closes the file. Nothing can be sealed or unsealed afterwards that needs a key
// which was not used lately.
func (v *Vault) Close() error { return v.db.Close() }

// Seal encrypts text under a key of the person. The key is durable before Seal returns, in
// a cluster on most nodes. An empty text seals to an empty Sealed. Sealing a text twice
// gives two different results. It is ErrErased for somebody who was erased, and refused
// (KEY_NOT_SHARED) while too few nodes answer to keep a new key.
func (v *Vault) Seal(ctx context.Context, person domain.PersonID, text string) (domain.Sealed, error) {
	if text == "" {
		return "", nil
	}
	if !domain.ValidID(person) {
		return "", fmt.Errorf("vault: seal: %q does not identify a person", person)
	}
	id, key, err := v.sealing(ctx, person)
	if err != nil {
		return "", fmt.Errorf("seal for %s: %w", person, err)
	}
	return form{person: person, key: id}.seal(key, text), nil
}

// Unseal returns the text that was sealed. It is ErrErased if the person was erased and
// ErrMissing if the key was lost; any other error means that s is not what Seal returned,
// that the key was damaged, or that the keys cannot be read.
func (v *Vault) Unseal(ctx context.Context, s domain.Sealed) (string, error) {
	if s == "" {
		return "", nil
	}
	if text, ok := v.inUse.text(s); ok {
		return text, nil
	}
	mark := v.inUse.mark()
	f, err := parse(s)
	if err != nil {
		return "", err
	}
	key, err := v.key(ctx, f.person, f.key)
	if errors.Is(err, ErrMissing) && v.options.Others != nil {
		key, err = v.fetch(ctx, f)
	}
	if err != nil {
		return "", fmt.Errorf("unseal for %s: %w", f.person, err)
	}
	text, err := f.open(key)
	if err == nil {
		v.inUse.keepText(mark, s, opened{f.person, text})
	}
	return text, err
}
