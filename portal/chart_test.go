package portal

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
)

func anyWeeks(t *rapid.T) []weekHours {
	weeks := make([]weekHours, rapid.IntRange(0, 60).Draw(t, "weeks"))
	hours := func(name string) domain.Minutes { return domain.Minutes(rapid.IntRange(0, 3000).Draw(t, name)) }
	for i := range weeks {
		weeks[i] = weekHours{domain.Week{Year: 2026, Number: 1}.Add(i), "30 Nov", hours("job"), hours("class"), hours("pending job"), hours("pending class")}
	}
	return weeks
}

func TestBarsStandOnEachOtherInsideTheChart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weeks := anyWeeks(t)
		c := drawChart(weeks, domain.Minutes(rapid.IntRange(0, 3600).Draw(t, "usual")), rapid.SampledFrom([]int{326, 720}).Draw(t, "width"), 190)
		for i, b := range c.Bars {
			if b.X < c.Left || b.X+b.Width > c.Width || b.Y < 0 || b.Y+b.Height > c.Height-chartBottom {
				t.Fatalf("bar %d %+v leaves the chart", i, b)
			}
			if i > 0 && c.Bars[i-1].X == b.X && b.Y+b.Height > c.Bars[i-1].Y {
				t.Fatalf("bars %d and %d overlap", i-1, i)
			}
			if i > 0 && c.Bars[i-1].X != b.X && c.Bars[i-1].X+c.Bars[i-1].Width > b.X {
				t.Fatalf("the weeks of bars %d and %d overlap", i-1, i)
			}
		}
		if c.UsualY < 0 || c.UsualY > c.Height-chartBottom {
			t.Fatalf("the usual week is at %d", c.UsualY)
		}
	})
}

func TestNamesOfWeeksDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChart(anyWeeks(t), 0, rapid.SampledFrom([]int{326, 720}).Draw(t, "width"), 190)
		for i := 1; i < len(c.Names); i++ {
			a, b := c.Names[i], c.Names[i-1]
			if a.X+textWidth(a.Text, nameSize)/2 > b.X-textWidth(b.Text, nameSize)/2 {
				t.Fatalf("%q and %q overlap", a.Text, b.Text)
			}
		}
		for _, n := range c.Names {
			if half := textWidth(n.Text, nameSize) / 2; n.X-half < 0 || n.X+half > c.Width {
				t.Fatalf("%q at %d leaves the chart", n.Text, n.X)
			}
		}
		if c.Weeks > 0 && len(c.Names) == 0 {
			t.Fatal("no week is named")
		}
	})
}

func TestTwiceTheHoursAreTwiceTheHeight(t *testing.T) {
	weeks := []weekHours{{Week: domain.Week{Year: 2026, Number: 40}, Job: domain.Hours(15)}, {Week: domain.Week{Year: 2026, Number: 41}, Job: domain.Hours(30)}}
	c := drawChart(weeks, domain.Hours(40), 720, 190)
	if a, b := c.Bars[0].Height, c.Bars[1].Height; b < 2*a || b > 2*a+1 {
		t.Errorf("15 h are %d and 30 h are %d", a, b)
	}
}

func TestTheScaleStaysReadable(t *testing.T) {
	for _, hours := range []int{0, 8, 40, 60, 168, 500} {
		c := drawChart([]weekHours{{Week: domain.Week{Year: 2026, Number: 40}, Job: domain.Hours(hours)}}, 0, 720, 190)
		if n := len(c.Grid); n < 2 || n > 5 {
			t.Errorf("%d h have %d lines", hours, n)
		}
	}
}

func TestAMeterIsNeverFullerThanFull(t *testing.T) {
	for _, tt := range []struct {
		m             meter
		filled, reach int
	}{
		{meter{Have: 1284, Pending: 27, Need: 2000}, 642, 655},
		{meter{Have: 30, Pending: 10, Need: 27}, 1000, 1000},
		{meter{Need: 10}, 0, 0},
		{meter{Have: 20, Pending: 10, Need: 25}, 800, 1000},
		{meter{}, 1000, 1000},
	} {
		if tt.m.Filled() != tt.filled || tt.m.Reach() != tt.reach {
			t.Errorf("%+v is filled to %d and reaches %d", tt.m, tt.m.Filled(), tt.m.Reach())
		}
	}
}
