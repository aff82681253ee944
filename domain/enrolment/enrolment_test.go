package enrolment

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today   = domain.NewDate(2026, time.November, 22)
	college = domain.Request{By: domain.Actor{Partner: "lakeshore", Role: domain.Partner}, On: today}
	rival   = domain.Request{By: domain.Actor{Partner: "harbor", Role: domain.Partner}, On: today}
	kim     = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: today}
	ana     = domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, On: today}
	grace   = domain.Request{By: domain.Actor{Person: "grace", Role: domain.Manager}, On: today}

	fall     = Term{ID: "2026FA", Title: "Fall 2026", From: domain.NewDate(2026, 8, 24), To: domain.NewDate(2026, 12, 18)}
	section  = Section{Partner: "lakeshore", ID: "CYB-110-01", Code: "CYB 110", Title: "Network defence", Term: fall}
	enrolled = Enrolled{Apprenticeship: "ana-1", Person: "ana", Section: section, On: fall.From}
	renamed  = Section{Partner: "lakeshore", ID: "CYB-110-01", Code: "CYB 110", Title: "Network Defense", Term: fall}
	soFar    = Result{Points: 88_50, Of: 100_00}
	final    = Result{Grade: "B+", Final: true, On: today}
	better   = Result{Grade: "A", Final: true, On: today}

	active    = []Event{enrolled}
	left      = []Event{enrolled, Withdrawn{On: today}}
	over      = []Event{enrolled, Closed{On: today}}
	completed = []Event{enrolled, ResultRecorded{final}}
)

func enrol(r domain.Request, change func(*Enrolled)) Enrol {
	e := enrolled
	change(&e)
	return Enrol{r, e}
}

func asIs(*Enrolled) {}

func TestEnrolling(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a college reports an enrolment", When: enrol(college, asIs), Then: active},
		{Name: "a coordinator reports it for the college", When: enrol(kim, asIs), Then: active},
		{Name: "it is reported once", Given: active, When: enrol(college, asIs)},
		{Name: "the college has another name for the course", Given: active, When: enrol(college, func(e *Enrolled) { e.Section = renamed }), Then: []Event{Changed{renamed}}},
		{Name: "who left returns", Given: left, When: enrol(college, asIs), Then: []Event{Returned{today}}},
		{Name: "what was closed too early goes on", Given: over, When: enrol(college, asIs), Then: []Event{Returned{today}}},
		{Name: "what is completed stays so", Given: completed, When: enrol(college, asIs)},
		{Name: "an enrolment is one learner's", Given: active, When: enrol(college, func(e *Enrolled) { e.Person = "ben" }), Refused: "ANOTHER_LEARNER"},
		{Name: "what was voided can be another's", Given: append(active[:1:1], Voided{}), When: enrol(college, func(e *Enrolled) { e.Person = "ben" }),
			Then: []Event{enrol(college, func(e *Enrolled) { e.Person = "ben" }).Enrolled}},
		{Name: "another college does not report it", When: enrol(rival, asIs), Refused: "NOT_YOURS_TO_REPORT"},
		{Name: "nobody reports about themselves", When: enrol(domain.Request{By: domain.Actor{Person: "ana", Role: domain.Coordinator}}, asIs), Refused: "NOT_YOURS_TO_REPORT"},
		{Name: "a manager reports nothing", When: enrol(grace, asIs), Refused: "NOT_YOURS_TO_REPORT"},
		{Name: "a section has an id", When: enrol(college, func(e *Enrolled) { e.Section.ID = " " }), Refused: "SECTION_MISSING"},
		{Name: "a term ends after it begins", When: enrol(college, func(e *Enrolled) { e.Section.Term.To = fall.From.AddDays(-1) }), Refused: "END_BEFORE_START"},
	})
}

func TestLeavingAndResults(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a learner leaves", Given: active, When: Withdraw{Request: college}, Then: []Event{Withdrawn{On: today}}},
		{Name: "a list no longer has them", Given: active, When: Withdraw{college, true}, Then: []Event{Withdrawn{On: today, Absent: true}}},
		{Name: "they leave once", Given: left, When: Withdraw{Request: college}},
		{Name: "who completed has not left because a list no longer has them", Given: completed, When: Withdraw{college, true}},
		{Name: "nor because the enrolment is cleaned up", Given: completed, When: Withdraw{Request: college}},
		{Name: "what is over is not left by absence", Given: over, When: Withdraw{college, true}},
		{Name: "what is over was left after all", Given: over, When: Withdraw{Request: college}, Then: []Event{Withdrawn{On: today}}},
		{Name: "nobody leaves what they are not in", When: Withdraw{Request: college}, Refused: "NOT_ENROLLED"},

		{Name: "an enrolment ends without a result", Given: active, When: Close{college}, Then: []Event{Closed{today}}},
		{Name: "that is no pass, and no news once there is a result", Given: completed, When: Close{college}},
		{Name: "there is nothing to close", When: Close{college}, Refused: "NOT_ENROLLED"},

		{Name: "points so far complete nothing", Given: active, When: Grade{college, soFar}, Then: []Event{ResultRecorded{soFar}}},
		{Name: "a final grade completes", Given: active, When: Grade{college, final}, Then: []Event{ResultRecorded{final}}},
		{Name: "it is recorded once", Given: completed, When: Grade{college, final}},
		{Name: "another one corrects it", Given: completed, When: Grade{college, better}, Then: []Event{ResultCorrected{final, better}}},
		{Name: "a grade taken back corrects it too", Given: completed, When: Grade{college, soFar}, Then: []Event{ResultCorrected{final, soFar}}},
		{Name: "a grade is one there is", Given: active, When: Grade{college, Result{Grade: "E"}}, Refused: "BAD_GRADE"},
		{Name: "points are not less than none", Given: active, When: Grade{college, Result{Points: -1}}, Refused: "BAD_SCORE"},
		{Name: "nobody is graded who is not enrolled", When: Grade{college, final}, Refused: "NOT_ENROLLED"},
		{Name: "learners grade nobody", Given: active, When: Grade{ana, final}, Refused: "NOT_YOURS_TO_REPORT"},

		{Name: "what was another's is voided", Given: completed, When: Void{kim}, Then: []Event{Voided{}}},
		{Name: "once", Given: []Event{enrolled, Voided{}}, When: Void{kim}},
		{Name: "a college voids nothing", Given: active, When: Void{college}, Refused: "NOT_YOURS_TO_REPORT"},
	})
	for _, c := range []struct {
		result Result
		want   bool
	}{{final, true}, {Result{Grade: "B+"}, false}, {Result{Grade: "F", Final: true}, false}, {Result{Points: 100_00, Of: 100_00, Final: true}, false}, {Result{Grade: "P", Final: true}, true}} {
		if got := c.result.Passed(); got != c.want {
			t.Errorf("%+v passes: %v", c.result, got)
		}
	}
}

// TestOnlyAFinalResultCompletes lets a college report anything in any order: an enrolment is
// completed exactly while the last result is final, and what completed is never left.
func TestOnlyAFinalResultCompletes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 30).Draw(t, "reports") {
			r := college
			r.On = today.AddDays(rapid.IntRange(0, 60).Draw(t, "day"))
			before := h.State
			switch rapid.IntRange(0, 4).Draw(t, "command") {
			case 0, 1:
				h.Try(t, enrol(r, func(e *Enrolled) {
					if rapid.Bool().Draw(t, "renamed") {
						e.Section = renamed
					}
				}))
			case 2:
				h.Try(t, Withdraw{r, rapid.Bool().Draw(t, "absent")})
			case 3:
				h.Try(t, Close{r})
			case 4:
				h.Try(t, Grade{r, rapid.SampledFrom([]Result{soFar, final, better, {Grade: "F", Final: true}}).Draw(t, "result")})
			}
			if (h.State.Status == Completed) != h.State.Result.Final {
				t.Fatalf("%+v after %+v", h.State, h.Facts)
			}
			if before.Status == Completed && h.State.Status == Withdrew {
				t.Fatalf("who completed left: %+v", h.Facts)
			}
		}
	})
}

func TestAStreamNamesItsEnrolment(t *testing.T) {
	if p, id, err := ID(Stream("lakeshore", "ab12")); err != nil || p != "lakeshore" || id != "ab12" {
		t.Errorf("%s, %s, %v", p, id, err)
	}
	for _, s := range []domain.Stream{"", "enrolment-x", "student-x.y"} {
		if p, id, err := ID(s); err == nil {
			t.Errorf("%q names %q, %q", s, p, id)
		}
	}
}
