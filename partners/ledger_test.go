package partners

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestANodeKnowsOnlyWhatWasToldToday(t *testing.T) {
	var ls ledgers
	day := domain.NewDate(2026, 11, 23)
	for range 3 {
		for _, p := range []domain.PartnerID{"lakeshore", "harbor"} {
			ls.of(p, day)
		}
		day = day.AddDays(1)
	}
	kept := ls.of("lakeshore", day)
	if again := ls.of("lakeshore", day); again != kept || len(ls.open) != 1 {
		t.Errorf("%d ledgers are open, that of today anew: %t", len(ls.open), again != kept)
	}
}
