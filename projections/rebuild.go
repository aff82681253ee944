package projections

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/guildhall-dev/guildhall/events"
)

// A Rebuilt says what came of building the read model anew.
type Rebuilt struct {
	Position events.Position `json:"position"`
	Tables   []Digest        `json:"tables"`
	// Differs names the tables whose rows were not what the log says. It is nil if the old
	// read model could not be compared: there was none, it was of other views, or it
	// could not be read.
	Differs  []string `json:"differs"`
	Compared bool     `json:"compared"`
	// Unknown is what could not be built upon, as only a newer Guildhall knows what it means.
	Unknown []Unknown `json:"unknown,omitempty"`
}

// Rebuild builds the read model of dir anew from the log beside the old one, compares the
// two where the old one stood and puts the new one in its place. Nobody else uses dir
// meanwhile. Progress is told how far the new one has come; it may be nil.
func Rebuild(ctx context.Context, dir string, log events.Log, progress func(at, head events.Position)) (r Rebuilt, err error) {
	if r.Position, err = log.Head(ctx); err != nil {
		return r, err
	}
	path := filepath.Join(dir, File)
	old, at, err := standing(ctx, path)
	if err != nil {
		return r, err
	}
	if at > r.Position {
		return r, fmt.Errorf("projections: the read model has come to %d but the log ends at %d: records are missing from the log", at, r.Position)
	}
	told := func(at events.Position) {
		if progress != nil {
			progress(at, r.Position)
		}
	}
	fresh := path + ".new"
	if err := remove(fresh); err != nil {
		return r, err
	}
	db, err := open(ctx, fresh)
	if err != nil {
		return r, err
	}
	if err := errors.Join(r.build(ctx, db, log, old, at, told), db.Close()); err != nil {
		return r, err
	}
	if err := remove(path); err != nil {
		return r, err
	}
	for _, part := range parts {
		if err := os.Rename(fresh+part, path+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return r, fmt.Errorf("projections: %w", err)
		}
	}
	return r, nil
}

// build brings an empty read model to where the old one stood, and then to the end.
func (r *Rebuilt) build(ctx context.Context, db *DB, log events.Log, old []Digest, at events.Position, told func(events.Position)) (err error) {
	told(0)
	if err := db.follow(ctx, log, at, told); err != nil {
		return err
	}
	if r.Compared = at > 0; r.Compared {
		same, err := db.Digests(ctx)
		if err != nil {
			return err
		}
		for i, d := range old {
			if d != same[i] {
				r.Differs = append(r.Differs, d.Table)
			}
		}
	}
	if err := db.follow(ctx, log, r.Position, told); err != nil {
		return err
	}
	if r.Unknown, err = db.Unknown(ctx); err != nil {
		return err
	}
	r.Tables, err = db.Digests(ctx)
	return err
}

// standing describes the read model at path, and where it stands: at 0 if there is none
// that could be compared.
func standing(ctx context.Context, path string) ([]Digest, events.Position, error) {
	db, err := open(ctx, path)
	if err != nil {
		return nil, 0, ctx.Err()
	}
	ds, err := db.Digests(ctx)
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, 0, ctx.Err()
	}
	return ds, db.Position(), nil
}

// parts of a SQLite database in WAL mode.
var parts = []string{"", "-wal", "-shm"}

func remove(path string) error {
	for _, part := range slices.Backward(parts) {
		if err := os.Remove(path + part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("projections: %w", err)
		}
	}
	return nil
}
