package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A Transition is a move from one role to the next.
type Transition struct {
	Learner        domain.ApprenticeshipID
	From, To       domain.RoleID
	Reference      transition.Reference
	Version        uint64 // after the last fact that is no comment
	Facts          uint64 // how many there are, comments among them
	State          TransitionState
	Proposer       domain.PersonID
	Note           domain.Sealed
	AskedFor       domain.Date      // the day that was asked for
	EffectiveOn    domain.Date      // the same, put off, or set once approved
	ApprovedOn     domain.Date      // zero until it was approved
	ConfirmedOn    domain.Date      // zero until it was confirmed
	Cause          transition.Cause // why it was withdrawn that nobody took back
	PayGrade       string
	Position       domain.PositionID // the vacancy it fills, if one was named
	Snapshot       string            // of the evidence it was submitted on
	Met, Total     int               // requirements, on that evidence
	Pathway        domain.PathwayID
	PathwayVersion int
	ProposedAt     time.Time
	Since          time.Time // when it came into the state
	ChangedAt      time.Time // when something was last done about it
	Steps          []Step    // in order
}

// TransitionState is where a move is in its life.
type TransitionState string

const (
	TransitionProposed  TransitionState = "proposed"
	TransitionSubmitted TransitionState = "submitted"
	TransitionReturned  TransitionState = "returned"
	TransitionApproved  TransitionState = "approved"
	TransitionScheduled TransitionState = "scheduled"
	TransitionEffective TransitionState = "effective"
	TransitionConfirmed TransitionState = "confirmed"
	TransitionRejected  TransitionState = "rejected"
	TransitionWithdrawn TransitionState = "withdrawn"
	TransitionRescinded TransitionState = "rescinded"
	TransitionExpired   TransitionState = "expired"
)

// A Step is one approval of a move.
type Step struct {
	Office   pathway.Step
	Assignee domain.PersonID // empty: anybody in Capacity
	Capacity domain.Role
	State    StepState
	OpenedAt time.Time // zero until it was opened in this attempt
	DueOn    domain.Date

	Deputy                  domain.PersonID // who stands in, if anybody does
	DeputyFrom, DeputyUntil domain.Date     // first and last day
	OverdueWith             domain.PersonID // who held it before and let the day pass

	DecidedAt time.Time
	DecidedBy domain.PersonID
	Reason    domain.Sealed
}

// Holder is who decides s on a day: whoever stands in then, else the assignee. Empty is
// anybody in its capacity.
func (s Step) Holder(on domain.Date) domain.PersonID {
	if s.Deputy != "" && !on.Before(s.DeputyFrom) && !on.After(s.DeputyUntil) {
		return s.Deputy
	}
	return s.Assignee
}

// StepState is where an approval is in its life.
type StepState string

const (
	StepWaiting  StepState = "waiting"
	StepOpen     StepState = "open"
	StepGranted  StepState = "granted"
	StepReturned StepState = "returned"
	StepRefused  StepState = "refused"
)

// Open returns the step that is to be decided, and its index, or false if none is.
func (t Transition) Open() (Step, int, bool) {
	for i, s := range t.Steps {
		if s.State == StepOpen {
			return s, i, true
		}
	}
	return Step{}, 0, false
}

func (b *batch) transition(r events.Recorded, e transition.Event) error {
	id, to, err := transition.ID(r.Stream)
	if err != nil {
		return err
	}
	at := r.Request.At.UnixMicro()
	become := func(s TransitionState) error {
		return b.exec(`UPDATE transition SET state = ?, since = ? WHERE learner = ? AND to_role = ?`, s, at, id, to)
	}
	set := func(column string, value any) error {
		return b.exec(`UPDATE transition SET `+column+` = ? WHERE learner = ? AND to_role = ?`, value, id, to)
	}
	decide := func(step int, s StepState, by domain.PersonID, reason domain.Sealed) error {
		return b.exec(`UPDATE transition_step SET state = ?, decided_at = ?, decided_by = ?, reason = ? WHERE learner = ? AND to_role = ? AND step = ?`,
			s, at, by, reason, id, to, step)
	}
	fallen := func() error {
		return b.exec(`UPDATE transition_step SET state = 'waiting', opened_at = 0, due_on = '', deputy = '', decided_at = 0, decided_by = '', reason = '' WHERE learner = ? AND to_role = ?`, id, to)
	}
	closed := func() error {
		return b.exec(`UPDATE transition_step SET state = 'waiting', due_on = '' WHERE learner = ? AND to_role = ? AND state = 'open'`, id, to)
	}
	forget := func() error { return b.exec(`DELETE FROM transition_waiver WHERE learner = ? AND to_role = ?`, id, to) }
	switch e := e.(type) {
	case transition.ReadinessWaived:
		for _, requirement := range e.Requirements {
			err = errorsOf(err, b.exec(`INSERT OR REPLACE INTO transition_waiver (learner, to_role, requirement, by_person, at, reason) VALUES (?, ?, ?, ?, ?, ?)`,
				id, to, requirement, e.By, at, e.Reason))
		}
		var n int
		if asked, gone := b.one(`SELECT 1 FROM transition WHERE learner = ? AND to_role = ?`, []any{id, to}, &n); !asked || gone != nil {
			return errorsOf(err, gone, b.moveFact(r, id, to, e))
		}
	case transition.Commented:
		return errorsOf(b.comment(r, id, to, e), b.record(r, id),
			b.exec(`UPDATE transition SET facts = ?, changed_at = ? WHERE learner = ? AND to_role = ?`, r.Revision, at, id, to))
	case transition.Proposed:
		err = errorsOf(
			b.leaveComments(id, to),
			b.exec(`INSERT OR REPLACE INTO transition (learner, to_role, version, facts, from_role, state, proposer, note, effective_on, asked_for, approved_on, confirmed_on, cause, pay_grade, position,
					snapshot, met, total, pathway, pathway_version, proposed_at, since, changed_at)
				VALUES (?, ?, 0, 0, ?, 'proposed', ?, ?, ?, ?, '', '', '', '', '', '', 0, 0, ?, ?, ?, ?, 0)`,
				id, to, e.From, e.Proposer, e.Note, e.EffectiveOn.String(), e.EffectiveOn.String(), e.Pathway, e.PathwayVersion, at, at),
			b.exec(`DELETE FROM transition_step WHERE learner = ? AND to_role = ?`, id, to))
	case transition.ReadinessSnapshotTaken:
		err = b.exec(`UPDATE transition SET snapshot = ?, met = ?, total = ? WHERE learner = ? AND to_role = ?`, e.Snapshot, e.Met, e.Total, id, to)
	case transition.Submitted:
		err = errorsOf(become(TransitionSubmitted), b.exec(`DELETE FROM transition_step WHERE learner = ? AND to_role = ?`, id, to))
		for i, s := range e.Steps {
			err = errorsOf(err, b.exec(`INSERT INTO transition_step (learner, to_role, step, office, assignee, capacity, state, opened_at, due_on, deputy, deputy_from, deputy_until, overdue_with, decided_at, decided_by, reason)
				VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, '', '', '', '', '', 0, '', '')`, id, to, i, s.Office, s.Assignee, s.Capacity))
		}
	case transition.Resubmitted:
		err = become(TransitionSubmitted)
	case transition.ApprovalStepOpened:
		err = errorsOf(
			b.exec(`UPDATE transition_step SET state = 'open', opened_at = ?, due_on = ?, deputy = '', decided_at = 0, decided_by = '', reason = '' WHERE learner = ? AND to_role = ? AND step = ?`, at, e.DueOn.String(), id, to, e.Step),
			b.handStep(r, id, to, e.Step, e.DueOn))
	case transition.ApprovalDelegated:
		err = b.exec(`UPDATE transition_step SET deputy = ?, deputy_from = ?, deputy_until = ? WHERE learner = ? AND to_role = ? AND step = ?`,
			e.To, e.From.String(), e.Until.String(), id, to, e.Step)
	case transition.ApprovalEscalated:
		err = errorsOf(
			b.exec(`UPDATE transition_step SET assignee = ?, overdue_with = ?, opened_at = ?, due_on = ?, deputy = '' WHERE learner = ? AND to_role = ? AND step = ?`,
				e.To, e.From, at, e.DueOn.String(), id, to, e.Step),
			b.handStep(r, id, to, e.Step, e.DueOn))
	case transition.ApprovalGranted:
		err = errorsOf(decide(e.Step, StepGranted, e.By, e.Note), b.done(r.Stream))
	case transition.ApprovalReturned:
		err = errorsOf(decide(e.Step, StepReturned, e.By, e.Reason), become(TransitionReturned), b.done(r.Stream))
	case transition.ApprovalRefused:
		err = errorsOf(decide(e.Step, StepRefused, e.By, e.Reason), become(TransitionRejected), b.done(r.Stream), forget())
	case transition.ApprovalsLapsed:
		err = errorsOf(become(TransitionReturned), set("approved_on", ""), fallen(), b.done(r.Stream))
	case transition.Approved:
		err = errorsOf(become(TransitionApproved), set("approved_on", r.Request.Today().String()))
	case transition.Deferred:
		err = set("effective_on", e.EffectiveOn.String())
	case transition.Scheduled:
		err = errorsOf(become(TransitionScheduled),
			b.exec(`UPDATE transition SET effective_on = ?, pay_grade = coalesce(nullif(?, ''), pay_grade), position = coalesce(nullif(?, ''), position) WHERE learner = ? AND to_role = ?`,
				e.EffectiveOn.String(), e.PayGrade, e.Position, id, to))
	case transition.Rescinded:
		err = errorsOf(become(TransitionRescinded), forget())
	case transition.MadeEffective:
		err = become(TransitionEffective)
	case transition.TermsCorrected:
		err = errorsOf(set("effective_on", e.Terms.EffectiveOn.String()), set("pay_grade", e.Terms.PayGrade))
	case transition.Confirmed:
		err = errorsOf(become(TransitionConfirmed), set("confirmed_on", e.On.String()))
	case transition.Withdrawn:
		err = errorsOf(become(TransitionWithdrawn), set("cause", e.Cause), b.done(r.Stream), closed(), forget())
	case transition.Expired:
		err = errorsOf(become(TransitionExpired), b.done(r.Stream), closed(), forget())
	}
	return errorsOf(err,
		b.exec(`UPDATE transition SET version = ?1, facts = ?1, changed_at = ?2 WHERE learner = ?3 AND to_role = ?4`, r.Revision, at, id, to),
		b.moveFact(r, id, to, e), b.record(r, id), b.touch(r, id, r.Stream))
}

// handStep puts a step into the inbox of whoever holds it.
func (b *batch) handStep(r events.Recorded, id domain.ApprenticeshipID, to domain.RoleID, step int, due domain.Date) error {
	holder := item{Kind: AwaitingTransition, Learner: id, DueOn: due}
	if _, err := b.one(`SELECT assignee, capacity FROM transition_step WHERE learner = ? AND to_role = ? AND step = ?`, []any{id, to, step}, &holder.Assignee, &holder.Capacity); err != nil {
		return err
	}
	return b.hand(r, holder)
}

// Transitions returns the moves of learners, by learner, oldest first.
func (db *DB) Transitions(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Transition, error) {
	ts, err := db.transitions(ctx, `t.learner IN (SELECT value FROM json_each(?))`, text(ids))
	out := map[domain.ApprenticeshipID][]Transition{}
	for _, t := range ts {
		out[t.Learner] = append(out[t.Learner], t)
	}
	return out, err
}

// Transition returns one move, or a refusal (NO_SUCH_TRANSITION).
func (db *DB) Transition(ctx context.Context, id domain.ApprenticeshipID, to domain.RoleID) (Transition, error) {
	ts, err := db.transitions(ctx, `t.learner = ? AND t.to_role = ?`, id, to)
	if err == nil && len(ts) == 0 {
		return Transition{}, domain.Refuse(domain.NotFound, "NO_SUCH_TRANSITION", "There is no such move.")
	}
	if err != nil {
		return Transition{}, err
	}
	return ts[0], nil
}

// Due returns the moves whose day has come.
func (db *DB) Due(ctx context.Context, today domain.Date) ([]Transition, error) {
	return db.transitions(ctx, `t.state = 'scheduled' AND t.effective_on <= ?`, today.String())
}

// Pending reports whether t is being decided, or approved and not yet in effect.
func (t Transition) Pending() bool {
	return t.State == TransitionSubmitted || t.State == TransitionApproved || t.State == TransitionScheduled
}

// Pending returns the moves that are being decided, or approved and not yet in effect.
func (db *DB) Pending(ctx context.Context) ([]Transition, error) {
	return db.transitions(ctx, `t.state IN ('submitted', 'approved', 'scheduled')`)
}

// Undecided returns the moves that are asked for or being decided and about which nothing was
// done after an instant.
func (db *DB) Undecided(ctx context.Context, since time.Time) ([]Transition, error) {
	return db.transitions(ctx, `t.state IN ('proposed', 'submitted', 'returned') AND t.changed_at <= ?`, since.UnixMicro())
}

// LeftBehind returns the moves that are not in effect and whose apprenticeship ended before its aim.
func (db *DB) LeftBehind(ctx context.Context) ([]Transition, error) {
	return db.transitions(ctx, `t.state IN ('proposed', 'submitted', 'returned', 'approved', 'scheduled')
		AND EXISTS (SELECT 1 FROM learner l WHERE l.id = t.learner AND l.status IN ('cancelled', 'transferred'))`)
}

// Overdue returns the moves whose open step was due before a day.
func (db *DB) Overdue(ctx context.Context, today domain.Date) ([]Transition, error) {
	return db.transitions(ctx, `(t.learner, t.to_role) IN (SELECT learner, to_role FROM transition_step WHERE state = 'open' AND due_on < ?)`, today.String())
}

func (db *DB) transitions(ctx context.Context, where string, args ...any) (ts []Transition, err error) {
	type key struct {
		id domain.ApprenticeshipID
		to domain.RoleID
	}
	steps := map[key][]Step{}
	err = db.snapshot(ctx, func(q querier) error {
		_, err := collect(ctx, q, func(rows *sql.Rows) (s Step, err error) {
			var k key
			err = rows.Scan(&k.id, &k.to, &s.Office, &s.Assignee, &s.Capacity, &s.State, instant{&s.OpenedAt}, date{&s.DueOn},
				&s.Deputy, date{&s.DeputyFrom}, date{&s.DeputyUntil}, &s.OverdueWith, instant{&s.DecidedAt}, &s.DecidedBy, &s.Reason)
			steps[k] = append(steps[k], s)
			return s, err
		}, `SELECT s.learner, s.to_role, s.office, s.assignee, s.capacity, s.state, s.opened_at, s.due_on, s.deputy, s.deputy_from, s.deputy_until, s.overdue_with, s.decided_at, s.decided_by, s.reason
			FROM transition_step s JOIN transition t ON t.learner = s.learner AND t.to_role = s.to_role WHERE `+where+` ORDER BY s.learner, s.to_role, s.step`, args...)
		if err != nil {
			return err
		}
		ts, err = collect(ctx, q, func(rows *sql.Rows) (t Transition, err error) {
			err = rows.Scan(&t.Learner, &t.To, &t.Reference, &t.Version, &t.Facts, &t.From, &t.State, &t.Proposer, &t.Note, date{&t.AskedFor}, date{&t.EffectiveOn}, date{&t.ApprovedOn}, date{&t.ConfirmedOn}, &t.Cause, &t.PayGrade, &t.Position,
				&t.Snapshot, &t.Met, &t.Total, &t.Pathway, &t.PathwayVersion, instant{&t.ProposedAt}, instant{&t.Since}, instant{&t.ChangedAt})
			t.Steps = steps[key{t.Learner, t.To}]
			return t, err
		}, `SELECT t.learner, t.to_role, (SELECT number FROM request WHERE subject = 'transition-' || t.learner || '.' || t.to_role), t.version, t.facts, t.from_role, t.state, t.proposer, t.note, t.asked_for, t.effective_on, t.approved_on, t.confirmed_on, t.cause, t.pay_grade, t.position,
			t.snapshot, t.met, t.total, t.pathway, t.pathway_version, t.proposed_at, t.since, t.changed_at FROM transition t WHERE `+where+` ORDER BY t.learner, t.proposed_at, t.to_role`, args...)
		return err
	})
	return ts, fault(err, "transitions")
}
