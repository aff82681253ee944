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
	// read model could not be compared: there was none, or it was of other views.
	Differs  []string `json:"differs"`
	Compared bool     `json:"compared"`
}

// Rebuild builds the read model of dir anew from the log beside the old one, compares the
// two and puts the new one in its place. Nobody else uses dir meanwhile. Progress is told
// how far the new one has come; it may be nil.
func Rebuild(ctx context.Context, dir string, log events.Log, progress func(at, head events.Position)) (Rebuilt, error) {
	head, err := log.Head(ctx)
	if err != nil {
		return Rebuilt{}, err
	}
	path := filepath.Join(dir, File)
	old, at, err := digestsAt(ctx, path, log, progress, head)
	if err != nil {
		return Rebuilt{}, err
	}
	fresh := path + ".new"
	if err := remove(fresh); err != nil {
		return Rebuilt{}, err
	}
	r := Rebuilt{Position: head, Compared: at > 0}
	if r.Tables, _, err = digestsAt(ctx, fresh, log, progress, head); err != nil {
		return r, err
	}
	for i, d := range old {
		if r.Compared && d != r.Tables[i] {
			r.Differs = append(r.Differs, d.Table)
		}
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

// digestsAt brings the read model at path up to head and describes it; at is where it stood before.
func digestsAt(ctx context.Context, path string, log events.Log, progress func(at, head events.Position), head events.Position) (ds []Digest, at events.Position, err error) {
	db, err := open(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	at = db.Position()
	run, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- db.Run(run, log) }()
	defer func() {
		stop()
		<-ended
		err = errors.Join(err, db.Close())
	}()
	for {
		now, moved := db.Moved()
		if progress != nil {
			progress(now, head)
		}
		if now >= head {
			break
		}
		select {
		case <-moved:
		case err := <-ended:
			ended <- err
			return nil, at, err
		}
	}
	ds, err = db.Digests(ctx)
	return ds, at, err
}
