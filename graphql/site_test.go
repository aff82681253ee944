package graphql_test

import "testing"

func TestASiteSaysHowLongADayMayBeAndWeeksAreHeldToIt(t *testing.T) {
	h := open(t, staff, colleges)
	h.enrol("maya")
	h.refused("NO_SUCH_SITE", "lena", "setSiteDayLimit", "site", "siteId", "main", "minutes", 600, "from", "2026-11-17")
	h.done("ruth", "describeSite", "site{id}", "siteId", "main", "name", "Main campus", "setting", "URBAN")
	for _, who := range []string{"maya", "priya", "dana", "ruth"} {
		h.refused("NOT_COORDINATOR", who, "setSiteDayLimit", "site", "siteId", "main", "minutes", 600, "from", "2026-11-17")
	}
	h.refused("BAD_DAY_LIMIT", "lena", "setSiteDayLimit", "site", "siteId", "main", "minutes", 1441, "from", "2026-11-17")
	h.refused("BAD_ID", "lena", "setSiteDayLimit", "site", "siteId", "Main campus", "minutes", 600, "from", "2026-11-17")
	h.refused("PEOPLE_ONLY", "lakeshore", "setSiteDayLimit", "site", "siteId", "main", "minutes", 600, "from", "2026-11-17")
	h.done("lena", "setSiteDayLimit", "site{id}", "siteId", "main", "minutes", 600, "from", "2026-11-17")

	log := func(minutes map[string]int) []any {
		var entries []any
		for date, m := range minutes {
			entries = append(entries, map[string]any{"date": date, "spentOn": h.process(), "minutes": m})
		}
		return []any{"week", "2026-W47", "entries", entries}
	}
	h.refused("DAY_TOO_LONG", "maya", "logHours", "timesheet", log(map[string]int{"2026-11-17": 601})...)
	h.done("maya", "logHours", "timesheet{id}", log(map[string]int{"2026-11-16": 660, "2026-11-17": 600})...)

	// The limit turns out to hold since Monday: what is on record may become less, and is not
	// handed in before.
	got := h.done("lena", "setSiteDayLimit", "site{before:dayLimitMinutes(on:\"2026-11-15\")monday:dayLimitMinutes(on:\"2026-11-16\")tuesday:dayLimitMinutes(on:\"2026-11-17\")dayLimits{minutes from}}",
		"siteId", "main", "minutes", 540, "from", "2026-11-16")
	if got.get("site.before") != nil || got.get("site.monday") != 540.0 || got.get("site.tuesday") != 600.0 || len(got.list("site.dayLimits")) != 2 || got.get("site.dayLimits.1.from") != "2026-11-16" {
		t.Errorf("the limits: %s", got.text)
	}
	h.refused("DAY_TOO_LONG", "maya", "logHours", "timesheet", log(map[string]int{"2026-11-16": 661})...)
	h.done("maya", "logHours", "timesheet{id}", log(map[string]int{"2026-11-16": 600})...)
	h.refused("DAY_TOO_LONG", "maya", "submitTimesheet", "timesheet", "week", "2026-W47")
	h.done("maya", "logHours", "timesheet{id}", log(map[string]int{"2026-11-16": 540})...)
	if got := h.done("maya", "submitTimesheet", "timesheet{state onTheJobMinutes}", "week", "2026-W47"); got.get("timesheet.onTheJobMinutes") != 1140.0 {
		t.Errorf("handed in: %s", got.text)
	}
}
