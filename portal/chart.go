package portal

import (
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
)

// weekHours is what one week adds, on the job and in class, signed off and not yet.
type weekHours struct {
	Week                     domain.Week
	Name                     string         // "16 Nov"
	Job, Class               domain.Minutes // signed off
	PendingJob, PendingClass domain.Minutes
}

func (w weekHours) Monday() domain.Date { return w.Week.Monday() }
func (w weekHours) OnTheJob() domain.Minutes {
	return w.Job + w.PendingJob
}
func (w weekHours) InClass() domain.Minutes {
	return w.Class + w.PendingClass
}
func (w weekHours) Pending() bool { return w.PendingJob+w.PendingClass > 0 }

func (w weekHours) total() domain.Minutes { return w.OnTheJob() + w.InClass() }

// A chart is a drawing of hours by week: one bar each, on the job below, in class above.
type chart struct {
	Width, Height, Left int
	Weeks               int
	Grid                []label // hours at the left edge; lines run from Left to Width
	Bars                []bar
	Names               []label // weeks below the bars, newest first
	UsualY              int     // height of the usual week; 0 if there is none
	Usual               domain.Minutes
}

// A bar is one part of a week's hours.
type bar struct {
	X, Y, Width, Height int
	Class, Pending      bool
}

const (
	chartLeft   = 30
	chartTop    = 12
	chartBottom = 26
	barWidth    = 28
	nameSize    = 120
	nameGap     = 10
	scaleGap    = 8
)

// drawChart fits weeks, oldest first, into the given size. The scale is whole tens of hours
// and holds the usual week and the longest one.
func drawChart(weeks []weekHours, usual domain.Minutes, width, height int) chart {
	c := chart{Width: width, Height: height, Left: chartLeft, Weeks: len(weeks), Usual: usual}
	longest := max(usual, domain.Hours(10))
	for _, w := range weeks {
		longest = max(longest, w.total())
	}
	step := domain.Hours(10)
	for longest > 4*step {
		step *= 2
	}
	tall, base := height-chartTop-chartBottom, height-chartBottom
	scale := func(m domain.Minutes) int { return int(m) * tall * 100 / (int(longest) * 105) }
	for at := domain.Minutes(0); at <= longest; at += step {
		c.Grid = append(c.Grid, label{chartLeft - scaleGap, base - scale(at), strconv.Itoa(int(at / 60))})
	}
	if usual > 0 {
		c.UsualY = base - scale(usual)
	}
	for i, w := range weeks {
		c.addWeek(w, i, base, scale)
	}
	c.nameWeeks(weeks, base+18)
	return c
}

func (c *chart) addWeek(w weekHours, i, base int, scale func(domain.Minutes) int) {
	room := (c.Width - chartLeft) / c.Weeks
	wide := max(1, min(barWidth, room*62/100))
	x, y := c.middle(i)-wide/2, base
	for _, part := range []struct {
		of             domain.Minutes
		class, pending bool
	}{{w.Job, false, false}, {w.PendingJob, false, true}, {w.Class, true, false}, {w.PendingClass, true, true}} {
		if h := scale(part.of); h > 0 {
			y -= h
			c.Bars = append(c.Bars, bar{x, y, wide, h, part.class, part.pending})
			y--
		}
	}
}

// nameWeeks names the last week and as many before it, evenly, as have room.
func (c *chart) nameWeeks(weeks []weekHours, y int) {
	if len(weeks) == 0 {
		return
	}
	room := (c.Width - chartLeft) / c.Weeks
	every := max(1, (textWidth("30 Nov", nameSize)+nameGap+room-1)/room)
	free := c.Width
	for i := len(weeks) - 1; i >= 0; i -= every {
		name := weeks[i].Name
		half := (textWidth(name, nameSize) + 1) / 2
		x := c.middle(i)
		if i == len(weeks)-1 {
			x = min(x, c.Width-half)
		}
		if x+half <= free {
			c.Names = append(c.Names, label{x, y, name})
			free = x - half - nameGap
		}
	}
}

// middle is where week i stands.
func (c *chart) middle(i int) int {
	return chartLeft + (c.Width-chartLeft)*(2*i+1)/(2*c.Weeks)
}

// A meter is how much of something is there, in words and as a bar. Have, Pending and Need
// count the same unit, whichever it is.
type meter struct {
	Label               string
	Value, Of           string // "1,284", "2,000 h"
	Have, Pending, Need int
	Note                string // what the figures mean: "44 h ahead of plan."
	History             string // path; empty where none is told
}

// meterWidth is the width of a full meter in the units of its drawing.
const meterWidth = 1000

// Filled is how far the signed-off part reaches, from 0 to meterWidth.
func (m meter) Filled() int { return share(m.Have, m.Need) }

// Reach is how far signed-off and pending reach together.
func (m meter) Reach() int { return share(m.Have+m.Pending, m.Need) }

func share(have, need int) int {
	if need <= 0 {
		return meterWidth
	}
	return min(meterWidth, max(0, have*meterWidth/need))
}
