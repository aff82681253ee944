package portal

import (
	"net/http"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/projections"
)

var amendmentStates = map[projections.AmendmentState]standing{
	projections.AmendmentOpen: {"To answer", toneWarn}, projections.AmendmentAccepted: {"Accepted", toneOK},
	projections.AmendmentRefused: {"Refused", toneMute}, projections.AmendmentWithdrawn: {"Withdrawn", toneMute},
	projections.AmendmentHearing: {"To be heard", toneWarn},
}

// recordWords name kinds of records that can be held to be wrong, in English.
var recordWords = map[string]string{
	"apprenticeship": "The apprenticeship", "milestone": "A milestone", "timesheet": "A week of hours", "credit": "A credit", "transition": "A role change",
	"consent": "A consent", "person": "What is on record of the person",
}

func correctionPath(a projections.Amendment) string {
	return "/privacy-log/corrections/" + string(a.Person) + "/" + a.Name
}

// corrections lists what learners hold to be wrong, what waits for an answer first.
func (v *visit) corrections() error {
	all, err := v.Desk.Read.Amendments(v.ctx(), "")
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Corrections", "/privacy-log/corrections"), Heading: v.say("What learners hold to be wrong"),
		Lead:  v.say("Each request is answered within %d days (34 CFR 99.20). What is accepted is corrected where it is kept; what was there before stays visible.", amendment.Days),
		Empty: emptiness{Title: v.say("Nobody has asked for a correction"), Text: v.say("When a learner holds a record to be wrong, the request lands here with the day by which it has to be answered.")}}
	d.List = list{Caption: v.say("Corrections"), Columns: []column{{Name: v.say("Learner"), Notes: v.say("Number")}, {Name: v.say("Record"), Notes: v.say("Identifier")}, {Name: v.say("Asked")}, {Name: v.say("Due"), Notes: v.say("Time left")}, {Name: v.say("State")}, {Name: v.say("Decided")}}}
	return showParts(v, "corrections", d, all, func(as []projections.Amendment) ([]row, error) {
		var ids []domain.PersonID
		for _, a := range as {
			ids = append(ids, a.Person)
		}
		if err := v.learn(ids...); err != nil {
			return nil, err
		}
		rows := make([]row, len(as))
		for i, a := range as {
			state := amendmentStates[a.State]
			due := v.onDay(a.Due())
			if a.Waits() {
				due.Note = v.left(a.Due())
			}
			rows[i] = row{{Text: v.name(a.Person), Note: string(a.Person), Href: correctionPath(a)}, {Text: v.say(recordWords[a.Record.Category()]), Note: string(a.Record)},
				v.onDay(a.AskedOn), due, {Text: v.say(state.Word), Tone: state.Tone}, v.onDay(a.DecidedOn)}
		}
		return rows, nil
	})
}

// left says how many days there are until a day, or since.
func (v *visit) left(due domain.Date) string {
	if days := due.DaysSince(v.Desk.Today()); days >= 0 {
		return v.say("%d days left", days)
	}
	return v.say("%d days late", v.Desk.Today().DaysSince(due))
}

// asked is the request that the address names.
func (v *visit) asked() (projections.Amendment, error) {
	return v.Desk.Amendment(v.ctx(), v.actor(), domain.PersonID(v.r.PathValue("person")), v.r.PathValue("name"))
}

func (v *visit) correction() error {
	a, err := v.asked()
	if err != nil {
		return err
	}
	state := amendmentStates[a.State]
	d := dossierData{frame: v.frame("Corrections", "/privacy-log/corrections"), Over: v.say("Correction"), Heading: v.name(a.Person), Tag: &cell{Text: v.say(state.Word), Tone: state.Tone}}
	d.Cards = []card{{ID: "request", Title: v.say("What is wrong"), Lead: v.text(a.Text), Facts: details(
		detail{v.say("Record"), cell{Text: v.say(recordWords[a.Record.Category()]), Note: string(a.Record)}},
		detail{v.say("Asked"), v.onDay(a.AskedOn)},
		detail{v.say("Answer by"), v.onDay(a.DueOn)})}}
	if a.Waits() {
		d.Sub = v.left(a.Due())
	}
	switch decides := v.who.Capacity == domain.PrivacyOfficer && v.who.ID != a.Person; {
	case decides && a.State == projections.AmendmentOpen:
		d.Acts = []link{{v.say("Answer it"), correctionPath(a) + "/answer"}}
	case decides && a.State == projections.AmendmentHearing:
		d.Acts = []link{{v.say("Record the hearing"), correctionPath(a) + "/hearing"}, {v.say("Tell the learner of another day"), correctionPath(a) + "/notice"}}
		if a.Notice.Day.IsZero() {
			d.Acts = []link{{v.say("Tell the learner when and where"), correctionPath(a) + "/notice"}, d.Acts[0]}
		}
	}
	if a.DecidedBy != "" {
		d.Cards = append(d.Cards, card{ID: "answer", Title: v.say("The answer"), Lead: v.text(a.Reason), Facts: details(
			detail{v.say("Decided"), v.onDay(a.DecidedOn)}, detail{v.say("By"), cell{Text: v.name(a.DecidedBy)}})})
	}
	if !a.HearingDue.IsZero() {
		d.Cards = append(d.Cards, v.hearing(a))
	}
	if a.State == projections.AmendmentRefused || a.State == projections.AmendmentHearing {
		said := card{ID: "statement", Title: v.say("What the learner says to it"), Empty: v.say("Nothing yet. The learner can write a statement that stays with the record.")}
		if a.HearingDue.IsZero() {
			said.Empty = v.say("Nothing yet. The learner can ask you for a hearing (34 CFR 99.21), and write a statement that stays with the record.")
		}
		for i, s := range a.Statements {
			said.Facts = append(said.Facts, detail{v.say("Statement %d", i+1), cell{Text: v.text(s)}})
			said.Empty = ""
		}
		d.Cards = append(d.Cards, said)
	}
	return show(v, dossierPage, http.StatusOK, d)
}

// answerCorrection accepts or refuses a request.
func (v *visit) answerCorrection() error {
	a, err := v.asked()
	if err != nil {
		return err
	}
	const accept, refuse = "accept", "refuse"
	return v.perform(task{section: "/privacy-log/corrections", over: v.say("Correction"), title: v.say("Answer %s", v.name(a.Person)), lead: v.text(a.Text), back: correctionPath(a), button: v.say("Send the answer"),
		effects: []string{
			v.say("The learner reads your answer and the reason at once."),
			v.say("If you accept, whoever keeps the record corrects it by an entry that names what it corrects."),
			v.say("If you refuse, tell the learner of the right to a hearing (34 CFR 99.21). A statement of theirs stays with the record."),
		},
		inputs: []input{
			{Name: "accepted", Kind: choiceInput, Label: v.say("Your answer"), Options: []option{
				{Value: accept, Label: v.say("Accept"), Hint: v.say("The record is wrong and is corrected")}, {Value: refuse, Label: v.say("Refuse"), Hint: v.say("The record stays as it is")}}},
			{Name: "reason", Kind: textInput, Label: v.say("Reason"), Hint: v.say("What is corrected, or why nothing is")}},
		do: func() (string, string, error) {
			_, err := v.Desk.DecideAmendment(v.ctx(), v.ask(), a.Person, a.Name, v.field("accepted") == accept, v.field("reason"))
			return "", v.say("Answered. %s reads it under Corrections.", firstName(v.name(a.Person))), err
		}})
}

// erasures lists who is to be erased and who was.
func (v *visit) erasures() error {
	all, err := v.Desk.Erasures(v.ctx(), v.actor())
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Erasures", "/erasures"), Heading: v.say("Who is to be erased"),
		Lead:  v.say("One person asks and another one confirms. Begin at the learner’s page, or at their name in the lists of this section."),
		Empty: emptiness{Title: v.say("Nobody is to be erased"), Text: v.say("When a coordinator, human resources or the privacy officer asks for it, the request waits here for a second person. What was decided stays listed.")}}
	d.List = list{Caption: v.say("Erasures"), Columns: []column{{Name: v.say("Person"), Notes: v.say("Number")}, {Name: v.say("Ground"), Notes: v.say("File")}, {Name: v.say("Asked by")}, {Name: v.say("Asked")}, {Name: v.say("State")}, {Name: v.say("Decided by")}, {Name: v.say("Decided")}}}
	return showParts(v, "erasures", d, all, func(es []projections.Erasure) ([]row, error) {
		var ids []domain.PersonID
		for _, e := range es {
			ids = append(ids, e.Person, e.AskedBy, e.DecidedBy)
		}
		if err := v.learn(ids...); err != nil {
			return nil, err
		}
		rows := make([]row, len(es))
		for i, e := range es {
			r := v.erasureRequest(e)
			rows[i] = row{{Text: v.name(e.Person), Note: string(e.Person), Href: "/erasures/" + string(e.Person)}, {Text: r.Ground, Note: r.Reference}, {Text: r.By}, v.onDay(r.On),
				{Text: r.Word, Tone: r.Tone}, {Text: r.DecidedBy}, v.onDay(r.DecidedOn)}
		}
		return rows, nil
	})
}
