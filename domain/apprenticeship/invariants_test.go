package apprenticeship

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

// A life is a history in which anybody asks for anything, as time goes by.
type life struct {
	*spec.History[State, Event]
	t     *rapid.T
	today domain.Date
	uk    bool
}

var required = map[domain.WorkProcessID]domain.Minutes{"wp-01": 600, "wp-02": 1200, "wp-03": 0}

type command = interface{ Decide(State) ([]Event, error) }

// lived draws a history: one that was brought some way by the book, and then goes on by
// chance, mostly about one topic.
func lived(t *rapid.T, commands int, topic ...string) *life {
	l := &life{History: spec.Begin(Evolve), t: t, today: start}
	l.uk = rapid.IntRange(0, 3).Draw(t, "uk") == 0
	set := rules.USRegistered
	if l.uk {
		set, _ = rules.Find("uk-standards-1")
	}
	p := plan
	p.WageAtEntry, p.JourneyWage = 1500, 3000
	by := domain.Request{By: coordinator.By, On: start}
	own := domain.Request{By: ana.By, On: start}
	book := []command{
		Draft{by, p, rapid.SampledFrom([]int{17, 30}).Draw(t, "age"), set, "grace", "tom"},
		Sign{own, ByApprentice}, Sign{by, BySponsor}, Sign{by, ByGuardian}, Register{by, "OH SAA", "A-1"}, Begin{by, start}, CompleteProbation{by},
	}
	for _, c := range book[:rapid.SampledFrom([]int{0, 3, 5, 6, 6, 7, 7}).Draw(t, "by the book")] {
		l.Try(t, c)
	}
	for range rapid.IntRange(1, commands).Draw(t, "commands") {
		l.today = l.today.AddDays(rapid.SampledFrom([]int{0, 0, 1, 9, 25, 90}).Draw(t, "days"))
		about := rapid.SampledFrom([]string{"life", "mentor", "prior", "break", "wage", "evaluation", "amendment", "completion", "correction", "transfer"}).Draw(t, "about")
		if len(topic) > 0 && l.int(0, 3, "off topic") > 0 {
			about = rapid.SampledFrom(topic).Draw(t, "topic")
		}
		all := l.commands(about)
		l.Try(t, all[l.int(0, len(all)-1, "command")])
	}
	return l
}

func (l *life) int(low, high int, of string) int { return rapid.IntRange(low, high).Draw(l.t, of) }

func (l *life) day(of string) domain.Date { return l.today.AddDays(-l.int(-3, 60, of)) }

// request is somebody's, mostly a coordinator's and mostly of today.
func (l *life) request() domain.Request {
	r := domain.Request{At: l.today.Midnight(), By: rapid.SampledFrom([]domain.Actor{
		coordinator.By, coordinator.By, coordinator.By, coordinator.By, coordinator.By, ana.By, mentor.By, manager.By, anaRunsIt.By, policy.By}).Draw(l.t, "by")}
	if l.int(0, 2, "back-dated") == 0 {
		r.On = l.day("on")
	}
	return r
}

func (l *life) some(of string) domain.Sealed {
	return rapid.SampledFrom([]domain.Sealed{"why", "why", "because", ""}).Draw(l.t, of)
}

func (l *life) prior() Prior {
	p := Prior{Evidence: l.some("evidence")}
	for range l.int(0, 2, "processes") {
		p.Processes = append(p.Processes, Learned{domain.WorkProcessID(fmt.Sprintf("wp-%02d", l.int(1, 4, "process"))), domain.Minutes(l.int(-10, 700, "minutes"))})
	}
	if l.int(0, 1, "competency") == 0 {
		p.Competencies = []string{"c-1"}
	}
	return p
}

func (l *life) earned() map[domain.WorkProcessID]domain.Minutes {
	return map[domain.WorkProcessID]domain.Minutes{"wp-01": domain.Minutes(l.int(0, 300, "earned")), "wp-02": domain.Minutes(l.int(0, 300, "earned"))}
}

func (l *life) commands(about string) []command {
	r, t := l.request(), l.t
	hr := domain.Request{By: domain.Actor{Person: "ruth", Role: domain.HR}, At: r.At}
	system := domain.Request{By: policy.By, At: r.At}
	own := domain.Request{By: ana.By, At: r.At, On: r.On}
	party := rapid.SampledFrom([]Party{ByApprentice, BySponsor, ByEmployer, ByProvider}).Draw(t, "party")
	entry := domain.EntryID(fmt.Sprint("e-", l.int(1, 3, "entry")))
	step := l.int(1, 4, "step")
	switch about {
	case "life":
		return []command{Sign{own, ByApprentice}, Sign{r, party}, Register{r, "OH SAA", "A-1"}, Begin{r, start.AddDays(l.int(0, 3, "first"))}, CompleteProbation{r}, EnterStage{Request: system, Role: "next"}}
	case "mentor":
		someone := domain.PersonID(fmt.Sprint("m-", l.int(1, 3, "mentor")))
		return []command{AssignMentor{r, someone, Journeyworker, l.day("from")}, AssignMentor{r, someone, Peer, l.day("from")}, ReleaseMentor{r, someone, l.day("day")}, AssignSupervisor{r, "sam", l.day("from")}, DelegateApproval{r, "dan", l.day("from"), l.day("until")}}
	case "prior":
		room := Room{Required: required, Earned: l.earned(), Competencies: []string{"c-1"}, Courses: []string{"ri-01"}}
		return []command{GrantPriorCredit{r, entry, l.prior(), l.int(0, 3, "grants"), room}, CorrectPriorCredit{r, entry, l.prior(), l.some("reason"), room}}
	case "break":
		return []command{
			Suspend{r, l.some("reason"), l.today.AddDays(l.int(-5, 90, "return")), nil}, Reinstate{r}, CorrectPause{r, l.int(0, 2, "no"), l.day("from"), l.day("to"), l.some("reason"), nil},
			Cancel{r, party, l.some("cause"), l.day("notice"), l.day("correct by"), nil}, Cancel{r, BySponsor, l.some("cause"), l.today.AddDays(-20), l.today.AddDays(-l.int(5, 12, "correct by")), nil}, ReverseCancellation{r, l.some("reason")},
		}
	case "wage":
		return []command{
			ReachWageStep{system, step, step - 1, Basis{}}, ReachWageStep{system, l.State.wages.reached + 1, l.State.wages.reached, Basis{}},
			ApproveWageStep{hr, step, domain.Cents(l.int(1400, 2600, "rate")), l.today, 0}, ApproveWageStep{hr, step, domain.Cents(l.int(1400, 2600, "rate")), l.day("effective"), 0},
			DenyWageStep{hr, step, l.some("reason")}, CorrectWageStep{hr, step, domain.Cents(l.int(1400, 2600, "rate")), l.day("effective"), 0, l.some("reason")},
		}
	case "evaluation":
		rated := Evaluation{l.day("from"), l.day("to"), []Rating{{"c-1", l.int(-1, 5, "level")}}, ""}
		return []command{Evaluate{r, entry, rated, Scale{[]string{"c-1"}, 4}}, CorrectEvaluation{r, entry, rated, l.some("reason"), Scale{[]string{"c-1"}, 4}}}
	case "amendment":
		return []command{ProposeAmendment{r, Amendment{StandardVersion: l.int(0, 3, "version")}}, AcceptAmendment{own, l.State.offer}, AcceptAmendment{own, Amendment{StandardVersion: l.int(0, 3, "version")}}}
	case "completion":
		return []command{
			RequestCompletion{r, rapid.SampledFrom([][]string{nil, nil, {"80 h"}}).Draw(t, "unmet")}, ReturnCompletion{r, l.some("reason")},
			AgreeGateway{r, party, "college", nil}, AgreeGateway{own, ByApprentice, "", nil}, RecordAssessment{r, rapid.SampledFrom([]domain.PartnerID{"college", "board"}).Draw(t, "assessor"), l.int(0, 1, "passed") == 1, "merit", "more", nil},
			Certify{r, "ohio saa", "C-9"}, RevokeCompletion{r, "OH SAA", "D-1", l.some("reason")},
		}
	case "correction":
		return []command{
			CorrectStart{r, start.AddDays(l.int(-5, 5, "start")), l.some("reason"), nil}, ChangeExpectedEnd{r, start.AddMonths(l.int(1, 30, "months")), l.some("reason")},
			CorrectRegistration{r, "OH SAA", "A-2", l.day("day"), l.some("reason")},
			EnterStage{Request: system, Role: "next"}, CorrectStage{system, "next", l.day("stage")},
			CorrectDate{r, rapid.SampledFrom([]Day{EndOfProbation, Completion, Cancellation}).Draw(t, "of"), l.day("day"), l.some("reason"), nil},
		}
	case "transfer":
		return []command{ProposeTransfer{r, "other", "hash"}, ConsentToTransfer{own, "hash", nil}}
	}
	return nil
}

// each yields every fact with the state before it.
func (l *life) each(yield func(State, Event) bool) {
	var s State
	for _, e := range l.Facts {
		if !yield(s, e) {
			return
		}
		s = Evolve(s, e)
	}
}

func TestInvariant02NobodyIsRegisteredWithoutAllSignatures(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		signatures := map[Party]bool{}
		minor := false
		for _, e := range lived(t, 25, "life").Facts {
			switch e := e.(type) {
			case Drafted:
				minor = e.Minor
			case AgreementSigned:
				signatures[e.Party] = true
			case Registered:
				if !signatures[ByApprentice] || !signatures[BySponsor] || minor && !signatures[ByGuardian] {
					t.Fatalf("registered with the signatures %v; minor: %t", signatures, minor)
				}
			}
		}
	})
	age := func(years int) string {
		_, err := draft(func(d *Draft) { d.Age = years }).Decide(State{})
		if r := domain.AsRefusal(err); r != nil {
			return r.Code
		}
		return ""
	}
	if age(15) != "TOO_YOUNG" || age(16) != "" {
		t.Error("the minimum age is not 16")
	}
}

func TestInvariant03OnlyAnAcceptedAmendmentChangesWhatWasPinned(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		l := lived(t, 30, "amendment")
		type pin struct {
			standard, pathway int
			rules             string
		}
		var pinned pin
		var offered []Amendment
		for s, e := range l.each {
			switch e := e.(type) {
			case Drafted:
				pinned = pin{e.StandardVersion, e.PathwayVersion, e.RuleSet}
			case AmendmentProposed:
				offered = append(offered, e.Amendment)
			case AmendmentAccepted:
				if !slices.Contains(offered, e.Amendment) || e.Amendment == (Amendment{}) {
					t.Fatalf("%+v was accepted and never proposed", e)
				}
				if e.StandardVersion != 0 {
					pinned.standard = e.StandardVersion
				}
			}
			after := Evolve(s, e)
			if got := (pin{after.plan.StandardVersion, after.plan.PathwayVersion, after.plan.RuleSet}); got != pinned {
				t.Fatalf("%T changed what it runs under from %v to %v", e, pinned, got)
			}
		}
	})
}

func TestInvariant09PriorCreditStaysWithinTheRequirementAndInTime(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		l := lived(t, 30, "prior")
		totals := map[domain.EntryID]Prior{}
		for s, e := range l.each {
			switch e := e.(type) {
			case PriorExperienceCredited:
				totals[e.Entry] = e.Prior
				longest := min(365, 730*25/100)
				if !l.uk && (e.On.DaysSince(s.startOn) >= longest || s.status == active && e.On.After(s.passedOn)) {
					t.Fatalf("granted on %s, after probation: start %s, passed %s", e.On, s.startOn, s.passedOn)
				}
				if after := Evolve(s, e); after.wages.reached < e.WageStep {
					t.Fatalf("step %d was granted and is not due: %+v", e.WageStep, after.wages)
				}
			case PriorExperienceCorrected:
				totals[e.Entry] = e.Prior
			}
			sum := map[domain.WorkProcessID]domain.Minutes{}
			for _, p := range totals {
				for _, m := range p.Processes {
					sum[m.WorkProcess] += m.Minutes
				}
			}
			for wp, is := range sum {
				if is > required[wp] {
					t.Fatalf("%s of %s: %s are required", is, wp, required[wp])
				}
			}
		}
	})
}

func TestInvariant10ProbationIsBoundedAndASponsorNeedsACauseAfterIt(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		l := lived(t, 30, "break", "life")
		for s, e := range l.each {
			longest := min(365, 730*25/100)
			switch e := e.(type) {
			case ProbationCompleted:
				if l.uk || e.On.DaysSince(s.startOn) >= longest {
					t.Fatalf("probation from %s ended on %s", s.startOn, e.On)
				}
			case Cancelled:
				free := s.life() < probationary || s.life() == probationary && e.On.DaysSince(s.startOn) < longest || !s.passedOn.IsZero() && e.On.Before(s.passedOn)
				if l.uk || e.By == ByApprentice || free {
					break
				}
				if e.InProbation || e.Cause == "" || e.NoticeOn.IsZero() || e.CorrectBy.DaysSince(e.NoticeOn) < 10 || e.On.Before(e.CorrectBy) {
					t.Fatalf("a sponsor cancelled after probation with %+v", e)
				}
			}
		}
	})
}

func TestInvariant11AWageNeverFallsAndStepsComeInOrder(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		l := lived(t, 40, "wage")
		rates := map[int]domain.Cents{}
		due := map[int]bool{}
		highest := 0
		for _, e := range l.Facts {
			switch e := e.(type) {
			case PriorExperienceCredited:
				if e.WageStep > highest {
					highest, due = e.WageStep, map[int]bool{e.WageStep: true}
				}
			case WageStepReached:
				if e.Step != highest+1 {
					t.Fatalf("step %d was reached after step %d", e.Step, highest)
				}
				highest, due[e.Step] = e.Step, true
			case WageStepApproved:
				for step := range due {
					if step < e.Step {
						t.Fatalf("step %d was approved before step %d", e.Step, step)
					}
				}
				if !due[e.Step] {
					t.Fatalf("step %d was approved and was not due", e.Step)
				}
				delete(due, e.Step)
				rates[e.Step] = e.Rate
			case WageStepCorrected:
				rates[e.Step] = e.Rate
			}
			paid := domain.Cents(0)
			if len(rates) > 0 {
				paid = 1500
			}
			for step := range 5 {
				rate, ok := rates[step]
				if ok && rate < paid {
					t.Fatalf("step %d pays %d, less than %d before", step, rate, paid)
				}
				paid = max(paid, rate)
			}
		}
	})
}

func TestInvariant13CompletionIsCertifiedAndUndoneOnlyWithAuthority(t *testing.T) {
	reached := 0
	spec.Histories(t, func(t *rapid.T) {
		l := lived(t, 40, "completion", "break")
		asked, entered := false, false // the fact before is a role that was taken up
		for s, e := range l.each {
			switch e := e.(type) {
			case CompletionRequested:
				asked = !l.uk
			case AssessmentPassed:
				asked = l.uk && e.Organization != s.gateway[ByProvider] && len(s.gateway) == 3
			case CompletionReturned:
				asked = false
			case CompletionCertified:
				if !asked || e.Agency == "" || e.Certificate == "" || s.status != completionPending {
					t.Fatalf("certified while %d, asked for: %t: %+v", s.status, asked, e)
				}
				reached++
			case CompletionRevoked:
				if asked = false; e.Authority == "" || e.Reference == "" || e.Reason == "" {
					t.Fatalf("undone without an authority: %+v", e)
				}
			case CancellationReversed:
				if s.status != cancelled || e.Reason == "" {
					t.Fatalf("%+v undoes what was not cancelled", e)
				}
			case DateCorrected, StageCorrected:
			case StageEntered: // a move that was on its way
				if s.over() && s.status != completed {
					t.Fatalf("%T followed the end", e)
				}
			default:
				if _, brought := e.(SupervisorAssigned); s.over() && !(entered && brought) {
					t.Fatalf("%T followed the end", e)
				}
			}
			_, entered = e.(StageEntered)
			if after := Evolve(s, e); s.over() && !after.over() {
				switch e.(type) {
				case CompletionRevoked, CancellationReversed:
				default:
					t.Fatalf("%T undid the end", e)
				}
			}
		}
	})
	if reached == 0 {
		t.Error("no history was completed: the test proves too little")
	}
}

func TestInvariant21ACorrectionKeepsBothValuesAndTheSumsOfAReplay(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		l := lived(t, 40, "correction", "break", "prior")
		type days struct{ start, end, passed, ended, moved domain.Date }
		var known days
		entries := map[domain.EntryID]Prior{}
		for s, e := range l.each {
			kept := func(was, known domain.Date) {
				if was != known {
					t.Fatalf("%+v corrects %s, but %s was on record", e, was, known)
				}
			}
			switch e := e.(type) {
			case Drafted:
				known = days{start: e.StartOn, end: e.ExpectedEndOn}
			case Began:
				known.start = e.On
			case ProbationCompleted:
				known.passed = e.On
			case Cancelled:
				known.ended = e.On
			case TransferAgreed:
				known.ended = e.On
			case CompletionCertified:
				known.ended = e.On
			case CancellationReversed, CompletionRevoked:
				known.ended = domain.Date{}
			case StartDateCorrected:
				kept(e.Was, known.start)
				known.start = e.Is
			case ExpectedEndChanged:
				kept(e.Was, known.end)
				known.end = e.Is
			case DateCorrected:
				if e.Of == EndOfProbation {
					kept(e.Was, known.passed)
					known.passed = e.Is
				} else {
					kept(e.Was, known.ended)
					known.ended = e.Is
				}
			case StageEntered:
				known.moved = e.On
			case StageCorrected:
				kept(e.Was, known.moved)
				if known.moved = e.Is; e.Is.Before(known.start) {
					t.Fatalf("%+v is before the start, %s", e, known.start)
				}
			case PriorExperienceCredited:
				entries[e.Entry] = e.Prior
			case PriorExperienceCorrected:
				if _, ok := s.prior[e.Entry]; !ok || e.Reason == "" {
					t.Fatalf("%+v corrects nothing", e)
				}
				entries[e.Entry] = e.Prior
			}
		}
		s := l.State
		is := days{s.startOn, s.endOn, s.passedOn, s.ended, domain.Date{}}
		if at := s.stage("next"); at > 0 {
			is.moved = s.stages[at].from
		}
		if known != is {
			t.Fatalf("the days are %v, and by the facts %v", is, known)
		}
		sum := map[domain.WorkProcessID]domain.Minutes{}
		for _, p := range entries {
			p.add(sum)
		}
		for wp, m := range l.State.granted() {
			if sum[wp] != m {
				t.Fatalf("%s of %s, and by the facts %s", m, wp, sum[wp])
			}
		}
	})
}

// TestInvariant20EveryChangeOfStatusIsToldToTheAgency: half the histories are led on to their
// end by the book, so that every way a status can change is among them.
func TestInvariant20EveryChangeOfStatusIsToldToTheAgency(t *testing.T) {
	told := map[string]int{}
	spec.Histories(t, func(t *rapid.T) {
		l := lived(t, 30, "break", "completion", "life")
		if l.int(0, 1, "to the end") == 0 {
			by, own := domain.Request{By: coordinator.By, At: l.today.Midnight()}, domain.Request{By: ana.By, At: l.today.Midnight()}
			for _, c := range []command{Reinstate{by}, CompleteProbation{by}, AgreeGateway{by, ByEmployer, "", nil}, AgreeGateway{by, ByProvider, "college", nil}, AgreeGateway{own, ByApprentice, "", nil},
				RecordAssessment{by, "board", true, "merit", "", nil}, RequestCompletion{by, nil}, Certify{by, "OH SAA", "C-9"}, RevokeCompletion{by, "OH SAA", "D-1", "why"}} {
				l.Try(t, c)
			}
		}
		for s, e := range l.each {
			what, on := Change(e)
			after := Evolve(s, e)
			if s.life() < registered || after.status == s.status {
				continue
			}
			if told[what]++; what == "" || on.IsZero() {
				t.Fatalf("%T changed the status from %d to %d, and the agency is not told", e, s.status, after.status)
			}
		}
	})
	for _, what := range []string{"began", "probation-completed", "suspended", "reinstated", "cancelled", "cancellation-reversed", "transferred", "gateway-agreed", "assessment-passed",
		"completion-requested", "completion-returned", "completed", "completion-revoked"} {
		if told[what] == 0 {
			t.Errorf("nothing %s in any history: the test proves too little", what)
		}
	}
}
