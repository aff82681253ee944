package portal

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
)

const rosterPath = "/college/enrolments/upload"

func (v *visit) askForRoster() error { return v.showRosterForm(nil) }

func (v *visit) showRosterForm(refused *domain.Refusal) error {
	if _, err := v.forCollege(); err != nil {
		return err
	}
	form := &importForm{Path: rosterPath, Key: newKey(), Button: v.say("See what it would change"), Inputs: []input{
		{Name: "file", Label: v.say("File"), Hint: v.say("A ZIP of OneRoster, Canvas or School Data Sync files, or one of their CSV files. Up to %s MB.", strconv.Itoa(maxHeld>>20)), Kind: fileInput}}}
	d := importData{frame: v.frame("Enrolments", "/college/enrolments"), Heading: v.say("Upload enrolments"), Ask: form,
		Lead: v.say("You see what the file would change before anything is saved. Students who are not known here wait until a coordinator matches them.")}
	return v.askForFile(d, refused)
}

// askForFile shows a form whose first input is a file, with what was refused of it.
func (v *visit) askForFile(d importData, refused *domain.Refusal) error {
	if refused == nil {
		return show(v, importPage, http.StatusOK, d)
	}
	file := &d.Ask.Inputs[0]
	problems, at := wrong(refused, map[string]string{"file": file.ID()})
	d.Problems, file.Error = problems, at["file"]
	return show(v, importPage, statusOf(refused), d)
}

// holdRoster puts the file aside and leads to what it would change.
func (v *visit) holdRoster() error { return v.holdFile(rosterPath, upload.Roster, v.showRosterForm) }

// holdFile puts a file of a kind aside and leads on from path to what it would change. What is wrong
// with it is told by again.
func (v *visit) holdFile(path string, kind upload.Kind, again func(*domain.Refusal) error) error {
	if err := v.takeFiles(); err != nil {
		if r := v.refusal(err); r != nil && r.Field != "" {
			return again(r)
		}
		return err
	}
	switch {
	case len(v.files) != 1 || len(v.files[0].Data) == 0:
		return again(v.refusal(domain.Refuse(domain.Invalid, "FILE_MISSING", "Choose the file.").About("file")))
	case len(v.files[0].Data) > maxHeld:
		return again(v.refusal(domain.Refuse(domain.Invalid, "FILE_TOO_LARGE", "This file is larger than %d MB. Cut it into several, each with the header.", maxHeld>>20).About("file")))
	}
	return v.redirect(path + "/" + v.shelf.hold(held{by: v.who.ID, kind: kind, name: v.files[0].Name, data: v.files[0].Data, at: v.Desk.Now()}))
}

// roster takes the held file over, or tells what it would change.
func (v *visit) roster(trial bool) (held, desk.RosterIntake, error) {
	c, err := v.forCollege()
	if err != nil {
		return held{}, desk.RosterIntake{}, err
	}
	h, err := v.heldTable()
	if err != nil || h.kind != upload.Roster {
		return h, desk.RosterIntake{}, err
	}
	files := []roster.File{{Name: h.name, Data: h.data}}
	if strings.HasSuffix(strings.ToLower(h.name), ".zip") {
		if files, err = roster.Open(h.data, h.name); err != nil {
			return h, desk.RosterIntake{}, err
		}
	}
	in, _, err := v.Desk.IntakeRoster(v.ctx(), v.askFor(c), desk.Roster{Partner: c.by.Partner, Files: files, DryRun: trial, Mode: desk.Delta})
	return h, in, err
}

func (v *visit) previewRoster() error {
	h, in, err := v.roster(true)
	d := importData{frame: v.frame("Enrolments", "/college/enrolments"), Heading: v.say("What this file would change"), File: h.name}
	if problems, wrongRows := errors.AsType[domain.Problems](err); wrongRows {
		return v.putRight(d, problems, rosterPath)
	}
	if r := v.refusal(err); r != nil && r.Kind == domain.Invalid {
		return v.showRosterForm(r.About("file"))
	}
	if err != nil {
		return err
	}
	d.Counts = []count{{in.New, v.say("new")}, {in.Changed, v.say("changed")}, {in.Same, v.say("as before")}, {in.Unmatched, v.say("of students to be matched")}}
	l := list{Caption: v.say("Rows of the file"), Columns: []column{{Name: v.say("Line")}, {Name: v.say("Your number")}, {Name: v.say("Section")}, {Name: v.say("Outcome")}, {Name: v.say("What is other than before")}}}
	for _, r := range in.Rows {
		outcome, known := outcomeWords[r.Outcome]
		if outcome.Text = v.say(outcome.Text); !known {
			outcome = cell{Text: v.say("Waits to be matched"), Tone: toneWarn}
		}
		l.Rows = append(l.Rows, row{{Text: strconv.Itoa(r.Line)}, {Text: r.Student}, {Text: r.Section}, outcome, {Text: strings.Join(r.Changes, ", ")}})
	}
	l = v.cut(l)
	d.Found = []card{{ID: "rows", Title: v.say("Row by row"), Table: &l, Empty: v.say("Nothing in it is other than before.")}}
	d.Lead = v.say("Everything in it is on record already. There is nothing to save.")
	if in.New+in.Changed+in.Unmatched > 0 {
		d.Lead = v.say("Nothing is saved yet. Nothing is taken away because the table does not have it.")
		d.Save = &savingForm{Path: rosterPath + "/" + v.r.PathValue("held"), Key: newKey(), Button: v.say("Save %d rows", in.New+in.Changed+in.Unmatched), Back: rosterPath}
	}
	return show(v, importPage, http.StatusOK, d)
}

func (v *visit) saveRoster() error {
	_, in, err := v.roster(false)
	if _, wrongRows := errors.AsType[domain.Problems](err); wrongRows {
		return v.previewRoster()
	}
	if err != nil {
		return err
	}
	return v.done("/college/enrolments", v.say("Saved: %d new, %d changed, %d of students who wait to be matched.", in.New, in.Changed, in.Unmatched))
}
