package portal

import (
	"net/http"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

func termsPath(l projections.Learner) string { return "/apprenticeships/" + string(l.ID) }

// learnerHere is the apprenticeship that the address names.
func (v *visit) learnerHere() (projections.Learner, error) {
	return v.Desk.Learner(v.ctx(), v.actor(), domain.ApprenticeshipID(v.r.PathValue("a")))
}

// turnOf says who has to do what for an apprenticeship to begin.
func (v *visit) turnOf(l projections.Learner) string {
	switch {
	case l.Status == projections.Registered:
		return v.say("A coordinator records the first day")
	case l.Status == projections.Signed:
		return v.say("A coordinator registers it with the agency")
	case !slices.Contains(l.Signatures, apprenticeship.ByApprentice):
		return v.say("%s signs", v.name(l.Person))
	case l.Minor && !slices.Contains(l.Signatures, apprenticeship.ByGuardian):
		return v.say("The guardian signs on paper")
	}
	return v.say("The sponsor signs")
}

// apprenticeship shows what was agreed, how far it is, and whose turn it is.
func (v *visit) apprenticeship() error {
	l, err := v.learnerHere()
	if err != nil {
		return err
	}
	p, err := desk.Pathway(l)
	if err != nil {
		return err
	}
	name, tag := v.name(l.Person), v.statusOf(l.Status)
	section := "/programs"
	if l.Person == v.who.ID {
		section = "/pathway"
	}
	d := dossierData{frame: v.frame(v.say("Apprenticeship of %s", name), section), Over: v.say("Apprenticeship of %s", name), Heading: p.Title, Tag: &tag, Steps: v.beginnings(l), Call: v.callFor(l)}
	if section == "/programs" {
		d.Acts = []link{{v.say("Open the pathway"), "/apprentices/" + string(l.ID)}}
	} else {
		d.Acts = []link{{v.say("Open your pathway"), "/pathway"}}
	}
	titles := v.standardTitles()
	d.Cards = []card{{ID: "terms", Title: v.say("What was agreed"), Facts: details(
		detail{v.say("Apprentice"), cell{Text: name}}, detail{v.say("Standard"), cell{Text: titles[l.Standard]}}, detail{v.say("Programme"), cell{Text: v.programTitle(l.Program)}},
		detail{v.say("Site"), cell{Text: v.place(l.Site)}}, detail{v.say("Signs off the hours"), cell{Text: v.name(l.Supervisor)}}, detail{v.say("Mentor"), cell{Text: v.name(l.Mentor)}},
		detail{v.say("Planned start"), cell{Text: v.day(wholeDay, l.StartOn)}}, detail{v.say("First day"), cell{Text: v.day(wholeDay, l.BeganOn)}},
		detail{v.say("Planned end"), cell{Text: v.day(wholeDay, l.ExpectedEndOn)}}, detail{v.say("Rules"), cell{Text: l.RuleSet}},
		detail{v.say("Agency"), cell{Text: l.Agency, Note: l.Number}}, detail{v.say("Ended"), cell{Text: v.day(wholeDay, l.EndedOn)}})}}
	if desk.ReadsAll(v.actor(), l) {
		if cause := v.text(l.Cause); cause != "" && l.Status == projections.Cancelled {
			d.Cards[0].Facts = append(d.Cards[0].Facts, detail{v.say("Why it was cancelled"), cell{Text: cause}})
		}
		d.Cards = append(d.Cards, v.breaksOf(l))
	}
	said, err := v.saidCards(record{learner: l}, apprenticeship.Stream(l.ID))
	if err != nil {
		return err
	}
	d.Cards = append(d.Cards, said...)
	if doings := v.steering(l); len(doings) > 0 {
		d.Side = []card{{ID: "change", Title: v.say("Change the apprenticeship"), Doings: doings}}
	}
	return show(v, dossierPage, http.StatusOK, d)
}

func (v *visit) programTitle(id domain.ProgramID) string {
	all, err := v.Desk.Read.Programs(v.ctx())
	v.trouble(err)
	for _, p := range all {
		if p.ID == id {
			return p.Title
		}
	}
	return string(id)
}

// beginnings are the steps until an apprenticeship begins; nothing once it has.
func (v *visit) beginnings(l projections.Learner) []step {
	if !l.BeganOn.IsZero() || l.Over() {
		return nil
	}
	order := []projections.LearnerStatus{projections.Draft, projections.Signed, projections.Registered}
	at := slices.Index(order, l.Status)
	steps := []step{
		{v.say("Prepared"), v.say("Supervisor and mentor are named"), stateDone}, {v.say("Signed"), v.signatures(l), stateAhead},
		{v.say("Agency registration"), l.Agency, stateAhead}, {v.say("Begun"), v.say("Planned for %s", v.day(wholeDay, l.StartOn)), stateAhead},
	}
	for i := range steps[1:] {
		switch {
		case i < at:
			steps[i+1].State = stateDone
		case i == at:
			steps[i+1].State = stateReview
		}
	}
	return steps
}

func (v *visit) signatures(l projections.Learner) string {
	needed := 2
	if l.Minor {
		needed = 3
	}
	return v.say("Signatures: %d of %d", len(l.Signatures), needed)
}

// callFor is what the viewer or somebody else has to do next.
func (v *visit) callFor(l projections.Learner) *call {
	coordinates, own, path := v.who.Capacity == domain.Coordinator && v.who.ID != l.Person, v.who.ID == l.Person, termsPath(l)
	signed := func(p apprenticeship.Party) bool { return slices.Contains(l.Signatures, p) }
	switch {
	case l.Over() || !l.BeganOn.IsZero():
		return nil
	case l.Status == projections.Registered:
		return &call{v.turnOf(l), v.say("Hours can be logged from the first day on."), link{v.say("Record the first day"), when(coordinates, path+"/begin")}}
	case l.Status == projections.Signed:
		return &call{v.turnOf(l), v.say("Everybody has signed. It begins once the agency has given it a number."), link{v.say("Record the registration"), when(coordinates, path+"/register")}}
	case !signed(apprenticeship.ByApprentice) && own:
		return &call{v.say("Your signature is needed"), v.say("Read what was agreed below. If something is wrong, tell your coordinator before you sign."), link{v.say("Sign the agreement"), path + "/sign?party=apprentice"}}
	case !signed(apprenticeship.BySponsor) && coordinates:
		return &call{v.say("The signature of the sponsor is needed"), v.say("You record it for %s.", v.Organization), link{v.say("Sign for the sponsor"), path + "/sign?party=sponsor"}}
	case l.Minor && !signed(apprenticeship.ByGuardian) && coordinates:
		return &call{v.say("The guardian signs on paper"), v.say("Record it once you have the paper: the apprentice is under 18."), link{v.say("Record the signature of the guardian"), path + "/sign?party=guardian"}}
	}
	return &call{v.turnOf(l), v.say("Nothing is needed from you now. You find it here again when it is your turn."), link{}}
}

// steering is what the viewer can do about an apprenticeship that runs.
func (v *visit) steering(l projections.Learner) []link {
	path, own := termsPath(l), v.who.ID == l.Person
	coordinates := v.who.Capacity == domain.Coordinator && !own
	running := !l.BeganOn.IsZero() && !l.Over()
	return offers(
		link{v.say("Record that probation was passed"), when(coordinates && l.Status == projections.Probationary, path+"/probation")},
		link{v.say("Suspend it for a time"), when(coordinates && running && l.Status != projections.Suspended && l.Status != projections.CompletionPending, path+"/suspend")},
		link{v.say("End the break"), when(coordinates && l.Status == projections.Suspended, path+"/reinstate")},
		link{v.say("Change the mentor"), when(coordinates && !l.Over(), path+"/mentor")},
		link{v.say("Change who signs off the hours"), when(coordinates && !l.Over(), path+"/supervisor")},
		link{v.say("Cancel the apprenticeship"), when((coordinates || own) && !l.Over(), path+"/cancel")},
		link{v.say("Take the cancellation back"), when(coordinates && l.Status == projections.Cancelled, path+"/reverse")},
	)
}

func (v *visit) breaksOf(l projections.Learner) card {
	t := &list{Caption: v.say("Breaks"), Columns: []column{{Name: v.say("From")}, {Name: v.say("Until")}}}
	for _, p := range l.Pauses {
		until := v.day(wholeDay, p.To)
		if p.To.IsZero() {
			until = v.say("Still on a break, expected back %s", v.day(wholeDay, l.ExpectedReturn))
		}
		t.Rows = append(t.Rows, row{{Text: v.day(wholeDay, p.From)}, {Text: until}})
	}
	return card{ID: "breaks", Title: v.say("Breaks"), Table: t, Empty: v.say("None. During a break no hours count and nothing is due.")}
}
