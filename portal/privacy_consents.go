package portal

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// endsSoon is within how many days a consent counts as about to end.
const endsSoon = 60

var consentStates = map[projections.ConsentState]standing{
	projections.ConsentLive: {"Given", toneOK}, projections.ConsentRevoked: {"Taken back", toneMute}, projections.ConsentExpired: {"Run out", toneMute},
}

// consentLog lists what learners let institutions see, and what they do not any more.
func (v *visit) consentLog() error {
	const ending = "ending"
	f := v.narrowed("/privacy-log/consents",
		input{Name: "q", Kind: lineInput, Label: v.say("Learner’s name or number"), Optional: true}, v.institutionInput(),
		input{Name: "state", Kind: listInput, Label: v.say("State"), Optional: true, Options: []option{{Label: v.say("Any state")},
			{Value: string(projections.ConsentLive), Label: v.say("Given")}, {Value: ending, Label: v.say("Ends within %d days", endsSoon)},
			{Value: string(projections.ConsentRevoked), Label: v.say("Taken back")}, {Value: string(projections.ConsentExpired), Label: v.say("Run out")}}})
	q := projections.ConsentQuery{Party: domain.PartnerID(f.value("institution")), State: projections.ConsentState(f.value("state"))}
	if f.value("state") == ending {
		q.State, q.EndsBy = projections.ConsentLive, v.Desk.Today().AddDays(endsSoon)
	}
	var err error
	if f.value("q") != "" {
		if q.People, err = v.Desk.Sought(v.ctx(), v.actor(), f.value("q")); err != nil {
			return err
		}
	}
	found, err := v.Desk.ConsentLog(v.ctx(), v.actor(), q)
	if err != nil {
		return err
	}
	d := listingData{frame: v.frame("Consents", "/privacy-log/consents"), Heading: v.say("What learners share"), Filter: f,
		Lead:  v.say("Each learner decides alone what an institution may see, and takes it back at any time. Nobody gives consent for another."),
		Empty: emptiness{Title: v.say("No learner shares anything yet"), Text: v.say("A consent appears here when a learner gives it under Sharing, and stays when it ends.")}}
	if f.Clear != "" {
		d.Empty = emptiness{Title: v.say("Nothing fits"), Text: v.say("Look for a part of the name, or in another state."), Act: link{v.say("Show all"), "/privacy-log/consents"}}
	}
	d.List = list{Caption: v.say("Consents"), Columns: []column{{Name: v.say("Learner"), Notes: v.say("Number")}, {Name: v.say("Institution")}, {Name: v.say("Records")}, {Name: v.say("Given")}, {Name: v.say("Ends")}, {Name: v.say("State")}}}
	return showParts(v, "consents", d, found, func(cs []projections.Consent) ([]row, error) {
		var ids []domain.PersonID
		for _, c := range cs {
			ids = append(ids, c.Person)
		}
		if err := v.learn(ids...); err != nil {
			return nil, err
		}
		rows := make([]row, len(cs))
		for i, c := range cs {
			state := consentStates[c.State]
			ends := cell{Text: v.say("With the agreement")}
			switch {
			case !c.EndedAt.IsZero():
				ends = v.onDay(domain.DateOf(v.here(c.EndedAt)))
			case !c.ExpiresOn.IsZero():
				ends = v.onDay(c.ExpiresOn)
			}
			rows[i] = row{{Text: v.name(c.Person), Note: string(c.Person), Href: v.ofPrivacy(c.Person)}, {Text: c.PartyName}, {Text: v.scopes(c.Records)}, v.onDay(c.GivenOn), ends, {Text: v.say(state.Word), Tone: state.Tone}}
		}
		return rows, nil
	})
}
