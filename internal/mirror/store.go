package mirror

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/graphql"
)

// File is the name of the SQLite file in a copy that is a directory.
const File = "mirror.sqlite"

const (
	applicationID = 0x47484d31 // "GHM1": which SQLite keeps in the file's header
	gathered      = "_new_"    // before the name of a table of a walk that is not whole yet
)

// A store is the file of a copy. Beside the tables of graphql.Tables, in which _object is the
// object that a row is of and _position that of its last change, it has the objects that are
// gone, in removals, and where the walk stands, in the one row of _copy.
type store struct {
	conn   *sqlite.Conn
	lock   *os.File
	dir    string // in which CSV is written; none if the copy is the file alone
	tables []graphql.Table
	at     place
}

// A place is where a copy stands. Walking is from the beginning: what the tables hold is
// older, and stays until the walk is whole.
type place struct {
	partner, name    string
	cursor, position string
	walking          bool
}

// openStore opens a copy or begins one. Nobody else works on it until close.
func openStore(to string, tables []graphql.Table) (s *store, err error) {
	s = &store{tables: tables}
	path := to
	if !strings.HasSuffix(to, ".sqlite") && !strings.HasSuffix(to, ".db") {
		if err := os.MkdirAll(to, 0o700); err != nil {
			return nil, err
		}
		s.dir, path = to, filepath.Join(to, File)
	}
	if s.lock, err = lock(path); err != nil {
		return nil, err
	}
	if err := s.open(path); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_FILE", "There is no directory %s. Make it, or name another file.", filepath.Dir(path))
	}
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = domain.Refuse(domain.Conflict, "MIRROR_IN_USE", "Another guildhall sync works on %s. Let it finish, or name another copy.", path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (s *store) close() error {
	var err error
	if s.conn != nil {
		err = errors.Join(s.fold(), s.conn.Close())
	}
	return errors.Join(err, s.lock.Close())
}

// fold brings what was written into the file itself, so that what was erased is nowhere else.
func (s *store) fold() error { return s.do(`PRAGMA wal_checkpoint(TRUNCATE)`) }

func (s *store) open(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // for its owner alone
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	notOurs := domain.Refuse(domain.Conflict, "NOT_A_MIRROR", "%s is not a copy that guildhall sync keeps, and is left alone. Name another file.", path)
	if s.conn, err = sqlite.OpenConn(path, sqlite.OpenReadWrite); err != nil {
		return err
	}
	s.conn.SetBusyTimeout(time.Minute)
	var id, made int
	err = s.read(`SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id`, func(row *sqlite.Stmt) error {
		id, made = row.ColumnInt(0), row.ColumnInt(1)
		return nil
	})
	switch {
	case sqlite.ErrCode(err).ToPrimary() == sqlite.ResultNotADB, err == nil && made > 0 && id != applicationID:
		return notOurs
	case err != nil:
		return err
	}
	for _, pragma := range []string{"synchronous = FULL", fmt.Sprintf("application_id = %d", applicationID), "journal_mode = WAL", "secure_delete = ON"} {
		if err := s.do("PRAGMA " + pragma); err != nil {
			return err
		}
	}
	return s.prepare()
}

// prepare makes the tables that are missing. Where columns came with a version, what they
// hold of old rows is not known, so that the walk begins anew.
func (s *store) prepare() (err error) {
	defer sqlitex.Transaction(s.conn)(&err)
	if err := s.do(`CREATE TABLE IF NOT EXISTS _copy (id INTEGER PRIMARY KEY CHECK (id = 1), partner TEXT NOT NULL, name TEXT NOT NULL,
		cursor TEXT NOT NULL, position TEXT NOT NULL, walking INTEGER NOT NULL)`); err != nil {
		return err
	}
	if err := s.do(`INSERT OR IGNORE INTO _copy VALUES (1, '', '', '', '', 1)`); err != nil {
		return err
	}
	if err := s.do(`CREATE TABLE IF NOT EXISTS removals (id TEXT PRIMARY KEY, typename TEXT NOT NULL, reason TEXT NOT NULL, must_erase INTEGER NOT NULL)`); err != nil {
		return err
	}
	err = s.read(`SELECT partner, name, cursor, position, walking FROM _copy`, func(row *sqlite.Stmt) error {
		s.at = place{row.ColumnText(0), row.ColumnText(1), row.ColumnText(2), row.ColumnText(3), row.ColumnBool(4)}
		return nil
	})
	if err != nil {
		return err
	}
	came := false
	for _, t := range s.tables {
		for _, name := range []string{t.Name, gathered + t.Name} {
			more, err := s.table(name, t)
			if err != nil {
				return err
			}
			came = came || more
		}
	}
	if came && s.at.cursor != "" {
		return s.begin()
	}
	return nil
}

// table makes a table, or gives one that is there the columns that it lacks.
func (s *store) table(name string, t graphql.Table) (came bool, err error) {
	err = s.do(fmt.Sprintf(`CREATE TABLE IF NOT EXISTS %q (_object TEXT NOT NULL, _position TEXT NOT NULL)`, name))
	if err == nil {
		err = s.do(fmt.Sprintf(`CREATE INDEX IF NOT EXISTS %q ON %q (_object)`, name+"_object", name))
	}
	has := map[string]bool{}
	if err == nil {
		err = s.read(`SELECT name FROM pragma_table_info(?)`, func(row *sqlite.Stmt) error {
			has[row.ColumnText(0)] = true
			return nil
		}, name)
	}
	for _, c := range t.Columns {
		if has[c.Name] || err != nil {
			continue
		}
		came = true
		kind := "TEXT"
		if c.Integer() || c.Boolean() {
			kind = "INTEGER"
		}
		err = s.do(fmt.Sprintf(`ALTER TABLE %q ADD COLUMN %q %s`, name, c.Name, kind))
	}
	return came, err
}

// cursor is where to go on; empty is at the beginning.
func (s *store) cursor() string { return s.at.cursor }

// belongsTo refuses what is shown to another institution than what the copy holds.
func (s *store) belongsTo(partner, name string) error {
	if s.at.partner != "" && s.at.partner != partner {
		return domain.Refuse(domain.Conflict, "OTHER_MIRROR", "This is the copy of %s, and the system belongs to %s. Name another copy with --to.", s.at.name, name)
	}
	s.at.partner, s.at.name = partner, name
	return nil
}

// startOver begins a walk from the beginning.
func (s *store) startOver() (err error) {
	defer sqlitex.Transaction(s.conn)(&err)
	return s.begin()
}

func (s *store) begin() error {
	for _, t := range s.tables {
		if err := s.do(fmt.Sprintf(`DELETE FROM %q`, gathered+t.Name)); err != nil {
			return err
		}
	}
	s.at.cursor, s.at.walking = "", true
	return s.mark()
}

// mark writes down where the copy stands.
func (s *store) mark() error {
	return s.do(`UPDATE _copy SET partner = ?, name = ?, cursor = ?, position = ?, walking = ?`, s.at.partner, s.at.name, s.at.cursor, s.at.position, s.at.walking)
}

func (s *store) do(query string, args ...any) error {
	return sqlitex.Execute(s.conn, query, &sqlitex.ExecOptions{Args: args})
}

func (s *store) read(query string, row func(*sqlite.Stmt) error, args ...any) error {
	return sqlitex.Execute(s.conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: row})
}
