package portal

import (
	"net/http"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/projections"
)

const appealPath = "/approvals/credits/"

var appealRoutes = []route{
	{"GET " + appealPath + "{a}/{rule}", (*visit).appeal, only(domain.Coordinator)},
	{"GET " + appealPath + "{a}/{rule}/answer", (*visit).answerAppeal, only(domain.Coordinator)},
	{"POST " + appealPath + "{a}/{rule}/answer", (*visit).answerAppeal, only(domain.Coordinator)},
}

// An appealed is a credit that a college denied, with whose it is and what happened.
type appealed struct {
	projections.Credit
	of    projections.Learner
	steps []projections.CreditStep
}

func (a appealed) path() string { return appealPath + string(a.Learner) + "/" + string(a.Rule) }

// answered is what the hospital said of the latest appeal, if it did.
func (a appealed) answered() *projections.CreditStep {
	for i := range slices.Backward(a.steps) {
		switch a.steps[i].Event {
		case credit.AppealCommented{}.EventName():
			return &a.steps[i]
		case credit.Appealed{}.EventName():
			return nil
		}
	}
	return nil
}

// theAppeal is the appeal that the address names.
func (v *visit) theAppeal() (a appealed, err error) {
	if a.of, err = v.Desk.Learner(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("a"))); err != nil {
		return a, err
	}
	all, err := v.Desk.Read.SharedCredits(v.ctx(), a.of.ID)
	if err != nil {
		return a, err
	}
	at := slices.IndexFunc(all[a.of.ID], func(c projections.Credit) bool { return string(c.Rule) == v.r.PathValue("rule") && c.Appealed })
	if at < 0 {
		return a, domain.Refuse(domain.NotFound, "NO_SUCH_APPEAL", "There is no such appeal.")
	}
	a.Credit = all[a.of.ID][at]
	a.steps, err = v.Desk.Read.CreditHistory(v.ctx(), a.of.ID, a.Rule)
	return a, err
}

// appeal shows why a college denied credit, why the apprentice appeals, and who holds it.
func (v *visit) appeal() error {
	a, err := v.theAppeal()
	if err != nil {
		return err
	}
	name, college, state := v.name(a.of.Person), v.college(a.Partner), v.creditState(a.State)
	d := dossierData{frame: v.frame("Approvals", "/approvals"), Over: name, Heading: v.say("Appeal: %s", a.Course+" "+a.Title), Tag: &state}
	mine := a.of.Person == v.who.ID
	switch said := a.answered(); {
	case a.State.Open() && said == nil && !mine:
		d.Call = &call{v.say("Tell %s what the hospital makes of it", college), v.say("The college decides. A second denial is final."), link{v.say("Tell the college"), a.path() + "/answer"}}
	case a.State.Open() && said != nil:
		d.Call = &call{v.say("%s decides", college), v.say("The hospital has said what it makes of the appeal. The apprentice is told of the decision."), link{}}
	}
	t := &list{Caption: v.say("What happened"), Columns: []column{{Name: v.say("Day")}, {Name: v.say("What")}, {Name: v.say("Who")}, {Name: v.say("What was written")}}}
	for _, s := range a.steps {
		t.Rows = append(t.Rows, row{v.onDay(s.On), {Text: v.creditStep(s)}, {Text: v.doer(s.Person, s.Partner)}, {Text: v.text(s.Note)}})
	}
	shown := &list{Caption: v.say("Courses shown for it"), Columns: []column{{Name: v.say("Course")}, {Name: v.say("Grade")}}}
	for _, c := range a.Shown.Courses {
		shown.Rows = append(shown.Rows, row{{Text: c.Code}, {Text: string(c.Grade)}})
	}
	d.Cards = []card{{ID: "story", Title: v.say("What happened"), Table: t}, {ID: "shown", Title: v.say("Courses shown for it"), Table: shown, Empty: v.say("None were shown.")}}
	said, err := v.saidCards(record{learner: a.of, credits: []projections.Credit{a.Credit}}, credit.Stream(a.of.ID, a.Rule))
	if err != nil {
		return err
	}
	d.Cards = append(d.Cards, said...)
	hours := cell{}
	if a.Shown.Minutes > 0 {
		hours.Text = a.Shown.Minutes.String()
	}
	d.Side = []card{{ID: "facts", Title: v.say("What is asked for"), Facts: details(detail{v.say("Apprentice"), cell{Text: name, Href: "/apprentices/" + string(a.of.ID)}}, detail{v.say("College"), cell{Text: college, Href: "/institutions/" + string(a.Partner)}},
		detail{v.say("At most"), cell{Text: v.credits(a.Rules.Credit)}}, detail{v.say("Lowest grade"), cell{Text: string(a.Rules.MinGrade)}}, detail{v.say("Hours on the job"), hours}, detail{v.say("With the college since"), v.onDay(a.Since)})}}
	return show(v, dossierPage, http.StatusOK, d)
}

// answerAppeal tells the college what the hospital makes of an appeal.
func (v *visit) answerAppeal() error {
	a, err := v.theAppeal()
	if err != nil {
		return err
	}
	college := v.college(a.Partner)
	return v.perform(task{section: "/approvals", over: v.name(a.of.Person), title: v.say("Tell %s what the hospital makes of it", college), back: a.path(), button: v.say("Tell the college"),
		lead: v.say("The college decides. What you write goes to the college and to the apprentice, with your name."),
		inputs: []input{{Name: "stand", Label: v.say("The hospital"), Kind: choiceInput, Options: []option{{Value: "supports", Label: v.say("Supports the appeal")}, {Value: "leaves", Label: v.say("Leaves it to the college")}}},
			{Name: "note", Label: v.say("What the college should know"), Kind: textInput}},
		do: func() (string, string, error) {
			_, err := v.Desk.CommentAppeal(v.ctx(), v.ask(), a.of.ID, a.Rule, v.field("stand") == "supports", v.field("note"))
			return "", v.say("Told. %s decides next, and the apprentice reads what you wrote.", college), err
		}})
}
