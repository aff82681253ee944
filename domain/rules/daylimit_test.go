package rules

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestTheLimitOfADayIsTheOneThatHeldOnIt(t *testing.T) {
	on := func(month time.Month, day int) domain.Date { return domain.NewDate(2026, month, day) }
	l := DayLimits{{600, on(3, 1)}, {480, on(6, 1)}, {540, on(1, 15)}, {500, on(6, 1)}, {0, on(9, 1)}}
	for day, want := range map[domain.Date]domain.Minutes{
		on(1, 14): 0, on(1, 15): 540, on(2, 28): 540, on(3, 1): 600, on(5, 31): 600, on(6, 1): 500, on(8, 31): 500, on(9, 1): 0, on(12, 31): 0,
	} {
		if got := l.On(day); got != want {
			t.Errorf("on %s: %d min, want %d", day, got, want)
		}
	}
	if got := (DayLimits)(nil).On(on(1, 1)); got != 0 {
		t.Errorf("without a limit: %d min", got)
	}
}
