package projections

import (
	"cmp"
	"context"
	"database/sql"
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
	Basis       string          // stream it rests on, once attained
	Assessor    domain.PersonID // who reviews the evidence
	PassLevel   int
	Feedback    domain.Sealed // of the last assessment
	Evidence    []Evidence    // oldest first
}

// Evidence is what an apprentice showed.
type Evidence struct {
	Kind     milestone.Kind
	Note     domain.Sealed
	URI      domain.Sealed
	PlainURI string // the link, from before links were sealed
	On       domain.Date
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
	become := func(state pathway.MilestoneState) { m.state, m.since, m.by = state, on, r.Request.By.Person }
	switch e := e.(type) {
	case milestone.Started:
		if m != nil {
			return fmt.Errorf("the milestone was started before")
		}
		m = &milestoneRow{passLevel: e.PassLevel}
		become(pathway.InProgress)
		b.milestones.put(key, m)
	case milestone.EvidenceSubmitted:
		if m != nil {
			become(pathway.UnderReview)
			m.assessor = e.Assessor
		}
		b.evidence.add(evidenceRow{key, r.Revision, on, e})
		err = b.hand(r, item{Kind: AwaitingMilestone, Learner: id, Assignee: e.Assessor})
	case milestone.Assessed: // what follows says what came of it
	case milestone.Attained:
		if m != nil {
			become(pathway.Attained)
			m.since, m.level, m.basis, m.feedback = e.On.String(), e.Level, e.Basis, e.Feedback
		}
		err = b.done(r.Stream)
	case milestone.NotYetAttained:
		if m != nil {
			become(pathway.NotYetAttained)
			m.feedback = e.Feedback
		}
		err = b.done(r.Stream)
	}
	if m != nil {
		m.version = r.Revision
		b.milestones.mark(key)
	}
	return errorsOf(err, b.record(r, id), b.touch(r, id, r.Stream))
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
}

const milestoneColumns = `learner, requirement, version, state, since, by_person, level, basis, assessor, pass_level, feedback`

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
				}
			})
			return m, err
		},
		write: func(k milestoneKey, m *milestoneRow) error {
			return milestones.add(words(k.learner), words(k.requirement), number(m.version), words(m.state), words(m.since), words(m.by),
				number(m.level), words(m.basis), words(m.assessor), number(m.passLevel), words(m.feedback))
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
	evidence := w.inserting(`INSERT`, `evidence`, `learner, requirement, version, kind, note, uri, plain_uri, day`, ``)
	return &stack[evidenceRow]{
		name: "evidence",
		compare: func(a, b evidenceRow) int {
			return cmp.Or(a.compare(b.milestoneKey), cmp.Compare(a.version, b.version))
		},
		learner: func(r evidenceRow) domain.ApprenticeshipID { return r.learner },
		write: func(r evidenceRow) error {
			return evidence.add(words(r.learner), words(r.requirement), number(r.version), words(r.Kind), words(r.Note), words(r.URI), words(r.Plain), words(r.day))
		},
		finish: evidence.finish,
	}
}

// Milestones returns what learners have begun, by learner and requirement.
func (db *DB) Milestones(ctx context.Context, ids ...domain.ApprenticeshipID) (out map[domain.ApprenticeshipID][]Milestone, err error) {
	err = db.snapshot(ctx, func(q querier) error {
		out, err = milestones(ctx, q, text(ids))
		return err
	})
	return out, fault(err, "milestones")
}

func milestones(ctx context.Context, q querier, ids string) (map[domain.ApprenticeshipID][]Milestone, error) {
	type key struct {
		id  domain.ApprenticeshipID
		req domain.RequirementID
	}
	shown, out := map[key][]Evidence{}, map[domain.ApprenticeshipID][]Milestone{}
	_, err := collect(ctx, q, func(rows *sql.Rows) (e Evidence, err error) {
		var k key
		err = rows.Scan(&k.id, &k.req, &e.Kind, &e.Note, &e.URI, &e.PlainURI, date{&e.On})
		shown[k] = append(shown[k], e)
		return e, err
	}, `SELECT learner, requirement, kind, note, uri, plain_uri, day FROM evidence WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, requirement, version`, ids)
	if err != nil {
		return nil, err
	}
	_, err = collect(ctx, q, func(rows *sql.Rows) (m Milestone, err error) {
		err = rows.Scan(&m.Learner, &m.Requirement, &m.Version, &m.State, date{&m.Since}, &m.By, &m.Level, &m.Basis, &m.Assessor, &m.PassLevel, &m.Feedback)
		m.Evidence = shown[key{m.Learner, m.Requirement}]
		out[m.Learner] = append(out[m.Learner], m)
		return m, err
	}, `SELECT `+milestoneColumns+`
		FROM milestone WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, requirement`, ids)
	return out, err
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
