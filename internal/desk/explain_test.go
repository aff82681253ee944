package desk_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// Of everybody in the demonstration, every requirement that is unmet is explained once, and a
// record that is told again explains itself as the present one does.
func TestEverybodyInTheDemonstrationIsExplained(t *testing.T) {
	h := open(t, time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC))
	ctx := t.Context()
	if err := demo.Seed(ctx, h.Log, h.Vault, h.now); err != nil {
		t.Fatal(err)
	}
	if err := h.Read.Wait(ctx, must(h.Log.Head(ctx))(t)); err != nil {
		t.Fatal(err)
	}
	learners, err := h.Read.Learners(ctx, projections.LearnerQuery{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[explain.About]int{}
	for _, l := range learners {
		es := must(h.Explain(ctx, l))(t)
		told := map[string]int{}
		var count func([]explain.Explanation)
		count = func(es []explain.Explanation) {
			for _, e := range es {
				if kinds[e.About]++; e.About == explain.Requirement {
					told[e.Rule.ID]++
				}
				if e.There+e.Missing != e.Needed || e.Why().English == "" || e.Do() == "" || e.Rule.Source.Ref == "" || e.Subject == "" {
					t.Errorf("%s: %+v says too little or does not add up", l.ID, e)
				}
				count(e.Of)
			}
		}
		count(es)
		ready := must(h.Readiness(ctx, l, l.Role))(t)
		for _, f := range ready.Findings {
			want := 1
			if f.Met || l.BeganOn.IsZero() || l.Over() {
				want = 0
			}
			if told[string(f.Requirement.ID)] != want {
				t.Errorf("%s: %s is met: %v, and explained %d times", l.ID, f.Requirement.ID, f.Met, told[string(f.Requirement.ID)])
			}
		}
		then, was, err := h.Then(ctx, auditor, l.ID, desk.Day{KnownOn: h.Today()})
		if err != nil {
			t.Fatal(err)
		}
		if again := must(then.Explain(ctx, was))(t); !reflect.DeepEqual(again, es) {
			t.Errorf("%s, told again:\n%+v\nnow:\n%+v", l.ID, again, es)
		}
	}
	for _, about := range []explain.About{explain.Requirement, explain.Hours, explain.Move, explain.Sharing, explain.Apprenticeship} {
		if kinds[about] == 0 {
			t.Errorf("nothing about %s was explained: the test proves too little", about)
		}
	}
}

func (h *house) why(id domain.ApprenticeshipID, about explain.About) explain.Explanation {
	h.t.Helper()
	l := must(h.Read.Learner(h.t.Context(), id))(h.t)
	es := must(h.Explain(h.t.Context(), l))(h.t)
	i := slices.IndexFunc(es, func(e explain.Explanation) bool { return e.About == about })
	if i < 0 {
		return explain.Explanation{}
	}
	return es[i]
}

func TestAMoveIsExplainedStepByStep(t *testing.T) {
	h := staffed(t)
	if e := h.why("ana", explain.Move); e.Next != explain.MeetAll || e.There != 0 || e.Turn.Person != "ana" {
		t.Errorf("nothing is met: %+v", e)
	}
	h.meets("ana", help)
	if e := h.why("ana", explain.Move); e.Next != explain.AskForMove || e.Turn.Person != "ana" {
		t.Errorf("everything is met: %+v", e)
	}
	h.mustPropose("ana")
	total := h.why("ana", explain.Move).Needed
	if e := h.why("ana", explain.Move); e.Next != explain.DecideMove || e.Turn != (explain.Turn{Role: domain.Manager, Person: "dana"}) || e.There != 0 || e.Since != h.Today() || e.Due.IsZero() {
		t.Errorf("it is asked for: %+v", e)
	}
	move := domain.Stream("transition-ana.systems-administrator")
	h.record(move, transition.ApprovalEscalated{Step: 0, From: "dana", To: "owen", DueOn: h.Today().AddDays(5)})
	if e := h.why("ana", explain.Move); e.Turn.Person != "owen" || e.OverdueWith != "dana" || e.Due != h.Today().AddDays(5) {
		t.Errorf("it went up: %+v", e)
	}
	h.record(move, transition.ApprovalGranted{Step: 0, By: "owen"}, transition.ApprovalStepOpened{Step: 1, DueOn: h.Today()})
	if e := h.why("ana", explain.Move); e.There != 1 || e.Needed != total || e.Missing != total-1 {
		t.Errorf("one said yes: %+v", e)
	}
	h.record(move, transition.ApprovalReturned{Step: 1, By: "owen", Reason: "sealed why"})
	if e := h.why("ana", explain.Move); e.Next != explain.ResubmitMove || e.Turn.Person != "priya" || e.Reason != "sealed why" {
		t.Errorf("it came back: %+v", e)
	}
	h.record(move, transition.Approved{})
	if e := h.why("ana", explain.Move); e.Next != explain.ScheduleMove || e.Turn.Role != domain.HR {
		t.Errorf("it is approved: %+v", e)
	}
	h.record(move, transition.Scheduled{EffectiveOn: h.Today().AddDays(10)})
	if e := h.why("ana", explain.Move); e.Next != explain.AwaitMove || e.Missing != 10 || e.Unit != explain.Days || e.Due != h.Today().AddDays(10) {
		t.Errorf("it has a day: %+v", e)
	}
}

func TestWhatIsWaivedKeepsNobodyFromAsking(t *testing.T) {
	h := staffed(t)
	if _, err := h.WaiveReadiness(t.Context(), desk.Ask{By: lena}, "ana", "systems-administrator", "Did this work before"); err != nil {
		t.Fatal(err)
	}
	h.caughtUp()
	if e := h.why("ana", explain.Move); e.Next != explain.AskForMove || e.Turn.Person != "ana" {
		t.Errorf("everything is waived: %+v", e)
	}
}

func TestTurnsAreListedByHowMuchTheyPress(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	for _, id := range []domain.ApprenticeshipID{"ana", "ben"} {
		week := h.Today().Week().Add(-1)
		h.record(timesheet.Stream(id, week), timesheet.Opened{Apprenticeship: id, Person: domain.PersonID(id), Week: week},
			timesheet.HoursLogged{Entry: "e", Date: week.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}, timesheet.Submitted{To: "dana"})
		h.now = h.now.AddDate(0, 0, 5)
	}
	h.record(milestone.Stream("ana", "hd-downtime-drill"), milestone.Started{}, milestone.EvidenceSubmitted{Assessor: "priya"})
	turns := must(h.Turns(ctx, dana))(t)
	if len(turns) != 2 || turns[0].Learner.ID != "ana" || turns[0].Days != 10 || turns[0].Urgency != desk.Waiting || turns[1].Days != 5 {
		t.Errorf("what waits for Dana: %+v", turns)
	}
	if turns := must(h.Turns(ctx, priya))(t); len(turns) != 1 || turns[0].Next != explain.Review || turns[0].Urgency != desk.Calm {
		t.Errorf("what waits for Priya: %+v", turns)
	}
	if turns := must(h.Turns(ctx, ana))(t); len(turns) == 0 || turns[0].Next != explain.LogHours || turns[0].Urgency != desk.Overdue {
		t.Errorf("what waits for Ana: %+v", turns)
	}
	h.record(apprenticeship.Stream("ben"), apprenticeship.CompletionRequested{On: h.Today()})
	if turns := must(h.Turns(ctx, lena))(t); len(turns) != 1 || turns[0].Learner.ID != "ben" || turns[0].Next != explain.Certify {
		t.Errorf("what waits for Lena: %+v", turns)
	}
	if turns := must(h.Turns(ctx, auditor))(t); len(turns) != 0 {
		t.Errorf("what waits for an auditor: %+v", turns)
	}
}
