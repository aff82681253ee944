package preference

import (
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestPreferences(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	maya := domain.Request{By: domain.Actor{Person: "maya", Role: domain.Apprentice}, At: noon}
	hr := domain.Request{By: domain.Actor{Person: "helen", Role: domain.HR}, At: noon}
	night := Chosen{Language: "es", Zone: "America/Chicago", Digest: Daily, Quiet: Quiet{From: 22 * 60, Until: 7 * 60}}
	one, two := strings.Repeat("1a", 32), strings.Repeat("2b", 32)
	with := func(change func(*Chosen)) Choose {
		c := night
		change(&c)
		return Choose{maya, "maya", c}
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "somebody chooses", When: Choose{maya, "maya", night}, Then: []Event{night}},
		{Name: "the same is chosen once", Given: []Event{night}, When: Choose{maya, "maya", night}},
		{Name: "another choice takes its place", Given: []Event{night}, When: with(func(c *Chosen) { c.Digest = Never }), Then: []Event{Chosen{"es", "America/Chicago", Never, night.Quiet}}},
		{Name: "nobody chooses for another", When: Choose{hr, "maya", night}, Refused: "NOT_YOURS"},
		{Name: "nobody is not somebody", When: Choose{domain.Request{At: noon}, "", night}, Refused: "NOT_YOURS"},
		{Name: "a language has a tag", When: with(func(c *Chosen) { c.Language = "Spanish!" }), Refused: "BAD_LANGUAGE"},
		{Name: "a zone has a name", When: with(func(c *Chosen) { c.Zone = "../../etc/passwd" }), Refused: "BAD_ZONE"},
		{Name: "mail comes at some times", When: with(func(c *Chosen) { c.Digest = "hourly" }), Refused: "BAD_DIGEST"},
		{Name: "a day has 24 hours", When: with(func(c *Chosen) { c.Quiet.Until = 24 * 60 }), Refused: "BAD_TIME"},

		{Name: "somebody has read", When: Read{maya, "maya", noon}, Then: []Event{MessagesRead{noon.UnixMicro()}}},
		{Name: "it is read once", Given: []Event{MessagesRead{noon.UnixMicro()}}, When: Read{maya, "maya", noon}},
		{Name: "what was read stays so", Given: []Event{MessagesRead{noon.UnixMicro()}}, When: Read{maya, "maya", noon.Add(-time.Hour)}},
		{Name: "nobody reads for another", When: Read{hr, "maya", noon}, Refused: "NOT_YOURS"},
		{Name: "nobody reads ahead", When: Read{maya, "maya", noon.Add(time.Second)}, Refused: "BAD_TIME"},

		{Name: "somebody makes a link", When: LinkCalendar{maya, "maya", one}, Then: []Event{CalendarLinked{one}}},
		{Name: "it is made once", Given: []Event{CalendarLinked{one}}, When: LinkCalendar{maya, "maya", one}},
		{Name: "another takes its place", Given: []Event{CalendarLinked{one}}, When: LinkCalendar{maya, "maya", two}, Then: []Event{CalendarLinked{two}}},
		{Name: "nobody makes one for another", When: LinkCalendar{hr, "maya", one}, Refused: "NOT_YOURS"},
		{Name: "what is kept is no secret", When: LinkCalendar{maya, "maya", "the secret itself"}, Refused: "BAD_HASH"},
		{Name: "a link is switched off", Given: []Event{CalendarLinked{one}}, When: UnlinkCalendar{maya, "maya"}, Then: []Event{CalendarUnlinked{}}},
		{Name: "once", Given: []Event{CalendarLinked{one}, CalendarUnlinked{}}, When: UnlinkCalendar{maya, "maya"}},
		{Name: "nobody switches off another's", Given: []Event{CalendarLinked{one}}, When: UnlinkCalendar{hr, "maya"}, Refused: "NOT_YOURS"},
	})
	for minute, want := range map[domain.Minutes]bool{0: true, 6*60 + 59: true, 7 * 60: false, 12 * 60: false, 22 * 60: true} {
		if night.Quiet.At(minute) != want {
			t.Errorf("minute %d is quiet: %v", minute, !want)
		}
	}
	if (Quiet{}).At(0) || !(Quiet{From: 60, Until: 120}).At(60) || (Quiet{From: 60, Until: 120}).At(120) {
		t.Error("quiet hours within a day are others")
	}
	if id, err := ID(Stream("maya")); err != nil || id != "maya" {
		t.Errorf("came back as %q, %v", id, err)
	}
}
