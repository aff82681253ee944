package projections

import (
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
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
}

// Showing returns what a learner has to show for their standard.
func (db *DB) Showing(ctx context.Context, l Learner, s Standard) (standard.Showing, error) {
	m, err := db.merits(ctx, l.ID)
	if err != nil {
		return standard.Showing{}, err
	}
	return m.Showing(l, s)
}

// Record returns what a learner has to show in one stage.
func (db *DB) Record(ctx context.Context, l Learner, stage pathway.Stage) (pathway.Record, error) {
	if !stage.Counted() {
		m, err := db.inRole(ctx, l.ID)
		return m.InRole(stage.Role.ID), err
	}
	m, err := db.merits(ctx, l.ID)
	if err != nil {
		return pathway.Record{}, err
	}
	s, err := db.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return pathway.Record{}, err
	}
	return m.Record(l, s, stage.Role.ID)
}

// inRole are the merits that a stage weighs which counts nothing by the standard.
func (db *DB) inRole(ctx context.Context, id domain.ApprenticeshipID) (m Merits, err error) {
	err = db.snapshot(ctx, func(q querier) error {
		hours, err := hours(ctx, q, text([]domain.ApprenticeshipID{id}))
		if err != nil {
			return err
		}
		milestones, err := milestones(ctx, q, text([]domain.ApprenticeshipID{id}))
		m.Hours, m.Milestones = hours[id], milestones[id]
		return err
	})
	return m, fault(err, "record")
}

func (db *DB) merits(ctx context.Context, id domain.ApprenticeshipID) (Merits, error) {
	m, err := db.inRole(ctx, id)
	if err != nil {
		return m, err
	}
	prior, err := db.Prior(ctx, id)
	if err != nil {
		return m, err
	}
	evaluations, err := db.Evaluations(ctx, id)
	if err != nil {
		return m, err
	}
	credits, err := db.Credits(ctx, id)
	m.Prior, m.Evaluations, m.Credits = prior[id], evaluations[id], credits[id]
	return m, err
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
		Earned: map[domain.WorkProcessID]domain.Minutes{}, Prior: map[domain.WorkProcessID]domain.Minutes{}, Ratings: map[standard.CompetencyID]int{},
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
	return out, m.attained(l, s, out)
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
		r, _, ok := p.Requirement(m.Requirement)
		if !ok || r.Kind != pathway.Course || m.State != pathway.Attained {
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
