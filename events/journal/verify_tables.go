package journal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// compareHeads names the heads that the records could not be compared with.
func (c *check) compareHeads(context.Context) error {
	for _, h := range c.heads {
		switch {
		case h.Size > c.found.End:
			c.fault(0, "", "the log ends at position %d, yet a head was signed for %d records: the last ones are missing", c.found.End, h.Size)
		case h.Size > c.tree.Size():
			c.fault(0, "", "the head for %d records cannot be compared: records before its end are damaged", h.Size)
		}
	}
	return nil
}

// compareAnswers checks what a look-up of a key cannot find out.
func (c *check) compareAnswers(ctx context.Context) error {
	return c.reading(ctx, (*reader).answersAddUp)
}

// compareTree compares the stored tree with the one that the records make up.
func (c *check) compareTree(ctx context.Context) error {
	if len(c.lost) > 0 || len(c.blocks) == 0 {
		return nil
	}
	return c.eachBlock(ctx, int64(len(c.blocks)), func(b block) error {
		if b != c.blocks[b.number] {
			first := events.Position(b.number*blockRecords) + 1
			return fmt.Errorf("the stored tree is not that of the records from position %d to %d", first, first+blockRecords-1)
		}
		return nil
	})
}

// compareStreams compares the table stream with the streams that were read. While it is
// being filed, it may know more of a stream than it has to.
func (c *check) compareStreams(ctx context.Context) error {
	err := c.reading(ctx, func(r *reader) error {
		return each(r.streams, func(stmt *sqlite.Stmt) error {
			name := domain.Stream(stmt.ColumnText(3))
			is, err := scanRow(stmt, name)
			if err != nil {
				c.fault(0, name, "%s", problem(err))
				return nil
			}
			c.compareStream(name, is)
			return nil
		})
	})
	if err != nil || len(c.lost) > 0 {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(c.streams)) {
		if t := c.streams[name]; !t.seen && t.indexed != (row{}) {
			c.fault(t.end.last, name, "the stream is not in the index, and would be read as empty")
		}
	}
	return nil
}

func (c *check) compareStream(name domain.Stream, is row) {
	t := c.streams[name]
	if t == nil {
		if is.last <= c.found.End && len(c.lost) == 0 {
			c.fault(0, name, "the index has this stream, and no record is on it")
		}
		return
	}
	t.seen = true
	if c.lost[is.last] || is == t.end {
		return
	}
	if is.last < t.indexed.last || is.last == t.indexed.last && is != t.indexed {
		c.fault(t.indexed.last, name, "the index says that the stream ends with revision %d at position %d; it goes on to revision %d", is.revision, is.last, t.indexed.revision)
	}
}

// file has SQLite look at every page of the file.
func (c *check) file(ctx context.Context) error {
	conn, err := connect(c.readers.uri, sqlite.OpenReadOnly, "query_only = 1")
	if err != nil {
		return err
	}
	conn.SetInterrupt(ctx.Done())
	whole := true
	err = sqlitex.ExecuteTransient(conn, `PRAGMA integrity_check(20)`, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		if line := stmt.ColumnText(0); line != "ok" {
			whole = false
			c.fault(0, "", "%s is damaged: %s", File, line)
		}
		return nil
	}})
	if err == nil && !whole {
		err = c.misfits(conn)
	}
	return errors.Join(err, conn.Close())
}

// misfits names the records that are read as they were written, though a value of theirs is said
// to be of another type.
func (c *check) misfits(conn *sqlite.Conn) error {
	const query = `SELECT position, stream FROM record WHERE typeof(previous) <> 'integer' OR typeof(revision) <> 'integer'
		OR typeof(lead) <> 'integer' OR typeof(schema) <> 'integer' OR typeof(hash) <> 'blob' OR typeof(id) NOT IN ('blob', 'text')
		OR typeof(stream) <> 'text' OR typeof(name) <> 'text' OR typeof(meta) NOT IN ('text', 'null') OR typeof(body) <> 'text'`
	return sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		c.fault(events.Position(stmt.ColumnInt64(0)), domain.Stream(stmt.ColumnText(1)), "a value of it is of another type than was written")
		return nil
	}})
}
