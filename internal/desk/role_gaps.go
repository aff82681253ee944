package desk

import (
	"cmp"
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/projections"
)

// RoleGaps compares somebody with the roles of all pathways: each by the house's own framework
// if that says what the role needs, else by NICE, else by O*NET. Roles of which none of them
// says anything are left out. Whoever may ask for a Gap may ask for these.
func (d *Desk) RoleGaps(ctx context.Context, by domain.Actor, who domain.PersonID) (map[domain.RoleID]Gap, error) {
	q, err := d.mayCompare(ctx, by, who)
	if err != nil {
		return nil, err
	}
	frameworks, err := d.Read.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(frameworks, func(a, b projections.Framework) int { return cmp.Compare(remoteness(a.ID), remoteness(b.ID)) })
	out := map[domain.RoleID]Gap{}
	for _, f := range frameworks {
		skills, err := d.skills(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		var grounds []framework.Ground
		for role, needs := range skills.roles {
			if _, compared := out[role]; compared || len(needs.Statements) == 0 {
				continue
			}
			if grounds == nil {
				held, err := d.Read.Holdings(ctx, skills.asked(q, d.Today()))
				if err != nil {
					return nil, err
				}
				grounds = append([]framework.Ground{}, skills.grounds(held)...)
			}
			out[role] = Gap{projections.WorkRole{Framework: f.ID, Code: needs.ID, Statements: needs.Statements}, framework.Compare(needs.Statements, grounds...)}
		}
	}
	return out, nil
}

// remoteness orders frameworks: the house's own are the nearest.
func remoteness(of domain.FrameworkID) int { return slices.Index([]domain.FrameworkID{NICE, ONET}, of) }
