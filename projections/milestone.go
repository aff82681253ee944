package projections

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
)

// A Milestone is one that an apprentice has begun.
type Milestone struct {
	Learner     domain.ApprenticeshipID
	Requirement domain.RequirementID
	Version     uint64
	State       pathway.MilestoneState
	Since       domain.Date     // when it came into the state
	By          domain.PersonID // who brought it there; empty for a college
	Level       int             // rating, when attained by assessment
	Basis       string          // stream it rests on, once attained; the certificate that ended, once expired with it
	Assessor    domain.PersonID // who reviews the evidence
	PassLevel   int
	Feedback    domain.Sealed // of the last assessment
	Due         domain.Date   // planned
	ValidUntil  domain.Date   // last day, where it is valid for a time
	Successes   int           // how many attempts have to succeed; 0 while nobody has begun it
	PassScore   int           // where it is scored, of MaxScore
	MaxScore    int
	Evidence    []Evidence // oldest first
	Attempts    []Attempt  // oldest first

	stream domain.Stream // of what was read
}

// Stream is where the milestone is kept.
func (m *Milestone) Stream() domain.Stream {
	if m.stream != "" {
		return m.stream
	}
	return milestone.Stream(m.Learner, m.Requirement)
}

// Passed is how many attempts that count have succeeded.
func (m Milestone) Passed() (n int) {
	for _, a := range m.Attempts {
		if !a.Lapsed && m.Passes(a) {
			n++
		}
	}
	return n
}

// Passes reports whether an attempt succeeded.
func (m Milestone) Passes(a Attempt) bool {
	if m.MaxScore > 0 {
		return a.Now.Score >= m.PassScore
	}
	return a.Now.Rating >= m.PassLevel
}

// AttainedBy is what was shown for the attempts that count and succeeded; nothing unless the
// milestone is attained. What came after one attempt was judged by the next.
func (m Milestone) AttainedBy() (out []Evidence) {
	judged := uint64(0)
	for _, a := range m.Attempts {
		if a.Evidence == 0 {
			continue
		}
		for _, e := range m.Evidence {
			if m.State == pathway.Attained && !a.Lapsed && m.Passes(a) && judged < e.Version && e.Version <= a.Evidence {
				out = append(out, e)
			}
		}
		judged = a.Evidence
	}
	return out
}

// An Attempt was rated or scored.
type Attempt struct {
	Number   int // from 1
	Assessor domain.PersonID
	Now, Was milestone.Mark // Was is what it was before it was corrected for the first time
	MaxScore int            // 0 where it was rated
	Reason   domain.Sealed  // of the last correction
	Evidence uint64         // Version of what was shown; 0 where somebody was watched
	Lapsed   bool           // it counts no more
	On       domain.Date
}

// Evidence is what an apprentice showed.
type Evidence struct {
	Kind     milestone.Kind
	Note     domain.Sealed
	URI      domain.Sealed
	PlainURI string // the link, from before links were sealed
	On       domain.Date
	Version  uint64 // of the milestone when it was shown
	Product  domain.Sealed
	Team     []domain.PersonID
	From     milestone.Piece  // what a member of the team has shown; none if it is the learner's own
	Partner  domain.PartnerID // the institution that attests it; empty if the learner showed it
	Files    []milestone.File
}

func (b *batch) milestone(r events.Recorded, e milestone.Event) error {
	id, req, err := milestone.ID(r.Stream)
	if err != nil {
		return err
	}
	key, on := milestoneKey{id, req}, r.Request.Today().String()
	m, err := b.milestones.get(key)
	if err != nil {
		return err
	}
	if m == nil {
		m = &milestoneRow{state: pathway.Planned}
		b.milestones.put(key, m)
	}
	become := func(state pathway.MilestoneState) { m.state, m.since, m.by = state, on, r.Request.By.Person }
	switch e := e.(type) {
	case milestone.Planned:
		m.due = e.Due.String()
		if m.since == "" {
			become(pathway.Planned)
		}
	case milestone.Started:
		if m.state != pathway.Planned {
			return fmt.Errorf("milestone %s of %s was started before", req, id)
		}
		m.passLevel, m.successes, m.passScore, m.maxScore = e.PassLevel, max(1, e.Successes), e.PassScore, e.MaxScore
		become(pathway.InProgress)
	case milestone.EvidenceSubmitted:
		become(pathway.UnderReview)
		m.assessor, m.shown = e.Assessor, r.Revision
		if !e.Attestation.On.IsZero() {
			on = e.Attestation.On.String()
		}
		b.evidence.add(evidenceRow{key, r.Revision, on, e})
		err = b.hand(r, item{Kind: AwaitingMilestone, Learner: id, Assignee: e.Assessor})
	case milestone.Assessed:
		err = b.marked(key, m, on, e)
	case milestone.AttemptPassed:
		become(pathway.InProgress)
		m.feedback = e.Feedback
		err = b.done(r.Stream)
	case milestone.Attained:
		become(pathway.Attained)
		m.since, m.level, m.basis, m.feedback, m.validUntil = e.On.String(), e.Level, e.Basis, e.Feedback, e.ValidUntil.String()
		err = b.done(r.Stream)
	case milestone.NotYetAttained:
		become(pathway.NotYetAttained)
		m.level, m.basis, m.feedback, m.validUntil = 0, "", e.Feedback, ""
		err = b.done(r.Stream)
	case milestone.AssessmentCorrected:
		if m.state == pathway.Attained && m.level > 0 {
			m.level = e.Now.Rating
		}
		err = b.exec(`UPDATE attempt SET rating = ?, score = ?, reason = ? WHERE learner = ? AND requirement = ? AND attempt = ?`,
			e.Now.Rating, e.Now.Score, e.Reason, id, req, e.Attempt)
	case milestone.Waived:
		become(pathway.Waived)
		m.since, m.basis, m.feedback = e.On.String(), string(e.Basis), e.Reason
	case milestone.Revoked:
		state := pathway.InProgress
		if m.successes == 0 { // it was waived before anybody began it
			state = pathway.Planned
		}
		become(state)
		m.level, m.basis, m.feedback, m.validUntil = 0, "", e.Reason, ""
		err = b.lapse(key)
	case milestone.Expired:
		become(pathway.Expired)
		m.since, m.level, m.basis, m.validUntil = e.On.String(), 0, e.Basis, ""
		err = b.lapse(key)
	case milestone.Renewed:
		if m.state != pathway.Attained {
			become(pathway.Attained)
			m.since = e.On.String()
			err = b.report(r, id, ToldMilestone, e.On)
		}
		m.level, m.basis, m.validUntil = e.Level, e.Basis, e.ValidUntil.String()
		err = errorsOf(err, b.done(r.Stream))
	}
	m.version = r.Revision
	b.milestones.mark(key)
	return errorsOf(err, b.reportMilestone(r, id, e), b.record(r, id), b.touch(r, id, r.Stream))
}

// marked keeps what was rated or scored. It rests on the latest evidence if that waits.
func (b *batch) marked(k milestoneKey, m *milestoneRow, day string, e milestone.Assessed) error {
	evidence := m.shown
	if m.state != pathway.UnderReview {
		evidence = 0
	}
	return b.exec(`INSERT INTO attempt (learner, requirement, attempt, assessor, rating, score, was_rating, was_score, max_score, reason, evidence, lapsed, day)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?6, ?7, '', ?8, 0, ?9)`, k.learner, k.requirement, e.Attempt, e.Assessor, e.Rating, e.Score, e.Of, evidence, day)
}

// lapse lets what was done for a milestone so far count no more.
func (b *batch) lapse(k milestoneKey) error {
	return b.exec(`UPDATE attempt SET lapsed = 1 WHERE learner = ? AND requirement = ?`, k.learner, k.requirement)
}

type milestoneKey struct {
	learner     domain.ApprenticeshipID
	requirement domain.RequirementID
}

func (k milestoneKey) compare(l milestoneKey) int {
	return cmp.Or(strings.Compare(string(k.learner), string(l.learner)), strings.Compare(string(k.requirement), string(l.requirement)))
}

type milestoneRow struct {
	version   uint64
	state     pathway.MilestoneState
	since     string // day
	by        domain.PersonID
	level     int
	basis     string
	assessor  domain.PersonID
	passLevel int
	feedback  domain.Sealed

	due, validUntil                string // days
	successes, passScore, maxScore int    // no successes: it was not begun
	shown                          uint64
}

const milestoneColumns = `learner, requirement, version, state, since, by_person, level, basis, assessor, pass_level, feedback,
	due, valid_until, successes, pass_score, max_score, shown`

func newMilestones(w *writer) *shelf[milestoneKey, milestoneRow] {
	milestones := w.inserting(`INSERT OR REPLACE`, `milestone`, milestoneColumns, ``)
	return &shelf[milestoneKey, milestoneRow]{
		names:   []string{"milestone"},
		compare: milestoneKey.compare,
		learner: func(k milestoneKey, _ *milestoneRow) domain.ApprenticeshipID { return k.learner },
		load: func(k milestoneKey) (m *milestoneRow, err error) {
			err = w.each(`SELECT `+milestoneColumns+` FROM milestone WHERE learner = ? AND requirement = ?`, []value{words(k.learner), words(k.requirement)}, func(row *statement) {
				m = &milestoneRow{
					version: uint64(row.ColumnInt64(2)), state: pathway.MilestoneState(row.ColumnText(3)), since: row.ColumnText(4),
					by: domain.PersonID(row.ColumnText(5)), level: row.ColumnInt(6), basis: row.ColumnText(7),
					assessor: domain.PersonID(row.ColumnText(8)), passLevel: row.ColumnInt(9), feedback: domain.Sealed(row.ColumnText(10)),
					due: row.ColumnText(11), validUntil: row.ColumnText(12), successes: row.ColumnInt(13), passScore: row.ColumnInt(14),
					maxScore: row.ColumnInt(15), shown: uint64(row.ColumnInt64(16)),
				}
			})
			return m, err
		},
		write: func(k milestoneKey, m *milestoneRow) error {
			return milestones.add(words(k.learner), words(k.requirement), number(m.version), words(m.state), words(m.since), words(m.by),
				number(m.level), words(m.basis), words(m.assessor), number(m.passLevel), words(m.feedback),
				words(m.due), words(m.validUntil), number(m.successes), number(m.passScore), number(m.maxScore), number(m.shown))
		},
		finish: milestones.finish,
		held:   map[milestoneKey]*held[milestoneRow]{},
	}
}

type evidenceRow struct {
	milestoneKey
	version uint64
	day     string
	milestone.EvidenceSubmitted
}

func newEvidence(w *writer) *stack[evidenceRow] {
	evidence := w.inserting(`INSERT`, `evidence`, `learner, requirement, version, kind, note, uri, plain_uri, day, product, team, from_stream, from_version, partner, files`, ``)
	return &stack[evidenceRow]{
		name: "evidence",
		compare: func(a, b evidenceRow) int {
			return cmp.Or(a.compare(b.milestoneKey), cmp.Compare(a.version, b.version))
		},
		learner: func(r evidenceRow) domain.ApprenticeshipID { return r.learner },
		write: func(r evidenceRow) error {
			team := "[]"
			if len(r.Team) > 0 {
				team = text(r.Team)
			}
			files := "[]"
			if len(r.Files) > 0 {
				files = text(r.Files)
			}
			return evidence.add(words(r.learner), words(r.requirement), number(r.version), words(r.Kind), words(r.Note), words(r.URI), words(r.Plain), words(r.day),
				words(r.Product), words(team), words(r.From.Stream), number(r.From.Revision), words(r.Attestation.Partner), words(files))
		},
		finish: evidence.finish,
	}
}

// Milestones returns what learners have begun, by learner and requirement.
func (db *DB) Milestones(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Milestone, error) {
	out, err := db.SharedMilestones(ctx, ids...)
	return copied(out), err
}

// MilestonesPlanned returns the milestones that are not met and planned until a day, with their
// states and holders alone.
func (db *DB) MilestonesPlanned(ctx context.Context, last domain.Date) ([]Milestone, error) {
	ms, err := collect(ctx, db.read, func(rows *sql.Rows) (m Milestone, err error) {
		return m, rows.Scan(&m.Learner, &m.Requirement, &m.State, date{&m.Due})
	}, `SELECT learner, requirement, state, due FROM milestone WHERE due <> '' AND due <= ? AND state NOT IN ('attained', 'waived') ORDER BY due, learner, requirement`, last.String())
	return ms, fault(err, "milestones planned")
}

// SharedMilestones is Milestones for those who only look at them: they are not the caller's
// to change.
func (db *DB) SharedMilestones(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Milestone, error) {
	return partsOf(ctx, db, ids, db.KnowMilestones, (*Known).Milestones)
}

func milestones(ctx context.Context, q querier, ids string) (map[domain.ApprenticeshipID][]Milestone, error) {
	shown, made, out := map[milestoneKey][]Evidence{}, map[milestoneKey][]Attempt{}, map[domain.ApprenticeshipID][]Milestone{}
	_, err := collect(ctx, q, func(rows *sql.Rows) (e Evidence, err error) {
		var k milestoneKey
		var team, files string
		if err := rows.Scan(&k.learner, &k.requirement, &e.Kind, &e.Note, &e.URI, &e.PlainURI, date{&e.On}, &e.Version, &e.Product, &team, &e.From.Stream, &e.From.Revision, &e.Partner, &files); err != nil {
			return e, err
		}
		err = errors.Join(json.Unmarshal([]byte(team), &e.Team), json.Unmarshal([]byte(files), &e.Files))
		shown[k] = append(shown[k], e)
		return e, err
	}, `SELECT learner, requirement, kind, note, uri, plain_uri, day, version, product, team, from_stream, from_version, partner, files
		FROM evidence WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, requirement, version`, ids)
	if err != nil {
		return nil, err
	}
	_, err = collect(ctx, q, func(rows *sql.Rows) (a Attempt, err error) {
		var k milestoneKey
		err = rows.Scan(&k.learner, &k.requirement, &a.Number, &a.Assessor, &a.Now.Rating, &a.Now.Score, &a.Was.Rating, &a.Was.Score, &a.MaxScore, &a.Reason, &a.Evidence, &a.Lapsed, date{&a.On})
		made[k] = append(made[k], a)
		return a, err
	}, `SELECT learner, requirement, attempt, assessor, rating, score, was_rating, was_score, max_score, reason, evidence, lapsed, day
		FROM attempt WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, requirement, attempt`, ids)
	if err != nil {
		return nil, err
	}
	_, err = collect(ctx, q, func(rows *sql.Rows) (m Milestone, err error) {
		var latest uint64
		err = rows.Scan(&m.Learner, &m.Requirement, &m.Version, &m.State, date{&m.Since}, &m.By, &m.Level, &m.Basis, &m.Assessor, &m.PassLevel, &m.Feedback,
			date{&m.Due}, date{&m.ValidUntil}, &m.Successes, &m.PassScore, &m.MaxScore, &latest)
		once(&m.Learner)
		once(&m.Requirement)
		once(&m.State)
		once(&m.By)
		once(&m.Assessor)
		k := milestoneKey{m.Learner, m.Requirement}
		m.Evidence, m.Attempts, m.stream = shown[k], made[k], m.Stream()
		out[m.Learner] = append(out[m.Learner], m)
		return m, err
	}, `SELECT `+milestoneColumns+`
		FROM milestone WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, requirement`, ids)
	return out, err
}

// MilestonesOver returns what is attained and was valid only until before a day.
func (db *DB) MilestonesOver(ctx context.Context, day domain.Date) ([]domain.Stream, error) {
	over, err := collect(ctx, db.read, func(rows *sql.Rows) (domain.Stream, error) {
		var k milestoneKey
		err := rows.Scan(&k.learner, &k.requirement)
		return milestone.Stream(k.learner, k.requirement), err
	}, `SELECT learner, requirement FROM milestone WHERE state = 'attained' AND valid_until <> '' AND valid_until < ? ORDER BY learner, requirement`, day.String())
	return over, fault(err, "milestones over")
}

// Milestone returns one milestone, or false if it was not begun.
func (db *DB) Milestone(ctx context.Context, id domain.ApprenticeshipID, req domain.RequirementID) (Milestone, bool, error) {
	ms, err := db.Milestones(ctx, id)
	for _, m := range ms[id] {
		if m.Requirement == req {
			return m, true, err
		}
	}
	return Milestone{}, false, err
}
