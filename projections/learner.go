package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
)

// A Learner is an apprenticeship and the person on it.
type Learner struct {
	ID              domain.ApprenticeshipID
	Version         uint64
	Person          domain.PersonID
	Name            domain.Sealed
	Program         domain.ProgramID
	Standard        domain.StandardID
	StandardVersion int
	Pathway         domain.PathwayID
	PathwayVersion  int
	RuleSet         string
	Role            domain.RoleID // held now
	Site            domain.SiteID
	Status          LearnerStatus
	Signatures      []apprenticeship.Party
	Minor           bool
	Supervisor      domain.PersonID
	Mentor          domain.PersonID
	StartOn         domain.Date // planned
	ExpectedEndOn   domain.Date
	BeganOn         domain.Date // zero until it began
	CompletedOn     domain.Date // zero until it completed
	Life

	// Given is the pathway that the standard gives to whoever follows none besides.
	Given pathway.Pathway
}

// LearnerStatus is where an apprenticeship is in its life.
type LearnerStatus string

const (
	Draft             LearnerStatus = "draft"
	Signed            LearnerStatus = "signed"
	Registered        LearnerStatus = "registered"
	Probationary      LearnerStatus = "probationary"
	Active            LearnerStatus = "active"
	Gateway           LearnerStatus = "gateway" // ready for the assessment at the end
	CompletionPending LearnerStatus = "completion-pending"
	Completed         LearnerStatus = "completed"
	Suspended         LearnerStatus = "suspended"
	Cancelled         LearnerStatus = "cancelled"
	Transferred       LearnerStatus = "transferred" // goes on under another programme
)

func (b *batch) apprenticeship(r events.Recorded, e apprenticeship.Event) error {
	id, err := apprenticeship.ID(r.Stream)
	if err != nil {
		return err
	}
	set := func(column string, value any) error {
		return b.exec(`UPDATE learner SET `+column+` = ? WHERE id = ?`, value, id)
	}
	switch e := e.(type) {
	case apprenticeship.Drafted:
		planned := Life{ContinuationOf: e.ContinuationOf}
		if !e.ExpectedEndOn.IsZero() {
			planned.Term = e.ExpectedEndOn.DaysSince(e.StartOn)
		}
		err = errorsOf(b.exec(`INSERT INTO learner (id, version, person, program, standard, standard_version, pathway, pathway_version, rule_set, role, site,
				status, signatures, minor, supervisor, mentor, start_on, expected_end_on, began_on, completed_on, life)
			VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'draft', '[]', ?, '', '', ?, ?, '', '', ?)`,
			id, e.Person, e.Program, e.Standard, e.StandardVersion, e.Pathway, e.PathwayVersion, e.RuleSet, e.Role, e.Site,
			e.Minor, e.StartOn.String(), e.ExpectedEndOn.String(), text(planned)), b.enter(id, e.Role, e.StartOn))
	case apprenticeship.SupervisorAssigned:
		err = set("supervisor", e.Supervisor)
	case apprenticeship.AgreementSigned:
		err = b.sign(id, e.Party)
	case apprenticeship.Registered:
		err = set("status", Registered)
	case apprenticeship.Began:
		status := Probationary
		if e.NoProbation {
			status = Active
		}
		err = errorsOf(set("status", status), set("began_on", e.On.String()), b.begin(id, e.On))
	case apprenticeship.StartDateCorrected:
		err = errorsOf(b.exec(`UPDATE learner SET start_on = ?1, began_on = CASE began_on WHEN '' THEN '' ELSE ?1 END WHERE id = ?2`, e.Is.String(), id), b.restage(id, func(s stageRow) bool { return s.from == e.Was.String() }, e.Is))
	case apprenticeship.ExpectedEndChanged:
		err = set("expected_end_on", e.Is.String())
	case apprenticeship.ProbationCompleted:
		err = set("status", Active)
	case apprenticeship.StageEntered:
		err = errorsOf(set("role", e.Role), b.enter(id, e.Role, e.On))
	case apprenticeship.StageCorrected:
		err = b.restage(id, func(s stageRow) bool { return s.role == e.Role }, e.Is)
	case apprenticeship.CompletionRequested:
		err = set("status", CompletionPending)
	case apprenticeship.CompletionCertified:
		err = b.exec(`UPDATE learner SET status = 'completed', completed_on = ? WHERE id = ?`, e.On.String(), id)
	case apprenticeship.CompletionRevoked:
		err = b.exec(`UPDATE learner SET status = 'active', completed_on = '' WHERE id = ?`, id)
	case apprenticeship.AmendmentAccepted:
		err = b.exec(`UPDATE learner SET standard_version = coalesce(nullif(?, 0), standard_version), pathway_version = coalesce(nullif(?, 0), pathway_version),
			rule_set = coalesce(nullif(?, ''), rule_set) WHERE id = ?`, e.StandardVersion, e.PathwayVersion, e.RuleSet, id)
	}
	if err := errorsOf(err, b.live(id, e), b.mentoring(id, e), b.prior(id, e), b.wage(id, e), b.evaluation(r, id, e), b.reportCompletion(r, id, e)); err != nil {
		return err
	}
	if err := set("version", r.Revision); err != nil {
		return err
	}
	if _, drafted := e.(apprenticeship.Drafted); drafted {
		if err := b.regrantLearner(r, id); err != nil {
			return err
		}
	}
	if _, amended := e.(apprenticeship.AmendmentAccepted); amended {
		return errorsOf(b.record(r, id), b.touchLearner(r, id))
	}
	return errorsOf(b.record(r, id), b.touch(r, id, r.Stream))
}

// enter notes since when a learner holds a role, and counts the hours from then on for it.
func (b *batch) enter(id domain.ApprenticeshipID, role domain.RoleID, on domain.Date) error {
	held, err := b.stages.get(id)
	if err != nil {
		return err
	}
	entered := stageRow{role, on.String(), true}
	since := on
	first, _ := roleOn(*held, "")
	if i := slices.IndexFunc(*held, func(s stageRow) bool { return s.role == role }); i >= 0 {
		if (*held)[i].from < entered.from {
			since = domain.Date{}
		}
		(*held)[i] = entered
	} else {
		*held = append(*held, entered)
	}
	b.stages.mark(id)
	if now, _ := roleOn(*held, ""); now != first {
		since = domain.Date{}
	}
	return b.reassign(id, since)
}

// restage moves the day on which a learner took up some of their roles, and counts the hours
// for the role that was held then.
func (b *batch) restage(id domain.ApprenticeshipID, fits func(stageRow) bool, is domain.Date) error {
	held, err := b.stages.get(id)
	if err != nil {
		return err
	}
	for i, s := range *held {
		if fits(s) {
			(*held)[i].from, (*held)[i].changed = is.String(), true
		}
	}
	b.stages.mark(id)
	return b.reassign(id, domain.Date{})
}

// begin lets a learner have held every role so far from a day on.
func (b *batch) begin(id domain.ApprenticeshipID, on domain.Date) error {
	held, err := b.stages.get(id)
	if err != nil {
		return err
	}
	for i := range *held {
		(*held)[i].from, (*held)[i].changed = on.String(), true
	}
	b.stages.mark(id)
	return nil
}

func (b *batch) sign(id domain.ApprenticeshipID, party apprenticeship.Party) error {
	var list string
	var minor bool
	if _, err := b.one(`SELECT signatures, minor FROM learner WHERE id = ?`, []any{id}, &list, &minor); err != nil {
		return err
	}
	var signed []apprenticeship.Party
	if err := json.Unmarshal([]byte(list), &signed); err != nil {
		return err
	}
	signed = append(signed, party)
	status := Draft
	if slices.Contains(signed, apprenticeship.ByApprentice) && slices.Contains(signed, apprenticeship.BySponsor) &&
		(!minor || slices.Contains(signed, apprenticeship.ByGuardian)) {
		status = Signed
	}
	return b.exec(`UPDATE learner SET signatures = ?, status = ? WHERE id = ?`, text(signed), status, id)
}

const learnerColumns = `l.id, l.version, l.person, p.name, l.program, l.standard, l.standard_version, l.pathway, l.pathway_version, l.rule_set, l.role, l.site,
	l.status, l.signatures, l.minor, l.supervisor, l.mentor, l.start_on, l.expected_end_on, l.began_on, l.completed_on, l.life
	FROM learner l JOIN person p ON p.id = l.person `

func scanLearner(rows *sql.Rows) (l Learner, err error) {
	var signatures, life string
	if err := rows.Scan(&l.ID, &l.Version, &l.Person, &l.Name, &l.Program, &l.Standard, &l.StandardVersion, &l.Pathway, &l.PathwayVersion, &l.RuleSet,
		&l.Role, &l.Site, &l.Status, &signatures, &l.Minor, &l.Supervisor, &l.Mentor, date{&l.StartOn}, date{&l.ExpectedEndOn}, date{&l.BeganOn}, date{&l.CompletedOn}, &life); err != nil {
		return l, err
	}
	once(&l.ID)
	once(&l.Program)
	once(&l.Standard)
	once(&l.Pathway)
	once(&l.RuleSet)
	once(&l.Role)
	once(&l.Site)
	once(&l.Status)
	once(&l.Supervisor)
	once(&l.Mentor)
	return l, errors.Join(json.Unmarshal([]byte(signatures), &l.Signatures), json.Unmarshal([]byte(life), &l.Life))
}

// Learner returns one apprenticeship, or a refusal (NO_SUCH_APPRENTICESHIP).
func (db *DB) Learner(ctx context.Context, id domain.ApprenticeshipID) (Learner, error) {
	known, err := db.known(ctx, id)
	if err != nil {
		return Learner{}, fault(err, "learner")
	}
	if known[0] == nil {
		return Learner{}, domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "There is no such apprenticeship.")
	}
	return known[0].Learner, nil
}

// LearnerOf returns the latest apprenticeship of a person, or a refusal (NO_SUCH_APPRENTICESHIP).
func (db *DB) LearnerOf(ctx context.Context, p domain.PersonID) (Learner, error) {
	id, err := db.latest(ctx, p)
	if err != nil {
		return Learner{}, fault(err, "learner of")
	}
	return db.Learner(ctx, id)
}

// latest is the latest apprenticeship of a person, or nothing.
func (db *DB) latest(ctx context.Context, p domain.PersonID) (domain.ApprenticeshipID, error) {
	return db.recalled.latest.ask(p, func() (id domain.ApprenticeshipID, err error) {
		err = db.read.QueryRowContext(ctx, `SELECT coalesce((SELECT id FROM learner WHERE person = ? ORDER BY start_on DESC, id DESC LIMIT 1), '')`, p).Scan(&id)
		return id, err
	})
}

// Apprenticed reports whether somebody has or had an apprenticeship.
func (db *DB) Apprenticed(ctx context.Context, p domain.PersonID) (was bool, err error) {
	id, err := db.latest(ctx, p)
	return id != "", fault(err, "apprenticed")
}

// LatestOf returns the latest apprenticeship of each of these people; who has none is left out.
func (db *DB) LatestOf(ctx context.Context, people ...domain.PersonID) (map[domain.PersonID]Learner, error) {
	ls, err := db.readLearners(ctx, db.read, `SELECT `+learnerColumns+`WHERE l.person IN (SELECT value FROM json_each(?)) ORDER BY l.start_on, l.id`, text(people))
	out := make(map[domain.PersonID]Learner, len(ls))
	for _, l := range ls {
		out[l.Person] = l
	}
	return out, fault(err, "latest of")
}

// LearnersOf returns every apprenticeship of a person, the latest first.
func (db *DB) LearnersOf(ctx context.Context, p domain.PersonID) ([]Learner, error) {
	ls, err := collect(ctx, db.read, scanLearner, `SELECT `+learnerColumns+`WHERE l.person = ? ORDER BY l.start_on DESC, l.id DESC`, p)
	return ls, fault(err, "learners of")
}

// A StageEntry says since when a learner has held a role.
type StageEntry struct {
	Role domain.RoleID
	From domain.Date
}

// Stages returns the roles a learner has held, in order.
func (db *DB) Stages(ctx context.Context, id domain.ApprenticeshipID) ([]StageEntry, error) {
	all, err := db.StagesOf(ctx, id)
	return all[id], err
}

// StagesOf returns the roles that each of some learners has held, in order.
func (db *DB) StagesOf(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]StageEntry, error) {
	out := map[domain.ApprenticeshipID][]StageEntry{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (s StageEntry, err error) {
		var id domain.ApprenticeshipID
		err = rows.Scan(&id, &s.Role, date{&s.From})
		out[id] = append(out[id], s)
		return s, err
	}, `SELECT learner, role, from_on FROM stage WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, from_on, role`, text(ids))
	return out, fault(err, "stages")
}
