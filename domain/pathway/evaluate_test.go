package pathway

import (
	"maps"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"pgregory.net/rapid"
)

func stage() Stage {
	return Stage{Requirements: []Requirement{
		{ID: "hours", Kind: Hours, Minutes: domain.Hours(40)},
		{ID: "night", Kind: Hours, Minutes: domain.Hours(8), WorkProcess: "wp-02"},
		{ID: "class", Kind: Instruction, Minutes: domain.Hours(20)},
		{ID: "networks", Kind: Instruction, Minutes: domain.Hours(12), Course: "ri-02"},
		{ID: "wp-01-c01", Kind: Competency, PassLevel: 3},
		{ID: "portfolio", Kind: Work, PassLevel: 3},
		{ID: "two", Kind: Group, Choose: 2, Of: []Requirement{
			{ID: "lab-a", Kind: Lab}, {ID: "lab-b", Kind: Lab}, {ID: "course", Kind: Course},
		}},
		{ID: "both", Kind: Group, Of: []Requirement{
			{ID: "cert-a", Kind: Certificate}, {ID: "cert-b", Kind: Certificate},
		}},
	}}
}

func met(fs []Finding) map[domain.RequirementID]bool {
	m := map[domain.RequirementID]bool{}
	for _, f := range fs {
		m[f.Requirement.ID] = f.Met
		maps.Copy(m, met(f.Of))
	}
	return m
}

func attained(ids ...domain.RequirementID) map[domain.RequirementID]Milestone {
	m := map[domain.RequirementID]Milestone{}
	for _, id := range ids {
		m[id] = Milestone{State: Attained}
	}
	return m
}

func TestReadinessComparesTheRecordWithTheStage(t *testing.T) {
	type minutes = map[domain.WorkProcessID]domain.Minutes
	type classes = map[string]domain.Minutes
	cases := map[string]struct {
		rec  Record
		met  []domain.RequirementID
		open []domain.RequirementID
	}{
		"an empty record meets nothing":           {Record{}, nil, []domain.RequirementID{"hours", "night", "portfolio", "two", "both"}},
		"hours of all processes add up":           {Record{Approved: minutes{"wp-01": 2000, "wp-02": 400}}, []domain.RequirementID{"hours"}, []domain.RequirementID{"night"}},
		"one minute short is not met":             {Record{Approved: minutes{"wp-01": 2399}}, nil, []domain.RequirementID{"hours"}},
		"hours of one process count for it alone": {Record{Approved: minutes{"wp-02": 480}}, []domain.RequirementID{"night"}, []domain.RequirementID{"hours"}},
		"pending hours meet nothing":              {Record{Pending: minutes{"wp-02": 9000}}, nil, []domain.RequirementID{"hours", "night"}},
		"credit counts to the process it is for":  {Record{Counted: Counted{Credited: minutes{"wp-01": 9000, "wp-02": 480}}}, []domain.RequirementID{"night"}, []domain.RequirementID{"hours"}},
		"and to what was worked there":            {Record{Approved: minutes{"wp-02": 200}, Counted: Counted{Credited: minutes{"wp-02": 280}}}, []domain.RequirementID{"night"}, nil},
		"classes add up":                          {Record{Counted: Counted{Instruction: classes{"ri-01": 800, "ri-02": 400}}}, []domain.RequirementID{"class"}, []domain.RequirementID{"networks"}},
		"those of one course count for it alone":  {Record{Counted: Counted{Instruction: classes{"ri-02": 720}}}, []domain.RequirementID{"networks"}, []domain.RequirementID{"class"}},
		"classes that wait meet nothing":          {Record{Counted: Counted{InstructionWaits: classes{"ri-02": 9000}}}, nil, []domain.RequirementID{"class", "networks"}},
		"a competency is met where it was shown":  {Record{Counted: Counted{Shown: map[domain.RequirementID]bool{"wp-01-c01": true, "portfolio": true}}}, []domain.RequirementID{"wp-01-c01"}, []domain.RequirementID{"portfolio"}},
		"an attained milestone is met":            {Record{Milestones: attained("portfolio")}, []domain.RequirementID{"portfolio"}, []domain.RequirementID{"two"}},
		"one of two choices is not enough":        {Record{Milestones: attained("lab-a")}, []domain.RequirementID{"lab-a"}, []domain.RequirementID{"two", "lab-b"}},
		"any two choices are enough":              {Record{Milestones: attained("lab-b", "course")}, []domain.RequirementID{"two"}, []domain.RequirementID{"lab-a"}},
		"a group without a number asks for all":   {Record{Milestones: attained("cert-a")}, nil, []domain.RequirementID{"both"}},
		"and is met with all":                     {Record{Milestones: attained("cert-a", "cert-b")}, []domain.RequirementID{"both"}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := met(stage().Readiness(c.rec))
			for _, id := range c.met {
				if !got[id] {
					t.Errorf("%s is not met", id)
				}
			}
			for _, id := range c.open {
				if got[id] {
					t.Errorf("%s is met", id)
				}
			}
		})
	}
	t.Run("only an attained milestone is met", func(t *testing.T) {
		for _, s := range []MilestoneState{"", Planned, InProgress, UnderReview, NotYetAttained} {
			rec := Record{Milestones: map[domain.RequirementID]Milestone{"portfolio": {State: s, Level: 4}}}
			if met(stage().Readiness(rec))["portfolio"] {
				t.Errorf("%q is met", s)
			}
		}
	})
	t.Run("approved and pending hours are told apart", func(t *testing.T) {
		f := stage().Readiness(Record{Approved: minutes{"wp-01": 60, "wp-02": 30}, Pending: minutes{"wp-02": 15, "wp-03": 5}})
		if f[0].Minutes != 90 || f[0].Pending != 20 || f[1].Minutes != 30 || f[1].Pending != 15 {
			t.Errorf("got %v and %v of all, %v and %v of one process", f[0].Minutes, f[0].Pending, f[1].Minutes, f[1].Pending)
		}
	})
	if got := CountMet(stage().Readiness(Record{Milestones: attained("portfolio", "lab-a", "course")})); got != 2 {
		t.Errorf("%d requirements are met, want 2", got)
	}
}

func TestASnapshotChangesWithTheEvidenceAndWithNothingElse(t *testing.T) {
	record := func() Record {
		return Record{
			Approved:   map[domain.WorkProcessID]domain.Minutes{"wp-01": 2000, "wp-02": 480},
			Pending:    map[domain.WorkProcessID]domain.Minutes{},
			Milestones: map[domain.RequirementID]Milestone{"portfolio": {State: Attained, Level: 3, Evidence: 1}, "course": {State: Attained, Basis: "credit-1"}},
		}
	}
	before := Snapshot(stage().Readiness(record()))
	set := func(id domain.RequirementID, change func(*Milestone)) func(Record) {
		return func(r Record) { m := r.Milestones[id]; change(&m); r.Milestones[id] = m }
	}
	for name, c := range map[string]struct {
		change func(Record)
		moves  bool
	}{
		"nothing":                      {func(Record) {}, false},
		"pending hours":                {func(r Record) { r.Pending["wp-01"] = 600 }, false},
		"hours beyond the requirement": {func(r Record) { r.Approved["wp-01"] += 60 }, false},
		"approved hours taken back":    {func(r Record) { r.Approved["wp-02"] -= 1 }, true},
		"a milestone attained":         {set("lab-a", func(m *Milestone) { m.State = Attained }), true},
		"a milestone taken back":       {set("portfolio", func(m *Milestone) { m.State = InProgress }), true},
		"another rating":               {set("portfolio", func(m *Milestone) { m.Level = 4 }), true},
		"more evidence":                {set("portfolio", func(m *Milestone) { m.Evidence = 2 }), true},
		"another credit in its place":  {set("course", func(m *Milestone) { m.Basis = "credit-2" }), true},
	} {
		t.Run(name, func(t *testing.T) {
			r := record()
			c.change(r)
			if after := Snapshot(stage().Readiness(r)); (after != before) != c.moves {
				t.Errorf("moved %v, want %v", after != before, c.moves)
			}
		})
	}
}

func TestMoreApprovedHoursNeverUndoAFinding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := Record{Approved: rapid.MapOf(rapid.SampledFrom([]domain.WorkProcessID{"wp-01", "wp-02", "wp-03"}), rapid.Map(rapid.IntRange(0, 3000), func(n int) domain.Minutes { return domain.Minutes(n) })).Draw(t, "approved")}
		before := met(stage().Readiness(rec))
		rec.Approved[rapid.SampledFrom([]domain.WorkProcessID{"wp-01", "wp-02"}).Draw(t, "process")] += 600
		after := met(stage().Readiness(rec))
		for id, ok := range before {
			if ok && !after[id] {
				t.Fatalf("%s was met and is not", id)
			}
		}
	})
}
