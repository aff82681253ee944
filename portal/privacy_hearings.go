package portal

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// hearing tells of the hearing that a learner asked for.
func (v *visit) hearing(a projections.Amendment) card {
	c := card{ID: "hearing", Title: v.say("The hearing"), Facts: details(detail{v.say("Hear by"), v.onDay(a.HearingDue)})}
	if told := a.Notice; !told.Day.IsZero() {
		c.Facts = append(c.Facts, detail{v.say("The learner was told of"), cell{Text: v.say("%s, %s", v.day(wholeDay, told.Day), desk.Clock(told.Time)), Note: v.text(told.Place)}})
	}
	switch {
	case a.HeardOn.IsZero() && !a.Notice.Day.IsZero():
		c.Lead = v.say("Whoever holds it was not part of the answer; the learner may bring somebody and show evidence (34 CFR 99.22).")
		return c
	case a.HeardOn.IsZero():
		c.Lead = v.say("Tell the learner in good time on which day, at what hour and where. Whoever holds it was not part of the answer; the learner may bring somebody and show evidence (34 CFR 99.22).")
		return c
	}
	c.Lead = v.text(a.HearingReason)
	c.Facts = append(c.Facts, detail{v.say("Was held"), v.onDay(a.HeardOn)}, detail{v.say("By"), cell{Text: v.name(a.HeardBy)}})
	return c
}

// setHearing tells the learner when and where the hearing is.
func (v *visit) setHearing() error {
	a, err := v.asked()
	if err != nil {
		return err
	}
	first := firstName(v.name(a.Person))
	inputs := []input{
		{Name: "on", Kind: dayInput, Label: v.say("Day of the hearing"), Hint: v.say("At least %d days ahead, and by %s", amendment.NoticeDays, v.day(wholeDay, a.HearingDue))},
		{Name: "time", Kind: lineInput, Label: v.say("Time"), Hint: v.say("Such as 14:30")},
		{Name: "place", Kind: textInput, Label: v.say("Place"), Hint: v.say("A room, or how to take part from elsewhere")}}
	if told := a.Notice; !told.Day.IsZero() {
		inputs[0].Value, inputs[1].Value, inputs[2].Value = told.Day.String(), desk.Clock(told.Time), v.text(told.Place)
	}
	return v.perform(task{section: "/privacy-log/corrections", over: v.say("Correction"), title: v.say("Tell %s when and where the hearing is", first), back: correctionPath(a), button: v.say("Tell %s", first),
		effects: []string{v.say("%s reads it under Corrections and among messages, and finds the day in the calendar.", first)}, inputs: inputs,
		do: func() (string, string, error) {
			at, err := v.minute("time")
			if err == nil {
				_, err = v.Desk.SetHearing(v.ctx(), v.ask(), a.Person, a.Name, v.dayOf("on"), at, v.field("place"))
			}
			return "", v.say("Told. Record what came of the hearing once it was held."), err
		}})
}

// recordHearing tells what came of a hearing.
func (v *visit) recordHearing() error {
	a, err := v.asked()
	if err != nil {
		return err
	}
	able, err := v.Desk.Hearers(v.ctx(), v.actor(), a)
	if err != nil {
		return err
	}
	by := []option{{Label: v.say("Choose a colleague")}}
	for _, c := range able {
		by = append(by, option{Value: string(c.ID), Label: v.say("%s, %s", c.FullName, c.Title)})
	}
	const correct, stay = "correct", "stay"
	return v.perform(task{section: "/privacy-log/corrections", over: v.say("Correction"), title: v.say("The hearing of %s", v.name(a.Person)), lead: v.text(a.Text), back: correctionPath(a), button: v.say("Record the hearing"),
		effects: []string{
			v.say("The learner reads the outcome and the reasons at once."),
			v.say("If the record is to be corrected, whoever keeps it does so by an entry that names what it corrects."),
			v.say("If it stays, the learner may place a statement with it, which is told wherever the record is (34 CFR 99.21)."),
		},
		inputs: []input{
			{Name: "on", Kind: dayInput, Label: v.say("Day of the hearing"), Value: v.Desk.Today().String()},
			{Name: "heldById", Kind: listInput, Label: v.say("Held by"), Hint: v.say("Somebody whom it does not concern: neither the learner nor whoever refused the request"), Options: by},
			{Name: "accepted", Kind: choiceInput, Label: v.say("What came of it"), Options: []option{
				{Value: correct, Label: v.say("The record is corrected"), Hint: v.say("It was inaccurate, misleading or against the learner’s privacy")}, {Value: stay, Label: v.say("The record stays"), Hint: v.say("It is none of these")}}},
			{Name: "reason", Kind: textInput, Label: v.say("Evidence and reasons"), Hint: v.say("A summary of what was shown, and why the record is corrected or stays")}},
		do: func() (string, string, error) {
			_, err := v.Desk.RecordHearing(v.ctx(), v.ask(), a.Person, a.Name, desk.Hearing{On: v.dayOf("on"), HeldBy: domain.PersonID(v.field("heldById")), Accepted: v.field("accepted") == correct, Reason: v.field("reason")})
			return "", v.say("Recorded. %s reads it under Corrections.", firstName(v.name(a.Person))), err
		}})
}
