package graphql

import (
	"context"
	"sync"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
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
	learner  projections.Learner
	entries  func() (map[domain.Week][]timesheet.Entry, error)
	deciders func() (map[domain.PersonID]string, error)
}

var timesheetType = object("Timesheet", map[string]field[timesheetNode]{
	"id":                 get(func(w timesheetNode) any { return timesheet.Stream(w.Learner, w.Week.Week) }),
	"version":            get(func(w timesheetNode) any { return int(w.Version) }),
	"apprenticeId":       get(func(w timesheetNode) any { return apprenticeID(w.Learner) }),
	"week":               get(func(w timesheetNode) any { return w.Week.Week }),
	"state":              get(func(w timesheetNode) any { return upper(w.State) }),
	"onTheJobMinutes":    get(func(w timesheetNode) any { return w.OnTheJob }),
	"instructionMinutes": get(func(w timesheetNode) any { return w.Instruction }),
	"entries": func(_ context.Context, w timesheetNode, _ args) (any, error) {
		logged, err := w.entries()
		if err != nil {
			return nil, err
		}
		titles, err := w.titles(w.learner)
		return each(logged[w.Week.Week], func(e timesheet.Entry) entryNode { return entryNode{e, titles[e.SpentOn]} }), err
	},
	"reason":      func(ctx context.Context, w timesheetNode, _ args) (any, error) { return w.unseal(ctx, w.Reason) },
	"submittedAt": get(func(w timesheetNode) any { return w.SubmittedAt }),
	"decidedAt":   get(func(w timesheetNode) any { return w.DecidedAt }),
	"decidedBy": func(_ context.Context, w timesheetNode, _ args) (any, error) {
		names, err := w.deciders()
		return optional(names[w.DecidedBy]), err
	},
})

type entryNode struct {
	timesheet.Entry
	title string
}

var hoursEntryType = object("HoursEntry", map[string]field[entryNode]{
	"date":    get(func(e entryNode) any { return e.Date }),
	"kind":    get(func(e entryNode) any { return kindsOfHours[e.Kind] }),
	"spentOn": get(func(e entryNode) any { return e.SpentOn }),
	"title":   get(func(e entryNode) any { return e.title }),
	"minutes": get(func(e entryNode) any { return e.Minutes }),
})

var kindsOfHours = map[timesheet.Kind]string{timesheet.OnTheJob: "ON_THE_JOB", timesheet.RelatedInstruction: "RELATED_INSTRUCTION"}

// timesheetPage is newest first, and empty for partners.
func timesheetPage(ctx context.Context, l apprenticeNode, a args) (any, error) {
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
	if l.outside() {
		return connection{}, nil
	}
	found, err := l.Read.Weeks(ctx, l.ID, before, a.int("first")+1)
	if err != nil {
		return nil, err
	}
	nodes := l.timesheets(ctx, l.Learner, found)
	return connect(nodes, func(w timesheetNode) string { return w.Week.Week.String() }, a), nil
}

func (c *cohort) timesheets(ctx context.Context, l projections.Learner, found []projections.Week) []timesheetNode {
	of := &weeks{cohort: c, learner: l}
	of.entries = sync.OnceValues(func() (map[domain.Week][]timesheet.Entry, error) {
		return c.Read.Entries(ctx, l.ID, each(found, func(w projections.Week) domain.Week { return w.Week })...)
	})
	of.deciders = sync.OnceValues(func() (map[domain.PersonID]string, error) {
		return c.named(ctx, each(found, func(w projections.Week) domain.PersonID { return w.DecidedBy })...)
	})
	return each(found, func(w projections.Week) timesheetNode { return timesheetNode{w, of} })
}

// timesheet is one week as the asker may see it; nil if nothing was logged.
func (c *cohort) timesheet(ctx context.Context, id domain.ApprenticeshipID, week domain.Week) (any, error) {
	l, ok := c.learners[id]
	if !ok || c.outside() {
		return nil, nil
	}
	w, err := c.Read.Week(ctx, id, week)
	if err != nil || w.Version == 0 {
		return nil, err
	}
	return c.timesheets(ctx, l, []projections.Week{w})[0], nil
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
		"returnTimesheet": handedIn(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, week domain.Week, in args) (position, error) {
			return s.Desk.ReturnWeek(ctx, a, id, week, in.text("reason"))
		}),
	}
}

func entriesOf(in args) []timesheet.Entry {
	return each(in.inputs("entries"), func(e args) timesheet.Entry {
		entry := timesheet.Entry{Date: e.date("date"), SpentOn: e.id("spentOn"), Minutes: domain.Minutes(e.int("minutes"))}
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
