package journal

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A reader is a connection that only reads.
type reader struct {
	conn *sqlite.Conn

	begin, end           *sqlite.Stmt
	inOrder, pair, link  *sqlite.Stmt
	hash, hashes, blocks *sqlite.Stmt
	findStream, streams  *sqlite.Stmt
	findAnswer, answers  *sqlite.Stmt
}

const (
	inOrder = `SELECT ` + columns + ` FROM record r WHERE r.position > ? ORDER BY r.position LIMIT ?`
	pair    = `SELECT ` + columnsBut + `, CASE r.position WHEN ?2 THEN ` + commitMeta + ` END, r.body
		FROM record r WHERE r.position BETWEEN ?1 AND ?2 ORDER BY r.position`
	findHash   = `SELECT hash FROM record WHERE position = ?`
	allStreams = `SELECT revision, last, checksum, name FROM stream`
	findStream = allStreams + ` WHERE name = ?`
	findAnswer = `SELECT position FROM answer WHERE slot = ?`
)

func openReader(uri string) (*reader, error) {
	conn, err := connect(uri, sqlite.OpenReadOnly, "cache_size = -8192", "query_only = 1")
	if err != nil {
		return nil, err
	}
	r := &reader{conn: conn}
	err = prepare(conn, map[**sqlite.Stmt]string{
		&r.begin:      `BEGIN`,
		&r.end:        `COMMIT`,
		&r.inOrder:    inOrder,
		&r.pair:       pair,
		&r.link:       `SELECT previous, revision, stream FROM record WHERE position = ?`,
		&r.hash:       findHash,
		&r.hashes:     `SELECT hash FROM record WHERE position BETWEEN ? AND ? ORDER BY position`,
		&r.blocks:     `SELECT block, hash, root FROM tree WHERE block < ? ORDER BY block`,
		&r.findStream: findStream,
		&r.streams:    allStreams,
		&r.findAnswer: findAnswer,
		&r.answers:    `SELECT slot, position FROM answer`,
	})
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return r, nil
}

// A pool lends readers. It opens one only when all that are open are lent, so that who reads
// alone finds in its cache what was read before.
type pool struct {
	uri      string
	idle     chan *reader
	unopened chan struct{} // one for each that may still be opened
}

func newPool(uri string) *pool {
	n := 2 * runtime.NumCPU()
	p := &pool{uri: uri, idle: make(chan *reader, n), unopened: make(chan struct{}, n)}
	for range n {
		p.unopened <- struct{}{}
	}
	return p
}

// close waits for the readers that are lent.
func (p *pool) close() error {
	var errs []error
	for range cap(p.idle) {
		select {
		case r := <-p.idle:
			errs = append(errs, r.conn.Close())
		case <-p.unopened:
		}
	}
	return errors.Join(errs...)
}

// reading lends a reader to read, which must not wait for anything.
func (j *Journal) reading(ctx context.Context, read func(*reader) error) error {
	if err := j.usable(ctx); err != nil {
		return err
	}
	r, err := j.lend(ctx)
	if err != nil {
		return err
	}
	defer func() { j.readers.idle <- r }()
	return damage(read(r))
}

// lend takes a reader from the pool, which gets it back.
func (j *Journal) lend(ctx context.Context) (*reader, error) {
	select {
	case r := <-j.readers.idle:
		return r, nil
	default:
	}
	select {
	case r := <-j.readers.idle:
		return r, nil
	case <-j.readers.unopened:
		r, err := openReader(j.readers.uri)
		if err != nil {
			j.readers.unopened <- struct{}{}
			return nil, fmt.Errorf("journal: %w", damage(err))
		}
		return r, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-j.closed:
		return nil, errClosed
	}
}

// atOnce runs read in one read transaction, which costs less than one for each look-up.
func (r *reader) atOnce(read func() error) error {
	if err := execute(r.begin); err != nil {
		return err
	}
	return errors.Join(read(), execute(r.end))
}

// errEnough is what a visit ends each with when it needs no more.
var errEnough = errors.New("enough")

// each calls visit for every row of stmt, until it has enough, and readies stmt for its next run.
func each(stmt *sqlite.Stmt, visit func(*sqlite.Stmt) error) error {
	for {
		more, err := stmt.Step()
		if err == nil && more {
			err = visit(stmt)
		}
		if err == errEnough {
			return stmt.Reset()
		}
		if err != nil || !more {
			return errors.Join(err, stmt.Reset())
		}
	}
}

// lookUpStream returns a row of the table stream, the zero row if there is none.
func lookUpStream(stmt *sqlite.Stmt, s domain.Stream) (r row, err error) {
	stmt.BindText(1, string(s))
	err = each(stmt, func(stmt *sqlite.Stmt) error {
		r, err = scanRow(stmt, s)
		return err
	})
	if err != nil {
		err = fmt.Errorf("journal: look up %s: %w", s, damage(err))
	}
	return r, err
}

// scanRow reads the row of stream s.
func scanRow(stmt *sqlite.Stmt, s domain.Stream) (row, error) {
	r := row{uint64(stmt.ColumnInt64(0)), events.Position(stmt.ColumnInt64(1))}
	if stmt.ColumnInt64(2) != r.checksum(s) {
		return row{}, fmt.Errorf("%w: the index of %s does not have its checksum", events.ErrCorrupt, s)
	}
	return r, nil
}

// lookUpAnswer returns a row of the table answer.
func lookUpAnswer(stmt *sqlite.Stmt, slot int64) (p events.Position, found bool, err error) {
	stmt.BindInt64(1, slot)
	err = each(stmt, func(stmt *sqlite.Stmt) error {
		p, found = events.Position(stmt.ColumnInt64(0)), true
		return nil
	})
	if err != nil {
		err = fmt.Errorf("journal: look up key: %w", damage(err))
	}
	return p, found, err
}

// fileURI names the file at path for SQLite.
func fileURI(path string, options url.Values) string {
	return (&url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}).String()
}
