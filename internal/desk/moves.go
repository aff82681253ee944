package desk

import (
	"cmp"
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Readiness is what a learner has to show in one role.
type Readiness struct {
	Stage    pathway.Stage
	Findings []pathway.Finding
	Snapshot string // stands for the evidence
}

// Missing is what is not met.
func (r Readiness) Missing() (missing []pathway.Requirement) {
	for _, f := range r.Findings {
		if !f.Met {
			missing = append(missing, f.Requirement)
		}
	}
	return missing
}

// Unmet names what is missing, in words.
func (r Readiness) Unmet() (missing []string) {
	for _, m := range r.Missing() {
		missing = append(missing, m.Title)
	}
	return missing
}

// Readiness compares a learner's record in a role with what the pathway requires there.
func (d *Desk) Readiness(ctx context.Context, l projections.Learner, role domain.RoleID) (Readiness, error) {
	_, stage, err := stageOf(l, role)
	if err != nil {
		return Readiness{}, err
	}
	rec, err := d.Read.Record(ctx, l, stage)
	if err != nil {
		return Readiness{}, err
	}
	fs := stage.Readiness(rec)
	return Readiness{Stage: stage, Findings: fs, Snapshot: pathway.Snapshot(fs)}, nil
}

// stageOf is the stage of a learner's pathway in a role.
func stageOf(l projections.Learner, role domain.RoleID) (p pathway.Pathway, s pathway.Stage, err error) {
	if p, err = Pathway(l); err != nil {
		return p, s, err
	}
	s, _, ok := p.Stage(role)
	if !ok {
		return p, s, domain.Refuse(domain.NotFound, "NO_SUCH_STAGE", "The pathway %s does not pass through the role %s.", p.Title, role)
	}
	return p, s, nil
}

// Propose asks for a learner's move to a role on the pathway and submits it to its first
// approval. An empty role is the one that usually comes next.
func (d *Desk) Propose(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, effectiveOn domain.Date, note string) (domain.Stream, events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return "", 0, err
	}
	if a.By.Role == domain.Auditor {
		return "", 0, domain.Refuse(domain.Forbidden, "READ_ONLY", "Auditors read; they do not ask for moves.")
	}
	if peer, err := d.onlyPeer(ctx, l, a.By); err != nil || peer {
		return "", 0, cmp.Or(err, error(domain.Refuse(domain.Forbidden, "PEER_MENTOR", "A peer supports and does not ask for moves. Let the apprentice or the mentor ask.")))
	}
	if err := underWay(l); err != nil && l.Status != projections.Completed {
		return "", 0, err
	}
	p, err := Pathway(l)
	if err != nil {
		return "", 0, err
	}
	next, err := target(p, l.Role, to)
	if err != nil {
		return "", 0, err
	}
	if l.Status == projections.Completed {
		if err := d.cameBack(ctx, l, next.Role.ID); err != nil {
			return "", 0, err
		}
	}
	ready, err := d.Readiness(ctx, l, l.Role)
	if err != nil {
		return "", 0, err
	}
	steps, err := d.chain(ctx, l, ready.Stage, next)
	if err != nil {
		return "", 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "note", note)
	if err != nil {
		return "", 0, err
	}
	due, err := d.due(l)
	if err != nil {
		return "", 0, err
	}
	req := d.request(a)
	stream := transition.Stream(id, next.Role.ID)
	pos, err := execute(ctx, d, stream, transition.Evolve,
		transition.Propose{Request: req, Proposed: transition.Proposed{
			Apprenticeship: id, Person: l.Person, Proposer: a.By.Person, From: l.Role, To: next.Role.ID,
			Pathway: p.ID, PathwayVersion: p.Version, EffectiveOn: effectiveOn, Note: sealed,
		}},
		transition.Submit{
			Request: req, Unmet: ready.Missing(), Steps: steps, DueOn: due,
			ReadinessSnapshotTaken: transition.ReadinessSnapshotTaken{Snapshot: ready.Snapshot, Met: pathway.CountMet(ready.Findings), Total: len(ready.Findings)},
		})
	return stream, pos, err
}

// underWay refuses a move in an apprenticeship that is over, not begun or on a break.
func underWay(l projections.Learner) error {
	switch {
	case l.Over():
		return ended(l)
	case l.BeganOn.IsZero():
		return domain.Refuse(domain.Conflict, "NOT_BEGUN", "This apprenticeship has not begun.")
	case l.Status == projections.Suspended:
		return domain.Refuse(domain.Conflict, "SUSPENDED", "This apprenticeship is on a break. It goes on once it is reinstated.")
	}
	return nil
}

// cameBack refuses what is asked for once an apprenticeship is completed, but for a move that
// was on its way then and was sent back.
func (d *Desk) cameBack(ctx context.Context, l projections.Learner, to domain.RoleID) error {
	t, err := d.Read.Transition(ctx, l.ID, to)
	switch {
	case err != nil && domain.AsRefusal(err) == nil:
		return err
	case t.State != projections.TransitionReturned:
		return ended(l)
	}
	return nil
}

// target is the stage that a move from a role leads to.
func target(p pathway.Pathway, from, to domain.RoleID) (pathway.Stage, error) {
	ways := p.Next(from)
	if len(ways) == 0 {
		return pathway.Stage{}, domain.Refuse(domain.Conflict, "NO_NEXT_ROLE", "This role is the goal of the pathway: there is no next role to move to.")
	}
	var names []string
	for _, s := range ways {
		if s.Role.ID == to || to == "" {
			return s, nil
		}
		names = append(names, InSentence(s.Role.Title))
	}
	return pathway.Stage{}, domain.Refuse(domain.Invalid, "NOT_THE_NEXT_ROLE", "From this role the pathway leads to %s. Choose one.", strings.Join(names, " or ")).About("toRole")
}

// due is the day until which somebody has to decide a step that opens today.
func (d *Desk) due(l projections.Learner) (domain.Date, error) {
	set, err := ruleSet(l)
	return d.Today().AddDays(set.ApprovalDays), err
}

// chain turns the offices a pathway names into the people who hold them now. One person
// who holds two offices in a row decides once.
func (d *Desk) chain(ctx context.Context, l projections.Learner, from, to pathway.Stage) ([]transition.Step, error) {
	var steps []transition.Step
	for _, office := range from.Chain(to.Role) {
		step := transition.Step{Office: office}
		switch office {
		case pathway.CurrentManager:
			step.Assignee, step.Capacity = l.Supervisor, domain.Manager
		case pathway.ReceivingManager:
			leader, ok, err := d.Read.Leader(ctx, to.Role.ID)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, domain.Refuse(domain.Conflict, "NO_RECEIVING_MANAGER", "Nobody leads the team of the role %s yet. Ask a coordinator to name a manager.", to.Role.Title)
			}
			step.Assignee, step.Capacity = leader.ID, leader.Capacity
		case pathway.WorkforceDevelopment:
			step.Capacity = domain.Coordinator
		case pathway.HumanResources:
			step.Capacity = domain.HR
		case pathway.SecurityClearance:
			step.Capacity = domain.Security
		}
		if n := len(steps); n > 0 && step.Assignee != "" && steps[n-1].Assignee == step.Assignee {
			continue
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// Decide decides the open step of a move. An empty seen stands for the snapshot it was submitted on.
func (d *Desk) Decide(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, v transition.Verdict, seen, reason string) (events.Position, error) {
	l, t, err := d.move(ctx, a.By, id, to)
	if err != nil {
		return 0, err
	}
	if err := underWay(l); err != nil && v == transition.Grant && l.Status != projections.Completed {
		return 0, err
	}
	ready, err := d.Readiness(ctx, l, t.From)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	if seen == "" {
		seen = t.Snapshot
	}
	due, err := d.due(l)
	if err != nil {
		return 0, err
	}
	step, _, open := t.Open()
	if open {
		if a.By, err = d.acting(ctx, a.By, step.Capacity); err != nil {
			return 0, err
		}
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve,
		transition.Decide{Request: d.request(a), Office: step.Office, Verdict: v, Seen: seen, Current: ready.Snapshot, Reason: sealed, NextDue: due})
}

// Withdraw takes a move back.
func (d *Desk) Withdraw(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID) (events.Position, error) {
	if _, err := d.Learner(ctx, a.By, id); err != nil {
		return 0, err
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve, transition.Withdraw{Request: d.request(a)})
}
