package agreement

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	wider    = []domain.Scope{domain.CreditRecords, domain.PathwayRecords, domain.TransitionRecords}
	second   = AmendmentProposed{Version: 2, Scopes: wider, To: year.To, Note: "moves as well"}
	longer   = AmendmentProposed{Version: 2, Scopes: planned.Scopes, To: year.To.AddMonths(12), Renewal: true, Note: "another year"}
	sent     = []Event{planned, SentForSignature{}}
	open     = append(slices.Clip(inForce), second)
	halfway  = append(slices.Clip(open), SignedByParty{Hospital, today, 2})
	atRest   = append(slices.Clip(inForce), Suspended{"an audit"})
	retired  = append(slices.Clip(withRule), ArticulationRuleRetired{rule.Rule, today, "the course is gone"})
	taughtTo = today.AddMonths(6)
	closing  = append(slices.Clip(withRule), Terminated{"the college closed", today, taughtTo})
)

func TestSendingForSignature(t *testing.T) {
	typed := Drafted{Partner: "lakeshore", Scopes: planned.Scopes, Type: DataSharing}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a draft is sent", Given: onPaper, When: SendForSignature{kim}, Then: []Event{SentForSignature{}}},
		{Name: "it is sent once", Given: sent, When: SendForSignature{kim}},
		{Name: "what was signed need not be sent", Given: []Event{planned, byUs}, When: SendForSignature{kim}},
		{Name: "a college sends nothing", Given: onPaper, When: SendForSignature{college}, Refused: "NOT_COORDINATOR"},
		{Name: "what is over is not sent", Given: overEarly, When: SendForSignature{kim}, Refused: "AGREEMENT_ENDED"},
		{Name: "nothing is not sent", When: SendForSignature{kim}, Refused: "NO_SUCH_AGREEMENT"},
		{Name: "what was sent is signed", Given: sent, When: Sign{Request: college}, Then: []Event{byThem}},
		{Name: "one signs what one has read", Given: sent, When: Sign{college, 2}, Refused: "VERSION_CONFLICT"},
		{Name: "an agreement has a type", When: Draft{kim, typed}, Then: []Event{typed}},
		{Name: "an agreement has a type there is", When: Draft{kim, Drafted{"lakeshore", planned.Scopes, "treaty"}}, Refused: "BAD_TYPE"},
		{Name: "sharing records promises no credit", Given: []Event{typed}, When: AddRule{kim, rule}, Refused: "NO_CREDIT_AGREED"},
	})
}

func TestChanging(t *testing.T) {
	other := second
	other.Note = "moves, and why"
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "another version is proposed", Given: inForce, When: Amend{kim, wider, domain.Date{}, "moves as well"}, Then: []Event{second}},
		{Name: "it is proposed once", Given: open, When: Amend{kim, wider, year.To, "moves as well"}},
		{Name: "a better one takes its place", Given: halfway, When: Amend{kim, wider, year.To, other.Note}, Then: []Event{other}},
		{Name: "what is signed is not yet in force", Given: open, When: Sign{kim, 2}, Then: []Event{SignedByParty{Hospital, today, 2}}},
		{Name: "a party signs a version once", Given: halfway, When: Sign{kim, 2}},
		{Name: "with both signatures it is", Given: halfway, When: Sign{college, 2}, Then: []Event{SignedByParty{Institution, today, 2}, Amended{2, wider, year.To}}},
		{Name: "nobody signs the version before", Given: open, When: Sign{college, 1}, Refused: "VERSION_CONFLICT"},
		{Name: "a college proposes nothing here", Given: inForce, When: Amend{college, wider, year.To, "more"}, Refused: "NOT_COORDINATOR"},
		{Name: "a draft is not amended", Given: onPaper, When: Amend{kim, wider, year.To, "more"}, Refused: "NOT_ACTIVE"},
		{Name: "a change has a reason", Given: inForce, When: Amend{kim, wider, year.To, " "}, Refused: "NOTE_MISSING"},
		{Name: "a version covers something", Given: inForce, When: Amend{kim, nil, year.To, "less"}, Refused: "SCOPES_MISSING"},
		{Name: "a version is not over already", Given: inForce, When: Amend{kim, wider, today.AddDays(-1), "less"}, Refused: "END_BEFORE_START"},

		{Name: "another term is proposed", Given: inForce, When: Renew{kim, longer.To, "another year"}, Then: []Event{longer}},
		{Name: "a term is longer", Given: inForce, When: Renew{kim, year.To, "another year"}, Refused: "END_BEFORE_START"},
		{Name: "with both signatures it begins", Given: append(slices.Clip(inForce), longer, SignedByParty{Institution, today, 2}), When: Sign{Request: kim},
			Then: []Event{SignedByParty{Hospital, today, 2}, Renewed{2, longer.To}}},

		{Name: "a coordinator suspends", Given: inForce, When: Suspend{kim, "an audit"}, Then: []Event{Suspended{"an audit"}}},
		{Name: "it is suspended once", Given: atRest, When: Suspend{kim, "an audit"}},
		{Name: "what is not in force is not suspended", Given: agreed, When: Suspend{kim, "an audit"}, Refused: "NOT_ACTIVE"},
		{Name: "a suspension has a reason", Given: inForce, When: Suspend{kim, ""}, Refused: "REASON_MISSING"},
		{Name: "a college suspends nothing here", Given: inForce, When: Suspend{college, "an audit"}, Refused: "NOT_COORDINATOR"},
		{Name: "a coordinator resumes", Given: atRest, When: Resume{kim}, Then: []Event{Resumed{}}},
		{Name: "what is in force need not be resumed", Given: inForce, When: Resume{kim}},
		{Name: "what ran out is not resumed", Given: atRest, When: Resume{on(kim, year.To.AddDays(1))}, Refused: "AGREEMENT_ENDED"},
		{Name: "what is suspended is not activated", Given: atRest, When: Activate{kim, year}, Refused: "AGREEMENT_SUSPENDED"},
		{Name: "what is suspended runs out", Given: atRest, When: Expire{on(policy, year.To.AddDays(1))}, Then: []Event{Expired{}}},
	})
}

func TestRetiringRules(t *testing.T) {
	later := today.AddDays(30)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a rule is retired today", Given: withRule, When: RetireRule{Request: kim, Rule: rule.Rule, Reason: "the course is gone"}, Then: []Event{ArticulationRuleRetired{rule.Rule, today, "the course is gone"}}},
		{Name: "a rule is retired for later", Given: withRule, When: RetireRule{kim, rule.Rule, later, "the course is gone"}, Then: []Event{ArticulationRuleRetired{rule.Rule, later, "the course is gone"}}},
		{Name: "a rule is retired once", Given: retired, When: RetireRule{kim, rule.Rule, later, "the course is gone"}},
		{Name: "nobody retires the past", Given: withRule, When: RetireRule{kim, rule.Rule, today.AddDays(-1), "the course is gone"}, Refused: "IN_THE_PAST"},
		{Name: "there is a rule to retire", Given: inForce, When: RetireRule{kim, rule.Rule, today, "the course is gone"}, Refused: "NO_SUCH_RULE"},
		{Name: "retiring has a reason", Given: withRule, When: RetireRule{kim, rule.Rule, today, ""}, Refused: "REASON_MISSING"},
		{Name: "a college retires nothing here", Given: withRule, When: RetireRule{college, rule.Rule, today, "gone"}, Refused: "NOT_COORDINATOR"},
	})
}

func TestNoticesAndTeachOut(t *testing.T) {
	first, last := on(policy, year.To.AddDays(-90)), on(policy, year.To.AddDays(-30))
	told := append(slices.Clip(inForce), NoticeGiven{30, year.To})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "notice is given 90 days before", Given: inForce, When: GiveNotice{first, 90}, Then: []Event{NoticeGiven{90, year.To}}},
		{Name: "no earlier", Given: inForce, When: GiveNotice{on(policy, first.On.AddDays(-1)), 90}, Refused: "NOT_YET"},
		{Name: "it is given once", Given: append(slices.Clip(inForce), NoticeGiven{90, year.To}), When: GiveNotice{last, 90}},
		{Name: "notice is given again 30 days before", Given: append(slices.Clip(inForce), NoticeGiven{90, year.To}), When: GiveNotice{last, 30}, Then: []Event{NoticeGiven{30, year.To}}},
		{Name: "the later notice makes up for the earlier", Given: told, When: GiveNotice{last, 90}},
		{Name: "a new term has notices of its own", Given: append(slices.Clip(told), Renewed{2, longer.To}), When: GiveNotice{on(policy, longer.To.AddDays(-30)), 30}, Then: []Event{NoticeGiven{30, longer.To}}},
		{Name: "nobody gives notice", Given: inForce, When: GiveNotice{on(kim, last.On), 30}, Refused: "GIVEN_BY_ITSELF"},
		{Name: "a draft has no end", Given: agreed, When: GiveNotice{last, 30}},

		{Name: "those who began finish", Given: withRule, When: Terminate{kim, "the college closed", taughtTo}, Then: []Event{Terminated{"the college closed", today, taughtTo}}},
		{Name: "a teach-out lies ahead", Given: withRule, When: Terminate{kim, "the college closed", today.AddDays(-1)}, Refused: "IN_THE_PAST"},
		{Name: "nobody began under a draft", Given: onPaper, When: Terminate{kim, "no need", taughtTo}, Refused: "NOT_ACTIVE"},
	})
}

func TestAPromiseHolds(t *testing.T) {
	for _, c := range []struct {
		name      string
		given     []Event
		on, began domain.Date
		want      bool
	}{
		{"in force", withRule, today, domain.Date{}, true},
		{"before it is", withRule, today.AddDays(-1), today, false},
		{"after its last day", withRule, year.To.AddDays(1), today, false},
		{"before it is signed", append(slices.Clip(agreed), ArticulationRuleAdded{rule}), today, today, false},
		{"while it is suspended", append(slices.Clip(withRule), Suspended{"an audit"}), today, today, false},
		{"once the rule is retired", retired, today, today, false},
		{"before the rule is retired", append(slices.Clip(withRule), ArticulationRuleRetired{rule.Rule, today.AddDays(1), "gone"}), today, today, true},
		{"in teach-out, having begun", closing, taughtTo, today, true},
		{"in teach-out, not having begun", closing, taughtTo, domain.Date{}, false},
		{"in teach-out, having begun later", closing, taughtTo, today.AddDays(1), false},
		{"after teach-out", closing, taughtTo.AddDays(1), today, false},
		{"without a teach-out", append(slices.Clip(withRule), Terminated{Reason: "closed", On: today}), today, today, false},
	} {
		var s State
		for _, e := range c.given {
			s = Evolve(s, e)
		}
		if got, ok := s.Promise(rule.Rule, c.on, c.began); ok != c.want || ok && !got.Equal(rule) {
			t.Errorf("%s: %v", c.name, ok)
		}
	}
}

// TestInvariant15AnAgreementBindsOnlyBySignatures lets anybody ask for anything as days go by. What is
// in force at any moment, scopes and last day, is what both parties have signed under its
// number; a promise holds only while the agreement does; and nothing follows the end.
func TestInvariant15AnAgreementBindsOnlyBySignatures(t *testing.T) {
	seen := map[string]int{}
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		day := today
		if rapid.Bool().Draw(t, "underway") {
			h.Try(t, Draft{kim, planned})
			h.Try(t, Sign{Request: kim})
			h.Try(t, Sign{Request: college})
			h.Try(t, Activate{kim, year})
			h.Try(t, AddRule{kim, rule})
		}
		for range rapid.IntRange(1, 40).Draw(t, "requests") {
			day = day.AddDays(rapid.SampledFrom([]int{0, 0, 0, 0, 1, 20}).Draw(t, "days"))
			by := func(usual domain.Request) domain.Request {
				if rapid.IntRange(0, 5).Draw(t, "anybody") == 0 {
					usual = rapid.SampledFrom([]domain.Request{kim, college, rival, grace, policy}).Draw(t, "by")
				}
				return on(usual, day)
			}
			scopes := rapid.SampledFrom([][]domain.Scope{planned.Scopes, wider, nil}).Draw(t, "scopes")
			until := day.AddDays(rapid.SampledFrom([]int{-10, 100, 500, 900}).Draw(t, "until"))
			var c interface{ Decide(State) ([]Event, error) }
			switch rapid.IntRange(0, 14).Draw(t, "command") {
			case 0:
				c = Draft{by(kim), Drafted{Partner: "lakeshore", Scopes: scopes}}
			case 1:
				c = SendForSignature{by(kim)}
			case 2, 3:
				c = Sign{by(kim), rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(t, "version")}
			case 4, 5:
				c = Sign{by(college), rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(t, "version")}
			case 6:
				c = Activate{by(kim), Activated{day, until}}
			case 7:
				c = Amend{by(kim), scopes, until, "why"}
			case 8:
				c = Renew{by(kim), until, "why"}
			case 9:
				c = Suspend{by(kim), "why"}
			case 10:
				c = Resume{by(kim)}
			case 11:
				r := rule
				r.From = day
				c = AddRule{by(kim), r}
			case 12:
				c = RetireRule{by(kim), rule.Rule, day, "gone"}
			case 13:
				if rapid.Bool().Draw(t, "near the end") && !h.State.to.IsZero() {
					day = h.State.to.AddDays(rapid.SampledFrom([]int{-60, -10, 1}).Draw(t, "from the end"))
				}
				c = rapid.SampledFrom([]interface{ Decide(State) ([]Event, error) }{Expire{by(policy)}, GiveNotice{by(policy), 30}, GiveNotice{by(policy), 90}}).Draw(t, "end")
			case 14:
				if rapid.IntRange(0, 4).Draw(t, "seldom") > 0 {
					continue
				}
				c = Terminate{by(kim), "why", rapid.SampledFrom([]domain.Date{{}, until}).Draw(t, "teach-out")}
			}
			h.Try(t, c)
			promised, holds := h.State.Promise(rule.Rule, day, today)
			if holds && (!h.State.Covers(day, today) || !promised.ValidOn(day)) {
				t.Fatalf("a promise holds without the agreement: %+v", h.Facts)
			}
		}
		audit(t, h.Facts, seen)
	})
	for _, name := range []string{"agreement.amended", "agreement.renewed", "agreement.suspended", "agreement.resumed", "agreement.notice_given", "agreement.expired", "agreement.terminated", "agreement.articulation_rule_retired"} {
		if seen[name] == 0 {
			t.Errorf("no history has %s: the test proves too little", name)
		}
	}
}

// audit reads a history without the help of its State.
func audit(t *rapid.T, facts []Event, seen map[string]int) {
	signed := map[int]map[Party]bool{}
	var lies AmendmentProposed
	promised := map[domain.RuleID]rules.Articulation{}
	inForce, resting, over := false, false, false
	for i, e := range facts {
		seen[e.EventName()]++
		if _, retires := e.(ArticulationRuleRetired); over && !retires {
			t.Fatalf("%T after the end: %+v", e, facts)
		}
		switch e := e.(type) {
		case Drafted:
			if i > 0 {
				t.Fatalf("drafted again: %+v", facts)
			}
		case SentForSignature:
			if inForce || len(signed) > 0 {
				t.Fatalf("sent after it was signed: %+v", facts)
			}
		case SignedByParty:
			v := max(e.Version, 1)
			if signed[v] == nil {
				signed[v] = map[Party]bool{}
			}
			if signed[v][e.Party] {
				t.Fatalf("the %s signed version %d twice: %+v", e.Party, v, facts)
			}
			signed[v][e.Party] = true
		case Activated:
			if inForce || len(signed[1]) != 2 {
				t.Fatalf("in force without signatures: %+v", facts)
			}
			inForce = true
		case AmendmentProposed:
			lies = e
			delete(signed, e.Version)
		case Amended:
			if len(signed[e.Version]) != 2 || e.Version != lies.Version || lies.Renewal || !slices.Equal(e.Scopes, lies.Scopes) || e.To != lies.To {
				t.Fatalf("amended to what nobody signed: %+v", facts)
			}
		case Renewed:
			if len(signed[e.Version]) != 2 || e.Version != lies.Version || !lies.Renewal || e.To != lies.To {
				t.Fatalf("renewed without signatures: %+v", facts)
			}
		case Suspended:
			if !inForce || resting {
				t.Fatalf("suspended twice or before it was in force: %+v", facts)
			}
			resting = true
		case Resumed:
			if !resting {
				t.Fatalf("resumed without a suspension: %+v", facts)
			}
			resting = false
		case ArticulationRuleAdded:
			if _, twice := promised[e.Rule]; twice {
				t.Fatalf("promised twice: %+v", facts)
			}
			promised[e.Rule] = e.Articulation
		case ArticulationRuleRetired:
			if _, known := promised[e.Rule]; !known {
				t.Fatalf("retired without having been promised: %+v", facts)
			}
		case NoticeGiven:
			if !inForce {
				t.Fatalf("notice of what is not in force: %+v", facts)
			}
		case Expired, Terminated:
			over = true
			if _, expired := e.(Expired); expired && !inForce {
				t.Fatalf("expired without having been in force: %+v", facts)
			}
		}
	}
}
