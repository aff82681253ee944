package eventstoredb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// open finds where to go on. It asks until the server answers.
func (t *tail) open(ctx context.Context) error {
	t.recall(ctx)
	for pause := (backoff{}); ; {
		_, err := t.conn.backwards(ctx, esdb.End{}, 1) // may we?
		if err == nil {
			err = t.check(ctx)
		}
		switch {
		case err == nil || domain.AsRefusal(err) != nil || errors.Is(err, events.ErrCorrupt):
			return err
		case permanent(err):
			return domain.Refuse(domain.Forbidden, "LOG_DENIED",
				"EventStoreDB does not let this user read $all. Check the user and the password in the connection string, and what the user may do.")
		}
		if pause.wait(ctx) != nil {
			return fmt.Errorf("eventstoredb: open: %w; the last attempt failed: %w", context.Cause(ctx), err)
		}
	}
}

// check proves that the server has what the journal ends with, and that the tail can go on
// from its place. If it cannot, everything is compared from the start.
func (t *tail) check(ctx context.Context) error {
	if err := t.checkEnd(ctx); err != nil {
		return err
	}
	if !t.at.begun {
		return nil
	}
	es, err := t.conn.onAll(ctx, t.at.Position)
	if err == nil && len(es) == 1 && es[0].EventID == t.id && es[0].Position == t.at.Position {
		return nil
	}
	if err != nil && (ctx.Err() != nil || errors.Is(err, errTimeout) || codeOf(err) != esdb.ErrorCodeUnknown || permanent(err)) {
		return err
	}
	t.rewind()
	return nil
}

// checkEnd refuses a server that lost the last record of the journal.
func (t *tail) checkEnd(ctx context.Context) error {
	head, _ := t.journal.End()
	if head == 0 {
		return nil
	}
	var last events.Record
	for g, err := range t.journal.Groups(ctx, head-1, 1) {
		if err != nil {
			return err
		}
		last = g.Records[0]
	}
	// The stream has at least as many events as records, so the record is not before this.
	for from, count := last.Revision-1, uint64(1); ; count = 500 {
		es, err := t.conn.onStream(ctx, t.streams.name(last.Stream), esdb.ReadStreamOptions{From: esdb.Revision(from)}, count)
		if err != nil {
			return err
		}
		for _, e := range es {
			if e.EventID.String() == last.ID {
				return nil
			}
		}
		if uint64(len(es)) < count {
			return domain.Refuse(domain.Conflict, "LOG_BEHIND",
				"This node has the record at position %d, and EventStoreDB does not: it was emptied, restored from an older backup, or it is another server. "+
					"Nothing is recorded until the server has its data again.", head)
		}
		from += count
	}
}

// rewind has the tail compare everything with the journal again.
func (t *tail) rewind() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.place, t.handled = place{}, cursor{}
	clear(t.voids)
}

// recall takes the place from the hint, if that fits the journal.
func (t *tail) recall(ctx context.Context) {
	p, voids, ok := t.hints.read()
	if !ok {
		return
	}
	if head, _ := t.journal.End(); p.position > head {
		return
	}
	if h, err := t.journal.HashAt(ctx, p.position); err != nil || h != p.hash {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.place, t.handled, t.voids = p, p.at, voids
}

// A hintFile is where a place outlives the process. It only saves time: what it says is
// checked, and without it everything is compared again. An empty name keeps nothing.
type hintFile string

// hint is a place in JSON.
type hint struct {
	Position uint64                   `json:"position"`
	Hash     []byte                   `json:"hash"`
	Commit   uint64                   `json:"commit"`
	Prepare  uint64                   `json:"prepare"`
	Event    uuid.UUID                `json:"event"`
	Voids    map[domain.Stream]uint64 `json:"voids,omitempty"`
	Sum      string                   `json:"sum"` // of all this with an empty sum
}

func (h hint) sum() string {
	h.Sum = ""
	b, _ := json.Marshal(h)
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

const hintName = "eventstoredb.position"

func (f hintFile) path() string { return filepath.Join(string(f), hintName) }

func (f hintFile) read() (p place, voids map[domain.Stream]uint64, ok bool) {
	if f == "" {
		return place{}, nil, false
	}
	b, err := os.ReadFile(f.path())
	if err != nil {
		return place{}, nil, false
	}
	var h hint
	if json.Unmarshal(b, &h) != nil || h.Sum != h.sum() || len(h.Hash) != len(p.hash) {
		return place{}, nil, false
	}
	if h.Voids == nil {
		h.Voids = make(map[domain.Stream]uint64)
	}
	p = place{position: events.Position(h.Position), at: at(esdb.Position{Commit: h.Commit, Prepare: h.Prepare}), id: h.Event}
	copy(p.hash[:], h.Hash)
	return p, h.Voids, true
}

func (f hintFile) write(p place, voids map[domain.Stream]uint64) error {
	if f == "" || !p.at.begun {
		return nil
	}
	h := hint{
		Position: uint64(p.position), Hash: p.hash[:], Commit: p.at.Commit, Prepare: p.at.Prepare, Event: p.id, Voids: voids,
	}
	h.Sum = h.sum()
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("eventstoredb: %w", err)
	}
	next := f.path() + ".next"
	if err := os.WriteFile(next, b, 0o600); err != nil {
		return fmt.Errorf("eventstoredb: %w", err)
	}
	if err := os.Rename(next, f.path()); err != nil {
		return fmt.Errorf("eventstoredb: %w", err)
	}
	return nil
}
