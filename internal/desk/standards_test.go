package desk_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/policies"
	"github.com/guildhall-dev/guildhall/projections"
)

// A shop is a house in which somebody learns an occupation by its registered standard, while
// the policies do what follows.
type shop struct {
	*house
	id       domain.ApprenticeshipID
	standard projections.Standard
	policies *policies.Policies
	spent    map[string]domain.Minutes // so far, by work process and course
}

// An outcome is what comes of an apprenticeship, worked out by hand from the standard.
type outcome struct {
	onTheJob, instruction domain.Minutes // that were signed off
	competencies          int            // that completion asks for
	weeks                 int            // of 40 hours, the last may be shorter
	steps                 map[int]string // wage steps, and the day each was due
}

// TestRealStandardsRunToCompletion lets apprentices work through three registered standards
// week by week, from registration to the agency's certificate.
//
// The sums are those of the standards' tables. Everybody begins on Monday 5 January 2026 and
// works 40 hours a week from then on, so that hour 1,000 n is signed off at the end of week
// 25 n, a Sunday.
func TestRealStandardsRunToCompletion(t *testing.T) {
	for id, want := range map[domain.StandardID]outcome{
		// 11 work processes; 8 steps, each after six months more and a thousand hours more. Hours
		// come first (175 days for a thousand), months later (six are 181 to 184 days): the
		// calendar decides each step.
		"rapids-0414s-r": {onTheJob: domain.Hours(8000), instruction: domain.Minutes(597*60 + 30), weeks: 200, steps: map[int]string{
			1: "2026-01-05", 2: "2026-07-05", 3: "2027-01-05", 4: "2027-07-05", 5: "2028-01-05", 6: "2028-07-05", 7: "2029-01-05", 8: "2029-07-05"}},
		// 28 work processes with 7,920 hours in all; 10 bands, of which the last two begin at
		// 8,000 and 8,500 hours. Each band is reached when its first hour is signed off.
		"rapids-0637hy": {onTheJob: domain.Hours(7920), instruction: domain.Hours(648), competencies: 40, weeks: 198, steps: map[int]string{
			1: "2026-01-05", 2: "2026-06-28", 3: "2026-12-20", 4: "2027-06-13", 5: "2027-12-05", 6: "2028-05-28", 7: "2028-11-19", 8: "2029-05-13"}},
		// 46 competencies, 45 of them core; 7 courses, three of them by vendors.
		"rapids-3048": {onTheJob: domain.Hours(400), instruction: domain.Hours(135), competencies: 45, weeks: 10},
	} {
		t.Run(string(id), func(t *testing.T) {
			t.Parallel()
			s := openShop(t, id)
			s.begin()
			s.refusedToComplete()
			for week := 0; s.work(want.onTheJob); week++ {
				if week > want.weeks {
					t.Fatalf("week %d and not done: %v", week, s.spent)
				}
			}
			s.show()
			s.complete()
			s.compare(want)
		})
	}
}

func openShop(t *testing.T, id domain.StandardID) *shop {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "standards", "standards.json"))
	if os.IsNotExist(err) {
		t.Skip("the standards are not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found, err := standard.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC))
	s := &shop{house: h, id: "ana", spent: map[string]domain.Minutes{}}
	for _, one := range found.Standards {
		if one.Definition.ID == id {
			s.standard = projections.Standard{Definition: one.Definition, Version: 1}
			if _, err := events.Execute(t.Context(), h.Log, standard.Stream(id), standard.Evolve, standard.Publish{Request: domain.Request{By: lena, At: h.now}, Definition: one.Definition}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, by := range []domain.Actor{ana, priya, dana, lena, ruth} {
		h.record(person.Stream(by.Person), person.Joined{Name: domain.Sealed("sealed " + by.Person), Capacity: by.Role, Site: "main"})
	}
	s.policies = &policies.Policies{Log: eventstest.Finite{Log: h.Log}, Read: h.Read, Now: func() time.Time { return h.now }, Dir: t.TempDir()}
	return s
}

// follows lets what follows from everything so far be done.
func (s *shop) follows() {
	s.t.Helper()
	if err := s.policies.Follow(s.t.Context()); !errors.Is(err, eventstest.ErrEnd) {
		s.t.Fatal(err)
	}
	if err := s.Read.Wait(s.t.Context(), must(s.Log.Head(s.t.Context()))(s.t)); err != nil {
		s.t.Fatal(err)
	}
}

// passes lets the days go by until one.
func (s *shop) passes(until domain.Date) {
	s.t.Helper()
	for s.Today().Before(until) {
		s.now = s.now.AddDate(0, 0, 1)
		if err := s.policies.Tick(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *shop) do(_ events.Position, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v", s.Today(), err)
	}
}

func (s *shop) begin() {
	s.t.Helper()
	ctx := s.t.Context()
	s.do(s.Draft(ctx, desk.Ask{By: lena}, s.id, desk.Plan{Person: "ana", Standard: s.standard.ID, Supervisor: "dana", Mentor: "priya", StartOn: s.Today(), Age: 24, JourneyWage: 2800}))
	s.do(s.Sign(ctx, desk.Ask{By: ana}, s.id, apprenticeship.ByApprentice))
	s.do(s.Sign(ctx, desk.Ask{By: lena}, s.id, apprenticeship.BySponsor))
	s.do(s.Register(ctx, desk.Ask{By: lena}, s.id, "Ohio SAA", "A-1"))
	s.do(s.Begin(ctx, desk.Ask{By: lena}, s.id, s.Today()))
	s.do(s.CompleteProbation(ctx, desk.Ask{By: lena}, s.id))
	s.follows()
}

func (s *shop) refusedToComplete() {
	s.t.Helper()
	_, err := s.RequestCompletion(s.t.Context(), desk.Ask{By: lena}, s.id)
	if r := domain.AsRefusal(err); r == nil || r.Code != "NOT_READY" {
		s.t.Fatalf("completion on the first day: %v", err)
	}
}

// work logs and signs off a week of what the standard still asks for: up to 40 hours on the
// job, and four of class on Saturday. It reports whether there was something to do.
func (s *shop) work(onTheJob domain.Minutes) bool {
	s.t.Helper()
	ctx, monday := s.t.Context(), s.Today()
	var entries []timesheet.Entry
	day, left := 0, domain.Hours(8)
	log := func(kind timesheet.Kind, on string, need domain.Minutes) {
		for need > s.spent[on] && left > 0 {
			m := min(need-s.spent[on], left)
			entries = append(entries, timesheet.Entry{Date: monday.AddDays(day), Kind: kind, SpentOn: on, Minutes: m})
			s.spent[on] += m
			if left -= m; left == 0 && day < 4 {
				day, left = day+1, domain.Hours(8)
			}
		}
	}
	for _, wp := range s.standard.WorkProcesses {
		need := wp.Min
		if s.standard.Approach == standard.CompetencyBased {
			need = onTheJob / domain.Minutes(len(s.standard.WorkProcesses))
		}
		log(timesheet.OnTheJob, string(wp.ID), need)
	}
	day, left = 5, domain.Hours(14)
	if s.standard.Approach != standard.CompetencyBased {
		left = domain.Hours(4)
	}
	for _, c := range s.standard.Courses {
		log(timesheet.RelatedInstruction, string(c.ID), c.Min)
	}
	if len(s.standard.Courses) == 0 {
		log(timesheet.RelatedInstruction, "related-instruction", s.standard.RTIMin)
	}
	if len(entries) == 0 {
		return false
	}
	week := monday.Week()
	s.passes(week.Sunday())
	if _, _, err := s.LogAndSubmit(ctx, desk.Ask{By: ana}, week, entries); err != nil {
		s.t.Fatalf("week %s: %v", week, err)
	}
	s.do(s.ApproveWeek(ctx, desk.Ask{By: dana}, s.id, week))
	s.follows()
	s.passes(monday.AddDays(7))
	return true
}

// show has the mentor rate every core competency; before each of them completion is refused.
func (s *shop) show() {
	s.t.Helper()
	ctx := s.t.Context()
	if s.standard.Approach == standard.TimeBased {
		return
	}
	for _, wp := range s.standard.WorkProcesses {
		for _, c := range wp.Competencies {
			if c.Core {
				s.refusedToComplete()
				s.do(s.Observe(ctx, desk.Ask{By: priya}, s.id, domain.RequirementID(c.ID), 3, "Seen twice."))
			}
		}
	}
}

func (s *shop) complete() {
	s.t.Helper()
	s.do(s.RequestCompletion(s.t.Context(), desk.Ask{By: lena}, s.id))
	s.do(s.Certify(s.t.Context(), desk.Ask{By: lena}, s.id, "Ohio SAA", "C-9"))
}

func (s *shop) compare(want outcome) {
	s.t.Helper()
	ctx := s.t.Context()
	l := must(s.Read.Learner(ctx, s.id))(s.t)
	if l.Status != projections.Completed {
		s.t.Errorf("it is %s", l.Status)
	}
	var got outcome
	for _, h := range must(s.Read.Hours(ctx, s.id))(s.t)[s.id] {
		if h.Kind == timesheet.OnTheJob {
			got.onTheJob += h.Approved
		} else {
			got.instruction += h.Approved
		}
		if h.Pending != 0 {
			s.t.Errorf("%s of %s are pending", h.Pending, h.SpentOn)
		}
	}
	for _, f := range must(s.Completion(ctx, l))(s.t) {
		if f.Rule == standard.CompetencyRated && f.Met {
			got.competencies++
		}
	}
	if got.onTheJob != want.onTheJob || got.instruction != want.instruction || got.competencies != want.competencies {
		s.t.Errorf("%s on the job, %s in class, %d competencies; want %s, %s, %d",
			got.onTheJob, got.instruction, got.competencies, want.onTheJob, want.instruction, want.competencies)
	}
	weeks := must(s.Read.Weeks(ctx, s.id, domain.Week{}, 1000))(s.t)
	if len(weeks) != want.weeks {
		s.t.Errorf("%d weeks, want %d", len(weeks), want.weeks)
	}
	all, err := s.Read.Pay(ctx, s.id)
	if err != nil {
		s.t.Fatal(err)
	}
	steps := map[int]string{}
	for _, step := range all[s.id].Steps {
		steps[step.Step] = step.DueOn.String()
	}
	if fmt.Sprint(steps) != fmt.Sprint(want.steps) && len(steps)+len(want.steps) > 0 {
		s.t.Errorf("wage steps %v\nwant       %v", steps, want.steps)
	}
}
