package vault

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

// key returns a key that this node holds. It is ErrErased or ErrMissing if it holds none.
func (v *Vault) key(ctx context.Context, person domain.PersonID, id string) (cipher.AEAD, error) {
	if key, ok := v.inUse.key(person, id); ok {
		return key, nil
	}
	mark := v.inUse.mark()
	r, err := v.stored(ctx, person, `AND id = ?`, id)
	if err != nil {
		return nil, err
	}
	key, err := aead(r.blob)
	if err == nil {
		v.inUse.keep(mark, person, id, key)
	}
	return key, err
}

// sealing returns the key that the person's text is sealed under from now on. It is one
// that this node knows most nodes to hold.
func (v *Vault) sealing(ctx context.Context, person domain.PersonID) (string, cipher.AEAD, error) {
	if id, key, ok := v.inUse.sealing(person); ok {
		return id, key, nil
	}
	mark := v.inUse.mark()
	r, err := v.stored(ctx, person, `ORDER BY id LIMIT 1`)
	if errors.Is(err, ErrMissing) {
		if _, err := v.store(ctx, person, newKeyID(), newSecret(), onlyFirst); err != nil {
			return "", nil, err
		}
		r, err = v.stored(ctx, person, `ORDER BY id LIMIT 1`)
	}
	if err != nil {
		return "", nil, err
	}
	if err := v.share(ctx, r); err != nil {
		return "", nil, err
	}
	key, err := aead(r.blob)
	if err == nil {
		v.inUse.keep(mark, person, r.id, key)
		v.inUse.sealWith(mark, person, r.id)
	}
	return r.id, key, err
}

// newKeyID names a key by 80 random bits.
func newKeyID() string { return strings.ToLower(rand.Text()[:16]) }

// stored returns the person's first key that fits, unwrapped. It is ErrErased for somebody
// who was erased, and ErrMissing if no key fits.
func (v *Vault) stored(ctx context.Context, person domain.PersonID, which string, args ...any) (row, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	gone, err := v.erased(ctx, person)
	if err != nil {
		return row{}, err
	}
	if gone {
		return row{}, ErrErased
	}
	all, err := keysOf(ctx, v.db, `SELECT person, id, wrapped FROM data_key WHERE person = ? `+which, append([]any{person}, args...)...)
	if err != nil {
		return row{}, fmt.Errorf("vault: read key: %w", err)
	}
	if len(all) == 0 {
		return row{}, ErrMissing
	}
	r := all[0]
	r.blob, err = v.wrap.open(r.person, r.id, r.blob)
	return r, err
}

const (
	always    = `TRUE`
	onlyFirst = `NOT EXISTS (SELECT 1 FROM data_key WHERE person = ?1)`
)

// keeping inserts a key of somebody who was not erased, provided a condition holds.
func keeping(condition string) string {
	return `INSERT INTO data_key (person, id, wrapped) SELECT ?1, ?2, ?3
		WHERE ` + condition + ` AND NOT EXISTS (SELECT 1 FROM erased WHERE person = ?1) AND EXISTS (SELECT 1 FROM state WHERE epoch = ?4)
		ON CONFLICT DO NOTHING`
}

// Ready makes a first key for each of these people who has none, durably. Who seals for
// many does it before: one key after the other costs a write to the disk each.
func (v *Vault) Ready(ctx context.Context, people ...domain.PersonID) error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	err := v.atomically(ctx, func(tx *sql.Tx) error {
		for _, person := range people {
			if !domain.ValidID(person) {
				return fmt.Errorf("%q does not identify a person", person)
			}
			id, secret := newKeyID(), newSecret()
			if _, err := tx.ExecContext(ctx, keeping(onlyFirst), person, id, v.wrap.seal(person, id, secret), v.wrap.epoch); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		_, err = v.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
	if err != nil {
		return fmt.Errorf("vault: keep keys: %w", err)
	}
	return nil
}

// store keeps a key of somebody who was not erased, durably, provided a condition holds. It
// reports whether it did: a key that is there already stays as it is.
func (v *Vault) store(ctx context.Context, person domain.PersonID, id string, secret []byte, condition string) (bool, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	done, err := v.db.ExecContext(ctx, keeping(condition), person, id, v.wrap.seal(person, id, secret), v.wrap.epoch)
	if err != nil {
		return false, fmt.Errorf("vault: keep key: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	// A write-ahead log drops what was damaged in it without a word; the file does not.
	if _, err := v.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return true, fmt.Errorf("vault: keep key: %w", err)
	}
	return true, nil
}

// erased reports whether a person was erased. v.mu is held.
func (v *Vault) erased(ctx context.Context, person domain.PersonID) (bool, error) {
	var proof []byte
	err := v.db.QueryRowContext(ctx, `SELECT proof FROM erased WHERE person = ?`, person).Scan(&proof)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("vault: read key: %w", err)
	}
	if !v.wrap.proves(erasedClaim(person), proof) {
		return false, badProof(person)
	}
	return true, nil
}

func badProof(person domain.PersonID) error {
	return fmt.Errorf("vault: that %s was erased is damaged", person)
}

// A cache holds keys that were used lately, and short texts that they opened. A mark is taken
// before a key is looked up; what was dropped meanwhile is not kept.
type cache struct {
	mu      sync.RWMutex
	drops   int
	keys    map[use]cipher.AEAD
	current map[domain.PersonID]string // the key to seal with
	opened  map[domain.Sealed]opened
}

// opened is what was sealed about somebody, in the clear. It goes when the key does.
type opened struct {
	person domain.PersonID
	text   string
}

const (
	maxOpened     = 1 << 14
	longestOpened = 100 // bytes: a name, not a note
)

func (c *cache) text(s domain.Sealed) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	known, ok := c.opened[s]
	return known.text, ok
}

func (c *cache) keepText(mark int, s domain.Sealed, o opened) {
	if len(o.text) > longestOpened {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if mark != c.drops {
		return
	}
	if c.opened == nil || len(c.opened) >= maxOpened {
		c.opened = map[domain.Sealed]opened{}
	}
	c.opened[s] = o
}

type use struct {
	person domain.PersonID
	key    string
}

const maxInUse = 1 << 14

func (c *cache) mark() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.drops
}

func (c *cache) key(person domain.PersonID, id string) (cipher.AEAD, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	key, ok := c.keys[use{person, id}]
	return key, ok
}

func (c *cache) sealing(person domain.PersonID) (string, cipher.AEAD, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	id := c.current[person]
	key, ok := c.keys[use{person, id}]
	return id, key, ok
}

func (c *cache) keep(mark int, person domain.PersonID, id string, key cipher.AEAD) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if mark != c.drops {
		return
	}
	if c.keys == nil || len(c.keys) >= maxInUse {
		c.keys, c.current = map[use]cipher.AEAD{}, map[domain.PersonID]string{}
	}
	c.keys[use{person, id}] = key
}

func (c *cache) sealWith(mark int, person domain.PersonID, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if mark == c.drops {
		c.current[person] = id
	}
}

// drop forgets the keys of a person, and what they opened.
func (c *cache) drop(person domain.PersonID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	delete(c.current, person)
	maps.DeleteFunc(c.keys, func(u use, _ cipher.AEAD) bool { return u.person == person })
	maps.DeleteFunc(c.opened, func(_ domain.Sealed, o opened) bool { return o.person == person })
}
