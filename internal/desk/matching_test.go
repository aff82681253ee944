package desk

import (
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestAWeekMatchesIfItIsLikeThoseBefore(t *testing.T) {
	w := domain.Week{Year: 2026, Number: 47}
	before := func(state projections.WeekState, hours ...int) (ws []projections.Week) {
		for _, h := range hours {
			ws = append(ws, projections.Week{State: state, OnTheJob: domain.Hours(h)})
		}
		return ws
	}
	usual := before(projections.WeekApproved, 40, 38, 40)
	for name, c := range map[string]struct {
		days   []int // hours, from Monday
		before []projections.Week
		want   []Oddity
	}{
		"like the others":                  {[]int{8, 8, 8, 8, 8}, usual, nil},
		"a quarter more":                   {[]int{10, 10, 10, 10, 10}, usual, nil},
		"more than a quarter more":         {[]int{10, 10, 10, 10, 11}, usual, []Oddity{{Kind: MoreThanUsual, Minutes: domain.Hours(11)}}},
		"half":                             {[]int{8, 8, 4}, usual, nil},
		"less than half":                   {[]int{8, 8, 3}, usual, []Oddity{{Kind: LessThanUsual, Minutes: domain.Hours(21)}}},
		"twelve hours":                     {[]int{12, 8, 8, 8}, usual, nil},
		"a long day":                       {[]int{8, 13, 8, 8}, usual, []Oddity{{LongDay, w.Monday().AddDays(1), domain.Hours(13)}}},
		"two weeks are no habit":           {[]int{8, 8, 8, 8, 8}, usual[1:], []Oddity{{Kind: NothingUsual}}},
		"what was sent back says nothing":  {[]int{8, 8, 8, 8, 8}, before(projections.WeekReturned, 40, 40, 40), []Oddity{{Kind: NothingUsual}}},
		"two long days are each looked at": {[]int{13, 13, 8}, usual, []Oddity{{LongDay, w.Monday(), domain.Hours(13)}, {LongDay, w.Monday().AddDays(1), domain.Hours(13)}}},
	} {
		handed := projections.Handed{Week: projections.Week{Week: w}, Days: map[domain.Date]domain.Minutes{}, Before: c.before}
		for i, h := range c.days {
			handed.Days[w.Monday().AddDays(i)] = domain.Hours(h)
			handed.OnTheJob += domain.Hours(h)
		}
		if got := Odd(handed); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
