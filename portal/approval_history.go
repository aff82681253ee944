package portal

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// moveDeeds tell what was done about a move, in English: plainly, with a day, or with a person
// and a day.
var moveDeeds = map[string]struct{ text, day, person string }{
	transition.ReadinessWaived{}.EventName():   {text: "let a requirement pass for this request"},
	transition.Proposed{}.EventName():          {day: "asked for it, to start on %s"},
	transition.Resubmitted{}.EventName():       {text: "asked again, on the same evidence"},
	transition.ApprovalDelegated{}.EventName(): {person: "lets %s decide until %s"},
	transition.ApprovalEscalated{}.EventName(): {person: "handed it up to %s, who decides by %s"},
	transition.ApprovalGranted{}.EventName():   {text: "approved"},
	transition.ApprovalReturned{}.EventName():  {text: "sent it back"},
	transition.ApprovalRefused{}.EventName():   {text: "declined"},
	transition.ApprovalsLapsed{}.EventName():   {text: "let the approvals lapse, because the evidence changed"},
	transition.Deferred{}.EventName():          {day: "put it off to %s"},
	transition.Scheduled{}.EventName():         {day: "set the day, %s"},
	transition.Rescinded{}.EventName():         {text: "took the approval back"},
	transition.MadeEffective{}.EventName():     {day: "recorded the move on %s"},
	transition.TermsCorrected{}.EventName():    {day: "corrected the terms, from %s"},
	transition.Confirmed{}.EventName():         {day: "confirmed it on %s, after the trial"},
	transition.Withdrawn{}.EventName():         {text: "withdrew it"},
	transition.Expired{}.EventName():           {text: "ended it, because nothing was done about it for long"},
}

// history tells what was done about a move as far as the viewer is told, newest first.
func (v *visit) history(facts []projections.MoveFact) (out []deed) {
	for i := len(facts) - 1; i >= 0; i-- {
		f := facts[i]
		known, told := moveDeeds[f.Event]
		if !told {
			continue
		}
		d := deed{On: domain.DateOf(v.here(f.At)), Who: v.doer(f.By, ""), What: v.say(known.text)}
		on := v.day(longerDay, f.Day)
		switch {
		case known.day != "":
			d.What = v.say(known.day, on)
		case known.person != "":
			d.What = v.say(known.person, v.name(f.To), on)
		}
		out = append(out, d)
	}
	return out
}
