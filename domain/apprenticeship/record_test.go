package apprenticeship

import (
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	hr        = as("ruth", domain.HR)
	onBreak   = append(slices.Clip(running), Suspended{Reason: "ill", On: today})
	leaving   = Cancelled{By: ByApprentice, On: today}
	gone      = append(slices.Clip(running), leaving)
	elsewhere = append(slices.Clip(running), TransferProposed{"other", "hash"}, TransferAgreed{"other", "hash", today})
	later     = today.AddDays(30)
)

// on is somebody's request that takes effect on a day and is asked then.
func on(r domain.Request, day domain.Date) domain.Request {
	r.On = day
	return r
}

// british is a history under the rules of the United Kingdom.
func british(given []Event) []Event {
	out := slices.Clone(given)
	for i, e := range out {
		switch e := e.(type) {
		case Drafted:
			e.RuleSet = "uk-standards-1"
			out[i] = e
		case Began:
			e.NoProbation = true
			out[i] = e
		}
	}
	return slices.DeleteFunc(out, func(e Event) bool { _, ended := e.(ProbationCompleted); return ended })
}

func TestBreaks(t *testing.T) {
	back := append(slices.Clip(onBreak), Reinstated{later})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a break begins", Given: running, When: Suspend{coordinator, "ill", domain.Date{}, nil}, Then: []Event{Suspended{Reason: "ill", On: today}}},
		{Name: "a break has a planned return", Given: running, When: Suspend{coordinator, "ill", later, nil}, Then: []Event{Suspended{"ill", later, today}}},
		{Name: "where the rules want one it must", Given: british(running), When: Suspend{coordinator, "ill", domain.Date{}, nil}, Refused: "RETURN_MISSING"},
		{Name: "a break can begin in probation", Given: inProbation, When: Suspend{coordinator, "ill", domain.Date{}, nil}, Then: []Event{Suspended{Reason: "ill", On: today}}},
		{Name: "nobody is suspended twice", Given: onBreak, When: Suspend{coordinator, "ill", domain.Date{}, nil}, Refused: "SUSPENDED"},
		{Name: "a break has a reason", Given: running, When: Suspend{coordinator, "", domain.Date{}, nil}, Refused: "REASON_MISSING"},
		{Name: "the return is after it begins", Given: running, When: Suspend{coordinator, "ill", today, nil}, Refused: "BAD_DAY"},
		{Name: "hours stand in the way of an earlier break", Given: running, When: Suspend{on(coordinator, today), "ill", domain.Date{}, Worked{today.AddDays(1)}}, Refused: "HOURS_ON_RECORD"},
		{Name: "what has not begun is not suspended", Given: onTheBooks, When: Suspend{coordinator, "ill", domain.Date{}, nil}, Refused: "NOT_BEGUN"},
		{Name: "what completes is not suspended", Given: nearlyDone, When: Suspend{coordinator, "ill", domain.Date{}, nil}, Refused: "COMPLETION_REQUESTED"},
		{Name: "the apprentice does not suspend it", Given: running, When: Suspend{ana, "ill", domain.Date{}, nil}, Refused: "NOT_COORDINATOR"},

		{Name: "an apprentice comes back", Given: onBreak, When: Reinstate{on(coordinator, later)}, Then: []Event{Reinstated{later}}},
		{Name: "only from a break", Given: running, When: Reinstate{coordinator}, Refused: "NOT_SUSPENDED"},
		{Name: "not on the day it began", Given: onBreak, When: Reinstate{coordinator}, Refused: "BAD_DAY"},
		{Name: "who came back in probation is still in it", Given: append(slices.Clip(inProbation), Suspended{Reason: "ill", On: today}, Reinstated{later}), When: RequestCompletion{coordinator, nil}, Refused: "IN_PROBATION"},
		{Name: "completion waits for the return", Given: onBreak, When: RequestCompletion{coordinator, nil}, Refused: "SUSPENDED"},

		{Name: "the days of a break are corrected", Given: back, When: CorrectPause{on(coordinator, later), 1, today.AddDays(1), later.AddDays(-5), "the letter says so", nil}, Then: []Event{PauseCorrected{1, today.AddDays(1), later.AddDays(-5), "the letter says so"}}},
		{Name: "not to what is on record", Given: back, When: CorrectPause{on(coordinator, later), 1, today, later.AddDays(-1), "x", nil}},
		{Name: "not over hours", Given: back, When: CorrectPause{on(coordinator, later), 1, today.AddDays(-3), later.AddDays(-1), "x", Worked{today.AddDays(-2)}}, Refused: "HOURS_ON_RECORD"},
		{Name: "a break that is over has a last day", Given: back, When: CorrectPause{on(coordinator, later), 1, today, domain.Date{}, "x", nil}, Refused: "BAD_DAY"},
		{Name: "there was no second break", Given: back, When: CorrectPause{on(coordinator, later), 2, today, later, "x", nil}, Refused: "NO_SUCH_BREAK"},
	})
}

func TestCancelling(t *testing.T) {
	fair := Cancel{on(coordinator, later), BySponsor, "absent", today, today.AddDays(10), nil}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice leaves without a cause", Given: running, When: Cancel{Request: ana, Party: ByApprentice}, Then: []Event{leaving}},
		{Name: "a coordinator writes down that the apprentice leaves", Given: running, When: Cancel{Request: coordinator, Party: ByApprentice}, Then: []Event{leaving}},
		{Name: "in probation the sponsor needs no cause", Given: inProbation, When: Cancel{Request: coordinator, Party: BySponsor}, Then: []Event{Cancelled{By: BySponsor, InProbation: true, On: today}}},
		{Name: "before it begins either", Given: signedAll, When: Cancel{Request: coordinator, Party: BySponsor}, Then: []Event{Cancelled{By: BySponsor, InProbation: true, On: today}}},
		{Name: "after it a cause", Given: running, When: Cancel{Request: coordinator, Party: BySponsor}, Refused: "CAUSE_MISSING"},
		{Name: "and a notice", Given: running, When: Cancel{Request: coordinator, Party: BySponsor, Cause: "absent"}, Refused: "NOTICE_MISSING"},
		{Name: "and time to correct it", Given: running, When: Cancel{on(coordinator, later), BySponsor, "absent", today, today.AddDays(9), nil}, Refused: "NO_TIME_TO_CORRECT"},
		{Name: "that is over", Given: running, When: Cancel{on(coordinator, today.AddDays(9)), BySponsor, "absent", today, today.AddDays(10), nil}, Refused: "NO_TIME_TO_CORRECT"},
		{Name: "with all of it the sponsor cancels", Given: running, When: fair, Then: []Event{Cancelled{BySponsor, "absent", today, today.AddDays(10), false, later}}},
		{Name: "probation that was never ended ends by itself", Given: inProbation, When: Cancel{Request: on(coordinator, start.AddDays(200)), Party: BySponsor}, Refused: "CAUSE_MISSING"},
		{Name: "it ends once", Given: gone, When: Cancel{Request: coordinator, Party: BySponsor}, Refused: "ENDED"},
		{Name: "hours stand in the way of an earlier end", Given: running, When: Cancel{ana, ByApprentice, "", domain.Date{}, domain.Date{}, Worked{later}}, Refused: "HOURS_ON_RECORD"},
		{Name: "nobody else's party", Given: running, When: Cancel{Request: coordinator, Party: ByGuardian}, Refused: "BAD_PARTY"},
		{Name: "the mentor does not cancel", Given: running, When: Cancel{Request: mentor, Party: BySponsor}, Refused: "NOT_COORDINATOR"},

		{Name: "a cancellation is taken back", Given: gone, When: ReverseCancellation{on(coordinator, today.AddDays(30)), "by mistake"}, Then: []Event{CancellationReversed{"by mistake", today.AddDays(30)}}},
		{Name: "in time", Given: gone, When: ReverseCancellation{on(coordinator, today.AddDays(31)), "by mistake"}, Refused: "TOO_LATE_TO_REVERSE"},
		{Name: "for a reason", Given: gone, When: ReverseCancellation{coordinator, ""}, Refused: "REASON_MISSING"},
		{Name: "what runs is not taken back", Given: running, When: ReverseCancellation{coordinator, "x"}, Refused: "NOT_CANCELLED"},
		{Name: "then it goes on where it was", Given: append(slices.Clip(gone), CancellationReversed{"x", today}), When: RequestCompletion{coordinator, nil}, Then: []Event{asked}},
		{Name: "also on a break", Given: append(slices.Clip(onBreak), leaving, CancellationReversed{"x", today}), When: Reinstate{on(coordinator, later)}, Then: []Event{Reinstated{later}}},
		{Name: "nothing is signed after the end", Given: append(slices.Clip(draftedOnly), leaving), When: Sign{ana, ByApprentice}, Refused: "ENDED"},
	})
}

func TestTransferring(t *testing.T) {
	offered := append(slices.Clip(running), TransferProposed{"other", "hash"})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "another programme is offered", Given: running, When: ProposeTransfer{coordinator, "other", "hash"}, Then: offered[len(running):]},
		{Name: "it is offered once", Given: offered, When: ProposeTransfer{coordinator, "other", "hash"}},
		{Name: "it is another one", Given: running, When: ProposeTransfer{coordinator, "health-it", "hash"}, Refused: "SAME_PROGRAM"},
		{Name: "what has not begun is drafted anew", Given: onTheBooks, When: ProposeTransfer{coordinator, "other", "hash"}, Refused: "NOT_TRANSFERABLE"},
		{Name: "the apprentice consents", Given: offered, When: ConsentToTransfer{ana, "hash", nil}, Then: elsewhere[len(offered):]},
		{Name: "nobody consents for them", Given: offered, When: ConsentToTransfer{coordinator, "hash", nil}, Refused: "NOT_YOURS_TO_SIGN"},
		{Name: "to the record as it is", Given: offered, When: ConsentToTransfer{ana, "another", nil}, Refused: "RECORD_CHANGED"},
		{Name: "there has to be an offer", Given: running, When: ConsentToTransfer{ana, "hash", nil}, Refused: "NO_TRANSFER_PROPOSED"},
		{Name: "what goes on elsewhere has ended", Given: elsewhere, When: Suspend{coordinator, "ill", domain.Date{}, nil}, Refused: "ENDED"},
	})
}

func TestMentorsAndSupervisors(t *testing.T) {
	peer := MentorAssigned{"pat", today, Peer}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "another journeyworker follows", Given: running, When: AssignMentor{coordinator, "lea", Journeyworker, today}, Then: []Event{MentorAssigned{"lea", today, Journeyworker}}},
		{Name: "also from an earlier day", Given: running, When: AssignMentor{coordinator, "lea", Journeyworker, start}, Then: []Event{MentorAssigned{"lea", start, Journeyworker}}},
		{Name: "not before the start", Given: running, When: AssignMentor{coordinator, "lea", Journeyworker, start.AddDays(-1)}, Refused: "BAD_DAY"},
		{Name: "not from a day to come", Given: running, When: AssignMentor{coordinator, "lea", Journeyworker, later}, Refused: "BAD_DAY"},
		{Name: "who is the mentor is not named again", Given: running, When: AssignMentor{coordinator, "tom", Journeyworker, today}},
		{Name: "a peer accompanies", Given: running, When: AssignMentor{coordinator, "pat", Peer, today}, Then: []Event{peer}},
		{Name: "nobody mentors themselves", Given: running, When: AssignMentor{coordinator, "ana", Peer, today}, Refused: "OWN_SUPERVISOR"},
		{Name: "there are two kinds", Given: running, When: AssignMentor{coordinator, "pat", "friend", today}, Refused: "BAD_MENTOR_KIND"},
		{Name: "a peer is released", Given: append(slices.Clip(running), peer), When: ReleaseMentor{coordinator, "pat", today}, Then: []Event{MentorReleased{"pat", Peer, today}}},
		{Name: "nobody learns without a journeyworker", Given: running, When: ReleaseMentor{coordinator, "tom", today}, Refused: "ONLY_MENTOR"},
		{Name: "who is no mentor is not released", Given: running, When: ReleaseMentor{coordinator, "pat", today}, Refused: "NOT_A_MENTOR"},
		{Name: "another manager signs off", Given: running, When: AssignSupervisor{coordinator, "sam", today}, Then: []Event{SupervisorAssigned{"sam", today}}},
		{Name: "the manager who does is not named again", Given: running, When: AssignSupervisor{coordinator, "grace", today}},
		{Name: "the supervisor lets somebody stand in", Given: running, When: DelegateApproval{manager, "sam", today, later}, Then: []Event{ApprovalDelegated{"sam", today, later}}},
		{Name: "for a time", Given: running, When: DelegateApproval{manager, "sam", later, today}, Refused: "BAD_DAYS"},
		{Name: "not the apprentice", Given: running, When: DelegateApproval{manager, "ana", today, later}, Refused: "OWN_SUPERVISOR"},
		{Name: "a mentor does not delegate", Given: running, When: DelegateApproval{mentor, "sam", today, later}, Refused: "NOT_COORDINATOR"},
	})
	ms := Mentors{}.Assigned(Mentoring{"tom", Journeyworker, start, domain.Date{}}).Assigned(Mentoring{"lea", Journeyworker, later, domain.Date{}}).Assigned(Mentoring{"kai", Journeyworker, today, domain.Date{}})
	if ms.Leading() != "lea" || !ms.Is("tom", Journeyworker, today.AddDays(-1)) || ms.Is("tom", Journeyworker, today) || !ms.Is("kai", Journeyworker, today) || ms.Is("kai", Journeyworker, later) {
		t.Errorf("a mentor who was recorded late is not in their place: %+v", ms)
	}
}

func TestPriorCredit(t *testing.T) {
	room := Room{Required: map[domain.WorkProcessID]domain.Minutes{"wp-01": 600}, Earned: map[domain.WorkProcessID]domain.Minutes{"wp-01": 100}, Competencies: []string{"c-1"}, Courses: []string{"ri-01"}}
	some := func(minutes domain.Minutes) Prior {
		return Prior{Processes: []Learned{{"wp-01", minutes}}, Evidence: "letter"}
	}
	counted := PriorExperienceCredited{"e-1", some(300), 2, today}
	there := append(slices.Clip(inProbation), counted)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "what was learned before counts, with its wage", Given: inProbation, When: GrantPriorCredit{coordinator, "e-1", some(300), 2, room}, Then: []Event{counted}},
		{Name: "it counts once", Given: there, When: GrantPriorCredit{coordinator, "e-1", some(300), 2, room}},
		{Name: "with what was earned up to the requirement", Given: inProbation, When: GrantPriorCredit{coordinator, "e-1", some(501), 0, room}, Refused: "CREDIT_BEYOND_REQUIREMENT"},
		{Name: "and with what was credited", Given: there, When: GrantPriorCredit{coordinator, "e-2", some(201), 0, room}, Refused: "CREDIT_BEYOND_REQUIREMENT"},
		{Name: "before probation ends", Given: running, When: GrantPriorCredit{on(coordinator, later), "e-1", some(300), 0, room}, Refused: "TOO_LATE_FOR_CREDIT"},
		{Name: "to what the standard knows", Given: inProbation, When: GrantPriorCredit{coordinator, "e-1", Prior{Courses: []string{"ri-09"}, Evidence: "letter"}, 0, room}, Refused: "NO_SUCH_COURSE"},
		{Name: "one competency once", Given: inProbation, When: GrantPriorCredit{coordinator, "e-1", Prior{Competencies: []string{"c-1", "c-1"}, Evidence: "letter"}, 0, room}, Refused: "NO_SUCH_COMPETENCY"},
		{Name: "by evidence", Given: inProbation, When: GrantPriorCredit{coordinator, "e-1", Prior{Courses: []string{"ri-01"}}, 0, room}, Refused: "EVIDENCE_MISSING"},
		{Name: "something", Given: inProbation, When: GrantPriorCredit{coordinator, "e-1", Prior{Evidence: "letter"}, 0, room}, Refused: "NOTHING_CREDITED"},
		{Name: "nobody credits themselves", Given: inProbation, When: GrantPriorCredit{anaRunsIt, "e-1", some(300), 0, room}, Refused: "NOT_COORDINATOR"},
		{Name: "what was wrong is corrected", Given: there, When: CorrectPriorCredit{coordinator, "e-1", some(200), "miscounted", room}, Then: []Event{PriorExperienceCorrected{"e-1", some(200), "miscounted"}}},
		{Name: "what is right is not", Given: there, When: CorrectPriorCredit{coordinator, "e-1", some(300), "miscounted", room}},
		{Name: "what was not granted is not", Given: inProbation, When: CorrectPriorCredit{coordinator, "e-1", some(300), "x", room}, Refused: "NO_SUCH_CREDIT"},
	})
}

func TestWages(t *testing.T) {
	due := append(slices.Clip(running), WageStepReached{1, Basis{}, today})
	set := WageStepApproved{1, 2000, today}
	paid := append(slices.Clip(due), set)
	second := append(slices.Clip(paid), WageStepReached{2, Basis{60, 1}, today})
	granted := append(slices.Clip(due), PriorExperienceCredited{Entry: "e", WageStep: 3})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a step is due", Given: running, When: ReachWageStep{policy, 1, 0, Basis{}}, Then: []Event{WageStepReached{1, Basis{}, today}}},
		{Name: "it is due once", Given: due, When: ReachWageStep{policy, 1, 0, Basis{}}},
		{Name: "in order", Given: due, When: ReachWageStep{policy, 3, 2, Basis{}}, Refused: "WAGE_STEP_OUT_OF_ORDER"},
		{Name: "nobody says so by hand", Given: running, When: ReachWageStep{coordinator, 1, 0, Basis{}}, Refused: "FOLLOWS_SCHEDULE"},
		{Name: "human resources set the wage", Given: due, When: ApproveWageStep{hr, 1, 2000, today, 1900}, Then: []Event{set}},
		{Name: "nobody else", Given: due, When: ApproveWageStep{coordinator, 1, 2000, today, 0}, Refused: "NOT_HR"},
		{Name: "at what the schedule promises", Given: due, When: ApproveWageStep{hr, 1, 1899, today, 1900}, Refused: "WAGE_BELOW_SCHEDULE"},
		{Name: "a wage never falls", Given: second, When: ApproveWageStep{hr, 2, 1999, today, 0}, Refused: "WAGE_FALLS"},
		{Name: "it is set once", Given: paid, When: ApproveWageStep{hr, 1, 2000, today, 0}},
		{Name: "another wage is a correction", Given: paid, When: ApproveWageStep{hr, 1, 2100, today, 0}, Refused: "WAGE_STEP_APPROVED"},
		{Name: "what is not due is not set", Given: paid, When: ApproveWageStep{hr, 2, 2100, today, 0}, Refused: "WAGE_STEP_NOT_REACHED"},
		{Name: "the step before comes first", Given: append(slices.Clip(due), WageStepReached{2, Basis{}, today}), When: ApproveWageStep{hr, 2, 2100, today, 0}, Refused: "WAGE_STEP_OUT_OF_ORDER"},
		{Name: "credit passes steps over", Given: granted, When: ApproveWageStep{hr, 3, 2400, today, 0}, Then: []Event{WageStepApproved{3, 2400, today}}},
		{Name: "what was passed over is not set", Given: granted, When: ApproveWageStep{hr, 1, 2000, today, 0}, Refused: "WAGE_STEP_NOT_REACHED"},
		{Name: "a step is held back", Given: due, When: DenyWageStep{hr, 1, "absent"}, Then: []Event{WageStepDenied{1, "absent"}}},
		{Name: "and set after all", Given: append(slices.Clip(due), WageStepDenied{1, "absent"}), When: ApproveWageStep{hr, 1, 2000, today, 0}, Then: []Event{set}},
		{Name: "a wage is corrected", Given: paid, When: CorrectWageStep{hr, 1, 2100, today, 0, "typing"}, Then: []Event{WageStepCorrected{1, 2100, today, "typing"}}},
		{Name: "not above the next", Given: append(slices.Clip(second), WageStepApproved{2, 2200, today}), When: CorrectWageStep{hr, 1, 2300, today, 0, "typing"}, Refused: "WAGE_FALLS"},
		{Name: "nobody sets their own", Given: due, When: ApproveWageStep{as("ana", domain.HR), 1, 2000, today, 0}, Refused: "NOT_HR"},
	})
}

func TestEvaluating(t *testing.T) {
	scale := Scale{[]string{"c-1"}, 4}
	good := Evaluation{start, today, []Rating{{"c-1", 3}}, "more nights"}
	first := ProgressEvaluated{"e-1", "tom", good}
	evaluate := func(change func(*Evaluation)) Evaluate {
		e := good
		change(&e)
		return Evaluate{mentor, "e-1", e, scale}
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the mentor evaluates", Given: running, When: Evaluate{mentor, "e-1", good, scale}, Then: []Event{first}},
		{Name: "the supervisor too", Given: running, When: Evaluate{manager, "e-1", good, scale}, Then: []Event{ProgressEvaluated{"e-1", "grace", good}}},
		{Name: "once", Given: append(slices.Clip(running), first), When: Evaluate{mentor, "e-1", good, scale}},
		{Name: "the apprentice does not", Given: running, When: Evaluate{ana, "e-1", good, scale}, Refused: "NOT_EVALUATOR"},
		{Name: "a mentor of another time does not", Given: append(slices.Clip(running), MentorAssigned{"lea", today, ""}), When: Evaluate{mentor, "e-1", good, scale}, Refused: "NOT_EVALUATOR"},
		{Name: "a competency of the standard", Given: running, When: evaluate(func(e *Evaluation) { e.Ratings = []Rating{{"c-9", 3}} }), Refused: "NO_SUCH_COMPETENCY"},
		{Name: "on its scale", Given: running, When: evaluate(func(e *Evaluation) { e.Ratings = []Rating{{"c-1", 5}} }), Refused: "BAD_RATING"},
		{Name: "once each", Given: running, When: evaluate(func(e *Evaluation) { e.Ratings = []Rating{{"c-1", 3}, {"c-1", 3}} }), Refused: "RATED_TWICE"},
		{Name: "of a time that is over", Given: running, When: evaluate(func(e *Evaluation) { e.To = later }), Refused: "BAD_DAY"},
		{Name: "it is corrected", Given: append(slices.Clip(running), first), When: CorrectEvaluation{mentor, "e-1", Evaluation{start, today, []Rating{{"c-1", 2}}, "more nights"}, "mixed up", scale},
			Then: []Event{EvaluationCorrected{"e-1", Evaluation{start, today, []Rating{{"c-1", 2}}, "more nights"}, "mixed up"}}},
		{Name: "what was not said is not corrected", Given: running, When: CorrectEvaluation{mentor, "e-1", good, "x", scale}, Refused: "NO_SUCH_EVALUATION"},
	})
}

func TestAmending(t *testing.T) {
	next := Amendment{StandardVersion: 2}
	offered := append(slices.Clip(running), AmendmentProposed{next})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a later version is offered", Given: running, When: ProposeAmendment{coordinator, next}, Then: []Event{AmendmentProposed{next}}},
		{Name: "what it runs under is not", Given: running, When: ProposeAmendment{coordinator, Amendment{StandardVersion: 1}}, Refused: "NOTHING_AMENDED"},
		{Name: "the apprentice accepts", Given: offered, When: AcceptAmendment{ana, next}, Then: []Event{AmendmentAccepted{next, today}}},
		{Name: "nobody accepts for them", Given: offered, When: AcceptAmendment{coordinator, next}, Refused: "NOT_YOURS_TO_SIGN"},
		{Name: "what they were shown", Given: offered, When: AcceptAmendment{ana, Amendment{StandardVersion: 3}}, Refused: "NO_AMENDMENT"},
	})
}

// TestTheGatewayIsInTheRules shows that the same commands lead another way where the set
// of rules says so.
func TestTheGatewayIsInTheRules(t *testing.T) {
	uk := british(running)
	day := start.AddMonths(9)
	c, own := on(coordinator, day), on(ana, day)
	employer, provider, apprentice := GatewayAgreed{ByEmployer, "", day}, GatewayAgreed{ByProvider, "college", day}, GatewayAgreed{ByApprentice, "", day}
	ready := append(slices.Clip(uk), employer, provider, apprentice)
	passed := append(slices.Clip(ready), AssessmentPassed{"board", "merit", day})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "it begins without probation", Given: british(onTheBooks), When: Begin{coordinator, start}, Then: []Event{Began{start, true}}},
		{Name: "completion is not asked for", Given: uk, When: RequestCompletion{c, nil}, Refused: "GATEWAY_FIRST"},
		{Name: "the employer agrees", Given: uk, When: AgreeGateway{c, ByEmployer, "", nil}, Then: []Event{employer}},
		{Name: "the manager agrees for the employer", Given: uk, When: AgreeGateway{on(manager, day), ByEmployer, "", nil}, Then: []Event{employer}},
		{Name: "another manager does not", Given: uk, When: AgreeGateway{on(as("sam", domain.Manager), day), ByEmployer, "", nil}, Refused: "NOT_COORDINATOR"},
		{Name: "nor the apprentice", Given: uk, When: AgreeGateway{own, ByEmployer, "", nil}, Refused: "NOT_COORDINATOR"},
		{Name: "the manager does not agree for the provider", Given: uk, When: AgreeGateway{on(manager, day), ByProvider, "college", nil}, Refused: "NOT_COORDINATOR"},
		{Name: "the provider agrees", Given: uk, When: AgreeGateway{c, ByProvider, "college", nil}, Then: []Event{provider}},
		{Name: "a provider has a name", Given: uk, When: AgreeGateway{c, ByProvider, "", nil}, Refused: "PROVIDER_MISSING"},
		{Name: "the apprentice agrees in person", Given: uk, When: AgreeGateway{c, ByApprentice, "", nil}, Refused: "NOT_YOURS_TO_SIGN"},
		{Name: "the apprentice agrees", Given: uk, When: AgreeGateway{own, ByApprentice, "", nil}, Then: []Event{apprentice}},
		{Name: "not before eight months", Given: uk, When: AgreeGateway{on(coordinator, start.AddMonths(8).AddDays(-1)), ByEmployer, "", nil}, Refused: "TOO_SHORT"},
		{Name: "not while something is missing", Given: uk, When: AgreeGateway{c, ByEmployer, "", []string{"187 h off the job"}}, Refused: "NOT_READY"},
		{Name: "in the United States there is none", Given: running, When: AgreeGateway{c, ByEmployer, "", nil}, Refused: "NO_GATEWAY"},
		{Name: "an independent organisation assesses", Given: ready, When: RecordAssessment{c, "board", true, "merit", "", nil}, Then: passed[len(ready):]},
		{Name: "the provider does not", Given: ready, When: RecordAssessment{c, "college", true, "merit", "", nil}, Refused: "NOT_INDEPENDENT"},
		{Name: "nor who employs", Given: ready, When: RecordAssessment{c, "board", true, "merit", "", []domain.PartnerID{"board"}}, Refused: "NOT_INDEPENDENT"},
		{Name: "not before all three agree", Given: append(slices.Clip(uk), employer), When: RecordAssessment{c, "board", true, "merit", "", nil}, Refused: "GATEWAY_FIRST"},
		{Name: "who failed may try again", Given: append(slices.Clip(ready), AssessmentFailed{"board", "more", day.AddDays(-9)}), When: RecordAssessment{c, "board", true, "merit", "", nil}, Then: passed[len(ready):]},
		{Name: "what was missing is said", Given: ready, When: RecordAssessment{c, "board", false, "", "", nil}, Refused: "FEEDBACK_MISSING"},
		{Name: "then the certificate", Given: passed, When: Certify{c, "Institute", "C-1"}, Then: []Event{CompletionCertified{"Institute", "C-1", day}}},
		{Name: "not before", Given: ready, When: Certify{c, "Institute", "C-1"}, Refused: "COMPLETION_NOT_REQUESTED"},
	})
	if uk, err := rules.Find("uk-standards-1"); err != nil || uk.Route == rules.USRegistered.Route {
		t.Errorf("the sets do not differ: %v", err)
	}
}

func TestUndoingACompletion(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a request is sent back", Given: nearlyDone, When: ReturnCompletion{coordinator, "hours"}, Then: []Event{CompletionReturned{"hours", today}}},
		{Name: "and asked for again", Given: append(slices.Clip(nearlyDone), CompletionReturned{"hours", today}), When: RequestCompletion{coordinator, nil}, Then: []Event{asked}},
		{Name: "what was not asked for is not sent back", Given: running, When: ReturnCompletion{coordinator, "hours"}, Refused: "COMPLETION_NOT_REQUESTED"},
		{Name: "another agency does not certify", Given: nearlyDone, When: Certify{coordinator, "Oregon SAA", "C-9"}, Refused: "OTHER_AGENCY"},
		{Name: "it goes by another name", Given: nearlyDone, When: Certify{coordinator, "Ohio State Apprenticeship Council", "C-9"}, Then: []Event{CompletionCertified{"Ohio State Apprenticeship Council", "C-9", today}}},
		{Name: "an authority revokes", Given: allDone, When: RevokeCompletion{coordinator, "OH SAA", "D-1", "forged"}, Then: []Event{CompletionRevoked{"OH SAA", "D-1", "forged", today}}},
		{Name: "an authority is named", Given: allDone, When: RevokeCompletion{coordinator, "", "D-1", "forged"}, Refused: "AUTHORITY_MISSING"},
		{Name: "what is not complete is not revoked", Given: running, When: RevokeCompletion{coordinator, "OH SAA", "D-1", "x"}, Refused: "NOT_COMPLETED"},
	})
}

func TestCorrecting(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the first day", Given: running, When: CorrectStart{coordinator, start.AddDays(-3), "payroll", nil}, Then: []Event{StartDateCorrected{start, start.AddDays(-3), "payroll"}}},
		{Name: "not after hours", Given: running, When: CorrectStart{coordinator, start.AddDays(3), "payroll", Worked{start.AddDays(1)}}, Refused: "HOURS_ON_RECORD"},
		{Name: "not to what it is", Given: running, When: CorrectStart{coordinator, start, "payroll", nil}},
		{Name: "for a reason", Given: running, When: CorrectStart{coordinator, start.AddDays(1), "", nil}, Refused: "REASON_MISSING"},
		{Name: "the expected end", Given: running, When: ChangeExpectedEnd{coordinator, start.AddMonths(30), "a break"}, Then: []Event{ExpectedEndChanged{start.AddMonths(24), start.AddMonths(30), "a break"}}},
		{Name: "not before the start", Given: running, When: ChangeExpectedEnd{coordinator, start.AddDays(-1), "x"}, Refused: "END_BEFORE_START"},
		{Name: "the registration", Given: running, When: CorrectRegistration{coordinator, "OH SAA", "A-2", today, "typing"}, Then: []Event{RegistrationCorrected{"OH SAA", "A-2", today, "typing"}}},
		{Name: "not one that is not there", Given: signedAll, When: CorrectRegistration{coordinator, "OH SAA", "A-2", today, "typing"}, Refused: "NOT_REGISTERED"},
		{Name: "the end of probation", Given: running, When: CorrectDate{coordinator, EndOfProbation, start.AddDays(60), "minutes", nil}, Then: []Event{DateCorrected{EndOfProbation, today, start.AddDays(60), "minutes"}}},
		{Name: "not beyond the law", Given: running, When: CorrectDate{on(coordinator, start.AddDays(300)), EndOfProbation, start.AddDays(200), "minutes", nil}, Refused: "PROBATION_TOO_LONG"},
		{Name: "the day of a cancellation", Given: gone, When: CorrectDate{coordinator, Cancellation, today.AddDays(-1), "letter", nil}, Refused: "OTHER_RULES"},
		{Name: "not of one that was none", Given: running, When: CorrectDate{coordinator, Cancellation, today, "x", nil}, Refused: "NOT_THERE"},
		{Name: "the day of the certificate", Given: allDone, When: CorrectDate{on(coordinator, later), Completion, today.AddDays(5), "letter", nil}, Then: []Event{DateCorrected{Completion, today, today.AddDays(5), "letter"}}},
		{Name: "nothing else has such a day", Given: running, When: CorrectDate{coordinator, "birthday", today, "x", nil}, Refused: "BAD_DAY"},
	})
}

func TestCorrectingWhenARoleWasTakenUp(t *testing.T) {
	const role = domain.RoleID("systems-administrator")
	entered := append(slices.Clip(running), StageEntered{role, today})
	fixed := StageCorrected{role, today, today.AddDays(-5)}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the day follows that of the move", Given: entered, When: CorrectStage{policy, role, fixed.Is}, Then: []Event{fixed}},
		{Name: "once", Given: append(slices.Clip(entered), fixed), When: CorrectStage{policy, role, fixed.Is}},
		{Name: "and anew", Given: append(slices.Clip(entered), fixed), When: CorrectStage{policy, role, today}, Then: []Event{StageCorrected{role, fixed.Is, today}}},
		{Name: "also of what has ended", Given: append(slices.Clip(entered), leaving), When: CorrectStage{policy, role, fixed.Is}, Then: []Event{fixed}},
		{Name: "the first role has that of the start", Given: entered, When: CorrectStage{policy, "service-desk", fixed.Is}, Refused: "NOT_ENTERED"},
		{Name: "not of a role nobody took up", Given: running, When: CorrectStage{policy, role, fixed.Is}, Refused: "NOT_ENTERED"},
		{Name: "not before the start", Given: entered, When: CorrectStage{policy, role, start.AddDays(-1)}, Refused: "BAD_DAY"},
		{Name: "nobody does by hand", Given: entered, When: CorrectStage{coordinator, role, fixed.Is}, Refused: "FOLLOWS_TRANSITION"},
		{Name: "what is not there has no role", When: CorrectStage{policy, role, fixed.Is}, Refused: "NO_SUCH_APPRENTICESHIP"},
		{Name: "it begins no later than the first move", Given: append(slices.Clip(entered), StageCorrected{role, today, start.AddDays(2)}), When: CorrectStart{coordinator, start.AddDays(3), "payroll", nil}, Refused: "BAD_DAY"},
		{Name: "and may begin on that day", Given: append(slices.Clip(entered), StageCorrected{role, today, start.AddDays(3)}), When: CorrectStart{coordinator, start.AddDays(3), "payroll", nil}, Then: []Event{StartDateCorrected{start, start.AddDays(3), "payroll"}}},
	})
}

// Evolve takes every fact in every state, however it came there.
func TestEvolveTakesEveryFact(t *testing.T) {
	for _, given := range [][]Event{nil, draftedOnly, running, onBreak, gone, allDone, elsewhere} {
		for _, e := range Events {
			var s State
			for _, f := range append(slices.Clip(given), e.(Event), e.(Event)) {
				s = Evolve(s, f)
			}
		}
	}
	Evolve(State{}, PauseCorrected{No: 7})
}
