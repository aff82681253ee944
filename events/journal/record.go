package journal

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// An entry is a record and its place.
type entry struct {
	place
	previous events.Position // of the record before it in its stream
	lead     int             // how many records before it its commit begins
	events.Record
}

// columns are what scan reads. The metadata is that of the commit; where it stands belies
// lead, there is none, and the hash does not fit.
const (
	columns = columnsBut + `, ` + commitMeta + `, r.body`

	columnsBut = `r.position, r.previous, r.revision, r.lead, r.schema, r.hash, r.id, r.stream, r.name`
	commitMeta = `CASE WHEN r.meta IS NULL THEN (SELECT f.meta FROM record f WHERE f.position = r.position - r.lead AND f.lead = 0)
		WHEN r.lead = 0 THEN r.meta END`
)

const (
	hashColumn  = 5
	columnCount = 11
)

// scan reads the row of columns that stmt is at.
func scan(stmt *sqlite.Stmt) (e entry, err error) {
	e.position = events.Position(stmt.ColumnInt64(0))
	e.previous = events.Position(stmt.ColumnInt64(1))
	e.Revision = uint64(stmt.ColumnInt64(2))
	e.lead = stmt.ColumnInt(3)
	e.Schema = uint64(stmt.ColumnInt64(4))
	if e.hash, err = digest[events.Hash](stmt, hashColumn); err != nil {
		return e, err
	}
	if stmt.ColumnType(6) == sqlite.TypeBlob && stmt.ColumnLen(6) == len(uuid.UUID{}) {
		var id uuid.UUID
		stmt.ColumnBytes(6, id[:])
		e.ID = id.String()
	} else {
		e.ID = stmt.ColumnText(6)
	}
	e.Stream = domain.Stream(stmt.ColumnText(7))
	e.Name = stmt.ColumnText(8)
	e.Meta = []byte(stmt.ColumnText(9))
	e.Body = []byte(stmt.ColumnText(10))
	return e, nil
}

// A statement for this many records costs less than one for each.
const bulk = 16

// insertRecords is the statement that takes n records.
func insertRecords(n int) string {
	const row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	return `INSERT OR FAIL INTO record (position, previous, revision, lead, schema, hash, id, stream, name, meta, body) VALUES ` +
		row + strings.Repeat(", "+row, n-1)
}

// bind makes e row i of a statement of insertRecords.
func (e *entry) bind(stmt *sqlite.Stmt, i int) {
	i *= columnCount
	stmt.BindInt64(i+1, int64(e.position))
	stmt.BindInt64(i+2, int64(e.previous))
	stmt.BindInt64(i+3, int64(e.Revision))
	stmt.BindInt64(i+4, int64(e.lead))
	stmt.BindInt64(i+5, int64(e.Schema))
	stmt.BindBytes(i+6, e.hash[:])
	if id, err := uuid.Parse(e.ID); err == nil && id.String() == e.ID {
		stmt.BindBytes(i+7, id[:])
	} else {
		stmt.BindText(i+7, e.ID)
	}
	stmt.BindText(i+8, string(e.Stream))
	stmt.BindText(i+9, e.Name)
	if e.lead == 0 {
		stmt.BindText(i+10, string(e.Meta))
	} else {
		stmt.BindNull(i + 10)
	}
	stmt.BindText(i+11, string(e.Body))
}

// follow checks that e is the record right behind at.
func (e *entry) follow(at place) error {
	if e.position != at.position+1 {
		return fmt.Errorf("journal: %w: position %d comes after %d", events.ErrCorrupt, e.position, at.position)
	}
	if e.After(at.hash) != e.hash {
		return fmt.Errorf("journal: %w: the record at position %d does not have its hash", events.ErrCorrupt, e.position)
	}
	return nil
}
