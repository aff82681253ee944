package portal

import (
	"net/http"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// ofWeek reads what the address names.
func (v *visit) ofWeek() (l projections.Learner, w domain.Week, err error) {
	if l, err = v.Desk.Learner(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("a"))); err != nil {
		return l, w, err
	}
	w, err = domain.ParseWeek(v.r.PathValue("week"))
	return l, w, err
}

func (v *visit) reviewWeek() error {
	l, w, err := v.ofWeek()
	if err != nil {
		return err
	}
	if l.Person == v.who.ID {
		return v.redirect(weekPath(w))
	}
	d, err := v.weekRequest(l, w)
	if err != nil {
		return err
	}
	return show(v, approvalsPage, http.StatusOK, d)
}

func (v *visit) decideWeek() error {
	l, w, err := v.ofWeek()
	if err != nil {
		return err
	}
	week, err := v.Desk.Read.Week(v.ctx(), l.ID, w)
	if err != nil {
		return err
	}
	first, notice := firstName(v.name(l.Person)), ""
	switch v.field("decision") {
	case "approve":
		notice = v.say("Signed off %s for %s.", (week.OnTheJob + week.Instruction).String(), first)
		if week.State == projections.WeekSubmitted {
			err = v.unseen(weekVersion(week))
		}
		if err == nil {
			_, err = v.Desk.ApproveWeek(v.ctx(), v.ask(), l.ID, w)
		}
	case "return":
		notice = v.say("Sent back to %s.", first)
		_, err = v.Desk.ReturnWeek(v.ctx(), v.ask(), l.ID, w, v.field("reason"))
	default:
		err = domain.Refuse(domain.Invalid, "NO_DECISION", "Choose whether to sign off or to send back.").About("decision")
	}
	return v.settled(err, notice, func() (approvalsData, error) { return v.weekRequest(l, w) })
}

func weekVersion(w projections.Week) string { return strconv.FormatUint(w.Version, 10) }

// weekRequest is the page of one week of hours.
func (v *visit) weekRequest(l projections.Learner, w domain.Week) (approvalsData, error) {
	subject := timesheet.Stream(l.ID, w)
	path, name := requestPath(subject), v.name(l.Person)
	monday := v.day(wholeDay, w.Monday())
	d, err := v.request(v.say("%s, week of %s", name, monday), path)
	if err != nil {
		return d, err
	}
	week, err := v.Desk.Read.Week(v.ctx(), l.ID, w)
	if err != nil {
		return d, err
	}
	if week.State == projections.WeekOpen || !v.Desk.ReadsWork(v.actor(), l) && week.Holder != v.who.ID && week.DecidedBy != v.who.ID {
		return d, domain.Refuse(domain.NotFound, "NOT_SUBMITTED", "These hours were not handed in yet.")
	}
	handed, err := v.Desk.Read.Handed(v.ctx(), desk.RecentWeeks, subject)
	if err != nil {
		return d, err
	}
	rec, err := v.record(l)
	if err != nil {
		return d, err
	}
	if d.Said, err = v.said(rec, subject); err != nil {
		return d, err
	}
	total, first := week.OnTheJob+week.Instruction, firstName(name)
	d.Kind, d.Reference, d.Heading = v.say("Hours"), v.say("week of %s", monday), v.say("%s, %s", name, total.String())
	d.Lead = v.say("Sent on %s. Hours count once they are signed off.", v.day(weekdayDay, domain.DateOf(v.here(week.SubmittedAt))))
	d.About = v.aboutLearner(rec)
	d.Hours = &hoursDocument{Total: total, Usual: desk.UsualWeek(handed[subject].Before)}
	for _, h := range rec.hours {
		d.Hours.Approved += h.Approved
	}
	if week.State == projections.WeekReturned {
		d.Heading = v.say("%s, hours sent back", name)
		d.Hours.Warnings = []string{v.say("The week is with %s again. It is shown here once it comes back.", first)}
		d.Outcome = &outcome{v.say("Sent back"), toneWarn, v.say("%s reads why, changes the week and sends it again.", first), v.name(week.DecidedBy), "", v.next(path)}
		d.Talk = []note{v.noteOf(week.DecidedBy, week.DecidedAt, v.text(week.Reason))}
		return d, nil
	}
	s, err := v.sheet(l, w)
	if err != nil {
		return d, err
	}
	d.Hours.Columns, d.Hours.Days, _ = v.table(s)
	if week.State == projections.WeekApproved {
		d.Hours.Approved -= total
		d.Outcome = &outcome{v.say("Signed off"), toneOK, v.say("%s count from now on. %s sees it on the pathway.", total.String(), first), v.name(week.DecidedBy), "", v.next(path)}
		return d, nil
	}
	for _, o := range desk.Odd(handed[subject]) {
		d.Hours.Warnings = append(d.Hours.Warnings, v.warning(o, first))
	}
	if v.signsOff(week) {
		d.Decision = &decision{
			Path: path, Key: newKey(), Snapshot: weekVersion(week), Field: "decision", Legend: v.say("Are these hours right?"),
			TextField: "reason", To: first, Required: v.say("Needed when you send back"), Submit: v.say("Submit decision"), Summary: total.String(),
			Options: []option{
				{Value: "approve", Label: v.say("Sign off"), Hint: v.say("%s count from now on", total.String())},
				{Value: "return", Label: v.say("Send back"), Hint: v.say("%s corrects the week and sends it again", first)},
			},
		}
	}
	return d, nil
}

// warning says what sets a week apart, in a sentence.
func (v *visit) warning(o desk.Oddity, first string) string {
	switch o.Kind {
	case desk.LongDay:
		return v.say("%s has %s.", v.day(weekdayDay, o.On), o.Minutes.String())
	case desk.MoreThanUsual:
		return v.say("This is %s more than the usual week.", o.Minutes.String())
	case desk.LessThanUsual:
		return v.say("This is %s less than the usual week.", o.Minutes.String())
	}
	return v.say("Fewer than three weeks before this one were signed off, so there is nothing to compare it with. Until then each week of %s is decided by itself.", first)
}

// signsOff reports whether the viewer may decide a week that was handed in: its manager, or
// a coordinator who stands in.
func (v *visit) signsOff(w projections.Week) bool {
	return v.who.Capacity == domain.Coordinator || v.who.Capacity == domain.Manager && w.Holder == v.who.ID
}
