package credit

import (
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	kim    = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: today}
	policy = domain.Request{By: domain.Actor{Policy: "recommendation-lapses", Role: domain.System}, On: today}

	lies     = Judgement{Request: college}
	others   = Judgement{Request: rival}
	advice   = Recommended{Credit: rule.Credit, Level: domain.LowerDivision, Evaluator: "ACE", ValidTo: today.AddMonths(1)}
	working  = []Event{asked, EvaluationStarted{}}
	inFront  = append(slices.Clip(working), ReferredToCommittee{})
	advised  = append(slices.Clip(working), advice)
	turned   = append(slices.Clip(working), Denied{"sealed: too old"})
	again    = append(slices.Clip(turned), Appealed{"sealed: it was last year"})
	final    = append(slices.Clip(again), Denied{"sealed: still"})
	onPaper  = []Event{given, Posted{"T-1", today}}
	offered  = Proposed{Subject: subject, Source: Course}
	except   = Proposed{Subject: subject, Source: Certificate, Exception: "sealed: the dean agreed"}
	takenOff = []Event{given, Revoked{"sealed: mistaken identity"}}
)

func at(version uint64) Judgement { return Judgement{college, version} }

func TestProposing(t *testing.T) {
	late := on(ana, rule.To.AddDays(1))
	lateKim := on(kim, rule.To.AddDays(1))
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice sees grounds for credit", When: Propose{ana, offered}, Then: []Event{offered}},
		{Name: "a coordinator sees grounds for credit", When: Propose{kim, offered}, Then: []Event{offered}},
		{Name: "it is proposed once", Given: []Event{offered}, When: Propose{kim, offered}},
		{Name: "a mentor does not propose", When: Propose{tom, offered}, Refused: "NOT_YOUR_CREDIT"},
		{Name: "what is asked for is not proposed", Given: []Event{asked}, When: Propose{kim, offered}, Refused: "UNDER_WAY"},
		{Name: "what was withdrawn is proposed anew", Given: []Event{asked, Withdrawn{}}, When: Propose{kim, offered}, Then: []Event{offered}},
		{Name: "a rule that ended gives no grounds", When: Propose{late, offered}, Refused: "RULE_NOT_VALID"},
		{Name: "credit has a source", When: Propose{kim, Proposed{Subject: subject}}, Refused: "BAD_SOURCE"},
		{Name: "what no rule covers is an exception", When: Propose{lateKim, except}, Then: []Event{except}},
		{Name: "nobody makes an exception for themselves", When: Propose{ana, except}, Refused: "NOT_COORDINATOR"},
		{Name: "no coordinator makes one for themselves", When: Propose{domain.Request{By: domain.Actor{Person: "ana", Role: domain.Coordinator}, On: today}, except}, Refused: "NOT_COORDINATOR"},
		{Name: "a system makes no exception", When: Propose{policy, except}, Refused: "NOT_COORDINATOR"},
		{Name: "an exception says what for", When: Propose{kim, Proposed{Subject: Subject{Person: "ana", Partner: "lakeshore"}, Source: ACE, Exception: "sealed"}}, Refused: "BAD_RULE_ID"},

		{Name: "the proposal is asked for", Given: []Event{offered}, When: Request{ana, asked}, Then: []Event{asked}},
		{Name: "an exception is asked for after any rule", Given: []Event{except}, When: Request{late, asked}, Then: []Event{asked}},
		{Name: "an exception is for what it says", Given: []Event{except}, When: Request{ana, Requested{Subject: Subject{Person: "ana", Partner: "lakeshore"}}}, Refused: "NOT_WHAT_WAS_PROPOSED"},
		{Name: "an exception is awarded after any rule", Given: []Event{except}, When: Award{on(college, rule.To.AddDays(1)), given, 0}, Then: []Event{given}},
		{Name: "an exception that was withdrawn is none", Given: []Event{except, Withdrawn{}}, When: Request{late, asked}, Refused: "RULE_NOT_VALID"},
	})
}

func TestEvaluating(t *testing.T) {
	lapsed := append(slices.Clip(advised), Lapsed{})
	after := on(college, advice.ValidTo.AddDays(1))
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the college begins", Given: []Event{asked}, When: StartEvaluation{lies}, Then: []Event{EvaluationStarted{}}},
		{Name: "it begins once", Given: working, When: StartEvaluation{lies}},
		{Name: "another college does not begin", Given: []Event{asked}, When: StartEvaluation{others}, Refused: "NOT_YOUR_RULE"},
		{Name: "the apprentice does not begin", Given: []Event{asked}, When: StartEvaluation{Judgement{Request: ana}}, Refused: "NOT_YOUR_RULE"},
		{Name: "what was not asked for is not evaluated", Given: []Event{offered}, When: StartEvaluation{lies}, Refused: "NOT_NOW"},
		{Name: "what does not exist is not evaluated", When: StartEvaluation{lies}, Refused: "NO_SUCH_CREDIT"},
		{Name: "a college decides on what it has seen", Given: []Event{asked}, When: StartEvaluation{at(1)}, Then: []Event{EvaluationStarted{}}},
		{Name: "a college does not decide on what has changed", Given: []Event{offered, asked}, When: StartEvaluation{at(1)}, Refused: "VERSION_CONFLICT"},

		{Name: "it goes to the committee", Given: working, When: Refer{Judgement: lies}, Then: []Event{ReferredToCommittee{}}},
		{Name: "it goes there once", Given: inFront, When: Refer{Judgement: lies}},
		{Name: "what is not evaluated does not go there", Given: []Event{asked}, When: Refer{Judgement: lies}, Refused: "NOT_NOW"},
		{Name: "it comes back", Given: inFront, When: Return{Judgement: lies}, Then: []Event{ReturnedFromCommittee{}}},
		{Name: "what is not there does not come back", Given: []Event{asked}, When: Return{Judgement: lies}, Refused: "NOT_NOW"},
		{Name: "a committee has it to itself", Given: inFront, When: Award{college, given, 0}, Refused: "NOT_NOW"},

		{Name: "an evaluator recommends", Given: working, When: Recommend{lies, advice}, Then: []Event{advice}},
		{Name: "it is recommended once", Given: advised, When: Recommend{lies, advice}},
		{Name: "a recommendation is within the rule", Given: working, When: Recommend{lies, Recommended{Credit: domain.Credit{Hundredths: 301, Unit: domain.Semester}, Evaluator: "ACE"}}, Refused: "CREDIT_OUT_OF_RANGE"},
		{Name: "a recommendation counts as the rule does", Given: working, When: Recommend{lies, Recommended{Credit: domain.Credit{Hundredths: 1, Unit: domain.Clock}, Evaluator: "ACE"}}, Refused: "WRONG_UNIT"},
		{Name: "somebody recommends", Given: working, When: Recommend{lies, Recommended{Credit: rule.Credit}}, Refused: "EVALUATOR_MISSING"},
		{Name: "a recommendation holds today", Given: working, When: Recommend{lies, Recommended{Credit: rule.Credit, Evaluator: "ACE", ValidTo: today.AddDays(-1)}}, Refused: "IN_THE_PAST"},
		{Name: "a level is one there is", Given: working, When: Recommend{lies, Recommended{Credit: rule.Credit, Evaluator: "ACE", Level: "high"}}, Refused: "BAD_CREDIT_LEVEL"},
		{Name: "a recommendation is awarded", Given: advised, When: Award{college, given, 4}, Refused: "VERSION_CONFLICT"},
		{Name: "a recommendation is awarded as it was seen", Given: advised, When: Award{college, given, 3}, Then: []Event{given}},
		{Name: "a recommendation is not awarded after its time", Given: advised, When: Award{after, given, 0}, Refused: "RECOMMENDATION_LAPSED"},
		{Name: "it lapses after its last day", Given: advised, When: Lapse{on(policy, after.On)}, Then: []Event{Lapsed{}}},
		{Name: "it lapses once", Given: lapsed, When: Lapse{on(policy, after.On)}},
		{Name: "it holds on its last day", Given: advised, When: Lapse{on(policy, advice.ValidTo)}, Refused: "NOT_YET"},
		{Name: "nobody lets it lapse", Given: advised, When: Lapse{on(kim, after.On)}, Refused: "LAPSES_BY_ITSELF"},
		{Name: "what lapsed is not awarded", Given: lapsed, When: Award{college, given, 0}, Refused: "NOT_NOW"},
		{Name: "what lapsed is asked for anew", Given: lapsed, When: Request{ana, asked}, Then: []Event{asked}},
	})
}

func TestDenyingAndAppealing(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the college denies", Given: working, When: Deny{lies, "sealed: too old"}, Then: []Event{Denied{"sealed: too old"}}},
		{Name: "it denies once", Given: turned, When: Deny{lies, "sealed: anew"}},
		{Name: "a denial has a reason", Given: working, When: Deny{Judgement: lies}, Refused: "REASON_MISSING"},
		{Name: "a recommendation binds no college", Given: advised, When: Deny{lies, "sealed: no room"}, Then: []Event{Denied{"sealed: no room"}}},
		{Name: "what was denied is not awarded", Given: turned, When: Award{college, given, 0}, Refused: "NOT_NOW"},
		{Name: "what was denied is not asked for anew", Given: turned, When: Request{ana, asked}, Refused: "UNDER_WAY"},
		{Name: "the apprentice appeals", Given: turned, When: Appeal{ana, "sealed: it was last year"}, Then: []Event{Appealed{"sealed: it was last year"}}},
		{Name: "the apprentice appeals once", Given: again, When: Appeal{ana, "sealed: and"}},
		{Name: "the second denial is final", Given: final, When: Appeal{ana, "sealed: and"}, Refused: "ALREADY_APPEALED"},
		{Name: "nobody appeals for another", Given: turned, When: Appeal{kim, "sealed: please"}, Refused: "NOT_YOUR_CREDIT"},
		{Name: "an appeal has grounds", Given: turned, When: Appeal{ana, ""}, Refused: "GROUNDS_MISSING"},
		{Name: "only a denial is appealed", Given: working, When: Appeal{ana, "sealed: why"}, Refused: "NOT_DENIED"},
		{Name: "a coordinator tells what the hospital makes of it", Given: again, When: CommentAppeal{kim, true, "sealed: she did it here"}, Then: []Event{AppealCommented{true, "sealed: she did it here"}}},
		{Name: "and tells it once", Given: append(slices.Clip(again), AppealCommented{true, "sealed"}), When: CommentAppeal{kim, false, "sealed: or not"}},
		{Name: "what is said has a content", Given: again, When: CommentAppeal{Request: kim}, Refused: "NOTE_MISSING"},
		{Name: "no apprentice speaks for the hospital", Given: again, When: CommentAppeal{ana, true, "sealed: please"}, Refused: "NOT_COORDINATOR"},
		{Name: "nobody does on their own credit", Given: again, When: CommentAppeal{domain.Request{By: domain.Actor{Person: "ana", Role: domain.Coordinator}, On: today}, true, "sealed: please"}, Refused: "OWN_CREDIT"},
		{Name: "without an appeal there is nothing to say", Given: working, When: CommentAppeal{kim, true, "sealed: why"}, Refused: "NO_APPEAL_OPEN"},
		{Name: "nor once it is decided", Given: final, When: CommentAppeal{kim, true, "sealed: why"}, Refused: "NO_APPEAL_OPEN"},
		{Name: "after an appeal it is awarded", Given: again, When: Award{college, given, 0}, Then: []Event{given}},

		{Name: "the apprentice withdraws", Given: []Event{asked}, When: Withdraw{ana}, Then: []Event{Withdrawn{}}},
		{Name: "the apprentice withdraws once", Given: []Event{asked, Withdrawn{}}, When: Withdraw{ana}},
		{Name: "a coordinator withdraws a proposal", Given: []Event{offered}, When: Withdraw{kim}, Then: []Event{Withdrawn{}}},
		{Name: "a coordinator does not withdraw a request", Given: []Event{asked}, When: Withdraw{kim}, Refused: "NOT_YOUR_CREDIT"},
		{Name: "what the college works on is not withdrawn", Given: working, When: Withdraw{ana}, Refused: "TOO_LATE"},
		{Name: "what was withdrawn is not awarded", Given: []Event{asked, Withdrawn{}}, When: Award{college, given, 0}, Refused: "NOT_NOW"},
		{Name: "what was withdrawn is asked for anew", Given: []Event{asked, Withdrawn{}}, When: Request{ana, asked}, Then: []Event{asked}},
	})
}

func TestPostingAndRevoking(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the college posts", Given: []Event{given}, When: Post{lies, "T-1"}, Then: []Event{Posted{"T-1", today}}},
		{Name: "it posts once", Given: onPaper, When: Post{lies, "T-1"}},
		{Name: "it posts under one reference", Given: onPaper, When: Post{lies, "T-2"}, Refused: "ALREADY_POSTED"},
		{Name: "a recommendation is not posted", Given: advised, When: Post{lies, "T-1"}, Refused: "NOT_NOW"},
		{Name: "a posting has a reference", Given: []Event{given}, When: Post{lies, " "}, Refused: "REFERENCE_MISSING"},
		{Name: "a reference is a line", Given: []Event{given}, When: Post{lies, strings.Repeat("T", domain.MaxLine+1)}, Refused: "TEXT_TOO_LONG"},
		{Name: "another college does not post", Given: []Event{given}, When: Post{others, "T-1"}, Refused: "NOT_YOUR_RULE"},
		{Name: "what is posted is awarded already", Given: onPaper, When: Award{college, given, 0}},

		{Name: "the college revokes an award", Given: []Event{given}, When: Revoke{lies, "sealed: mistaken identity"}, Then: []Event{Revoked{"sealed: mistaken identity"}}},
		{Name: "the college revokes what it posted", Given: onPaper, When: Revoke{at(2), "sealed: why"}, Then: []Event{Revoked{"sealed: why"}}},
		{Name: "it revokes once", Given: takenOff, When: Revoke{lies, "sealed: anew"}},
		{Name: "revoking has a reason", Given: []Event{given}, When: Revoke{Judgement: lies}, Refused: "REASON_MISSING"},
		{Name: "what was not awarded is not revoked", Given: working, When: Revoke{lies, "sealed: why"}, Refused: "NOT_NOW"},
		{Name: "another college does not revoke", Given: []Event{given}, When: Revoke{others, "sealed: why"}, Refused: "NOT_YOUR_RULE"},
		{Name: "a coordinator does not revoke", Given: []Event{given}, When: Revoke{Judgement{Request: kim}, "sealed: why"}, Refused: "NOT_YOUR_RULE"},
		{Name: "what was revoked is not awarded again", Given: takenOff, When: Award{college, given, 0}, Refused: "NOT_NOW"},
		{Name: "what was revoked is not posted", Given: takenOff, When: Post{lies, "T-1"}, Refused: "NOT_NOW"},
	})
}
