package standard

import (
	"maps"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

// three reads the real standards: time, competency and hybrid.
func three(t *testing.T) map[domain.StandardID]Definition {
	f, err := os.Open(shared(t, "data/standards/standards.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	report, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[domain.StandardID]Definition{}
	for _, s := range report.Standards {
		out[s.Definition.ID] = s.Definition
	}
	return out
}

// least is a showing with the minimum of everything d asks for.
func least(d Definition) Showing {
	s := Showing{Earned: map[domain.WorkProcessID]domain.Minutes{}, Ratings: map[CompetencyID]int{}, Instruction: map[CourseID]domain.Minutes{}}
	for _, wp := range d.WorkProcesses {
		s.Earned[wp.ID] = max(wp.Min, 1)
		for _, c := range wp.Competencies {
			if c.Core {
				s.Ratings[c.ID] = max(d.PassLevel, 1)
			}
		}
	}
	for _, c := range d.Courses {
		s.Instruction[c.ID] = c.Min
	}
	if len(d.Courses) == 0 {
		s.Instruction["class"] = d.RTIMin
	}
	return s
}

func findings(fs []Finding, r Rule) (n int) {
	for _, f := range fs {
		if f.Rule == r {
			n++
		}
	}
	return n
}

func TestRealStandardsCompleteAtTheirMinimum(t *testing.T) {
	ds := three(t)
	hvac, fitter, cloud := ds["rapids-0637hy"], ds["rapids-0414s-r"], ds["rapids-3048"]
	for _, d := range ds {
		if fs := d.Completion(least(d), 0); !Met(fs) {
			t.Errorf("%s is not complete with the minimum of everything: %+v", d.Title, fs)
		}
	}
	if got := hvac.OnTheJob(least(hvac)); got != domain.Hours(7920) {
		t.Errorf("HVAC completes with %s", got)
	}
	if step, place := hvac.WageStep(domain.Hours(7920), 54); place != 8 || step.BasisPoints != 9000 {
		t.Errorf("at 7,920 h HVAC pays step %d: %+v", place, step)
	}
	if step, _ := hvac.WageStep(domain.Hours(8500), 54); step.Step != 10 || hvac.WageSteps[9].From != domain.Hours(8500) {
		t.Errorf("the band that HVAC need not reach begins at %s", hvac.WageSteps[9].From)
	}
	if got := fitter.OnTheJob(least(fitter)); got != domain.Hours(8000) {
		t.Errorf("the sprinkler fitter completes with %s", got)
	}
	if n := findings(cloud.Completion(least(cloud), 0), CompetencyRated); n != 45 || cloud.PassLevel != 3 {
		t.Errorf("the cloud engineer shows %d competencies at %d", n, cloud.PassLevel)
	}
	short := least(fitter)
	short.Earned["wp-03"]--
	if Met(fitter.Completion(short, 0)) {
		t.Error("a minute less in one process completes the sprinkler fitter")
	}
	for hours, want := range map[int]int{999: 1, 1000: 2, 7000: 8} {
		if _, place := fitter.WageStep(domain.Hours(hours), 48); place != want {
			t.Errorf("%d h in 48 months are step %d, want %d", hours, place, want)
		}
	}
	if _, place := fitter.WageStep(domain.Hours(8000), 11); place != 2 {
		t.Errorf("8,000 h in 11 months are step %d: a step needs six months too", place)
	}
}

// drawn is a small standard of any approach, and what somebody has to show for it.
func drawn(t *rapid.T) (Definition, Showing) {
	hours := func(of string) domain.Minutes { return domain.Minutes(rapid.IntRange(0, 4).Draw(t, of)) }
	d := Definition{Header: Header{Approach: rapid.SampledFrom([]Approach{TimeBased, CompetencyBased, Hybrid}).Draw(t, "approach"), OJLMin: hours("term"), RTIMin: hours("rti"), PassLevel: rapid.IntRange(0, 3).Draw(t, "pass")},
		Courses: []Course{{ID: "ri-01", Min: hours("course")}, {ID: "ri-02", Min: hours("course"), ChooseGroup: "g"}, {ID: "ri-03", Min: hours("course"), ChooseGroup: "g"}}}
	s := Showing{Earned: map[domain.WorkProcessID]domain.Minutes{}, Prior: map[domain.WorkProcessID]domain.Minutes{}, Ratings: map[CompetencyID]int{}, Held: map[CompetencyID]bool{},
		Instruction: map[CourseID]domain.Minutes{}, Credited: map[CourseID]domain.Minutes{}, Passed: map[CourseID]bool{}}
	for _, wp := range []domain.WorkProcessID{"wp-01", "wp-02"} {
		least := hours("min")
		c := Competency{ID: CompetencyID("c-" + wp), Core: rapid.Bool().Draw(t, "core")}
		d.WorkProcesses = append(d.WorkProcesses, WorkProcess{ID: wp, Min: least, Max: least + hours("over"), Competencies: []Competency{c}})
		s.Earned[wp], s.Prior[wp], s.Ratings[c.ID], s.Held[c.ID] = hours("earned"), hours("prior"), rapid.IntRange(0, 4).Draw(t, "rating"), rapid.IntRange(0, 5).Draw(t, "held") == 0
	}
	for _, c := range d.Courses {
		s.Instruction[c.ID], s.Credited[c.ID], s.Passed[c.ID] = hours("instruction"), max(0, hours("credited")-2), rapid.IntRange(0, 3).Draw(t, "passed") == 0
	}
	return d, s
}

func TestInvariant07HoursCompetenciesOrBothComplete(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		d, s := drawn(t)
		timely, able, some := true, true, false
		_, core := d.Competencies()
		var total, least domain.Minutes
		for _, wp := range d.WorkProcesses {
			there := s.Earned[wp.ID] + s.Prior[wp.ID]
			if some = some || there > 0; there < wp.Min {
				timely = false
			}
			if wp.Max > 0 && there > wp.Max {
				there = wp.Max
			}
			total, least = total+there, least+wp.Min
			for _, c := range wp.Competencies {
				if (c.Core || core == 0) && !s.Held[c.ID] && (s.Ratings[c.ID] < d.PassLevel || s.Ratings[c.ID] == 0) {
					able = false
				}
			}
		}
		timely = timely && total >= d.OJLMin && total >= least
		want := map[Approach]bool{TimeBased: timely, CompetencyBased: able && total >= d.OJLMin && total > 0, Hybrid: timely && able}[d.Approach]
		got := true
		for _, f := range d.Completion(s, 0) {
			if f.Rule != CourseTaken && f.Rule != CourseChosen {
				got = got && f.Met
			}
			if f.Rule != CompetencyRated && f.Rule != CourseTaken && f.Rule != CourseChosen && f.Met != (f.There >= f.Need) {
				t.Fatalf("%+v", f)
			}
		}
		if got != want {
			t.Fatalf("%s: complete is %t, want %t", d.Approach, got, want)
		}
		more := s
		more.Earned = maps.Clone(s.Earned)
		more.Earned["wp-02"] += 3
		if Met(d.Completion(s, 0)) && !Met(d.Completion(more, 0)) {
			t.Fatal("more hours made it less")
		}
	})
}

func TestInvariant08InstructionIsHoursOrAPassAndOneOfEachGroup(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		d, s := drawn(t)
		if rapid.IntRange(0, 4).Draw(t, "no outline") == 0 {
			d.Courses = nil
		}
		off := domain.Minutes(rapid.IntRange(0, 6).Draw(t, "off the job"))
		done := func(c CourseID, least domain.Minutes) bool {
			there := s.Instruction[c] + s.Credited[c]
			return s.Passed[c] || there > 0 && there >= least
		}
		var here, all domain.Minutes
		for c, m := range s.Instruction {
			here, all = here+m, all+m+s.Credited[c]
		}
		want := here >= off
		if d.Courses == nil {
			want = want && all >= d.RTIMin
		} else {
			want = want && done("ri-01", d.Courses[0].Min) && (done("ri-02", d.Courses[1].Min) || done("ri-03", d.Courses[2].Min))
		}
		got := true
		for _, f := range d.Completion(s, off) {
			switch f.Rule {
			case CourseTaken, CourseChosen, InstructionHours, OffTheJobHours:
				got = got && f.Met
			}
		}
		if got != want {
			t.Fatalf("complete is %t, want %t: %+v", got, want, d.Completion(s, off))
		}
	})
}
