package portal

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// changeApprenticeship does what the address names to an apprenticeship, if it is among what is
// offered to the viewer there.
func (v *visit) changeApprenticeship() error {
	l, err := v.learnerHere()
	if err != nil {
		return err
	}
	path := termsPath(l)
	asked := path + "/" + v.r.PathValue("task")
	open := v.steering(l)
	if c := v.callFor(l); c != nil {
		open = append(open, c.Act)
	}
	if !slices.ContainsFunc(open, func(o link) bool { return o.Href == asked || o.Href == v.r.URL.RequestURI() }) && v.r.Method != "POST" {
		return domain.Refuse(domain.Conflict, "NOT_NOW", "This cannot be done now, or not by you. Open the apprenticeship again to see what can.")
	}
	t := task{section: "/programs", over: v.say("Apprenticeship of %s", v.name(l.Person)), back: path}
	if l.Person == v.who.ID {
		t.section = "/pathway"
	}
	id, today := l.ID, v.Desk.Today().String()
	switch v.r.PathValue("task") {
	case "sign":
		t = v.signing(t, l)
	case "register":
		t.title, t.button = v.say("Record the registration"), v.say("Record the registration")
		t.inputs = []input{{Name: "agency", Label: v.say("Agency"), Kind: lineInput, Value: v.agencyOf(l.Program)}, {Name: "apprenticeNo", Label: v.say("Number of the apprentice"), Hint: v.say("As the agency gave it"), Kind: lineInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.Register(v.ctx(), v.ask(), id, v.field("agency"), v.field("apprenticeNo"))
			return "", v.say("Registered. Record the first day once it has come."), err
		}
	case "begin":
		t.title, t.button = v.say("Record the first day"), v.say("Begin the apprenticeship")
		t.inputs = []input{{Name: "on", Label: v.say("First day on the job"), Kind: dayInput, Value: l.StartOn.String()}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.Begin(v.ctx(), v.ask(), id, v.dayOf("on"))
			return "", v.say("Begun. %s can log hours from %s on.", v.name(l.Person), v.day(wholeDay, v.dayOf("on"))), err
		}
	case "probation":
		t.title, t.button = v.say("Record that probation was passed"), v.say("Record it")
		t.effects = []string{v.say("From then on the sponsor cancels for a cause only."), v.say("The time in probation counts in full.")}
		t.do = func() (string, string, error) {
			_, err := v.Desk.CompleteProbation(v.ctx(), v.ask(), id)
			return "", v.say("Probation was passed."), err
		}
	case "suspend":
		t.title, t.button = v.say("Suspend the apprenticeship"), v.say("Suspend it")
		t.effects = []string{v.say("No hours count and nothing is due until it goes on."), v.say("The planned end moves by as many days.")}
		t.inputs = []input{{Name: "on", Label: v.say("First day of the break"), Kind: dayInput, Value: today}, {Name: "expectedReturn", Label: v.say("Expected back on"), Kind: dayInput, Optional: true}, {Name: "reason", Label: v.say("Why"), Kind: textInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.Suspend(v.ctx(), v.ask(), id, v.dayOf("on"), v.dayOf("expectedReturn"), v.field("reason"))
			return "", v.say("Suspended from %s on.", v.day(wholeDay, v.dayOf("on"))), err
		}
	case "reinstate":
		t.title, t.button = v.say("End the break"), v.say("Go on")
		t.inputs = []input{{Name: "on", Label: v.say("First day back"), Kind: dayInput, Value: today}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.Reinstate(v.ctx(), v.ask(), id, v.dayOf("on"))
			return "", v.say("It goes on from %s.", v.day(wholeDay, v.dayOf("on"))), err
		}
	case "mentor", "supervisor":
		t = v.replacing(t, l, v.r.PathValue("task"))
	case "cancel":
		t = v.cancelling(t, l)
	case "reverse":
		t.title, t.button = v.say("Take the cancellation back"), v.say("Take it back")
		t.inputs = []input{{Name: "reason", Label: v.say("Why"), Kind: textInput}}
		t.do = func() (string, string, error) {
			_, err := v.Desk.ReverseCancellation(v.ctx(), v.ask(), id, v.field("reason"))
			return "", v.say("It goes on as before. The cancellation stays on record as taken back."), err
		}
	default:
		return errNoSuchPage
	}
	return v.perform(t)
}

func (v *visit) agencyOf(id domain.ProgramID) string {
	all, err := v.Desk.Read.Programs(v.ctx())
	v.trouble(err)
	for _, p := range all {
		if p.ID == id {
			return p.Agency
		}
	}
	return ""
}

func (v *visit) signing(t task, l projections.Learner) task {
	party := apprenticeship.Party(v.r.URL.Query().Get("party"))
	t.title, t.button = v.say("Sign for the sponsor"), v.say("Sign for the sponsor")
	t.effects = []string{v.say("The signature goes on record with your name and the time."), v.say("Once everybody has signed, the agency is asked for a number.")}
	switch party {
	case apprenticeship.ByApprentice:
		t.title, t.button = v.say("Sign the agreement"), v.say("Sign")
		t.effects[0] = v.say("You agree to what stands on the page before this one, and to the duties of an apprentice.")
	case apprenticeship.ByGuardian:
		t.title, t.button = v.say("Record the signature of the guardian"), v.say("Record the signature")
		t.effects[0] = v.say("You have seen the signature of the guardian on paper, and keep the paper.")
	}
	t.do = func() (string, string, error) {
		_, err := v.Desk.Sign(v.ctx(), v.ask(), l.ID, party)
		return "", v.say("Signed. It is on record."), err
	}
	return t
}

func (v *visit) replacing(t task, l projections.Learner, what string) task {
	from := input{Name: "from", Label: v.say("From"), Kind: dayInput, Value: v.Desk.Today().String()}
	if what == "supervisor" {
		t.title, t.button = v.say("Change who signs off the hours"), v.say("Change it")
		t.inputs = []input{{Name: "managerId", Label: v.say("Signs off the hours"), Kind: listInput, Options: chosen(v.colleagueOptions(domain.Manager), string(l.Supervisor))}, from}
		t.do = func() (string, string, error) {
			who := domain.PersonID(v.field("managerId"))
			_, err := v.Desk.AssignSupervisor(v.ctx(), v.ask(), l.ID, who, v.dayOf("from"))
			return "", v.say("%s signs off the hours from %s on.", v.heard(who), v.day(wholeDay, v.dayOf("from"))), err
		}
		return t
	}
	t.title, t.button = v.say("Change the mentor"), v.say("Change the mentor")
	t.inputs = []input{{Name: "mentorId", Label: v.say("Mentor"), Kind: listInput, Options: chosen(v.colleagueOptions(domain.Mentor, domain.Manager), string(l.Mentor))}, from}
	t.do = func() (string, string, error) {
		who := domain.PersonID(v.field("mentorId"))
		_, err := v.Desk.AssignMentor(v.ctx(), v.ask(), l.ID, who, apprenticeship.Journeyworker, v.dayOf("from"))
		return "", v.say("%s is the mentor from %s on.", v.heard(who), v.day(wholeDay, v.dayOf("from"))), err
	}
	return t
}

func (v *visit) cancelling(t task, l projections.Learner) task {
	own := l.Person == v.who.ID
	t.title, t.button, t.danger, t.keep = v.say("Cancel the apprenticeship"), v.say("Cancel for good"), true, v.say("Go on with it")
	t.effects = []string{v.say("It ends on that day, and the agency is told of it."), v.say("Hours, milestones and credits earned so far stay on record and go with the apprentice.")}
	t.inputs = []input{{Name: "on", Label: v.say("Last day"), Kind: dayInput, Value: v.Desk.Today().String()}}
	party := apprenticeship.ByApprentice
	if own {
		t.inputs = append(t.inputs, input{Name: "cause", Label: v.say("Why"), Kind: textInput, Optional: true})
	} else {
		t.lead = v.say("In probation either side cancels without a cause. After it the sponsor names one, tells the apprentice in writing and leaves time to put it right.")
		t.inputs = append(t.inputs,
			input{Name: "party", Label: v.say("Who cancels"), Kind: choiceInput, Options: []option{{Value: string(apprenticeship.BySponsor), Label: v.say("The sponsor")}, {Value: string(apprenticeship.ByApprentice), Label: v.say("The apprentice")}}},
			input{Name: "cause", Label: v.say("Why"), Kind: textInput, Optional: true}, input{Name: "noticeOn", Label: v.say("Told in writing on"), Kind: dayInput, Optional: true}, input{Name: "correctBy", Label: v.say("Time to put it right until"), Kind: dayInput, Optional: true})
	}
	t.do = func() (string, string, error) {
		if !own {
			party = apprenticeship.Party(v.field("party"))
		}
		_, err := v.Desk.Cancel(v.ctx(), v.ask(), l.ID, desk.Cancellation{By: party, On: v.dayOf("on"), NoticeOn: v.dayOf("noticeOn"), CorrectBy: v.dayOf("correctBy"), Cause: v.field("cause")})
		return "", v.say("Cancelled. It ended on %s.", v.day(wholeDay, v.dayOf("on"))), err
	}
	return t
}
