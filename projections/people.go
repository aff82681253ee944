package projections

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/events"
)

// A Person is somebody who works here.
type Person struct {
	ID       domain.PersonID
	Name     domain.Sealed // empty for somebody who was erased
	Capacity domain.Role
	Position domain.RoleID
	Title    string
	Leads    []domain.RoleID
	Manager  domain.PersonID
	Site     domain.SiteID
	Start    domain.Date // first day of work; zero where it is not known
	Erased   bool

	Capacities []domain.Role     // all in which they act
	PayGrade   string            // for human resources
	Vacancy    domain.PositionID // the opening that they filled, if it is known
	JoinedOn   domain.Date
	LeftOn     domain.Date // the last day, once it is over; zero while they are here
}

// Acts reports whether p acts in one of some capacities.
func (p Person) Acts(as ...domain.Role) bool {
	return slices.ContainsFunc(as, func(r domain.Role) bool { return slices.Contains(p.Capacities, r) })
}

// A Partner is an institution.
type Partner struct {
	ID        domain.PartnerID
	Name      string
	Kind      partner.Kind
	Suspended bool   // it sees and records nothing
	Reason    string // why it is suspended
}

func (b *batch) person(r events.Recorded, e person.Event) error {
	id, err := person.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case person.Joined:
		return b.exec(`INSERT INTO person (id, name, capacity, position, title, leads, manager, site, start_on, erased, capacities, pay_grade, vacancy, joined_on, left_on, joined)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '', '', ?, '', ?)`,
			id, e.Name, e.Capacity, e.Position, e.Title, text(e.Leads), e.Manager, e.Site, e.Start.String(), text([]domain.Role{e.Capacity}), r.Request.Today().String(), text(joinedAs(e)))
	case person.Renamed:
		return errorsOf(b.exec(`UPDATE person SET name = ? WHERE id = ?`, e.Name, id), b.touchPerson(r, id))
	case person.StartRecorded:
		return b.exec(`UPDATE person SET start_on = ? WHERE id = ?`, e.Start.String(), id)
	case person.KeyIssued:
		return b.exec(`INSERT INTO access (hash, key, person, partner) VALUES (?, ?, ?, '')`, e.Hash, e.Key, id)
	case person.KeyRevoked:
		return b.exec(`DELETE FROM access WHERE person = ? AND key = ?`, id, e.Key)
	case person.LoginLinked:
		return b.exec(`INSERT INTO login (person, link, login, position) VALUES (?, ?, ?, ?)`, id, e.Link, e.Login, r.Position)
	case person.LoginUnlinked:
		return b.exec(`DELETE FROM login WHERE person = ? AND link = ?`, id, e.Link)
	case person.Erased:
		b.erased = append(b.erased, id)
		if err := errorsOf(b.touchPerson(r, id), b.erasure(r, id, e)); err != nil {
			return err
		}
		return b.all([]string{
			`UPDATE person SET name = '', leads = '[]', manager = '', joined = '{}', erased = 1 WHERE id = ?`,
			`DELETE FROM person_fact WHERE person = ?`,
			`DELETE FROM mentor_offer WHERE person = ?`,
			`DELETE FROM membership WHERE person = ?`,
			`DELETE FROM suggestion WHERE person = ?`,
			`DELETE FROM access WHERE person = ?`,
			`DELETE FROM login WHERE person = ?`,
			`DELETE FROM preference WHERE person = ?`,
			`DELETE FROM calendar_link WHERE person = ?`,
			`DELETE FROM delegate WHERE person = ?`,
			`UPDATE consent SET plain = '' WHERE person = ?`,
			`UPDATE evidence SET plain_uri = '' WHERE learner IN (SELECT id FROM learner WHERE person = ?)`,
		}, id)
	case person.ErasureAsked, person.ErasureWithdrawn, person.ErasureRefused:
		return b.erasure(r, id, e)
	default:
		return errorsOf(b.career(r, id, e), b.wishes(r, id, e))
	}
}

func (b *batch) partner(r events.Recorded, e partner.Event) error {
	id, err := partner.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case partner.Onboarded:
		return b.exec(`INSERT INTO partner (id, name, kind, suspended, reason) VALUES (?, ?, ?, 0, '')`, id, e.Name, cmp.Or(e.Kind, partner.College))
	case partner.Suspended:
		return errorsOf(b.exec(`UPDATE partner SET suspended = 1, reason = ? WHERE id = ?`, e.Reason, id), b.regrantPartner(r, id))
	case partner.Resumed:
		return errorsOf(b.exec(`UPDATE partner SET suspended = 0, reason = '' WHERE id = ?`, id), b.regrantPartner(r, id))
	case partner.KeyIssued:
		return b.exec(`INSERT INTO access (hash, key, person, partner) VALUES (?, ?, '', ?)`, e.Hash, e.Key, id)
	case partner.DelegateNamed, partner.DelegateDismissed:
		return b.delegate(r, id, e)
	case partner.KeyRevoked:
		return b.exec(`DELETE FROM access WHERE partner = ? AND key = ?`, id, e.Key)
	}
	return nil
}

// Bearer returns who holds the live key whose secret has this SHA-256, in hexadecimal.
func (db *DB) Bearer(ctx context.Context, hash string) (domain.Actor, error) {
	a, err := db.recalled.bearers.ask(hash, func() (a domain.Actor, err error) {
		return a, db.read.QueryRowContext(ctx, `
			SELECT a.person, a.partner, coalesce(p.capacity, 'partner')
			FROM access a LEFT JOIN person p ON p.id = a.person
			WHERE a.hash = ? AND coalesce(p.capacities <> '[]' AND p.left_on = '', 1)`, hash).Scan(&a.Person, &a.Partner, &a.Role)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return a, domain.Refuse(domain.Forbidden, "UNKNOWN_TOKEN", "This token is not known here or was revoked. Ask whoever runs this Guildhall for a new one.")
	}
	return a, fault(err, "bearer")
}

// A LoginLink says as whom an OpenID provider knows somebody.
type LoginLink struct {
	Person domain.PersonID
	Link   domain.KeyID
	Login  domain.Sealed
}

// LoginLinks returns the links of all people.
func (db *DB) LoginLinks(ctx context.Context) ([]LoginLink, error) {
	links, err := collect(ctx, db.read, func(rows *sql.Rows) (l LoginLink, err error) {
		return l, rows.Scan(&l.Person, &l.Link, &l.Login)
	}, `SELECT person, link, login FROM login ORDER BY person, link`)
	return links, fault(err, "links of logins")
}

// StillLinked reports whether a link of a person's login has not ended.
func (db *DB) StillLinked(ctx context.Context, id domain.PersonID, link domain.KeyID) (is bool, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM login WHERE person = ? AND link = ?)`, id, link).Scan(&is)
	return is, fault(err, "still linked")
}

// LoginEdition is another one whenever the links of logins are others.
func (db *DB) LoginEdition(ctx context.Context) (edition string, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT coalesce(max(position), 0) || ' ' || count(*) FROM login`).Scan(&edition)
	return edition, fault(err, "edition of logins")
}

// Acting returns the actor that a person is, or false if they act as nobody: they left, were
// erased, or are not known.
func (db *DB) Acting(ctx context.Context, id domain.PersonID) (domain.Actor, bool, error) {
	a := domain.Actor{Person: id}
	err := db.read.QueryRowContext(ctx, `SELECT capacity FROM person WHERE id = ? AND capacities <> '[]' AND left_on = '' AND NOT erased`, id).Scan(&a.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return domain.Actor{}, false, nil
	}
	return a, err == nil, fault(err, "acting")
}

const personColumns = `id, name, capacity, position, title, leads, manager, site, start_on, erased, capacities, pay_grade, vacancy, joined_on, left_on`

func scanPerson(rows *sql.Rows) (p Person, err error) {
	var leads, capacities string
	if err := rows.Scan(&p.ID, &p.Name, &p.Capacity, &p.Position, &p.Title, &leads, &p.Manager, &p.Site, date{&p.Start}, &p.Erased,
		&capacities, &p.PayGrade, &p.Vacancy, date{&p.JoinedOn}, date{&p.LeftOn}); err != nil {
		return p, err
	}
	return p, errors.Join(json.Unmarshal([]byte(leads), &p.Leads), json.Unmarshal([]byte(capacities), &p.Capacities))
}

// Person returns one person, or a refusal (NO_SUCH_PERSON).
func (db *DB) Person(ctx context.Context, id domain.PersonID) (Person, error) {
	found, err := db.Named(ctx, id)
	p, known := found[id]
	if err == nil && !known {
		return Person{}, domain.Refuse(domain.NotFound, "NO_SUCH_PERSON", "There is no such person.")
	}
	return p, err
}

// People returns everybody, by id.
func (db *DB) People(ctx context.Context) ([]Person, error) {
	ids, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.PersonID, err error) { return id, rows.Scan(&id) }, `SELECT id FROM person ORDER BY id`)
	if err != nil {
		return nil, fault(err, "people")
	}
	found, err := db.Named(ctx, ids...)
	out := make([]Person, 0, len(found))
	for _, id := range ids {
		if p, known := found[id]; known {
			out = append(out, p)
		}
	}
	return out, err
}

// Named returns the people with the given ids; unknown ids are left out.
func (db *DB) Named(ctx context.Context, ids ...domain.PersonID) (map[domain.PersonID]Person, error) {
	return db.recalled.people.recall(ids, func(missing []domain.PersonID) (map[domain.PersonID]Person, error) {
		ps, err := db.people(ctx, `WHERE id IN (SELECT value FROM json_each(?))`, text(missing))
		out := make(map[domain.PersonID]Person, len(ps))
		for _, p := range ps {
			out[p.ID] = p
		}
		return out, err
	})
}

// Leader returns the manager of the team that a role belongs to, or false if nobody leads one.
func (db *DB) Leader(ctx context.Context, role domain.RoleID) (Person, bool, error) {
	ps, err := db.people(ctx, `WHERE EXISTS (SELECT 1 FROM json_each(leads) WHERE value = ?) AND left_on = '' ORDER BY id LIMIT 1`, role)
	if err != nil || len(ps) == 0 {
		return Person{}, false, err
	}
	return ps[0], true, nil
}

// Teammates are those who report to somebody or to the same manager as they do, by id.
func (db *DB) Teammates(ctx context.Context, id domain.PersonID) ([]Person, error) {
	return db.people(ctx, `WHERE id <> ?1 AND NOT erased AND left_on = '' AND manager <> '' AND manager IN (?1, (SELECT manager FROM person WHERE id = ?1)) ORDER BY id LIMIT 200`, id)
}

// Holders is how many people have a job now.
func (db *DB) Holders(ctx context.Context, job domain.RoleID) (n int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM person WHERE position = ? AND left_on = '' AND NOT erased`, job).Scan(&n)
	return n, fault(err, "holders")
}

// Sites returns where people work.
func (db *DB) Sites(ctx context.Context) ([]domain.SiteID, error) {
	sites, err := collect(ctx, db.read, func(rows *sql.Rows) (s domain.SiteID, err error) { return s, rows.Scan(&s) },
		`SELECT DISTINCT site FROM person WHERE site <> '' ORDER BY site`)
	return sites, fault(err, "sites")
}

// Above returns whom each of some people reports to, and whom these report to, the nearest first.
func (db *DB) Above(ctx context.Context, ids ...domain.PersonID) (map[domain.PersonID][]Person, error) {
	const highest = 20
	type rung struct{ of, above domain.PersonID }
	rungs, err := collect(ctx, db.read, func(rows *sql.Rows) (r rung, err error) { return r, rows.Scan(&r.of, &r.above) },
		`WITH RECURSIVE up (of, above, height) AS (
			SELECT id, manager, 1 FROM person WHERE id IN (SELECT value FROM json_each(?))
			UNION ALL SELECT up.of, p.manager, height + 1 FROM up JOIN person p ON p.id = up.above WHERE height < ?)
		SELECT of, above FROM up WHERE above <> '' ORDER BY of, height`, text(ids), highest)
	if err != nil {
		return nil, fault(err, "above")
	}
	var named []domain.PersonID
	for _, r := range rungs {
		named = append(named, r.above)
	}
	who, err := db.Named(ctx, named...)
	out := map[domain.PersonID][]Person{}
	for _, r := range rungs {
		p, known := who[r.above]
		if known && r.above != r.of && !slices.ContainsFunc(out[r.of], func(q Person) bool { return q.ID == p.ID }) {
			out[r.of] = append(out[r.of], p)
		}
	}
	return out, err
}

// InCapacity returns the people who act in a capacity, by id.
func (db *DB) InCapacity(ctx context.Context, c domain.Role) ([]Person, error) {
	return db.people(ctx, `WHERE EXISTS (SELECT 1 FROM json_each(capacities) WHERE value = ?) AND NOT erased AND left_on = '' ORDER BY id`, c)
}

// Erased returns whose keys are destroyed, by id: who was erased, and students of whom it was
// settled who they are.
func (db *DB) Erased(ctx context.Context) ([]domain.PersonID, error) {
	ids, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.PersonID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM person WHERE erased ORDER BY id`)
	if err != nil {
		return nil, fault(err, "erased")
	}
	_, err = collect(ctx, db.read, func(rows *sql.Rows) (_ struct{}, err error) {
		var id domain.StudentID
		var rounds int
		err = rows.Scan(&id, &rounds)
		for round := range rounds {
			ids = append(ids, student.Key(id, round))
		}
		return struct{}{}, err
	}, `SELECT id, round FROM student WHERE round > 0 ORDER BY id`)
	return ids, fault(err, "erased")
}

func (db *DB) people(ctx context.Context, where string, args ...any) ([]Person, error) {
	ps, err := collect(ctx, db.read, scanPerson, `SELECT `+personColumns+` FROM person `+where, args...)
	return ps, fault(err, "people")
}

// Partners returns every institution, by id.
func (db *DB) Partners(ctx context.Context) ([]Partner, error) {
	ps, err := db.recalled.partners.ask("", func() ([]Partner, error) {
		return collect(ctx, db.read, func(rows *sql.Rows) (p Partner, err error) {
			return p, rows.Scan(&p.ID, &p.Name, &p.Kind, &p.Suspended, &p.Reason)
		}, `SELECT id, name, kind, suspended, reason FROM partner ORDER BY id`)
	})
	return ps, fault(err, "partners")
}

// fault says which question failed; a nil err stays nil.
func fault(err error, question string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("projections: %s: %w", question, err)
}
