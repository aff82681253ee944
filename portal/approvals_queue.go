package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
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

// waiting is what waits for the viewer, the oldest first. It is asked for once.
func (v *visit) waiting() []projections.InboxItem {
	if v.inbox == nil {
		items, err := v.Desk.Read.Inbox(v.ctx(), v.who.ID, v.who.Capacity, v.Desk.Today())
		v.trouble(err)
		v.inbox = &items
	}
	return *v.inbox
}

// waits is how much waits for the viewer and for their office, as their approvals list it.
func (v *visit) waits() int {
	if v.inbox != nil {
		return len(*v.inbox) + v.countOffice()
	}
	n, err := v.Desk.Read.CountInbox(v.ctx(), v.who.ID, v.who.Capacity, v.Desk.Today())
	v.trouble(err)
	return n + v.countOffice()
}

func (v *visit) approvals() error {
	if !v.decider() {
		return v.home()
	}
	d, err := v.allApprovals()
	if err != nil {
		return err
	}
	return show(v, approvalsPage, http.StatusOK, d)
}

// allApprovals is the page of what waits for the viewer, as the address narrows it.
func (v *visit) allApprovals() (approvalsData, error) {
	all, asked := v.waiting(), v.r.URL.Query()
	office, err := v.office()
	if err != nil {
		return approvalsData{}, err
	}
	d := approvalsData{frame: v.frame("Approvals", "/approvals"), Office: office, All: len(all) + office.All, Lands: v.lands(), Self: v.who.Capacity == domain.Manager}
	d.Live = livePath("")
	d.Queue = queue{All: len(all), Kind: asked.Get("kind"), Seek: domain.Written(asked.Get("q"))}
	d.Queue.Kinds = v.kinds(all, d.Queue)
	found := all
	if d.Queue.Narrowed() {
		var called domain.Stream
		if r, ok := transition.ParseReference(d.Queue.Seek); ok {
			if called, _, err = v.Desk.Read.Referred(v.ctx(), r); err != nil {
				return d, err
			}
		}
		found = slices.DeleteFunc(slices.Clone(all), func(i projections.InboxItem) bool {
			return d.Queue.Kind != "" && d.Queue.Kind != string(i.Kind) || i.Subject != called && !matches(d.Queue.Seek, v.nameIn(i))
		})
	}
	d.Queue.Found = len(found)
	var l list
	from, to := v.part(&l, len(found))
	d.Queue.Previous, d.Queue.Next = l.Previous, l.Next
	return d, v.queue(&d.Queue, found[from:to])
}

// kinds are the kinds of what waits, each with how many there are, as links that show one.
func (v *visit) kinds(all []projections.InboxItem, shown queue) (out []navItem) {
	count := map[projections.InboxKind]int{}
	for _, i := range all {
		count[i.Kind]++
	}
	if len(count) < 2 && shown.Kind == "" {
		return nil
	}
	to := func(kind projections.InboxKind) string {
		q := url.Values{}
		for key, value := range map[string]string{"kind": string(kind), "q": shown.Seek} {
			if value != "" {
				q.Set(key, value)
			}
		}
		return (&url.URL{Path: "/approvals", RawQuery: q.Encode()}).String()
	}
	out = []navItem{{Label: v.say("All requests"), Href: to(""), Count: len(all), Current: shown.Kind == ""}}
	for _, k := range kindsOfRequests {
		if count[k.kind] > 0 || shown.Kind == string(k.kind) {
			out = append(out, navItem{Label: v.say(k.many), Href: to(k.kind), Count: count[k.kind], Current: shown.Kind == string(k.kind)})
		}
	}
	return out
}

// besideRequest is how many requests are listed beside one that is open.
const besideRequest = 12

// request is the page of one request, at path, with what waits around it.
func (v *visit) request(title, path string) (approvalsData, error) {
	all := v.waiting()
	d := approvalsData{frame: v.frame(title, "/approvals"), Reader: !v.decider()}
	d.Live = livePath("")
	d.Queue.All, d.Queue.Found = len(all), len(all)
	if v.decider() {
		d.Office.All = v.countOffice()
	}
	at := slices.IndexFunc(all, func(i projections.InboxItem) bool { return requestPath(i.Subject) == path })
	first := max(0, min(at-2, len(all)-besideRequest))
	err := v.queue(&d.Queue, all[first:min(first+besideRequest, len(all))])
	d.Queue.Bulk = "" // one at a time beside an open request
	for i := range d.Queue.Items {
		d.Queue.Items[i].Current = d.Queue.Items[i].Path == path
	}
	return d, err
}

// queue tells of items what speaks for them.
func (v *visit) queue(q *queue, items []projections.InboxItem) error {
	matters, err := v.Desk.Matters(v.ctx(), items)
	if err != nil {
		return err
	}
	for _, m := range matters {
		i := v.queued(m)
		if i.ID != "" {
			q.Bulk, q.BulkKey = "/approvals/hours", newKey()
		}
		q.Items = append(q.Items, i)
	}
	return nil
}

func (v *visit) queued(m desk.Matter) queueItem {
	q := queueItem{Path: requestPath(m.Subject), Who: v.nameIn(m.InboxItem), Kind: v.kindOf(m.Kind), Age: v.age(m.Since), Late: m.Late(v.Desk.Today())}
	if q.Late {
		q.Age = v.say("Late, waits %d days", v.days(m.Since))
	}
	q.Initials = initials(q.Who)
	if m.Assignee != "" && m.Assignee != v.who.ID {
		q.For = v.name(m.Assignee)
	}
	switch m.Kind {
	case projections.AwaitingHours:
		if m.Of.Supervisor != v.who.ID && m.Of.Delegate == v.who.ID {
			q.For = v.name(m.Of.Supervisor)
		}
		w := m.Week.Week
		q.What, q.Sound = v.say("%s, week of %s", (w.OnTheJob+w.Instruction).String(), v.day(shortDay, w.Week.Monday())), v.say("Like other weeks")
		if len(m.Odd) > 0 {
			q.Sound, q.Blocked = v.odd(m.Odd[0]), m.Odd[0].Kind != desk.NothingUsual
			q.Plain = !q.Blocked
		} else {
			q.ID, q.Minutes = string(m.Learner)+"."+w.Week.String(), int(w.OnTheJob+w.Instruction)
		}
	case projections.AwaitingMilestone:
		q.What, q.Sound = m.Required.Title, v.say("%d pieces of evidence", len(m.Milestone.Evidence))
		q.Plain = true
	case projections.AwaitingTransition:
		q.Reference = m.Move.Reference.String()
		q.What = v.say("%s to %s", m.Ready.Stage.Role.Title, desk.InSentence(m.To.Title))
		q.Sound, q.Blocked = v.say("%d of %d met", pathway.CountMet(m.Ready.Findings), len(m.Ready.Findings)), !m.Sound()
		if m.Ready.Snapshot != m.Move.Snapshot {
			q.Sound = v.say("The evidence changed")
		}
	case projections.AwaitingErasure:
		q.What, q.Sound, q.Plain = v.say("Personal data"), v.say("Needs a second person"), true
	}
	return q
}

// odd says what sets a week apart, in a few words.
func (v *visit) odd(o desk.Oddity) string {
	switch o.Kind {
	case desk.LongDay:
		return v.say("%s on %s", o.Minutes.String(), v.day(namedDay, o.On))
	case desk.MoreThanUsual:
		return v.say("%s more than usual", o.Minutes.String())
	case desk.LessThanUsual:
		return v.say("%s less than usual", o.Minutes.String())
	}
	return v.say("Too few weeks to compare with")
}

func (v *visit) kindOf(k projections.InboxKind) string {
	for _, known := range kindsOfRequests {
		if known.kind == k {
			return v.say(known.one)
		}
	}
	return ""
}

// nameIn is the name of the apprentice that something waits about.
func (v *visit) nameIn(i projections.InboxItem) string {
	if name, known := v.names[i.Person]; known {
		return name
	}
	name, err := v.Desk.Name(v.ctx(), i.Name)
	v.trouble(err)
	v.names[i.Person] = name
	return name
}

// age says for how long something has waited.
func (v *visit) age(since time.Time) string {
	return v.say("%d days", v.days(since))
}

// days is for how many something has waited.
func (v *visit) days(since time.Time) int {
	return max(0, v.Desk.Today().DaysSince(domain.DateOf(v.here(since))))
}

// next is the oldest request that waits besides the one at path.
func (v *visit) next(path string) *link {
	for _, i := range v.waiting() {
		if to := requestPath(i.Subject); to != path {
			return &link{v.say("Next: %s, %s", v.nameIn(i), desk.InSentence(v.kindOf(i.Kind))), to}
		}
	}
	return nil
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
		inputs := map[string]string{dec.Field: dec.Field, dec.TextField: dec.TextField}
		for i, in := range dec.Inputs {
			dec.Inputs[i].Value, inputs[in.Name] = v.field(in.Name), in.ID()
		}
		d.Problems, dec.Errors = wrong(r, inputs)
		for i, in := range dec.Inputs {
			dec.Inputs[i].Error = dec.Errors[in.Name]
		}
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

// aboutLearner is what to know of a learner beside a request.
func (v *visit) aboutLearner(rec record) *about {
	attained, _, need := tally(rec.required(), rec.milestones)
	facts := []fact{
		{v.say("Role now"), rec.ready.Stage.Role.Title},
		{v.say("In this role since"), v.day(wholeDay, rec.since())},
		{v.say("Hours in the role"), v.hoursInRole(rec)},
		{v.say("Milestones"), v.say("%d of %d", attained, need)},
		{v.say("Mentor"), v.name(rec.learner.Mentor)},
	}
	return &about{firstName(v.name(rec.learner.Person)), facts, "/apprentices/" + string(rec.learner.ID)}
}

// weekID reads the value of a box for a week: the apprenticeship and the week, joined by a point.
func weekID(id string) (desk.WeekRef, domain.Stream, error) {
	at := strings.LastIndex(id, ".")
	if at < 0 {
		return desk.WeekRef{}, "", domain.Refuse(domain.Invalid, "BAD_WEEK", "This does not name a week of anybody.")
	}
	w, err := domain.ParseWeek(id[at+1:])
	ref := desk.WeekRef{Learner: domain.ApprenticeshipID(id[:at]), Week: w}
	return ref, timesheet.Stream(ref.Learner, w), err
}
