package vault

import (
	"context"
	"database/sql"
	"fmt"
)

// Rotate makes a new wrapping key, wraps every key anew and destroys the old one. It
// returns how many keys there are. A crash at any moment leaves a vault that opens. If a
// key is damaged nothing is changed.
//
// Copies of the keys from before are of no use afterwards, not even together with the new
// wrapping key: that is how those who were erased are erased from backups, and why the
// keys have to be backed up anew.
func (v *Vault) Rotate(ctx context.Context) (keys int, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	next, err := wrappingOf(v.wrap.epoch+1, newSecret())
	if err != nil {
		return 0, fmt.Errorf("vault: rotate: %w", err)
	}
	if err := writeWrapping(v.options.WrappingKey, v.wrap, next); err != nil {
		return 0, fmt.Errorf("vault: rotate: %w", err)
	}
	err = v.atomically(ctx, func(tx *sql.Tx) error {
		keys, err = v.rewrap(ctx, tx, next)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("vault: rotate: %w", err)
	}
	v.wrap = next
	if err := v.checkpoint(ctx); err != nil {
		return keys, fmt.Errorf("vault: rotate: %w", err)
	}
	if err := writeWrapping(v.options.WrappingKey, next); err != nil {
		return keys, fmt.Errorf("vault: rotate: %w", err)
	}
	return keys, nil
}

// rewrap makes everything in the file belong to another wrapping key.
func (v *Vault) rewrap(ctx context.Context, tx *sql.Tx, next wrapping) (int, error) {
	keys, err := keysOf(ctx, tx, `SELECT person, id, wrapped FROM data_key`)
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		secret, err := v.wrap.open(k.person, k.id, k.blob)
		if err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE data_key SET wrapped = ? WHERE person = ? AND id = ?`, next.seal(k.person, k.id, secret), k.person, k.id); err != nil {
			return 0, err
		}
	}
	erased, err := keysOf(ctx, tx, `SELECT person, '', proof FROM erased`)
	if err != nil {
		return 0, err
	}
	for _, e := range erased {
		if !v.wrap.proves(erasedClaim(e.person), e.blob) {
			return 0, badProof(e.person)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE erased SET proof = ? WHERE person = ?`, next.prove(erasedClaim(e.person)), e.person); err != nil {
			return 0, err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE state SET epoch = ?, proof = ?`, next.epoch, next.prove(next.claim()))
	return len(keys), err
}
