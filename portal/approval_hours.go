package portal

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/projections"
)

// longDay is what an approver is asked to look at.
var longDay = domain.Hours(12)

// unusual names what sets a week apart: long days, and a total that is far from the usual one.
func unusual(w projections.Week, usual domain.Minutes) (out []string) {
	days := map[domain.Date]domain.Minutes{}
	for _, e := range w.Entries {
		days[e.Date] += e.Minutes
	}
	for i := range 7 {
		if on := w.Week.Monday().AddDays(i); days[on] > longDay {
			out = append(out, on.Format("Monday 2 January")+" has "+days[on].String()+".")
		}
	}
	switch total := w.OnTheJob + w.Instruction; {
	case usual == 0:
	case total*100 > usual*125:
		out = append(out, fmt.Sprintf("%s is %s more than the usual week.", total, total-usual))
	case total*100 < usual*50:
		out = append(out, fmt.Sprintf("%s is %s less than the usual week.", total, usual-total))
	}
	return out
}

// weekOf is a week with its entries, and the usual total of those before it.
func (v *visit) weekOf(id domain.ApprenticeshipID, w domain.Week) (week projections.Week, usual domain.Minutes, err error) {
	if week, err = v.Desk.Read.Week(v.ctx(), id, w); err != nil {
		return week, 0, err
	}
	earlier, err := v.Desk.Read.Weeks(v.ctx(), id, w, recentWeeks)
	return week, usualWeek(earlier), err
}

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
		notice = "Signed off " + (week.OnTheJob + week.Instruction).String() + " for " + first + "."
		if week.State == projections.WeekSubmitted {
			err = v.unseen(weekVersion(week))
		}
		if err == nil {
			_, err = v.Desk.ApproveWeek(v.ctx(), v.ask(), l.ID, w)
		}
	case "return":
		notice = "Sent back to " + first + "."
		_, err = v.Desk.ReturnWeek(v.ctx(), v.ask(), l.ID, w, v.field("reason"))
	default:
		err = domain.Refuse(domain.Invalid, "NO_DECISION", "Choose whether to sign off or to send back.").About("decision")
	}
	return v.settled(err, notice, func() (approvalsData, error) { return v.weekRequest(l, w) })
}

func weekVersion(w projections.Week) string { return strconv.FormatUint(w.Version, 10) }

// weekRequest is the page of one week of hours.
func (v *visit) weekRequest(l projections.Learner, w domain.Week) (approvalsData, error) {
	path := requestPath(timesheet.Stream(l.ID, w))
	name := v.name(l.Person)
	d, err := v.inbox(name+", week of "+w.Monday().Format("2 January"), path)
	if err != nil {
		return d, err
	}
	week, usual, err := v.weekOf(l.ID, w)
	if err != nil {
		return d, err
	}
	if week.State == projections.WeekOpen || !v.Desk.ReadsWork(v.actor(), l) && week.Holder != v.who.ID && week.DecidedBy != v.who.ID {
		return d, domain.Refuse(domain.NotFound, "NOT_SUBMITTED", "These hours were not handed in yet.")
	}
	rec, err := v.record(l)
	if err != nil {
		return d, err
	}
	total, first := week.OnTheJob+week.Instruction, firstName(name)
	d.Kind, d.Reference, d.Heading = "Hours", "week of "+w.Monday().Format("2 Jan 2006"), name+", "+total.String()
	d.Lead = "Sent on " + v.here(week.SubmittedAt).Format("Monday 2 January") + ". Hours count once they are signed off."
	d.About = v.aboutLearner(rec)
	d.Hours = &hoursDocument{Total: total, Usual: usual}
	for _, h := range rec.hours {
		d.Hours.Approved += h.Approved
	}
	if week.State == projections.WeekReturned {
		d.Heading = name + ", hours sent back"
		d.Hours.Warnings = []string{"The week is with " + first + " again. It is shown here once it comes back."}
		d.Outcome = &outcome{"Sent back", toneWarn, first + " changes the week and sends it again.", v.name(week.DecidedBy), "", d.next(path)}
		d.Talk = []note{v.noteOf(week.DecidedBy, week.DecidedAt, v.text(week.Reason))}
		return d, nil
	}
	s, err := v.sheet(l, w)
	if err != nil {
		return d, err
	}
	d.Hours.Columns, d.Hours.Days, _ = s.table()
	if week.State == projections.WeekApproved {
		d.Hours.Approved -= total
		d.Outcome = &outcome{"Signed off", toneOK, total.String() + " count towards " + first + "’s plan now.", v.name(week.DecidedBy), "", d.next(path)}
		return d, nil
	}
	d.Hours.Warnings = unusual(week, usual)
	if v.signsOff(week) {
		d.Decision = &decision{
			Path: path, Key: newKey(), Snapshot: weekVersion(week), Field: "decision", Legend: "Are these hours right?",
			TextField: "reason", To: first, Required: "Needed when you send back", Submit: "Submit decision", Summary: total.String(),
			Options: []option{
				{Value: "approve", Label: "Sign off", Hint: total.String() + " count from now on"},
				{Value: "return", Label: "Send back", Hint: first + " corrects the week and sends it again"},
			},
		}
	}
	return d, nil
}

// signsOff reports whether the viewer may decide a week that was handed in: its manager, or
// a coordinator who stands in.
func (v *visit) signsOff(w projections.Week) bool {
	return v.who.Capacity == domain.Coordinator || v.who.Capacity == domain.Manager && w.Holder == v.who.ID
}
