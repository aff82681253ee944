package projections_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	articulation "github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

const w10 = domain.Stream("timesheet-ana.2026-W10") // 2 to 8 March

func logged(d string, kind timesheet.Kind, on string, minutes domain.Minutes) timesheet.HoursLogged {
	e := timesheet.Entry{Date: day(d), Kind: kind, SpentOn: on, Minutes: minutes}
	return timesheet.HoursLogged{Entry: e.ID(), Date: e.Date, Kind: kind, SpentOn: on, Minutes: minutes}
}

var (
	monday     = logged("2026-03-02", timesheet.OnTheJob, "wp-01", 420)
	thursday   = logged("2026-03-05", timesheet.OnTheJob, "wp-01", 60)
	inClass    = logged("2026-03-06", timesheet.RelatedInstruction, "ri-03", 240)
	opened     = timesheet.Opened{Apprenticeship: learner, Person: "ana-ruiz", Week: week("2026-W10")}
	weekLogged = []fact{on("2026-03-06", ana, w10, opened, monday, thursday, inClass)}
	weekSent   = all(weekLogged, []fact{on("2026-03-06", ana, w10, timesheet.Submitted{To: "dana-whitfield"})})
	weekSigned = all(weekSent, []fact{on("2026-03-10", dana, w10, timesheet.Approved{Approver: "dana-whitfield", OnTheJob: 480, Instruction: 240})})
	weekBack   = all(weekSent, []fact{on("2026-03-10", dana, w10, timesheet.Returned{By: "dana-whitfield", Reason: "sealed why"})})
)

func theHours(t testing.TB, db *projections.DB) any {
	hs, err := db.Hours(t.Context(), learner)
	return lines(must(t, hs, err)[learner], func(h projections.Hours) string {
		return fmt.Sprintf("%s %s %s %d+%d", h.Role, h.Kind, h.SpentOn, h.Approved, h.Pending)
	})
}

func theWeek(t testing.TB, db *projections.DB) any {
	w, err := db.Week(t.Context(), learner, week("2026-W10"))
	must(t, w, err)
	return join(w.Version, w.State, int(w.OnTheJob), int(w.Instruction), w.Holder, w.Reason, w.DecidedBy, domain.DateOf(w.DecidedAt), len(w.Entries))
}

func theInbox(t testing.TB, db *projections.DB) any {
	is, err := db.Awaiting(t.Context(), learner)
	return lines(must(t, is, err), func(i projections.InboxItem) string {
		return strings.Join(strings.Fields(join(i.Subject, i.Kind, i.Name, i.Assignee, i.Capacity, domain.DateOf(i.Since), i.DueOn)), " ")
	})
}

// restaged puts right on which day Ana took up the next role.
func restaged(is string) fact {
	return on("2026-05-20", rules, "apprenticeship-ana", apprenticeship.StageCorrected{Role: "systems-administrator", Is: day(is)})
}

func TestHours(t *testing.T) {
	amended := on("2026-03-11", ana, w10, timesheet.HoursAmended{Entry: thursday.Entry, Minutes: 0}, timesheet.HoursAmended{Entry: monday.Entry, Minutes: 400})
	again := on("2026-03-11", ana, w10, timesheet.Submitted{To: "dana-whitfield"})
	moved := on("2026-03-20", rules, "apprenticeship-ana", apprenticeship.StageEntered{Role: "systems-administrator", On: day("2026-03-05")})
	reopened := on("2026-03-12", dana, w10, timesheet.Reopened{By: "dana-whitfield", Reason: "sealed hm"})
	corrected := on("2026-03-13", dana, w10, timesheet.ApprovedHoursCorrected{By: "dana-whitfield", Entry: monday.Entry, Was: 420, Delta: -20, Reason: "sealed oh"})
	over := on("2026-03-09", dana, w10, timesheet.HandedOver{By: "dana-whitfield", To: "omar"})
	desk := func(s string) string { return "help-desk-analyst " + s }
	admin := func(s string) string { return "systems-administrator " + s }
	check(t, []telling{
		{"what is only logged does not count", weekLogged, theHours, []string{}},
		{"a week that is handed in is pending", weekSent, theHours, []string{desk("ojl wp-01 0+480"), desk("rti ri-03 0+240")}},
		{"a week that is signed off is approved", weekSigned, theHours, []string{desk("ojl wp-01 480+0"), desk("rti ri-03 240+0")}},
		{"a week that is sent back is neither", weekBack, theHours, []string{desk("ojl wp-01 0+0"), desk("rti ri-03 0+0")}},
		{"what is changed counts once it is handed in again", all(weekBack, []fact{amended, again}), theHours, []string{desk("ojl wp-01 0+400"), desk("rti ri-03 0+240")}},
		{"a role taken up on an earlier day takes the hours since", all(weekSigned, []fact{moved}), theHours,
			[]string{desk("ojl wp-01 420+0"), admin("ojl wp-01 60+0"), admin("rti ri-03 240+0")}},
		{"a role whose day is put right gives back the hours before it", all(weekSigned, []fact{moved, restaged("2026-03-06")}), theHours,
			[]string{desk("ojl wp-01 480+0"), admin("rti ri-03 240+0")}},
		{"and takes those since", all(weekSigned, []fact{moved, restaged("2026-03-06"), restaged("2026-03-03")}), theHours,
			[]string{desk("ojl wp-01 420+0"), admin("ojl wp-01 60+0"), admin("rti ri-03 240+0")}},
		{"pending hours go to the new role too", all(weekSent, []fact{moved}), theHours,
			[]string{desk("ojl wp-01 0+420"), admin("ojl wp-01 0+60"), admin("rti ri-03 0+240")}},
		{"hours that are logged late count for the role held on the day", all([]fact{moved}, weekSigned), theHours,
			[]string{desk("ojl wp-01 420+0"), admin("ojl wp-01 60+0"), admin("rti ri-03 240+0")}},
		{"signing off after the move takes from pending what was pending", all(weekSent, []fact{moved}, weekSigned[2:]), theHours,
			[]string{desk("ojl wp-01 420+0"), admin("ojl wp-01 60+0"), admin("rti ri-03 240+0")}},

		{"a week that is opened again does not count", all(weekSigned, []fact{reopened}), theHours, []string{desk("ojl wp-01 0+0"), desk("rti ri-03 0+0")}},
		{"what is corrected counts as corrected", all(weekSigned, []fact{corrected}), theHours, []string{desk("ojl wp-01 460+0"), desk("rti ri-03 240+0")}},
		{"and as such once it is signed off again", all(weekSigned, []fact{corrected, reopened, again, weekSigned[2]}), theHours, []string{desk("ojl wp-01 460+0"), desk("rti ri-03 240+0")}},
		{"a correction goes where the hours of the day went", all(weekSigned, []fact{moved, corrected}), theHours,
			[]string{desk("ojl wp-01 400+0"), admin("ojl wp-01 60+0"), admin("rti ri-03 240+0")}},

		{"a week that is opened again is with the apprentice", all(weekSigned, []fact{reopened}), theWeek, "7 returned 480 240 dana-whitfield sealed hm dana-whitfield 2026-03-12 3"},
		{"a corrected week stays signed off", all(weekSigned, []fact{corrected}), theWeek, "7 approved 460 240 dana-whitfield  dana-whitfield 2026-03-10 3"},
		{"a week that is handed over waits for the other", all(weekSent, []fact{over}), theInbox, []string{"timesheet-ana.2026-W10 hours sealed ana omar 2026-03-09"}},
		{"a week nobody logged is open", nil, theWeek, "0 open 0 0     0"},
		{"a logged week adds up", weekLogged, theWeek, "4 open 480 240     3"},
		{"a signed week says who signed", weekSigned, theWeek, "6 approved 480 240 dana-whitfield  dana-whitfield 2026-03-10 3"},
		{"a returned week says why", weekBack, theWeek, "6 returned 480 240 dana-whitfield sealed why dana-whitfield 2026-03-10 3"},
		{"a week that is handed in again is undecided", all(weekBack, []fact{amended, again}), theWeek, "9 submitted 400 240 dana-whitfield    2"},

		{"a week that is handed in waits for the manager", weekSent, theInbox, []string{"timesheet-ana.2026-W10 hours sealed ana dana-whitfield 2026-03-06"}},
		{"a decided week waits for nobody", weekBack, theInbox, []string{}},
	})
}

func TestWeeksComeNewestFirst(t *testing.T) {
	var facts []fact
	for _, w := range []string{"2026-W11", "2026-W10", "2027-W01", "2026-W53"} {
		facts = append(facts, on("2027-02-01", ana, timesheet.Stream(learner, week(w)), timesheet.Opened{Apprenticeship: learner, Person: "ana-ruiz", Week: week(w)}))
	}
	db := told(t, facts...)
	ask := func(before domain.Week, first int) []string {
		ws, err := db.Weeks(t.Context(), learner, before, first)
		return lines(must(t, ws, err), func(w projections.Week) string { return w.Week.String() })
	}
	if got, want := ask(domain.Week{}, 3), []string{"2027-W01", "2026-W53", "2026-W11"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := ask(week("2026-W53"), 3), []string{"2026-W11", "2026-W10"}; !slices.Equal(got, want) {
		t.Errorf("before 2026-W53 got %v, want %v", got, want)
	}
}

const portfolio = domain.Stream("milestone-ana.hd-portfolio")

func theMilestones(t testing.TB, db *projections.DB) any {
	ms, err := db.Milestones(t.Context(), learner)
	return lines(must(t, ms, err)[learner], func(m projections.Milestone) string {
		return join(m.Requirement, m.Version, m.State, m.Since, m.By, m.Level, m.Basis, m.Assessor, m.Feedback, len(m.Evidence))
	})
}

func TestMilestones(t *testing.T) {
	started := []fact{on("2026-03-03", ana, portfolio, milestone.Started{Apprenticeship: learner, Person: "ana-ruiz", Requirement: "hd-portfolio", PassLevel: 3})}
	shown := all(started, []fact{on("2026-03-10", ana, portfolio, milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "sealed note", Assessor: "priya-raman"})})
	missed := all(shown, []fact{on("2026-03-11", priya, portfolio, milestone.Assessed{Assessor: "priya-raman", Rating: 2, Attempt: 1}, milestone.NotYetAttained{Feedback: "sealed more"})})
	again := all(missed, []fact{on("2026-03-17", ana, portfolio, milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "sealed better", Assessor: "priya-raman"})})
	check(t, []telling{
		{"a begun milestone is in progress", started, theMilestones, []string{"hd-portfolio 1 in-progress 2026-03-03 ana-ruiz 0    0"}},
		{"evidence is reviewed", shown, theMilestones, []string{"hd-portfolio 2 under-review 2026-03-10 ana-ruiz 0  priya-raman  1"}},
		{"evidence waits for the mentor", shown, theInbox, []string{"milestone-ana.hd-portfolio milestone sealed ana priya-raman 2026-03-10"}},
		{"what did not suffice says what is missing", missed, theMilestones, []string{"hd-portfolio 4 not-yet-attained 2026-03-11 priya-raman 0  priya-raman sealed more 1"}},
		{"what was reviewed waits for nobody", missed, theInbox, []string{}},
		{"new evidence is reviewed anew", again, theMilestones, []string{"hd-portfolio 5 under-review 2026-03-17 ana-ruiz 0  priya-raman sealed more 2"}},
		{"an attained milestone rests on its assessment",
			all(again, []fact{on("2026-03-18", priya, portfolio, milestone.Assessed{Assessor: "priya-raman", Rating: 4, Attempt: 2}, milestone.Attained{On: day("2026-03-18"), Level: 4, Basis: string(portfolio)})}),
			theMilestones, []string{"hd-portfolio 7 attained 2026-03-18 priya-raman 4 milestone-ana.hd-portfolio priya-raman  2"}},
		{"a credit attains without anybody",
			all(shown, []fact{on("2026-03-20", rules, portfolio, milestone.Attained{On: day("2026-03-19"), Basis: "credit-ana.r-1"})}),
			theMilestones, []string{"hd-portfolio 3 attained 2026-03-19  0 credit-ana.r-1 priya-raman  1"}},
		{"what a credit attained is reviewed no more",
			all(shown, []fact{on("2026-03-20", rules, portfolio, milestone.Attained{On: day("2026-03-19"), Basis: "credit-ana.r-1"})}),
			theInbox, []string{}},
	})
}

func TestEvidenceIsKeptInOrder(t *testing.T) {
	db := told(t, on("2026-03-03", ana, portfolio, milestone.Started{PassLevel: 3}, milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "one"}, milestone.EvidenceSubmitted{Kind: milestone.Lab, Note: "two", URI: "https://example.org/"}))
	m, found, err := db.Milestone(t.Context(), learner, "hd-portfolio")
	if err != nil || !found {
		t.Fatal(found, err)
	}
	want := []projections.Evidence{{Kind: milestone.Work, Note: "one", On: day("2026-03-03"), Team: []domain.PersonID{}, Files: []milestone.File{}, Version: 2},
		{Kind: milestone.Lab, Note: "two", URI: "https://example.org/", On: day("2026-03-03"), Team: []domain.PersonID{}, Files: []milestone.File{}, Version: 3}}
	if !reflect.DeepEqual(m.Evidence, want) {
		t.Errorf("got %+v, want %+v", m.Evidence, want)
	}
	if _, found, err := db.Milestone(t.Context(), learner, "hd-other"); found || err != nil {
		t.Errorf("a milestone that was not begun: %v, %v", found, err)
	}
}

var rule = articulation.Articulation{Rule: "cyb-110", Course: "CYB 110", Title: "Network Defence", Requirement: "hd-defence", Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, From: day("2026-01-01")}

func about(a domain.ApprenticeshipID, p domain.PartnerID) credit.Subject {
	return credit.Subject{Apprenticeship: a, Person: "ana-ruiz", Partner: p, Agreement: "lake", Articulation: rule}
}

var (
	requested = on("2026-03-09", ana, "credit-ana.cyb-110", credit.Requested{Subject: about(learner, "lakeshore")})
	awarded   = on("2026-06-09", shore, "credit-ana.cyb-110", credit.Awarded{Subject: about(learner, "lakeshore"),
		Award: domain.Credit{Hundredths: 250, Unit: domain.Semester}, Grade: "B+", Term: "Spring 2026", ExternalRef: "L-77"})
)

func TestCredits(t *testing.T) {
	ask := func(t testing.TB, db *projections.DB) any {
		cs, err := db.Credits(t.Context(), learner)
		return lines(must(t, cs, err)[learner], func(c projections.Credit) string {
			return join(c.Rule, c.Version, c.State, c.Partner, c.Course, c.Requirement, c.Credit.Decimal(), c.Credit.Unit, c.Grade, c.Term, c.ExternalRef, c.Since)
		})
	}
	check(t, []telling{
		{"a request names the most the rule gives", []fact{requested}, ask, []string{"cyb-110 1 requested lakeshore CYB 110 hd-defence 3 semester    2026-03-09"}},
		{"an award takes the place of the request", []fact{requested, awarded}, ask, []string{"cyb-110 2 awarded lakeshore CYB 110 hd-defence 2.5 semester B+ Spring 2026 L-77 2026-06-09"}},
		{"an award comes without a request", []fact{awarded}, ask, []string{"cyb-110 1 awarded lakeshore CYB 110 hd-defence 2.5 semester B+ Spring 2026 L-77 2026-06-09"}},
	})
}

const move = domain.Stream("transition-ana.systems-administrator")

var (
	chain = []transition.Step{
		{Office: pathway.CurrentManager, Assignee: "dana-whitfield", Capacity: domain.Manager},
		{Office: pathway.WorkforceDevelopment, Capacity: domain.Coordinator},
	}
	proposed = transition.Proposed{Apprenticeship: learner, Person: "ana-ruiz", Proposer: "priya-raman", From: "help-desk-analyst", To: "systems-administrator",
		Pathway: "desk-to-security", PathwayVersion: 1, EffectiveOn: day("2026-05-04"), Note: "sealed note"}
	asked = []fact{on("2026-04-01", priya, move, proposed, transition.ReadinessSnapshotTaken{Snapshot: "s1", Met: 6, Total: 6},
		transition.Submitted{Steps: chain}, transition.ApprovalStepOpened{Step: 0, DueOn: day("2026-04-15")})}
	handed = all(asked, []fact{on("2026-04-02", dana, move, transition.ApprovalGranted{Step: 0, By: "dana-whitfield", Snapshot: "s1", Note: "sealed yes"},
		transition.ApprovalStepOpened{Step: 1, DueOn: day("2026-04-16")})})
	approved = all(handed, []fact{on("2026-04-03", lena, move, transition.ApprovalGranted{Step: 1, By: "lena-fischer", Snapshot: "s1"}, transition.Approved{},
		transition.Scheduled{EffectiveOn: day("2026-05-04")})})
	sentBack = all(handed, []fact{on("2026-04-03", lena, move, transition.ApprovalReturned{Step: 1, By: "lena-fischer", Reason: "sealed later"})})
)

func theMove(t testing.TB, db *projections.DB) any {
	m, err := db.Transition(t.Context(), learner, "systems-administrator")
	must(t, m, err)
	_, at, open := m.Open()
	if !open {
		at = -1
	}
	return append([]string{join(m.Version, m.State, domain.DateOf(m.Since), m.EffectiveOn, m.PayGrade, m.Snapshot, m.Met, "of", m.Total, "open", at)},
		lines(m.Steps, func(s projections.Step) string {
			return join(s.Office, s.State, s.DueOn, s.DecidedBy, s.Reason)
		})...)
}

func TestTransitions(t *testing.T) {
	withdrawn := on("2026-04-05", priya, move, transition.Withdrawn{By: "priya-raman"})
	graded := on("2026-04-06", ruth, move, transition.Scheduled{EffectiveOn: day("2026-05-11"), PayGrade: "IT-3"})
	moved := on("2026-04-07", ruth, move, transition.Scheduled{EffectiveOn: day("2026-05-18")})
	check(t, []telling{
		{"a submitted move opens its first step", asked, theMove, []string{"4 submitted 2026-04-01 2026-05-04  s1 6 of 6 open 0", "current-manager open 2026-04-15  ", "workforce-development waiting   "}},
		{"the first step waits for the manager", asked, theInbox, []string{"transition-ana.systems-administrator transition sealed ana dana-whitfield manager 2026-04-01 2026-04-15"}},
		{"a granted step hands over to the next", handed, theMove, []string{"6 submitted 2026-04-01 2026-05-04  s1 6 of 6 open 1", "current-manager granted 2026-04-15 dana-whitfield sealed yes", "workforce-development open 2026-04-16  "}},
		{"the next step waits for whoever holds the office", handed, theInbox, []string{"transition-ana.systems-administrator transition sealed ana coordinator 2026-04-02 2026-04-16"}},
		{"an approved move has its day", approved, theMove, []string{"9 scheduled 2026-04-03 2026-05-04  s1 6 of 6 open -1", "current-manager granted 2026-04-15 dana-whitfield sealed yes", "workforce-development granted 2026-04-16 lena-fischer "}},
		{"an approved move waits for nobody", approved, theInbox, []string{}},
		{"a move that is sent back says why", sentBack, theMove, []string{"7 returned 2026-04-03 2026-05-04  s1 6 of 6 open -1", "current-manager granted 2026-04-15 dana-whitfield sealed yes", "workforce-development returned 2026-04-16 lena-fischer sealed later"}},
		{"a move that is sent back waits for nobody", sentBack, theInbox, []string{}},
		{"a move that is asked for again begins anew", all(sentBack, asked), theMove, []string{"11 submitted 2026-04-01 2026-05-04  s1 6 of 6 open 0", "current-manager open 2026-04-15  ", "workforce-development waiting   "}},
		{"a withdrawn move has no open step", all(handed, []fact{withdrawn}), theMove, []string{"7 withdrawn 2026-04-05 2026-05-04  s1 6 of 6 open -1", "current-manager granted 2026-04-15 dana-whitfield sealed yes", "workforce-development waiting   "}},
		{"a withdrawn move waits for nobody", all(handed, []fact{withdrawn}), theInbox, []string{}},
		{"another day leaves the pay grade", all(approved, []fact{graded, moved}), func(t testing.TB, db *projections.DB) any { return theMove(t, db).([]string)[0] }, "11 scheduled 2026-04-07 2026-05-18 IT-3 s1 6 of 6 open -1"},
		{"a declined move is over", all(asked, []fact{on("2026-04-02", dana, move, transition.ApprovalRefused{Step: 0, By: "dana-whitfield", Reason: "sealed no"})}),
			func(t testing.TB, db *projections.DB) any { return theMove(t, db).([]string)[0] }, "5 rejected 2026-04-02 2026-05-04  s1 6 of 6 open -1"},
	})
}

func TestAMoveIsDueFromItsDayOn(t *testing.T) {
	db := told(t, approved...)
	for d, want := range map[string]int{"2026-05-03": 0, "2026-05-04": 1, "2026-06-01": 1} {
		due, err := db.Due(t.Context(), day(d))
		if err != nil || len(due) != want {
			t.Errorf("on %s %d moves are due, %v; want %d", d, len(due), err, want)
		}
	}
	db = told(t, all(approved, []fact{on("2026-05-04", rules, move, transition.MadeEffective{On: day("2026-05-04")})})...)
	if due, err := db.Due(t.Context(), day("2026-05-04")); err != nil || len(due) != 0 {
		t.Errorf("a move that took effect is due again: %v, %v", due, err)
	}
}

func TestAnInboxIsOnesOwn(t *testing.T) {
	db := told(t, all(handed, weekSent)...)
	for _, c := range []struct {
		who  domain.Actor
		want []projections.InboxKind
	}{
		{dana, []projections.InboxKind{projections.AwaitingHours}},
		{owen, nil},
		{lena, []projections.InboxKind{projections.AwaitingTransition}},
		{ruth, nil},
		{shore, nil},
		{domain.Actor{}, nil},
	} {
		is, err := db.Inbox(t.Context(), c.who.Person, c.who.Role, day("2026-04-10"))
		if err != nil {
			t.Fatal(err)
		}
		var got []projections.InboxKind
		for _, i := range is {
			got = append(got, i.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s has %v, want %v", c.who.Name(), got, c.want)
		}
	}
}

func TestLearners(t *testing.T) {
	status := func(t testing.TB, db *projections.DB) any {
		l, err := db.Learner(t.Context(), learner)
		must(t, l, err)
		return join(l.Version, l.Status, l.Role, l.Supervisor, l.Mentor, l.Signatures, l.BeganOn, l.CompletedOn)
	}
	stages := func(t testing.TB, db *projections.DB) any {
		ss, err := db.Stages(t.Context(), learner)
		return lines(must(t, ss, err), func(s projections.StageEntry) string { return join(s.Role, s.From) })
	}
	kim := []fact{
		on("2026-02-01", lena, "person-kim", person.Joined{Name: "sealed kim", Capacity: domain.Apprentice}),
		on("2026-02-02", lena, "apprenticeship-kim", apprenticeship.Drafted{Person: "kim", Role: "help-desk-analyst", StartOn: day("2026-06-01"), Minor: true},
			apprenticeship.AgreementSigned{Party: apprenticeship.ByApprentice}, apprenticeship.AgreementSigned{Party: apprenticeship.BySponsor}),
	}
	of := func(id domain.ApprenticeshipID) question {
		return func(t testing.TB, db *projections.DB) any {
			l, err := db.Learner(t.Context(), id)
			return must(t, l, err).Status
		}
	}
	entered := on("2026-05-04", rules, "apprenticeship-ana", apprenticeship.StageEntered{Role: "systems-administrator", On: day("2026-05-04")},
		apprenticeship.SupervisorAssigned{Supervisor: "owen-castellano", From: day("2026-05-04")})
	check(t, []telling{
		{"an apprenticeship that began is probationary", nil, status, "7 probationary help-desk-analyst dana-whitfield priya-raman [apprentice sponsor] 2026-03-02 "},
		{"the first stage begins with the first day", nil, stages, []string{"help-desk-analyst 2026-03-02"}},
		{"a new role comes with a new manager", []fact{entered}, status, "9 probationary systems-administrator owen-castellano priya-raman [apprentice sponsor] 2026-03-02 "},
		{"a new role is a new stage", []fact{entered}, stages, []string{"help-desk-analyst 2026-03-02", "systems-administrator 2026-05-04"}},
		{"a stage has the day that was put right", []fact{entered, restaged("2026-04-20")}, stages, []string{"help-desk-analyst 2026-03-02", "systems-administrator 2026-04-20"}},
		{"the first stage moves with the first day", []fact{entered, on("2026-05-20", lena, "apprenticeship-ana", apprenticeship.StartDateCorrected{Was: day("2026-03-02"), Is: day("2026-02-23"), Reason: "sealed"})},
			stages, []string{"help-desk-analyst 2026-02-23", "systems-administrator 2026-05-04"}},
		{"an apprenticeship completes", []fact{
			on("2026-08-01", lena, "apprenticeship-ana", apprenticeship.ProbationCompleted{On: day("2026-08-01")}),
			on("2028-01-03", priya, "apprenticeship-ana", apprenticeship.CompletionRequested{On: day("2028-01-03")}),
			on("2028-02-01", lena, "apprenticeship-ana", apprenticeship.CompletionCertified{Agency: "OA", Certificate: "C-1", On: day("2028-02-01")}),
		}, status, "10 completed help-desk-analyst dana-whitfield priya-raman [apprentice sponsor] 2026-03-02 2028-02-01"},
		{"a minor's agreement waits for the guardian", kim, of("kim"), projections.Draft},
		{"a guardian's signature completes a minor's", all(kim, []fact{on("2026-02-03", lena, "apprenticeship-kim", apprenticeship.AgreementSigned{Party: apprenticeship.ByGuardian})}), of("kim"), projections.Signed},
	})
}

// A peer mentor sees the learner from the first day to the last, and is told apart from who
// teaches.
func TestAPeerMentorSeesTheLearnerForATime(t *testing.T) {
	db := told(t, on("2026-03-20", lena, "apprenticeship-ana", apprenticeship.MentorAssigned{Mentor: "joe", Kind: apprenticeship.Peer, From: day("2026-03-16")}),
		on("2026-04-20", lena, "apprenticeship-ana", apprenticeship.MentorReleased{Mentor: "joe", Kind: apprenticeship.Peer, On: day("2026-04-20")}))
	l, err := db.Learner(t.Context(), learner)
	must(t, l, err)
	for d, want := range map[string]bool{"2026-03-15": false, "2026-03-16": true, "2026-04-19": true, "2026-04-20": false} {
		seen, err := db.Sees(t.Context(), projections.Sight{Person: "joe", On: day(d)}, learner)
		if must(t, seen, err) != want || l.Accompanied("joe", day(d)) != want || l.Mentored("joe", day(d)) != want {
			t.Errorf("on %s he sees %t and accompanies %t, want %t", d, seen, l.Accompanied("joe", day(d)), want)
		}
	}
	if seen, err := db.Sees(t.Context(), projections.Sight{Person: "joe"}, learner); must(t, seen, err) || l.Accompanied("", day("2026-04-01")) || l.Mentor != "priya-raman" {
		t.Errorf("on no day he sees %t; the mentor is %s", seen, l.Mentor)
	}
}

func TestOnePageOfLearnersFollowsTheOther(t *testing.T) {
	var facts []fact
	for _, id := range []domain.ApprenticeshipID{"ben", "cal", "dee"} {
		facts = append(facts, on("2026-02-02", lena, apprenticeship.Stream(id), apprenticeship.Drafted{Person: "ana-ruiz", StartOn: day("2027-01-04")}))
	}
	db := told(t, facts...)
	ask := func(q projections.LearnerQuery) string {
		ls, err := db.Learners(t.Context(), q)
		total, fault := db.CountLearners(t.Context(), q)
		if err := errors.Join(err, fault); err != nil {
			t.Fatal(err)
		}
		return join(total, lines(ls, func(l projections.Learner) string { return string(l.ID) }))
	}
	for _, c := range []struct {
		q    projections.LearnerQuery
		want string
	}{
		{projections.LearnerQuery{}, "4 [ana ben cal dee]"},
		{projections.LearnerQuery{First: 2}, "4 [ana ben]"},
		{projections.LearnerQuery{First: 2, After: "ben"}, "4 [cal dee]"},
		{projections.LearnerQuery{First: 2, After: "dee"}, "4 []"},
		{projections.LearnerQuery{Statuses: []projections.LearnerStatus{projections.Draft}}, "3 [ben cal dee]"},
		{projections.LearnerQuery{IDs: []domain.ApprenticeshipID{"dee", "zoe"}}, "1 [dee]"},
		{projections.LearnerQuery{IDs: []domain.ApprenticeshipID{}}, "0 []"},
		{projections.LearnerQuery{Visible: projections.Sight{Nobody: true}}, "0 []"},
	} {
		if got := ask(c.q); got != c.want {
			t.Errorf("%+v gave %s, want %s", c.q, got, c.want)
		}
	}
	if l, err := db.LearnerOf(t.Context(), "ana-ruiz"); err != nil || l.ID != "dee" {
		t.Errorf("the latest apprenticeship is %s, %v", l.ID, err)
	}
	if _, err := db.Learner(t.Context(), "zoe"); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "NO_SUCH_APPRENTICESHIP" {
		t.Errorf("a learner who is none gave %v", err)
	}
}

var (
	everything = []domain.Scope{domain.CreditRecords, domain.MilestoneRecords, domain.PathwayRecords}
	signed     = []fact{
		on("2026-01-12", lena, "agreement-lake", agreement.Drafted{Partner: "lakeshore", Scopes: everything}, agreement.SignedByParty{Party: agreement.Hospital}),
		on("2026-01-12", shore, "agreement-lake", agreement.SignedByParty{Party: agreement.Institution}),
	}
	inForce = all(signed, []fact{on("2026-01-19", lena, "agreement-lake", agreement.Activated{From: day("2026-01-19"), To: day("2026-12-31")}, agreement.ArticulationRuleAdded{Articulation: rule})})
	second  = []fact{on("2026-01-12", lena, "agreement-more", agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.TransitionRecords, domain.CreditRecords}}, agreement.SignedByParty{},
		agreement.SignedByParty{}, agreement.Activated{From: day("2026-01-12"), To: day("2027-06-30")})}
)

func consented(until string, records ...domain.Scope) fact {
	g := consent.Given{Person: "ana-ruiz", Party: "lakeshore", Records: records, Purpose: "credit", On: day("2026-03-03")}
	if until != "" {
		g.ExpiresOn = day(until)
	}
	return on("2026-03-03", ana, "consent-ana-ruiz.lakeshore", g)
}

func TestAgreementsAndConsents(t *testing.T) {
	agreements := func(t testing.TB, db *projections.DB) any {
		as, err := db.Agreements(t.Context(), "lakeshore")
		return lines(must(t, as, err), func(a projections.Agreement) string {
			return join(a.ID, a.Version, a.PartnerName, a.State, a.From, a.To, len(a.Rules))
		})
	}
	consents := func(t testing.TB, db *projections.DB) any {
		cs, err := db.Consents(t.Context(), "ana-ruiz")
		return lines(must(t, cs, err), func(c projections.Consent) string {
			return join(c.PartyName, c.Version, c.State, c.Records, c.Purpose, c.GivenOn, c.ExpiresOn, domain.DateOf(c.EndedAt))
		})
	}
	over := on("2027-01-01", rules, "agreement-lake", agreement.Expired{})
	check(t, []telling{
		{"an agreement with one signature is partly signed", signed[:1], agreements, []string{"lake 2 Lakeshore partly-signed   0"}},
		{"an agreement with both is signed", signed, agreements, []string{"lake 3 Lakeshore signed   0"}},
		{"an agreement in force has its days and rules", inForce, agreements, []string{"lake 5 Lakeshore active 2026-01-19 2026-12-31 1"}},
		{"an agreement expires", all(inForce, []fact{over}), agreements, []string{"lake 6 Lakeshore expired 2026-01-19 2026-12-31 1"}},
		{"an agreement is terminated", all(inForce, []fact{on("2026-02-01", lena, "agreement-lake", agreement.Terminated{Reason: "moved"})}), agreements, []string{"lake 6 Lakeshore terminated 2026-01-19 2026-12-31 1"}},
		{"a consent is given", []fact{consented("2026-09-30", domain.PathwayRecords)}, consents, []string{"Lakeshore 1 live [pathway] credit 2026-03-03 2026-09-30 "}},
		{"a consent takes the place of the one before", []fact{consented("2026-09-30", domain.PathwayRecords), consented("", domain.CreditRecords)}, consents, []string{"Lakeshore 2 live [credits] credit 2026-03-03  "}},
		{"a consent is revoked", []fact{consented("", domain.PathwayRecords), on("2026-04-01", ana, "consent-ana-ruiz.lakeshore", consent.Revoked{})}, consents, []string{"Lakeshore 2 revoked [pathway] credit 2026-03-03  2026-04-01"}},
		{"a consent expires", []fact{consented("2026-03-31", domain.PathwayRecords), on("2026-04-01", rules, "consent-ana-ruiz.lakeshore", consent.Expired{})}, consents, []string{"Lakeshore 2 expired [pathway] credit 2026-03-03 2026-03-31 2026-04-01"}},
		{"agreements and consents are over after their last day", all(inForce, []fact{consented("2026-12-31", domain.PathwayRecords)}), func(t testing.TB, db *projections.DB) any {
			var out []int
			for _, d := range []string{"2026-12-31", "2027-01-01"} {
				as, err := db.AgreementsOver(t.Context(), day(d))
				must(t, as, err)
				cs, err := db.ConsentsOver(t.Context(), day(d))
				must(t, cs, err)
				out = append(out, len(as), len(cs))
			}
			return out
		}, []int{0, 0, 1, 1}},
	})
}

func TestGrants(t *testing.T) {
	seen := func(d string) question {
		return func(t testing.TB, db *projections.DB) any {
			gs, err := db.Grants(t.Context(), "lakeshore", day(d), learner, "nobody")
			must(t, gs, err)
			for _, s := range append(everything, domain.TransitionRecords) {
				sees, err := db.Sees(t.Context(), projections.Sight{Partner: "lakeshore", On: day(d), Scope: s}, learner)
				if err != nil || sees != slices.Contains(gs[0].Scopes(), s) {
					t.Errorf("grants are %v and yet sight of %s is %v, %v", gs, s, sees, err)
				}
			}
			if other, err := db.Grants(t.Context(), "harbor", day(d), learner); err != nil || len(other[0].Scopes()) > 0 {
				t.Errorf("another college sees %v, %v", other, err)
			}
			return fmt.Sprint(gs[0].Scopes())
		}
	}
	everyScope := consented("", domain.CreditRecords, domain.PathwayRecords, domain.TransitionRecords)
	check(t, []telling{
		{"consent without an agreement shows nothing", []fact{everyScope}, seen("2026-04-01"), "[]"},
		{"an agreement without consent shows nothing", inForce, seen("2026-04-01"), "[]"},
		{"a signed agreement that is not in force shows nothing", all(signed, []fact{everyScope}), seen("2026-04-01"), "[]"},
		{"what both name is seen", all(inForce, []fact{everyScope}), seen("2026-04-01"), "[credits pathway]"},
		{"it does not matter which comes first", all([]fact{everyScope}, inForce), seen("2026-04-01"), "[credits pathway]"},
		{"the consent's last day counts", all(inForce, []fact{consented("2026-04-30", domain.PathwayRecords)}), seen("2026-04-30"), "[pathway]"},
		{"after it nothing is seen, though nobody recorded it", all(inForce, []fact{consented("2026-04-30", domain.PathwayRecords)}), seen("2026-05-01"), "[]"},
		{"two agreements add up", all(inForce, second, []fact{everyScope}), seen("2026-04-01"), "[credits pathway role-transitions]"},
		{"each kind ends with the last agreement that covers it", all(inForce, second, []fact{everyScope}), seen("2027-01-01"), "[credits role-transitions]"},
		{"what was revoked is not seen", all(inForce, []fact{everyScope, on("2026-04-01", ana, "consent-ana-ruiz.lakeshore", consent.Revoked{})}), seen("2026-04-01"), "[]"},
		{"consenting to less shows less", all(inForce, []fact{everyScope, consented("", domain.PathwayRecords)}), seen("2026-04-01"), "[pathway]"},
		{"a terminated agreement shows nothing", all(inForce, []fact{everyScope, on("2026-04-01", lena, "agreement-lake", agreement.Terminated{Reason: "moved"})}), seen("2026-04-01"), "[]"},
		{"a later apprenticeship is seen under the same consent", all(inForce, []fact{everyScope, on("2026-04-01", lena, "apprenticeship-second", apprenticeship.Drafted{Person: "ana-ruiz"})}),
			func(t testing.TB, db *projections.DB) any {
				gs, err := db.Grants(t.Context(), "lakeshore", day("2026-04-01"), "second")
				return fmt.Sprint(must(t, gs, err)[0].Scopes())
			}, "[credits pathway]"},
	})
}

func TestTheFeedHoldsWhatCanBeSeen(t *testing.T) {
	feed := func(t testing.TB, db *projections.DB) any {
		cs, _, _, err := db.Feed(t.Context(), projections.FeedQuery{Partner: "lakeshore", First: 100})
		return lines(must(t, cs, err), func(c projections.Change) string { return strings.TrimSpace(join(c.Object, c.Removed)) })
	}
	defence := on("2026-03-04", ana, "milestone-ana.hd-defence", milestone.Started{Apprenticeship: learner, Person: "ana-ruiz", Requirement: "hd-defence"})
	other := on("2026-03-04", ana, "milestone-ana.hd-other", milestone.Started{Apprenticeship: learner, Person: "ana-ruiz", Requirement: "hd-other"})
	foreign := on("2026-03-04", domain.Actor{Partner: "harbor"}, "credit-ana.him", credit.Awarded{Subject: about(learner, "harbor")})
	full := consented("", everything...)
	revoked := on("2026-05-01", ana, "consent-ana-ruiz.lakeshore", consent.Revoked{})
	moves := all(inForce, second, []fact{consented("", domain.TransitionRecords)})
	check(t, []telling{
		{"without consent nothing is told", all(inForce, []fact{defence, awarded}), feed, []string{}},
		{"consent brings what is there", all(inForce, []fact{defence, other, requested, foreign, full}), feed, []string{"apprenticeship-ana", "credit-ana.cyb-110", "milestone-ana.hd-defence"}},
		{"what comes later is told", all(inForce, []fact{full, defence, other, requested, foreign}), feed, []string{"apprenticeship-ana", "milestone-ana.hd-defence", "credit-ana.cyb-110"}},
		{"a rule brings the milestones it meets", all(signed, []fact{full, defence, on("2026-03-05", lena, "agreement-lake", agreement.Activated{From: day("2026-01-19"), To: day("2026-12-31")}),
			on("2026-03-06", lena, "agreement-lake", agreement.ArticulationRuleAdded{Articulation: rule})}), feed, []string{"apprenticeship-ana", "milestone-ana.hd-defence"}},
		{"revoking removes all of it", all(inForce, []fact{full, defence, revoked}), feed, []string{"apprenticeship-ana consent-revoked", "milestone-ana.hd-defence consent-revoked"}},
		{"consenting to less removes the rest", all(inForce, []fact{full, defence, consented("", domain.PathwayRecords)}), feed, []string{"apprenticeship-ana", "milestone-ana.hd-defence consent-revoked"}},
		{"the end of an agreement removes all of it", all(inForce, []fact{full, defence, on("2026-05-01", lena, "agreement-lake", agreement.Terminated{Reason: "moved"})}), feed, []string{"apprenticeship-ana sharing-ended", "milestone-ana.hd-defence sharing-ended"}},
		{"consenting again brings it back", all(inForce, []fact{full, defence, revoked, full}), feed, []string{"apprenticeship-ana", "milestone-ana.hd-defence"}},
		{"what changes while nothing is shared is not told", all(inForce, []fact{full, revoked, defence}), feed, []string{"apprenticeship-ana consent-revoked"}},
		{"a move is told once it is submitted", all(moves, asked), feed, []string{"transition-ana.systems-administrator"}},
		{"a move that is not submitted is not told", all(moves, []fact{on("2026-04-01", priya, move, proposed)}), feed, []string{}},
		{"a move that is asked for anew goes until it is submitted", all(moves, sentBack, []fact{on("2026-04-07", priya, move, proposed)}), feed, []string{"transition-ana.systems-administrator sharing-ended"}},
		{"consent that ran out unrecorded comes back whole", all(inForce, []fact{consented("2026-04-30", everything...), defence, on("2026-05-02", ana, "consent-ana-ruiz.lakeshore",
			consent.Given{Person: "ana-ruiz", Party: "lakeshore", Records: everything, Purpose: "credit", On: day("2026-05-02")}),
			on("2026-05-03", ana, "milestone-ana.hd-defence", milestone.EvidenceSubmitted{})}), feed, []string{"apprenticeship-ana", "milestone-ana.hd-defence"}},
	})
}

func TestWhatRanOutUnrecordedIsToldAnewWhenItIsSharedAgain(t *testing.T) {
	log := openLog(t)
	record(t, log, all(house, inForce, []fact{consented("2026-04-30", everything...)})...)
	again := record(t, log, on("2026-05-02", ana, "consent-ana-ruiz.lakeshore", consent.Given{Person: "ana-ruiz", Party: "lakeshore", Records: everything, Purpose: "credit", On: day("2026-05-02")}))
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, db, again)
	cs, at, _, err := db.Feed(t.Context(), projections.FeedQuery{Partner: "lakeshore", After: again - 1, First: 10})
	if err != nil || at != again || len(cs) != 1 || cs[0].Object != "apprenticeship-ana" || cs[0].Removed != "" {
		t.Errorf("after the new consent: %+v at %d, %v; want the apprenticeship", cs, at, err)
	}
}

func TestKeysAreKnownWhileTheyLive(t *testing.T) {
	db := told(t, on("2026-03-03", rules, "person-ana-ruiz", person.KeyIssued{Key: "k1", Hash: "aa"}, person.KeyIssued{Key: "k2", Hash: "bb"}, person.KeyRevoked{Key: "k1"}),
		on("2026-03-03", rules, "partner-lakeshore", partner.KeyIssued{Key: "k1", Hash: "cc"}, partner.KeyIssued{Key: "k2", Hash: "dd"}, partner.KeyRevoked{Key: "k2"}))
	for hash, want := range map[string]domain.Actor{"bb": ana, "cc": shore} {
		if got, err := db.Bearer(t.Context(), hash); err != nil || got != want {
			t.Errorf("%s is %+v, %v; want %+v", hash, got, err, want)
		}
	}
	for _, hash := range []string{"aa", "dd", "", "ee"} {
		if got, err := db.Bearer(t.Context(), hash); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "UNKNOWN_TOKEN" {
			t.Errorf("%q is %+v, %v; want UNKNOWN_TOKEN", hash, got, err)
		}
	}
}

func TestPeople(t *testing.T) {
	db := told(t)
	if p, err := db.Person(t.Context(), "ana-ruiz"); err != nil || p.Name != "sealed ana" || p.Manager != "dana-whitfield" || p.Leads != nil {
		t.Errorf("Ana is %+v, %v", p, err)
	}
	if p, ok, err := db.Leader(t.Context(), "security-analyst"); err != nil || !ok || p.ID != "owen-castellano" {
		t.Errorf("security analysts are led by %+v, %v, %v", p, ok, err)
	}
	if _, ok, err := db.Leader(t.Context(), "nobody-leads"); ok || err != nil {
		t.Errorf("a role that nobody leads: %v, %v", ok, err)
	}
	if ps, err := db.InCapacity(t.Context(), domain.Manager); err != nil || len(ps) != 2 {
		t.Errorf("%d managers, %v", len(ps), err)
	}
	if ps, err := db.Named(t.Context(), "ana-ruiz", "zoe"); err != nil || len(ps) != 1 {
		t.Errorf("%v, %v", ps, err)
	}
	if _, err := db.Person(t.Context(), "zoe"); domain.AsRefusal(err) == nil {
		t.Errorf("nobody is %v", err)
	}
}

func TestOfSomebodyErasedOnlyTheRecordIsLeft(t *testing.T) {
	db := told(t, on("2026-03-03", rules, "person-ana-ruiz", person.KeyIssued{Key: "k1", Hash: "aa"}),
		on("2026-03-03", rules, "person-owen-castellano", person.KeyIssued{Key: "k1", Hash: "bb"}),
		on("2026-03-04", dana, "person-ana-ruiz", person.Erased{Reason: person.Asked}),
		on("2026-03-04", dana, "person-owen-castellano", person.Erased{Reason: person.Retention}))
	if p, err := db.Person(t.Context(), "ana-ruiz"); err != nil || !p.Erased || p.Name != "" || p.Manager != "" {
		t.Errorf("Ana is %+v, %v", p, err)
	}
	if l, err := db.Learner(t.Context(), learner); err != nil || l.Name != "" || l.Person != "ana-ruiz" {
		t.Errorf("the apprenticeship is %+v, %v", l, err)
	}
	for _, hash := range []string{"aa", "bb"} {
		if got, err := db.Bearer(t.Context(), hash); domain.AsRefusal(err) == nil {
			t.Errorf("%s is still %+v, %v", hash, got, err)
		}
	}
	if p, ok, err := db.Leader(t.Context(), "security-analyst"); ok || err != nil {
		t.Errorf("security analysts are led by %+v, %v", p, err)
	}
	if ps, err := db.InCapacity(t.Context(), domain.Manager); err != nil || len(ps) != 1 {
		t.Errorf("%d managers, %v", len(ps), err)
	}
	if ids, err := db.Erased(t.Context()); err != nil || !slices.Equal(ids, []domain.PersonID{"ana-ruiz", "owen-castellano"}) {
		t.Errorf("erased are %v, %v", ids, err)
	}
}

func TestTheCatalogueShowsWhatIsPublished(t *testing.T) {
	process := func(id string) standard.WorkProcessDefined {
		var e standard.WorkProcessDefined
		e.WorkProcess.ID = domain.WorkProcessID(id)
		return e
	}
	v1 := on("2026-01-05", rules, "standard-it", standard.Drafted{Version: 1}, process("wp-01"), process("wp-02"), standard.Published{Version: 1})
	v2 := on("2026-02-05", rules, "standard-it", standard.Drafted{Version: 2}, process("wp-03"))
	db := told(t, v1, v2)
	latest := func() string {
		ss, err := db.Standards(t.Context())
		if err != nil || len(ss) != 1 {
			t.Fatal(ss, err)
		}
		return join(ss[0].Version, len(ss[0].WorkProcesses))
	}
	if got := latest(); got != "1 2" {
		t.Errorf("while version 2 is being told, the latest is %s", got)
	}
	if _, err := db.Standard(t.Context(), "it", 2); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "NO_SUCH_STANDARD" {
		t.Errorf("an unpublished version gave %v", err)
	}
	db = told(t, v1, v2, on("2026-02-05", rules, "standard-it", standard.Published{Version: 2}))
	if got := latest(); got != "2 1" {
		t.Errorf("the latest is %s", got)
	}
	if s, err := db.Standard(t.Context(), "it", 1); err != nil || len(s.WorkProcesses) != 2 {
		t.Errorf("an apprentice's own version is %+v, %v", s, err)
	}
}

func TestANewEditionOfAFrameworkReplacesItsRoles(t *testing.T) {
	edition := func(codes ...string) fact {
		f := on("2026-01-05", rules, "framework-nice", framework.Published{Name: "NICE"})
		for _, c := range codes {
			f.events = append(f.events, framework.RoleDefined{Code: c, Title: c, Statements: []domain.StatementID{"T1"}})
		}
		return f
	}
	db := told(t, edition("A", "B"), edition("B", "C"))
	roles, err := db.WorkRoles(t.Context(), "nice")
	if got := lines(must(t, roles, err), func(w projections.WorkRole) string { return w.Code + string(w.Statements[0]) }); !slices.Equal(got, []string{"BT1", "CT1"}) {
		t.Errorf("got %v", got)
	}
}

func TestActivityIsNewestFirst(t *testing.T) {
	db := told(t, all(weekSigned, []fact{awarded})...)
	as, err := db.Activity(t.Context(), learner, 3)
	got := lines(must(t, as, err), func(a projections.Activity) string {
		return join(domain.DateOf(a.At), a.Person+domain.PersonID(a.Partner), a.Event, a.Subject)
	})
	want := []string{"2026-06-09 lakeshore credit.awarded credit-ana.cyb-110", "2026-03-10 dana-whitfield timesheet.approved timesheet-ana.2026-W10", "2026-03-06 ana-ruiz timesheet.submitted timesheet-ana.2026-W10"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// A break that is not there is put right, or ended, in a log of somebody else's making: the
// record is shown all the same.
func TestABreakThatIsNotThereHidesNothing(t *testing.T) {
	db := told(t, on("2026-04-01", lena, "apprenticeship-ana", apprenticeship.PauseCorrected{No: 1, From: day("2026-03-09")}, apprenticeship.PauseCorrected{No: -1}, apprenticeship.Reinstated{On: day("2026-04-01")}, apprenticeship.CancellationReversed{}))
	l, err := db.Learner(t.Context(), learner)
	missing, fault := db.Missing(t.Context(), learner)
	if must(t, l, err).Version != 11 || l.Status != projections.Probationary || len(must(t, missing, fault)) != 0 {
		t.Errorf("version %d, and not shown: %+v", l.Version, missing)
	}
}
