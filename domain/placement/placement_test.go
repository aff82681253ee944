package placement

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	first  = domain.NewDate(2026, time.March, 2)
	kim    = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: first}
	policy = domain.Request{By: domain.Actor{Policy: "placement-follows-mentor", Role: domain.System}, On: first}
	even   = rules.Ratio{Apprentices: 1, Journeyworkers: 1}
	anaTom = Placed{"ana", "tom", first}
	benLea = Placed{"ben", "lea", first}
)

func TestPlacing(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "an apprentice learns under a journeyworker", When: Place{kim, "ana", "tom", first, even}, Then: []Event{anaTom}},
		{Name: "an apprentice is placed once", Given: []Event{anaTom}, When: Place{kim, "ana", "tom", first.AddDays(9), even}},
		{Name: "two do not learn under one", Given: []Event{anaTom}, When: Place{kim, "ben", "tom", first, even}, Refused: "RATIO_EXCEEDED"},
		{Name: "two learn under two", Given: []Event{anaTom}, When: Place{kim, "ben", "lea", first, even}, Then: []Event{benLea}},
		{Name: "who taught at the site is still there", Given: []Event{anaTom, benLea}, When: Place{kim, "ana", "lea", first.AddDays(1), even}, Then: []Event{Placed{"ana", "lea", first.AddDays(1)}}},
		{Name: "who is gone is missing", Given: []Event{anaTom, benLea, Gone{"tom", first}}, When: Place{kim, "ana", "lea", first.AddDays(1), even}, Refused: "RATIO_EXCEEDED"},
		{Name: "a journeyworker goes", Given: []Event{anaTom}, When: Go{kim, "tom", first}, Then: []Event{Gone{"tom", first}}},
		{Name: "who does not teach does not go", Given: []Event{anaTom}, When: Go{kim, "lea", first}},
		{Name: "two do not swap into one later", Given: []Event{anaTom, Placed{"ben", "tom", first.AddDays(30)}}, When: Place{kim, "cy", "tom", first, even}, Refused: "RATIO_EXCEEDED"},
		{Name: "without a ratio anybody does", Given: []Event{anaTom}, When: Place{kim, "ben", "tom", first, rules.Ratio{}}, Then: []Event{Placed{"ben", "tom", first}}},
		{Name: "what has happened is not refused", Given: []Event{anaTom}, When: Place{policy, "ben", "tom", first, even}, Then: []Event{Placed{"ben", "tom", first}}},
		{Name: "who left makes room", Given: []Event{anaTom, Left{"ana", first.AddDays(5)}}, When: Place{kim, "ben", "tom", first.AddDays(6), even}, Then: []Event{Placed{"ben", "tom", first.AddDays(6)}}},
		{Name: "an apprentice leaves", Given: []Event{anaTom}, When: Leave{kim, "ana", first}, Then: []Event{Left{"ana", first}}},
		{Name: "who is not there does not leave", Given: []Event{anaTom}, When: Leave{kim, "ben", first}},
		{Name: "a placement is taken back", Given: []Event{anaTom}, When: Unplace{kim, "ana", first}, Then: []Event{Unplaced{"ana", first}}},
		{Name: "what was not there is not taken back", Given: []Event{anaTom}, When: Unplace{kim, "ana", first.AddDays(1)}},
	})
}

func TestInvariant12TheRatioHoldsAtASiteOnEveryDayOfAssignment(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		ratio := rules.Ratio{Apprentices: rapid.IntRange(1, 2).Draw(t, "apprentices"), Journeyworkers: rapid.IntRange(1, 2).Draw(t, "journeyworkers")}
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 25).Draw(t, "requests") {
			who := rapid.SampledFrom([]domain.ApprenticeshipID{"a", "b", "c", "d"}).Draw(t, "who")
			day := first.AddDays(rapid.IntRange(0, 9).Draw(t, "day"))
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				h.Try(t, Leave{kim, who, day})
			default:
				_, refused := h.Try(t, Place{kim, who, rapid.SampledFrom([]domain.PersonID{"x", "y", "z"}).Draw(t, "under"), day, ratio})
				if refused != "" {
					continue
				}
				since := map[domain.PersonID]domain.Date{}
				for _, e := range h.Facts {
					if e, ok := e.(Placed); ok && (since[e.Under].IsZero() || e.From.Before(since[e.Under])) {
						since[e.Under] = e.From
					}
				}
				for _, s := range h.State.Spells {
					learning, teaching := map[domain.ApprenticeshipID]bool{}, 0
					for _, o := range h.State.Spells {
						if !s.From.Before(o.From) && (o.To.IsZero() || !s.From.After(o.To)) {
							learning[o.Apprenticeship] = true
						}
					}
					for _, from := range since {
						if !s.From.Before(from) {
							teaching++
						}
					}
					if len(learning)*ratio.Journeyworkers > teaching*ratio.Apprentices {
						t.Fatalf("on %s %d learn under %d, and %s is allowed: %+v", s.From, len(learning), teaching, ratio, h.State.Site)
					}
				}
			}
			for i, s := range h.State.Spells {
				for _, o := range h.State.Spells[:i] {
					if s.Apprenticeship == o.Apprenticeship && s.on(o.From) || s.Apprenticeship == o.Apprenticeship && o.on(s.From) {
						t.Fatalf("%s learns under two: %+v", s.Apprenticeship, h.State.Site)
					}
				}
			}
		}
	})
}
