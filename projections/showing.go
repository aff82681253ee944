package projections

import (
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
)

// Merits are everything on record of one learner that completion and readiness weigh.
type Merits struct {
	Hours       []Hours
	Prior       []Prior
	Evaluations []Evaluation
	Credits     []Credit
	Milestones  []Milestone
	Enrolments  []Enrolment
}

// Showing returns what a learner has to show for their standard.
func (db *DB) Showing(ctx context.Context, l Learner, s Standard) (standard.Showing, error) {
	m, err := db.Merits(ctx, l.ID)
	if err != nil {
		return standard.Showing{}, err
	}
	return m[l.ID].Showing(l, s)
}

// A Staged is a learner in one stage of their pathway.
type Staged struct {
	Learner Learner
	Stage   pathway.Stage
}

// Record returns what a learner has to show in one stage.
func (db *DB) Record(ctx context.Context, l Learner, stage pathway.Stage) (pathway.Record, error) {
	rec, err := db.Records(ctx, Staged{l, stage})
	if err != nil {
		return pathway.Record{}, err
	}
	return rec[0], nil
}

// Records returns what learners have to show, each in one stage.
func (db *DB) Records(ctx context.Context, of ...Staged) ([]pathway.Record, error) {
	weigh, editions, standards := db.inRole, []Edition(nil), map[Edition]Standard{}
	ids := make([]domain.ApprenticeshipID, len(of))
	for i, o := range of {
		if ids[i] = o.Learner.ID; o.Stage.Counted() {
			weigh, editions = db.Merits, append(editions, o.Learner.Edition())
		}
	}
	merits, err := weigh(ctx, ids...)
	if err == nil && len(editions) > 0 {
		standards, err = db.Editions(ctx, editions...)
	}
	out := make([]pathway.Record, len(of))
	for i, o := range of {
		m := merits[o.Learner.ID]
		if out[i] = m.InRole(o.Stage.Role.ID); o.Stage.Counted() && err == nil {
			out[i], err = m.Record(o.Learner, standards[o.Learner.Edition()], o.Stage.Role.ID)
		}
	}
	return out, err
}

// inRole are the merits of learners that a stage weighs which counts nothing by the standard.
// Milestones are shared, see SharedMilestones.
func (db *DB) inRole(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]Merits, error) {
	hours, err := db.Hours(ctx, ids...)
	if err != nil {
		return nil, err
	}
	milestones, err := db.SharedMilestones(ctx, ids...)
	out := map[domain.ApprenticeshipID]Merits{}
	for _, id := range ids {
		out[id] = Merits{Hours: hours[id], Milestones: milestones[id]}
	}
	return out, err
}

// Merits returns those of learners.
func (db *DB) Merits(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]Merits, error) {
	out, err := db.inRole(ctx, ids...)
	if err != nil {
		return nil, err
	}
	prior, err := db.Prior(ctx, ids...)
	if err != nil {
		return nil, err
	}
	evaluations, err := db.Evaluations(ctx, ids...)
	if err != nil {
		return nil, err
	}
	credits, err := db.Credits(ctx, ids...)
	if err != nil {
		return nil, err
	}
	enrolments, err := db.Enrolments(ctx, ids...)
	for id, m := range out {
		m.Prior, m.Evaluations, m.Credits, m.Enrolments = prior[id], evaluations[id], credits[id], enrolments[id]
		out[id] = m
	}
	return out, err
}

// InRole is what there is to show in one role, without what is counted by the standard.
func (m Merits) InRole(role domain.RoleID) pathway.Record {
	rec := pathway.Record{
		Approved:   map[domain.WorkProcessID]domain.Minutes{},
		Pending:    map[domain.WorkProcessID]domain.Minutes{},
		Milestones: map[domain.RequirementID]pathway.Milestone{},
	}
	for _, h := range m.Hours {
		if h.Role == role && h.Kind == timesheet.OnTheJob {
			rec.Approved[domain.WorkProcessID(h.SpentOn)] += h.Approved
			rec.Pending[domain.WorkProcessID(h.SpentOn)] += h.Pending
		}
	}
	for _, m := range m.Milestones {
		rec.Milestones[m.Requirement] = pathway.Milestone{State: m.State, On: m.Since, By: m.By, Level: m.Level, Evidence: len(m.Evidence), Basis: m.Basis, Due: m.Due}
	}
	return rec
}

// Record is what there is to show in one role, with all that counts by the standard.
func (m Merits) Record(l Learner, s Standard, role domain.RoleID) (pathway.Record, error) {
	rec := m.InRole(role)
	showing, err := m.Showing(l, s)
	if err != nil {
		return rec, err
	}
	rec.Counted = s.Counted(showing)
	rec.Counted.InstructionWaits = map[string]domain.Minutes{}
	for _, h := range m.Hours {
		if h.Kind == timesheet.RelatedInstruction {
			rec.Counted.InstructionWaits[h.SpentOn] += h.Pending
		}
	}
	return rec, nil
}

// Showing is what there is to show for the standard: hours that are signed off, what was
// credited, the latest rating of each competency, and the courses that were passed.
func (m Merits) Showing(l Learner, s Standard) (standard.Showing, error) {
	out := standard.Showing{
		Earned: map[domain.WorkProcessID]domain.Minutes{}, Prior: map[domain.WorkProcessID]domain.Minutes{}, Applied: map[domain.WorkProcessID]domain.Minutes{}, Ratings: map[standard.CompetencyID]int{},
		Held: map[standard.CompetencyID]bool{}, Instruction: map[standard.CourseID]domain.Minutes{}, Credited: map[standard.CourseID]domain.Minutes{}, Passed: map[standard.CourseID]bool{},
	}
	for _, h := range m.Hours {
		if h.Kind == timesheet.OnTheJob {
			out.Earned[domain.WorkProcessID(h.SpentOn)] += h.Approved
		} else {
			out.Instruction[standard.CourseID(h.SpentOn)] += h.Approved
		}
	}
	for _, p := range m.Prior {
		for _, learned := range p.Processes {
			out.Prior[learned.WorkProcess] += learned.Minutes
		}
		for _, id := range p.Competencies {
			out.Held[standard.CompetencyID(id)] = true
		}
		for _, id := range p.Courses {
			out.Passed[standard.CourseID(id)] = true
		}
	}
	for _, c := range m.Credits {
		for _, a := range c.Applied {
			if a.Process != "" {
				out.Prior[a.Process] += a.Minutes
				out.Applied[a.Process] += a.Minutes
			}
			if a.Course != "" {
				out.Credited[standard.CourseID(a.Course)] += a.Minutes
			}
		}
	}
	for _, e := range m.Evaluations {
		for _, r := range e.Ratings {
			out.Ratings[standard.CompetencyID(r.Competency)] = r.Level
		}
	}
	for _, e := range m.Enrolments {
		for _, course := range s.Courses {
			if e.Result.Passed() && teaches(e.Section, course) {
				out.Passed[course.ID] = true
			}
		}
	}
	return out, m.attained(l, s, out)
}

// teaches reports whether a section is of a course of the standard: it has the course's title,
// or its id for a code.
func teaches(s enrolment.Section, c standard.Course) bool {
	return s.Title != "" && strings.EqualFold(s.Title, c.Title) || s.Code != "" && strings.EqualFold(s.Code, string(c.ID))
}

// attained adds what milestones were attained with: the standard's competencies, where one
// that was attained without a rating is held, and the courses that have the title of a
// requirement of the pathway that a college's credit met.
func (m Merits) attained(l Learner, s Standard, to standard.Showing) error {
	for _, m := range m.Milestones {
		if _, of := s.Milestone(m.Requirement); of && m.State == pathway.Attained {
			id := standard.CompetencyID(m.Requirement)
			to.Ratings[id] = max(to.Ratings[id], m.Level)
			to.Held[id] = to.Held[id] || m.Level == 0
		}
	}
	p, err := pathway.Find(l.Pathway, l.PathwayVersion)
	if domain.AsRefusal(err) != nil {
		return nil
	}
	for _, m := range m.Milestones {
		if m.State != pathway.Attained {
			continue
		}
		r, _, ok := p.Requirement(m.Requirement)
		if !ok || r.Kind != pathway.Course {
			continue
		}
		for _, course := range s.Courses {
			if strings.EqualFold(course.Title, r.Course) {
				to.Passed[course.ID] = true
			}
		}
	}
	return err
}
