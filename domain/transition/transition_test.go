package transition

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)
	day   = today.AddDays(30)
	due   = today.AddDays(14)

	ana    = as("ana", domain.Apprentice)
	tom    = as("tom", domain.Mentor)
	grace  = as("grace", domain.Manager)
	omar   = as("omar", domain.Manager)
	nina   = as("nina", domain.Manager) // above Grace and Omar
	kim    = as("kim", domain.Coordinator)
	helen  = as("helen", domain.HR)
	policy = domain.Request{By: domain.Actor{Policy: "moves-take-effect", Role: domain.System}, On: day}

	asked    = Proposed{"a1", "ana", "ana", "service-desk", "systems-administrator", "desk-to-security", 1, day, "sealed:please"}
	evidence = ReadinessSnapshotTaken{"5f3a", 6, 6}
	newer    = ReadinessSnapshotTaken{"77c0", 6, 6}
	chain    = []Step{
		{pathway.CurrentManager, "grace", domain.Manager},
		{pathway.ReceivingManager, "omar", domain.Manager},
		{pathway.HumanResources, "", domain.HR},
	}
	yes1 = ApprovalGranted{0, "grace", "5f3a", "sealed:well done"}
	yes2 = ApprovalGranted{1, "omar", "5f3a", ""}
	yes3 = ApprovalGranted{2, "helen", "5f3a", ""}
	back = ApprovalReturned{0, "grace", "sealed:why"}
	nope = ApprovalRefused{0, "grace", "sealed:why"}

	handedIn = []Event{evidence, Submitted{chain}, ApprovalStepOpened{0, due}}
	onPaper  = []Event{asked}
	atFirst  = after(onPaper, handedIn...)
	atSecond = after(atFirst, yes1, ApprovalStepOpened{1, due})
	atThird  = after(atSecond, yes2, ApprovalStepOpened{2, due})
	planned  = after(atThird, yes3, Approved{}, Scheduled{EffectiveOn: day})
	done     = after(planned, MadeEffective{day})
	sentBack = after(atFirst, back)
	declined = after(atFirst, nope)
	undone   = after(atFirst, Withdrawn{By: "ana"})

	networking = []pathway.Requirement{{ID: "sd-hours", Title: "80 h of networking"}}

	submit = Submit{Request: ana, ReadinessSnapshotTaken: evidence, Steps: chain, DueOn: due}
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, On: today}
}

func after(facts []Event, more ...Event) []Event { return append(slices.Clip(facts), more...) }

func on(r domain.Request, d domain.Date) domain.Request {
	r.On = d
	return r
}

func ask(change func(*Proposed)) Propose {
	p := asked
	change(&p)
	return Propose{ana, p}
}

func grant(by domain.Request, note domain.Sealed) Decide {
	return Decide{Request: by, Verdict: Grant, Seen: "5f3a", Current: "5f3a", Reason: note, NextDue: due}
}

func decide(by domain.Request, v Verdict, why domain.Sealed) Decide {
	return Decide{Request: by, Verdict: v, Seen: "5f3a", Current: "77c0", Reason: why}
}

func TestAsking(t *testing.T) {
	sooner := ask(func(p *Proposed) { p.EffectiveOn = today })
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "an apprentice asks for the next role", When: Propose{ana, asked}, Then: onPaper},
		{Name: "a mentor asks for the apprentice", When: Propose{tom, ask(func(p *Proposed) { p.Proposer = "tom" }).Proposed}, Then: []Event{ask(func(p *Proposed) { p.Proposer = "tom" }).Proposed}},
		{Name: "a move can begin today", When: sooner, Then: []Event{sooner.Proposed}},
		{Name: "the same move is asked for once", Given: onPaper, When: Propose{ana, asked}},
		{Name: "a move sent back need not be asked for anew", Given: sentBack, When: Propose{ana, asked}},
		{Name: "a move sent back can be asked for with another day", Given: sentBack, When: sooner, Then: []Event{sooner.Proposed}},
		{Name: "a declined move can be asked for anew", Given: declined, When: Propose{ana, asked}, Then: []Event{asked}},
		{Name: "a withdrawn move can be asked for anew", Given: undone, When: Propose{ana, asked}, Then: []Event{asked}},
		{Name: "a move being decided is not asked for again", Given: atSecond, When: Propose{ana, asked}, Refused: "ALREADY_PROPOSED"},
		{Name: "a planned move is not asked for again", Given: planned, When: Propose{ana, asked}, Refused: "ALREADY_PROPOSED"},
		{Name: "a move that took effect is not asked for again", Given: done, When: Propose{ana, asked}, Refused: "ALREADY_EFFECTIVE"},
		{Name: "a policy asks for no move", When: Propose{policy, asked}, Refused: "NOT_A_PERSON"},
		{Name: "nobody asks in another's name", When: Propose{tom, asked}, Refused: "NOT_A_PERSON"},
		{Name: "a move leads to another role", When: ask(func(p *Proposed) { p.To = p.From }), Refused: "SAME_ROLE"},
		{Name: "a move is not in the past", When: ask(func(p *Proposed) { p.EffectiveOn = today.AddDays(-1) }), Refused: "IN_THE_PAST"},
		{Name: "a move is within a year", When: ask(func(p *Proposed) { p.EffectiveOn = today.AddMonths(12).AddDays(1) }), Refused: "TOO_FAR_AHEAD"},
	})
}

func TestAMoveThatNobodyApprovesIsNotDecided(t *testing.T) {
	open := []Event{asked, evidence, Submitted{}, ApprovalStepOpened{0, due}}
	late := as("", domain.System)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "by nobody", Given: open, When: grant(grace, ""), Refused: "NOBODY_APPROVES"},
		{Name: "nor instead of anybody", Given: open, When: Delegate{Request: late, To: "helen"}, Refused: "NOBODY_APPROVES"},
		{Name: "nor higher up", Given: open, When: Escalate{Request: late, To: "helen"}, Refused: "NOBODY_APPROVES"},
		{Name: "nor beyond the last step", Given: []Event{asked, evidence, Submitted{chain}, ApprovalStepOpened{len(chain), due}}, When: grant(grace, ""), Refused: "NOBODY_APPROVES"},
		{Name: "it is withdrawn", Given: open, When: Withdraw{ana}, Then: []Event{Withdrawn{By: "ana"}}},
	})
}

func TestSubmitting(t *testing.T) {
	with := func(change func(*Submit)) Submit {
		s := submit
		s.Steps = slices.Clone(s.Steps)
		change(&s)
		return s
	}
	again := with(func(s *Submit) { s.ReadinessSnapshotTaken = newer })
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a move is handed to the first step on a snapshot", Given: onPaper, When: submit, Then: handedIn},
		{Name: "a move is handed in once", Given: atFirst, When: submit},
		{Name: "a move sent back starts at the first step", Given: after(atSecond, ApprovalReturned{1, "omar", "sealed:why"}), When: again, Then: []Event{newer, Submitted{chain}, ApprovalStepOpened{0, due}}},
		{Name: "evidence does not change under a decision", Given: atSecond, When: again, Refused: "ALREADY_SUBMITTED"},
		{Name: "a planned move is not handed in again", Given: planned, When: submit, Refused: "ALREADY_SUBMITTED"},
		{Name: "there has to be a move", When: submit, Refused: "NO_SUCH_TRANSITION"},
		{Name: "a declined move is asked for first", Given: declined, When: submit, Refused: "NO_SUCH_TRANSITION"},
		{Name: "nobody hands in another's request", Given: onPaper, When: with(func(s *Submit) { s.Request = tom }), Refused: "NOT_YOUR_REQUEST"},
		{Name: "something missing holds it up", Given: onPaper, When: with(func(s *Submit) { s.Unmet = networking }), Refused: "NOT_READY"},
		{Name: "somebody has to approve", Given: onPaper, When: with(func(s *Submit) { s.Steps = nil }), Refused: "NOBODY_APPROVES"},
		{Name: "nobody approves their own move", Given: onPaper, When: with(func(s *Submit) { s.Steps[2].Assignee = "ana" }), Refused: "OWN_REQUEST"},
		{Name: "nobody approves what they asked for", Given: []Event{ask(func(p *Proposed) { p.Proposer = "grace" }).Proposed}, When: with(func(s *Submit) { s.Request = grace }), Refused: "OWN_REQUEST"},
	})
}

func TestDeciding(t *testing.T) {
	byHelen := ask(func(p *Proposed) { p.Proposer = "helen" }).Proposed
	late := grant(on(helen, day.AddDays(3)), "")
	sameBoss := []Step{{pathway.CurrentManager, "grace", domain.Manager}, {pathway.ReceivingManager, "grace", domain.Manager}}
	bothHers := []Event{asked, evidence, Submitted{sameBoss}, ApprovalStepOpened{0, due}}
	second := grant(grace, "")
	second.Office = pathway.ReceivingManager
	first := grant(omar, "")
	first.Office = pathway.CurrentManager
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the first step approves and hands on", Given: atFirst, When: grant(grace, "sealed:well done"), Then: []Event{yes1, ApprovalStepOpened{1, due}}},
		{Name: "the next step approves and hands on", Given: atSecond, When: grant(omar, ""), Then: []Event{yes2, ApprovalStepOpened{2, due}}},
		{Name: "anybody in the capacity decides a step without a name", Given: atThird, When: grant(helen, ""), Then: []Event{yes3, Approved{}, Scheduled{EffectiveOn: day}}},
		{Name: "a late approval does not reach back", Given: atThird, When: late, Then: []Event{yes3, Approved{}, Scheduled{EffectiveOn: day.AddDays(3)}}},
		{Name: "a step sends the move back with a reason", Given: atFirst, When: decide(grace, SendBack, "sealed:why"), Then: []Event{back}},
		{Name: "a step declines with a reason", Given: atFirst, When: decide(grace, Deny, "sealed:why"), Then: []Event{nope}},
		{Name: "approving twice does not approve the next step too", Given: bothHers, When: grant(grace, ""), Then: []Event{ApprovalGranted{0, "grace", "5f3a", ""}, ApprovalStepOpened{Step: 1, DueOn: due}}},
		{Name: "who holds two steps in a row names the second", Given: after(bothHers, yes1, ApprovalStepOpened{1, due}), When: second, Then: []Event{ApprovalGranted{1, "grace", "5f3a", ""}, Approved{}, Scheduled{EffectiveOn: day}}},
		{Name: "who holds two steps in a row and names neither is asked", Given: after(bothHers, yes1, ApprovalStepOpened{1, due}), When: grant(grace, ""), Refused: "ALREADY_GRANTED"},
		{Name: "a step that is not open is not decided", Given: atSecond, When: first, Refused: "STEP_CHANGED"},

		{Name: "the apprentice does not decide", Given: atThird, When: grant(as("ana", domain.HR), ""), Refused: "OWN_REQUEST"},
		{Name: "who asked for a move does not decide it", Given: after([]Event{byHelen}, after(handedIn, ApprovalStepOpened{2, due})...), When: grant(helen, ""), Refused: "OWN_REQUEST"},
		{Name: "the next step waits its turn", Given: atFirst, When: grant(omar, ""), Refused: "NOT_YOUR_STEP"},
		{Name: "the named person decides in the right capacity", Given: atFirst, When: grant(as("grace", domain.Mentor), ""), Refused: "NOT_YOUR_STEP"},
		{Name: "another capacity does not decide", Given: atThird, When: grant(kim, ""), Refused: "NOT_YOUR_STEP"},
		{Name: "a decision is one of three", Given: atFirst, When: decide(grace, "perhaps", "sealed:why"), Refused: "BAD_DECISION"},
		{Name: "sending back has a reason", Given: atFirst, When: decide(grace, SendBack, ""), Refused: "REASON_MISSING"},
		{Name: "declining has a reason", Given: atFirst, When: decide(grace, Deny, ""), Refused: "REASON_MISSING"},
		{Name: "nobody approves evidence that changed", Given: atFirst, When: decide(grace, Grant, ""), Refused: "EVIDENCE_CHANGED"},
		{Name: "nobody approves evidence they did not see", Given: atFirst, When: Decide{Request: grace, Verdict: Grant, Seen: "77c0", Current: "5f3a"}, Refused: "EVIDENCE_CHANGED"},

		{Name: "there has to be a move to decide", When: grant(grace, ""), Refused: "NO_SUCH_TRANSITION"},
		{Name: "a move is handed in before it is decided", Given: onPaper, When: grant(grace, ""), Refused: "NO_SUCH_TRANSITION"},
		{Name: "a declined move is not decided again", Given: declined, When: grant(grace, ""), Refused: "ALREADY_REFUSED"},
		{Name: "a withdrawn move is not decided", Given: undone, When: grant(grace, ""), Refused: "WITHDRAWN"},
		{Name: "a move sent back waits to be handed in again", Given: sentBack, When: grant(grace, ""), Refused: "ALREADY_RETURNED"},
		{Name: "an approved move is not decided again", Given: planned, When: grant(helen, ""), Refused: "ALREADY_APPROVED"},
		{Name: "a move that took effect is not decided again", Given: done, When: decide(helen, Deny, "sealed:why"), Refused: "ALREADY_APPROVED"},
	})
}

func TestTakingEffect(t *testing.T) {
	week := Scheduled{day.AddDays(7), "IT-3", "pos-7"}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "human resources sets another day and the grade", Given: planned, When: Schedule{helen, week}, Then: []Event{week}},
		{Name: "the same plan is made once", Given: after(planned, week), When: Schedule{helen, week}},
		{Name: "grade and vacancy stay when they are not mentioned", Given: after(planned, week), When: Schedule{helen, Scheduled{EffectiveOn: week.EffectiveOn}}},
		{Name: "a manager makes no plan", Given: planned, When: Schedule{grace, week}, Refused: "NOT_HR"},
		{Name: "nobody plans their own move", Given: planned, When: Schedule{as("ana", domain.HR), week}, Refused: "OWN_REQUEST"},
		{Name: "approval comes before the plan", Given: atThird, When: Schedule{helen, week}, Refused: "NOT_APPROVED"},
		{Name: "a pay grade is a line", Given: planned, When: Schedule{helen, Scheduled{EffectiveOn: today, PayGrade: strings.Repeat("9", domain.MaxLine+1)}}, Refused: "TEXT_TOO_LONG"},
		{Name: "nothing is planned years ahead", Given: planned, When: Schedule{helen, Scheduled{EffectiveOn: today.AddMonths(12).AddDays(1)}}, Refused: "TOO_FAR_AHEAD"},
		{Name: "nothing is planned in the past", Given: planned, When: Schedule{helen, Scheduled{EffectiveOn: today.AddDays(-1)}}, Refused: "IN_THE_PAST"},
		{Name: "a move that took effect is not planned again", Given: done, When: Schedule{helen, week}, Refused: "ALREADY_EFFECTIVE"},
		{Name: "a declined move is not planned", Given: declined, When: Schedule{helen, week}, Refused: "NO_SUCH_TRANSITION"},

		{Name: "a move takes effect on its day", Given: planned, When: MakeEffective{policy}, Then: []Event{MadeEffective{day}}},
		{Name: "a move found late took effect on its day", Given: planned, When: MakeEffective{on(policy, day.AddDays(9))}, Then: []Event{MadeEffective{day}}},
		{Name: "human resources lets it take effect", Given: planned, When: MakeEffective{on(helen, day)}, Then: []Event{MadeEffective{day}}},
		{Name: "a move takes effect once", Given: done, When: MakeEffective{policy}},
		{Name: "a move waits for its day", Given: planned, When: MakeEffective{on(policy, day.AddDays(-1))}, Refused: "NOT_YET"},
		{Name: "a move waits for the day it was put off to", Given: after(planned, week), When: MakeEffective{policy}, Refused: "NOT_YET"},
		{Name: "a move waits for the last approval", Given: atThird, When: MakeEffective{policy}, Refused: "NOT_APPROVED"},
		{Name: "an apprentice does not let it take effect", Given: planned, When: MakeEffective{on(ana, day)}, Refused: "NOT_HR"},
		{Name: "a withdrawn move takes no effect", Given: undone, When: MakeEffective{policy}, Refused: "NO_SUCH_TRANSITION"},

		{Name: "the apprentice withdraws", Given: atSecond, When: Withdraw{ana}, Then: []Event{Withdrawn{By: "ana"}}},
		{Name: "the apprentice withdraws what somebody else asked for", Given: []Event{ask(func(p *Proposed) { p.Proposer = "tom" }).Proposed}, When: Withdraw{ana}, Then: []Event{Withdrawn{By: "ana"}}},
		{Name: "a planned move is withdrawn", Given: planned, When: Withdraw{ana}, Then: []Event{Withdrawn{By: "ana"}}},
		{Name: "a move sent back is withdrawn", Given: sentBack, When: Withdraw{ana}, Then: []Event{Withdrawn{By: "ana"}}},
		{Name: "a move is withdrawn once", Given: undone, When: Withdraw{ana}},
		{Name: "an approver does not withdraw", Given: atFirst, When: Withdraw{grace}, Refused: "NOT_YOUR_REQUEST"},
		{Name: "a move that took effect is not withdrawn", Given: done, When: Withdraw{ana}, Refused: "ALREADY_EFFECTIVE"},
		{Name: "a declined move is not withdrawn", Given: declined, When: Withdraw{ana}, Refused: "ALREADY_REFUSED"},
		{Name: "there has to be a move to withdraw", When: Withdraw{ana}, Refused: "NO_SUCH_TRANSITION"},
	})
}

func TestAStreamNamesItsMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.ApprenticeshipID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "apprenticeship"))
		role := domain.RoleID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "role"))
		if a, r, err := ID(Stream(id, role)); err != nil || a != id || r != role {
			t.Fatalf("%s, %s came back as %q, %q: %v", id, role, a, r, err)
		}
	})
	for _, s := range []domain.Stream{"", "transition-a1", "transition-a1.", "transition-.desk", "milestone-a1.desk"} {
		if a, r, err := ID(s); err == nil {
			t.Errorf("%q names %q, %q", s, a, r)
		}
	}
}
