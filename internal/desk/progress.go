package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Limits on what one request can send.
const (
	mostRatings = 500
	mostLearned = 200
)

// A PriorLearning is what somebody had learned before.
type PriorLearning struct {
	Processes             []apprenticeship.Learned
	Competencies, Courses []string
}

// GrantPriorCredit counts what was learned before, with the wage step that goes with it.
func (d *Desk) GrantPriorCredit(ctx context.Context, a Ask, id domain.ApprenticeshipID, entry domain.EntryID, p PriorLearning, evidence string) (events.Position, error) {
	l, sealed, err := d.about(ctx, a, id, evidence)
	if err != nil {
		return 0, err
	}
	prior, room, step, err := d.credited(ctx, l, p)
	if err != nil {
		return 0, err
	}
	prior.Evidence = sealed
	return d.steer(ctx, a, id, apprenticeship.GrantPriorCredit{Request: d.request(a), Entry: entry, Prior: prior, WageStep: step, Room: room})
}

// CorrectPriorCredit takes the place of what an entry counted; nothing takes it back.
func (d *Desk) CorrectPriorCredit(ctx context.Context, a Ask, id domain.ApprenticeshipID, entry domain.EntryID, p PriorLearning, reason string) (events.Position, error) {
	l, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	prior, room, _, err := d.credited(ctx, l, p)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.CorrectPriorCredit{Request: d.request(a), Entry: entry, Prior: prior, Reason: sealed, Room: room})
}

// credited is what is credited, the room the standard leaves for it, and the wage step that
// it leads to.
func (d *Desk) credited(ctx context.Context, l projections.Learner, p PriorLearning) (prior apprenticeship.Prior, room apprenticeship.Room, step int, err error) {
	if len(p.Processes)+len(p.Competencies)+len(p.Courses) > mostLearned {
		return prior, room, 0, domain.Refuse(domain.Invalid, "TOO_MUCH", "Credit at most %d things at once.", mostLearned)
	}
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return prior, room, 0, err
	}
	showing, err := d.Read.Showing(ctx, l, s)
	if err != nil {
		return prior, room, 0, err
	}
	prior = apprenticeship.Prior{Processes: p.Processes, Competencies: p.Competencies, Courses: p.Courses}
	room = roomOf(s, showing)
	total := showing.OnTheJob()
	for _, m := range p.Processes {
		total += m.Minutes
	}
	return prior, room, stepGranted(s, total, l.BeganOn, d.Today()), nil
}

// stepGranted is the wage step that comes with so much time on the job, or 0 if it is the first.
func stepGranted(s projections.Standard, onTheJob domain.Minutes, began, today domain.Date) int {
	months := 0
	if !began.IsZero() {
		months = max(0, today.MonthsSince(began))
	}
	if due, _ := s.WageStep(onTheJob, months); due.Step > 1 {
		return due.Step
	}
	return 0
}

func roomOf(s projections.Standard, there standard.Showing) apprenticeship.Room {
	room := apprenticeship.Room{Required: map[domain.WorkProcessID]domain.Minutes{}, Earned: map[domain.WorkProcessID]domain.Minutes{}, Competencies: competencies(s)}
	for _, wp := range s.WorkProcesses {
		room.Required[wp.ID], room.Earned[wp.ID] = wp.Min, there.Earned[wp.ID]+there.Applied[wp.ID]
	}
	for _, c := range s.Courses {
		room.Courses = append(room.Courses, string(c.ID))
	}
	return room
}

func competencies(s projections.Standard) (ids []string) {
	for _, wp := range s.WorkProcesses {
		for _, c := range wp.Competencies {
			ids = append(ids, string(c.ID))
		}
	}
	return ids
}

// Evaluate records how an apprentice came on.
func (d *Desk) Evaluate(ctx context.Context, a Ask, id domain.ApprenticeshipID, entry domain.EntryID, from, to domain.Date, ratings []apprenticeship.Rating, next string) (events.Position, error) {
	l, sealed, err := d.about(ctx, a, id, next)
	if err != nil {
		return 0, err
	}
	if a.By, err = d.acting(ctx, a.By); err != nil {
		return 0, err
	}
	scale, err := d.scale(ctx, l, ratings)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.Evaluate{Request: d.request(a), Entry: entry,
		Evaluation: apprenticeship.Evaluation{From: from, To: to, Ratings: ratings, Next: sealed}, Scale: scale})
}

// CorrectEvaluation takes the place of an evaluation.
func (d *Desk) CorrectEvaluation(ctx context.Context, a Ask, id domain.ApprenticeshipID, entry domain.EntryID, from, to domain.Date, ratings []apprenticeship.Rating, next, reason string) (events.Position, error) {
	l, sealed, err := d.about(ctx, a, id, next)
	if err != nil {
		return 0, err
	}
	_, why, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	if a.By, err = d.acting(ctx, a.By); err != nil {
		return 0, err
	}
	scale, err := d.scale(ctx, l, ratings)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.CorrectEvaluation{Request: d.request(a), Entry: entry,
		Evaluation: apprenticeship.Evaluation{From: from, To: to, Ratings: ratings, Next: sealed}, Reason: why, Scale: scale})
}

func (d *Desk) scale(ctx context.Context, l projections.Learner, ratings []apprenticeship.Rating) (apprenticeship.Scale, error) {
	if len(ratings) > mostRatings {
		return apprenticeship.Scale{}, domain.Refuse(domain.Invalid, "TOO_MUCH", "Rate at most %d competencies at once.", mostRatings).About("ratings")
	}
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	scale := apprenticeship.Scale{Competencies: competencies(s), Top: 4}
	if len(s.RatingScale) > 0 {
		scale.Top = slices.Max(s.RatingScale)
	}
	return scale, err
}

// Evaluations are what somebody may see of all those of a learner: the apprentice and who
// teaches them all, coordinators, human resources and auditors too; managers without what
// comes next.
func (d *Desk) Evaluations(by domain.Actor, l projections.Learner, all []projections.Evaluation) []projections.Evaluation {
	if !d.ReadsWork(by, l) && by.Role != domain.Manager {
		return nil
	}
	whole := ReadsAll(by, l) || l.Mentored(by.Person, d.Today())
	out := slices.Clone(all)
	for i, e := range out {
		if !whole && e.By != by.Person {
			out[i].Next, out[i].Reason = "", ""
		}
	}
	return out
}
