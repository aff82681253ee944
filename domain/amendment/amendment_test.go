package amendment

import (
	"slices"
	"strconv"
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

// said are as many statements.
func said(n int) (out []Event) {
	for i := range n {
		out = append(out, StatementAdded{domain.Sealed("sealed: " + strconv.Itoa(i))})
	}
	return out
}

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
		{Name: "not without end", Given: append(slices.Clip(no), said(MaxStatements)...), When: Remark{ana, "sealed: once more"}, Refused: "TOO_MANY"},
		{Name: "an accepted request needs none", Given: yes, When: Remark{ana, "sealed"}, Refused: "NOT_REFUSED"},
		{Name: "nobody says it for the learner", Given: no, When: Remark{vera, "sealed"}, Refused: "NOT_YOUR_RECORD"},
		{Name: "it says something", Given: no, When: Remark{ana, ""}, Refused: "TEXT_MISSING"},

		{Name: "a learner takes it back", Given: []Event{asked}, When: Withdraw{ana}, Then: []Event{Withdrawn{}}},
		{Name: "not once it was decided", Given: no, When: Withdraw{ana}, Refused: "ALREADY_DECIDED"},
		{Name: "nobody takes it back for the learner", Given: []Event{asked}, When: Withdraw{vera}, Refused: "NOT_YOUR_RECORD"},
	})
}

func TestHearings(t *testing.T) {
	later := func(r domain.Request, days int) domain.Request { r.On = today.AddDays(days); return r }
	due := HearingAsked{today.AddDays(10 + HearingDays)}
	waits := append(slices.Clip(no), due)
	hold := RecordHearing{later(vera, 20), "kim", false, "sealed: two witnesses, the log stands"}
	with := func(change func(*RecordHearing)) RecordHearing { c := hold; change(&c); return c }
	held := HearingHeld{"kim", false, "sealed: two witnesses, the log stands"}
	notice := HearingSet{today.AddDays(20), domain.Hours(14) + 30, "sealed: room 2"}
	told := append(slices.Clip(waits), notice)
	granted := HearingHeld{"kim", true, "sealed: the log was wrong"}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a learner who was refused asks for a hearing", Given: no, When: AskHearing{later(ana, 10)}, Then: []Event{due}},
		{Name: "once", Given: waits, When: AskHearing{later(ana, 12)}},
		{Name: "nobody asks for the learner", Given: no, When: AskHearing{vera}, Refused: "NOT_YOUR_RECORD"},
		{Name: "there is none before an answer", Given: []Event{asked}, When: AskHearing{ana}, Refused: "NOT_REFUSED"},
		{Name: "there is none about what is corrected", Given: yes, When: AskHearing{ana}, Refused: "NOT_REFUSED"},
		{Name: "there is none about nothing", When: AskHearing{ana}, Refused: "NO_SUCH_REQUEST"},
		{Name: "there is one", Given: append(slices.Clip(waits), held), When: AskHearing{later(ana, 30)}, Refused: "ALREADY_HEARD"},

		{Name: "the learner is told when and where it is", Given: waits, When: SetHearing{later(vera, 11), notice}, Then: []Event{notice}},
		{Name: "once", Given: told, When: SetHearing{later(vera, 11), notice}},
		{Name: "it is put off in good time", Given: told, When: SetHearing{later(vera, 12), HearingSet{today.AddDays(30), notice.Time, notice.Place}}, Then: []Event{HearingSet{today.AddDays(30), notice.Time, notice.Place}}},
		{Name: "not on short notice", Given: waits, When: SetHearing{later(vera, 14), notice}, Refused: "NOTICE_TOO_SHORT"},
		{Name: "not on no day", Given: waits, When: SetHearing{later(vera, 11), HearingSet{Time: notice.Time, Place: notice.Place}}, Refused: "NOTICE_TOO_SHORT"},
		{Name: "not later than the learner is to be heard", Given: waits, When: SetHearing{later(vera, 11), HearingSet{due.DueOn.AddDays(1), notice.Time, notice.Place}}, Refused: "HEARING_TOO_LATE"},
		{Name: "one that is late is held soon", Given: waits, When: SetHearing{later(vera, 100), HearingSet{today.AddDays(114), notice.Time, notice.Place}}, Then: []Event{HearingSet{today.AddDays(114), notice.Time, notice.Place}}},
		{Name: "and not later still", Given: waits, When: SetHearing{later(vera, 100), HearingSet{today.AddDays(115), notice.Time, notice.Place}}, Refused: "HEARING_TOO_LATE"},
		{Name: "a day has 24 hours", Given: waits, When: SetHearing{later(vera, 11), HearingSet{notice.Day, domain.Hours(24), notice.Place}}, Refused: "BAD_TIME"},
		{Name: "it is somewhere", Given: waits, When: SetHearing{later(vera, 11), HearingSet{notice.Day, notice.Time, ""}}, Refused: "PLACE_MISSING"},
		{Name: "the learner does not set it", Given: waits, When: SetHearing{later(ana, 11), notice}, Refused: "NOT_PRIVACY_OFFICER"},
		{Name: "an officer does not set their own", Given: waits, When: SetHearing{later(self, 11), notice}, Refused: "OWN_RECORD"},
		{Name: "nobody asked for it", Given: no, When: SetHearing{later(vera, 11), notice}, Refused: "NO_HEARING_ASKED"},
		{Name: "it is about something", When: SetHearing{later(vera, 11), notice}, Refused: "NO_SUCH_REQUEST"},
		{Name: "it is not held before the day that was told", Given: told, When: with(func(c *RecordHearing) { c.On = today.AddDays(19) }), Refused: "BEFORE_NOTICE"},
		{Name: "it is held on it", Given: told, When: hold, Then: []Event{held}},

		{Name: "the record stays", Given: waits, When: hold, Then: []Event{held}},
		{Name: "the record is corrected", Given: waits, When: RecordHearing{later(vera, 20), "kim", true, "sealed: the log was wrong"}, Then: []Event{granted}},
		{Name: "it is recorded once", Given: append(slices.Clip(waits), held), When: hold},
		{Name: "and not otherwise", Given: append(slices.Clip(waits), held), When: with(func(c *RecordHearing) { c.Accepted = true }), Refused: "NO_HEARING_ASKED"},
		{Name: "a late hearing is one", Given: waits, When: with(func(c *RecordHearing) { c.On = today.AddDays(200) }), Then: []Event{held}},
		{Name: "nobody asked for one", Given: no, When: hold, Refused: "NO_HEARING_ASKED"},
		{Name: "a coordinator records none", Given: waits, When: with(func(c *RecordHearing) { c.Request = later(kim, 20) }), Refused: "NOT_PRIVACY_OFFICER"},
		{Name: "nobody records their own", Given: waits, When: with(func(c *RecordHearing) { c.Request = later(self, 20) }), Refused: "OWN_RECORD"},
		{Name: "somebody held it", Given: waits, When: with(func(c *RecordHearing) { c.HeldBy = "" }), Refused: "HELD_BY_MISSING"},
		{Name: "who refused does not hold it", Given: waits, When: with(func(c *RecordHearing) { c.HeldBy = "vera" }), Refused: "HAS_AN_INTEREST"},
		{Name: "nor does the learner", Given: waits, When: with(func(c *RecordHearing) { c.HeldBy = "ana" }), Refused: "HAS_AN_INTEREST"},
		{Name: "it was not before it was asked for", Given: waits, When: with(func(c *RecordHearing) { c.On = today.AddDays(9) }), Refused: "BEFORE_ASKED"},
		{Name: "it is not still to come", Given: waits, When: with(func(c *RecordHearing) { c.At = today.AddDays(19).Midnight() }), Refused: "IN_THE_FUTURE"},
		{Name: "its outcome has reasons", Given: waits, When: with(func(c *RecordHearing) { c.Reason = "" }), Refused: "REASON_MISSING"},

		{Name: "after it a statement stays with the record", Given: append(slices.Clip(waits), held), When: Remark{ana, "sealed: I disagree"}, Then: []Event{StatementAdded{"sealed: I disagree"}}},
		{Name: "none is needed where it was corrected", Given: append(slices.Clip(waits), granted), When: Remark{ana, "sealed"}, Refused: "NOT_REFUSED"},
		{Name: "a request is not taken back meanwhile", Given: waits, When: Withdraw{ana}, Refused: "ALREADY_DECIDED"},
	})
}

func TestARequestIsDecidedOnceByTheOfficer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 15).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{ana, ana, vera, vera, kim, self}).Draw(t, "by")
			text := rapid.SampledFrom([]domain.Sealed{"sealed", "sealed: more", ""}).Draw(t, "text")
			switch rapid.IntRange(0, 6).Draw(t, "command") {
			case 6:
				h.Try(t, SetHearing{req, HearingSet{today.AddDays(rapid.IntRange(6, 60).Draw(t, "day")), domain.Hours(9), text}})
			case 0:
				h.Try(t, Ask{req, "ana", "milestone-ana.lab", text})
			case 1:
				h.Try(t, Answer{req, rapid.Bool().Draw(t, "accepted"), text})
			case 2:
				h.Try(t, Remark{req, text})
			case 3:
				h.Try(t, Withdraw{req})
			case 4:
				h.Try(t, AskHearing{req})
			case 5:
				h.Try(t, RecordHearing{req, rapid.SampledFrom([]domain.PersonID{"ana", "vera", "kim"}).Draw(t, "held by"), rapid.Bool().Draw(t, "accepted"), text})
			}
		}
		hearings := 0
		for i, e := range h.Facts {
			switch e := e.(type) {
			case HearingAsked, HearingHeld:
				if hearings++; hearings > 2 || h.Facts[1].(Decided).Accepted {
					t.Fatalf("a second hearing, or one about what was corrected: %+v", h.Facts)
				}
				if held, ok := e.(HearingHeld); ok && (hearings != 2 || held.HeldBy != "kim") {
					t.Fatalf("held out of turn, or by whom it concerns: %+v", h.Facts)
				}
			case HearingSet:
				if hearings != 1 || e.Place == "" {
					t.Fatalf("notice of no hearing: %+v", h.Facts)
				}
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
