package journal

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A writer is the one connection that changes the file. Its methods are called with
// Journal.writing held.
type writer struct {
	db   *sql.DB
	conn *sql.Conn

	begin, commit, rollback          *sql.Stmt
	findStream, findAnswer, findHash *sql.Stmt
	addStream, moveStream            *sql.Stmt
	records, answers                 bulk
	prepared                         []*sql.Stmt // all of these, to be closed

	streams map[domain.Stream]row // those used lately, as the file has them
}

const cachedStreams = 1 << 16

func openWriter(ctx context.Context, path string) (*writer, error) {
	db, err := connect(path, "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)",
		"cache_size(-65536)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)")
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, streams: make(map[domain.Stream]row)}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *writer) prepare(ctx context.Context) (err error) {
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return err
	}
	var version int
	if err := w.conn.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	switch version {
	case 0:
		if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE;"+schema+"COMMIT;"); err != nil {
			return err
		}
	case 1:
	default:
		return domain.Refuse(domain.Conflict, "DATA_TOO_NEW",
			"The data directory was written by a newer Guildhall (journal format %d). Use that version or a later one.", version)
	}
	for stmt, query := range map[**sql.Stmt]string{
		&w.begin:      `BEGIN IMMEDIATE`,
		&w.commit:     `COMMIT`,
		&w.rollback:   `ROLLBACK`,
		&w.findStream: `SELECT id, revision FROM stream WHERE name = ?`,
		&w.findAnswer: byKey,
		&w.findHash:   `SELECT hash FROM record WHERE position = ?`,
		&w.addStream:  `INSERT INTO stream (name, revision) VALUES (?, ?)`,
		&w.moveStream: `UPDATE stream SET revision = ? WHERE id = ?`,
	} {
		if *stmt, err = w.statement(ctx, query); err != nil {
			return err
		}
	}
	err = w.records.prepare(ctx, w, `INSERT OR FAIL INTO record (position, stream, revision, hash, id, name, schema, meta, body)`, 9)
	if err != nil {
		return err
	}
	return w.answers.prepare(ctx, w, `INSERT OR IGNORE INTO answer (actor, key, digest, position)`, 4)
}

func (w *writer) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	s, err := w.conn.PrepareContext(ctx, query)
	if err == nil {
		w.prepared = append(w.prepared, s)
	}
	return s, err
}

// close leaves everything in journal.db: SQLite folds its write-ahead log into the file when
// the last connection closes, which one with open statements does not.
func (w *writer) close() error {
	var errs []error
	for _, s := range w.prepared {
		errs = append(errs, s.Close())
	}
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	return errors.Join(append(errs, w.db.Close())...)
}

// A row is a stream's row: where it is and how far it got. The zero row is that of a new stream.
type row struct {
	id       int64
	revision uint64
}

// stream returns the row of stream s in changed or else in the file.
func (w *writer) stream(s domain.Stream, changed map[domain.Stream]row) (row, error) {
	if r, known := changed[s]; known {
		return r, nil
	}
	if r, known := w.streams[s]; known {
		return r, nil
	}
	var r row
	err := w.findStream.QueryRow(s).Scan(&r.id, &r.revision)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, nil
	}
	if err != nil {
		return row{}, fmt.Errorf("journal: look up %s: %w", s, damage(err))
	}
	if len(w.streams) >= cachedStreams {
		clear(w.streams)
	}
	w.streams[s] = r
	return r, nil
}

// A key is an idempotency key within the requests of one actor. The zero key is none.
type key struct{ actor, text string }

func keyOf(r domain.Request) key {
	if r.Key == "" {
		return key{}
	}
	return key{r.By.Name(), r.Key}
}

// An answer is what a repeated request gets if it has the same digest.
type answer struct {
	digest   string
	position events.Position
}

func (w *writer) answer(k key) (a answer, found bool, err error) {
	err = w.findAnswer.QueryRow(k.actor, k.text).Scan(&a.digest, &a.position)
	if errors.Is(err, sql.ErrNoRows) {
		return answer{}, false, nil
	}
	return a, err == nil, damage(err)
}

// store makes g durable behind at and returns the new head. An error that is
// events.ErrUnknownOutcome leaves open whether g was stored; after any other it was not.
func (w *writer) store(at place, g events.Group) (place, error) {
	if _, err := w.begin.Exec(); err != nil {
		return at, fmt.Errorf("journal: begin: %w", damage(err))
	}
	head, streams, err := w.insert(at, g)
	if err != nil {
		w.records.drop()
		w.answers.drop()
		if _, stuck := w.rollback.Exec(); stuck != nil {
			return at, fmt.Errorf("journal: %w: %w: %w", events.ErrUnknownOutcome, err, stuck)
		}
		return at, err
	}
	if _, err := w.commit.Exec(); err != nil {
		return at, fmt.Errorf("journal: commit: %w: %w", events.ErrUnknownOutcome, damage(err))
	}
	if len(w.streams)+len(streams) > cachedStreams {
		clear(w.streams)
	}
	maps.Copy(w.streams, streams)
	return head, nil
}

func (w *writer) insert(at place, g events.Group) (place, map[domain.Stream]row, error) {
	streams := make(map[domain.Stream]row)
	for _, r := range g.Records {
		s, err := w.stream(r.Stream, streams)
		if err != nil {
			return at, nil, err
		}
		if r.Revision != s.revision+1 {
			return at, nil, fmt.Errorf("journal: %w: revision %d of %s comes after %d", events.ErrCorrupt, r.Revision, r.Stream, s.revision)
		}
		s.revision = r.Revision
		streams[r.Stream] = s
	}
	for name, s := range streams {
		var err error
		if s.id == 0 {
			s.id, err = insertID(w.addStream.Exec(name, s.revision))
			streams[name] = s
		} else {
			_, err = w.moveStream.Exec(s.revision, s.id)
		}
		if err != nil {
			return at, nil, fmt.Errorf("journal: move stream %s: %w", name, damage(err))
		}
	}
	for _, r := range g.Records {
		at = place{at.position + 1, r.After(at.hash)}
		err := w.records.add(at.position, streams[r.Stream].id, r.Revision, bytes.Clone(at.hash[:]), r.ID, r.Name, r.Schema, string(r.Meta), string(r.Body))
		if err != nil {
			return at, nil, fmt.Errorf("journal: add position %d: %w", at.position, damage(err))
		}
	}
	if err := w.records.flush(); err != nil {
		return at, nil, fmt.Errorf("journal: add records: %w", damage(err))
	}
	return at, streams, w.insertAnswers(g)
}

func insertID(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// insertAnswers remembers the answer to every request of g that has a key. The records of
// one commit are next to each other and share their metadata.
func (w *writer) insertAnswers(g events.Group) error {
	for i := 0; i < len(g.Records); {
		first := i
		for i < len(g.Records) && string(g.Records[i].Meta) == string(g.Records[first].Meta) {
			i++
		}
		req, err := g.Records[first].Request()
		if err != nil {
			return err
		}
		k := keyOf(req)
		if k == (key{}) {
			continue
		}
		last := g.First + events.Position(i-1)
		if err := w.answers.add(k.actor, k.text, events.Digest(req, g.Records[first:i]), last); err != nil {
			return fmt.Errorf("journal: add key: %w", damage(err))
		}
	}
	if err := w.answers.flush(); err != nil {
		return fmt.Errorf("journal: add keys: %w", damage(err))
	}
	return nil
}

// Accept adds a group that has its place in the common order. The records of it that the
// journal already holds are compared and otherwise skipped. A group that does not follow
// from the journal's head, or is not what the journal holds, is events.ErrCorrupt and
// changes nothing. An events.ErrUnknownOutcome means that the journal must be reopened.
func (j *Journal) Accept(ctx context.Context, g events.Group) error {
	if err := j.usable(ctx); err != nil {
		return err
	}
	j.writing.Lock()
	defer j.writing.Unlock()
	head, _ := j.tip()
	if g.First == 0 || g.First > head.position+1 {
		return fmt.Errorf("journal: %w: a group at position %d cannot follow %d", events.ErrCorrupt, g.First, head.position)
	}
	held := min(int(head.position+1-g.First), len(g.Records))
	at := place{g.First - 1 + events.Position(held), g.Previous}
	for _, r := range g.Records[:held] {
		at.hash = r.After(at.hash)
	}
	ours := head.hash
	if at.position != head.position {
		if err := j.writer.findHash.QueryRow(at.position).Scan((*hash)(&ours)); err != nil {
			return fmt.Errorf("journal: hash at position %d: %w", at.position, damage(err))
		}
	}
	if at.hash != ours {
		return fmt.Errorf("journal: %w: a group up to position %d is not what the journal holds", events.ErrCorrupt, g.Last())
	}
	if held == len(g.Records) {
		return nil
	}
	g.First, g.Previous, g.Records = at.position+1, at.hash, g.Records[held:]
	head, err := j.writer.store(at, g)
	if err != nil {
		return err
	}
	j.advance(head)
	return nil
}
