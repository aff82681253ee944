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
