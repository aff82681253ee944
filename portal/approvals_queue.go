package portal

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// decider reports whether requests can wait for the viewer.
func (v *visit) decider() bool {
	return v.who.Capacity != domain.Apprentice && v.who.Capacity != domain.Auditor
}

func (v *visit) approvals() error {
	if !v.decider() {
		return v.home()
	}
	d, err := v.inbox("Approvals", "")
	if err != nil {
		return err
	}
	return show(v, approvalsPage, http.StatusOK, d)
}

// inbox is an approvals page with what waits for the viewer, and the request at path in it
// as the current one.
func (v *visit) inbox(title, path string) (approvalsData, error) {
	d := approvalsData{frame: v.frame(title, "/approvals"), BulkKey: newKey(), Reader: !v.decider()}
	d.Live = livePath("")
	items, err := v.Desk.Read.Inbox(v.ctx(), v.who.ID, v.who.Capacity, v.Desk.Today())
	if err != nil {
		return d, err
	}
	for _, i := range items {
		q, err := v.queued(i)
		if err != nil {
			return d, err
		}
		q.Current = q.Path == path
		if q.ID != "" {
			d.Bulk = "/approvals/hours"
		}
		d.Queue = append(d.Queue, q)
	}
	return d, nil
}

func (v *visit) queued(i projections.InboxItem) (queueItem, error) {
	q := queueItem{Path: requestPath(i.Subject), Who: v.name(i.Person), Age: v.age(i.Since)}
	q.Initials = initials(q.Who)
	q.Late = desk.Late(i.Since, v.Desk.Now()) || !i.DueOn.IsZero() && i.DueOn.Before(v.Desk.Today())
	var err error
	switch i.Kind {
	case projections.AwaitingHours:
		err = v.queueWeek(&q, i)
	case projections.AwaitingMilestone:
		err = v.queueMilestone(&q, i)
	case projections.AwaitingTransition:
		err = v.queueMove(&q, i)
	}
	return q, err
}

func (v *visit) queueWeek(q *queueItem, i projections.InboxItem) error {
	_, w, err := timesheet.ID(i.Subject)
	if err != nil {
		return err
	}
	week, usual, err := v.weekOf(i.Learner, w)
	if err != nil {
		return err
	}
	q.Kind, q.What, q.Sound = "Hours", (week.OnTheJob+week.Instruction).String()+", week of "+w.Monday().Format("2 Jan"), "Like other weeks"
	if usual == 0 {
		q.Sound = "No long day"
	}
	if len(unusual(week, usual)) > 0 {
		q.Sound, q.Blocked = "Look at the days", true
	} else {
		q.ID = string(i.Learner) + "." + w.String()
	}
	return nil
}

func (v *visit) queueMilestone(q *queueItem, i projections.InboxItem) error {
	_, req, err := milestones.ID(i.Subject)
	if err != nil {
		return err
	}
	l, err := v.Desk.Read.Learner(v.ctx(), i.Learner)
	if err != nil {
		return err
	}
	p, err := desk.Pathway(l)
	if err != nil {
		return err
	}
	m, _, err := v.Desk.Read.Milestone(v.ctx(), i.Learner, req)
	r, _, _ := p.Requirement(req)
	q.Kind, q.What, q.Sound = "Milestone", r.Title, counted(len(m.Evidence), "piece", "pieces")
	return err
}

func (v *visit) queueMove(q *queueItem, i projections.InboxItem) error {
	_, to, err := transition.ID(i.Subject)
	if err != nil {
		return err
	}
	m, err := v.moveOf(i.Learner, to)
	if err != nil {
		return err
	}
	met, of := pathway.CountMet(m.ready.Findings), len(m.ready.Findings)
	q.Kind, q.What = "Role change", m.ready.Stage.Role.Title+" to "+desk.InSentence(m.to.Title)
	q.Sound, q.Blocked = fmt.Sprintf("%d of %d met", met, of), met < of
	if m.ready.Snapshot != m.move.Snapshot {
		q.Sound, q.Blocked = "The evidence changed", true
	}
	return nil
}

// age says for how long something has waited.
func (v *visit) age(since time.Time) string {
	switch days := v.Desk.Today().DaysSince(domain.DateOf(v.here(since))); days {
	case 0:
		return "Today"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", days)
	}
}

// signOffWeeks signs off the weeks that were ticked. What cannot be signed off is told, the
// rest is done.
func (v *visit) signOffWeeks() error {
	ask := v.ask()
	key := ask.Key
	var done int
	var trouble []problem
	status := http.StatusUnprocessableEntity
	ids := v.r.PostForm["id"]
	for _, id := range ids {
		a, week, _ := strings.Cut(id, ".")
		w, err := domain.ParseWeek(week)
		if err == nil {
			if key != "" {
				ask.Key = key + "." + id
			}
			_, err = v.Desk.ApproveWeek(v.ctx(), ask, domain.ApprenticeshipID(a), w)
		}
		switch r := v.refusal(err); {
		case r != nil:
			status = statusOf(r)
			trouble = append(trouble, problem{Text: "Week " + week + ": " + reason(r)})
		case err != nil:
			return err
		default:
			done++
		}
	}
	if len(ids) == 0 {
		trouble = append(trouble, problem{Text: "Tick at least one week of hours."})
	}
	if len(trouble) == 0 {
		return v.done("/approvals", "Signed off "+counted(done, "week", "weeks")+" of hours.")
	}
	d, err := v.inbox("Approvals", "")
	if err != nil {
		return err
	}
	d.Problems = trouble
	if done > 0 {
		d.Notice = "Signed off " + counted(done, "week", "weeks") + " of hours."
	}
	return show(v, approvalsPage, status, d)
}

// settled answers a decision: it leads back to the request, or shows it again with why the
// decision was not taken and what was typed.
func (v *visit) settled(err error, notice string, again func() (approvalsData, error)) error {
	if err == nil {
		return v.done(v.r.URL.Path, notice)
	}
	r := v.refusal(err)
	if r == nil {
		return err
	}
	d, err := again()
	if err != nil {
		return err
	}
	d.Problems = []problem{{Text: reason(r)}}
	if dec := d.Decision; dec != nil {
		d.Problems, dec.Errors = wrong(r, map[string]string{dec.Field: dec.Field, dec.TextField: dec.TextField})
		dec.Message = v.field(dec.TextField)
		for i := range dec.Options {
			dec.Options[i].Chosen = dec.Options[i].Value == v.field(dec.Field)
		}
	}
	return show(v, approvalsPage, statusOf(r), d)
}

// unseen refuses a decision on something that is not what the viewer saw any more.
func (v *visit) unseen(version string) error {
	if v.field("snapshot") == version {
		return nil
	}
	return domain.Refuse(domain.Conflict, "CHANGED_MEANWHILE", "This changed after you opened it. Look at it again, then decide.")
}

// next is the first request that waits besides the one at path.
func (d approvalsData) next(path string) *link {
	at := slices.IndexFunc(d.Queue, func(q queueItem) bool { return q.Path != path })
	if at < 0 {
		return nil
	}
	return &link{d.Queue[at].Who + ", " + desk.InSentence(d.Queue[at].Kind), d.Queue[at].Path}
}

// aboutLearner is what to know of a learner beside a request.
func (v *visit) aboutLearner(rec record) *about {
	attained, _, need := tally(rec.required(), rec.milestones)
	facts := []fact{
		{"Role now", rec.ready.Stage.Role.Title},
		{"Since", rec.since().Format("2 Jan 2006")},
		{"Hours in the role", v.hoursInRole(rec)},
		{"Milestones", fmt.Sprintf("%d of %d", attained, need)},
		{"Mentor", v.name(rec.learner.Mentor)},
	}
	return &about{firstName(v.name(rec.learner.Person)), facts, "/apprentices/" + string(rec.learner.ID)}
}
