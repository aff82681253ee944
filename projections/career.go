package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// joinedAs is what somebody joined as: it holds until something else does.
func joinedAs(e person.Joined) map[string]any {
	return map[string]any{"capacity": e.Capacity, "position": e.Position, "title": e.Title, "leads": leadsOf(e.Leads), "manager": e.Manager, "site": e.Site}
}

func leadsOf(roles []domain.RoleID) []domain.RoleID {
	if roles == nil {
		return []domain.RoleID{}
	}
	return roles
}

// A CareerKind says what a dated fact about somebody is about.
type CareerKind string

const (
	CareerJob      CareerKind = "job"
	CareerManager  CareerKind = "manager"
	CareerSite     CareerKind = "site"
	CareerCapacity CareerKind = "capacity"
	CareerUsual    CareerKind = "usual" // the capacity in which somebody usually acts
	CareerPresence CareerKind = "presence"
	CareerAbsence  CareerKind = "absence"
)

// career keeps the facts that hold of somebody from a day on, and what holds now.
func (b *batch) career(r events.Recorded, id domain.PersonID, e person.Event) error {
	put := func(kind CareerKind, value, detail string, holds bool, from, until domain.Date) error {
		pending := kind != CareerAbsence && from.After(domain.DateOf(r.Request.At))
		return b.exec(`INSERT INTO person_fact (person, fact, kind, value, detail, holds, from_on, until_on, at, by_person, aside, reason, pending) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?)`,
			id, r.Revision, kind, value, detail, holds, from.String(), until.String(), r.Request.At.UnixMicro(), r.Request.By.Person, pending)
	}
	is := func(kind CareerKind, value string, from domain.Date) error {
		return put(kind, value, "{}", true, from, domain.Date{})
	}
	ends := func(kind CareerKind, value string, from domain.Date) error {
		return put(kind, value, "{}", false, from, domain.Date{})
	}
	job := func(j person.JobTaken) error {
		detail := text(map[string]any{"title": j.Title, "leads": leadsOf(j.Leads), "payGrade": j.PayGrade, "vacancy": j.Vacancy})
		return put(CareerJob, string(j.Position), detail, true, j.From, domain.Date{})
	}
	var err error
	corrects := 0
	switch e := e.(type) {
	case person.JobTaken:
		err, corrects = job(e), e.Corrects
	case person.JobChanged:
		err = errorsOf(job(person.JobTaken{Position: e.Position, Title: e.Title, Leads: e.Leads, From: e.From}), is(CareerSite, string(e.Site), e.From))
	case person.ManagerChanged:
		err, corrects = is(CareerManager, string(e.Manager), e.From), e.Corrects
	case person.SiteChanged:
		err, corrects = is(CareerSite, string(e.Site), e.From), e.Corrects
	case person.CapacityGranted:
		err, corrects = is(CareerCapacity, string(e.Capacity), e.From), e.Corrects
	case person.CapacityRevoked:
		err, corrects = ends(CareerCapacity, string(e.Capacity), e.From), e.Corrects
	case person.CapacityChanged:
		var usual string
		if _, err := b.one(`SELECT `+usually+` FROM person WHERE id = ?1`, []any{id, e.From.String()}, &usual); err != nil {
			return err
		}
		err = errorsOf(is(CareerUsual, string(e.Capacity), e.From), is(CareerCapacity, string(e.Capacity), e.From))
		if usual != string(e.Capacity) {
			err = errorsOf(err, ends(CareerCapacity, usual, e.From))
		}
	case person.Left:
		err, corrects = ends(CareerPresence, string(e.Reason), e.On.AddDays(1)), e.Corrects
	case person.Returned:
		err, corrects = is(CareerPresence, "", e.On), e.Corrects
	case person.AbsencePlanned:
		err, corrects = put(CareerAbsence, string(e.Delegate), "{}", true, e.From, e.Until), e.Corrects
	case person.AbsenceEnded:
		return b.exec(`UPDATE person_fact SET until_on = ? WHERE person = ? AND fact = ?`, e.On.String(), id, e.Absence)
	case person.Struck:
		err = b.exec(`UPDATE person_fact SET aside = ?, reason = ?, pending = 0 WHERE person = ? AND fact = ?`, r.Revision, e.Reason, id, e.Fact)
	case person.TookEffect:
		err = b.exec(`UPDATE person_fact SET pending = 0 WHERE person = ? AND fact = ?`, id, e.Fact)
	default:
		return nil
	}
	if corrects > 0 {
		err = errorsOf(err, b.exec(`UPDATE person_fact SET aside = ?, pending = 0 WHERE person = ? AND fact = ?`, r.Revision, id, corrects))
	}
	return errorsOf(err, b.stands(r, id), b.presence(id))
}

// latest are the facts of a kind about person ?1 that hold on day ?2; first is the one that counts.
const (
	latest  = ` FROM person_fact WHERE person = ?1 AND aside = 0 AND from_on <= ?2 AND kind = `
	first   = ` ORDER BY from_on DESC, fact DESC LIMIT 1`
	usually = `coalesce((SELECT value` + latest + `'usual'` + first + `), joined->>'capacity')`
)

// stands brings what holds of somebody to the day of a record.
func (b *batch) stands(r events.Recorded, id domain.PersonID) error {
	value := func(kind, column, otherwise string) string {
		return `coalesce((SELECT ` + column + latest + `'` + kind + `'` + first + `), ` + otherwise + `)`
	}
	today := domain.DateOf(r.Request.At).String()
	return errorsOf(
		b.exec(`UPDATE person SET
			position = `+value("job", "value", `joined->>'position'`)+`,
			title = `+value("job", "detail->>'title'", `joined->>'title'`)+`,
			leads = `+value("job", "detail->'leads'", `joined->'leads'`)+`,
			pay_grade = `+value("job", "detail->>'payGrade'", `''`)+`,
			vacancy = `+value("job", "detail->>'vacancy'", `''`)+`,
			manager = `+value("manager", "value", `joined->>'manager'`)+`,
			site = `+value("site", "value", `joined->>'site'`)+`,
			left_on = `+value("presence", "CASE holds WHEN 1 THEN '' ELSE date(from_on, '-1 day') END", `''`)+`,
			capacities = (SELECT json_group_array(value) FROM (
				SELECT value, holds, row_number() OVER (PARTITION BY value ORDER BY from_on DESC, fact DESC) AS n, min(fact) OVER (PARTITION BY value) AS since FROM (
					SELECT joined->>'capacity' AS value, 1 AS holds, '' AS from_on, 0 AS fact
					UNION ALL SELECT value, holds, from_on, fact`+latest+`'capacity') ORDER BY since) WHERE n = 1 AND holds = 1)
			WHERE id = ?1 AND NOT erased`, id, today),
		b.exec(`UPDATE person SET capacity = CASE WHEN EXISTS (SELECT 1 FROM json_each(capacities) WHERE value = `+usually+`) THEN `+usually+`
			ELSE coalesce(capacities->>0, `+usually+`) END WHERE id = ?1 AND NOT erased`, id, today),
		b.exec(`DELETE FROM calendar_link WHERE person = ?1 AND EXISTS (SELECT 1 FROM person WHERE id = ?1 AND left_on <> '')`, id))
}

// A CareerFact holds of somebody from a day on.
type CareerFact struct {
	Fact     int // its number on the person's stream
	Kind     CareerKind
	Value    string // the job, manager, site or capacity, why somebody left, or the delegate
	Title    string // of a job
	PayGrade string // of a job
	Holds    bool   // false where a capacity ends, or somebody leaves
	From     domain.Date
	Until    domain.Date // the last day of an absence
	At       time.Time   // when it was written down
	By       domain.PersonID
	Aside    int           // the fact that corrects or strikes it, or 0
	Reason   domain.Sealed // why it was struck
}

// Career returns what was written down of somebody after they joined, in that order, with what
// was corrected or struck since.
func (db *DB) Career(ctx context.Context, id domain.PersonID) ([]CareerFact, error) {
	fs, err := collect(ctx, db.read, func(rows *sql.Rows) (f CareerFact, err error) {
		var detail string
		if err := rows.Scan(&f.Fact, &f.Kind, &f.Value, &detail, &f.Holds, date{&f.From}, date{&f.Until}, instant{&f.At}, &f.By, &f.Aside, &f.Reason); err != nil {
			return f, err
		}
		return f, json.Unmarshal([]byte(detail), &f)
	}, `SELECT fact, kind, value, detail, holds, from_on, until_on, at, by_person, aside, reason FROM person_fact WHERE person = ? ORDER BY fact`, id)
	return fs, fault(err, "career")
}

// An Absence is when somebody is away.
type Absence struct {
	Person   domain.PersonID
	Delegate domain.PersonID // who decides meanwhile; empty is nobody
	From     domain.Date
	Until    domain.Date
}

// Away returns who is away on a day, by person.
func (db *DB) Away(ctx context.Context, on domain.Date) ([]Absence, error) {
	as, err := collect(ctx, db.read, func(rows *sql.Rows) (a Absence, err error) {
		return a, rows.Scan(&a.Person, &a.Delegate, date{&a.From}, date{&a.Until})
	}, `SELECT person, value, from_on, until_on FROM person_fact WHERE kind = 'absence' AND aside = 0 AND until_on >= ?1 AND from_on <= ?1 ORDER BY person, fact`, on.String())
	return as, fault(err, "away")
}

// A Coming is a fact about somebody whose day has come.
type Coming struct {
	Person domain.PersonID
	Fact   int
}

// Coming returns the facts about people whose day had not come when they were written down,
// and has come since.
func (db *DB) Coming(ctx context.Context, today domain.Date) ([]Coming, error) {
	cs, err := collect(ctx, db.read, func(rows *sql.Rows) (c Coming, err error) {
		return c, rows.Scan(&c.Person, &c.Fact)
	}, `SELECT person, fact FROM person_fact WHERE pending = 1 AND from_on <= ? ORDER BY from_on, person, fact`, today.String())
	return cs, fault(err, "coming")
}

// A LiveKey is a key of somebody by which they are still recognised.
type LiveKey struct {
	Person domain.PersonID
	Key    domain.KeyID
}

// KeysOfLeavers returns the live keys of those who have left.
func (db *DB) KeysOfLeavers(ctx context.Context) ([]LiveKey, error) {
	ks, err := collect(ctx, db.read, func(rows *sql.Rows) (k LiveKey, err error) { return k, rows.Scan(&k.Person, &k.Key) },
		`SELECT a.person, a.key FROM access a JOIN person p ON p.id = a.person WHERE p.left_on <> '' ORDER BY a.person, a.key`)
	return ks, fault(err, "keys of leavers")
}
