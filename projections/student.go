package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/events"
)

// A Student is somebody as an institution knows them.
type Student struct {
	Partner domain.PartnerID
	ID      domain.StudentID
	Person  domain.PersonID // who it is here; empty until somebody said so
	Refused bool
	Ident   domain.Sealed // the institution's id
	Name    domain.Sealed
	Since   time.Time // it is so
	Held    []HeldRow
}

// A HeldRow is what an institution says about a student, and waits.
type HeldRow struct {
	Enrolment domain.EnrolmentID
	Content   domain.Sealed
}

func (b *batch) student(r events.Recorded, e student.Event) error {
	partner, id, err := student.ID(r.Stream)
	if err != nil {
		return err
	}
	at := r.Request.At.UnixMicro()
	keep := func(h student.Held) error {
		return b.exec(`INSERT OR REPLACE INTO held (partner, student, enrolment, content) VALUES (?, ?, ?, ?)`, partner, id, h.Enrolment, h.Row)
	}
	// decided ends a round: the key under which the student was sealed is destroyed.
	decided := func(person domain.PersonID, refused bool, ident domain.Sealed) error {
		round := 0
		if _, err := b.one(`SELECT round FROM student WHERE partner = ? AND id = ?`, []any{partner, id}, &round); err != nil {
			return err
		}
		b.erased = append(b.erased, student.Key(id, round))
		return errorsOf(b.exec(`INSERT OR REPLACE INTO student (partner, id, person, refused, ident, name, since, round) VALUES (?, ?, ?, ?, ?, '', ?, ?)`,
			partner, id, person, refused, ident, at, round+1), b.exec(`DELETE FROM held WHERE partner = ? AND student = ?`, partner, id))
	}
	switch e := e.(type) {
	case student.Linked:
		err = b.tellAnew(r, partner, e.Person)
	case student.Unlinked:
		err = b.tellAnew(r, partner, e.Was)
	}
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case student.Reported:
		err = b.exec(`INSERT INTO student (partner, id, person, refused, ident, name, since, round) VALUES (?1, ?2, '', 0, ?3, ?4, ?5, 0)
			ON CONFLICT DO UPDATE SET ident = ?3, name = ?4, since = ?5`, partner, id, e.ID, e.Name, at)
	case student.Held:
		err = keep(e)
	case student.Applied:
		for _, done := range e.Enrolments {
			err = errorsOf(err, b.exec(`DELETE FROM held WHERE partner = ? AND student = ? AND enrolment = ?`, partner, id, done))
		}
	case student.Linked:
		err = decided(e.Person, false, e.ID)
		for _, h := range e.Held {
			err = errorsOf(err, keep(h))
		}
	case student.Unlinked:
		err = errorsOf(b.exec(`UPDATE student SET person = '', ident = '', since = ? WHERE partner = ? AND id = ?`, at, partner, id),
			b.exec(`DELETE FROM held WHERE partner = ? AND student = ?`, partner, id))
	case student.Refused:
		err = decided("", true, "")
	}
	return err
}

// tellAnew tells a partner anew what it is shown of a person: it has another id for them, or none.
func (b *batch) tellAnew(r events.Recorded, partner domain.PartnerID, who domain.PersonID) error {
	ids, err := b.apprenticeshipsOf(who)
	if err != nil {
		return err
	}
	for _, id := range ids {
		err = errorsOf(err, b.tellAll(r, pair{partner, id}))
	}
	return err
}

// Unmatched returns the students of an institution, or of all, of whom nobody said yet who
// they are, those first who wait longest.
func (db *DB) Unmatched(ctx context.Context, partner domain.PartnerID, first int) ([]Student, error) {
	return db.students(ctx, `person = '' AND NOT refused AND ident <> '' AND ? IN ('', partner) ORDER BY since, partner, id LIMIT ?`, partner, first)
}

// Student returns one student, or false.
func (db *DB) Student(ctx context.Context, partner domain.PartnerID, id domain.StudentID) (Student, bool, error) {
	found, err := db.students(ctx, `partner = ? AND id = ?`, partner, id)
	if err != nil || len(found) == 0 {
		return Student{}, false, err
	}
	return found[0], true, nil
}

// StudentsOf returns whom institutions call people, by institution.
func (db *DB) StudentsOf(ctx context.Context, people ...domain.PersonID) ([]Student, error) {
	return db.students(ctx, `person <> '' AND person IN (SELECT value FROM json_each(?)) ORDER BY person, partner, id`, text(people))
}

func (db *DB) students(ctx context.Context, where string, args ...any) (found []Student, err error) {
	type key struct {
		partner domain.PartnerID
		id      domain.StudentID
	}
	err = db.snapshot(ctx, func(q querier) error {
		waits := map[key][]HeldRow{}
		_, err := collect(ctx, q, func(rows *sql.Rows) (h HeldRow, err error) {
			var k key
			err = rows.Scan(&k.partner, &k.id, &h.Enrolment, &h.Content)
			waits[k] = append(waits[k], h)
			return h, err
		}, `SELECT partner, student, enrolment, content FROM held WHERE (partner, student) IN (SELECT partner, id FROM student WHERE `+where+`) ORDER BY partner, student, enrolment`, args...)
		if err != nil {
			return err
		}
		found, err = collect(ctx, q, func(rows *sql.Rows) (s Student, err error) {
			err = rows.Scan(&s.Partner, &s.ID, &s.Person, &s.Refused, &s.Ident, &s.Name, instant{&s.Since})
			s.Held = waits[key{s.Partner, s.ID}]
			return s, err
		}, `SELECT partner, id, person, refused, ident, name, since FROM student WHERE `+where, args...)
		return err
	})
	return found, fault(err, "students")
}

// Unclaimed returns learners whom no student of an institution is said to be and who let it see
// something on a day, by id.
func (db *DB) Unclaimed(ctx context.Context, partner domain.PartnerID, on domain.Date, first int) ([]Learner, error) {
	ls, err := db.readLearners(ctx, db.read, `SELECT `+learnerColumns+`WHERE l.id IN (SELECT r.learner FROM roster r JOIN learner k ON k.id = r.learner
		WHERE r.partner = ? AND r.until >= ? AND NOT EXISTS (SELECT 1 FROM student s WHERE s.person = k.person AND s.partner = r.partner)
		GROUP BY r.learner ORDER BY r.learner LIMIT ?) ORDER BY l.id`, partner, on.String(), first)
	return ls, fault(err, "unclaimed")
}

// Waiting returns the students of an institution of whom something is held.
func (db *DB) Waiting(ctx context.Context, partner domain.PartnerID) ([]Student, error) {
	return db.students(ctx, `partner = ? AND `+someHeld+` ORDER BY id`, partner)
}

// LinkedWaiting returns the students of whom something is held although it is known who they are.
func (db *DB) LinkedWaiting(ctx context.Context) ([]Student, error) {
	return db.students(ctx, `person <> '' AND `+someHeld+` ORDER BY partner, id`)
}

const someHeld = `EXISTS (SELECT 1 FROM held h WHERE h.partner = student.partner AND h.student = student.id)`
