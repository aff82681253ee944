package explain_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/internal/spec"
	"github.com/guildhall-dev/guildhall/projections"
)

// done is a learner at the goal of the pathway who has met all that it requires.
func done() explain.Case {
	return explain.Case{
		Today: today, Entered: today.AddDays(-400), Path: pathway.Pathway{ID: "way", Version: 1, Stages: []pathway.Stage{{Role: pathway.Role{ID: "goal", Title: "Goal"}}}},
		Rules: rules.Set{Route: rules.AgencyCertificate, RatioPerSite: true},
		Learner: projections.Learner{ID: "ana", Person: "ana", Mentor: "priya", Supervisor: "dana", Role: "goal", Status: projections.Active,
			BeganOn: today.AddDays(-400), Standard: "it", StandardVersion: 1, RuleSet: "us-registered-1"},
		Weeks: []projections.Week{{Week: today.Week().Add(-1), State: projections.WeekApproved}},
	}
}

// TestEveryUnmetRuleOfTheStandardIsExplainedOnce: with its numbers, and for the competency
// approach, the time approach and both.
func TestEveryUnmetRuleOfTheStandardIsExplainedOnce(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		d := standard.Definition{Header: standard.Header{Approach: rapid.SampledFrom([]standard.Approach{standard.TimeBased, standard.CompetencyBased, standard.Hybrid}).Draw(t, "approach"),
			OJLMin: domain.Minutes(rapid.IntRange(0, 300).Draw(t, "term")), PassLevel: 3}}
		s := standard.Showing{Earned: map[domain.WorkProcessID]domain.Minutes{}, Ratings: map[standard.CompetencyID]int{}, Instruction: map[standard.CourseID]domain.Minutes{}, Passed: map[standard.CourseID]bool{}}
		for i := range rapid.IntRange(1, 4).Draw(t, "processes") {
			id := domain.WorkProcessID([]string{"wp-1", "wp-2", "wp-3", "wp-4"}[i])
			c := standard.CompetencyID(id + "-c")
			d.WorkProcesses = append(d.WorkProcesses, standard.WorkProcess{ID: id, Title: string(id), Min: domain.Minutes(rapid.IntRange(0, 100).Draw(t, "least")),
				Competencies: []standard.Competency{{ID: c, Text: string(c), Core: rapid.Bool().Draw(t, "core")}}})
			s.Earned[id] = domain.Minutes(rapid.IntRange(0, 120).Draw(t, "earned"))
			s.Ratings[c] = rapid.IntRange(0, 4).Draw(t, "rating")
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "courses") {
			id := standard.CourseID([]string{"ri-1", "ri-2", "ri-3"}[i])
			d.Courses = append(d.Courses, standard.Course{ID: id, Title: string(id), Min: domain.Minutes(rapid.IntRange(0, 60).Draw(t, "length")), ChooseGroup: rapid.SampledFrom([]string{"", "", "g"}).Draw(t, "group")})
			s.Instruction[id], s.Passed[id] = domain.Minutes(rapid.IntRange(0, 60).Draw(t, "taken")), rapid.IntRange(0, 3).Draw(t, "passed") == 0
		}
		c := done()
		c.Completion = d.Completion(s, domain.Minutes(rapid.IntRange(0, 50).Draw(t, "off the job")))
		unmet, told := 0, map[string]explain.Explanation{}
		for _, e := range c.Explain() {
			if e.About == explain.Completion && e.Rule.Source.Kind == explain.ByStandard {
				if _, twice := told[e.Rule.ID]; twice {
					t.Fatalf("%s is explained twice", e.Rule.ID)
				}
				told[e.Rule.ID] = e
			}
		}
		for _, f := range c.Completion {
			id := string(f.Rule)
			if f.Subject != "" {
				id += ":" + f.Subject
			}
			e, ok := told[id]
			if ok == f.Met {
				t.Fatalf("%+v is met: %v, and explained: %v", f, f.Met, ok)
			}
			if f.Met {
				continue
			}
			unmet++
			if e.There != f.There || e.There+e.Missing != e.Needed || e.Missing <= 0 || f.Need > f.There && e.Needed != f.Need || e.Turn.Role == "" || e.Since.IsZero() || e.Why().English == "" || e.Do() == "" {
				t.Fatalf("%+v is explained by %+v", f, e)
			}
		}
		if len(told) != unmet {
			t.Fatalf("%d rules are unmet and %d explained", unmet, len(told))
		}
	})
}

// TestHoursOfAProcessAreToldOnce: a learner on a standard alone owes them to the pathway that it
// gives and to completion, and is told of them among the requirements.
func TestHoursOfAProcessAreToldOnce(t *testing.T) {
	d := standard.Definition{ID: "it", Header: standard.Header{Title: "IT", Approach: standard.TimeBased}, WorkProcesses: []standard.WorkProcess{{ID: "wp-1", Title: "Networks", Min: 600}}}
	c := done()
	c.Path = d.Pathway(1)
	c.Stage, c.Learner.Role = c.Path.Stages[0], c.Path.Stages[0].Role.ID
	c.Findings = c.Stage.Readiness(pathway.Record{})
	c.Completion = d.Completion(standard.Showing{}, 0)
	var got []string
	for _, e := range c.Explain() {
		if e.About == explain.Requirement || e.About == explain.Completion {
			got = append(got, fmt.Sprint(e.Rule.ID, " ", e.There, " of ", e.Needed))
		}
	}
	if want := []string{"wp-1 0 of 600", "term-hours 0 of 600", "completion 0 of 2"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestWhatElseIsNotYet(t *testing.T) {
	soon := today.AddDays(10)
	for name, c := range map[string]struct {
		change func(*explain.Case)
		about  explain.About
		want   explain.Explanation // Next, Turn, There, Missing, Unit, Due; the zero value: nothing
	}{
		"completion can be asked for": {func(c *explain.Case) {}, explain.Completion, explain.Explanation{Next: explain.AskCompletion, Turn: explain.Turn{Role: domain.Mentor, Person: "priya"}, Missing: 1, Unit: explain.Count}},
		"completion waits for the agency": {func(c *explain.Case) { c.Learner.Status = projections.CompletionPending }, explain.Completion,
			explain.Explanation{Next: explain.Certify, Turn: explain.Turn{Role: domain.Coordinator}, Missing: 1, Unit: explain.Count}},
		"the gateway waits for the apprentice": {func(c *explain.Case) {
			c.Rules.Route, c.Learner.Gateway = rules.GatewayAndAssessment, []apprenticeship.GatewayAgreed{{Party: apprenticeship.ByEmployer}}
		}, explain.Completion, explain.Explanation{Next: explain.AgreeGateway, Turn: explain.Turn{Role: domain.Apprentice, Person: "ana"}, There: 1, Missing: 2, Unit: explain.Count}},
		"the gateway waits for the manager": {func(c *explain.Case) {
			c.Rules.Route, c.Learner.Gateway = rules.GatewayAndAssessment, []apprenticeship.GatewayAgreed{{Party: apprenticeship.ByApprentice}}
		}, explain.Completion, explain.Explanation{Next: explain.AgreeGateway, Turn: explain.Turn{Role: domain.Manager, Person: "dana"}, There: 1, Missing: 2, Unit: explain.Count}},
		"the gateway waits for a coordinator": {func(c *explain.Case) {
			c.Rules.Route, c.Learner.Gateway = rules.GatewayAndAssessment, []apprenticeship.GatewayAgreed{{Party: apprenticeship.ByApprentice}, {Party: apprenticeship.ByEmployer}}
		}, explain.Completion, explain.Explanation{Next: explain.AgreeGateway, Turn: explain.Turn{Role: domain.Coordinator}, There: 2, Missing: 1, Unit: explain.Count}},
		"a break": {func(c *explain.Case) {
			c.Learner.Status, c.Learner.ExpectedReturn = projections.Suspended, soon
		}, explain.Apprenticeship,
			explain.Explanation{Next: explain.Reinstate, Turn: explain.Turn{Role: domain.Coordinator}, Missing: 1, Unit: explain.Count, Due: soon}},
		"later versions that were offered": {func(c *explain.Case) { c.Learner.Offer.StandardVersion = 2 }, explain.Apprenticeship,
			explain.Explanation{Next: explain.AcceptChange, Turn: explain.Turn{Role: domain.Apprentice, Person: "ana"}, Missing: 1, Unit: explain.Count}},
		"an evaluation that is due": {func(c *explain.Case) { c.Rules.ReviewWeeks, c.Learner.LastEvaluation = 26, today.AddDays(10-182) }, explain.Apprenticeship,
			explain.Explanation{Next: explain.Evaluate, Turn: explain.Turn{Role: domain.Mentor, Person: "priya"}, Missing: 1, Unit: explain.Count, Due: soon}},
		"an evaluation that is not due": {func(c *explain.Case) { c.Rules.ReviewWeeks, c.Learner.LastEvaluation = 26, today.AddDays(-20) }, explain.Apprenticeship, explain.Explanation{}},
		"a wage step that is due": {func(c *explain.Case) {
			c.Pay.Steps = []projections.WageStep{{Step: 1, State: projections.WageDue, DueOn: today}}
		}, explain.Wages, explain.Explanation{Next: explain.ApproveWage, Turn: explain.Turn{Role: domain.HR}, Missing: 1, Unit: explain.Count}},
		"a wage step that takes hours": {func(c *explain.Case) {
			c.Standard.WageSteps, c.OnTheJob = []standard.WageStep{{Step: 1, Trigger: standard.ByOJL, From: 600}, {Step: 2, Trigger: standard.ByOJL, From: 900}}, 400
		}, explain.Wages, explain.Explanation{Next: explain.WorkHours, Turn: explain.Turn{Role: domain.Apprentice, Person: "ana"}, There: 400, Missing: 200, Unit: explain.Minutes}},
		"a wage step that takes months": {func(c *explain.Case) {
			c.Standard.WageSteps, c.OnTheJob = []standard.WageStep{{Step: 1, Trigger: standard.ByBoth, From: 600, Months: 18}}, 700
		}, explain.Wages, explain.Explanation{Next: explain.AwaitWage, There: 13, Missing: 5, Unit: explain.Months, Due: today.AddDays(-400).AddMonths(18)}},
		"a report that is due": {func(c *explain.Case) {
			c.Learner.Status = projections.Completed
			c.Filings = []projections.Filing{{Learner: "ana", Revision: 7, State: projections.FilingDue, Due: filing.Due{Agency: "OA", Cause: "completion", OccurredOn: today, DueOn: soon}}}
		}, explain.Filing, explain.Explanation{Next: explain.PrepareFiling, Turn: explain.Turn{Role: domain.Coordinator}, Missing: 1, Unit: explain.Count, Due: soon}},
		"a seat that is waited for": {func(c *explain.Case) {
			c.Places = []explain.Place{{Seat: projections.Seat{Cohort: "data", Person: "ana", Standing: projections.SeatWaiting, Since: today}, Title: "Data academy", Before: 2}}
		}, explain.Seat, explain.Explanation{Next: explain.AwaitSeat, Missing: 3, Unit: explain.Count}},
		"a seat that is held": {func(c *explain.Case) {
			c.Places = []explain.Place{{Seat: projections.Seat{Cohort: "data", Person: "ana", Standing: projections.SeatOffered, Since: today, Until: soon}, Title: "Data academy"}}
		}, explain.Seat, explain.Explanation{Next: explain.AcceptSeat, Turn: explain.Turn{Role: domain.Apprentice, Person: "ana"}, Missing: 1, Unit: explain.Count, Due: soon}},
		"a certificate that ends soon": {func(c *explain.Case) {
			c.Certificates = []projections.Credential{{ID: "c", Title: "Security+", State: projections.CredentialVerified, ValidTo: soon}}
		}, explain.Certificate, explain.Explanation{Next: explain.RenewIt, Turn: explain.Turn{Role: domain.Apprentice, Person: "ana"}, There: 10, Missing: 50, Unit: explain.Days, Due: soon}},
		"a certificate that is good for long": {func(c *explain.Case) {
			c.Certificates = []projections.Credential{{ID: "c", Title: "Security+", State: projections.CredentialVerified, ValidTo: today.AddDays(200)}}
		}, explain.Certificate, explain.Explanation{}},
		"more apprentices than the ratio allows": {func(c *explain.Case) {
			c.Standard.Ratio = "1:1"
			c.Site = placement.Site{Spells: []placement.Spell{{Apprenticeship: "ana", Under: "priya", From: today}, {Apprenticeship: "ben", Under: "priya", From: today}}, Teaching: []placement.Teacher{{Person: "priya", From: today}}}
		}, explain.Apprenticeship, explain.Explanation{Next: explain.AddMentor, Turn: explain.Turn{Role: domain.Coordinator}, There: 1, Missing: 1, Unit: explain.Count}},
	} {
		t.Run(name, func(t *testing.T) {
			k := done()
			c.change(&k)
			var got explain.Explanation
			for _, e := range k.Explain() {
				if e.About == c.about {
					got = e
					break
				}
			}
			if got.There+got.Missing != got.Needed || got.Next != "" && (got.Why().English == "" || got.Do() == "" || got.Subject == "" || got.Rule.Source.Ref == "") {
				t.Errorf("%+v says too little or does not add up", got)
			}
			short := explain.Explanation{Next: got.Next, Turn: got.Turn, There: got.There, Missing: got.Missing, Unit: got.Unit, Due: got.Due}
			if !equal(short, c.want) {
				t.Errorf("got  %+v\nwant %+v", short, c.want)
			}
		})
	}
}

func equal(a, b explain.Explanation) bool {
	return a.Next == b.Next && a.Turn == b.Turn && a.There == b.There && a.Missing == b.Missing && a.Unit == b.Unit && a.Due == b.Due
}
