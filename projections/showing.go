package projections

import (
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
)

// Showing returns what a learner has to show for their standard: hours that are signed off,
// what was credited, the latest rating of each competency, and the courses that were passed.
func (db *DB) Showing(ctx context.Context, l Learner, s Standard) (standard.Showing, error) {
	out := standard.Showing{
		Earned: map[domain.WorkProcessID]domain.Minutes{}, Prior: map[domain.WorkProcessID]domain.Minutes{}, Ratings: map[standard.CompetencyID]int{},
		Held: map[standard.CompetencyID]bool{}, Instruction: map[standard.CourseID]domain.Minutes{}, Passed: map[standard.CourseID]bool{},
	}
	hours, err := db.Hours(ctx, l.ID)
	if err != nil {
		return out, err
	}
	for _, h := range hours[l.ID] {
		if h.Kind == timesheet.OnTheJob {
			out.Earned[domain.WorkProcessID(h.SpentOn)] += h.Approved
		} else {
			out.Instruction[standard.CourseID(h.SpentOn)] += h.Approved
		}
	}
	prior, err := db.Prior(ctx, l.ID)
	if err != nil {
		return out, err
	}
	for _, p := range prior[l.ID] {
		for _, m := range p.Processes {
			out.Prior[m.WorkProcess] += m.Minutes
		}
		for _, id := range p.Competencies {
			out.Held[standard.CompetencyID(id)] = true
		}
		for _, id := range p.Courses {
			out.Passed[standard.CourseID(id)] = true
		}
	}
	evaluations, err := db.Evaluations(ctx, l.ID)
	if err != nil {
		return out, err
	}
	for _, e := range evaluations[l.ID] {
		for _, r := range e.Ratings {
			out.Ratings[standard.CompetencyID(r.Competency)] = r.Level
		}
	}
	return out, db.attained(ctx, l, s, out)
}

// attained adds what milestones of the standard's competencies were attained with, and what
// colleges gave credit for: minutes where it was applied, and courses by the requirement of
// the pathway that was met with it and has their title. A competency that was attained
// without a rating is held.
func (db *DB) attained(ctx context.Context, l Learner, s Standard, to standard.Showing) error {
	credits, err := db.Credits(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, c := range credits[l.ID] {
		for _, a := range c.Applied {
			to.Prior[a.Process] += a.Minutes
			to.Instruction[standard.CourseID(a.Course)] += a.Minutes
		}
	}
	delete(to.Prior, "")
	delete(to.Instruction, "")
	milestones, err := db.Milestones(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, m := range milestones[l.ID] {
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
	for _, m := range milestones[l.ID] {
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
