package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

const (
	awardTablePath             = "/college/awards/upload"
	awardTable     upload.Kind = "awards"
)

var awardColumns = []sheet.Column{
	{Name: "student", Also: []string{"student id", "student number", "apprenticeship"}, Required: true, Holds: "your number of the student, or the id of the apprenticeship", Example: "L-10442"},
	{Name: "course", Also: []string{"course code", "code"}, Required: true, Holds: "the code of the course, as in the agreement", Example: "CYB 110"},
	{Name: "credit", Also: []string{"credits", "units"}, Required: true, Holds: "how much credit, such as 3 or 1.5", Example: "3"},
	{Name: "unit", Also: []string{"counted in"}, Holds: "semester (if there is none), quarter or clock", Example: "semester"},
	{Name: "grade", Required: true, Holds: "A to D with a sign, or P", Example: "B+"},
	{Name: "term", Required: true, Holds: "the term", Example: "Fall 2026"},
	{Name: "reference", Also: []string{"external ref", "award id"}, Required: true, Holds: "your own reference, which names one award", Example: "T-2026-118"},
}

// An awardRow is a row of a table of awards.
type awardRow struct {
	line    int
	student string
	award   partners.Award
	wrong   *domain.Refusal // why it could not be read
}

func (r awardRow) entry() partners.Entry {
	if r.wrong != nil {
		return partners.Unread{Refused: r.wrong}
	}
	return r.award
}

func (v *visit) askForAwards() error { return v.showAwardForm(nil) }

func (v *visit) showAwardForm(refused *domain.Refusal) error {
	if _, err := v.forCollege(); err != nil {
		return err
	}
	columns := &list{Caption: v.say("Awards (CSV)"), Columns: []column{{Name: v.say("Column")}, {Name: v.say("What it holds")}, {Name: v.say("Example")}}}
	for _, c := range awardColumns {
		columns.Rows = append(columns.Rows, row{{Text: c.Name, Note: when(c.Required, v.say("Needed"))}, {Text: c.Holds}, {Text: c.Example}})
	}
	form := &importForm{Path: awardTablePath, Key: newKey(), Button: v.say("See what it would change"), Columns: []card{{ID: "columns-awards", Title: v.say("Awards (CSV)"), Table: columns}},
		Inputs: []input{{Name: "file", Label: v.say("File"), Hint: v.say("Up to %s awards. Save a spreadsheet as CSV first.", strconv.Itoa(submission.MaxItems)), Kind: fileInput}}}
	d := importData{frame: v.frame("Awards", "/college/awards"), Heading: v.say("Upload awards"), Ask: form,
		Lead: v.say("You see row by row what the file would record. Nothing is saved before you say so, and nothing while a row is wrong.")}
	return v.askForFile(d, refused)
}

// holdAwards puts the file aside and leads to what it would record.
func (v *visit) holdAwards() error {
	return v.holdFile(awardTablePath, awardTable, v.showAwardForm)
}

// awardsIn are the rows of a held table. Students are those who share credits with the institution.
func (v *visit) awardsIn(c *college, h held) (rows []awardRow, left []string, err error) {
	s, err := sheet.ReadUpTo(bytes.NewReader(h.data), awardColumns, sheet.Limits{Bytes: maxHeld, Rows: submission.MaxItems})
	if err == nil && len(s.Problems) > 0 {
		err = s.Problems
	}
	if err != nil {
		return nil, nil, err
	}
	ls, err := v.sharers(c, domain.CreditRecords)
	if err != nil {
		return nil, nil, err
	}
	numbers, err := v.numbersOf(*c, ls)
	if err != nil {
		return nil, nil, err
	}
	of := map[string]projections.Learner{}
	for _, l := range ls {
		of[string(l.ID)] = l
	}
	for _, l := range ls {
		if n := numbers[l.Person]; n != "" {
			of[n] = l
		}
	}
	var told []projections.Learner
	for _, r := range s.Rows {
		a := awardRow{line: r.Line, student: r.Text("student")}
		l, shares := of[a.student]
		if shares {
			told = append(told, l)
		}
		a.award = partners.Award{Learner: l.ID, Course: r.Text("course"), Grade: rules.Grade(strings.ToUpper(r.Text("grade"))), Term: r.Text("term"), ExternalRef: r.Text("reference")}
		unit := domain.CreditUnit(strings.ToLower(r.Text("unit")))
		if unit == "" {
			unit = domain.Semester
		}
		amount, err := domain.ParseCredit(r.Text("credit"), unit)
		switch a.award.Credit = amount; {
		case !shares:
			a.wrong = domain.Refuse(domain.NotFound, "NO_SUCH_STUDENT", "There is no such student among those who share credits with you.").About("student")
		case domain.AsRefusal(err) != nil:
			a.wrong = domain.AsRefusal(err).About("credit")
		}
		rows = append(rows, a)
	}
	return rows, s.Unknown, v.disclose(*c, domain.CreditRecords, told)
}

// submitAwards records what a held table says, the whole of it or nothing, or only tells what it
// would record. What is wrong with rows is domain.Problems.
func (v *visit) submitAwards(trial bool) (h held, rows []awardRow, out []submission.Outcome, left []string, err error) {
	c, err := v.forCollege()
	if err != nil {
		return h, nil, nil, nil, err
	}
	if h, err = v.heldTable(); err != nil {
		return h, nil, nil, nil, err
	}
	if h.kind != awardTable {
		return h, nil, nil, nil, errNoSuchPage
	}
	if rows, left, err = v.awardsIn(&c, h); err != nil {
		return h, nil, nil, nil, err
	}
	es := make([]partners.Entry, len(rows))
	for i, r := range rows {
		es[i] = r.entry()
	}
	a := v.askFor(c)
	id := sha256.Sum256([]byte(a.Source + "\n" + a.Key))
	out, at, err := v.Partners.Submit(v.ctx(), v.Desk.Request(a), hex.EncodeToString(id[:16]), es, submission.Mode{Trial: trial, Whole: !trial})
	if err == nil && at > 0 {
		err = v.Desk.Read.Wait(v.ctx(), at)
	}
	if err != nil {
		return h, nil, nil, nil, err
	}
	var problems domain.Problems
	for i, o := range out {
		if o.Refused != nil {
			problems = append(problems, domain.Problem{Line: rows[i].line, Where: awardColumn(o.Refused.Field), Text: v.refusal(o.Refused).Reason})
		}
	}
	if len(problems) > 0 {
		err = problems
	}
	return h, rows, out, left, err
}

// awardColumn is the column that holds an input of an award.
func awardColumn(field string) string {
	switch field {
	case "apprenticeId":
		return "student"
	case "courseCode":
		return "course"
	case "externalRef":
		return "reference"
	}
	return field
}

func (v *visit) previewAwards() error {
	h, rows, out, left, err := v.submitAwards(true)
	d := importData{frame: v.frame("Awards", "/college/awards"), Heading: v.say("What this file would record"), File: h.name}
	if problems, wrongRows := errors.AsType[domain.Problems](err); wrongRows {
		return v.putRight(d, problems, awardTablePath)
	}
	if r := v.refusal(err); r != nil && r.Kind == domain.Invalid {
		return v.showAwardForm(r.About("file"))
	}
	if err != nil {
		return err
	}
	fresh := 0
	l := list{Caption: v.say("Rows of the file"), Columns: []column{{Name: v.say("Line"), Number: true}, {Name: v.say("Student")}, {Name: v.say("Course")}, {Name: v.say("Credit")}, {Name: v.say("Grade")}, {Name: v.say("Your reference")}, {Name: v.say("Outcome")}}}
	for i, r := range rows {
		outcome := cell{Text: v.say("As before")}
		if out[i].Became == submission.Recorded {
			fresh++
			outcome = cell{Text: v.say("New"), Tone: toneOK}
		}
		l.Rows = append(l.Rows, row{{Text: strconv.Itoa(r.line)}, {Text: r.student}, {Text: r.award.Course}, {Text: v.credits(r.award.Credit)}, {Text: string(r.award.Grade)}, {Text: r.award.ExternalRef}, outcome})
	}
	d.Counts = []count{{fresh, v.say("new")}, {len(rows) - fresh, v.say("as before")}}
	l = v.cut(l)
	d.Found = []card{{ID: "rows", Title: v.say("Row by row"), Table: &l}}
	if len(left) > 0 {
		d.Found = slices.Insert(d.Found, 0, card{ID: "left", Title: v.say("Columns that are left out"), Lead: strings.Join(left, ", ")})
	}
	d.Lead = v.say("Everything in it is on record already. There is nothing to save.")
	if fresh > 0 {
		d.Lead = v.say("Nothing is saved yet. All rows are recorded together, or none.")
		d.Save = &savingForm{Path: awardTablePath + "/" + v.r.PathValue("held"), Key: newKey(), Button: v.say("Record %d awards", fresh), Back: awardTablePath}
	}
	return show(v, importPage, http.StatusOK, d)
}

func (v *visit) saveAwards() error {
	_, _, out, _, err := v.submitAwards(false)
	if _, wrongRows := errors.AsType[domain.Problems](err); wrongRows {
		return v.previewAwards()
	}
	if err != nil {
		return err
	}
	fresh := 0
	for _, o := range out {
		if o.Became == submission.Recorded {
			fresh++
		}
	}
	if fresh == 0 {
		return v.done("/college/awards", v.say("Everything in the file is on record."))
	}
	return v.done("/college/awards", v.say("Recorded: %d awards. The students and the hospital see them now.", fresh))
}
