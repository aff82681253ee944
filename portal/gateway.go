package portal

import (
	"net/http"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

var gatewayRoutes = []route{
	{"GET /gateway", (*visit).gateway, everyone},
	{"GET /gateway/{party}", (*visit).agreeGateway, everyone},
	{"POST /gateway/{party}", (*visit).agreeGateway, everyone},
	{"GET /apprentices/{id}/gateway", (*visit).gateway, everyone},
	{"GET /apprentices/{id}/gateway/{party}", (*visit).agreeGateway, everyone},
	{"POST /apprentices/{id}/gateway/{party}", (*visit).agreeGateway, everyone},
}

// partyWords name those who agree at the gateway, in English.
var partyWords = map[apprenticeship.Party]string{apprenticeship.ByEmployer: "The employer", apprenticeship.ByProvider: "Who teaches off the job", apprenticeship.ByApprentice: "The apprentice"}

// gatewayOf is the gateway of the apprenticeship that the address names, or of the viewer's own.
func (v *visit) gatewayOf() (l projections.Learner, g desk.Gateway, path string, err error) {
	l, base, err := v.learnerOf()
	if err == nil {
		g, err = v.Desk.Gateway(v.ctx(), v.actor(), l)
	}
	return l, g, base + "/gateway", err
}

// gateway tells who holds the apprentice ready for the assessment at the end, and what is lacking.
func (v *visit) gateway() error {
	l, g, path, err := v.gatewayOf()
	if err != nil {
		return err
	}
	name, section := v.name(l.Person), "/apprentices"
	if l.Person == v.who.ID {
		section = "/pathway"
	}
	standing := v.standingAtGateway(l)
	d := dossierData{frame: v.frame("Ready for the assessment?", section), Over: name, Heading: v.say("Ready for the assessment?"), Tag: &standing, Call: v.gatewayCall(l, g, path)}
	if l.Person == v.who.ID {
		d.Acts = []link{{v.say("Your pathway"), "/pathway"}}
	} else {
		d.Acts = []link{{v.say("Open the pathway of %s", firstName(name)), "/apprentices/" + string(l.ID)}}
	}
	said := &list{Caption: v.say("Who agrees"), Columns: []column{{Name: v.say("Party")}, {Name: v.say("Who")}, {Name: v.say("Agreed")}}}
	for _, w := range g.Words {
		s := step{Title: v.say(partyWords[w.Party]), Note: v.say("not yet"), State: stateAhead}
		who, agreed := v.speaker(l, w), cell{Text: v.say("Not yet"), Tone: toneMute}
		switch {
		case w.Given():
			s.Note, s.State, agreed = v.day(wholeDay, w.On), stateDone, v.onDay(w.On)
		case g.Open:
			s.Note, s.State, agreed = who, stateReview, cell{Text: v.say("Asked"), Tone: toneWarn}
		}
		d.Steps = append(d.Steps, s)
		said.Rows = append(said.Rows, row{{Text: v.say(partyWords[w.Party])}, {Text: who}, agreed})
	}
	d.Steps = append(d.Steps, v.assessed(l))
	lacking := &list{Caption: v.say("What is lacking"), Columns: []column{{Name: v.say("What"), Notes: v.say("How it stands")}, {Name: v.say("What to do")}, {Name: v.say("Whose turn")}}}
	for _, e := range g.Lacking {
		turn := cell{Text: v.say("Nobody's: its day has to come")}
		switch {
		case e.Turn.Partner != "":
			turn.Text = v.college(e.Turn.Partner)
		case e.Turn.Role != "":
			turn.Text = v.holder(e.Turn.Person, e.Turn.Role)
		}
		lacking.Rows = append(lacking.Rows, row{{Text: v.wording(e.Title), Note: v.wording(e.Why())}, {Text: v.say(e.Do())}, turn})
	}
	none := v.say("Nothing: everything that the apprenticeship asks for is met.")
	if l.Status != projections.Active {
		none = v.say("What is lacking is told while the apprenticeship is under way and nobody assesses yet.")
	}
	d.Cards = []card{{ID: "lacking", Title: v.say("What is lacking"), Table: lacking, Empty: none}, {ID: "who", Title: v.say("Who agrees"), Table: said, Doings: v.otherWords(g, path),
		Lead: v.say("The employer, whoever teaches off the job and the apprentice agree that the apprentice is ready. Then an organisation that had no part in it assesses.")}}
	return show(v, dossierPage, http.StatusOK, d)
}

// otherWords are links to giving those that are the viewer's to give besides the one they are asked for.
func (v *visit) otherWords(g desk.Gateway, path string) (out []link) {
	wanted := g.Wanted()
	for _, p := range wanted[min(1, len(wanted)):] {
		out = append(out, link{v.agreeWords(p), path + "/" + string(p)})
	}
	return out
}

func (v *visit) standingAtGateway(l projections.Learner) cell {
	switch l.Status {
	case projections.Active:
		return cell{Text: v.say("Agreed by %d of %d", len(l.Gateway), apprenticeship.GatewayParties), Tone: toneInfo}
	case projections.Gateway:
		return cell{Text: v.say("Ready for the assessment"), Tone: toneOK}
	}
	return v.statusOf(l.Status)
}

// gatewayCall says what the viewer has to do, or why nobody can agree yet.
func (v *visit) gatewayCall(l projections.Learner, g desk.Gateway, path string) *call {
	wanted := g.Wanted()
	switch {
	case l.Status == projections.Gateway:
		return &call{v.say("All three agree"), v.say("A coordinator records what the independent organisation finds, and then the certificate."), link{}}
	case l.Status != projections.Active:
		return nil
	case g.From.After(v.Desk.Today()):
		return &call{v.say("Not before %s", v.day(wholeDay, g.From)), v.say("The rules ask for a shortest time. On that day the gateway can be agreed, if nothing is lacking."), link{}}
	case len(g.Lacking) > 0:
		return &call{v.say("%d things are lacking", len(g.Lacking)), v.say("Nobody can agree before they are met. Below stands what to do, and whose turn it is."), link{}}
	case slices.Contains(wanted, apprenticeship.ByApprentice):
		return &call{v.say("Do you hold yourself ready?"), v.say("Everything is met. Your word is needed for the assessment at the end."), link{v.say("I am ready"), path + "/" + string(apprenticeship.ByApprentice)}}
	case len(wanted) > 0:
		return &call{v.say("Do you hold %s ready?", firstName(v.name(l.Person))), v.say("Everything is met. Your word is needed for the assessment at the end."), link{v.agreeWords(wanted[0]), path + "/" + string(wanted[0])}}
	}
	return &call{v.say("Others have still to agree"), v.say("Everything is met, and nothing is for you to do. Below stands whose word is needed."), link{}}
}

// speaker is who gives the word of a party, or the institution whose word it is.
func (v *visit) speaker(l projections.Learner, w desk.Word) string {
	switch {
	case w.Organization != "":
		return v.college(w.Organization)
	case w.Party == apprenticeship.ByApprentice:
		return v.name(l.Person)
	case w.Party == apprenticeship.ByEmployer && l.Supervisor != "":
		return v.name(l.Supervisor)
	}
	return v.say(offices[domain.Coordinator])
}

// assessed is the last step: what the independent organisation found.
func (v *visit) assessed(l projections.Learner) step {
	s := step{Title: v.say("The assessment at the end"), Note: v.say("not yet"), State: stateAhead}
	for _, a := range l.Assessments {
		s.Note, s.State = v.say("not passed on %s", v.day(wholeDay, a.On)), stateAgain
		if a.Passed {
			s.Note, s.State = v.day(wholeDay, a.On), stateDone
		}
	}
	if s.State == stateAhead && l.Status == projections.Gateway {
		s.State = stateReview
	}
	return s
}

// agreeGateway gives the word of a party.
func (v *visit) agreeGateway() error {
	l, g, path, err := v.gatewayOf()
	if err != nil {
		return err
	}
	party := apprenticeship.Party(v.r.PathValue("party"))
	at := slices.IndexFunc(g.Words, func(w desk.Word) bool { return w.Party == party && w.Mine })
	if at < 0 {
		return domain.Refuse(domain.NotFound, "NO_SUCH_PAGE", "There is nothing at this address.")
	}
	if v.r.Method == http.MethodGet && !slices.Contains(g.Wanted(), party) {
		return v.redirect(path)
	}
	name, section := v.name(l.Person), "/apprentices"
	t := task{over: name, title: v.agreeWords(party), back: path, button: v.agreeWords(party),
		effects: []string{v.say("It goes on record with your name and the day.")}}
	if missing := v.stillToAgree(l, g, party); missing == "" {
		t.effects = append(t.effects, v.say("Your word is the last that is needed: the independent organisation assesses next."))
	} else {
		t.effects = append(t.effects, v.say("The assessment follows once these agree too: %s.", missing))
	}
	sure := input{Name: "sure", Kind: boxesInput, Label: v.say("Your word"), Options: []option{{Value: "yes", Label: v.say("I hold %s ready for the assessment at the end", name)}}}
	switch party {
	case apprenticeship.ByApprentice:
		section = "/pathway"
		sure.Options[0].Label = v.say("I hold myself ready for the assessment at the end")
	case apprenticeship.ByEmployer:
		if l.Supervisor != v.who.ID {
			sure.Options[0].Label = v.say("The employer told me that %s is ready for the assessment at the end", name)
		}
	case apprenticeship.ByProvider:
		sure.Options[0].Label = v.say("Whoever teaches told me that %s is ready for the assessment at the end", name)
		t.inputs = []input{{Name: "partnerId", Kind: listInput, Label: v.say("Institution"), Hint: v.say("The one that taught off the job"), Options: append([]option{{Label: v.say("Choose an institution")}}, v.organisations()...)}}
	}
	t.section, t.inputs = section, append(t.inputs, sure)
	t.do = func() (string, string, error) {
		_, err := v.Desk.AgreeGateway(v.ctx(), v.ask(), l.ID, party, domain.PartnerID(v.field("partnerId")))
		if missing := v.stillToAgree(l, g, party); missing != "" {
			return "", v.say("Agreed. These have still to agree: %s.", missing), err
		}
		return "", v.say("Agreed by all three. A coordinator records next what the independent organisation finds."), err
	}
	return v.perform(t)
}

// agreeWords say what giving the word of a party does.
func (v *visit) agreeWords(p apprenticeship.Party) string {
	switch p {
	case apprenticeship.ByApprentice:
		return v.say("I am ready")
	case apprenticeship.ByEmployer:
		return v.say("Agree for the employer")
	}
	return v.say("Agree for whoever teaches")
}

// stillToAgree names the parties whose word is missing besides one.
func (v *visit) stillToAgree(l projections.Learner, g desk.Gateway, besides apprenticeship.Party) string {
	var missing []string
	for _, w := range g.Words {
		if !w.Given() && w.Party != besides {
			missing = append(missing, v.speaker(l, w))
		}
	}
	return strings.Join(missing, ", ")
}

// gatewayLine is how far the parties agree, with where that is told, where the rules know a gateway.
func (v *visit) gatewayLine(c explain.Case) *link {
	l := c.Learner
	if c.Rules.Route != rules.GatewayAndAssessment || l.BeganOn.IsZero() || l.Over() {
		return nil
	}
	path := "/gateway"
	if l.Person != v.who.ID {
		path = "/apprentices/" + string(l.ID) + path
	}
	return &link{v.say("Agreed by %d of %d so far. Then an independent organisation assesses.", len(l.Gateway), apprenticeship.GatewayParties), path}
}
