package projections_test

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
)

func TestWhoWatchesIsWokenByWhatConcernsThem(t *testing.T) {
	log := openLog(t)
	record(t, log, all(house, inForce, []fact{consented("", everything...)})...)
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, db, head(t, log))

	college, leave := db.Watch("partner-lakeshore")
	other, leaveOther := db.Watch("partner-harbor", "milestone-ana.other")
	defer leaveOther()
	wakes := func(name string, c <-chan struct{}, want bool) {
		t.Helper()
		wait := 10 * time.Second
		if !want {
			wait = 20 * time.Millisecond
		}
		select {
		case <-c:
			if !want {
				t.Errorf("%s wakes who it does not concern", name)
			}
		case <-time.After(wait):
			if want {
				t.Errorf("%s wakes nobody", name)
			}
		}
	}
	for _, c := range []struct {
		name           string
		fact           fact
		college, other bool
	}{
		{"what a college is shown", on("2026-05-03", ana, "milestone-ana.hd-defence", milestone.Started{Apprenticeship: learner, Person: "ana-ruiz", Requirement: "hd-defence"}), true, false},
		{"what it is not shown", on("2026-05-03", ana, "milestone-ana.other", milestone.Started{Apprenticeship: learner, Person: "ana-ruiz", Requirement: "hd-other"}), false, true},
		{"its own", on("2026-05-03", rules, "partner-lakeshore", partner.KeyIssued{Key: "k9", Hash: "99"}), true, false},
	} {
		until(t, db, record(t, log, c.fact))
		wakes(c.name, college, c.college)
		wakes(c.name, other, c.other)
	}
	leave()
	until(t, db, record(t, log, on("2026-05-03", rules, "partner-lakeshore", partner.KeyRevoked{Key: "k9"})))
	wakes("what happens after leaving", college, false)
}
