package vault

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

//go:embed schema.sql
var schema string

// format is that of schema. Format 1 held each person's one key in the plain.
const format = 2

// prepare brings the file to today's format, finds its wrapping key and finishes what a
// crash interrupted.
func (v *Vault) prepare(ctx context.Context) error {
	if err := discard(v.options.WrappingKey + ".new"); err != nil {
		return err
	}
	known, err := readWrapping(v.options.WrappingKey)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := v.atomically(ctx, func(tx *sql.Tx) error { return v.enter(ctx, tx, known) }); err != nil {
		return err
	}
	if err := v.tidy(ctx); err != nil {
		return err
	}
	if len(known) > 1 {
		if err := v.checkpoint(ctx); err != nil {
			return err
		}
		return writeWrapping(v.options.WrappingKey, v.wrap)
	}
	return nil
}

func (v *Vault) enter(ctx context.Context, tx *sql.Tx, known map[uint64]wrapping) error {
	var found int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&found); err != nil {
		return err
	}
	switch found {
	case 0:
		if err := v.adopt(known); err != nil {
			return err
		}
		return v.create(ctx, tx)
	case 1:
		if err := v.adopt(known); err != nil {
			return err
		}
		return v.migrate(ctx, tx)
	case format:
		return v.fit(ctx, tx, known)
	}
	return domain.Refuse(domain.Conflict, "DATA_TOO_NEW",
		"The data directory was written by a newer Guildhall (key format %d). Use that version or a later one.", found)
}

// adopt takes the newest wrapping key that is known, or makes one.
func (v *Vault) adopt(known map[uint64]wrapping) (err error) {
	if len(known) > 0 {
		v.wrap = known[slices.Max(slices.Collect(maps.Keys(known)))]
		return nil
	}
	if v.wrap, err = wrappingOf(v.wrap.epoch+1, newSecret()); err != nil {
		return err
	}
	return writeWrapping(v.options.WrappingKey, v.wrap)
}

func (v *Vault) create(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO state (epoch, proof, untidy) VALUES (?, ?, 0)`, v.wrap.epoch, v.wrap.prove(v.wrap.claim()))
	return err
}

// migrate wraps the plain keys of format 1.
func (v *Vault) migrate(ctx context.Context, tx *sql.Tx) error {
	if err := v.create(ctx, tx); err != nil {
		return err
	}
	plain, err := keysOf(ctx, tx, `SELECT person, ?, secret FROM key`, firstKey)
	if err != nil {
		return err
	}
	for _, k := range plain {
		if len(k.blob) != keyBytes {
			return fmt.Errorf("vault: the key of %s is damaged", k.person)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO data_key (person, id, wrapped) VALUES (?, ?, ?)`, k.person, k.id, v.wrap.seal(k.person, k.id, k.blob)); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `DROP TABLE key; UPDATE state SET untidy = untidy + 1`)
	return err
}

// fit finds the wrapping key of a file among those known. A file that never held anything
// takes a new one.
func (v *Vault) fit(ctx context.Context, tx *sql.Tx, known map[uint64]wrapping) error {
	var proof []byte
	var used bool
	err := tx.QueryRowContext(ctx, state).Scan(&v.wrap.epoch, &proof, &used)
	if err != nil {
		return err
	}
	if !used {
		if err := v.adopt(known); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE state SET epoch = ?, proof = ?`, v.wrap.epoch, v.wrap.prove(v.wrap.claim()))
		return err
	}
	return v.recognise(known, proof)
}

// state reads which wrapping key fits, a proof of that, and whether the file ever held anything.
const state = `SELECT epoch, proof, EXISTS (SELECT 1 FROM data_key) OR EXISTS (SELECT 1 FROM erased) FROM state`

// recognise takes the wrapping key that the file says fits.
func (v *Vault) recognise(known map[uint64]wrapping, proof []byte) error {
	if len(known) == 0 {
		return domain.Refuse(domain.Conflict, "KEYS_MISSING",
			"The wrapping key of the keys of people is missing: without it nobody's name can be read. Put %s back from the backup.", v.options.WrappingKey)
	}
	w, ok := known[v.wrap.epoch]
	if !ok || !w.proves(w.claim(), proof) {
		return domain.Refuse(domain.Conflict, "WRONG_WRAPPING_KEY",
			"The wrapping key in %s does not fit the keys in %s, or one of the two was damaged. Put back the two that belong together; a copy of the keys from before the last rotation cannot be used any more.",
			v.options.WrappingKey, File)
	}
	v.wrap = w
	return nil
}

func (v *Vault) atomically(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := v.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// tidy rewrites the file after something was deleted from it, so that no trace is left in
// pages half full. The mark that it is due goes last, and only if nothing was deleted
// meanwhile.
func (v *Vault) tidy(ctx context.Context) error {
	for {
		var deletions int
		if err := v.db.QueryRowContext(ctx, `SELECT untidy FROM state`).Scan(&deletions); err != nil || deletions == 0 {
			return err
		}
		if _, err := v.db.ExecContext(ctx, `VACUUM`); err != nil {
			return err
		}
		if err := v.checkpoint(ctx); err != nil {
			return err
		}
		if _, err := v.db.ExecContext(ctx, `UPDATE state SET untidy = 0 WHERE untidy = ?`, deletions); err != nil {
			return err
		}
		if err := v.checkpoint(ctx); err != nil {
			return err
		}
	}
}

// checkpoint moves everything from SQLite's write-ahead log into the file and empties it.
// It waits for other processes that read the keys.
func (v *Vault) checkpoint(ctx context.Context) error {
	for {
		var busy bool
		var pages, moved int
		if err := v.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil || !busy {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is being read by another process, so what was deleted stays in %s-wal: %w", File, File, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// A row is a stored key of a person, or the proof that there is none.
type row struct {
	person domain.PersonID
	id     string
	blob   []byte
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func keysOf(ctx context.Context, q querier, query string, args ...any) (all []row, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.person, &r.id, &r.blob); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
