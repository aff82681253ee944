package credit

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

// follows says which facts may come next in each state of a credit.
var follows = map[string][]string{
	"none":        {"proposed", "requested", "awarded"},
	"proposed":    {"requested", "withdrawn", "awarded"},
	"requested":   {"evaluating", "awarded", "withdrawn"},
	"evaluating":  {"committee", "recommended", "denied", "awarded"},
	"committee":   {"evaluating"},
	"recommended": {"awarded", "denied", "lapsed"},
	"denied":      {"evaluating"}, // by the one appeal
	"awarded":     {"posted", "revoked", "applied"},
	"posted":      {"revoked", "applied"},
	"withdrawn":   {"proposed", "requested"},
	"lapsed":      {"proposed", "requested"},
}

func stateAfter(e Event) string {
	switch e.(type) {
	case Proposed:
		return "proposed"
	case Requested:
		return "requested"
	case EvaluationStarted, ReturnedFromCommittee, Appealed:
		return "evaluating"
	case ReferredToCommittee:
		return "committee"
	case Recommended:
		return "recommended"
	case Awarded:
		return "awarded"
	case Denied:
		return "denied"
	case Posted:
		return "posted"
	case Revoked:
		return "revoked"
	case Withdrawn:
		return "withdrawn"
	case Lapsed:
		return "lapsed"
	}
	return "applied"
}

// draw is any request: mostly of somebody who may ask it, on a day on which it makes sense.
func draw(t *rapid.T, version int) interface{ Decide(State) ([]Event, error) } {
	day := today.AddDays(rapid.SampledFrom([]int{0, 0, 0, 0, 0, 40, -90, 90}).Draw(t, "days"))
	by := func(usual domain.Request) domain.Request {
		if rapid.IntRange(0, 5).Draw(t, "anybody") == 0 {
			usual = rapid.SampledFrom([]domain.Request{ana, kim, college, rival, tom, policy}).Draw(t, "by")
		}
		return on(usual, day)
	}
	judge := func() Judgement {
		j := Judgement{Request: by(college)}
		if rapid.IntRange(0, 4).Draw(t, "checked") == 0 {
			j.Seen = uint64(rapid.IntRange(max(0, version-1), version+1).Draw(t, "seen"))
		}
		return j
	}
	sealed := rapid.SampledFrom([]domain.Sealed{"sealed", "sealed", "sealed", ""}).Draw(t, "text")
	switch rapid.IntRange(0, 16).Draw(t, "command") {
	case 0:
		return Propose{by(kim), rapid.SampledFrom([]Proposed{offered, except}).Draw(t, "proposed")}
	case 1, 2:
		return Request{by(ana), asked}
	case 3, 4:
		return StartEvaluation{judge()}
	case 5:
		return Refer{judge(), sealed}
	case 6:
		return Return{judge(), sealed}
	case 7:
		return Recommend{judge(), Recommended{Credit: rapid.SampledFrom([]domain.Credit{rule.Credit, {Hundredths: 400, Unit: domain.Semester}}).Draw(t, "credit"), Evaluator: "ACE", ValidTo: day.AddDays(20)}}
	case 8:
		return Deny{judge(), sealed}
	case 9:
		return Appeal{by(ana), sealed}
	case 10:
		return Post{judge(), "T-1"}
	case 11:
		return Revoke{judge(), sealed}
	case 12:
		return Withdraw{by(ana)}
	case 13:
		return Apply{by(kim), rapid.SampledFrom([]Applied{toCourse, toProcess, {toCourse.Target, domain.Hours(40)}}).Draw(t, "applied")}
	case 14:
		return Reverse{by(kim), toCourse.Target, sealed}
	case 15:
		return Lapse{on(policy, day.AddDays(21))}
	}
	a := given
	a.Award.Hundredths = rapid.IntRange(0, 4).Draw(t, "units") * 100
	a.Grade = rapid.SampledFrom([]rules.Grade{"A", "C", "C-", "F", ""}).Draw(t, "grade")
	a.ExternalRef = rapid.SampledFrom([]string{"LCC-77", "LCC-78"}).Draw(t, "ref")
	j := judge()
	return Award{j.Request, a, j.Seen}
}

// TestInvariant15CreditIsAwardedOnceByItsCollegeUnderAValidRule lets anybody ask for anything
// on any day. Credit goes through its states as they are drawn, is awarded at most once, by
// the college, within the rule and while it is valid unless a coordinator recorded an
// exception, and counts for no more than it is worth and only while it stands.
func TestInvariant15CreditIsAwardedOnceByItsCollegeUnderAValidRule(t *testing.T) {
	seen := map[string]int{}
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		at, awards, appeals, exception := "none", 0, 0, false
		var minutes map[Target]domain.Minutes
		for range rapid.IntRange(1, 40).Draw(t, "requests") {
			c := draw(t, len(h.Facts))
			facts, _ := h.Try(t, c)
			for _, e := range facts {
				next := stateAfter(e)
				if !slices.Contains(follows[at], next) && !(next == "applied" && (at == "awarded" || at == "posted")) {
					t.Fatalf("%T in the state %s: %+v", e, at, h.Facts)
				}
				seen[next]++
				switch e := e.(type) {
				case Proposed:
					exception = e.Exception != ""
				case Withdrawn, Lapsed:
					exception = false
				case Denied:
					if appeals == 1 {
						next = "denied-twice"
					}
				case Appealed:
					appeals++
				case Requested, Revoked, Posted:
				case Awarded:
					by := c.(Award).Request
					awards++
					switch {
					case awards > 1:
						t.Fatalf("awarded again: %+v", h.Facts)
					case by.By.Partner != e.Partner:
						t.Fatalf("%s awarded", by.By.Name())
					case !exception && !e.Articulation.ValidOn(by.On):
						t.Fatalf("awarded on %s under %+v", by.On, e.Articulation)
					case e.Award.Hundredths < 1 || e.Award.Hundredths > e.Articulation.Credit.Hundredths || !e.Grade.AtLeast(e.Articulation.MinGrade):
						t.Fatalf("awarded beyond the rule: %+v", e)
					}
					minutes = map[Target]domain.Minutes{}
				case Applied:
					minutes[e.Target] += e.Minutes
					var sum domain.Minutes
					for _, m := range minutes {
						sum += m
					}
					if sum > h.State.award.Award.ClassTime() {
						t.Fatalf("%v of %v count: %+v", sum, h.State.award.Award, h.Facts)
					}
				case ApplicationReversed:
					delete(minutes, e.Target)
				}
				if j, ok := version(c); ok && j != 0 && int(j) != len(h.Facts)-len(facts) {
					t.Fatalf("decided on version %d of %d", j, len(h.Facts)-len(facts))
				}
				if next != "applied" {
					at = next
				}
			}
		}
		if appeals > 1 {
			t.Fatalf("appealed %d times: %+v", appeals, h.Facts)
		}
	})
	for _, state := range []string{"proposed", "requested", "evaluating", "committee", "recommended", "denied", "awarded", "posted", "revoked", "withdrawn", "lapsed", "applied"} {
		if seen[state] == 0 {
			t.Errorf("no history came to %s: the test proves too little", state)
		}
	}
}

// version is the version a judgement was made on.
func version(c any) (uint64, bool) {
	switch c := c.(type) {
	case StartEvaluation:
		return c.Seen, true
	case Refer:
		return c.Seen, true
	case Return:
		return c.Seen, true
	case Recommend:
		return c.Seen, true
	case Deny:
		return c.Seen, true
	case Post:
		return c.Seen, true
	case Revoke:
		return c.Seen, true
	case Award:
		return c.Seen, true
	}
	return 0, false
}

// A registry holds reservations the way the log does, one history for each.
type registry map[domain.Stream]*spec.History[reservation.State, reservation.Event]

func (r registry) of(c Claim) *spec.History[reservation.State, reservation.Event] {
	s := reservation.Stream(c.Kind, c.Parts...)
	if r[s] == nil {
		r[s] = spec.Begin(reservation.Evolve)
	}
	return r[s]
}

// TestInvariant16TheSameLearningIsAppliedOnceToARequirement gives one learner four credits, two
// of them for the same learning by different colleges. Whatever is applied, taken back and
// revoked, at no moment do two credits for one learning count towards one thing.
func TestInvariant16TheSameLearningIsAppliedOnceToARequirement(t *testing.T) {
	refused := 0
	spec.Histories(t, func(t *rapid.T) {
		held := registry{}
		credits := map[domain.Stream]*spec.History[State, Event]{}
		var names []domain.Stream
		for i, learned := range []string{"Security+", "Security+", "", ""} {
			a := given
			a.Articulation.Rule = domain.RuleID(fmt.Sprint("r-", i))
			a.Articulation.Course = fmt.Sprint("C ", i/3)
			a.Learning = learned
			by := college
			if i == 1 {
				by = rival
				a.Partner, a.Articulation.Course = rival.By.Partner, "X 9"
			}
			name := Stream(a.Apprenticeship, a.Articulation.Rule)
			credits[name], names = spec.Begin(Evolve), append(names, name)
			if facts, code := credits[name].Try(t, Award{by, a, 0}); len(facts) == 0 {
				t.Fatal(code)
			}
		}
		for range rapid.IntRange(1, 20).Draw(t, "requests") {
			name := rapid.SampledFrom(names).Draw(t, "credit")
			h := credits[name]
			target := rapid.SampledFrom([]Target{toCourse.Target, toProcess.Target, {Requirement: "q"}}).Draw(t, "target")
			claim := held.of(h.State.Subject().As(target))
			switch rapid.IntRange(0, 4).Draw(t, "command") {
			case 0, 1, 2:
				if _, code := claim.Try(t, reservation.Take{Holder: name}); code != "" {
					refused++
					continue
				}
				if _, code := h.Try(t, Apply{kim, Applied{target, domain.Minutes(rapid.IntRange(0, 1500).Draw(t, "minutes"))}}); code != "" && !applies(h.State, target) {
					claim.Try(t, reservation.Release{Holder: name})
				}
			case 3:
				if facts, _ := h.Try(t, Reverse{kim, target, "sealed"}); len(facts) > 0 {
					claim.Try(t, reservation.Release{Holder: name})
				}
			case 4:
				before := h.State.Applied()
				by := Judgement{Request: college}
				if name == names[1] {
					by.Request = rival
				}
				if facts, _ := h.Try(t, Revoke{by, "sealed"}); len(facts) == 0 {
					continue
				}
				for _, a := range before {
					held.of(h.State.Subject().As(a.Target)).Try(t, reservation.Release{Holder: name})
				}
			}
			counts := map[string]domain.Stream{}
			for name, h := range credits {
				for _, a := range h.State.Applied() {
					key := fmt.Sprintf("%s %+v", h.State.Subject().Learned(), a.Target)
					if other, twice := counts[key]; twice {
						t.Fatalf("%s counts by %s and by %s", key, name, other)
					}
					counts[key] = name
				}
			}
		}
	})
	if refused == 0 {
		t.Error("nothing was applied twice: the test proves too little")
	}
}

func applies(s State, target Target) bool {
	return slices.ContainsFunc(s.applied, func(a Applied) bool { return a.Target == target })
}
