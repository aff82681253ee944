package portal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
)

var anyState = rapid.SampledFrom([]state{stateDone, stateActive, stateReview, stateAgain, stateAhead})

// anyTitle is one to nine words, some of them longer than any label may be.
var anyTitle = rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{
	"a", "of", "HIPAA", "network", "incident", "certification", "WWWWWWWWWWWWWWWW", "Rechtsschutzversicherungsgesellschaft", "学徒", "<b>",
}), 1, 9), func(words []string) string { return strings.Join(words, " ") })

func anyStages(t *rapid.T) []stage {
	stages := make([]stage, rapid.IntRange(0, 6).Draw(t, "stages"))
	for i := range stages {
		s := stage{Role: anyTitle.Draw(t, "role"), Note: anyTitle.Draw(t, "note"), State: anyState.Draw(t, "state")}
		for j := range rapid.IntRange(0, 12).Draw(t, "milestones") {
			s.Milestones = append(s.Milestones, milestone{
				ID: domain.RequirementID(fmt.Sprintf("m-%d-%d", i, j)), Title: anyTitle.Draw(t, "title"), When: anyTitle.Draw(t, "when"), State: anyState.Draw(t, "state"),
			})
		}
		if i+1 < len(stages) {
			s.Gate = &gate{ID: fmt.Sprint(i), When: anyTitle.Draw(t, "gate"), State: anyState.Draw(t, "state")}
		}
		stages[i] = s
	}
	return stages
}

func TestStationsStandInOrderInsideTheirLanes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stages := anyStages(t)
		m := drawMap(stages)
		next := 0
		for i, s := range stages {
			l := m.Lanes[i]
			for range s.Milestones {
				at := m.Stations[next]
				if at.X-at.R < l.X || at.X+at.R > l.X+l.Width {
					t.Fatalf("station %d at %d is outside lane %d, %d to %d", next, at.X, i, l.X, l.X+l.Width)
				}
				next++
			}
			if s.Gate != nil {
				if at := m.Stations[next]; at.X-at.R < l.X+l.Width || at.X+at.R > m.Lanes[i+1].X {
					t.Fatalf("role change at %d is not between lanes %d and %d", at.X, i, i+1)
				}
				next++
			}
		}
		if next != len(m.Stations) {
			t.Fatalf("%d stations for %d steps", len(m.Stations), next)
		}
		if n := len(m.Lanes); n > 0 && m.Lanes[n-1].X+m.Lanes[n-1].Width > m.Width {
			t.Fatalf("the last lane ends beyond %d", m.Width)
		}
	})
}

func TestStationsLeaveRoomToHitEachOfThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMap(anyStages(t))
		for i := 1; i < len(m.Stations); i++ {
			if gap := m.Stations[i].X - m.Stations[i-1].X; gap < 24 {
				t.Fatalf("stations %d and %d are %d pixels apart", i-1, i, gap)
			}
		}
	})
}

func TestLabelsNeitherOverlapNorLeaveTheMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMap(anyStages(t))
		type box struct{ left, right, y int }
		lines := map[int][]box{}
		put := func(l label, size int) {
			w := textWidth(l.Text, size)
			lines[l.Y] = append(lines[l.Y], box{l.X - w/2, l.X + w/2, l.Y})
		}
		for _, l := range m.Lanes {
			for _, name := range l.Name {
				put(name, roleSize)
			}
			put(l.Note, stationSize)
		}
		for _, at := range m.Stations {
			for _, title := range at.Title {
				put(title, stationSize)
			}
			if at.When != nil {
				put(*at.When, whenSize)
			}
		}
		for _, line := range lines {
			slices.SortFunc(line, func(a, b box) int { return a.left - b.left })
			for i, b := range line {
				if b.left < 0 || b.right > m.Width || b.y > m.Height {
					t.Fatalf("a label at %+v leaves the map of %d by %d", b, m.Width, m.Height)
				}
				if i > 0 && line[i-1].right > b.left {
					t.Fatalf("labels at %+v and %+v overlap", line[i-1], b)
				}
			}
		}
	})
}

func TestTheLearnersStageHasTheFocusAndTheLabels(t *testing.T) {
	m := drawMap(sampleStages())
	if m.Width != mapWidth {
		t.Errorf("four stages need %d pixels, more than a page has", m.Width)
	}
	for i, l := range m.Lanes {
		if l.Focus != (i == 2) {
			t.Errorf("lane %d has the focus: %v", i, l.Focus)
		}
	}
	if m.Here == nil || m.Here.X != m.Stations[10].X {
		t.Errorf("the learner is at %v, want %d", m.Here, m.Stations[10].X)
	}
	for i, at := range m.Stations {
		if labelled := len(at.Title) > 0; labelled != (at.Gate || i >= 8 && i <= 11) {
			t.Errorf("station %d is labelled: %v", i, labelled)
		}
	}
	if last := m.Track[len(m.Track)-1]; last.Walked || !m.Track[0].Walked {
		t.Error("the track is walked where it lies ahead")
	}
}

func TestTheMapOfNothingIsEmpty(t *testing.T) {
	if m := drawMap(nil); len(m.Lanes)+len(m.Stations)+len(m.Track) != 0 {
		t.Errorf("%+v", m)
	}
	if m := drawMini(nil); m.Stage != 0 || len(m.Stations) != 0 {
		t.Errorf("%+v", m)
	}
}

func TestTheFocusIsWhereTheLearnerGoesNext(t *testing.T) {
	for _, tt := range []struct {
		states []state
		want   int
	}{
		{[]state{stateDone, stateActive, stateAhead}, 1},
		{[]state{stateAhead, stateAhead}, 0},
		{[]state{stateDone, stateAhead, stateAhead}, 1},
		{[]state{stateDone, stateDone}, 1},
		{[]state{stateDone, stateReview}, 1},
	} {
		stages := make([]stage, len(tt.states))
		for i, s := range tt.states {
			stages[i].State = s
		}
		if got := focusOf(stages); got != tt.want {
			t.Errorf("of %v it is %d, want %d", tt.states, got, tt.want)
		}
	}
}

func TestTheMiniMapFitsAPhone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMini(anyStages(t))
		for i, at := range m.Stations {
			if at.X < at.R || at.X+at.R > m.Width {
				t.Fatalf("station %d at %d leaves %d", i, at.X, m.Width)
			}
			if i > 0 && at.X < m.Stations[i-1].X {
				t.Fatalf("station %d stands before the one before it", i)
			}
		}
	})
}

func TestWrappedTextFitsAndLosesNoWordWithoutAMark(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, width, most := anyTitle.Draw(t, "text"), rapid.IntRange(40, 300).Draw(t, "width"), rapid.IntRange(1, 4).Draw(t, "most")
		lines := wrap(text, stationSize, width, most)
		if len(lines) > most {
			t.Fatalf("%q takes %d lines", lines, len(lines))
		}
		for _, l := range lines {
			if textWidth(l, stationSize) > width {
				t.Fatalf("%q is wider than %d", l, width)
			}
		}
		if all := strings.Join(lines, " "); all != text && !strings.Contains(all, "…") {
			t.Fatalf("%q became %q", text, all)
		}
	})
}

// TestAMapIsDrawnAnewWhenAnythingOnItChanges changes one thing after another.
func TestAMapIsDrawnAnewWhenAnythingOnItChanges(t *testing.T) {
	d := samplePathway()
	draw := func() string {
		html, err := d.Drawing("en")
		check(t, err)
		return string(html)
	}
	seen := map[string]bool{draw(): true}
	if !seen[draw()] {
		t.Fatal("drawn twice, it differs")
	}
	s := &d.Stages[2]
	for name, change := range map[string]func(){
		"role": func() { s.Role = "Analyst" }, "note": func() { s.Note = "Soon" }, "state": func() { s.State = stateReview },
		"milestone": func() { s.Milestones[0].Title = "Other" }, "its day": func() { s.Milestones[0].When = "3 Nov 2026" }, "its word": func() { s.Milestones[0].Word = "Waived" },
		"its state": func() { s.Milestones[0].State = stateAgain }, "its id": func() { s.Milestones[0].ID = "other" },
		"gate": func() { s.Gate.ID = "other" }, "its title": func() { s.Gate.Title = "Move" }, "its time": func() { s.Gate.When = "Plan: Jun 2027" }, "its answer": func() { s.Gate.Word = "Approved" }, "how it stands": func() { s.Gate.State = stateDone },
		"reader": func() { d.Own = false }, "one less": func() { d.Stages = d.Stages[1:] },
	} {
		change()
		if html := draw(); seen[html] {
			t.Errorf("another %s draws the same", name)
		} else {
			seen[html] = true
		}
	}
	if spanish, err := d.Drawing("es"); err != nil || seen[string(spanish)] {
		t.Errorf("Spanish draws the same, %v", err)
	}
}

func TestTheMiniMapNamesTheNextRole(t *testing.T) {
	stages := sampleStages()
	if m := drawMini(stages); m.Next != stages[m.Stage].Role || m.Next == m.Role {
		t.Errorf("after %q comes %q", m.Role, m.Next)
	}
	if m := drawMini(stages[:1]); m.Next != "" {
		t.Errorf("after the last comes %q", m.Next)
	}
}
