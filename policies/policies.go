// Package policies holds what follows from a fact without anybody asking: a college's
// award meets a requirement, an approved move takes effect on its day and brings the new
// role, who is erased consents to nothing any more, what has an end ends.
//
// A policy acts by the same commands as people do. Its requests carry keys that name the
// fact they follow from, so acting twice changes nothing: a policy may start over at any
// time, from any place in the log. Where a newer Guildhall has recorded what this one does
// not know, no policy acts; a later start, with that one, makes up for it.
package policies

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/alias"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// File is the name of the file in a node's data directory in which the policies remember their
// place in the log.
const File = "policies.position"

// Policies follow the log and the calendar. All exported fields are set before Follow and Tick.
type Policies struct {
	Log  events.Log
	Read *projections.DB
	Now  func() time.Time
	Dir  string // where the place in the log is remembered

	// Alias tells under which random name somebody's confidential answers are kept. Where it
	// is nil, nobody is invited to answer.
	Alias func(context.Context, domain.PersonID, alias.Purpose) (string, error)

	// Held puts on record what waited for learners who share with an institution by now.
	// Where it is nil, that waits.
	Held func(context.Context) error

	behind atomic.Bool // something was left to a newer program, so its place is not passed
}

// Follow acts on every fact, those first that were not acted upon before, until ctx ends.
func (p *Policies) Follow(ctx context.Context) error {
	at, err := p.remembered(ctx)
	if err != nil {
		return err
	}
	for r, err := range p.Log.Follow(ctx, at) {
		if err != nil {
			return err
		}
		acted, err := p.react(ctx, r)
		if err != nil {
			return fmt.Errorf("policies: after %s at %d: %w", r.Event.EventName(), r.Position, err)
		}
		if !p.behind.Load() && (acted || r.Position%1000 == 0) {
			if err := p.remember(r.Position); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// A policy is what follows from certain facts, or comes with the day, or both.
type policy struct {
	after func(ctx context.Context, p *Policies, r events.Recorded) (acted bool, err error)
	daily func(ctx context.Context, p *Policies, today domain.Date) error
}

// all are the policies there are, each in a file of its own.
var all = []policy{
	creditMeetsRequirement, creditTakesMilestone, teamShows, milestoneExpires, evidenceLapses, moveTakesEffect, moveEndsWithApprenticeship, moveBringsRole, moveChangesJob, placeIsReleased, dayComes, leaverGoes, absenceDelegates, silenceEscalates, moveExpires, erasureEndsConsent, agreementExpires, consentExpires,
	creditFreesLearning, recommendationLapses, heldRowsApply,
	apprenticeshipIsUnique, placementFollowsMentor, changeOpensFiling, hoursReachWageStep,
	waitingListMovesUp, offerLapses, certificateExpires, certificateCarriesMilestone, leavingReleasesMoney, selfIdentificationInvited,
}

func (p *Policies) react(ctx context.Context, r events.Recorded) (acted bool, err error) {
	if _, unknown := r.Event.(events.Unknown); unknown {
		p.behind.Store(true)
		return false, nil
	}
	for _, one := range all {
		if one.after == nil {
			continue
		}
		did, err := one.after(ctx, p, r)
		if err != nil {
			return acted, err
		}
		acted = acted || did
	}
	return acted, nil
}

// Tick acts on the calendar, once the read model shows all that is on record: call it at
// the start and at least once a day.
func (p *Policies) Tick(ctx context.Context) error {
	head, err := p.Log.Head(ctx)
	if err != nil {
		return err
	}
	if err := p.Read.Wait(ctx, head); err != nil {
		return err
	}
	today := domain.DateOf(p.Now())
	for _, one := range all {
		if one.daily == nil {
			continue
		}
		if err := one.daily(ctx, p, today); err != nil {
			return err
		}
	}
	return nil
}

// act has a policy's command decided and recorded, however long the log takes none. If the
// command itself is refused, the moment has passed: somebody else acted first. What cannot be
// decided without a newer program is left to it.
func act[S any, E domain.Event](ctx context.Context, p *Policies, s domain.Stream, evolve func(S, E) S, c events.Command[S, E]) error {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		d := &decider[S, E]{Command: c}
		_, err := events.Execute(ctx, p.Log, s, evolve, events.Command[S, E](d))
		switch {
		case errors.Is(err, events.ErrNewer):
			p.behind.Store(true)
			return nil
		case d.refused:
			return nil
		case domain.AsRefusal(err) == nil && !errors.Is(err, events.ErrUnknownOutcome):
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// A decider tells a refusal of its command from one of the log, which will pass.
type decider[S any, E domain.Event] struct {
	events.Command[S, E]
	refused bool
}

func (d *decider[S, E]) Decide(state S) ([]E, error) {
	facts, err := d.Command.Decide(state)
	d.refused = domain.AsRefusal(err) != nil
	return facts, err
}

// follows is the request of a policy that follows from a record.
func (p *Policies) follows(r events.Recorded, policy string) domain.Request {
	correlation := r.Request.Correlation
	if correlation == "" {
		correlation = r.ID
	}
	return domain.Request{
		By: domain.Actor{Policy: policy, Role: domain.System}, At: p.Now(),
		Key: r.ID, Digest: policy, Correlation: correlation, Causation: r.ID,
	}
}

// onDay is the request of a policy that follows from the calendar.
func (p *Policies) onDay(d domain.Date, policy string) domain.Request {
	return domain.Request{By: domain.Actor{Policy: policy, Role: domain.System}, At: p.Now(), Source: "calendar " + d.String()}
}

func (p *Policies) file() string { return filepath.Join(p.Dir, File) }

// remembered is the position to go on from. Without a memory of this log everything is
// gone through again.
func (p *Policies) remembered(ctx context.Context) (events.Position, error) {
	head, err := p.Log.Head(ctx)
	if err != nil {
		return 0, err
	}
	text, err := os.ReadFile(p.file())
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("policies: %w", err)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || events.Position(n) > head {
		return 0, nil
	}
	return events.Position(n), nil
}

func (p *Policies) remember(at events.Position) error {
	tmp := p.file() + ".new"
	if err := os.WriteFile(tmp, fmt.Appendln(nil, at), 0o600); err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	if err := os.Rename(tmp, p.file()); err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	return nil
}

// keyed is a request under a key of its own among those that follow from one fact.
func keyed(why domain.Request, what string) domain.Request {
	why.Key += "." + what
	return why
}

// learners are those whom moves are about.
func (p *Policies) learners(ctx context.Context, moves []projections.Transition) (map[domain.ApprenticeshipID]projections.Learner, error) {
	ids := []domain.ApprenticeshipID{} // nil would be all
	for _, t := range moves {
		ids = append(ids, t.Learner)
	}
	found, err := p.Read.Learners(ctx, projections.LearnerQuery{IDs: ids})
	out := map[domain.ApprenticeshipID]projections.Learner{}
	for _, l := range found {
		out[l.ID] = l
	}
	return out, err
}
