package person

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	kim   = domain.Request{By: domain.Actor{Person: "kim-cho", Role: domain.Coordinator}, On: today}
	vera  = domain.Request{By: domain.Actor{Person: "vera-lind", Role: domain.PrivacyOfficer}, On: today}
	ruth  = domain.Request{By: domain.Actor{Person: "ruth", Role: domain.HR}, On: today}
	kimHR = domain.Request{By: domain.Actor{Person: "kim-cho", Role: domain.HR}, On: today}
	priya = domain.Request{By: domain.Actor{Person: "priya", Role: domain.Mentor}, On: today}
)

func TestNobodyIsErasedByOnePersonAlone(t *testing.T) {
	ask := AskErasure{Request: kim, Person: ana, Reason: Asked, Reference: "DSR-2026/14"}
	asked := ErasureAsked{By: "kim-cho", Reason: Asked, Reference: "DSR-2026/14"}
	old := ErasureAsked{By: "kim-cho", Reason: Retention, Reference: "DSR-2026/14"}
	with := func(change func(*AskErasure)) AskErasure { c := ask; change(&c); return c }
	refusal := ErasureRefused{Asked: 2, Reason: "sealed: the file names another"}
	waits := []Event{joined, asked}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator asks", Given: []Event{joined}, When: ask, Then: []Event{asked}},
		{Name: "it is asked once", Given: waits, When: ask},
		{Name: "and not for something else meanwhile", Given: waits, When: with(func(c *AskErasure) { c.Reference = "DSR-2026/15" }), Refused: "ALREADY_ASKED"},
		{Name: "a mentor does not ask", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Request = priya }), Refused: "NOT_STAFF_ADMIN"},
		{Name: "nobody asks for themselves", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Person = "kim-cho" }), Refused: "ERASES_ONESELF"},
		{Name: "nobody unknown is erased", When: ask, Refused: "NO_SUCH_PERSON"},
		{Name: "there are two reasons", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Reason = "Ana moved to Lyon" }), Refused: "BAD_REASON"},
		{Name: "a file holds the reason", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Reference = "" }), Refused: "BAD_REFERENCE"},
		{Name: "its number is no sentence about somebody", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Reference = "Ana Ruiz 1" }), Refused: "BAD_REFERENCE"},
		{Name: "and no name", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Reference = "Ruiz" }), Refused: "BAD_REFERENCE"},

		{Name: "who is here is not too old to keep", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Reason, c.Kept = Retention, Kept{Here: true} }), Refused: "STILL_KEPT"},
		{Name: "nor is what has to be kept until today", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Reason, c.Kept = Retention, Kept{Until: today} }), Refused: "STILL_KEPT"},
		{Name: "the day after it is", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Reason, c.Kept = Retention, Kept{Until: today.AddDays(-1)} }), Then: []Event{old}},
		{Name: "who asks for it themselves need not wait", Given: []Event{joined}, When: with(func(c *AskErasure) { c.Kept = Kept{Here: true, Until: today} }), Then: []Event{asked}},

		{Name: "the privacy officer confirms", Given: waits, When: Erase{vera, ana, 2, Kept{}}, Then: []Event{gone}},
		{Name: "human resources confirms", Given: waits, When: Erase{ruth, ana, 2, Kept{}}, Then: []Event{gone}},
		{Name: "nobody confirms their own request", Given: waits, When: Erase{kim, ana, 2, Kept{}}, Refused: "SECOND_PERSON"},
		{Name: "not in another capacity either", Given: waits, When: Erase{kimHR, ana, 2, Kept{}}, Refused: "SECOND_PERSON"},
		{Name: "a mentor confirms nothing", Given: waits, When: Erase{priya, ana, 2, Kept{}}, Refused: "NOT_STAFF_ADMIN"},
		{Name: "nobody confirms that they are erased", Given: waits, When: Erase{vera, "vera-lind", 2, Kept{}}, Refused: "ERASES_ONESELF"},
		{Name: "nobody is erased without being asked for", Given: []Event{joined}, When: Erase{vera, ana, 2, Kept{}}, Refused: "NOT_ASKED"},
		{Name: "or under another request", Given: []Event{joined, asked, ErasureWithdrawn{2}, asked}, When: Erase{vera, ana, 2, Kept{}}, Refused: "CHANGED_MEANWHILE"},
		{Name: "or once it was withdrawn", Given: []Event{joined, asked, ErasureWithdrawn{2}}, When: Erase{vera, ana, 2, Kept{}}, Refused: "NOT_ASKED"},
		{Name: "or refused", Given: []Event{joined, asked, refusal}, When: Erase{vera, ana, 2, Kept{}}, Refused: "NOT_ASKED"},
		{Name: "or before it may be, though it might have been when it was asked", Given: []Event{joined, old}, When: Erase{vera, ana, 2, Kept{Here: true}}, Refused: "STILL_KEPT"},
		{Name: "somebody is erased once", Given: []Event{joined, asked, gone}, When: Erase{vera, ana, 2, Kept{}}},

		{Name: "who asked withdraws", Given: waits, When: WithdrawErasure{kim, 2}, Then: []Event{ErasureWithdrawn{2}}},
		{Name: "once", Given: []Event{joined, asked, ErasureWithdrawn{2}}, When: WithdrawErasure{kim, 2}},
		{Name: "nobody else does", Given: waits, When: WithdrawErasure{vera, 2}, Refused: "NOT_YOURS"},
		{Name: "not what is done", Given: []Event{joined, asked, gone}, When: WithdrawErasure{kim, 2}, Refused: "PERSON_ERASED"},
		{Name: "and it can be asked again", Given: []Event{joined, asked, ErasureWithdrawn{2}}, When: ask, Then: []Event{asked}},

		{Name: "the second one refuses", Given: waits, When: RefuseErasure{vera, ana, 2, refusal.Reason}, Then: []Event{refusal}},
		{Name: "with a reason", Given: waits, When: RefuseErasure{vera, ana, 2, ""}, Refused: "REASON_MISSING"},
		{Name: "who asked does not refuse", Given: waits, When: RefuseErasure{kim, ana, 2, refusal.Reason}, Refused: "SECOND_PERSON"},
		{Name: "it is refused once", Given: []Event{joined, asked, refusal}, When: RefuseErasure{vera, ana, 2, "sealed: again"}},
	})
}

func TestTwoPeopleStandBehindEveryErasure(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		h.Try(t, Join{operator, joined})
		asker := map[int]domain.PersonID{}
		for range rapid.IntRange(1, 25).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{kim, kim, kimHR, vera, vera, priya}).Draw(t, "by")
			of := rapid.IntRange(1, 4).Draw(t, "of")
			had := len(h.Facts)
			switch rapid.IntRange(0, 3).Draw(t, "command") {
			case 0:
				h.Try(t, AskErasure{Request: req, Person: ana, Reason: Asked, Reference: "DSR-1"})
			case 1:
				h.Try(t, WithdrawErasure{req, of})
			case 2:
				h.Try(t, RefuseErasure{req, ana, of, "sealed"})
			case 3:
				h.Try(t, Erase{req, ana, of, Kept{}})
			}
			for i := had; i < len(h.Facts); i++ {
				switch e := h.Facts[i].(type) {
				case ErasureAsked:
					asker[i+1] = e.By
				case Erased:
					if asker[of] == "" || asker[of] == req.By.Person || req.By.Role == domain.Mentor {
						t.Fatalf("%s erased alone what %q asked: %+v", req.By.Person, asker[of], h.Facts)
					}
				}
			}
		}
	})
}
