package journal

import (
	"errors"
	"fmt"
	"os"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A writer is the one connection that changes the file. Its methods are called with
// Journal.writing held.
type writer struct {
	conn  *sqlite.Conn
	index *index

	read, begin, commit, rollback                *sqlite.Stmt
	findStream, findAnswer, findCommit, findHash *sqlite.Stmt
	addRecord, addRecords, addBlock              *sqlite.Stmt
	fileStream, fileAnswer, fileEnd              *sqlite.Stmt

	log    *os.File              // the write-ahead log, to sync it
	tree   edge                  // of what is stored
	known  map[domain.Stream]row // some of the table stream
	free   map[key]int64         // slots of keys that are not answered, if nothing was stored since
	lead   int                   // of the record that was made an entry last
	filing filing                // what is left of the old tail
	frames int                   // pages in the write-ahead log since it was folded, about
}

const knownStreams = 1 << 16

// openWriter opens the file at path. SQLite does not sync it: a commit is durable after
// sync, which syncs the same bytes but does not keep the next commit waiting.
func openWriter(path string, x *index) (*writer, error) {
	conn, err := connect(fileURI(path, nil), sqlite.OpenReadWrite|sqlite.OpenCreate,
		"journal_mode = WAL", "synchronous = NORMAL", "temp_store = MEMORY", "cache_size = -65536",
		"wal_autocheckpoint = 0", "journal_size_limit = 67108864")
	if err != nil {
		return nil, err
	}
	w := &writer{conn: conn, index: x, known: make(map[domain.Stream]row), free: make(map[key]int64)}
	if err := w.prepare(path); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *writer) prepare(path string) error {
	err := prepare(w.conn, map[**sqlite.Stmt]string{
		&w.read:       `BEGIN`,
		&w.begin:      `BEGIN IMMEDIATE`,
		&w.commit:     `COMMIT`,
		&w.rollback:   `ROLLBACK`,
		&w.findStream: findStream,
		&w.findAnswer: findAnswer,
		&w.findCommit: inOrder,
		&w.findHash:   findHash,
		&w.addRecord:  insertRecords(1),
		&w.addRecords: insertRecords(bulk),
		&w.addBlock:   `INSERT INTO tree (block, hash, root) VALUES (?, ?, ?)`,
		&w.fileStream: `INSERT OR REPLACE INTO stream (name, revision, last, checksum) VALUES (?, ?, ?, ?)`,
		&w.fileAnswer: `INSERT OR REPLACE INTO answer (slot, position) VALUES (?, ?)`,
		&w.fileEnd:    `UPDATE indexed SET position = ?1, answers = (answers | ?2) & ~(answers & ?2)`,
	})
	if err != nil {
		return err
	}
	if err := w.restart(); err != nil {
		return err
	}
	w.log, err = os.OpenFile(path+"-wal", os.O_RDWR, 0)
	return err
}

// restart empties the write-ahead log, so that nothing of what an earlier process wrote last,
// and a power cut tore, stands behind what is written from now on.
func (w *writer) restart() error {
	busy, err := number(w.conn, `PRAGMA wal_checkpoint(TRUNCATE)`)
	if err == nil && busy != 0 {
		err = errors.New("another process has been reading the file for too long")
	}
	return err
}

// close leaves everything in journal.db: SQLite folds its write-ahead log into the file when
// the last connection closes.
func (w *writer) close() error {
	err := w.conn.Close()
	if w.log != nil {
		err = errors.Join(err, w.log.Close())
	}
	return err
}

// atOnce runs look in one read transaction, which costs less than one for each look-up.
func (w *writer) atOnce(look func()) error {
	if err := execute(w.read); err != nil {
		return fmt.Errorf("journal: begin: %w", damage(err))
	}
	look()
	if err := execute(w.commit); err != nil {
		return fmt.Errorf("journal: end: %w", damage(err))
	}
	return nil
}

// stream returns the row of stream s, the zero row if there is none.
func (w *writer) stream(s domain.Stream) (row, error) {
	if r, found := w.index.stream(s); found {
		return r, nil
	}
	if r, found := w.known[s]; found {
		return r, nil
	}
	r, err := lookUpStream(w.findStream, s)
	if err != nil || r == (row{}) {
		return r, err
	}
	w.remember(s, r)
	return r, nil
}

func (w *writer) remember(s domain.Stream, r row) {
	if len(w.known) >= knownStreams {
		clear(w.known)
	}
	w.known[s] = r
}

// answer returns the commit that answered k, from its first record on. If there is none it
// returns the slot for k.
func (w *writer) answer(k key) (commit []entry, free int64, err error) {
	if slot, known := w.free[k]; known {
		return nil, slot, nil
	}
	for slot := k.slot(); ; slot++ {
		p, found := w.index.answer(slot)
		if !found {
			if p, found, err = lookUpAnswer(w.findAnswer, slot); err != nil {
				return nil, 0, err
			}
		}
		if !found {
			w.free[k] = slot
			return nil, slot, nil
		}
		commit, err = commitAt(w.findCommit, p)
		if err != nil {
			return nil, 0, err
		}
		if is, err := commit[0].answers(k); err != nil || is {
			return commit, 0, err
		}
	}
}

// store puts g behind at and returns the new end, which is durable after sync. An error that
// is events.ErrUnknownOutcome leaves open whether g was stored; after any other it was not.
func (w *writer) store(at place, g events.Group) (place, error) {
	defer clear(w.free)
	if err := execute(w.begin); err != nil {
		return at, fmt.Errorf("journal: begin: %w", damage(err))
	}
	tree, t, err := w.tree.clone(), newTail(), error(nil)
	if at, err = w.insert(at, g, t, &tree); err != nil {
		if w.conn.AutocommitEnabled() {
			return at, err // SQLite has taken everything back by itself
		}
		if stuck := execute(w.rollback); stuck != nil {
			return at, events.InDoubt(errors.Join(err, fmt.Errorf("journal: take back: %w", stuck)))
		}
		return at, err
	}
	if err := execute(w.commit); err != nil {
		return at, events.InDoubt(fmt.Errorf("journal: commit: %w", damage(err)))
	}
	w.tree = tree
	w.index.add(t)
	return at, nil
}

// insert adds the records of g behind at and collects in t and tree what they add there.
func (w *writer) insert(at place, g events.Group, t *tail, tree *edge) (place, error) {
	for left := g.Records; len(left) > 0; {
		add, n := w.addRecord, 1
		if len(left) >= bulk {
			add, n = w.addRecords, bulk
		}
		for i := range n {
			e, err := w.entry(at, g, len(g.Records)-len(left)+i, t)
			if err != nil {
				return at, err
			}
			e.bind(add, i)
			at = e.place
			if err := w.grow(tree, at); err != nil {
				return at, err
			}
		}
		if err := execute(add); err != nil {
			return at, fmt.Errorf("journal: add records up to position %d: %w", at.position, damage(err))
		}
		left = left[n:]
	}
	t.end = at.position
	return at, w.insertAnswers(g, t)
}

// entry makes the record i of g the entry behind at.
func (w *writer) entry(at place, g events.Group, i int, t *tail) (e entry, err error) {
	r := &g.Records[i]
	s, known := t.streams[r.Stream]
	if !known {
		if s, err = w.stream(r.Stream); err != nil {
			return e, err
		}
	}
	if r.Revision != s.revision+1 {
		return e, fmt.Errorf("journal: %w: revision %d of %s comes after %d", events.ErrCorrupt, r.Revision, r.Stream, s.revision)
	}
	if i > 0 && string(r.Meta) == string(g.Records[i-1].Meta) {
		w.lead++
	} else {
		w.lead = 0
	}
	e = entry{place: place{at.position + 1, r.After(at.hash)}, previous: s.last, lead: w.lead, Record: *r}
	t.streams[r.Stream] = row{r.Revision, e.position}
	w.frames += 1 + r.Size()/pageSize
	return e, nil
}

// grow adds the record at to tree, and a row to its table for every full block.
func (w *writer) grow(tree *edge, at place) error {
	b, full := tree.add(at.hash)
	if !full {
		return nil
	}
	w.addBlock.BindInt64(1, b.number)
	w.addBlock.BindBytes(2, b.hash[:])
	w.addBlock.BindBytes(3, b.root[:])
	if err := execute(w.addBlock); err != nil {
		return fmt.Errorf("journal: add block %d of the tree: %w", b.number, damage(err))
	}
	return nil
}

// insertAnswers finds a slot for every request of g that has a key. The records of one commit
// are next to each other and share their metadata. A key that was answered before keeps its
// first answer.
func (w *writer) insertAnswers(g events.Group, t *tail) error {
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
		commit, slot, err := w.answer(k)
		if err != nil {
			return fmt.Errorf("journal: look up key: %w", err)
		}
		if commit != nil {
			continue
		}
		if slot, err = w.slotWith(t, g, k, slot); err != nil {
			return err
		}
		if slot >= 0 {
			t.answers[slot] = g.First + events.Position(i-1)
		}
	}
	return nil
}

// slotWith returns the slot for k after the changes of t, which come from g: slot, which is free
// but for them, or one behind it. It is negative if g itself has answered k.
func (w *writer) slotWith(t *tail, g events.Group, k key, slot int64) (int64, error) {
	for {
		p, taken := t.answers[slot]
		if !taken {
			return slot, nil
		}
		r := entry{Record: g.Records[p-g.First]}
		if is, err := r.answers(k); err != nil || is {
			return -1, err
		}
		for taken = true; taken; {
			slot++
			if _, taken = w.index.answer(slot); !taken {
				var err error
				if _, taken, err = lookUpAnswer(w.findAnswer, slot); err != nil {
					return -1, err
				}
			}
		}
	}
}
