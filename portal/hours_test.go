package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"

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

func TestAWeekIsSentAsTheWeekBeforeInOnePress(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek.Add(-1), domain.Hours(8))
	b := h.as("apprentice")
	b.get("/hours").wants(http.StatusOK, "Same as in the week of 9 Nov?", "Support people and devices 40 h").
		send("/hours?week=2026-W47", "action", "repeat-send").wants(http.StatusOK, "Sent: 40 h. Dana Whitfield has the week now.", "Waiting for sign-off 40 h").lacks("Same as in")
	h.as("manager").get("/approvals/hours/maya-2026/2026-W47").wants(http.StatusOK, "Maya Okafor, 40 h")
}

func TestAWeekThatIsNotOverIsNotSentAsTheWeekBefore(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	wednesday := lastWeek.Add(1).Monday().AddDays(2).Midnight()
	h.portal.Desk.Now = func() time.Time { return wednesday }
	h.as("apprentice").get("/hours").wants(http.StatusOK, "Repeat last week").lacks("Same as in")
}

func TestTheLastWeeksTellWhereTheirHoursAre(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	dana := domain.Actor{Person: "dana", Role: domain.Manager}
	for n := range 3 {
		h.work("maya", lastWeek.Add(-2-n), domain.Hours(8))
	}
	_, err := h.portal.Desk.ApproveWeek(t.Context(), by(dana), maya, lastWeek.Add(-4))
	check(t, err)
	_, err = h.portal.Desk.ReturnWeek(t.Context(), by(dana), maya, lastWeek.Add(-3), "Tuesday was a holiday.")
	check(t, err)
	b := h.as("apprentice")
	b.get("/hours").wants(http.StatusOK, "2 other weeks wait for you", "Hours on the job, signed off 40 h", "Hours on the job that wait for sign-off 40 h",
		"Week of 9 Nov Nothing logged", "Week of 2 Nov 40 h With Dana Whitfield since 22 Nov. Waiting",
		"Dana Whitfield wrote: “Tuesday was a holiday.” Sent back", "Dana Whitfield, 22 Nov. Signed off")
	b.get("/hours").send("/language", "language", "es")
	b.get("/hours").wants(http.StatusOK, "2 semanas más esperan por usted", "Lo tiene Dana Whitfield desde el 22 nov.", "Guardar borrador").lacks("Save", "Signed off", "Monday")
}

// TestADayThatIsTooLongIsMarked sends more hours on a Monday than it has; what was typed on it most
// is marked, and says why.
func TestADayThatIsTooLongIsMarked(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	field := strings.Replace(hoursOf(0), "wp-01", "wp-02", 1)
	s := b.get(weekForm).wants(http.StatusOK, "Nothing logged", "Saturday and Sunday, too").send(weekForm, hoursOf(0), "9", field, "20", hoursOf(1), "8", "action", "send").
		wants(http.StatusUnprocessableEntity, "29 h on Monday 16 November is more than", "Not saved yet")
	marked := 0
	for _, n := range named(s.all, "input") {
		if attr(n, "aria-invalid") == "true" {
			if marked++; attr(n, "name") != field {
				t.Errorf("%s is marked", attr(n, "name"))
			}
		}
	}
	if marked != 1 {
		t.Errorf("%d inputs are marked", marked)
	}
}
