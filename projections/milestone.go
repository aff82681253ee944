package projections

import (
	"context"
	"database/sql"

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
	on := r.Request.Today().String()
	become := func(state pathway.MilestoneState) error {
		return b.exec(`UPDATE milestone SET state = ?, since = ?, by_person = ? WHERE learner = ? AND requirement = ?`, state, on, r.Request.By.Person, id, req)
	}
	switch e := e.(type) {
	case milestone.Started:
		err = b.exec(`INSERT INTO milestone (learner, requirement, version, state, since, by_person, level, basis, assessor, pass_level, feedback)
			VALUES (?, ?, 0, 'in-progress', ?, ?, 0, '', '', ?, '')`, id, req, on, r.Request.By.Person, e.PassLevel)
	case milestone.EvidenceSubmitted:
		err = errorsOf(
			become(pathway.UnderReview),
			b.exec(`UPDATE milestone SET assessor = ? WHERE learner = ? AND requirement = ?`, e.Assessor, id, req),
			b.exec(`INSERT INTO evidence (learner, requirement, version, kind, note, uri, plain_uri, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, id, req, r.Revision, e.Kind, e.Note, e.URI, e.Plain, on),
			b.hand(r, item{Kind: AwaitingMilestone, Learner: id, Assignee: e.Assessor}))
	case milestone.Assessed: // what follows says what came of it
	case milestone.Attained:
		err = errorsOf(
			become(pathway.Attained),
			b.exec(`UPDATE milestone SET since = ?, level = ?, basis = ?, feedback = ? WHERE learner = ? AND requirement = ?`, e.On.String(), e.Level, e.Basis, e.Feedback, id, req),
			b.done(r.Stream))
	case milestone.NotYetAttained:
		err = errorsOf(
			become(pathway.NotYetAttained),
			b.exec(`UPDATE milestone SET feedback = ? WHERE learner = ? AND requirement = ?`, e.Feedback, id, req),
			b.done(r.Stream))
	}
	return errorsOf(err,
		b.exec(`UPDATE milestone SET version = ? WHERE learner = ? AND requirement = ?`, r.Revision, id, req),
		b.record(r, id), b.touch(r, id, r.Stream))
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
	}, `SELECT learner, requirement, version, state, since, by_person, level, basis, assessor, pass_level, feedback
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
