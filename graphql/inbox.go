package graphql

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// An inboxItem waits for the asker.
type inboxItem struct {
	projections.InboxItem
	title string
	*cohort
}

var inboxItemType = object("InboxItem", map[string]field[inboxItem]{
	"kind":         get(func(i inboxItem) any { return upper(i.Kind) }),
	"subjectId":    get(func(i inboxItem) any { return i.Subject }),
	"apprenticeId": get(func(i inboxItem) any { return apprenticeID(i.Learner) }),
	"apprenticeName": ask(func(ctx context.Context, i inboxItem, _ args) (any, error) {
		return i.Desk.Name(ctx, i.Name)
	}),
	"title": get(func(i inboxItem) any { return i.title }),
	"since": get(func(i inboxItem) any { return i.Since }),
	"due":   get(func(i inboxItem) any { return i.DueOn }),
})

func (s *Server) inbox(ctx context.Context, by domain.Actor, a args) (any, error) {
	if by.Role == domain.Partner {
		return nil, peopleOnly
	}
	waiting, err := s.Read.Inbox(ctx, by.Person, by.Role, s.Desk.Today())
	if err != nil {
		return nil, err
	}
	c, err := s.cohort(ctx, by, each(waiting, func(i projections.InboxItem) domain.ApprenticeshipID { return i.Learner })...)
	if err != nil {
		return nil, err
	}
	var out []inboxItem
	for _, i := range waiting {
		l, ok := c.learners[i.Learner]
		if !ok || len(out) == a.int("first") {
			continue
		}
		title, err := about(i.Subject, l.Learner)
		if err != nil {
			return nil, err
		}
		out = append(out, inboxItem{i, title, c})
	}
	return out, nil
}

// about says in words what is to be decided.
func about(subject domain.Stream, l projections.Learner) (string, error) {
	p, err := desk.Pathway(l)
	if err != nil {
		return "", err
	}
	if _, week, err := timesheet.ID(subject); err == nil {
		return "Hours of week " + week.String(), nil
	}
	if _, req, err := milestone.ID(subject); err == nil {
		r, _, _ := p.Requirement(req)
		return r.Title, nil
	}
	_, to, err := transition.ID(subject)
	return "The move to " + job(p, to).Title, err
}

// A nextAction is something that comes next for a learner.
type nextAction struct {
	desk.Action
	holder string
	name   string
}

var nextActionType = object("NextAction", map[string]field[nextAction]{
	"title":      get(func(n nextAction) any { return n.Title.String() }),
	"holder":     get(func(n nextAction) any { return n.holder }),
	"holderName": get(func(n nextAction) any { return n.name }),
	"since":      get(func(n nextAction) any { return n.Since }),
	"due":        get(func(n nextAction) any { return n.Due }),
	"subjectId":  get(func(n nextAction) any { return optional(n.Subject) }),
})

// nextActions is empty for partners.
func nextActions(ctx context.Context, l apprenticeNode, _ args) (any, error) {
	if l.outside() {
		return []nextAction{}, nil
	}
	actions, err := l.Desk.Next(ctx, l.by, l.Learner)
	if err != nil {
		return nil, err
	}
	if !l.works {
		actions = slices.DeleteFunc(actions, desk.Action.OfWeeks)
	}
	names, err := l.server.named(ctx, each(actions, func(a desk.Action) domain.PersonID { return a.Person })...)
	return each(actions, func(a desk.Action) nextAction {
		n := nextAction{a, upper(a.Holder), anybody(a.Holder)}
		if a.Person != "" {
			n.name = names[a.Person]
		}
		if a.Kind == desk.DecideMove && a.Holder == domain.Manager && a.Person != l.Supervisor {
			n.holder = "RECEIVING_MANAGER"
		}
		return n
	}), err
}

// anybody names those who act in a capacity.
func anybody(r domain.Role) string {
	switch r {
	case domain.Coordinator:
		return "Workforce development"
	case domain.HR:
		return "Human resources"
	case domain.Security:
		return "Information security"
	case domain.Partner:
		return "The college"
	}
	return "Any " + string(r)
}
