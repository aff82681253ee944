package desk

import (
	"context"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Comment says something to all who take part in a move. Who does not know of the move is told
// that there is none.
func (d *Desk) Comment(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, note string) (events.Position, error) {
	l, t, err := d.Move(ctx, a.By, id, to)
	if err != nil {
		return 0, err
	}
	switch part, err := d.TakesPart(ctx, a.By, l, t); {
	case err != nil:
		return 0, err
	case !part:
		return 0, domain.Refuse(domain.Forbidden, "TAKES_NO_PART", "Comments are written by the apprentice, whoever asked for the move, and those who have something to decide about it. You can read them.")
	}
	sealed, err := d.seal(ctx, l.Person, "note", note)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve, transition.Comment{Request: d.request(a), Note: sealed, Ended: d.EndOf(t)})
}

// Move returns a move of which somebody knows. Who held a step of it knows of it as long as it
// can be commented on, whatever changed since. For others there is none.
func (d *Desk) Move(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, to domain.RoleID) (projections.Learner, projections.Transition, error) {
	l, t, err := d.move(ctx, by, id, to)
	if err != nil {
		return l, t, err
	}
	seen, err := d.Read.Sees(ctx, d.SightOf(by), id)
	if err == nil && !d.knows(by, l, t, seen) {
		err = domain.Refuse(domain.NotFound, "NO_SUCH_TRANSITION", "There is no such move.")
	}
	return l, t, err
}

// knows reports whether somebody, who sees the learner's record or does not, knows of a move.
func (d *Desk) knows(by domain.Actor, l projections.Learner, t projections.Transition, seen bool) bool {
	return d.ReadsMove(by, l, t) && (seen || d.Commentable(t))
}

// TakesPart reports whether somebody has a part in a move: the apprentice, whoever asked for it,
// and who holds or held a step of it; of those who see everybody's record also coordinators and
// human resources if a step falls to their office or they did something about it.
func (d *Desk) TakesPart(ctx context.Context, by domain.Actor, l projections.Learner, t projections.Transition) (bool, error) {
	switch {
	case by.Person == "" || by.Role == domain.Auditor:
		return false, nil
	case by.Person == l.Person || by.Person == t.Proposer || d.decidesOn(by, t):
		return true, nil
	case by.Role != domain.Coordinator && by.Role != domain.HR:
		return false, nil
	case slices.ContainsFunc(t.Steps, func(s projections.Step) bool { return s.Assignee == "" && s.Capacity == by.Role }):
		return true, nil
	}
	facts, err := d.Read.Timeline(ctx, t.Learner, t.To)
	return slices.ContainsFunc(facts, func(f projections.MoveFact) bool { return f.By == by.Person }), err
}

// EndOf is the day on which a move came to its end; no day while it goes on.
func (d *Desk) EndOf(t projections.Transition) domain.Date {
	switch t.State {
	case projections.TransitionRejected, projections.TransitionWithdrawn, projections.TransitionRescinded, projections.TransitionExpired, projections.TransitionConfirmed:
		return domain.DateOf(t.Since.In(d.Now().Location()))
	}
	return domain.Date{}
}

// Commentable reports whether a move can still be commented on.
func (d *Desk) Commentable(t projections.Transition) bool {
	end := d.EndOf(t)
	return end.IsZero() || d.Today().DaysSince(end) <= transition.CommentDays
}

// ReadsComments is what of the comments beside a move somebody reads: who knows of the move all
// of this attempt, and who is told what was written about it also those of attempts before.
func (d *Desk) ReadsComments(by domain.Actor, l projections.Learner, t projections.Transition, all []projections.Comment) []projections.Comment {
	switch {
	case by.Role == domain.Partner || !d.ReadsMove(by, l, t):
		return nil
	case d.ReadsReasons(by, l, t):
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(c projections.Comment) bool { return c.Former })
}

// A Remark is a comment that is for somebody, beside a move of another.
type Remark struct {
	projections.Heard
	Of        projections.Learner
	Reference transition.Reference // of the move
}

// Heard returns what was said to somebody since a moment, latest first, at most so much. What is
// said beside a move of which they know no more is left out.
func (d *Desk) Heard(ctx context.Context, by domain.Actor, since time.Time, first int) (out []Remark, err error) {
	said, err := d.Read.Heard(ctx, by.Person, since, first)
	if err != nil || len(said) == 0 {
		return nil, err
	}
	var ids []domain.ApprenticeshipID
	for _, h := range said {
		ids = append(ids, h.Learner)
	}
	learners, err := d.Read.Learners(ctx, projections.LearnerQuery{IDs: ids})
	if err != nil {
		return nil, err
	}
	seen, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{Visible: d.SightOf(by), IDs: ids})
	if err != nil {
		return nil, err
	}
	moves, err := d.Read.Transitions(ctx, ids...)
	for _, h := range said {
		l := slices.IndexFunc(learners, func(l projections.Learner) bool { return l.ID == h.Learner })
		m := slices.IndexFunc(moves[h.Learner], func(t projections.Transition) bool { return t.To == h.To })
		sees := slices.ContainsFunc(seen, func(l *projections.Learner) bool { return l.ID == h.Learner })
		if l >= 0 && m >= 0 && d.knows(by, learners[l], moves[h.Learner][m], sees) {
			out = append(out, Remark{h, learners[l], moves[h.Learner][m].Reference})
		}
	}
	return out, err
}
