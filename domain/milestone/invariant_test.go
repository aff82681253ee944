package milestone

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

// kindsOfMilestone are milestones that are met in different ways.
var kindsOfMilestone = []Started{
	started,
	{Apprenticeship: "a1", Person: "ana", Requirement: "siem-lab", PassLevel: 3, Terms: Terms{Successes: 2, Team: true}},
	{Apprenticeship: "a1", Person: "ana", Requirement: "siem-lab", Terms: Terms{PassScore: 70, MaxScore: 100, Months: 12}},
	{Apprenticeship: "a1", Person: "ana", Requirement: "siem-lab", PassLevel: 2, Terms: Terms{Successes: 2, Observed: true}},
	byAward,
}

// aMilestone is a history of a milestone about which anybody asked for anything, on a calendar
// that moves on.
func aMilestone(t *rapid.T) *spec.History[State, Event] {
	h := spec.Begin(Evolve)
	begin := rapid.SampledFrom(kindsOfMilestone).Draw(t, "milestone")
	pieces := rapid.SampledFrom([][]EvidenceSubmitted{{evidence, better, third}, {evidence}}).Draw(t, "pieces") // with one, it is shown again and again
	day := today
	judged := rapid.IntRange(0, 2).Draw(t, "judged") == 0 // it is shown, rated and corrected, and nothing else
	if judged {
		h.Try(t, Start{ana, begin, true})
	}
	for range rapid.IntRange(5, 50).Draw(t, "requests") {
		if rapid.IntRange(0, 9).Draw(t, "time passes") == 0 {
			day = day.AddMonths(7)
		}
		by := rapid.SampledFrom([]domain.Request{ana, ana, tom, tom, lea, grace, kim, as("ana", domain.Mentor), as("ana", domain.Coordinator), policy})
		req := by.Draw(t, "by")
		inTurn := judged || rapid.Bool().Draw(t, "in turn")
		mark := Mark{Rating: rapid.SampledFrom([]int{3, 2, 4, 0, 5, -1}).Draw(t, "rating")}
		if begin.MaxScore > 0 {
			mark = Mark{Score: rapid.SampledFrom([]int{70, 100, 69, 0, 101}).Draw(t, "score")}
		}
		command := rapid.IntRange(0, 14).Draw(t, "command")
		if judged {
			command = []int{2, 2, 4, 4, 7}[command%5]
		}
		switch {
		case inTurn && command <= 3:
			req = ana
		case inTurn && command <= 5:
			req = as(h.State.assessor, domain.Mentor)
		case inTurn && command <= 7:
			req = tom
		case inTurn && command <= 9:
			req = policy
		case inTurn && command <= 12:
			req = kim
		}
		req.On = day
		switch command {
		case 0, 1:
			h.Try(t, Start{req, begin, rapid.IntRange(0, 4).Draw(t, "open") > 0})
		case 2, 3:
			e := rapid.SampledFrom(pieces).Draw(t, "evidence")
			e.Assessor = rapid.SampledFrom([]domain.PersonID{"tom", "tom", "lea", "ana"}).Draw(t, "assessor")
			h.Try(t, SubmitEvidence{Request: req, EvidenceSubmitted: e})
		case 4, 5:
			h.Try(t, Assess{Request: req, Stream: here, Rating: mark.Rating, Score: mark.Score, Feedback: "sealed:say why", Peer: rapid.IntRange(0, 9).Draw(t, "peer") == 0})
		case 6:
			h.Try(t, Observe{Request: req, Started: begin, Stream: here, Open: true, Attempt: len(h.State.attempts) + rapid.IntRange(0, 2).Draw(t, "attempt"), Rating: mark.Rating, Feedback: "sealed:say why"})
		case 7:
			if n := len(h.State.attempts); n > 0 {
				which := rapid.IntRange(0, n).Draw(t, "which")
				if inTurn && which > 0 {
					req = as(h.State.attempts[which-1].by, domain.Mentor)
					req.On = day
				}
				h.Try(t, CorrectAssessment{req, here, which, mark, "sealed:typo"})
			}
		case 8:
			if rapid.IntRange(0, 3).Draw(t, "seldom") == 0 {
				h.Try(t, AttainByCredit{req, begin, rapid.SampledFrom([]domain.Stream{award, award + "-2"}).Draw(t, "credit")})
			} else {
				h.Try(t, ShowTogether{req, begin, rapid.Bool().Draw(t, "open"), rapid.SampledFrom([]EvidenceSubmitted{bens, lias}).Draw(t, "of the team")})
			}
		case 9:
			h.Try(t, Expire{req})
		case 10:
			h.Try(t, Waive{req, "ana", Equivalent, "sealed:why", false, rapid.Bool().Draw(t, "mandatory")})
		case 11:
			h.Try(t, Revoke{req, "sealed:why", rapid.SampledFrom([]domain.Stream{award, here}).Draw(t, "basis")})
		case 12:
			h.Try(t, Plan{req, Planned{"a1", "ana", "siem-lab", day.AddDays(rapid.IntRange(-1, 9).Draw(t, "due"))}})
		case 13:
			h.Try(t, Lapse{rapid.SampledFrom([]domain.Request{policy, req}).Draw(t, "lapse"), certificate, day.AddDays(rapid.IntRange(-3, 1).Draw(t, "ended"))})
		case 14:
			h.Try(t, Renew{rapid.SampledFrom([]domain.Request{policy, req}).Draw(t, "renew"), certificate, day.AddDays(rapid.IntRange(-9, 0).Draw(t, "good")), day.AddMonths(rapid.IntRange(0, 14).Draw(t, "until"))})
		}
	}
	return h
}

// A tally is what an observer keeps who reads the facts one after another.
type tally struct {
	begun    Started
	attempts []Assessed
	from     int // attempts before this one count no more
	assessor domain.PersonID
	waiting  bool
}

func (y *tally) passes(a Assessed) bool {
	return y.begun.MaxScore > 0 && a.Score >= y.begun.PassScore || y.begun.MaxScore == 0 && a.Rating >= y.begun.PassLevel
}

func (y *tally) passed() (n int) {
	for _, a := range y.attempts[y.from:] {
		if y.passes(a) {
			n++
		}
	}
	return n
}

func (y *tally) add(e Event) {
	switch e := e.(type) {
	case Started:
		y.begun = e
	case EvidenceSubmitted:
		y.assessor, y.waiting = e.Assessor, true
	case Assessed:
		y.attempts, y.waiting = append(y.attempts, e), false
	case Attained, Renewed: // whatever it rests on, nobody waits any more
		y.waiting = false
	case AssessmentCorrected:
		y.attempts[e.Attempt-1].Rating, y.attempts[e.Attempt-1].Score = e.Now.Rating, e.Now.Score
	case Revoked, Expired:
		y.from = len(y.attempts)
	}
}

// TestInvariant14OnlyAnAssessorAttains: a milestone is attained by a college's award, or with
// as many attempts at or above what passes as it takes, each judged by somebody else who is
// the assessor of the evidence or has watched; and it counts no more once an attempt is
// corrected, it is revoked, its time is over or its certificate has ended. A certificate that
// is renewed brings back what was attained, and nothing else.
func TestInvariant14OnlyAnAssessorAttains(t *testing.T) {
	rated, awarded, lost, renewed := 0, 0, 0, 0
	spec.Histories(t, func(t *rapid.T) {
		var y tally
		met := false
		facts := aMilestone(t).Facts
		for i, e := range facts {
			switch e := e.(type) {
			case Started:
				if y.begun.Person != "" {
					t.Fatalf("begun again: %+v", facts)
				}
			case Assessed:
				if e.Assessor == "ana" || e.Assessor == "kim" || y.waiting && e.Assessor != y.assessor || !y.waiting && !y.begun.Observed ||
					e.Attempt != len(y.attempts)+1 || e.Of != y.begun.MaxScore || met {
					t.Fatalf("%+v while %s was to assess", e, y.assessor)
				}
			case AssessmentCorrected:
				a := y.attempts[e.Attempt-1]
				if e.Assessor != a.Assessor || e.Was != (Mark{a.Rating, a.Score}) || e.Was == e.Now {
					t.Fatalf("%+v of %+v", e, a)
				}
			case AttemptPassed:
				if n := y.passed(); e.Passed != n || n >= e.Needed {
					t.Fatalf("%+v after %d", e, n)
				}
			case NotYetAttained:
				if met && y.passed() >= max(1, y.begun.Successes) {
					t.Fatalf("lost with %d attempts that passed", y.passed())
				}
				met = false
			case Attained:
				if met {
					t.Fatalf("attained twice: %+v", facts)
				}
				if met = true; e.Basis != string(here) {
					awarded++
					break
				}
				if rated++; y.passed() < max(1, y.begun.Successes) {
					t.Fatalf("%+v with %d attempts that passed", e, y.passed())
				}
				if y.begun.Months > 0 && e.ValidUntil != e.On.AddMonths(12).AddDays(-1) {
					t.Fatalf("%+v does not say until when", e)
				}
			case Waived:
				if met || e.By != "kim" {
					t.Fatalf("%+v", e)
				}
				met = true
			case Revoked:
				if !met || e.By != "kim" && e.By != "" {
					t.Fatalf("%+v", e)
				}
				met = false
				lost++
			case Expired:
				a, ok := lastAttained(facts[:i])
				if !met || !ok || e.Basis == "" && e.On != a.ValidUntil.AddDays(1) || e.Basis != "" && (e.Basis != string(certificate) || !e.On.After(a.On)) {
					t.Fatalf("%+v after %+v", e, a)
				}
				met = false
				lost++
			case Renewed:
				a, ok := lastAttained(facts[:i])
				if !ok || e.Level != a.Level || met && (e.Basis != a.Basis || !e.ValidUntil.After(a.ValidUntil) || a.ValidUntil.IsZero()) || !met && e.Basis != string(certificate) {
					t.Fatalf("%+v after %+v", e, a)
				}
				met = true
				renewed++
			}
			y.add(e)
		}
	})
	if rated == 0 || awarded == 0 || lost == 0 || renewed == 0 {
		t.Errorf("%d attained by rating, %d by award, %d lost, %d renewed: the test proves too little", rated, awarded, lost, renewed)
	}
}

// lastAttained is what the milestone was attained on last, if it was not revoked or lost by a
// correction since.
func lastAttained(facts []Event) (last Attained, ok bool) {
	met := false
	for _, e := range facts {
		switch e := e.(type) {
		case Attained:
			last, ok, met = e, true, true
		case Expired:
			met = false
		case NotYetAttained:
			ok, met = ok && !met, false
		case Renewed:
			if !met {
				last.On, met = e.On, true
			}
			last.Level, last.Basis, last.ValidUntil = e.Level, e.Basis, e.ValidUntil
		case Revoked:
			ok = false
		}
	}
	return last, ok
}

// TestInvariant16TheSameLearningCountsOnce: no credit attains a milestone twice, no two
// attempts that succeed rest on the same evidence, and a team's evidence arrives once.
func TestInvariant16TheSameLearningCountsOnce(t *testing.T) {
	counted, arrived := 0, 0
	spec.Histories(t, func(t *rapid.T) {
		var y tally
		var last *EvidenceSubmitted
		var shown []*EvidenceSubmitted // by attempt; nil where somebody was watched
		credits, pieces := map[string]bool{}, map[Piece]bool{}
		facts := aMilestone(t).Facts
		for _, e := range facts {
			y.add(e)
			switch e := e.(type) {
			case EvidenceSubmitted:
				if last = &e; e.From != (Piece{}) {
					if pieces[e.From] {
						t.Fatalf("%+v came twice: %+v", e.From, facts)
					}
					pieces[e.From] = true
					arrived++
				}
			case Assessed:
				shown, last = append(shown, last), nil
			case Attained:
				if e.Basis != string(here) && credits[e.Basis] {
					t.Fatalf("%s counts twice: %+v", e.Basis, facts)
				}
				credits[e.Basis] = true
			}
			succeeded := map[string]bool{}
			for i, a := range y.attempts {
				if shown[i] == nil || !y.passes(a) {
					continue
				}
				what := string(shown[i].Note)
				if shown[i].From != (Piece{}) {
					what = string(shown[i].From.Stream)
				}
				if succeeded[what] {
					t.Fatalf("%s succeeded twice: %+v", what, facts)
				}
				succeeded[what] = true
				counted++
			}
		}
	})
	if counted == 0 || arrived == 0 {
		t.Errorf("%d pieces counted, %d came from a team: the test proves too little", counted, arrived)
	}
}
