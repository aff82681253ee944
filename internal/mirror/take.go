package mirror

import (
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/guildhall-dev/guildhall/graphql"
)

// notInSnapshot is the reason of a removal that was not told: a walk from the beginning did
// not come to the object. Whether it must be erased is not known, so it must.
const notInSnapshot = "NOT_IN_SNAPSHOT"

// take writes a page and the cursor after it, both or neither. Pages come in the order of the
// feed, so that an object takes the place of what there was of it, whatever its version.
func (s *store) take(p page) (err error) {
	before := s.at
	defer func() {
		if err != nil {
			s.at = before
		}
	}()
	defer sqlitex.Transaction(s.conn)(&err)
	for _, c := range p.Changes {
		if c.Typename == "Removal" {
			err = s.remove(c.ID, c.Of, c.Reason, c.MustErase)
		} else {
			err = s.put(c.Node, c.Position)
		}
		if err != nil {
			return err
		}
	}
	if s.at.walking && p.UpToDate {
		if err := s.settle(); err != nil {
			return err
		}
		s.at.walking = false
	}
	if s.at.cursor = p.Cursor; p.UpToDate {
		s.at.position = p.Position
	}
	return s.mark()
}

// put writes the rows of an object in place of those that there are.
func (s *store) put(node map[string]any, position string) error {
	id, _ := node["id"].(string)
	of, _ := node["__typename"].(string)
	into := ""
	if s.at.walking {
		into = gathered
	} else if err := s.do(`DELETE FROM removals WHERE id = ?`, id); err != nil {
		return err
	}
	for _, t := range s.tables {
		if !t.Of(of) {
			continue
		}
		rows, err := t.Rows(node)
		if err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		if err := s.do(fmt.Sprintf(`DELETE FROM %q WHERE _object = ?`, into+t.Name), id); err != nil {
			return err
		}
		insert := fmt.Sprintf(`INSERT INTO %q (%s) VALUES (?, ?%s)`, into+t.Name, columns(t), strings.Repeat(", ?", len(t.Columns)))
		for _, row := range rows {
			if err := s.do(insert, append([]any{id, position}, row...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove takes an object out of everything there is, also while a walk is not whole: what
// must be erased is not kept until then.
func (s *store) remove(id, of, reason string, mustErase bool) error {
	for _, t := range s.tables {
		if !t.Of(of) {
			continue
		}
		for _, name := range []string{t.Name, gathered + t.Name} {
			if err := s.do(fmt.Sprintf(`DELETE FROM %q WHERE _object = ?`, name), id); err != nil {
				return err
			}
		}
	}
	return s.do(`INSERT OR REPLACE INTO removals (id, typename, reason, must_erase) VALUES (?, ?, ?, ?)`, id, of, reason, mustErase)
}

// settle puts what a walk gathered in the place of what there was. What it did not come to
// is gone.
func (s *store) settle() error {
	for _, t := range s.tables {
		if t.Whole() {
			missing := fmt.Sprintf(`INSERT OR IGNORE INTO removals SELECT _object, ?, ?, 1 FROM %q WHERE _object NOT IN (SELECT _object FROM %q)`, t.Name, gathered+t.Name)
			if err := s.do(missing, t.Type(), notInSnapshot); err != nil {
				return err
			}
			if err := s.do(fmt.Sprintf(`DELETE FROM removals WHERE id IN (SELECT _object FROM %q)`, gathered+t.Name)); err != nil {
				return err
			}
		}
		for _, step := range []string{
			fmt.Sprintf(`DELETE FROM %q`, t.Name),
			fmt.Sprintf(`INSERT INTO %q (%s) SELECT %s FROM %q ORDER BY rowid`, t.Name, columns(t), columns(t), gathered+t.Name),
			fmt.Sprintf(`DELETE FROM %q`, gathered+t.Name),
		} {
			if err := s.do(step); err != nil {
				return err
			}
		}
	}
	return nil
}

// columns are all that a table has.
func columns(t graphql.Table) string {
	names := `"_object", "_position"`
	for _, c := range t.Columns {
		names += fmt.Sprintf(", %q", c.Name)
	}
	return names
}

// told is what the copy holds.
func (s *store) told() (State, error) {
	out := State{Institution: s.at.partner, Name: s.at.name, Position: s.at.position, Rows: map[string]int{}}
	for _, t := range s.tables {
		err := s.read(fmt.Sprintf(`SELECT count(*) FROM %q`, t.Name), func(row *sqlite.Stmt) error {
			out.Rows[t.Name] = row.ColumnInt(0)
			return nil
		})
		if err != nil {
			return out, err
		}
	}
	return out, nil
}
