package mirror

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/graphql"
)

// StateFile says in a copy that is a directory which files belong together. It is replaced
// after all of them.
const StateFile = "state.json"

// A published state is what StateFile holds.
type published struct {
	Institution string      `json:"institution"`
	Name        string      `json:"name"`
	Position    string      `json:"position"`
	Cursor      string      `json:"cursor"`
	Files       []tableFile `json:"files"`
}

type tableFile struct {
	File   string `json:"file"`
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"`
}

// publish leaves nothing of what was erased, and writes the tables as CSV, if the copy is a
// directory and they do not lie there already as they are. Every file is whole at any time; together they
// are once StateFile says so.
func (s *store) publish() error {
	if err := s.fold(); err != nil || s.dir == "" {
		return err
	}
	path := filepath.Join(s.dir, StateFile)
	var old published
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &old)
	}
	if err == nil && old.Cursor == s.at.cursor && len(old.Files) == len(s.tables)+1 && old.lies(s.dir) {
		return nil
	}
	now := published{Institution: s.at.partner, Name: s.at.name, Position: s.at.position, Cursor: s.at.cursor}
	for _, t := range s.tables {
		if err := now.add(s.dir, t.Name+".csv", func(w io.Writer) (int, error) { return s.csv(w, t) }); err != nil {
			return err
		}
	}
	if err := now.add(s.dir, "removals.csv", s.removals); err != nil {
		return err
	}
	for _, f := range now.Files {
		if err := os.Rename(filepath.Join(s.dir, f.File+".new"), filepath.Join(s.dir, f.File)); err != nil {
			return err
		}
	}
	if err := syncDir(s.dir); err != nil {
		return err
	}
	if text, err = json.MarshalIndent(now, "", "  "); err != nil {
		return err
	}
	if err := write(path+".new", func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err }); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(s.dir)
}

// lies reports whether all files lie in a directory as they were written.
func (p published) lies(dir string) bool {
	for _, f := range p.Files {
		file, err := os.Open(filepath.Join(dir, f.File))
		if err != nil {
			return false
		}
		sum := sha256.New()
		_, err = io.Copy(sum, file)
		if errors.Join(err, file.Close()) != nil || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
			return false
		}
	}
	return true
}

// add writes a file beside its place.
func (p *published) add(dir, name string, rows func(io.Writer) (int, error)) error {
	sum := sha256.New()
	f := tableFile{File: name}
	err := write(filepath.Join(dir, name+".new"), func(w io.Writer) (err error) {
		f.Rows, err = rows(io.MultiWriter(w, sum))
		return err
	})
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	p.Files = append(p.Files, f)
	return err
}

// write writes a file that only its owner can read, and makes it durable.
func write(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	return errors.Join(fill(w), w.Flush(), f.Sync(), f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// csv writes a table as the server's own file has it, byte for byte: by category and object.
func (s *store) csv(w io.Writer, t graphql.Table) (rows int, err error) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	if _, err := io.WriteString(w, strings.Join(names, ",")+"\r\n"); err != nil {
		return 0, err
	}
	query := fmt.Sprintf(`SELECT "%s" FROM %q WHERE _object >= ?1 || '-' AND _object < ?1 || '.' ORDER BY _object, rowid`, strings.Join(names, `", "`), t.Name)
	for _, category := range t.Categories {
		err := s.read(query, func(row *sqlite.Stmt) error {
			cells := make([]string, len(t.Columns))
			for i, c := range t.Columns {
				cells[i] = c.Cell(valueOf(row, i, c))
			}
			rows++
			_, err := io.WriteString(w, strings.Join(cells, ",")+"\r\n")
			return err
		}, category)
		if err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// valueOf is what a row holds in a column, as graphql.Table.Rows told it.
func valueOf(row *sqlite.Stmt, i int, c graphql.Column) any {
	switch {
	case row.ColumnIsNull(i):
		return nil
	case c.Boolean():
		return row.ColumnBool(i)
	case c.Integer():
		return row.ColumnInt64(i)
	}
	return row.ColumnText(i)
}

// removals writes what is gone.
func (s *store) removals(w io.Writer) (rows int, err error) {
	if _, err := io.WriteString(w, "id,typename,reason,must_erase\r\n"); err != nil {
		return 0, err
	}
	err = s.read(`SELECT id, typename, reason, must_erase FROM removals ORDER BY id`, func(row *sqlite.Stmt) error {
		rows++
		_, err := fmt.Fprintf(w, "\"%s\",\"%s\",\"%s\",%s\r\n", row.ColumnText(0), row.ColumnText(1), row.ColumnText(2), strconv.FormatBool(row.ColumnBool(3)))
		return err
	})
	return rows, err
}
