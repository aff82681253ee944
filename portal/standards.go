package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/projections"
)

var standardRoutes = []route{
	{"GET /standards", (*visit).standards, keepers},
	{"GET /standards.csv", (*visit).standards, keepers},
	{"GET /standards/{standard}", (*visit).standard, keepers},
	{"GET /pathways/{pathway}", (*visit).pathwayPlan, keepers},
}

var approachWords = map[standard.Approach]string{standard.TimeBased: "By hours", standard.CompetencyBased: "By competencies", standard.Hybrid: "By hours and competencies"}

// extent is a least and a most of hours in words; nothing if neither is stated.
func (v *visit) extent(least, most domain.Minutes) string {
	switch {
	case most > 0 && most != least:
		return v.say("%s to %s", least.String(), most.String())
	case least > 0:
		return least.String()
	}
	return ""
}

func codesOf(s standard.Definition) string {
	var codes []string
	if s.RAPIDS != "" {
		codes = append(codes, "RAPIDS "+s.RAPIDS)
	}
	if s.ONET != "" {
		codes = append(codes, "O*NET "+s.ONET)
	}
	return strings.Join(codes, ", ")
}

// standards lists what occupations are learned by, and the pathways that lead through them.
func (v *visit) standards() error {
	all, err := v.Desk.Read.Standards(v.ctx())
	if err != nil {
		return err
	}
	shares, err := v.Desk.Shares(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	learners := map[domain.StandardID]int{}
	for _, s := range shares {
		learners[s.Standard] += s.Learners
	}
	f := v.narrowed("/standards", input{Name: "q", Kind: lineInput, Label: v.say("Title or code"), Optional: true})
	d := listingData{frame: v.frame("Standards", "/standards"), Heading: v.say("Occupation standards"), Filter: f,
		Lead: v.say("What has to be learned on the job and in class for an occupation. Who began under an edition keeps it.")}
	coordinates := v.who.Capacity == domain.Coordinator
	d.Acts = offers(link{v.say("Import standards"), when(coordinates, importPath+"?kind=standards")})
	d.List = list{Caption: v.say("Occupation standards"), Columns: []column{{Name: v.say("Standard"), Notes: v.say("Codes")}, {Name: v.say("Approach")}, {Name: v.say("On the job")}, {Name: v.say("In class")},
		{Name: v.say("Competencies"), Number: true}, {Name: v.say("Pathways"), Number: true}, {Name: v.say("Apprentices"), Number: true}, {Name: v.say("Edition"), Number: true}}}
	ways := v.pathways()
	for _, s := range all {
		if !matches(f.value("q"), s.Title, codesOf(s.Definition), string(s.ID)) {
			continue
		}
		total, _ := s.Competencies()
		least, most := s.Instruction()
		on := 0
		for _, p := range ways {
			if p.Standard == s.ID {
				on++
			}
		}
		d.List.Rows = append(d.List.Rows, row{{Text: s.Title, Note: codesOf(s.Definition), Href: "/standards/" + string(s.ID)}, {Text: v.say(approachWords[s.Approach])},
			{Text: v.extent(s.OJLMin, s.OJLMax)}, {Text: v.extent(max(least, s.RTIMin), most)}, {Text: strconv.Itoa(total)}, {Text: strconv.Itoa(on)}, {Text: strconv.Itoa(learners[s.ID])}, {Text: strconv.Itoa(s.Version)}})
	}
	slices.SortStableFunc(d.List.Rows, func(a, b row) int { return cmp.Compare(folded(a[0].Text), folded(b[0].Text)) })
	d.Empty = emptiness{Title: v.say("No standard yet"), Text: v.say("Standards appear here once a coordinator imports the file of an agency or a college. You see what it would change before anything is saved."), Act: link{v.say("Import standards"), when(coordinates, importPath+"?kind=standards")}}
	if f.Clear != "" {
		d.Empty = emptiness{Title: v.say("No standard fits"), Text: v.say("Look for a part of the title, or of a RAPIDS or O*NET code."), Act: link{v.say("Show all"), "/standards"}}
	}
	return v.showList("standards", d)
}

// standard shows an edition: the one the address asks for, or the one in force.
func (v *visit) standard() error {
	id := domain.StandardID(v.r.PathValue("standard"))
	latest, known, err := v.Desk.Read.LatestStandard(v.ctx(), id)
	if err != nil {
		return err
	}
	if !known {
		return domain.Refuse(domain.NotFound, "NO_SUCH_STANDARD", "There is no such occupation standard.")
	}
	s := latest
	if n, _ := strconv.Atoi(v.r.URL.Query().Get("edition")); n > 0 && n != latest.Version {
		if s, err = v.Desk.Read.Standard(v.ctx(), id, n); err != nil {
			return err
		}
	}
	tag := cell{Text: v.say("In force"), Tone: toneOK}
	if s.Version < latest.Version {
		tag = cell{Text: v.say("An earlier edition"), Tone: toneMute}
	}
	total, core := s.Competencies()
	d := dossierData{frame: v.frame(s.Title, "/standards"), Over: v.say("Occupation standard, edition %s", strconv.Itoa(s.Version)), Heading: s.Title, Tag: &tag, Sub: codesOf(s.Definition)}
	d.Cards = []card{v.processesOf(s), v.coursesOf(s), v.competenciesOf(s)}
	d.Side = []card{
		{ID: "facts", Title: v.say("What it asks for"), Facts: details(
			detail{v.say("Approach"), cell{Text: v.say(approachWords[s.Approach])}}, detail{v.say("Term"), cell{Text: v.monthsOf(s.TermMonths)}},
			detail{v.say("On the job"), cell{Text: v.extent(s.OJLMin, s.OJLMax)}}, detail{v.say("In class"), cell{Text: v.extent(s.RTIMin, 0)}},
			detail{v.say("Competencies"), cell{Text: v.say("%s, of them core: %s", strconv.Itoa(total), strconv.Itoa(core))}}, detail{v.say("Ratio"), cell{Text: s.Ratio}},
			detail{v.say("Probation"), cell{Text: v.extent(s.Probation, 0)}}, detail{v.say("Passes with"), cell{Text: s.PassRule}}, detail{v.say("Taken from"), cell{Text: s.Source}})},
		v.pathwaysOn(id), v.editionsOf(s, latest),
	}
	return show(v, dossierPage, http.StatusOK, d)
}

func (v *visit) monthsOf(n int) string {
	if n == 0 {
		return ""
	}
	return v.say("%d months", n)
}

func (v *visit) processesOf(s projections.Standard) card {
	t := &list{Caption: v.say("Work processes"), Columns: []column{{Name: v.say("Work process")}, {Name: v.say("Hours")}, {Name: v.say("Competencies"), Number: true}}}
	for _, w := range s.WorkProcesses {
		t.Rows = append(t.Rows, row{{Text: w.Title, Note: string(w.ID)}, {Text: v.extent(w.Min, w.Max)}, {Text: strconv.Itoa(len(w.Competencies))}})
	}
	return card{ID: "processes", Title: v.say("Work processes"), Lead: v.say("Hours on the job are logged to these."), Table: t}
}

func (v *visit) coursesOf(s projections.Standard) card {
	t := &list{Caption: v.say("Related instruction"), Columns: []column{{Name: v.say("Course")}, {Name: v.say("Hours")}, {Name: v.say("Year")}}}
	for _, c := range s.Courses {
		note := string(c.ID)
		if c.ChooseGroup != "" {
			note = v.say("One of group %s is enough", c.ChooseGroup)
		}
		t.Rows = append(t.Rows, row{{Text: c.Title, Note: note}, {Text: v.extent(c.Min, c.Max)}, {Text: someNumber(c.Year)}})
	}
	return card{ID: "courses", Title: v.say("Related instruction"), Table: t, Empty: v.say("The standard names no courses.")}
}

func (v *visit) competenciesOf(s projections.Standard) card {
	t := &list{Caption: v.say("Competencies"), Columns: []column{{Name: v.say("Competency")}, {Name: v.say("Work process")}, {Name: v.say("Needed")}}}
	for _, w := range s.WorkProcesses {
		for _, c := range w.Competencies {
			needed := cell{Text: v.say("Optional")}
			if c.Core {
				needed.Text = v.say("To complete")
			}
			t.Rows = append(t.Rows, row{{Text: c.Text, Note: string(c.ID)}, {Text: w.Title}, needed})
		}
	}
	return card{ID: "competencies", Title: v.say("Competencies"), Table: t, Empty: v.say("The standard names no competencies.")}
}

func (v *visit) pathwaysOn(id domain.StandardID) card {
	c := card{ID: "pathways", Title: v.say("Pathways"), Empty: v.say("No pathway leads through it. An apprenticeship can be on the standard alone.")}
	for _, p := range v.pathways() {
		if p.Standard == id {
			c.Empty, c.Doings = "", append(c.Doings, link{p.Title, "/pathways/" + string(p.ID)})
		}
	}
	return c
}

func (v *visit) editionsOf(s, latest projections.Standard) card {
	c := card{ID: "editions", Title: v.say("Editions")}
	for n := latest.Version; n >= 1; n-- {
		text := v.say("Edition %s", strconv.Itoa(n))
		if n == s.Version {
			c.Facts = append(c.Facts, detail{text, cell{Text: v.say("Shown here")}})
		} else {
			c.Doings = append(c.Doings, link{text, "/standards/" + string(s.ID) + "?edition=" + strconv.Itoa(n)})
		}
	}
	return c
}

// pathwayPlan shows a pathway as it is planned, role by role, with the courses that colleges give
// credit for.
func (v *visit) pathwayPlan() error {
	p, err := pathway.Find(domain.PathwayID(v.r.PathValue("pathway")), 0)
	if err != nil {
		return err
	}
	agreements, err := v.Desk.Read.Agreements(v.ctx(), "")
	if err != nil {
		return err
	}
	titles := v.standardTitles()
	d := dossierData{frame: v.frame(p.Title, "/standards"), Over: v.say("Pathway, version %s", strconv.Itoa(p.Version)), Heading: p.Title, Sub: titles[p.Standard]}
	for i, s := range p.Stages {
		d.Cards = append(d.Cards, v.stagePlan(s, "stage-"+strconv.Itoa(i+1), agreements))
	}
	d.Side = []card{{ID: "standard", Title: v.say("Standard"), Lead: v.say("Hours and courses are logged to it."), Doings: offers(link{titles[p.Standard], when(titles[p.Standard] != "", "/standards/"+string(p.Standard))})}}
	return show(v, dossierPage, http.StatusOK, d)
}

// stagePlan is what a role asks for before the next one.
func (v *visit) stagePlan(s pathway.Stage, id string, agreements []projections.Agreement) card {
	t := &list{Caption: s.Role.Title, Columns: []column{{Name: v.say("Requirement")}, {Name: v.say("How much")}, {Name: v.say("Courses that meet it")}}}
	var add func([]pathway.Requirement, string)
	add = func(all []pathway.Requirement, note string) {
		for _, r := range all {
			if len(r.Of) > 0 {
				add(r.Of, v.say("Part of: %s", r.Title))
				continue
			}
			much := v.extent(r.Minutes, 0)
			if r.Credit.Hundredths > 0 {
				much = v.credits(r.Credit)
			}
			t.Rows = append(t.Rows, row{{Text: r.Title, Note: note}, {Text: much}, {Text: strings.Join(coursesFor(r.ID, agreements), ", ")}})
		}
	}
	add(s.Requirements, "")
	c := card{ID: id, Title: s.Role.Title, Table: t, Empty: v.say("Nothing more is asked for here: it is a goal.")}
	if s.Months > 0 {
		c.Lead = v.say("Planned for %d months", s.Months)
	}
	return c
}

// coursesFor are the courses that meet a requirement under an agreement in force.
func coursesFor(id domain.RequirementID, agreements []projections.Agreement) (courses []string) {
	for _, g := range agreements {
		for _, r := range g.Rules {
			if g.State == projections.AgreementActive && r.Requirement == id && r.RetiredOn.IsZero() {
				courses = append(courses, r.Course+" ("+g.PartnerName+")")
			}
		}
	}
	return courses
}
