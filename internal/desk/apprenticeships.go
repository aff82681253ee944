package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Plan is what a coordinator prepares an apprenticeship from.
type Plan struct {
	Person             domain.PersonID
	Pathway            domain.PathwayID  // or else
	Standard           domain.StandardID // which gives the pathway
	Supervisor, Mentor domain.PersonID
	StartOn            domain.Date
	Age                int // years at the start
}

// Draft prepares an apprenticeship on the latest version of a pathway and of its standard,
// or of a standard alone.
func (d *Desk) Draft(ctx context.Context, a Ask, id domain.ApprenticeshipID, plan Plan) (events.Position, error) {
	if a.By.Role != domain.Coordinator {
		return 0, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator prepares an apprenticeship.")
	}
	if !domain.ValidID(id) {
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", id)
	}
	p, version, err := d.way(ctx, plan)
	if err != nil {
		return 0, err
	}
	who, err := d.Read.Person(ctx, plan.Person)
	if err != nil {
		return 0, err
	}
	if who.Erased {
		return 0, person.ErrErased.About("personId")
	}
	for _, named := range []struct {
		field   string
		who     domain.PersonID
		refused *domain.Refusal
		as      []domain.Role
	}{
		{"managerId", plan.Supervisor, domain.Refuse(domain.Invalid, "NOT_A_MANAGER", "Hours are signed off by a manager. Name one."), []domain.Role{domain.Manager}},
		{"mentorId", plan.Mentor, domain.Refuse(domain.Invalid, "NOT_A_MENTOR", "Milestones are assessed by a mentor or a manager. Name one."), []domain.Role{domain.Mentor, domain.Manager}},
	} {
		p, err := d.Read.Person(ctx, named.who)
		if r := domain.AsRefusal(err); r != nil {
			return 0, r.About(named.field)
		}
		if err != nil {
			return 0, err
		}
		if p.Erased {
			return 0, person.ErrErased.About(named.field)
		}
		if !slices.Contains(named.as, p.Capacity) {
			return 0, named.refused.About(named.field)
		}
	}
	if l, err := d.Read.LearnerOf(ctx, plan.Person); err == nil && l.ID != id && !l.Over() {
		return 0, domain.Refuse(domain.Conflict, "ALREADY_AN_APPRENTICE", "This person has an apprenticeship that has not ended.").About("personId")
	} else if err != nil && domain.AsRefusal(err) == nil {
		return 0, err
	}
	role := p.Stages[0].Role.ID
	if _, _, ok := p.Stage(who.Position); ok {
		role = who.Position
	}
	months := 0
	for _, s := range p.Route(role) {
		months += s.Months
	}
	pathwayVersion := 0
	if plan.Pathway != "" {
		pathwayVersion = p.Version
	}
	return execute(ctx, d, apprenticeship.Stream(id), apprenticeship.Evolve, apprenticeship.Draft{
		Request: d.request(a),
		Plan: apprenticeship.Drafted{
			Person: plan.Person, Program: "health-it", Standard: p.Standard, StandardVersion: version,
			Pathway: plan.Pathway, PathwayVersion: pathwayVersion, Role: role, Site: who.Site, StartOn: plan.StartOn, ExpectedEndOn: plan.StartOn.AddMonths(months),
		},
		Age: plan.Age, Rules: rules.USRegistered, Supervisor: plan.Supervisor, Mentor: plan.Mentor,
	})
}

// way is the pathway of a plan, and the version of the standard that it is on.
func (d *Desk) way(ctx context.Context, plan Plan) (p pathway.Pathway, version int, err error) {
	id := plan.Standard
	switch {
	case (plan.Pathway == "") == (plan.Standard == ""):
		return p, 0, domain.Refuse(domain.Invalid, "PATHWAY_MISSING", "Name the pathway that the apprentice is to follow, or else an occupation standard.").About("pathwayId")
	case plan.Pathway != "":
		if p, err = pathway.Find(plan.Pathway, 0); err != nil {
			return p, 0, err
		}
		id = p.Standard
	}
	standards, err := d.Read.Standards(ctx)
	if err != nil {
		return p, 0, err
	}
	at := slices.IndexFunc(standards, func(s projections.Standard) bool { return s.ID == id })
	switch {
	case at < 0 && plan.Pathway != "":
		return p, 0, domain.Refuse(domain.Conflict, "NO_SUCH_STANDARD", "The occupation standard %s of this pathway is not imported yet.", id)
	case at < 0:
		return p, 0, domain.Refuse(domain.NotFound, "NO_SUCH_STANDARD", "There is no occupation standard %q. Import it, or choose one that is there.", id).About("standardId")
	case plan.Pathway == "":
		p = standards[at].Pathway(standards[at].Version)
	}
	return p, standards[at].Version, nil
}

// Sign records the signature of one party.
func (d *Desk) Sign(ctx context.Context, a Ask, id domain.ApprenticeshipID, party apprenticeship.Party) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.Sign{Request: d.request(a), Party: party})
}

// Register records the registration with an agency.
func (d *Desk) Register(ctx context.Context, a Ask, id domain.ApprenticeshipID, agency, number string) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.Register{Request: d.request(a), Agency: domain.Written(agency), Number: domain.Written(number)})
}

// Begin records the first day.
func (d *Desk) Begin(ctx context.Context, a Ask, id domain.ApprenticeshipID, first domain.Date) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.Begin{Request: d.request(a), First: first})
}

// CompleteProbation records that probation was passed.
func (d *Desk) CompleteProbation(ctx context.Context, a Ask, id domain.ApprenticeshipID) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.CompleteProbation{Request: d.request(a)})
}

// RequestCompletion asks for completion: the goal is reached and everything it requires is met.
func (d *Desk) RequestCompletion(ctx context.Context, a Ask, id domain.ApprenticeshipID) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	p, err := Pathway(l)
	if err != nil {
		return 0, err
	}
	ready, err := d.Readiness(ctx, l, l.Role)
	if err != nil {
		return 0, err
	}
	unmet := ready.Unmet()
	if next, ok := p.Following(l.Role); ok {
		unmet = append(unmet, "the move to "+InSentence(next.Role.Title))
	}
	return d.steer(ctx, a, id, apprenticeship.RequestCompletion{Request: d.request(a), Unmet: unmet})
}

// Certify records the agency's certificate.
func (d *Desk) Certify(ctx context.Context, a Ask, id domain.ApprenticeshipID, agency, certificate string) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.Certify{Request: d.request(a), Agency: domain.Written(agency), Certificate: domain.Written(certificate)})
}

func (d *Desk) steer(ctx context.Context, a Ask, id domain.ApprenticeshipID, c events.Command[apprenticeship.State, apprenticeship.Event]) (events.Position, error) {
	if _, err := d.Learner(ctx, a.By, id); err != nil {
		return 0, err
	}
	return execute(ctx, d, apprenticeship.Stream(id), apprenticeship.Evolve, c)
}
