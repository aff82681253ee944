package portal

import (
	"cmp"
	"maps"
	"net/http"
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

func (v *visit) showHours() error {
	s, err := v.ownSheet()
	if err != nil {
		return err
	}
	return v.showSheet(s, http.StatusOK)
}

func (v *visit) showSheet(s hoursSheet, status int, problems ...problem) error {
	d, err := v.hours(s)
	if err != nil {
		return err
	}
	d.Problems = problems
	return show(v, hoursPage, status, d)
}

// ownSheet is the week the address asks for, or this week.
func (v *visit) ownSheet() (hoursSheet, error) {
	l, err := v.Desk.Own(v.ctx(), v.actor())
	if err != nil {
		return hoursSheet{}, err
	}
	w := v.Desk.Today().Week()
	if asked := v.r.URL.Query().Get("week"); asked != "" {
		if w, err = domain.ParseWeek(asked); err != nil {
			return hoursSheet{}, err
		}
	}
	return v.sheet(l, w)
}

func (v *visit) logHours() error {
	s, err := v.ownSheet()
	if err != nil {
		return err
	}
	s.typed = map[string]string{}
	for field := range v.r.PostForm {
		if _, _, ok := parseHoursField(field); ok {
			s.typed[field] = domain.Written(v.field(field))
		}
	}
	switch v.field("action") {
	case "repeat":
		s.repeat()
		return v.showSheet(s, http.StatusOK)
	case "repeat-send":
		s.repeat()
	case "add":
		s.extra = append(s.extra, v.field("add"))
		return v.showSheet(s, http.StatusOK)
	}
	entries := v.entries(&s)
	if len(s.wrong) > 0 {
		return v.refuseHours(s, http.StatusUnprocessableEntity, "")
	}
	var total domain.Minutes
	for _, e := range entries {
		total += e.Minutes
	}
	log, notice := v.Desk.LogHours, v.say("Saved. Send the week when it is complete.")
	if v.field("action") == "send" || v.field("action") == "repeat-send" {
		log, notice = v.Desk.LogAndSubmit, v.say("Sent: %s. %s has the week now.", total, v.name(s.learner.Supervisor))
	}
	if _, _, err := log(v.ctx(), v.ask(), s.week.Week, entries); err != nil {
		r := v.refusal(err)
		if r == nil {
			return err
		}
		if field := s.about(r); field != "" {
			s.wrong[field] = reason(r)
			return v.refuseHours(s, statusOf(r), "")
		}
		return v.refuseHours(s, statusOf(r), reason(r))
	}
	return v.done(weekPath(s.week.Week), notice)
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

// refuseHours shows the form again with all that is to be put right.
func (v *visit) refuseHours(s hoursSheet, status int, why string) error {
	var problems []problem
	if why != "" {
		problems = append(problems, problem{Text: why})
	}
	titles := map[string]string{}
	for _, t := range s.spendable {
		titles[t.ID] = t.Title
	}
	for _, field := range slices.SortedFunc(maps.Keys(s.wrong), byDay) {
		spentOn, on, _ := parseHoursField(field)
		problems = append(problems, problem{field, v.say("%s, %s: %s", v.day(dayOfWeek, on), titles[spentOn], s.wrong[field])})
	}
	return v.showSheet(s, status, problems...)
}

func byDay(a, b string) int {
	_, on, _ := parseHoursField(a)
	_, other, _ := parseHoursField(b)
	return cmp.Or(on.DaysSince(other), cmp.Compare(a, b))
}

func weekPath(w domain.Week) string { return "/hours?week=" + w.String() }

// hours is the page of a sheet.
func (v *visit) hours(s hoursSheet) (d hoursData, err error) {
	w, now := s.week.Week, s.today.Week()
	d = hoursData{
		frame: v.frame("Hours", "/hours"), Week: w, Key: newKey(), Previous: weekPath(w.Add(-1)),
		Manager: v.name(s.learner.Supervisor), Usual: desk.UsualWeek(s.earlier), Keep: v.draft(w.String()), Typed: s.typed != nil,
	}
	if !s.learner.BeganOn.IsZero() && !w.Monday().After(s.today) {
		d.Path = weekPath(w)
	}
	if w != now {
		d.Now = "/hours"
	}
	if w.Monday().Before(now.Monday()) {
		d.Next = weekPath(w.Add(1))
	}
	var total domain.Minutes
	d.Columns, d.Days, total = v.table(s)
	d.Pending = total
	switch s.week.State {
	case projections.WeekSubmitted:
		d.State, d.Since = hoursSent, domain.DateOf(v.here(s.week.SubmittedAt))
	case projections.WeekReturned:
		d.State, d.Since = hoursReturned, domain.DateOf(v.here(s.week.DecidedAt))
		d.Decider, d.Reason = v.name(s.week.DecidedBy), v.text(s.week.Reason)
	case projections.WeekApproved:
		d.State, d.Since = hoursSigned, domain.DateOf(v.here(s.week.DecidedAt))
		d.Decider, d.Approved, d.Pending = v.name(s.week.DecidedBy), total, 0
	default:
		d.State = hoursDraft
	}
	if d.Editable() {
		d.Unfinished = s.today.Before(w.Sunday())
		if len(s.pattern.Entries) > 0 {
			d.Repeatable = v.day(shortDay, s.pattern.Week.Monday())
		}
		if total == 0 && s.typed == nil {
			d.Repeats = v.repeats(s)
		}
		d.Addable = s.addable()
	} else if total == 0 {
		d.Columns = nil
	}
	if d.Recent, err = v.recentHours(s); err != nil {
		return d, err
	}
	d.All, err = v.allHours(s.learner.ID)
	return d, err
}

// allHours tell what of a learner's hours is signed off and what waits, on the job and in class.
func (v *visit) allHours(id domain.ApprenticeshipID) (out []fact, err error) {
	all, err := v.Desk.Read.Hours(v.ctx(), id)
	approved, pending := map[timesheet.Kind]domain.Minutes{}, map[timesheet.Kind]domain.Minutes{}
	for _, h := range all[id] {
		approved[h.Kind] += h.Approved
		pending[h.Kind] += h.Pending
	}
	for _, row := range []struct {
		figure desk.FigureKind
		hours  domain.Minutes
	}{
		{desk.ApprovedMinutes, approved[timesheet.OnTheJob]}, {desk.InstructionMinutes, approved[timesheet.RelatedInstruction]},
		{desk.PendingMinutes, pending[timesheet.OnTheJob]}, {desk.PendingInstruction, pending[timesheet.RelatedInstruction]},
	} {
		if row.hours > 0 || row.figure == desk.ApprovedMinutes {
			out = append(out, fact{v.say(figureWords[row.figure]), row.hours.String()})
		}
	}
	return out, err
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
