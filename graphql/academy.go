package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	academy "github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// An academyNode is a group that learns together, as the asker may see it.
type academyNode struct {
	projections.Cohort
	partners map[domain.PartnerID]projections.Partner
	by       domain.Actor
	server   *Server
}

var academyType = object("Cohort", map[string]field[academyNode]{
	"id":      get(func(n academyNode) any { return academy.Stream(n.ID) }),
	"version": get(func(n academyNode) any { return int(n.Version) }),
	"title":   get(func(n academyNode) any { return n.Title }),
	"topic":   get(func(n academyNode) any { return topicOf(n.Topic) }),
	"state":   get(func(n academyNode) any { return upper(n.State) }),
	"partner": get(func(n academyNode) any {
		if n.Partner == "" {
			return nil
		}
		return institution(n.partners[n.Partner])
	}),
	"delivery":   get(func(n academyNode) any { return upper(n.Delivery) }),
	"from":       get(func(n academyNode) any { return n.From }),
	"to":         get(func(n academyNode) any { return n.To }),
	"seats":      get(func(n academyNode) any { return n.Seats }),
	"seatsTaken": get(func(n academyNode) any { return n.Taken }),
	"waiting":    get(func(n academyNode) any { return n.Waiting }),
	"own": ask(func(ctx context.Context, n academyNode, _ args) (any, error) {
		mine, err := n.server.Read.SeatsOf(ctx, n.by.Person)
		if err != nil {
			return nil, err
		}
		for _, s := range mine {
			if s.Cohort == n.ID {
				seats, err := n.server.seats(ctx, s)
				return seats[0], err
			}
		}
		return nil, nil
	}),
	"people": ask(func(ctx context.Context, n academyNode, _ args) (any, error) {
		switch n.by.Role {
		case domain.Coordinator, domain.HR, domain.Auditor:
		default:
			return []seatNode(nil), nil
		}
		all, err := n.server.Read.Seats(ctx, n.ID)
		if err != nil {
			return nil, err
		}
		return n.server.seats(ctx, all...)
	}),
})

type seatNode struct {
	projections.Seat
	who participantNode
}

func (s *Server) seats(ctx context.Context, all ...projections.Seat) ([]seatNode, error) {
	names, err := s.named(ctx, each(all, func(s projections.Seat) domain.PersonID { return s.Person })...)
	return each(all, func(seat projections.Seat) seatNode {
		return seatNode{seat, participantNode{seat.Person, names[seat.Person]}}
	}), err
}

var seatType = object("CohortSeat", map[string]field[seatNode]{
	"person":   get(func(n seatNode) any { return n.who }),
	"standing": get(func(n seatNode) any { return upper(n.Standing) }),
	"since":    get(func(n seatNode) any { return n.Since }),
	"until":    get(func(n seatNode) any { return n.Until }),
})

func (s *Server) cohorts(ctx context.Context, by domain.Actor, _ args) (any, error) {
	if by.Role == domain.Partner {
		return nil, peopleOnly
	}
	found, err := s.Read.Cohorts(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	return each(found, func(c projections.Cohort) academyNode { return academyNode{c, names, by, s} }), err
}

// academy is a cohort as the asker may see it, or nil.
func (c *cohort) academy(ctx context.Context, id domain.CohortID) (any, error) {
	if c.outside() {
		return nil, nil
	}
	found, err := c.Read.Cohort(ctx, id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := c.colleges()
	return academyNode{found, names, c.by, c.server}, err
}

func academyCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.CohortID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "cohortId", academy.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return academy.Stream(id), p, err
		})
	}
	seat := func(do func(context.Context, desk.Ask, domain.CohortID, domain.PersonID, args) (position, error)) command {
		return on(func(ctx context.Context, a desk.Ask, id domain.CohortID, in args) (position, error) {
			who := a.By.Person
			if in.has("personId") {
				var err error
				if who, err = idOf(in, "personId", person.ID); err != nil {
					return 0, err
				}
			}
			return do(ctx, a, id, who, in)
		})
	}
	return map[string]command{
		"planCohort": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			planned, err := plannedOf(in)
			if err != nil {
				return "", 0, err
			}
			id := domain.CohortID(derived(a))
			p, err := s.Desk.PlanCohort(ctx, a, id, planned)
			return academy.Stream(id), p, err
		}),
		"changeCohortSeats": on(func(ctx context.Context, a desk.Ask, id domain.CohortID, in args) (position, error) {
			return s.Desk.ChangeSeats(ctx, a, id, in.int("seats"))
		}),
		"openCohort": on(func(ctx context.Context, a desk.Ask, id domain.CohortID, _ args) (position, error) {
			return s.Desk.OpenCohort(ctx, a, id)
		}),
		"inviteToCohort": on(func(ctx context.Context, a desk.Ask, id domain.CohortID, in args) (position, error) {
			people, err := peopleOf(in, "personIds")
			if err != nil {
				return 0, err
			}
			return s.Desk.InviteToCohort(ctx, a, id, people)
		}),
		"applyToCohort": seat(func(ctx context.Context, a desk.Ask, id domain.CohortID, who domain.PersonID, _ args) (position, error) {
			return s.Desk.ApplyToCohort(ctx, a, id, who)
		}),
		"offerSeat": seat(func(ctx context.Context, a desk.Ask, id domain.CohortID, who domain.PersonID, in args) (position, error) {
			return s.Desk.OfferSeat(ctx, a, id, who, in.date("until"))
		}),
		"decideSeat": on(func(ctx context.Context, a desk.Ask, id domain.CohortID, in args) (position, error) {
			return s.Desk.DecideSeat(ctx, a, id, in.bool("accept"))
		}),
		"enrolInCohort": seat(func(ctx context.Context, a desk.Ask, id domain.CohortID, who domain.PersonID, in args) (position, error) {
			return s.Desk.EnrolInCohort(ctx, a, id, who, in.date("on"))
		}),
		"leaveCohort": seat(func(ctx context.Context, a desk.Ask, id domain.CohortID, who domain.PersonID, in args) (position, error) {
			return s.Desk.LeaveCohort(ctx, a, id, who, in.text("reason"), in.date("on"))
		}),
		"completeCohort": seat(func(ctx context.Context, a desk.Ask, id domain.CohortID, who domain.PersonID, in args) (position, error) {
			return s.Desk.CompleteCohort(ctx, a, id, who, in.date("on"))
		}),
		"cancelCohort": on(func(ctx context.Context, a desk.Ask, id domain.CohortID, in args) (position, error) {
			return s.Desk.CancelCohort(ctx, a, id, in.text("reason"))
		}),
	}
}

func plannedOf(in args) (p academy.Planned, err error) {
	p = academy.Planned{Title: in.text("title"), Topic: in.id("topic"), Program: domain.ProgramID(in.id("programId")), Site: domain.SiteID(in.id("siteId")),
		Delivery: lower[string](in.enum("delivery")), From: in.date("from"), To: in.date("to"), Seats: in.int("seats")}
	for _, id := range []string{p.Topic, string(p.Program), string(p.Site)} {
		if id != "" && !domain.ValidID(id) {
			return p, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", clip(id))
		}
	}
	if in.has("partnerId") {
		if p.Partner, err = idOf(in, "partnerId", partner.ID); err != nil {
			return p, err
		}
	}
	if in.has("agreementId") {
		p.Agreement, err = idOf(in, "agreementId", agreement.ID)
	}
	return p, err
}
