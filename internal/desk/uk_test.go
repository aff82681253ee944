package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/policies"
	"github.com/guildhall-dev/guildhall/projections"
)

// technician is an occupation of knowledge, skills and behaviours, with two courses.
var technician = standard.Definition{ID: "network-technician", Header: standard.Header{Title: "Network technician", Approach: standard.CompetencyBased, TermMonths: 14, PassLevel: 2, RatingScale: []int{0, 1, 2, 3}},
	WorkProcesses: []standard.WorkProcess{{ID: "wp-01", Title: "Networks", Competencies: []standard.Competency{
		{ID: "k-1", Text: "Knows how networks fail", Core: true}, {ID: "s-1", Text: "Finds faults", Core: true}, {ID: "b-1", Text: "Stays calm with users", Core: true}}}},
	Courses: []standard.Course{{ID: "ri-01", Title: "Networks", Min: domain.Hours(120)}, {ID: "ri-02", Title: "Security", Min: domain.Hours(60)}},
}

// TestAUKApprenticeshipRunsFromRegistrationToCompletion: the rules of England are pinned when
// it is registered, and the gateway opens once they are met.
//
// The sums by hand. Ana begins on Monday 5 January 2026 and works 32 hours a week, with six
// hours of class on Friday: after 31 weeks, on 9 August, there are 992 hours on the job and 186
// in class. The standard asks for 120 and 60 hours in its two courses; the second was passed
// elsewhere, which meets the course and is no learning off the job here: that is 187 hours at
// least, so one is missing. Eight months are over on 5 September.
func TestAUKApprenticeshipRunsFromRegistrationToCompletion(t *testing.T) {
	s := openUK(t)
	ctx := t.Context()
	lenas := desk.Ask{By: lena}
	s.do(s.Draft(ctx, lenas, s.id, desk.Plan{Person: "ana", Standard: technician.ID, Profile: "uk-standards", Supervisor: "dana", Mentor: "priya", StartOn: s.Today(), Age: 19}))
	s.do(s.Sign(ctx, desk.Ask{By: ana}, s.id, apprenticeship.ByApprentice))
	s.do(s.Sign(ctx, lenas, s.id, apprenticeship.BySponsor))
	s.do(s.Register(ctx, lenas, s.id, "Apprenticeship service", "UK-1"))
	s.do(s.Begin(ctx, lenas, s.id, s.Today()))
	s.follows()
	if l := s.learner(); l.RuleSet != "uk-standards-1" || l.Status != projections.Active {
		t.Fatalf("begun under %s, it is %s", l.RuleSet, l.Status)
	}
	_, err := s.RequestCompletion(ctx, lenas, s.id)
	refused(t, err, "GATEWAY_FIRST")
	s.do(s.GrantPriorCredit(ctx, lenas, s.id, "college", desk.PriorLearning{Courses: []string{"ri-02"}}, "Certificate of the college."))

	for range 31 {
		s.classWeek(domain.Hours(8), domain.Hours(6))
	}
	for _, c := range []domain.RequirementID{"k-1", "s-1"} {
		s.do(s.Observe(ctx, desk.Ask{By: priya}, s.id, c, 2, "Seen twice."))
	}
	s.agree("TOO_SHORT")
	s.passes(domain.NewDate(2026, time.September, 4))
	s.agree("TOO_SHORT")
	s.passes(domain.NewDate(2026, time.September, 5))
	s.agree("NOT_READY", "Stays calm with users: rated 0, needs 2", "Learning off the job: 186 h of 187 h")
	s.explained("off-the-job", 186*60, 187*60, explain.TakeCourse, domain.Apprentice)
	s.explained("competency:b-1", 0, 2, explain.RateCompetency, domain.Mentor)

	s.passes(domain.NewDate(2026, time.September, 7))
	s.classWeek(0, domain.Hours(1))
	s.do(s.Observe(ctx, desk.Ask{By: priya}, s.id, "b-1", 3, "Seen twice."))
	s.explained("gateway", 0, apprenticeship.GatewayParties, explain.AgreeGateway, domain.Apprentice)
	s.agree("")
	_, err = s.AgreeGateway(ctx, lenas, s.id, apprenticeship.ByApprentice, "")
	refused(t, err, "NOT_YOURS_TO_SIGN")
	s.do(s.AgreeGateway(ctx, lenas, s.id, apprenticeship.ByProvider, "lakeshore"))
	_, err = s.RecordAssessment(ctx, lenas, s.id, "institute", true, "Merit", "")
	refused(t, err, "GATEWAY_FIRST")
	s.do(s.AgreeGateway(ctx, desk.Ask{By: ana}, s.id, apprenticeship.ByApprentice, ""))
	if l := s.learner(); l.Status != projections.Gateway || l.Gateway[len(l.Gateway)-1].Party != apprenticeship.ByApprentice {
		t.Fatalf("after three words it is %s: %v", l.Status, l.Gateway)
	}

	_, err = s.RecordAssessment(ctx, lenas, s.id, "lakeshore", true, "Merit", "")
	refused(t, err, "NOT_INDEPENDENT")
	s.do(s.RecordAssessment(ctx, lenas, s.id, "institute", false, "", "The second fault was not found."))
	s.explained("assessment", 0, 1, explain.Assess, domain.Coordinator)
	_, err = s.Certify(ctx, lenas, s.id, "Institute", "EPA-9")
	refused(t, err, "COMPLETION_NOT_REQUESTED")
	s.passes(s.Today().AddDays(28))
	s.do(s.RecordAssessment(ctx, lenas, s.id, "institute", true, "Merit", ""))
	if l := s.learner(); l.Status != projections.CompletionPending {
		t.Fatalf("passed, it is %s", l.Status)
	}
	s.do(s.Certify(ctx, lenas, s.id, "Institute for Apprenticeships", "EPA-9"))
	s.follows()

	l := s.learner()
	if l.Status != projections.Completed || l.RuleSet != "uk-standards-1" {
		t.Errorf("it is %s under %s", l.Status, l.RuleSet)
	}
	var onTheJob, class domain.Minutes
	for _, h := range must(s.Read.Hours(ctx, s.id))(t)[s.id] {
		if h.Kind == timesheet.OnTheJob {
			onTheJob += h.Approved
		} else {
			class += h.Approved
		}
	}
	if onTheJob != domain.Hours(992) || class != domain.Hours(187) {
		t.Errorf("%s on the job and %s in class, want 992 and 187 h", onTheJob, class)
	}
	filings := must(s.Read.Filings(ctx, projections.FilingQuery{Learners: []domain.ApprenticeshipID{s.id}, Open: true}))(t)
	if i := slices.IndexFunc(filings, func(f projections.Filing) bool { return f.Cause == "completed" }); i < 0 || filings[i].DueOn != s.Today().AddDays(30) {
		t.Errorf("the service is told of %+v", filings)
	}
}

func openUK(t *testing.T) *shop {
	t.Helper()
	h := open(t, time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC))
	if _, err := events.Execute(t.Context(), h.Log, standard.Stream(technician.ID), standard.Evolve, standard.Publish{Request: domain.Request{By: lena, At: h.now}, Definition: technician}); err != nil {
		t.Fatal(err)
	}
	for _, by := range []domain.Actor{ana, priya, dana, lena} {
		h.record(person.Stream(by.Person), person.Joined{Name: domain.Sealed("sealed " + by.Person), Capacity: by.Role, Site: "main"})
	}
	h.record(partner.Stream("lakeshore"), partner.Onboarded{Name: "Lakeshore"})
	h.record(partner.Stream("institute"), partner.Onboarded{Name: "Institute", Kind: partner.Assessor})
	return &shop{house: h, id: "ana", spent: map[string]domain.Minutes{},
		policies: &policies.Policies{Log: eventstest.Finite{Log: h.Log}, Read: h.Read, Now: func() time.Time { return h.now }, Dir: t.TempDir()}}
}

func (s *shop) learner() projections.Learner {
	s.t.Helper()
	return must(s.Read.Learner(s.t.Context(), s.id))(s.t)
}

// classWeek logs and signs off a week: so much on each of four days, and so much class on Friday.
func (s *shop) classWeek(job, class domain.Minutes) {
	s.t.Helper()
	monday := s.Today()
	entries := []timesheet.Entry{{Date: monday.AddDays(4), Kind: timesheet.RelatedInstruction, SpentOn: "ri-01", Minutes: class}}
	for day := range 4 {
		entries = append(entries, timesheet.Entry{Date: monday.AddDays(day), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: job})
	}
	s.passes(monday.Week().Sunday())
	if _, _, err := s.LogAndSubmit(s.t.Context(), desk.Ask{By: ana}, monday.Week(), entries); err != nil {
		s.t.Fatalf("week of %s: %v", monday, err)
	}
	s.do(s.ApproveWeek(s.t.Context(), desk.Ask{By: dana}, s.id, monday.Week()))
	s.follows()
	s.passes(monday.AddDays(7))
}

// agree has the employer hold Ana ready, or is refused with a code and words.
func (s *shop) agree(code string, words ...string) {
	s.t.Helper()
	_, err := s.AgreeGateway(s.t.Context(), desk.Ask{By: lena}, s.id, apprenticeship.ByEmployer, "")
	r := domain.AsRefusal(err)
	switch {
	case code == "" && err != nil, code != "" && (r == nil || r.Code != code):
		s.t.Fatalf("%s: the employer's word: %v, want %s", s.Today(), err, code)
	case slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(r.Error(), w) }):
		s.t.Errorf("%s: not ready because %q, want %q", s.Today(), r.Error(), words)
	}
}

// explained finds what is told of a rule: what is there, what it needs, what comes next and
// whose turn it is.
func (s *shop) explained(rule string, there, need int, next explain.Next, turn domain.Role) {
	s.t.Helper()
	told := must(s.Explain(s.t.Context(), s.learner()))(s.t)
	for _, e := range told {
		if strings.Contains(e.Rule.Source.Ref, "CFR") {
			s.t.Errorf("%s: English rules cite %s", s.Today(), e.Rule.Source.Ref)
		}
		if e.Rule.ID == rule && e.There == there && e.Needed == need && e.Next == next && e.Turn.Role == turn {
			return
		}
	}
	s.t.Errorf("%s: %s, %d of %d, %s by the %s is not among %+v", s.Today(), rule, there, need, next, turn, told)
}
