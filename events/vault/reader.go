package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/guildhall-dev/guildhall/domain"
)

// OpenReader opens the keys in dir to be looked at only, beside the process that they
// belong to; nothing can be sealed for somebody new. It is refused as Open is, and where
// there are no keys (NO_KEYS) or none that can be read without writing (READ_ONLY).
func OpenReader(ctx context.Context, dir string, o Options) (*Vault, error) {
	if o.WrappingKey == "" {
		o.WrappingKey = filepath.Join(dir, WrappingFile)
	}
	db, err := connectReader(ctx, dir)
	if err != nil {
		return nil, err
	}
	v := &Vault{db: db, options: o}
	if err := v.unlock(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("vault: open %s: %w", filepath.Join(dir, File), err), db.Close())
	}
	return v, nil
}

// unlock finds the wrapping key that fits.
func (v *Vault) unlock(ctx context.Context) error {
	tx, err := v.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var found int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&found); err != nil {
		return err
	}
	if found != format {
		return domain.Refuse(domain.Conflict, "OTHER_KEY_FORMAT",
			"The keys have the format %d, and this version reads %d. Start the server of this version once, or use the version that wrote them.", found, format)
	}
	known, err := readWrapping(v.options.WrappingKey)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var proof []byte
	var used bool
	if err := tx.QueryRowContext(ctx, state).Scan(&v.wrap.epoch, &proof, &used); err != nil {
		return err
	}
	if !used {
		return nil
	}
	return v.recognise(known, proof)
}

// Copy writes the keys in dir as they are, wrapped, to a new file, beside the process that
// they belong to. Nothing that was erased is in it.
func Copy(ctx context.Context, dir, to string) error {
	db, err := connectReader(ctx, dir)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		_, err = db.ExecContext(ctx, `VACUUM INTO ?`, to)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("vault: copy %s: %w", filepath.Join(dir, File), err)
	}
	return nil
}

// connectReader opens the keys in dir, which must exist, so that they cannot be changed.
func connectReader(ctx context.Context, dir string) (*sql.DB, error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, domain.Refuse(domain.NotFound, "NO_KEYS", "There are no keys of people in %s. Put %s back from its backup.", dir, File)
	}
	f, err := os.Open(path)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	db, err := look(ctx, path, url.Values{"mode": {"ro"}})
	if unwritable(err) {
		if wal, none := os.Stat(path + "-wal"); none == nil && wal.Size() > 0 {
			return nil, domain.Refuse(domain.Conflict, "READ_ONLY",
				"%s-wal holds keys that SQLite cannot read where it may not write. Run this as somebody who may write to %s, or on a copy of it.", File, dir)
		}
		// SQLite cannot lock in a directory that is read-only, nor need it.
		db, err = look(ctx, path, url.Values{"immutable": {"1"}})
	}
	if err != nil {
		return nil, fmt.Errorf("vault: open %s: %w", path, err)
	}
	return db, nil
}

// look opens the file at path and reads from it once.
func look(ctx context.Context, path string, how url.Values) (*sql.DB, error) {
	how.Add("_pragma", "busy_timeout(10000)")
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: how.Encode()}).String())
	if err != nil {
		return nil, err
	}
	var tables int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// unwritable reports whether SQLite would have had to write, which says nothing about the file.
func unwritable(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_READONLY || e.Code()&0xff == sqlite3.SQLITE_CANTOPEN)
}
