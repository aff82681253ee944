// Package partners serves institutions: what a partner may see of whom, its change feed,
// and the credit it awards.
//
// A partner sees a learner while the learner's consent lives and an agreement with the
// partner is in force; both are looked up when the answer is given, never taken from a key.
package partners

import (
	"context"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// Partners serves institutions. All fields are set before the first request.
type Partners struct {
	Log  events.Log
	Read *projections.DB
	Now  func() time.Time
}

// patience is how long an answer waits for the read model.
const patience = 2 * time.Second

// Fence waits until the read model has passed every consent and agreement that is on
// record now. An answer given after it shows nothing that was withdrawn before the
// question. It is refused (READ_MODEL_BEHIND) if that takes too long.
func (p *Partners) Fence(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	latest, err := p.Log.Latest(ctx)
	if err != nil {
		return err
	}
	return p.Read.Wait(ctx, latest)
}

func (p *Partners) today() domain.Date { return domain.DateOf(p.Now()) }

// A View is what one partner may see of some learners, at one moment.
type View struct {
	partner domain.PartnerID
	grants  map[domain.ApprenticeshipID]projections.Grant
	linked  map[domain.RequirementID]bool // met by a course of the partner's
}

// View works out what a partner may see of learners.
func (p *Partners) View(ctx context.Context, partner domain.PartnerID, ids ...domain.ApprenticeshipID) (View, error) {
	v := View{partner: partner, linked: map[domain.RequirementID]bool{}}
	agreements, err := p.Read.Agreements(ctx, partner)
	if err != nil {
		return v, err
	}
	for _, g := range agreements {
		for _, r := range g.Rules {
			v.linked[r.Requirement] = v.linked[r.Requirement] || inForce(g, p.today())
		}
	}
	v.grants, err = p.Read.Grants(ctx, partner, p.today(), ids...)
	return v, err
}

func (v View) covers(id domain.ApprenticeshipID, s domain.Scope) bool {
	return slices.Contains(v.grants[id].Scopes, s)
}

// Learner reports whether the partner may see the apprenticeship itself.
func (v View) Learner(id domain.ApprenticeshipID) bool { return v.covers(id, domain.PathwayRecords) }

// Milestones returns those the partner may see: begun, and met by one of its courses.
func (v View) Milestones(ms []projections.Milestone) []projections.Milestone {
	return slices.DeleteFunc(slices.Clone(ms), func(m projections.Milestone) bool {
		return !v.covers(m.Learner, domain.MilestoneRecords) || !v.linked[m.Requirement]
	})
}

// Credits returns those the partner may see: its own.
func (v View) Credits(cs []projections.Credit) []projections.Credit {
	return slices.DeleteFunc(slices.Clone(cs), func(c projections.Credit) bool {
		return !v.covers(c.Learner, domain.CreditRecords) || c.Partner != v.partner
	})
}

// Transitions returns those the partner may see: submitted ones of learners who let it see moves.
func (v View) Transitions(ts []projections.Transition) []projections.Transition {
	return slices.DeleteFunc(slices.Clone(ts), func(t projections.Transition) bool {
		return !v.covers(t.Learner, domain.TransitionRecords) || t.State == projections.TransitionProposed
	})
}

// An Award is a college's decision on a course.
type Award struct {
	Learner     domain.ApprenticeshipID
	Course      string // the college's code, as in its articulation rule
	Credit      domain.Credit
	Grade       rules.Grade
	Term        string
	ExternalRef string // the college's own reference
}

// Award records a credit under the partner's articulation rule for the course, and returns
// its stream. The learner has to consent to the partner seeing credits.
func (p *Partners) Award(ctx context.Context, req domain.Request, a Award) (domain.Stream, events.Position, error) {
	if err := p.Fence(ctx); err != nil {
		return "", 0, err
	}
	partner := req.By.Partner
	v, err := p.View(ctx, partner, a.Learner)
	if err != nil {
		return "", 0, err
	}
	if !v.covers(a.Learner, domain.CreditRecords) {
		return "", 0, domain.Refuse(domain.NotFound, "NO_SUCH_APPRENTICESHIP", "There is no such learner among those who share credits with you.").About("apprenticeId")
	}
	agreement, rule, err := p.rule(ctx, partner, a.Course, p.today())
	if err != nil {
		return "", 0, err
	}
	l, err := p.Read.Learner(ctx, a.Learner)
	if err != nil {
		return "", 0, err
	}
	stream := credit.Stream(a.Learner, rule.Rule)
	pos, err := events.Execute(ctx, p.Log, stream, credit.Evolve, credit.Award{Request: req, Awarded: credit.Awarded{
		Subject: credit.Subject{Apprenticeship: a.Learner, Person: l.Person, Partner: partner, Agreement: agreement, Articulation: rule},
		Award:   a.Credit, Grade: a.Grade, Term: domain.Written(a.Term), ExternalRef: domain.Written(a.ExternalRef),
	}})
	if err != nil {
		return "", 0, err
	}
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return stream, pos, p.Read.Wait(wait, pos)
}

// rule finds the partner's articulation rule for a course, preferring one that is valid today.
func (p *Partners) rule(ctx context.Context, partner domain.PartnerID, course string, today domain.Date) (domain.AgreementID, rules.Articulation, error) {
	agreements, err := p.Read.Agreements(ctx, partner)
	if err != nil {
		return "", rules.Articulation{}, err
	}
	var in domain.AgreementID
	var found rules.Articulation
	for _, g := range agreements {
		if !inForce(g, today) {
			continue
		}
		for _, r := range g.Rules {
			if r.Course == course && (in == "" || !found.ValidOn(today)) {
				in, found = g.ID, r
			}
		}
	}
	if in == "" {
		return "", found, domain.Refuse(domain.NotFound, "NO_SUCH_RULE", "None of your agreements in force has an articulation rule for the course %q.", course).About("courseCode")
	}
	return in, found, nil
}

// inForce reports whether an agreement is in force on a day.
func inForce(g projections.Agreement, on domain.Date) bool {
	return g.State == projections.AgreementActive && !on.Before(g.From) && !on.After(g.To)
}
