package standard

import (
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	monday      = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	coordinator = domain.Request{By: domain.Actor{Person: "cora", Role: domain.Coordinator}, At: monday}
	mentor      = domain.Request{By: domain.Actor{Person: "max", Role: domain.Mentor}, At: monday}
	seed        = domain.Request{By: domain.Actor{Policy: "seed", Role: domain.System}, At: monday}
)

func support() Definition {
	return Definition{
		ID:     "rapids-1059cb",
		Header: Header{Title: "Help desk", RAPIDS: "1059CB", Approach: TimeBased, OJLMin: domain.Hours(2000), OJLMax: domain.Hours(2000)},
		WorkProcesses: []WorkProcess{
			{ID: "wp-01", Title: "Calls", Min: domain.Hours(1000), Max: domain.Hours(1000), Competencies: []Competency{{"wp-01-c01", "Listens", true}}},
			{ID: "wp-02", Title: "Devices", Min: domain.Hours(1000), Max: domain.Hours(1000), Competencies: []Competency{}},
		},
		Courses:   []Course{{ID: "ri-01", Title: "Networks", Min: domain.Hours(144), Max: domain.Hours(144)}},
		WageSteps: []WageStep{{Step: 1, BasisPoints: 5000, Trigger: ByOJL}},
	}
}

func changed(change func(*Definition)) Definition {
	d := support()
	change(&d)
	return d
}

func TestPublish(t *testing.T) {
	d := support()
	first := []Event{
		Drafted{1, d.Header},
		WorkProcessDefined{d.WorkProcesses[0]},
		WorkProcessDefined{WorkProcess{ID: "wp-02", Title: "Devices", Min: domain.Hours(1000), Max: domain.Hours(1000)}},
		InstructionDefined{d.Courses},
		WageScheduleDefined{d.WageSteps},
		Published{1},
	}
	bare := changed(func(d *Definition) { d.Courses, d.WageSteps, d.WorkProcesses = nil, nil, d.WorkProcesses[:1] })
	refused := func(name string, change func(*Definition)) spec.Case[State, Event] {
		return spec.Case[State, Event]{Name: name, When: Publish{coordinator, changed(change)}, Refused: "BAD_STANDARD"}
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator publishes the first version", When: Publish{coordinator, d}, Then: first},
		{Name: "the policy that seeds a node may publish", When: Publish{seed, d}, Then: first},
		{Name: "what is in force is not published again", Given: first, When: Publish{coordinator, d}},
		{Name: "a changed standard is the next version, told completely", Given: first, When: Publish{coordinator, bare},
			Then: []Event{Drafted{2, d.Header}, WorkProcessDefined{d.WorkProcesses[0]}, Published{2}}},
		{Name: "going back to an earlier text is a new version", When: Publish{coordinator, d},
			Given: append(first[:len(first):len(first)], Drafted{2, d.Header}, WorkProcessDefined{d.WorkProcesses[0]}, Published{2}),
			Then:  append(append([]Event{Drafted{3, d.Header}}, first[1:5]...), Published{3})},
		{Name: "a mentor does not publish", When: Publish{mentor, d}, Refused: "NOT_COORDINATOR"},
		refused("a standard has an id", func(d *Definition) { d.ID = "" }),
		refused("a standard has a title", func(d *Definition) { d.Title = " " }),
		refused("a standard has an approach", func(d *Definition) { d.Approach = "slow" }),
		refused("a standard has work processes", func(d *Definition) { d.WorkProcesses = nil }),
		refused("the hours do not end before they start", func(d *Definition) { d.OJLMax = 1 }),
		refused("nor do those of a work process", func(d *Definition) { d.WorkProcesses[0].Max = 1 }),
		refused("work processes have their own ids", func(d *Definition) { d.WorkProcesses[1].ID = "wp-01" }),
		refused("competencies have their own ids", func(d *Definition) { d.WorkProcesses[0].Competencies[0].ID = "wp-01" }),
		refused("courses have their own ids", func(d *Definition) { d.Courses[0].ID = "wp-01" }),
	})
}

func TestAVersionReadBackFromTheLogIsStillInForce(t *testing.T) {
	ds, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(ds, support()) {
		stillInForce(t, d)
	}
}

// stillInForce stores a published definition as the log does and publishes it again.
func stillInForce(t *testing.T, d Definition) {
	t.Helper()
	es, err := Publish{coordinator, d}.Decide(State{})
	if err != nil || len(es) == 0 {
		t.Fatalf("%s: decided %v, %v", d.ID, es, err)
	}
	codec := events.NewCodec(Events)
	var s State
	for _, e := range es {
		form, body, err := codec.Encode(e)
		if err != nil || len(body) > events.MaxRecord {
			t.Fatalf("%v: %d bytes, %v", form, len(body), err)
		}
		back, err := codec.Decode(form, body)
		if err != nil {
			t.Fatal(err)
		}
		s = Evolve(s, back.(Event))
	}
	if again, err := (Publish{coordinator, d}).Decide(s); len(again) > 0 || err != nil {
		t.Errorf("%s is published again: %v, %v", d.ID, again, err)
	}
}

func TestAStreamNamesItsStandard(t *testing.T) {
	if id, err := ID(Stream("rapids-3048")); id != "rapids-3048" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	for _, s := range []domain.Stream{"framework-nice-2", "standard-", "standards-3048"} {
		if id, err := ID(s); err == nil {
			t.Errorf("%q is taken for the stream of %q", s, id)
		}
	}
}

func TestStandardIDsAreMadeFromRegistrationCodes(t *testing.T) {
	for code, want := range map[string]domain.StandardID{
		"3048": "rapids-3048", "0637HY": "rapids-0637hy", "0414S-R": "rapids-0414s-r", " 1059 CB. ": "rapids-1059-cb", "–": "",
	} {
		if got := StandardID(code); got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}

func TestInstructionTakesOneCourseOfEachGroup(t *testing.T) {
	h := domain.Hours
	d := Definition{Courses: []Course{
		{Min: h(10), Max: h(15)},
		{Min: h(30), Max: h(40), ChooseGroup: "cloud"},
		{Min: h(20), Max: h(60), ChooseGroup: "cloud"},
		{Min: h(5), Max: h(5), ChooseGroup: "ethics"},
	}}
	if least, most := d.Instruction(); least != h(35) || most != h(80) {
		t.Errorf("got %v to %v, want 35 h to 80 h", least, most)
	}
}

func TestTheCatalogueIsSoundAndWithoutDoubts(t *testing.T) {
	ds, err := Catalogue()
	if err != nil || len(ds) != 3 {
		t.Fatalf("%d standards, %v", len(ds), err)
	}
	files, err := builtIn.ReadDir("catalogue")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		in, err := builtIn.Open("catalogue/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		report, err := Read(in)
		if err != nil {
			t.Fatal(err)
		}
		if w := report.Standards[0].Warnings; len(w) > 0 {
			t.Errorf("%s: %s", f.Name(), w.Error())
		}
	}
	for _, d := range ds {
		if _, err := (Publish{seed, d}).Decide(State{}); err != nil {
			t.Errorf("%s: %v", d.ID, err)
		}
		if least, _ := d.Instruction(); len(d.WorkProcesses) < 5 || least < domain.Hours(144) || len(d.WageSteps) < 2 {
			t.Errorf("%s: %d work processes, %v of instruction, %d wage steps", d.ID, len(d.WorkProcesses), least, len(d.WageSteps))
		}
		found, err := Find(d.ID)
		if err != nil || found.Title != d.Title {
			t.Errorf("Find(%s) gave %q, %v", d.ID, found.Title, err)
		}
	}
	ps, err := pathway.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		if _, err := Find(p.Standard); err != nil {
			t.Errorf("hours of pathway %s are logged to nothing: %v", p.ID, err)
		}
	}
	if _, err := Find("nobody"); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "STANDARD_NOT_FOUND" {
		t.Errorf("got %v, want STANDARD_NOT_FOUND", err)
	}
}

func TestAStandardGivesAPathway(t *testing.T) {
	d := Definition{ID: "fitter", Header: Header{Title: "Fitter", ONET: "47-2152.00", TermMonths: 48, PassLevel: 3}, WorkProcesses: []WorkProcess{
		{ID: "wp-01", Title: "Cutting", Min: domain.Hours(800), Competencies: []Competency{{ID: "wp-01-c01", Text: "Cut pipe", Core: true}, {ID: "wp-01-c02", Text: "Bend pipe"}}},
		{ID: "wp-02", Title: "Visiting"},
	}}
	for approach, want := range map[Approach][]domain.RequirementID{
		TimeBased: {"wp-01"}, CompetencyBased: {"wp-01-c01"}, Hybrid: {"wp-01", "wp-01-c01"},
	} {
		d.Approach = approach
		p := d.Pathway(7)
		if err := p.Check(); err != nil || p.Version != 7 || p.Standard != d.ID || len(p.Stages) != 1 {
			t.Errorf("%s: %+v, %v", approach, p, err)
		}
		var got []domain.RequirementID
		for _, r := range p.Stages[0].Requirements {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s asks for %q, want %q", approach, got, want)
		}
	}
	if m, ok := d.Milestone("wp-01-c02"); !ok || m.PassLevel != 3 || !m.IsMilestone() {
		t.Errorf("a competency that is not core has the milestone %+v, %t", m, ok)
	}
}
