package desk_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// skilled is a house with a framework of two statements.
func skilled(t *testing.T) *house {
	h := staffed(t)
	p, err := events.Execute(t.Context(), h.Log, framework.Stream("alder"), framework.Evolve, framework.Publish{
		Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: h.now}, Name: "Alder", Version: "1",
		Content: framework.Content{Statements: []framework.StatementDefined{{Code: "K1", Kind: framework.Knowledge, Text: "k"}, {Code: "S1", Kind: framework.Skill, Text: "s"}},
			Roles: []framework.RoleDefined{{Code: "security-analyst", Title: "Analyst", Statements: []domain.StatementID{"K1", "S1"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Read.Wait(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	h.record(person.Stream("n-7"), person.Joined{Name: "sealed", Capacity: domain.Apprentice, Position: "registered-nurse"})
	return h
}

func TestWhatWasLearnedBeforeIsTakenOver(t *testing.T) {
	h := skilled(t)
	prior := desk.Table{Kind: upload.Prior}
	table := `employee_number;work_process;hours;competency;course;statements;framework;basis;evidence;on
apprenticeship-ana;wp-01;20;;;;;;Letter of St. Mary;2026-03-02
apprenticeship-ana;` + h.processTitle(1) + `;7,5;;;;;;Letter of St. Mary;2026-03-02
n-7;;;;;K1; Alder;credential;Certificate;
`
	if got := h.handIn(lena, prior, table); got != "2 apprenticeship-ana new; 3 apprenticeship-ana new; 4 n-7 new" {
		t.Fatalf("taken over: %s", got)
	}
	total := func() (m domain.Minutes) {
		for _, p := range must(h.Read.Prior(t.Context(), "ana"))(t)["ana"] {
			if p.On.String() != "2026-03-02" || strings.Contains(string(p.Evidence), "Mary") {
				t.Errorf("on record is %+v", p)
			}
			for _, l := range p.Processes {
				m += l.Minutes
			}
		}
		return m
	}
	if got := total(); got != 1650 {
		t.Errorf("%s are credited", got)
	}
	if g := must(h.Gap(t.Context(), lena, desk.Holder{Person: "n-7"}, "alder", "security-analyst"))(t); len(g.Held) != 1 || g.Held[0].Ground.Kind != framework.ByPrior {
		t.Errorf("the gap is %+v", g)
	}
	if got := h.handIn(lena, prior, table); got != "repeated" {
		t.Errorf("again: %s", got)
	}
	if got := h.handIn(lena, prior, strings.Replace(table, "7,5", "7", 1)); got != "2 apprenticeship-ana unchanged; 3 apprenticeship-ana changed hours; 4 n-7 unchanged" {
		t.Errorf("one row changed: %s", got)
	}
	if got := total(); got != 1620 {
		t.Errorf("%s are credited", got)
	}
}

// TestInvariant09WhatWasLearnedBeforeLeavesRoomForCredit: 11 hours are one too many where a
// college's credit counts for all but ten of a process.
func TestInvariant09WhatWasLearnedBeforeLeavesRoomForCredit(t *testing.T) {
	h := skilled(t)
	need := must(h.Read.Standard(t.Context(), "it-security-pathway", 1))(t).WorkProcesses[0].Min
	h.record(credit.Stream("ana", "r"), credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Partner: "lakeshore"}},
		credit.Applied{Target: credit.Target{Process: "wp-01"}, Minutes: need - domain.Hours(10)})
	for hours, want := range map[string]string{"11": "With what is there already", "10": "2 apprenticeship-ana new"} {
		got := h.handIn(lena, desk.Table{Kind: upload.Prior, DryRun: true}, "employee_number,work_process,hours,evidence,on\napprenticeship-ana,wp-01,"+hours+",Letter,2026-03-02\n")
		if !strings.Contains(got, want) {
			t.Errorf("%s hours: %s", hours, got)
		}
	}
	_, err := h.GrantPriorCredit(t.Context(), desk.Ask{By: lena}, "ana", "e-1", desk.PriorLearning{Processes: []apprenticeship.Learned{{WorkProcess: "wp-01", Minutes: domain.Hours(11)}}}, "Letter")
	refused(t, err, "CREDIT_BEYOND_REQUIREMENT")
}

func TestInvariant09CreditForAProcessStaysWithinIt(t *testing.T) {
	h := skilled(t)
	need := must(h.Read.Standard(t.Context(), "it-security-pathway", 1))(t).WorkProcesses[0].Min
	award := domain.Credit{Hundredths: 300, Unit: domain.Semester}
	h.record(credit.Stream("ana", "r"), credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana", Partner: "lakeshore"}, Award: award})
	must(h.GrantPriorCredit(t.Context(), desk.Ask{By: lena}, "ana", "e-1", desk.PriorLearning{Processes: []apprenticeship.Learned{{WorkProcess: "wp-01", Minutes: need - domain.Hours(10)}}}, "Letter"))(t)
	h.caughtUp()
	apply := func(hours int) error {
		_, err := h.ApplyCredit(t.Context(), desk.Ask{By: lena}, "ana", "r", credit.Applied{Target: credit.Target{Process: "wp-01"}, Minutes: domain.Hours(hours)})
		return err
	}
	refused(t, apply(11), "CREDIT_BEYOND_REQUIREMENT")
	for range 2 { // again changes nothing, and is not refused for what it did
		if err := apply(10); err != nil {
			t.Fatal(err)
		}
		h.caughtUp()
	}
}

func TestATableOfWhatWasLearnedBeforeWithMistakesChangesNothing(t *testing.T) {
	h := skilled(t)
	before := h.head()
	got := h.handIn(lena, desk.Table{Kind: upload.Prior}, `employee_number,work_process,hours,course,statements,framework,evidence,on
apprenticeship-ana,wp-01,20,,,,Letter,2026-03-02
apprenticeship-ana,wp-01,5,,,,Letter,2026-03-02
apprenticeship-ana,wp-01,5,ri-01,,,Letter,2026-03-02
apprenticeship-ana,knitting,5,,,,Letter,2026-03-02
apprenticeship-ana,wp-02,,,,,Letter,2026-03-02
apprenticeship-ana,wp-03,9999,,,,Letter,2026-03-02
E-77,wp-01,5,,,,Letter,
n-7,,,,K9,alder,Letter,
n-7,,,,K1,alder,,
n-7,,,,K1,alder,Letter,2026-12-24
`)
	for _, want := range []string{
		"line 3: the same is on line 2 already. Add it up to one row.",
		"line 4: a row tells one thing",
		`line 5: work_process: "knitting" is not in the apprentice's standard.`,
		`line 6: work_process: "" is not a length of time.`,
		"line 7: With what is there already this makes",
		"line 8: employee_number: nobody with the number e-77 has an apprenticeship here.",
		`line 9: statements: The framework has no statement "K9".`,
		"line 10: evidence: is missing.",
		"line 11: on: 2026-12-24 is still to come.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if h.head() != before {
		t.Error("a table with mistakes changed something")
	}
	for _, by := range []domain.Actor{ana, dana, ruth, auditor} {
		if got := h.handIn(by, desk.Table{Kind: upload.Prior}, "employee_number,course,evidence\nE-1,ri-01,x\n"); got != "NOT_COORDINATOR" {
			t.Errorf("%s hands in: %s", by.Name(), got)
		}
	}
}
