package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Candidate is somebody on the staff who holds some of what a work role needs.
type Candidate struct {
	Person         domain.PersonID
	Held, Required int // statements
}

// Percent is the share of what is held.
func (c Candidate) Percent() int { return framework.Percent(c.Held, c.Required) }

// Talent returns who on the staff is nearest to a work role: who holds most of what it
// needs, and then by id. Who holds nothing of it, or has the role now, is not among them.
// Coordinators and human resources look through everybody, managers through their team.
func (d *Desk) Talent(ctx context.Context, by domain.Actor, of domain.FrameworkID, code string) ([]Candidate, error) {
	var q projections.HoldingQuery
	switch {
	case by.Person == "":
		return nil, notTalentScout
	case by.Role == domain.Coordinator, by.Role == domain.HR:
	case by.Role == domain.Manager:
		q.Team = by.Person
	default:
		return nil, notTalentScout
	}
	target, err := d.Read.WorkRole(ctx, of, code)
	if err != nil {
		return nil, err
	}
	skills, err := d.skills(ctx, of)
	if err != nil {
		return nil, err
	}
	held, err := d.Read.Holdings(ctx, skills.asked(q, d.Today()))
	if err != nil {
		return nil, err
	}
	counts := map[string]int{} // by what is held: many hold the same
	var out []Candidate
	for _, mine := range byPerson(held) {
		if slices.ContainsFunc(mine, func(h projections.Holding) bool { return h.Now && skills.roles[domain.RoleID(h.ID)].ID == code }) {
			continue
		}
		key := nameOf(mine)
		n, counted := counts[key]
		if !counted {
			n = len(framework.Compare(target.Statements, skills.grounds(mine)...).Held)
			counts[key] = n
		}
		if n > 0 {
			out = append(out, Candidate{mine[0].Person, n, len(target.Statements)})
		}
	}
	slices.SortFunc(out, func(a, b Candidate) int { return cmp.Or(cmp.Compare(b.Held, a.Held), cmp.Compare(a.Person, b.Person)) })
	return out, nil
}

// byPerson cuts what is in the order of people into what each of them holds.
func byPerson(held []projections.Holding) (out [][]projections.Holding) {
	for len(held) > 0 {
		n := slices.IndexFunc(held, func(h projections.Holding) bool { return h.Person != held[0].Person })
		if n < 0 {
			n = len(held)
		}
		out, held = append(out, held[:n]), held[n:]
	}
	return out
}

// nameOf is the same for all who hold the same.
func nameOf(held []projections.Holding) string {
	var b strings.Builder
	for _, h := range held {
		b.WriteString(string(h.Kind) + " " + h.ID + "\n")
	}
	return b.String()
}

var notTalentScout = domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Coordinators, human resources and managers look for talent. Your own gap is yours to see.")
