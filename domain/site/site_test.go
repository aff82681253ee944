package site

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestSites(t *testing.T) {
	kim := domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}}
	tom := domain.Request{By: domain.Actor{Person: "tom", Role: domain.Mentor}}
	ruth := domain.Request{By: domain.Actor{Person: "ruth", Role: domain.HR}}
	ten := rules.DayLimit{Minutes: 600, From: domain.NewDate(2026, 3, 1)}
	eight := rules.DayLimit{Minutes: 480, From: ten.From.AddDays(30)}
	earlier, later := rules.DayLimit{Minutes: 600, From: ten.From.AddDays(-30)}, rules.DayLimit{Minutes: 600, From: ten.From.AddDays(60)}
	wrong, none := rules.DayLimit{Minutes: 540, From: ten.From}, rules.DayLimit{From: ten.From.AddDays(90)}
	cedar := Described{"Cedar Valley", Rural}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a site is described", When: Describe{kim, cedar}, Then: []Event{cedar}},
		{Name: "once", Given: []Event{cedar}, When: Describe{kim, cedar}},
		{Name: "and otherwise later", Given: []Event{cedar}, When: Describe{kim, Described{"Cedar Valley", Urban}}, Then: []Event{Described{"Cedar Valley", Urban}}},
		{Name: "by a coordinator", When: Describe{tom, cedar}, Refused: "NOT_COORDINATOR"},
		{Name: "by name", When: Describe{kim, Described{" ", Rural}}, Refused: "NAME_MISSING"},
		{Name: "as one or the other", When: Describe{kim, Described{"Cedar Valley", "suburban"}}, Refused: "BAD_SETTING"},

		{Name: "a coordinator limits a day", Given: []Event{cedar}, When: SetDayLimit{kim, ten}, Then: []Event{DayLimitSet{ten}}},
		{Name: "once", Given: []Event{cedar, DayLimitSet{ten}, DayLimitSet{eight}}, When: SetDayLimit{kim, ten}},
		{Name: "otherwise from a later day", Given: []Event{cedar, DayLimitSet{ten}}, When: SetDayLimit{kim, eight}, Then: []Event{DayLimitSet{eight}}},
		{Name: "the same from an earlier day", Given: []Event{cedar, DayLimitSet{ten}}, When: SetDayLimit{kim, earlier}, Then: []Event{DayLimitSet{earlier}}},
		{Name: "the same from a later day, whatever comes between", Given: []Event{cedar, DayLimitSet{ten}}, When: SetDayLimit{kim, later}, Then: []Event{DayLimitSet{later}}},
		{Name: "in place of what was wrong", Given: []Event{cedar, DayLimitSet{ten}}, When: SetDayLimit{kim, wrong}, Then: []Event{DayLimitSet{wrong}}},
		{Name: "and no longer", Given: []Event{cedar, DayLimitSet{ten}}, When: SetDayLimit{kim, none}, Then: []Event{DayLimitSet{none}}},
		{Name: "human resources limit none", Given: []Event{cedar}, When: SetDayLimit{ruth, ten}, Refused: "NOT_COORDINATOR"},
		{Name: "there has to be a site", When: SetDayLimit{kim, ten}, Refused: "NO_SUCH_SITE"},
		{Name: "a day has 24 hours", Given: []Event{cedar}, When: SetDayLimit{kim, rules.DayLimit{Minutes: 1441, From: ten.From}}, Refused: "BAD_DAY_LIMIT"},
		{Name: "and no fewer than none", Given: []Event{cedar}, When: SetDayLimit{kim, rules.DayLimit{Minutes: -1, From: ten.From}}, Refused: "BAD_DAY_LIMIT"},
		{Name: "it begins", Given: []Event{cedar}, When: SetDayLimit{kim, rules.DayLimit{Minutes: 600}}, Refused: "FROM_MISSING"},
	})
	if id, err := ID(Stream("cedar-valley")); err != nil || id != "cedar-valley" {
		t.Errorf("came back as %q, %v", id, err)
	}
}
