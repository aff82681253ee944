package transition

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestWaivingWhatIsNotMet(t *testing.T) {
	waived := ReadinessWaived{Apprenticeship: "a1", Person: "ana", By: "kim", Requirements: []domain.RequirementID{"sd-hours"}, Reason: "sealed:why"}
	waive := WaiveReadiness{kim, "a1", "ana", networking, "sealed:why"}
	more := append([]pathway.Requirement{{ID: "sd-lab", Title: "The lab"}}, networking...)
	unready := submit
	unready.Unmet = networking
	unreadier := submit
	unreadier.Unmet = more
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator waives what is not met", When: waive, Then: []Event{waived}},
		{Name: "what is waived need not be met", Given: []Event{waived, asked}, When: unready, Then: handedIn},
		{Name: "nothing else is waived by it", Given: []Event{waived, asked}, When: unreadier, Refused: "NOT_READY"},
		{Name: "only what is still missing is waived", Given: []Event{waived}, When: WaiveReadiness{kim, "a1", "ana", more, "sealed:why"}, Then: []Event{ReadinessWaived{"a1", "ana", "kim", []domain.RequirementID{"sd-lab"}, "sealed:why"}}},
		{Name: "nothing is waived when all is met", When: WaiveReadiness{kim, "a1", "ana", nil, "sealed:why"}},
		{Name: "a waiver is for one attempt", Given: []Event{waived, asked, evidence, Submitted{chain}, ApprovalStepOpened{0, due}, nope, asked}, When: unready, Refused: "NOT_READY"},
		{Name: "a waiver is given again for the next attempt", Given: []Event{waived, asked, evidence, Submitted{chain}, ApprovalStepOpened{0, due}, nope}, When: waive, Then: []Event{waived}},
		{Name: "waiving has a reason", When: WaiveReadiness{kim, "a1", "ana", networking, ""}, Refused: "REASON_MISSING"},
		{Name: "a mentor waives nothing", When: WaiveReadiness{tom, "a1", "ana", networking, "sealed:why"}, Refused: "NOT_COORDINATOR"},
		{Name: "nobody waives for themselves", When: WaiveReadiness{as("ana", domain.Coordinator), "a1", "ana", networking, "sealed:why"}, Refused: "OWN_REQUEST"},
		{Name: "nothing is waived under a decision", Given: atFirst, When: waive, Refused: "ALREADY_SUBMITTED"},
		{Name: "nothing is waived afterwards", Given: done, When: waive, Refused: "ALREADY_EFFECTIVE"},
	})
}

func TestHandingInAgain(t *testing.T) {
	back2 := ApprovalReturned{1, "omar", "sealed:why"}
	changed := submit
	changed.ReadinessSnapshotTaken = newer
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the step that sent it back decides again on the same evidence", Given: after(atSecond, back2), When: submit, Then: []Event{Resubmitted{}, ApprovalStepOpened{1, due}}},
		{Name: "what was granted still stands", Given: after(atSecond, back2, Resubmitted{}, ApprovalStepOpened{1, due}), When: grant(omar, ""), Then: []Event{yes2, ApprovalStepOpened{2, due}}},
		{Name: "other evidence begins at the first step", Given: after(atSecond, back2), When: changed, Then: []Event{newer, Submitted{chain}, ApprovalStepOpened{0, due}}},
		{Name: "another day begins at the first step", Given: after(atSecond, back2, ask(func(p *Proposed) { p.EffectiveOn = today }).Proposed), When: submit, Then: handedIn},
		{Name: "fallen approvals begin at the first step", Given: after(atSecond, ApprovalsLapsed{"77c0"}), When: submit, Then: handedIn},

		{Name: "approvals fall when the evidence changes", Given: atSecond, When: Reassess{policy, "77c0", nil}, Then: []Event{ApprovalsLapsed{"77c0"}}},
		{Name: "approvals stand on the same evidence", Given: atSecond, When: Reassess{policy, "5f3a", networking}},
		{Name: "a planned move stands while all is met", Given: planned, When: Reassess{policy, "77c0", nil}},
		{Name: "a planned move falls when something is not met any more", Given: planned, When: Reassess{policy, "77c0", networking}, Then: []Event{ApprovalsLapsed{"77c0"}}},
		{Name: "what took effect stays", Given: done, When: Reassess{policy, "77c0", networking}},
		{Name: "nobody lets approvals fall by hand", Given: atSecond, When: Reassess{kim, "77c0", nil}, Refused: "LAPSES_BY_ITSELF"},
	})
}

func TestStandingIn(t *testing.T) {
	instead := ApprovalDelegated{Step: 0, To: "nina", From: today, Until: today.AddDays(7)}
	delegate := func(by domain.Request, to domain.Request) Delegate {
		return Delegate{Request: by, To: to.By.Person, As: to.By.Role, From: today, Until: today.AddDays(7)}
	}
	long := delegate(grace, nina)
	long.Until = today.AddDays(200)
	wrong := delegate(grace, nina)
	wrong.Until = today.AddDays(-1)
	other := delegate(grace, nina)
	other.Office = pathway.HumanResources
	yes := ApprovalGranted{0, "nina", "5f3a", ""}
	stoodIn := after(atFirst, instead)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "who holds a step names a deputy", Given: atFirst, When: delegate(grace, nina), Then: []Event{instead}},
		{Name: "a coordinator names one", Given: atFirst, When: delegate(kim, nina), Then: []Event{instead}},
		{Name: "a policy names one", Given: atFirst, When: delegate(on(policy, today), nina), Then: []Event{instead}},
		{Name: "a deputy is named once", Given: stoodIn, When: delegate(grace, nina)},
		{Name: "the deputy decides", Given: stoodIn, When: grant(nina, ""), Then: []Event{yes, ApprovalStepOpened{1, due}}},
		{Name: "the holder still decides", Given: stoodIn, When: grant(grace, "sealed:well done"), Then: []Event{yes1, ApprovalStepOpened{1, due}}},
		{Name: "the deputy decides until the last day", Given: stoodIn, When: grant(on(nina, today.AddDays(8)), ""), Refused: "NOT_YOUR_STEP"},
		{Name: "the next step has no deputy", Given: after(stoodIn, yes1, ApprovalStepOpened{1, due}), When: grant(nina, ""), Refused: "NOT_YOUR_STEP"},
		{Name: "another manager names no deputy", Given: atFirst, When: delegate(omar, nina), Refused: "NOT_YOUR_STEP"},
		{Name: "the apprentice is no deputy", Given: atFirst, When: delegate(grace, as("ana", domain.Manager)), Refused: "OWN_REQUEST"},
		{Name: "the apprentice names no deputy", Given: atFirst, When: delegate(as("ana", domain.Coordinator), nina), Refused: "OWN_REQUEST"},
		{Name: "a deputy acts in the same capacity", Given: atFirst, When: delegate(grace, tom), Refused: "NOT_IN_CAPACITY"},
		{Name: "nobody stands in for themselves", Given: atFirst, When: delegate(grace, grace), Refused: "NOBODY_ELSE"},
		{Name: "nobody has to stand in for an office", Given: atThird, When: delegate(kim, helen), Refused: "ANYBODY_DECIDES"},
		{Name: "nobody stands in for half a year", Given: atFirst, When: long, Refused: "TOO_LONG"},
		{Name: "the last day is not over", Given: atFirst, When: wrong, Refused: "BAD_DATES"},
		{Name: "the step that is meant is open", Given: atFirst, When: other, Refused: "STEP_CHANGED"},
		{Name: "there is a move to stand in for", Given: planned, When: delegate(grace, nina), Refused: "ALREADY_APPROVED"},
	})
}

func TestAMoveEndsWithItsApprenticeship(t *testing.T) {
	ends := func(attempt uint64) CloseDown { return CloseDown{policy, attempt, Cancelled} }
	gone := []Event{Withdrawn{Cause: Cancelled}}
	again := after(after(atFirst, gone...), asked)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "one that is asked for", Given: onPaper, When: ends(1), Then: gone},
		{Name: "one that is being decided", Given: atSecond, When: ends(1), Then: gone},
		{Name: "one that was sent back", Given: sentBack, When: ends(1), Then: gone},
		{Name: "one that has a day", Given: planned, When: ends(1), Then: gone},
		{Name: "one that goes on elsewhere", Given: planned, When: CloseDown{policy, 1, Transferred}, Then: []Event{Withdrawn{Cause: Transferred}}},
		{Name: "once", Given: after(atFirst, gone...), When: ends(1)},
		{Name: "one that took effect stays", Given: done, When: ends(1)},
		{Name: "one that was declined stays declined", Given: declined, When: ends(1)},
		{Name: "one that nobody asked for needs no end", When: ends(0)},
		{Name: "one that was asked for since stays", Given: again, When: ends(1)},
		{Name: "and ends with the next end", Given: again, When: ends(uint64(len(again))), Then: gone},
		{Name: "it can be asked for anew", Given: after(atFirst, gone...), When: Propose{ana, asked}, Then: onPaper},
		{Name: "nobody decides it any more", Given: after(atFirst, gone...), When: grant(grace, ""), Refused: "WITHDRAWN"},
		{Name: "nobody ends it by hand", Given: atFirst, When: CloseDown{kim, 1, Cancelled}, Refused: "ENDS_WITH_APPRENTICESHIP"},
		{Name: "not without a cause", Given: atFirst, When: CloseDown{policy, 1, ""}, Refused: "CAUSE_MISSING"},
	})
}

func TestSilence(t *testing.T) {
	late := due.AddDays(1)
	next := Escalate{Request: on(policy, late), To: "nina", As: domain.Manager, DueOn: late.AddDays(14)}
	with := func(change func(*Escalate)) Escalate {
		c := next
		change(&c)
		return c
	}
	up := ApprovalEscalated{Step: 0, From: "grace", To: "nina", DueOn: late.AddDays(14)}
	escalated := after(atFirst, up)
	idle := Expire{Request: on(policy, today.AddDays(90)), Facts: uint64(len(atFirst)), LastDay: today, IdleDays: 90}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a step on which nobody decides goes to the next manager", Given: atFirst, When: next, Then: []Event{up}},
		{Name: "the next manager decides", Given: escalated, When: grant(nina, ""), Then: []Event{ApprovalGranted{0, "nina", "5f3a", ""}, ApprovalStepOpened{1, due}}},
		{Name: "who was silent does not decide any more", Given: escalated, When: grant(grace, ""), Refused: "NOT_YOUR_STEP"},
		{Name: "the next manager has time", Given: escalated, When: with(func(c *Escalate) { c.To = "olga" }), Refused: "NOT_DUE"},
		{Name: "a step is late on the day after", Given: atFirst, When: with(func(c *Escalate) { c.On = due }), Refused: "NOT_DUE"},
		{Name: "nobody escalates by hand", Given: atFirst, When: with(func(c *Escalate) { c.Request = on(kim, late) }), Refused: "ESCALATES_BY_ITSELF"},
		{Name: "the apprentice is no next manager", Given: atFirst, When: with(func(c *Escalate) { c.To = "ana" }), Refused: "OWN_REQUEST"},
		{Name: "there has to be a next manager", Given: atFirst, When: with(func(c *Escalate) { c.To = "" }), Refused: "NOBODY_ABOVE"},
		{Name: "an office has no next manager", Given: atThird, When: with(func(c *Escalate) { c.Step = 2 }), Refused: "ANYBODY_DECIDES"},
		{Name: "the step that was late is still open", Given: atSecond, When: next, Refused: "STEP_CHANGED"},
		{Name: "what is decided does not escalate", Given: planned, When: next, Refused: "ALREADY_APPROVED"},

		{Name: "a move that is forgotten ends", Given: atFirst, When: idle, Then: []Event{Expired{}}},
		{Name: "a move ends once", Given: after(atFirst, Expired{}), When: idle},
		{Name: "a move that was touched does not end", Given: atSecond, When: idle, Refused: "NOT_IDLE"},
		{Name: "a move does not end a day early", Given: atFirst, When: Expire{on(policy, today.AddDays(89)), uint64(len(atFirst)), today, 90}, Refused: "NOT_IDLE"},
		{Name: "a planned move does not end", Given: planned, When: idle, Refused: "ALREADY_APPROVED"},
		{Name: "nobody ends a move by hand", Given: atFirst, When: Expire{kim, 0, today, 90}, Refused: "ENDS_BY_ITSELF"},
		{Name: "a forgotten move is asked for anew", Given: after(atFirst, Expired{}), When: Propose{ana, asked}, Then: onPaper},
		{Name: "a forgotten move is not decided", Given: after(atFirst, Expired{}), When: grant(grace, ""), Refused: "EXPIRED"},
	})
}

func TestPuttingOff(t *testing.T) {
	later := Deferred{"grace", day.AddDays(30), "sealed:why"}
	put := func(by domain.Request, d domain.Date) Defer { return Defer{by, d, "sealed:why", limit} }
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the releasing manager puts the day off", Given: atFirst, When: put(grace, day.AddDays(30)), Then: []Event{later}},
		{Name: "even after others approved", Given: planned, When: put(grace, day.AddDays(30)), Then: []Event{later}},
		{Name: "the day put off is the day it takes effect", Given: after(planned, later), When: MakeEffective{policy}, Refused: "NOT_YET"},
		{Name: "a day is put off once", Given: after(atFirst, later), When: put(grace, day.AddDays(30))},
		{Name: "a day is not put off beyond the limit", Given: after(atFirst, later), When: put(grace, day.AddDays(61)), Refused: "TOO_LATE"},
		{Name: "putting off is for later", Given: atFirst, When: put(grace, day), Refused: "NOT_LATER"},
		{Name: "putting off has a reason", Given: atFirst, When: Defer{grace, day.AddDays(9), "", limit}, Refused: "REASON_MISSING"},
		{Name: "the receiving manager puts nothing off", Given: atSecond, When: put(omar, day.AddDays(9)), Refused: "NOT_RELEASING"},
		{Name: "the apprentice puts nothing off", Given: atFirst, When: put(ana, day.AddDays(9)), Refused: "OWN_REQUEST"},
		{Name: "a move sent back is not put off", Given: sentBack, When: put(grace, day.AddDays(9)), Refused: "ALREADY_RETURNED"},
		{Name: "a move that took effect is not put off", Given: done, When: put(grace, day.AddDays(9)), Refused: "ALREADY_EFFECTIVE"},
		{Name: "there has to be a move to put off", When: put(grace, day.AddDays(9)), Refused: "NO_SUCH_TRANSITION"},
	})
}

func TestAfterApproval(t *testing.T) {
	trial := day.AddMonths(3)
	after3 := trial.AddDays(1)
	gone := Rescinded{"helen", "sealed:why"}
	stays := Confirmed{"omar", after3}
	confirm := func(by domain.Request) Confirm { return Confirm{on(by, after3), "omar", trial} }
	right := Terms{day.AddDays(2), "IT-4"}
	was := Terms{EffectiveOn: day}
	fixed := TermsCorrected{"helen", was, right, "sealed:why"}
	correct := Correct{on(helen, after3), right, today, "sealed:why"}
	with := func(change func(*Correct)) Correct {
		c := correct
		change(&c)
		return c
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "human resources takes back a planned move", Given: planned, When: Rescind{helen, "sealed:why"}, Then: []Event{gone}},
		{Name: "a coordinator takes it back", Given: planned, When: Rescind{kim, "sealed:why"}, Then: []Event{Rescinded{"kim", "sealed:why"}}},
		{Name: "a move is taken back once", Given: after(planned, gone), When: Rescind{helen, "sealed:why"}},
		{Name: "what is taken back takes no effect", Given: after(planned, gone), When: MakeEffective{policy}, Refused: "NO_SUCH_TRANSITION"},
		{Name: "what is taken back is asked for anew", Given: after(planned, gone), When: Propose{ana, asked}, Then: onPaper},
		{Name: "taking back has a reason", Given: planned, When: Rescind{helen, ""}, Refused: "REASON_MISSING"},
		{Name: "a manager takes nothing back", Given: planned, When: Rescind{grace, "sealed:why"}, Refused: "NOT_HR"},
		{Name: "the apprentice withdraws instead", Given: planned, When: Rescind{as("ana", domain.HR), "sealed:why"}, Refused: "OWN_REQUEST"},
		{Name: "what is not approved is declined instead", Given: atThird, When: Rescind{helen, "sealed:why"}, Refused: "NOT_APPROVED"},
		{Name: "what took effect is not taken back", Given: done, When: Rescind{helen, "sealed:why"}, Refused: "ALREADY_EFFECTIVE"},

		{Name: "the new manager confirms after the trial", Given: done, When: confirm(omar), Then: []Event{stays}},
		{Name: "a move is confirmed once", Given: after(done, stays), When: confirm(omar)},
		{Name: "human resources confirms", Given: done, When: confirm(helen), Then: []Event{Confirmed{"helen", after3}}},
		{Name: "the last day of the trial is too early", Given: done, When: Confirm{on(omar, trial), "omar", trial}, Refused: "ON_TRIAL"},
		{Name: "the former manager confirms nothing", Given: done, When: confirm(grace), Refused: "NOT_YOUR_TEAM"},
		{Name: "nobody confirms their own move", Given: done, When: confirm(as("ana", domain.HR)), Refused: "OWN_REQUEST"},
		{Name: "a planned move is not confirmed", Given: planned, When: confirm(omar), Refused: "NOT_EFFECTIVE"},
		{Name: "a confirmed move is not withdrawn", Given: after(done, stays), When: Withdraw{ana}, Refused: "ALREADY_EFFECTIVE"},

		{Name: "human resources puts the day and the grade right", Given: done, When: correct, Then: []Event{fixed}},
		{Name: "a correction is made once", Given: after(done, fixed), When: correct},
		{Name: "even after it was confirmed", Given: after(done, stays), When: correct, Then: []Event{fixed}},
		{Name: "the grade stays when it is not mentioned", Given: after(done, fixed), When: with(func(c *Correct) { c.Terms = Terms{EffectiveOn: day} }), Then: []Event{TermsCorrected{"helen", right, Terms{day, "IT-4"}, "sealed:why"}}},
		{Name: "no correction reaches before the approval", Given: done, When: with(func(c *Correct) { c.Terms.EffectiveOn = today.AddDays(-1) }), Refused: "BEFORE_APPROVAL"},
		{Name: "no correction is for a day to come", Given: done, When: with(func(c *Correct) { c.Terms.EffectiveOn = after3.AddDays(1) }), Refused: "IN_THE_FUTURE"},
		{Name: "a correction has a reason", Given: done, When: with(func(c *Correct) { c.Reason = "" }), Refused: "REASON_MISSING"},
		{Name: "a planned move is planned anew instead", Given: planned, When: correct, Refused: "NOT_EFFECTIVE"},
		{Name: "a manager corrects nothing", Given: done, When: with(func(c *Correct) { c.Request = on(grace, after3) }), Refused: "NOT_HR"},
	})
}
