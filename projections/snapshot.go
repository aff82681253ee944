package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A Saved read model is a copy, and says where it stands.
type Saved struct {
	Position    events.Position `json:"position"`
	Record      string          `json:"record"`      // id of the record at the position
	Fingerprint string          `json:"fingerprint"` // of the views that made it
}

// Save copies the newest generation in a node's data directory to a new file at path, while
// the node goes on. Where there is none it is refused (NO_READ_MODEL).
func Save(ctx context.Context, dir, path string) (s Saved, err error) {
	name, err := newest(filepath.Join(dir, Dir))
	if err != nil {
		return s, err
	}
	if name == "" {
		return s, domain.Refuse(domain.NotFound, "NO_READ_MODEL", "There is no read model of this version in %s. Start the server once, or make one with guildhall rebuild.", dir)
	}
	from, err := filepath.Abs(filepath.Join(dir, Dir, name))
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return s, fmt.Errorf("projections: %w", err)
	}
	db, err := sql.Open("sqlite", fileURI(from, url.Values{"_pragma": {"busy_timeout(5000)"}}))
	if err != nil {
		return s, fmt.Errorf("projections: %w", err)
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, path)
	if err := errors.Join(err, db.Close()); err != nil {
		return s, fmt.Errorf("projections: save: %w", err)
	}
	g := &generation{}
	if g.writer, err = openWriter(fileURI(path, nil)); err == nil {
		err = g.checkpoint()
	}
	if err := errors.Join(err, g.close()); err != nil {
		return s, fmt.Errorf("projections: save: %w", err)
	}
	return Saved{g.position, g.record, fingerprint}, syncFile(path)
}

// Adopt makes a saved read model, which put writes to a path, the newest generation in a
// node's data directory. One that other views made (SNAPSHOT_OF_OTHER_VIEWS), or that does
// not follow from log (SNAPSHOT_OF_ANOTHER_LOG), is refused, and the node builds its own.
func Adopt(ctx context.Context, dir string, log Source, put func(path string) error) (s Saved, err error) {
	dir = filepath.Join(dir, Dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return s, fmt.Errorf("projections: %w", err)
	}
	lock, err := turn(dir)
	if err != nil {
		return s, err
	}
	defer lock.Close()
	g, err := begin(dir)
	if err != nil {
		return s, err
	}
	if err := errors.Join(g.close(), remove(g.path)); err != nil {
		return s, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, remove(g.path))
		}
	}()
	if err := private(g.path); err != nil {
		return s, fmt.Errorf("projections: %w", err)
	}
	if err := put(g.path); err != nil {
		return s, err
	}
	if g.writer, err = openWriter(fileURI(g.path, nil)); err != nil {
		return s, fmt.Errorf("projections: adopt: %w", err)
	}
	if err := g.checkpoint(); err != nil {
		return s, errors.Join(domain.Refuse(domain.Conflict, "SNAPSHOT_OF_OTHER_VIEWS",
			"The snapshot was made by another version of Guildhall. Start the server without it: it builds its own."), g.close())
	}
	if err := g.belongs(ctx, log); err != nil {
		return s, errors.Join(domain.Refuse(domain.Conflict, "SNAPSHOT_OF_ANOTHER_LOG",
			"The snapshot was made from another log, or from more of this one than is there. Start the server without it: it builds its own."), err, g.close())
	}
	return Saved{g.position, g.record, fingerprint}, g.place()
}
