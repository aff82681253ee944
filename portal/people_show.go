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

// person shows the record of somebody who works here.
func (v *visit) person() error {
	c, err := v.colleague()
	if err != nil {
		return err
	}
	career, err := v.Desk.Read.Career(v.ctx(), c.ID)
	if err != nil {
		return err
	}
	away, err := v.absences()
	if err != nil {
		return err
	}
	tag := v.presence(c, away)
	d := dossierData{frame: v.frame(c.FullName, "/people"), Over: v.say("Number %s", string(c.ID)), Heading: c.FullName, Tag: &tag, Sub: v.say("%s at %s", cmp.Or(c.Title, v.say(capacities[c.Capacity])), v.place(c.Site))}
	path := "/people/" + string(c.ID)
	speaks := v.may(domain.Coordinator, domain.HR) && !c.Erased
	keeps := v.who.Capacity == domain.HR && v.who.ID != c.ID && !c.Erased
	apprenticeships, err := v.apprenticeshipsOf(c)
	if err != nil {
		return err
	}
	certificates, err := v.certificatesOf(c)
	if err != nil {
		return err
	}
	login, err := v.loginOf(c)
	if err != nil {
		return err
	}
	d.Cards = []card{v.jobOf(c), v.capacitiesOf(c, career, keeps), apprenticeships, certificates, v.absencesOf(c, career, speaks), v.careerOf(c, career, keeps)}
	latest, err := v.Desk.Read.LatestOf(v.ctx(), c.ID)
	if err != nil {
		return err
	}
	if l, learns := latest[c.ID]; learns {
		said, err := v.saidCards(record{learner: l}, person.Stream(c.ID))
		if err != nil {
			return err
		}
		d.Cards = append(d.Cards, said...)
	}
	if here := c.LeftOn.IsZero(); speaks {
		d.Side = append(d.Side, card{ID: "change", Title: v.say("Change the record"), Doings: offers(
			link{v.say("Start an apprenticeship"), when(here && v.who.Capacity == domain.Coordinator, "/programs/start?person="+string(c.ID))},
			link{v.say("Change whom they report to"), when(here && keeps, path+"/manager")}, link{v.say("Change the site"), when(here && keeps, path+"/site")},
			link{v.say("Let them act in another capacity"), when(here && keeps, path+"/grant")}, link{v.say("Plan an absence"), when(here, path+"/absence")},
			link{v.say("Record that they leave"), when(here && keeps, path+"/leave")}, link{v.say("Record that they are back"), when(!here && keeps, path+"/return")})})
	}
	d.Side = append(d.Side, login)
	return show(v, dossierPage, http.StatusOK, d)
}

// colleague is the person whom the address names.
func (v *visit) colleague() (desk.Colleague, error) {
	return v.Desk.Colleague(v.ctx(), v.actor(), domain.PersonID(v.r.PathValue("person")))
}

func (v *visit) jobOf(c desk.Colleague) card {
	manager := cell{Text: v.name(c.Manager), Href: when(c.Manager != "", "/people/"+string(c.Manager))}
	if c.Manager == "" {
		manager.Text = v.say("Nobody on record")
	}
	return card{ID: "job", Title: v.say("Work"), Facts: details(
		detail{v.say("Job"), cell{Text: cmp.Or(c.Title, string(c.Position)), Note: string(c.Position)}}, detail{v.say("Site"), cell{Text: v.place(c.Site)}},
		detail{v.say("Reports to"), manager}, detail{v.say("Works here since"), cell{Text: v.day(wholeDay, since(c.Person))}},
		detail{v.say("Last day"), cell{Text: v.day(wholeDay, c.LeftOn)}}, detail{v.say("Pay grade"), cell{Text: c.PayGrade}})}
}

func (v *visit) capacitiesOf(c desk.Colleague, career []projections.CareerFact, keeps bool) card {
	t := &list{Caption: v.say("Acts as"), Columns: []column{{Name: v.say("Acts as")}, {Name: v.say("Since")}}}
	if keeps {
		t.Columns = append(t.Columns, column{Name: v.say("Change")})
	}
	for _, as := range c.Capacities {
		from := since(c.Person)
		for _, f := range career {
			if f.Kind == projections.CareerCapacity && f.Value == string(as) && f.Holds && f.Aside == 0 && !f.From.After(v.Desk.Today()) {
				from = f.From
			}
		}
		r := row{{Text: v.say(capacities[as])}, {Text: v.day(wholeDay, from)}}
		if keeps {
			r = append(r, cell{Text: v.say("End “%s”", v.say(capacities[as])), Href: "/people/" + string(c.ID) + "/revoke?capacity=" + string(as)})
		}
		t.Rows = append(t.Rows, r)
	}
	return card{ID: "capacities", Title: v.say("Capacities"), Table: t, Empty: v.say("They act in no capacity and cannot sign in.")}
}

func (v *visit) apprenticeshipsOf(c desk.Colleague) (card, error) {
	t := &list{Caption: v.say("Apprenticeships"), Columns: []column{{Name: v.say("Pathway")}, {Name: v.say("Standing")}, {Name: v.say("First day")}, {Name: v.say("Planned end")}, {Name: v.say("Agreement")}}}
	all, err := v.Desk.Read.LearnersOf(v.ctx(), c.ID)
	if err != nil {
		return card{}, err
	}
	for _, l := range all {
		p, err := desk.Pathway(l)
		if err != nil {
			return card{}, err
		}
		t.Rows = append(t.Rows, row{{Text: p.Title, Href: "/apprentices/" + string(l.ID)}, v.statusOf(l.Status), {Text: v.day(wholeDay, l.BeganOn)}, {Text: v.day(wholeDay, l.ExpectedEndOn)}, {Text: v.say("What was agreed"), Href: termsPath(l)}})
	}
	return card{ID: "apprenticeships", Title: v.say("Apprenticeships"), Table: t, Empty: v.say("None so far. A coordinator starts one here.")}, nil
}

var statusWords = map[projections.LearnerStatus]cell{
	projections.Draft: {Text: "To be signed", Tone: toneWarn}, projections.Signed: {Text: "To be registered", Tone: toneWarn}, projections.Registered: {Text: "About to begin", Tone: toneInfo},
	projections.Probationary: {Text: "On probation", Tone: toneInfo}, projections.Active: {Text: "Under way", Tone: toneOK}, projections.Gateway: {Text: "At the gateway", Tone: toneInfo},
	projections.CompletionPending: {Text: "Completion asked for", Tone: toneWarn}, projections.Completed: {Text: "Completed", Tone: toneOK}, projections.Suspended: {Text: "Suspended", Tone: toneWarn},
	projections.Cancelled: {Text: "Cancelled", Tone: toneMute}, projections.Transferred: {Text: "Transferred", Tone: toneMute},
}

// statusOf is how an apprenticeship stands, as a tag.
func (v *visit) statusOf(s projections.LearnerStatus) cell {
	c := statusWords[s]
	c.Text = v.say(c.Text)
	return c
}

var certificateWords = map[projections.CredentialState]cell{
	projections.CredentialSponsored: {Text: "Fee is paid", Tone: toneInfo}, projections.CredentialHeld: {Text: "Not checked yet", Tone: toneWarn}, projections.CredentialVerified: {Text: "Checked", Tone: toneOK},
	projections.CredentialExpired: {Text: "Run out", Tone: toneMute}, projections.CredentialRevoked: {Text: "Withdrawn", Tone: toneMute},
}

func (v *visit) certificatesOf(c desk.Colleague) (card, error) {
	t := &list{Caption: v.say("Certificates"), Columns: []column{{Name: v.say("Certificate")}, {Name: v.say("State")}, {Name: v.say("Earned on")}, {Name: v.say("Valid until")}}}
	all, err := v.Desk.Read.CredentialsOf(v.ctx(), c.ID)
	for _, held := range all {
		state := certificateWords[held.State]
		state.Text = v.say(state.Text)
		until := v.day(wholeDay, held.ValidTo)
		if held.ValidTo.IsZero() && !held.EarnedOn.IsZero() {
			until = v.say("For life")
		}
		t.Rows = append(t.Rows, row{{Text: held.Title, Note: held.Issuer}, state, {Text: v.day(wholeDay, held.EarnedOn)}, {Text: until}})
	}
	return card{ID: "certificates", Title: v.say("Certificates"), Table: t, Empty: v.say("None on record. Certificates appear here when they are earned or sponsored.")}, err
}

// loginOf says whether somebody can sign in with their account of the hospital.
func (v *visit) loginOf(c desk.Colleague) (card, error) {
	links, err := v.Desk.Read.LoginLinks(v.ctx())
	linked := slices.ContainsFunc(links, func(l projections.LoginLink) bool { return l.Person == c.ID })
	d := card{ID: "sign-in", Title: v.say("Sign-in"), Tag: &cell{Text: v.say("Not linked"), Tone: toneMute}, Lead: v.say("No account of the hospital is linked. Whoever runs Guildhall links one: guildhall login link %s", string(c.ID))}
	if linked {
		d.Tag, d.Lead = &cell{Text: v.say("Linked"), Tone: toneOK}, v.say("They sign in with their account of the hospital.")
	}
	return d, err
}

func (v *visit) absencesOf(c desk.Colleague, career []projections.CareerFact, speaks bool) card {
	t := &list{Caption: v.say("Absences"), Columns: []column{{Name: v.say("From")}, {Name: v.say("Until")}, {Name: v.say("Decides meanwhile")}}}
	if speaks {
		t.Columns = append(t.Columns, column{Name: v.say("Change")})
	}
	for _, f := range slices.Backward(career) {
		if f.Kind != projections.CareerAbsence || f.Aside > 0 || f.Until.Before(f.From) {
			continue
		}
		r := row{{Text: v.day(wholeDay, f.From)}, {Text: v.day(wholeDay, f.Until)}, {Text: cmp.Or(v.name(domain.PersonID(f.Value)), v.say("Nobody"))}}
		if speaks && !f.Until.Before(v.Desk.Today()) {
			r = append(r, cell{Text: v.say("End sooner than %s", v.day(shortDay, f.Until)), Href: "/people/" + string(c.ID) + "/back?absence=" + strconv.Itoa(f.Fact)})
		} else if speaks {
			r = append(r, cell{Text: v.say("Over")})
		}
		t.Rows = append(t.Rows, r)
	}
	return card{ID: "absences", Title: v.say("Absences"), Table: t, Empty: v.say("None planned. While somebody is away, what waits for them goes to whom they named.")}
}

// careerOf is what was written down since somebody joined, the newest first.
func (v *visit) careerOf(c desk.Colleague, career []projections.CareerFact, keeps bool) card {
	t := &list{Caption: v.say("What was written down"), Columns: []column{{Name: v.say("What")}, {Name: v.say("From")}, {Name: v.say("Written down")}}}
	if keeps {
		t.Columns = append(t.Columns, column{Name: v.say("Change")})
	}
	for _, f := range slices.Backward(career) {
		what := cell{Text: v.careerSaid(f)}
		r := row{what, {Text: v.day(wholeDay, f.From)}, {Text: v.day(wholeDay, domain.DateOf(v.here(f.At))), Note: v.name(f.By)}}
		switch {
		case f.Aside > 0 && f.Reason != "":
			r[0].Note = v.say("Struck: %s", v.text(f.Reason))
		case f.Aside > 0:
			r[0].Note = v.say("Corrected since")
		case keeps:
			r = append(r, cell{Text: v.say("Strike entry %s", strconv.Itoa(f.Fact)), Href: "/people/" + string(c.ID) + "/strike?entry=" + strconv.Itoa(f.Fact)})
		}
		for len(r) < len(t.Columns) {
			r = append(r, cell{})
		}
		t.Rows = append(t.Rows, r)
	}
	return card{ID: "written", Title: v.say("What was written down"), Table: t, Empty: v.say("Nothing changed since they joined on %s.", v.day(wholeDay, c.JoinedOn))}
}

var departureWords = map[string]string{"resigned": "Resigned", "retired": "Retired", "contract-ended": "The contract ended", "dismissed": "Dismissed", "other": "Another reason"}

// careerSaid is a dated fact about somebody, as a sentence.
func (v *visit) careerSaid(f projections.CareerFact) string {
	switch f.Kind {
	case projections.CareerJob:
		return v.say("Job: %s", cmp.Or(f.Title, f.Value))
	case projections.CareerManager:
		return v.say("Reports to %s", v.name(domain.PersonID(f.Value)))
	case projections.CareerSite:
		return v.say("Works at %s", v.place(domain.SiteID(f.Value)))
	case projections.CareerUsual:
		return v.say("Usually acts as: %s", v.say(capacities[domain.Role(f.Value)]))
	case projections.CareerAbsence:
		return v.say("Away until %s", v.day(wholeDay, f.Until))
	case projections.CareerCapacity:
		if f.Holds {
			return v.say("Acts as: %s", v.say(capacities[domain.Role(f.Value)]))
		}
		return v.say("Does not act any more as: %s", v.say(capacities[domain.Role(f.Value)]))
	}
	if f.Holds {
		return v.say("Back at work")
	}
	return v.say("Left: %s", v.say(departureWords[f.Value]))
}
