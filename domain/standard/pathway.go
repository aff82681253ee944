package standard

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

// Pathway is the way of an apprentice who follows a version of d and no pathway besides:
// one stage, in the role of the occupation, with the hours and the core competencies that
// d completes by. Related instruction is not part of it, see Completion.
func (d Definition) Pathway(version int) pathway.Pathway {
	stage := pathway.Stage{
		Role:   pathway.Role{ID: domain.RoleID(d.ID), Title: d.Title, ONET: d.ONET, RAPIDS: d.RAPIDS},
		Months: max(d.TermMonths, 1),
	}
	for _, wp := range d.WorkProcesses {
		if d.Approach != CompetencyBased && wp.Min > 0 {
			stage.Requirements = append(stage.Requirements, pathway.Requirement{
				ID: domain.RequirementID(wp.ID), Title: wp.Title, Kind: pathway.Hours, Minutes: wp.Min, WorkProcess: wp.ID,
			})
		}
		for _, c := range wp.Competencies {
			if d.Approach != TimeBased && c.Core {
				stage.Requirements = append(stage.Requirements, d.competency(c))
			}
		}
	}
	return pathway.Pathway{ID: domain.PathwayID(d.ID), Version: version, Title: d.Title, Standard: d.ID, Stages: []pathway.Stage{stage}}
}

// Milestone is the milestone of a competency of d, core or not, or false if there is none.
func (d Definition) Milestone(id domain.RequirementID) (pathway.Requirement, bool) {
	for _, wp := range d.WorkProcesses {
		for _, c := range wp.Competencies {
			if domain.RequirementID(c.ID) == id {
				return d.competency(c), true
			}
		}
	}
	return pathway.Requirement{}, false
}

func (d Definition) competency(c Competency) pathway.Requirement {
	return pathway.Requirement{ID: domain.RequirementID(c.ID), Title: c.Text, Kind: pathway.Competency, PassLevel: max(d.PassLevel, 1)}
}
