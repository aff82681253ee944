package credit

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)

	ana     = domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, On: today}
	tom     = domain.Request{By: domain.Actor{Person: "tom", Role: domain.Mentor}, On: today}
	college = domain.Request{By: domain.Actor{Partner: "lakeshore", Role: domain.Partner}, On: today}
	rival   = domain.Request{By: domain.Actor{Partner: "hillside", Role: domain.Partner}, On: today}

	rule = rules.Articulation{
		Rule: "cyb-110", Course: "CYB 110", Title: "Security fundamentals", Requirement: "security-course",
		Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, MinGrade: "C", From: today.AddMonths(-2), To: today.AddMonths(2),
	}
	subject = Subject{Apprenticeship: "a1", Person: "ana", Partner: "lakeshore", Agreement: "lakeshore-2026", Articulation: rule}
	asked   = Requested{Subject: subject, Consent: "consent-ana.lakeshore"}
	given   = Awarded{Subject: subject, Award: rule.Credit, Grade: "B+", Term: "Fall 2026", ExternalRef: "LCC-77"}
)

func award(change func(*Awarded)) Award {
	a := given
	change(&a)
	return Award{college, a, 0}
}

func on(r domain.Request, d domain.Date) domain.Request {
	r.On = d
	return r
}

func TestAsking(t *testing.T) {
	open := asked
	open.Articulation.To = domain.Date{}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice asks the college for credit", When: Request{ana, asked}, Then: []Event{asked}},
		{Name: "the apprentice asks once", Given: []Event{asked}, When: Request{ana, asked}},
		{Name: "a rule holds on its last day", When: Request{on(ana, rule.To), asked}, Then: []Event{asked}},
		{Name: "a rule without an end holds on", When: Request{on(ana, rule.To.AddMonths(24)), open}, Then: []Event{open}},
		{Name: "nobody asks for another's credit", When: Request{tom, asked}, Refused: "NOT_YOUR_CREDIT"},
		{Name: "what is awarded is not asked for", Given: []Event{given}, When: Request{ana, asked}, Refused: "ALREADY_AWARDED"},
		{Name: "a rule does not hold before its first day", When: Request{on(ana, rule.From.AddDays(-1)), asked}, Refused: "RULE_NOT_VALID"},
		{Name: "a rule does not hold after its last day", When: Request{on(ana, rule.To.AddDays(1)), asked}, Refused: "RULE_NOT_VALID"},
		{Name: "a rule without an end has a beginning", When: Request{on(ana, rule.From.AddDays(-1)), open}, Refused: "RULE_NOT_VALID"},
	})
}

func TestAwarding(t *testing.T) {
	less := award(func(a *Awarded) { a.Award.Hundredths = 150 })
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the college awards what was asked for", Given: []Event{asked}, When: Award{college, given, 0}, Then: []Event{given}},
		{Name: "the college awards unasked", When: Award{college, given, 0}, Then: []Event{given}},
		{Name: "the college awards less than the rule allows", When: less, Then: []Event{less.Awarded}},
		{Name: "the same award is recorded once", Given: []Event{asked, given}, When: Award{college, given, 0}},
		{Name: "the same award sent again after the rule ended changes nothing", Given: []Event{given}, When: Award{on(college, rule.To.AddDays(1)), given, 0}},
		{Name: "a rule gives credit once", Given: []Event{given}, When: award(func(a *Awarded) { a.ExternalRef = "LCC-78" }), Refused: "ALREADY_AWARDED"},
		{Name: "another college does not award", Given: []Event{asked}, When: Award{rival, given, 0}, Refused: "NOT_YOUR_RULE"},
		{Name: "the apprentice does not award", Given: []Event{asked}, When: Award{ana, given, 0}, Refused: "NOT_YOUR_RULE"},
		{Name: "an award of nobody is not anybody's", When: Award{ana, Awarded{}, 0}, Refused: "NOT_YOUR_RULE"},
		{Name: "an award follows a valid rule", When: Award{on(college, rule.To.AddDays(1)), given, 0}, Refused: "RULE_NOT_VALID"},
		{Name: "quarter hours are not semester hours", When: award(func(a *Awarded) { a.Award.Unit = domain.Quarter }), Refused: "WRONG_UNIT"},
		{Name: "a rule has a limit", When: award(func(a *Awarded) { a.Award.Hundredths = 301 }), Refused: "CREDIT_OUT_OF_RANGE"},
		{Name: "no credit is no award", When: award(func(a *Awarded) { a.Award.Hundredths = 0 }), Refused: "CREDIT_OUT_OF_RANGE"},
		{Name: "an award has a grade", When: award(func(a *Awarded) { a.Grade = "" }), Refused: "BAD_GRADE"},
		{Name: "a grade is one of the scale", When: award(func(a *Awarded) { a.Grade = "very good" }), Refused: "BAD_GRADE"},
		{Name: "a grade is good enough for the rule", When: award(func(a *Awarded) { a.Grade = "C-" }), Refused: "GRADE_TOO_LOW"},
		{Name: "a fail is never good enough", When: award(func(a *Awarded) { a.Articulation.MinGrade, a.Grade = "", "F" }), Refused: "GRADE_TOO_LOW"},
		{Name: "an award has a reference", When: award(func(a *Awarded) { a.ExternalRef = " " }), Refused: "REFERENCE_MISSING"},
		{Name: "a reference is a line", When: award(func(a *Awarded) { a.ExternalRef = strings.Repeat("7", domain.MaxLine+1) }), Refused: "TEXT_TOO_LONG"},
		{Name: "a term is a line", When: award(func(a *Awarded) { a.Term = strings.Repeat("t", domain.MaxLine+1) }), Refused: "TEXT_TOO_LONG"},
		{Name: "a term can be seen", When: award(func(a *Awarded) { a.Term = "\u200b" }), Refused: "TERM_MISSING"},
		{Name: "an award has a term", When: award(func(a *Awarded) { a.Term = "" }), Refused: "TERM_MISSING"},
	})
}

func TestARefusedGradeSaysWhatIsAskedFor(t *testing.T) {
	for min, want := range map[rules.Grade]string{"C": "The rule for CYB 110 asks for at least C.", "": "The rule for CYB 110 asks for a passing grade."} {
		_, err := award(func(a *Awarded) { a.Articulation.MinGrade, a.Grade = min, "F" }).Decide(State{})
		if r := domain.AsRefusal(err); r == nil || r.Reason != want || r.Field != "grade" {
			t.Errorf("a rule that asks for %q answers %+v, want %q", min, r, want)
		}
	}
}

// TestARuleGivesCreditOnce lets anybody send anything. There is at most one award, by the
// college whose rule it is, on a day on which the rule holds and within what it allows;
// and nothing follows it.
func TestARuleGivesCreditOnce(t *testing.T) {
	awards := 0
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 20).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{ana, tom, college, college, rival}).Draw(t, "by")
			req.On = today.AddDays(rapid.SampledFrom([]int{0, 0, 0, -90, 90}).Draw(t, "days"))
			if rapid.IntRange(0, 3).Draw(t, "command") == 0 {
				h.Try(t, Request{req, asked})
				continue
			}
			a := given
			a.Award = domain.Credit{
				Hundredths: rapid.IntRange(-100, 400).Draw(t, "hundredths"),
				Unit:       rapid.SampledFrom([]domain.CreditUnit{domain.Semester, domain.Semester, domain.Quarter}).Draw(t, "unit"),
			}
			a.Grade = rapid.SampledFrom([]rules.Grade{"A", "B-", "C", "C-", "D", "F", "P", "E", ""}).Draw(t, "grade")
			facts, _ := h.Try(t, Award{req, a, 0})
			if len(facts) > 0 && (req.By != college.By || req.On != today) {
				t.Fatalf("%+v decided %+v", req, facts)
			}
		}
		for i, e := range h.Facts {
			a, ok := e.(Awarded)
			if !ok {
				continue
			}
			awards++
			switch {
			case i != len(h.Facts)-1:
				t.Fatalf("more follows the award: %+v", h.Facts)
			case a.Award.Unit != rule.Credit.Unit || a.Award.Hundredths < 1 || a.Award.Hundredths > rule.Credit.Hundredths:
				t.Fatalf("%+v is beyond the rule", a.Award)
			case a.Grade != "A" && a.Grade != "B-" && a.Grade != "C" && a.Grade != "P":
				t.Fatalf("%q is not good enough", a.Grade)
			}
		}
	})
	if awards == 0 {
		t.Error("nothing was awarded: the test proves too little")
	}
}

func TestAStreamNamesItsCredit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.ApprenticeshipID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "apprenticeship"))
		rule := domain.RuleID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "rule"))
		if a, r, err := ID(Stream(id, rule)); err != nil || a != id || r != rule {
			t.Fatalf("%s, %s came back as %q, %q: %v", id, rule, a, r, err)
		}
	})
	for _, s := range []domain.Stream{"", "credit-a1", "credit-a1.", "credit-.cyb-110", "milestone-a1.cyb-110"} {
		if a, r, err := ID(s); err == nil {
			t.Errorf("%q names %q, %q", s, a, r)
		}
	}
}
