package portal

import (
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// recordCSV is the record as one table: what each line is, and what the page says of it.
func (v *visit) recordCSV() error {
	rec, base, err := v.recordOf()
	if err != nil {
		return err
	}
	d, err := v.recordData(rec, base)
	if err != nil {
		return err
	}
	all := list{Columns: []column{{Name: v.say("Part")}, {Name: v.say("What")}}}
	for i := range 7 {
		all.Columns = append(all.Columns, column{Name: v.say("Detail %d", i+1)})
	}
	for _, f := range append(d.Facts, d.Sums...) {
		all.Rows = append(all.Rows, row{{Text: v.say("Summary")}, {Text: f.Label}, {Text: f.Value}})
	}
	for _, part := range d.Parts {
		for _, r := range part.Rows {
			line := row{{Text: part.Caption}}
			for i, c := range r {
				line = append(line, cell{Text: c.Text, Value: c.Value})
				if part.Columns[i].Notes != "" {
					line = append(line, cell{Text: c.Note})
				}
			}
			all.Rows = append(all.Rows, line)
		}
	}
	if d.Said != nil {
		for _, s := range d.Said.Of {
			for _, text := range s.Texts {
				all.Rows = append(all.Rows, row{{Text: v.say("What %s says to the record", d.Said.First)}, {Text: s.Record}, {Text: text}})
			}
		}
	}
	for i, r := range all.Rows {
		for len(r) < len(all.Columns) {
			r = append(r, cell{})
		}
		all.Rows[i] = r[:len(all.Columns)]
	}
	return v.sendCSV("record-"+string(rec.learner.ID), all)
}

// recordHoursCSV has each day's hours on each thing, for those who read weeks. What was not
// handed in is the learner's alone.
func (v *visit) recordHoursCSV() error {
	rec, _, err := v.recordOf()
	if err != nil {
		return err
	}
	if !rec.work {
		return domain.Refuse(domain.NotFound, "NO_SUCH_PAGE", "There is no such page.")
	}
	l, err := v.hoursOf(rec)
	if err != nil {
		return err
	}
	return v.sendCSV("hours-"+string(rec.learner.ID), l)
}

// longestRecord is how many weeks a record has at most: 20 years.
const longestRecord = 20 * 53

func (v *visit) hoursOf(rec record) (list, error) {
	l := list{Columns: []column{{Name: v.say("Day")}, {Name: v.say("Week of")}, {Name: v.say("Work process or course")}, {Name: v.say("Kind")}, {Name: v.say("Minutes")}, {Name: v.say("State")}, {Name: v.say("Signed by")}}}
	weeks, err := v.Desk.Read.Weeks(v.ctx(), rec.learner.ID, domain.Week{}, longestRecord)
	if err != nil {
		return l, err
	}
	known, asked := map[domain.Week]projections.Week{}, []domain.Week(nil)
	for _, w := range weeks {
		if handed := w.State == projections.WeekSubmitted || w.State == projections.WeekApproved; handed || v.who.ID == rec.learner.Person {
			known[w.Week], asked = w, append(asked, w.Week)
		}
	}
	entries, err := v.Desk.Read.Entries(v.ctx(), rec.learner.ID, asked...)
	if err != nil {
		return l, err
	}
	spendable, err := v.Desk.Spendable(v.ctx(), rec.learner)
	if err != nil {
		return l, err
	}
	titles := titlesOf(spendable)
	for i := len(asked) - 1; i >= 0; i-- {
		w := known[asked[i]]
		by := ""
		if w.State == projections.WeekApproved {
			by = v.name(w.DecidedBy)
		}
		for _, e := range entries[w.Week] {
			l.Rows = append(l.Rows, v.hoursLine(e, w, titles[e.SpentOn], by))
		}
	}
	return l, nil
}

func (v *visit) hoursLine(e timesheet.Entry, w projections.Week, title, by string) row {
	if title == "" {
		title = e.SpentOn
	}
	return row{v.dated(e.Date), v.dated(w.Week.Monday()), {Text: title}, {Text: v.say(kindWords[e.Kind])},
		{Text: e.Minutes.String(), Value: strconv.Itoa(int(e.Minutes))}, {Text: v.say(weekWords[w.State])}, {Text: by}}
}

// weekWords name where a week's hours are.
var weekWords = map[projections.WeekState]string{
	projections.WeekOpen: "Not sent yet", projections.WeekSubmitted: "Waiting", projections.WeekApproved: "Signed off", projections.WeekReturned: "Sent back",
}

func titlesOf(all []desk.Spendable) map[string]string {
	titles := map[string]string{}
	for _, s := range all {
		titles[s.ID] = s.Title
	}
	return titles
}
