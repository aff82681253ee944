package portal

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// importPath is not /import: systems of institutions send their tables there.
const importPath = "/tables"

var importRoutes = []route{
	{"GET " + importPath, (*visit).askForTable, only(domain.Coordinator, domain.HR)},
	{"POST " + importPath, (*visit).takeTable, only(domain.Coordinator, domain.HR)},
	{"GET " + importPath + "/{held}", (*visit).previewTable, only(domain.Coordinator, domain.HR)},
	{"POST " + importPath + "/{held}", (*visit).saveTable, only(domain.Coordinator, domain.HR)},
}

var importPage = newPage[importData]("import.html", "inputs.html", "card.html")

// importData is all that import.html may show: the question for a file, with what it may hold, or
// what a file that was handed in would change.
type importData struct {
	frame
	Heading, Lead string
	Ask           *importForm
	File          string // its name
	Counts        []count
	Wrong         *list  // what has to be put right before anything is saved
	Again         string // where the file is chosen again then
	Found         []card
	Save          *savingForm
}

// An importForm posts kind, file and key.
type importForm struct {
	Path, Key string
	Inputs    []input
	Button    string
	Columns   []card // what a table of each kind holds
}

// A savingForm takes over what was shown. It posts key.
type savingForm struct{ Path, Key, Button, Back string }

// A count is a number with what it is of.
type count struct {
	Number int
	Of     string
}

const standardsTable upload.Kind = "standards"

// tables are the kinds that the viewer may hand in.
func (v *visit) tables() (options []option) {
	for _, k := range []struct {
		kind  upload.Kind
		label string
	}{{standardsTable, v.say("Occupation standards (JSON)")}, {upload.People, v.say("People (CSV)")}, {upload.Positions, v.say("Openings (CSV)")}, {upload.Hours, v.say("Hours on paper (CSV)")}, {upload.Prior, v.say("What was learned before (CSV)")}} {
		if k.kind == standardsTable && v.who.Capacity == domain.Coordinator || k.kind != standardsTable && upload.May(v.actor(), k.kind) == nil {
			options = append(options, option{Value: string(k.kind), Label: k.label})
		}
	}
	return options
}

func (v *visit) askForTable() error { return v.showAsking(nil) }

// showAsking asks for a file. What was wrong with the one before is told.
func (v *visit) showAsking(refused *domain.Refusal) error {
	kind := v.r.URL.Query().Get("kind")
	if refused != nil {
		kind = v.field("kind")
	}
	d := importData{frame: v.frame("Import", importPath), Heading: v.say("Import a table"), Lead: v.say("You see row by row what a file would change. Nothing is saved before you say so, and nothing while a row is wrong.")}
	d.Ask = &importForm{Path: importPath, Key: newKey(), Button: v.say("Show what it would change"), Inputs: []input{
		{Name: "kind", Label: v.say("What the file holds"), Kind: listInput, Options: chosen(v.tables(), kind)},
		{Name: "file", Label: v.say("File"), Hint: v.say("Up to %s MB. Save a spreadsheet as CSV first.", strconv.Itoa(maxHeld>>20)), Kind: fileInput},
	}}
	for _, o := range v.tables() {
		if c := v.columnsOf(upload.Kind(o.Value), o.Label); len(c.Table.Rows) > 0 {
			d.Ask.Columns = append(d.Ask.Columns, c)
		}
	}
	if refused == nil {
		return show(v, importPage, http.StatusOK, d)
	}
	d.Problems, _ = wrong(v.refusal(refused), map[string]string{"file": "in-file", "kind": "in-kind"})
	for i := range d.Ask.Inputs {
		if d.Ask.Inputs[i].Name == refused.Field {
			d.Ask.Inputs[i].Error = v.refusal(refused).Reason
		}
	}
	return show(v, importPage, statusOf(refused), d)
}

func (v *visit) columnsOf(k upload.Kind, title string) card {
	t := &list{Caption: title, Columns: []column{{Name: v.say("Column")}, {Name: v.say("What it holds")}, {Name: v.say("Example")}}}
	for _, c := range desk.Columns(k) {
		note := ""
		if c.Required {
			note = v.say("Needed")
		}
		t.Rows = append(t.Rows, row{{Text: c.Name, Note: note}, {Text: c.Holds}, {Text: c.Example}})
	}
	return card{ID: "columns-" + string(k), Title: title, Table: t}
}

// takeTable puts the file aside and leads to what it would change.
func (v *visit) takeTable() error {
	if err := v.takeFiles(); err != nil {
		r := domain.AsRefusal(err)
		if r == nil || r.Field == "" {
			return err
		}
		return v.showAsking(r)
	}
	kind := v.field("kind")
	switch {
	case !slices.ContainsFunc(v.tables(), func(o option) bool { return o.Value == kind }):
		return v.showAsking(domain.Refuse(domain.Invalid, "BAD_KIND", "Choose what the file holds.").About("kind"))
	case len(v.files) != 1 || len(v.files[0].Data) == 0:
		return v.showAsking(domain.Refuse(domain.Invalid, "FILE_MISSING", "Choose the file.").About("file"))
	case len(v.files[0].Data) > maxHeld:
		return v.showAsking(domain.Refuse(domain.Invalid, "FILE_TOO_LARGE", "This file is larger than %d MB. Cut it into several, each with the header.", maxHeld>>20).About("file"))
	}
	return v.redirect(importPath + "/" + v.shelf.hold(held{by: v.who.ID, kind: upload.Kind(kind), name: v.files[0].Name, data: v.files[0].Data, at: v.Desk.Now()}))
}

func (v *visit) heldTable() (held, error) {
	h, ok := v.shelf.take(v.r.PathValue("held"), v.Desk.Now())
	if !ok || h.by != v.who.ID {
		return held{}, domain.Refuse(domain.NotFound, "NOT_HELD", "This file is not held here any more. Choose it again.")
	}
	return h, nil
}

// previewTable shows what a file would change, or what is wrong with it.
func (v *visit) previewTable() error {
	h, err := v.heldTable()
	if err != nil {
		return err
	}
	d := importData{frame: v.frame("Import", importPath), Heading: v.say("What this file would change"), File: h.name}
	if h.kind == standardsTable {
		err = v.proposed(&d, h)
	} else {
		err = v.trial(&d, h)
	}
	problems, wrongRows := errors.AsType[domain.Problems](err)
	switch r := v.refusal(err); {
	case wrongRows:
		return v.putRight(d, problems, importPath)
	case r != nil:
		return v.showAsking(r)
	case err != nil:
		return err
	}
	return show(v, importPage, http.StatusOK, d)
}

// putRight shows what is wrong with a file, which is chosen again at a path.
func (v *visit) putRight(d importData, problems domain.Problems, again string) error {
	d.Heading, d.Lead = v.say("This file has to be put right first"), v.say("Nothing was saved. Put right what is named here, and choose the file again.")
	d.Wrong, d.Again = v.problemList(problems), again
	d.Counts, d.Found, d.Save = nil, nil, nil
	return show(v, importPage, http.StatusUnprocessableEntity, d)
}

func (v *visit) problemList(problems domain.Problems) *list {
	l := list{Caption: v.say("What is wrong"), Columns: []column{{Name: v.say("Line"), Number: true}, {Name: v.say("Where")}, {Name: v.say("What to put right")}}}
	for _, p := range problems {
		line := v.say("The file")
		if p.Line > 0 {
			line = strconv.Itoa(p.Line)
		}
		l.Rows = append(l.Rows, row{{Text: line}, {Text: p.Where}, {Text: p.Text}})
	}
	l = v.cut(l)
	return &l
}

var outcomeWords = map[desk.Outcome]cell{desk.RowNew: {Text: "New", Tone: toneOK}, desk.RowChanged: {Text: "Changed", Tone: toneInfo}, desk.RowUnchanged: {Text: "As before"}}

// trial is what a table would lead to.
func (v *visit) trial(d *importData, h held) error {
	in, _, err := v.Desk.Intake(v.ctx(), v.ask(), desk.Table{Kind: h.kind, In: bytes.NewReader(h.data), DryRun: true, Approved: h.kind == upload.Hours})
	if err != nil {
		return err
	}
	d.Counts = []count{{in.New, v.say("new")}, {in.Changed, v.say("changed")}, {in.Same, v.say("as before")}}
	l := list{Caption: v.say("Rows of the file"), Columns: []column{{Name: v.say("Line")}, {Name: v.say("About")}, {Name: v.say("Outcome")}, {Name: v.say("What is other than before")}}}
	for _, r := range in.Rows {
		outcome := outcomeWords[r.Outcome]
		outcome.Text = v.say(outcome.Text)
		l.Rows = append(l.Rows, row{{Text: strconv.Itoa(r.Line)}, {Text: r.Subject}, outcome, {Text: strings.Join(r.Changes, ", ")}})
	}
	l = v.cut(l)
	d.Found = []card{{ID: "rows", Title: v.say("Row by row"), Table: &l, Empty: v.say("This is the table that was taken over last: nothing is other than before.")}}
	switch {
	case in.New+in.Changed == 0:
		d.Lead = v.say("Everything in it is on record already. There is nothing to save.")
	default:
		d.Lead = v.say("Nothing is saved yet. Nothing is taken away because the table does not have it.")
		d.Save = &savingForm{Path: importPath + "/" + v.r.PathValue("held"), Key: newKey(), Button: v.say("Save %d rows", in.New+in.Changed), Back: importPath}
	}
	if len(in.Left) > 0 {
		d.Found = append([]card{{ID: "left", Title: v.say("Columns that are left out"), Lead: strings.Join(in.Left, ", ")}}, d.Found...)
	}
	return nil
}

var changeWords = map[standard.ChangeKind]cell{standard.Added: {Text: "Added", Tone: toneOK}, standard.Changed: {Text: "Changed", Tone: toneInfo}, standard.Removed: {Text: "Taken out", Tone: toneWarn}}

var partWords = map[standard.Part]string{standard.HeaderPart: "Occupation as a whole", standard.WorkProcessPart: "Work process", standard.CompetencyPart: "Competency", standard.CoursePart: "Course", standard.WageStepPart: "Wage schedule"}

// proposed is what a file of standards would change against the editions in force.
func (v *visit) proposed(d *importData, h held) error {
	found, err := v.Desk.ProposeStandards(v.ctx(), v.actor(), bytes.NewReader(h.data))
	if err != nil {
		return err
	}
	editions, same := 0, 0
	for i, p := range found {
		c := card{ID: "standard-" + strconv.Itoa(i+1), Title: p.Definition.Title, Tag: &cell{Text: v.say("Edition %s", strconv.Itoa(p.Present.Version+1)), Tone: toneInfo}}
		t := &list{Caption: p.Definition.Title, Columns: []column{{Name: v.say("What")}, {Name: v.say("Change")}, {Name: v.say("Kind")}, {Name: v.say("What is other than before")}}}
		switch {
		case p.Present.Version == 0:
			editions++
			c.Tag, c.Lead = &cell{Text: v.say("New"), Tone: toneOK}, strings.Join(p.Contents, ", ")
		case len(p.Changes) == 0:
			same++
			c.Tag, c.Lead = &cell{Text: v.say("As before")}, v.say("It is in force as it stands in the file.")
		default:
			editions++
			c.Lead = v.say("Who began under edition %s keeps it.", strconv.Itoa(p.Present.Version))
		}
		for _, ch := range p.Changes {
			if p.Present.Version == 0 {
				break
			}
			how := changeWords[ch.Kind]
			how.Text = v.say(how.Text)
			what := cell{Text: ch.Title, Note: ch.ID}
			if what.Text == "" {
				what.Text = v.say(partWords[ch.Part])
			}
			t.Rows = append(t.Rows, row{what, how, {Text: v.say(partWords[ch.Part])}, {Text: strings.Join(ch.Fields, ", ")}})
		}
		if len(t.Rows) > 0 {
			c.Table = t
		}
		d.Found = append(d.Found, c)
		if len(p.Warnings) > 0 {
			w := v.problemList(p.Warnings)
			d.Found = append(d.Found, card{ID: c.ID + "-doubts", Title: v.say("To look at before you publish: %s", p.Definition.Title), Lead: v.say("These do not keep the standard from being published."), Table: w})
		}
	}
	d.Counts = []count{{editions, v.say("to publish")}, {same, v.say("as before")}}
	d.Lead = v.say("Nothing is published yet. A published edition never changes.")
	if editions == 0 {
		d.Lead = v.say("Everything in it is on record already. There is nothing to save.")
		return nil
	}
	d.Save = &savingForm{Path: importPath + "/" + v.r.PathValue("held"), Key: newKey(), Button: v.say("Publish %d editions", editions), Back: importPath}
	return nil
}

// saveTable takes over what was shown.
func (v *visit) saveTable() error {
	h, err := v.heldTable()
	if err != nil {
		return err
	}
	if h.kind == standardsTable {
		if _, err = v.Desk.PublishStandards(v.ctx(), v.ask(), bytes.NewReader(h.data)); err == nil {
			return v.done("/standards", v.say("Published. Apprenticeships that begin from now on are under the new editions."))
		}
	} else {
		var in desk.Intake
		if in, _, err = v.Desk.Intake(v.ctx(), v.ask(), desk.Table{Kind: h.kind, In: bytes.NewReader(h.data), Approved: h.kind == upload.Hours}); err == nil {
			path := importPath
			if h.kind == upload.People {
				path = "/people"
			}
			return v.done(path, v.say("Saved: %d new, %d changed.", in.New, in.Changed))
		}
	}
	if _, wrongRows := errors.AsType[domain.Problems](err); wrongRows {
		return v.previewTable()
	}
	return err
}
