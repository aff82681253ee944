package milestone

import (
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	pinned   = func(t Terms) Started { s := started; s.Terms = t; return s }
	twice    = pinned(Terms{Successes: 2, Team: true})
	points   = pinned(Terms{PassScore: 70, MaxScore: 100})
	watched  = pinned(Terms{Successes: 2, Observed: true})
	yearly   = pinned(Terms{Months: 12})
	applied  = pinned(Terms{Product: true})
	policyOn = func(d domain.Date) domain.Request { r := policy; r.On = d; return r }
	why      = domain.Sealed("sealed:why")
)

func after(facts []Event, more ...Event) []Event { return append(slices.Clip(facts), more...) }

func rated(rating, attempt int) Assessed {
	return Assessed{Assessor: "tom", Rating: rating, Attempt: attempt}
}

func TestPlanning(t *testing.T) {
	due := today.AddDays(30)
	plan := Planned{"a1", "ana", "siem-lab", due}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice plans", When: Plan{ana, plan}, Then: []Event{plan}},
		{Name: "a mentor plans", When: Plan{tom, plan}, Then: []Event{plan}},
		{Name: "it is planned once", Given: []Event{plan}, When: Plan{tom, plan}},
		{Name: "another day replaces it", Given: after(begun, plan), When: Plan{tom, Planned{"a1", "ana", "siem-lab", due.AddDays(1)}}, Then: []Event{Planned{"a1", "ana", "siem-lab", due.AddDays(1)}}},
		{Name: "what is planned is begun", Given: []Event{plan}, When: Start{ana, started, true}, Then: begun},
		{Name: "what is planned is not shown before it is begun", Given: []Event{plan}, When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Refused: "NOT_STARTED"},
		{Name: "no day that has passed is planned for", When: Plan{ana, Planned{"a1", "ana", "siem-lab", today.AddDays(-1)}}, Refused: "IN_THE_PAST"},
		{Name: "colleagues plan nothing", When: Plan{as("ben", domain.Apprentice), plan}, Refused: "NOT_YOUR_MILESTONE"},
		{Name: "what is attained is not planned", Given: passed, When: Plan{ana, plan}, Refused: "ALREADY_ATTAINED"},
	})
}

func TestAttempts(t *testing.T) {
	assess := func(rating int) Assess {
		return Assess{Request: tom, Stream: here, Rating: rating, Feedback: "sealed:say why"}
	}
	score := func(points int) Assess {
		return Assess{Request: tom, Stream: here, Score: points, Feedback: "sealed:say why"}
	}
	once := []Event{twice, evidence, rated(3, 1), AttemptPassed{1, 2, "sealed:say why"}}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "one of two attempts succeeds", Given: []Event{twice, evidence}, When: assess(3), Then: once[2:]},
		{Name: "the second attains", Given: after(once, better), When: assess(4), Then: []Event{rated(4, 2), Attained{On: today, Level: 4, Basis: string(here), Feedback: "sealed:say why"}}},
		{Name: "a failure between does not count", Given: after(once, better, rated(1, 2), NotYetAttained{why}, third), When: assess(3), Then: []Event{rated(3, 3), Attained{On: today, Level: 3, Basis: string(here), Feedback: "sealed:say why"}}},
		{Name: "the same evidence does not succeed twice", Given: once, When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Refused: "SAME_EVIDENCE"},
		{Name: "nor when the desk knows it by another seal", Given: once, When: SubmitEvidence{ana, better, true}, Refused: "SAME_EVIDENCE"},
		{Name: "nor when it was shown again before its failure was corrected", Given: []Event{twice, evidence, rated(2, 1), NotYetAttained{why}, evidence, AssessmentCorrected{"tom", 1, Mark{Rating: 2}, Mark{Rating: 3}, why}}, When: assess(3), Refused: "SAME_EVIDENCE"},

		{Name: "a score that passes attains", Given: []Event{points, evidence}, When: score(70), Then: []Event{Assessed{"tom", 0, 1, 70, 100}, Attained{On: today, Basis: string(here), Feedback: "sealed:say why"}}},
		{Name: "one point less does not", Given: []Event{points, evidence}, When: score(69), Then: []Event{Assessed{"tom", 0, 1, 69, 100}, NotYetAttained{"sealed:say why"}}},
		{Name: "there are no more points than all", Given: []Event{points, evidence}, When: score(101), Refused: "BAD_SCORE"},
		{Name: "what is scored is not rated", Given: []Event{points, evidence}, When: assess(3), Refused: "BAD_SCORE"},
		{Name: "what is rated is not scored", Given: shown, When: score(70), Refused: "BAD_RATING"},
		{Name: "a peer does not assess", Given: shown, When: Assess{Request: tom, Stream: here, Rating: 4, Peer: true}, Refused: "PEER_MENTOR"},

		{Name: "a work product is named", Given: []Event{applied}, When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Refused: "PRODUCT_MISSING"},
		{Name: "a team shows together", Given: []Event{twice}, When: show(func(e *EvidenceSubmitted) { e.Team = []domain.PersonID{"ben"} }), Then: []Event{EvidenceSubmitted{Kind: Lab, Note: evidence.Note, URI: evidence.URI, Assessor: "tom", Team: []domain.PersonID{"ben"}}}},
		{Name: "where one is asked for there is no team", Given: begun, When: show(func(e *EvidenceSubmitted) { e.Team = []domain.PersonID{"ben"} }), Refused: "NOT_FOR_TEAMS"},
		{Name: "nobody is in a team with themselves", Given: []Event{twice}, When: show(func(e *EvidenceSubmitted) { e.Team = []domain.PersonID{"ana"} }), Refused: "ALREADY_IN_THE_TEAM"},
		{Name: "a member has it without having begun", When: ShowTogether{policy, twice, true, bens}, Then: []Event{twice, bens}},
		{Name: "a member has it once", Given: []Event{twice, bens, better}, When: ShowTogether{policy, twice, true, bens}},
		{Name: "a member in another role does not", When: ShowTogether{policy, twice, false, bens}},
		{Name: "a member who is done does not", Given: passed, When: ShowTogether{policy, twice, true, bens}},
		{Name: "nobody shows it for others", When: ShowTogether{ana, twice, true, bens}, Refused: "FOLLOWS_TEAM"},
	})
}

func TestWatching(t *testing.T) {
	observe := func(by domain.Request, attempt, rating int) Observe {
		return Observe{Request: by, Started: watched, Stream: here, Open: true, Attempt: attempt, Rating: rating, Feedback: why}
	}
	first := []Event{watched, rated(3, 1), AttemptPassed{1, 2, why}}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a mentor rates what was seen, in one go", When: observe(tom, 1, 3), Then: first},
		{Name: "the same attempt is rated once", Given: first, When: observe(tom, 1, 4)},
		{Name: "the second attains", Given: first, When: observe(tom, 2, 4), Then: []Event{rated(4, 2), Attained{On: today, Level: 4, Basis: string(here), Feedback: why}}},
		{Name: "attempts follow each other", Given: first, When: observe(tom, 3, 4), Refused: "WRONG_ATTEMPT"},
		{Name: "nobody watches themselves", When: observe(as("ana", domain.Mentor), 1, 4), Refused: "OWN_MILESTONE"},
		{Name: "a coordinator does not rate", When: observe(kim, 1, 4), Refused: "NOT_ASSESSOR"},
		{Name: "what is shown is not watched", When: Observe{Request: tom, Started: started, Stream: here, Open: true, Attempt: 1, Rating: 4}, Refused: "NOT_BY_WATCHING"},
		{Name: "the terms it was begun on hold", Given: begun, When: observe(tom, 1, 4), Refused: "NOT_BY_WATCHING"},
		{Name: "evidence that waits comes first", Given: []Event{watched, evidence}, When: observe(tom, 1, 4), Refused: "EVIDENCE_WAITS"},
		{Name: "another role's waits", When: Observe{Request: tom, Started: watched, Stream: here, Attempt: 1, Rating: 4}, Refused: "NOT_OPEN"},
		{Name: "a peer does not rate", When: Observe{Request: tom, Started: watched, Stream: here, Open: true, Attempt: 1, Rating: 4, Peer: true}, Refused: "PEER_MENTOR"},
	})
}

func TestCorrecting(t *testing.T) {
	correct := func(by domain.Request, attempt, rating int) CorrectAssessment {
		return CorrectAssessment{by, here, attempt, Mark{Rating: rating}, why}
	}
	down := AssessmentCorrected{"tom", 1, Mark{Rating: 3}, Mark{Rating: 1}, why}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a pass that was none is lost", Given: passed, When: correct(tom, 1, 1), Then: []Event{down, NotYetAttained{why}}},
		{Name: "it is corrected once", Given: after(passed, down, NotYetAttained{why}), When: correct(tom, 1, 1)},
		{Name: "a better rating changes nothing else", Given: passed, When: correct(tom, 1, 4), Then: []Event{AssessmentCorrected{"tom", 1, Mark{Rating: 3}, Mark{Rating: 4}, why}}},
		{Name: "a failure that was none attains", Given: failed, When: correct(tom, 1, 3), Then: []Event{AssessmentCorrected{"tom", 1, Mark{Rating: 2}, Mark{Rating: 3}, why}, Attained{On: today, Level: 3, Basis: string(here), Feedback: why}}},
		{Name: "the same evidence does not succeed twice by correction", Given: []Event{twice, evidence, rated(2, 1), NotYetAttained{why}, evidence, rated(3, 2), AttemptPassed{1, 2, why}}, When: correct(tom, 1, 3), Refused: "SAME_EVIDENCE"},
		{Name: "what a college awarded stays", Given: after(failed, Attained{On: today, Basis: string(award)}), When: correct(tom, 1, 1), Then: []Event{AssessmentCorrected{"tom", 1, Mark{Rating: 2}, Mark{Rating: 1}, why}}},
		{Name: "another assessor corrects nothing", Given: passed, When: correct(lea, 1, 1), Refused: "NOT_ASSESSOR"},
		{Name: "the apprentice corrects nothing", Given: passed, When: correct(as("ana", domain.Mentor), 1, 4), Refused: "OWN_MILESTONE"},
		{Name: "there has to be an attempt", Given: shown, When: correct(tom, 1, 1), Refused: "NO_SUCH_ATTEMPT"},
		{Name: "a correction comes with a reason", Given: passed, When: CorrectAssessment{tom, here, 1, Mark{Rating: 1}, ""}, Refused: "REASON_MISSING"},
		{Name: "five is no rating", Given: passed, When: correct(tom, 1, 5), Refused: "BAD_RATING"},
		{Name: "what was revoked is over", Given: after(passed, Revoked{"kim", why, string(here)}), When: correct(tom, 1, 1), Refused: "LAPSED"},
	})
}

func TestWaivingRevokingAndExpiring(t *testing.T) {
	waive := func(by domain.Request, b Basis) Waive { return Waive{by, "ana", b, why, true, false} }
	waivedF := Waived{"ana", "kim", today, PriorLearning, why}
	until := today.AddMonths(12).AddDays(-1)
	valid := []Event{yearly, evidence, rated(3, 1), Attained{On: today, Level: 3, Basis: string(here), ValidUntil: until}}
	lapsed := after(valid, Expired{On: until.AddDays(1)})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator waives for prior learning", When: waive(kim, PriorLearning), Then: []Event{waivedF}},
		{Name: "it is waived once", Given: []Event{waivedF}, When: waive(kim, PriorLearning)},
		{Name: "what was begun is waived", Given: begun, When: waive(kim, Equivalent), Then: []Event{Waived{"ana", "kim", today, Equivalent, why}}},
		{Name: "prior learning counts where the pathway says so", When: Waive{kim, "ana", PriorLearning, why, false, false}, Refused: "NOT_BY_PRIOR_LEARNING"},
		{Name: "what is mandatory stays", When: Waive{kim, "ana", Accommodation, why, true, true}, Refused: "MANDATORY"},
		{Name: "a mentor waives nothing", When: waive(tom, Equivalent), Refused: "NOT_COORDINATOR"},
		{Name: "nobody waives their own", When: waive(as("ana", domain.Coordinator), Equivalent), Refused: "OWN_MILESTONE"},
		{Name: "evidence that waits comes first", Given: shown, When: waive(kim, Equivalent), Refused: "EVIDENCE_WAITS"},
		{Name: "what is attained is not waived", Given: passed, When: waive(kim, Equivalent), Refused: "ALREADY_ATTAINED"},
		{Name: "a basis is known", When: waive(kim, "favour"), Refused: "BAD_BASIS"},
		{Name: "a waiver comes with a reason", When: Waive{kim, "ana", Equivalent, "", false, false}, Refused: "REASON_MISSING"},
		{Name: "what is waived needs no evidence", Given: after(begun, waivedF), When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Refused: "WAIVED"},
		{Name: "what is waived needs no credit", Given: []Event{waivedF}, When: AttainByCredit{policy, byAward, award}},

		{Name: "a coordinator revokes", Given: passed, When: Revoke{kim, why, ""}, Then: []Event{Revoked{"kim", why, string(here)}}},
		{Name: "a waiver is taken back", Given: []Event{waivedF}, When: Revoke{kim, why, ""}, Then: []Event{Revoked{"kim", why, ""}}},
		{Name: "and is begun anew, on its own terms", Given: []Event{waivedF, Revoked{"kim", why, ""}}, When: Start{ana, started, true}, Then: begun},
		{Name: "what was revoked is shown anew", Given: after(passed, Revoked{"kim", why, string(here)}), When: SubmitEvidence{Request: ana, EvidenceSubmitted: better}, Then: []Event{better}},
		{Name: "but not the same", Given: after(passed, Revoked{"kim", why, string(here)}), When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Refused: "SAME_EVIDENCE"},
		{Name: "a mentor revokes nothing", Given: passed, When: Revoke{tom, why, ""}, Refused: "NOT_COORDINATOR"},
		{Name: "there has to be something to revoke", Given: shown, When: Revoke{kim, why, ""}, Refused: "NOT_ATTAINED"},
		{Name: "revoking comes with a reason", Given: passed, When: Revoke{kim, "", ""}, Refused: "REASON_MISSING"},
		{Name: "a credit that was taken back takes the milestone with it", Given: []Event{byAward, Attained{On: today, Basis: string(award)}}, When: Revoke{policy, "", award}, Then: []Event{Revoked{Basis: string(award)}}},
		{Name: "and does not bring it back", Given: []Event{byAward, Attained{On: today, Basis: string(award)}, Revoked{Basis: string(award)}}, When: AttainByCredit{policy, byAward, award}},
		{Name: "another credit taken back takes nothing", Given: passed, When: Revoke{policy, "", award}},

		{Name: "it is valid for a year", Given: []Event{yearly, evidence}, When: Assess{Request: tom, Stream: here, Rating: 3}, Then: valid[2:]},
		{Name: "or as long as the certificate says", Given: []Event{yearly, evidence}, When: Assess{Request: tom, Stream: here, Rating: 3, ValidUntil: today.AddDays(9)}, Then: []Event{rated(3, 1), Attained{On: today, Level: 3, Basis: string(here), ValidUntil: today.AddDays(9)}}},
		{Name: "which has not run out", Given: []Event{yearly, evidence}, When: Assess{Request: tom, Stream: here, Rating: 3, ValidUntil: today.AddDays(-1)}, Refused: "NOT_VALID"},
		{Name: "on its last day it is valid", Given: valid, When: Expire{policyOn(until)}},
		{Name: "on the day after it is not", Given: valid, When: Expire{policyOn(until.AddDays(1))}, Then: []Event{Expired{On: until.AddDays(1)}}},
		{Name: "a late calendar says the same day", Given: valid, When: Expire{policyOn(until.AddDays(40))}, Then: []Event{Expired{On: until.AddDays(1)}}},
		{Name: "it expires once", Given: lapsed, When: Expire{policyOn(until.AddDays(40))}},
		{Name: "what is for good does not expire", Given: passed, When: Expire{policyOn(until.AddDays(4000))}},
		{Name: "nobody lets it expire", Given: valid, When: Expire{kim}, Refused: "FOLLOWS_CALENDAR"},
		{Name: "what expired is renewed", Given: lapsed, When: SubmitEvidence{Request: ana, EvidenceSubmitted: better}, Then: []Event{better}},
		{Name: "with an attempt of its own", Given: after(lapsed, better), When: Assess{Request: tom, Stream: here, Rating: 2, Feedback: why}, Then: []Event{rated(2, 2), NotYetAttained{why}}},
	})
}
