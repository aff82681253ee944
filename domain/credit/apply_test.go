package credit

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	toCourse  = Applied{Target{Course: "IS 101"}, domain.Hours(30)}
	toProcess = Applied{Target{Process: "wp-1"}, domain.Hours(15)}
)

func TestApplying(t *testing.T) {
	counts := []Event{given, toCourse}
	self := domain.Request{By: domain.Actor{Person: "ana", Role: domain.Coordinator}, On: today}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator lets it count", Given: []Event{given}, When: Apply{kim, toCourse}, Then: []Event{toCourse}},
		{Name: "it counts on when it is posted", Given: onPaper, When: Apply{kim, toCourse}, Then: []Event{toCourse}},
		{Name: "it counts once", Given: counts, When: Apply{kim, toCourse}},
		{Name: "it counts for one number of minutes", Given: counts, When: Apply{kim, Applied{toCourse.Target, domain.Hours(1)}}, Refused: "ALREADY_APPLIED"},
		{Name: "the rest of it counts elsewhere", Given: counts, When: Apply{kim, toProcess}, Then: []Event{toProcess}},
		{Name: "three units are 45 hours", Given: counts, When: Apply{kim, Applied{toProcess.Target, domain.Hours(15) + 1}}, Refused: "MINUTES_OUT_OF_RANGE"},
		{Name: "nothing is not applied", Given: counts, When: Apply{kim, Applied{toProcess.Target, 0}}, Refused: "MINUTES_OUT_OF_RANGE"},
		{Name: "a recommendation does not count", Given: advised, When: Apply{kim, toCourse}, Refused: "NOT_AWARDED"},
		{Name: "what was revoked does not count", Given: takenOff, When: Apply{kim, toCourse}, Refused: "NOT_AWARDED"},
		{Name: "it counts towards something", Given: []Event{given}, When: Apply{kim, Applied{Minutes: 1}}, Refused: "BAD_TARGET"},
		{Name: "it counts towards one thing", Given: []Event{given}, When: Apply{kim, Applied{Target{Course: "IS 101", Process: "wp-1"}, 1}}, Refused: "BAD_TARGET"},
		{Name: "an apprentice lets nothing count", Given: []Event{given}, When: Apply{ana, toCourse}, Refused: "NOT_COORDINATOR"},
		{Name: "nobody lets their own count", Given: []Event{given}, When: Apply{self, toCourse}, Refused: "OWN_CREDIT"},
		{Name: "what does not exist does not count", When: Apply{kim, toCourse}, Refused: "NO_SUCH_CREDIT"},

		{Name: "a coordinator takes it back", Given: counts, When: Reverse{kim, toCourse.Target, "sealed: wrong course"}, Then: []Event{ApplicationReversed{toCourse.Target, "sealed: wrong course"}}},
		{Name: "what was taken back counts anew", Given: append(counts, ApplicationReversed{Target: toCourse.Target}), When: Apply{kim, Applied{toCourse.Target, domain.Hours(45)}}, Then: []Event{Applied{toCourse.Target, domain.Hours(45)}}},
		{Name: "what does not count is not taken back", Given: counts, When: Reverse{kim, toProcess.Target, "sealed: why"}, Refused: "NOT_APPLIED"},
		{Name: "taking back has a reason", Given: counts, When: Reverse{kim, toCourse.Target, ""}, Refused: "REASON_MISSING"},
		{Name: "an apprentice takes nothing back", Given: counts, When: Reverse{ana, toCourse.Target, "sealed: why"}, Refused: "NOT_COORDINATOR"},
		{Name: "nobody takes their own back", Given: counts, When: Reverse{self, toCourse.Target, "sealed: why"}, Refused: "OWN_CREDIT"},
	})
}
