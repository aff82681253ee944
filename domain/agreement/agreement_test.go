package agreement

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)

	kim     = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: today}
	grace   = domain.Request{By: domain.Actor{Person: "grace", Role: domain.Manager}, On: today}
	college = domain.Request{By: domain.Actor{Partner: "lakeshore", Role: domain.Partner}, On: today}
	rival   = domain.Request{By: domain.Actor{Partner: "hillside", Role: domain.Partner}, On: today}
	policy  = domain.Request{By: domain.Actor{Policy: "agreements-expire", Role: domain.System}, On: today}

	planned = Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.PathwayRecords, domain.CreditRecords}}
	byUs    = SignedByParty{Party: Hospital, On: today}
	byThem  = SignedByParty{Party: Institution, On: today}
	year    = Activated{From: today, To: today.AddMonths(12)}
	rule    = rules.Articulation{
		Rule: "cyb-110", Course: "CYB 110", Title: "Security fundamentals", Requirement: "security-course",
		Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, MinGrade: "C", From: today, To: today.AddMonths(12),
	}

	onPaper   = []Event{planned}
	agreed    = []Event{planned, byUs, byThem}
	inForce   = append(slices.Clip(agreed), year)
	withRule  = append(slices.Clip(inForce), ArticulationRuleAdded{rule})
	overEarly = append(slices.Clip(inForce), Terminated{Reason: "the college closed", On: today})
)

func on(r domain.Request, d domain.Date) domain.Request {
	r.On = d
	return r
}

func promise(change func(*rules.Articulation)) AddRule {
	r := rule
	change(&r)
	return AddRule{kim, r}
}

func TestDrafting(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator prepares an agreement", When: Draft{kim, planned}, Then: onPaper},
		{Name: "asking for the same draft twice changes nothing", Given: onPaper, When: Draft{kim, planned}},
		{Name: "a draft does not widen by asking again", Given: onPaper, When: Draft{kim, Drafted{Partner: "lakeshore", Scopes: append(slices.Clip(planned.Scopes), domain.TransitionRecords)}}, Refused: "ALREADY_DRAFTED"},
		{Name: "an agreement is with one institution", Given: onPaper, When: Draft{kim, Drafted{Partner: "hillside", Scopes: planned.Scopes}}, Refused: "ALREADY_DRAFTED"},
		{Name: "a manager prepares none", When: Draft{grace, planned}, Refused: "NOT_COORDINATOR"},
		{Name: "a college prepares none", When: Draft{college, planned}, Refused: "NOT_COORDINATOR"},
		{Name: "an agreement covers something", When: Draft{kim, Drafted{Partner: "lakeshore"}}, Refused: "SCOPES_MISSING"},
		{Name: "an agreement covers records there are", When: Draft{kim, Drafted{Partner: "lakeshore", Scopes: []domain.Scope{"wages"}}}, Refused: "BAD_SCOPE"},
	})
}

func TestSigning(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator signs for the hospital", Given: onPaper, When: Sign{Request: kim}, Then: []Event{byUs}},
		{Name: "the college signs for itself", Given: onPaper, When: Sign{Request: college}, Then: []Event{byThem}},
		{Name: "the hospital signs once", Given: agreed, When: Sign{Request: kim}},
		{Name: "the college signs once", Given: inForce, When: Sign{Request: college}},
		{Name: "another college does not sign", Given: onPaper, When: Sign{Request: rival}, Refused: "NOT_COORDINATOR"},
		{Name: "a manager does not sign", Given: onPaper, When: Sign{Request: grace}, Refused: "NOT_COORDINATOR"},
		{Name: "there has to be an agreement", When: Sign{Request: kim}, Refused: "NO_SUCH_AGREEMENT"},
		{Name: "what has ended is not signed", Given: []Event{planned, Terminated{Reason: "no", On: today}}, When: Sign{Request: college}, Refused: "AGREEMENT_ENDED"},
	})
}

func TestInForce(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a signed agreement comes into force", Given: agreed, When: Activate{kim, year}, Then: []Event{year}},
		{Name: "it comes into force once", Given: inForce, When: Activate{kim, year}},
		{Name: "one day is a term", Given: agreed, When: Activate{kim, Activated{today, today}}, Then: []Event{Activated{today, today}}},
		{Name: "the term is not changed by asking again", Given: inForce, When: Activate{kim, Activated{today, today.AddMonths(24)}}, Refused: "ALREADY_ACTIVE"},
		{Name: "the hospital alone puts nothing into force", Given: []Event{planned, byUs}, When: Activate{kim, year}, Refused: "NOT_SIGNED"},
		{Name: "the college alone puts nothing into force", Given: []Event{planned, byThem}, When: Activate{kim, year}, Refused: "NOT_SIGNED"},
		{Name: "what has ended does not come into force", Given: overEarly, When: Activate{kim, year}, Refused: "AGREEMENT_ENDED"},
		{Name: "a college puts nothing into force", Given: agreed, When: Activate{college, year}, Refused: "NOT_COORDINATOR"},
		{Name: "what is not there does not come into force", When: Activate{kim, year}, Refused: "NO_SUCH_AGREEMENT"},
		{Name: "a term has a first day", Given: agreed, When: Activate{kim, Activated{To: today}}, Refused: "FROM_MISSING"},
		{Name: "a term has a last day", Given: agreed, When: Activate{kim, Activated{From: today}}, Refused: "END_BEFORE_START"},
		{Name: "a term waits for its first day", Given: agreed, When: Activate{on(kim, today.AddDays(-1)), year}, Refused: "NOT_YET"},
		{Name: "a term that is over does not begin", Given: agreed, When: Activate{on(kim, year.To.AddDays(1)), year}, Refused: "END_BEFORE_START"},
		{Name: "a term ends after it begins", Given: agreed, When: Activate{kim, Activated{today, today.AddDays(-1)}}, Refused: "END_BEFORE_START"},
	})
}

func TestPromises(t *testing.T) {
	second := promise(func(r *rules.Articulation) { r.Rule = "net-101" })
	open := promise(func(r *rules.Articulation) { r.To, r.MinGrade = domain.Date{}, "" })
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator adds a promise of credit", Given: inForce, When: AddRule{kim, rule}, Then: []Event{ArticulationRuleAdded{rule}}},
		{Name: "a promise is prepared before the signatures", Given: onPaper, When: AddRule{kim, rule}, Then: []Event{ArticulationRuleAdded{rule}}},
		{Name: "a promise is added once", Given: withRule, When: AddRule{kim, rule}},
		{Name: "there may be several", Given: withRule, When: second, Then: []Event{ArticulationRuleAdded{second.Articulation}}},
		{Name: "a promise may have no end and take any passing grade", Given: inForce, When: open, Then: []Event{ArticulationRuleAdded{open.Articulation}}},
		{Name: "a promise does not change", Given: withRule, When: promise(func(r *rules.Articulation) { r.Credit.Hundredths = 400 }), Refused: "RULE_EXISTS"},
		{Name: "an ended agreement promises nothing more", Given: overEarly, When: AddRule{kim, rule}, Refused: "AGREEMENT_ENDED"},
		{Name: "a promise belongs to an agreement", When: AddRule{kim, rule}, Refused: "NO_SUCH_AGREEMENT"},
		{Name: "a college adds no promise", Given: inForce, When: AddRule{college, rule}, Refused: "NOT_COORDINATOR"},
		{Name: "a promise has an id", Given: inForce, When: promise(func(r *rules.Articulation) { r.Rule = "CYB 110" }), Refused: "BAD_RULE_ID"},
		{Name: "a promise is about a course with a code", Given: inForce, When: promise(func(r *rules.Articulation) { r.Course = "" }), Refused: "COURSE_MISSING"},
		{Name: "a title is a line", Given: inForce, When: promise(func(r *rules.Articulation) { r.Title = strings.Repeat("t", domain.MaxLine+1) }), Refused: "TEXT_TOO_LONG"},
		{Name: "a course's code is a line", Given: inForce, When: promise(func(r *rules.Articulation) { r.Course = strings.Repeat("c", domain.MaxLine+1) }), Refused: "TEXT_TOO_LONG"},
		{Name: "a promise is about a course with a title", Given: inForce, When: promise(func(r *rules.Articulation) { r.Title = " " }), Refused: "COURSE_MISSING"},
		{Name: "a promise meets a requirement", Given: inForce, When: promise(func(r *rules.Articulation) { r.Requirement = "" }), Refused: "REQUIREMENT_MISSING"},
		{Name: "a promise is worth something", Given: inForce, When: promise(func(r *rules.Articulation) { r.Credit.Hundredths = 0 }), Refused: "CREDIT_MISSING"},
		{Name: "nobody passes with an F", Given: inForce, When: promise(func(r *rules.Articulation) { r.MinGrade = "F" }), Refused: "BAD_GRADE"},
		{Name: "a promise has a first day", Given: inForce, When: promise(func(r *rules.Articulation) { r.From = domain.Date{} }), Refused: "FROM_MISSING"},
		{Name: "a promise ends after it begins", Given: inForce, When: promise(func(r *rules.Articulation) { r.To = r.From.AddDays(-1) }), Refused: "END_BEFORE_START"},
	})
}

func TestEnding(t *testing.T) {
	after := on(policy, year.To.AddDays(1))
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "an agreement expires after its last day", Given: inForce, When: Expire{after}, Then: []Event{Expired{}}},
		{Name: "it expires once", Given: append(slices.Clip(inForce), Expired{}), When: Expire{after}},
		{Name: "a draft does not expire", Given: agreed, When: Expire{after}},
		{Name: "it holds on its last day", Given: inForce, When: Expire{on(policy, year.To)}, Refused: "NOT_YET"},
		{Name: "nobody lets it expire", Given: inForce, When: Expire{on(kim, after.On)}, Refused: "EXPIRES_BY_ITSELF"},
		{Name: "what is not there does not expire", When: Expire{after}, Refused: "NO_SUCH_AGREEMENT"},

		{Name: "a coordinator ends it at once", Given: inForce, When: Terminate{Request: kim, Reason: "the college closed"}, Then: []Event{Terminated{Reason: "the college closed", On: today}}},
		{Name: "a draft is given up", Given: onPaper, When: Terminate{Request: kim, Reason: "no need"}, Then: []Event{Terminated{Reason: "no need", On: today}}},
		{Name: "it ends once", Given: overEarly, When: Terminate{Request: kim, Reason: "the college closed"}, Refused: "AGREEMENT_ENDED"},
		{Name: "the reason of an end is a line", Given: inForce, When: Terminate{Request: kim, Reason: strings.Repeat("r", domain.MaxLine+1)}, Refused: "TEXT_TOO_LONG"},
		{Name: "the reason of an end can be seen", Given: inForce, When: Terminate{Request: kim, Reason: "\u200b"}, Refused: "REASON_MISSING"},
		{Name: "an end has a reason", Given: inForce, When: Terminate{Request: kim, Reason: " "}, Refused: "REASON_MISSING"},
		{Name: "the college does not end it here", Given: inForce, When: Terminate{Request: college, Reason: "no"}, Refused: "NOT_COORDINATOR"},
		{Name: "what is not there does not end", When: Terminate{Request: kim, Reason: "no need"}, Refused: "NO_SUCH_AGREEMENT"},
	})
}

// TestItIsInForceOnlyWithBothSignatures lets anybody ask for anything: an agreement comes into
// force at most once, after both have signed once, and nothing follows its end.
func TestItIsInForceOnlyWithBothSignatures(t *testing.T) {
	inForce := 0
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 40).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{kim, kim, college, rival, grace, policy}).Draw(t, "by")
			req.On = today.AddMonths(rapid.IntRange(0, 18).Draw(t, "months"))
			switch rapid.IntRange(0, 7).Draw(t, "command") {
			case 0:
				h.Try(t, Draft{req, planned})
			case 1, 2:
				h.Try(t, Sign{Request: req})
			case 3, 4:
				h.Try(t, Activate{req, year})
			case 5:
				p := promise(func(r *rules.Articulation) {
					r.Rule = rapid.SampledFrom([]domain.RuleID{"cyb-110", "net-101"}).Draw(t, "rule")
					r.Credit.Hundredths = rapid.IntRange(0, 2).Draw(t, "credit")
				})
				p.Request = req
				h.Try(t, p)
			case 6:
				h.Try(t, Expire{req})
			case 7:
				if rapid.IntRange(0, 5).Draw(t, "seldom") == 5 {
					h.Try(t, Terminate{Request: req, Reason: "the college closed"})
				}
			}
		}
		var signatures []Party
		promised := map[domain.RuleID]bool{}
		active, ended := false, false
		for i, e := range h.Facts {
			if ended {
				t.Fatalf("%+v after the end", e)
			}
			switch e := e.(type) {
			case Drafted:
				if i > 0 {
					t.Fatalf("drafted again: %+v", h.Facts)
				}
			case SignedByParty:
				if slices.Contains(signatures, e.Party) {
					t.Fatalf("the %s signed twice", e.Party)
				}
				signatures = append(signatures, e.Party)
			case Activated:
				if active || len(signatures) != 2 {
					t.Fatalf("in force with the signatures of %v: %+v", signatures, h.Facts)
				}
				active = true
				inForce++
			case ArticulationRuleAdded:
				if promised[e.Rule] || e.Credit.Hundredths < 1 {
					t.Fatalf("promised again, or nothing: %+v", h.Facts)
				}
				promised[e.Rule] = true
			case Expired:
				ended = true
				if !active {
					t.Fatalf("expired without having been in force: %+v", h.Facts)
				}
			case Terminated:
				ended = true
			}
		}
	})
	if inForce == 0 {
		t.Error("no agreement came into force: the test proves too little")
	}
}

func TestAStreamNamesItsAgreement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.AgreementID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "id"))
		if got, err := ID(Stream(id)); err != nil || got != id {
			t.Fatalf("%s came back as %q: %v", id, got, err)
		}
	})
	for _, s := range []domain.Stream{"", "agreement", "agreement-", "partner-lakeshore"} {
		if id, err := ID(s); err == nil {
			t.Errorf("%q names the agreement %q", s, id)
		}
	}
}
