package projections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/events"
)

// A Rebuilt says what came of building the read model anew.
type Rebuilt struct {
	Generation string          `json:"generation"` // name of the file
	Position   events.Position `json:"position"`
	Tables     []Digest        `json:"tables"`
	// Differs names the tables whose rows were not what the log says. It is nil if the old
	// read model could not be compared: there was none, it was of other views, or it
	// could not be read.
	Differs  []string `json:"differs"`
	Compared bool     `json:"compared"`
	// Unknown is what could not be built upon, as only a newer Guildhall knows what it means.
	Unknown []Unknown `json:"unknown,omitempty"`
	// Parked is what could not be applied.
	Parked []Parked `json:"parked,omitempty"`
}

// Rebuild builds the next generation of the read model of dir from the log, and compares it
// with the one before where that stood. A node that works on dir may go on meanwhile: it
// takes the new one over by itself. Progress is told how far that has come; it may be nil.
// While another process builds it is refused (REBUILD_RUNNING).
func Rebuild(ctx context.Context, dir string, log Source, progress func(at, head events.Position)) (r Rebuilt, err error) {
	dir = filepath.Join(dir, Dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, fmt.Errorf("projections: %w", err)
	}
	lock, err := turn(dir)
	if err != nil {
		return r, err
	}
	defer lock.Close()
	old, at, err := standing(ctx, dir)
	if err != nil {
		return r, err
	}
	if r.Position, err = log.Head(ctx); err != nil {
		return r, err
	}
	if at > r.Position {
		return r, fmt.Errorf("projections: the read model has come to %d but the log ends at %d: records are missing from the log", at, r.Position)
	}
	g, err := begin(dir)
	if err != nil {
		return r, err
	}
	told := func(events.Recorded, int) {
		if progress != nil {
			progress(g.position, r.Position)
		}
	}
	if err := r.build(ctx, g, log, old, at, told); err != nil {
		return r, errors.Join(err, g.close())
	}
	r.Generation = g.name
	return r, g.finish()
}

// build brings an empty generation to where the old one stood, and then to the end.
func (r *Rebuilt) build(ctx context.Context, g *generation, log Source, old []Digest, at events.Position, told func(events.Recorded, int)) (err error) {
	how := following{size: buildSize, told: told}
	if err := g.follow(ctx, log, at, how); err != nil {
		return err
	}
	if r.Compared = at > 0; r.Compared {
		same, err := digests(ctx, g.writer.rows)
		if err != nil {
			return fault(err, "digests")
		}
		for i, d := range old {
			if d != same[i] {
				r.Differs = append(r.Differs, d.Table)
			}
		}
	}
	if err := g.follow(ctx, log, r.Position, how); err != nil {
		return err
	}
	if r.Unknown, err = unknown(ctx, g.writer.rows); err != nil {
		return err
	}
	if r.Parked, err = parked(ctx, g.writer.rows); err != nil {
		return err
	}
	r.Tables, err = digests(ctx, g.writer.rows)
	return fault(err, "digests")
}

// standing describes the newest generation in dir and where it stands, at one position
// while a node goes on with it: at 0 if there is none that could be compared.
func standing(ctx context.Context, dir string) (ds []Digest, at events.Position, err error) {
	name, err := newest(dir)
	if err != nil || name == "" {
		return nil, 0, err
	}
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		return nil, 0, fmt.Errorf("projections: %w", err)
	}
	readers := connect(fileURI(path, nil))
	defer readers.Close()
	tx, err := readers.BeginTx(ctx, nil)
	if err != nil {
		return nil, 0, ctx.Err()
	}
	defer tx.Rollback()
	if err := tx.QueryRowContext(ctx, `SELECT position FROM checkpoint WHERE whole AND fingerprint = ?`, fingerprint).Scan(&at); err != nil {
		return nil, 0, ctx.Err()
	}
	if ds, err = digests(ctx, tx); err != nil {
		return nil, 0, ctx.Err()
	}
	return ds, at, nil
}

// Taken reports whether a node that works on dir has taken a generation over, which it shows
// by removing the one before. It waits for that until ctx ends.
func Taken(ctx context.Context, dir, generation string) (bool, error) {
	for {
		files, err := os.ReadDir(filepath.Join(dir, Dir))
		if err != nil {
			return false, fmt.Errorf("projections: %w", err)
		}
		before := slices.ContainsFunc(files, func(f os.DirEntry) bool {
			n := numberOf(f.Name())
			return n > 0 && n < numberOf(generation)
		})
		if !before {
			return numberOf(generation) > 1, nil
		}
		select {
		case <-time.After(lookEvery):
		case <-ctx.Done():
			return false, nil
		}
	}
}
