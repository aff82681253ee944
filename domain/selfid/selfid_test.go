package selfid

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestSelfIdentification(t *testing.T) {
	today := domain.NewDate(2026, time.November, 22)
	house := domain.Request{By: domain.Actor{Policy: "confidential-answers", Role: domain.System}, On: today}
	year := house
	year.On = today.AddMonths(12)
	asked := []Event{Invited{Application, today}}
	done := append(asked, Answered{"sealed", today})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "somebody who applies is invited", When: Invite{house, Application}, Then: asked},
		{Name: "once", Given: asked, When: Invite{house, Application}},
		{Name: "before the start once more", Given: asked, When: Invite{house, BeforeStart}, Then: []Event{Invited{BeforeStart, today}}},
		{Name: "and reminded after a year", Given: done, When: Invite{year, Reminder}, Then: []Event{Invited{Reminder, year.On}}},
		{Name: "not sooner", Given: done, When: Invite{house, Reminder}},
		{Name: "not once it is over", Given: append(done, Closed{today}), When: Invite{year, Reminder}},
		{Name: "nobody was there to remind", When: Invite{year, Reminder}},
		{Name: "occasions are known", When: Invite{house, "birthday"}, Refused: "BAD_OCCASION"},
		{Name: "answers are kept", Given: asked, When: Answer{house, "sealed"}, Then: []Event{Answered{"sealed", today}}},
		{Name: "without an invitation too", When: Answer{house, "sealed"}, Then: []Event{Answered{"sealed", today}}},
		{Name: "the same answers are kept once", Given: done, When: Answer{house, "sealed"}},
		{Name: "others take their place", Given: done, When: Answer{house, "sealed anew"}, Then: []Event{Answered{"sealed anew", today}}},
		{Name: "no answer is none", Given: asked, When: Answer{house, ""}, Refused: "ANSWERS_MISSING"},
		{Name: "reminders end", Given: done, When: Close{house}, Then: []Event{Closed{today}}},
		{Name: "once", Given: append(done, Closed{today}), When: Close{house}},
	})
	for _, role := range []domain.Role{domain.Apprentice, domain.Mentor, domain.Manager, domain.Coordinator, domain.HR, domain.EEOOfficer, domain.Executive, domain.Auditor} {
		named := domain.Request{By: domain.Actor{Person: "somebody", Role: role}, On: today}
		for _, c := range []interface {
			Decide(State) ([]Event, error)
		}{Invite{named, Application}, Answer{named, "sealed"}, Close{named}} {
			if facts, err := c.Decide(State{}); domain.AsRefusal(err) == nil || len(facts) > 0 {
				t.Errorf("a fact in the name of a %s: %+v", role, facts)
			}
		}
	}
}

func TestAnswersAreToQuestionsThereAre(t *testing.T) {
	for code, a := range map[string]Answers{
		"":                 {"sex": {"female"}, "race": {"asian", "white"}, "veteran": {Undisclosed}, "disability": nil},
		"NO_SUCH_QUESTION": {"religion": {"none"}},
		"BAD_OPTION":       {"sex": {"yes"}},
		"ONE_OPTION":       {"sex": {"female", "male"}},
	} {
		if r := domain.AsRefusal(a.Check()); (r == nil) != (code == "") || r != nil && r.Code != code {
			t.Errorf("%v: %v, want %q", a, r, code)
		}
	}
	if err := (Answers{"race": {"asian", Undisclosed}}).Check(); err == nil {
		t.Error("somebody says and does not say")
	}
	if err := (Answers{"race": {"asian", "asian"}}).Check(); err == nil {
		t.Error("an option counts twice")
	}
	if len(Questions()) < 5 {
		t.Errorf("%d questions", len(Questions()))
	}
	if id, err := ID(Stream("k3j")); err != nil || id != "k3j" {
		t.Errorf("came back as %q, %v", id, err)
	}
}
