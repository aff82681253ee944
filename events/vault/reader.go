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

	"github.com/guildhall-dev/guildhall/domain"
)

// OpenReader opens the keys in dir to be looked at only, beside the process that they
// belong to; nothing can be sealed for somebody new. It is refused as Open is, and where
// there are no keys (NO_KEYS).
func OpenReader(ctx context.Context, dir string, o Options) (*Vault, error) {
	if o.WrappingKey == "" {
		o.WrappingKey = filepath.Join(dir, WrappingFile)
	}
	db, err := connectReader(dir)
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
	db, err := connectReader(dir)
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
func connectReader(dir string) (*sql.DB, error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, domain.Refuse(domain.NotFound, "NO_KEYS", "There are no keys of people in %s. Put %s back from its backup.", dir, File)
	}
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(10000)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("vault: open %s: %w", path, err)
	}
	return db, nil
}
