package milestone

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)

	ana    = as("ana", domain.Apprentice)
	tom    = as("tom", domain.Mentor)
	lea    = as("lea", domain.Mentor)
	grace  = as("grace", domain.Manager)
	policy = domain.Request{By: domain.Actor{Policy: "credit-meets-requirement", Role: domain.System}, On: today}

	started  = Started{Apprenticeship: "a1", Person: "ana", Requirement: "siem-lab", PassLevel: 3}
	byAward  = Started{Apprenticeship: "a1", Person: "ana", Requirement: "networking-course", ByCredit: true}
	evidence = EvidenceSubmitted{Kind: Lab, Note: "sealed:triage", URI: "sealed:link", Assessor: "tom"}
	better   = EvidenceSubmitted{Kind: Work, Note: "sealed:second try", Assessor: "tom"}
	here     = Stream("a1", "siem-lab")
	award    = domain.Stream("credit-a1.cyb-110")

	begun    = []Event{started}
	shown    = []Event{started, evidence}
	failed   = []Event{started, evidence, Assessed{"tom", 2, 1}, NotYetAttained{"sealed:say why"}}
	shownNew = append(slices.Clip(failed), better)
	passed   = []Event{started, evidence, Assessed{"tom", 3, 1}, Attained{today, 3, string(here), ""}}
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, On: today}
}

func show(change func(*EvidenceSubmitted)) SubmitEvidence {
	e := evidence
	change(&e)
	return SubmitEvidence{ana, e}
}

func TestShowing(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice begins a milestone", When: Start{ana, started, true}, Then: begun},
		{Name: "a milestone is begun once", Given: begun, When: Start{ana, started, true}},
		{Name: "nobody begins another's milestone", When: Start{tom, started, true}, Refused: "NOT_YOUR_MILESTONE"},
		{Name: "a milestone of a later role waits", When: Start{ana, started, false}, Refused: "NOT_OPEN"},

		{Name: "the apprentice shows evidence", Given: begun, When: SubmitEvidence{ana, evidence}, Then: []Event{evidence}},
		{Name: "the same evidence is shown once", Given: shown, When: SubmitEvidence{ana, evidence}},
		{Name: "other evidence replaces what waits for review", Given: shown, When: SubmitEvidence{ana, better}, Then: []Event{better}},
		{Name: "after a failed attempt new evidence is shown", Given: failed, When: SubmitEvidence{ana, better}, Then: []Event{better}},
		{Name: "after a failed attempt the same evidence can be shown again", Given: failed, When: SubmitEvidence{ana, evidence}, Then: []Event{evidence}},
		{Name: "evidence needs no link", Given: begun, When: show(func(e *EvidenceSubmitted) { e.URI = "" }), Then: []Event{EvidenceSubmitted{Kind: Lab, Note: "sealed:triage", Assessor: "tom"}}},
		{Name: "a milestone is begun first", When: SubmitEvidence{ana, evidence}, Refused: "NOT_STARTED"},
		{Name: "nobody shows another's evidence", Given: begun, When: SubmitEvidence{tom, evidence}, Refused: "NOT_YOUR_MILESTONE"},
		{Name: "a college's award needs no evidence", Given: []Event{byAward}, When: SubmitEvidence{ana, evidence}, Refused: "ATTAINED_BY_CREDIT"},
		{Name: "an attained milestone needs no evidence", Given: passed, When: SubmitEvidence{ana, better}, Refused: "ALREADY_ATTAINED"},
		{Name: "evidence is of a known kind", Given: begun, When: show(func(e *EvidenceSubmitted) { e.Kind = "rumour" }), Refused: "BAD_EVIDENCE"},
		{Name: "evidence comes with a sentence", Given: begun, When: show(func(e *EvidenceSubmitted) { e.Note = "" }), Refused: "NOTE_MISSING"},
	})
}

func TestAssessing(t *testing.T) {
	assess := func(by domain.Request, rating int, feedback domain.Sealed) Assess {
		return Assess{by, here, rating, feedback}
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the mentor passes the evidence", Given: shown, When: assess(tom, 3, ""), Then: []Event{Assessed{"tom", 3, 1}, Attained{today, 3, string(here), ""}}},
		{Name: "below the pass level it is not yet attained", Given: shown, When: assess(tom, 2, "sealed:say why"), Then: []Event{Assessed{"tom", 2, 1}, NotYetAttained{"sealed:say why"}}},
		{Name: "a second attempt is counted", Given: shownNew, When: assess(tom, 4, ""), Then: []Event{Assessed{"tom", 4, 2}, Attained{today, 4, string(here), ""}}},
		{Name: "a manager assesses evidence handed to them", Given: []Event{started, EvidenceSubmitted{Kind: Work, Note: "sealed:x", Assessor: "grace"}}, When: assess(grace, 3, ""), Then: []Event{Assessed{"grace", 3, 1}, Attained{today, 3, string(here), ""}}},
		{Name: "nobody assesses their own work", Given: shown, When: assess(as("ana", domain.Mentor), 4, ""), Refused: "OWN_MILESTONE"},
		{Name: "nobody assesses their own work even if it was handed to them", Given: []Event{started, EvidenceSubmitted{Kind: Work, Note: "sealed:x", Assessor: "ana"}}, When: assess(as("ana", domain.Mentor), 4, ""), Refused: "OWN_MILESTONE"},
		{Name: "another mentor does not assess", Given: shown, When: assess(lea, 4, ""), Refused: "NOT_ASSESSOR"},
		{Name: "a coordinator does not assess", Given: shown, When: assess(as("tom", domain.Coordinator), 4, ""), Refused: "NOT_ASSESSOR"},
		{Name: "there has to be a milestone", When: assess(tom, 3, ""), Refused: "NO_SUCH_MILESTONE"},
		{Name: "there has to be evidence", Given: begun, When: assess(tom, 3, ""), Refused: "NOTHING_TO_ASSESS"},
		{Name: "evidence is assessed once", Given: failed, When: assess(tom, 4, ""), Refused: "NOTHING_TO_ASSESS"},
		{Name: "an attained milestone is not assessed again", Given: passed, When: assess(tom, 0, "sealed:no"), Refused: "ALREADY_ATTAINED"},
		{Name: "five is no rating", Given: shown, When: assess(tom, 5, ""), Refused: "BAD_RATING"},
		{Name: "less than nothing is no rating", Given: shown, When: assess(tom, -1, "sealed:no"), Refused: "BAD_RATING"},
		{Name: "failing comes with feedback", Given: shown, When: assess(tom, 2, ""), Refused: "FEEDBACK_MISSING"},
	})
}

func TestAnAwardAttains(t *testing.T) {
	got := Attained{On: today, Basis: string(award)}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a college's award attains a milestone nobody began", When: AttainByCredit{policy, byAward, award}, Then: []Event{byAward, got}},
		{Name: "a college's award attains a milestone that waits for it", Given: []Event{byAward}, When: AttainByCredit{policy, byAward, award}, Then: []Event{got}},
		{Name: "an award counts once", Given: []Event{byAward, got}, When: AttainByCredit{policy, byAward, award}},
		{Name: "a mentor awards no college credit", When: AttainByCredit{tom, byAward, award}, Refused: "FOLLOWS_CREDIT"},
	})
}

// TestAMilestoneIsAttainedOnce lets anybody do anything with a milestone. It is attained at most
// once and stays so: by an award, or right after a rating at or above the pass level by the
// assessor of the latest evidence, who is somebody else.
func TestAMilestoneIsAttainedOnce(t *testing.T) {
	rated, awarded := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		begin := rapid.SampledFrom([]Started{started, started, started, byAward}).Draw(t, "milestone")
		for range rapid.IntRange(5, 50).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{ana, ana, tom, tom, lea, grace, as("ana", domain.Mentor), policy}).Draw(t, "by")
			switch rapid.IntRange(0, 5).Draw(t, "command") {
			case 0:
				h.Try(t, Start{req, begin, rapid.Bool().Draw(t, "open")})
			case 1, 2:
				if rapid.Bool().Draw(t, "in turn") {
					req = ana
				}
				e := rapid.SampledFrom([]EvidenceSubmitted{evidence, better}).Draw(t, "evidence")
				e.Assessor = rapid.SampledFrom([]domain.PersonID{"tom", "tom", "lea", "ana"}).Draw(t, "assessor")
				h.Try(t, SubmitEvidence{req, e})
			case 3, 4:
				if rapid.Bool().Draw(t, "in turn") {
					req = as(h.State.assessor, domain.Mentor)
				}
				h.Try(t, Assess{req, here, rapid.SampledFrom([]int{3, 2, 4, 0, 5, -1}).Draw(t, "rating"), "sealed:say why"})
			case 5:
				if rapid.IntRange(0, 9).Draw(t, "seldom") == 9 {
					req = rapid.SampledFrom([]domain.Request{policy, req}).Draw(t, "by itself")
					h.Try(t, AttainByCredit{req, begin, award})
				}
			}
		}
		assessor, rating, attempts := domain.PersonID(""), -1, 0
		for i, e := range h.Facts {
			switch e := e.(type) {
			case Started:
				if i > 0 {
					t.Fatalf("begun again: %+v", h.Facts)
				}
			case EvidenceSubmitted:
				assessor, rating = e.Assessor, -1
			case Assessed:
				if attempts++; e.Assessor != assessor || e.Assessor == "ana" || e.Attempt != attempts || rating >= 0 {
					t.Fatalf("%+v of evidence that is with %s", e, assessor)
				}
				rating = e.Rating
			case NotYetAttained:
				if rating < 0 || rating >= started.PassLevel {
					t.Fatalf("rated %d and not attained", rating)
				}
			case Attained:
				if i != len(h.Facts)-1 {
					t.Fatalf("more follows after it was attained: %+v", h.Facts)
				}
				if e.Basis == string(award) {
					awarded++
				} else if rated++; rating < started.PassLevel || e.Level != rating {
					t.Fatalf("attained at %d with a rating of %d", e.Level, rating)
				}
			}
		}
	})
	if rated == 0 || awarded == 0 {
		t.Errorf("%d attained by rating, %d by award: the test proves too little", rated, awarded)
	}
}

func TestAStreamNamesItsMilestone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.ApprenticeshipID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "apprenticeship"))
		req := domain.RequirementID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "requirement"))
		if a, r, err := ID(Stream(id, req)); err != nil || a != id || r != req {
			t.Fatalf("%s, %s came back as %q, %q: %v", id, req, a, r, err)
		}
	})
	for _, s := range []domain.Stream{"", "milestone-a1", "milestone-a1.", "milestone-.siem-lab", "credit-a1.siem-lab"} {
		if a, r, err := ID(s); err == nil {
			t.Errorf("%q names %q, %q", s, a, r)
		}
	}
}

func TestALinkShowsWhereItLeads(t *testing.T) {
	for given, want := range map[string]string{"": "", " \u200b": "", " https://range.example.org/run/7\n": "https://range.example.org/run/7", "http://intranet/run?n=7#top": "http://intranet/run?n=7#top"} {
		if got, err := Link(given); err != nil || got != want {
			t.Errorf("%q is kept as %q, %v", given, got, err)
		}
	}
	for _, bad := range []string{"javascript:alert(1)", "https://hospital.example@elsewhere.example", "https://elsewhere.example/\u202ekcehc", "https:///run/7", "run 7", "https://e.example/" + strings.Repeat("x", 2000)} {
		if got, err := Link(bad); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "BAD_LINK" {
			t.Errorf("%q is kept as %q, %v", bad, got, err)
		}
	}
}
