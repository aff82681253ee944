package desk

import (
	"cmp"
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

	Program        domain.ProgramID        // empty is the hospital's own
	Profile        string                  // of the rules; empty is the programme's
	WageAtEntry    domain.Cents            // for an hour
	JourneyWage    domain.Cents            // for an hour: what shares of the schedule are taken of
	ContinuationOf domain.ApprenticeshipID // one that was transferred
}

// ownProgram is the programme of a hospital that has one.
const ownProgram domain.ProgramID = "health-it"

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
	l := projections.Learner{ID: id, Person: plan.Person, Program: cmp.Or(plan.Program, ownProgram), Standard: p.Standard, StandardVersion: version, Site: who.Site, Mentor: plan.Mentor}
	set, err := d.profile(ctx, plan, l.Program)
	if err != nil {
		return 0, err
	}
	l.RuleSet = set.ID
	c := apprenticeship.Draft{
		Request: d.request(a),
		Plan: apprenticeship.Drafted{
			Person: plan.Person, Program: l.Program, Standard: p.Standard, StandardVersion: version,
			Pathway: plan.Pathway, PathwayVersion: pathwayVersion, Role: role, Site: who.Site, StartOn: plan.StartOn, ExpectedEndOn: plan.StartOn.AddMonths(months),
			WageAtEntry: plan.WageAtEntry, JourneyWage: plan.JourneyWage, ContinuationOf: plan.ContinuationOf,
		},
		Age: plan.Age, Rules: set, Supervisor: plan.Supervisor, Mentor: plan.Mentor,
	}
	return d.draft(ctx, a, l, c)
}

// draft records a draft that is the only one of its kind, with what it brings along of an
// apprenticeship that it continues.
func (d *Desk) draft(ctx context.Context, a Ask, l projections.Learner, c apprenticeship.Draft) (events.Position, error) {
	cs := []events.Command[apprenticeship.State, apprenticeship.Event]{c}
	if of := c.Plan.ContinuationOf; of != "" {
		old, err := d.continued(ctx, a, of, l.Person, l.Standard, l.Program)
		if err != nil {
			return 0, err
		}
		s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
		if err != nil {
			return 0, err
		}
		grant, err := d.brought(ctx, a, old, s)
		if err != nil {
			return 0, err
		}
		c.Plan.Transcript = old.Transcript
		cs[0] = c
		if len(grant.Prior.Processes)+len(grant.Prior.Competencies)+len(grant.Prior.Courses) > 0 {
			cs = append(cs, grant)
		}
	}
	state, _, err := events.Load(ctx, d.Log, apprenticeship.Stream(l.ID), apprenticeship.Evolve)
	if err != nil {
		return 0, err
	}
	if _, err := c.Decide(state); err != nil {
		return 0, err
	}
	undo, err := d.reserve(ctx, a, l, c.Plan.StartOn)
	if err != nil {
		return 0, err
	}
	p, err := execute(ctx, d, apprenticeship.Stream(l.ID), apprenticeship.Evolve, cs...)
	if r := domain.AsRefusal(err); r != nil && r.Kind != domain.Busy {
		err = after(err, undo(ctx))
	}
	return p, err
}

// profile is the edition of the rules that a plan falls under: the one in force on the first
// day, or today if no edition tells of that.
func (d *Desk) profile(ctx context.Context, plan Plan, id domain.ProgramID) (rules.Set, error) {
	p, err := d.program(ctx, id)
	if err != nil {
		return rules.Set{}, err
	}
	name := cmp.Or(plan.Profile, p.Profile, rules.USRegistered.Profile)
	set, err := rules.On(name, plan.StartOn)
	if domain.AsRefusal(err) != nil {
		set, err = rules.On(name, d.Today())
	}
	if r := domain.AsRefusal(err); r != nil {
		return set, r.About("profile")
	}
	return set, err
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
	s, known, err := d.Read.LatestStandard(ctx, id)
	switch {
	case err != nil:
		return p, 0, err
	case !known && plan.Pathway != "":
		return p, 0, domain.Refuse(domain.Conflict, "NO_SUCH_STANDARD", "The occupation standard %s of this pathway is not imported yet.", id)
	case !known:
		return p, 0, domain.Refuse(domain.NotFound, "NO_SUCH_STANDARD", "There is no occupation standard %q. Import it, or choose one that is there.", id).About("standardId")
	case plan.Pathway == "":
		p = s.Pathway(s.Version)
	}
	return p, s.Version, nil
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

func (d *Desk) steer(ctx context.Context, a Ask, id domain.ApprenticeshipID, c events.Command[apprenticeship.State, apprenticeship.Event]) (events.Position, error) {
	if _, err := d.Learner(ctx, a.By, id); err != nil {
		return 0, err
	}
	return execute(ctx, d, apprenticeship.Stream(id), apprenticeship.Evolve, c)
}
