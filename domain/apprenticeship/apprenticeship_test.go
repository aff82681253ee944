package apprenticeship

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
	start = domain.NewDate(2026, time.September, 7)
	today = domain.NewDate(2026, time.November, 22)

	plan = Drafted{
		Person: "ana", Program: "health-it", Standard: "rapids-1059cb", StandardVersion: 1,
		Pathway: "desk-to-security", PathwayVersion: 1, Role: "service-desk", Site: "main-campus",
		StartOn: start, ExpectedEndOn: start.AddMonths(24),
	}
	theDraft       = pinned(plan, false)
	supervised     = SupervisorAssigned{"grace", start}
	mentored       = MentorAssigned{Mentor: "tom", From: start}
	signedByAna    = AgreementSigned{ByApprentice, today}
	signedByUs     = AgreementSigned{BySponsor, today}
	inTheBooks     = Registered{"OH SAA", "A-1", today}
	began          = Began{On: start}
	pastTrial      = ProbationCompleted{today}
	asked          = CompletionRequested{today}
	theCertificate = CompletionCertified{"OH SAA", "C-9", today}

	draftedOnly  = []Event{theDraft, supervised, mentored}
	signedAll    = append(slices.Clip(draftedOnly), signedByAna, signedByUs)
	onTheBooks   = append(slices.Clip(signedAll), inTheBooks)
	inProbation  = append(slices.Clip(onTheBooks), began)
	running      = append(slices.Clip(inProbation), pastTrial)
	nearlyDone   = append(slices.Clip(running), asked)
	allDone      = append(slices.Clip(nearlyDone), theCertificate)
	ana          = as("ana", domain.Apprentice)
	coordinator  = as("kim", domain.Coordinator)
	anaRunsIt    = as("ana", domain.Coordinator)
	mentor       = as("tom", domain.Mentor)
	manager      = as("grace", domain.Manager)
	policy       = domain.Request{By: domain.Actor{Policy: "role-follows-move", Role: domain.System}, On: today}
	draftForAna  = Draft{coordinator, plan, 19, rules.USRegistered, "grace", "tom"}
	draftedMinor = []Event{pinned(plan, true), supervised, mentored}
)

func pinned(p Drafted, minor bool) Drafted {
	p.RuleSet, p.Minor = rules.USRegistered.ID, minor
	return p
}

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, On: today}
}

func draft(change func(*Draft)) Draft {
	d := draftForAna
	change(&d)
	return d
}

func TestWhatIsRefusedInEnglandCitesNoAmericanRegulation(t *testing.T) {
	england, err := rules.Find("uk-standards-1")
	if err != nil {
		t.Fatal(err)
	}
	here := theDraft
	here.RuleSet = england.ID
	set := Evolve(Evolve(State{}, here), WageStepReached{1, Basis{}, today})
	set = Evolve(set, WageStepApproved{1, 2000, today})
	_, young := draft(func(d *Draft) { d.Rules, d.Age = england, 15 }).Decide(State{})
	falls := set.pays(1900, today, 1, 0)
	for _, err := range []error{young, falls} {
		if domain.AsRefusal(err) == nil || strings.Contains(err.Error(), "CFR") {
			t.Errorf("%v", err)
		}
	}
	if _, err := draft(func(d *Draft) { d.Age = 15 }).Decide(State{}); !strings.Contains(err.Error(), "years old at the start (29 CFR 29.5(b)(10)).") {
		t.Errorf("%v", err)
	}
}

func TestDrafting(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator prepares an apprenticeship under the rules of the day", When: draftForAna, Then: draftedOnly},
		{Name: "asking for the same draft twice changes nothing", Given: draftedOnly, When: draftForAna},
		{Name: "a draft is not replaced by another plan", Given: draftedOnly, When: draft(func(d *Draft) { d.Plan.Pathway = "nurse-to-informatics" }), Refused: "ALREADY_DRAFTED"},
		{Name: "a draft is not replaced by another mentor", Given: draftedOnly, When: draft(func(d *Draft) { d.Mentor = "lea" }), Refused: "ALREADY_DRAFTED"},
		{Name: "a registered apprenticeship is not drafted again", Given: onTheBooks, When: draftForAna, Refused: "ALREADY_DRAFTED"},
		{Name: "an apprentice prepares none", When: draft(func(d *Draft) { d.Request = ana }), Refused: "NOT_COORDINATOR"},
		{Name: "at fifteen it is too early", When: draft(func(d *Draft) { d.Age = 15 }), Refused: "TOO_YOUNG"},
		{Name: "at sixteen a guardian has to sign", When: draft(func(d *Draft) { d.Age = 16 }), Then: draftedMinor},
		{Name: "nobody supervises themselves", When: draft(func(d *Draft) { d.Supervisor = "ana" }), Refused: "OWN_SUPERVISOR"},
		{Name: "nobody mentors themselves", When: draft(func(d *Draft) { d.Mentor = "ana" }), Refused: "OWN_SUPERVISOR"},
		{Name: "nobody prepares their own", When: draft(func(d *Draft) { d.Plan.Person = "kim" }), Refused: "NOT_COORDINATOR"},
		{Name: "a start in a far past is a slip", When: draft(func(d *Draft) { d.Plan.StartOn = domain.NewDate(26, time.September, 7) }), Refused: "BAD_START"},
		{Name: "a start in a far future is a slip", When: draft(func(d *Draft) {
			d.Plan.StartOn, d.Plan.ExpectedEndOn = domain.NewDate(9999, time.December, 31), domain.NewDate(10002, time.June, 30)
		}), Refused: "BAD_START"},
		{Name: "nobody is that old", When: draft(func(d *Draft) { d.Age = 2026 }), Refused: "BAD_AGE"},
		{Name: "it ends after it begins", When: draft(func(d *Draft) { d.Plan.ExpectedEndOn = start.AddDays(-1) }), Refused: "END_BEFORE_START"},
	})
}

func TestSigning(t *testing.T) {
	guardian := AgreementSigned{ByGuardian, today}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice signs in person", Given: draftedOnly, When: Sign{ana, ByApprentice}, Then: []Event{signedByAna}},
		{Name: "a coordinator records the sponsor's signature", Given: draftedOnly, When: Sign{coordinator, BySponsor}, Then: []Event{signedByUs}},
		{Name: "a coordinator records the guardian's signature", Given: draftedMinor, When: Sign{coordinator, ByGuardian}, Then: []Event{guardian}},
		{Name: "no coordinator signs for the sponsor of their own", Given: draftedOnly, When: Sign{anaRunsIt, BySponsor}, Refused: "NOT_COORDINATOR"},
		{Name: "the apprentice signs once", Given: append(slices.Clip(draftedOnly), signedByAna), When: Sign{ana, ByApprentice}},
		{Name: "the sponsor signs once", Given: allDone, When: Sign{coordinator, BySponsor}},
		{Name: "the guardian signs once", Given: append(slices.Clip(draftedMinor), guardian), When: Sign{coordinator, ByGuardian}},
		{Name: "there has to be something to sign", When: Sign{ana, ByApprentice}, Refused: "NO_SUCH_APPRENTICESHIP"},
		{Name: "a coordinator does not sign for the apprentice", Given: draftedOnly, When: Sign{coordinator, ByApprentice}, Refused: "NOT_YOURS_TO_SIGN"},
		{Name: "the apprentice does not sign for the sponsor", Given: draftedOnly, When: Sign{ana, BySponsor}, Refused: "NOT_COORDINATOR"},
		{Name: "no guardian signs for an adult", Given: draftedOnly, When: Sign{coordinator, ByGuardian}, Refused: "NO_GUARDIAN_NEEDED"},
		{Name: "nobody else is a party", Given: draftedOnly, When: Sign{coordinator, "union"}, Refused: "BAD_PARTY"},
	})
}

func TestRegistering(t *testing.T) {
	byAllButGuardian := append(slices.Clip(draftedMinor), signedByAna, signedByUs)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a signed apprenticeship is registered", Given: signedAll, When: Register{coordinator, "OH SAA", "A-1"}, Then: []Event{inTheBooks}},
		{Name: "a minor's is registered once the guardian has signed", Given: append(slices.Clip(byAllButGuardian), AgreementSigned{ByGuardian, today}), When: Register{coordinator, "OH SAA", "A-1"}, Then: []Event{inTheBooks}},
		{Name: "a minor's waits for the guardian", Given: byAllButGuardian, When: Register{coordinator, "OH SAA", "A-1"}, Refused: "NOT_SIGNED"},
		{Name: "an unsigned one is not registered", Given: draftedOnly, When: Register{coordinator, "OH SAA", "A-1"}, Refused: "NOT_SIGNED"},
		{Name: "one the sponsor has not signed is not registered", Given: append(slices.Clip(draftedOnly), signedByAna), When: Register{coordinator, "OH SAA", "A-1"}, Refused: "NOT_SIGNED"},
		{Name: "it is registered once", Given: onTheBooks, When: Register{coordinator, "OH SAA", "A-1"}, Refused: "ALREADY_REGISTERED"},
		{Name: "there has to be one", When: Register{coordinator, "OH SAA", "A-1"}, Refused: "NO_SUCH_APPRENTICESHIP"},
		{Name: "no coordinator registers their own", Given: signedAll, When: Register{anaRunsIt, "OH SAA", "A-1"}, Refused: "NOT_COORDINATOR"},
		{Name: "an agency's name is a line", Given: signedAll, When: Register{coordinator, strings.Repeat("a", domain.MaxLine+1), "A-1"}, Refused: "TEXT_TOO_LONG"},
		{Name: "a number that cannot be seen is none", Given: signedAll, When: Register{coordinator, "OH SAA", "\u200b"}, Refused: "NUMBER_MISSING"},
		{Name: "a manager registers nobody", Given: signedAll, When: Register{manager, "OH SAA", "A-1"}, Refused: "NOT_COORDINATOR"},
		{Name: "an agency registers", Given: signedAll, When: Register{coordinator, " ", "A-1"}, Refused: "AGENCY_MISSING"},
		{Name: "under a number", Given: signedAll, When: Register{coordinator, "OH SAA", ""}, Refused: "NUMBER_MISSING"},
	})
}

func TestRunning(t *testing.T) {
	next := StageEntered{"systems-administrator", today}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a registered apprenticeship begins", Given: onTheBooks, When: Begin{coordinator, start}, Then: []Event{began}},
		{Name: "it begins once", Given: inProbation, When: Begin{coordinator, start}},
		{Name: "it does not begin on another day", Given: running, When: Begin{coordinator, start.AddDays(1)}, Refused: "ALREADY_BEGUN"},
		{Name: "it begins on a day", Given: onTheBooks, When: Begin{coordinator, domain.Date{}}, Refused: "FIRST_DAY_MISSING"},
		{Name: "a first day in a far past is a slip", Given: onTheBooks, When: Begin{coordinator, domain.NewDate(26, time.September, 7)}, Refused: "BAD_START"},
		{Name: "a first day in a far future is a slip", Given: onTheBooks, When: Begin{coordinator, domain.NewDate(9999, time.December, 31)}, Refused: "BAD_START"},
		{Name: "no coordinator begins their own", Given: onTheBooks, When: Begin{anaRunsIt, start}, Refused: "NOT_COORDINATOR"},
		{Name: "no coordinator ends their own probation", Given: inProbation, When: CompleteProbation{anaRunsIt}, Refused: "NOT_COORDINATOR"},
		{Name: "it does not begin before it is registered", Given: signedAll, When: Begin{coordinator, start}, Refused: "NOT_REGISTERED"},
		{Name: "what is not there does not begin", When: Begin{coordinator, start}, Refused: "NO_SUCH_APPRENTICESHIP"},
		{Name: "the apprentice does not begin it", Given: onTheBooks, When: Begin{ana, start}, Refused: "NOT_COORDINATOR"},

		{Name: "probation is passed", Given: inProbation, When: CompleteProbation{coordinator}, Then: []Event{pastTrial}},
		{Name: "probation is passed once", Given: nearlyDone, When: CompleteProbation{coordinator}},
		{Name: "probation begins with the first day", Given: onTheBooks, When: CompleteProbation{coordinator}, Refused: "NOT_BEGUN"},
		{Name: "nobody is on probation where there is no apprenticeship", When: CompleteProbation{coordinator}, Refused: "NO_SUCH_APPRENTICESHIP"},
		{Name: "a manager does not end probation", Given: inProbation, When: CompleteProbation{manager}, Refused: "NOT_COORDINATOR"},

		{Name: "the next stage follows from a move", Given: running, When: EnterStage{Request: policy, Role: "systems-administrator"}, Then: []Event{next}},
		{Name: "a stage is entered once", Given: append(slices.Clip(running), next), When: EnterStage{Request: policy, Role: "systems-administrator"}},
		{Name: "the first stage is entered from the start", Given: running, When: EnterStage{Request: policy, Role: "service-desk"}},
		{Name: "a coordinator does not skip the move", Given: running, When: EnterStage{Request: coordinator, Role: "systems-administrator"}, Refused: "FOLLOWS_TRANSITION"},
		{Name: "a stage belongs to an apprenticeship", When: EnterStage{Request: policy, Role: "systems-administrator"}, Refused: "NO_SUCH_APPRENTICESHIP"},
	})
}

func TestCompleting(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator asks for completion", Given: running, When: RequestCompletion{coordinator, nil}, Then: []Event{asked}},
		{Name: "the mentor asks for completion", Given: running, When: RequestCompletion{mentor, nil}, Then: []Event{asked}},
		{Name: "completion is asked for once", Given: allDone, When: RequestCompletion{coordinator, nil}},
		{Name: "the apprentice does not ask", Given: running, When: RequestCompletion{ana, nil}, Refused: "NOT_COORDINATOR"},
		{Name: "something missing holds it up", Given: running, When: RequestCompletion{coordinator, []string{"80 h of networking"}}, Refused: "NOT_READY"},
		{Name: "probation comes first", Given: inProbation, When: RequestCompletion{coordinator, nil}, Refused: "IN_PROBATION"},
		{Name: "what has not begun is not complete", Given: onTheBooks, When: RequestCompletion{coordinator, nil}, Refused: "NOT_BEGUN"},
		{Name: "what is not there is not complete", When: RequestCompletion{coordinator, nil}, Refused: "NO_SUCH_APPRENTICESHIP"},

		{Name: "the agency's certificate completes it", Given: nearlyDone, When: Certify{coordinator, "OH SAA", "C-9"}, Then: []Event{theCertificate}},
		{Name: "it is completed once", Given: allDone, When: Certify{coordinator, "OH SAA", "C-9"}, Refused: "ALREADY_COMPLETED"},
		{Name: "completion is asked for before it is certified", Given: running, When: Certify{coordinator, "OH SAA", "C-9"}, Refused: "COMPLETION_NOT_REQUESTED"},
		{Name: "a certificate has a number", Given: nearlyDone, When: Certify{coordinator, "OH SAA", " "}, Refused: "CERTIFICATE_MISSING"},
		{Name: "a certificate has an issuer", Given: nearlyDone, When: Certify{coordinator, "", "C-9"}, Refused: "CERTIFICATE_MISSING"},
		{Name: "the mentor records no certificate", Given: nearlyDone, When: Certify{mentor, "OH SAA", "C-9"}, Refused: "NOT_COORDINATOR"},
		{Name: "nothing is certified where nothing is", When: Certify{coordinator, "OH SAA", "C-9"}, Refused: "NO_SUCH_APPRENTICESHIP"},
		{Name: "no coordinator certifies their own", Given: nearlyDone, When: Certify{anaRunsIt, "OH SAA", "C-9"}, Refused: "NOT_COORDINATOR"},
		{Name: "no coordinator asks for the completion of their own", Given: running, When: RequestCompletion{Request: anaRunsIt}, Refused: "NOT_COORDINATOR"},
		{Name: "a certificate's number is a line", Given: nearlyDone, When: Certify{coordinator, "OH SAA", strings.Repeat("9", domain.MaxLine+1)}, Refused: "TEXT_TOO_LONG"},
	})
}

// TestItsLifeHasOneOrder lets anybody ask for anything: each stage of life is reached once,
// only from the one before, and never without the signatures that it takes.
func TestItsLifeHasOneOrder(t *testing.T) {
	life := []string{"apprenticeship.drafted", "apprenticeship.registered", "apprenticeship.began", "apprenticeship.probation_completed", "apprenticeship.completion_requested", "apprenticeship.completion_certified"}
	reached := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		minor := rapid.Bool().Draw(t, "minor")
		for range rapid.IntRange(30, 120).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{coordinator, coordinator, coordinator, ana, mentor, policy}).Draw(t, "by")
			switch rapid.IntRange(0, 7).Draw(t, "command") {
			case 0:
				h.Try(t, draft(func(d *Draft) {
					d.Request = req
					if minor {
						d.Age = 17
					}
				}))
			case 1:
				party := rapid.SampledFrom([]Party{ByApprentice, BySponsor, ByGuardian}).Draw(t, "party")
				if party == ByApprentice && rapid.Bool().Draw(t, "in person") {
					req = ana
				}
				h.Try(t, Sign{req, party})
			case 2:
				h.Try(t, Register{req, "OH SAA", "A-1"})
			case 3:
				h.Try(t, Begin{req, start})
			case 4:
				h.Try(t, CompleteProbation{req})
			case 5:
				h.Try(t, EnterStage{Request: req, Role: "systems-administrator"})
			case 6:
				h.Try(t, RequestCompletion{req, rapid.SampledFrom([][]string{nil, {"80 h"}}).Draw(t, "unmet")})
			case 7:
				h.Try(t, Certify{req, "OH SAA", "C-9"})
			}
		}
		var lived []string
		signed := map[Party]bool{}
		for _, e := range h.Facts {
			if slices.Contains(life, e.EventName()) {
				lived = append(lived, e.EventName())
			}
			switch e := e.(type) {
			case AgreementSigned:
				if signed[e.Party] {
					t.Fatalf("%s signed twice", e.Party)
				}
				signed[e.Party] = true
			case Registered:
				if !signed[ByApprentice] || !signed[BySponsor] || signed[ByGuardian] != minor {
					t.Fatalf("registered with the signatures %v; minor: %t", signed, minor)
				}
			default:
			}
		}
		if !slices.Equal(lived, life[:len(lived)]) {
			t.Fatalf("it lived %v", lived)
		}
		for _, stage := range lived {
			reached[stage]++
		}
	})
	if reached["apprenticeship.began"] == 0 {
		t.Error("no history got as far as the first day: the test proves too little")
	}
}

func TestAStreamNamesItsApprenticeship(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.ApprenticeshipID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "id"))
		if got, err := ID(Stream(id)); err != nil || got != id {
			t.Fatalf("%s came back as %q: %v", id, got, err)
		}
	})
	for _, s := range []domain.Stream{"", "apprenticeship", "apprenticeship-", "person-ana"} {
		if id, err := ID(s); err == nil {
			t.Errorf("%q names the apprenticeship %q", s, id)
		}
	}
}
