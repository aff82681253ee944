package journal_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// format1 is the form in which the first release kept its records.
const format1 = `
CREATE TABLE stream (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL) STRICT;
CREATE TABLE record (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES stream, revision INTEGER NOT NULL,
    hash BLOB NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, schema INTEGER NOT NULL, meta TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_by_stream ON record (stream, revision);
CREATE TABLE answer (actor TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (actor, key)) STRICT, WITHOUT ROWID;
PRAGMA journal_mode = WAL;
PRAGMA user_version = 1;`

// inFormat1 writes what the journal in dir holds to another directory, in format 1.
func inFormat1(t *testing.T, dir string) (old string) {
	t.Helper()
	old = t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(old, journal.File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(statement string, args ...any) {
		t.Helper()
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(format1)
	j, err := journal.OpenReader(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	exec("BEGIN")
	for g, err := range j.Groups(t.Context(), 0, 1<<20) {
		if err != nil {
			t.Fatal(err)
		}
		at := g.Previous
		for i, r := range g.Records {
			at = r.After(at)
			exec(`INSERT INTO stream (name, revision) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET revision = excluded.revision`, r.Stream, r.Revision)
			exec(`INSERT INTO record VALUES (?, (SELECT id FROM stream WHERE name = ?), ?, ?, ?, ?, ?, ?, ?)`,
				g.First+events.Position(i), r.Stream, r.Revision, at[:], r.ID, r.Name, r.Schema, string(r.Meta), string(r.Body))
		}
	}
	exec("COMMIT")
	return old
}

func TestAJournalOfTheFirstFormatIsUpgraded(t *testing.T) {
	whole := written(t)
	before, err := journal.OpenReader(t.Context(), whole, codec)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	old := inFormat1(t, whole)

	_, err = journal.OpenReader(t.Context(), old, codec)
	if r := domain.AsRefusal(err); r == nil || r.Code != "DATA_TOO_OLD" {
		t.Errorf("reading it beside its owner gave %v", err)
	}
	if err := os.WriteFile(filepath.Join(old, journal.File+".upgrade"), []byte("begun and left"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := open(t, old)
	head, hash := log.End()
	if p, h := before.End(); p != head || h != hash {
		t.Errorf("it ends at %d, %x; want %d, %x", head, hash, p, h)
	}
	root, err := log.Root(t.Context(), head)
	if err != nil || root != treeOf(t, before, head) {
		t.Errorf("its root is %s, %v", root, err)
	}
	if p := appended(t, log, commit("600", "test-even", 600)); p != 600 {
		t.Errorf("a request of before is answered with position %d, want 600", p)
	}
	n := 0
	for _, err := range log.Read(t.Context(), "test-even") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 597 {
		t.Errorf("a stream has %d records, want 597", n)
	}
	left, err := filepath.Glob(filepath.Join(old, "*.upgrade*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestADamagedJournalOfTheFirstFormatIsNotUpgraded(t *testing.T) {
	whole := written(t)
	for _, statement := range []string{
		`UPDATE record SET body = replace(body, '6', '7') WHERE position = 600`,
		`DELETE FROM record WHERE position = 600`,
		`DELETE FROM record WHERE position = 1200`,
		`UPDATE stream SET name = 'test-evem' WHERE name = 'test-even'`,
	} {
		old := inFormat1(t, whole)
		alter(t, old, statement)
		if _, err := journal.Open(t.Context(), old, codec); !errors.Is(err, events.ErrCorrupt) {
			t.Errorf("%s: %v", statement, err)
		}
		var version int
		db, err := sql.Open("sqlite", filepath.Join(old, journal.File))
		if err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow(`PRAGMA user_version`).Scan(&version); err != nil || version != 1 {
			t.Errorf("%s: the file is of format %d, %v", statement, version, err)
		}
		db.Close()
	}
}
