package projections_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/domain/survey"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/domain/wave"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

func theLearning(t testing.TB, db *projections.DB) any {
	ls, err := db.LearningOf(t.Context(), "ana-ruiz", "ben")
	return lines(must(t, ls, err), func(l projections.LearningActivity) string {
		return join(l.ID, l.Version, l.State, l.Since, l.Subject.Format, l.Result.Score, l.Result.Of, l.Corrected, l.Members, len(l.Attempts), len(l.Applied), len(l.Rated), len(l.Recognised))
	})
}

func TestLearning(t *testing.T) {
	lab := activity.Subject{Title: "Range day", Format: "cyber-range", Delivery: activity.OnSite}
	enrolled := on("2026-04-01", ana, "activity-lab", activity.Enrolled{Person: "ana-ruiz", On: day("2026-04-01"), Subject: lab})
	tried := on("2026-04-02", priya, "activity-lab", activity.Started{On: day("2026-04-02")}, activity.Attempted{On: day("2026-04-02"), Attempt: 1, Score: 50, Of: 100, By: "priya-raman"})
	done := on("2026-04-03", priya, "activity-lab", activity.Completed{On: day("2026-04-03"), Result: activity.Result{Score: 80, Of: 100}})
	right := on("2026-04-04", lena, "activity-lab", activity.ResultCorrected{Now: activity.Result{Score: 70, Of: 100}})
	group := on("2026-04-05", priya, "activity-team", activity.Recorded{Members: []domain.PersonID{"ana-ruiz", "ben"}, On: day("2026-03-30"), Subject: lab},
		activity.Applied{Person: "ben", On: day("2026-04-05"), Product: "sealed"}, activity.Rated{Person: "ben", Topic: "teamwork", Rating: 2}, activity.Rated{Person: "ben", Topic: "teamwork", Rating: 3},
		activity.Recognised{Person: "ana-ruiz", Apprenticeship: "ana", Requirement: "r"})
	check(t, []telling{
		{"somebody enrols", []fact{enrolled}, theLearning, []string{"lab 1 enrolled 2026-04-01 cyber-range 0 0 false [ana-ruiz] 0 0 0 0"}},
		{"attempts are counted", []fact{enrolled, tried}, theLearning, []string{"lab 3 started 2026-04-02 cyber-range 0 0 false [ana-ruiz] 1 0 0 0"}},
		{"a result is put right", []fact{enrolled, tried, done, right}, theLearning, []string{"lab 5 completed 2026-04-03 cyber-range 70 100 true [ana-ruiz] 1 0 0 0"}},
		{"a group is one activity, later ones come first", []fact{group, enrolled}, theLearning,
			[]string{"lab 1 enrolled 2026-04-01 cyber-range 0 0 false [ana-ruiz] 0 0 0 0", "team 5 completed 2026-03-30 cyber-range 0 0 false [ana-ruiz ben] 0 1 1 1"}},
	})
	db := told(t, group)
	for _, c := range []struct {
		by   domain.PersonID
		want int
	}{{"ana-ruiz", 1}, {"dana-whitfield", 1}, {"owen-castellano", 0}, {"", 0}} {
		if got, err := db.Guided(t.Context(), c.by, "ana-ruiz", "ben"); len(must(t, got, err)) != c.want {
			t.Errorf("%q guides %v", c.by, got)
		}
	}
}

func theCredentials(t testing.TB, db *projections.DB) any {
	cs, err := db.CredentialsOf(t.Context(), "ana-ruiz")
	return lines(must(t, cs, err), func(c projections.Credential) string {
		return join(c.ID, c.State, c.Since, c.ValidTo, c.Number, c.Verifier, c.Sponsored, len(c.Counted))
	})
}

func TestCredentials(t *testing.T) {
	plus := credential.Earned{Person: "ana-ruiz", Kind: credential.Certification, Title: "Security+", Issuer: "CompTIA", Number: "sealed", On: day("2026-04-01"), ValidTo: day("2026-06-30")}
	fee := on("2026-03-01", lena, "credential-a", credential.Sponsored{Person: "ana-ruiz", Title: "Security+", Cents: 400, On: day("2026-03-01")})
	earned := on("2026-04-02", ana, "credential-a", plus)
	checked := on("2026-04-03", priya, "credential-a", credential.Verified{By: "priya-raman", On: day("2026-04-03")}, credential.Counted{Apprenticeship: "ana", Requirement: "r", On: day("2026-04-03")})
	over := on("2026-07-02", rules, "credential-a", credential.Expired{On: day("2026-07-01")})
	renewed := on("2026-07-05", ana, "credential-a", credential.Renewed{On: day("2026-07-05"), ValidTo: day("2029-06-30")})
	check(t, []telling{
		{"a fee is sponsored", []fact{fee}, theCredentials, []string{"a sponsored 2026-03-01    400 0"}},
		{"a certificate is earned", []fact{fee, earned}, theCredentials, []string{"a held 2026-04-01 2026-06-30 sealed  400 0"}},
		{"it is verified and counts", []fact{earned, checked}, theCredentials, []string{"a verified 2026-04-03 2026-06-30 sealed priya-raman 0 1"}},
		{"it expires", []fact{earned, checked, over}, theCredentials, []string{"a expired 2026-07-01 2026-06-30 sealed priya-raman 0 1"}},
		{"it is renewed", []fact{earned, checked, over, renewed}, theCredentials, []string{"a held 2026-07-05 2029-06-30 sealed  0 1"}},
	})
	db := told(t, earned)
	ending, err := db.CredentialsEnding(t.Context(), day("2026-06-01"), day("2026-06-30"))
	if len(must(t, ending, err)) != 1 {
		t.Errorf("ending are %v", ending)
	}
	if later, err := db.CredentialsEnding(t.Context(), day("2026-07-01"), day("2026-09-30")); len(must(t, later, err)) != 0 {
		t.Errorf("ending later are %v", later)
	}
	if over, err := db.CredentialsOver(t.Context(), day("2026-06-30")); len(must(t, over, err)) != 0 {
		t.Errorf("over on the last day are %v", over)
	}
	if over, err := db.CredentialsOver(t.Context(), day("2026-07-01")); len(must(t, over, err)) != 1 {
		t.Errorf("over after it are %v", over)
	}
}

func TestCohortsAndFunding(t *testing.T) {
	d := day("2026-04-01")
	planned := on("2026-04-01", lena, "cohort-c", cohort.Planned{Title: "Academy", Partner: "lakeshore", Delivery: "on-site", From: day("2026-09-01"), To: day("2027-02-01"), Seats: 2}, cohort.Opened{On: d})
	seats := on("2026-04-02", lena, "cohort-c", cohort.Applied{Person: "ana-ruiz", On: d}, cohort.Applied{Person: "ben", On: d}, cohort.Applied{Person: "cleo", On: d},
		cohort.SeatOffered{Person: "ana-ruiz", Until: day("2026-04-10"), On: d}, cohort.Waitlisted{Person: "cleo", On: d}, cohort.Waitlisted{Person: "ben", On: d}, cohort.SeatsChanged{Seats: 3})
	grant := on("2026-04-02", lena, "funding-f", funding.Opened{Kind: funding.Scholarship, Title: "S", Amount: 1000, From: d, To: day("2027-01-01")},
		funding.Committed{Grant: "g", Person: "ana-ruiz", For: "cohort-c", Cents: 400, On: d}, funding.Spent{Grant: "g", Ref: "r", Cents: 300, On: d})
	back := on("2026-04-03", lena, "funding-f", funding.Released{Grant: "g", Cents: 100, On: d}, funding.SpendingCorrected{Grant: "g", Ref: "r", Was: 300, Now: 250})
	db := told(t, planned, seats, grant)
	cs, err := db.Cohorts(t.Context())
	if c := must(t, cs, err)[0]; c.Taken != 1 || c.Waiting != 2 || c.Seats != 3 || c.State != projections.CohortOpen || c.Version != 9 {
		t.Errorf("the cohort is %+v", c)
	}
	ss, err := db.Seats(t.Context(), "c")
	if got := lines(must(t, ss, err), func(s projections.Seat) string { return join(s.Person, s.Standing, s.Until) }); !slices.Equal(got,
		[]string{"ana-ruiz offered 2026-04-10", "cleo waiting ", "ben waiting "}) {
		t.Errorf("seats are %q", got)
	}
	lapsed, err := db.SeatsLapsed(t.Context(), day("2026-04-11"))
	if len(must(t, lapsed, err)) != 1 {
		t.Errorf("lapsed are %v", lapsed)
	}
	money := func(db *projections.DB) string {
		f, err := db.Funding(t.Context(), "f")
		must(t, f, err)
		return join(f.Amount, f.Committed, f.Spent, len(f.Grants), f.Grants[0].Released)
	}
	if got := money(db); got != "1000 400 300 1 false" {
		t.Errorf("the money is %s", got)
	}
	if got := money(told(t, planned, seats, grant, back)); got != "1000 250 250 1 true" {
		t.Errorf("after giving back the money is %s", got)
	}
}

// staffed is a hospital with many people, of whom some take part.
func staffed(people, taking int, at func(i int) domain.SiteID) (facts []fact) {
	for i := range people {
		id := domain.PersonID(fmt.Sprintf("p%04d", i))
		facts = append(facts, on("2025-01-02", lena, person.Stream(id), person.Joined{Name: "sealed", Capacity: domain.Apprentice, Site: at(i)}))
		if i < taking {
			a := domain.ApprenticeshipID(id)
			facts = append(facts, on("2026-01-05", lena, apprenticeship.Stream(a), apprenticeship.Drafted{Person: id, Program: "health-it", Site: at(i), Role: "help-desk-analyst"},
				apprenticeship.Began{On: day("2026-01-05")}))
		}
	}
	return facts
}

func outcome(t testing.TB, db *projections.DB, m projections.Measure) []string {
	os, err := db.Outcomes(t.Context(), m)
	return lines(must(t, os, err), func(o projections.Outcome) string {
		if o.Hidden {
			return join(o.Dimension, o.Key, "hidden")
		}
		if o.TotalHidden {
			return join(o.Dimension, o.Key, o.N, "hidden")
		}
		return join(o.Dimension, o.Key, o.N, o.Total)
	})
}

// TestRow28RuralShare breaks participation down by the setting of the site.
func TestRow28RuralShare(t *testing.T) {
	db := told(t, all(staffed(40, 40, func(i int) domain.SiteID {
		if i < 15 {
			return "cedar-valley"
		}
		return "riverside"
	}), []fact{on("2026-02-01", lena, "site-cedar-valley", site.Described{Name: "Cedar Valley", Setting: site.Rural}),
		on("2026-02-01", lena, "site-riverside", site.Described{Name: "Riverside", Setting: site.Urban})})...)
	got := outcome(t, db, projections.Participation)
	for _, want := range []string{"setting rural 15 15", "setting urban 26 26", "all  41 41"} { // Ana is at Riverside as well
		if !slices.Contains(got, want) {
			t.Errorf("%q is not told in %q", want, got)
		}
	}
}

// TestRow22InterestIsNotParticipation tells who asked for a seat from who takes part.
func TestRow22InterestIsNotParticipation(t *testing.T) {
	facts := staffed(30, 0, func(int) domain.SiteID { return "riverside" })
	for i := range 24 {
		p := domain.PersonID(fmt.Sprintf("p%04d", i))
		facts = append(facts, on("2026-03-03", lena, "cohort-c", cohort.Applied{Person: p, On: day("2026-03-03")}))
		if i < 11 {
			facts = append(facts, on("2026-03-04", lena, "cohort-c", cohort.SeatOffered{Person: p}, cohort.SeatAccepted{Person: p}, cohort.Enrolled{Person: p, On: day("2026-03-04")}))
		}
	}
	db := told(t, facts...)
	if got := outcome(t, db, projections.Interest); got[0] != "all  24 11" {
		t.Errorf("interest and participation are %q", got)
	}
	if got := outcome(t, db, projections.Participation); got[0] != "all  12 12" { // with Ana
		t.Errorf("participation is %q", got)
	}
}

// TestRow33EnrolmentFollowsInvitations counts who came of those who were invited.
func TestRow33EnrolmentFollowsInvitations(t *testing.T) {
	facts := staffed(30, 0, func(int) domain.SiteID { return "riverside" })
	for i := range 20 {
		p := domain.PersonID(fmt.Sprintf("p%04d", i))
		facts = append(facts, on("2026-03-03", lena, "cohort-c", cohort.Invited{Person: p, On: day("2026-03-03")}))
		if i < 12 {
			facts = append(facts, on("2026-03-04", lena, "cohort-c", cohort.Applied{Person: p, On: day("2026-03-04")}, cohort.SeatOffered{Person: p}, cohort.SeatAccepted{Person: p}, cohort.Enrolled{Person: p, On: day("2026-03-05")}))
		}
	}
	if got := outcome(t, told(t, facts...), projections.Invitation); got[0] != "all  20 12" || !slices.Contains(got, "cohort c 20 12") {
		t.Errorf("invitations and who came: %q", got)
	}
}

// TestRow26FundingUsedPerParticipant adds up what was spent by the kind of money.
func TestRow26FundingUsedPerParticipant(t *testing.T) {
	facts := staffed(12, 12, func(int) domain.SiteID { return "riverside" })
	facts = append(facts, on("2026-04-01", lena, "funding-f", funding.Opened{Kind: funding.PublicGrant, Title: "Grant", Amount: 100_000}))
	for i := range 12 {
		g := domain.GrantID(fmt.Sprint("g", i))
		facts = append(facts, on("2026-04-02", lena, "funding-f", funding.Committed{Grant: g, Person: domain.PersonID(fmt.Sprintf("p%04d", i)), Cents: 500}, funding.Spent{Grant: g, Ref: "r", Cents: 250}))
	}
	if got := outcome(t, told(t, facts...), projections.FundingPublicGrant); got[0] != "all  12 3000" {
		t.Errorf("money used: %q", got)
	}
}

// TestRow31TurnoverOfParticipantsAndOthers has people leave, come back, and a leaving struck
// that was written down in error.
func TestRow31TurnoverOfParticipantsAndOthers(t *testing.T) {
	facts := staffed(60, 30, func(int) domain.SiteID { return "riverside" })
	leave := func(i int, more ...domain.Event) {
		s := person.Stream(domain.PersonID(fmt.Sprintf("p%04d", i)))
		facts = append(facts, on("2026-06-02", lena, s, append([]domain.Event{person.Left{On: day("2026-06-01"), Reason: person.Resigned}}, more...)...))
	}
	for i := range 4 {
		leave(i)
	}
	for i := range 12 {
		leave(30 + i)
	}
	leave(10, person.Returned{On: day("2026-06-02")})
	leave(11, person.Struck{Fact: 2})
	db := told(t, facts...)
	if got := outcome(t, db, projections.ParticipantTurnover); got[0] != "all  31 4" {
		t.Errorf("of those who take part: %q", got)
	}
	if got := outcome(t, db, projections.OtherTurnover); got[0] != "all  33 12" {
		t.Errorf("of the others: %q", got)
	}
}

// TestRegistrarsDoNotCountAsStaff has registrars join and leave: they act for an institution. One
// who is let mentor as well works here, until that is struck.
func TestRegistrarsDoNotCountAsStaff(t *testing.T) {
	facts := staffed(60, 30, func(int) domain.SiteID { return "riverside" })
	others := func(facts ...fact) string {
		t.Helper()
		return outcome(t, told(t, facts...), projections.OtherTurnover)[0]
	}
	staff := others(facts...)
	for i := range 12 {
		s := person.Stream(domain.PersonID(fmt.Sprintf("r%04d", i)))
		facts = append(facts, on("2026-03-02", ruth, s, person.Joined{Name: "sealed", Capacity: domain.Registrar, Site: "riverside"}, person.Left{On: day("2026-06-01"), Reason: person.Resigned}))
	}
	if got := others(facts...); got != staff {
		t.Errorf("with registrars %q, without %q", got, staff)
	}
	mentors := person.CapacityGranted{Capacity: domain.Mentor, From: day("2026-03-02")}
	for i := range 12 {
		s := person.Stream(domain.PersonID(fmt.Sprintf("m%04d", i)))
		facts = append(facts, on("2026-03-02", ruth, s, person.Joined{Name: "sealed", Capacity: domain.Registrar, Site: "riverside"}, mentors))
	}
	if got := others(facts...); got == staff {
		t.Errorf("who mentors works here: %q", got)
	}
	for i := range 12 {
		facts = append(facts, on("2026-04-02", ruth, person.Stream(domain.PersonID(fmt.Sprintf("m%04d", i))), person.Struck{Fact: 2, Reason: "Never so."}))
	}
	if got := others(facts...); got != staff {
		t.Errorf("once it is struck %q, before %q", got, staff)
	}
}

// TestRow32PositionsFilledFromWithin counts places that were filled, and how long they were open.
func TestRow32PositionsFilledFromWithin(t *testing.T) {
	facts := []fact{on("2026-03-02", lena, "position-desk", position.Opened{Role: "help-desk-analyst", Site: "riverside", Headcount: 40, From: day("2026-03-02")})}
	for i := range 24 {
		facts = append(facts, on("2026-04-01", ruth, "position-desk", position.Filled{By: domain.PersonID(fmt.Sprint("q", i)), On: day("2026-03-02").AddDays(10 + 10*(i%2)), Internal: i%2 == 0}))
	}
	db := told(t, facts...)
	for m, want := range map[projections.Measure]string{projections.InternalFill: "all  24 12", projections.DaysToFillWithin: "all  12 120", projections.DaysToFillOutside: "all  12 240"} {
		if got := outcome(t, db, m); got[0] != want {
			t.Errorf("%s: %q, want %q", m, got, want)
		}
	}
}

// TestRow30SatisfactionBeforeAndAfter adds answers up and keeps nothing else of them.
func TestRow30SatisfactionBeforeAndAfter(t *testing.T) {
	facts := []fact{on("2026-04-01", lena, "wave-spring", wave.Opened{Title: "Spring", Moment: "before", Instruments: []domain.InstrumentID{"work-satisfaction"}, From: day("2026-04-01"), To: day("2026-05-01")})}
	for i := range 12 {
		s := survey.Stream("spring", fmt.Sprint("name", i))
		facts = append(facts, on("2026-04-02", rules, s, survey.Answered{Instrument: "work-satisfaction", Moment: survey.Before, Scores: []int{3, 3, 3, 3, 3}, On: day("2026-04-02"), Site: "riverside"}),
			on("2026-09-02", rules, s, survey.Answered{Instrument: "work-satisfaction", Moment: survey.After, Scores: []int{4, 4, 4, 4, 4}, On: day("2026-09-02"), Site: "riverside"}))
	}
	db := told(t, facts...)
	if got := outcome(t, db, projections.SatisfactionBefore); got[0] != "all  12 60000" {
		t.Errorf("before: %q", got)
	}
	if got := outcome(t, db, projections.SatisfactionAfter); got[0] != "all  12 90000" {
		t.Errorf("after: %q", got)
	}
	ws, err := db.Waves(t.Context())
	if w := must(t, ws, err); len(w) != 1 || w[0].Title != "Spring" || w[0].Closed {
		t.Errorf("waves are %+v", w)
	}
}

func TestSelfIdentificationIsKeptByName(t *testing.T) {
	s := selfid.Stream("k3j")
	db := told(t, on("2026-04-01", rules, s, selfid.Invited{Occasion: selfid.Application, On: day("2026-04-01")}), on("2026-04-02", rules, s, selfid.Answered{Answers: "sealed", On: day("2026-04-02")}))
	got, err := db.SelfIdentified(t.Context(), "k3j")
	if must(t, got, err); got.Answers != "sealed" || got.Invited != day("2026-04-01") || got.Answered != day("2026-04-02") {
		t.Errorf("%+v", got)
	}
	due, err := db.SelfIdentificationsDue(t.Context(), day("2026-04-01"))
	if len(must(t, due, err)) != 1 {
		t.Errorf("due are %v", due)
	}
	if trail, err := db.Trail(t.Context(), "person-ana-ruiz"); slices.ContainsFunc(must(t, trail, err), func(s domain.Stream) bool { return s.Category() == "selfid" }) {
		t.Errorf("the trail of Ana leads to %v", trail)
	}
}

// TestRow31ATotalDoesNotTellOfASmallGroup lets nobody of a small programme have left: the
// total would say so.
func TestRow31ATotalDoesNotTellOfASmallGroup(t *testing.T) {
	db := told(t, staffed(30, 30, func(i int) domain.SiteID {
		if i < 6 {
			return "cedar-valley"
		}
		return "riverside"
	})...)
	for _, line := range outcome(t, db, projections.ParticipantTurnover) {
		if line != "site cedar-valley hidden" && line != "site riverside hidden" && !slices.Contains([]string{"all  31 hidden", "programme health-it 31 hidden", "cohort  31 hidden", "year 2026 31 hidden", "setting  31 hidden"}, line) {
			t.Errorf("told is %q", line)
		}
	}
}

// TestSumsAreBuiltAnewAlike has people take part sooner and otherwise than was known at first.
func TestSumsAreBuiltAnewAlike(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	record(t, log, staffed(20, 10, func(i int) domain.SiteID { return domain.SiteID(fmt.Sprint("s", i%3)) })...)
	for i := range 20 {
		p := domain.PersonID(fmt.Sprintf("p%04d", i))
		record(t, log, on("2026-05-05", lena, domain.Stream(fmt.Sprint("cohort-c", i%2)), cohort.Invited{Person: p, On: day("2026-05-05")}, cohort.Applied{Person: p, On: day("2026-05-05")}, cohort.Enrolled{Person: p, On: day("2025-12-30")}))
	}
	dir := t.TempDir()
	db, stop := run(t, dir, log)
	until(t, db, head(t, log))
	before := outcome(t, db, projections.Participation)
	stop()
	r, err := projections.Rebuild(t.Context(), dir, log, nil)
	if err != nil || len(r.Differs) > 0 || !r.Compared {
		t.Fatalf("built anew it differs in %v: %v", r.Differs, err)
	}
	if before[0] != "all  21 21" {
		t.Errorf("taking part are %q", before)
	}
}

// BenchmarkDashboard asks for every measure, by every dimension, in a hospital group with
// 100,000 learners on 40 sites.
func BenchmarkDashboard(b *testing.B) {
	log := openLog(b)
	const learners, at = 100_000, 2000
	for start := 0; start < learners; start += at {
		c := events.Commit{Request: domain.Request{By: lena, At: day("2026-01-05").Midnight()}}
		for i := start; i < start+at; i++ {
			id := domain.PersonID(fmt.Sprintf("p%06d", i))
			where := domain.SiteID(fmt.Sprint("site-", i%40))
			if i < 7 {
				where = "a-clinic" // too small to be told of
			}
			c.Appends = append(c.Appends,
				events.Append{Stream: person.Stream(id), Expected: events.Any, Events: []domain.Event{person.Joined{Name: "sealed", Capacity: domain.Apprentice, Site: where}}},
				events.Append{Stream: apprenticeship.Stream(domain.ApprenticeshipID(id)), Expected: events.Any, Events: []domain.Event{
					apprenticeship.Drafted{Person: id, Program: domain.ProgramID(fmt.Sprint("program-", i%7)), Site: where, Role: "help-desk-analyst"},
					apprenticeship.Began{On: day("2021-01-05").AddMonths(i % 60)},
				}})
		}
		if _, err := log.Append(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	db, stop := run(b, b.TempDir(), log)
	defer stop()
	for end := head(b, log); db.Position() < end; {
		_, moved := db.Moved()
		<-moved
	}
	for b.Loop() {
		if os, err := db.Outcomes(b.Context(), projections.Measures...); err != nil || len(os) == 0 || os[0].N != learners {
			b.Fatal(len(os), err)
		}
	}
}

// TestWhatIsPutRightIsCountedAnew lets twelve apprentices begin on 2 March, move on 4 May and be
// confirmed on 3 August, and one of those days be another.
func TestWhatIsPutRightIsCountedAnew(t *testing.T) {
	began, moved, confirmed := day("2026-03-02"), day("2026-05-04"), day("2026-08-03")
	sooner := func(e ...domain.Event) (facts []fact) {
		for i := range 12 {
			id := domain.ApprenticeshipID(fmt.Sprint("a", i))
			s, move := apprenticeship.Stream(id), transition.Stream(id, "admin")
			facts = append(facts,
				on("2026-02-02", lena, s, apprenticeship.Drafted{Person: domain.PersonID(id), Role: "desk", StartOn: began}, apprenticeship.Began{On: began}, apprenticeship.StageEntered{Role: "admin", On: moved}),
				on("2026-05-04", priya, move, transition.Proposed{Apprenticeship: id, From: "desk", To: "admin", EffectiveOn: moved}, transition.MadeEffective{On: moved}),
				on("2026-08-03", owen, move, transition.Confirmed{On: confirmed}))
			for _, e := range e {
				at := s
				if _, ok := e.(transition.Event); ok {
					at = move
				}
				facts = append(facts, on("2026-08-04", lena, at, e))
			}
		}
		return facts
	}
	of := func(m projections.Measure) question {
		return func(t testing.TB, db *projections.DB) any { return outcome(t, db, m)[0] }
	}
	week := func(d domain.Date) domain.Date { return d.AddDays(-7) }
	start := apprenticeship.StartDateCorrected{Was: began, Is: week(began)}
	check(t, []telling{
		{"the time to a role", sooner(), of(projections.TimeToRole), "all  12 756"},
		{"a role was taken up sooner", sooner(apprenticeship.StageCorrected{Role: "admin", Was: moved, Is: week(moved)}), of(projections.TimeToRole), "all  12 672"},
		{"it began sooner", sooner(start), of(projections.TimeToRole), "all  12 840"},
		{"and did not", sooner(start, apprenticeship.StartDateCorrected{Was: week(began), Is: began}), of(projections.TimeToRole), "all  12 756"},
		{"the time to be confirmed", sooner(), of(projections.Onboarding), "all  12 1092"},
		{"the move was sooner", sooner(transition.TermsCorrected{Terms: transition.Terms{EffectiveOn: week(moved)}}), of(projections.Onboarding), "all  12 1176"},
		{"a move that is put right and not confirmed counts for nothing", []fact{on("2026-05-04", priya, "transition-ana.admin", transition.Proposed{Apprenticeship: "ana", To: "admin"}, transition.MadeEffective{},
			transition.TermsCorrected{Terms: transition.Terms{EffectiveOn: moved}})}, func(t testing.TB, db *projections.DB) any { return outcome(t, db, projections.Onboarding) }, []string{}},
	})
}
