package vault

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
)

// Erase destroys all keys of people for good: their text cannot be read any more, no key
// is made or taken for them again, and no trace of their keys is left in the files of the
// vault. It waits for other processes that read the keys. Erasing somebody twice changes
// nothing.
func (v *Vault) Erase(ctx context.Context, people ...domain.PersonID) error {
	for _, p := range people {
		if !domain.ValidID(p) {
			return fmt.Errorf("vault: erase: %q does not identify a person", p)
		}
	}
	if err := v.destroy(ctx, people); err != nil {
		return fmt.Errorf("vault: erase: %w", err)
	}
	if err := v.tidy(ctx); err != nil {
		return fmt.Errorf("vault: erase: %w", err)
	}
	return nil
}

func (v *Vault) destroy(ctx context.Context, people []domain.PersonID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.atomically(ctx, func(tx *sql.Tx) error { return v.erase(ctx, tx, people) }); err != nil {
		return err
	}
	for _, p := range people {
		v.inUse.drop(p)
	}
	return nil
}

func (v *Vault) erase(ctx context.Context, tx *sql.Tx, people []domain.PersonID) error {
	for _, p := range people {
		var proof []byte
		var left bool
		err := tx.QueryRowContext(ctx, `SELECT (SELECT proof FROM erased WHERE person = ?1), EXISTS (SELECT 1 FROM data_key WHERE person = ?1)`, p).Scan(&proof, &left)
		if err != nil {
			return err
		}
		if !left && v.wrap.proves(erasedClaim(p), proof) {
			continue
		}
		for _, change := range []string{`INSERT OR REPLACE INTO erased (person, proof) VALUES (?1, ?2)`, `DELETE FROM data_key WHERE person = ?1`, `UPDATE state SET untidy = untidy + 1`} {
			if _, err := tx.ExecContext(ctx, change, p, v.wrap.prove(erasedClaim(p))); err != nil {
				return err
			}
		}
	}
	return nil
}
