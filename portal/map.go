package portal

import (
	"slices"
	"strings"
)

// Measures of the map in pixels; font sizes in tenths of a pixel.
const (
	mapWidth    = 1150 // what a map fills at least
	mapHeight   = 176  // without labels below the track
	trackY      = 102
	laneWidth   = 136 // of a stage in the background, at least
	slotWidth   = 102 // of a station with a label
	tightSlot   = 90  // where it is tight
	gateWidth   = 96  // of a role change, at least
	stationGap  = 28  // between stations without labels
	tightGap    = 24  // where it is tight
	labelGap    = 2   // besides the reserve
	lineWidth   = 160 // a longer name is broken when the lane has no room for it
	roleSize    = 145
	stationSize = 125
	whenSize    = 120
)

// A pathMap is the drawing of a pathway: a track from left to right through one lane for
// each stage. One stage has the focus: it gets the room and the labels.
type pathMap struct {
	Width, Height int
	Lanes         []lane
	Track         []segment
	Stations      []station
	Here          *point // where the learner is now
}

type point struct{ X, Y int }

// A label is centred on X with its baseline on Y.
type label struct {
	X, Y int
	Text string
}

// A lane is the ground of one stage, from X over Width.
type lane struct {
	X, Width, Height int
	State            state
	Focus            bool
	Name             []label
	Note             label
}

// A segment joins two stations. It is walked once the step at its right end was begun.
type segment struct {
	X1, X2, Y int
	Walked    bool
}

// A station is a milestone or, as a Gate, a role change.
type station struct {
	Href, Name string
	State      state
	Gate       bool
	X, Y, R    int
	Title      []label
	When       *label
}

// drawMap lays out stages. It has no lanes if there are no stages.
func drawMap(stages []stage) pathMap {
	m := pathMap{Width: mapWidth, Height: mapHeight}
	focus := focusOf(stages)
	gates := gateWidths(stages)
	widths, used := laneWidths(stages, gates, focus, slotWidth, stationGap)
	if used > mapWidth {
		widths, used = laneWidths(stages, gates, focus, tightSlot, tightGap)
	}
	if used < mapWidth && len(stages) > 0 {
		widths[focus] += mapWidth - used
		used = mapWidth
	}
	m.Width = used
	x := 0
	for i, s := range stages {
		m.addLane(s, i == focus, x, widths[i], nameRoom(widths[i], i, gates))
		x += widths[i]
		if s.Gate != nil {
			m.addGate(*s.Gate, x, gates[i])
			x += gates[i]
		}
	}
	for i := range m.Lanes {
		m.Lanes[i].Height = m.Height - 2*laneInset
	}
	m.join()
	return m
}

const laneInset = 3

// focusOf is the stage the learner is in, else the first that is not done, else the last.
func focusOf(stages []stage) int {
	next := max(0, len(stages)-1)
	for i := len(stages) - 1; i >= 0; i-- {
		switch stages[i].State {
		case stateActive, stateReview, stateAgain:
			return i
		case stateAhead:
			next = i
		}
	}
	return next
}

func gateWidths(stages []stage) []int {
	widths := make([]int, len(stages))
	for i, s := range stages {
		if s.Gate != nil {
			widths[i] = max(gateWidth, textWidth(s.Gate.Title, stationSize), min(textWidth(s.Gate.When, whenSize), laneWidth)) + labelGap
		}
	}
	return widths
}

func laneWidths(stages []stage, gates []int, focus, slot, gap int) (widths []int, total int) {
	widths = make([]int, len(stages))
	for i, s := range stages {
		need := max(laneWidth, gap*(len(s.Milestones)+1))
		if i == focus {
			need = max(need, slot*len(s.Milestones))
		}
		if whole := textWidth(s.Role, roleSize) + labelGap; whole <= lineWidth && whole > nameRoom(need, i, gates) {
			need = max(need, whole)
		}
		widths[i] = need
		total += need + gates[i]
	}
	return widths, total
}

// nameRoom is how wide the name above lane i may be: nothing stands above a role change,
// so a name may reach half way across the narrower of those beside it.
func nameRoom(width, i int, gates []int) int {
	if i == 0 {
		return width - labelGap
	}
	return width + min(gates[i-1], gates[i]) - labelGap
}

func (m *pathMap) addLane(s stage, focus bool, x, width, room int) {
	middle := x + width/2
	l := lane{X: x + laneInset, Width: width - 2*laneInset, State: s.State, Focus: focus}
	names := wrap(s.Role, roleSize, room, 3)
	for i, text := range names {
		l.Name = append(l.Name, label{middle, 30 - 4*len(names) + 18*i, text})
	}
	l.Note = label{middle, 31 + 14*len(names), shorten(s.Note, stationSize, room)}
	m.Lanes = append(m.Lanes, l)
	for i, step := range s.Milestones {
		at := station{
			Href: "#" + step.Anchor(), Name: spoken(step.Title, step.When, step.Word),
			State: step.State, X: x + width*(2*i+1)/(2*len(s.Milestones)), Y: trackY, R: 8,
		}
		if focus {
			at.R = 10
			slot := width/len(s.Milestones) - labelGap
			m.caption(&at, wrap(step.Title, stationSize, slot, 4), step.When, slot)
		}
		if m.Here == nil && focus && step.State == stateActive {
			m.Here = &point{at.X, at.Y}
		}
		m.Stations = append(m.Stations, at)
	}
}

func (m *pathMap) addGate(g gate, x, width int) {
	at := station{
		Href: "#" + g.Anchor(), Name: spoken(g.Title, g.When, g.Word),
		State: g.State, Gate: true, X: x + width/2, Y: trackY, R: 13,
	}
	m.caption(&at, []string{g.Title}, g.When, width-labelGap)
	m.Stations = append(m.Stations, at)
}

// spoken joins what there is to say.
func spoken(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

func (m *pathMap) caption(at *station, title []string, when string, width int) {
	y := trackY + 34
	for _, text := range title {
		at.Title = append(at.Title, label{at.X, y, text})
		y += 15
	}
	if when != "" {
		at.When = &label{at.X, y + 2, shorten(when, whenSize, width)}
		y += 17
	}
	m.Height = max(m.Height, y+2)
}

func (m *pathMap) join() {
	for i := 1; i < len(m.Stations); i++ {
		from, to := m.Stations[i-1], m.Stations[i]
		m.Track = append(m.Track, segment{from.X, to.X, trackY, to.State != stateAhead})
	}
}

// A miniMap is the track alone, for a narrow screen.
type miniMap struct {
	Width    int
	Stage    int // place of the stage in focus, from 1
	Of       int
	Role     string
	Next     string // role of the stage after it
	Track    []segment
	Stations []station
}

const (
	miniWidth = 320
	miniY     = 14
)

func drawMini(stages []stage) miniMap {
	m := miniMap{Width: miniWidth, Of: len(stages)}
	if len(stages) == 0 {
		return m
	}
	focus := focusOf(stages)
	m.Stage, m.Role = focus+1, stages[focus].Role
	if m.Stage < len(stages) {
		m.Next = stages[m.Stage].Role
	}
	for _, s := range stages {
		for _, step := range s.Milestones {
			m.Stations = append(m.Stations, station{State: step.State, Y: miniY})
		}
		if s.Gate != nil {
			m.Stations = append(m.Stations, station{State: s.Gate.State, Gate: true, Y: miniY})
		}
	}
	n := len(m.Stations)
	for i := range m.Stations {
		m.Stations[i].R = min(5, max(2, miniWidth/(3*n)))
		m.Stations[i].X = 10 + (miniWidth-20)*i/max(1, n-1)
		if i > 0 {
			m.Track = append(m.Track, segment{m.Stations[i-1].X, m.Stations[i].X, miniY, m.Stations[i].State != stateAhead})
		}
	}
	return m
}
