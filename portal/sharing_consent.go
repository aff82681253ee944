package portal

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// purpose is what a learner agrees to, as the form says it and as it is kept on record.
const purpose = "The college uses it to award and post credit for what you learn, and passes it on to nobody."

var scopeWords = []struct {
	scope       domain.Scope
	label, hint string
}{
	{domain.PathwayRecords, "Your pathway", "The role you hold and what it requires"},
	{domain.MilestoneRecords, "Milestones", "What its courses meet, and when"},
	{domain.CreditRecords, "Credits", "What you ask for and what it awards"},
	{domain.TransitionRecords, "Role changes", "When you move to the next role"},
}

func (v *visit) sharing() error {
	d, err := v.consents()
	if err != nil {
		return err
	}
	return show(v, sharingPage, http.StatusOK, d)
}

// consents is the page of what the viewer lets colleges see.
func (v *visit) consents() (d sharingData, err error) {
	l, err := v.Desk.Own(v.ctx(), v.actor())
	if err != nil {
		return d, err
	}
	d.frame = v.frame("Sharing", "/sharing")
	known, err := v.Desk.Read.Consents(v.ctx(), l.Person)
	if err != nil {
		return d, err
	}
	agreements, err := v.Desk.Read.Agreements(v.ctx(), "")
	if err != nil {
		return d, err
	}
	told, err := v.Desk.Read.LastDisclosures(v.ctx(), l.Person)
	if err != nil {
		return d, err
	}
	var shown []domain.PartnerID
	for _, c := range known {
		one := v.shared(c, agreements, told[c.Party])
		if c.State == projections.ConsentLive {
			shown = append(shown, c.Party)
			d.Consents = append(d.Consents, one)
		} else {
			d.Ended = append(d.Ended, one)
		}
	}
	d.Give = v.consentOffer(agreements, shown)
	coordinators, err := v.Desk.Read.InCapacity(v.ctx(), domain.Coordinator)
	for _, c := range coordinators[:min(1, len(coordinators))] {
		d.Custodian = v.say("%s, your coordinator, looks into it with you. What was recorded before stays visible beside a correction.", v.name(c.ID))
	}
	return d, err
}

func (v *visit) shared(c projections.Consent, agreements []projections.Agreement, told projections.Disclosure) consent {
	out := consent{Party: c.Party, College: c.PartyName, Purpose: v.purpose(c), Agreement: v.say("No agreement is in force, so nothing is shown"), Since: c.GivenOn, Until: c.ExpiresOn,
		Sees: v.scopes(c.Records), LastRead: v.say("It has not read anything yet.")}
	for _, g := range agreements {
		if g.Partner == c.Party && g.State == projections.AgreementActive {
			out.Agreement = v.say("Agreement from %s to %s", v.day(wholeDay, g.From), v.day(wholeDay, g.To))
		}
	}
	if !told.On.IsZero() {
		out.LastRead = v.say("On %s it was told: %s.", v.day(wholeDay, told.On), v.scopes(told.Fields))
	}
	if c.State == projections.ConsentLive {
		out.Stop = "/sharing/" + string(c.Party) + "/stop"
	} else {
		out.EndedOn = domain.DateOf(v.here(c.EndedAt))
	}
	return out
}

func (v *visit) purpose(c projections.Consent) string {
	text, err := v.Desk.Purpose(v.ctx(), c)
	v.trouble(err)
	return text
}

// scopes lists kinds of records in words, in the order in which pages name them.
func (v *visit) scopes(of []domain.Scope) string {
	var words []string
	for _, w := range scopeWords {
		if slices.Contains(of, w.scope) {
			words = append(words, v.say(w.label))
		}
	}
	return strings.Join(words, ", ")
}

// consentOffer lets the learner share with the colleges that have an agreement in force,
// in what it covers. It is nil when there is none left.
func (v *visit) consentOffer(agreements []projections.Agreement, shown []domain.PartnerID) *consentForm {
	f := &consentForm{Path: "/sharing", Key: newKey(), Purpose: v.say(purpose)}
	var covered []domain.Scope
	for _, g := range agreements {
		value := string(g.Partner)
		if g.State != projections.AgreementActive || slices.Contains(shown, g.Partner) {
			continue
		}
		covered = append(covered, g.Scopes...)
		if !slices.ContainsFunc(f.Colleges, func(o option) bool { return o.Value == value }) {
			f.Colleges = append(f.Colleges, option{Value: value, Label: g.PartnerName})
		}
	}
	if len(f.Colleges) == 0 {
		return nil
	}
	for _, w := range scopeWords {
		if slices.Contains(covered, w.scope) {
			f.Records = append(f.Records, option{Value: string(w.scope), Label: v.say(w.label), Hint: v.say(w.hint)})
		}
	}
	return f
}

func (v *visit) share() error {
	party := domain.PartnerID(v.field("partner"))
	var records []domain.Scope
	for _, r := range v.r.PostForm["records"] {
		records = append(records, domain.Scope(r))
	}
	var refused []*domain.Refusal
	var until domain.Date
	if len(records) == 0 {
		refused = append(refused, domain.Refuse(domain.Invalid, "RECORDS_MISSING", "%s", v.say("Choose at least one kind of record.")).About("records"))
	}
	if text := v.field("expiresOn"); text != "" {
		day, err := domain.ParseDate(text)
		if r := v.refusal(err); r != nil {
			refused = append(refused, r.About("expiresOn"))
		}
		until = day
	}
	if v.field("agree") != "yes" {
		refused = append(refused, domain.Refuse(domain.Invalid, "NOT_AGREED", "%s", v.say("Tick the box if you agree.")).About("agree"))
	}
	if len(refused) == 0 {
		_, err := v.Desk.GiveConsent(v.ctx(), v.ask(), party, records, v.say(purpose), until)
		if err == nil {
			return v.done("/sharing", v.say("Shared. %s sees it from now on.", v.college(party)))
		}
		r := v.refusal(err)
		if r == nil {
			return err
		}
		refused = append(refused, r)
	}
	return v.refuseConsent(refused)
}

// refuseConsent shows the form again with all that is to be put right and what was chosen.
func (v *visit) refuseConsent(refused []*domain.Refusal) error {
	d, err := v.consents()
	if err != nil {
		return err
	}
	inputs := map[string]string{"partner": "partner", "records": "records", "expiresOn": "expiresOn", "agree": "agree"}
	errs := fieldErrors{}
	for _, r := range refused {
		if r.Field == "partnerId" {
			r = r.About("partner")
		}
		problems, at := wrong(r, inputs)
		d.Problems = append(d.Problems, problems...)
		maps.Copy(errs, at)
	}
	if f := d.Give; f != nil {
		f.Errors, f.ExpiresOn, f.Agreed = errs, v.field("expiresOn"), v.field("agree") == "yes"
		for i := range f.Colleges {
			f.Colleges[i].Chosen = f.Colleges[i].Value == v.field("partner")
		}
		for i := range f.Records {
			f.Records[i].Chosen = slices.Contains(v.r.PostForm["records"], f.Records[i].Value)
		}
	}
	return show(v, sharingPage, statusOf(refused[0]), d)
}

// given is the live consent that the address names.
func (v *visit) given() (consent, error) {
	d, err := v.consents()
	if err != nil {
		return consent{}, err
	}
	at := slices.IndexFunc(d.Consents, func(c consent) bool { return string(c.Party) == v.r.PathValue("partner") })
	if at < 0 {
		return consent{}, domain.Refuse(domain.NotFound, "NO_SUCH_CONSENT", "%s", v.say("You share nothing with this college."))
	}
	return d.Consents[at], nil
}

func (v *visit) askToStop() error {
	c, err := v.given()
	if err != nil {
		return err
	}
	return show(v, stopPage, http.StatusOK, stopSharingData{
		frame: v.frame("Stop sharing", "/sharing"), Consent: c, Path: c.Stop, Key: newKey(), Back: "/sharing",
		Effects: []string{
			v.say("%s sees nothing new from this moment.", c.College),
			v.say("Credit that you ask for there cannot reach it until you share again."),
			v.say("What it received before stays in its own files."),
		},
	})
}

func (v *visit) stopSharing() error {
	party := domain.PartnerID(v.r.PathValue("partner"))
	if _, err := v.Desk.RevokeConsent(v.ctx(), v.ask(), v.who.ID, party); err != nil {
		return err
	}
	return v.done("/sharing", v.say("Stopped. %s sees nothing new from now on.", v.college(party)))
}
