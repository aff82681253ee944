package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// Moves asks for the role changes that are being decided when a visitor arrives: Chidi
// Eze's waits for his manager, who has asked something and was answered; Idris Bello's waits for
// information security; Omar Siddiqui's was sent back. They are asked for at the
// desk, on the evidence the read model shows. What was asked for before is left alone.
func Moves(ctx context.Context, d *desk.Desk) error {
	mentor := domain.Actor{Person: priyaRaman, Role: domain.Mentor}
	waiting, _, err := d.Propose(ctx, desk.Ask{By: mentor, Key: "demo-move-1"}, domain.ApprenticeshipID(chidiEze), "", d.Today().AddDays(14),
		"Chidi has carried the early shift alone since October and never lost a ticket.")
	if err != nil {
		return fault(err)
	}
	if err := talkedOver(ctx, d, waiting); err != nil {
		return err
	}
	if err := cleared(ctx, d, mentor); err != nil {
		return err
	}
	to, _, err := d.Propose(ctx, desk.Ask{By: mentor, Key: "demo-move-2"}, domain.ApprenticeshipID(omarSiddiqui), "", d.Today().AddDays(21), "")
	if err != nil {
		return fault(err)
	}
	id, role, err := transition.ID(to)
	if err != nil {
		return err
	}
	_, err = d.Decide(ctx, desk.Ask{By: domain.Actor{Person: danaWhitfield, Role: domain.Manager}, Key: "demo-return-2"}, id, role, transition.SendBack, "",
		"I would like Omar to stay until the new ticket system is live on 14 December. Please ask again with a day after that.")
	return fault(err)
}

// talkedOver has a manager, an apprentice and his mentor talk about a move that waits.
func talkedOver(ctx context.Context, d *desk.Desk, move domain.Stream) error {
	id, to, err := transition.ID(move)
	if err != nil {
		return err
	}
	for _, said := range []struct {
		key, text string
		by        domain.Actor
	}{
		{"demo-comment-1", "Who takes the early shift once Chidi moves?", domain.Actor{Person: danaWhitfield, Role: domain.Manager}},
		{"demo-comment-2", "Two of the new hires have done it with me for four weeks. They can have it from the day I move.", domain.Actor{Person: chidiEze, Role: domain.Apprentice}},
		{"demo-comment-3", "I looked at their last handovers, and nothing was missing. I stand by on the first Monday.", domain.Actor{Person: priyaRaman, Role: domain.Mentor}},
	} {
		if _, err := d.Comment(ctx, desk.Ask{By: said.by, Key: said.key}, id, to, said.text); fault(err) != nil {
			return err
		}
	}
	return nil
}

// cleared asks for Idris's move among the analysts. All approve but information security.
func cleared(ctx context.Context, d *desk.Desk, mentor domain.Actor) error {
	to, _, err := d.Propose(ctx, desk.Ask{By: mentor, Key: "demo-move-3"}, domain.ApprenticeshipID(idrisBello), "", d.Today().AddDays(28), "Idris runs the patch nights alone, and reads the logs before anybody asks.")
	if err != nil {
		return fault(err)
	}
	id, role, err := transition.ID(to)
	if err != nil {
		return err
	}
	for i, by := range []domain.Actor{{Person: owenCastellano, Role: domain.Manager}, coordinator, {Person: ruthAdeyemi, Role: domain.HR}} {
		if _, err := d.Decide(ctx, desk.Ask{By: by, Key: fmt.Sprint("demo-clear-", i)}, id, role, transition.Grant, "", ""); err != nil {
			return fault(err)
		}
	}
	return nil
}

// fault lets refusals pass: the moment for what is asked has gone by.
func fault(err error) error {
	if domain.AsRefusal(err) != nil {
		return nil
	}
	return err
}

// after is the stage that a stage usually leads to.
func (l *learner) after(stage int) pathway.Stage {
	to, _ := l.path.Following(l.path.Stages[stage].Role.ID)
	return to
}

// moved takes a move through all its steps in one week; it takes effect on the Monday after.
func (l *learner) moved(stage, week int, chain ...transition.Step) *learner {
	from, to := l.path.Stages[stage], l.after(stage)
	stream := transition.Stream(l.id, to.Role.ID)
	met := from.Readiness(everythingMet(from))
	snapshot := pathway.Snapshot(met)
	effective := l.s.monday.AddDays(7 * (week + 1))
	asked := l.s.day(week, 0, 9)
	then(l.s, asked, l.coach(), stream, transition.Evolve, func(r domain.Request) []events.Command[transition.State, transition.Event] {
		return []events.Command[transition.State, transition.Event]{
			transition.Propose{Request: r, Proposed: transition.Proposed{Apprenticeship: l.id, Person: l.person, Proposer: l.mentor, From: from.Role.ID, To: to.Role.ID,
				Pathway: l.path.ID, PathwayVersion: l.path.Version, EffectiveOn: effective}},
			transition.Submit{Request: r, Steps: chain, DueOn: r.Today().AddDays(14),
				ReadinessSnapshotTaken: transition.ReadinessSnapshotTaken{Snapshot: snapshot, Met: len(met), Total: len(met)}},
		}
	})
	for i, step := range chain {
		by := domain.Actor{Person: step.Assignee, Role: step.Capacity}
		switch step.Capacity {
		case domain.Coordinator:
			by = coordinator
		case domain.HR:
			by.Person = ruthAdeyemi
		case domain.Security:
			by.Person = inesMoreau
		}
		then(l.s, asked.Add(time.Duration(i+1)*20*time.Hour), by, stream, transition.Evolve, func(r domain.Request) []events.Command[transition.State, transition.Event] {
			return []events.Command[transition.State, transition.Event]{transition.Decide{Request: r, Verdict: transition.Grant, Seen: snapshot, Current: snapshot, NextDue: r.Today().AddDays(14)}}
		})
	}
	day := effective.Midnight().Add(6 * time.Hour)
	then(l.s, day, domain.Actor{Policy: "move-takes-effect", Role: domain.System}, stream, transition.Evolve, func(r domain.Request) []events.Command[transition.State, transition.Event] {
		return []events.Command[transition.State, transition.Event]{transition.MakeEffective{Request: r}}
	})
	l.steer(day.Add(time.Minute), domain.Actor{Policy: "move-brings-role", Role: domain.System}, func(r domain.Request) []events.Command[apprenticeship.State, apprenticeship.Event] {
		return []events.Command[apprenticeship.State, apprenticeship.Event]{apprenticeship.EnterStage{Request: r, Role: to.Role.ID, Supervisor: leads(to.Role.ID)}}
	})
	changes := domain.Actor{Policy: "move-changes-job", Role: domain.System}
	then(l.s, day.Add(2*time.Minute), changes, person.Stream(l.person), person.Evolve, func(r domain.Request) []events.Command[person.State, person.Event] {
		return []events.Command[person.State, person.Event]{
			person.TakeJob{Request: r, Person: l.person, Taken: person.JobTaken{Position: to.Role.ID, Title: to.Role.Title, PayGrade: to.Role.Grade, Move: stream, From: effective}},
			person.ChangeManager{Request: r, Person: l.person, Changed: person.ManagerChanged{Manager: leads(to.Role.ID), From: effective}},
		}
	})
	l.supervisor = leads(to.Role.ID)
	trial := effective.AddMonths(rules.USRegistered.TrialMonths).AddDays(-1)
	then(l.s, l.s.day(week+16, 1, 9), l.boss(), stream, transition.Evolve, func(r domain.Request) []events.Command[transition.State, transition.Event] {
		return []events.Command[transition.State, transition.Event]{transition.Confirm{Request: r, Manager: r.By.Person, TrialEnds: trial}}
	})
	return l
}

// excused has the coordinator let a requirement of the role pass, so that the move to the next
// one can be asked for without it.
func (l *learner) excused(stage, week int, req domain.RequirementID, reason string) *learner {
	r, _, _ := l.path.Requirement(req)
	sealed := l.s.seal(l.person, reason)
	then(l.s, l.s.day(week, 0, 8), coordinator, transition.Stream(l.id, l.after(stage).Role.ID), transition.Evolve, func(q domain.Request) []events.Command[transition.State, transition.Event] {
		return []events.Command[transition.State, transition.Event]{transition.WaiveReadiness{Request: q, Apprenticeship: l.id, Person: l.person, Unmet: []pathway.Requirement{r}, Reason: sealed}}
	})
	return l
}

// leads is who leads the team of a role.
func leads(role domain.RoleID) domain.PersonID {
	for _, e := range staff {
		if slices.Contains(e.leads, role) {
			return e.id
		}
	}
	return ""
}

// everythingMet is a record that meets every requirement of a stage.
func everythingMet(s pathway.Stage) pathway.Record {
	rec := pathway.Record{Approved: map[domain.WorkProcessID]domain.Minutes{}, Milestones: map[domain.RequirementID]pathway.Milestone{}}
	for _, r := range s.Requirements {
		rec.Approved[r.WorkProcess] = max(rec.Approved[r.WorkProcess], r.Minutes)
	}
	for r := range s.Milestones() {
		rec.Milestones[r.ID] = pathway.Milestone{State: pathway.Attained}
	}
	return rec
}
