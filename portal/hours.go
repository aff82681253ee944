package portal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

var hoursRoutes = []route{
	{"GET /hours", (*visit).showHours, everyone},
	{"POST /hours", (*visit).logHours, everyone},
}

var hoursPage = newPage[hoursData]("hours.html", "timesheet.html")

// hoursData is all that hours.html may show: one week of one apprentice's hours. The form
// posts action (save, send, repeat, repeat-send or add), key, add and one hoursField for each
// input.
type hoursData struct {
	frame
	Week       domain.Week
	Path       string // the form posts here; empty when the viewer may only read
	Key        string
	Previous   string // paths
	Next       string
	Now        string // path of this week; empty when the page shows it
	Manager    string // who signs off
	State      hoursState
	Since      domain.Date   // of the state
	Decider    string        // who returned it or signed it off
	Reason     string        // why it was returned
	Repeatable string        // the Monday of the week that "Repeat last week" copies: "9 Nov"
	Repeats    []hoursColumn // what all of that week had, when it can be sent as it was
	Keep       string        // names the draft that the browser keeps
	Typed      bool          // the inputs hold what was typed, not what is on record
	Columns    []hoursColumn
	Addable    []option // more work processes and courses
	Days       []hoursDay
	Approved   domain.Minutes // of this week
	Pending    domain.Minutes
	Usual      domain.Minutes
	Recent     []weekRow // newest first
	All        []fact    // of all weeks
	Unfinished bool      // days of the week are still to come
}

// Quiet says whether the days of a weekend may be left out where there is little room.
func (d hoursData) Quiet() bool { return slices.ContainsFunc(d.Days, hoursDay.Quiet) }

// RepeatTotal is all that would be repeated.
func (d hoursData) RepeatTotal() (m domain.Minutes) {
	for _, c := range d.Repeats {
		m += c.Total
	}
	return m
}

// Waiting are the other weeks that the learner has to do something about.
func (d hoursData) Waiting() (out []weekRow) {
	for _, w := range d.Recent {
		if w.Tone == toneWarn && !w.Current {
			out = append(out, w)
		}
	}
	return out
}

// A weekRow is one week with where its hours are. Brass means that the learner has to act.
type weekRow struct {
	Path, Name string // "9 Nov"
	Hours      domain.Minutes
	Word       string // "Signed off"
	Tone       tone
	Note       string // by whom and when, or why it came back
	Current    bool   // the page shows it
}

// Editable says whether the inputs are open.
func (d hoursData) Editable() bool {
	return d.Path != "" && (d.State == hoursDraft || d.State == hoursReturned)
}

// Total is all of the week's hours.
func (d hoursData) Total() domain.Minutes { return d.Approved + d.Pending }

// ManagerFirst is the first name of who signs off.
func (d hoursData) ManagerFirst() string { return firstName(d.Manager) }

// Monday is the first day of the week.
func (d hoursData) Monday() domain.Date { return d.Week.Monday() }

// Sunday is the last day of the week.
func (d hoursData) Sunday() domain.Date { return d.Week.Sunday() }

// An hoursState is where a week's hours are on their way.
type hoursState string

const (
	hoursDraft    hoursState = "draft"
	hoursSent     hoursState = "sent"
	hoursReturned hoursState = "returned"
	hoursSigned   hoursState = "signed"
)

// An hoursColumn is a work process or a course.
type hoursColumn struct {
	Name  string
	Kind  string // "On the job" or "In class"
	Total domain.Minutes
}

// An hoursDay is one day's row. Its cells are in the order of the columns.
type hoursDay struct {
	Date   domain.Date
	Today  bool
	Closed string // why nothing can be logged: "Before your start on 9 Feb 2026"
	Cells  []hoursCell
	Total  domain.Minutes
}

// Quiet says whether d is of a weekend, open, and holds nothing.
func (d hoursDay) Quiet() bool {
	weekend := d.Date.Weekday() == time.Saturday || d.Date.Weekday() == time.Sunday
	return weekend && !d.Today && d.Closed == "" && d.Total == 0 && !slices.ContainsFunc(d.Cells, func(c hoursCell) bool { return c.Value != "" || c.Error != "" })
}

// An hoursCell is one day's hours on one thing.
type hoursCell struct {
	Field string // made by hoursField
	Value string // as typed, or as written by hoursValue
	Label string // of the column
	Error string
}

// hoursField names the input for what was spent on a work process or course on one day.
func hoursField(spentOn string, on domain.Date) string {
	return "hours." + spentOn + "." + on.String()
}

// parseHoursField reads what hoursField wrote; ok is false for every other input.
func parseHoursField(field string) (spentOn string, on domain.Date, ok bool) {
	rest, found := strings.CutPrefix(field, "hours.")
	spentOn, date, split := strings.Cut(rest, ".")
	on, err := domain.ParseDate(date)
	return spentOn, on, found && split && err == nil && domain.ValidID(spentOn)
}

// hoursValue writes m for an input: "7:30", "8", or nothing for no time.
func hoursValue(m domain.Minutes) string {
	switch {
	case m == 0:
		return ""
	case m%60 == 0:
		return strconv.Itoa(int(m / 60))
	}
	return fmt.Sprintf("%d:%02d", m/60, m%60)
}
