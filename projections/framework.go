package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/events"
)

// A Framework is the edition of a role framework that is in force.
type Framework struct {
	ID      domain.FrameworkID
	Name    string
	Version string // as the publisher numbers it
	Edition int    // from 1
	Source  string // who published it and under which licence
}

// A WorkRole is a role of a public framework, such as NICE.
type WorkRole struct {
	Framework   domain.FrameworkID
	Code        string
	OPM         string // US personnel code
	Title       string
	Description string
	Statements  []domain.StatementID // the tasks, knowledge and skills it needs
}

// A Statement is one task, piece of knowledge or skill of a framework.
type Statement struct {
	Code domain.StatementID
	Kind framework.Kind
	Text string
}

func (b *batch) framework(r events.Recorded, e framework.Event) error {
	id, err := framework.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case framework.Published:
		return errorsOf(
			b.all([]string{`DELETE FROM framework WHERE id = ?`, `DELETE FROM work_role WHERE framework = ?`, `DELETE FROM statement WHERE framework = ?`, `DELETE FROM related WHERE framework = ?`}, id),
			b.exec(`INSERT INTO framework (id, name, version, edition, source) VALUES (?, ?, ?, ?, ?)`, id, e.Name, e.Version, e.Edition, e.Source))
	case framework.StatementDefined:
		return b.exec(`INSERT INTO statement (framework, code, kind, body) VALUES (?, ?, ?, ?)`, id, e.Code, e.Kind, e.Text)
	case framework.StatementsDefined:
		return b.exec(`INSERT INTO statement (framework, code, kind, body) SELECT ?, value ->> 'code', value ->> 'kind', value ->> 'text' FROM json_each(?)`, id, text(e.Statements))
	case framework.RelatedDefined:
		return b.exec(`INSERT INTO related (framework, code, place, other, tier) SELECT ?, ?, key + 1, value ->> 'code', value ->> 'tier' FROM json_each(?)`, id, e.Code, text(e.Related))
	case framework.RoleDefined:
		return b.exec(`INSERT INTO work_role (framework, code, opm, title, description, statements) VALUES (?, ?, ?, ?, ?, ?)`,
			id, e.Code, e.OPM, e.Title, e.Description, text(e.Statements))
	case framework.CategoryDefined, framework.AreaDefined: // no view asks for them
	}
	return nil
}

// Frameworks returns the editions in force, by id.
func (db *DB) Frameworks(ctx context.Context) ([]Framework, error) {
	found, err := collect(ctx, db.read, scanFramework, frameworks+`ORDER BY id`)
	return found, fault(err, "frameworks")
}

const frameworks = `SELECT id, name, version, edition, source FROM framework `

func scanFramework(rows *sql.Rows) (f Framework, err error) {
	return f, rows.Scan(&f.ID, &f.Name, &f.Version, &f.Edition, &f.Source)
}

// Framework returns the edition in force, or a refusal (NO_SUCH_FRAMEWORK).
func (db *DB) Framework(ctx context.Context, id domain.FrameworkID) (Framework, error) {
	found, err := collect(ctx, db.read, scanFramework, frameworks+`WHERE id = ?`, id)
	if err == nil && len(found) == 0 {
		return Framework{}, domain.Refuse(domain.NotFound, "NO_SUCH_FRAMEWORK", "There is no role framework %q. Import it first.", id)
	}
	if err != nil {
		return Framework{}, fault(err, "framework")
	}
	return found[0], nil
}

const workRoles = `SELECT framework, code, opm, title, description, statements FROM work_role `

func scanWorkRole(rows *sql.Rows) (w WorkRole, err error) {
	var list string
	if err := rows.Scan(&w.Framework, &w.Code, &w.OPM, &w.Title, &w.Description, &list); err != nil {
		return w, err
	}
	return w, json.Unmarshal([]byte(list), &w.Statements)
}

// WorkRoles returns the roles of one framework, or of every one if id is empty, by
// framework and code.
func (db *DB) WorkRoles(ctx context.Context, id domain.FrameworkID) ([]WorkRole, error) {
	found, err := collect(ctx, db.read, scanWorkRole, workRoles+`WHERE ? IN ('', framework) ORDER BY framework, code`, id)
	return found, fault(err, "work roles")
}

// RolesNamed returns those of a framework's roles that are asked for; unknown codes are
// left out.
func (db *DB) RolesNamed(ctx context.Context, id domain.FrameworkID, codes ...string) (map[string]WorkRole, error) {
	found, err := collect(ctx, db.read, scanWorkRole, workRoles+`WHERE framework = ? AND code IN (SELECT value FROM json_each(?))`, id, text(codes))
	out := make(map[string]WorkRole, len(found))
	for _, r := range found {
		out[r.Code] = r
	}
	return out, fault(err, "roles")
}

// WorkRole returns one role, or a refusal (NO_SUCH_WORK_ROLE).
func (db *DB) WorkRole(ctx context.Context, id domain.FrameworkID, code string) (WorkRole, error) {
	found, err := collect(ctx, db.read, scanWorkRole, workRoles+`WHERE framework = ? AND code = ?`, id, code)
	if err == nil && len(found) == 0 {
		return WorkRole{}, domain.Refuse(domain.NotFound, "NO_SUCH_WORK_ROLE", "The framework %q has no work role %q. Choose one from its list.", id, code).About("workRole")
	}
	if err != nil {
		return WorkRole{}, fault(err, "work role")
	}
	return found[0], nil
}

// Statements returns those of a framework's statements that are asked for; unknown codes
// are left out.
func (db *DB) Statements(ctx context.Context, id domain.FrameworkID, codes ...domain.StatementID) (map[domain.StatementID]Statement, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (s Statement, err error) {
		return s, rows.Scan(&s.Code, &s.Kind, &s.Text)
	}, `SELECT code, kind, body FROM statement WHERE framework = ? AND code IN (SELECT value FROM json_each(?))`, id, text(codes))
	out := make(map[domain.StatementID]Statement, len(found))
	for _, s := range found {
		out[s.Code] = s
	}
	return out, fault(err, "statements")
}
