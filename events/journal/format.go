package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// format is that of the file, its user_version.
const format = 3

// knownFormat refuses a file of another format.
func knownFormat(conn *sqlite.Conn) error {
	version, err := number(conn, `PRAGMA user_version`)
	switch {
	case err != nil:
		return err
	case version > format:
		return domain.Refuse(domain.Conflict, "DATA_TOO_NEW",
			"The data directory was written by a newer Guildhall (journal format %d). Use that version or a later one.", version)
	case version < format:
		return domain.Refuse(domain.Conflict, "DATA_TOO_OLD",
			"The data directory was written by an earlier Guildhall (journal format %d). Start the server on it once; that brings it up to date.", version)
	}
	return nil
}

// formatAt refuses the file named by uri if it is of another format.
func formatAt(uri string) error {
	conn, err := connect(uri, sqlite.OpenReadOnly)
	if err != nil {
		return err
	}
	return errors.Join(knownFormat(conn), conn.Close())
}

// prepareFile brings the file at path, which may be empty, to this format.
func prepareFile(ctx context.Context, path string) error {
	conn, err := connect(fileURI(path, nil), sqlite.OpenReadWrite, "journal_mode = WAL", "synchronous = FULL")
	if err != nil {
		return err
	}
	version, err := number(conn, `PRAGMA user_version`)
	if err == nil && version == 0 {
		err = sqlitex.ExecuteScript(conn, schema, nil)
	}
	if err == nil && version > format {
		err = knownFormat(conn)
	}
	if err == nil && version == 2 {
		err = sealEnd(conn)
	}
	if err := errors.Join(err, conn.Close()); err != nil || version != 1 {
		return err
	}
	if err := upgrade(ctx, path); err != nil {
		return fmt.Errorf("upgrade from format 1: %w", err)
	}
	return nil
}

// sealEnd brings a file of format 2, whose sum of answers did not cover up to where they are
// complete, to this format.
func sealEnd(conn *sqlite.Conn) (err error) {
	defer sqlitex.Save(conn)(&err)
	end, err := number(conn, `SELECT position FROM indexed`)
	if err != nil {
		return err
	}
	err = sqlitex.Execute(conn, `UPDATE indexed SET answers = (answers | ?1) & ~(answers & ?1)`, &sqlitex.ExecOptions{Args: []any{endSum(events.Position(end))}})
	if err != nil {
		return err
	}
	return sqlitex.ExecuteTransient(conn, fmt.Sprintf(`PRAGMA user_version = %d`, format), nil)
}

// upgrade writes what the file of format 1 at path holds into a new one, proves every record
// on the way, and puts the new file in the place of the old one when it is complete and
// durable. If that is interrupted the old one is still there.
func upgrade(ctx context.Context, path string) error {
	if present(path + "-wal") {
		return errors.New("another process has the file open")
	}
	fresh := path + ".upgrade"
	for _, file := range []string{fresh, fresh + "-wal", fresh + "-shm"} {
		if err := os.RemoveAll(file); err != nil {
			return err
		}
	}
	if err := private(fresh); err != nil {
		return err
	}
	if err := prepareFile(ctx, fresh); err != nil {
		return err
	}
	if err := rewrite(ctx, path, fresh); err != nil {
		return err
	}
	if err := syncFile(fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// rewrite copies every record of a file of format 1 into one of this format.
func rewrite(ctx context.Context, from, to string) error {
	old, err := connect(fileURI(from, nil), sqlite.OpenReadOnly)
	if err != nil {
		return err
	}
	w, err := openWriter(to, newIndex())
	if err != nil {
		return errors.Join(err, old.Close())
	}
	err = w.copy(ctx, old)
	if err == nil {
		err = w.file(fileAll, true)
	}
	return errors.Join(err, w.close(), old.Close())
}

func (w *writer) copy(ctx context.Context, old *sqlite.Conn) error {
	stmt, err := old.Prepare(`SELECT r.position, s.name, r.revision, r.hash, r.id, r.name, r.schema, r.meta, r.body
		FROM record r JOIN stream s ON s.id = r.stream ORDER BY r.position`)
	if err != nil {
		return err
	}
	var at, end place // of what is read and of what is written
	var g events.Group
	write := func() error {
		if err := ctx.Err(); err != nil || len(g.Records) == 0 {
			return err
		}
		var err error
		if end, err = w.store(end, g); err != nil {
			return err
		}
		g = events.Group{}
		return w.file(fileAll, false)
	}
	err = each(stmt, func(stmt *sqlite.Stmt) error {
		e, err := scanFormat1(stmt)
		if err == nil {
			err = e.follow(at)
		}
		if err != nil {
			return err
		}
		if n := len(g.Records); n >= groupRecords && string(g.Records[n-1].Meta) != string(e.Meta) {
			if err := write(); err != nil {
				return err
			}
		}
		if len(g.Records) == 0 {
			g.First, g.Previous = e.position, at.hash
		}
		g.Records = append(g.Records, e.Record)
		at = e.place
		return nil
	})
	if err == nil {
		err = write()
	}
	if err == nil {
		err = sameEnd(old, end)
	}
	return err
}

// sameEnd checks that the streams of a file of format 1 add up to end.
func sameEnd(old *sqlite.Conn, end place) error {
	sum, err := number(old, `SELECT coalesce(sum(revision), 0) FROM stream`)
	if err == nil && events.Position(sum) != end.position {
		err = fmt.Errorf("%w: it ends at position %d, yet its streams hold %d records", events.ErrCorrupt, end.position, sum)
	}
	return err
}

func scanFormat1(stmt *sqlite.Stmt) (e entry, err error) {
	e.position = events.Position(stmt.ColumnInt64(0))
	e.Stream = domain.Stream(stmt.ColumnText(1))
	e.Revision = uint64(stmt.ColumnInt64(2))
	if e.hash, err = digest[events.Hash](stmt, 3); err != nil {
		return e, err
	}
	e.ID = stmt.ColumnText(4)
	e.Name = stmt.ColumnText(5)
	e.Schema = uint64(stmt.ColumnInt64(6))
	e.Meta = []byte(stmt.ColumnText(7))
	e.Body = []byte(stmt.ColumnText(8))
	return e, nil
}
