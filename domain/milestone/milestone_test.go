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
	kim    = as("kim", domain.Coordinator)
	policy = domain.Request{By: domain.Actor{Policy: "credit-meets-requirement", Role: domain.System}, On: today}

	started  = Started{Apprenticeship: "a1", Person: "ana", Requirement: "siem-lab", PassLevel: 3}
	byAward  = Started{Apprenticeship: "a1", Person: "ana", Requirement: "networking-course", ByCredit: true}
	evidence = EvidenceSubmitted{Kind: Lab, Note: "sealed:triage", URI: "sealed:link", Assessor: "tom"}
	better   = EvidenceSubmitted{Kind: Work, Note: "sealed:second try", Assessor: "tom"}
	third    = EvidenceSubmitted{Kind: Work, Note: "sealed:third", Assessor: "tom"}
	bens     = EvidenceSubmitted{Kind: Lab, Assessor: "tom", Team: []domain.PersonID{"ben"}, From: Piece{"milestone-b1.siem-lab", 2}}
	lias     = EvidenceSubmitted{Kind: Lab, Assessor: "tom", Team: []domain.PersonID{"lia"}, From: Piece{"milestone-l1.siem-lab", 4}}
	here     = Stream("a1", "siem-lab")
	award    = domain.Stream("credit-a1.cyb-110")

	certificate = domain.Stream("credential-plus")

	begun    = []Event{started}
	shown    = []Event{started, evidence}
	failed   = []Event{started, evidence, Assessed{Assessor: "tom", Rating: 2, Attempt: 1}, NotYetAttained{"sealed:say why"}}
	shownNew = append(slices.Clip(failed), better)
	passed   = []Event{started, evidence, Assessed{Assessor: "tom", Rating: 3, Attempt: 1}, Attained{On: today, Level: 3, Basis: string(here)}}
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, On: today}
}

func show(change func(*EvidenceSubmitted)) SubmitEvidence {
	e := evidence
	change(&e)
	return SubmitEvidence{Request: ana, EvidenceSubmitted: e}
}

func TestShowing(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice begins a milestone", When: Start{ana, started, true}, Then: begun},
		{Name: "a milestone is begun once", Given: begun, When: Start{ana, started, true}},
		{Name: "nobody begins another's milestone", When: Start{tom, started, true}, Refused: "NOT_YOUR_MILESTONE"},
		{Name: "a milestone of a later role waits", When: Start{ana, started, false}, Refused: "NOT_OPEN"},

		{Name: "the apprentice shows evidence", Given: begun, When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Then: []Event{evidence}},
		{Name: "the same evidence is shown once", Given: shown, When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}},
		{Name: "other evidence replaces what waits for review", Given: shown, When: SubmitEvidence{Request: ana, EvidenceSubmitted: better}, Then: []Event{better}},
		{Name: "after a failed attempt new evidence is shown", Given: failed, When: SubmitEvidence{Request: ana, EvidenceSubmitted: better}, Then: []Event{better}},
		{Name: "after a failed attempt the same evidence can be shown again", Given: failed, When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Then: []Event{evidence}},
		{Name: "evidence needs no link", Given: begun, When: show(func(e *EvidenceSubmitted) { e.URI = "" }), Then: []Event{EvidenceSubmitted{Kind: Lab, Note: "sealed:triage", Assessor: "tom"}}},
		{Name: "a milestone is begun first", When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Refused: "NOT_STARTED"},
		{Name: "nobody shows another's evidence", Given: begun, When: SubmitEvidence{Request: tom, EvidenceSubmitted: evidence}, Refused: "NOT_YOUR_MILESTONE"},
		{Name: "a college's award needs no evidence", Given: []Event{byAward}, When: SubmitEvidence{Request: ana, EvidenceSubmitted: evidence}, Refused: "ATTAINED_BY_CREDIT"},
		{Name: "an attained milestone needs no evidence", Given: passed, When: SubmitEvidence{Request: ana, EvidenceSubmitted: better}, Refused: "ALREADY_ATTAINED"},
		{Name: "evidence is of a known kind", Given: begun, When: show(func(e *EvidenceSubmitted) { e.Kind = "rumour" }), Refused: "BAD_EVIDENCE"},
		{Name: "evidence comes with a sentence", Given: begun, When: show(func(e *EvidenceSubmitted) { e.Note = "" }), Refused: "NOTE_MISSING"},
	})
}

func TestAssessing(t *testing.T) {
	assess := func(by domain.Request, rating int, feedback domain.Sealed) Assess {
		return Assess{Request: by, Stream: here, Rating: rating, Feedback: feedback}
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the mentor passes the evidence", Given: shown, When: assess(tom, 3, ""), Then: []Event{Assessed{Assessor: "tom", Rating: 3, Attempt: 1}, Attained{On: today, Level: 3, Basis: string(here)}}},
		{Name: "below the pass level it is not yet attained", Given: shown, When: assess(tom, 2, "sealed:say why"), Then: []Event{Assessed{Assessor: "tom", Rating: 2, Attempt: 1}, NotYetAttained{"sealed:say why"}}},
		{Name: "a second attempt is counted", Given: shownNew, When: assess(tom, 4, ""), Then: []Event{Assessed{Assessor: "tom", Rating: 4, Attempt: 2}, Attained{On: today, Level: 4, Basis: string(here)}}},
		{Name: "a manager assesses evidence handed to them", Given: []Event{started, EvidenceSubmitted{Kind: Work, Note: "sealed:x", Assessor: "grace"}}, When: assess(grace, 3, ""), Then: []Event{Assessed{Assessor: "grace", Rating: 3, Attempt: 1}, Attained{On: today, Level: 3, Basis: string(here)}}},
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
