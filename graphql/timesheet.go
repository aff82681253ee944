package graphql

import (
	"context"
	"sync"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A timesheetNode is one week of a learner, among others that were asked for.
type timesheetNode struct {
	projections.Week
	*weeks
}

// weeks of one learner are answered together.
type weeks struct {
	*cohort
	learner     projections.Learner
	entries     func() (map[domain.Week][]timesheet.Entry, error)
	corrections func() (map[domain.Week][]projections.Correction, error)
	deciders    func() (map[domain.PersonID]string, error)
}

var timesheetType = object("Timesheet", map[string]field[timesheetNode]{
	"id":                 get(func(w timesheetNode) any { return timesheet.Stream(w.Learner, w.Week.Week) }),
	"version":            get(func(w timesheetNode) any { return int(w.Version) }),
	"apprenticeId":       get(func(w timesheetNode) any { return apprenticeID(w.Learner) }),
	"week":               get(func(w timesheetNode) any { return w.Week.Week }),
	"state":              get(func(w timesheetNode) any { return upper(w.State) }),
	"onTheJobMinutes":    get(func(w timesheetNode) any { return w.OnTheJob }),
	"instructionMinutes": get(func(w timesheetNode) any { return w.Instruction }),
	"entries": ask(func(_ context.Context, w timesheetNode, _ args) (any, error) {
		logged, err := w.entries()
		if err != nil {
			return nil, err
		}
		titles, err := w.titles(w.learner)
		return each(logged[w.Week.Week], func(e timesheet.Entry) entryNode { return entryNode{e, titles[e.SpentOn]} }), err
	}),
	"corrections": ask(func(_ context.Context, w timesheetNode, _ args) (any, error) {
		made, err := w.corrections()
		if err != nil {
			return nil, err
		}
		return each(made[w.Week.Week], func(c projections.Correction) correctionNode { return correctionNode{c, w.weeks} }), nil
	}),
	"holder": ask(func(_ context.Context, w timesheetNode, _ args) (any, error) {
		names, err := w.deciders()
		return optional(names[w.Holder]), err
	}),
	"reason":      ask(func(ctx context.Context, w timesheetNode, _ args) (any, error) { return w.unseal(ctx, w.Reason) }),
	"submittedAt": get(func(w timesheetNode) any { return w.SubmittedAt }),
	"decidedAt":   get(func(w timesheetNode) any { return w.DecidedAt }),
	"decidedBy": ask(func(_ context.Context, w timesheetNode, _ args) (any, error) {
		names, err := w.deciders()
		return optional(names[w.DecidedBy]), err
	}),
})

type entryNode struct {
	timesheet.Entry
	title string
}

// A correctionNode is something that was put right in one of the weeks.
type correctionNode struct {
	projections.Correction
	*weeks
}

var hoursCorrectionType = object("HoursCorrection", map[string]field[correctionNode]{
	"entry":      get(func(c correctionNode) any { return c.Entry }),
	"wasMinutes": get(func(c correctionNode) any { return c.Was }),
	"minutes":    get(func(c correctionNode) any { return c.Now }),
	"reason":     ask(func(ctx context.Context, c correctionNode, _ args) (any, error) { return c.unseal(ctx, c.Reason) }),
	"by": ask(func(ctx context.Context, c correctionNode, _ args) (any, error) {
		names, err := c.server.named(ctx, c.By)
		return optional(names[c.By]), err
	}),
	"at": get(func(c correctionNode) any { return c.At }),
})

var hoursEntryType = object("HoursEntry", map[string]field[entryNode]{
	"id":      get(func(e entryNode) any { return e.ID() }),
	"date":    get(func(e entryNode) any { return e.Date }),
	"kind":    get(func(e entryNode) any { return kindsOfHours[e.Kind] }),
	"spentOn": get(func(e entryNode) any { return e.SpentOn }),
	"title":   get(func(e entryNode) any { return e.title }),
	"minutes": get(func(e entryNode) any { return e.Minutes }),
	"site":    get(func(e entryNode) any { return optional(e.Site) }),
	"basis":   get(func(e entryNode) any { return optional(upper(e.Basis)) }),
	"pay":     get(func(e entryNode) any { return optional(upper(e.Pay)) }),
})

var kindsOfHours = map[timesheet.Kind]string{timesheet.OnTheJob: "ON_THE_JOB", timesheet.RelatedInstruction: "RELATED_INSTRUCTION"}

func (w timesheetNode) key() string { return w.Week.Week.String() }

// timesheetPage is newest first, and empty for those who read totals and for partners.
func timesheetPage(ctx context.Context, l apprenticeNode, a args) (*page[timesheetNode], error) {
	var before domain.Week
	after, err := following(a)
	if err != nil {
		return nil, err
	}
	if after != "" {
		if before, err = domain.ParseWeek(after); err != nil {
			return nil, badCursor
		}
	}
	if !l.works {
		return new(page[timesheetNode]), nil
	}
	found, err := l.Read.Weeks(ctx, l.ID, before, a.int("first")+1)
	if err != nil {
		return nil, err
	}
	nodes := l.timesheets(ctx, l.Learner, found)
	return connect(nodes, a), nil
}

func (c *cohort) timesheets(ctx context.Context, l projections.Learner, found []projections.Week) []timesheetNode {
	of := &weeks{cohort: c, learner: l}
	of.entries = sync.OnceValues(func() (map[domain.Week][]timesheet.Entry, error) {
		return c.Read.Entries(ctx, l.ID, each(found, func(w projections.Week) domain.Week { return w.Week })...)
	})
	of.corrections = sync.OnceValues(func() (map[domain.Week][]projections.Correction, error) { return c.Read.Corrections(ctx, l.ID) })
	of.deciders = sync.OnceValues(func() (map[domain.PersonID]string, error) {
		var who []domain.PersonID
		for _, w := range found {
			who = append(who, w.DecidedBy, w.Holder)
		}
		return c.server.named(ctx, who...)
	})
	return each(found, func(w projections.Week) timesheetNode { return timesheetNode{w, of} })
}

// timesheet is one week as the asker may see it, or nil: those who read totals see the weeks that
// are or were with them.
func (c *cohort) timesheet(ctx context.Context, id domain.ApprenticeshipID, week domain.Week) (any, error) {
	l, ok := c.learners[id]
	if !ok || c.outside() {
		return nil, nil
	}
	w, err := c.Read.Week(ctx, id, week)
	if err != nil || w.Version == 0 || !l.works && w.Holder != c.by.Person && w.DecidedBy != c.by.Person {
		return nil, err
	}
	return c.timesheets(ctx, l.Learner, []projections.Week{w})[0], nil
}

func timesheetCommands(s *Server) map[string]command {
	own := func(do func(context.Context, desk.Ask, domain.Week, args) (domain.ApprenticeshipID, position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			week := in.week("week")
			id, p, err := do(ctx, a, week, in)
			return timesheet.Stream(id, week), p, err
		})
	}
	handedIn := func(do func(context.Context, desk.Ask, domain.ApprenticeshipID, domain.Week, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, week, err := pairOf(in, "timesheetId", timesheet.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, week, in)
			return timesheet.Stream(id, week), p, err
		})
	}
	return map[string]command{
		"logHours": own(func(ctx context.Context, a desk.Ask, week domain.Week, in args) (domain.ApprenticeshipID, position, error) {
			return s.Desk.LogHours(ctx, a, week, entriesOf(in))
		}),
		"submitTimesheet": own(func(ctx context.Context, a desk.Ask, week domain.Week, _ args) (domain.ApprenticeshipID, position, error) {
			return s.Desk.SubmitWeek(ctx, a, week)
		}),
		"approveTimesheet": handedIn(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, week domain.Week, _ args) (position, error) {
			return s.Desk.ApproveWeek(ctx, a, id, week)
		}),
		"handOverTimesheet": handedIn(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, week domain.Week, in args) (position, error) {
			to, err := idOf(in, "to", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.HandWeekOver(ctx, a, id, week, to)
		}),
		"reopenTimesheet": handedIn(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, week domain.Week, in args) (position, error) {
			return s.Desk.ReopenWeek(ctx, a, id, week, in.text("reason"))
		}),
		"correctHours": handedIn(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, week domain.Week, in args) (position, error) {
			return s.Desk.CorrectHours(ctx, a, id, week, domain.EntryID(in.id("entry")), domain.Minutes(in.int("minutes")), in.text("reason"))
		}),
		"returnTimesheet": handedIn(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, week domain.Week, in args) (position, error) {
			return s.Desk.ReturnWeek(ctx, a, id, week, in.text("reason"))
		}),
	}
}

// bulk is the outcome of a request about several objects: one payload for each, or why
// nothing was tried.
type bulk struct {
	results []payload
	refused []*domain.Refusal
}

var approveTimesheetsPayloadType = object("ApproveTimesheetsPayload", map[string]field[bulk]{
	"results": get(func(b bulk) any { return b.results }),
	"position": get(func(b bulk) any {
		var last position
		for _, p := range b.results {
			last = max(last, p.position)
		}
		if last == 0 {
			return nil
		}
		return positionText(last)
	}),
	"userErrors": get(func(b bulk) any { return b.refused }),
})

// approveTimesheets signs several weeks off. Asking again with the same key gives what was
// answered before for those that were signed off, and tries the others anew.
func (s *Server) approveTimesheets(ctx context.Context, _ root, a args) (any, error) {
	by, err := asker(ctx)
	if err != nil {
		return nil, err
	}
	in := a.input("input")
	ids := in.ids("timesheetIds")
	ask, err := forPeople(nil).ask(by, "approveTimesheets", in)
	if err == nil && len(ids) > desk.MaxWeeks {
		err = domain.Refuse(domain.Invalid, "TOO_MANY", "At most %d weeks can be signed off at once.", desk.MaxWeeks).About("timesheetIds")
	}
	if r := domain.AsRefusal(err); r != nil {
		return bulk{refused: []*domain.Refusal{r}}, nil
	}
	if err != nil {
		return nil, err
	}
	weeks := make([]desk.WeekRef, len(ids))
	for i, id := range ids {
		learner, week, err := timesheet.ID(domain.Stream(id))
		if err != nil || !wellFormed(domain.Stream(id)) {
			r := domain.Refuse(domain.Invalid, "BAD_ID", "%q is not the id of a timesheet. Pass an id as it was answered, unchanged.", clip(id)).About("timesheetIds")
			return bulk{refused: []*domain.Refusal{r}}, nil
		}
		weeks[i] = desk.WeekRef{Learner: learner, Week: week}
	}
	var out bulk
	for i, signed := range s.Desk.ApproveWeeks(ctx, ask, weeks) {
		p := payload{position: signed.At, refused: domain.AsRefusal(signed.Err)}
		if signed.Err != nil && p.refused == nil {
			return nil, signed.Err
		}
		if p.refused == nil {
			if p.object, err = s.object(ctx, by, domain.Stream(ids[i])); err != nil {
				return nil, err
			}
		}
		out.results = append(out.results, p)
	}
	return out, nil
}

func entriesOf(in args) []timesheet.Entry {
	return each(in.inputs("entries"), func(e args) timesheet.Entry {
		entry := timesheet.Entry{
			Date: e.date("date"), SpentOn: e.id("spentOn"), Minutes: domain.Minutes(e.int("minutes")),
			Site: domain.SiteID(e.id("site")), Basis: lower[timesheet.Basis](e.enum("basis")), Pay: lower[timesheet.Pay](e.enum("pay")),
		}
		for kind, name := range kindsOfHours {
			if name == e.enum("kind") {
				entry.Kind = kind
			}
		}
		return entry
	})
}

// unseal reads a text about a learner; an empty one is null.
func (c *cohort) unseal(ctx context.Context, text domain.Sealed) (any, error) {
	plain, err := c.Desk.Text(ctx, text)
	return optional(plain), err
}

// dayOf is the day of an instant; no instant has no day.
func dayOf(t time.Time) domain.Date {
	if t.IsZero() {
		return domain.Date{}
	}
	return domain.DateOf(t)
}
