package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A CalendarDay is a day that somebody wants in their calendar. Of their own record it tells what
// it is about. What they have to do about others is told by the day and the kind, with how much
// there is of it: a calendar is read by its provider, and by whoever it is shared with.
type CalendarDay struct {
	Kind    CalendarKind
	On      domain.Date
	Title   string        // of what is theirs: a milestone, a certificate, a cohort, a role
	Subject domain.Stream // what is theirs; empty for what is about others
	Count   int           // how much there is to do about others; 0 for what is theirs
	Due     []Deadline    // these, where each is a deadline: for the house's own pages, and no calendar
	Since   time.Time     // of the latest fact that it follows from, to the day
	Version uint64        // of what is theirs
}

// CalendarKind says what a day is for.
type CalendarKind string

// What is theirs.
const (
	MilestoneDay   CalendarKind = "milestone"        // is planned to be attained
	EvidenceEnds   CalendarKind = "evidence-ends"    // of a milestone, and has to be shown anew
	CertificateEnd CalendarKind = "certificate-ends" // and has to be renewed
	SeatAnswer     CalendarKind = "seat-answer"      // to a seat that is held
	CohortBegins   CalendarKind = "cohort-begins"
	CohortEnds     CalendarKind = "cohort-ends"
	NewRole        CalendarKind = "new-role"
	NewWage        CalendarKind = "new-wage"
	OwnProbation   CalendarKind = "own-probation"
	OwnEvaluation  CalendarKind = "own-evaluation"
	OwnReturn      CalendarKind = "own-return"
	OwnEnd         CalendarKind = "own-end"
	OwnHearing     CalendarKind = "own-hearing" // about a request for a correction; the title is the time
)

// What is to be done about others, until the end of the day. Other deadlines go by their kind.
const (
	DecideHoursBy     CalendarKind = "decide-hours"
	DecideMilestoneBy CalendarKind = "decide-milestone"
	DecideMoveBy      CalendarKind = "decide-move"
	AnswerCorrection  CalendarKind = "answer-correction"
)

// A calendar tells of at most mostDays days: those nearest to today, from pastDays before it. What
// is late is told of however long ago it was due.
const (
	mostDays = 300
	pastDays = 90
)

// LinkCalendar lets whoever knows a secret read the asker's calendar, and nobody who knew an
// earlier one. Only the secret's SHA-256 comes here.
func (d *Desk) LinkCalendar(ctx context.Context, a Ask, hash string) (events.Position, error) {
	return execute(ctx, d, preference.Stream(a.By.Person), preference.Evolve, preference.LinkCalendar{Request: d.request(a), Person: a.By.Person, Hash: hash})
}

// UnlinkCalendar ends that.
func (d *Desk) UnlinkCalendar(ctx context.Context, a Ask) (events.Position, error) {
	return execute(ctx, d, preference.Stream(a.By.Person), preference.Evolve, preference.UnlinkCalendar{Request: d.request(a), Person: a.By.Person})
}

// Calendar returns the days of somebody, the earliest first: in every capacity that they have
// now, as a calendar does not sign in.
func (d *Desk) Calendar(ctx context.Context, id domain.PersonID) ([]CalendarDay, error) {
	who, err := d.Read.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.days(ctx, id, d.Today().AddDays(-pastDays), who.Capacities...)
}

// Soon returns the days of somebody that come soon or are late, the earliest first, with what
// they have to do about others in the capacity in which they act.
func (d *Desk) Soon(ctx context.Context, by domain.Actor) ([]CalendarDay, error) {
	return d.soon(ctx, by.Person, by.Role)
}

// SoonInAll returns what Soon does, in all capacities that somebody has.
func (d *Desk) SoonInAll(ctx context.Context, who projections.Person) ([]CalendarDay, error) {
	return d.soon(ctx, who.ID, who.Capacities...)
}

func (d *Desk) soon(ctx context.Context, id domain.PersonID, capacities ...domain.Role) ([]CalendarDay, error) {
	days, err := d.days(ctx, id, domain.Date{}, capacities...)
	today := d.Today()
	return slices.DeleteFunc(days, func(x CalendarDay) bool {
		switch x.Kind {
		case CohortBegins, CohortEnds, NewRole, NewWage:
			if x.On.Before(today) {
				return true // it came by itself
			}
		}
		return x.soonFrom().After(today)
	}), err
}

// soonDays is how many days ahead people are told of what they have to do.
const soonDays = 14

// soonFrom is the day from which people are told of x.
func (x CalendarDay) soonFrom() domain.Date {
	switch x.Kind {
	case EvidenceEnds, CertificateEnd:
		return x.On.AddDays(-explain.RenewBefore)
	case OwnHearing:
		return domain.DateOf(x.Since) // as soon as the day is set
	}
	return x.On.AddDays(-soonDays)
}

// Decides reports whether x is the last day of requests, which wait among the approvals already.
func (x CalendarDay) Decides() bool {
	return x.Kind == DecideHoursBy || x.Kind == DecideMilestoneBy || x.Kind == DecideMoveBy || x.Kind == AnswerCorrection
}

// News reports whether x, which is soon, is news to somebody who was last told on a day: it came
// into sight after that, or is today, or was missed.
func (x CalendarDay) News(told, today domain.Date) bool {
	appeared := x.soonFrom()
	if since := domain.DateOf(x.Since); since.After(appeared) {
		appeared = since
	}
	after := func(d domain.Date) bool { return d.After(told) && !d.After(today) }
	return !x.Decides() && after(appeared) || after(x.On) || after(x.On.AddDays(1))
}

// days are those of somebody in some capacities, from a first one.
func (d *Desk) days(ctx context.Context, id domain.PersonID, from domain.Date, capacities ...domain.Role) ([]CalendarDay, error) {
	days, err := d.ownDays(ctx, id)
	if err != nil {
		return nil, err
	}
	about := map[otherDay]*CalendarDay{}
	for _, capacity := range capacities {
		if err := d.otherDays(ctx, domain.Actor{Person: id, Role: capacity}, about); err != nil {
			return nil, err
		}
	}
	for _, x := range about {
		days = append(days, *x)
	}
	today := d.Today()
	far := func(x CalendarDay) int { n := x.On.DaysSince(today); return max(n, -n) }
	order := func(a, b CalendarDay) int {
		return cmp.Or(a.On.DaysSince(b.On), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
	}
	days = slices.DeleteFunc(days, func(x CalendarDay) bool { return x.On.IsZero() || x.On.Before(from) })
	slices.SortFunc(days, func(a, b CalendarDay) int { return cmp.Or(far(a)-far(b), order(a, b)) })
	days = days[:min(mostDays, len(days))]
	slices.SortFunc(days, order)
	return days, nil
}

// Clock writes a time of the day.
func Clock(m domain.Minutes) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// ownDays are those of somebody's own record.
func (d *Desk) ownDays(ctx context.Context, id domain.PersonID) (out []CalendarDay, err error) {
	own := func(k CalendarKind, on domain.Date, title string, about domain.Stream, since domain.Date, version uint64) {
		if !on.IsZero() {
			out = append(out, CalendarDay{Kind: k, On: on, Title: title, Subject: about, Since: cmp.Or(since, on).Midnight(), Version: version})
		}
	}
	held, err := d.Read.CredentialsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, c := range held {
		if c.State == projections.CredentialHeld || c.State == projections.CredentialVerified {
			own(CertificateEnd, c.ValidTo, c.Title, credential.Stream(c.ID), c.Since, c.Version)
		}
	}
	asked, err := d.Read.Amendments(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, a := range asked {
		if a.State == projections.AmendmentHearing {
			own(OwnHearing, a.Notice.Day, Clock(a.Notice.Time), amendment.Stream(a.Person, a.Name), a.Notice.Told, a.Version)
		}
	}
	seats, err := d.Read.SeatsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, s := range seats {
		in, err := d.Read.Cohort(ctx, s.Cohort)
		if err != nil {
			return nil, err
		}
		switch {
		case in.State == projections.CohortCancelled:
		case s.Standing == projections.SeatOffered:
			own(SeatAnswer, s.Until, in.Title, cohort.Stream(s.Cohort), s.Since, in.Version)
		case s.Standing == projections.SeatAccepted || s.Standing == projections.SeatEnrolled:
			own(CohortBegins, in.From, in.Title, cohort.Stream(s.Cohort), s.Since, in.Version)
			own(CohortEnds, in.To, in.Title, cohort.Stream(s.Cohort), s.Since, in.Version)
		}
	}
	l, err := d.Read.LearnerOf(ctx, id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return out, nil
	}
	if err != nil || l.Over() {
		return out, err
	}
	return out, d.learningDays(ctx, l, own)
}

// learningDays are those of an apprenticeship.
func (d *Desk) learningDays(ctx context.Context, l projections.Learner, own func(CalendarKind, domain.Date, string, domain.Stream, domain.Date, uint64)) error {
	path, err := Pathway(l)
	if err != nil {
		return err
	}
	begun, err := d.Read.Milestones(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, m := range begun[l.ID] {
		r, _, known := path.Requirement(m.Requirement)
		about := milestone.Stream(l.ID, m.Requirement)
		switch {
		case !known:
		case m.State == pathway.Attained:
			own(EvidenceEnds, m.ValidUntil, r.Title, about, m.Since, m.Version)
		case !m.State.Met():
			own(MilestoneDay, m.Due, r.Title, about, m.Since, m.Version)
		}
	}
	moves, err := d.Read.Transitions(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, t := range moves[l.ID] {
		if stage, _, known := path.Stage(t.To); known && (t.State == projections.TransitionApproved || t.State == projections.TransitionScheduled) {
			own(NewRole, t.EffectiveOn, InSentence(stage.Role.Title), transition.Stream(l.ID, t.To), domain.DateOf(t.Since), t.Version)
		}
	}
	pay, err := d.Read.Pay(ctx, l.ID)
	if err != nil {
		return err
	}
	about := apprenticeship.Stream(l.ID)
	for _, s := range pay[l.ID].Steps {
		if s.State == projections.WageApproved && !s.EffectiveOn.Before(d.Today()) {
			own(NewWage, s.EffectiveOn, "", about, s.DueOn, l.Version)
		}
	}
	programs, err := d.Read.Programs(ctx)
	if err != nil {
		return err
	}
	due, err := appendDeadlines(nil, &l, d.reviewWeeks(programs)[l.Program], domain.Date{})
	for _, x := range due {
		kind := map[DeadlineKind]CalendarKind{EndProbation: OwnProbation, EvaluateDue: OwnEvaluation, ExpectedReturn: OwnReturn, ExpectedEnd: OwnEnd}[x.Kind]
		own(kind, x.DueOn, "", about, cmp.Or(l.LastEvaluation, l.BeganOn), l.Version)
	}
	return err
}

type otherDay struct {
	kind CalendarKind
	on   domain.Date
}

// otherDays adds what an actor has to do about others.
func (d *Desk) otherDays(ctx context.Context, by domain.Actor, about map[otherDay]*CalendarDay) error {
	due := func(k CalendarKind, on domain.Date, since time.Time) *CalendarDay {
		x := about[otherDay{k, on}]
		if x == nil {
			x = &CalendarDay{Kind: k, On: on}
			about[otherDay{k, on}] = x
		}
		if x.Count++; since.After(x.Since) {
			x.Since = since
		}
		return x
	}
	waiting, err := d.decideDays(ctx, by)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		kind := map[projections.InboxKind]CalendarKind{projections.AwaitingHours: DecideHoursBy, projections.AwaitingMilestone: DecideMilestoneBy, projections.AwaitingTransition: DecideMoveBy}[w.Kind]
		due(kind, w.DueOn, w.Since)
	}
	if by.Role != domain.Coordinator && by.Role != domain.Mentor && by.Role != domain.PrivacyOfficer {
		return nil
	}
	if by.Role == domain.PrivacyOfficer {
		asked, err := d.Read.Amendments(ctx, "")
		for _, a := range asked {
			if a.State == projections.AmendmentOpen && a.Person != by.Person {
				due(AnswerCorrection, a.DueOn, a.AskedOn.Midnight())
			}
		}
		return err
	}
	all, err := d.Deadlines(ctx, by)
	for _, x := range all {
		l := x.Learner
		switch x.Kind {
		case DecideOnMove, Renewal, SeatToAccept, PlannedBy:
			continue // told to whose move it is, and to no coordinator besides
		}
		if l.Person == by.Person || by.Role == domain.Mentor && (x.Holder != domain.Mentor || l.Mentor != by.Person) {
			continue
		}
		since := cmp.Or(l.LastEvaluation, l.BeganOn)
		if x.Kind == TellAgency {
			since = x.Filing.Since
		}
		day := due(CalendarKind(x.Kind), x.DueOn, since.Midnight())
		day.Due = append(day.Due, x)
	}
	return err
}

// decideDays are the requests that wait for an actor, each with the last day on which deciding
// it is not late.
func (d *Desk) decideDays(ctx context.Context, by domain.Actor) (out []projections.InboxItem, err error) {
	waiting, err := d.Read.Inbox(ctx, by.Person, by.Role, d.Today())
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	ids := make([]domain.ApprenticeshipID, len(waiting))
	for i, w := range waiting {
		ids[i] = w.Learner
	}
	learners, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{IDs: ids})
	if err != nil {
		return nil, err
	}
	days := map[domain.ApprenticeshipID]int{}
	for _, l := range learners {
		set, err := ruleSet(*l)
		if err != nil {
			return nil, err
		}
		days[l.ID] = set.ApprovalDays
	}
	for _, w := range waiting {
		if given, known := days[w.Learner]; known && w.Person != by.Person {
			w.DueOn = decideBy(w, given, d.Now().Location())
			out = append(out, w)
		}
	}
	return out, nil
}
