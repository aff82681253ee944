package projections

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// An InboxItem waits for somebody's decision.
type InboxItem struct {
	Subject  domain.Stream // the week, milestone or move to decide, or the person to erase
	Kind     InboxKind
	Learner  domain.ApprenticeshipID // empty if it is not about an apprenticeship
	Person   domain.PersonID         // the apprentice, or whom it is about
	Name     domain.Sealed           // of the person
	Assignee domain.PersonID         // empty: anybody in Capacity
	Capacity domain.Role
	Since    time.Time
	DueOn    domain.Date
}

// InboxKind says what is to be decided.
type InboxKind string

const (
	AwaitingHours      InboxKind = "hours"
	AwaitingMilestone  InboxKind = "milestone"
	AwaitingTransition InboxKind = "transition"
	AwaitingErasure    InboxKind = "erasure" // of a person, who need not be a learner
)

// An item is handed to somebody.
type item struct {
	Kind     InboxKind
	Learner  domain.ApprenticeshipID
	Assignee domain.PersonID
	Capacity domain.Role
	DueOn    domain.Date
}

func (b *batch) hand(r events.Recorded, i item) error {
	b.waiting.put(r.Stream, &waitingRow{i, r.Request.At.UnixMicro()})
	return nil
}

func (b *batch) done(subject domain.Stream) error {
	b.waiting.put(subject, nil)
	return nil
}

type waitingRow struct {
	item
	since int64
}

// newWaiting is a shelf of what was handed over or decided since it was last flushed.
func newWaiting(w *writer) *shelf[domain.Stream, waitingRow] {
	inbox := w.inserting(`INSERT OR REPLACE`, `inbox`, `subject, kind, learner, assignee, capacity, since, due_on`, ``)
	return &shelf[domain.Stream, waitingRow]{
		names:   []string{"inbox"},
		compare: func(a, b domain.Stream) int { return strings.Compare(string(a), string(b)) },
		learner: func(_ domain.Stream, r *waitingRow) domain.ApprenticeshipID { return r.Learner },
		write: func(subject domain.Stream, r *waitingRow) error {
			if r == nil {
				return w.each(`DELETE FROM inbox WHERE subject = ?`, []value{words(subject)}, nil)
			}
			return inbox.add(words(subject), words(r.Kind), words(r.Learner), words(r.Assignee), words(r.Capacity), number(r.since), words(r.DueOn.String()))
		},
		finish: inbox.finish,
		held:   map[domain.Stream]*held[waitingRow]{},
	}
}

// forWhom is what waits for a person on a day: by name, by the capacity they act in, or because
// they stand in for somebody.
const forWhom = `(CASE i.assignee WHEN '' THEN i.capacity = ?2 ELSE i.assignee = ?1 END OR i.kind = 'transition' AND i.subject IN (
	SELECT 'transition-' || s.learner || '.' || s.to_role FROM transition_step s
	WHERE s.deputy = ?1 AND s.state = 'open' AND ?3 BETWEEN s.deputy_from AND s.deputy_until)) AND i.subject <> 'person-' || ?1`

// Inbox returns what waits for a person on a day, oldest first: by name, by the capacity they
// act in, or because they stand in for somebody. Their own erasure does not wait for them.
func (db *DB) Inbox(ctx context.Context, who domain.PersonID, capacity domain.Role, on domain.Date) ([]InboxItem, error) {
	return db.inbox(ctx, forWhom, who, capacity, on.String())
}

// CountInbox returns how much Inbox finds.
func (db *DB) CountInbox(ctx context.Context, who domain.PersonID, capacity domain.Role, on domain.Date) (n int, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT count(*) FROM inbox i WHERE `+forWhom, who, capacity, on.String()).Scan(&n)
	return n, fault(err, "count inbox")
}

// Awaiting returns what waits for a decision about some learners, oldest first.
func (db *DB) Awaiting(ctx context.Context, ids ...domain.ApprenticeshipID) ([]InboxItem, error) {
	return db.inbox(ctx, `i.learner IN (SELECT value FROM json_each(?))`, text(ids))
}

func (db *DB) inbox(ctx context.Context, where string, args ...any) ([]InboxItem, error) {
	items, err := collect(ctx, db.read, func(rows *sql.Rows) (i InboxItem, err error) {
		return i, rows.Scan(&i.Subject, &i.Kind, &i.Learner, &i.Person, &i.Name, &i.Assignee, &i.Capacity, instant{&i.Since}, date{&i.DueOn})
	}, `SELECT i.subject, i.kind, i.learner, p.id, p.name, i.assignee, i.capacity, i.since, i.due_on
		FROM inbox i LEFT JOIN learner l ON l.id = i.learner JOIN person p ON p.id = coalesce(l.person, substr(i.subject, 8)) WHERE `+where+` ORDER BY i.since, i.subject`, args...)
	return items, fault(err, "inbox")
}

// An Activity is something that was done about a learner.
type Activity struct {
	At      time.Time
	Person  domain.PersonID  // who did it, or
	Partner domain.PartnerID // which institution; neither: a policy
	Event   string           // its stored name
	Subject domain.Stream
}

// record keeps what a learner would want to read about.
func (b *batch) record(r events.Recorded, id domain.ApprenticeshipID) error {
	switch r.Event.(type) {
	case apprenticeship.Registered, apprenticeship.Began, apprenticeship.ProbationCompleted, apprenticeship.CompletionRequested, apprenticeship.CompletionCertified,
		timesheet.Submitted, timesheet.Approved, timesheet.Returned, timesheet.Reopened, timesheet.ApprovedHoursCorrected,
		milestone.Started, milestone.EvidenceSubmitted, milestone.AttemptPassed, milestone.Attained, milestone.NotYetAttained,
		milestone.AssessmentCorrected, milestone.Waived, milestone.Revoked, milestone.Expired, milestone.Renewed,
		credit.Proposed, credit.Requested, credit.Recommended, credit.Awarded, credit.Denied, credit.Appealed, credit.AppealCommented, credit.Posted, credit.Revoked,
		transition.Proposed, transition.ApprovalGranted, transition.ApprovalReturned, transition.ApprovalRefused, transition.ApprovalEscalated, transition.ApprovalsLapsed,
		transition.ReadinessWaived, transition.Deferred, transition.Rescinded, transition.MadeEffective, transition.Confirmed, transition.Withdrawn, transition.Expired, transition.Commented:
		b.activity.add(activityRow{id, r.Position, r.Request.At.UnixMicro(), r.Request.By.Person, r.Request.By.Partner, r.Event.EventName(), r.Stream})
	}
	return nil
}

type activityRow struct {
	learner  domain.ApprenticeshipID
	position events.Position
	at       int64
	person   domain.PersonID
	partner  domain.PartnerID
	event    string
	subject  domain.Stream
}

func newActivity(w *writer) *stack[activityRow] {
	activity := w.inserting(`INSERT`, `activity`, `learner, position, at, person, partner, event, subject`, ``)
	return &stack[activityRow]{
		name: "activity",
		compare: func(a, b activityRow) int {
			return cmp.Or(strings.Compare(string(a.learner), string(b.learner)), cmp.Compare(a.position, b.position))
		},
		learner: func(r activityRow) domain.ApprenticeshipID { return r.learner },
		write: func(r activityRow) error {
			return activity.add(words(r.learner), number(r.position), number(r.at), words(r.person), words(r.partner), words(r.event), words(r.subject))
		},
		finish: activity.finish,
	}
}

// recent is how much of what was done about a learner is remembered.
const recent = 64

// Activity returns what was done about a learner, newest first.
func (db *DB) Activity(ctx context.Context, id domain.ApprenticeshipID, first int) ([]Activity, error) {
	read := func(most int) ([]Activity, error) {
		return collect(ctx, db.read, func(rows *sql.Rows) (a Activity, err error) {
			return a, rows.Scan(instant{&a.At}, &a.Person, &a.Partner, &a.Event, &a.Subject)
		}, `SELECT at, person, partner, event, subject FROM activity WHERE learner = ? ORDER BY position DESC LIMIT ?`, id, most)
	}
	if first > recent {
		as, err := read(first)
		return as, fault(err, "activity")
	}
	as, err := db.recalled.activity.ask(id, func() ([]Activity, error) { return read(recent) })
	return slices.Clone(as[:min(first, len(as))]), fault(err, "activity")
}
