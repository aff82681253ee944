package survey

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)
	house = domain.Request{By: domain.Actor{Policy: "confidential-answers", Role: domain.System}, On: today}
	calm  = Answered{Instrument: "burnout-signal", Moment: Before, Scores: []int{1, 0}, On: today, Site: "riverside"}
)

func with(change func(*Answered)) Answer { a := calm; change(&a); return Answer{house, a} }

func TestAnswers(t *testing.T) {
	kim := house
	kim.By = domain.Actor{Person: "kim", Role: domain.Coordinator}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "an answer is kept", When: Answer{house, calm}, Then: []Event{calm}},
		{Name: "the same answer is kept once", Given: []Event{calm}, When: Answer{house, calm}},
		{Name: "another one does not count", Given: []Event{calm}, When: with(func(a *Answered) { a.Scores = []int{4, 4} }), Refused: "ANSWERED_ALREADY"},
		{Name: "nobody is named", When: Answer{kim, calm}, Refused: "KEPT_APART"},
		{Name: "every item is answered", When: with(func(a *Answered) { a.Scores = []int{4} }), Refused: "SCORES_MISSING"},
		{Name: "on the scale", When: with(func(a *Answered) { a.Scores = []int{5, 0} }), Refused: "BAD_SCORE"},
		{Name: "of an instrument there is", When: with(func(a *Answered) { a.Instrument = "horoscope" }), Refused: "NO_SUCH_INSTRUMENT"},
		{Name: "before or after", When: with(func(a *Answered) { a.Moment = "meanwhile" }), Refused: "BAD_MOMENT"},
	})
}

// TestRow30OneAnswerForEachInstrumentAndWave lets somebody answer again and again.
func TestRow30OneAnswerForEachInstrumentAndWave(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 12).Draw(t, "answers") {
			i := rapid.SampledFrom(Instruments()).Draw(t, "instrument")
			h.Try(t, Answer{house, Answered{Instrument: i.ID, Moment: rapid.SampledFrom([]Moment{Before, After, ""}).Draw(t, "moment"),
				Scores: rapid.SliceOfN(rapid.IntRange(i.Low-1, i.High+1), len(i.Items)-1, len(i.Items)).Draw(t, "scores")}})
		}
		seen := map[domain.InstrumentID]bool{}
		for _, e := range h.Facts {
			a := e.(Answered)
			i, _ := InstrumentOf(a.Instrument)
			if p := i.Percent(a.Scores); seen[a.Instrument] || p < 0 || p > 10_000 {
				t.Fatalf("%d %+v", p, h.Facts)
			}
			seen[a.Instrument] = true
		}
	})
}

func TestScoresAreReadOnTheScale(t *testing.T) {
	i, _ := InstrumentOf("work-satisfaction")
	for want, scores := range map[int][]int{0: {1, 1, 1, 1, 1}, 10_000: {5, 5, 5, 5, 5}, 5_000: {3, 3, 3, 3, 3}, 500: {2, 1, 1, 1, 1}} {
		if got := i.Percent(scores); got != want {
			t.Errorf("%v are %d, want %d", scores, got, want)
		}
	}
	if w, name, err := ID(Stream("spring", "k3j")); err != nil || w != "spring" || name != "k3j" {
		t.Errorf("came back as %q, %q, %v", w, name, err)
	}
}
