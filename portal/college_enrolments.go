package portal

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
	"github.com/guildhall-dev/guildhall/projections"
)

var enrolmentStates = map[enrolment.Status]standing{
	enrolment.Active: {"Enrolled", toneInfo}, enrolment.Withdrew: {"Withdrew", toneMute}, enrolment.Over: {"Over", toneMute}, enrolment.Completed: {"Has a result", toneOK},
}

// An ownEnrolment is one that the institution reported, with its learner.
type ownEnrolment struct {
	projections.Enrolment
	of projections.Learner
}

func (e ownEnrolment) path() string { return "/college/enrolments/" + string(e.ID) }

func (e ownEnrolment) title() string {
	return cmp.Or(strings.TrimSpace(e.Section.Code+" "+e.Section.Title), e.Section.ID)
}

// ownEnrolments are those that the institution reported of learners who share with it.
func (v *visit) ownEnrolments(c *college) (out []ownEnrolment, err error) {
	ls, err := v.sharers(c, domain.PathwayRecords)
	if err != nil {
		return nil, err
	}
	ids := make([]domain.ApprenticeshipID, len(ls))
	for i, l := range ls {
		ids[i] = l.ID
	}
	all, err := v.Desk.Read.Enrolments(v.ctx(), ids...)
	for _, l := range ls {
		for _, e := range all[l.ID] {
			if e.Partner == c.by.Partner {
				out = append(out, ownEnrolment{e, l})
			}
		}
	}
	return out, err
}

func (v *visit) tellEnrolments(c college, all []ownEnrolment) error {
	ls := make([]projections.Learner, len(all))
	for i, e := range all {
		ls[i] = e.of
	}
	return v.disclose(c, domain.PathwayRecords, ls)
}

// enrolments lists what the institution reported of students who share with it.
func (v *visit) enrolments() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	all, err := v.ownEnrolments(&c)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Enrolments", "/college/enrolments"), Heading: v.say("Enrolments and results you reported"),
		Lead:  v.say("Of students who share their record with you. Open one to withdraw the student or to record a result."),
		Acts:  []link{{v.say("Report an enrolment"), "/college/enrolments/new"}, {v.say("Upload enrolments"), rosterPath}},
		Empty: emptiness{Title: v.say("No enrolment is on record"), Text: v.say("Report one here, or upload a file of enrolments and results, as OneRoster, Canvas or School Data Sync write it."), Act: link{v.say("Report an enrolment"), "/college/enrolments/new"}}}
	d.List = list{Caption: v.say("Enrolments"), Columns: []column{{Name: v.say("Course"), Notes: v.say("Section")}, {Name: v.say("Student"), Notes: v.say("Apprenticeship")}, {Name: v.say("Term")}, {Name: v.say("State")}, {Name: v.say("Since")}, {Name: v.say("Result"), Notes: v.say("Before it was corrected")}}}
	return showParts(v, "enrolments", d, all, func(es []ownEnrolment) ([]row, error) {
		rows := make([]row, len(es))
		for i, e := range es {
			rows[i] = row{{Text: e.title(), Note: e.Section.ID, Href: e.path()}, {Text: v.studentName(c, e.of), Note: string(e.of.ID)}, {Text: e.Section.Term.ID}, v.enrolmentState(e.Status), v.onDay(e.Since), v.resultOf(e.Enrolment)}
		}
		return rows, v.tellEnrolments(c, es)
	})
}

func (v *visit) enrolmentState(s enrolment.Status) cell {
	state := enrolmentStates[s]
	return cell{Text: v.say(state.Word), Tone: state.Tone}
}

// resultOf is how a student did, and what stood there before it was corrected.
func (v *visit) resultOf(e projections.Enrolment) cell {
	words := func(r enrolment.Result) string {
		switch {
		case r == (enrolment.Result{}):
			return ""
		case r.Grade != "" && !r.Final:
			return v.say("%s so far", string(r.Grade))
		case r.Grade != "":
			return string(r.Grade)
		case r.Of > 0:
			return v.say("%s of %s points", points(r.Points), points(r.Of))
		}
		return v.say("%s points", points(r.Points))
	}
	return cell{Text: words(e.Result), Note: words(e.Was)}
}

// points are hundredths as a number.
func points(hundredths int) string {
	return domain.Credit{Hundredths: hundredths}.Decimal()
}

// theEnrolment is the enrolment that the address names.
func (v *visit) theEnrolment() (c college, e ownEnrolment, err error) {
	if c, err = v.forCollege(); err != nil {
		return c, e, err
	}
	all, err := v.ownEnrolments(&c)
	if err != nil {
		return c, e, err
	}
	for _, e := range all {
		if string(e.ID) == v.r.PathValue("id") {
			return c, e, v.tellEnrolments(c, []ownEnrolment{e})
		}
	}
	return c, e, domain.Refuse(domain.NotFound, "NO_SUCH_ENROLMENT", "There is no such enrolment among those of learners who share with you.")
}

func (v *visit) enrolment() error {
	c, e, err := v.theEnrolment()
	if err != nil {
		return err
	}
	state := v.enrolmentState(e.Status)
	result := v.resultOf(e.Enrolment)
	was := cell{Text: result.Note}
	result.Note = ""
	d := dossierData{frame: v.frame("Enrolments", "/college/enrolments"), Over: v.studentName(c, e.of), Heading: e.title(), Tag: &state}
	d.Acts = offers(
		link{v.say("Record a result"), when(e.Status != enrolment.Completed, e.path()+"/result")}, link{v.say("Correct the result"), when(e.Status == enrolment.Completed, e.path()+"/result")},
		link{v.say("Withdraw the student"), when(e.Status == enrolment.Active || e.Status == enrolment.Over, e.path()+"/withdraw")}, link{v.say("Enrol the student again"), when(e.Status == enrolment.Withdrew, e.path()+"/return")})
	d.Cards = []card{{ID: "enrolment", Title: v.say("Enrolment"), Facts: details(
		detail{v.say("Section"), cell{Text: e.Section.ID}}, detail{v.say("Term"), cell{Text: cmp.Or(e.Section.Term.Title, e.Section.Term.ID)}}, detail{v.say("First day"), v.onDay(e.On)}, detail{v.say("Since"), v.onDay(e.Since)},
		detail{v.say("Result"), result}, detail{v.say("Before it was corrected"), was})}}
	return show(v, dossierPage, http.StatusOK, d)
}

// report records what the institution says of one student in one section.
func (v *visit) report() error {
	c, err := v.forCollege()
	if err != nil {
		return err
	}
	return v.perform(task{section: "/college/enrolments", over: v.say("Enrolments"), title: v.say("Report an enrolment"), back: "/college/enrolments", button: v.say("Report the enrolment"),
		lead: v.say("A student who is not known here by this number waits until a coordinator of the hospital says who it is."),
		inputs: []input{
			{Name: "student", Kind: lineInput, Label: v.say("Your number of the student"), Value: v.r.URL.Query().Get("student")},
			{Name: "name", Kind: lineInput, Label: v.say("Name of the student"), Hint: v.say("Helps the hospital to say who it is, if it does not know the number yet"), Optional: true},
			{Name: "section", Kind: lineInput, Label: v.say("Section"), Hint: v.say("As your systems name it")},
			{Name: "courseCode", Kind: lineInput, Label: v.say("Code of the course"), Hint: v.say("Such as CYB 110"), Optional: true}, {Name: "courseTitle", Kind: lineInput, Label: v.say("Title of the course"), Optional: true},
			{Name: "term", Kind: lineInput, Label: v.say("Term"), Hint: v.say("Such as Fall 2026"), Optional: true}, {Name: "termTo", Kind: dayInput, Label: v.say("Last day of the term"), Optional: true},
			{Name: "on", Kind: dayInput, Label: v.say("First day"), Value: v.Desk.Today().String()}},
		do: func() (string, string, error) {
			got, _, err := v.Desk.ReportEnrolment(v.ctx(), v.askFor(c), c.by.Partner, roster.Row{
				Student: roster.Student{ID: v.written("student"), Name: v.written("name")}, Says: roster.Enrolled, On: v.dayOf("on"),
				Section: enrolment.Section{ID: v.written("section"), Code: v.written("courseCode"), Title: v.written("courseTitle"), Term: enrolment.Term{ID: v.written("term"), To: v.dayOf("termTo")}}})
			switch {
			case err != nil:
				return "", "", err
			case got.Outcome == desk.RowUnmatched:
				return "", v.say("Kept. It is on record once the hospital has said who the student is and they share with you."), nil
			case got.Outcome == desk.RowUnchanged:
				return "", v.say("It is on record already, as you say it."), nil
			}
			return "/college/enrolments/" + string(got.Enrolment), v.say("Reported. The student and the hospital see it now."), nil
		}})
}

// reportOn records what became of an enrolment.
func (v *visit) reportOn() error {
	c, e, err := v.theEnrolment()
	if err != nil {
		return err
	}
	on := input{Name: "on", Kind: dayInput, Label: v.say("On"), Value: v.Desk.Today().String()}
	t := task{section: "/college/enrolments", over: v.studentName(c, e.of), lead: e.title(), back: e.path()}
	says := func(notice string, row func() (roster.Row, error)) {
		t.do = func() (string, string, error) {
			r, err := row()
			if err == nil {
				_, err = v.Desk.ReportOn(v.ctx(), v.askFor(c), e.Enrolment, r)
			}
			return "", notice, err
		}
	}
	saying := func(s roster.Saying) func() (roster.Row, error) {
		return func() (roster.Row, error) { return roster.Row{Says: s, On: v.dayOf("on")}, nil }
	}
	switch v.r.PathValue("task") {
	case "withdraw":
		t.title, t.button, t.danger, t.inputs = v.say("Withdraw the student"), v.say("Withdraw them"), true, []input{on}
		t.effects = []string{v.say("The enrolment stays on record, with the day on which the student left.")}
		says(v.say("Withdrawn. The student and the hospital see it now."), saying(roster.Withdrawn))
	case "return":
		t.title, t.button, t.inputs = v.say("Enrol the student again"), v.say("Enrol them again"), []input{on}
		says(v.say("Enrolled again."), saying(roster.Enrolled))
	case "result":
		t.title, t.button = v.say("Record a result"), v.say("Record the result")
		if e.Status == enrolment.Completed {
			t.title, t.effects = v.say("Correct the result"), []string{v.say("The result before stays on record beside it.")}
		}
		t.inputs = []input{
			{Name: "grade", Kind: lineInput, Label: v.say("Grade"), Hint: v.say("A to F with a sign, or P"), Optional: true},
			{Name: "points", Kind: numberInput, Label: v.say("Points"), Hint: v.say("In place of a grade, or besides"), Optional: true}, {Name: "pointsOf", Kind: numberInput, Label: v.say("Of how many"), Optional: true},
			{Name: "final", Kind: choiceInput, Label: v.say("Is it final?"), Options: []option{{Value: "yes", Label: v.say("Final: the student has completed the course"), Chosen: true}, {Value: "no", Label: v.say("So far: more is graded later")}}}, on}
		says(v.say("Recorded. The student and the hospital see it now."), v.gradedRow)
	default:
		return v.nowhere()
	}
	return v.perform(t)
}

// gradedRow is the result that was typed.
func (v *visit) gradedRow() (roster.Row, error) {
	r := enrolment.Result{Grade: rules.Grade(strings.ToUpper(v.written("grade"))), Final: v.field("final") == "yes", On: v.dayOf("on")}
	if r.Grade == "" && v.written("points") == "" {
		return roster.Row{}, domain.Refuse(domain.Invalid, "RESULT_MISSING", "Give a grade, points, or both.").About("grade")
	}
	for _, p := range []struct {
		name string
		into *int
	}{{"points", &r.Points}, {"pointsOf", &r.Of}} {
		if v.written(p.name) == "" {
			continue
		}
		n, err := roster.Points(v.written(p.name))
		if bad := domain.AsRefusal(err); bad != nil {
			return roster.Row{}, bad.About(p.name)
		}
		*p.into = n
	}
	return roster.Row{Says: roster.Graded, On: r.On, Result: r}, nil
}
