package activity

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)
	next  = today.AddDays(1)

	ana   = as("ana", domain.Apprentice)
	ben   = as("ben", domain.Apprentice)
	tom   = as("tom", domain.Mentor)
	grace = as("grace", domain.Manager)
	kim   = as("kim", domain.Coordinator)
	kims  = as("ana", domain.Coordinator) // a coordinator who takes part
	audit = as("samuel", domain.Auditor)

	module  = Subject{Title: "Zero trust", Format: "online-module", Topic: "cybersecurity", Delivery: LowBandwidth, TimeBasis: Evenings}
	lab     = Subject{Title: "Range day", Format: "cyber-range", Topic: "cybersecurity", Delivery: OnSite}
	drill   = Subject{Title: "Downtime drill", Format: "simulation", Delivery: OnSite, Site: "riverside"}
	project = Subject{Title: "Sepsis dashboard", Format: "team-project", Topic: "informatics-analytics", Delivery: OnSite}

	inModule = []Event{Enrolled{"ana", today, module}}
	begun    = after(inModule, Started{today})
	inLab    = []Event{Enrolled{"ana", today, lab}, Started{today}}
	scored   = after(inLab, Attempted{today, 1, 60, 100, "tom"})
	passed   = after(scored, Completed{today, Result{120, 85, 100}})
	gone     = after(begun, Abandoned{On: today})
	team     = []Event{Recorded{[]domain.PersonID{"ana", "ben"}, today, project, Result{Minutes: 480}}}
	never    = Cancelled{"kim", today, "sealed why"}
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, At: today.Midnight().Add(12 * time.Hour), On: today}
}

func on(r domain.Request, d domain.Date) domain.Request { r.On = d; return r }

func after(es []Event, more ...Event) []Event { return append(slices.Clip(es), more...) }

func with(s Subject, change func(*Subject)) Subject { change(&s); return s }

func TestEnrolling(t *testing.T) {
	paid := with(module, func(s *Subject) { s.Funding, s.Cost = "grant", 25_000 })
	enrol := func(r domain.Request, s Subject) Enrol { return Enrol{Request: r, Person: "ana", Subject: s} }
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "people enrol themselves", When: enrol(ana, module), Then: inModule},
		{Name: "enrolling again changes nothing", Given: inModule, When: enrol(kim, module)},
		{Name: "another activity has an id of its own", Given: inModule, When: enrol(ana, lab), Refused: "ALREADY_ENROLLED"},
		{Name: "nobody enrols a colleague", When: enrol(ben, module), Refused: "NOT_YOURS_TO_ENROL"},
		{Name: "a manager enrols the team", When: Enrol{Request: grace, Person: "ana", Subject: module, Team: true}, Then: inModule},
		{Name: "a manager does not enrol other teams", When: enrol(grace, module), Refused: "NOT_YOURS_TO_ENROL"},
		{Name: "a coordinator has it paid for", When: enrol(kim, paid), Then: []Event{Enrolled{"ana", today, paid}}},
		{Name: "nobody has their own paid for", When: enrol(kims, paid), Refused: "OWN_FUNDING"},
		{Name: "participants do not spend money", When: enrol(ana, paid), Refused: "NOT_YOURS_TO_FUND"},
		{Name: "what costs something has a source", When: enrol(kim, with(module, func(s *Subject) { s.Cost = 1 })), Refused: "FUNDING_MISSING"},
		{Name: "cost has a limit", When: enrol(kim, with(paid, func(s *Subject) { s.Cost = MaxCost + 1 })), Refused: "BAD_COST"},
		{Name: "a format is one of the list", When: enrol(ana, with(module, func(s *Subject) { s.Format = "seance" })), Refused: "BAD_FORMAT"},
		{Name: "a topic is one of the list", When: enrol(ana, with(module, func(s *Subject) { s.Topic = "alchemy" })), Refused: "BAD_TOPIC"},
		{Name: "it is delivered in a way there is", When: enrol(ana, with(module, func(s *Subject) { s.Delivery = "by-owl" })), Refused: "BAD_DELIVERY"},
		{Name: "time is of a kind there is", When: enrol(ana, with(module, func(s *Subject) { s.TimeBasis = "nights" })), Refused: "BAD_TIME_BASIS"},
		{Name: "an online module says in whose time", When: enrol(ana, with(module, func(s *Subject) { s.TimeBasis = "" })), Refused: "TIME_BASIS_MISSING"},
		{Name: "a compliance module says what about", When: enrol(ana, with(drill, func(s *Subject) { s.Format = "compliance-module" })), Refused: "TOPIC_MISSING"},
		{Name: "a college course says which college", When: enrol(ana, with(drill, func(s *Subject) { s.Format = "college-course" })), Refused: "PARTNER_MISSING"},
		{Name: "a rotation says where to", When: enrol(ana, with(drill, func(s *Subject) { s.Format = "rotation" })), Refused: "DEPARTMENT_MISSING"},
		{Name: "it has a title", When: enrol(ana, with(module, func(s *Subject) { s.Title = " " })), Refused: "TITLE_MISSING"},
		{Name: "nothing is recorded before it happens", When: enrol(on(ana, next), module), Refused: "IN_THE_FUTURE"},
	})
}

func TestTakingPart(t *testing.T) {
	done := Result{Minutes: 90}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "whoever takes part starts", Given: inModule, When: Start{ana}, Then: []Event{Started{today}}},
		{Name: "a mentor notes the start", Given: inModule, When: Start{tom}, Then: []Event{Started{today}}},
		{Name: "others do not", Given: inModule, When: Start{ben}, Refused: "NOT_YOUR_ACTIVITY"},
		{Name: "it starts on a day after enrolling", Given: inModule, When: Start{on(ana, today.AddDays(-1))}, Refused: "BEFORE_IT_BEGAN"},
		{Name: "it starts once", Given: gone, When: Start{ana}, Refused: "STARTED_ALREADY"},
		{Name: "there has to be one", When: Start{ana}, Refused: "NO_SUCH_ACTIVITY"},

		{Name: "what is not scored is completed by oneself", Given: begun, When: Complete{ana, done}, Then: []Event{Completed{today, done}}},
		{Name: "nobody scores themselves", Given: begun, When: Complete{ana, Result{90, 9, 10}}, Refused: "OWN_ACTIVITY"},
		{Name: "a lab is completed by somebody else", Given: inLab, When: Complete{ana, Result{}}, Refused: "OWN_ACTIVITY"},
		{Name: "a lab ends with a score", Given: inLab, When: Complete{tom, Result{Minutes: 5}}, Refused: "SCORE_MISSING"},
		{Name: "a score is within what there is", Given: inLab, When: Complete{tom, Result{5, 11, 10}}, Refused: "BAD_SCORE"},
		{Name: "it takes no more than a year", Given: begun, When: Complete{ana, Result{Minutes: maxMinutes + 1}}, Refused: "BAD_MINUTES"},
		{Name: "a mentor completes a lab", Given: scored, When: Complete{tom, Result{120, 85, 100}}, Then: []Event{Completed{today, Result{120, 85, 100}}}},
		{Name: "what was not started is not completed", Given: inModule, When: Complete{ana, done}, Refused: "NOT_UNDER_WAY"},
		{Name: "it is completed once", Given: passed, When: Complete{tom, Result{1, 1, 1}}, Refused: "OVER_ALREADY"},

		{Name: "an attempt is scored", Given: inLab, When: Score{tom, 1, 60, 100}, Then: []Event{Attempted{today, 1, 60, 100, "tom"}}},
		{Name: "the next attempt is the second", Given: scored, When: Score{tom, 3, 60, 100}, Refused: "WRONG_ATTEMPT"},
		{Name: "nobody scores their own attempt", Given: inLab, When: Score{kims, 1, 100, 100}, Refused: "OWN_ACTIVITY"},
		{Name: "an apprentice scores nobody", Given: inLab, When: Score{ben, 1, 100, 100}, Refused: "NOT_YOUR_ACTIVITY"},
		{Name: "attempts end with the activity", Given: passed, When: Score{tom, 2, 1, 2}, Refused: "NOT_UNDER_WAY"},
		{Name: "a score is of something", Given: inLab, When: Score{tom, 1, 0, 0}, Refused: "SCORE_MISSING"},

		{Name: "somebody gives up", Given: begun, When: Abandon{ana, "sealed why"}, Then: []Event{Abandoned{today, "sealed why"}}},
		{Name: "giving up twice is once", Given: gone, When: Abandon{ana, "sealed again"}},
		{Name: "what is completed is not given up", Given: passed, When: Abandon{ana, ""}, Refused: "OVER_ALREADY"},

		{Name: "a group that did nothing is taken back", Given: team, When: Cancel{kim, "sealed why"}, Then: []Event{never}},
		{Name: "once", Given: after(team, never), When: Cancel{kim, "sealed again"}},
		{Name: "nobody takes back what they did", Given: team, When: Cancel{kims, "sealed"}, Refused: "OWN_ACTIVITY"},
		{Name: "a mentor takes nothing back", Given: team, When: Cancel{tom, "sealed"}, Refused: "NOT_COORDINATOR"},
		{Name: "what one person did is corrected instead", Given: passed, When: Cancel{kim, "sealed"}, Refused: "NOT_A_GROUP"},
		{Name: "there has to be something", When: Cancel{kim, "sealed"}, Refused: "NO_SUCH_ACTIVITY"},
		{Name: "it is said why", Given: team, When: Cancel{kim, ""}, Refused: "REASON_MISSING"},
		{Name: "not before it was", Given: team, When: Cancel{on(kim, today.AddDays(-1)), "sealed"}, Refused: "BEFORE_IT_BEGAN"},
		{Name: "then it counts for nothing", Given: after(team, never), When: Recognise{tom, "ana", "ana-1", "hd-project"}, Refused: "NOT_COMPLETED"},
		{Name: "nothing is rated of it", Given: after(team, never), When: Rate{tom, "ana", "teamwork", 4}, Refused: "NOT_UNDER_WAY"},
		{Name: "and it is not given up", Given: after(team, never), When: Abandon{ana, ""}, Refused: "OVER_ALREADY"},

		{Name: "a result is put right", Given: passed, When: Correct{kim, Result{120, 58, 100}, "sealed typo"}, Then: []Event{ResultCorrected{Result{120, 85, 100}, Result{120, 58, 100}, "sealed typo"}}},
		{Name: "a mentor does not change results", Given: passed, When: Correct{tom, Result{120, 58, 100}, "sealed"}, Refused: "NOT_COORDINATOR"},
		{Name: "nobody corrects their own", Given: passed, When: Correct{kims, Result{120, 99, 100}, "sealed"}, Refused: "OWN_ACTIVITY"},
		{Name: "a correction says why", Given: passed, When: Correct{kim, Result{120, 58, 100}, ""}, Refused: "REASON_MISSING"},
		{Name: "there is something to correct", Given: begun, When: Correct{kim, done, "sealed"}, Refused: "NO_RESULT"},
	})
}

func TestGroups(t *testing.T) {
	both := []domain.PersonID{"ana", "ben"}
	worked := Result{Minutes: 480}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a mentor records a team project", When: Record{tom, both, project, worked}, Then: team},
		{Name: "it is recorded once", Given: team, When: Record{kim, both, project, worked}},
		{Name: "with other details it is another", Given: team, When: Record{tom, both, drill, worked}, Refused: "ALREADY_RECORDED"},
		{Name: "members do not record their group", When: Record{as("ben", domain.Mentor), both, project, worked}, Refused: "OWN_ACTIVITY"},
		{Name: "apprentices do not record groups", When: Record{as("cleo", domain.Apprentice), both, project, worked}, Refused: "NOT_YOURS_TO_RECORD"},
		{Name: "auditors change nothing", When: Record{audit, both, project, worked}, Refused: "NOT_YOURS_TO_RECORD"},
		{Name: "a group has members", When: Record{tom, nil, project, worked}, Refused: "BAD_GROUP"},
		{Name: "nobody is twice in it", When: Record{tom, []domain.PersonID{"ana", "ana"}, project, worked}, Refused: "MEMBER_TWICE"},
		{Name: "a stretch assignment is one person's", When: Record{tom, both, with(project, func(s *Subject) { s.Format = "stretch-assignment" }), worked}, Refused: "NOT_FOR_GROUPS"},

		{Name: "what was learned is applied", Given: team, When: Apply{ben, "sealed dashboard", "sealed link"}, Then: []Event{Applied{"ben", today, "sealed dashboard", "sealed link"}}},
		{Name: "others have nothing to apply", Given: team, When: Apply{tom, "sealed", ""}, Refused: "NOT_YOUR_ACTIVITY"},
		{Name: "a product is described", Given: team, When: Apply{ben, "", "sealed link"}, Refused: "PRODUCT_MISSING"},
		{Name: "first it is under way", Given: inModule, When: Apply{ana, "sealed", ""}, Refused: "NOT_UNDER_WAY"},

		{Name: "teamwork is rated beside the rest", Given: team, When: Rate{tom, "ana", "teamwork", 4}, Then: []Event{Rated{"ana", "teamwork", 4, "tom", today}}},
		{Name: "a rating is replaced", Given: after(team, Rated{"ana", "teamwork", 4, "tom", today}), When: Rate{tom, "ana", "teamwork", 3}, Then: []Event{Rated{"ana", "teamwork", 3, "tom", today}}},
		{Name: "nobody rates themselves", Given: team, When: Rate{kims, "ana", "teamwork", 4}, Refused: "OWN_ACTIVITY"},
		{Name: "only members are rated", Given: team, When: Rate{tom, "cleo", "teamwork", 4}, Refused: "NOT_A_MEMBER"},
		{Name: "a rating is from 0 to 4", Given: team, When: Rate{tom, "ana", "teamwork", 5}, Refused: "BAD_RATING"},
		{Name: "skills are of the list", Given: team, When: Rate{tom, "ana", "charm", 3}, Refused: "BAD_TOPIC"},

		{Name: "it counts for a requirement", Given: team, When: Recognise{tom, "ana", "ana-1", "hd-project"}, Then: []Event{Recognised{"ana", "ana-1", "hd-project", "tom", today}}},
		{Name: "nothing is recognised for oneself", Given: team, When: Recognise{kims, "ana", "ana-1", "hd-project"}, Refused: "OWN_ACTIVITY"},
		{Name: "what is not completed counts for nothing", Given: begun, When: Recognise{tom, "ana", "ana-1", "hd-project"}, Refused: "NOT_COMPLETED"},
		{Name: "an apprentice recognises nothing", Given: team, When: Recognise{ben, "ana", "ana-1", "hd-project"}, Refused: "NOT_YOUR_ACTIVITY"},
	})
}

// TestInvariant16WhatWasDoneCountsOnceForARequirement lets anybody do anything with an activity.
// However it goes, it counts at most once for a requirement, nobody scores, rates or
// recognises themselves, and days never run backwards.
func TestInvariant16WhatWasDoneCountsOnceForARequirement(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 20).Draw(t, "requests") {
			who := rapid.SampledFrom([]domain.Request{ana, ben, tom, grace, kim, kims, audit}).Draw(t, "by")
			req := on(who, today.AddDays(-rapid.IntRange(-1, 3).Draw(t, "days ago")))
			whom := rapid.SampledFrom([]domain.PersonID{"ana", "ben"}).Draw(t, "whom")
			about := rapid.SampledFrom([]Subject{module, lab, project}).Draw(t, "subject")
			n := rapid.IntRange(0, 3).Draw(t, "n")
			var facts []Event
			switch rapid.IntRange(0, 10).Draw(t, "command") {
			case 0:
				facts, _ = h.Try(t, Enrol{req, whom, about, n == 0})
			case 1:
				facts, _ = h.Try(t, Record{req, []domain.PersonID{whom, "cleo"}, about, Result{Minutes: 60}})
			case 2:
				facts, _ = h.Try(t, Start{req})
			case 3:
				facts, _ = h.Try(t, Score{req, n, n, 3})
			case 4:
				facts, _ = h.Try(t, Complete{req, Result{60, n, 3 * min(n, 1)}})
			case 5:
				facts, _ = h.Try(t, Abandon{req, ""})
			case 10:
				facts, _ = h.Try(t, Cancel{req, "sealed"})
			case 6:
				facts, _ = h.Try(t, Correct{req, Result{60, n, 3}, "sealed"})
			case 7:
				facts, _ = h.Try(t, Apply{req, "sealed", ""})
			case 8:
				facts, _ = h.Try(t, Rate{req, whom, "empathy", n})
			case 9:
				facts, _ = h.Try(t, Recognise{req, whom, "a-1", domain.RequirementID([]string{"r", "s"}[n%2])})
			}
			for _, e := range facts {
				own := false
				switch e := e.(type) {
				case Attempted:
					own = slices.Contains(h.State.members, req.By.Person)
				case Cancelled:
					own = slices.Contains(h.State.members, req.By.Person)
				case Rated:
					own = e.Person == req.By.Person
				case Recognised:
					own = e.Person == req.By.Person
				case Completed:
					own = e.Of > 0 && slices.Contains(h.State.members, req.By.Person)
				}
				if own {
					t.Fatalf("%s decided in their own matter: %+v", req.By.Name(), e)
				}
				if req.On.After(today) {
					if _, undated := e.(ResultCorrected); !undated {
						t.Fatalf("%+v is on record before it happened", e)
					}
				}
			}
		}
		counts := map[Recognised]bool{}
		var last domain.Date
		for _, e := range h.Facts {
			var day domain.Date
			switch e := e.(type) {
			case Recognised:
				key := Recognised{Person: e.Person, Apprenticeship: e.Apprenticeship, Requirement: e.Requirement}
				if counts[key] {
					t.Fatalf("it counts twice for %s: %+v", e.Requirement, h.Facts)
				}
				counts[key] = true
			case Enrolled:
				day = e.On
			case Started:
				day = e.On
			case Completed:
				day = e.On
			case Abandoned:
				day = e.On
			case Recorded:
				day = e.On
			case Cancelled:
				day = e.On
			}
			if !day.IsZero() {
				if day.Before(last) {
					t.Fatalf("%+v lies before %s", e, last)
				}
				last = day
			}
		}
	})
}

func TestFormatsAndTopicsAreData(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		if seen[f.ID] || f.Title == "" || f.Kind == "" {
			t.Errorf("%+v", f)
		}
		seen[f.ID] = true
		for _, ask := range f.Asks {
			if !slices.Contains([]string{"timeBasis", "topic", "partner", "department"}, ask) {
				t.Errorf("%s asks for %q, which nothing checks", f.ID, ask)
			}
		}
	}
	for _, id := range []string{"workshop", "boot-camp", "short-course", "in-house-training", "online-module", "ehr-sandbox", "cyber-range",
		"interoperability-bench", "secure-coding-lab", "cloud-configuration-lab", "simulation", "stretch-assignment", "pilot", "leadership",
		"rotation", "team-project", "case-study", "accredited-course", "micro-credential", "compliance-module", "college-course"} {
		if _, ok := FormatOf(id); !ok {
			t.Errorf("there is no format %s", id)
		}
	}
	families := map[string]int{}
	for _, topic := range Topics() {
		families[topic.Family]++
	}
	if families["technical"] < 7 || families["soft-skill"] != 4 || families["compliance"] < 3 {
		t.Errorf("topics by family: %v", families)
	}
	for _, s := range []domain.Stream{"activity-", "credential-a", "activity"} {
		if id, err := ID(s); err == nil {
			t.Errorf("%q names %q", s, id)
		}
	}
	if id, err := ID(Stream("a-1")); err != nil || id != "a-1" {
		t.Errorf("a-1 came back as %q, %v", id, err)
	}
}
