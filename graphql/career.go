package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	cohorts "github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/person"
	openings "github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A colleague is somebody by name, without their record.
type colleague struct {
	id   domain.PersonID
	name string
}

var colleagueType = object("Colleague", map[string]field[colleague]{
	"id":   get(func(c colleague) any { return person.Stream(c.id) }),
	"name": get(func(c colleague) any { return c.name }),
})

// managers are those of a day; without one, of today.
func managers(ctx context.Context, p personNode, a args) (any, error) {
	on := a.date("on")
	if on.IsZero() {
		on = p.Desk.Today()
	}
	above, err := p.Desk.Managers(ctx, p.ID, on)
	if err != nil {
		return nil, err
	}
	names, err := p.server.named(ctx, above...)
	return each(above, func(id domain.PersonID) colleague { return colleague{id, names[id]} }), err
}

type careerEntry struct {
	projections.CareerFact
	by string
	*cohort
}

var careerEntryType = object("CareerEntry", map[string]field[careerEntry]{
	"entry":       get(func(e careerEntry) any { return e.Fact }),
	"kind":        get(func(e careerEntry) any { return upper(e.Kind) }),
	"value":       get(func(e careerEntry) any { return e.Value }),
	"holds":       get(func(e careerEntry) any { return e.Holds }),
	"from":        get(func(e careerEntry) any { return e.From }),
	"until":       get(func(e careerEntry) any { return e.Until }),
	"writtenAt":   get(func(e careerEntry) any { return e.At }),
	"writtenBy":   get(func(e careerEntry) any { return optional(e.by) }),
	"correctedBy": get(func(e careerEntry) any { return optional(e.Aside) }),
	"reason":      ask(func(ctx context.Context, e careerEntry, _ args) (any, error) { return e.unseal(ctx, e.Reason) }),
})

func career(ctx context.Context, p personNode, _ args) (any, error) {
	facts, err := p.Read.Career(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	names, err := p.server.named(ctx, each(facts, func(f projections.CareerFact) domain.PersonID { return f.By })...)
	return each(facts, func(f projections.CareerFact) careerEntry { return careerEntry{f, names[f.By], p.cohort} }), err
}

// inRecord reads whom an input names and lets do change their record.
func inRecord(do func(context.Context, desk.Ask, domain.PersonID, args) (position, error)) command {
	return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
		who, err := idOf(in, "personId", person.ID)
		if err != nil {
			return "", 0, err
		}
		p, err := do(ctx, a, who, in)
		return person.Stream(who), p, err
	})
}

// ofOneself is a mutation of the asker's own record.
func ofOneself(do func(context.Context, desk.Ask, args) (position, error)) command {
	return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
		p, err := do(ctx, a, in)
		return person.Stream(a.By.Person), p, err
	})
}

func personCommands(s *Server) map[string]command {
	return map[string]command{
		"erasePerson": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.AskErasure(ctx, a, who, lower[person.Reason](in.enum("reason")), in.text("reference"))
		}),
		"confirmErasure": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.Erase(ctx, a, who, in.int("asked"))
		}),
		"refuseErasure": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.RefuseErasure(ctx, a, who, in.int("asked"), in.text("reason"))
		}),
		"withdrawErasure": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.WithdrawErasure(ctx, a, who, in.int("asked"))
		}),
		"changeManager": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			manager, err := idOf(in, "managerId", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.ChangeManager(ctx, a, who, manager, in.date("from"), in.int("corrects"))
		}),
		"changeSite": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.ChangeSite(ctx, a, who, domain.SiteID(in.id("siteId")), in.date("from"), in.int("corrects"))
		}),
		"grantCapacity": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.GrantCapacity(ctx, a, who, lower[domain.Role](in.enum("capacity")), in.date("from"), in.int("corrects"))
		}),
		"revokeCapacity": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.RevokeCapacity(ctx, a, who, lower[domain.Role](in.enum("capacity")), in.date("from"), in.int("corrects"))
		}),
		"recordDeparture": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.Leave(ctx, a, who, in.date("on"), lower[person.Departure](in.enum("reason")), in.int("corrects"))
		}),
		"recordReturn": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.Return(ctx, a, who, in.date("on"), in.int("corrects"))
		}),
		"strikeEntry": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.Strike(ctx, a, who, in.int("entry"), in.text("reason"))
		}),
		"planAbsence": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			away := person.AbsencePlanned{From: in.date("from"), Until: in.date("until"), Corrects: in.int("corrects")}
			if in.has("delegateId") {
				var err error
				if away.Delegate, err = idOf(in, "delegateId", person.ID); err != nil {
					return 0, err
				}
			}
			return s.Desk.PlanAbsence(ctx, a, who, away)
		}),
		"endAbsence": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			return s.Desk.EndAbsence(ctx, a, who, in.int("absence"), in.date("on"))
		}),
		"referColleague": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			aim, err := aimOf(in)
			if err != nil {
				return 0, err
			}
			return s.Desk.Refer(ctx, a, who, aim, in.text("note"))
		}),
		"suggestOpening": inRecord(func(ctx context.Context, a desk.Ask, who domain.PersonID, in args) (position, error) {
			opening, err := idOf(in, "positionId", openings.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.SuggestOpening(ctx, a, who, opening, in.text("note"))
		}),
		"expressInterest": ofOneself(func(ctx context.Context, a desk.Ask, in args) (position, error) {
			aim, err := aimOf(in)
			if err != nil {
				return 0, err
			}
			return s.Desk.ExpressInterest(ctx, a, aim, in.text("note"))
		}),
		"withdrawInterest": ofOneself(func(ctx context.Context, a desk.Ask, in args) (position, error) {
			aim, err := aimOf(in)
			if err != nil {
				return 0, err
			}
			return s.Desk.WithdrawInterest(ctx, a, aim)
		}),
		"answerReferral": ofOneself(func(ctx context.Context, a desk.Ask, in args) (position, error) {
			return s.Desk.AnswerReferral(ctx, a, in.int("referral"), in.bool("accept"))
		}),
		"offerMentoring": ofOneself(func(ctx context.Context, a desk.Ask, in args) (position, error) {
			return s.Desk.OfferMentoring(ctx, a, lower[person.MentorKind](in.enum("kind")), in.text("note"))
		}),
		"withdrawMentoring": ofOneself(func(ctx context.Context, a desk.Ask, in args) (position, error) {
			return s.Desk.WithdrawMentoring(ctx, a, lower[person.MentorKind](in.enum("kind")))
		}),
		"joinAssociation": ofOneself(func(ctx context.Context, a desk.Ask, in args) (position, error) {
			return s.Desk.JoinAssociation(ctx, a, in.text("association"), in.date("on"))
		}),
		"endMembership": ofOneself(func(ctx context.Context, a desk.Ask, in args) (position, error) {
			return s.Desk.EndMembership(ctx, a, in.int("membership"), in.date("on"))
		}),
	}
}

// aimOf reads the pathway or the cohort that an input names.
func aimOf(in args) (aim person.Aim, err error) {
	if in.has("pathwayId") {
		if aim.Pathway, _, err = versionedOf[domain.PathwayID](in, "pathwayId", "pathway"); err != nil {
			return aim, err
		}
	}
	if in.has("cohortId") {
		aim.Cohort, err = idOf(in, "cohortId", cohorts.ID)
	}
	return aim, err
}
