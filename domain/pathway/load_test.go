package pathway

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestTheCatalogueLeadsFromTheHelpDeskAndFromNursing(t *testing.T) {
	ps, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	want := map[domain.PathwayID][]string{
		"help-desk-to-security-analyst": {
			"help-desk-analyst 15-1232.00 IO-WRL-007 1059CB",
			"systems-administrator 15-1244.00 IO-WRL-005 ",
			"security-analyst 15-1212.00 PD-WRL-001 ",
		},
		"nurse-to-clinical-informatics": {
			"registered-nurse 29-1141.00  ",
			"clinical-informatics-associate 29-9021.00  ",
			"clinical-informatics-specialist 15-1211.01  ",
		},
	}
	found := 0
	for _, p := range ps {
		if want[p.ID] == nil || p.Version > 1 {
			continue
		}
		found++
		var got []string
		groups := 0
		for _, s := range p.Stages {
			got = append(got, strings.Join([]string{string(s.Role.ID), s.Role.ONET, s.Role.NICE, s.Role.RAPIDS}, " "))
			if len(s.Requirements) < 4 || s.Requirements[0].Kind != Hours || s.Role.Grade == "" || len(s.Role.Access) == 0 {
				t.Errorf("%s, %s: %d requirements, grade %q, access %v", p.ID, s.Role.ID, len(s.Requirements), s.Role.Grade, s.Role.Access)
			}
			for _, r := range s.Requirements {
				if r.Kind == Group && r.Choose > 0 && r.Choose < len(r.Of) {
					groups++
				}
			}
		}
		if strings.Join(got, "\n") != strings.Join(want[p.ID], "\n") {
			t.Errorf("%s passes through\n%s", p.ID, strings.Join(got, "\n"))
		}
		if groups == 0 {
			t.Errorf("%s leaves no choice", p.ID)
		}
	}
	if found != len(want) {
		t.Errorf("%d pathways, want %d", found, len(want))
	}
}

func TestFindKnowsVersions(t *testing.T) {
	for version, want := range map[int]int{0: 2, 1: 1, 2: 2} {
		p, err := Find("help-desk-to-security-analyst", version)
		if err != nil || p.Version != want {
			t.Errorf("version %d: got %d, %v", version, p.Version, err)
		}
	}
	for _, c := range []struct {
		id      domain.PathwayID
		version int
	}{{"help-desk-to-security-analyst", 3}, {"help-desk-to-security-analyst", -1}, {"help-desk-to-director", 0}} {
		if _, err := Find(c.id, c.version); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "PATHWAY_NOT_FOUND" {
			t.Errorf("%s %d: got %v, want PATHWAY_NOT_FOUND", c.id, c.version, err)
		}
	}
}

func TestTheMoveToTheSecurityTeamNeedsAClearanceAndTheOneBeforeDoesNot(t *testing.T) {
	p, err := Find("help-desk-to-security-analyst", 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{4, 5, 0} {
		steps := p.Stages[i].Approvals
		if len(steps) != want || want > 0 && (steps[0] != CurrentManager || steps[3] != HumanResources) || want == 5 && steps[4] != SecurityClearance {
			t.Errorf("stage %d is left with %v", i+1, steps)
		}
	}
}

func TestAPathwayFindsItsWay(t *testing.T) {
	p, err := Find("help-desk-to-security-analyst", 1)
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := p.Following("help-desk-analyst"); !ok || s.Role.ID != "systems-administrator" {
		t.Errorf("after the help desk comes %q, %v", s.Role.ID, ok)
	}
	for _, goal := range []domain.RoleID{"security-analyst", "registered-nurse"} {
		if s, ok := p.Following(goal); ok {
			t.Errorf("after %s comes %s", goal, s.Role.ID)
		}
	}
	if _, i, ok := p.Stage("security-analyst"); !ok || i != 2 {
		t.Errorf("security analyst is stage %d, %v", i, ok)
	}
	for id, role := range map[domain.RequirementID]domain.RoleID{"hd-hours": "help-desk-analyst", "sa-labs": "systems-administrator", "sa-directory-lab": "systems-administrator", "an-incident-response": "security-analyst"} {
		if r, s, ok := p.Requirement(id); !ok || r.ID != id || s.Role.ID != role {
			t.Errorf("%s: got %q in %q, %v", id, r.ID, s.Role.ID, ok)
		}
	}
	if r, _, ok := p.Requirement("nothing"); ok {
		t.Errorf("nothing is %q", r.ID)
	}
	var got []string
	for r := range p.Stages[1].Milestones() {
		if got = append(got, string(r.ID)); r.ID == "sa-automation-lab" {
			break
		}
	}
	if want := "sa-patch-cycle sa-restore-test sa-directory-lab sa-segmentation-lab sa-automation-lab"; strings.Join(got, " ") != want {
		t.Errorf("milestones %v", got)
	}
}

func TestARequirementIsFoundHoweverDeepItIs(t *testing.T) {
	p := Pathway{Stages: []Stage{{Requirements: []Requirement{{ID: "outer", Kind: Group, Of: []Requirement{
		{ID: "inner", Kind: Group, Of: []Requirement{{ID: "some-hours", Kind: Hours}, {ID: "lab", Kind: Lab}}}}}}}}}
	for _, id := range []domain.RequirementID{"outer", "inner", "some-hours", "lab"} {
		if _, _, ok := p.Requirement(id); !ok {
			t.Errorf("%s is not found", id)
		}
	}
}

func sound() Pathway {
	return Pathway{ID: "a-to-b", Version: 1, Title: "From a to b", Standard: "a-b", Stages: []Stage{
		{Role: Role{ID: "a", Title: "A"}, Months: 6, Approvals: []Step{CurrentManager, HumanResources}, Requirements: []Requirement{
			{ID: "hours", Title: "Hours", Kind: Hours, Minutes: 60},
			{ID: "lab", Title: "Lab", Kind: Lab, Minutes: 60, PassLevel: 3},
			{ID: "group", Title: "Group", Kind: Group, Choose: 1, Of: []Requirement{
				{ID: "course", Title: "Course", Kind: Course, Course: "Networks", Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}},
				{ID: "cert", Title: "Certificate", Kind: Certificate},
			}},
		}},
		{Role: Role{ID: "b", Title: "B"}, Months: 6, Requirements: []Requirement{{ID: "b-hours", Title: "Hours", Kind: Hours, Minutes: 60}}},
	}}
}

func proves(of domain.FrameworkID, codes ...domain.StatementID) map[domain.FrameworkID][]domain.StatementID {
	return map[domain.FrameworkID][]domain.StatementID{of: codes}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	if err := sound().Check(); err != nil {
		t.Fatalf("a sound pathway is refused: %v", err)
	}
	for want, change := range map[string]func(p *Pathway, first []Requirement){
		`id: "A" is not usable`:                          func(p *Pathway, _ []Requirement) { p.ID = "A" },
		`standard: "" is not usable`:                     func(p *Pathway, _ []Requirement) { p.Standard = "" },
		"version: 0 is not a version":                    func(p *Pathway, _ []Requirement) { p.Version = 0 },
		"title: is missing":                              func(p *Pathway, _ []Requirement) { p.Title = "" },
		"stages: there are none":                         func(p *Pathway, _ []Requirement) { p.Stages = nil },
		"stage 2, role: the pathway already passes":      func(p *Pathway, _ []Requirement) { p.Stages[1].Role.ID = "a" },
		"stage 1, role: the title is missing":            func(p *Pathway, _ []Requirement) { p.Stages[0].Role.Title = "" },
		`stage 1, role: "15-12" is not an O*NET code`:    func(p *Pathway, _ []Requirement) { p.Stages[0].Role.ONET = "15-12" },
		`stage 1, role: "PR-CDA-001" is not a NICE`:      func(p *Pathway, _ []Requirement) { p.Stages[0].Role.NICE = "PR-CDA-001" },
		`stage 1, role: "help" is not a registration`:    func(p *Pathway, _ []Requirement) { p.Stages[0].Role.RAPIDS = "help" },
		"stage 1, months: 0 is not a length":             func(p *Pathway, _ []Requirement) { p.Stages[0].Months = 0 },
		"stage 2, requirements: there are none":          func(p *Pathway, _ []Requirement) { p.Stages[1].Requirements = nil },
		"stage 1, approvals: are missing":                func(p *Pathway, _ []Requirement) { p.Stages[0].Approvals = nil },
		"stage 2, approvals: nothing follows":            func(p *Pathway, _ []Requirement) { p.Stages[1].Approvals = []Step{CurrentManager} },
		`stage 1, approvals: "boss" is not an approval`:  func(p *Pathway, _ []Requirement) { p.Stages[0].Approvals[1] = "boss" },
		"stage 1, approvals: current-manager is asked":   func(p *Pathway, _ []Requirement) { p.Stages[0].Approvals[1] = CurrentManager },
		"stage 1, hours: minutes are missing":            func(_ *Pathway, rs []Requirement) { rs[0].Minutes = 0 },
		"stage 1, lab: the title is missing":             func(_ *Pathway, rs []Requirement) { rs[1].Title = " " },
		"stage 1, lab: 5 is not a pass level":            func(_ *Pathway, rs []Requirement) { rs[1].PassLevel = 5 },
		"stage 1, lab: -1 is not a pass level":           func(_ *Pathway, rs []Requirement) { rs[1].PassLevel = -1 },
		"stage 1, hours: only what is assessed is rated": func(_ *Pathway, rs []Requirement) { rs[0].PassLevel = 3 },
		"stage 1, lab: only a course has credit":         func(_ *Pathway, rs []Requirement) { rs[1].Credit.Hundredths = 1 },
		"stage 1, hours: course names one course":        func(_ *Pathway, rs []Requirement) { rs[0].Kind, rs[0].Course = Instruction, "Networks" },
		"stage 1, hours: only a milestone proves":        func(_ *Pathway, rs []Requirement) { rs[0].Statements = proves("nice", "K0001") },
		"stage 1, lab: the framework \"N I\"":            func(_ *Pathway, rs []Requirement) { rs[1].Statements = proves("N I", "K0001") },
		`stage 1, lab: the statement "K0001" is empty`:   func(_ *Pathway, rs []Requirement) { rs[1].Statements = proves("nice", "K0001", "K0001") },
		"stage 1, lab: workProcess names":                func(_ *Pathway, rs []Requirement) { rs[1].WorkProcess = "wp-01" },
		`stage 1, lab: "exam" is not a kind`:             func(_ *Pathway, rs []Requirement) { rs[1].Kind, rs[1].PassLevel = "exam", 0 },
		"stage 1, lab: only a group has choices":         func(_ *Pathway, rs []Requirement) { rs[1].Of = rs[2].Of[:1]; rs[2].Of = rs[2].Of[1:] },
		`requirement 1: the id "Hours" is not usable`:    func(_ *Pathway, rs []Requirement) { rs[0].ID = "Hours" },
		"stage 2, hours: the id is used twice":           func(p *Pathway, _ []Requirement) { p.Stages[1].Requirements[0].ID = "hours" },
		"stage 1, group, lab: the id is used twice":      func(_ *Pathway, rs []Requirement) { rs[2].Of[1].ID = "lab" },
		"stage 1, group: choose is 3 of 2":               func(_ *Pathway, rs []Requirement) { rs[2].Choose = 3 },
		"stage 1, group: choose is -1 of 2":              func(_ *Pathway, rs []Requirement) { rs[2].Choose = -1 },
		"stage 1, group: the group is empty":             func(_ *Pathway, rs []Requirement) { rs[2].Choose, rs[2].Of = 0, nil },
		"stage 1, group: a group takes no minutes":       func(_ *Pathway, rs []Requirement) { rs[2].Minutes = 1 },
		"stage 1, group, course: a course needs":         func(_ *Pathway, rs []Requirement) { rs[2].Of[0].Credit.Hundredths = 0 },
		`stage 1, group, course: "" is not a unit`:       func(_ *Pathway, rs []Requirement) { rs[2].Of[0].Credit.Unit = "" },
		"stage 1, lab: 0 of 10 is not a passing":         func(_ *Pathway, rs []Requirement) { rs[1].PassLevel, rs[1].Score = 0, Score{0, 10} },
		"stage 1, lab: 11 of 10 is not a passing":        func(_ *Pathway, rs []Requirement) { rs[1].PassLevel, rs[1].Score = 0, Score{11, 10} },
		"stage 1, lab: it is scored, so it is not":       func(_ *Pathway, rs []Requirement) { rs[1].Score = Score{7, 10} },
		"stage 1, lab: the score is missing":             func(_ *Pathway, rs []Requirement) { rs[1].Kind, rs[1].PassLevel = "simulation", 0 },
		"stage 1, lab: -1 is not a number of attempts":   func(_ *Pathway, rs []Requirement) { rs[1].Attempts = -1 },
		"stage 1, lab: -1 is not how many months":        func(_ *Pathway, rs []Requirement) { rs[1].Months = -1 },
		`stage 1, lab: the tag "Big Data" is not`:        func(_ *Pathway, rs []Requirement) { rs[1].Tags = []string{"Big Data"} },
		"stage 1, hours: a Hours on the job is given":    func(_ *Pathway, rs []Requirement) { rs[0].Score = Score{7, 10} },
		"stage 1, hours: only a milestone is met by":     func(_ *Pathway, rs []Requirement) { rs[0].Prior = "years" },
		"stage 1, group: it says in two ways":            func(_ *Pathway, rs []Requirement) { rs[2].Any = true },
		`stage 1, next: "z" is not a role`:               func(p *Pathway, _ []Requirement) { p.Stages[0].Next = []domain.RoleID{"z"} },
		"stage 1, next: b is named twice":                func(p *Pathway, _ []Requirement) { p.Stages[0].Next = []domain.RoleID{"b", "b"} },
		"stage 1, next: a leads back":                    func(p *Pathway, _ []Requirement) { p.Stages[0].Next = []domain.RoleID{"b", "a"} },
		"stage 2, role: nothing leads to b":              func(p *Pathway, _ []Requirement) { p.Stages[0].Next, p.Stages[0].Approvals = []domain.RoleID{}, nil },
		"stage 1, group, cert: minutes are negative":     func(_ *Pathway, rs []Requirement) { rs[2].Of[1].Minutes = -1 },
	} {
		p := sound()
		change(&p, p.Stages[0].Requirements)
		if ps, _ := p.Check().(domain.Problems); len(ps) != 1 || !strings.HasPrefix(strings.TrimPrefix(ps[0].String(), "stage 1, "), strings.TrimPrefix(want, "stage 1, ")) {
			t.Errorf("got %v\nwant one problem: %s", p.Check(), want)
		}
	}
}

func TestLoadTakesWholeFoldersOrNothing(t *testing.T) {
	const text = `{"id": "a-to-b", "version": 2, "title": "From a to b", "standard": "a-b", "stages": [
		{"role": {"id": "b", "title": "B"}, "months": 6, "requirements": [{"id": "h", "title": "Hours", "kind": "hours", "minutes": 60}]}]}`
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	older := strings.Replace(text, `"version": 2`, `"version": 1`, 1)
	ps, err := Load(fstest.MapFS{"a.json": file(text), "b.json": file(older), "notes.txt": file("not read")})
	if err != nil || len(ps) != 2 || ps[0].Version != 1 || ps[1].Version != 2 {
		t.Fatalf("got %+v, %v", ps, err)
	}
	for want, fsys := range map[string]fstest.MapFS{
		"b.json: version: another file holds version 2 of a-to-b": {"a.json": file(text), "b.json": file(text)},
		`a.json: json: unknown field "colour"`:                    {"a.json": file(strings.Replace(text, `"version"`, `"colour": 1, "version"`, 1)), "b.json": file(older)},
		"a.json: more text follows":                               {"a.json": file(text + "{}")},
		"a.json: stage 1, h: minutes are missing":                 {"a.json": file(strings.Replace(text, `"minutes": 60`, `"minutes": 0`, 1))},
	} {
		ps, err := Load(fsys)
		if err == nil || !strings.HasPrefix(err.Error(), want) || ps != nil {
			t.Errorf("got %v, %v, want %s", ps, err, want)
		}
	}
}
