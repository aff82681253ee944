package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// NICE and ONET are the frameworks whose codes the roles of pathways bear. In any other
// one, which is then the house's own, a role has the id of the job as its code.
const (
	NICE domain.FrameworkID = "nice"
	ONET domain.FrameworkID = "onet"
)

// A Gap is what somebody holds and lacks of what a work role needs.
type Gap struct {
	Role projections.WorkRole
	framework.Gap
}

// Percent is the share of what is held.
func (g Gap) Percent() int { return framework.Percent(len(g.Held), len(g.Held)+len(g.Missing)) }

// nearer orders gaps by the share that is held, the largest first, and then by code.
func nearer(a, b Gap) int {
	x, y := len(a.Held)*(len(b.Held)+len(b.Missing)), len(b.Held)*(len(a.Held)+len(a.Missing))
	return cmp.Or(cmp.Compare(y, x), cmp.Compare(a.Role.Code, b.Role.Code))
}

// A Holder is whose statements are compared with a work role: those of a person, or those
// of anybody in a work role of the same framework, which tells nothing about anyone.
type Holder struct {
	Person domain.PersonID
	Role   string // code; counts if no person is named
}

// Gap compares a holder with one work role.
func (d *Desk) Gap(ctx context.Context, by domain.Actor, h Holder, of domain.FrameworkID, code string) (Gap, error) {
	grounds, err := d.grounds(ctx, by, h, of)
	if err != nil {
		return Gap{}, err
	}
	role, err := d.Read.WorkRole(ctx, of, code)
	return Gap{role, framework.Compare(role.Statements, grounds...)}, err
}

// Lattice compares a holder with every work role of a framework, the nearest first: the
// role itself, if one is named, and roles that need no statement are left out.
func (d *Desk) Lattice(ctx context.Context, by domain.Actor, h Holder, of domain.FrameworkID) (gaps []Gap, err error) {
	grounds, err := d.grounds(ctx, by, h, of)
	if err != nil {
		return nil, err
	}
	roles, err := d.Read.WorkRoles(ctx, of)
	for _, r := range roles {
		if len(r.Statements) > 0 && (h.Person != "" || r.Code != h.Role) {
			gaps = append(gaps, Gap{r, framework.Compare(r.Statements, grounds...)})
		}
	}
	slices.SortFunc(gaps, nearer)
	return gaps, err
}

// grounds are those on which somebody holds statements of a framework, as far as the asker
// may know: the person, a coordinator, human resources, and the manager of their team.
// For others there is no such person.
func (d *Desk) grounds(ctx context.Context, by domain.Actor, h Holder, of domain.FrameworkID) ([]framework.Ground, error) {
	if h.Person == "" {
		role, err := d.Read.WorkRole(ctx, of, h.Role)
		return []framework.Ground{{Kind: framework.ByRole, ID: role.Code, Statements: role.Statements}}, err
	}
	q, err := d.mayCompare(ctx, by, h.Person)
	if err != nil {
		return nil, err
	}
	skills, err := d.skills(ctx, of)
	if err != nil {
		return nil, err
	}
	held, err := d.Read.Holdings(ctx, skills.asked(q, d.Today()))
	return skills.grounds(held), err
}

// mayCompare asks for what somebody holds, if the asker may know it.
func (d *Desk) mayCompare(ctx context.Context, by domain.Actor, who domain.PersonID) (projections.HoldingQuery, error) {
	q := projections.HoldingQuery{Person: who}
	switch {
	case by.Person == "":
		return q, unknownPerson
	case by.Person == who, by.Role == domain.Coordinator, by.Role == domain.HR:
	case by.Role == domain.Manager:
		q.Team = by.Person
	default:
		return q, unknownPerson
	}
	known, err := d.Read.Within(ctx, who, q.Team)
	if err == nil && !known {
		err = unknownPerson
	}
	return q, err
}

var unknownPerson = domain.Refuse(domain.NotFound, "NO_SUCH_PERSON", "There is no such person.")

// Skills say which statements of a framework come with a job or a milestone here.
type skills struct {
	of        domain.FrameworkID
	roles     map[domain.RoleID]framework.Ground
	milestone map[domain.RequirementID][]domain.StatementID
}

// skills reads what the pathways say about the roles and requirements of this house.
func (d *Desk) skills(ctx context.Context, of domain.FrameworkID) (skills, error) {
	s := skills{of, map[domain.RoleID]framework.Ground{}, map[domain.RequirementID][]domain.StatementID{}}
	known, err := d.Read.WorkRoles(ctx, of)
	if err != nil {
		return s, err
	}
	byCode := map[string]projections.WorkRole{}
	for _, r := range known {
		byCode[strings.ToLower(r.Code)] = r
	}
	ways, err := pathway.Catalogue()
	for _, w := range ways {
		for _, stage := range w.Stages {
			role := byCode[strings.ToLower(codeIn(of, stage.Role))]
			s.roles[stage.Role.ID] = framework.Ground{Kind: framework.ByRole, ID: role.Code, Statements: role.Statements}
			for m := range stage.Milestones() {
				if codes := m.Statements[of]; len(codes) > 0 {
					s.milestone[m.ID] = codes
				}
			}
		}
	}
	return s, err
}

// codeIn is the code that a role of a pathway has in a framework, or empty.
func codeIn(of domain.FrameworkID, r pathway.Role) string {
	switch of {
	case NICE:
		return r.NICE
	case ONET:
		return r.ONET
	}
	return string(r.ID)
}

func (s skills) asked(q projections.HoldingQuery, on domain.Date) projections.HoldingQuery {
	q.Framework, q.On = s.of, on
	for id := range s.milestone {
		q.Milestones = append(q.Milestones, id)
	}
	slices.Sort(q.Milestones)
	return q
}

// grounds turns what one person holds into grounds.
func (s skills) grounds(held []projections.Holding) (out []framework.Ground) {
	var prior []domain.StatementID
	for _, h := range held {
		switch h.Kind {
		case framework.ByRole:
			if g := s.roles[domain.RoleID(h.ID)]; len(g.Statements) > 0 {
				out = append(out, g)
			}
		case framework.ByMilestone:
			out = append(out, framework.Ground{Kind: h.Kind, ID: h.ID, Statements: s.milestone[domain.RequirementID(h.ID)]})
		case framework.ByPrior:
			prior = append(prior, domain.StatementID(h.ID))
		}
	}
	if len(prior) > 0 {
		out = append(out, framework.Ground{Kind: framework.ByPrior, Statements: prior})
	}
	return out
}

// Attest records what somebody was found to hold of a framework by learning from before.
func (d *Desk) Attest(ctx context.Context, a Ask, who domain.PersonID, of domain.FrameworkID, codes []domain.StatementID, basis attestation.Basis, note string, on domain.Date) (events.Position, error) {
	if a.By.Role != domain.Coordinator {
		return 0, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator attests what somebody learned before.")
	}
	edition, err := d.Read.Framework(ctx, of)
	if r := domain.AsRefusal(err); r != nil {
		return 0, r.About("framework")
	}
	if err != nil {
		return 0, err
	}
	if len(codes) <= attestation.MaxStatements {
		if err := d.knownStatements(ctx, of, codes); err != nil {
			return 0, err
		}
	}
	if _, err := d.Read.Person(ctx, who); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, who, "note", note)
	if err != nil {
		return 0, err
	}
	r := d.request(a)
	r.On = on
	return execute(ctx, d, attestation.Stream(who, of), attestation.Evolve, attestation.Attest{
		Request: r, Person: who, Edition: edition.Edition, Statements: codes, Basis: basis, Note: sealed,
	})
}

func (d *Desk) knownStatements(ctx context.Context, of domain.FrameworkID, codes []domain.StatementID) error {
	known, err := d.Read.Statements(ctx, of, codes...)
	if err != nil {
		return err
	}
	for _, c := range codes {
		if _, ok := known[c]; !ok {
			return domain.Refuse(domain.NotFound, "NO_SUCH_STATEMENT", "The framework has no statement %.40q. Write the code as it stands there, such as K0018.", string(c)).About("statements")
		}
	}
	return nil
}

// WithdrawAttestation takes back what was attested in error.
func (d *Desk) WithdrawAttestation(ctx context.Context, a Ask, who domain.PersonID, of domain.FrameworkID, codes []domain.StatementID, reason string) (events.Position, error) {
	if a.By.Role != domain.Coordinator {
		return 0, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator takes back what was attested.")
	}
	if _, err := d.Read.Person(ctx, who); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, who, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, attestation.Stream(who, of), attestation.Evolve, attestation.Withdraw{Request: d.request(a), Person: who, Statements: codes, Reason: sealed})
}
