package projections_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// theStep is the open step of the move: who holds it on 10 April, until when, and who let it pass.
func theStep(t testing.TB, db *projections.DB) any {
	m, err := db.Transition(t.Context(), learner, "systems-administrator")
	must(t, m, err)
	s, at, _ := m.Open()
	return join(m.State, at, s.Assignee, s.Holder(day("2026-04-10")), s.DueOn, s.OverdueWith)
}

// theTerms is what was agreed of the move.
func theTerms(t testing.TB, db *projections.DB) any {
	m, err := db.Transition(t.Context(), learner, "systems-administrator")
	must(t, m, err)
	return join(m.State, m.AskedFor, m.EffectiveOn, m.ApprovedOn, m.ConfirmedOn, m.PayGrade, m.Position)
}

func TestWhoHoldsAMove(t *testing.T) {
	instead := on("2026-04-02", dana, move, transition.ApprovalDelegated{Step: 0, To: "owen-castellano", From: day("2026-04-06"), Until: day("2026-04-12")})
	up := on("2026-04-16", rules, move, transition.ApprovalEscalated{Step: 0, From: "dana-whitfield", To: "owen-castellano", DueOn: day("2026-04-30")})
	lapsed := on("2026-04-03", rules, move, transition.ApprovalsLapsed{Snapshot: "s2"})
	resumed := on("2026-04-04", priya, move, transition.Resubmitted{}, transition.ApprovalStepOpened{Step: 1, DueOn: day("2026-04-18")})
	check(t, []telling{
		{"the manager holds the first step", asked, theStep, "submitted 0 dana-whitfield dana-whitfield 2026-04-15 "},
		{"somebody stands in", all(asked, []fact{instead}), theStep, "submitted 0 dana-whitfield owen-castellano 2026-04-15 "},
		{"the next manager holds what was overdue", all(asked, []fact{up}), theStep, "submitted 0 owen-castellano owen-castellano 2026-04-30 dana-whitfield"},
		{"it waits for the next manager", all(asked, []fact{up}), theInbox, []string{"transition-ana.systems-administrator transition sealed ana owen-castellano manager 2026-04-16 2026-04-30"}},
		{"approvals fall and nobody holds the move", all(handed, []fact{lapsed}), theMove, []string{"7 returned 2026-04-03 2026-05-04  s1 6 of 6 open -1", "current-manager waiting   ", "workforce-development waiting   "}},
		{"fallen approvals wait for nobody", all(handed, []fact{lapsed}), theInbox, []string{}},
		{"who sent it back decides again", all(sentBack, []fact{resumed}), theStep, "submitted 1   2026-04-18 "},
		{"a move that ended waits for nobody", all(asked, []fact{on("2026-07-01", rules, move, transition.Expired{})}), theInbox, []string{}},
	})
}

func TestTermsOfAMove(t *testing.T) {
	later := on("2026-04-06", dana, move, transition.Deferred{By: "dana-whitfield", EffectiveOn: day("2026-05-20"), Reason: "sealed later"})
	named := on("2026-04-06", ruth, move, transition.Scheduled{EffectiveOn: day("2026-05-11"), PayGrade: "IT-3", Position: "p-7"})
	took := on("2026-05-11", rules, move, transition.MadeEffective{On: day("2026-05-11")})
	right := on("2026-05-12", ruth, move, transition.TermsCorrected{By: "ruth", Was: transition.Terms{EffectiveOn: day("2026-05-11"), PayGrade: "IT-3"},
		Terms: transition.Terms{EffectiveOn: day("2026-05-08"), PayGrade: "IT-4"}, Reason: "sealed typo"})
	stays := on("2026-08-12", owen, move, transition.Confirmed{By: "owen-castellano", On: day("2026-08-12")})
	check(t, []telling{
		{"a day that was put off", all(approved, []fact{later}), theTerms, "scheduled 2026-05-04 2026-05-20 2026-04-03   "},
		{"a vacancy that is filled", all(approved, []fact{named}), theTerms, "scheduled 2026-05-04 2026-05-11 2026-04-03  IT-3 p-7"},
		{"what was wrong is put right", all(approved, []fact{named, took, right}), theTerms, "effective 2026-05-04 2026-05-08 2026-04-03  IT-4 p-7"},
		{"who stays", all(approved, []fact{named, took, right, stays}), theTerms, "confirmed 2026-05-04 2026-05-08 2026-04-03 2026-08-12 IT-4 p-7"},
		{"what is taken back", all(approved, []fact{on("2026-04-20", ruth, move, transition.Rescinded{By: "ruth", Reason: "sealed no"})}), theTerms, "rescinded 2026-05-04 2026-05-04 2026-04-03   "},
	})
}

func TestATimelineTellsEverythingOnce(t *testing.T) {
	timeline := func(t testing.TB, db *projections.DB) any {
		fs, err := db.Timeline(t.Context(), learner, "systems-administrator")
		return lines(must(t, fs, err), func(f projections.MoveFact) string {
			return join(f.Revision, f.Event, domain.DateOf(f.At), f.By, f.Office, f.To, f.Day, f.Reason)
		})
	}
	waived := on("2026-03-30", lena, move, transition.ReadinessWaived{Apprenticeship: learner, Person: "ana-ruiz", By: "lena-fischer", Requirements: []domain.RequirementID{"hd-hours"}, Reason: "sealed why"})
	up := on("2026-04-16", rules, move, transition.ApprovalEscalated{Step: 0, From: "dana-whitfield", To: "owen-castellano", DueOn: day("2026-04-30")})
	check(t, []telling{
		{"from the waiver to the next manager", all([]fact{waived}, asked, []fact{up}), timeline, []string{
			"1 transition.readiness_waived 2026-03-30 lena-fischer    sealed why",
			"2 transition.proposed 2026-04-01 priya-raman   2026-05-04 sealed note",
			"3 transition.readiness_snapshot_taken 2026-04-01 priya-raman    ",
			"4 transition.submitted 2026-04-01 priya-raman    ",
			"5 transition.approval_step_opened 2026-04-01 priya-raman current-manager  2026-04-15 ",
			"6 transition.approval_escalated 2026-04-16  current-manager owen-castellano 2026-04-30 ",
		}},
		{"a waiver is there until the attempt is over", all([]fact{waived}, asked), func(t testing.TB, db *projections.DB) any {
			ws, err := db.Waivers(t.Context(), learner, "systems-administrator")
			return lines(must(t, ws, err), func(w projections.Waiver) string { return join(w.Requirement, w.By, w.Reason) })
		}, []string{"hd-hours lena-fischer sealed why"}},
		{"and gone after it", all([]fact{waived}, asked, []fact{on("2026-04-05", priya, move, transition.Withdrawn{By: "priya-raman"})}), func(t testing.TB, db *projections.DB) any {
			ws, err := db.Waivers(t.Context(), learner, "systems-administrator")
			return len(must(t, ws, err))
		}, 0},
	})
}

func TestWhoStandsInSeesTheMoveMeanwhile(t *testing.T) {
	db := told(t, all(asked, []fact{on("2026-04-02", dana, move, transition.ApprovalDelegated{Step: 0, To: "owen-castellano", From: day("2026-04-06"), Until: day("2026-04-12")})})...)
	for d, want := range map[string]bool{"2026-04-05": false, "2026-04-06": true, "2026-04-12": true, "2026-04-13": false} {
		items, err := db.Inbox(t.Context(), "owen-castellano", domain.Manager, day(d))
		seen, err2 := db.Sees(t.Context(), projections.Sight{Person: "owen-castellano", On: day(d)}, learner)
		if err != nil || err2 != nil || len(items) > 0 != want || seen != want {
			t.Errorf("on %s: %d items, seen %v, %v, %v", d, len(items), seen, err, err2)
		}
	}
}

func TestWhatIsLateAndWhatIsForgotten(t *testing.T) {
	db := told(t, asked...)
	for d, want := range map[string]int{"2026-04-15": 0, "2026-04-16": 1} {
		late, err := db.Overdue(t.Context(), day(d))
		if err != nil || len(late) != want {
			t.Errorf("on %s %d are overdue, %v", d, len(late), err)
		}
	}
	for d, want := range map[string]int{"2026-04-01": 0, "2026-04-02": 1} {
		idle, err := db.Undecided(t.Context(), day(d).Midnight())
		if err != nil || len(idle) != want {
			t.Errorf("before %s %d were touched last, %v", d, len(idle), err)
		}
	}
	due, err := db.Approvals(t.Context())
	if err != nil || len(due) != 1 || due[0].Step.Assignee != "dana-whitfield" || due[0].Step.OverdueWith != "" {
		t.Errorf("open: %+v, %v", due, err)
	}
	if idle, err := told(t, approved...).Undecided(t.Context(), day("2027-01-01").Midnight()); err != nil || len(idle) != 0 {
		t.Error("an approved move is forgotten")
	}
}
