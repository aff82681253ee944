package portal

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

const awayPath = "/approvals/away"

// Only managers hold by name what another can decide in their place: moves, and hours. Other
// offices are held by all who act in them, and evidence waits for its mentor.
var delegateRoutes = []route{
	{"GET " + awayPath, (*visit).away, only(domain.Manager)},
	{"GET " + awayPath + "/new", (*visit).goAway, only(domain.Manager)},
	{"POST " + awayPath + "/new", (*visit).goAway, only(domain.Manager)},
	{"GET " + awayPath + "/{absence}/end", (*visit).comeBack, only(domain.Manager)},
	{"POST " + awayPath + "/{absence}/end", (*visit).comeBack, only(domain.Manager)},
}

// away shows when the viewer is away, and for whom they decide today.
func (v *visit) away() error {
	career, err := v.Desk.Read.Career(v.ctx(), v.who.ID)
	if err != nil {
		return err
	}
	absent, err := v.Desk.Read.Away(v.ctx(), v.Desk.Today())
	if err != nil {
		return err
	}
	d := dossierData{frame: v.frame("While you are away", awayPath), Heading: v.say("While you are away"),
		Sub: v.say("Another manager decides for you: role changes that wait for you, and hours that your apprentices hand in."), Acts: []link{{v.say("Name a deputy"), awayPath + "/new"}}}
	t := &list{Caption: v.say("Your absences"), Columns: []column{{Name: v.say("From")}, {Name: v.say("Until")}, {Name: v.say("Decides meanwhile")}, {Name: v.say("Change")}}}
	for _, f := range slices.Backward(career) {
		if f.Kind != projections.CareerAbsence || f.Aside > 0 || f.Until.Before(f.From) || f.Until.Before(v.Desk.Today()) {
			continue
		}
		deputy := v.name(domain.PersonID(f.Value))
		if deputy == "" {
			deputy = v.say("Nobody")
		}
		t.Rows = append(t.Rows, row{{Text: v.day(wholeDay, f.From)}, {Text: v.day(wholeDay, f.Until)}, {Text: deputy},
			{Text: v.say("End sooner than %s", v.day(shortDay, f.Until)), Href: awayPath + "/" + strconv.Itoa(f.Fact) + "/end"}})
	}
	d.Cards = []card{{ID: "absences", Title: v.say("Your absences"), Table: t, Empty: v.say("None planned. Name a deputy before you go, so that nobody has to wait for you.")}}
	held := card{ID: "deputy", Title: v.say("For whom you decide today"), Empty: v.say("Nobody has named you today. If somebody does, what waits for them stands among your approvals, with their name.")}
	for _, a := range absent {
		if a.Delegate == v.who.ID {
			held.Facts = append(held.Facts, detail{v.name(a.Person), cell{Text: v.say("Until %s", v.day(wholeDay, a.Until))}})
		}
	}
	if len(held.Facts) > 0 {
		held.Empty = ""
	}
	d.Cards = append(d.Cards, held)
	return show(v, dossierPage, http.StatusOK, d)
}

// goAway asks when the viewer is away and who decides meanwhile.
func (v *visit) goAway() error {
	managers, err := v.Desk.Read.InCapacity(v.ctx(), domain.Manager)
	if err != nil {
		return err
	}
	var deputies []option
	for _, p := range managers {
		if p.ID != v.who.ID {
			name, err := v.Desk.Name(v.ctx(), p.Name)
			v.trouble(err)
			deputies = append(deputies, option{Value: string(p.ID), Label: name})
		}
	}
	slices.SortFunc(deputies, func(a, b option) int { return cmp.Compare(folded(a.Label), folded(b.Label)) })
	today := v.Desk.Today().String()
	return v.perform(task{section: awayPath, over: v.say("Approvals"), title: v.say("Who decides while you are away?"), button: v.say("Name the deputy"), back: awayPath,
		lead: v.say("Role changes you can still decide yourself meanwhile."),
		effects: []string{v.say("Role changes that wait for you can be decided by the deputy, and those that come while you are away."),
			v.say("Hours that your apprentices hand in while you are away go to the deputy. If you go today, so do the weeks that wait now."),
			v.say("Evidence that you rate waits for you. A coordinator can name another mentor.")},
		inputs: []input{{Name: "from", Label: v.say("First day away"), Kind: dayInput, Value: today}, {Name: "until", Label: v.say("Last day away"), Kind: dayInput},
			{Name: "delegateId", Label: v.say("Deputy"), Kind: listInput, Options: deputies}},
		do: func() (string, string, error) {
			deputy := domain.PersonID(v.field("delegateId"))
			done, err := v.Desk.GoAway(v.ctx(), v.ask(), person.AbsencePlanned{From: v.dayOf("from"), Until: v.dayOf("until"), Delegate: deputy})
			if err != nil {
				return "", "", err
			}
			return "", v.stoodIn(v.name(deputy), done), nil
		}})
}

// stoodIn says what a deputy decides.
func (v *visit) stoodIn(deputy string, s desk.StandIn) string {
	return v.say("%s decides for you then. Role changes that wait now: %d. Weeks of hours handed over now: %d. Apprentices whose hours come there meanwhile: %d.", deputy, s.Moves, s.Weeks, s.Learners)
}

// comeBack asks for the last day away.
func (v *visit) comeBack() error {
	absence, err := strconv.Atoi(v.r.PathValue("absence"))
	if err != nil {
		return domain.Refuse(domain.NotFound, "NO_SUCH_ENTRY", "There is no such absence.")
	}
	return v.perform(task{section: awayPath, over: v.say("Approvals"), title: v.say("Back sooner?"), button: v.say("End the absence"), back: awayPath,
		lead:   v.say("From the day after, hours that your apprentices hand in come to you again. What the deputy has already stays there."),
		inputs: []input{{Name: "on", Label: v.say("Last day away"), Hint: v.say("Yesterday, if you are back today"), Kind: dayInput, Value: v.Desk.Today().AddDays(-1).String()}},
		do: func() (string, string, error) {
			return "", v.say("The absence ends on %s.", v.day(wholeDay, v.dayOf("on"))), v.Desk.ComeBack(v.ctx(), v.ask(), absence, v.dayOf("on"))
		}})
}
