package graphql

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	academy "github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// An activityNode is an activity, with those of its participants whom the asker may see.
type activityNode struct {
	projections.LearningActivity
	seen     map[domain.PersonID]string // names
	partners map[domain.PartnerID]projections.Partner
	money    bool // the asker may know who pays
	server   *Server
}

var activityType = object("Activity", map[string]field[activityNode]{
	"id":        get(func(n activityNode) any { return activity.Stream(n.ID) }),
	"version":   get(func(n activityNode) any { return int(n.Version) }),
	"title":     get(func(n activityNode) any { return n.Subject.Title }),
	"format":    get(func(n activityNode) any { return formatOf(n.Subject.Format) }),
	"topic":     get(func(n activityNode) any { return topicOf(n.Subject.Topic) }),
	"delivery":  get(func(n activityNode) any { return upper(n.Subject.Delivery) }),
	"timeBasis": get(func(n activityNode) any { return optional(upper(n.Subject.TimeBasis)) }),
	"partner": get(func(n activityNode) any {
		if n.Subject.Partner == "" {
			return nil
		}
		return institution(n.partners[n.Subject.Partner])
	}),
	"cohortId": get(func(n activityNode) any {
		if n.Subject.Cohort == "" {
			return nil
		}
		return academy.Stream(n.Subject.Cohort)
	}),
	"siteId":     get(func(n activityNode) any { return optional(n.Subject.Site) }),
	"department": get(func(n activityNode) any { return optional(n.Subject.Department) }),
	"mandatory":  get(func(n activityNode) any { return n.Subject.Mandatory }),
	"costCents":  get(func(n activityNode) any { return optional(n.Subject.Cost) }),
	"fundingId": get(func(n activityNode) any {
		if !n.money || n.Subject.Funding == "" {
			return nil
		}
		return funding.Stream(n.Subject.Funding)
	}),
	"state":      get(func(n activityNode) any { return upper(n.State) }),
	"since":      get(func(n activityNode) any { return n.Since }),
	"enrolledOn": get(func(n activityNode) any { return n.EnrolledOn }),
	"minutes":    get(func(n activityNode) any { return optional(n.Result.Minutes) }),
	"score": get(func(n activityNode) any {
		if n.Result.Of == 0 {
			return nil
		}
		return n.Result.Score
	}),
	"scoreOf":   get(func(n activityNode) any { return optional(n.Result.Of) }),
	"corrected": get(func(n activityNode) any { return n.Corrected }),
	"participants": get(func(n activityNode) any {
		var out []participantNode
		for _, m := range n.Members {
			if name, ok := n.seen[m]; ok {
				out = append(out, participantNode{m, name})
			}
		}
		return out
	}),
	"attempts": get(func(n activityNode) any { return n.Attempts }),
	"applied": get(func(n activityNode) any {
		return seenOf(n, n.Applied, func(a activity.Applied) domain.PersonID { return a.Person })
	}),
	"ratings": get(func(n activityNode) any {
		return seenOf(n, n.Rated, func(a activity.Rated) domain.PersonID { return a.Person })
	}),
	"recognised": get(func(n activityNode) any {
		return seenOf(n, n.Recognised, func(a activity.Recognised) domain.PersonID { return a.Person })
	}),
})

// A sighting is something about one participant.
type sighting[T any] struct {
	of     T
	who    participantNode
	server *Server
}

func seenOf[T any](n activityNode, all []T, who func(T) domain.PersonID) (out []sighting[T]) {
	for _, v := range all {
		if name, ok := n.seen[who(v)]; ok {
			out = append(out, sighting[T]{v, participantNode{who(v), name}, n.server})
		}
	}
	return out
}

// A participantNode is somebody who takes part.
type participantNode struct {
	id   domain.PersonID
	name string
}

var participantType = object("Participant", map[string]field[participantNode]{
	"personId": get(func(p participantNode) any { return person.Stream(p.id) }),
	"name":     get(func(p participantNode) any { return p.name }),
})

var activityAttemptType = object("ActivityAttempt", map[string]field[activity.Attempted]{
	"attempt": get(func(a activity.Attempted) any { return a.Attempt }),
	"on":      get(func(a activity.Attempted) any { return a.On }),
	"score":   get(func(a activity.Attempted) any { return a.Score }),
	"scoreOf": get(func(a activity.Attempted) any { return a.Of }),
})

var appliedType = object("AppliedLearning", map[string]field[sighting[activity.Applied]]{
	"participant": get(func(a sighting[activity.Applied]) any { return a.who }),
	"on":          get(func(a sighting[activity.Applied]) any { return a.of.On }),
	"product": ask(func(ctx context.Context, a sighting[activity.Applied], _ args) (any, error) {
		return a.server.Desk.Text(ctx, a.of.Product)
	}),
	"uri": ask(func(ctx context.Context, a sighting[activity.Applied], _ args) (any, error) {
		link, err := a.server.Desk.Link(ctx, projections.Evidence{URI: a.of.Link})
		return optional(link), err
	}),
})

var skillRatingType = object("SkillRating", map[string]field[sighting[activity.Rated]]{
	"participant": get(func(a sighting[activity.Rated]) any { return a.who }),
	"topic":       get(func(a sighting[activity.Rated]) any { return topicOf(a.of.Topic) }),
	"rating":      get(func(a sighting[activity.Rated]) any { return a.of.Rating }),
	"on":          get(func(a sighting[activity.Rated]) any { return a.of.On }),
})

var recognisedType = object("RecognisedLearning", map[string]field[sighting[activity.Recognised]]{
	"participant": get(func(a sighting[activity.Recognised]) any { return a.who }),
	"milestoneId": get(func(a sighting[activity.Recognised]) any {
		return milestone.Stream(a.of.Apprenticeship, a.of.Requirement)
	}),
	"on": get(func(a sighting[activity.Recognised]) any { return a.of.On }),
})

var formatType = object("ActivityFormat", map[string]field[activity.Format]{
	"id":     get(func(f activity.Format) any { return f.ID }),
	"title":  get(func(f activity.Format) any { return f.Title }),
	"kind":   get(func(f activity.Format) any { return f.Kind }),
	"scored": get(func(f activity.Format) any { return f.Scored }),
	"group":  get(func(f activity.Format) any { return f.Group }),
	"asks":   get(func(f activity.Format) any { return f.Asks }),
})

var topicType = object("ActivityTopic", map[string]field[activity.Topic]{
	"id":     get(func(t activity.Topic) any { return t.ID }),
	"title":  get(func(t activity.Topic) any { return t.Title }),
	"family": get(func(t activity.Topic) any { return t.Family }),
})

// formatOf is a format; one that is not on the list any more goes by its id.
func formatOf(id string) activity.Format {
	if f, ok := activity.FormatOf(id); ok {
		return f
	}
	return activity.Format{ID: id, Title: id}
}

func topicOf(id string) any {
	if id == "" {
		return nil
	}
	if t, ok := activity.TopicOf(id); ok {
		return t
	}
	return activity.Topic{ID: id, Title: id}
}

func (s *Server) activityFormats(context.Context, domain.Actor, args) (any, error) {
	return activity.Formats(), nil
}

func (s *Server) activityTopics(context.Context, domain.Actor, args) (any, error) {
	return activity.Topics(), nil
}

func (s *Server) activities(ctx context.Context, by domain.Actor, a args) (any, error) {
	who, err := s.about(ctx, by, a)
	if err != nil || who == "" {
		return []activityNode(nil), err
	}
	found, err := s.Read.LearningOf(ctx, who)
	if err != nil {
		return nil, err
	}
	return s.activityNodes(ctx, by, found)
}

// about is the person a question is about, if the asker may see what they learn; by
// default the asker. It is empty for somebody who does not exist for the asker.
func (s *Server) about(ctx context.Context, by domain.Actor, a args) (domain.PersonID, error) {
	who := by.Person
	if a.has("personId") {
		var err error
		if who, err = idOf(a, "personId", person.ID); err != nil {
			return "", err
		}
	}
	if who == "" {
		return "", peopleOnly
	}
	seen, err := s.Desk.Guides(ctx, by, who)
	if !slices.Contains(seen, who) {
		return "", err
	}
	return who, err
}

func (s *Server) activityNodes(ctx context.Context, by domain.Actor, found []projections.LearningActivity) ([]activityNode, error) {
	var people []domain.PersonID
	for _, l := range found {
		people = append(people, l.Members...)
	}
	seen, err := s.Desk.Guides(ctx, by, people...)
	if err != nil {
		return nil, err
	}
	names, err := s.named(ctx, seen...)
	if err != nil {
		return nil, err
	}
	colleges, err := s.names(ctx)
	money := by.Role == domain.Coordinator || by.Role == domain.HR || by.Role == domain.Auditor
	return each(found, func(l projections.LearningActivity) activityNode {
		return activityNode{l, names, colleges, money, s}
	}), err
}

// learningActivity is an activity as the asker may see it, or nil.
func (c *cohort) learningActivity(ctx context.Context, id domain.ActivityID) (any, error) {
	l, err := c.Desk.Activity(ctx, c.by, id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	nodes, err := c.server.activityNodes(ctx, c.by, []projections.LearningActivity{l})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

func activityCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.ActivityID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "activityId", activity.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return activity.Stream(id), p, err
		})
	}
	return map[string]command{
		"enrolInActivity": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			who := a.By.Person
			if in.has("personId") {
				var err error
				if who, err = idOf(in, "personId", person.ID); err != nil {
					return "", 0, err
				}
			}
			about, err := subjectOf(in.input("subject"))
			if err != nil {
				return "", 0, err
			}
			id := domain.ActivityID(derived(a))
			p, err := s.Desk.EnrolInActivity(ctx, a, id, who, about, in.date("on"))
			return activity.Stream(id), p, err
		}),
		"recordGroupActivity": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			members, err := peopleOf(in, "memberIds")
			if err != nil {
				return "", 0, err
			}
			about, err := subjectOf(in.input("subject"))
			if err != nil {
				return "", 0, err
			}
			id := domain.ActivityID(derived(a))
			p, err := s.Desk.RecordGroup(ctx, a, id, members, about, resultOf(in), in.date("on"))
			return activity.Stream(id), p, err
		}),
		"startActivity": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			return s.Desk.StartActivity(ctx, a, id, in.date("on"))
		}),
		"scoreAttempt": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			return s.Desk.ScoreAttempt(ctx, a, id, in.int("attempt"), in.int("score"), in.int("scoreOf"), in.date("on"))
		}),
		"completeActivity": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			return s.Desk.CompleteActivity(ctx, a, id, resultOf(in), in.date("on"))
		}),
		"abandonActivity": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			return s.Desk.AbandonActivity(ctx, a, id, in.text("reason"), in.date("on"))
		}),
		"cancelGroupActivity": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			return s.Desk.CancelActivity(ctx, a, id, in.text("reason"), in.date("on"))
		}),
		"correctActivityResult": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			return s.Desk.CorrectResult(ctx, a, id, resultOf(in), in.text("reason"))
		}),
		"applyActivity": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			return s.Desk.ApplyActivity(ctx, a, id, in.text("product"), in.text("uri"), in.date("on"))
		}),
		"rateSkill": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			who, err := idOf(in, "personId", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.RateSkill(ctx, a, id, who, in.id("topic"), in.int("rating"))
		}),
		"recogniseActivity": on(func(ctx context.Context, a desk.Ask, id domain.ActivityID, in args) (position, error) {
			apprentice, req, err := pairOf(in, "milestoneId", milestone.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.RecogniseActivity(ctx, a, id, apprentice, req)
		}),
	}
}

func resultOf(in args) activity.Result {
	return activity.Result{Minutes: domain.Minutes(in.int("minutes")), Score: in.int("score"), Of: in.int("scoreOf")}
}

func subjectOf(in args) (about activity.Subject, err error) {
	about = activity.Subject{Title: domain.Written(in.text("title")), Format: in.id("format"), Topic: in.id("topic"), Delivery: lower[activity.Delivery](in.enum("delivery")),
		TimeBasis: lower[activity.TimeBasis](in.enum("timeBasis")), Site: domain.SiteID(in.id("siteId")), Department: domain.Written(in.text("department")),
		Mandatory: in.bool("mandatory"), Cost: domain.Cents(in.int("costCents"))}
	if about.Site != "" && !domain.ValidID(about.Site) {
		return about, badID(in, "siteId")
	}
	if in.has("partnerId") {
		if about.Partner, err = idOf(in, "partnerId", partner.ID); err != nil {
			return about, err
		}
	}
	if in.has("cohortId") {
		if about.Cohort, err = idOf(in, "cohortId", academy.ID); err != nil {
			return about, err
		}
	}
	if in.has("fundingId") {
		about.Funding, err = idOf(in, "fundingId", funding.ID)
	}
	return about, err
}

// peopleOf reads a list of people.
func peopleOf(in args, name string) (out []domain.PersonID, err error) {
	const most = 500
	ids := in.ids(name)
	if len(ids) > most {
		return nil, domain.Refuse(domain.Invalid, "TOO_MANY", "Name at most %d people at a time.", most).About(name)
	}
	for _, id := range ids {
		p, err := person.ID(domain.Stream(id))
		if err != nil || !domain.ValidID(p) {
			return nil, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not the id of a person. Pass an id as it was answered, unchanged.", clip(id)).About(name)
		}
		out = append(out, p)
	}
	return out, nil
}
