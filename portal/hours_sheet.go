package portal

import (
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// An hoursSheet is one week of a learner: what is on record and, in its place, what was typed.
type hoursSheet struct {
	learner   projections.Learner
	today     domain.Date
	week      projections.Week
	earlier   []projections.Week // newest first, without entries
	pattern   projections.Week   // the newest of earlier that has entries
	spendable []desk.Spendable
	extra     []string          // columns asked for
	typed     map[string]string // by field; nil shows the record
	wrong     fieldErrors       // by field
}

func (v *visit) sheet(l projections.Learner, w domain.Week) (s hoursSheet, err error) {
	s = hoursSheet{learner: l, today: v.Desk.Today(), wrong: fieldErrors{}}
	if s.week, err = v.Desk.Read.Week(v.ctx(), l.ID, w); err != nil {
		return s, err
	}
	if s.earlier, err = v.Desk.Read.Weeks(v.ctx(), l.ID, w, desk.RecentWeeks); err != nil {
		return s, err
	}
	for _, e := range s.earlier {
		if e.OnTheJob+e.Instruction > 0 {
			if s.pattern, err = v.Desk.Read.Week(v.ctx(), l.ID, e.Week); err != nil {
				return s, err
			}
			break
		}
	}
	s.spendable, err = v.Desk.Spendable(v.ctx(), l)
	return s, err
}

// open reports whether hours can be logged on a day.
func (s hoursSheet) open(on domain.Date) bool {
	l := s.learner
	return !l.BeganOn.IsZero() && !on.Before(l.BeganOn) && (l.EndedOn.IsZero() || !on.After(l.EndedOn)) && !on.After(s.today)
}

// closed says why nothing can be logged on a day, or nothing if it can.
func (v *visit) closed(s hoursSheet, on domain.Date) string {
	switch l := s.learner; {
	case s.open(on):
		return ""
	case l.BeganOn.IsZero():
		return v.say("Before your first day")
	case on.Before(l.BeganOn):
		return v.say("Before your start on %s", v.day(wholeDay, l.BeganOn))
	case !l.EndedOn.IsZero() && on.After(l.EndedOn):
		return v.say("After your last day")
	}
	return v.say("Still to come")
}

// columns are what the week has hours on, then what was asked for, then what the weeks
// before it had. A week without any of these begins with the first work processes.
func (s hoursSheet) columns() []desk.Spendable {
	const first = 3
	wanted := map[string]bool{}
	for _, e := range s.week.Entries {
		wanted[e.SpentOn] = true
	}
	for field := range s.typed {
		spentOn, _, _ := parseHoursField(field)
		wanted[spentOn] = true
	}
	for _, id := range s.extra {
		wanted[id] = true
	}
	if s.editable() {
		for _, e := range s.pattern.Entries {
			wanted[e.SpentOn] = true
		}
		if len(wanted) == 0 {
			for _, sp := range s.spendable[:min(first, len(s.spendable))] {
				wanted[sp.ID] = true
			}
		}
	}
	var out []desk.Spendable
	for _, sp := range s.spendable {
		if wanted[sp.ID] {
			out = append(out, sp)
		}
	}
	return out
}

func (s hoursSheet) editable() bool {
	return s.week.State == projections.WeekOpen || s.week.State == projections.WeekReturned
}

// value is what the input for a thing and a day holds, and its minutes if it can be read.
func (s hoursSheet) value(spentOn string, on domain.Date) (string, domain.Minutes) {
	if s.typed != nil {
		text := s.typed[hoursField(spentOn, on)]
		m, err := domain.ParseHours(text)
		if err != nil {
			m = 0
		}
		return text, m
	}
	var m domain.Minutes
	for _, e := range s.week.Entries {
		if e.SpentOn == spentOn && e.Date == on {
			m += e.Minutes
		}
	}
	return hoursValue(m), m
}

// table lays the sheet out by day and column.
func (v *visit) table(s hoursSheet) (columns []hoursColumn, days []hoursDay, total domain.Minutes) {
	things := s.columns()
	columns = make([]hoursColumn, len(things))
	for i, t := range things {
		columns[i] = hoursColumn{Name: t.Title, Kind: v.say(kindWords[t.Kind])}
	}
	for d := range 7 {
		on := s.week.Week.Monday().AddDays(d)
		day := hoursDay{Date: on, Today: on == s.today, Closed: v.closed(s, on)}
		for i, t := range things {
			text, m := s.value(t.ID, on)
			field := hoursField(t.ID, on)
			day.Cells = append(day.Cells, hoursCell{Field: field, Value: text, Label: t.Title, Error: s.wrong[field]})
			day.Total += m
			columns[i].Total += m
		}
		days = append(days, day)
		total += day.Total
	}
	return columns, days, total
}

var kindWords = map[timesheet.Kind]string{timesheet.OnTheJob: "On the job", timesheet.RelatedInstruction: "In class"}

// repeat types what the newest week before had on the same days, where nothing was typed.
func (s *hoursSheet) repeat() {
	for _, e := range s.pattern.Entries {
		on := s.week.Week.Monday().AddDays(e.Date.DaysSince(s.pattern.Week.Monday()))
		field := hoursField(e.SpentOn, on)
		if s.typed[field] == "" && s.open(on) {
			s.typed[field] = hoursValue(e.Minutes)
		}
	}
}

// entries reads what was typed. What cannot be read is told at its field.
func (v *visit) entries(s *hoursSheet) (out []timesheet.Entry) {
	kinds := map[string]timesheet.Kind{}
	for _, t := range s.spendable {
		kinds[t.ID] = t.Kind
	}
	for _, field := range slices.Sorted(maps.Keys(s.typed)) {
		spentOn, on, _ := parseHoursField(field)
		e := timesheet.Entry{Date: on, SpentOn: spentOn, Kind: kinds[spentOn]}
		if text := s.typed[field]; text != "" {
			m, err := domain.ParseHours(text)
			if r := v.refusal(err); r != nil {
				s.wrong[field] = r.Reason
				continue
			}
			e.Minutes = m
		}
		out = append(out, e)
	}
	return out
}

// about is the field with the most hours on the day that a refusal names, empty if it names none.
func (s hoursSheet) about(r *domain.Refusal) (field string) {
	var most domain.Minutes
	for _, f := range slices.Sorted(maps.Keys(s.typed)) {
		spentOn, on, _ := parseHoursField(f)
		if _, m := s.value(spentOn, on); m > most && on == r.Day {
			field, most = f, m
		}
	}
	return field
}

// repeats is what the newest week before had on each thing, if all of it fits into this week.
func (v *visit) repeats(s hoursSheet) []hoursColumn {
	spent := map[string]domain.Minutes{}
	for _, e := range s.pattern.Entries {
		if !s.open(s.week.Week.Monday().AddDays(e.Date.DaysSince(s.pattern.Week.Monday()))) {
			return nil
		}
		spent[e.SpentOn] += e.Minutes
	}
	var out []hoursColumn
	for _, t := range s.spendable {
		if m := spent[t.ID]; m > 0 {
			out = append(out, hoursColumn{Name: t.Title, Total: m})
			delete(spent, t.ID)
		}
	}
	if len(spent) > 0 {
		return nil
	}
	return out
}

func (s hoursSheet) addable() (out []option) {
	shown := s.columns()
	for _, t := range s.spendable {
		if !slices.Contains(shown, t) {
			out = append(out, option{Value: t.ID, Label: t.Title})
		}
	}
	return out
}

// filled is what the inputs add up to.
func (s hoursSheet) filled() (total domain.Minutes) {
	for f := range s.typed {
		spentOn, on, _ := parseHoursField(f)
		_, m := s.value(spentOn, on)
		total += m
	}
	return total
}
