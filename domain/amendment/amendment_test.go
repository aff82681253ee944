package amendment

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)

	ana  = domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, On: today}
	vera = domain.Request{By: domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}, On: today}
	kim  = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: today}
	self = domain.Request{By: domain.Actor{Person: "ana", Role: domain.PrivacyOfficer}, On: today}

	ask   = Ask{ana, "ana", "milestone-ana.lab", "sealed: I did pass"}
	asked = Requested{"ana", "milestone-ana.lab", "sealed: I did pass", domain.NewDate(2027, time.January, 6)}
	no    = []Event{asked, Decided{"vera", false, "sealed: the log says otherwise"}}
	yes   = []Event{asked, Decided{"vera", true, "sealed: corrected"}}
)

func TestAmending(t *testing.T) {
	other := ask
	other.Record = "milestone-ana.other"
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a learner asks, and an answer is due in 45 days", When: ask, Then: []Event{asked}},
		{Name: "a learner asks once", Given: []Event{asked}, When: ask},
		{Name: "a request is about one record", Given: []Event{asked}, When: other, Refused: "ALREADY_ASKED"},
		{Name: "nobody asks for another", When: Ask{kim, "ana", "milestone-ana.lab", "sealed"}, Refused: "NOT_YOUR_RECORD"},
		{Name: "a request says what is wrong", When: Ask{ana, "ana", "milestone-ana.lab", ""}, Refused: "TEXT_MISSING"},

		{Name: "the privacy officer accepts", Given: []Event{asked}, When: Answer{vera, true, "sealed: corrected"}, Then: yes[1:]},
		{Name: "the privacy officer refuses", Given: []Event{asked}, When: Answer{vera, false, "sealed: the log says otherwise"}, Then: no[1:]},
		{Name: "once", Given: no, When: Answer{vera, false, "sealed: anew"}},
		{Name: "and not otherwise", Given: no, When: Answer{vera, true, "sealed: anew"}, Refused: "ALREADY_DECIDED"},
		{Name: "a coordinator decides nothing", Given: []Event{asked}, When: Answer{kim, true, "sealed"}, Refused: "NOT_PRIVACY_OFFICER"},
		{Name: "nobody decides on their own record", Given: []Event{asked}, When: Answer{self, true, "sealed"}, Refused: "OWN_RECORD"},
		{Name: "an answer has a reason", Given: []Event{asked}, When: Answer{vera, false, ""}, Refused: "REASON_MISSING"},
		{Name: "there is a request to decide on", When: Answer{vera, false, "sealed"}, Refused: "NO_SUCH_REQUEST"},

		{Name: "what the learner says stays with the record", Given: no, When: Remark{ana, "sealed: I disagree"}, Then: []Event{StatementAdded{"sealed: I disagree"}}},
		{Name: "it is said once", Given: append(slices.Clip(no), StatementAdded{"sealed: I disagree"}), When: Remark{ana, "sealed: I disagree"}},
		{Name: "an accepted request needs none", Given: yes, When: Remark{ana, "sealed"}, Refused: "NOT_REFUSED"},
		{Name: "nobody says it for the learner", Given: no, When: Remark{vera, "sealed"}, Refused: "NOT_YOUR_RECORD"},
		{Name: "it says something", Given: no, When: Remark{ana, ""}, Refused: "TEXT_MISSING"},

		{Name: "a learner takes it back", Given: []Event{asked}, When: Withdraw{ana}, Then: []Event{Withdrawn{}}},
		{Name: "not once it was decided", Given: no, When: Withdraw{ana}, Refused: "ALREADY_DECIDED"},
		{Name: "nobody takes it back for the learner", Given: []Event{asked}, When: Withdraw{vera}, Refused: "NOT_YOUR_RECORD"},
	})
}

func TestARequestIsDecidedOnceByTheOfficer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 15).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{ana, ana, vera, vera, kim, self}).Draw(t, "by")
			text := rapid.SampledFrom([]domain.Sealed{"sealed", "sealed: more", ""}).Draw(t, "text")
			switch rapid.IntRange(0, 3).Draw(t, "command") {
			case 0:
				h.Try(t, Ask{req, "ana", "milestone-ana.lab", text})
			case 1:
				h.Try(t, Answer{req, rapid.Bool().Draw(t, "accepted"), text})
			case 2:
				h.Try(t, Remark{req, text})
			case 3:
				h.Try(t, Withdraw{req})
			}
		}
		for i, e := range h.Facts {
			switch e := e.(type) {
			case Requested:
				if i != 0 {
					t.Fatalf("asked again: %+v", h.Facts)
				}
			case Decided:
				if i != 1 || e.By != "vera" {
					t.Fatalf("decided again, or by %s: %+v", e.By, h.Facts)
				}
			case StatementAdded:
				if d, ok := h.Facts[1].(Decided); !ok || d.Accepted {
					t.Fatalf("a statement to what was not refused: %+v", h.Facts)
				}
			case Withdrawn:
				if i != 1 || len(h.Facts) != 2 {
					t.Fatalf("taken back too late: %+v", h.Facts)
				}
			}
		}
	})
}
