package portal

import (
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
)

// teamFileColumns are those of the file of a team: each figure is a column of its own.
func (v *visit) teamFileColumns() []column {
	return []column{{Name: v.say("Apprentice")}, {Name: v.say("Pathway")}, {Name: v.say("Role now")}, {Name: v.say("Stage")}, {Name: v.say("Standing")}, {Name: v.say("All risks")},
		{Name: v.say("Hours in the role")}, {Name: v.say("Hours that the role requires")}, {Name: v.say("Hours planned until today")},
		{Name: v.say("Milestones attained")}, {Name: v.say("Milestones required")}, {Name: v.say("Due next")}, {Name: v.say("What is due")}, {Name: v.say("With")}}
}

// teamFile are the rows of the file of a team.
func (v *visit) teamFile(mates []mate) (rows []row) {
	hours := func(m domain.Minutes) string { return strconv.Itoa(int(m / 60)) }
	for _, m := range mates {
		attained, _, need := tally(m.required(), m.milestones)
		approved, _ := m.spent(timesheet.OnTheJob, m.learner.Role)
		var told []string
		for _, r := range m.risks {
			told = append(told, r.text)
		}
		r := row{{Text: m.name}, {Text: m.path.Title}, {Text: m.ready.Stage.Role.Title}, {Text: v.stageNow(m.record)}, {Text: m.standing.Word}, {Text: strings.Join(told, "; ")},
			{Text: hours(approved)}, {}, {}, {Text: strconv.Itoa(attained)}, {Text: strconv.Itoa(need)}, {}, {}, {}}
		if len(told) > 0 {
			r[4].Text = told[0]
		}
		if p := m.plan(); p.need > 0 {
			r[7].Text = hours(p.need)
		}
		if plan, told := m.planned(); told {
			r[8].Text = hours(plan)
		}
		if x, found := v.dueNext(m.glance); found {
			r[11].Text, r[12].Text, r[13].Text = x.DueOn.String(), v.dueTitle(x), v.heldBy(x.Person, x.Holder)
		}
		rows = append(rows, r)
	}
	return rows
}
