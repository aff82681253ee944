package desk

import (
	"context"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// audited are the categories of streams that auditors read fact by fact. Streams of which
// nobody may find out whose they are, such as self-identification, are none of them.
var audited = []string{
	"apprenticeship", "timesheet", "milestone", "credit", "transition", "consent", "amendment", "enrolment", "credential", "filing", "placement",
	"person", "position", "cohort", "program", "standard", "agreement", "partner",
}

var noTrail = domain.Refuse(domain.NotFound, "NO_SUCH_STREAM", "There is no such stream, or it is not read fact by fact.")

// maxTrail is how many facts of one stream are read at most.
const maxTrail = 5000

// Facts returns what a stream tells, oldest first, for auditors. What somebody is recognised
// by is told without the secret that it stands for.
func (d *Desk) Facts(ctx context.Context, by domain.Actor, s domain.Stream) ([]events.Recorded, error) {
	if by.Role != domain.Auditor || !slices.Contains(audited, s.Category()) {
		return nil, noTrail
	}
	var out []events.Recorded
	for r, err := range d.Log.Read(ctx, s) {
		if err != nil {
			return nil, err
		}
		if out = append(out, r); len(out) == maxTrail {
			break
		}
	}
	if len(out) == 0 {
		return nil, noTrail
	}
	return out, nil
}

// Recognises reports whether a fact holds what somebody is recognised by.
func Recognises(e domain.Event) bool {
	switch e.(type) {
	case person.KeyIssued, person.LoginLinked:
		return true
	}
	return e.EventName() == "partner.key_issued"
}

// Streams returns the streams that tell of a learner, for auditors, by name.
func (d *Desk) Streams(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID) ([]domain.Stream, error) {
	if by.Role != domain.Auditor {
		return nil, noTrail
	}
	l, err := d.Learner(ctx, by, id)
	if err != nil {
		return nil, err
	}
	own := domain.Stream("apprenticeship-" + id)
	found := []domain.Stream{own, person.Stream(l.Person)}
	for _, subject := range found[:2] {
		more, err := d.Read.Trail(ctx, subject)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	found = slices.DeleteFunc(found, func(s domain.Stream) bool { return !slices.Contains(audited, s.Category()) })
	slices.Sort(found)
	return slices.Compact(found), nil
}

// End is the position of the last fact of the log, and when it was recorded. An empty log
// ends at 0.
func (d *Desk) End(ctx context.Context) (events.Position, time.Time, error) {
	head, err := d.Log.Head(ctx)
	if err != nil || head == 0 {
		return 0, time.Time{}, err
	}
	for r, err := range d.Log.Follow(ctx, head-1) {
		return head, r.Request.At, err
	}
	return head, time.Time{}, nil
}
