package portal

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestAnHoursFieldReadsBack(t *testing.T) {
	on := domain.NewDate(2026, 11, 18)
	spentOn, got, ok := parseHoursField(hoursField("alert-triage", on))
	if spentOn != "alert-triage" || got != on || !ok {
		t.Errorf("read %q on %s, %v", spentOn, got, ok)
	}
	for _, other := range []string{"", "key", "action", "hours", "hours.", "hours.a", "hours.a.", "hours.a.2026-13-01", "hours..2026-11-18", "hours.A/..2026-11-18", "minutes.a.2026-11-18"} {
		if _, _, ok := parseHoursField(other); ok {
			t.Errorf("%q was taken for hours", other)
		}
	}
}

func TestHoursReadBackAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := domain.Minutes(rapid.IntRange(1, 24*60).Draw(t, "minutes"))
		got, err := domain.ParseHours(hoursValue(m))
		if err != nil || got != m {
			t.Fatalf("%d minutes, written %q, read %d: %v", m, hoursValue(m), got, err)
		}
	})
}
