package portal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/projections"
)

// startApprenticeship prepares an apprenticeship, which is signed, registered and begun from its
// own page.
func (v *visit) startApprenticeship() error {
	q := v.r.URL.Query()
	t := task{
		section: "/programs", over: v.say("Programmes"), title: v.say("Start an apprenticeship"), button: v.say("Prepare the agreement"), back: "/programs",
		lead: v.say("Next the apprentice and the sponsor sign, you register it with the agency, and it begins. Nothing binds anybody before that."),
		inputs: []input{
			{Name: "personId", Label: v.say("Number of the apprentice"), Hint: v.say("Look them up under People if you do not have it"), Kind: lineInput, Value: q.Get("person")},
			{Name: "pathwayId", Label: v.say("Pathway"), Hint: v.say("Or an occupation standard alone, for those who change no role"), Kind: listInput, Options: v.ways()},
			{Name: "programId", Label: v.say("Programme"), Kind: listInput, Options: chosen(v.openPrograms(), q.Get("program"))},
			{Name: "managerId", Label: v.say("Signs off the hours"), Kind: listInput, Options: v.colleagueOptions(domain.Manager)},
			{Name: "mentorId", Label: v.say("Mentor"), Hint: v.say("Looks at evidence and rates it"), Kind: listInput, Options: v.colleagueOptions(domain.Mentor, domain.Manager)},
			{Name: "startOn", Label: v.say("Planned start"), Kind: dayInput},
			{Name: "ageAtStart", Label: v.say("Age at the start"), Hint: v.say("In years. For those under 18 a guardian signs as well."), Kind: numberInput},
		},
	}
	if c, err := v.Desk.Colleague(v.ctx(), v.actor(), domain.PersonID(q.Get("person"))); err == nil {
		t.over, t.back = c.FullName, "/people/"+string(c.ID)
	}
	t.do = func() (string, string, error) {
		who, err := sheet.Number(v.written("personId"))
		if r := domain.AsRefusal(err); r != nil {
			if who = domain.PersonID(strings.ToLower(v.written("personId"))); !domain.ValidID(who) {
				return "", "", r.About("personId")
			}
		}
		plan := desk.Plan{Person: who, Program: domain.ProgramID(v.field("programId")), Supervisor: domain.PersonID(v.field("managerId")), Mentor: domain.PersonID(v.field("mentorId")), StartOn: v.dayOf("startOn")}
		if plan.Age, err = v.count("ageAtStart"); err != nil {
			return "", "", err
		}
		kind, way, _ := strings.Cut(v.field("pathwayId"), ".")
		if kind == "pathway" {
			plan.Pathway = domain.PathwayID(way)
		} else {
			plan.Standard = domain.StandardID(way)
		}
		id, err := v.newApprenticeship(who, plan.StartOn)
		if err != nil {
			return "", "", err
		}
		_, err = v.Desk.Draft(v.ctx(), v.ask(), id, plan)
		if r := domain.AsRefusal(err); r != nil && r.Code == "NO_SUCH_PERSON" && r.Field == "" {
			err = r.About("personId")
		}
		return "/apprenticeships/" + string(id), v.say("Prepared. Now everybody signs."), err
	}
	return v.perform(t)
}

// newApprenticeship names an apprenticeship after the person and the year it starts in. One that
// ended keeps its name; the same form sent again gets the same one.
func (v *visit) newApprenticeship(who domain.PersonID, start domain.Date) (domain.ApprenticeshipID, error) {
	known, err := v.Desk.Read.LearnersOf(v.ctx(), who)
	id := domain.ApprenticeshipID(fmt.Sprintf("%s-%s", who, start.Format("2006")))
	for n := 2; slices.ContainsFunc(known, func(l projections.Learner) bool { return l.ID == id && l.Over() }); n++ {
		id = domain.ApprenticeshipID(fmt.Sprintf("%s-%s-%d", who, start.Format("2006"), n))
	}
	return id, err
}

// pathways are the latest versions of those that there are, by title.
func (v *visit) pathways() (latest []pathway.Pathway) {
	all, err := pathway.Catalogue()
	v.trouble(err)
	at := map[domain.PathwayID]int{}
	for _, p := range all {
		if i, known := at[p.ID]; !known {
			at[p.ID], latest = len(latest), append(latest, p)
		} else if p.Version > latest[i].Version {
			latest[i] = p
		}
	}
	slices.SortFunc(latest, func(a, b pathway.Pathway) int { return strings.Compare(a.Title, b.Title) })
	return latest
}
