package transition

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

const limit = 60 // days by which a move can be put off

// A dated fact is one with the day it was decided on and the evidence there was then.
type dated struct {
	Event
	by      domain.Request
	current string
}

// anything lets anybody ask anything about a move, and tells what was decided.
func anything(t *rapid.T) (facts []dated) {
	h := spec.Begin(Evolve)
	everybody := []domain.Request{ana, tom, grace, omar, nina, helen, helen, kim, as("ana", domain.HR), as("tom", domain.Coordinator), policy}
	now, current, last := today, evidence, today
	var unmet []pathway.Requirement
	for range rapid.IntRange(20, 120).Draw(t, "requests") {
		req := on(rapid.SampledFrom(everybody).Draw(t, "by"), now)
		seldom := rapid.IntRange(0, 3).Draw(t, "seldom") == 3
		holder := func() domain.Request {
			if h.State.status != submitted || seldom {
				return req
			}
			step := h.State.steps[h.State.step]
			if step.Assignee == "" {
				return on(helen, now)
			}
			return on(as(step.Assignee, step.Capacity), now)
		}
		ahead := now.AddDays(rapid.IntRange(-1, 30).Draw(t, "ahead"))
		var c interface{ Decide(State) ([]Event, error) }
		switch rapid.SampledFrom([]string{"propose", "propose", "waive", "submit", "submit", "submit", "grant", "grant", "grant", "grant", "grant", "grant", "grant", "grant", "deny", "deny", "delegate", "escalate", "escalate",
			"reassess", "defer", "schedule", "rescind", "effect", "effect", "correct", "confirm", "withdraw", "close", "expire", "comment", "evidence", "time", "time"}).Draw(t, "command") {
		case "propose":
			p := asked
			p.Proposer, p.EffectiveOn = req.By.Person, ahead
			c = Propose{req, p}
		case "waive":
			c = WaiveReadiness{req, "a1", "ana", unmet, "sealed:why"}
		case "submit":
			req.By = domain.Actor{Person: h.State.proposer, Role: domain.Mentor}
			c = Submit{Request: req, ReadinessSnapshotTaken: current, Unmet: unmet, Steps: chain, DueOn: now.AddDays(14)}
		case "grant":
			seen := rapid.SampledFrom([]string{current.Snapshot, current.Snapshot, h.State.snapshot, "77c0"}).Draw(t, "seen")
			c = Decide{Request: holder(), Verdict: Grant, Seen: seen, Current: current.Snapshot, NextDue: now.AddDays(14)}
		case "deny":
			if !seldom {
				continue
			}
			c = Decide{Request: holder(), Verdict: rapid.SampledFrom([]Verdict{SendBack, SendBack, SendBack, Deny}).Draw(t, "verdict"), Reason: why(t)}
		case "delegate":
			to := rapid.SampledFrom([]domain.Request{ana, tom, nina, omar}).Draw(t, "to").By
			c = Delegate{Request: holder(), To: to.Person, As: to.Role, From: ahead, Until: ahead.AddDays(rapid.IntRange(0, 20).Draw(t, "days"))}
		case "escalate":
			to := rapid.SampledFrom([]domain.Request{ana, tom, nina, omar}).Draw(t, "to").By
			c = Escalate{Request: on(policy, now), Step: h.State.step, To: to.Person, As: to.Role, DueOn: now.AddDays(14)}
		case "reassess":
			c = Reassess{on(policy, now), current.Snapshot, unmet}
		case "defer":
			c = Defer{on(rapid.SampledFrom([]domain.Request{grace, grace, nina, omar, ana, tom}).Draw(t, "manager"), now), h.State.terms.EffectiveOn.AddDays(rapid.IntRange(-1, 70).Draw(t, "by days")), why(t), limit}
		case "schedule":
			c = Schedule{req, Scheduled{EffectiveOn: ahead, PayGrade: rapid.SampledFrom([]string{"", "IT-3"}).Draw(t, "grade")}}
		case "rescind":
			c = Rescind{on(rapid.SampledFrom([]domain.Request{helen, kim, ana, tom, grace, omar}).Draw(t, "officer"), now), why(t)}
		case "effect":
			c = MakeEffective{on(policy, now)}
		case "correct":
			c = Correct{on(helen, now), Terms{EffectiveOn: ahead.AddDays(-20)}, approvedOn(facts), why(t)}
		case "confirm":
			c = Confirm{on(rapid.SampledFrom([]domain.Request{omar, helen, ana}).Draw(t, "manager"), now), "omar", h.State.terms.EffectiveOn.AddDays(30)}
		case "withdraw":
			if !seldom {
				continue
			}
			c = Withdraw{req}
		case "close":
			if !seldom {
				continue
			}
			c = CloseDown{req, rapid.SampledFrom([]uint64{h.State.attempt, h.State.attempt, 1}).Draw(t, "attempt"), rapid.SampledFrom([]Cause{Cancelled, Transferred, ""}).Draw(t, "cause")}
		case "expire":
			c = Expire{on(policy, now), h.State.facts, last, 90}
		case "comment":
			if !seldom {
				continue
			}
			c = Comment{req, why(t), ended(facts)}
		case "evidence":
			if seldom {
				current = rapid.SampledFrom([]ReadinessSnapshotTaken{evidence, newer}).Draw(t, "evidence")
				unmet = rapid.SampledFrom([][]pathway.Requirement{nil, nil, networking}).Draw(t, "unmet")
			}
			continue
		case "time":
			now = now.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))
			continue
		}
		decided, _ := h.Try(t, c)
		for _, e := range decided {
			facts, last = append(facts, dated{e, c.(interface{ Asked() domain.Request }).Asked(), current.Snapshot}), now
		}
	}
	return facts
}

func why(t *rapid.T) domain.Sealed {
	return rapid.SampledFrom([]domain.Sealed{"sealed:why", "sealed:why", ""}).Draw(t, "why")
}

// ended is the day on which the attempt came to its end, if it did.
func ended(facts []dated) (d domain.Date) {
	for _, f := range facts {
		switch f.Event.(type) {
		case Proposed:
			d = domain.Date{}
		case ApprovalRefused, Withdrawn, Rescinded, Expired, Confirmed:
			d = f.by.Today()
		}
	}
	return d
}

// approvedOn is the day of the last approval.
func approvedOn(facts []dated) (d domain.Date) {
	for _, f := range facts {
		if _, ok := f.Event.(Approved); ok {
			d = f.by.Today()
		}
	}
	return d
}

// TestInvariant17 lets anybody do anything with a move, and checks what was recorded against
// the rules of the current attempt, told apart from State.
func TestInvariant17AMoveIsApprovedByOthersStepByStepOnTheSameEvidence(t *testing.T) {
	seen := map[string]int{}
	spec.Histories(t, func(t *rapid.T) {
		var a attempt
		for _, f := range anything(t) {
			a.follow(t, f)
			seen[f.EventName()]++
		}
	})
	for _, e := range Events {
		if seen[e.EventName()] == 0 {
			t.Errorf("no history had %s: the test proves too little", e.EventName())
		}
	}
}

// An attempt is what the facts of one request for a move add up to.
type attempt struct {
	ended     domain.Date // no day while it goes on
	proposer  domain.PersonID
	snapshot  string
	deciding  bool
	open      int
	dueOn     domain.Date
	holder    domain.PersonID // of the open step; empty is anybody in human resources
	stands    ApprovalDelegated
	assignees []domain.PersonID
	granted   []dated // by step
	askedFor  domain.Date
	approved  domain.Date
	day       domain.Date
	effective bool
	over      bool
	waivers   []domain.PersonID
}

func (a *attempt) follow(t *rapid.T, f dated) {
	defer func() {
		if a.over && a.ended.IsZero() {
			a.ended = f.by.Today()
		}
	}()
	own := func(p domain.PersonID) bool { return p == a.proposer || p == "ana" }
	must := func(ok bool, rule string) {
		if !ok {
			t.Fatalf("%s: %T %+v in %+v", rule, f.Event, f.Event, *a)
		}
	}
	decides := func(step int, by domain.PersonID) {
		must(a.deciding && step == a.open, "only the open step is decided, and once")
		must(by != "" && !own(by), "whoever asks, and the apprentice, decide nothing")
		on := f.by.Today()
		must(by == a.holder || a.holder == "" && f.by.By.Role == domain.HR || by == a.stands.To && !on.Before(a.stands.From) && !on.After(a.stands.Until), "a step is decided by who holds it or stands in on that day")
	}
	switch e := f.Event.(type) {
	case ReadinessWaived:
		if a.over {
			*a = attempt{over: true, ended: a.ended, waivers: a.waivers}
		}
		a.waivers = append(a.waivers, e.By)
		must(!a.deciding && e.Reason != "" && f.by.By.Role == domain.Coordinator && !own(e.By), "readiness is waived before the move is handed in, with a reason")
	case Proposed:
		must(!a.deciding && !a.effective && (a.over || a.approved.IsZero()), "a move is not asked for while it is decided or after")
		must(!slices.Contains(a.waivers, e.Proposer), "nobody waives for a move of their own")
		*a = attempt{waivers: a.waivers, proposer: e.Proposer, askedFor: e.EffectiveOn, day: e.EffectiveOn}
	case ReadinessSnapshotTaken:
		a.snapshot, a.granted = e.Snapshot, nil
	case Submitted:
		a.assignees = nil
		for _, s := range e.Steps {
			must(!own(s.Assignee), "whoever asks holds no step")
			a.assignees = append(a.assignees, s.Assignee)
		}
		a.deciding = true
	case Resubmitted:
		must(!a.deciding && len(a.assignees) > 0 && f.current == a.snapshot, "approvals stand only on the same evidence")
		a.deciding = true
	case ApprovalStepOpened:
		must(e.Step == len(a.granted), "a step opens once all before it said yes")
		a.open, a.dueOn, a.holder, a.stands = e.Step, e.DueOn, a.assignees[e.Step], ApprovalDelegated{}
	case ApprovalDelegated:
		must(a.deciding && e.Step == a.open && !own(e.To) && e.To != a.holder && a.holder != "", "somebody else stands in at the open step")
		a.stands = e
	case ApprovalEscalated:
		must(a.deciding && e.Step == a.open && e.From == a.holder && !own(e.To) && f.by.Today().After(a.dueOn), "only a step that is overdue goes to the next manager")
		a.holder, a.dueOn, a.stands = e.To, e.DueOn, ApprovalDelegated{}
		a.assignees[e.Step] = e.To
	case ApprovalGranted:
		decides(e.Step, e.By)
		must(e.Snapshot == a.snapshot && f.current == a.snapshot, "an approval names the evidence it was given on")
		a.granted = append(a.granted, f)
	case ApprovalReturned:
		decides(e.Step, e.By)
		must(e.Reason != "", "sending back has a reason")
		a.deciding = false
	case ApprovalRefused:
		decides(e.Step, e.By)
		must(e.Reason != "", "a refusal has a reason")
		a.deciding, a.over, a.waivers = false, true, nil
	case ApprovalsLapsed:
		must(a.deciding || !a.approved.IsZero() && !a.effective, "approvals fall before the move takes effect")
		must(f.current != a.snapshot, "approvals fall when the evidence changed")
		a.deciding, a.approved, a.assignees, a.granted = false, domain.Date{}, nil, nil
	case Approved:
		must(a.deciding && len(a.granted) == len(chain), "a move is approved once every step said yes")
		for _, g := range a.granted {
			must(g.Event.(ApprovalGranted).Snapshot == a.snapshot, "every step said yes to the same evidence")
		}
		a.deciding, a.approved = false, f.by.Today()
	case Deferred:
		must(e.Reason != "" && !own(e.By) && e.EffectiveOn.After(a.day) && !a.effective, "the day is put off with a reason")
		must(!e.EffectiveOn.After(a.askedFor.AddDays(limit)), "the day is put off up to the limit")
		must(e.By == a.assignees[0] || len(a.granted) > 0 && a.granted[0].Event.(ApprovalGranted).By == e.By || a.open == 0 && e.By == a.stands.To, "only the releasing manager puts the day off")
		a.day = e.EffectiveOn
	case Scheduled:
		must(!a.approved.IsZero() && !a.effective && !e.EffectiveOn.Before(a.approved), "no day before the final approval")
		a.day = e.EffectiveOn
	case Rescinded:
		must(!a.approved.IsZero() && !a.effective && e.Reason != "" && !own(e.By), "an approved move is taken back with a reason")
		a.over, a.waivers = true, nil
	case MadeEffective:
		must(!a.over && !a.approved.IsZero() && e.On == a.day && !a.day.Before(a.approved) && !a.effective, "a move takes effect on its day, once")
		must(!f.by.Today().Before(a.day), "a move waits for its day")
		a.effective = true
	case TermsCorrected:
		must(a.effective && e.Was.EffectiveOn == a.day && e.Reason != "" && !own(e.By), "a correction names what it corrects")
		must(!e.Terms.EffectiveOn.Before(a.approved), "no corrected day before the final approval")
		a.day = e.Terms.EffectiveOn
	case Confirmed:
		must(a.effective && !own(e.By), "somebody else confirms what took effect")
		a.over = true
	case Withdrawn:
		must(!a.effective && !a.over, "what is in effect or over is not withdrawn")
		must(own(e.By) && e.Cause == "" || e.By == "" && e.Cause != "" && f.by.By.Role == domain.System, "whoever asked, or the apprentice, withdraws; or it ends with the apprenticeship")
		a.deciding, a.over, a.waivers = false, true, nil
	case Expired:
		must(!a.effective && a.approved.IsZero(), "what is approved does not expire")
		a.deciding, a.over, a.waivers = false, true, nil
	case Commented:
		must(e.Note != "" && e.By != "" && e.By == f.by.By.Person, "somebody says something, in their own name")
		must(a.ended.IsZero() || f.by.Today().DaysSince(a.ended) <= CommentDays, "not long after the end")
	}
}

// TestInvariant21ACorrectionKeepsBothTerms replays every history up to each correction: what a
// correction says was there is what was there, and the terms are those of the last fact about them.
func TestInvariant21ACorrectionOfAMoveKeepsBothValues(t *testing.T) {
	corrected := 0
	spec.Histories(t, func(t *rapid.T) {
		facts := anything(t)
		var s State
		var terms []Terms
		for _, f := range facts {
			if e, ok := f.Event.(TermsCorrected); ok {
				corrected++
				if e.Was != s.terms || e.Was == e.Terms {
					t.Fatalf("%+v corrects %+v", e, s.terms)
				}
				if !slices.Contains(terms, e.Was) {
					t.Fatalf("%+v corrects what nobody wrote: %+v", e, terms)
				}
			}
			s = Evolve(s, f.Event)
			terms = append(terms, s.terms)
		}
		var again State
		for _, f := range facts {
			again = Evolve(again, f.Event)
		}
		if again.terms != s.terms || again.status != s.status {
			t.Fatalf("a replay gives %+v, not %+v", again.terms, s.terms)
		}
	})
	if corrected == 0 {
		t.Error("nothing was corrected: the test proves too little")
	}
}
